//! XML, one child of the root at a time. No entity is expanded, nothing outside is fetched.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::{Sink, Source};
use crate::code;
use crate::labels::Remark;

/// An element with everything in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Node {
    /// Its name.
    pub(super) name: String,
    /// Its attributes.
    pub(super) attributes: Vec<(String, String)>,
    /// Its text, trimmed.
    pub(super) text: String,
    /// Its elements.
    pub(super) children: Vec<Node>,
    /// Byte it begins at.
    pub(super) byte: u64,
}

impl Node {
    /// The first element of a name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The elements of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first element of a name; empty where there is none.
    pub(super) fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| &child.text)
    }

    /// The number in the first element of a name; NaN where there is none.
    pub(super) fn number_of(&self, name: &str) -> f64 {
        number(self.text_of(name))
    }

    /// An attribute; empty where there is none.
    pub(super) fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The number in an attribute; NaN where there is none.
    pub(super) fn attribute_number(&self, name: &str) -> f64 {
        number(self.attribute(name))
    }
}

/// A number as written; NaN for whatever is none.
pub(super) fn number(text: &str) -> f64 {
    text.trim().parse().unwrap_or(f64::NAN)
}

/// Depth to which elements may nest.
const MAX_DEPTH: usize = 32;

/// Calls `each` with every child of the root, in order. Where the file breaks off, the children
/// before are kept, and the one that is cut through is left out.
pub(super) fn children(
    source: &Source,
    sink: &mut Sink<'_>,
    mut each: impl FnMut(&mut Sink<'_>, Node),
) {
    let Some(text) = source.text(sink) else { return };
    let mut reader = Reader::from_str(&text);
    let mut open: Vec<Node> = Vec::new();
    let mut has_root = false;
    loop {
        let at = reader.buffer_position();
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => return broken(sink, &error.to_string(), reader.error_position()),
        };
        match event {
            Event::Start(start) => {
                has_root = true;
                if open.len() >= MAX_DEPTH {
                    return broken(sink, "nested too deep", at);
                }
                let node = node(&start, at, sink);
                open.push(node);
            }
            Event::Empty(start) => {
                has_root = true;
                let node = node(&start, at, sink);
                close(node, &mut open, sink, &mut each);
            }
            Event::End(_) => {
                if let Some(node) = open.pop() {
                    close(node, &mut open, sink, &mut each);
                }
            }
            Event::Text(text) => add(&mut open, &text.xml10_content()),
            Event::CData(text) => add(&mut open, &text.xml10_content()),
            Event::GeneralRef(name) => {
                let named = name.xml10_content();
                match name.resolve_char_ref() {
                    Ok(Some(letter)) => add(&mut open, letter.encode_utf8(&mut [0; 4])),
                    Ok(None) => match resolve_predefined_entity(&named) {
                        Some(text) => add(&mut open, text),
                        None => entity(sink, &named, at),
                    },
                    Err(_) => entity(sink, &named, at),
                }
            }
            Event::DocType(text) if text.contains("ENTITY") => entity(sink, "<!ENTITY>", at),
            Event::Eof if open.is_empty() && has_root => return,
            Event::Eof if open.is_empty() => return broken(sink, "there is no element", 0),
            Event::Eof => {
                return broken(sink, "the file ends inside an element", text.len() as u64);
            }
            _ => {}
        }
    }
}

fn broken(sink: &mut Sink<'_>, note: &str, byte: u64) {
    sink.skipped += 1;
    sink.remarks.add(Remark::file(code::SYNTAX, sink.file, note).at_byte(byte));
}

fn entity(sink: &mut Sink<'_>, name: &str, byte: u64) {
    let name: String = name.chars().take(60).collect();
    sink.remarks.add(Remark::file(code::XML_ENTITY, sink.file, name).at_byte(byte));
}

fn add(open: &mut [Node], text: &str) {
    if let Some(node) = open.last_mut() {
        node.text.push_str(text);
    }
}

fn node(start: &BytesStart<'_>, byte: u64, sink: &mut Sink<'_>) -> Node {
    let mut node = Node { name: start.name().as_ref().to_owned(), byte, ..Node::default() };
    for attribute in start.attributes() {
        match attribute {
            Ok(attribute) => {
                let key = attribute.key.as_ref().to_owned();
                let value = match attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0) {
                    Ok(value) => value.into_owned(),
                    Err(_) => {
                        entity(sink, &attribute.value, byte);
                        without_entities(&attribute.value)
                    }
                };
                node.attributes.push((key, value));
            }
            Err(error) => {
                let remark = Remark::file(code::SYNTAX, sink.file, error.to_string());
                sink.remarks.add(remark.at_byte(byte));
                break;
            }
        }
    }
    node
}

/// A value without the entities that are not expanded, as text is read; a bare `&` stays.
fn without_entities(value: &str) -> String {
    let (mut text, mut rest) = (String::new(), value);
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let is_name = |name: &&str| {
            !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
        };
        match after.split_once(';').map(|(name, left)| (Some(name).filter(is_name), left)) {
            Some((Some(name), left)) => {
                text.push_str(resolve_predefined_entity(name).unwrap_or_default());
                rest = left;
            }
            _ => {
                text.push('&');
                rest = after;
            }
        }
    }
    text + rest
}

fn close(
    mut node: Node,
    open: &mut [Node],
    sink: &mut Sink<'_>,
    each: &mut impl FnMut(&mut Sink<'_>, Node),
) {
    let trimmed = node.text.trim();
    if trimmed.len() < node.text.len() {
        node.text = trimmed.to_owned();
    }
    if !node.text.is_empty() && !node.children.is_empty() {
        let note: String = node.text.chars().take(60).collect();
        let remark =
            Remark::file(code::WRONG_TYPE, sink.file, format!("text between elements: {note}"));
        sink.skipped += 1;
        sink.remarks.add(remark.at_byte(node.byte));
    }
    match open {
        [] => {}
        [_root] => each(sink, node),
        [.., parent] => parent.children.push(node),
    }
}

/// The name of the root element of a text, as far as it can be told from the beginning.
pub(super) fn root(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    if !rest.starts_with('<') {
        return None;
    }
    loop {
        rest = &rest[rest.find('<')? + 1..];
        if rest.starts_with("!--") {
            rest = &rest[rest.find("-->")?..];
        } else if !rest.starts_with(['?', '!']) {
            let end =
                rest.find(|letter: char| letter.is_whitespace() || letter == '>' || letter == '/')?;
            return Some(&rest[..end]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_found_behind_declarations() {
        assert_eq!(
            root("<?xml version='1.0'?>\n<!-- <a> -->\n<!DOCTYPE b><annotation x='1'>"),
            Some("annotation")
        );
        assert_eq!(root("{"), None);
        assert_eq!(root("<annot"), None);
    }
}
