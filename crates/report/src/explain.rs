//! Why a number is what it is, and what a finding code means.

use std::fmt::Write;

use shujian_core::card::{Assessment, Axis, Card, Metric, Partition};
use shujian_core::codes::Code;

use crate::screen::{clean, points};
use crate::text::{place, unit};
use crate::words::{self, fill};
use crate::{Lang, View};

/// Writes down a finding code: what it is, why it occurs, what to do.
pub fn explain_code(code: &Code, view: &View) -> String {
    let lang = view.lang;
    format!(
        "{}  {}\n\n{}  {}\n{}  {}\n",
        code.id,
        lang.of(code.title),
        lang.of(words::CODE_CAUSE),
        lang.of(code.cause),
        lang.of(words::CODE_FIX),
        lang.of(code.fix)
    )
}

/// What of a card can be explained: its metrics, axes, gates and award.
pub fn topics(card: &Card) -> Vec<String> {
    let mut topics: Vec<String> = Vec::new();
    for metric in card.partitions.iter().flat_map(|partition| &partition.metrics) {
        if !topics.contains(&metric.name) {
            topics.push(metric.name.clone());
        }
    }
    topics.sort();
    if card.assessment.is_some() {
        topics.extend(AXES.iter().map(|name| (*name).to_owned()));
    }
    topics
}

const AXES: [&str; 5] = ["scale", "value-density", "effect", "gates", "award"];

/// Writes down everything the card knows about a topic.
///
/// - `None`: the card has no such topic.
pub fn explain_metric(card: &Card, topic: &str, view: &View) -> Option<String> {
    let lang = view.lang;
    let mut text = String::new();
    for partition in &card.partitions {
        for metric in partition.metrics.iter().filter(|metric| metric.name == topic) {
            text.push_str(&of_metric(card, partition, metric, lang));
        }
    }
    if let Some(assessment) = &card.assessment {
        match topic {
            "scale" => text.push_str(&of_axis(words::SCALE, &assessment.scale, lang)),
            "value-density" => {
                text.push_str(&of_axis(words::DENSITY, &assessment.value_density, lang));
            }
            "effect" => text.push_str(&of_axis(words::EFFECT, &assessment.effect, lang)),
            "gates" => text.push_str(&of_gates(assessment, lang)),
            "award" => text.push_str(&of_award(assessment, lang)),
            _ => {}
        }
    }
    (!text.is_empty()).then_some(text)
}

fn of_metric(card: &Card, partition: &Partition, metric: &Metric, lang: Lang) -> String {
    let mut text = format!("{} · {}\n", clean(&metric.name), clean(&partition.name));
    let value = match (metric.value, &metric.undefined) {
        (Some(value), _) => format!("{value} {}", unit(&metric.unit, lang)),
        (None, Some(reason)) => fill(lang.of(words::UNDEFINED), &[lang.text(reason)]),
        (None, None) => lang.of(words::UNKNOWN).to_owned(),
    };
    let side =
        |side: &shujian_core::card::Counted| format!("{} = {}", lang.text(&side.what), side.amount);
    for (name, line) in [
        (words::VALUE, value),
        (words::DEFINITION, lang.text(&metric.definition).to_owned()),
        (words::NUMERATOR, side(&metric.numerator)),
        (words::DENOMINATOR, side(&metric.denominator)),
        (words::NULL_RULE, lang.text(&metric.null_rule).to_owned()),
    ] {
        line_of(&mut text, lang.of(name), &line);
    }
    if metric.evidence.is_empty() {
        line_of(&mut text, lang.of(words::EVIDENCE), lang.of(words::NO_EVIDENCE_RECORDS));
    }
    for id in &metric.evidence {
        let at = card.places.get(id).map(place).unwrap_or_default();
        line_of(&mut text, lang.of(words::EVIDENCE), &format!("{}  {at}", cut_id(id)));
    }
    text.push('\n');
    text
}

fn line_of(text: &mut String, name: &str, line: &str) {
    writeln!(text, "  {name}  {}", clean(line)).expect("writing to memory");
}

fn cut_id(id: &str) -> &str {
    id.get(..16).unwrap_or(id)
}

fn of_axis(name: shujian_core::Bilingual, axis: &Axis, lang: Lang) -> String {
    let score = axis.score_centi.map_or_else(|| lang.of(words::UNKNOWN).to_owned(), points);
    let weight = axis.weight_centi.to_string();
    let score = fill(lang.of(words::SCORE), &[&score, &weight]);
    let mut text = format!("{} · {score}\n", lang.of(name));
    if axis.terms.is_empty() {
        line_of(&mut text, lang.of(words::UNKNOWN), lang.of(words::NO_EVIDENCE));
    }
    for term in &axis.terms {
        let value = term.value.map_or_else(|| "–".to_owned(), |value| format!("{value:.4}"));
        let weight = fill(lang.of(words::WEIGHT), &[&format!("{:.4}", term.weight)]);
        let formula = &term.formula;
        line_of(&mut text, &clean(&term.name), &format!("= {formula} = {value}  {weight}"));
        if let Some(note) = &term.note {
            line_of(&mut text, "  ", lang.text(note));
        }
    }
    text
}

fn of_gates(assessment: &Assessment, lang: Lang) -> String {
    let mut text = String::new();
    for gate in &assessment.gates {
        let status = match gate.status {
            shujian_core::card::GateStatus::Passed => words::PASSED,
            shujian_core::card::GateStatus::Correct => words::CORRECT,
            shujian_core::card::GateStatus::Failed => words::FAILED,
            shujian_core::card::GateStatus::NotDecided => words::NOT_DECIDED,
        };
        let name = format!("{} {} · {}", gate.code, lang.text(&gate.title), lang.of(status));
        line_of(&mut text, &name, lang.text(&gate.reason));
    }
    text
}

fn of_award(assessment: &Assessment, lang: Lang) -> String {
    let mut text = String::new();
    if assessment.award.trace.is_empty() {
        line_of(&mut text, lang.of(words::UNKNOWN), lang.of(words::NO_EVIDENCE));
    }
    for step in &assessment.award.trace {
        line_of(&mut text, &step.amount_fen.to_string(), lang.text(&step.rule));
        line_of(&mut text, lang.of(words::CITATION), &step.citation);
    }
    text
}
