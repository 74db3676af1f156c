//! Records on their way through the pipeline, column by column.

use arrow::array::RecordBatch;
use arrow::datatypes::DataType;

/// Some records of one file, before any judgement on them.
///
/// - `cells` has one column a leaf field, named by its path (`a.b`; list items share the path of
///   their list and are joined with a line feed). A name occurs once; order carries no meaning.
/// - Column types are those of [`is_cell_type`]; text formats deliver every scalar as `Utf8` in its
///   own spelling, so that equal content from CSV, JSON and Parquet canonicalises to equal cells.
/// - Text is valid UTF-8 with the file's own characters; nothing is folded yet.
/// - `rows[i]` says where record `i` stands, counted as a person counts in that file: line for
///   line formats, row for tables (the header is not row 1), item for lists, 1 for whole files.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Index of the file (or archive member) in the reader's list of file reports.
    pub file: u32,
    /// Place of each record in its file, from 1.
    pub rows: Vec<u64>,
    /// Cells; `cells.num_rows() == rows.len()`.
    pub cells: RecordBatch,
}

impl Batch {
    /// Records in the batch.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the batch holds no record.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Bytes the cells occupy in memory.
    pub fn bytes(&self) -> usize {
        self.cells.get_array_memory_size() + self.rows.len() * 8
    }
}

/// Whether a column of a batch may have this type: the closed set that kernels handle.
pub fn is_cell_type(data_type: &DataType) -> bool {
    use arrow::datatypes::TimeUnit::Microsecond;
    matches!(
        data_type,
        DataType::Null
            | DataType::Utf8
            | DataType::LargeUtf8
            | DataType::Utf8View
            | DataType::Int64
            | DataType::UInt64
            | DataType::Float64
            | DataType::Boolean
            | DataType::Timestamp(Microsecond, _)
    )
}
