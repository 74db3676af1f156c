//! Copies: exact by id, near by shared keys and exact comparison.

pub mod bands;
pub mod clusters;
pub mod exact;
pub mod lookup;
pub mod memory;
pub mod minhash;
pub mod verify;

use crate::sign::{Keys, Payloads, Signed};

/// What deduplication decided about each record, in the order of [`Signed`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Novelty {
    /// The record this one repeats in every field (the one of smallest place); itself if none.
    pub exact_of: Vec<u32>,
    /// Smallest-id member of the near-duplicate cluster; itself if alone. Exact copies share it.
    pub cluster: Vec<u32>,
    /// Whether the record holds content that is not rubbish.
    pub usable: Vec<bool>,
    /// Content the record is measured against, in the unit of its profile: of tables, cells of the
    /// columns that count; else all that was submitted.
    pub counted_units: Vec<u32>,
    /// Content left to the record after all copies had their say, at most that.
    pub novel_units: Vec<u32>,
}

/// The records of one resolution: all text records of a dataset, or all rows of one partition.
pub struct Set<'a> {
    /// Ids, places, partitions and units; keys and payload are empty here.
    pub signed: &'a Signed,
    /// Candidate keys.
    pub keys: &'a dyn Keys,
    /// Verification payloads.
    pub payloads: &'a dyn Payloads,
}
