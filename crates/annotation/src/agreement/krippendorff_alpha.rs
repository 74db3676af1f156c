//! Krippendorff's α: observed over expected disagreement of all pairable answers.

use shujian_core::Bilingual;

use crate::sums;
use crate::table::LabelTable;

use super::fleiss_kappa::pulls;
use super::{Coefficient, Estimate, Metric, Options, Reason, Undefined, Units};

/// The row of the table.
pub const KRIPPENDORFF: Coefficient = Coefficient {
    name: "krippendorff-alpha",
    assumes: Bilingual {
        zh: "所有可配对答案来自同一分布；允许缺失和任意标注员人数",
        en: "all pairable answers are of one distribution; missing answers are fine",
    },
    source: "Krippendorff (2011), Computing Krippendorff's alpha-reliability; variance by Gwet (2014)",
    estimate,
};

fn estimate(table: &LabelTable, options: &Options) -> Result<Estimate, Undefined> {
    let units = Units::from_table(table);
    units.check(options.minimum_units)?;
    let metric = Metric::of(options.weighting, &units, table)?;
    alpha(&units, &metric, options.confidence)
}

/// α of units; those with fewer than two answers drop out.
///
/// The ordinal scale needs a [`Metric`] of the same units ([`Weighting::AlphaOrdinal`]).
///
/// # Errors
/// No unit has two answers, or no disagreement is to be expected.
pub fn alpha(units: &Units, metric: &Metric, confidence: f64) -> Result<Estimate, Undefined> {
    let units = units.paired();
    if units.is_empty() {
        return Err(Undefined::new(Reason::NoOverlap, None));
    }
    let margins = units.margins();
    let answers = margins.iter().sum::<u64>() as f64;
    let expected = expected_disagreement(&margins, metric);
    if expected <= 0.0 {
        let agreement = units.observed_agreement(metric);
        return Err(Undefined::new(Reason::OneValue, Some(agreement)));
    }
    let disagreeing = sums::sum(units.len(), |unit| disagreement(&units, unit, metric));
    let value = 1.0 - disagreeing / answers / expected;

    let mean = answers / units.len() as f64;
    let small = 1.0 / answers;
    let agreed = 1.0 - disagreeing / answers;
    let observed = (1.0 - small) * agreed + small;
    let shares: Vec<f64> = margins.iter().map(|&count| count as f64 / answers).collect();
    let pulls = pulls(&shares, metric);
    let by_chance: f64 = shares.iter().zip(&pulls).map(|(share, pull)| share * pull).sum();
    let room = 1.0 - by_chance;
    let plain = (agreed - by_chance) / room;
    let squares = sums::sum(units.len(), |unit| {
        let total = f64::from(units.total(unit));
        let surplus = (total - mean) / mean;
        let own = units.agreeing(unit, metric) / (mean * (total - 1.0)) - observed * surplus;
        let pull = |&(class, count): &(u32, u32)| f64::from(count) * pulls[class as usize];
        let chance = units.of(unit).iter().map(pull).sum::<f64>() / mean - by_chance * surplus;
        let corrected =
            (own - by_chance) / room - 2.0 * (1.0 - plain) * (chance - by_chance) / room;
        (corrected - plain) * (corrected - plain)
    });
    let estimate = Estimate {
        value,
        observed,
        by_chance,
        standard_error: None,
        interval: None,
        p_value: None,
        units: units.len(),
        answers: answers as usize,
    };
    Ok(estimate.with_error(squares, units.len(), confidence))
}

/// `Σ n_uc n_uk δ² / (m_u − 1)` of one unit.
pub(super) fn disagreement(units: &Units, unit: usize, metric: &Metric) -> f64 {
    let total = f64::from(units.total(unit));
    let cells = units.of(unit);
    if cells.len() < 2 {
        return 0.0;
    }
    if metric.is_plain() {
        return (total * (total - 1.0) - units.agreeing(unit, metric)) / (total - 1.0);
    }
    let mut sum = 0.0;
    for (place, &(left, many)) in cells.iter().enumerate() {
        for &(right, few) in &cells[place + 1..] {
            sum += 2.0 * f64::from(many) * f64::from(few) * metric.distance(left, right);
        }
    }
    sum / (total - 1.0)
}

/// `Σ n_c n_k δ² / (n(n − 1))`.
pub(super) fn expected_disagreement(margins: &[u64], metric: &Metric) -> f64 {
    let answers: u64 = margins.iter().sum();
    let pairs = answers as f64 * (answers as f64 - 1.0);
    if metric.is_plain() {
        let same: u128 = margins.iter().map(|&count| u128::from(count) * u128::from(count)).sum();
        let all = u128::from(answers) * u128::from(answers);
        return (all - same) as f64 / pairs;
    }
    let said: Vec<u32> =
        (0..margins.len() as u32).filter(|&class| margins[class as usize] > 0).collect();
    let sum = sums::sum(said.len(), |place| {
        let left = said[place];
        let of_pair = |&right: &u32| margins[right as usize] as f64 * metric.distance(left, right);
        margins[left as usize] as f64 * said[place + 1..].iter().map(of_pair).sum::<f64>()
    });
    2.0 * sum / pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::{Weighting, tests::table};

    /// Krippendorff's own example: 4 observers, 12 units, missing answers.
    #[test]
    fn the_published_example() {
        let rows: [&[&str]; 12] = [
            &["1", "1", "", "1"],
            &["2", "2", "3", "2"],
            &["3", "3", "3", "3"],
            &["3", "3", "3", "3"],
            &["2", "2", "2", "2"],
            &["1", "2", "3", "4"],
            &["4", "4", "4", "4"],
            &["1", "1", "2", "1"],
            &["2", "2", "2", "2"],
            &["", "5", "5", "5"],
            &["", "", "1", "1"],
            &["", "", "3", ""],
        ];
        let table = table(&rows);
        for (weighting, published) in [
            (Weighting::Identity, 0.743),
            (Weighting::AlphaOrdinal, 0.815),
            (Weighting::Quadratic, 0.849),
            (Weighting::Ratio, 0.797),
        ] {
            let options = Options { weighting, ..Options::default() };
            let value = estimate(&table, &options).unwrap().value;
            assert!((value - published).abs() < 5e-4, "{} {value}", weighting.name());
        }
    }

    #[test]
    fn one_unit_has_a_value_and_no_error() {
        let estimate = estimate(&table(&[&["a", "a", "b"]]), &Options::default()).unwrap();
        assert_eq!(estimate.value, 0.0);
        assert_eq!(estimate.standard_error, None);
    }
}
