//! Item, rater and label columns of CSV, TSV or JSON lines.

use rayon::prelude::*;
use serde::Deserialize;

use super::{Builder, LabelTable};

/// Names by which the three columns go, in order of preference.
const ITEM: &[&str] = &["item", "task", "unit", "item_id", "task_id", "id"];
const RATER: &[&str] = &["rater", "worker", "annotator", "coder", "worker_id", "annotator_id"];
const LABEL: &[&str] = &["label", "answer", "class", "category", "value"];

/// Why a file is not a table of labels.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// There is no first line.
    #[error("nothing delivered: the file is empty")]
    Empty,
    /// A column can't be told from the heading.
    #[error("no column for the {0}")]
    NoColumn(&'static str),
    /// A row lacks a field.
    #[error("row {row}: {fields} fields where {wanted} are needed")]
    Short {
        /// Row in the file, from 1, the heading counted.
        row: u64,
        /// Fields the row has.
        fields: usize,
        /// Fields the three columns need.
        wanted: usize,
    },
    /// A row is no UTF-8 text or no JSON object of the three fields.
    #[error("row {row}: {message}")]
    Bad {
        /// Row in the file, from 1.
        row: u64,
        /// What is wrong.
        message: String,
    },
}

/// Reads a table of labels: JSON lines where the first byte is `{`, else CSV (`,`, `;` or tab).
///
/// Rows whose label is empty are missing answers: the item counts, the vote doesn't.
///
/// # Errors
/// [`ReadError`] at the first row that can't be read. Readers that go on past bad rows and report
/// each one live in `formats`.
pub fn read(bytes: &[u8]) -> Result<LabelTable, ReadError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => Err(ReadError::Empty),
        Some(b'{') => read_json_lines(bytes),
        Some(_) => read_csv(bytes),
    }
}

fn read_csv(bytes: &[u8]) -> Result<LabelTable, ReadError> {
    let heading = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let count = |byte: u8| heading.iter().filter(|&&other| other == byte).count();
    let delimiter = if count(b'\t') > count(b',') {
        b'\t'
    } else if count(b';') > count(b',') {
        b';'
    } else {
        b','
    };
    let mut rows = Rows::new(bytes, delimiter);
    let mut names = Vec::new();
    rows.next_row().ok_or(ReadError::Empty)?;
    for field in 0..rows.fields() {
        names.push(String::from_utf8_lossy(rows.field(field)).trim().to_lowercase());
    }
    let place = |what, known: &[&str]| {
        let found = known.iter().find_map(|name| names.iter().position(|other| other == name));
        found.ok_or(ReadError::NoColumn(what))
    };
    let columns = Columns {
        item: place("item", ITEM)?,
        rater: place("rater", RATER)?,
        label: place("label", LABEL)?,
    };
    if memchr::memchr2(b'"', b'\r', bytes).is_none() {
        return read_plain(bytes, delimiter, &columns);
    }
    let mut builder = Builder::new();
    while rows.next_row().is_some() {
        columns.add(&mut builder, rows.row, rows.fields(), |field| rows.field(field))?;
    }
    Ok(builder.build())
}

/// Where the three columns are.
struct Columns {
    item: usize,
    rater: usize,
    label: usize,
}

impl Columns {
    fn wanted(&self) -> usize {
        self.item.max(self.rater).max(self.label) + 1
    }

    /// Adds a row to a table.
    fn add<'a>(
        &self,
        builder: &mut Builder,
        row: u64,
        fields: usize,
        field: impl Fn(usize) -> &'a [u8],
    ) -> Result<(), ReadError> {
        if fields < self.wanted() {
            return Err(ReadError::Short { row, fields, wanted: self.wanted() });
        }
        let text = |column| {
            str::from_utf8(field(column))
                .map_err(|err| ReadError::Bad { row, message: err.to_string() })
        };
        match text(self.label)? {
            "" => builder.add_item(text(self.item)?),
            answer => builder.add(text(self.item)?, text(self.rater)?, answer),
        }
        Ok(())
    }
}

/// Pieces of about this many bytes are read side by side.
const PIECE: usize = 1 << 21;

/// Reads a file without quotes: every line end ends a row.
fn read_plain(bytes: &[u8], delimiter: u8, columns: &Columns) -> Result<LabelTable, ReadError> {
    let heading = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
    let mut rest = &bytes[heading..];
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let start = PIECE.min(rest.len());
        let end = memchr::memchr(b'\n', &rest[start..]).map_or(rest.len(), |at| start + at + 1);
        pieces.push(&rest[..end]);
        rest = &rest[end..];
    }
    let read: Vec<(Builder, u64, Option<ReadError>)> =
        pieces.into_par_iter().map(|piece| read_piece(piece, delimiter, columns)).collect();
    let mut builder = Builder::new();
    let mut row = 1;
    for (piece, rows, wrong) in read {
        if let Some(wrong) = wrong {
            return Err(wrong.after(row));
        }
        builder.append(&piece);
        row += rows;
    }
    Ok(builder.build())
}

/// Votes of a piece, its rows, and what stopped it at which row of the piece.
fn read_piece(piece: &[u8], delimiter: u8, columns: &Columns) -> (Builder, u64, Option<ReadError>) {
    let mut builder = Builder::new();
    let mut ends = Vec::new();
    let (mut start, mut row) = (0, 0);
    let line_ends = memchr::memchr_iter(b'\n', piece).chain([piece.len()]);
    for end in line_ends {
        let line = &piece[start..end];
        start = end + 1;
        if line.is_empty() {
            continue;
        }
        row += 1;
        ends.clear();
        ends.extend(memchr::memchr_iter(delimiter, line));
        ends.push(line.len());
        let field = |field: usize| {
            let from = if field == 0 { 0 } else { ends[field - 1] + 1 };
            &line[from..ends[field]]
        };
        if let Err(wrong) = columns.add(&mut builder, row, ends.len(), field) {
            return (builder, row, Some(wrong));
        }
    }
    (builder, row, None)
}

impl ReadError {
    /// The same error, so many rows later.
    fn after(self, rows: u64) -> Self {
        match self {
            Self::Short { row, fields, wanted } => Self::Short { row: row + rows, fields, wanted },
            Self::Bad { row, message } => Self::Bad { row: row + rows, message },
            other => other,
        }
    }
}

/// Rows of a CSV file, one at a time in the same buffers.
struct Rows<'a> {
    reader: csv_core::Reader,
    rest: &'a [u8],
    text: Vec<u8>,
    ends: Vec<usize>,
    fields: usize,
    row: u64,
}

impl<'a> Rows<'a> {
    fn new(bytes: &'a [u8], delimiter: u8) -> Self {
        Self {
            reader: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            rest: bytes,
            text: vec![0; 4_096],
            ends: vec![0; 64],
            fields: 0,
            row: 0,
        }
    }

    fn next_row(&mut self) -> Option<()> {
        let (mut written, mut ended) = (0, 0);
        loop {
            let (result, read, wrote, ends) = self.reader.read_record(
                self.rest,
                &mut self.text[written..],
                &mut self.ends[ended..],
            );
            self.rest = &self.rest[read..];
            written += wrote;
            ended += ends;
            match result {
                // An empty rest says that the input ends.
                csv_core::ReadRecordResult::InputEmpty => {}
                csv_core::ReadRecordResult::OutputFull => {
                    self.text.resize(self.text.len() * 2, 0);
                }
                csv_core::ReadRecordResult::OutputEndsFull => {
                    self.ends.resize(self.ends.len() * 2, 0);
                }
                csv_core::ReadRecordResult::Record => {
                    self.fields = ended;
                    self.row += 1;
                    return Some(());
                }
                csv_core::ReadRecordResult::End => return None,
            }
        }
    }

    fn fields(&self) -> usize {
        self.fields
    }

    fn field(&self, field: usize) -> &[u8] {
        let start = if field == 0 { 0 } else { self.ends[field - 1] };
        &self.text[start..self.ends[field]]
    }
}

/// A name or number in JSON, as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Name {
    Text(String),
    Number(serde_json::Number),
    Flag(bool),
    Null(()),
}

impl Name {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::Null(()) => String::new(),
        }
    }
}

#[derive(Deserialize)]
struct Line {
    #[serde(alias = "task", alias = "unit", alias = "item_id", alias = "task_id", alias = "id")]
    item: Name,
    #[serde(alias = "worker", alias = "annotator", alias = "coder", alias = "worker_id")]
    #[serde(alias = "annotator_id")]
    rater: Name,
    #[serde(alias = "answer", alias = "class", alias = "category", alias = "value")]
    label: Option<Name>,
}

fn read_json_lines(bytes: &[u8]) -> Result<LabelTable, ReadError> {
    let mut builder = Builder::new();
    for (line, row) in bytes.split(|&byte| byte == b'\n').zip(1..) {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_slice(line)
            .map_err(|err| ReadError::Bad { row, message: err.to_string() })?;
        let item = line.item.text();
        match line.label.map(Name::text).filter(|label| !label.is_empty()) {
            None => builder.add_item(&item),
            Some(label) => builder.add(&item, &line.rater.text(), &label),
        }
    }
    Ok(builder.build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_tsv_and_json_lines_of_the_same_votes_are_the_same_table() {
        let csv = read(b"item,worker,label\ni1,w1,a\ni1,w2,\"b\"\ni2,w1,\n").unwrap();
        let tsv = read(b"label\tworker\titem\r\na\tw1\ti1\r\nb\tw2\ti1\r\n\tw1\ti2\r\n").unwrap();
        let json = read(
            b"{\"item\":\"i1\",\"worker\":\"w1\",\"label\":\"a\"}\n\n\
              {\"task\":\"i1\",\"annotator\":\"w2\",\"label\":\"b\"}\n\
              {\"task\":\"i2\",\"annotator\":\"w2\",\"label\":null}\n",
        )
        .unwrap();
        assert_eq!(csv, tsv);
        assert_eq!(csv, json);
        assert_eq!(csv.items, ["i1", "i2"]);
        assert_eq!(csv.votes.len(), 2);
    }

    #[test]
    fn pieces_read_side_by_side_are_the_file() {
        let mut plain = "item,worker,label\n".to_owned();
        for row in 0..400_000 {
            plain += &format!("i{},w{},{}\n", row / 7, row % 13, row % 3);
        }
        assert!(plain.len() > 2 * PIECE);
        let quoted = plain.replacen("i0,", "\"i0\",", 1);
        assert_eq!(read(plain.as_bytes()).unwrap(), read(quoted.as_bytes()).unwrap());
        plain += "\ni1,w1\n";
        let short = read(plain.as_bytes());
        assert_eq!(short, Err(ReadError::Short { row: 400_002, fields: 2, wanted: 3 }));
    }

    #[test]
    fn what_is_wrong_says_where() {
        assert_eq!(read(b" \n"), Err(ReadError::Empty));
        assert_eq!(read(b"item,label\n1,a\n"), Err(ReadError::NoColumn("rater")));
        let short = read(b"item,worker,label\n1,a,x\n2,b\n");
        assert_eq!(short, Err(ReadError::Short { row: 3, fields: 2, wanted: 3 }));
        assert!(matches!(read(b"{\"item\":1}\n"), Err(ReadError::Bad { row: 1, .. })));
        assert!(matches!(
            read(b"item,worker,label\n1,a,\xff\n"),
            Err(ReadError::Bad { row: 2, .. })
        ));
    }

    #[test]
    fn a_field_longer_than_the_buffer_is_read_whole() {
        let long = "x".repeat(20_000);
        let table = read(format!("item,worker,label\n{long},w,{long}\n").as_bytes()).unwrap();
        assert_eq!(table.items[0].len(), 20_000);
        assert_eq!(table.classes[0], long);
    }
}
