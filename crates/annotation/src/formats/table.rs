//! Tables of items, raters and labels: CSV, TSV and JSON lines. Records are rows.

use serde_json::Value;

use super::soft::words;
use super::source::decode_row;
use super::{Content, Draft, Format, Head, Sink, Source};
use crate::code;
use crate::labels::{Detail, NONE, Shape};

/// CSV and TSV.
#[derive(Debug)]
pub struct CsvTable;

/// JSON lines.
#[derive(Debug)]
pub struct JsonTable;

/// Names of columns, in both languages.
const ITEM: &[&str] = &[
    "item",
    "item_id",
    "task",
    "task_id",
    "sample",
    "sample_id",
    "image",
    "image_id",
    "question",
    "example",
    "document",
    "doc_id",
    "unit",
    "unit_id",
    "orig_id",
    "样本",
    "样本id",
    "题目",
    "条目",
    "任务",
];
const RATER: &[&str] = &[
    "rater",
    "rater_id",
    "worker",
    "worker_id",
    "annotator",
    "annotator_id",
    "user",
    "user_id",
    "labeler",
    "labeller",
    "coder",
    "!amt_worker_ids",
    "标注员",
    "标注人",
    "标注者",
    "人员",
];
const LABEL: &[&str] = &[
    "label",
    "labels",
    "answer",
    "response",
    "class",
    "category",
    "annotation",
    "rating",
    "value",
    "标签",
    "类别",
    "答案",
    "结果",
];
/// Likewise, of answers in words; a column of labels goes before them.
const TEXT: &[&str] = &["text", "transcript", "transcription", "utterance", "文本", "转写"];
const SECONDS: &[&str] = &["seconds", "time", "duration", "lead_time", "elapsed", "用时", "耗时"];

/// Which column is what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) item: usize,
    /// `None` where the path names the rater.
    pub(super) rater: Option<usize>,
    pub(super) label: usize,
    pub(super) seconds: Option<usize>,
}

impl Columns {
    /// Finds the columns by name; `None` unless item, rater and label are all there.
    pub(super) fn of<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Option<Self> {
        Self::with(names, false)
    }

    /// Likewise; a table of a rater that the path names needs no column for them.
    pub(super) fn with<'a>(
        names: impl Iterator<Item = &'a str> + Clone,
        rater_is_named: bool,
    ) -> Option<Self> {
        let find = |known: &[&str]| {
            names.clone().position(|name| {
                let name = name.trim().trim_start_matches('\u{feff}').to_lowercase();
                known.contains(&name.as_str())
            })
        };
        Some(Self {
            item: find(ITEM)?,
            rater: find(RATER).map(Some).or(rater_is_named.then_some(None))?,
            label: find(LABEL).or_else(|| find(TEXT))?,
            seconds: find(SECONDS),
        })
    }
}

impl Format for CsvTable {
    fn name(&self) -> &'static str {
        "table-csv"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let Some(first) = head.lines().next().filter(|_| head.json.is_none()) else { return 0 };
        let names =
            first.split(separator(first, head.rater_is_named)).map(|name| name.trim_matches('"'));
        if Columns::with(names, head.rater_is_named).is_some() { 2 } else { 0 }
    }

    fn read(&self, source: &Source, sink: &mut Sink<'_>) {
        let head = source.head(1 << 16);
        if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
            let Some(text) = source.text(sink) else { return };
            let content = Content::Bytes(text.into_bytes());
            let (name, limit) = (source.name.clone(), source.limit);
            return self.read(&Source { name, content, limit }, sink);
        }
        let first = super::source::decode_head(&head);
        let separator = separator(first.lines().next().unwrap_or(""), sink.rater != NONE) as u8;
        let mut table = Table::default();
        let mut columns = None;
        rows(source, sink, separator, |sink, row, fields| match columns {
            None if row == 0 => {
                columns = Columns::with(fields.iter().copied(), sink.rater != NONE);
            }
            None => {}
            Some(at) => row_of(sink, &mut table, row, at, fields),
        });
        if columns.is_none() {
            sink.skip(code::SYNTAX, 0, "", "no header of item, rater and label");
        }
    }
}

/// The mark between fields: tab or semicolon where a heading of the columns needed has enough.
fn separator(line: &str, rater_is_named: bool) -> char {
    let fewest = if rater_is_named { 1 } else { 2 };
    ['\t', ';'].into_iter().find(|&mark| line.matches(mark).count() >= fewest).unwrap_or(',')
}

fn row_of(sink: &mut Sink<'_>, table: &mut Table, row: u32, at: Columns, fields: &[&str]) {
    let of = |column: usize| fields.get(column).copied();
    let named = match at.rater {
        Some(_) => String::new(),
        None => sink.labels.raters.name(sink.rater).to_owned(),
    };
    let rater = at.rater.map_or(Some(named.as_str()), of);
    match (of(at.item), rater, of(at.label)) {
        (Some(item), Some(rater), Some(label)) => {
            let seconds = at.seconds.and_then(of).map(str::trim).filter(|text| !text.is_empty());
            let time = seconds.map(super::xml::number);
            if time.is_some_and(f64::is_nan) {
                sink.remark(code::WRONG_TYPE, row, "seconds", seconds.unwrap_or(""));
            }
            table.answer(sink, row, [item, rater, label], time.filter(|time| !time.is_nan()));
        }
        _ => sink.skip(code::FIELD_COUNT, row, "", format!("{} fields", fields.len())),
    }
}

/// Calls `each` with every row of a CSV and its number among the rows of data, header 0.
fn rows(
    source: &Source,
    sink: &mut Sink<'_>,
    separator: u8,
    mut each: impl FnMut(&mut Sink<'_>, u32, &[&str]),
) {
    let mut reader = csv_core::ReaderBuilder::new().delimiter(separator).build();
    let mut text = vec![0; 4096];
    let mut ends = vec![0; 32];
    let (mut out, mut end, mut row, mut guessed) = (0, 0, 0, false);
    // Whether a row was begun.
    let mut is_open = false;
    let Some(mut stream) = source.open(sink) else { return };
    loop {
        let input = match stream.fill_buf() {
            Ok(input) => input,
            Err(error) => {
                sink.remark(code::UNREADABLE, row, "", error.to_string());
                return;
            }
        };
        if !is_open && row > 0 {
            let used = plain_rows(input, separator, |fields| {
                each(sink, row, fields);
                row += 1;
            });
            if used > 0 {
                stream.consume(used);
                continue;
            }
        }
        let (result, used, wrote, ended) =
            reader.read_record(input, &mut text[out..], &mut ends[end..]);
        is_open |= used > 0;
        stream.consume(used);
        (out, end) = (out + wrote, end + ended);
        match result {
            csv_core::ReadRecordResult::InputEmpty => {}
            csv_core::ReadRecordResult::OutputFull => {
                if text.len() as u64 > source.limit {
                    sink.skip(code::TOO_LARGE, row, "", format!("row over {} bytes", source.limit));
                    return;
                }
                text.resize(text.len() * 2, 0);
            }
            csv_core::ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
            csv_core::ReadRecordResult::Record => {
                record(sink, (row, &mut guessed), (&text[..out], &ends[..end]), &mut each);
                (out, end, row, is_open) = (0, 0, row + 1, false);
            }
            csv_core::ReadRecordResult::End => return,
        }
    }
}

/// Calls `each` with the rows that lie whole at the beginning of a buffer, up to the first with a
/// quote or a letter that is no UTF-8: those, and what is cut, are for the reader that knows all
/// rules. Returns how many bytes the rows took.
fn plain_rows(input: &[u8], separator: u8, mut each: impl FnMut(&[&str])) -> usize {
    let whole = memchr::memrchr(b'\n', input).map_or(0, |end| end + 1);
    let whole = memchr::memchr(b'"', &input[..whole])
        .map_or(whole, |quote| memchr::memrchr(b'\n', &input[..quote]).map_or(0, |end| end + 1));
    let text = match str::from_utf8(&input[..whole]) {
        Ok(text) => text,
        Err(error) => {
            let sound = &input[..error.valid_up_to()];
            let end = memchr::memrchr(b'\n', sound).map_or(0, |end| end + 1);
            str::from_utf8(&sound[..end]).unwrap_or_default()
        }
    };
    let mut from = 0;
    // Room for the fields of most tables; a row with more is for the other reader, too.
    let mut fields = [""; MOST_FIELDS];
    for end in memchr::memchr_iter(b'\n', text.as_bytes()) {
        let line = &text[from..end];
        let line = line.strip_suffix('\r').unwrap_or(line);
        if !line.is_empty() {
            let Some(count) = cut(line, separator, &mut fields) else { return from };
            each(&fields[..count]);
        }
        from = end + 1;
    }
    from
}

/// Fields of a row that is read without its own memory.
const MOST_FIELDS: usize = 32;

/// Cuts a line at its separators; `None` where it has too many fields or a return within.
fn cut<'a>(line: &'a str, separator: u8, fields: &mut [&'a str; MOST_FIELDS]) -> Option<usize> {
    let (mut from, mut count) = (0, 0);
    for (at, &byte) in line.as_bytes().iter().enumerate() {
        if byte == separator {
            *fields.get_mut(count)? = &line[from..at];
            (from, count) = (at + 1, count + 1);
        } else if byte == b'\r' {
            return None;
        }
    }
    *fields.get_mut(count)? = &line[from..];
    Some(count + 1)
}

fn record(
    sink: &mut Sink<'_>,
    (row, guessed): (u32, &mut bool),
    (text, ends): (&[u8], &[usize]),
    each: &mut impl FnMut(&mut Sink<'_>, u32, &[&str]),
) {
    let mut from = 0;
    let cut = ends.iter().map(|&to| &text[std::mem::replace(&mut from, to)..to]);
    if let Ok(whole) = std::str::from_utf8(text) {
        let mut from = 0;
        let cut = ends.iter().map(|&to| whole.get(std::mem::replace(&mut from, to)..to));
        if let Some(fields) = cut.collect::<Option<Vec<&str>>>() {
            return each(sink, row, &fields);
        }
    }
    // What is broken in one field must not shift the others.
    let fields: Vec<String> = cut
        .map(|field| match std::str::from_utf8(field) {
            Ok(field) => field.to_owned(),
            Err(_) => decode_row(field, row, guessed, sink),
        })
        .collect();
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    each(sink, row, &fields);
}

/// Answers being added: names equal to those of the last row need no look-up.
#[derive(Debug)]
pub(super) struct Table {
    /// Item, rater and class of the last row.
    last: [u32; 3],
}

impl Default for Table {
    fn default() -> Self {
        Self { last: [NONE; 3] }
    }
}

impl Table {
    /// Adds one answer of item, rater, label.
    pub(super) fn answer(
        &mut self,
        sink: &mut Sink<'_>,
        row: u32,
        names: [&str; 3],
        seconds: Option<f64>,
    ) {
        sink.records += 1;
        let [item_name, rater_name, label] = names;
        for (name, field) in [(item_name, "item"), (rater_name, "rater")] {
            if name.trim().is_empty() {
                sink.skip(code::MISSING_FIELD, row, field, field);
                return;
            }
        }
        let [item, rater, class] = &mut self.last;
        if *item == NONE || sink.labels.item_name(*item) != item_name {
            *item = sink.labels.item(item_name, sink.file, row);
        }
        if *rater == NONE || sink.labels.raters.name(*rater) != rater_name {
            *rater = sink.labels.raters.intern(rater_name);
        }
        if label.is_empty() {
            let note = format!("{item_name} {rater_name}");
            sink.remark_part(code::EMPTY_LABEL, (row, 1), "label", note);
            *class = NONE;
        } else if *class == NONE || sink.labels.class_name(*class) != label {
            *class = sink.labels.class(label, sink.file, row);
        }
        let [item, rater, class] = self.last;
        let mut draft = Draft::new(item, class, row, 1, Shape::Class);
        draft.rater = Some(rater);
        if seconds.is_some() {
            draft = draft.with(Detail { seconds, ..Detail::default() });
        }
        sink.annotate(draft);
    }
}

impl Format for JsonTable {
    fn name(&self) -> &'static str {
        "table-jsonl"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let Some(json) = head.json.as_ref().filter(|json| !json.list) else { return 0 };
        let names = json.keys.iter().map(String::as_str);
        let found = Columns::with(names, head.rater_is_named).is_some();
        // A single object in a `.json` file is a settings file more often than a table of one row.
        2 * u8::from(found && (json.lines || head.has_extension(&["jsonl", "ndjson"])))
    }

    fn read(&self, source: &Source, sink: &mut Sink<'_>) {
        let mut table = Table::default();
        source.lines(sink, |sink, row, line| {
            if line.trim().is_empty() {
                return;
            }
            match serde_json::from_str::<Value>(line) {
                Ok(Value::Object(record)) => {
                    let names = record.keys().map(String::as_str);
                    let Some(at) = Columns::with(names, sink.rater != NONE) else {
                        sink.skip(code::MISSING_FIELD, row, "", "item, rater or label");
                        return;
                    };
                    let values: Vec<&Value> = record.values().collect();
                    let text = |column: usize| words(values[column]).unwrap_or_default();
                    let named = || sink.labels.raters.name(sink.rater).to_owned();
                    let rater = at.rater.map_or_else(named, text);
                    let names = [text(at.item), rater, text(at.label)];
                    let seconds = at.seconds.and_then(|column| values[column].as_f64());
                    table.answer(sink, row, [&names[0], &names[1], &names[2]], seconds);
                }
                Ok(_) => sink.skip(code::WRONG_TYPE, row, "", "not an object"),
                Err(error) => sink.skip(code::SYNTAX, row, "", error.to_string()),
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use shujian_core::Limits;

    use super::super::read_bytes;
    use super::*;

    #[test]
    fn columns_are_found_in_both_languages_and_rows_keep_their_number() {
        let text = "标注员;样本;标签\nw1;\"a\nb\";猫\nw2;c\nw2;c;\n;c;猫\n";
        let read = read_bytes("t.csv", text.as_bytes(), &Limits::default());
        assert_eq!(read.formats(), ["table-csv"]);
        assert_eq!(read.labels.item_name(0), "a\nb");
        let found: Vec<(u32, &str)> =
            read.remarks.iter().map(|remark| (remark.row, remark.code)).collect();
        assert_eq!(
            found,
            [(2, code::FIELD_COUNT), (3, code::EMPTY_LABEL), (4, code::MISSING_FIELD)]
        );
        assert_eq!(read.files[0].skipped, 2);
    }

    #[test]
    fn plain_rows_are_read_as_the_reader_that_knows_all_rules_does() {
        let read = |text: &[u8]| {
            let mut rows: Vec<Vec<String>> = Vec::new();
            let used = plain_rows(text, b',', |fields| {
                rows.push(fields.iter().map(|field| (*field).to_owned()).collect());
            });
            (used, rows)
        };
        let (used, rows) = read(b"a,b\r\n\n,c,\nd,\"e\"\nf,g\n");
        assert_eq!(
            (used, rows),
            (10, vec![vec!["a".into(), "b".into()], vec!["".into(), "c".into(), "".into()]])
        );
        assert_eq!(read(b"a,b\nc").0, 4, "what is cut is left");
        assert_eq!(read(b"a,b\n\xff,c\n").0, 4, "what is no UTF-8 is left");
        assert_eq!(read(b"a\rb,c\n").0, 0, "a return within ends a row elsewhere");
        assert_eq!(read(&[b','; 40]).0, 0);
    }

    proptest::proptest! {
        /// Whether rows are plain or quoted, at whatever place, changes nothing but the row numbers.
        #[test]
        fn quotes_change_nothing(
            rows in proptest::collection::vec(("[a-c\u{4e00}]{1,3}", "[xy]", "[pq]?", 0..2), 1..40),
        ) {
            let row = |(item, rater, label, quoted): &(String, String, String, i32)| match quoted {
                0 => format!("{item},{rater},{label}\n"),
                _ => format!("\"{item}\",{rater},\"{label}\"\r\n"),
            };
            let head = "item,worker,label\n".to_owned();
            let mixed = rows.iter().fold(head.clone(), |text, at| text + &row(at));
            let plain = rows.iter().fold(head, |text, (item, rater, label, _)| {
                text + &format!("{item},{rater},{label}\n")
            });
            let read = |text: &str| read_bytes("t.csv", text.as_bytes(), &Limits::default());
            let (mixed, plain) = (read(&mixed), read(&plain));
            proptest::prop_assert_eq!(mixed.labels.annotations, plain.labels.annotations);
            proptest::prop_assert_eq!(mixed.labels.text, plain.labels.text);
            proptest::prop_assert_eq!(mixed.files[0].records, plain.files[0].records);
        }
    }

    #[test]
    fn a_broken_letter_shifts_no_field() {
        let read = read_bytes("t.csv", b"item,worker,label\n\xff\xc3,w,\xb9\n", &Limits::default());
        assert_eq!(read.labels.annotations.len(), 1);
        assert_eq!(read.labels.raters.name(0), "w");
        assert_eq!(read.remarks.count(code::ENCODING), 2);
    }

    #[test]
    fn tables_of_office_programs_are_read_in_their_encodings() {
        let text = "样本,标注员,标签\n甲,王,猫\n乙,李,狗\n";
        let (chinese, _, _) = encoding_rs::GB18030.encode(text);
        let mut wide = vec![0xff, 0xfe];
        wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        for (bytes, remarks) in [(&*chinese, 1), (&*wide, 0), (text.as_bytes(), 0)] {
            let read = read_bytes("t.csv", bytes, &Limits::default());
            assert_eq!(read.formats(), ["table-csv"]);
            assert_eq!(read.labels.class_name(1), "狗");
            assert_eq!(read.labels.annotations.len(), 2);
            assert_eq!(read.remarks.count(code::ENCODING), remarks);
        }
    }
}
