//! JSON Lines: one record a line.

use shujian_core::Place;

use super::lines::{self, Line};
use crate::encoding::utf8;
use crate::job::Job;
use crate::json::record::{Cause, Fault, Oddities, Records};
use crate::rows::Rows;
use crate::stream::Window;

/// Reads one record from each line that is not blank.
pub(super) fn read(job: &mut Job<'_, '_>, window: &mut Window<'_>) {
    let limits = job.limits();
    let (mut rows, mut records) = (Rows::new(), Records::new(limits));
    let mut line = 0;
    while !job.is_stopped() {
        line += 1;
        let offset = window.offset();
        let spot = Spot { offset, row: line };
        match lines::next(window, limits.record_bytes) {
            Line::End => break,
            Line::TooLong => {
                let note = format!("more than {} bytes", limits.record_bytes);
                job.skip("SJ-ingest-022", spot.place(job).at_byte(offset).noting(note));
            }
            Line::Cut { used } => {
                job.skip("SJ-ingest-027", spot.place(job).at_byte(offset + used as u64));
                window.consume(used);
            }
            Line::Whole { len, used } => {
                let bytes = &window.data()[..len];
                if !bytes.trim_ascii().is_empty() {
                    record(job, &mut records, &mut rows, bytes, &spot);
                }
                window.consume(used);
            }
        }
    }
    job.flush(&mut rows);
}

/// Where a record stands.
pub(super) struct Spot {
    /// First byte of it in the decoded file.
    pub(super) offset: u64,
    /// Its row.
    pub(super) row: u64,
}

impl Spot {
    /// File and row.
    pub(super) fn place(&self, job: &Job<'_, '_>) -> Place {
        job.place().at_row(self.row)
    }
}

/// Reads one record from its bytes, or skips it with a finding.
pub(super) fn record(
    job: &mut Job<'_, '_>,
    records: &mut Records,
    rows: &mut Rows,
    bytes: &[u8],
    spot: &Spot,
) {
    if let Some((json, odd)) = cells(job, records, rows, bytes, spot) {
        report_oddities(job, odd, spot);
        rows.close(spot.row, json);
        job.flush_full(rows);
    }
}

/// Notes the cells of one record, which is returned as text; `None` after a finding if it could
/// not be read.
pub(super) fn cells<'b>(
    job: &mut Job<'_, '_>,
    records: &mut Records,
    rows: &mut Rows,
    bytes: &'b [u8],
    spot: &Spot,
) -> Option<(&'b str, Oddities)> {
    let json = match utf8(bytes) {
        Ok(json) => json,
        Err(at) => {
            let place = spot.place(job).in_column(format!("#{}", at + 1));
            job.skip("SJ-ingest-021", place.at_byte(spot.offset + at as u64));
            return None;
        }
    };
    match records.read(json, rows) {
        Ok(odd) => Some((json, odd)),
        Err(fault) => {
            rows.undo();
            skip_fault(job, json, fault, spot);
            None
        }
    }
}

/// Reports a fault at its character of the line.
fn skip_fault(job: &mut Job<'_, '_>, json: &str, fault: Fault, spot: &Spot) {
    let code = match fault.cause {
        Cause::Depth => "SJ-ingest-023",
        Cause::Syntax(_) | Cause::Ended => "SJ-ingest-020",
    };
    let column = json.get(..fault.at).map_or(fault.at, |before| before.chars().count()) + 1;
    let place = spot.place(job).in_column(format!("#{column}"));
    job.skip(code, place.at_byte(spot.offset + fault.at as u64).noting(fault.cause.text()));
}

/// Reports what was odd about a record that was read.
pub(super) fn report_oddities(job: &mut Job<'_, '_>, odd: Oddities, spot: &Spot) {
    if odd == Oddities::default() {
        return;
    }
    for (code, count, byte) in [
        ("SJ-ingest-024", odd.repeated_keys, Some(odd.repeated_at)),
        ("SJ-ingest-025", odd.beyond_columns, None),
        ("SJ-ingest-026", odd.not_numbers, None),
    ] {
        if count > 0 {
            let mut place = spot.place(job);
            place.byte = byte.map(|at| spot.offset + at as u64);
            job.findings().add_many(code, count, [place]);
        }
    }
}
