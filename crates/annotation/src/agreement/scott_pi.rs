//! Scott's π: Fleiss' κ of exactly two raters.

use shujian_core::Bilingual;

use crate::table::LabelTable;

use super::{Coefficient, Estimate, Options, Reason, Undefined, fleiss_kappa, observe};

/// The row of the table.
pub const SCOTT: Coefficient = Coefficient {
    name: "scott-pi",
    assumes: Bilingual {
        zh: "两名标注员共用一个类别分布",
        en: "two raters share one distribution of classes",
    },
    source: "Scott (1955), doi:10.1086/266577",
    estimate,
};

fn estimate(table: &LabelTable, options: &Options) -> Result<Estimate, Undefined> {
    let observed = observe(table, options)?;
    if table.raters.len() != 2 {
        let reason = Reason::NotTwoRaters { raters: table.raters.len() };
        return Err(Undefined::new(reason, Some(observed.agreement)));
    }
    fleiss_kappa::estimate_observed(&observed, options.confidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::tests::table;

    #[test]
    fn two_raters_by_hand() {
        let rows: [&[&str]; 4] = [&["a", "a"], &["b", "b"], &["a", "b"], &["b", "b"]];
        let estimate = estimate(&table(&rows), &Options::default()).unwrap();
        // 3 of 8 answers are a: chance is (3/8)² + (5/8)² = 34/64.
        let by_hand = (0.75 - 34.0 / 64.0) / (30.0 / 64.0);
        assert!((estimate.value - by_hand).abs() < 1e-15);
    }

    #[test]
    fn three_raters_are_sent_elsewhere() {
        let rows: [&[&str]; 2] = [&["a", "a", "b"], &["b", "b", "b"]];
        let undefined = estimate(&table(&rows), &Options::default()).unwrap_err();
        assert_eq!(undefined.reason, Reason::NotTwoRaters { raters: 3 });
    }
}
