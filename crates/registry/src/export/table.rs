//! The register as one table: CSV for every program, XLSX for people.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};
use shujian_core::inert::is_formula;

use super::register::{Entry, Register};

/// A column: name and what it says of an entry.
pub(super) struct Column {
    pub(super) name: &'static str,
    /// What it holds, as of Table Schema.
    pub(super) kind: &'static str,
    pub(super) title: &'static str,
    of: fn(&Entry) -> Value,
}

/// What a cell holds.
enum Value {
    Text(String),
    Fen(i64),
    Nothing,
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn maybe(text: Option<&String>) -> Value {
    text.map_or(Value::Nothing, |text| Value::Text(text.clone()))
}

fn fen(entry: &Entry, of: fn(&super::Award) -> i64) -> Value {
    entry.award.as_ref().map_or(Value::Nothing, |award| Value::Fen(of(award)))
}

/// The columns, in order.
pub(super) const COLUMNS: &[Column] = &[
    Column {
        name: "number",
        kind: "string",
        title: "编号 number",
        of: |entry| text(&entry.number),
    },
    Column { name: "kind", kind: "string", title: "类别 kind", of: |entry| text(entry.kind) },
    Column { name: "name", kind: "string", title: "名称 name", of: |entry| text(&entry.name) },
    Column {
        name: "organisation",
        kind: "string",
        title: "单位 organisation",
        of: |entry| text(&entry.organisation),
    },
    Column {
        name: "credit_code",
        kind: "string",
        title: "统一社会信用代码 credit code",
        of: |entry| text(&entry.credit_code),
    },
    Column {
        name: "sector",
        kind: "string",
        title: "领域 sector",
        of: |entry| maybe(entry.sector.as_ref()),
    },
    Column {
        name: "division",
        kind: "string",
        title: "行政区划 division",
        of: |entry| text(&entry.division),
    },
    Column { name: "state", kind: "string", title: "状态 state", of: |entry| text(&entry.state) },
    Column {
        name: "published_on",
        kind: "date",
        title: "公开日期 published on",
        of: |entry| maybe(entry.published_on.as_ref()),
    },
    Column {
        name: "snapshot_root",
        kind: "string",
        title: "内容哈希 snapshot root",
        of: |entry| maybe(entry.snapshot_root.as_ref()),
    },
    Column {
        name: "award",
        kind: "string",
        title: "资助编号 award",
        of: |entry| maybe(entry.award.as_ref().map(|award| &award.number)),
    },
    Column {
        name: "measure",
        kind: "string",
        title: "措施 measure",
        of: |entry| maybe(entry.award.as_ref().map(|award| &award.measure)),
    },
    Column {
        name: "year",
        kind: "integer",
        title: "年度 year",
        of: |entry| fen(entry, |award| award.year),
    },
    Column {
        name: "committed_fen",
        kind: "integer",
        title: "核定（分） committed (fen)",
        of: |entry| fen(entry, |award| award.committed_fen),
    },
    Column {
        name: "paid_fen",
        kind: "integer",
        title: "已拨付（分） paid (fen)",
        of: |entry| fen(entry, |award| award.paid_fen),
    },
    Column {
        name: "recovered_fen",
        kind: "integer",
        title: "已追回（分） recovered (fen)",
        of: |entry| fen(entry, |award| award.recovered_fen),
    },
];

/// The register as CSV: UTF-8 with a mark, so that spreadsheets read Chinese; an apostrophe before
/// what they would take for a formula.
pub(super) fn csv(register: &Register) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(b"\xef\xbb\xbf".to_vec());
    let written = "writing to memory";
    writer.write_record(COLUMNS.iter().map(|column| column.name)).expect(written);
    for entry in &register.entries {
        let cells = COLUMNS.iter().map(|column| match (column.of)(entry) {
            Value::Text(text) if is_formula(&text) => format!("'{text}"),
            Value::Text(text) => text,
            Value::Fen(amount) => amount.to_string(),
            Value::Nothing => String::new(),
        });
        writer.write_record(cells).expect(written);
    }
    writer.into_inner().expect(written)
}

/// The register as a workbook; text cells are text whatever they begin with. Nothing in it tells
/// when it was written.
pub(super) fn xlsx(register: &Register) -> Vec<u8> {
    let mut book = Workbook::new();
    let fixed = ExcelDateTime::from_ymd(2000, 1, 1).expect("the calendar has this day");
    book.set_properties(&DocProperties::new().set_creation_datetime(&fixed));
    let sheet = book.add_worksheet();
    let bold = Format::new().set_bold();
    let fits = "a register fits a sheet";
    for (at, column) in (0_u16..).zip(COLUMNS) {
        sheet.write_string_with_format(0, at, column.title, &bold).expect(fits);
        sheet.set_column_width(at, if column.name == "name" { 40 } else { 18 }).expect(fits);
    }
    // A sheet has 1,048,576 rows, the heading among them.
    for (row, entry) in (1_u32..1_048_576).zip(&register.entries) {
        for (at, column) in (0_u16..).zip(COLUMNS) {
            match (column.of)(entry) {
                Value::Text(text) => sheet.write_string(row, at, text).expect(fits),
                // Amounts are below 2^53, which such numbers hold exactly.
                Value::Fen(amount) => sheet.write_number(row, at, amount as f64).expect(fits),
                Value::Nothing => continue,
            };
        }
    }
    sheet.set_freeze_panes(1, 0).expect(fits);
    book.save_to_buffer().expect("writing to memory")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::register::tests::register;
    use crate::import::sheet::{Cell, Format, LIMITS, read};

    #[test]
    fn no_cell_runs_as_a_formula_and_all_is_read_back() {
        let register = register();
        let written = csv(&register);
        assert!(String::from_utf8_lossy(&written).contains(",\"'=HYPERLINK"));
        for (bytes, format) in [(written, Format::Csv), (xlsx(&register), Format::Xlsx)] {
            let sheet = read(&bytes, format, LIMITS).unwrap();
            assert_eq!((sheet.columns.len(), sheet.rows.len()), (COLUMNS.len(), 3));
            assert_eq!(sheet.rows[1].cells[2], Cell::Text(register.entries[1].name.clone()));
            let committed = match &sheet.rows[2].cells[13] {
                Cell::Text(text) | Cell::Number(text) => text.clone(),
                Cell::Empty => String::new(),
            };
            assert_eq!(committed, "1000000000");
        }
    }
}
