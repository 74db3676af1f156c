//! What each record leaves behind when it is seen: enough to find and verify its copies.

use shujian_core::{ContentId, Place};

/// Signatures of some records, column by column; concatenation is the only merge.
///
/// - `ids`, `places`, `partitions`, `units`, `payload_len`: one entry a record.
/// - `keys`: `[records * width]`; two records that share a key *in the same position* are
///   candidates. [`NO_KEY`] matches nothing.
/// - `payload`: what verification needs of each record, end to end; opaque to the engine, which
///   keeps it in memory or on disk.
#[derive(Debug, Clone, Default)]
pub struct Signed {
    /// Identity of the whole record: every column, canonical cells.
    pub ids: Vec<ContentId>,
    /// File and row of each record.
    pub places: Vec<Source>,
    /// Partition of each record.
    pub partitions: Vec<u32>,
    /// Content submitted with each record, in the unit of its profile.
    pub units: Vec<u32>,
    /// Keys for each record and position.
    pub keys: Vec<u64>,
    /// Positions, the same for all records of one kind of profile.
    pub width: usize,
    /// Bytes of payload of each record.
    pub payload_len: Vec<u32>,
    /// Payloads, end to end.
    pub payload: Vec<u8>,
}

/// A key that matches nothing.
pub const NO_KEY: u64 = u64::MAX;

/// Where a record stands: index of the file in name order, and row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// Index of the file in the engine's file table.
    pub file: u32,
    /// Row in that file, from 1.
    pub row: u64,
}

impl Source {
    /// The same for a finding; the file by its index, since the engine knows the names.
    pub(crate) fn place(self) -> Place {
        Place::file(self.file.to_string()).at_row(self.row)
    }
}

/// Payloads of signed records, wherever the engine keeps them.
pub trait Payloads: Sync {
    /// The payload of a record: where it lies in memory, or read into `room`.
    ///
    /// - Errors: the store's own, such as a torn spill file.
    fn get<'a>(&'a self, record: u32, room: &'a mut Vec<u8>) -> std::io::Result<&'a [u8]>;
}

/// Candidate keys of signed records, wherever the engine keeps them.
pub trait Keys: Sync {
    /// Positions.
    fn width(&self) -> usize;

    /// All (key, record) pairs of one position, sorted; [`NO_KEY`] left out.
    ///
    /// - Errors: the store's own.
    fn sorted(&self, position: usize) -> std::io::Result<Vec<(u64, u32)>>;
}
