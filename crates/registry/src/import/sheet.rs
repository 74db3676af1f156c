//! A table as people hand it over: CSV, XLSX or JSON, read into cells with their places.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use serde_json::Value as Json;
use shujian_core::finding::Text;

/// Most bytes of a file, of an XLSX file unpacked, rows, columns and characters of a cell.
pub const LIMITS: Limits =
    Limits { bytes: 64 << 20, unpacked: 256 << 20, rows: 100_000, columns: 200, cell: 4096 };

/// How large a table may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Bytes of all parts of an XLSX file, unpacked.
    pub unpacked: u64,
    /// Rows below the heading.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Characters of a cell.
    pub cell: usize,
}

/// A way to write a table down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values, UTF-8 or GB18030.
    Csv,
    /// The first sheet of a workbook.
    Xlsx,
    /// A list of flat objects.
    Json,
}

impl Format {
    /// The format of a file name's ending.
    pub fn of_name(name: &str) -> Option<Self> {
        let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
        match ending.as_str() {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// A number, as it was spelt or as a spreadsheet shows it.
    Number(String),
}

/// A row below the heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Line of the file or number of the item, from 1, as the program that wrote it counts.
    pub place: u64,
    /// One cell a column.
    pub cells: Vec<Cell>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Names of columns, as in the file.
    pub columns: Vec<String>,
    /// Rows that are not empty.
    pub rows: Vec<Row>,
    /// Whether the text was read as GB18030, which is a guess.
    pub guessed_gb18030: bool,
}

/// Why a file is no table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Line or item, from 1, where it is known.
    pub place: Option<u64>,
    /// What is wrong.
    pub why: Text,
}

fn unreadable(place: Option<u64>, zh: impl Into<String>, en: impl Into<String>) -> Unreadable {
    Unreadable { place, why: Text { zh: zh.into(), en: en.into() } }
}

/// Reads a table.
///
/// - Errors: the first thing that keeps the file from being one, with its place.
pub fn read(bytes: &[u8], format: Format, limits: Limits) -> Result<Sheet, Unreadable> {
    if bytes.len() > limits.bytes {
        let most = limits.bytes >> 20;
        return Err(unreadable(None, format!("超过 {most} MiB"), format!("is above {most} MiB")));
    }
    let sheet = match format {
        Format::Csv => csv(bytes, limits)?,
        Format::Xlsx => xlsx(bytes, limits)?,
        Format::Json => json(bytes, limits)?,
    };
    check(&sheet, limits)?;
    Ok(sheet)
}

fn check(sheet: &Sheet, limits: Limits) -> Result<(), Unreadable> {
    if sheet.columns.is_empty() || sheet.columns.iter().all(|name| name.trim().is_empty()) {
        return Err(unreadable(Some(1), "没有表头", "has no heading"));
    }
    let mut names: Vec<&str> = sheet.columns.iter().map(|name| name.trim()).collect();
    names.sort_unstable();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        let name = pair[0];
        let (zh, en) = (format!("列“{name}”出现两次"), format!("column {name:?} stands twice"));
        return Err(unreadable(Some(1), zh, en));
    }
    let Limits { rows, columns, cell, .. } = limits;
    if sheet.columns.len() > columns || sheet.rows.len() > rows {
        let zh = format!("超过 {columns} 列或 {rows} 行");
        return Err(unreadable(
            None,
            zh,
            format!("has more than {columns} columns or {rows} rows"),
        ));
    }
    for row in &sheet.rows {
        let long = row.cells.iter().position(|known| match known {
            Cell::Empty => false,
            Cell::Text(text) | Cell::Number(text) => text.chars().nth(cell).is_some(),
        });
        if let Some(at) = long {
            let name = sheet.columns.get(at).map_or("", String::as_str);
            let zh = format!("“{name}”超过 {cell} 个字符");
            let en = format!("{name:?} holds more than {cell} characters");
            return Err(unreadable(Some(row.place), zh, en));
        }
    }
    Ok(())
}

/// Text as it is if it is UTF-8, else as GB18030.
fn decode(bytes: &[u8]) -> Result<(String, bool), Unreadable> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((text.to_owned(), false));
    }
    let decoded = encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes);
    match decoded {
        Some(text) => Ok((text.into_owned(), true)),
        None => {
            Err(unreadable(None, "既不是 UTF-8 也不是 GB18030", "is neither UTF-8 nor GB18030"))
        }
    }
}

fn csv(bytes: &[u8], limits: Limits) -> Result<Sheet, Unreadable> {
    let (text, guessed_gb18030) = decode(bytes)?;
    if let Some(line) = open_quote(text.as_bytes()) {
        let zh = "引号没有闭合，文件到此为止都被读作一格；文件可能没有写完";
        let en = "a quote is opened here and never closed; was the file cut short?";
        return Err(unreadable(Some(line), zh, en));
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    let (mut columns, mut rows) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = record.map_err(|error| {
            let place = error.position().map(|position| lines.of(position));
            if let csv::ErrorKind::UnequalLengths { expected_len, len, .. } = error.kind() {
                let zh = format!("有 {len} 列，首行有 {expected_len} 列；文件可能没有写完");
                let en = format!(
                    "has {len} cells, and the first line {expected_len}; was the file cut short?"
                );
                return unreadable(place, zh, en);
            }
            let zh = format!("不是规整的 CSV：{error}");
            unreadable(place, zh, format!("is no regular CSV: {error}"))
        })?;
        let place = record.position().map_or(0, |position| lines.of(position));
        if columns.is_empty() {
            columns = record.iter().map(str::to_owned).collect();
            continue;
        }
        let cells: Vec<Cell> = record.iter().map(text_cell).collect();
        push(&mut rows, place, cells, limits)?;
    }
    Ok(Sheet { columns, rows, guessed_gb18030 })
}

/// The line on which a quote opens that the text ends in; the reader would take it as closed.
fn open_quote(text: &[u8]) -> Option<u64> {
    // Whether a cell begins here, and the line of an open quote; a quote within one may be its end.
    let (mut begins, mut open, mut ends) = (true, None, false);
    let mut line = 1;
    for sign in text {
        match (open, *sign) {
            (Some(_), b'"') => ends = !ends,
            (Some(_), _) if !ends => {}
            (None, b'"') if begins => open = Some(line),
            (_, sign) => {
                (open, ends) = (None, false);
                begins = matches!(sign, b',' | b'\n' | b'\r');
            }
        }
        line += u64::from(*sign == b'\n');
    }
    open.filter(|_| !ends)
}

/// Counts the lines of a text as its records are read.
struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line a record begins on: the reader's position stands before the line ends it skips.
    fn of(&mut self, position: &csv::Position) -> u64 {
        let rest = usize::try_from(position.byte()).ok().and_then(|byte| self.text.get(byte..));
        let Some(rest) = rest else { return self.line };
        let begins = rest.iter().position(|sign| !b"\r\n".contains(sign)).unwrap_or(rest.len());
        let to = self.text.len() - rest.len() + begins;
        let passed = self.text.get(self.at..to).unwrap_or_default();
        self.line += passed.iter().filter(|sign| **sign == b'\n').count() as u64;
        self.at = self.at.max(to);
        self.line
    }
}

/// A cell of text; an apostrophe that keeps a formula from running is taken off.
fn text_cell(text: &str) -> Cell {
    let text = text.trim();
    let quoted = text.strip_prefix('\'').filter(|rest| crate::export::is_formula(rest));
    match quoted.unwrap_or(text) {
        "" => Cell::Empty,
        text => Cell::Text(text.to_owned()),
    }
}

fn push(
    rows: &mut Vec<Row>,
    place: u64,
    cells: Vec<Cell>,
    limits: Limits,
) -> Result<(), Unreadable> {
    if cells.iter().all(|cell| *cell == Cell::Empty) {
        return Ok(());
    }
    if rows.len() == limits.rows {
        let most = limits.rows;
        return Err(unreadable(
            Some(place),
            format!("超过 {most} 行"),
            format!("has more than {most} rows"),
        ));
    }
    rows.push(Row { place, cells });
    Ok(())
}

fn xlsx(bytes: &[u8], limits: Limits) -> Result<Sheet, Unreadable> {
    let wrong = |error: &dyn std::fmt::Display| {
        unreadable(
            None,
            format!("不是 XLSX 工作簿：{error}"),
            format!("is no XLSX workbook: {error}"),
        )
    };
    unpacks_small(bytes, limits)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| wrong(&error))?;
    let range = book.worksheet_range_at(0);
    let range = range.ok_or_else(|| wrong(&"no sheet"))?.map_err(|error| wrong(&error))?;
    let first = u64::from(range.start().map_or(0, |(row, _)| row));
    let (mut columns, mut rows) = (Vec::new(), Vec::new());
    for (at, row) in range.rows().enumerate() {
        if row.len() > limits.columns {
            let most = limits.columns;
            return Err(unreadable(
                Some(1),
                format!("超过 {most} 列"),
                format!("has more than {most} columns"),
            ));
        }
        let place = first + at as u64 + 1;
        if columns.is_empty() {
            columns = row.iter().map(ToString::to_string).collect();
            continue;
        }
        let cells = row.iter().map(|data| data_cell(data, place)).collect::<Result<_, _>>()?;
        push(&mut rows, place, cells, limits)?;
    }
    Ok(Sheet { columns, rows, guessed_gb18030: false })
}

/// Refuses a workbook whose parts unpack to too much.
fn unpacks_small(bytes: &[u8], limits: Limits) -> Result<(), Unreadable> {
    let wrong = |error: &dyn std::fmt::Display| {
        unreadable(
            None,
            format!("不是 XLSX 工作簿：{error}"),
            format!("is no XLSX workbook: {error}"),
        )
    };
    let mut parts = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| wrong(&error))?;
    let mut left = limits.unpacked;
    for at in 0..parts.len() {
        let part = parts.by_index(at).map_err(|error| wrong(&error))?;
        // What a part says of its size may be a lie, so it is read as far as the limit allows.
        let mut part = std::io::Read::take(part, left + 1);
        let read = std::io::copy(&mut part, &mut std::io::sink()).map_err(|error| wrong(&error))?;
        left = left.checked_sub(read).ok_or_else(|| {
            let most = limits.unpacked >> 20;
            let zh = format!("解开后超过 {most} MiB");
            unreadable(None, zh, format!("unpacks to more than {most} MiB"))
        })?;
    }
    Ok(())
}

fn data_cell(data: &Data, place: u64) -> Result<Cell, Unreadable> {
    Ok(match data {
        Data::Empty => Cell::Empty,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text_cell(text),
        Data::Int(number) => Cell::Number(number.to_string()),
        Data::Float(number) => Cell::Number(number.to_string()),
        Data::Bool(value) => Cell::Text(value.to_string()),
        Data::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            Cell::Text(format!("{year:04}-{month:02}-{day:02}"))
        }
        Data::Error(error) => {
            let zh = format!("单元格是错误值 {error}");
            return Err(unreadable(Some(place), zh, format!("a cell holds the error {error}")));
        }
    })
}

fn json(bytes: &[u8], limits: Limits) -> Result<Sheet, Unreadable> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let items: Vec<serde_json::Map<String, Json>> =
        serde_json::from_slice(bytes).map_err(|error| {
            let zh = format!("不是对象的列表：{error}");
            unreadable(None, zh, format!("is no list of objects: {error}"))
        })?;
    let mut columns: Vec<String> = Vec::new();
    for name in items.iter().flat_map(serde_json::Map::keys) {
        if columns.len() <= limits.columns && !columns.contains(name) {
            columns.push(name.clone());
        }
    }
    let mut rows = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let place = at as u64 + 1;
        let cell = |name: &String| match item.get(name) {
            None | Some(Json::Null) => Ok(Cell::Empty),
            Some(Json::String(text)) => Ok(text_cell(text)),
            Some(Json::Number(number)) => Ok(Cell::Number(number.to_string())),
            Some(_) => {
                let zh = format!("“{name}”应为文字或数字");
                Err(unreadable(Some(place), zh, format!("{name:?} is neither text nor a number")))
            }
        };
        let cells = columns.iter().map(cell).collect::<Result<_, _>>()?;
        push(&mut rows, place, cells, limits)?;
    }
    Ok(Sheet { columns, rows, guessed_gb18030: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    fn en(bytes: &[u8], format: Format) -> String {
        read(bytes, format, LIMITS).unwrap_err().why.en
    }

    #[test]
    fn a_table_reads_alike_in_every_format() {
        let csv = "名称,金额\r\n甲,120万\r\n\r\n\"乙\n公司\",'=1+1\r\n";
        let sheet = read(csv.as_bytes(), Format::Csv, LIMITS).unwrap();
        assert_eq!(sheet.columns, ["名称", "金额"]);
        assert_eq!(sheet.rows[0], Row { place: 2, cells: vec![text("甲"), text("120万")] });
        assert_eq!(sheet.rows[1], Row { place: 4, cells: vec![text("乙\n公司"), text("=1+1")] });
        let json = r#"[{"名称":"甲","金额":"120万"},{},{"名称":"乙\n公司","金额":"'=1+1"}]"#;
        let other = read(json.as_bytes(), Format::Json, LIMITS).unwrap();
        let cells =
            |sheet: &Sheet| sheet.rows.iter().map(|row| row.cells.clone()).collect::<Vec<_>>();
        assert_eq!((cells(&other), &other.columns), (cells(&sheet), &sheet.columns));
        assert_eq!(other.rows[1].place, 3);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_refused_with_its_row() {
        for (bytes, line) in [
            (&b"a,b\n1,\"x"[..], 2),
            (b"a,b\n1,\"x\n2,y\n3,z\n", 2),
            (b"a\n\"x\"\"\n", 2),
            (b"\"a\nb\n", 1),
        ] {
            let error = read(bytes, Format::Csv, LIMITS).unwrap_err();
            assert_eq!(error.place, Some(line), "{error:?}");
            assert!(error.why.en.contains("never closed"), "{error:?}");
        }
        for whole in
            ["a\n\"x\"", "a\n\"x\"\"\"\n", "a,b\n1,x\"y\n", "a\n\"x\"y\n", "a\n\"x\ny\"\nz\n"]
        {
            assert_eq!(open_quote(whole.as_bytes()), None, "{whole}");
        }
    }

    #[test]
    fn gb18030_is_read_and_said() {
        let (bytes, ..) = encoding_rs::GB18030.encode("名称\n数据\n");
        let sheet = read(&bytes, Format::Csv, LIMITS).unwrap();
        assert!(sheet.guessed_gb18030);
        assert_eq!(sheet.rows[0].cells, [text("数据")]);
        assert!(en(b"a\n\xff\xff\n", Format::Csv).contains("neither"));
    }

    #[test]
    fn what_is_no_table_is_named() {
        for (bytes, format, why) in [
            (&b""[..], Format::Csv, "no heading"),
            (b"a,a\n1,2\n", Format::Csv, "stands twice"),
            (b"a,b\n1\n", Format::Csv, "has 1 cells, and the first line 2"),
            (b"{}", Format::Json, "no list of objects"),
            (b"[{\"a\":[1]}]", Format::Json, "neither text nor a number"),
            (b"PK", Format::Xlsx, "no XLSX workbook"),
        ] {
            let said = en(bytes, format);
            assert!(said.contains(why), "{said}");
        }
        let few = Limits { rows: 1, columns: 2, cell: 3, bytes: 10, ..LIMITS };
        for (bytes, why) in [
            (&b"a\n1\n2\n"[..], "more than 1 rows"),
            (b"a,b,c\n", "more than 2 columns"),
            (b"a\nabcd\n", "more than 3 characters"),
            (b"a\n1\n2\n3\n4\n5\n", "is above 0 MiB"),
        ] {
            let said = read(bytes, Format::Csv, few).unwrap_err().why.en;
            assert!(said.contains(why), "{said}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            for format in [Format::Csv, Format::Xlsx, Format::Json] {
                let _refused = read(&bytes, format, LIMITS);
            }
        }
    }
}
