//! What one leaf says by itself, whatever stands around it. Leaves are read on every core.

use sha2::{Digest, Sha256};
use tlog_tiles::{Hash, record_hash};

use crate::entities::log::event;
use crate::entities::{TABLES, Table};
use crate::execute::read;
use crate::log::{Event, Image, canonical, canonical_json};

/// A leaf, read.
pub(super) struct Leaf {
    /// Hash of the leaf in the tree.
    pub(super) hash: Hash,
    /// What it says, or why it says nothing.
    pub(super) event: Result<Said, String>,
}

/// What a leaf says.
pub(super) struct Said {
    /// The event.
    pub(super) event: Event,
    /// What its actor signed.
    pub(super) message: String,
    /// The rows it wrote, in its order; `None` for one of no table of ours.
    pub(super) rows: Vec<Option<Written>>,
    /// Whether the leaf is in canonical form, and the columns beside it repeat it.
    pub(super) is_as_written: bool,
}

/// A row as an event wrote it.
pub(super) struct Written {
    pub(super) table: Table,
    pub(super) id: String,
    pub(super) hash: [u8; 32],
}

impl Leaf {
    /// Reads a row of the log.
    pub(super) fn read(row: &event::Model) -> Self {
        let event = read(row).map_err(|error| error.to_string()).map(|event| Said {
            is_as_written: row.seq.cast_unsigned() == event.seq
                && row.key == event.request.key
                && row.entry_id == event.entry
                && event.leaf() == row.body,
            message: canonical(&event.request),
            rows: event.rows.iter().map(written).collect(),
            event,
        });
        Self { hash: record_hash(row.body.as_bytes()), event }
    }
}

fn written(image: &Image) -> Option<Written> {
    let table = *TABLES.iter().find(|table| table.name() == image.table)?;
    let id = image.row["id"].as_str()?.to_owned();
    Some(Written { table, id, hash: hash(&image.row) })
}

/// Hash of a row, whatever the order of its columns.
pub(super) fn hash(row: &serde_json::Value) -> [u8; 32] {
    Sha256::digest(canonical_json(row)).into()
}
