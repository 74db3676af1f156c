//! The buyer's terms: what a delivery must reach.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::form::SamplePlan;
use crate::raters::BEHAVIOURS;
use crate::sampling::{History, Level, Severity, standard_plan};

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
    /// The supplier's lots so far, oldest first: `+` passed, `-` failed, `r` taken up again after a
    /// stop; empty. It decides between normal and tightened inspection.
    pub history: String,
    /// Behaviour of raters that sends a delivery back: `constant`, `copying`, `too-fast`, `drift`;
    /// none.
    pub forbidden: Vec<String>,
}

impl Default for Acceptance {
    fn default() -> Self {
        Self {
            reject_above: 0.10,
            agreement: 0.667,
            accuracy: 0.95,
            confidence: 0.95,
            aql_percent: 1.0,
            history: String::new(),
            forbidden: Vec::new(),
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
        match History::parse(&self.history).map(|history| history.severity()) {
            None => {
                return Err(format!("acceptance.history = {:?}: only + - and r", self.history));
            }
            Some(None) => {
                return Err("acceptance.history: stopped after five failures; add r once the \
                            supplier has put things right"
                    .to_owned());
            }
            Some(Some(_)) => {}
        }
        let known = |name: &String| BEHAVIOURS.iter().any(|row| row.name == name.as_str());
        if let Some(name) = self.forbidden.iter().find(|name| !known(name)) {
            let names: Vec<&str> = BEHAVIOURS.iter().map(|row| row.name).collect();
            return Err(format!("acceptance.forbidden: {name:?} is none of {}", names.join(", ")));
        }
        match terms.into_iter().find(|(_, _, is_good)| !is_good) {
            Some((name, value, _)) => Err(format!("acceptance.{name} = {value} is out of range")),
            None => Ok(()),
        }
    }

    /// How the supplier's history has the next lot inspected.
    fn severity(&self) -> Severity {
        let severity = History::parse(&self.history).and_then(|history| history.severity());
        severity.unwrap_or(Severity::Tightened)
    }

    /// How many items GB/T 2828.1 has inspected of so many: general level II, normal or tightened
    /// inspection by the supplier's history.
    ///
    /// Below two items the standard has no plan; all are inspected.
    pub fn plan(&self, items: u64) -> SamplePlan {
        let plan = standard_plan(items, Level::II, self.aql_percent, self.severity());
        let (sample, accept) = plan.map_or((items, 0), |plan| (plan.sample, plan.accept));
        SamplePlan { lot: items, sample, accept, aql_percent: self.aql_percent }
    }
}
