//! Rows of a CSV file: most are cut where they lie, the others by the reader that knows all rules.

use super::source::{decode_row, whole_text};
use super::{Sink, Source};
use crate::code;

/// Calls `each` with every row of a CSV and its number among the rows of data, header 0.
pub(super) fn rows(
    source: &Source,
    sink: &mut Sink<'_>,
    separator: u8,
    mut each: impl FnMut(&mut Sink<'_>, u32, &[&str]),
) {
    let mut reader = csv_core::ReaderBuilder::new().delimiter(separator).build();
    let mut text = vec![0; 4096];
    let mut ends = vec![0; 32];
    let (mut out, mut end, mut row, mut guessed) = (0, 0, 0, false);
    // Whether a row was begun.
    let mut is_open = false;
    let Some(mut stream) = source.open(sink) else { return };
    loop {
        let input = match stream.fill_buf() {
            Ok(input) => input,
            Err(error) => {
                sink.remark(code::UNREADABLE, row, "", error.to_string());
                return;
            }
        };
        if !is_open && row > 0 {
            let used = plain_rows(input, separator, |fields| {
                each(sink, row, fields);
                row += 1;
            });
            if used > 0 {
                stream.consume(used);
                continue;
            }
        }
        let (result, used, wrote, ended) =
            reader.read_record(input, &mut text[out..], &mut ends[end..]);
        is_open |= used > 0;
        stream.consume(used);
        (out, end) = (out + wrote, end + ended);
        match result {
            csv_core::ReadRecordResult::InputEmpty => {}
            csv_core::ReadRecordResult::OutputFull => {
                if text.len() as u64 > source.limit {
                    sink.skip(code::TOO_LARGE, row, "", format!("row over {} bytes", source.limit));
                    return;
                }
                text.resize(text.len() * 2, 0);
            }
            csv_core::ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
            csv_core::ReadRecordResult::Record => {
                record(sink, (row, &mut guessed), (&text[..out], &ends[..end]), &mut each);
                (out, end, row, is_open) = (0, 0, row + 1, false);
            }
            csv_core::ReadRecordResult::End => return,
        }
    }
}

/// Calls `each` with the rows that lie whole at the beginning of a buffer, up to the first with a
/// quote or a letter that is no UTF-8: those, and what is cut, are for the reader that knows all
/// rules. Returns how many bytes the rows took.
fn plain_rows(input: &[u8], separator: u8, mut each: impl FnMut(&[&str])) -> usize {
    let quote = memchr::memchr(b'"', input).unwrap_or(input.len());
    let text = whole_text(&input[..quote]);
    let bytes = text.as_bytes();
    // Room for the fields of most tables; a row with more is for the other reader, too.
    let mut fields = [""; MOST_FIELDS];
    let (mut row, mut field, mut count) = (0, 0, 0);
    for at in Marks::of(bytes, [separator, b'\n', b'\r']) {
        if bytes[at] == b'\r' {
            // A return within a row is for the other reader.
            if bytes.get(at + 1) != Some(&b'\n') {
                return row;
            }
            continue;
        }
        let Some(slot) = fields.get_mut(count) else { return row };
        if bytes[at] == separator {
            *slot = &text[field..at];
            count += 1;
        } else {
            let line = &text[field..at];
            *slot = line.strip_suffix('\r').unwrap_or(line);
            if count > 0 || !slot.is_empty() {
                each(&fields[..=count]);
            }
            (row, count) = (at + 1, 0);
        }
        field = at + 1;
    }
    row
}

/// Places of any of three bytes, ascending, looked for eight bytes at a time: fields are so short that
/// a search of its own for each costs more than the looking.
struct Marks<'a> {
    bytes: &'a [u8],
    /// Each wanted byte, eight times.
    wanted: [u64; 3],
    /// Where the eight bytes looked at begin.
    at: usize,
    /// The high bit of each of the eight that is one of them and was not given yet.
    found: u64,
}

impl<'a> Marks<'a> {
    fn of(bytes: &'a [u8], wanted: [u8; 3]) -> Self {
        let wanted = wanted.map(|byte| u64::from_le_bytes([byte; 8]));
        let mut marks = Self { bytes, wanted, at: 0, found: 0 };
        marks.look();
        marks
    }

    #[inline]
    fn look(&mut self) {
        const LOW: u64 = u64::from_le_bytes([0x7f; 8]);
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let word = match rest.first_chunk::<8>() {
            Some(word) => *word,
            None => {
                // No text holds this byte.
                let mut word = [0xff; 8];
                word[..rest.len()].copy_from_slice(rest);
                word
            }
        };
        let word = u64::from_le_bytes(word);
        let is_not = |wanted: u64| {
            let apart = word ^ wanted;
            ((apart & LOW) + LOW) | apart
        };
        let [a, b, c] = self.wanted;
        self.found = !(is_not(a) & is_not(b) & is_not(c)) & !LOW;
    }
}

impl Iterator for Marks<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.found == 0 {
            self.at += 8;
            if self.at >= self.bytes.len() {
                return None;
            }
            self.look();
        }
        let place = self.at + self.found.trailing_zeros() as usize / 8;
        self.found &= self.found - 1;
        Some(place)
    }
}

/// Fields of a row that is read without its own memory.
const MOST_FIELDS: usize = 32;

fn record(
    sink: &mut Sink<'_>,
    (row, guessed): (u32, &mut bool),
    (text, ends): (&[u8], &[usize]),
    each: &mut impl FnMut(&mut Sink<'_>, u32, &[&str]),
) {
    let mut from = 0;
    let cut = ends.iter().map(|&to| &text[std::mem::replace(&mut from, to)..to]);
    if let Ok(whole) = std::str::from_utf8(text) {
        let mut from = 0;
        let cut = ends.iter().map(|&to| whole.get(std::mem::replace(&mut from, to)..to));
        if let Some(fields) = cut.collect::<Option<Vec<&str>>>() {
            return each(sink, row, &fields);
        }
    }
    // What is broken in one field must not shift the others.
    let fields: Vec<String> = cut
        .map(|field| match std::str::from_utf8(field) {
            Ok(field) => field.to_owned(),
            Err(_) => decode_row(field, row, guessed, sink),
        })
        .collect();
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    each(sink, row, &fields);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Marks are where a plain search finds them.
        #[test]
        fn marks_are_found(text in "[a,\n\r\u{7f}\u{ac}\u{8c}\u{4e2c}]{0,40}") {
            let bytes = text.as_bytes();
            let wanted = [b',', b'\n', b'\r'];
            let plain: Vec<usize> =
                (0..bytes.len()).filter(|&at| wanted.contains(&bytes[at])).collect();
            prop_assert_eq!(Marks::of(bytes, wanted).collect::<Vec<_>>(), plain);
        }
    }

    #[test]
    fn plain_rows_are_read_as_the_reader_that_knows_all_rules_does() {
        let read = |text: &[u8]| {
            let mut rows: Vec<Vec<String>> = Vec::new();
            let used = plain_rows(text, b',', |fields| {
                rows.push(fields.iter().map(|field| (*field).to_owned()).collect());
            });
            (used, rows)
        };
        let (used, rows) = read(b"a,b\r\n\n,c,\nd,\"e\"\nf,g\n");
        assert_eq!(
            (used, rows),
            (10, vec![vec!["a".into(), "b".into()], vec!["".into(), "c".into(), "".into()]])
        );
        assert_eq!(read(b"a,b\nc").0, 4, "what is cut is left");
        assert_eq!(read(b"a,b\n\xff,c\n").0, 4, "what is no UTF-8 is left");
        assert_eq!(read(b"a\rb,c\n").0, 0, "a return within ends a row elsewhere");
        assert_eq!(read(&[b','; 40]).0, 0);
    }
}
