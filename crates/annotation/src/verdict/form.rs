//! The review as it leaves the process.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::finding::Text;
use shujian_core::{Finding, LabelVerdict, Place};

use super::{Acceptance, AgreementReport, Inspected, KnownReport};
use crate::consensus::BehaviourForm;

/// What came of a delivery: verdict, reasons, evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Review {
    /// `shujian.delivery.v1`.
    pub schema: String,
    /// The verdict.
    pub verdict: Verdict,
    /// What was delivered.
    pub delivered: Delivered,
    /// Every criterion with its numbers.
    pub criteria: Vec<Criterion>,
    /// What to put right, in file and record order.
    pub rework: Vec<Rework>,
    /// Further errors that the list has no room for; they are counted in `findings`.
    pub rework_omitted: u64,
    /// Agreement between raters, for whole items and for marks; empty with one rater.
    pub agreement: Vec<AgreementReport>,
    /// Behaviour of raters to look into: evidence, no verdict unless the terms forbid it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub behaviours: Vec<BehaviourForm>,
    /// Behaviours that could not be looked for: `too-fast` needs how long answers took, `drift` when
    /// they were given, and no file says so.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub not_looked_for: Vec<String>,
    /// Answers to known items, if any were given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub known: Option<KnownReport>,
    /// What the inspection found, if there was one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub inspection: Option<Inspected>,
    /// How many items to inspect.
    pub sampling: SamplePlan,
    /// What a dataset's card takes from this review.
    pub card: CardPart,
    /// The terms applied.
    pub acceptance: Acceptance,
    /// Everything found, counted, gravest first.
    pub findings: Vec<Finding>,
}

impl Review {
    /// The name of the form.
    pub const SCHEMA: &str = "shujian.delivery.v1";
}

/// The decision and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// What becomes of the delivery.
    pub decision: LabelVerdict,
    /// Names of the criteria that were missed, as they stand in `criteria`.
    pub missed: Vec<String>,
    /// Names of the criteria that could not be decided: what acceptance still rests on.
    pub open: Vec<String>,
}

/// What was delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Delivered {
    /// Hash of all files, hex: the sample is drawn from it.
    pub root: String,
    /// Files, media among them.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Formats met.
    pub formats: Vec<String>,
    /// Records read.
    pub records_read: u64,
    /// Records that could not be read; each is a finding.
    pub records_skipped: u64,
    /// Items.
    pub items: u64,
    /// Items that have a label.
    pub labelled_items: u64,
    /// Labels.
    pub annotations: u64,
    /// Classes, in order of declaration.
    pub classes: Vec<String>,
    /// Raters the files name.
    pub raters: Vec<String>,
}

/// How a criterion stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Reached.
    Met,
    /// Missed: the delivery goes back for rework.
    Missed,
    /// Missed so far that the delivery is rejected.
    Failed,
    /// The evidence does not decide it.
    Open,
    /// There is no evidence, and none was asked for.
    NotAsked,
}

/// One criterion with its numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Criterion {
    /// Stable name.
    pub name: String,
    /// How it stands.
    pub status: Status,
    /// What was measured.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<f64>,
    /// The two sides of the measured ratio.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub of: Option<Sides>,
    /// Interval at the confidence of the terms.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub interval: Option<(f64, f64)>,
    /// What it had to reach.
    pub wanted: f64,
    /// Why it stands so.
    pub reason: Text,
}

/// The two sides of a ratio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sides {
    /// Numerator.
    pub numerator: u64,
    /// Denominator.
    pub denominator: u64,
}

/// One thing to put right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Rework {
    /// Where.
    pub place: Place,
    /// The item; empty where none is concerned.
    pub item: String,
    /// Code of the finding; its cause and fix stand in `findings`.
    pub code: String,
}

/// A sampling plan for the lot.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SamplePlan {
    /// Items of the lot.
    pub lot: u64,
    /// Items to inspect.
    pub sample: u64,
    /// Most defective items with which to accept.
    pub accept: u64,
    /// Acceptable quality limit, percent of items.
    pub aql_percent: f64,
}

/// The annotation part of a dataset's card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CardPart {
    /// TC609 0203 标注规范性: items without an error over all items; none without items.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub conformity: Option<f64>,
    /// TC609 0304 标注准确性: right answers over answers, from inspection, else from known items.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub accuracy: Option<f64>,
    /// Its lower bound.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub accuracy_low: Option<f64>,
    /// Agreement times label entropy, bits a unit: the term x_A before its ramp.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub information_bits: Option<f64>,
}
