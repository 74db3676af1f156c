//! Spans of text: offsets, their unit, repetition, crossing, blanks at the edges.

use std::collections::{BTreeMap, BTreeSet};

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

impl Ruler<'_> {
    /// Whether offsets of a unit cover what people mark: inside the text, no half letter, no blank at
    /// an edge, no word cut in two. Words of scripts that leave no blanks have no edges to tell.
    fn is_apt(&self, span: &Span, unit: Unit) -> bool {
        let Some(covered) = self.covered(span, unit).filter(|covered| !covered.is_empty()) else {
            return false;
        };
        let from = covered.as_ptr() as usize - self.text.as_ptr() as usize;
        let (before, after) = (&self.text[..from], &self.text[from + covered.len()..]);
        let cuts = |left: Option<char>, right: Option<char>| {
            left.zip(right).is_some_and(|(left, right)| is_of_word(left) && is_of_word(right))
        };
        let (first, last) = (covered.chars().next(), covered.chars().next_back());
        let is_blank = |letter: Option<char>| letter.is_some_and(char::is_whitespace);
        !is_blank(first)
            && !is_blank(last)
            && !cuts(before.chars().next_back(), first)
            && !cuts(last, after.chars().next())
    }
}

/// Whether a letter belongs to words that blanks part: Latin, Greek, Cyrillic and their neighbours.
fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() && u32::from(letter) < 0x0590
}

/// Spans that must speak for another unit, and those that may speak against it for each of them.
const LEAST_TELLING: u64 = 4;

/// How the spans of one file fit, by unit.
#[derive(Debug, Default, Clone, Copy)]
struct Fit {
    spans: u64,
    /// Of each unit of [`Unit::ALL`]: spans that are apt in it.
    apt: [u64; 5],
    /// Likewise, and not apt in code points.
    gained: [u64; 5],
    /// Apt in code points, and not in it.
    lost: [u64; 5],
}

impl Fit {
    fn add(&mut self, ruler: &Ruler<'_>, span: &Span) {
        self.spans += 1;
        let plain = ruler.is_apt(span, Unit::CodePoint);
        for (at, unit) in Unit::ALL.into_iter().enumerate() {
            let apt = ruler.is_apt(span, unit);
            self.apt[at] += u64::from(apt);
            self.gained[at] += u64::from(apt && !plain);
            self.lost[at] += u64::from(plain && !apt);
        }
    }

    /// The unit that the spans speak for: apt for nine in ten of them, more so than code points for
    /// several and less so for hardly any. `None` where the evidence is not strong.
    fn other_unit(&self) -> Option<usize> {
        let is_strong = |&at: &usize| {
            self.apt[at] * 10 >= self.spans * 9
                && self.gained[at] >= LEAST_TELLING
                && self.gained[at] >= 10 * self.lost[at]
        };
        let candidates = (1..Unit::ALL.len()).filter(is_strong);
        candidates.max_by_key(|&at| (self.gained[at], self.apt[at], std::cmp::Reverse(at)))
    }
}

/// The unit of the offsets of each file whose spans do not say what they cover, where it shows.
fn units_of_files(view: &View<'_>, remarks: &mut Remarks) {
    let mut fits: BTreeMap<u32, Fit> = BTreeMap::new();
    for (index, item) in (0..).zip(&view.labels.items) {
        let Some(text) = item.text.filter(|_| !item.tokens) else { continue };
        let mut ruler = None;
        for &at in view.of_item(index) {
            let at = view.annotation(at);
            let Shape::Span(span) = at.shape else { continue };
            let span = view.labels.spans[span as usize];
            if span.covered.is_none() && span.start >= 0 && span.start <= span.end {
                let ruler = ruler.get_or_insert_with(|| Ruler::new(view.labels.text_of(text)));
                fits.entry(at.file).or_default().add(ruler, &span);
            }
        }
    }
    for (file, fit) in fits {
        if let Some(at) = fit.other_unit() {
            let note = format!(
                "{}: {} of {} spans are whole words or phrases so, {} as code points",
                Unit::ALL[at].name(),
                fit.apt[at],
                fit.spans,
                fit.apt[0]
            );
            remarks.add(Remark::file(code::SPAN_UNIT, file, note).in_field("span"));
        }
    }
}

fn run(view: &View<'_>, remarks: &mut Remarks) {
    units_of_files(view, remarks);
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

    /// The unit found of texts in which each word is marked by its offsets in `unit`.
    fn found(texts: &[(String, &str)], unit: Unit) -> Option<Unit> {
        let mut fit = Fit::default();
        for (text, word) in texts {
            let from = text.find(word).unwrap();
            let to = from + word.len();
            let points = |byte: usize| text[..byte].chars().count();
            let units = |byte: usize| text[..byte].encode_utf16().count();
            let (start, end) = match unit {
                Unit::CodePoint => (points(from), points(to)),
                Unit::Utf16 => (units(from), units(to)),
                Unit::Byte => (from, to),
                Unit::CodePointInclusive => (points(from), points(to) - 1),
                Unit::Utf16Inclusive => (units(from), units(to) - 1),
            };
            let span = Span { start: start as i64, end: end as i64, covered: None };
            fit.add(&Ruler::new(text), &span);
        }
        fit.other_unit().map(|at| Unit::ALL[at])
    }

    #[test]
    fn the_unit_of_a_delivery_is_told_by_its_words() {
        let names = ["Anna", "Bob", "Cleo", "Dora", "Eve", "王伟"];
        let begins = ["😀 ", "今天 ", "😀😀😀 I met ", "", "他说😀 the "];
        let texts: Vec<(String, &str)> = (0..30)
            .map(|at| {
                let name = names[at % names.len()];
                (format!("{}{name} went home at {at}", begins[at % begins.len()]), name)
            })
            .collect();
        for unit in Unit::ALL {
            let other = Some(unit).filter(|unit| *unit != Unit::CodePoint);
            assert_eq!(found(&texts, unit), other, "{}", unit.name());
        }
        // Where every letter is one unit, units cannot be told apart, and nothing is said.
        let plain: Vec<(String, &str)> =
            names[..5].iter().map(|name| (format!("I met {name} at noon"), *name)).collect();
        assert_eq!(found(&plain, Unit::Byte), None);
        assert_eq!(found(&plain[..2], Unit::CodePointInclusive), None, "too few");
    }
}
