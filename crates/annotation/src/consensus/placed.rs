//! Marks and transcripts settled place by place: boxes and spans by a quorum, texts by ROVER.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::boxes::{MarkedBox, consensus_boxes};
use super::chosen::Chosen;
use super::form::ConsensusForm;
use super::rover::rover;
use super::spans::{MarkedSpan, consensus_spans};
use crate::code;
use crate::eval::transcripts::{self, Units};
use crate::labels::{Annotation, Labels, NONE, Remark, Shape};
use crate::matching::Panel;

/// How many raters have to mark a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quorum {
    /// So many; absent, more than half of those who saw the item.
    pub raters: Option<u32>,
    /// Least intersection over union of boxes that mean the same.
    pub overlap: f64,
}

/// Names of what settles places: beside [`super::METHODS`] on the command line.
pub const PLACED: [&str; 2] = ["quorum", "rover"];

/// Cells of one alignment, at most: longer transcripts are left out, and counted.
const MOST_CELLS: usize = 1 << 26;
/// Offsets a second: segments of time vote on a grid.
const PER_SECOND: f64 = 1e6;

/// Annotations of an item.
type OfItem<'a> = BTreeMap<u32, Vec<&'a Annotation>>;

/// Named annotations that a test admits, by item in order of its name.
fn by_item(labels: &Labels, test: impl Fn(&Annotation) -> bool) -> Vec<(u32, Vec<&Annotation>)> {
    let named = |at: &&Annotation| at.item != NONE && at.rater != NONE && test(at);
    let mut of: OfItem<'_> = BTreeMap::new();
    for at in labels.annotations.iter().filter(named) {
        of.entry(at.item).or_default().push(at);
    }
    let mut items: Vec<_> = of.into_iter().collect();
    items.sort_by_key(|(item, _)| (labels.item_name(*item), *item));
    items
}

/// The form of what was settled.
fn form(
    panel: &Panel,
    method: &str,
    of: &str,
    labels: Vec<Chosen<'static>>,
    votes: u64,
) -> ConsensusForm {
    let names: std::collections::BTreeSet<&str> =
        labels.iter().map(|chosen| &*chosen.label).filter(|name| !name.is_empty()).collect();
    ConsensusForm {
        schema: ConsensusForm::SCHEMA.to_owned(),
        method: method.to_owned(),
        of: of.to_owned(),
        classes: names.into_iter().map(str::to_owned).collect(),
        votes,
        tied: labels.iter().filter(|chosen| chosen.tied).count() as u64,
        rounds: None,
        clamped: false,
        gold: None,
        raters: Vec::new(),
        behaviours: None,
        not_looked_for: Vec::new(),
        labels: labels.into(),
        findings: panel.remarks.findings(&panel.labels).into_card(),
    }
}

/// The boxes and spans that enough raters marked, item by item in order of name.
///
/// - A box has the median of each edge; a span is the stretch that enough raters gave one class,
///   in the unit of the delivery (seconds for segments of time).
pub fn by_quorum(panel: &Panel, quorum: Quorum) -> ConsensusForm {
    let labels = &panel.labels;
    let mut seen: BTreeMap<u32, u32> = BTreeMap::new();
    for (_, item) in &panel.seen {
        *seen.entry(*item).or_default() += 1;
    }
    let marks = by_item(labels, |at| at.class != NONE && (at.rect != NONE || is_span(at)));
    let mut chosen = Vec::new();
    for (item, marks) in &marks {
        let raters = seen.get(item).copied().unwrap_or(1).max(1);
        let least = quorum.raters.unwrap_or(raters / 2 + 1) as usize;
        let from = chosen.len();
        chosen.extend(boxes(labels, marks, quorum.overlap, least, raters));
        chosen.extend(spans(labels, marks, least, raters));
        for (row, number) in chosen[from..].iter_mut().zip(1..) {
            row.item = format!("{}#{number:06}", labels.item_name(*item)).into();
        }
    }
    let votes = marks.iter().map(|(_, marks)| marks.len() as u64).sum();
    form(panel, PLACED[0], "marks", chosen, votes)
}

fn is_span(at: &Annotation) -> bool {
    matches!(at.shape, Shape::Span(_) | Shape::Segment(_))
}

fn boxes(
    labels: &Labels,
    marks: &[&Annotation],
    overlap: f64,
    least: usize,
    raters: u32,
) -> Vec<Chosen<'static>> {
    let marked = |at: &&Annotation| {
        let rect = labels.rect(at).filter(|rect| rect.is_finite())?;
        Some(MarkedBox { rater: at.rater, class: at.class, edges: rect.bounds() })
    };
    let marked: Vec<MarkedBox> = marks.iter().filter_map(marked).collect();
    let settled = consensus_boxes(&marked, overlap, least);
    let chosen = settled.into_iter().map(|settled| Chosen {
        item: Cow::default(),
        label: labels.class_name(settled.class).to_owned().into(),
        share: settled.members.len() as f64 / f64::from(raters),
        tied: settled.tied,
        edges: Some(settled.edges),
        span: None,
        text: None,
    });
    chosen.collect()
}

fn spans(
    labels: &Labels,
    marks: &[&Annotation],
    least: usize,
    raters: u32,
) -> Vec<Chosen<'static>> {
    let place = |at: &&Annotation| -> Option<(bool, MarkedSpan)> {
        let (time, start, end) = match at.shape {
            Shape::Span(span) => {
                let span = labels.spans[span as usize];
                (false, u64::try_from(span.start).ok()?, u64::try_from(span.end).ok()?)
            }
            Shape::Segment(run) => {
                let [start, end] = labels.numbers[run.range()] else { return None };
                // A length beyond a century is none.
                let tick = |at: f64| (0.0..4e9).contains(&at).then_some((at * PER_SECOND) as u64);
                (true, tick(start)?, tick(end)?)
            }
            _ => return None,
        };
        Some((time, MarkedSpan { class: at.class, start, end, rater: at.rater }))
    };
    let marked: Vec<(bool, MarkedSpan)> = marks.iter().filter_map(place).collect();
    let mut chosen = Vec::new();
    for time in [false, true] {
        let of_kind = marked.iter().filter(|(is_time, _)| *is_time == time);
        let of_kind: Vec<MarkedSpan> = of_kind.map(|(_, span)| *span).collect();
        let unit = if time { PER_SECOND } else { 1.0 };
        chosen.extend(consensus_spans(&of_kind, least).into_iter().map(|span| Chosen {
            item: Cow::default(),
            label: labels.class_name(span.class).to_owned().into(),
            share: span.least as f64 / f64::from(raters),
            tied: false,
            edges: None,
            span: Some([span.start as f64 / unit, span.end as f64 / unit]),
            text: None,
        }));
    }
    chosen
}

/// One transcript an item by ROVER. Each Han character, kana or Hangul syllable is a word.
///
/// - `share`: of the aligned words of all transcripts, those that say what the consensus says.
pub fn by_rover(panel: &mut Panel) -> ConsensusForm {
    let labels = &panel.labels;
    let texts = by_item(labels, |at| {
        matches!(at.shape, Shape::Text(_)) || matches!(at.shape, Shape::Class) && at.class != NONE
    });
    let (mut chosen, mut votes, mut long) = (Vec::new(), 0, Vec::new());
    for (item, texts) in &texts {
        let mut by_rater: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for at in texts {
            let text = match at.shape {
                Shape::Text(run) => labels.text_of(run),
                _ => labels.class_name(at.class),
            };
            by_rater.entry(labels.raters.name(at.rater)).or_default().extend(words(text));
        }
        let said: Vec<Vec<&str>> = by_rater.into_values().collect();
        // The network grows to all words at worst.
        let all: usize = said.iter().map(Vec::len).sum();
        let longest = said.iter().map(Vec::len).max().unwrap_or(0);
        if (all + 1).saturating_mul(longest + 1) > MOST_CELLS {
            long.push(Remark::item(code::TOO_LARGE, labels, *item, format!("{all} words")));
            continue;
        }
        votes += said.len() as u64;
        let settled = rover(&said);
        chosen.push(Chosen {
            item: labels.item_name(*item).to_owned().into(),
            label: Cow::default(),
            share: shared(&settled, &said),
            tied: false,
            edges: None,
            span: None,
            text: Some(joined(&settled).into()),
        });
    }
    long.into_iter().for_each(|remark| panel.remarks.add(remark));
    form(panel, PLACED[1], "texts", chosen, votes)
}

/// Signs that are words by themselves: Han, kana, Hangul.
fn is_word(sign: char) -> bool {
    matches!(sign, '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for chunk in text.split_whitespace() {
        let mut from = 0;
        for (at, sign) in chunk.char_indices().filter(|(_, sign)| is_word(*sign)) {
            words.extend(Some(&chunk[from..at]).filter(|word| !word.is_empty()));
            from = at + sign.len_utf8();
            words.push(&chunk[at..from]);
        }
        words.extend(Some(&chunk[from..]).filter(|word| !word.is_empty()));
    }
    words
}

/// Words as a text: none of two signs that are words stands apart from the other.
fn joined(words: &[&str]) -> String {
    let is_sign = |word: &str| word.chars().next().is_some_and(is_word);
    let mut text = String::new();
    for (at, word) in words.iter().enumerate() {
        if at > 0 && !(is_sign(words[at - 1]) && is_sign(word)) {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

fn shared(settled: &[&str], said: &[Vec<&str>]) -> f64 {
    let reference = settled.join(" ");
    let pairs: Vec<(&str, String)> =
        said.iter().map(|words| (reference.as_str(), words.join(" "))).collect();
    let errors = transcripts::total(&transcripts::errors(&pairs, Units::Words));
    errors.match_error_rate().map_or(0.0, |rate| 1.0 - rate)
}

#[cfg(test)]
mod tests {
    use shujian_core::Limits;

    use super::*;
    use crate::formats::read_bytes;

    fn panel(name: &str, text: &str) -> Panel {
        Panel::of(read_bytes(name, text.as_bytes(), &Limits::default()).labels)
    }

    #[test]
    fn spans_that_two_of_three_marked_stand() {
        let text = r#"{"id":1,"text":"abcdefghij","annotations":[
            {"label":"X","start_offset":0,"end_offset":5,"user":1},
            {"label":"X","start_offset":1,"end_offset":6,"user":2},
            {"label":"Y","start_offset":7,"end_offset":9,"user":3}]}"#
            .replace('\n', " ");
        let panel = panel("d.jsonl", &text);
        let form = by_quorum(&panel, Quorum { raters: None, overlap: 0.5 });
        assert_eq!((form.labels.len(), form.votes), (1, 3));
        let first = form.labels.row(0);
        assert_eq!((first.span, &*first.label), (Some([1.0, 5.0]), "X"));
        let one = by_quorum(&panel, Quorum { raters: Some(1), overlap: 0.5 });
        assert_eq!(one.labels.len(), 2);
    }

    #[test]
    fn transcripts_of_three_are_one_in_either_script() {
        let mut csv = panel(
            "t.csv",
            "item,worker,text\n1,a,the cat sat\n1,b,the mat sat\n1,c,the cat sat down\n\
             2,a,今天天气好\n2,b,今天天汽好\n2,c,今天天气真好\n",
        );
        let form = by_rover(&mut csv);
        let texts: Vec<_> = form.labels.iter().filter_map(|chosen| chosen.text).collect();
        assert_eq!(texts, ["the cat sat", "今天天气好"]);
        assert!(form.labels.shares().all(|share| (0.5..1.0).contains(&share)));
        assert_eq!(joined(&words("我 love你们 v2")), "我 love 你们 v2");
    }
}
