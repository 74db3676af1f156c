//! Builds batches of text cells without an allocation for each cell or record.

use std::collections::HashMap;
use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

/// Records of one batch at most.
pub(crate) const BATCH_ROWS: usize = 8192;
/// Bytes of cells after which a batch is handed on.
pub(crate) const BATCH_BYTES: usize = 4 << 20;

/// Records on their way into a batch. Columns stay from batch to batch, in order of appearance.
///
/// The cells of the record under way are only noted; closing it copies them, once, so that a
/// record found broken halfway leaves no trace.
#[derive(Debug)]
pub(crate) struct Rows {
    columns: Vec<Column>,
    by_name: HashMap<Box<str>, u32>,
    places: Vec<u64>,
    noted: Vec<Noted>,
    /// Content of the record under way that does not stand in it as it is.
    aside: String,
    /// Whether some column has several values in the record under way.
    joins: bool,
    /// Number of the record under way, whole or not.
    record: u64,
    bytes: usize,
    schema: SchemaRef,
}

/// Where a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// In the record itself.
    Within(Range<usize>),
    /// Among what was put aside.
    Aside(Range<usize>),
}

#[derive(Debug)]
struct Noted {
    column: u32,
    value: Value,
}

#[derive(Debug)]
struct Column {
    cells: StringBuilder,
    /// Cells so far.
    rows: usize,
    /// Record that last had a value here.
    seen_in: u64,
    /// Whether the last cell still takes values.
    open: bool,
    name: Box<str>,
}

impl Column {
    fn new(name: &str) -> Self {
        Self { cells: StringBuilder::new(), rows: 0, seen_in: 0, open: false, name: name.into() }
    }

    /// Fills up with nulls to `rows`.
    fn pad(&mut self, rows: usize) {
        if self.rows < rows {
            self.cells.append_nulls(rows - self.rows);
            self.rows = rows;
        }
    }

    /// Adds the cell of this row.
    #[inline]
    fn set(&mut self, row: usize, value: &str) {
        self.pad(row);
        self.cells.append_value(value);
        self.rows += 1;
    }

    /// Adds a value to the cell of this row; a second one goes on a new line.
    fn join(&mut self, row: usize, value: &str) {
        if self.open {
            self.cells.write_char('\n').expect("text in memory takes all");
        } else {
            self.pad(row);
            self.open = true;
        }
        self.cells.write_str(value).expect("text in memory takes all");
    }

    fn take(&mut self, rows: usize) -> ArrayRef {
        // Columns that come and go must not keep room they do not need.
        let (cells, bytes) = (self.rows, self.cells.values_slice().len());
        self.pad(rows);
        self.rows = 0;
        let next = StringBuilder::with_capacity(cells, bytes);
        Arc::new(std::mem::replace(&mut self.cells, next).finish())
    }
}

impl Rows {
    /// No records and no columns yet.
    pub(crate) fn new() -> Self {
        Self {
            columns: Vec::new(),
            by_name: HashMap::new(),
            places: Vec::new(),
            noted: Vec::new(),
            aside: String::new(),
            joins: false,
            record: 1,
            bytes: 0,
            schema: Arc::new(Schema::empty()),
        }
    }

    /// The column of this name, made if need be.
    pub(crate) fn column(&mut self, name: &str) -> u32 {
        if let Some(&column) = self.by_name.get(name) {
            return column;
        }
        let column = self.columns.len() as u32;
        self.columns.push(Column::new(name));
        self.by_name.insert(name.into(), column);
        column
    }

    /// Columns so far.
    pub(crate) fn width(&self) -> usize {
        self.columns.len()
    }

    /// Whether a column of this name exists.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// Notes a value of the record under way; a second one of a column goes on a new line.
    pub(crate) fn put(&mut self, column: u32, value: Value) {
        let cells = &mut self.columns[column as usize];
        self.joins |= cells.seen_in == self.record;
        cells.seen_in = self.record;
        self.noted.push(Noted { column, value });
    }

    /// Puts a text aside as a value of the record under way.
    pub(crate) fn put_text(&mut self, column: u32, text: &str) {
        let start = self.aside.len();
        self.aside.push_str(text);
        self.put(column, Value::Aside(start..self.aside.len()));
    }

    /// What is put aside so far, to be added to.
    pub(crate) fn aside(&mut self) -> &mut String {
        &mut self.aside
    }

    /// Keeps the record under way, which stands at `place` in its file and reads `record`.
    pub(crate) fn close(&mut self, place: u64, record: &str) {
        let row = self.places.len();
        for Noted { column, value } in &self.noted {
            let value = match value {
                Value::Within(range) => &record[range.clone()],
                Value::Aside(range) => &self.aside[range.clone()],
            };
            self.bytes += value.len();
            let column = &mut self.columns[*column as usize];
            if self.joins {
                column.join(row, value);
                continue;
            }
            column.set(row, value);
        }
        if self.joins {
            for Noted { column, .. } in &self.noted {
                let column = &mut self.columns[*column as usize];
                if std::mem::take(&mut column.open) {
                    column.cells.append_value("");
                    column.rows += 1;
                }
            }
        }
        self.places.push(place);
        self.undo();
    }

    /// Keeps a record known to be whole, whose cells come with their columns, each column once.
    pub(crate) fn push<'v>(&mut self, place: u64, cells: impl Iterator<Item = (u32, &'v str)>) {
        let row = self.places.len();
        for (column, value) in cells {
            self.bytes += value.len();
            self.columns[column as usize].set(row, value);
        }
        self.places.push(place);
    }

    /// Forgets the record under way.
    pub(crate) fn undo(&mut self) {
        self.noted.clear();
        self.aside.clear();
        self.joins = false;
        self.record += 1;
    }

    /// Whether no record waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Whether the batch should be handed on before another record.
    pub(crate) fn is_full(&self) -> bool {
        let rows = self.places.len();
        rows >= BATCH_ROWS || self.bytes + rows * self.columns.len() * 4 >= BATCH_BYTES
    }

    /// Takes the records so far, with their places.
    pub(crate) fn take(&mut self) -> (Vec<u64>, RecordBatch) {
        self.undo();
        let places = std::mem::take(&mut self.places);
        self.places.reserve(places.len());
        self.bytes = 0;
        if self.schema.fields().len() != self.columns.len() {
            let field = |column: &Column| Field::new(&*column.name, DataType::Utf8, true);
            let fields: Vec<Field> = self.columns.iter().map(field).collect();
            self.schema = Arc::new(Schema::new(fields));
        }
        let arrays = self.columns.iter_mut().map(|column| column.take(places.len())).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(places.len()));
        let batch = RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options);
        (places, batch.expect("columns are padded to the same length"))
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::AsArray;

    use super::*;

    fn cells(batch: &RecordBatch, name: &str) -> Vec<Option<String>> {
        let column = batch.column_by_name(name).unwrap().as_string::<i32>();
        column.iter().map(|cell| cell.map(str::to_owned)).collect()
    }

    #[test]
    fn pads_joins_and_undoes() {
        let mut rows = Rows::new();
        let a = rows.column("a");
        rows.put_text(a, "1");
        rows.close(1, "[x]");
        let b = rows.column("b");
        rows.put(b, Value::Within(1..2));
        rows.put_text(b, "y");
        rows.close(2, "[x]");
        rows.put_text(a, "lost");
        rows.put_text(a, "lost too");
        rows.undo();
        rows.put_text(a, "3");
        rows.close(4, "[x]");
        let (places, batch) = rows.take();
        assert_eq!(places, [1, 2, 4]);
        assert_eq!(cells(&batch, "a"), [Some("1".into()), None, Some("3".into())]);
        assert_eq!(cells(&batch, "b"), [None, Some("x\ny".into()), None]);
        assert!(rows.is_empty());
    }

    #[test]
    fn keeps_columns_for_the_next_batch() {
        let mut rows = Rows::new();
        let a = rows.column("a");
        rows.put_text(a, "1");
        rows.close(1, "[x]");
        rows.take();
        rows.close(2, "[x]");
        let (_, batch) = rows.take();
        assert_eq!(cells(&batch, "a"), [None]);
    }

    #[test]
    fn whole_records_need_no_notes() {
        let mut rows = Rows::new();
        let (a, b) = (rows.column("a"), rows.column("b"));
        rows.push(1, [(b, "x")].into_iter());
        rows.push(2, [(a, "1"), (b, "")].into_iter());
        let (places, batch) = rows.take();
        assert_eq!(places, [1, 2]);
        assert_eq!(cells(&batch, "a"), [None, Some("1".into())]);
        assert_eq!(cells(&batch, "b"), [Some("x".into()), Some(String::new())]);
    }

    #[test]
    fn a_record_without_columns_is_a_record() {
        let mut rows = Rows::new();
        rows.close(1, "[x]");
        assert_eq!(rows.take().1.num_rows(), 1);
    }
}
