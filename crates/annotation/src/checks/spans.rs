//! Spans of text: offsets, their unit, repetition, crossing, blanks at the edges.

use std::collections::BTreeSet;

use super::{Check, MAX_PAIRS, View, too_many};
use crate::code;
use crate::labels::{Remark, Remarks, Shape, Span};

pub(super) const CHECK: Check = Check {
    name: "spans",
    codes: &[
        code::SPAN_PAST_END,
        code::SPAN_REVERSED,
        code::SPAN_EMPTY,
        code::SPAN_DUPLICATE,
        code::SPAN_OVERLAP,
        code::SPAN_EDGE,
        code::SPAN_UNIT,
        code::SPAN_TEXT,
        code::TOO_LARGE,
    ],
    run,
};

/// What offsets may count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Code points, end excluded: what we ask for.
    CodePoint,
    /// UTF-16 code units, end excluded: JavaScript and Java.
    Utf16,
    /// Bytes of UTF-8, end excluded: Go and Rust.
    Byte,
    /// Code points, end included.
    CodePointInclusive,
    /// UTF-16 code units, end included.
    Utf16Inclusive,
}

impl Unit {
    /// Every unit, the more usual first.
    pub const ALL: [Self; 5] =
        [Self::CodePoint, Self::Utf16, Self::Byte, Self::CodePointInclusive, Self::Utf16Inclusive];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::CodePoint => "code points",
            Self::Utf16 => "UTF-16 units",
            Self::Byte => "bytes",
            Self::CodePointInclusive => "code points, end included",
            Self::Utf16Inclusive => "UTF-16 units, end included",
        }
    }
}

/// A text with what its offsets mean in every unit.
#[derive(Debug)]
struct Ruler<'a> {
    text: &'a str,
    points: Vec<usize>,
    /// Byte of each UTF-16 unit; inside a pair there is none.
    units: Vec<Option<usize>>,
}

impl<'a> Ruler<'a> {
    fn new(text: &'a str) -> Self {
        let (mut points, mut units) = (Vec::new(), Vec::new());
        for (byte, letter) in text.char_indices() {
            points.push(byte);
            units.push(Some(byte));
            units.extend((letter.len_utf16() == 2).then_some(None));
        }
        points.push(text.len());
        units.push(Some(text.len()));
        Self { text, points, units }
    }

    /// Bytes an offset pair covers, `None` past the end, inside a letter or in reverse.
    fn covered(&self, span: &Span, unit: Unit) -> Option<&'a str> {
        let byte = |offset: i64| {
            let offset = usize::try_from(offset).ok()?;
            match unit {
                Unit::CodePoint | Unit::CodePointInclusive => self.points.get(offset).copied(),
                Unit::Utf16 | Unit::Utf16Inclusive => self.units.get(offset).copied().flatten(),
                Unit::Byte => self.text.is_char_boundary(offset).then_some(offset),
            }
        };
        let end = match unit {
            Unit::CodePointInclusive | Unit::Utf16Inclusive => span.end.checked_add(1)?,
            Unit::CodePoint | Unit::Utf16 | Unit::Byte => span.end,
        };
        self.text.get(byte(span.start)?..byte(end)?)
    }
}

fn run(view: &View<'_>, remarks: &mut Remarks) {
    for item in 0..view.labels.items.len() as u32 {
        let spans: Vec<(u32, Span)> = view
            .of_item(item)
            .iter()
            .filter_map(|&index| match view.annotation(index).shape {
                Shape::Span(span) => Some((index, view.labels.spans[span as usize])),
                _ => None,
            })
            .collect();
        if spans.is_empty() {
            continue;
        }
        let text = view.labels.items[item as usize].text.map(|run| view.labels.text_of(run));
        let found = Found { view, spans: &spans, remarks };
        found.all(item, text);
    }
}

struct Found<'a, 'b> {
    view: &'a View<'b>,
    spans: &'a [(u32, Span)],
    remarks: &'a mut Remarks,
}

impl Found<'_, '_> {
    fn say(&mut self, code: &'static str, index: u32, note: impl Into<String>) {
        self.remarks.add(Remark::annotation(code, self.view.labels, index, note).in_field("span"));
    }

    fn all(mut self, item: u32, text: Option<&str>) {
        let ruler = text.map(Ruler::new);
        let unit = ruler.as_ref().map_or(Unit::CodePoint, |ruler| self.unit(ruler));
        if unit != Unit::CodePoint {
            // The record, not one span, is what counts in another unit.
            let (index, _) = self.spans[0];
            let at = self.view.annotation(index);
            let remark = Remark::row(code::SPAN_UNIT, at.file, at.row, unit.name());
            self.remarks.add(Remark { item, ..remark }.in_field("span"));
        }
        for &(index, span) in self.spans {
            self.single(index, span, ruler.as_ref(), unit);
        }
        self.repeated();
        self.crossing(item);
    }

    /// The first unit in which every span covers the text it is said to cover.
    fn unit(&self, ruler: &Ruler<'_>) -> Unit {
        let said: Vec<(&Span, &str)> = self
            .spans
            .iter()
            .filter_map(|(_, span)| Some((span, self.view.labels.text_of(span.covered?))))
            .filter(|(_, said)| !said.is_empty())
            .collect();
        let fits =
            |unit: &Unit| said.iter().all(|(span, said)| ruler.covered(span, *unit) == Some(said));
        if said.is_empty() {
            return Unit::CodePoint;
        }
        Unit::ALL.into_iter().find(fits).unwrap_or(Unit::CodePoint)
    }

    fn single(&mut self, index: u32, span: Span, ruler: Option<&Ruler<'_>>, unit: Unit) {
        let offsets = format!("{}–{}", span.start, span.end);
        let inclusive = matches!(unit, Unit::CodePointInclusive | Unit::Utf16Inclusive);
        if span.end < span.start {
            return self.say(code::SPAN_REVERSED, index, offsets);
        }
        if span.start < 0 || (span.end == span.start && !inclusive) {
            return self.say(code::SPAN_EMPTY, index, offsets);
        }
        let Some(ruler) = ruler else { return };
        if span.end as u64 >= ruler.points.len() as u64 {
            let fitting =
                Unit::ALL.iter().skip(1).find(|unit| ruler.covered(&span, **unit).is_some());
            let length = ruler.points.len() - 1;
            let note = match fitting {
                Some(unit) => format!("{offsets} of {length}; fits in {}", unit.name()),
                None => format!("{offsets} of {length}"),
            };
            return self.say(code::SPAN_PAST_END, index, note);
        }
        let Some(covered) = ruler.covered(&span, unit) else { return };
        if covered.starts_with(char::is_whitespace) || covered.ends_with(char::is_whitespace) {
            return self.say(code::SPAN_EDGE, index, format!("{covered:?}"));
        }
        let said = span.covered.map(|run| self.view.labels.text_of(run)).unwrap_or("");
        if !said.is_empty() && said != covered {
            self.say(code::SPAN_TEXT, index, format!("{covered:?}, said to be {said:?}"));
        }
    }

    fn repeated(&mut self) {
        let mut seen = BTreeSet::new();
        for &(index, span) in self.spans {
            let at = self.view.annotation(index);
            if !seen.insert((at.file, at.rater, at.class, span.start, span.end)) {
                self.say(code::SPAN_DUPLICATE, index, format!("{}–{}", span.start, span.end));
            }
        }
    }

    /// Two spans of one rater that cross: the later in the file is named.
    fn crossing(&mut self, item: u32) {
        let mut order: Vec<(u32, Span)> =
            self.spans.iter().copied().filter(|(_, span)| span.start < span.end).collect();
        order.sort_by_key(|(index, span)| (span.start, span.end, *index));
        let (mut compared, mut found) = (0, BTreeSet::new());
        for (at, (index, span)) in order.iter().enumerate() {
            for (other, theirs) in
                order[at + 1..].iter().take_while(|(_, theirs)| theirs.start < span.end)
            {
                compared += 1;
                if compared > MAX_PAIRS {
                    return too_many(self.view, item, "span", self.remarks);
                }
                let (a, b) = (self.view.annotation(*index), self.view.annotation(*other));
                let same = (a.file, a.rater) == (b.file, b.rater);
                if same && theirs.start > span.start && theirs.end > span.end {
                    found.insert((*index.max(other), *index.min(other)));
                }
            }
        }
        let mut last = None;
        for (index, of) in found {
            if last.replace(index) != Some(index) {
                let part = self.view.annotation(of).part;
                self.say(code::SPAN_OVERLAP, index, format!("crosses #{part}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_reads_the_same_words_by_its_own_offsets() {
        let ruler = Ruler::new("𠮷野家在东京");
        let covered = |start, end, unit| ruler.covered(&Span { start, end, covered: None }, unit);
        assert_eq!(covered(4, 6, Unit::CodePoint), Some("东京"));
        assert_eq!(covered(5, 7, Unit::Utf16), Some("东京"));
        assert_eq!(covered(13, 19, Unit::Byte), Some("东京"));
        assert_eq!(covered(4, 5, Unit::CodePointInclusive), Some("东京"));
        assert_eq!(covered(5, 6, Unit::Utf16Inclusive), Some("东京"));
        assert_eq!(covered(1, 2, Unit::Utf16), None, "inside a pair");
        assert_eq!(covered(4, 7, Unit::CodePoint), None);
        assert_eq!(covered(4, i64::MAX, Unit::CodePointInclusive), None);
    }
}
