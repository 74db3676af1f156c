//! Tables of items, raters and labels in Parquet. Records are rows.

use std::fs::File;

use arrow::array::{Array, RecordBatch};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::reader::ChunkReader;

use super::table::{Columns, Table};
use super::{Content, Format, Head, Sink, Source};
use crate::code;

/// The format.
#[derive(Debug)]
pub struct ParquetTable;

impl Format for ParquetTable {
    fn name(&self) -> &'static str {
        "table-parquet"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        if head.bytes.starts_with(b"PAR1") { 2 } else { 0 }
    }

    fn read(&self, source: &Source, sink: &mut Sink<'_>) {
        let read = match &source.content {
            Content::File(path) => match File::open(path) {
                Ok(file) => read(file, sink),
                Err(error) => Err(error.to_string()),
            },
            Content::Bytes(bytes) => read(Bytes::copy_from_slice(bytes), sink),
        };
        if let Err(error) = read {
            sink.skipped += 1;
            sink.remark_file(code::SYNTAX, error);
        }
    }
}

fn read<R: ChunkReader + 'static>(file: R, sink: &mut Sink<'_>) -> Result<(), String> {
    // The decoder asserts on some broken pages; such a file must not take the run down with it.
    let open = std::panic::AssertUnwindSafe(|| ParquetRecordBatchReaderBuilder::try_new(file));
    let builder = std::panic::catch_unwind(open)
        .map_err(|_| "broken metadata".to_owned())?
        .map_err(|error| error.to_string())?;
    let schema = builder.schema().clone();
    let names = || schema.fields().iter().map(|field| field.name().as_str());
    let Some(at) = Columns::of(names()) else {
        let list = names().take(20).collect::<Vec<_>>().join(", ");
        sink.remark_file(code::NOT_LABELS, format!("columns {list}"));
        return Ok(());
    };
    let wanted = [Some(at.item), at.rater, Some(at.label)].into_iter().flatten();
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted.chain(at.timed.iter()));
    let reader = builder.with_projection(mask).with_batch_size(8192).build();
    let mut reader = reader.map_err(|error| error.to_string())?;
    let (mut table, mut row) = (Table::default(), 0);
    loop {
        let next = std::panic::AssertUnwindSafe(|| reader.next());
        let batch = match std::panic::catch_unwind(next).map_err(|_| "broken page".to_owned())? {
            None => return Ok(()),
            Some(batch) => batch.map_err(|error| error.to_string())?,
        };
        answers(&batch, &mut table, &mut row, sink)?;
    }
}

fn answers(
    batch: &RecordBatch,
    table: &mut Table,
    row: &mut u32,
    sink: &mut Sink<'_>,
) -> Result<(), String> {
    let schema = batch.schema();
    let at = Columns::of(schema.fields().iter().map(|field| field.name().as_str()))
        .ok_or("columns changed")?;
    let options = FormatOptions::default();
    let column = |index: usize| {
        ArrayFormatter::try_new(batch.column(index), &options).map_err(|error| error.to_string())
    };
    let rater = at.rater.ok_or("columns changed")?;
    let [item, rater, label] = [column(at.item)?, column(rater)?, column(at.label)?];
    let timed: Vec<(usize, ArrayFormatter<'_>)> =
        at.timed.iter().map(|index| Ok((index, column(index)?))).collect::<Result<_, String>>()?;
    for index in 0..batch.num_rows() {
        *row += 1;
        let names = [
            item.value(index).to_string(),
            rater.value(index).to_string(),
            label.value(index).to_string(),
        ];
        let timing = at.timed.of(sink, *row, |column| {
            let (_, shown) = timed.iter().find(|(known, _)| *known == column)?;
            batch.column(column).is_valid(index).then(|| shown.value(index).to_string())
        });
        let [item, rater, label] = &names;
        table.answer(sink, *row, (item, Some(rater), label), timing);
    }
    Ok(())
}
