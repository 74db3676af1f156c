//! Zero-based skill: gradient steps from no skill towards agreement with the aggregate.

use crate::table::LabelTable;

use super::wawa::agreement_with;
use super::{Posterior, weighted_majority};

/// Rounds, and the rounds after which the step is halved.
const ROUNDS: u32 = 100;
const HALVE_AFTER: u32 = 20;

/// Skills by rater and the posterior they give.
pub fn zero_based_skill(table: &LabelTable) -> (Vec<f64>, Posterior) {
    let start = 1.0 / table.classes.len().max(1) as f64 + 1e-5;
    let mut skills = vec![start; table.raters.len()];
    let mut step = 1.0;
    for round in 1..=ROUNDS {
        if round % HALVE_AFTER == 0 {
            step *= 0.5;
        }
        let decided = weighted_majority(table, &skills).decide(table);
        let target = agreement_with(table, &decided);
        let mut moved = false;
        for (skill, target) in skills.iter_mut().zip(target) {
            let next = *skill + step * (target - *skill);
            moved |= next != *skill;
            *skill = next;
        }
        if !moved {
            break;
        }
    }
    let posterior = weighted_majority(table, &skills);
    (skills, posterior)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::tests::crowd;

    #[test]
    fn skills_order_raters() {
        let (table, _) = crowd(300, &[0.9, 0.9, 0.7, 0.4], 3);
        let (skills, _) = zero_based_skill(&table);
        assert!(skills[0] > skills[2] && skills[2] > skills[3], "{skills:?}");
    }
}
