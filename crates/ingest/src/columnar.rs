//! Brings columns of any Arrow type into the closed set of cell types.
//!
//! Nesting comes apart as in JSON: fields of a struct go to `a.b`, items of a list share its cell,
//! one a line. What has no cell type is left out with a finding.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, RecordBatch, RecordBatchOptions,
    StringArray, StringBuilder, StructArray,
};
use arrow::compute::{cast, is_null, nullif};
use arrow::datatypes::{DataType, Field, Float16Type, Float32Type, Int64Type, Schema, TimeUnit};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use shujian_core::batch::is_cell_type;

use crate::job::Job;
use crate::json::record::MORE;
use crate::rows::{BATCH_BYTES, BATCH_ROWS};

/// Hands on the columns of `batch` as cells, in batches of their usual size.
///
/// - `row` is the place of the first record, from 1.
/// - Errors: a column that cannot be converted; nothing is handed on then.
pub(crate) fn deliver(
    job: &mut Job<'_, '_>,
    batch: &RecordBatch,
    row: u64,
    seen: &mut Notes,
) -> Result<(), ArrowError> {
    let cells = cells(batch, job.limits().columns as usize, seen)?;
    seen.report(job);
    let rows = batch.num_rows();
    let bytes = cells.columns().iter().map(content_bytes).sum::<usize>().max(1);
    let step = (BATCH_BYTES.saturating_mul(rows) / bytes).clamp(1, BATCH_ROWS);
    let mut from = 0;
    while from < rows && !job.is_stopped() {
        let len = step.min(rows - from);
        let first = row + from as u64;
        job.deliver((first..first + len as u64).collect(), cells.slice(from, len));
        from += len;
    }
    Ok(())
}

/// Bytes of a column's content; text that views share counts for each of them.
pub(crate) fn content_bytes(column: &ArrayRef) -> usize {
    match column.as_string_view_opt() {
        // The length of a view is its lowest 32 bits.
        Some(text) => text.views().iter().map(|&view| 16 + view as u32 as usize).sum(),
        None => column.to_data().get_slice_memory_size().unwrap_or_default(),
    }
}

/// What was left out or changed, each column once.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    reported: BTreeSet<(&'static str, String)>,
    fresh: Vec<(&'static str, String, String)>,
    /// Values that were lost, by column.
    lost: BTreeMap<String, u64>,
}

impl Notes {
    /// Remembers that something happened in a column.
    pub(crate) fn add(&mut self, code: &'static str, column: &str, note: impl Into<String>) {
        if self.reported.insert((code, column.to_owned())) {
            self.fresh.push((code, column.to_owned(), note.into()));
        }
    }

    /// Counts values of a column that no cell can hold.
    fn lose(&mut self, column: &str, values: usize) {
        if values > 0 {
            *self.lost.entry(column.to_owned()).or_default() += values as u64;
        }
    }

    /// Turns what is new into findings.
    pub(crate) fn report(&mut self, job: &mut Job<'_, '_>) {
        for (code, column, note) in self.fresh.drain(..) {
            let place = job.place().in_column(column).noting(note);
            job.run.note(code, place);
        }
        for (column, values) in std::mem::take(&mut self.lost) {
            let place = job.place().in_column(column);
            job.findings().add_many("SJ-ingest-045", values, [place]);
        }
    }
}

/// The cells of a batch.
fn cells(batch: &RecordBatch, limit: usize, notes: &mut Notes) -> Result<RecordBatch, ArrowError> {
    let mut columns = Vec::new();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        flatten(field.name(), column, &mut columns, notes)?;
    }
    if columns.len() > limit {
        notes.add("SJ-ingest-025", "", format!("{} columns", columns.len()));
        let rest = columns.split_off(limit);
        columns.push((MORE.to_owned(), join_columns(&rest, batch.num_rows(), notes)?));
    }
    let mut names = BTreeSet::new();
    for (name, _) in &mut columns {
        let (plain, mut copy) = (name.clone(), 1);
        while !names.insert(name.clone()) {
            copy += 1;
            *name = format!("{plain}#{copy}");
            notes.add("SJ-ingest-024", &plain, format!("renamed {name}"));
        }
    }
    let field =
        |(name, array): &(String, ArrayRef)| Field::new(name, array.data_type().clone(), true);
    let schema = Schema::new(columns.iter().map(field).collect::<Vec<_>>());
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::new(schema), arrays, &options)
}

type Columns = Vec<(String, ArrayRef)>;

fn flatten(
    path: &str,
    array: &ArrayRef,
    out: &mut Columns,
    notes: &mut Notes,
) -> Result<(), ArrowError> {
    use DataType as T;
    let cell = match array.data_type() {
        data_type if is_cell_type(data_type) => array.clone(),
        T::Int8 | T::Int16 | T::Int32 | T::UInt8 | T::UInt16 | T::UInt32 => cast(array, &T::Int64)?,
        T::Float32 => shortest(array.as_primitive::<Float32Type>().iter()),
        T::Float16 => {
            shortest(array.as_primitive::<Float16Type>().iter().map(|v| v.map(f32::from)))
        }
        T::Timestamp(unit, zone) => {
            let target = T::Timestamp(TimeUnit::Microsecond, zone.clone());
            if *unit == TimeUnit::Nanosecond && has_nanoseconds(array) {
                notes.add("SJ-ingest-044", path, "nanoseconds");
            }
            let cells = cast(array, &target)?;
            notes.lose(path, cells.null_count() - array.null_count());
            cells
        }
        T::Date32
        | T::Date64
        | T::Time32(_)
        | T::Time64(_)
        | T::Duration(_)
        | T::Interval(_)
        | T::Decimal32(..)
        | T::Decimal64(..)
        | T::Decimal128(..)
        | T::Decimal256(..) => spelled(path, array, notes)?,
        T::Dictionary(_, values) => {
            let target = if **values == T::Utf8 { T::Utf8View } else { (**values).clone() };
            return flatten(path, &cast(array, &target)?, out, notes);
        }
        T::Struct(_) => return flatten_struct(path, array.as_struct(), out, notes),
        T::List(_) => {
            let list = array.as_list::<i32>();
            let ends: Vec<usize> = list.value_offsets().iter().map(|&at| at as usize).collect();
            return flatten_list(path, array, list.values(), &ends, out, notes);
        }
        T::LargeList(_) => {
            let list = array.as_list::<i64>();
            let ends: Vec<usize> = list.value_offsets().iter().map(|&at| at as usize).collect();
            return flatten_list(path, array, list.values(), &ends, out, notes);
        }
        T::FixedSizeList(_, size) => {
            let list = array.as_fixed_size_list();
            let ends: Vec<usize> = (0..=list.len()).map(|i| i * *size as usize).collect();
            return flatten_list(path, array, list.values(), &ends, out, notes);
        }
        T::Map(..) => {
            let map = array.as_map();
            let ends: Vec<usize> = map.value_offsets().iter().map(|&at| at as usize).collect();
            let entries: ArrayRef = Arc::new(map.entries().clone());
            return flatten_list(path, array, &entries, &ends, out, notes);
        }
        T::Binary | T::LargeBinary | T::BinaryView | T::FixedSizeBinary(_) => {
            notes.add("SJ-ingest-040", path, array.data_type().to_string());
            return Ok(());
        }
        other => {
            notes.add("SJ-ingest-041", path, other.to_string());
            return Ok(());
        }
    };
    out.push((path.to_owned(), cell));
    Ok(())
}

/// The cells as text; what has no spelling, such as a day beyond the calendar, is null.
fn spelled(path: &str, array: &ArrayRef, notes: &mut Notes) -> Result<ArrayRef, ArrowError> {
    if let Ok(text) = cast(array, &DataType::Utf8) {
        return Ok(text);
    }
    let options = FormatOptions::default().with_display_error(false);
    let format = ArrayFormatter::try_new(array, &options)?;
    let cell = |row| array.is_valid(row).then(|| format.value(row).try_to_string().ok())?;
    let text: StringArray = (0..array.len()).map(cell).collect();
    notes.lose(path, text.null_count() - array.null_count());
    Ok(Arc::new(text))
}

/// Doubles that are spelled as the floats are: 0.1 stays 0.1.
fn shortest(values: impl Iterator<Item = Option<f32>>) -> ArrayRef {
    let mut buffer = ryu::Buffer::new();
    let mut double = |value: f32| match value.is_finite() {
        true => buffer.format_finite(value).parse().unwrap_or(f64::from(value)),
        false => f64::from(value),
    };
    Arc::new(values.map(|value| value.map(&mut double)).collect::<Float64Array>())
}

fn has_nanoseconds(array: &ArrayRef) -> bool {
    let plain = cast(array, &DataType::Int64);
    plain.is_ok_and(|plain| {
        plain.as_primitive::<Int64Type>().iter().flatten().any(|value| value % 1000 != 0)
    })
}

fn flatten_struct(
    path: &str,
    array: &StructArray,
    out: &mut Columns,
    notes: &mut Notes,
) -> Result<(), ArrowError> {
    let absent: Option<BooleanArray> =
        (array.null_count() > 0).then(|| is_null(array)).transpose()?;
    for (field, child) in array.fields().iter().zip(array.columns()) {
        let path = format!("{path}.{}", field.name());
        match &absent {
            Some(absent) => flatten(&path, &nullif(child, absent)?, out, notes)?,
            None => flatten(&path, child, out, notes)?,
        }
    }
    Ok(())
}

/// Joins the items of each list with line feeds, leaf by leaf; `ends` is `[rows + 1]`.
fn flatten_list(
    path: &str,
    list: &ArrayRef,
    items: &ArrayRef,
    ends: &[usize],
    out: &mut Columns,
    notes: &mut Notes,
) -> Result<(), ArrowError> {
    let mut leaves = Vec::new();
    flatten(path, items, &mut leaves, notes)?;
    for (path, leaf) in leaves {
        let leaf = spelled(&path, &leaf, notes)?;
        let leaf = leaf.as_string::<i32>();
        let mut joined = StringBuilder::with_capacity(list.len(), leaf.value_data().len());
        let mut cell = String::new();
        for (row, range) in ends.windows(2).enumerate() {
            let range = if list.is_null(row) { 0..0 } else { range[0]..range[1] };
            let mut some = false;
            cell.clear();
            for item in range.filter(|&item| leaf.is_valid(item)) {
                if some {
                    cell.push('\n');
                }
                cell.push_str(leaf.value(item));
                some = true;
            }
            joined.append_option(some.then_some(&cell));
        }
        out.push((path, Arc::new(joined.finish())));
    }
    Ok(())
}

/// Joins the cells of many columns into one.
fn join_columns(columns: &Columns, rows: usize, notes: &mut Notes) -> Result<ArrayRef, ArrowError> {
    let spell = |(path, column): &(String, ArrayRef)| spelled(path, column, notes);
    let columns = columns.iter().map(spell).collect::<Result<Vec<_>, _>>()?;
    let row = |row: usize| {
        let cells = columns.iter().filter(|column| column.is_valid(row));
        let cells: Vec<&str> = cells.map(|column| column.as_string::<i32>().value(row)).collect();
        (!cells.is_empty()).then(|| cells.join("\n"))
    };
    Ok(Arc::new((0..rows).map(row).collect::<StringArray>()))
}

#[cfg(test)]
mod tests {
    use arrow::array::{
        Date32Array, Float32Array, Int32Array, ListBuilder, StringBuilder, TimestampSecondArray,
    };
    use arrow::buffer::NullBuffer;

    use super::*;

    fn flat(name: &str, array: ArrayRef) -> Vec<(String, Vec<Option<String>>)> {
        let (mut out, mut notes) = (Vec::new(), Notes::default());
        flatten(name, &array, &mut out, &mut notes).unwrap();
        let text = |(name, array): (String, ArrayRef)| {
            assert!(is_cell_type(array.data_type()));
            let array = cast(&array, &DataType::Utf8).unwrap();
            let cells = array.as_string::<i32>().iter().map(|cell| cell.map(str::to_owned));
            (name, cells.collect())
        };
        out.into_iter().map(text).collect()
    }

    fn some(cells: &[&str]) -> Vec<Option<String>> {
        cells.iter().map(|&cell| Some(cell.to_owned())).collect()
    }

    #[test]
    fn scalars_keep_their_spelling() {
        let floats = Arc::new(Float32Array::from(vec![0.1, 1.5e-7]));
        assert_eq!(flat("f", floats)[0].1, some(&["0.1", "1.5e-7"]));
        let days = Arc::new(Date32Array::from(vec![0, 19_000]));
        assert_eq!(flat("d", days)[0].1, some(&["1970-01-01", "2022-01-08"]));
        let seconds: ArrayRef = Arc::new(TimestampSecondArray::from(vec![i64::MAX]));
        let odd_days: ArrayRef = Arc::new(Date32Array::from(vec![Some(i32::MAX), None, Some(0)]));
        let (mut out, mut notes) = (Vec::new(), Notes::default());
        flatten("t", &seconds, &mut out, &mut notes).unwrap();
        flatten("d", &odd_days, &mut out, &mut notes).unwrap();
        assert!(out[0].1.is_null(0) && out[1].1.is_null(0) && out[1].1.is_valid(2));
        assert_eq!(notes.lost, BTreeMap::from([("d".to_owned(), 1), ("t".to_owned(), 1)]));
    }

    #[test]
    fn lists_and_structs_come_apart_as_in_json() {
        let mut names = ListBuilder::new(StringBuilder::new());
        names.append_value([Some("x"), None, Some("")]);
        names.append_null();
        names.append_value([] as [Option<&str>; 0]);
        let cells = flat("a", Arc::new(names.finish()));
        assert_eq!(cells[0].1, [Some("x\n".to_owned()), None, None]);

        let field = Arc::new(Field::new("b", DataType::Int32, true));
        let child: ArrayRef = Arc::new(Int32Array::from(vec![1, 2]));
        let nulls = Some(NullBuffer::from(vec![true, false]));
        let nested = StructArray::new(vec![field].into(), vec![child], nulls);
        let cells = flat("a", Arc::new(nested));
        assert_eq!(cells, [("a.b".to_owned(), vec![Some("1".to_owned()), None])]);
    }
}
