//! Layer two: what share of the novel content is language worth counting, from the sample.

use rayon::prelude::*;
use shujian_core::card::Interval;
use shujian_core::{ContentId, Findings};

use super::fold::{self, Token};
use super::frames::Frames;
use super::metrics::{METRICS, View};
use super::order::{Grams, Order};
use super::rubbish;
use super::sign::fold_fields;
use crate::columns::{PartitionPlan, Role};
use crate::metric::Measurement;
use crate::sample::Sample;

/// Records that retain less than this share stay out of the statistics.
const LEAST_NOVELTY: f64 = 0.25;
/// Words of credited text from which they are evidence enough.
const EVIDENCE_WORDS: f64 = 30_000.0;

/// Gain of pairs below which text counts nothing, and from which wholly.
const PAIRS: (f64, f64) = (0.20, 0.35);
/// The same of triples over chained pairs.
const CHAINS: (f64, f64) = (0.18, 0.24);
/// Share of characters in words seen nowhere else up to which text counts wholly, and from which
/// not at all.
const UNKNOWN: (f64, f64) = (0.5, 0.8);
/// Share of a record in frames up to which it counts wholly, and from which not at all. Lower bounds
/// would pay for light edits, which break the frames of honest forms.
const FRAMED: (f64, f64) = (0.5, 0.75);

/// Fillers are looked at apart from one in so many words on.
const LEAST_FILLERS: usize = 100;

/// A record of the sample, folded.
#[derive(Debug)]
pub struct Text<'a> {
    /// Its id.
    pub id: ContentId,
    /// Its text fields.
    pub fields: Vec<&'a str>,
    /// Their tokens.
    pub tokens: Vec<Token>,
    /// Characters submitted.
    pub units: f64,
    /// Share of them that is novel.
    pub novelty: f64,
    /// Whether one record shows by itself that it is no language.
    pub is_rubbish: bool,
    /// Share of the novel characters worth counting.
    pub worth: f64,
    /// Whether the others are judged without it.
    is_dropped: bool,
    /// Order its words show.
    pub order: Order,
    /// Share of it that stands in frames.
    pub framed: f64,
}

impl Text<'_> {
    /// Whether it counts for the statistics.
    pub fn is_live(&self) -> bool {
        !self.is_rubbish && self.novelty >= LEAST_NOVELTY
    }

    /// Whether the statistics of order and frames rest on it.
    fn is_counted(&self) -> bool {
        self.is_live() && !self.is_dropped
    }

    /// Whether it was judged and found to be no language worth counting.
    pub fn is_filler(&self) -> bool {
        self.is_live() && self.worth < 0.25
    }
}

/// `(x - a) / (b - a)`, not below 0, not above 1.
pub fn ramp(x: f64, a: f64, b: f64) -> f64 {
    ((x - a) / (b - a)).clamp(0.0, 1.0)
}

/// The sample's records, folded and judged, by ascending id.
pub fn texts<'a>(
    plan: &PartitionPlan,
    sample: &'a Sample,
    novelty: &dyn Fn(&ContentId) -> f64,
) -> Vec<Text<'a>> {
    let columns: Vec<usize> = (plan.columns.iter().enumerate())
        .filter(|(_, column)| column.role == Role::Text)
        .map(|(at, _)| at)
        .collect();
    let mut room = Vec::new();
    let mut texts: Vec<Text<'a>> = sample
        .iter()
        .map(|(id, sampled)| {
            let fields: Vec<&str> =
                (columns.iter()).filter_map(|&at| sampled.cells.get(at)?.as_deref()).collect();
            let mut tokens = Vec::new();
            fold_fields(fields.iter().copied(), &mut room, &mut tokens);
            let units = tokens.iter().map(|&token| f64::from(fold::characters(token))).sum();
            let judged = rubbish::judge(fields.iter().copied(), !tokens.is_empty(), id.prefix());
            let is_rubbish = judged.is_some();
            let (novelty, order) = (novelty(id).clamp(0.0, 1.0), Order::default());
            Text {
                id: *id,
                fields,
                tokens,
                units,
                novelty,
                is_rubbish,
                worth: 0.0,
                is_dropped: false,
                order,
                framed: 0.0,
            }
        })
        .collect();
    judge(&mut texts);
    if drop_fillers(&mut texts) {
        judge(&mut texts);
    }
    texts
}

/// Judges the records that count by each other.
fn judge(texts: &mut [Text<'_>]) {
    let counted = || texts.iter().filter(|text| text.is_counted());
    let tokens = counted().map(|text| text.tokens.len()).sum();
    let (mut grams, mut frames) = (Grams::with_room(tokens), Frames::with_room(tokens));
    rayon::join(
        || counted().for_each(|text| grams.add(&text.tokens)),
        || counted().for_each(|text| frames.add(&text.tokens)),
    );
    texts.par_iter_mut().filter(|text| text.is_counted()).for_each(|text| {
        text.order = grams.judge(&text.tokens);
        text.framed = frames.share(&text.tokens);
    });
    shrink(texts);
    for text in texts.iter_mut().filter(|text| text.is_counted()) {
        text.worth = worth(&text.order, text.framed);
    }
}

/// Leaves out of the statistics what turned out to be no language; whether it was enough to matter.
///
/// Words at random thin out the pairs, so that the triples of the others seem the more surprising:
/// language must not be judged by fillers.
fn drop_fillers(texts: &mut [Text<'_>]) -> bool {
    let (mut all, mut fillers) = (0, 0);
    for text in texts.iter().filter(|text| text.is_counted()) {
        all += text.tokens.len();
        fillers += if text.is_filler() { text.tokens.len() } else { 0 };
    }
    if fillers == 0 || fillers * LEAST_FILLERS < all {
        return false;
    }
    for text in texts.iter_mut().filter(|text| text.is_filler()) {
        (text.is_dropped, text.worth) = (true, 0.0);
    }
    true
}

/// Records below this many words are judged together with their kind.
const SHORT: usize = 60;

fn shrink(texts: &mut [Text<'_>]) {
    let (mut pairs, mut chains, mut words) = (0.0, 0.0, 0.0);
    for text in texts.iter().filter(|text| text.is_counted() && text.order.words < SHORT) {
        let weight = text.order.words as f64;
        pairs += weight * text.order.pairs;
        chains += weight * text.order.chains;
        words += weight;
    }
    if words == 0.0 {
        return;
    }
    // However strict the order of the others, it does not vouch for shuffled words; chains differ
    // less from language, and little is borrowed for them.
    let (pairs, chains) = ((pairs / words).min(PAIRS.1), chains / words);
    for text in texts.iter_mut().filter(|text| text.is_counted() && text.order.words < SHORT) {
        let order = &mut text.order;
        let own = order.words as f64;
        order.pairs = (own * order.pairs + 10.0 * pairs) / (own + 10.0);
        order.chains = (own * order.chains + 5.0 * chains) / (own + 5.0);
    }
}

fn worth(order: &Order, framed: f64) -> f64 {
    ramp(order.pairs, PAIRS.0, PAIRS.1)
        * ramp(order.chains, CHAINS.0, CHAINS.1)
        * (1.0 - ramp(order.unknown, UNKNOWN.0, UNKNOWN.1))
        * (1.0 - ramp(framed, FRAMED.0, FRAMED.1))
}

/// The factor: mean worth of novel characters, with its 95 % interval.
///
/// The interval is that of a ratio estimator; a sample that holds every record has no sampling
/// error. Little text is little evidence: below 30,000 credited words the lower bound falls with the
/// square of their number.
pub fn factor(texts: &[Text<'_>], rows: u64) -> Interval {
    let weight = |text: &Text<'_>| text.units * text.novelty;
    let all: f64 = texts.iter().map(weight).sum();
    if all <= 0.0 {
        return Interval::exact(0.0);
    }
    let point = texts.iter().map(|text| weight(text) * text.worth).sum::<f64>() / all;
    let squares: f64 = texts.iter().map(|text| (weight(text) * (text.worth - point)).powi(2)).sum();
    let unseen = 1.0 - (texts.len() as f64 / rows.max(1) as f64).min(1.0);
    let margin = 1.96 * (squares * unseen).sqrt() / all;
    let words: f64 =
        (texts.iter()).map(|text| text.tokens.len() as f64 * text.novelty * text.worth).sum();
    let low = (point - margin).max(0.0) * evidence(words).powi(2);
    Interval { low, point, high: (point + margin).min(1.0) }
}

/// What so many credited words are as evidence, 0 to 1.
///
/// Credit goes with its square. Any steeper rise would pay for the few words more that fillers or
/// copies get past the other rules.
fn evidence(words: f64) -> f64 {
    (words / EVIDENCE_WORDS).min(1.0)
}

/// Measures a partition on its sample; `novelty` gives the share of a record's units that is novel.
pub fn measure(
    plan: &PartitionPlan,
    sample: &Sample,
    novelty: &dyn Fn(&ContentId) -> f64,
) -> Measurement {
    let texts = texts(plan, sample, novelty);
    let factor = factor(&texts, plan.rows);
    let view = View::of(&texts);
    let metrics = METRICS.iter().map(|(spec, run)| spec.to_card(&run(&view))).collect();
    Measurement { factor, metrics, findings: findings(&texts, sample, &factor) }
}

fn findings(texts: &[Text<'_>], sample: &Sample, factor: &Interval) -> Findings {
    let mut findings = Findings::default();
    let mut add = |code, test: &dyn Fn(&Text<'_>) -> bool| {
        let found =
            || texts.iter().zip(sample.iter()).filter(|(text, _)| text.is_live() && test(text));
        let count = found().count() as u64;
        if count > 0 {
            let places = found().map(|(_, (_, sampled))| sampled.source.place());
            findings.add_many(code, count, places);
        }
    };
    add("SJ-quality-107", &|text| worth(&text.order, 0.0) < 0.5);
    add("SJ-quality-108", &|text| text.framed > FRAMED.0);
    if factor.low < factor.point * 0.5 {
        findings.add_many("SJ-quality-106", 1, []);
    }
    findings
}
