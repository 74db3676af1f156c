//! Praat TextGrid, long and short form: tiers of intervals and of points.
//!
//! Source: fon.hum.uva.nl/praat/manual/TextGrid_file_formats. Records are intervals and points;
//! a tier is a class, its text an attribute; an interval without text labels nothing.

use super::{Draft, Format, Head, Sink, Source};
use crate::code;
use crate::labels::{Detail, Remark, Shape};

/// The format.
#[derive(Debug)]
pub struct TextGrid;

impl Format for TextGrid {
    fn name(&self) -> &'static str {
        "textgrid"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let mut lines = head.lines();
        let first = lines.next().unwrap_or("");
        let second = lines.next().unwrap_or("");
        let own = first.contains("ooTextFile") && second.contains("TextGrid");
        let named = head.has_extension(&["textgrid"]);
        if own { 2 + u8::from(named) } else { 2 * u8::from(named) }
    }

    fn read(&self, source: &Source, sink: &mut Sink<'_>) {
        let Some(text) = source.text(sink) else { return };
        let stem = source.stem().to_owned();
        let item = sink.item(&stem, 0);
        sink.set_media(item, stem.rsplit('/').next().unwrap_or(""));
        let mut values = Values { text: &text, at: 0 };
        let note = match grid(&mut values, sink, item) {
            None => Some("a number or a text is missing here"),
            Some(()) if values.next().is_some() => Some("more values than the counts say"),
            Some(()) => None,
        };
        if let Some(note) = note {
            sink.skipped += 1;
            let remark = Remark::file(code::SYNTAX, sink.file, note);
            sink.remarks.add(remark.at_byte(values.at as u64));
        }
    }
}

/// The values of a TextGrid in order. Whatever is not a number, a quoted text or a `<flag>` is
/// there for people only; numbers count when they stand free.
struct Values<'a> {
    text: &'a str,
    at: usize,
}

enum Value {
    Number(f64),
    Text(String),
    Flag,
}

impl Values<'_> {
    fn next(&mut self) -> Option<Value> {
        loop {
            let rest = &self.text[self.at..];
            let skip = rest.find(|letter: char| !letter.is_whitespace())?;
            self.at += skip;
            let rest = &self.text[self.at..];
            if let Some(quoted) = rest.strip_prefix('"') {
                return self.quoted(quoted);
            }
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            self.at += end;
            let word = &rest[..end];
            if word.contains('"') {
                // A text begins free; this one lost its beginning.
                return None;
            }
            if word.starts_with('!') {
                self.at += rest[end..].find('\n').unwrap_or(rest.len() - end);
            } else if word.starts_with('<') {
                return Some(Value::Flag);
            } else if let Ok(number) = word.parse() {
                return Some(Value::Number(number));
            }
        }
    }

    fn quoted(&mut self, quoted: &str) -> Option<Value> {
        let mut text = String::new();
        let mut rest = quoted;
        loop {
            let end = rest.find('"')?;
            text.push_str(&rest[..end]);
            rest = &rest[end + 1..];
            match rest.strip_prefix('"') {
                Some(more) => {
                    text.push('"');
                    rest = more;
                }
                None => break,
            }
        }
        self.at = self.text.len() - rest.len();
        Some(Value::Text(text))
    }

    fn number(&mut self) -> Option<f64> {
        match self.next()? {
            Value::Number(number) => Some(number),
            Value::Text(_) | Value::Flag => None,
        }
    }

    fn words(&mut self) -> Option<String> {
        match self.next()? {
            Value::Text(text) => Some(text),
            Value::Number(_) | Value::Flag => None,
        }
    }

    fn count(&mut self) -> Option<u32> {
        let number = self.number()?;
        (number >= 0.0 && number.fract() == 0.0 && number < 1e9).then_some(number as u32)
    }
}

fn grid(values: &mut Values<'_>, sink: &mut Sink<'_>, item: u32) -> Option<()> {
    let (_kind, _class) = (values.words()?, values.words()?);
    let (start, end) = (values.number()?, values.number()?);
    sink.labels.items[item as usize].seconds = Some(end - start);
    sink.records += 1;
    if !matches!(values.next()?, Value::Flag) {
        return None;
    }
    let mut row = 0;
    for _ in 0..values.count()? {
        let (kind, name) = (values.words()?, values.words()?);
        let (_start, _end) = (values.number()?, values.number()?);
        let class = sink.class(&name, row + 1);
        let points = kind == "TextTier";
        for part in 1..=values.count()? {
            row += 1;
            let start = values.number()?;
            let end = if points { start } else { values.number()? };
            let text = values.words()?;
            if text.trim().is_empty() {
                continue;
            }
            let attributes = sink.labels.push_attributes([("text", text.as_str())]);
            let run = sink.labels.push_numbers(&[start, end]);
            let shape = if points { Shape::Points(run) } else { Shape::Segment(run) };
            let draft = Draft::new(item, class, row, part, shape);
            sink.annotate(draft.with(Detail { attributes, ..Detail::default() }));
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use shujian_core::Limits;

    use super::super::read_bytes;
    use super::*;

    const SHORT: &str = "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n0\n2\n<exists>\n1\n\"IntervalTier\"\n\"词\"\n0\n2\n2\n0\n1\n\"你\"\n1\n2\n\"\"\n";

    #[test]
    fn the_short_form_in_utf_16_is_read() {
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend(SHORT.encode_utf16().flat_map(u16::to_le_bytes));
        let read = read_bytes("a.TextGrid", &bytes, &Limits::default());
        assert_eq!(read.formats(), ["textgrid"]);
        assert!(read.remarks.is_empty());
        assert_eq!(read.labels.annotations.len(), 1, "an interval without text labels nothing");
        assert_eq!(read.labels.class_name(0), "词");
        assert_eq!(read.labels.numbers, [0.0, 1.0]);
    }

    #[test]
    fn a_grid_cut_short_keeps_what_was_before() {
        let cut = SHORT.rfind("\n1\n2").unwrap();
        let read = read_bytes("a.TextGrid", &SHORT.as_bytes()[..cut], &Limits::default());
        assert_eq!(read.labels.annotations.len(), 1);
        assert_eq!(read.remarks.count(code::SYNTAX), 1);
    }
}
