//! The buyer's terms: what a delivery must reach.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::form::SamplePlan;
use crate::sampling::{Level, Severity, standard_plan};

/// The buyer's terms, `[acceptance]` of the labelling instruction. Every one has a default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Acceptance {
    /// Share of items with an error above which the delivery is rejected, not sent back; 0.10.
    pub reject_above: f64,
    /// Least agreement: Krippendorff's α or Gwet's AC1, whichever is higher; 0.667, from which
    /// Krippendorff (2004) draws tentative conclusions.
    pub agreement: f64,
    /// Least accuracy on known items and in inspection; 0.95.
    pub accuracy: f64,
    /// Confidence of every interval that decides, in (0, 1); 0.95.
    pub confidence: f64,
    /// Acceptable quality limit of the sampling inspection, percent of items with a defect; 1.0.
    pub aql_percent: f64,
}

impl Default for Acceptance {
    fn default() -> Self {
        Self {
            reject_above: 0.10,
            agreement: 0.667,
            accuracy: 0.95,
            confidence: 0.95,
            aql_percent: 1.0,
        }
    }
}

impl Acceptance {
    /// Whether every term is within its range.
    ///
    /// - Errors: the first that is not, in words.
    pub fn check(&self) -> Result<(), String> {
        let share = |value: f64| (0.0..=1.0).contains(&value);
        let is_open = |value: f64| value > 0.0 && value < 1.0;
        let terms = [
            ("reject_above", self.reject_above, share(self.reject_above)),
            ("agreement", self.agreement, share(self.agreement)),
            ("accuracy", self.accuracy, share(self.accuracy)),
            ("confidence", self.confidence, is_open(self.confidence)),
            ("aql_percent", self.aql_percent, crate::sampling::AQLS.contains(&self.aql_percent)),
        ];
        match terms.into_iter().find(|(_, _, is_good)| !is_good) {
            Some((name, value, _)) => Err(format!("acceptance.{name} = {value} is out of range")),
            None => Ok(()),
        }
    }

    /// How many items GB/T 2828.1 has inspected of so many: general level II, normal inspection.
    ///
    /// Below two items the standard has no plan; all are inspected.
    pub fn plan(&self, items: u64) -> SamplePlan {
        let plan = standard_plan(items, Level::II, self.aql_percent, Severity::Normal);
        let (sample, accept) = plan.map_or((items, 0), |plan| (plan.sample, plan.accept));
        SamplePlan { lot: items, sample, accept, aql_percent: self.aql_percent }
    }
}
