//! Where the records of a JSON object are.

use crate::json::scan::Scan;

/// Where the records of an object are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// In its lists of objects; other members are about the file.
    Lists,
    /// Each value is one.
    Mapping,
    /// The object is one.
    Whole,
}

/// Tells the shape of the object at the head of a file, as far as the head goes.
pub(super) fn of(head: &[u8]) -> Shape {
    let (mut objects, mut lists, mut others) = (0, 0, 0);
    let mut at = 1;
    while let Some(value) = next_value(head, &mut at) {
        let value = &head[value..];
        match value.first() {
            Some(b'[') if first_item(value) == Some(b'{') => return Shape::Lists,
            Some(b'[') => lists += 1,
            Some(b'{') => objects += 1,
            _ => others += 1,
        }
        match Scan::default().feed(value) {
            Some(len) => at += len,
            None => break,
        }
    }
    match (objects, lists, others) {
        (1.., 0, 0) | (0, 1.., 0) => Shape::Mapping,
        _ => Shape::Whole,
    }
}

fn first_item(list: &[u8]) -> Option<u8> {
    list[1..].iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

/// Moves `at` to the next member's value and returns it; `None` at the end or at what is no member.
fn next_value(head: &[u8], at: &mut usize) -> Option<usize> {
    let step = |at: &mut usize| {
        *at += head.get(*at..)?.iter().position(|byte| !byte.is_ascii_whitespace())?;
        head.get(*at).copied()
    };
    let mut byte = step(at)?;
    if byte == b',' {
        *at += 1;
        byte = step(at)?;
    }
    if byte != b'"' {
        return None;
    }
    *at += Scan::default().feed(&head[*at..])?;
    if step(at)? != b':' {
        return None;
    }
    *at += 1;
    step(at)?;
    Some(*at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_told() {
        for (json, shape) in [
            (r#"{"type":"x","features":[{"a":1}]}"#, Shape::Lists),
            (r#"{"images":[],"annotations": [ {"#, Shape::Lists),
            (r#"{"a":{"x":1},"b":{"x":2}}"#, Shape::Mapping),
            (r#"{"a":[[1,2]],"b":[]}"#, Shape::Mapping),
            (r#"{"a":{"x":1},"b":2}"#, Shape::Whole),
            (r#"{"a":[1],"b":{}}"#, Shape::Whole),
            ("{}", Shape::Whole),
        ] {
            assert_eq!(of(json.as_bytes()), shape, "{json}");
        }
    }
}
