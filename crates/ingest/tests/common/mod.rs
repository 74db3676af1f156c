#![allow(dead_code, reason = "each test binary uses its part")]
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests may fail and speak")]
//! Reads datasets the way the engine does, and looks at what came of it.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::DataType;
use shujian_core::{Batch, Findings, Limits, batch::is_cell_type};
use shujian_ingest::{FileReport, discover, read};

/// One record: its cells that are not null, by name.
pub type Record = BTreeMap<String, String>;

/// What came of reading a dataset.
#[derive(Default)]
pub struct Outcome {
    /// Reports of all files.
    pub files: Vec<FileReport>,
    /// Everything that was found.
    pub findings: Findings,
    /// Records in order, if they were asked for.
    pub records: Vec<Record>,
    /// Rows of the records.
    pub rows: Vec<u64>,
}

impl Outcome {
    /// Files and records read, by kind.
    pub fn kinds(&self) -> BTreeMap<&str, (u64, u64)> {
        let mut kinds = BTreeMap::new();
        for file in &self.files {
            let (files, read) = kinds.entry(file.kind.as_str()).or_default();
            *files += 1;
            *read += file.read;
        }
        kinds
    }

    /// Records read.
    pub fn read(&self) -> u64 {
        self.files.iter().map(|file| file.read).sum()
    }

    /// Records skipped.
    pub fn skipped(&self) -> u64 {
        self.files.iter().map(|file| file.skipped).sum()
    }
}

/// Reads everything below a path and checks what must always hold.
pub fn read_all(path: &Path, limits: &Limits, keep: bool) -> Outcome {
    let discovery = discover(&[path.to_owned()], limits).unwrap();
    let mut outcome = Outcome { findings: discovery.findings, ..Outcome::default() };
    let progress = AtomicU64::new(0);
    for source in &discovery.sources {
        let mut handed_on = BTreeMap::<u32, u64>::new();
        let report = read(source, limits, &progress, &mut |batch: Batch| {
            assert_eq!(batch.rows.len(), batch.cells.num_rows());
            assert!(batch.len() <= 8192 && !batch.is_empty());
            for field in batch.cells.schema().fields() {
                assert!(is_cell_type(field.data_type()), "{field}");
            }
            *handed_on.entry(batch.file).or_default() += batch.len() as u64;
            if keep {
                outcome.rows.extend(&batch.rows);
                outcome.records.extend(records(&batch));
            }
            ControlFlow::Continue(())
        });
        for (index, file) in report.files.iter().enumerate() {
            assert_eq!(file.read + file.skipped, file.present, "{file:?}");
            let handed_on = handed_on.get(&(index as u32)).copied().unwrap_or_default();
            assert_eq!(file.read, handed_on, "{file:?}");
            assert!(!file.kind.is_empty() && !file.name.is_empty(), "{file:?}");
        }
        assert!(!report.files.is_empty(), "{}", source.name);
        outcome.files.extend(report.files);
        outcome.findings.merge(report.findings);
    }
    let bytes: u64 = discovery.sources.iter().map(|source| source.bytes).sum();
    assert_eq!(progress.load(Ordering::Relaxed), bytes, "progress is honest");
    outcome
}

/// Writes one file and reads it.
pub fn read_bytes(name: &str, bytes: &[u8], limits: &Limits) -> Outcome {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    read_all(&path, limits, true)
}

fn records(batch: &Batch) -> Vec<Record> {
    let mut records = vec![Record::new(); batch.len()];
    let schema = batch.cells.schema();
    for (field, column) in schema.fields().iter().zip(batch.cells.columns()) {
        let column = cast(column, &DataType::Utf8).unwrap();
        for (record, cell) in records.iter_mut().zip(column.as_string::<i32>()) {
            if let Some(cell) = cell {
                assert!(record.insert(field.name().clone(), cell.to_owned()).is_none());
            }
        }
    }
    records
}

/// A folder of the test data, or `None` with a word on why the test is skipped.
pub fn corpus(name: &str) -> Option<PathBuf> {
    let data = std::env::var_os("SHUJIAN_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = data.join("corpora").join(name);
    if !path.is_dir() {
        eprintln!("skipped: no {} (set SHUJIAN_DATA)", path.display());
        return None;
    }
    Some(path)
}
