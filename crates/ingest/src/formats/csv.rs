//! Tables in delimited text: one record a row.
//!
//! A quote opens a field only at its beginning. A quoted field that never closes must not swallow
//! the rest: its first line is skipped, and reading goes on at the next.

mod cut;
mod header;

use memchr::{memchr, memchr_iter};
use shujian_core::Place;

pub(super) use cut::evenness;
use cut::{Cut, Field, Finder, sniff, split};
pub(super) use header::{WITNESSES, lacks_header, tell_apart};

use crate::encoding::utf8;
use crate::job::Job;
use crate::rows::{Rows, Value};
use crate::stream::Window;

/// Bytes of the head that decide on delimiter and line end.
const HEAD_BYTES: usize = 64 << 10;

/// How the table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    /// Between fields.
    pub(super) delimiter: u8,
    /// After rows.
    pub(super) line_end: u8,
}

struct Table<'j, 'r, 'a> {
    job: &'j mut Job<'r, 'a>,
    dialect: Dialect,
    rows: Rows,
    /// Column of each field, once the header is known.
    columns: Vec<u32>,
    fields: Vec<Field>,
    text: String,
    /// Records after the first, until the header is told.
    witnesses: Vec<Vec<String>>,
    /// Rows after the header so far.
    row: u64,
    /// Line the next record begins on.
    line: u64,
}

/// Reads a row from each record after the header.
pub(super) fn read(job: &mut Job<'_, '_>, window: &mut Window<'_>) {
    let name = job.report().name.clone();
    let dialect = sniff(window.peek(HEAD_BYTES), &name);
    let expected = if name.contains(".tsv") || name.contains(".tab") { b'\t' } else { b',' };
    if dialect.delimiter != expected {
        let delimiter = char::from(dialect.delimiter).escape_default();
        job.note("SJ-ingest-034", job.place().noting(format!("delimiter '{delimiter}'")));
    }
    let mut table = Table {
        job,
        dialect,
        rows: Rows::new(),
        columns: Vec::new(),
        fields: Vec::new(),
        text: String::new(),
        witnesses: Vec::new(),
        row: 0,
        line: 1,
    };
    table.look_ahead(window);
    while !table.job.is_stopped() && table.next(window) {}
    table.job.flush(&mut table.rows);
}

impl Table<'_, '_, '_> {
    /// Reads one record; `false` at the end.
    fn next(&mut self, window: &mut Window<'_>) -> bool {
        let limit = self.job.limits().record_bytes as usize;
        let mut finder = Finder::new(self.dialect);
        let cut = loop {
            match finder.find(window.data(), window.is_done()) {
                Some(cut) => break cut,
                None if window.data().len() > limit => break finder.give_up(),
                None => {
                    window.fill();
                }
            }
        };
        match cut {
            Cut::End => return false,
            Cut::TooLong => self.too_long(window),
            Cut::Record { len, .. } if len > limit => self.too_long(window),
            Cut::Record { used, .. } if used == window.data().len() && self.is_cut(window) => {
                let place = self.begin_skip().at_byte(window.offset() + used as u64);
                self.job.skip("SJ-ingest-027", place);
                window.consume(used);
            }
            Cut::Record { len, used, quoted } => {
                let whole = self.record(&window.data()[..len], window.offset(), quoted);
                if whole {
                    if window.has_nul() {
                        self.report_nul(&window.data()[..len], window.offset());
                    }
                    self.line += count(self.dialect.line_end, &window.data()[..used], quoted);
                    window.consume(used);
                } else {
                    self.unterminated(window);
                }
            }
            Cut::Unterminated => self.unterminated(window),
        }
        true
    }

    /// Whether the stream broke off within the record that ends the view.
    fn is_cut(&self, window: &Window<'_>) -> bool {
        window.is_broken() && window.data().last() != Some(&self.dialect.line_end)
    }

    /// The place of the record under way.
    fn place(&self) -> Place {
        self.job.place().at_row(self.row).noting(format!("line {}", self.line))
    }

    /// Counts the row under way, which is going to be skipped.
    fn begin_skip(&mut self) -> Place {
        self.row += 1;
        self.place()
    }

    fn too_long(&mut self, window: &mut Window<'_>) {
        let mut place = self.begin_skip().at_byte(window.offset());
        place.note = format!("{}, more than {} bytes", place.note, self.job.limits().record_bytes);
        self.job.skip("SJ-ingest-022", place);
        self.line += 1;
        loop {
            if let Some(step) = memchr(self.dialect.line_end, window.data()) {
                return window.consume(step + 1);
            }
            window.consume(window.data().len());
            if !window.fill() {
                return;
            }
        }
    }

    /// Skips the first line of a record whose quote does not close.
    fn unterminated(&mut self, window: &mut Window<'_>) {
        let place = self.begin_skip().at_byte(window.offset());
        self.job.skip("SJ-ingest-031", place);
        let end = memchr(self.dialect.line_end, window.data());
        window.consume(end.map_or(window.data().len(), |end| end + 1));
        self.line += 1;
    }

    /// Reads the bytes of one record; `false` if its quotes took in other lines by mistake.
    fn record(&mut self, bytes: &[u8], offset: u64, quoted: bool) -> bool {
        if bytes.is_empty() {
            return true;
        }
        split(bytes, self.dialect.delimiter, quoted, &mut self.fields);
        if self.columns.is_empty() {
            if !self.header(bytes, offset) {
                return true;
            }
        } else if self.fields.len() != self.columns.len() {
            if quoted && memchr(self.dialect.line_end, bytes).is_some() {
                return false;
            }
            self.ragged(bytes, offset);
            return true;
        }
        self.row += 1;
        let record = match utf8(bytes) {
            Ok(record) => record,
            Err(at) => {
                let field = self.fields.iter().take_while(|field| field.start <= at).count();
                let place = self.place().in_column(format!("#{field}"));
                self.job.skip("SJ-ingest-021", place.at_byte(offset + at as u64));
                return true;
            }
        };
        let cells = self.fields.iter().zip(&self.columns);
        if quoted || self.columns.len() > self.job.limits().columns as usize {
            for (&field, &column) in cells {
                if field.quoted {
                    self.rows.put_text(column, field.unquote(record, &mut self.text));
                } else if field.start < field.end {
                    self.rows.put(column, Value::Within(field.start..field.end));
                }
            }
            self.rows.close(self.row, record);
        } else {
            let cells = cells.filter(|(field, _)| field.start < field.end);
            let cells = cells.map(|(field, &column)| (column, &record[field.start..field.end]));
            self.rows.push(self.row, cells);
        }
        self.job.flush_full(&mut self.rows);
        true
    }

    /// Reports a NUL in the record just read.
    fn report_nul(&mut self, bytes: &[u8], offset: u64) {
        if let Some(at) = memchr(0, bytes) {
            let place = self.place().at_byte(offset + at as u64);
            self.job.note("SJ-ingest-017", place);
        }
    }

    fn ragged(&mut self, bytes: &[u8], offset: u64) {
        let (found, expected) = (self.fields.len(), self.columns.len());
        let at = self.fields.get(expected).map_or(bytes.len(), |field| field.start);
        let mut place = self.begin_skip().at_byte(offset + at as u64);
        place.note = format!("{}: {found} fields instead of {expected}", place.note);
        let column = found.min(expected) + 1;
        self.job.skip("SJ-ingest-030", place.in_column(format!("#{column}")));
    }
}

/// Line ends in a record and its own.
fn count(line_end: u8, bytes: &[u8], quoted: bool) -> u64 {
    if quoted { memchr_iter(line_end, bytes).count() as u64 } else { 1 }
}
