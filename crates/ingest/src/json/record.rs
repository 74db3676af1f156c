//! Turns one JSON value into the cells of one record.
//!
//! Leaves are written straight into their columns; the tree of known paths remembers where each
//! key goes, and expects the keys of an object in the order of the record before.

use std::collections::{BTreeSet, HashMap};

use memchr::memchr2;
use shujian_core::Limits;

use crate::rows::{Rows, Value};

/// Column for what is beyond the column limit, as JSON.
pub(crate) const MORE: &str = "_more";
/// Column of records that are no objects.
const VALUE: &str = "value";
/// Nesting that no setting can exceed: the reader recurses.
const DEEPEST: u32 = 512;

/// Why a record is no JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Byte in the record, from 0.
    pub(crate) at: usize,
    /// What is wrong there.
    pub(crate) cause: Cause,
}

/// What is wrong with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Not JSON.
    Syntax(&'static str),
    /// The record ends too early.
    Ended,
    /// Nested beyond the limit.
    Depth,
}

impl Cause {
    /// In words.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Syntax(text) => text,
            Self::Ended => "value ends too early",
            Self::Depth => "nested deeper than the limit",
        }
    }
}

/// What was odd about a record that could be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Oddities {
    /// Keys that stood twice in one object.
    pub(crate) repeated_keys: u64,
    /// Where the first of them stood first.
    pub(crate) repeated_at: usize,
    /// Leaves beyond the column limit.
    pub(crate) beyond_columns: u64,
    /// `NaN` and `Infinity`.
    pub(crate) not_numbers: u64,
}

/// Reads records of one file.
#[derive(Debug)]
pub(crate) struct Records {
    nodes: Vec<Node>,
    columns: usize,
    nesting: u32,
    objects: u64,
    skip: BTreeSet<usize>,
    odd: Oddities,
    key: String,
    more: String,
}

#[derive(Debug, Default)]
struct Node {
    key: Box<str>,
    /// Whether the key stands in JSON as it is, without escapes.
    plain: bool,
    path: String,
    column: Option<u32>,
    children: Vec<u32>,
    by_key: HashMap<Box<str>, u32>,
    /// The object this key was last seen in, and where.
    object: u64,
    seen_at: usize,
}

type Parsed<T> = Result<T, Fault>;

fn fault<T>(at: usize, text: &'static str) -> Parsed<T> {
    Err(Fault { at, cause: Cause::Syntax(text) })
}

fn ended<T>(at: usize) -> Parsed<T> {
    Err(Fault { at, cause: Cause::Ended })
}

impl Records {
    /// No paths known yet.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            nodes: vec![Node::default()],
            columns: limits.columns as usize,
            nesting: limits.nesting.min(DEEPEST),
            objects: 0,
            skip: BTreeSet::new(),
            odd: Oddities::default(),
            key: String::new(),
            more: String::new(),
        }
    }

    /// Writes the leaves of one value into `rows`; the caller closes or undoes the record.
    ///
    /// - `json` holds one value with white space around it at most.
    /// - Errors: the first fault; what was written must be undone.
    pub(crate) fn read(&mut self, json: &str, rows: &mut Rows) -> Parsed<Oddities> {
        self.skip.clear();
        self.pass(json, rows)?;
        if !self.skip.is_empty() {
            // The last of equal keys counts, so a second pass leaves out the others.
            let repeated = self.odd;
            rows.undo();
            self.pass(json, rows)?;
            self.odd.repeated_keys = repeated.repeated_keys;
            self.odd.repeated_at = repeated.repeated_at;
        }
        Ok(self.odd)
    }

    fn pass(&mut self, json: &str, rows: &mut Rows) -> Parsed<()> {
        self.odd = Oddities::default();
        self.more.clear();
        let bytes = json.as_bytes();
        // Most records have no control character anywhere, which spares a look at each string.
        let controls = bytes.iter().fold(false, |any, &byte| any | (byte < 0x20));
        let mut reader = Reader { json, bytes, controls, at: 0, depth: 0, rows, records: self };
        reader.space();
        reader.value(Some(0))?;
        reader.space();
        if reader.at < bytes.len() {
            return fault(reader.at, "more text after the value");
        }
        if !self.more.is_empty() {
            self.more.push('}');
            let column = rows.column(MORE);
            rows.put_text(column, &self.more);
        }
        Ok(())
    }

    /// The node of a key below `parent`, made unless there are too many.
    fn child(&mut self, parent: u32, key: &str, width: usize) -> Option<u32> {
        let node = &self.nodes[parent as usize];
        if let Some(&child) = node.by_key.get(key) {
            return Some(child);
        }
        if width >= self.columns || self.nodes.len() >= self.columns.saturating_mul(4) {
            return None;
        }
        let path = match parent {
            0 => key.to_owned(),
            _ => format!("{}.{key}", node.path),
        };
        let plain = !key.bytes().any(|byte| byte < 0x20 || matches!(byte, b'"' | b'\\'));
        let child = self.nodes.len() as u32;
        self.nodes.push(Node { key: key.into(), plain, path, ..Node::default() });
        let node = &mut self.nodes[parent as usize];
        node.children.push(child);
        node.by_key.insert(key.into(), child);
        Some(child)
    }

    /// Keeps a leaf that has no column.
    fn keep_more(&mut self, path: &str, raw: &str) {
        self.more.push(if self.more.is_empty() { '{' } else { ',' });
        self.more.push_str(&serde_json::to_string(path).unwrap_or_default());
        self.more.push(':');
        self.more.push_str(raw);
        self.odd.beyond_columns += 1;
    }
}

/// Whether bytes are one JSON value, or begin like one: no fault other than an early end.
pub(crate) fn is_plausible(head: &[u8], limits: &Limits) -> bool {
    let whole = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(err) => match std::str::from_utf8(&head[..err.valid_up_to()]) {
            Ok(text) => text,
            Err(_) => return false,
        },
    };
    let mut records = Records::new(limits);
    let (mut rows, bytes) = (Rows::new(), whole.as_bytes());
    let (rows, records) = (&mut rows, &mut records);
    let mut reader = Reader { json: whole, bytes, controls: true, at: 0, depth: 0, rows, records };
    reader.space();
    match reader.value(None) {
        Ok(()) => {
            reader.space();
            reader.at == bytes.len()
        }
        Err(Fault { cause: Cause::Syntax(_), .. }) => false,
        Err(_) => true,
    }
}

struct Reader<'a> {
    json: &'a str,
    bytes: &'a [u8],
    /// Whether there may be control characters.
    controls: bool,
    at: usize,
    depth: u32,
    rows: &'a mut Rows,
    records: &'a mut Records,
}

impl<'a> Reader<'a> {
    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Parsed<u8> {
        self.bytes.get(self.at).copied().map_or_else(|| ended(self.at), Ok)
    }

    /// Reads a value; its leaves go below `node`, or nowhere.
    fn value(&mut self, node: Option<u32>) -> Parsed<()> {
        match self.peek()? {
            b'{' => self.nested(node, Self::object),
            b'[' => self.nested(node, Self::array),
            b'"' => {
                self.at += 1;
                let start = self.at;
                let mut text = std::mem::take(self.rows.aside());
                let from = text.len();
                let plain = self.string(&mut text);
                let aside = from..text.len();
                *self.rows.aside() = text;
                let value = match plain? {
                    true => Value::Within(start..self.at - 1),
                    false => Value::Aside(aside),
                };
                self.write(node, value, start - 1);
                Ok(())
            }
            b't' => self.word(node, b"true", true),
            b'f' => self.word(node, b"false", true),
            b'n' => self.word(node, b"null", false),
            b'N' | b'I' => self.not_a_number(node, self.at),
            b'-' | b'0'..=b'9' => self.number(node),
            _ => fault(self.at, "no value begins like this"),
        }
    }

    fn nested(
        &mut self,
        node: Option<u32>,
        read: fn(&mut Self, Option<u32>) -> Parsed<()>,
    ) -> Parsed<()> {
        if self.depth >= self.records.nesting {
            return Err(Fault { at: self.at, cause: Cause::Depth });
        }
        self.depth += 1;
        self.at += 1;
        read(self, node)?;
        self.depth -= 1;
        Ok(())
    }

    fn object(&mut self, node: Option<u32>) -> Parsed<()> {
        self.records.objects += 1;
        let object = self.records.objects;
        let mut place = 0;
        self.space();
        if self.peek()? == b'}' {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.space();
            let key_at = self.at;
            if self.peek()? != b'"' {
                return fault(key_at, "expected a key in quotes");
            }
            self.at += 1;
            let expected = node.and_then(|node| self.expected(node, place));
            let mut key = std::mem::take(&mut self.records.key);
            key.clear();
            let plain = expected.is_some() || self.string(&mut key)?;
            let name = if plain { &self.json[key_at + 1..self.at - 1] } else { &key[..] };
            let child = self.key(node, object, key_at, expected, name);
            self.space();
            if self.peek()? != b':' {
                return fault(self.at, "expected a colon after the key");
            }
            self.at += 1;
            self.space();
            let value_at = self.at;
            if node.is_some() && child == Child::Beyond {
                // The key is needed again below, so it is not reused meanwhile.
                self.value(None)?;
                let parent = &self.records.nodes[node.unwrap_or(0) as usize].path;
                let dot = if parent.is_empty() { "" } else { "." };
                let path = format!("{parent}{dot}{name}");
                let raw = &self.json[value_at..self.at];
                self.records.keep_more(&path, raw);
                self.records.key = key;
            } else {
                self.records.key = key;
                self.value(if let Child::At(child) = child { Some(child) } else { None })?;
            }
            place += 1;
            if self.separator(b'}', "expected a comma or the end of the object")? {
                return Ok(());
            }
        }
    }

    /// Reads the key that stood at this place of the object before, if it is the next one.
    fn expected(&mut self, parent: u32, place: usize) -> Option<u32> {
        let &child = self.records.nodes[parent as usize].children.get(place)?;
        let node = &self.records.nodes[child as usize];
        let rest = self.bytes[self.at..].strip_prefix(node.key.as_bytes())?;
        if !node.plain || rest.first() != Some(&b'"') {
            return None;
        }
        self.at += node.key.len() + 1;
        Some(child)
    }

    /// Where the leaves below a key go.
    fn key(
        &mut self,
        node: Option<u32>,
        object: u64,
        key_at: usize,
        expected: Option<u32>,
        name: &str,
    ) -> Child {
        let Some(parent) = node else { return Child::Nowhere };
        if self.records.skip.contains(&key_at) {
            return Child::Nowhere;
        }
        let width = self.rows.width();
        let child = expected.or_else(|| self.records.child(parent, name, width));
        let Some(child) = child else { return Child::Beyond };
        let node = &mut self.records.nodes[child as usize];
        if node.object == object {
            if self.records.odd.repeated_keys == 0 {
                self.records.odd.repeated_at = node.seen_at;
            }
            self.records.odd.repeated_keys += 1;
            self.records.skip.insert(node.seen_at);
        }
        node.object = object;
        node.seen_at = key_at;
        Child::At(child)
    }

    fn array(&mut self, node: Option<u32>) -> Parsed<()> {
        self.space();
        if self.peek()? == b']' {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.space();
            self.value(node)?;
            if self.separator(b']', "expected a comma or the end of the list")? {
                return Ok(());
            }
        }
    }

    /// Whether `end` comes, rather than a comma.
    fn separator(&mut self, end: u8, expected: &'static str) -> Parsed<bool> {
        self.space();
        let byte = self.peek()?;
        if byte != end && byte != b',' {
            return fault(self.at, expected);
        }
        self.at += 1;
        Ok(byte == end)
    }

    /// Reads to the end of a string; `true` when it stands in place without escapes.
    fn string(&mut self, text: &mut String) -> Parsed<bool> {
        let mut from = self.at;
        let mut plain = true;
        loop {
            let Some(step) = memchr2(b'"', b'\\', &self.bytes[self.at..]) else {
                return ended(self.bytes.len());
            };
            let to = self.at + step;
            let text_bytes = &self.bytes[self.at..to];
            // A fold looks at many bytes at once; the search for the place is only for faults.
            if self.controls && text_bytes.iter().fold(false, |any, &byte| any | (byte < 0x20)) {
                let control = text_bytes.iter().position(|&byte| byte < 0x20).unwrap_or_default();
                return fault(self.at + control, "control character in a string must be escaped");
            }
            self.at = to + 1;
            if self.bytes[to] == b'"' {
                if !plain {
                    text.push_str(&self.json[from..to]);
                }
                return Ok(plain);
            }
            plain = false;
            text.push_str(&self.json[from..to]);
            self.escape(text)?;
            from = self.at;
        }
    }

    fn escape(&mut self, text: &mut String) -> Parsed<()> {
        let byte = self.peek()?;
        self.at += 1;
        text.push(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(text),
            _ => return fault(self.at - 1, "no such escape"),
        });
        Ok(())
    }

    fn unicode(&mut self, text: &mut String) -> Parsed<()> {
        let start = self.at - 2;
        let mut code = self.hex()?;
        if (0xd800..0xdc00).contains(&code) {
            if self.bytes.get(self.at..self.at + 2) != Some(br"\u") {
                return fault(start, "half of a surrogate pair");
            }
            self.at += 2;
            let low = self.hex()?;
            if !(0xdc00..0xe000).contains(&low) {
                return fault(start, "half of a surrogate pair");
            }
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        }
        let Some(char) = char::from_u32(code) else {
            return fault(start, "half of a surrogate pair");
        };
        text.push(char);
        Ok(())
    }

    fn hex(&mut self) -> Parsed<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(digit) = char::from(self.peek()?).to_digit(16) else {
                return fault(self.at, "expected four hexadecimal digits");
            };
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }

    fn word(&mut self, node: Option<u32>, word: &[u8], keep: bool) -> Parsed<()> {
        let start = self.at;
        let there = &self.bytes[start..self.bytes.len().min(start + word.len())];
        if !word.starts_with(there) {
            return fault(start, "no value begins like this");
        }
        self.at += there.len();
        if there.len() < word.len() {
            return ended(self.at);
        }
        if keep {
            self.write(node, Value::Within(start..self.at), start);
        }
        Ok(())
    }

    fn not_a_number(&mut self, node: Option<u32>, start: usize) -> Parsed<()> {
        let word: &[u8] = if self.peek()? == b'N' { b"NaN" } else { b"Infinity" };
        self.word(None, word, false)?;
        self.records.odd.not_numbers += 1;
        self.write(node, Value::Within(start..self.at), start);
        Ok(())
    }

    fn number(&mut self, node: Option<u32>) -> Parsed<()> {
        let start = self.at;
        if self.bytes[self.at] == b'-' {
            self.at += 1;
            if self.peek()? == b'I' {
                return self.not_a_number(node, start);
            }
        }
        if self.peek()? == b'0' {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.bytes.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.bytes.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        self.write(node, Value::Within(start..self.at), start);
        Ok(())
    }

    fn digits(&mut self) -> Parsed<()> {
        if !self.peek()?.is_ascii_digit() {
            return fault(self.at, "expected a digit");
        }
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        Ok(())
    }

    /// Puts a leaf into its column; `start` is where its raw spelling begins.
    fn write(&mut self, node: Option<u32>, value: Value, start: usize) {
        let Some(node) = node else { return };
        let records = &mut *self.records;
        let leaf = &mut records.nodes[node as usize];
        if let Some(column) = leaf.column {
            return self.rows.put(column, value);
        }
        let path = if node == 0 { VALUE } else { &leaf.path };
        if self.rows.width() >= records.columns && !self.rows.has(path) {
            let path = path.to_owned();
            return records.keep_more(&path, &self.json[start..self.at]);
        }
        let column = self.rows.column(path);
        leaf.column = Some(column);
        self.rows.put(column, value);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Child {
    /// Known, or made.
    At(u32),
    /// Beyond the column limit.
    Beyond,
    /// Not wanted.
    Nowhere,
}

#[cfg(test)]
mod tests {
    use arrow::array::AsArray;
    use proptest::prelude::*;

    use super::*;

    /// The cells of one record, by path.
    fn cells(json: &str) -> Parsed<(Vec<(String, String)>, Oddities)> {
        let limits = Limits { columns: 6, nesting: 5, ..Limits::default() };
        let (mut rows, mut records) = (Rows::new(), Records::new(&limits));
        let odd = records.read(json, &mut rows)?;
        rows.close(1, json);
        let batch = rows.take().1;
        let names = batch.schema();
        let cells = names.fields().iter().zip(batch.columns()).filter_map(|(field, column)| {
            let cell = column.as_string::<i32>().iter().next()??;
            Some((field.name().clone(), cell.to_owned()))
        });
        Ok((cells.collect(), odd))
    }

    fn pairs(json: &str) -> Vec<(String, String)> {
        cells(json).unwrap().0
    }

    fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|&(a, b)| (a.to_owned(), b.to_owned())).collect()
    }

    #[test]
    fn leaves_go_to_their_paths() {
        for (json, expected) in [
            (r#"{"a":1.50,"b":{"c":true,"d":null}}"#, &[("a", "1.50"), ("b.c", "true")][..]),
            (r#"{"a":["x",["y",null],""]}"#, &[("a", "x\ny\n")]),
            (r#"{"a":[{"b":1},{"c":2},{"b":3}]}"#, &[("a.b", "1\n3"), ("a.c", "2")]),
            (r#"{"a":"\u0000\u001f\ud83d\ude00\n\/"}"#, &[("a", "\0\u{1f}😀\n/")]),
            (r#"{"a.b":1,"a":{"b":2}}"#, &[("a.b", "1\n2")]),
            (r#" "text" "#, &[("value", "text")]),
            ("[1,[2]]", &[("value", "1\n2")]),
            ("{}", &[]),
        ] {
            assert_eq!(pairs(json), owned(expected), "{json}");
        }
    }

    #[test]
    fn the_last_of_equal_keys_wins_with_all_below_it() {
        let (found, odd) = cells(r#"{"a":{"x":1},"b":2,"a":{"y":3},"a":{"z":4}}"#).unwrap();
        assert_eq!(found, owned(&[("b", "2"), ("a.z", "4")]));
        assert_eq!((odd.repeated_keys, odd.repeated_at), (2, 1));
        assert_eq!(pairs(r#"[{"a":1},{"a":2}]"#), owned(&[("a", "1\n2")]), "not one object");
    }

    #[test]
    fn what_is_beyond_the_columns_is_kept_as_json() {
        let json = r#"{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":[7,"\n"],"h":{"i":8}}"#;
        let (found, odd) = cells(json).unwrap();
        assert_eq!(found.last().unwrap().1, r#"{"g":[7,"\n"],"h":{"i":8}}"#);
        assert_eq!((found.len(), odd.beyond_columns), (7, 2));
    }

    #[test]
    fn faults_have_their_place() {
        for (json, at) in [
            (r#"{"a":1"#, 6),
            (r#"{"a" 1}"#, 5),
            (r#"{"a":01}"#, 6),
            (r#"{"a":"\ud800"}"#, 6),
            ("{\"a\":\"\t\"}", 6),
            ("[[[[[[1]]]]]]", 5),
            ("{} {}", 3),
            ("", 0),
        ] {
            assert_eq!(cells(json).unwrap_err().at, at, "{json}");
        }
    }

    proptest! {
        /// Another parser must agree on what JSON is.
        #[test]
        fn accepts_what_serde_json_accepts(json in r#"[\[\]{}:,"a1\\u0-9eE.+\- tnrulfas]{0,24}"#) {
            let limits = Limits::default();
            let ours = Records::new(&limits).read(&json, &mut Rows::new());
            let theirs = serde_json::from_str::<Box<serde_json::value::RawValue>>(&json);
            prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{:?} {:?}", ours, theirs);
        }
    }
}
