//! Identity of records: equal content, equal id, whatever the container, order and types.

use shujian_core::{Batch, ContentId};

use super::{Cell, Cells};

/// Identity of each record of a batch: blake3 over (column name, canonical cell) sorted by name,
/// nulls left out, each part length-prefixed.
pub fn record_ids(batch: &Batch) -> Vec<ContentId> {
    let mut ids = Vec::with_capacity(batch.len());
    walk(batch, |_, _, _| {}, |_, id| ids.push(id));
    ids
}

/// Looks at every filled cell of a batch once, row by row: `on_cell(row, column, cell)` with the
/// column's index in the batch, then `on_row(row, id)`.
pub(crate) fn walk(
    batch: &Batch,
    mut on_cell: impl FnMut(usize, usize, &Cell<'_>),
    mut on_row: impl FnMut(usize, ContentId),
) {
    let schema = batch.cells.schema_ref();
    let mut columns: Vec<(usize, &str, Vec<u8>, Cells<'_>)> = schema
        .fields()
        .iter()
        .zip(batch.cells.columns())
        .enumerate()
        .map(|(at, (field, array))| {
            (at, field.name().as_str(), prefixed(field.name()), Cells::of(array))
        })
        .collect();
    columns.sort_by_key(|(_, name, ..)| *name);

    let mut record = Vec::new();
    let mut scratch = String::new();
    for row in 0..batch.len() {
        record.clear();
        for (column, _, name, cells) in &columns {
            let Some(cell) = cells.cell(row, &mut scratch) else { continue };
            on_cell(row, *column, &cell);
            record.extend_from_slice(name);
            let length_at = record.len();
            record.extend_from_slice(&[0; 8]);
            cell.write_bytes(&mut record);
            let length = (record.len() - length_at - 8) as u64;
            record[length_at..length_at + 8].copy_from_slice(&length.to_le_bytes());
        }
        on_row(row, ContentId::of(&record));
        // One long record must not hold its memory for the rest of the run.
        if record.capacity() > 1 << 22 {
            record = Vec::new();
        }
    }
}

fn prefixed(name: &str) -> Vec<u8> {
    let mut bytes = (name.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(name.as_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{
        ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, StringViewArray,
        TimestampMicrosecondArray,
    };
    use std::sync::Arc;

    fn ids(columns: Vec<(&str, ArrayRef)>) -> Vec<ContentId> {
        let cells = RecordBatch::try_from_iter_with_nullable(
            columns.into_iter().map(|(name, array)| (name, array, true)),
        )
        .unwrap();
        record_ids(&Batch { file: 0, rows: (1..=cells.num_rows() as u64).collect(), cells })
    }

    #[test]
    fn containers_types_and_column_order_do_not_matter() {
        let text: Vec<(&str, ArrayRef)> = vec![
            ("n", Arc::new(StringArray::from(vec!["1", "2.5", "NA"]))),
            ("t", Arc::new(StringArray::from(vec!["2013-01-01", "2013-01-02 00:00", ""]))),
            ("s", Arc::new(StringArray::from(vec!["a", "e\u{301}", "x\r\ny"]))),
        ];
        let typed: Vec<(&str, ArrayRef)> = vec![
            ("s", Arc::new(StringViewArray::from(vec!["a", "é", "x\ny"]))),
            (
                "t",
                Arc::new(TimestampMicrosecondArray::from(vec![
                    Some(1_356_998_400_000_000),
                    Some(1_357_084_800_000_000),
                    None,
                ])),
            ),
            ("n", Arc::new(Float64Array::from(vec![1.0, 2.5, f64::NAN]))),
            ("empty", Arc::new(Int64Array::from(vec![None, None, None]))),
        ];
        assert_eq!(ids(text), ids(typed));
    }

    #[test]
    fn a_value_in_another_column_is_another_record() {
        let one = |name| ids(vec![(name, Arc::new(StringArray::from(vec!["1"])) as ArrayRef)]);
        assert_ne!(one("a"), one("b"));
    }
}
