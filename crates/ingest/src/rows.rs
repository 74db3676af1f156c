//! Builds batches of text cells without an allocation for each cell or record.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, NullBufferBuilder, RecordBatch, RecordBatchOptions, StringArray};
use arrow::buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

/// Records of one batch at most.
pub(crate) const BATCH_ROWS: usize = 8192;
/// Bytes of cells after which a batch is handed on.
pub(crate) const BATCH_BYTES: usize = 4 << 20;

/// Records on their way into a batch. Columns stay from batch to batch, in order of appearance.
#[derive(Debug)]
pub(crate) struct Rows {
    columns: Vec<Column>,
    by_name: HashMap<Box<str>, u32>,
    places: Vec<u64>,
    touched: Vec<u32>,
    bytes: usize,
    schema: SchemaRef,
}

#[derive(Debug)]
struct Column {
    values: Vec<u8>,
    /// `[rows + 1]`, the first is 0.
    ends: Vec<i32>,
    valid: NullBufferBuilder,
    name: Box<str>,
}

impl Column {
    fn new(name: &str) -> Self {
        let valid = NullBufferBuilder::new(BATCH_ROWS);
        Self { values: Vec::new(), ends: vec![0], valid, name: name.into() }
    }

    fn rows(&self) -> usize {
        self.ends.len() - 1
    }

    /// Fills up with nulls to `rows`.
    fn pad(&mut self, rows: usize) {
        let missing = rows - self.rows();
        if missing > 0 {
            let end = self.ends[self.ends.len() - 1];
            self.ends.resize(rows + 1, end);
            self.valid.append_n_nulls(missing);
        }
    }

    fn push(&mut self, value: &[u8]) {
        self.values.extend_from_slice(value);
        self.ends.push(self.values.len() as i32);
        self.valid.append_non_null();
    }

    fn take(&mut self, rows: usize) -> ArrayRef {
        self.pad(rows);
        let values = std::mem::take(&mut self.values);
        let ends = std::mem::replace(&mut self.ends, Vec::with_capacity(rows + 1));
        self.values.reserve(values.len());
        self.ends.push(0);
        let ends = OffsetBuffer::new(ScalarBuffer::from(ends));
        let array = StringArray::try_new(ends, Buffer::from_vec(values), self.valid.finish());
        Arc::new(array.expect("records are checked to be UTF-8 before their cells are kept"))
    }
}

impl Rows {
    /// No records and no columns yet.
    pub(crate) fn new() -> Self {
        Self {
            columns: Vec::new(),
            by_name: HashMap::new(),
            places: Vec::new(),
            touched: Vec::new(),
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

    /// Puts UTF-8 into a cell of the record under way; a second value for it goes on a new line.
    pub(crate) fn put(&mut self, column: u32, value: &[u8]) {
        let row = self.places.len();
        let cells = &mut self.columns[column as usize];
        if cells.rows() > row {
            cells.values.push(b'\n');
            cells.values.extend_from_slice(value);
            let last = cells.ends.len() - 1;
            cells.ends[last] = cells.values.len() as i32;
            self.bytes += 1;
        } else {
            cells.pad(row);
            cells.push(value);
            self.touched.push(column);
        }
        self.bytes += value.len();
    }

    /// Keeps the record under way, which stands at `place` in its file.
    pub(crate) fn close(&mut self, place: u64) {
        self.places.push(place);
        self.touched.clear();
    }

    /// Forgets the record under way.
    pub(crate) fn undo(&mut self) {
        let row = self.places.len();
        for column in self.touched.drain(..) {
            let cells = &mut self.columns[column as usize];
            let start = cells.ends[row] as usize;
            self.bytes -= cells.values.len() - start;
            cells.values.truncate(start);
            cells.ends.truncate(row + 1);
            cells.valid.truncate(row);
        }
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
        rows.put(a, b"1");
        rows.close(1);
        let b = rows.column("b");
        rows.put(b, b"x");
        rows.put(b, b"y");
        rows.close(2);
        rows.put(a, b"lost");
        rows.put(a, b"lost too");
        rows.undo();
        rows.put(a, b"3");
        rows.close(4);
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
        rows.put(a, b"1");
        rows.close(1);
        rows.take();
        rows.close(2);
        let (_, batch) = rows.take();
        assert_eq!(cells(&batch, "a"), [None]);
    }

    #[test]
    fn a_record_without_columns_is_a_record() {
        let mut rows = Rows::new();
        rows.close(1);
        assert_eq!(rows.take().1.num_rows(), 1);
    }
}
