//! Plain text and Markdown: one record a file.

use crate::encoding::utf8;
use crate::job::Job;
use crate::rows::{Rows, Value};
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
    let text = utf8(window.data());
    if let Err(at) = text {
        let byte = window.offset() + at as u64;
        job.skip("SJ-ingest-021", job.place().at_row(1).at_byte(byte));
    }
    if let Some(text) = text.ok().filter(|text| !text.is_empty()) {
        if let Some(at) = memchr::memchr(0, window.data()) {
            let byte = window.offset() + at as u64;
            job.note("SJ-ingest-017", job.place().at_row(1).at_byte(byte));
        }
        let mut rows = Rows::new();
        let column = rows.column(FIELD);
        rows.put(column, Value::Within(0..text.len()));
        rows.close(1, text);
        job.flush(&mut rows);
    }
    window.consume(len);
}
