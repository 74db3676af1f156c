//! The journey of a record, run in parallel within a memory budget.
//!
//! This room alone runs threads over data. The journey itself is [`journey::walk`]; everything
//! else here is how it is driven on one machine.

mod assemble;
mod clusters;
mod journey;
mod local;
mod several;
mod snapshot;

use std::path::{Path, PathBuf};

pub use several::several;
pub use snapshot::{Inputs, inputs};

use journey::Aim;
use shujian_core::card::Records;
use shujian_core::{Banding, Card, Finding, Limits};

/// Why a run ended without a card.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No input could be opened.
    #[error(transparent)]
    Input(#[from] shujian_ingest::Error),
    /// The inputs hold no record that could be read.
    #[error("no record could be read from {paths}; `shujian profile` lists what was found")]
    Empty {
        /// The paths as given.
        paths: String,
    },
    /// A file changed between the first and the second look at it.
    #[error("{name} changed while it was being read; run again when nothing writes to it")]
    Changed {
        /// The file.
        name: String,
    },
    /// The work folder or another part of the environment failed.
    #[error("{doing}: {source}")]
    Environment {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Error {
    /// Whether the input is at fault, rather than the environment.
    pub fn is_input(&self) -> bool {
        matches!(self, Self::Input(_) | Self::Empty { .. })
    }
}

/// How to run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Bounds, memory and threads among them.
    pub limits: Limits,
    /// How near copies of texts are looked for.
    pub banding: Banding,
    /// Read only the beginning of each file: a forecast, marked as such on the card.
    pub sample_only: bool,
}

/// Someone who watches a run. Calls come from several threads.
pub trait Watch: Sync {
    /// The run will read this many bytes from disk.
    fn start(&self, bytes: u64);
    /// So many more bytes were read.
    fn read(&self, bytes: u64);
    /// A new stage begins.
    fn stage(&self, name: &'static str);
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn start(&self, _bytes: u64) {}
    fn read(&self, _bytes: u64) {}
    fn stage(&self, _name: &'static str) {}
}

/// Measures a dataset; the card has no assessment yet.
///
/// - Errors: inputs that lead to nothing, a work folder that fails. Whatever is wrong *inside* the
///   inputs is a finding on the card.
pub fn profile(paths: &[PathBuf], options: &Options, watch: &dyn Watch) -> Result<Card, Error> {
    let outcome = journey::walk(paths, options, watch, Aim::Card)?;
    Ok(assemble::card(&outcome))
}

/// What became of the records of a dataset that was looked through for copies.
#[derive(Debug, Clone)]
pub struct Copies {
    /// Records by what became of them.
    pub records: Records,
    /// What was noticed on the way.
    pub findings: Vec<Finding>,
}

/// Writes where every record of a dataset stands among its copies, as Parquet.
///
/// Columns: `file`, `row`, `partition`, `content_id`, `kind` (`unique`, `first`, `exact`, `near`,
/// `rubbish`), `cluster` (content id of the representative), `units`, `novel_units`; sorted by
/// file and row.
///
/// - Errors: as [`profile`], and an output that cannot be written.
pub fn dedup(
    paths: &[PathBuf],
    options: &Options,
    watch: &dyn Watch,
    out: &Path,
) -> Result<Copies, Error> {
    let outcome = journey::walk(paths, options, watch, Aim::Copies)?;
    clusters::write(&outcome, out)
        .map_err(|source| Error::Environment { doing: "writing clusters", source })?;
    Ok(assemble::copies(&outcome))
}
