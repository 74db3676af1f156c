//! Walks every bad input of the fixtures: no panic, no endless wait, nothing lost in silence.
//!
//! `SHUJIAN_HOSTILE=json` walks only the cases whose name contains `json`; `SHUJIAN_LARGE=1` adds
//! the single lines of a hundred megabytes.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use shujian_core::{Finding, Findings, Limits};
use shujian_fixtures::hostile::{Case, cases, large_cases};
use shujian_ingest::{Error, discover, read};

/// Longest that one case may take, on a machine shared with other builds.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came of reading a case.
#[derive(Default)]
struct Outcome {
    present: u64,
    read: u64,
    skipped: u64,
    handed_on: u64,
    findings: Vec<Finding>,
}

fn walk(path: &Path) -> Result<Outcome, Error> {
    let limits = Limits { memory_bytes: 256 << 20, threads: 1, ..Limits::default() };
    let discovery = discover(&[path.to_owned()], &limits)?;
    let mut outcome = Outcome::default();
    let mut findings: Findings = discovery.findings;
    for source in &discovery.sources {
        let mut handed_on = 0;
        let report = read(source, &limits, &AtomicU64::new(0), &mut |batch| {
            assert_eq!(batch.rows.len(), batch.cells.num_rows(), "rows and cells of a batch");
            handed_on += batch.len() as u64;
            ControlFlow::Continue(())
        });
        outcome.handed_on += handed_on;
        for file in &report.files {
            assert_eq!(file.present, file.read + file.skipped, "records of {:?}", file.name);
            outcome.present += file.present;
            outcome.read += file.read;
            outcome.skipped += file.skipped;
        }
        findings.merge(report.findings);
    }
    outcome.findings = findings.into_card();
    Ok(outcome)
}

/// What is wrong with the outcome of a case, if anything.
fn judge(case: &Case, outcome: &Outcome) -> Option<String> {
    let Outcome { read, skipped, handed_on, findings, .. } = outcome;
    let expect = case.expect;
    let list = || {
        let places = findings.iter().flat_map(|finding| {
            finding
                .places
                .iter()
                .map(|place| format!("{} {:?} {}", finding.code, place.row, place.note))
        });
        places.take(4).collect::<Vec<_>>().join("; ")
    };
    if handed_on != read {
        return Some(format!("{read} records counted as read, {handed_on} handed on"));
    }
    if !(expect.good_min..=expect.good_max).contains(read) {
        return Some(format!(
            "{read} records read, {skipped} skipped; {}..={} expected; {}",
            expect.good_min,
            expect.good_max,
            list()
        ));
    }
    if findings.is_empty() && (expect.finding || *skipped > 0) {
        return Some(format!("no finding ({read} read, {skipped} skipped)"));
    }
    let named = |row: u64| findings.iter().flat_map(|f| &f.places).any(|p| p.row == Some(row));
    match expect.row {
        Some(row) if !named(row) => Some(format!("no finding names row {row}: {}", list())),
        _ => None,
    }
}

/// Reads a case on a thread of its own and says what went wrong.
fn complaint(case: &Case) -> Option<String> {
    let (sender, receiver) = channel();
    let path = case.path.clone();
    std::thread::spawn(move || {
        let result = catch_unwind(AssertUnwindSafe(|| walk(&path)));
        // The receiver is gone once patience has run out.
        let _ = sender.send(result.map_err(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
                .unwrap_or_default()
        }));
    });
    match receiver.recv_timeout(PATIENCE) {
        Ok(Ok(Ok(outcome))) => judge(case, &outcome),
        Ok(Ok(Err(error))) => Some(format!("refused as a whole: {error}")),
        Ok(Err(panic)) => Some(format!("panicked: {panic}")),
        Err(RecvTimeoutError::Timeout) => Some(format!("not done after {PATIENCE:?}")),
        Err(RecvTimeoutError::Disconnected) => Some("its thread died".to_owned()),
    }
}

#[test]
fn every_bad_input_is_reported_and_the_rest_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let mut cases = cases(dir.path(), 1).unwrap();
    if std::env::var_os("SHUJIAN_LARGE").is_some() {
        cases.extend(large_cases(dir.path()).unwrap());
    }
    if let Ok(part) = std::env::var("SHUJIAN_HOSTILE") {
        cases.retain(|case| case.name.contains(&part));
    }
    let mut complaints = Vec::new();
    for case in &cases {
        let start = Instant::now();
        complaints.extend(complaint(case).map(|text| format!("{}: {text}", case.name)));
        if start.elapsed() > Duration::from_secs(5) {
            println!("{} took {:?}", case.name, start.elapsed());
        }
    }
    assert!(
        complaints.is_empty(),
        "{} of {} cases:\n{}",
        complaints.len(),
        cases.len(),
        complaints.join("\n")
    );
}
