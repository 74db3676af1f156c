//! Chance-corrected agreement between raters, with standard errors and intervals.
//!
//! One file and one row of [`COEFFICIENTS`] a coefficient. All of them see the same units: items
//! with at least two answers, for observed agreement *and* for chance, unless [`Chance::AllUnits`]
//! asks for the older habit. Where a coefficient has no value it says why and what would give it
//! one ([`Undefined`]); no NaN leaves this module.

mod bootstrap;
mod brennan_prediger;
mod cohen_kappa;
mod conger_kappa;
mod fleiss_kappa;
pub(crate) mod form;
mod gwet_ac;
mod information;
mod intraclass;
mod krippendorff_alpha;
mod labels;
mod matched;
mod metric;
mod pairs;
mod scott_pi;
mod undefined;
mod units;

use std::borrow::Cow;

use crate::special;
use crate::table::LabelTable;

pub use bootstrap::{Bootstrap, Interval, bootstrap};
pub use brennan_prediger::BRENNAN_PREDIGER;
pub use cohen_kappa::{COHEN, Contingency, Kappa};
pub use conger_kappa::CONGER;
pub use fleiss_kappa::{FLEISS, fixed_fleiss, randolph};
pub use form::{
    AgreementForm, Asked, CoefficientForm, DepthForm, LabelForm, MarksForm, PairForm, TableForm,
    TallyForm, measure,
};
pub use gwet_ac::GWET;
pub use information::{Information, information};
pub use intraclass::{Fit, Intraclass, fit, intraclass, leave_one_out, mean_and_median};
pub use krippendorff_alpha::{KRIPPENDORFF, alpha};
pub use labels::{LabelAgreement, by_label};
pub use matched::{Matched, MatchedAgreement};
pub use metric::{Metric, WEIGHTINGS, Weighting};
pub use pairs::{PairKappa, pair_kappas};
pub use scott_pi::SCOTT;
pub use undefined::{Reason, Undefined};
pub use units::Units;

/// Which units chance agreement is estimated from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Chance {
    /// Those observed agreement is estimated from: units with at least two answers.
    #[default]
    PairedUnits,
    /// Every unit with an answer, as irrCAC and Gwet's handbook do. With few pairs and many single
    /// answers the result can leave [−1, 1].
    AllUnits,
}

/// How to estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// How far apart two classes are.
    pub weighting: Weighting,
    /// Where chance comes from.
    pub chance: Chance,
    /// Fewest units with two answers; below it a coefficient is withheld.
    pub minimum_units: usize,
    /// Confidence of intervals, in (0, 1).
    pub confidence: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            weighting: Weighting::Identity,
            chance: Chance::PairedUnits,
            minimum_units: 1,
            confidence: 0.95,
        }
    }
}

/// A coefficient's value and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The coefficient; 1 is full agreement, 0 is chance.
    pub value: f64,
    /// Observed agreement as the formula takes it.
    pub observed: f64,
    /// Chance agreement as the formula takes it.
    pub by_chance: f64,
    /// Standard error over units; `None` with fewer than two units.
    pub standard_error: Option<f64>,
    /// Interval by Student's t, its upper end capped at 1; `None` without a standard error.
    pub interval: Option<(f64, f64)>,
    /// Two-sided probability of so much agreement by chance; `None` without a standard error.
    pub p_value: Option<f64>,
    /// Units with at least two answers.
    pub units: usize,
    /// Answers in those units.
    pub answers: usize,
}

/// One row of [`COEFFICIENTS`].
#[derive(Debug, Clone, Copy)]
pub struct Coefficient {
    /// Stable name, such as `krippendorff-alpha`.
    pub name: &'static str,
    /// What it assumes of chance, in a few words, in both languages.
    pub assumes: shujian_core::Bilingual,
    /// Who published it where.
    pub source: &'static str,
    /// The estimate of a table.
    pub estimate: fn(&LabelTable, &Options) -> Result<Estimate, Undefined>,
}

/// Every coefficient.
pub const COEFFICIENTS: &[Coefficient] =
    &[COHEN, SCOTT, FLEISS, CONGER, GWET, BRENNAN_PREDIGER, KRIPPENDORFF];

/// The row of a name.
pub fn named(name: &str) -> Option<&'static Coefficient> {
    COEFFICIENTS.iter().find(|coefficient| coefficient.name == name)
}

/// The units a coefficient works on and their observed agreement.
struct Observed {
    units: Units,
    metric: Metric,
    /// Units with at least two answers.
    paired: usize,
    /// Mean over those of the weighted share of agreeing pairs.
    agreement: f64,
}

/// Counts units and observed agreement, or says why there is nothing to estimate.
fn observe(table: &LabelTable, options: &Options) -> Result<Observed, Undefined> {
    observe_units(Units::from_table(table), table, options)
}

fn observe_units(
    units: Units,
    table: &LabelTable,
    options: &Options,
) -> Result<Observed, Undefined> {
    let paired = units.check(options.minimum_units)?;
    let metric = Metric::of(options.weighting, &units, table)?;
    let units = match options.chance {
        Chance::PairedUnits => match units.paired() {
            Cow::Owned(paired) => paired,
            Cow::Borrowed(_) => units,
        },
        Chance::AllUnits => units,
    };
    let agreement = units.observed_agreement(&metric);
    Ok(Observed { units, metric, paired, agreement })
}

impl Observed {
    /// The coefficient `(observed − chance) / (1 − chance)` and Gwet's standard error.
    ///
    /// `unit_chance` is the chance term a unit contributes; a constant where chance does not
    /// depend on the answers. Source: Gwet (2008), doi:10.1348/000711006X126600.
    fn estimate(
        &self,
        by_chance: f64,
        unit_chance: impl Fn(usize) -> f64 + Sync,
        confidence: f64,
    ) -> Result<Estimate, Undefined> {
        if by_chance >= 1.0 {
            return Err(Undefined::new(Reason::OneValue, Some(self.agreement)));
        }
        let room = 1.0 - by_chance;
        let value = (self.agreement - by_chance) / room;
        let rows = self.units.len();
        let share = rows as f64 / self.paired as f64;
        let squares = crate::sums::sum(rows, |unit| {
            let own = match self.units.agreement(unit, &self.metric) {
                Some(own) => share * (own - by_chance) / room,
                None => 0.0,
            };
            let corrected = own - 2.0 * (1.0 - value) * (unit_chance(unit) - by_chance) / room;
            (corrected - value) * (corrected - value)
        });
        let estimate = Estimate {
            value,
            observed: self.agreement,
            by_chance,
            standard_error: None,
            interval: None,
            p_value: None,
            units: self.paired,
            answers: self.units.paired_answers(),
        };
        Ok(estimate.with_error(squares, rows, confidence))
    }
}

impl Estimate {
    /// Adds the standard error of a mean over `rows` units from its sum of squares.
    fn with_error(mut self, squares: f64, rows: usize, confidence: f64) -> Self {
        if rows < 2 {
            return self;
        }
        let rows = rows as f64;
        let error = (squares / (rows * (rows - 1.0))).sqrt();
        let reach = special::student_quantile(1.0 - confidence, rows - 1.0) * error;
        self.standard_error = Some(error);
        self.interval = Some((self.value - reach, (self.value + reach).min(1.0)));
        self.p_value = Some(if error > 0.0 {
            special::student_two_sided(self.value / error, rows - 1.0)
        } else if self.value == 0.0 {
            1.0
        } else {
            0.0
        });
        self
    }
}

/// Share of the most common class among paired answers from which kappas mislead.
pub const PREVALENT: f64 = 0.9;

/// The share of the most common class among answers in units with at least two; `None` where
/// there is no such unit.
///
/// From [`PREVALENT`] on, kappa-like coefficients fall although raters agree; show all of them.
pub fn prevalence(table: &LabelTable) -> Option<f64> {
    let mut margins = vec![0_u64; table.classes.len()];
    for votes in (0..table.items.len()).map(|item| table.of(item)).filter(|at| at.len() >= 2) {
        votes.iter().for_each(|vote| margins[vote.label as usize] += 1);
    }
    let whole: u64 = margins.iter().sum();
    (whole > 0).then(|| *margins.iter().max().unwrap_or(&0) as f64 / whole as f64)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::table::Builder;

    pub(crate) fn table(rows: &[&[&str]]) -> LabelTable {
        let mut builder = Builder::new();
        for (item, row) in rows.iter().enumerate() {
            for (rater, label) in row.iter().enumerate() {
                if !label.is_empty() {
                    builder.add(&format!("{item:04}"), &format!("r{rater}"), label);
                }
            }
        }
        builder.build()
    }

    #[test]
    fn names_are_unique() {
        for (place, row) in COEFFICIENTS.iter().enumerate() {
            assert!(COEFFICIENTS[..place].iter().all(|other| other.name != row.name));
            assert_eq!(named(row.name).map(|found| found.source), Some(row.source));
        }
    }

    #[test]
    fn one_value_everywhere_is_undefined_with_the_reason() {
        let table = table(&[&["a", "a"], &["a", "a"]]);
        for row in COEFFICIENTS {
            let undefined = (row.estimate)(&table, &Options::default()).unwrap_err();
            assert_eq!(undefined.reason, Reason::OneValue, "{}", row.name);
            assert_eq!(undefined.observed, Some(1.0), "{}", row.name);
        }
    }

    #[test]
    fn few_pairs_among_many_single_answers_stay_in_range() {
        let mut rows: Vec<&[&str]> = vec![&["a", "b"]];
        rows.extend([["a", ""].as_slice(); 9]);
        let table = table(&rows);
        for row in COEFFICIENTS {
            let estimate = (row.estimate)(&table, &Options::default()).unwrap();
            assert!((-1.0..=1.0).contains(&estimate.value), "{} {estimate:?}", row.name);
        }
        let all = Options { chance: Chance::AllUnits, ..Options::default() };
        assert!((FLEISS.estimate)(&table, &all).unwrap().value < -9.0);
        let withheld = Options { minimum_units: 30, ..Options::default() };
        let undefined = (KRIPPENDORFF.estimate)(&table, &withheld).unwrap_err();
        assert_eq!(undefined.reason, Reason::LittleOverlap { units: 1, wanted: 30 });
    }

    #[test]
    fn prevalence_is_of_paired_answers() {
        assert_eq!(prevalence(&table(&[&["a", "a", "b"], &["b", "", ""]])), Some(2.0 / 3.0));
        assert_eq!(prevalence(&table(&[&["a"]])), None);
    }

    proptest! {
        /// Whatever raters answer, a coefficient is a number in reach or says why it is none.
        #[test]
        fn no_coefficient_is_nan(
            rows in prop::collection::vec(prop::collection::vec(0..4_usize, 1..5), 0..20),
        ) {
            let names = ["", "a", "b", "c"];
            let rows: Vec<Vec<&str>> =
                rows.iter().map(|row| row.iter().map(|&at| names[at]).collect()).collect();
            let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
            let table = table(&rows);
            for row in COEFFICIENTS {
                for weighting in [Weighting::Identity, Weighting::Quadratic, Weighting::AlphaOrdinal] {
                    let options = Options { weighting, ..Options::default() };
                    if let Ok(estimate) = (row.estimate)(&table, &options) {
                        prop_assert!(estimate.value.is_finite() && estimate.value <= 1.0 + 1e-12);
                        prop_assert!(estimate.standard_error.is_none_or(f64::is_finite));
                    }
                }
            }
        }
    }
}
