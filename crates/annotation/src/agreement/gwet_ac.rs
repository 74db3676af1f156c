//! Gwet's AC1, and AC2 when weighted: chance from how undecided the classes' shares are.

use shujian_core::Bilingual;

use crate::table::LabelTable;

use super::{Coefficient, Estimate, Options, Undefined, observe};

/// The row of the table.
pub const GWET: Coefficient = Coefficient {
    name: "gwet-ac",
    assumes: Bilingual {
        zh: "只有难判单元的答案才可能碰巧一致（类别极不均衡时稳健）",
        en: "only hard units are answered by chance (robust to prevalence)",
    },
    source: "Gwet (2008), doi:10.1348/000711006X126600",
    estimate,
};

fn estimate(table: &LabelTable, options: &Options) -> Result<Estimate, Undefined> {
    let observed = observe(table, options)?;
    let shares = observed.units.mean_shares();
    let classes = shares.len() as u32;
    // `check` has seen two classes.
    let mut weights = f64::from(classes);
    if !observed.metric.is_plain() {
        for left in 0..classes {
            for right in left + 1..classes {
                weights += 2.0 * observed.metric.weight(left, right);
            }
        }
    }
    let scale = weights / (f64::from(classes) * (f64::from(classes) - 1.0));
    let by_chance = scale * shares.iter().map(|share| share * (1.0 - share)).sum::<f64>();
    let unit_chance = |unit: usize| {
        let pull = |&(class, count): &(u32, u32)| f64::from(count) * (1.0 - shares[class as usize]);
        let sum: f64 = observed.units.of(unit).iter().map(pull).sum();
        scale * sum / f64::from(observed.units.total(unit))
    };
    observed.estimate(by_chance, unit_chance, options.confidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::tests::table;

    #[test]
    fn one_dissent_in_thirty_answers() {
        let mut rows = vec![["a", "a", "a"].as_slice(); 9];
        rows.push(&["a", "a", "b"]);
        let estimate = estimate(&table(&rows), &Options::default()).unwrap();
        assert!((estimate.value - 0.928_741_092_637).abs() < 1e-12);
    }
}
