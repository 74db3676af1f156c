//! Brennan and Prediger's coefficient: chance is even over the classes of the schema.

use shujian_core::Bilingual;

use crate::table::LabelTable;

use super::{Coefficient, Estimate, Options, Undefined, observe};

/// The row of the table.
pub const BRENNAN_PREDIGER: Coefficient = Coefficient {
    name: "brennan-prediger",
    assumes: Bilingual {
        zh: "碰巧的答案在各类别间均匀分布",
        en: "chance answers are even over the classes",
    },
    source: "Brennan & Prediger (1981), doi:10.1177/001316448104100307",
    estimate,
};

fn estimate(table: &LabelTable, options: &Options) -> Result<Estimate, Undefined> {
    let observed = observe(table, options)?;
    let classes = observed.units.classes() as u32;
    let mut weights = f64::from(classes);
    if !observed.metric.is_plain() {
        for left in 0..classes {
            for right in left + 1..classes {
                weights += 2.0 * observed.metric.weight(left, right);
            }
        }
    }
    let by_chance = weights / (f64::from(classes) * f64::from(classes));
    observed.estimate(by_chance, |_| by_chance, options.confidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::tests::table;

    #[test]
    fn chance_is_one_over_the_classes() {
        let rows: [&[&str]; 4] = [&["a", "a"], &["b", "b"], &["a", "b"], &["b", "b"]];
        let estimate = estimate(&table(&rows), &Options::default()).unwrap();
        assert_eq!((estimate.observed, estimate.by_chance, estimate.value), (0.75, 0.5, 0.5));
    }
}
