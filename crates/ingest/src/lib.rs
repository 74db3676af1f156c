//! Files in, canonical batches out; nothing is skipped in silence.

mod archives;
mod columnar;
mod compression;
mod discover;
mod encoding;
mod formats;
mod guarded;
mod job;
mod json;
mod kind;
mod random;
mod read;
mod rows;
mod stream;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;

use shujian_core::{Batch, Findings, Limits};

/// Why an input could not be opened at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A path or pattern leads to no file.
    #[error("{path}: no such file or folder")]
    NotFound {
        /// The path or pattern as given.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("{path}: {source}")]
    Io {
        /// The path.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
}

/// One file on disk, to be read as a whole by one worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// Its name in reports: relative to the path given, with `/`.
    pub name: String,
    /// Bytes on disk.
    pub bytes: u64,
}

/// The files below the given paths, by ascending name.
#[derive(Debug, Clone, Default)]
pub struct Discovery {
    /// Files.
    pub sources: Vec<Source>,
    /// Loops, unreadable folders, limits.
    pub findings: Findings,
}

/// What became of one file or archive member.
#[derive(Debug, Clone, Default)]
pub struct FileReport {
    /// Its name; members as `archive.zip!member`.
    pub name: String,
    /// Format such as `csv`, `jsonl`, `parquet`, `jpeg`, `documentation`.
    pub kind: String,
    /// Whether its content was handed on as batches.
    pub measured: bool,
    /// Bytes as stored (of the member, inside an archive).
    pub bytes: u64,
    /// blake3 of those bytes.
    pub digest: [u8; 32],
    /// Records in it, whole or broken.
    pub present: u64,
    /// Records handed on; `read + skipped == present`.
    pub read: u64,
    /// Records that could not be.
    pub skipped: u64,
    /// Media samples in it, counted but not measured.
    pub samples: u64,
    /// Whether something of it is lost that is not even counted as skipped: it cannot be opened,
    /// breaks off, or is not what its name says. Never set for media.
    pub broken: bool,
}

/// What became of one source: itself, or each member of an archive.
#[derive(Debug, Clone, Default)]
pub struct SourceReport {
    /// Files in it; `Batch::file` is an index into this list.
    pub files: Vec<FileReport>,
    /// What was guessed, skipped or capped.
    pub findings: Findings,
}

/// Finds every file below paths and patterns.
///
/// - Errors: a path that leads to nothing. Everything below is a finding, not an error.
pub fn discover(paths: &[PathBuf], limits: &Limits) -> Result<Discovery, Error> {
    discover::discover(paths, limits)
}

/// Reads one source to its end, handing on batches as they fill.
///
/// Never panics and never fails as a whole: what is wrong is in the report. `progress` counts
/// bytes read from disk. The sink may stop the reading.
pub fn read(
    source: &Source,
    limits: &Limits,
    progress: &AtomicU64,
    sink: &mut dyn FnMut(Batch) -> ControlFlow<()>,
) -> SourceReport {
    let mut run = job::Run::new(source.bytes, limits, progress, sink);
    read::source(&mut run, source);
    run.mark_broken();
    run.report
}
