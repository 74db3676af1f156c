//! What a measure entitles to, as the rules hand it to the registry: the amounts that the registry
//! holds against its own figures, and the trace that explains them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::card::Grade;
use crate::{Date, Fen};

/// An amount computed under one measure, with its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entitlement {
    /// Measure of the policy catalogue.
    pub measure: String,
    /// Amount the measure applies to, fen.
    pub base_fen: Fen,
    /// What the rate or the grade gives before the cap, fen.
    pub nominal_fen: Fen,
    /// The most the measure gives, fen.
    pub cap_fen: Fen,
    /// What is payable now, after cap, stacking and what was granted before, fen.
    pub payable_fen: Fen,
    /// Grade it was computed for, where the measure pays by grade.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub grade: Option<Grade>,
    /// Day it was computed for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub date: Option<Date>,
    /// Every step, so that the amount can be computed again.
    pub trace: serde_json::Value,
    /// Articles the amount rests on.
    pub cites: Vec<String>,
}
