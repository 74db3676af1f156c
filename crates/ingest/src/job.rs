//! What is known while one source is read: limits, findings, reports, and where batches go.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::atomic::AtomicU64;

use arrow::array::RecordBatch;
use shujian_core::{Batch, Findings, Limits, Place, modality};

use crate::guarded;
use crate::rows::Rows;
use crate::stream::Budget;
use crate::{FileReport, SourceReport};

/// Findings after which something of a file is lost without being counted.
const LOST: &[&str] = &[
    "SJ-ingest-001",
    "SJ-ingest-016",
    "SJ-ingest-018",
    "SJ-ingest-027",
    "SJ-ingest-036",
    "SJ-ingest-051",
    "SJ-ingest-052",
    "SJ-ingest-053",
    "SJ-ingest-054",
];

/// The reading of one source.
pub(crate) struct Run<'a> {
    /// Bounds.
    pub(crate) limits: &'a Limits,
    /// Bytes read from disk.
    pub(crate) progress: &'a AtomicU64,
    /// Decoded bytes left.
    pub(crate) budget: Rc<Budget>,
    /// What became of it so far.
    pub(crate) report: SourceReport,
    sink: &'a mut dyn FnMut(Batch) -> ControlFlow<()>,
    stopped: Cell<bool>,
    /// Files and members of which something is lost.
    broken: BTreeSet<String>,
}

impl<'a> Run<'a> {
    /// Begins to read a source of `bytes` on disk.
    pub(crate) fn new(
        bytes: u64,
        limits: &'a Limits,
        progress: &'a AtomicU64,
        sink: &'a mut dyn FnMut(Batch) -> ControlFlow<()>,
    ) -> Self {
        let budget = Rc::new(Budget::new(bytes, limits.expansion));
        let report = SourceReport::default();
        let (stopped, broken) = (Cell::new(false), BTreeSet::new());
        Self { limits, progress, budget, report, sink, stopped, broken }
    }

    /// Whether the sink wants no more.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.get()
    }

    /// Counts a finding.
    pub(crate) fn note(&mut self, code: &'static str, place: Place) {
        if LOST.contains(&code) {
            self.broken.insert(place.file.clone());
        }
        self.report.findings.add(code, place);
    }

    /// Marks the files of which something is lost. An archive that breaks off has no report of its
    /// own: its last member stands for it.
    pub(crate) fn mark_broken(&mut self) {
        for name in std::mem::take(&mut self.broken) {
            let files = &mut self.report.files;
            let at = files.iter().position(|file| file.name == name);
            let Some(at) = at.or_else(|| files.len().checked_sub(1)) else { continue };
            files[at].broken = !modality::is_media(&files[at].kind);
        }
    }

    /// Opens the report of a file or member.
    pub(crate) fn file(&mut self, name: &str, kind: &str, measured: bool) -> Job<'_, 'a> {
        let (name, kind) = (name.to_owned(), kind.to_owned());
        let index = self.report.files.len();
        self.report.files.push(FileReport { name, kind, measured, ..FileReport::default() });
        Job { run: self, index }
    }
}

/// The reading of one file or member of a source.
pub(crate) struct Job<'r, 'a> {
    /// The reading of its source.
    pub(crate) run: &'r mut Run<'a>,
    /// Its place in the list of reports.
    pub(crate) index: usize,
}

impl<'a> Job<'_, 'a> {
    /// Bounds.
    pub(crate) fn limits(&self) -> &'a Limits {
        self.run.limits
    }

    /// The report of this file.
    pub(crate) fn report(&mut self) -> &mut FileReport {
        &mut self.run.report.files[self.index]
    }

    /// The findings of the source.
    pub(crate) fn findings(&mut self) -> &mut Findings {
        &mut self.run.report.findings
    }

    /// This file as a place.
    pub(crate) fn place(&self) -> Place {
        Place::file(&self.run.report.files[self.index].name)
    }

    /// Counts a finding.
    pub(crate) fn note(&mut self, code: &'static str, place: Place) {
        self.run.note(code, place);
    }

    /// Counts a record that could not be read, with its finding.
    pub(crate) fn skip(&mut self, code: &'static str, place: Place) {
        self.skip_many(code, 1, place);
    }

    /// Counts `records` that could not be read, with one place for them.
    pub(crate) fn skip_many(&mut self, code: &'static str, records: u64, place: Place) {
        let report = self.report();
        report.present += records;
        report.skipped += records;
        self.findings().add_many(code, records, [place]);
    }

    /// Whether the sink wants no more.
    pub(crate) fn is_stopped(&self) -> bool {
        self.run.is_stopped()
    }

    /// Hands on records.
    pub(crate) fn deliver(&mut self, rows: Vec<u64>, cells: RecordBatch) {
        if rows.is_empty() || self.is_stopped() {
            return;
        }
        let read = rows.len() as u64;
        let report = self.report();
        report.present += read;
        report.read += read;
        let batch = Batch { file: self.index as u32, rows, cells };
        // What the sink does wrong is no fault of the file.
        if guarded::aloud(|| (self.run.sink)(batch)).is_break() {
            self.run.stopped.set(true);
        }
    }

    /// Hands on the records of `rows` if they fill a batch.
    pub(crate) fn flush_full(&mut self, rows: &mut Rows) {
        if rows.is_full() {
            self.flush(rows);
        }
    }

    /// Hands on the records of `rows`.
    pub(crate) fn flush(&mut self, rows: &mut Rows) {
        if !rows.is_empty() {
            let (places, cells) = rows.take();
            self.deliver(places, cells);
        }
    }
}
