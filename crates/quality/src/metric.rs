//! The form every metric has, and the table of all metrics.

use shujian_core::card::{Counted, Interval, Metric as CardMetric};
use shujian_core::{Bilingual, ContentId, Findings, Profile};

/// What a metric is, apart from any data.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// Stable name, kebab-case; its file has the same name.
    pub name: &'static str,
    /// Profiles it is measured for.
    pub profiles: &'static [Profile],
    /// Unit of the value.
    pub unit: &'static str,
    /// What it means.
    pub definition: Bilingual,
    /// What is counted above the line.
    pub numerator: Bilingual,
    /// What is counted below the line.
    pub denominator: Bilingual,
    /// What happens to missing values, and when the value is undefined.
    pub null_rule: Bilingual,
    /// Where the definition comes from.
    pub source: &'static str,
}

/// A measured value before it is written on a card.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Value, or why there is none.
    pub value: Result<f64, Bilingual>,
    /// Amount above the line.
    pub numerator: f64,
    /// Amount below the line.
    pub denominator: f64,
    /// Records that moved it most, at most ten.
    pub evidence: Vec<ContentId>,
}

/// Everything measured about one partition beyond its counts.
#[derive(Debug, Clone)]
pub struct Measurement {
    /// Share of the novel content worth counting, from the sample.
    pub factor: Interval,
    /// Metrics, in table order.
    pub metrics: Vec<CardMetric>,
    /// What was noticed on the way.
    pub findings: Findings,
}

impl Spec {
    /// Puts a measured value into the card's form; floats are rounded to six decimals.
    pub fn to_card(&self, measured: &Measured) -> CardMetric {
        let side = |what: Bilingual, amount| Counted { what: what.into(), amount: round(amount) };
        CardMetric {
            name: self.name.to_owned(),
            value: measured.value.ok().map(round),
            undefined: measured.value.err().map(Into::into),
            unit: self.unit.to_owned(),
            numerator: side(self.numerator, measured.numerator),
            denominator: side(self.denominator, measured.denominator),
            definition: self.definition.into(),
            null_rule: self.null_rule.into(),
            evidence: measured.evidence.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Rounds to six decimals, half away from zero; what cards print.
pub fn round(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
