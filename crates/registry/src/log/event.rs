//! What one leaf of the log says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::canonical;
use crate::request::Request;

/// Name and version of the form of a leaf.
pub const SCHEMA: &str = "shujian.registry-event.v1";

/// One event, complete: who asked for what, what it led to, and every row it wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// [`SCHEMA`].
    pub schema: String,
    /// Place in the log, from 0.
    pub seq: u64,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// Entry it happened to.
    pub entry: String,
    /// Its public number.
    pub number: String,
    /// State before.
    pub from: String,
    /// State afterwards.
    pub to: String,
    /// Whether it was done, or waits for the second person.
    pub step: Step,
    /// What was asked for.
    pub request: Request,
    /// Ed25519 over the canonical request, by the actor's key, hex.
    pub signature: String,
    /// The rows as they stand afterwards.
    pub rows: Vec<Image>,
}

/// How far a command got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// It was carried out.
    Done,
    /// The first of two persons has given it.
    Proposed,
}

/// A row after an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// Table.
    pub table: String,
    /// The row.
    pub row: Json,
}

impl Event {
    /// The leaf.
    pub fn leaf(&self) -> String {
        canonical(self)
    }
}
