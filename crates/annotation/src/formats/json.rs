//! JSON read element by element, exact about places.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::{Sink, Source};
use crate::code;
use crate::labels::Remark;

/// What a JSON file begins with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// Whether it is a list.
    pub list: bool,
    /// Whether one value after another stands in it, as in JSON lines.
    pub lines: bool,
    /// Keys of the outermost objects, in order, each once.
    pub keys: Vec<String>,
    /// Keys of the objects directly inside those.
    pub inner: Vec<String>,
}

impl Outline {
    /// Looks over the beginning of a text; `None` when it is no JSON object or list.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let mut outline = Self { list: text.starts_with('['), ..Self::default() };
        if !outline.list && !text.starts_with('{') {
            return None;
        }
        let bytes = text.as_bytes();
        let (mut at, mut depth) = (0, 0_usize);
        while at < bytes.len() {
            match bytes[at] {
                b'{' => {
                    outline.lines |= depth == 0 && at > 0 && !outline.list;
                    depth += 1;
                }
                b'}' => depth = depth.saturating_sub(1),
                b'"' => {
                    let Some(end) = string_end(bytes, at) else { break };
                    let colon = bytes[end..].iter().find(|byte| !byte.is_ascii_whitespace());
                    if colon == Some(&b':') {
                        let key = String::from_utf8_lossy(&bytes[at + 1..end - 1]).into_owned();
                        outline.note(depth, key);
                    }
                    at = end;
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        Some(outline)
    }

    fn note(&mut self, depth: usize, key: String) {
        let keys = match depth {
            1 => &mut self.keys,
            2 => &mut self.inner,
            _ => return,
        };
        if keys.len() < 64 && !keys.contains(&key) {
            keys.push(key);
        }
    }

    /// Whether the outermost objects have this key.
    pub fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|known| known == key)
    }

    /// Whether the objects inside those have this key.
    pub fn has_inner(&self, key: &str) -> bool {
        self.inner.iter().any(|known| known == key)
    }
}

/// The index after the closing quote of the string that opens at `from`.
fn string_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'"' => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// What to do with a value of the outermost object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// A list, to be read element by element.
    Each,
    /// A small value, to be read at once.
    Whole,
    /// Nothing.
    Skip,
}

/// A reader of a JSON file, part by part. The outermost list has the key "".
pub(super) trait Parts {
    /// What to do with the value of a key.
    fn want(&self, key: &str) -> Want;

    /// Reads the next element of a list; false when there is none.
    fn element<'de, A: SeqAccess<'de>>(
        &mut self,
        sink: &mut Sink<'_>,
        key: &str,
        list: &mut A,
    ) -> Result<bool, A::Error>;

    /// Takes a whole value.
    fn whole(&mut self, sink: &mut Sink<'_>, key: &str, value: Value);
}

/// Drives `parts` through a file; where the file breaks off, what was read before stays. Returns
/// whether the file was read to its end.
pub(super) fn drive<P: Parts>(source: &Source, sink: &mut Sink<'_>, parts: &mut P) -> bool {
    let read = try_drive(source, sink, parts);
    let is_whole = read.is_ok() && !sink.remarks.broke_off(sink.file);
    if let Err(remark) = read {
        sink.skipped += 1;
        sink.remarks.add(remark);
    }
    is_whole
}

fn try_drive<P: Parts>(source: &Source, sink: &mut Sink<'_>, parts: &mut P) -> Result<(), Remark> {
    let large = matches!(&source.content, super::Content::File(path)
        if std::fs::metadata(path).is_ok_and(|data| data.len() > source.limit));
    if large {
        let Some(reader) = source.open(sink) else { return Ok(()) };
        let mut json = serde_json::Deserializer::from_reader(reader);
        return run(&mut json, sink, parts).map_err(|error| syntax(sink.file, &error, None));
    }
    let Some(bytes) = source.bytes(sink) else { return Ok(()) };
    let mut bytes = bytes.into_owned();
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes[..3].fill(b' ');
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        match source.text(sink) {
            Some(text) => bytes = text.into_bytes(),
            None => return Ok(()),
        }
    }
    if let Some(at) = blank_not_numbers(&mut bytes) {
        let note = "NaN or Infinity, which JSON does not have";
        sink.remarks.add(Remark::file(code::JSON_NAN, sink.file, note).at_byte(at as u64));
    }
    let mut json = serde_json::Deserializer::from_slice(&bytes);
    run(&mut json, sink, parts).map_err(|error| syntax(sink.file, &error, Some(&bytes)))
}

fn run<'de, R: serde_json::de::Read<'de>, P: Parts>(
    json: &mut serde_json::Deserializer<R>,
    sink: &mut Sink<'_>,
    parts: &mut P,
) -> Result<(), serde_json::Error> {
    json.deserialize_any(Top { sink, parts })?;
    json.end()
}

/// Where and why JSON breaks off.
fn syntax(file: u32, error: &serde_json::Error, bytes: Option<&[u8]>) -> Remark {
    let mut remark = Remark::file(code::SYNTAX, file, error.to_string());
    if let Some(bytes) = bytes {
        let line = error.line().saturating_sub(1);
        let starts = memchr::memchr_iter(b'\n', bytes).map(|end| end + 1);
        let start = std::iter::once(0).chain(starts).nth(line).unwrap_or(bytes.len());
        remark = remark.at_byte((start + error.column().saturating_sub(1)).min(bytes.len()) as u64);
    }
    remark
}

/// Python writes NaN and Infinity bare. Each is overwritten by an empty object of its length, which
/// [`Num`](super::soft::Num) reads as "no number". Returns the place of the first.
pub(super) fn blank_not_numbers(bytes: &mut [u8]) -> Option<usize> {
    let words: [&[u8]; 2] = [b"NaN", b"Infinity"];
    if words.iter().all(|word| memchr::memmem::find(bytes, word).is_none()) {
        return None;
    }
    let (mut at, mut first) = (0, None);
    while at < bytes.len() {
        if bytes[at] == b'"' {
            let Some(end) = string_end(bytes, at) else { break };
            at = end;
            continue;
        }
        let Some(word) = words.iter().find(|word| bytes[at..].starts_with(word)) else {
            at += 1;
            continue;
        };
        let from = if at > 0 && bytes[at - 1] == b'-' { at - 1 } else { at };
        let to = at + word.len();
        bytes[from..to].fill(b' ');
        (bytes[from], bytes[to - 1]) = (b'{', b'}');
        first = first.or(Some(from));
        at = to;
    }
    first
}

struct Top<'a, 's, P> {
    sink: &'a mut Sink<'s>,
    parts: &'a mut P,
}

/// Keys under which formats keep their records.
const LISTS: [&str; 6] = ["images", "annotations", "categories", "items", "shapes", "flags"];

impl<P: Parts> Top<'_, '_, P> {
    /// The list that a key would be but for one letter.
    fn misspelt(&self, key: &str) -> Option<&'static str> {
        super::soft::misspelt(key, &LISTS).filter(|name| self.parts.want(name) != Want::Skip)
    }
}

impl<'de, P: Parts> Visitor<'de> for Top<'_, '_, P> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match self.parts.want(&key) {
                Want::Each => {
                    let (sink, parts) = (&mut *self.sink, &mut *self.parts);
                    map.next_value_seed(Each { key: &key, sink, parts })?;
                }
                Want::Whole => {
                    let value = map.next_value()?;
                    self.parts.whole(self.sink, &key, value);
                }
                Want::Skip => {
                    if let Some(name) = self.misspelt(&key) {
                        let note = format!("misspelt {key:?}");
                        self.sink.skip(code::MISSING_FIELD, 0, name, note);
                    }
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while self.parts.element(self.sink, "", &mut list)? {}
        Ok(())
    }
}

struct Each<'a, 's, P> {
    key: &'a str,
    sink: &'a mut Sink<'s>,
    parts: &'a mut P,
}

impl<'de, P: Parts> DeserializeSeed<'de> for Each<'_, '_, P> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de, P: Parts> Visitor<'de> for Each<'_, '_, P> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list under {:?}", self.key)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while self.parts.element(self.sink, self.key, &mut list)? {}
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::soft::number;
    use super::*;

    #[test]
    fn the_outline_names_keys_by_depth() {
        let outline = Outline::of(r#"{"a": [{"b": {"c": "\"d\":"}}], "e": 1"#).unwrap();
        assert_eq!((outline.keys, outline.inner), (vec!["a".into(), "e".into()], vec!["b".into()]));
        assert!(Outline::of("{\"a\":1}\n{\"a\":2}").unwrap().lines);
        assert!(!Outline::of("[{\"a\":1}, {\"a\":2}]").unwrap().lines);
        assert_eq!(Outline::of("1,2"), None);
        assert!(Outline::of("{\"").is_some());
    }

    #[test]
    fn bare_not_numbers_are_blanked_outside_strings_only() {
        let mut bytes = br#"["NaN", NaN, -Infinity, "a\"NaN"]"#.to_vec();
        assert_eq!(blank_not_numbers(&mut bytes), Some(8));
        let value: Vec<Value> = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(value[0], "NaN");
        assert!(number(Some(&value[1])).is_nan() && value[2].is_object());
        assert_eq!(value[3], "a\"NaN");
    }
}
