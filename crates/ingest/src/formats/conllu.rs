//! CoNLL-U treebanks: one record a sentence, its text from the comment or the words.

use super::lines::{self, Line};
use crate::job::Job;
use crate::rows::{Rows, Value};
use crate::stream::Window;

/// Columns of a word line.
const COLUMNS: usize = 10;

/// A sentence under way.
#[derive(Default)]
struct Sentence {
    /// Whether a line of it was read.
    begun: bool,
    text: Vec<u8>,
    words: Vec<u8>,
    /// Whether the last word is followed by a space.
    spaced: bool,
    /// Words of a range that the range's own form covers.
    covered_to: u64,
}

/// Reads one record from each block of lines.
pub(super) fn read(job: &mut Job<'_, '_>, window: &mut Window<'_>) {
    let mut rows = Rows::new();
    let column = rows.column(super::text::FIELD);
    let mut sentence = Sentence::default();
    let mut broken = false;
    // Lines so far; sentences so far, read or skipped.
    let (mut line, mut number) = (0, 0);
    while !job.is_stopped() {
        line += 1;
        let offset = window.offset();
        let (len, used) = match lines::next(window, job.limits().record_bytes) {
            Line::End => break,
            Line::TooLong => {
                fail(job, &mut sentence, &mut broken, (&mut number, line, offset), "SJ-ingest-022");
                continue;
            }
            Line::Cut { used } => {
                fail(job, &mut sentence, &mut broken, (&mut number, line, offset), "SJ-ingest-027");
                window.consume(used);
                continue;
            }
            Line::Whole { len, used } => (len, used),
        };
        let bytes = &window.data()[..len];
        if bytes.is_empty() {
            finish(job, &mut rows, column, (&mut sentence, &mut number));
            broken = false;
        } else if !broken {
            if let Err(err) = std::str::from_utf8(bytes) {
                let at = offset + err.valid_up_to() as u64;
                fail(job, &mut sentence, &mut broken, (&mut number, line, at), "SJ-ingest-021");
            } else if !sentence.add(bytes) {
                fail(job, &mut sentence, &mut broken, (&mut number, line, offset), "SJ-ingest-055");
            }
        }
        window.consume(used);
    }
    finish(job, &mut rows, column, (&mut sentence, &mut number));
    job.flush(&mut rows);
}

/// Skips the sentence under way, once.
fn fail(
    job: &mut Job<'_, '_>,
    sentence: &mut Sentence,
    broken: &mut bool,
    (number, line, byte): (&mut u64, u64, u64),
    code: &'static str,
) {
    if !std::mem::replace(broken, true) {
        *number += 1;
        let place = job.place().at_row(*number).at_byte(byte);
        job.skip(code, place.noting(format!("line {line}")));
    }
    *sentence = Sentence::default();
}

fn finish(
    job: &mut Job<'_, '_>,
    rows: &mut Rows,
    column: u32,
    (sentence, number): (&mut Sentence, &mut u64),
) {
    let text = if sentence.text.is_empty() { &sentence.words } else { &sentence.text };
    // Only lines that are UTF-8 are added.
    let text = std::str::from_utf8(text.trim_ascii_end()).unwrap_or_default();
    if sentence.begun && !text.is_empty() {
        *number += 1;
        rows.put(column, Value::Within(0..text.len()));
        rows.close(*number, text);
        job.flush_full(rows);
    }
    *sentence = Sentence::default();
}

impl Sentence {
    /// Takes one line; `false` if it does not belong in a sentence.
    fn add(&mut self, bytes: &[u8]) -> bool {
        self.begun = true;
        if let Some(comment) = bytes.strip_prefix(b"#") {
            let comment = comment.trim_ascii();
            if let Some(text) = comment.strip_prefix(b"text").map(<[u8]>::trim_ascii_start)
                && let Some(text) = text.strip_prefix(b"=")
            {
                self.text = text.trim_ascii().to_vec();
            }
            return true;
        }
        let mut fields = [&bytes[..0]; COLUMNS];
        let mut count = 0;
        for field in bytes.split(|&byte| byte == b'\t') {
            if count < COLUMNS {
                fields[count] = field;
            }
            count += 1;
        }
        if count != COLUMNS || !fields[0].first().is_some_and(u8::is_ascii_digit) {
            return false;
        }
        self.word(fields[0], fields[1], fields[9]);
        true
    }

    fn word(&mut self, id: &[u8], form: &[u8], misc: &[u8]) {
        let id = String::from_utf8_lossy(id);
        // `3-4` is a word written as one that the lines 3 and 4 analyse; `5.1` is not written.
        let (first, last) = id.split_once('-').unwrap_or((&id, &id));
        let (Ok(first), Ok(last)) = (first.parse::<u64>(), last.parse::<u64>()) else { return };
        if first <= self.covered_to && first == last {
            return;
        }
        if self.spaced {
            self.words.push(b' ');
        }
        self.words.extend_from_slice(form);
        self.spaced = memchr::memmem::find(misc, b"SpaceAfter=No").is_none();
        if first != last {
            self.covered_to = last;
        }
    }
}

/// Whether a text begins with a sentence.
pub(super) fn begins(text: &[u8]) -> bool {
    let mut words = text
        .split(|&byte| byte == b'\n')
        .map(<[u8]>::trim_ascii_end)
        .filter(|line| !line.is_empty() && !line.starts_with(b"#"));
    words.next().is_some_and(|line| {
        line.iter().filter(|&&byte| byte == b'\t').count() == COLUMNS - 1 && line.starts_with(b"1")
    }) && text.split(|&byte| byte == b'\n').take(20).any(|line| line.starts_with(b"#"))
}
