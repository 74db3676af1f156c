//! Transcripts, tags and spans of two deliveries, put side by side.

use std::borrow::Cow;
use std::collections::BTreeMap;

use shujian_core::finding::Text;

use super::entities::{Counts, Report, SCHEMES, Scheme, Tagged};
use super::form::{ClassForm, Measured, PartForm, Sides, measures, note};
use super::partners::Partners;
use super::transcripts::{self, Errors, Units};
use crate::labels::{Annotation, Labels, NONE, Shape};

/// Annotations of each item that a test admits, in file order.
struct ByItem {
    /// Item `i` has `order[starts[i]..starts[i + 1]]`.
    order: Vec<u32>,
    starts: Vec<u32>,
    /// Items with any.
    items: u64,
}

impl ByItem {
    fn of(labels: &Labels, test: impl Fn(&Annotation) -> bool) -> Self {
        let (mut order, mut starts) = labels.by_item();
        let (mut kept, mut items) = (0, 0);
        for item in 0..labels.items.len() {
            let range = std::mem::replace(&mut starts[item], kept as u32)..starts[item + 1];
            let before = kept;
            for at in range {
                let annotation = order[at as usize];
                if test(&labels.annotations[annotation as usize]) {
                    order[kept] = annotation;
                    kept += 1;
                }
            }
            items += u64::from(kept > before);
        }
        if let Some(last) = starts.last_mut() {
            *last = kept as u32;
        }
        order.truncate(kept);
        Self { order, starts, items }
    }

    /// Those of an item; none for an item that is not there.
    fn get(&self, item: u32) -> &[u32] {
        let at = item as usize;
        match (self.starts.get(at), self.starts.get(at.wrapping_add(1))) {
            (Some(&from), Some(&to)) => &self.order[from as usize..to as usize],
            _ => &[],
        }
    }

    /// Items with any, and their annotations.
    fn iter(&self) -> impl Iterator<Item = (u32, &[u32])> {
        let all = (0..self.starts.len() as u32 - 1).map(|item| (item, self.get(item)));
        all.filter(|(_, on_item)| !on_item.is_empty())
    }
}

/// That found labels are of items the truth does not know.
pub(super) fn unknown_items(count: u64) -> Option<Text> {
    note(
        count,
        "{} 条标注所属的条目不在参考答案中：已略去",
        "{} labels are of items that the truth does not know: left out",
    )
}

/// That items were paired by their order.
fn by_order(partners: &Partners) -> Option<Text> {
    let (zh, en) = (
        "两边没有相同的条目名：按先后配对",
        "no item has the same name on both sides: paired by their order",
    );
    note(u64::from(partners.in_order), zh, en)
}

/// Error rates of words and characters.
pub(super) fn transcripts(sides: &Sides<'_>) -> Vec<PartForm> {
    of_units(sides, Units::Both)
}

/// Error rates of words alone.
pub(super) fn words(sides: &Sides<'_>) -> Vec<PartForm> {
    of_units(sides, Units::Words)
}

/// Error rate of characters alone.
pub(super) fn characters(sides: &Sides<'_>) -> Vec<PartForm> {
    of_units(sides, Units::Characters)
}

/// Error rates; several texts of an item are one, in file order.
fn of_units(sides: &Sides<'_>, units: Units) -> Vec<PartForm> {
    let (a, b) = (sides.truth, sides.found);
    let is_text = |at: &Annotation| match at.shape {
        Shape::Text(_) => true,
        // The label of a table may be a text; only who asks can tell.
        Shape::Class => sides.is_named,
        _ => false,
    };
    let (references, hypotheses) = (ByItem::of(a, is_text), ByItem::of(b, is_text));
    if references.items == 0 {
        return Vec::new();
    }
    let partners = Partners::items_in_order(a, b);
    let other = partners.reversed(a.items.len());
    let mut taken = 0;
    let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = references
        .iter()
        .map(|(item, texts)| {
            let theirs = hypotheses.get(other[item as usize]);
            taken += u64::from(!theirs.is_empty());
            (joined(a, texts), joined(b, theirs))
        })
        .collect();
    let errors = transcripts::sum(&pairs, units);
    let missing = references.items - taken;
    let notes = [
        by_order(&partners),
        note(
            missing,
            "{} 个条目没有转写：整段计为漏词",
            "{} items have no transcript: every word counts as left out",
        ),
        note(
            errors.empty_references,
            "{} 个参考文本为空：不计入错误率，所多的词另列",
            "{} references are empty: left out of the rates, their words are told apart",
        ),
    ];
    vec![PartForm {
        of: Measured::Transcripts,
        truths: references.items,
        found: taken,
        left_out: hypotheses.items - taken,
        measures: measures(of_errors(&errors, units)),
        by_class: Vec::new(),
        notes: notes.into_iter().flatten().collect(),
    }]
}

fn of_errors(errors: &Errors, units: Units) -> Vec<(&'static str, Option<f64>)> {
    let count = |count: u64| Some(count as f64);
    let mut rows = Vec::new();
    if units != Units::Characters {
        rows.push(("WER", errors.word_error_rate()));
    }
    if units != Units::Words {
        rows.push(("CER", errors.character_error_rate()));
    }
    if units != Units::Characters {
        rows.extend([
            ("MER", errors.match_error_rate()),
            ("WIL", errors.information_lost()),
            ("WIP", errors.information_preserved()),
            ("words", count(errors.words.reference())),
            ("changed", count(errors.words.changed)),
            ("left-out", count(errors.words.left_out)),
            ("put-in", count(errors.words.put_in)),
            ("words-of-nothing", count(errors.words_of_nothing)),
        ]);
    }
    rows
}

fn joined<'a>(labels: &'a Labels, texts: &[u32]) -> Cow<'a, str> {
    let text = |&at: &u32| {
        let at = &labels.annotations[at as usize];
        match at.shape {
            Shape::Text(run) => labels.text_of(run),
            _ => labels.class_name(at.class),
        }
    };
    match texts {
        [] => Cow::Borrowed(""),
        [one] => Cow::Borrowed(text(one)),
        several => Cow::Owned(several.iter().map(text).collect::<Vec<_>>().join(" ")),
    }
}

/// F1 of entities in tags, and of spans.
pub(super) fn entities(sides: &Sides<'_>) -> Vec<PartForm> {
    [tags(sides), spans(sides)].into_iter().flatten().collect()
}

fn tags(sides: &Sides<'_>) -> Option<PartForm> {
    let (a, b) = (sides.truth, sides.found);
    let is_tags = |at: &Annotation| matches!(at.shape, Shape::Tags(_));
    let (gold, theirs) = (ByItem::of(a, is_tags), ByItem::of(b, is_tags));
    if gold.items == 0 {
        return None;
    }
    let partners = Partners::items_in_order(a, b);
    let other = partners.reversed(a.items.len());
    let mut tagged = Tagged::default();
    let mut numbers = |labels: &Labels| -> Vec<u32> {
        labels.tag_names.iter().map(|name| tagged.tag(name.as_bytes())).collect()
    };
    let (ours, others) = (numbers(a), numbers(b));
    // A token nobody tagged is outside of every entity.
    let outside = tagged.tag(b"O");
    let (mut taken, mut unlike) = (0, 0);
    for (item, of_gold) in gold.iter() {
        let of_other = theirs.get(other[item as usize]);
        taken += u64::from(!of_other.is_empty());
        let mut right = tags_of(b, of_other);
        let before = tagged.tokens();
        for tag in tags_of(a, of_gold) {
            let said = right.next().map_or(outside, |tag| others[tag as usize]);
            tagged.token_of(ours[tag as usize], said);
        }
        let said = tags_of(b, of_other).count();
        unlike += u64::from(!of_other.is_empty() && said != tagged.tokens() - before);
        tagged.end_sequence();
    }
    let missing = gold.items - taken;
    let notes = [
        by_order(&partners),
        note(missing, "{} 个序列没有标签：按 O 计", "{} sequences have no tags: taken as O"),
        note(
            unlike,
            "{} 个序列长短不一：缺的按 O 计，多的不计",
            "{} sequences differ in length: what lacks is taken as O, what is over is left out",
        ),
    ];
    Some(PartForm {
        of: Measured::Entities,
        truths: gold.items,
        found: taken,
        left_out: theirs.items - taken,
        notes: notes.into_iter().flatten().collect(),
        ..of_schemes(&tagged, sides.settings.scheme)
    })
}

/// Tags of some annotations, one after the other.
fn tags_of<'a>(labels: &'a Labels, annotations: &'a [u32]) -> impl Iterator<Item = u32> {
    let runs = annotations.iter().filter_map(|&at| match labels.annotations[at as usize].shape {
        Shape::Tags(run) => Some(&labels.tags[run.range()]),
        _ => None,
    });
    runs.flatten().copied()
}

/// Every scheme's measures, or those of one, over all types and of each.
fn of_schemes(tagged: &Tagged, only: Option<Scheme>) -> PartForm {
    let mut all = Vec::new();
    let mut types: BTreeMap<String, (u64, Rows)> = BTreeMap::new();
    for (name, scheme) in SCHEMES.iter().filter(|row| only.is_none_or(|only| only == row.1)) {
        let report = tagged.score(*scheme);
        all.extend(of_report(&report, &format!("{name}.")));
        for (kind, counts) in &report.by_type {
            let (truths, rows) = types.entry(kind.clone()).or_default();
            *truths = counts.gold.max(*truths);
            rows.extend(of_counts(counts, &format!("{name}.")));
        }
    }
    let of_type = |(class, (truths, rows))| ClassForm { class, truths, measures: measures(rows) };
    PartForm {
        of: Measured::Entities,
        truths: 0,
        found: 0,
        left_out: 0,
        measures: measures(all),
        by_class: types.into_iter().map(of_type).collect(),
        notes: Vec::new(),
    }
}

/// Measures being gathered.
type Rows = Vec<(String, Option<f64>)>;

/// Precision, recall and F1 over all, then the means of F1 over types.
fn of_report(report: &Report, prefix: &str) -> Rows {
    let mut rows = of_counts(&report.micro(), prefix);
    let has = !report.by_type.is_empty();
    rows.push((format!("{prefix}macro-f1"), has.then(|| report.macro_mean().f1)));
    let weighed = report.micro().gold > 0;
    rows.push((format!("{prefix}weighted-f1"), weighed.then(|| report.weighted_mean().f1)));
    rows
}

fn of_counts(counts: &Counts, prefix: &str) -> Rows {
    let f1 = counts.f1();
    let rows = [
        ("precision", counts.other, f1.precision),
        ("recall", counts.gold, f1.recall),
        ("f1", counts.gold + counts.other, f1.f1),
    ];
    rows.map(|(of, whole, value)| (format!("{prefix}{of}"), (whole > 0).then_some(value))).to_vec()
}

/// Spans of equal offsets and class are the same; one of a class that the truth does not know is
/// as wrong as any other.
fn spans(sides: &Sides<'_>) -> Option<PartForm> {
    let (a, b) = (sides.truth, sides.found);
    let is_span = |at: &&Annotation| matches!(at.shape, Shape::Span(_));
    a.annotations.iter().find(is_span)?;
    let partners = Partners::of(a, b);
    let own = |at: &Annotation| key(a, at, at.item, at.class, a);
    let mut gold: Vec<SpanKey<'_>> = a.annotations.iter().filter_map(own).collect();
    let mut left_out = 0;
    let other = |at: &Annotation| {
        let item = partners.item(at.item);
        left_out += u64::from(item.is_none());
        match partners.class(at.class) {
            Some(class) => key(b, at, item?, class, a),
            None => key(b, at, item?, at.class, b),
        }
    };
    let mut theirs: Vec<SpanKey<'_>> =
        b.annotations.iter().filter(is_span).filter_map(other).collect();
    gold.sort_unstable();
    theirs.sort_unstable();
    let report = Report { by_type: tally(&gold, &theirs) };
    let of_type = |(class, counts): (&String, &Counts)| ClassForm {
        class: class.clone(),
        truths: counts.gold,
        measures: measures(of_counts(counts, "")),
    };
    Some(PartForm {
        of: Measured::Spans,
        truths: gold.len() as u64,
        found: theirs.len() as u64,
        left_out,
        measures: measures(of_report(&report, "")),
        by_class: report.by_type.iter().map(of_type).collect(),
        notes: unknown_items(left_out).into_iter().collect(),
    })
}

/// Item, first and last offset, class.
type SpanKey<'a> = (u32, i64, i64, &'a str);

fn key<'a>(
    labels: &Labels,
    at: &Annotation,
    item: u32,
    class: u32,
    named_in: &'a Labels,
) -> Option<SpanKey<'a>> {
    let Shape::Span(span) = at.shape else { return None };
    let span = labels.spans[span as usize];
    (item != NONE).then(|| (item, span.start, span.end, named_in.class_name(class)))
}

/// How many spans of each class either side has, and both; both sides sorted.
fn tally(gold: &[SpanKey<'_>], theirs: &[SpanKey<'_>]) -> BTreeMap<String, Counts> {
    let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
    gold.iter().for_each(|span| counts.entry(span.3.to_owned()).or_default().gold += 1);
    theirs.iter().for_each(|span| counts.entry(span.3.to_owned()).or_default().other += 1);
    let mut rest = theirs;
    for span in gold {
        rest = &rest[rest.partition_point(|other| other < span)..];
        if rest.first() == Some(span) {
            counts.entry(span.3.to_owned()).or_default().both += 1;
            rest = &rest[1..];
        }
    }
    counts
}
