//! Fleiss' κ: chance from the classes' pooled shares.

use shujian_core::Bilingual;

use crate::table::LabelTable;

use super::{Coefficient, Estimate, Metric, Observed, Options, Undefined, Units, observe};

/// The row of the table.
pub const FLEISS: Coefficient = Coefficient {
    name: "fleiss-kappa",
    assumes: Bilingual {
        zh: "所有标注员共用一个类别分布",
        en: "all raters share one distribution of classes",
    },
    source: "Fleiss (1971), doi:10.1037/h0031619; unequal numbers of answers by Gwet (2014)",
    estimate,
};

fn estimate(table: &LabelTable, options: &Options) -> Result<Estimate, Undefined> {
    let observed = observe(table, options)?;
    estimate_observed(&observed, options.confidence)
}

/// Fleiss' κ of observed units.
pub(super) fn estimate_observed(
    observed: &Observed,
    confidence: f64,
) -> Result<Estimate, Undefined> {
    let shares = observed.units.mean_shares();
    let pulls = pulls(&shares, &observed.metric);
    let by_chance: f64 = shares.iter().zip(&pulls).map(|(share, pull)| share * pull).sum();
    let unit_chance = |unit: usize| {
        let pull = |&(class, count): &(u32, u32)| f64::from(count) * pulls[class as usize];
        let sum: f64 = observed.units.of(unit).iter().map(pull).sum();
        sum / f64::from(observed.units.total(unit))
    };
    observed.estimate(by_chance, unit_chance, confidence)
}

/// How far each class agrees, on average, with an answer drawn from `shares`.
pub(super) fn pulls(shares: &[f64], metric: &Metric) -> Vec<f64> {
    if metric.is_plain() {
        return shares.to_vec();
    }
    (0..shares.len() as u32)
        .map(|class| {
            let weigh = |(share, other): (&f64, u32)| share * metric.weight(class, other);
            shares.iter().zip(0..).map(weigh).sum()
        })
        .collect()
}

/// Fleiss' κ as first published: chance from the counts of classes, not from units' shares.
///
/// The same as [`FLEISS`] when every unit has the same number of answers.
/// `None` where no unit has two answers or only one value occurs.
pub fn fixed_fleiss(units: &Units) -> Option<f64> {
    let units = units.paired();
    units.check(1).ok()?;
    let margins = units.margins();
    let answers = margins.iter().sum::<u64>() as f64;
    let share = |&count: &u64| count as f64 / answers;
    let by_chance: f64 = margins.iter().map(|count| share(count) * share(count)).sum();
    let agreement = units.observed_agreement(&Metric::identity());
    Some((agreement - by_chance) / (1.0 - by_chance))
}

/// Randolph's free-marginal κ: chance is one over the number of classes.
///
/// `None` where no unit has two answers or there are fewer than two classes.
pub fn randolph(units: &Units) -> Option<f64> {
    let units = units.paired();
    if units.is_empty() || units.classes() < 2 {
        return None;
    }
    let by_chance = 1.0 / units.classes() as f64;
    let agreement = units.observed_agreement(&Metric::identity());
    Some((agreement - by_chance) / (1.0 - by_chance))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of Fleiss (1971) as many textbooks print it: 10 subjects, 14 raters, κ = 0.210.
    #[test]
    fn textbook_table() {
        let rows: [&[u32]; 10] = [
            &[0, 0, 0, 0, 14],
            &[0, 2, 6, 4, 2],
            &[0, 0, 3, 5, 6],
            &[0, 3, 9, 2, 0],
            &[2, 2, 8, 1, 1],
            &[7, 7, 0, 0, 0],
            &[3, 2, 6, 3, 0],
            &[2, 5, 3, 2, 2],
            &[6, 5, 2, 1, 0],
            &[0, 2, 2, 3, 7],
        ];
        let units = Units::from_counts(5, rows);
        let kappa = fixed_fleiss(&units).unwrap();
        assert!((kappa - 0.209_930_704_422_195_2).abs() < 1e-12, "{kappa}");
    }

    #[test]
    fn all_on_one_class_is_none() {
        let rows: [&[u32]; 2] = [&[3, 0], &[3, 0]];
        assert_eq!(fixed_fleiss(&Units::from_counts(2, rows)), None);
        assert_eq!(randolph(&Units::from_counts(2, rows)), Some(1.0));
    }
}
