//! CoNLL columns: a token a line with its tag first or last, a blank line after each sentence.
//!
//! Source: CoNLL-2000 and CoNLL-2003 shared tasks. Records are lines; items are sentences.

use super::{Draft, Format, Head, Sink, Source};
use crate::code;
use crate::labels::{NONE, Run, Shape};

/// The format.
#[derive(Debug)]
pub struct Conll;

/// Whether a word is a tag of any of the schemes.
fn is_tag(word: &str) -> bool {
    let mut letters = word.chars();
    let first = letters.next();
    word == "O"
        || (matches!(first, Some('B' | 'I' | 'E' | 'S' | 'L' | 'U' | 'M' | 'W'))
            && matches!(letters.next(), Some('-' | '_'))
            && letters.next().is_some())
}

fn columns(line: &str) -> Vec<&str> {
    if line.contains('\t') {
        line.split('\t').map(str::trim).collect()
    } else {
        line.split_whitespace().collect()
    }
}

/// How many columns there are, the first and the last of them.
fn ends(line: &str) -> (usize, [&str; 2]) {
    if let Some(ends) = ends_of_two(line) {
        return (2, ends);
    }
    let (mut count, mut ends) = (0, [""; 2]);
    let mut column = |column| {
        if count == 0 {
            ends[0] = column;
        }
        (count, ends[1]) = (count + 1, column);
    };
    if line.contains('\t') {
        line.split('\t').map(str::trim).for_each(&mut column);
    } else {
        line.split_whitespace().for_each(&mut column);
    }
    (count, ends)
}

/// The columns of a plain line of two with one blank between, as most are; `None` for any other.
fn ends_of_two(line: &str) -> Option<[&str; 2]> {
    let mut blank = None;
    for (at, &byte) in line.as_bytes().iter().enumerate() {
        match byte {
            b'!'..=b'~' => {}
            b' ' if blank.is_none() => blank = Some(at),
            _ => return None,
        }
    }
    let (left, right) = line.split_at(blank?);
    let right = &right[1..];
    (!left.is_empty() && !right.is_empty()).then_some([left, right])
}

fn is_comment(line: &str) -> bool {
    line.starts_with("# ") || line.starts_with("-DOCSTART-")
}

impl Format for Conll {
    fn name(&self) -> &'static str {
        "conll"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        if head.json.is_some() || head.text.starts_with('<') {
            return 0;
        }
        let last = |line: &str| {
            is_comment(line)
                || columns(line)
                    .split_last()
                    .is_some_and(|(tag, rest)| !rest.is_empty() && is_tag(tag))
        };
        let first = |line: &str| {
            is_comment(line)
                || columns(line)
                    .split_first()
                    .is_some_and(|(tag, rest)| !rest.is_empty() && is_tag(tag))
        };
        if head.mostly(last) || head.mostly(first) { 2 } else { 0 }
    }

    fn read(&self, source: &Source, sink: &mut Sink<'_>) {
        let first = tag_is_first(source);
        let mut sentence = Sentence { name: source.name.clone(), ..Sentence::default() };
        source.lines(sink, |sink, row, line| {
            let is_blank = line.is_empty() || line.trim_start().is_empty();
            if is_blank || is_comment(line) {
                sentence.end(sink);
            } else {
                sentence.token(sink, row, line, first);
            }
        });
        sentence.end(sink);
    }
}

/// Whether tags stand in the first column and not in the last.
fn tag_is_first(source: &Source) -> bool {
    let head = source.head(1 << 16);
    let text = String::from_utf8_lossy(&head);
    let (mut first, mut last) = (0, 0);
    for line in text.lines().take(500).filter(|line| !is_comment(line)) {
        let columns = columns(line);
        first += u32::from(columns.first().is_some_and(|word| is_tag(word)));
        last += u32::from(columns.last().is_some_and(|word| is_tag(word)));
    }
    first > last
}

#[derive(Default)]
struct Sentence {
    name: String,
    number: u32,
    columns: usize,
    first_row: u32,
    tokens: String,
    tags: Vec<u32>,
}

impl Sentence {
    fn token(&mut self, sink: &mut Sink<'_>, row: u32, line: &str, first: bool) {
        let (count, [left, right]) = ends(line);
        if self.columns == 0 {
            self.columns = count;
        }
        if count != self.columns || count < 2 {
            let note = format!("{count} columns, not {}", self.columns.max(2));
            let part = count.min(self.columns) as u32 + 1;
            sink.remark_part(code::FIELD_COUNT, (row, part), "field", note);
        }
        let (tag, token) = match (count, first) {
            (0, _) => ("", ""),
            (1, _) => ("", left),
            (_, true) => (left, right),
            (_, false) => (right, left),
        };
        if tag.is_empty() {
            sink.skip(code::MISSING_FIELD, row, "tag", token);
        }
        if self.tags.is_empty() {
            self.first_row = row;
        } else {
            self.tokens.push('\n');
        }
        self.tokens.push_str(token);
        let known = self.tags.last().copied();
        let known = known.filter(|&last| sink.labels.tag_names.name(last) == tag);
        self.tags.push(known.unwrap_or_else(|| sink.labels.tag_names.intern(tag)));
    }

    fn end(&mut self, sink: &mut Sink<'_>) {
        if self.tags.is_empty() {
            return;
        }
        self.number += 1;
        sink.records += 1;
        let name = format!("{}#{}", self.name, self.number);
        let item = sink.labels.push_item(&name, sink.file, self.first_row);
        sink.set_text(item, &self.tokens, true);
        let run = Run { start: sink.labels.tags.len() as u32, len: self.tags.len() as u32 };
        sink.labels.tags.append(&mut self.tags);
        sink.annotate(Draft::new(item, NONE, self.first_row, 0, Shape::Tags(run)));
        self.tokens.clear();
    }
}

#[cfg(test)]
mod tests {
    use shujian_core::Limits;

    use super::super::read_bytes;
    use super::*;

    #[test]
    fn tags_stand_first_or_last() {
        for text in [
            "B-PER Anna\nI-PER Lee\nO sleeps\n\nO on\n",
            "Anna B-PER\nLee I-PER\nsleeps O\n\non O\n",
        ] {
            let read = read_bytes("a.txt", text.as_bytes(), &Limits::default());
            assert_eq!(read.formats(), ["conll"]);
            let labels = &read.labels;
            assert_eq!(labels.text_of(labels.items[0].text.unwrap()), "Anna\nLee\nsleeps");
            let tags: Vec<&str> =
                labels.tags.iter().map(|&tag| labels.tag_names.name(tag)).collect();
            assert_eq!(tags, ["B-PER", "I-PER", "O", "O"]);
            assert_eq!(labels.items.len(), 2);
        }
    }

    #[test]
    fn a_line_without_its_tag_is_remarked_and_the_rest_is_kept() {
        let read = read_bytes("a.txt", b"a O\nb O\nc O\nd O\nlone\ne B-X\n", &Limits::default());
        let found: Vec<(u32, &str)> = read.remarks.iter().map(|at| (at.row, at.code)).collect();
        assert_eq!(found, [(5, code::FIELD_COUNT), (5, code::MISSING_FIELD)]);
        assert_eq!(read.labels.tags.len(), 6);
    }
}
