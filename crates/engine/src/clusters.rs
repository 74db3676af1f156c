//! Where every record stands among its copies, as a Parquet file.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringBuilder, UInt32Builder, UInt64Builder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::assemble::{Fate, cluster_sizes};
use crate::journey::Outcome;

/// Rows of one row group.
const ROWS: usize = 65_536;

/// Writes the file whole or not at all: it takes its name when it is complete, with the rights
/// that any new file has here.
pub(crate) fn write(outcome: &Outcome, out: &Path) -> io::Result<()> {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    let part = out.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let written = File::create(&part)
        .and_then(|file| write_rows(outcome, file).map_err(io::Error::other))
        .and_then(|()| fs::rename(&part, out));
    if written.is_err() {
        // The first error is the one that matters.
        let _absent = fs::remove_file(&part);
    }
    written
}

fn write_rows(outcome: &Outcome, file: File) -> parquet::errors::Result<()> {
    let schema = schema();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_created_by(concat!("shujian ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    let mut writer = ArrowWriter::try_new(file, schema.clone(), Some(properties))?;
    let sizes: Vec<Vec<u32>> =
        outcome.sets.iter().map(|(_, novelty)| cluster_sizes(novelty)).collect();
    for chunk in in_place_order(outcome).chunks(ROWS) {
        writer.write(&rows(outcome, &sizes, chunk, &schema)?)?;
        writer.flush()?;
    }
    writer.close()?;
    Ok(())
}

fn schema() -> SchemaRef {
    let field = |name: &str, data_type| Field::new(name, data_type, false);
    Arc::new(Schema::new(vec![
        field("file", DataType::Utf8),
        field("row", DataType::UInt64),
        field("partition", DataType::Utf8),
        field("content_id", DataType::Utf8),
        field("kind", DataType::Utf8),
        field("cluster", DataType::Utf8),
        field("units", DataType::UInt32),
        field("novel_units", DataType::UInt32),
    ]))
}

/// (set, record) of every record, by file and row.
fn in_place_order(outcome: &Outcome) -> Vec<(u32, u32)> {
    let mut order: Vec<(u32, u32)> = (0..)
        .zip(&outcome.sets)
        .flat_map(|(set, (store, _))| (0..store.len() as u32).map(move |record| (set, record)))
        .collect();
    order.sort_by_key(|&(set, record)| outcome.sets[set as usize].0.signed.places[record as usize]);
    order
}

fn rows(
    outcome: &Outcome,
    sizes: &[Vec<u32>],
    records: &[(u32, u32)],
    schema: &SchemaRef,
) -> parquet::errors::Result<RecordBatch> {
    let [mut files, mut partitions, mut ids, mut kinds, mut clusters] =
        std::array::from_fn(|_| StringBuilder::new());
    let (mut places, mut units, mut novel) =
        (UInt64Builder::new(), UInt32Builder::new(), UInt32Builder::new());
    for &(set, record) in records {
        let (store, novelty) = &outcome.sets[set as usize];
        let (signed, record) = (&store.signed, record as usize);
        let place = signed.places[record];
        files.append_value(&outcome.files[place.file as usize].name);
        places.append_value(place.row);
        partitions.append_value(&outcome.plan.partitions[signed.partitions[record] as usize].name);
        ids.append_value(signed.ids[record].to_string());
        kinds.append_value(Fate::of(novelty, &sizes[set as usize], record).name());
        clusters.append_value(signed.ids[novelty.cluster[record] as usize].to_string());
        units.append_value(signed.units[record]);
        novel.append_value(novelty.novel_units[record]);
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(files.finish()),
        Arc::new(places.finish()),
        Arc::new(partitions.finish()),
        Arc::new(ids.finish()),
        Arc::new(kinds.finish()),
        Arc::new(clusters.finish()),
        Arc::new(units.finish()),
        Arc::new(novel.finish()),
    ];
    Ok(RecordBatch::try_new(schema.clone(), columns)?)
}
