//! Tables of items, raters and labels: CSV, TSV and JSON lines. Records are rows.

use serde_json::Value;

use super::csv_rows::rows;
use super::moment::moment;
use super::soft::words;
use super::{Content, Format, Head, Sink, Source};
use crate::code;
use crate::interner::{Recent, packed};
use crate::labels::{Detail, NONE, Remark};

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
const SECONDS: &[&str] =
    &["seconds", "duration", "lead_time", "elapsed", "time_spent", "用时", "耗时", "用时秒"];
const MOMENT: &[&str] = &[
    "timestamp",
    "datetime",
    "date",
    "created_at",
    "updated_at",
    "submitted_at",
    "completed_at",
    "finished_at",
    "annotated_at",
    "labeled_at",
    "labelled_at",
    "标注时间",
    "提交时间",
    "完成时间",
    "创建时间",
    "日期",
];
/// When an answer was given, or how long it took: its values tell.
const TIME: &[&str] = &["time", "时间"];

/// Which column is what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) item: usize,
    /// `None` where the path names the rater.
    pub(super) rater: Option<usize>,
    pub(super) label: usize,
    pub(super) timed: TimeColumns,
}

/// Which columns say how long answers took and when they were given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct TimeColumns {
    pub(super) seconds: Option<usize>,
    pub(super) moment: Option<usize>,
    /// One of the two, by its values.
    pub(super) either: Option<usize>,
}

/// How long an answer took and when it was given.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Timing {
    seconds: Option<f64>,
    moment: Option<i64>,
}

impl TimeColumns {
    /// The columns there are.
    pub(super) fn iter(self) -> impl Iterator<Item = usize> {
        [self.seconds, self.moment, self.either].into_iter().flatten()
    }

    /// What a row says of time; what is none is remarked.
    pub(super) fn of<S: AsRef<str>>(
        self,
        sink: &mut Sink<'_>,
        row: u32,
        field: impl Fn(usize) -> Option<S>,
    ) -> Timing {
        let mut timing = Timing::default();
        if self == Self::default() {
            return timing;
        }
        let mut take = |column: Option<usize>, name: &'static str| {
            let text = column.and_then(&field);
            let Some(text) = text.as_ref().map(|text| text.as_ref().trim()) else { return };
            let may_take = |which: &str| name == which || name == "time";
            let when = may_take("moment").then(|| moment(text)).flatten();
            let long = may_take("seconds").then(|| super::xml::number(text));
            match (when, long.filter(|long| long.is_finite())) {
                _ if text.is_empty() => {}
                (Some(when), _) => timing.moment = timing.moment.or(Some(when)),
                (None, Some(long)) => timing.seconds = timing.seconds.or(Some(long)),
                (None, None) => sink.remark(code::WRONG_TYPE, row, name, text),
            }
        };
        take(self.seconds, "seconds");
        take(self.moment, "moment");
        take(self.either, "time");
        timing
    }
}

/// Whether a column is another one than that of items, which many tables have.
pub(super) fn tells_more_than_items(name: &str) -> bool {
    !ITEM.contains(&name)
}

/// How many of item, rater and label the names of columns tell.
pub(super) fn roles<'a>(names: impl Iterator<Item = &'a str>) -> usize {
    let names: Vec<String> = names.map(str::to_lowercase).collect();
    let known = |list: &[&str]| names.iter().any(|name| list.contains(&name.as_str()));
    usize::from(known(ITEM)) + usize::from(known(RATER)) + usize::from(known(LABEL) || known(TEXT))
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
            timed: TimeColumns { seconds: find(SECONDS), moment: find(MOMENT), either: find(TIME) },
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
        expect_rows(source, &head, sink);
        let separator = separator(first.lines().next().unwrap_or(""), sink.rater != NONE) as u8;
        let mut table = Table::default();
        let (mut columns, mut width, mut unread) = (None, 0, 0);
        rows(source, sink, separator, |sink, row, fields| match columns {
            None if row == 0 => {
                width = fields.len();
                columns = Columns::with(fields.iter().copied(), sink.rater != NONE);
            }
            None => unread += 1,
            Some(at) => row_of(sink, &mut table, row, (at, width), fields),
        });
        if columns.is_none() {
            sink.skip(code::SYNTAX, 0, "", "no header of item, rater and label");
            // One for the header is counted already.
            sink.skipped += u64::saturating_sub(unread, 1);
        }
    }
}

/// Makes room for as many answers as a file of such rows has.
fn expect_rows(source: &Source, head: &[u8], sink: &mut Sink<'_>) {
    let rows = memchr::memchr_iter(b'\n', head).count() as u64;
    let rows = (source.bytes_long() / (head.len() as u64).max(1)).saturating_mul(rows + 1);
    let rows = rows.min(MOST_EXPECTED) as usize;
    match &mut sink.votes {
        Some(votes) => votes.reserve(rows),
        None => sink.labels.annotations.reserve(rows),
    }
}

/// Answers that room is made for before they are read.
const MOST_EXPECTED: u64 = 1 << 22;

/// The mark between fields: tab or semicolon where a heading of the columns needed has enough.
fn separator(line: &str, rater_is_named: bool) -> char {
    let fewest = if rater_is_named { 1 } else { 2 };
    ['\t', ';'].into_iter().find(|&mark| line.matches(mark).count() >= fewest).unwrap_or(',')
}

/// Reads a row of a table of `width` columns. With fields too many nobody knows which are whose; with
/// too few the row counts where it has those needed.
fn row_of(
    sink: &mut Sink<'_>,
    table: &mut Table,
    row: u32,
    (at, width): (Columns, usize),
    fields: &[&str],
) {
    let of = |column: usize| fields.get(column).copied();
    let rater = at.rater.map(of);
    let note = || format!("{} fields, not {width}", fields.len());
    // The first field that is missing, or that there is no column for.
    let part = fields.len().min(width) as u32 + 1;
    match (of(at.item), rater, of(at.label)) {
        _ if fields.len() > width => sink.skip_part(code::FIELD_COUNT, (row, part), note()),
        (_, Some(None), _) | (None, ..) | (.., None) => {
            sink.skip_part(code::FIELD_COUNT, (row, part), note());
        }
        (Some(item), rater, Some(label)) => {
            if fields.len() < width {
                sink.remark_part(code::FIELD_COUNT, (row, part), "field", note());
            }
            let timing = at.timed.of(sink, row, of);
            table.answer(sink, row, (item, rater.flatten(), label), timing);
        }
    }
}

/// Answers being added: most names were met a row ago or not long before.
#[derive(Debug)]
pub(super) struct Table {
    /// Item, rater and class of the last row.
    last: [u32; 3],
    /// The last item's name in eight bytes, 0 where it is longer.
    packed: u64,
    raters: Recent,
    classes: Recent,
}

impl Default for Table {
    fn default() -> Self {
        let (raters, classes) = (Recent::default(), Recent::default());
        Self { last: [NONE; 3], packed: 0, raters, classes }
    }
}

impl Table {
    /// Adds one answer: item, rater where the table names them, and label.
    #[inline]
    pub(super) fn answer(
        &mut self,
        sink: &mut Sink<'_>,
        row: u32,
        (item_name, rater_name, label): (&str, Option<&str>, &str),
        timing: Timing,
    ) {
        sink.records += 1;
        let [item, rater, class] = &mut self.last;
        let packed = packed(item_name);
        if packed == 0 || packed != self.packed {
            if item_name.trim().is_empty() {
                sink.skip(code::MISSING_FIELD, row, "item", "item");
                return;
            }
            *item = sink.answered(*item, item_name, row);
            self.packed = packed;
        }
        *rater = match rater_name {
            None => sink.rater,
            Some(name) => self.raters.number(name, |name| {
                if name.trim().is_empty() { NONE } else { sink.labels.raters.intern(name) }
            }),
        };
        if *rater == NONE {
            sink.skip(code::MISSING_FIELD, row, "rater", "rater");
            return;
        }
        let file = sink.file;
        *class = if label.is_empty() {
            let note = format!("{item_name} {}", sink.labels.raters.name(*rater));
            // With its item, so that a correction is known to have been asked for.
            let remark = Remark::row(code::EMPTY_LABEL, file, row, note).in_field("label");
            sink.remarks.add(Remark { part: 1, item: *item, ..remark });
            NONE
        } else {
            self.classes.number(label, |label| sink.labels.class(label, file, row))
        };
        let detail = (timing != Timing::default()).then(|| Detail {
            seconds: timing.seconds,
            moment: timing.moment,
            ..Detail::default()
        });
        sink.classify(self.last, row, detail);
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
                    let (item, rater, label) = (text(at.item), at.rater.map(text), text(at.label));
                    let timing = at.timed.of(sink, row, |column| words(values[column]));
                    table.answer(sink, row, (&item, rater.as_deref(), &label), timing);
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
