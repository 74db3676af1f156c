//! The list as a table: CSV for every program, XLSX for people, Parquet for analysis; findings as
//! Parquet.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::{Field, Schema};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};
use shujian_core::Finding;
use shujian_core::inert::{clean, is_formula};

use crate::batch::Batch;
use crate::row::Row;

/// A column: name, title for people, and what it says of a row.
struct Column {
    name: &'static str,
    title: &'static str,
    of: fn(&Row) -> Value,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Text(String),
    Count(i64),
    /// Hundredths of a point.
    Points(i64),
    /// Fen.
    Money(i64),
    Nothing(Kind),
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
}

impl Value {
    fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Count(_) | Self::Points(_) | Self::Money(_) => Kind::Number,
            Self::Nothing(kind) => *kind,
        }
    }

    fn number(&self) -> Option<i64> {
        match self {
            Self::Count(number) | Self::Points(number) | Self::Money(number) => Some(*number),
            Self::Text(_) | Self::Nothing(_) => None,
        }
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn maybe(text: Option<&str>) -> Value {
    text.map_or(Value::Nothing(Kind::Text), |text| Value::Text(text.to_owned()))
}

fn number(value: Option<i64>, of: fn(i64) -> Value) -> Value {
    value.map_or(Value::Nothing(Kind::Number), of)
}

fn count(count: u64) -> Value {
    Value::Count(i64::try_from(count).unwrap_or(i64::MAX))
}

macro_rules! column {
    ($name:literal, $title:literal, $of:expr) => {
        Column { name: $name, title: $title, of: $of }
    };
}

/// The columns, in order.
const COLUMNS: &[Column] = &[
    column!("rank", "名次 rank", |row| number(
        row.rank.and_then(|rank| i64::try_from(rank).ok()),
        Value::Count
    )),
    column!("id", "申报 id", |row| text(&row.id)),
    column!("status", "状态 status", |row| text(row.status.name())),
    column!("name", "数据集 dataset", |row| text(&row.name)),
    column!("applicant", "申请人 applicant", |row| text(&row.applicant)),
    column!("credit_code", "统一社会信用代码 credit code", |row| text(&row.credit_code)),
    column!("sector", "领域 sector", |row| maybe(row.sector.map(|sector| sector.title().zh))),
    column!("grade", "等次 grade", |row| maybe(row.grade.map(|grade| grade.name()))),
    column!("total_centi", "总分 total", |row| number(row.total_centi, Value::Points)),
    column!("interval_low_centi", "区间下限 interval from", |row| number(
        row.interval_centi.map(|ends| ends.0),
        Value::Points
    )),
    column!("interval_high_centi", "区间上限 interval to", |row| number(
        row.interval_centi.map(|ends| ends.1),
        Value::Points
    )),
    column!("scale_centi", "数据规模 scale", |row| number(row.scale_centi, Value::Points)),
    column!("value_density_centi", "价值密度 value density", |row| number(
        row.value_density_centi,
        Value::Points
    )),
    column!("effect_centi", "应用效果 effect", |row| number(row.effect_centi, Value::Points)),
    column!("failed_gates", "未过门槛 failed gates", |row| text(&row.failed_gates.join(" "))),
    column!("open_gates", "待定门槛 open gates", |row| text(&row.open_gates.join(" "))),
    column!("panel", "专家组 panel", |row| count(u64::from(row.panel))),
    column!("requested_fen", "申请（元） requested (yuan)", |row| number(
        row.requested_fen.map(|fen| fen.0),
        Value::Money
    )),
    column!("payable_fen", "额度前应付（元） payable before the envelope (yuan)", |row| {
        number(row.payable_fen.map(|fen| fen.0), Value::Money)
    }),
    column!("share_fen", "额度内分得（元） share of the envelope (yuan)", |row| number(
        row.share_fen.map(|fen| fen.0),
        Value::Money
    )),
    column!("errors", "错误 errors", |row| count(row.errors)),
    column!("warnings", "警告 warnings", |row| count(row.warnings)),
    column!("code", "代码 code", |row| maybe(
        row.reason.as_ref().and_then(|reason| reason.code.as_deref())
    )),
    column!("cause_zh", "原因 cause (zh)", |row| maybe(
        row.reason.as_ref().map(|reason| reason.cause.zh.as_str())
    )),
    column!("cause_en", "原因 cause (en)", |row| maybe(
        row.reason.as_ref().map(|reason| reason.cause.en.as_str())
    )),
    column!("fix_zh", "处理 fix (zh)", |row| maybe(
        row.reason.as_ref().map(|reason| reason.fix.zh.as_str())
    )),
    column!("fix_en", "处理 fix (en)", |row| maybe(
        row.reason.as_ref().map(|reason| reason.fix.en.as_str())
    )),
    column!("submitted", "提交 submitted", |row| maybe(
        row.submitted.map(|day| day.to_string()).as_deref()
    )),
    column!("folder", "结果 folder", |row| text(&row.folder)),
    column!("snapshot_root", "内容哈希 snapshot root", |row| maybe(
        row.snapshot_root.as_deref()
    )),
    column!("card_digest", "卡片摘要 card digest", |row| maybe(row.card_digest.as_deref())),
];

const WRITTEN: &str = "writing to memory";

/// The list as CSV: UTF-8 with a mark, so that spreadsheets read Chinese; an apostrophe before what
/// they would take for a formula. Scores are hundredths of a point, amounts fen.
pub fn csv(batch: &Batch) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(b"\xef\xbb\xbf".to_vec());
    writer.write_record(COLUMNS.iter().map(|column| column.name)).expect(WRITTEN);
    for row in &batch.applications {
        let cells = COLUMNS.iter().map(|column| match (column.of)(row) {
            Value::Text(text) if is_formula(&text) => format!("'{text}"),
            Value::Text(text) => text,
            other => other.number().map_or(String::new(), |number| number.to_string()),
        });
        writer.write_record(cells).expect(WRITTEN);
    }
    writer.into_inner().expect(WRITTEN)
}

/// The list as a workbook: points and yuan with two decimals; text cells are text whatever they
/// begin with. Nothing in it tells when it was written.
pub fn xlsx(batch: &Batch) -> Vec<u8> {
    let mut book = Workbook::new();
    let fixed = ExcelDateTime::from_ymd(2000, 1, 1).expect("the calendar has this day");
    book.set_properties(&DocProperties::new().set_creation_datetime(&fixed));
    let sheet = book.add_worksheet();
    let bold = Format::new().set_bold();
    let points = Format::new().set_num_format("0.00");
    let money = Format::new().set_num_format("#,##0.00");
    let fits = "a batch fits a sheet";
    for (at, column) in (0_u16..).zip(COLUMNS) {
        sheet.write_string_with_format(0, at, column.title, &bold).expect(fits);
        let wide = ["name", "applicant", "cause_zh", "cause_en"].contains(&column.name);
        sheet.set_column_width(at, if wide { 40 } else { 18 }).expect(fits);
    }
    // A sheet has 1,048,576 rows, the heading among them; amounts are below 2^53.
    for (line, row) in (1_u32..1_048_576).zip(&batch.applications) {
        for (at, column) in (0_u16..).zip(COLUMNS) {
            let hundredths = |number: i64| number as f64 / 100.0;
            match (column.of)(row) {
                Value::Text(text) => sheet.write_string(line, at, text).expect(fits),
                Value::Count(number) => sheet.write_number(line, at, number as f64).expect(fits),
                Value::Points(centi) => sheet
                    .write_number_with_format(line, at, hundredths(centi), &points)
                    .expect(fits),
                Value::Money(fen) => {
                    sheet.write_number_with_format(line, at, hundredths(fen), &money).expect(fits)
                }
                Value::Nothing(_) => continue,
            };
        }
    }
    sheet.set_freeze_panes(1, 0).expect(fits);
    book.save_to_buffer().expect(WRITTEN)
}

/// The list as Parquet, under the names of the CSV: text, and 64-bit integers.
pub fn parquet(batch: &Batch) -> Vec<u8> {
    let columns = COLUMNS.iter().map(|column| {
        let values: Vec<Value> = batch.applications.iter().map(column.of).collect();
        let is_number = values.first().is_some_and(|value| value.kind() == Kind::Number);
        let array: ArrayRef = if is_number {
            Arc::new(values.iter().map(Value::number).collect::<Int64Array>())
        } else {
            let text = |value: &Value| match value {
                Value::Text(text) => Some(text.clone()),
                _ => None,
            };
            Arc::new(values.iter().map(text).collect::<StringArray>())
        };
        (column.name, array)
    });
    write(columns.collect())
}

/// Findings by application: a row for each place that is kept, and one without a place for those
/// that were only counted.
///
/// Columns: `application`, `code`, `severity`, `count`, `file`, `row`, `column`, `byte`, `note`.
pub fn findings<'a>(of: impl IntoIterator<Item = (&'a str, &'a [Finding])>) -> Vec<u8> {
    let mut rows = Vec::new();
    for (application, findings) in of {
        for finding in findings {
            rows.extend(finding.places.iter().map(|place| (application, finding, 1, Some(place))));
            let left = finding.count.saturating_sub(finding.places.len() as u64);
            if left > 0 {
                rows.push((application, finding, left, None));
            }
        }
    }
    let text = |of: &dyn Fn(usize) -> Option<String>| -> ArrayRef {
        let cells = (0..rows.len()).map(|at| of(at).map(|text| clean(&text)));
        Arc::new(cells.collect::<StringArray>())
    };
    let number = |of: &dyn Fn(usize) -> Option<u64>| -> ArrayRef {
        Arc::new((0..rows.len()).map(of).collect::<UInt64Array>())
    };
    let severity = |at: usize| match rows[at].1.severity {
        shujian_core::Severity::Error => "error",
        shujian_core::Severity::Warning => "warning",
        shujian_core::Severity::Info => "info",
    };
    write(vec![
        ("application", text(&|at| Some(rows[at].0.to_owned()))),
        ("code", text(&|at| Some(rows[at].1.code.clone()))),
        ("severity", text(&|at| Some(severity(at).to_owned()))),
        ("count", number(&|at| Some(rows[at].2))),
        ("file", text(&|at| rows[at].3.map(|place| place.file.clone()))),
        ("row", number(&|at| rows[at].3?.row)),
        ("column", text(&|at| rows[at].3?.column.clone())),
        ("byte", number(&|at| rows[at].3?.byte)),
        ("note", text(&|at| rows[at].3.map(|place| place.note.clone()))),
    ])
}

fn write(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, array)| Field::new(*name, array.data_type().clone(), true))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays);
    let batch = batch.expect("columns are as long as there are rows");
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, schema, None)
        .expect("text and integers have a place in Parquet");
    writer.write(&batch).expect(WRITTEN);
    writer.close().expect(WRITTEN);
    bytes
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader, Xlsx};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use shujian_core::card::Grade;
    use shujian_core::{Findings, Place};

    use super::*;
    use crate::batch::tests::{graded, head};
    use crate::settle;

    fn batch() -> Batch {
        let hostile = Row {
            name: "=HYPERLINK(\"http://x\",\"点我\")".to_owned(),
            applicant: "@SUM(A1)".to_owned(),
            ..graded("-1+1", Grade::B, 7654, 120_000_001)
        };
        let rows = vec![hostile, graded("乙", Grade::A, 9001, 200_000_000)];
        settle(head(Some(1_000_000_000)), rows, Vec::new()).unwrap()
    }

    fn read(bytes: Vec<u8>) -> RecordBatch {
        let bytes = bytes::Bytes::from(bytes);
        let mut reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().build().unwrap();
        reader.next().unwrap().unwrap()
    }

    #[test]
    fn no_cell_runs_as_a_formula() {
        let text = String::from_utf8(csv(&batch())).unwrap();
        assert!(text.starts_with("\u{feff}rank,id,"), "{text}");
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!((&rows[1][1], &rows[1][4]), ("'-1+1", "'@SUM(A1)"));
        assert!(rows[1][3].starts_with("'=HYPERLINK"));
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(xlsx(&batch()))).unwrap();
        let sheet = book.worksheet_range_at(0).unwrap().unwrap();
        assert_eq!(sheet.get((2, 1)), Some(&Data::String("-1+1".to_owned())));
        assert_eq!(sheet.get((2, 18)), Some(&Data::Float(1_200_000.01)));
        assert_eq!(book.worksheet_formula(&book.sheet_names()[0]).unwrap().used_cells().count(), 0);
    }

    #[test]
    fn the_tables_say_the_same_every_time() {
        assert_eq!(csv(&batch()), csv(&batch()));
        assert_eq!(xlsx(&batch()), xlsx(&batch()));
        assert_eq!(parquet(&batch()), parquet(&batch()));
        let read = read(parquet(&batch()));
        assert_eq!((read.num_rows(), read.num_columns()), (2, COLUMNS.len()));
        let shares = read.column_by_name("share_fen").unwrap();
        let shares = shares.as_any().downcast_ref::<Int64Array>().unwrap();
        assert_eq!((shares.value(0), shares.value(1)), (200_000_000, 120_000_001));
    }

    #[test]
    fn a_list_of_nothing_is_written_too() {
        let batch = settle(head(None), Vec::new(), Vec::new()).unwrap();
        assert!(csv(&batch).ends_with(b"\r\n") && !xlsx(&batch).is_empty());
        assert!(parquet(&batch).starts_with(b"PAR1"));
        assert!(findings(std::iter::empty()).starts_with(b"PAR1"));
    }

    #[test]
    fn every_finding_is_counted_once() {
        let mut found = Findings::default();
        let place = Place::file("a\u{1b}.csv").at_row(3).in_column("价").noting("x");
        found.add_many("SJ-ingest-001", 7, [place]);
        let found = found.into_card();
        let read = read(findings([("甲", found.as_slice())]));
        let counts = read.column_by_name("count").unwrap();
        let counts = counts.as_any().downcast_ref::<UInt64Array>().unwrap();
        assert_eq!(counts.values(), &[1, 6]);
        let files = read.column_by_name("file").unwrap();
        let files = files.as_any().downcast_ref::<StringArray>().unwrap();
        assert_eq!(files.value(0), "a\u{fffd}.csv");
        assert!(arrow::array::Array::is_null(files, 1));
    }
}
