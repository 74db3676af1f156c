//! An entitlement: an amount with everything it follows from, and how it is audited.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::card::Grade;
use shujian_core::finding::Text;
use shujian_core::{Date, Fen};

use super::catalogue::{Catalogue, Rule};
use super::evaluate::evaluate;
use super::parameter::{Chosen, Settings};
use super::trace::{Decision, Op, Step, TraceError, reexecute};

/// Name of the entitlement's form.
pub const SCHEMA: &str = "shujian.entitlement.v1";

/// What is known of a claim. Amounts are fen and not negative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Day of the claim; the rule must be valid on it.
    pub date: Date,
    /// Facts of this claim that the measure is computed from.
    #[serde(default)]
    pub amounts: BTreeMap<String, Fen>,
    /// The same of earlier claims under the same cap.
    #[serde(default)]
    pub prior: BTreeMap<String, Fen>,
    /// What was granted under the same cap before.
    #[serde(default)]
    pub granted_fen: Fen,
    /// Grade of the dataset.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub grade: Option<Grade>,
    /// Sum of the grade, where the bureau ruled one in place of the rubric's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ruled_fen: Option<Fen>,
    /// The amount asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub requested_fen: Option<Fen>,
    /// Audited eligible cost.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub eligible_cost_fen: Option<Fen>,
    /// Public money already granted for that cost.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub other_public_fen: Option<Fen>,
    /// Conditions a person has seen to be met.
    #[serde(default)]
    pub confirmed: BTreeSet<String>,
    /// Beneficiaries of the year so far, for a measure with places.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub places_taken: Option<u32>,
    /// Other claims on the same project.
    #[serde(default)]
    pub others: Vec<Other>,
    /// What the year's envelope has left.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub envelope_left_fen: Option<Fen>,
}

impl Facts {
    /// A claim of a day with nothing else known.
    pub fn on(date: Date) -> Self {
        Self {
            date,
            amounts: BTreeMap::new(),
            prior: BTreeMap::new(),
            granted_fen: Fen(0),
            grade: None,
            ruled_fen: None,
            requested_fen: None,
            eligible_cost_fen: None,
            other_public_fen: None,
            confirmed: BTreeSet::new(),
            places_taken: None,
            others: Vec::new(),
            envelope_left_fen: None,
        }
    }
}

/// Another claim on the same project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Other {
    /// Measure of this catalogue, or the name of another policy.
    pub measure: String,
    /// What it is entitled to.
    pub entitled_fen: Fen,
    /// What was paid on it.
    pub paid_fen: Fen,
    /// What the bureau ruled for the two.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ruling: Option<Ruling>,
}

/// What the bureau ruled for claims that meet; an exemption (另有规定除外) is a ruling to cumulate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ruling {
    /// What happens to the claims.
    pub rule: Rule,
    /// Number or name of the document.
    pub document: String,
    /// Its day.
    pub date: Date,
}

/// An amount with everything it follows from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entitlement {
    /// Always `shujian.entitlement.v1`.
    pub schema: String,
    /// The measure.
    pub measure: String,
    /// Its short sign.
    pub code: String,
    /// Article of the policy.
    pub article: u32,
    /// The catalogue.
    pub catalogue: Source,
    /// What it was computed from.
    pub facts: Facts,
    /// Parameters that were read.
    pub parameters: Vec<Chosen>,
    /// What the claim comes to.
    pub decision: Decision,
    /// Base of all claims under the same cap, this one included.
    pub base_fen: Fen,
    /// Amount by rate, sum or grade, rounded, before cap and limits.
    pub nominal_fen: Fen,
    /// The cap; absent where the bureau ruled that it does not bind.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cap_fen: Option<Fen>,
    /// What is to be paid on this claim.
    pub payable_fen: Fen,
    /// Every step; computing them again gives `payable_fen` and `decision`.
    pub trace: Vec<Step>,
    /// Where steps are ruled, by the key they name.
    pub cites: BTreeMap<String, Text>,
    /// What the reader should know.
    pub warnings: Vec<Warning>,
}

/// A catalogue as a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// Name of the policy.
    pub policy: Text,
    /// Version of the catalogue.
    pub version: String,
    /// blake3 of its file, hex.
    pub hash: String,
}

/// What the reader of an amount should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Warning {
    /// Stable code, explained by `shujian explain CODE`.
    pub code: String,
    /// What it is about, in this case.
    pub text: Text,
}

/// What a written entitlement is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audit {
    /// Its trace computes, and the catalogue at hand gives the same entitlement.
    Same,
    /// Its trace computes; the catalogue at hand is another one, so no more can be said.
    OtherCatalogue,
    /// Its trace does not compute.
    Broken(TraceError),
    /// Its trace computes, but not to the amount or decision it states.
    Misstated,
    /// Facts and catalogue give another entitlement.
    Differs,
}

/// Holds a written entitlement against its own trace and, where it is the same, the catalogue.
pub fn audit(entitlement: &Entitlement, catalogue: &Catalogue) -> Audit {
    let stated = (entitlement.payable_fen, entitlement.decision);
    match reexecute(&entitlement.trace) {
        Err(error) => return Audit::Broken(error),
        Ok(computed) if computed != stated => return Audit::Misstated,
        Ok(_) => {}
    }
    if entitlement.catalogue.hash != catalogue.hash {
        return Audit::OtherCatalogue;
    }
    if let [Step { op: Op::Refuse { .. }, .. }] = entitlement.trace[..] {
        return Audit::Same;
    }
    let decided = entitlement.parameters.iter().filter(|choice| !choice.is_default);
    let given = decided.map(|choice| (choice.id.clone(), choice.value.clone()));
    let again = Settings::new(catalogue, given).and_then(|settings| {
        evaluate(catalogue, &entitlement.measure, &entitlement.facts, &settings)
    });
    if again.as_ref() == Ok(entitlement) { Audit::Same } else { Audit::Differs }
}
