//! RTTM speaker turns: `SPEAKER file channel start duration <NA> <NA> name <NA> <NA>`.
//!
//! Source: NIST RT-09 evaluation plan, appendix A. Records are lines; items are recordings.

use super::xml::number;
use super::{Draft, Format, Head, Sink, Source};
use crate::code;
use crate::labels::{Detail, Shape};

/// The format.
#[derive(Debug)]
pub struct Rttm;

const KINDS: [&str; 8] = [
    "SPEAKER",
    "SPKR-INFO",
    "LEXEME",
    "NON-LEX",
    "NON-SPEECH",
    "SEGMENT",
    "NOSCORE",
    "NO_RT_METADATA",
];

impl Format for Rttm {
    fn name(&self) -> &'static str {
        "rttm"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let turn =
            |line: &str| line.split_whitespace().next().is_some_and(|kind| KINDS.contains(&kind));
        if head.mostly(|line| line.starts_with(";;") || turn(line)) && head.lines().any(turn) {
            2 + u8::from(head.has_extension(&["rttm"]))
        } else {
            0
        }
    }

    fn read(&self, source: &Source, sink: &mut Sink<'_>) {
        source.lines(sink, |sink, row, line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            match fields.first() {
                None => {}
                Some(first) if first.starts_with(";;") => {}
                Some(first) if *first == "SPKR-INFO" && fields.len() <= 10 => {}
                Some(_) => turn(sink, row, &fields),
            }
        });
    }
}

fn turn(sink: &mut Sink<'_>, row: u32, fields: &[&str]) {
    if !(8..=10).contains(&fields.len()) || !KINDS.contains(&fields[0]) {
        let note = format!(
            "{} fields of kind {}",
            fields.len(),
            fields[0].chars().take(20).collect::<String>()
        );
        // The first field is not a kind, or the one after the last is not there.
        let is_kind = KINDS.contains(&fields[0]);
        let field = if is_kind { fields.len().min(10) as u32 + 1 } else { 1 };
        sink.skip_part(code::FIELD_COUNT, (row, field), note);
        return;
    }
    sink.records += 1;
    let item = sink.item(&format!("{}/{}", fields[1], fields[2]), row);
    sink.set_media(item, fields[1]);
    let (start, length) = (number(fields[3]), number(fields[4]));
    let class = sink.class(fields[7], row);
    let shape = Shape::Segment(sink.labels.push_numbers(&[start, start + length]));
    let score = fields.get(8).and_then(|score| score.parse().ok());
    let mut draft = Draft::new(item, class, row, 1, shape);
    if score.is_some() {
        draft = draft.with(Detail { score, ..Detail::default() });
    }
    sink.annotate(draft);
}
