//! Parquet: row groups one by one, rows counted as they are read.

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use parquet::basic::{ConvertedType, Type};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::ChunkReader;
use parquet::schema::types::ColumnDescriptor;

use crate::columnar::{self, Notes};
use crate::guarded;
use crate::job::Job;
use crate::random::Random;
use crate::rows::{BATCH_BYTES, BATCH_ROWS};

/// Rows that a damaged row group may claim; beyond, the claim is part of the damage.
const BELIEVABLE_ROWS: u64 = 1 << 30;

/// Reads every row group.
pub(crate) fn read(job: &mut Job<'_, '_>, input: Random) {
    let outcome = match &input {
        Random::File(file) => file.try_clone().map_err(Into::into).and_then(|f| open(job, &f)),
        Random::Memory(bytes) => open(job, bytes),
    };
    if let Err(err) = outcome {
        job.note("SJ-ingest-036", job.place().noting(err.to_string()));
    }
}

trait Input: ChunkReader + Sized + 'static {
    fn again(&self) -> std::io::Result<Self>;
}

impl Input for std::fs::File {
    fn again(&self) -> std::io::Result<Self> {
        self.try_clone()
    }
}

impl Input for bytes::Bytes {
    fn again(&self) -> std::io::Result<Self> {
        Ok(self.clone())
    }
}

fn open(job: &mut Job<'_, '_>, input: &impl Input) -> parquet::errors::Result<()> {
    // The file's own types are enough; a stored Arrow schema is one more thing that can lie.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let plain = ArrowReaderMetadata::load(input, options.clone())?;
    let viewed = options.with_schema(with_views(plain.schema()));
    let metadata = ArrowReaderMetadata::try_new(plain.metadata().clone(), viewed)?;
    let mut notes = Notes::default();
    let mask = projection(metadata.metadata(), &mut notes);
    notes.report(job);
    let (mut row, mut declared) = (1, 0);
    for (index, group) in metadata.metadata().row_groups().iter().enumerate() {
        let rows = u64::try_from(group.num_rows()).unwrap_or_default();
        declared += rows;
        let first = row;
        // Damage can trip the library; it must not cost the other row groups.
        let outcome = guarded::quietly(|| {
            let reader = group_reader(input, &metadata, &mask, index)?;
            for batch in reader {
                let batch = batch.map_err(|err| err.to_string())?;
                row += hand_on(job, &batch, row, &mut notes)?;
                if job.is_stopped() {
                    break;
                }
            }
            Ok(())
        });
        let outcome = outcome.and_then(|outcome| outcome);
        if job.is_stopped() {
            return Ok(());
        }
        if let Err(message) = outcome {
            let lost = rows.saturating_sub(row - first);
            let lost = if lost > BELIEVABLE_ROWS { 1 } else { lost.max(1) };
            job.skip_many("SJ-ingest-042", lost, job.place().at_row(row).noting(message));
            row += lost;
        }
    }
    let stated = u64::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or_default();
    if stated != row - 1 || declared != row - 1 {
        let note = format!("{stated} declared, {} there", row - 1);
        job.note("SJ-ingest-043", job.place().noting(note));
    }
    Ok(())
}

/// A reader of one row group, in batches of a few MiB as far as its sizes are true.
fn group_reader(
    input: &impl Input,
    metadata: &ArrowReaderMetadata,
    mask: &ProjectionMask,
    index: usize,
) -> Result<ParquetRecordBatchReader, String> {
    let group = metadata.metadata().row_group(index);
    let per_row = (group.total_byte_size() / group.num_rows().max(1)).max(1);
    let batch_rows = (BATCH_BYTES as i64 / per_row).clamp(1, BATCH_ROWS as i64) as usize;
    let input = input.again().map_err(|err| err.to_string())?;
    ParquetRecordBatchReaderBuilder::new_with_metadata(input, metadata.clone())
        .with_row_groups(vec![index])
        .with_projection(mask.clone())
        .with_batch_size(batch_rows)
        .build()
        .map_err(|err| err.to_string())
}

/// Hands on one batch; returns its rows.
fn hand_on(
    job: &mut Job<'_, '_>,
    batch: &RecordBatch,
    row: u64,
    notes: &mut Notes,
) -> Result<u64, String> {
    let bytes: usize = batch.columns().iter().map(columnar::content_bytes).sum();
    // Rows without a column cost a little too, or a footer could claim any number of them.
    job.run.budget.spend(bytes.max(batch.num_rows()) as u64).map_err(|err| err.to_string())?;
    columnar::deliver(job, batch, row, notes).map_err(|err| err.to_string())?;
    Ok(batch.num_rows() as u64)
}

/// The same schema with text as views, which need no copy.
fn with_views(schema: &SchemaRef) -> SchemaRef {
    std::sync::Arc::new(Schema::new(views(schema.fields())))
}

fn views(fields: &Fields) -> Fields {
    let view = |field: &std::sync::Arc<Field>| match field.data_type() {
        DataType::Utf8 => field.as_ref().clone().with_data_type(DataType::Utf8View),
        _ => field.as_ref().clone(),
    };
    fields.iter().map(view).collect()
}

/// Leaves out binary columns, which have no cells.
fn projection(metadata: &ParquetMetaData, notes: &mut Notes) -> ProjectionMask {
    let schema = metadata.file_metadata().schema_descr();
    let mut kept = Vec::new();
    for (index, column) in schema.columns().iter().enumerate() {
        if is_binary(column) {
            notes.add("SJ-ingest-040", &column.path().string(), "binary");
        } else {
            kept.push(index);
        }
    }
    ProjectionMask::leaves(schema, kept)
}

fn is_binary(column: &ColumnDescriptor) -> bool {
    matches!(column.physical_type(), Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY)
        && column.logical_type_ref().is_none()
        && matches!(column.converted_type(), ConvertedType::NONE | ConvertedType::BSON)
}
