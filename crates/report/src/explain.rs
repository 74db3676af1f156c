//! Why a number is what it is, and what a finding code means.

use std::fmt::Write;

use shujian_core::Fen;
use shujian_core::card::{Assessment, Axis, Band, Card, Gate, GateStatus, Metric, Partition, Term};
use shujian_core::codes::Code;

use crate::place;
use crate::screen::{clean, points};
use crate::text::{counts, unit};
use crate::verdict::spell_capped;
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

/// What can be explained, with its value, and whether the card is as it was written.
pub fn overview(card: &Card, view: &View) -> String {
    let lang = view.lang;
    let mut text = seal(card, lang);
    for topic in topics(card) {
        writeln!(text, "{topic}  {}", values(card, &topic, lang)).expect("writing to memory");
    }
    text
}

/// Whether a card matches its digest.
pub fn is_sealed(card: &Card) -> bool {
    card.digest == card.compute_digest()
}

/// What the digest says of a card; a card that was changed says so in both languages.
fn seal(card: &Card, lang: Lang) -> String {
    if is_sealed(card) {
        return format!("{}\n\n", lang.of(words::SEALED));
    }
    format!("{}\n{}\n\n", words::TAMPERED.zh, words::TAMPERED.en)
}

/// The values of a topic, one a partition, on one line.
fn values(card: &Card, topic: &str, lang: Lang) -> String {
    let score =
        |axis: &Axis| axis.score_centi.map_or_else(|| lang.of(words::UNKNOWN).to_owned(), points);
    if let Some(assessment) = &card.assessment {
        match topic {
            "scale" => return score(&assessment.scale),
            "value-density" => return score(&assessment.value_density),
            "effect" => return score(&assessment.effect),
            "gates" => {
                let passed = |gate: &&Gate| gate.status == GateStatus::Passed;
                let passed = assessment.gates.iter().filter(passed).count();
                return format!("{} {passed}/{}", lang.of(words::PASSED), assessment.gates.len());
            }
            "award" => {
                let payable = assessment.award.payable_fen.map(Fen::brief);
                return payable.unwrap_or_else(|| lang.of(words::UNKNOWN).to_owned());
            }
            _ => {}
        }
        let metric = |partition: &Partition| partition.metrics.iter().any(|at| at.name == topic);
        let loss = assessment.losses.iter().find(|loss| loss.name == topic);
        if let Some(loss) = loss.filter(|_| !card.partitions.iter().any(metric)) {
            return fill(lang.of(words::LOST), &[&points(loss.points_centi)]);
        }
    }
    let metrics = card.partitions.iter().flat_map(|partition| &partition.metrics);
    let mut seen: Vec<String> = Vec::new();
    for metric in metrics.filter(|metric| metric.name == topic) {
        let value = metric.value.map_or_else(|| "–".to_owned(), |value| format!("{value:.4}"));
        let value = format!("{value} {}", unit(&metric.unit, lang));
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen.join("; ")
}

/// What of a card can be explained: its metrics, axes, gates and award, and what cost points.
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
    let losses = card.assessment.iter().flat_map(|assessment| &assessment.losses);
    for name in losses.map(|loss| &loss.name) {
        if !topics.contains(name) {
            topics.push(name.clone());
        }
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
            "scale" => {
                text.push_str(&of_axis(words::SCALE, &assessment.scale, &scale_sum, lang));
            }
            "value-density" => {
                let axis = &assessment.value_density;
                text.push_str(&of_axis(words::DENSITY, axis, &density_sum, lang));
            }
            "effect" => {
                text.push_str(&of_axis(words::EFFECT, &assessment.effect, &weighed, lang));
            }
            "gates" => text.push_str(&of_gates(assessment, lang)),
            "award" => text.push_str(&of_award(assessment, lang)),
            _ => {
                text.push_str(&of_gate_code(assessment, topic, lang));
                text.push_str(&of_cause(card, assessment, topic, lang));
            }
        }
        text.push_str(&of_floor(assessment, topic, lang));
    }
    (!text.is_empty()).then(|| seal(card, lang) + &text)
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
        let at = card.places.get(id).map(|at| place::spell(at, lang)).unwrap_or_default();
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

/// The largest family and what the further ones add to it.
fn scale_sum(terms: &[Term]) -> String {
    let (further, families): (Vec<&Term>, Vec<&Term>) =
        terms.iter().partition(|term| term.name == "further-families");
    let first = families.iter().filter_map(|term| term.value).fold(0.0, f64::max);
    let further = further.first().and_then(|term| term.value);
    further.map_or_else(|| format!("{first:.4}"), |more| format!("({first:.4} + {more:.4})"))
}

/// The weighed means of the partitions times the root of what is retained.
fn density_sum(terms: &[Term]) -> String {
    let means: Vec<Term> =
        terms.iter().filter(|term| term.name.ends_with("/mean")).cloned().collect();
    let kept = terms.iter().find(|term| term.name == "retention").and_then(|term| term.value);
    format!("{} × {:.4}", weighed(&means), kept.unwrap_or(0.0))
}

fn weighed(terms: &[Term]) -> String {
    let product = |term: &Term| format!("{:.4}×{:.4}", term.weight, term.value.unwrap_or(0.0));
    format!("({})", terms.iter().map(product).collect::<Vec<_>>().join(" + "))
}

/// An axis with its terms and, last, the sum that `sum` spells.
fn of_axis(
    name: shujian_core::Bilingual,
    axis: &Axis,
    sum: &dyn Fn(&[Term]) -> String,
    lang: Lang,
) -> String {
    let score = axis.score_centi.map_or_else(|| lang.of(words::UNKNOWN).to_owned(), points);
    let weight = axis.weight_centi.to_string();
    let score = fill(lang.of(words::SCORE), &[&score, &weight]);
    let mut text = format!("{} · {score}\n", lang.of(name));
    if axis.terms.iter().any(|term| term.formula.contains("r(")) {
        line_of(&mut text, "", lang.of(words::RAMP));
    }
    if axis.terms.is_empty() {
        line_of(&mut text, lang.of(words::UNKNOWN), lang.of(words::NO_EVIDENCE));
    }
    axis.terms.iter().for_each(|term| text.push_str(&of_term(term, lang)));
    if let Some(score) = axis.score_centi.filter(|_| !axis.terms.is_empty()) {
        let said = format!("= 100 × {} = {}", sum(&axis.terms), points(score));
        line_of(&mut text, &words::topic("score", lang), &said);
    }
    text
}

/// A term with its formula, value and weight.
fn of_term(term: &Term, lang: Lang) -> String {
    let value = term.value.map_or_else(|| "–".to_owned(), |value| format!("{value:.4}"));
    let weight = fill(lang.of(words::WEIGHT), &[&format!("{:.4}", term.weight)]);
    let formula = &term.formula;
    let mut text = String::new();
    line_of(&mut text, &term_name(&term.name, lang), &format!("= {formula} = {value}  {weight}"));
    if let Some(note) = &term.note {
        line_of(&mut text, "  ", lang.text(note));
    }
    text
}

/// A cause of lost points, by its name in the card or on the screen: its points, what to do, and the
/// terms and counts it stands for.
fn of_cause(card: &Card, assessment: &Assessment, topic: &str, lang: Lang) -> String {
    let is_asked = |name: &str| name == topic || words::topic(name, lang) == topic;
    let mut text = String::new();
    for loss in assessment.losses.iter().filter(|loss| is_asked(&loss.name)) {
        let name = words::topic(&loss.name, lang);
        let lost = fill(lang.of(words::LOST), &[&points(loss.points_centi)]);
        writeln!(text, "{name} · {lost}").expect("writing to memory");
        line_of(&mut text, lang.of(words::CODE_FIX), lang.text(&loss.advice));
    }
    for axis in [&assessment.scale, &assessment.value_density, &assessment.effect] {
        let last = |term: &&Term| is_asked(term.name.rsplit('/').next().unwrap_or(&term.name));
        for term in axis.terms.iter().filter(last) {
            text.push_str(&of_term(term, lang));
        }
    }
    if is_asked("factor") {
        for part in &card.partitions {
            let counts = [part.units_novel, part.units_effective].map(|units| units.to_string());
            let [low, point] = [part.factor.low, part.factor.point].map(|at| format!("{at:.4}"));
            let said = [&counts[0], &low, &counts[1], &point].map(String::as_str);
            line_of(&mut text, &part.name, &fill(lang.of(words::FACTOR), &said));
        }
    }
    if is_asked("duplicates") || is_asked("retention") {
        line_of(&mut text, lang.of(words::RECORDS), &counts(&card.records, lang));
    }
    text
}

/// One gate, by its code.
fn of_gate_code(assessment: &Assessment, code: &str, lang: Lang) -> String {
    let asked = assessment.gates.iter().filter(|gate| gate.code.eq_ignore_ascii_case(code));
    asked.map(|gate| of_gate(gate, lang)).collect()
}

/// What the axis costs the grade, where it is too weak.
fn of_floor(assessment: &Assessment, axis: &str, lang: Lang) -> String {
    match &assessment.capped {
        Some(capped) if capped.weak.iter().any(|weak| weak.axis == axis) => {
            format!("  {}\n", spell_capped(capped, lang))
        }
        _ => String::new(),
    }
}

/// A term in the language: its partition stays as it is.
fn term_name(name: &str, lang: Lang) -> String {
    match name.rsplit_once('/') {
        Some((partition, term)) => format!("{}/{}", clean(partition), words::topic(term, lang)),
        None => words::topic(name, lang),
    }
}

fn of_gates(assessment: &Assessment, lang: Lang) -> String {
    assessment.gates.iter().map(|gate| of_gate(gate, lang)).collect()
}

fn of_gate(gate: &Gate, lang: Lang) -> String {
    let status = match gate.status {
        GateStatus::Passed => words::PASSED,
        GateStatus::Correct => words::CORRECT,
        GateStatus::Failed => words::FAILED,
        GateStatus::NotDecided => words::NOT_DECIDED,
    };
    let name = format!("{} {} · {}", gate.code, lang.text(&gate.title), lang.of(status));
    let mut text = String::new();
    line_of(&mut text, &name, lang.text(&gate.reason));
    text
}

fn of_award(assessment: &Assessment, lang: Lang) -> String {
    let mut text = match (&assessment.award.undecided, assessment.award.payable_fen) {
        (Some(reason), _) => fill(lang.of(words::AMOUNT_OPEN), &[lang.text(reason)]),
        (None, Some(payable)) => fill(lang.of(words::AMOUNT), &[&payable.brief()]),
        (None, None) => fill(lang.of(words::AMOUNT_OPEN), &[lang.of(words::UNKNOWN)]),
    };
    text.push('\n');
    for step in &assessment.award.trace {
        let rule = lang.text(&step.rule);
        let amount = step.amount_fen.brief();
        let said = match step.limit_fen {
            Some(limit) => fill(lang.of(words::STEP), &[rule, &limit.brief(), &amount]),
            None => format!("{rule} → {amount}"),
        };
        writeln!(text, "  {}", clean(&said)).expect("writing to memory");
        let source = step.source.as_ref().map_or(step.citation.as_str(), |text| lang.text(text));
        line_of(&mut text, &format!("  {}", lang.of(words::CITATION)), source);
    }
    if let Some(capped) = &assessment.capped {
        writeln!(text, "  {}", spell_capped(capped, lang)).expect("writing to memory");
    }
    if let Some(panel) = &assessment.panel {
        line_of(&mut text, lang.of(words::PANEL), lang.text(panel));
    }
    text.push_str(&of_bands(assessment, lang));
    text
}

/// The bands of the rubric, so that a total can be read without it.
fn of_bands(assessment: &Assessment, lang: Lang) -> String {
    if assessment.bands.is_empty() {
        return String::new();
    }
    let spell = |band: &Band| {
        let (grade, from) = (format!("{:?}", band.grade), points(band.from_centi));
        fill(lang.of(words::BAND), &[&grade, &from, &band.nominal_fen.brief()])
    };
    let bands: Vec<String> = assessment.bands.iter().map(spell).collect();
    let mut text = String::new();
    line_of(&mut text, lang.of(words::BANDS), &bands.join(" · "));
    if let Some(floor) = &assessment.axis_floor {
        let (from, grade) = (points(floor.from_centi), format!("{:?}", floor.grade));
        writeln!(text, "  {}", fill(lang.of(words::FLOOR), &[&from, &grade]))
            .expect("writing to memory");
    }
    text
}
