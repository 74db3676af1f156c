//! Where in a catalogue file something stands.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Error;

/// One step from a table or list to what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The value of a key.
    Key(&'static str),
    /// An item of a list, from 0.
    At(usize),
}

/// The path as people write it: `measures[3].cap.yuan`.
pub(super) fn spell(path: &[Part]) -> String {
    path.iter().fold(String::new(), |spelt, part| match part {
        Part::Key(key) if spelt.is_empty() => (*key).to_owned(),
        Part::Key(key) => format!("{spelt}.{key}"),
        Part::At(at) => format!("{spelt}[{at}]"),
    })
}

/// The line, from 1, of a path, or of the deepest part of it that the file holds.
pub(super) fn line(text: &str, path: &[Part]) -> usize {
    let start = DeTable::parse(text).ok().map_or(0, |root| find(root.get_ref(), path).0);
    line_at(text, start)
}

/// The line, from 1, of each item of a list; empty if the path leads to no list.
pub(super) fn lines_of_items(text: &str, path: &[Part]) -> Vec<usize> {
    let Ok(root) = DeTable::parse(text) else { return Vec::new() };
    match find(root.get_ref(), path).1.map(Spanned::get_ref) {
        Some(DeValue::Array(items)) => {
            items.iter().map(|item| line_at(text, item.span().start)).collect()
        }
        _ => Vec::new(),
    }
}

/// Where the deepest part of a path starts, and the value of the whole path.
fn find<'a, 'i>(root: &'a DeTable<'i>, path: &[Part]) -> (usize, Option<&'a Spanned<DeValue<'i>>>) {
    let mut start = 0;
    let mut value: Option<&Spanned<DeValue<'_>>> = None;
    for part in path {
        let next = match (part, value.map(Spanned::get_ref)) {
            (Part::Key(key), None) => root.get(*key),
            (Part::Key(key), Some(DeValue::Table(table))) => table.get(*key),
            (Part::At(at), Some(DeValue::Array(items))) => items.get(*at),
            _ => None,
        };
        let Some(next) = next else { return (start, None) };
        start = next.span().start;
        value = Some(next);
    }
    (start, value)
}

fn line_at(text: &str, byte: usize) -> usize {
    text.as_bytes().iter().take(byte).filter(|&&sign| sign == b'\n').count() + 1
}

/// What the parser says, with the line and the key on it.
pub(super) fn wrong_form(text: &str, file: &str, error: &toml::de::Error) -> Error {
    let line = error.span().map_or(1, |span| line_at(text, span.start));
    let spelt = text.lines().nth(line - 1).unwrap_or_default();
    let field = spelt.split('=').next().unwrap_or_default().trim().to_owned();
    Error::Form {
        file: file.to_owned(),
        line,
        field: field.chars().take(60).collect(),
        message: error.message().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_deepest_part_there_is() {
        let text = "a = 1\n[[list]]\nx = 1\n\n[[list]]\ny = { z = 2 }\n";
        let at = |path: &[Part]| line(text, path);
        assert_eq!(at(&[Part::Key("a")]), 1);
        assert_eq!(at(&[Part::Key("list"), Part::At(1)]), 5);
        assert_eq!(at(&[Part::Key("list"), Part::At(1), Part::Key("y"), Part::Key("z")]), 6);
        assert_eq!(at(&[Part::Key("list"), Part::At(1), Part::Key("absent")]), 5);
        assert_eq!(at(&[Part::Key("absent")]), 1);
        assert_eq!(spell(&[Part::Key("list"), Part::At(1), Part::Key("y")]), "list[1].y");
    }
}
