//! Worker agreement with aggregate: weigh raters by their agreement with the majority.

use crate::table::LabelTable;

use super::{Decided, Posterior, majority, weighted_majority};

/// Skills by rater (0 for raters without answers) and the posterior they give.
///
/// A rater's skill is the share of the rater's different answers (item and class) that the
/// majority shares. Source: <https://success.appen.com/hc/en-us/articles/202703205>.
pub fn wawa(table: &LabelTable) -> (Vec<f64>, Posterior) {
    let skills = agreement_with(table, &majority(table).decide(table));
    let posterior = weighted_majority(table, &skills);
    (skills, posterior)
}

/// The share of each rater's different answers that `decided` shares.
pub(super) fn agreement_with(table: &LabelTable, decided: &Decided) -> Vec<f64> {
    let mut right = vec![0_u64; table.raters.len()];
    let mut given = vec![0_u64; table.raters.len()];
    let mut seen = Vec::new();
    for item in 0..table.items.len() {
        seen.clear();
        for vote in table.of(item) {
            if !seen.contains(&(vote.rater, vote.label)) {
                seen.push((vote.rater, vote.label));
                given[vote.rater as usize] += 1;
                right[vote.rater as usize] += u64::from(decided.labels[item] == Some(vote.label));
            }
        }
    }
    let share =
        |(&right, &given): (&u64, &u64)| if given == 0 { 0.0 } else { right as f64 / given as f64 };
    right.iter().zip(&given).map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Builder;

    #[test]
    fn skill_is_agreement_with_the_majority() {
        let mut builder = Builder::new();
        for (item, rater, label) in [
            ("1", "x", "a"),
            ("1", "y", "a"),
            ("1", "z", "b"),
            ("2", "x", "b"),
            ("2", "y", "b"),
            ("2", "z", "b"),
            ("2", "z", "b"),
        ] {
            builder.add(item, rater, label);
        }
        assert_eq!(wawa(&builder.build()).0, [1.0, 1.0, 0.5]);
    }
}
