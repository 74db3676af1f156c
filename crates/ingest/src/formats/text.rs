//! Plain text and Markdown: one record a file.

use crate::job::Job;
use crate::rows::Rows;
use crate::stream::Window;

/// Name of the only field.
pub(super) const FIELD: &str = "text";

/// Reads the whole text as one record.
pub(super) fn read(job: &mut Job<'_, '_>, window: &mut Window<'_>) {
    let limit = job.limits().record_bytes as usize;
    let len = window.peek(limit + 1).len();
    if len > limit {
        let note = format!("more than {limit} bytes");
        job.skip("SJ-ingest-022", job.place().at_row(1).noting(note));
        return;
    }
    if let Err(err) = std::str::from_utf8(window.data()) {
        let byte = window.offset() + err.valid_up_to() as u64;
        job.skip("SJ-ingest-021", job.place().at_row(1).at_byte(byte));
    } else if len > 0 {
        let mut rows = Rows::new();
        let column = rows.column(FIELD);
        rows.put(column, window.data());
        rows.close(1);
        job.flush(&mut rows);
    }
    window.consume(len);
}
