//! Cohen's κ of two raters, plain or weighted, with its large-sample variance.

use shujian_core::Bilingual;

use crate::special;
use crate::table::LabelTable;

use super::{Coefficient, Estimate, Metric, Options, Reason, Undefined, Units};

/// The row of the table.
pub const COHEN: Coefficient = Coefficient {
    name: "cohen-kappa",
    assumes: Bilingual {
        zh: "两名标注员各有自己的类别分布",
        en: "two raters, each with an own distribution of classes",
    },
    source: "Cohen (1960), doi:10.1177/001316446002000104; variance by Fleiss, Cohen & Everitt (1969)",
    estimate,
};

fn estimate(table: &LabelTable, options: &Options) -> Result<Estimate, Undefined> {
    let units = Units::from_table(table);
    let paired = units.check(options.minimum_units)?;
    let metric = Metric::of(options.weighting, &units, table)?;
    let agreement = units.observed_agreement(&metric);
    if table.raters.len() != 2 {
        let reason = Reason::NotTwoRaters { raters: table.raters.len() };
        return Err(Undefined::new(reason, Some(agreement)));
    }
    let classes = table.classes.len();
    if classes > MOST_CLASSES {
        return Err(Undefined::new(Reason::ManyClasses { classes }, Some(agreement)));
    }
    let contingency = Contingency::of_pair(table, 0, 1);
    if contingency.items() == 0 {
        return Err(Undefined::new(Reason::OneRater, Some(agreement)));
    }
    let kappa = contingency
        .kappa(&metric, options.confidence)
        .ok_or(Undefined::new(Reason::OneValue, Some(agreement)))?;
    Ok(Estimate {
        value: kappa.value,
        observed: kappa.observed,
        by_chance: kappa.by_chance,
        standard_error: Some(kappa.standard_error),
        interval: Some((kappa.interval.0, kappa.interval.1.min(1.0))),
        p_value: (kappa.standard_error_if_0 > 0.0)
            .then(|| 2.0 * special::normal_tail((kappa.value / kappa.standard_error_if_0).abs())),
        units: paired,
        answers: 2 * contingency.items() as usize,
    })
}

/// Most classes of a table of all their pairs: 128 MiB.
const MOST_CLASSES: usize = 4_096;

/// How often two raters said each pair of classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contingency {
    classes: usize,
    /// `[classes * classes]`, row-major, the first rater's class first.
    counts: Vec<u64>,
}

/// Cohen's κ of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kappa {
    /// κ.
    pub value: f64,
    /// The largest κ the two distributions allow, unweighted; `None` where both raters said one
    /// class only.
    pub largest: Option<f64>,
    /// Weighted agreement seen.
    pub observed: f64,
    /// Weighted agreement by chance.
    pub by_chance: f64,
    /// Standard error.
    pub standard_error: f64,
    /// Standard error if κ were 0.
    pub standard_error_if_0: f64,
    /// Normal interval; not capped.
    pub interval: (f64, f64),
}

impl Contingency {
    /// A table of counts: row-major, the first rater's class first.
    ///
    /// `None` where `counts` is not `classes * classes` long.
    pub fn new(classes: usize, counts: Vec<u64>) -> Option<Self> {
        (counts.len() == classes * classes).then_some(Self { classes, counts })
    }

    /// The first answers of two raters to the items both answered.
    pub fn of_pair(table: &LabelTable, first: u32, second: u32) -> Self {
        let classes = table.classes.len();
        let mut counts = vec![0; classes * classes];
        for item in 0..table.items.len() {
            let of = |rater| table.of(item).iter().find(|vote| vote.rater == rater);
            if let (Some(a), Some(b)) = (of(first), of(second)) {
                counts[a.label as usize * classes + b.label as usize] += 1;
            }
        }
        Self { classes, counts }
    }

    /// Items both answered.
    pub fn items(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// κ under a metric; `None` where no disagreement is to be expected or there are no items.
    pub fn kappa(&self, metric: &Metric, confidence: f64) -> Option<Kappa> {
        let (classes, items) = (self.classes, self.items() as f64);
        let share = |a: usize, b: usize| self.counts[a * classes + b] as f64 / items;
        let weight = |a: usize, b: usize| metric.weight(a as u32, b as u32);
        let rows: Vec<f64> =
            (0..classes).map(|a| (0..classes).map(|b| share(a, b)).sum()).collect();
        let columns: Vec<f64> =
            (0..classes).map(|b| (0..classes).map(|a| share(a, b)).sum()).collect();
        let (disagreed, expected) = self.disagreement(metric);
        if items == 0.0 || expected <= 0.0 {
            return None;
        }
        let value = 1.0 - items * disagreed / expected;
        let by_chance = 1.0 - expected / (items * items);
        let of_rows: Vec<f64> =
            (0..classes).map(|a| (0..classes).map(|b| columns[b] * weight(a, b)).sum()).collect();
        let of_columns: Vec<f64> =
            (0..classes).map(|b| (0..classes).map(|a| rows[a] * weight(a, b)).sum()).collect();
        let (mut spread, mut spread_if_0) = (0.0, 0.0);
        for a in 0..classes {
            for b in 0..classes {
                let pull = of_rows[a] + of_columns[b];
                let term = weight(a, b) - pull * (1.0 - value);
                spread += share(a, b) * term * term;
                let term = weight(a, b) - pull;
                spread_if_0 += rows[a] * columns[b] * term * term;
            }
        }
        let center = value - by_chance * (1.0 - value);
        let room = (1.0 - by_chance) * (1.0 - by_chance) * items;
        let standard_error = ((spread - center * center).max(0.0) / room).sqrt();
        let reach = special::normal_quantile(0.5 + 0.5 * confidence) * standard_error;
        let same: f64 = rows.iter().zip(&columns).map(|(row, column)| row * column).sum();
        let most: f64 = rows.iter().zip(&columns).map(|(row, column)| row.min(*column)).sum();
        Some(Kappa {
            value,
            largest: (same < 1.0).then(|| (most - same) / (1.0 - same)),
            observed: 1.0 - disagreed / items,
            by_chance,
            standard_error,
            standard_error_if_0: ((spread_if_0 - by_chance * by_chance).max(0.0) / room).sqrt(),
            interval: (value - reach, value + reach),
        })
    }

    /// Sums of distances: of the counts, and of the products of the margins.
    fn disagreement(&self, metric: &Metric) -> (f64, f64) {
        let classes = self.classes;
        let rows: Vec<u64> =
            self.counts.chunks(classes.max(1)).map(|row| row.iter().sum()).collect();
        let columns: Vec<u64> =
            (0..classes).map(|b| self.counts[b..].iter().step_by(classes).sum()).collect();
        if metric.is_plain() {
            let agreed: u64 = self.counts.iter().step_by(classes + 1).sum();
            let same: u128 =
                rows.iter().zip(&columns).map(|(&a, &b)| u128::from(a) * u128::from(b)).sum();
            let all = u128::from(self.items()) * u128::from(self.items());
            return ((self.items() - agreed) as f64, (all - same) as f64);
        }
        let (mut disagreed, mut expected) = (0.0, 0.0);
        for (a, row) in rows.iter().enumerate() {
            for (b, column) in columns.iter().enumerate() {
                let distance = metric.distance(a as u32, b as u32);
                disagreed += distance * self.counts[a * classes + b] as f64;
                expected += distance * *row as f64 * *column as f64;
            }
        }
        (disagreed, expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_by_hand() {
        // 50 proposals, two readers: 20 both yes, 15 both no; κ is 0.4.
        let table = Contingency::new(2, vec![20, 5, 10, 15]).unwrap();
        let kappa = table.kappa(&Metric::identity(), 0.95).unwrap();
        assert!((kappa.value - 0.4).abs() < 1e-15);
        assert!((kappa.observed - 0.7).abs() < 1e-15);
        assert!((kappa.by_chance - 0.5).abs() < 1e-15);
    }

    #[test]
    fn raters_who_never_vary_have_no_kappa() {
        let table = Contingency::new(2, vec![7, 0, 0, 0]).unwrap();
        assert_eq!(table.kappa(&Metric::identity(), 0.95), None);
        assert_eq!(Contingency::new(2, vec![1]), None);
    }
}
