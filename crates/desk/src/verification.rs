//! What a check of results against their manifest, their cards and their data found.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::finding::Text;

/// Name of the form of [`Verification`].
pub const SCHEMA: &str = "shujian.batch-verification.v1";

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verification {
    /// [`SCHEMA`].
    pub schema: String,
    /// Whether everything that was checked holds.
    pub holds: bool,
    /// Files whose hash was computed again.
    pub files: u64,
    /// Cards that the list was derived from again.
    pub cards: u64,
    /// Applications that were graded again; absent without their data.
    pub graded_again: Option<u64>,
    /// Everything that does not hold, by place.
    pub mismatches: Vec<Mismatch>,
}

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mismatch {
    /// Finding code.
    pub code: String,
    /// File of the results, or id of the application.
    pub place: String,
    /// What differs.
    pub what: Text,
}

impl Mismatch {
    /// Something that does not hold at a place.
    pub fn at(code: &str, place: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        let what = Text { zh: zh.into(), en: en.into() };
        Self { code: code.to_owned(), place: place.to_owned(), what }
    }
}

impl Verification {
    /// The outcome of a check.
    pub fn of(files: u64, cards: u64, graded_again: Option<u64>, mut found: Vec<Mismatch>) -> Self {
        found.sort_by(|a, b| (&a.code, &a.place, &a.what.en).cmp(&(&b.code, &b.place, &b.what.en)));
        Self {
            schema: SCHEMA.to_owned(),
            holds: found.is_empty(),
            files,
            cards,
            graded_again,
            mismatches: found,
        }
    }
}
