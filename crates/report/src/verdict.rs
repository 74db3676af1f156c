//! The part of the screen that decides: grade, total, amount, axes, and what is still in reach.

use shujian_core::card::{Assessment, Axis, Card, GateStatus, Grade, Reachable};
use shujian_core::{Bilingual, Fen};

use crate::Lang;
use crate::screen::{COLUMNS, bar, fit, points, right, width};
use crate::text::{bold, listed};
use crate::words::{self, fill};

/// Lines of grades within reach.
const MOST_REACH: usize = 2;
/// Lines on the panel.
const MOST_PANEL: usize = 2;

/// Grade and amount, remarks on them, axes.
pub(crate) fn lines(card: &Card, assessment: &Assessment, lang: Lang) -> Vec<String> {
    let mut lines = vec![String::new(), headline(card, assessment, lang)];
    if card.is_forecast() {
        lines.push(format!("  {}", lang.of(words::FORECAST)));
    }
    if assessment.grade == Some(Grade::None) && !failed(assessment) {
        lines.push(format!("  {}", lang.of(words::BELOW)));
    }
    if let Some(panel) = &assessment.panel {
        lines.extend(listed(lang.of(words::PANEL), lang.text(panel), MOST_PANEL));
    }
    if card.is_beyond_measure() {
        lines.push(format!("  {}", lang.of(words::BEYOND)));
    } else if !failed(assessment) && assessment.panel.is_none() {
        let most = MOST_REACH - usize::from(card.is_forecast());
        lines.extend(reach(assessment, most, lang));
    }
    lines.push(String::new());
    let reason = if card.is_beyond_measure() { words::NOT_MEASURED } else { words::NO_EVIDENCE };
    for (name, score, reason) in [
        (words::SCALE, &assessment.scale, reason),
        (words::DENSITY, &assessment.value_density, reason),
        (words::EFFECT, &assessment.effect, words::NO_EVIDENCE),
    ] {
        lines.push(axis(lang.of(name), score, lang.of(reason), lang));
    }
    lines
}

fn headline(card: &Card, assessment: &Assessment, lang: Lang) -> String {
    let (low, high) = assessment.score.interval_centi;
    let (low, high) = (points(low), points(high));
    let name = if card.is_forecast() { words::GRADE_FORECAST } else { words::GRADE };
    let mut line = format!("■ {} {}", lang.of(name), lang.of(title(card, assessment)));
    match assessment.score.total_centi {
        _ if card.is_beyond_measure() => {}
        Some(total) => {
            line.push_str("   ");
            line.push_str(&fill(lang.of(words::TOTAL), &[&points(total), &low, &high]));
        }
        None => {
            line.push_str("   ");
            line.push_str(&fill(lang.of(words::TOTAL_OPEN), &[&low, &high]));
        }
    }
    if let Some(payable) = assessment.award.payable_fen {
        let word = if assessment.panel.is_some() { words::PROVISIONAL } else { words::PAYABLE };
        line.push_str("   ");
        line.push_str(&fill(lang.of(word), &[&yuan(payable)]));
    }
    line
}

/// An amount as people read it: no decimals where there are none.
fn yuan(amount: Fen) -> String {
    let spelt = amount.to_string();
    spelt.strip_suffix(".00").map_or(spelt.clone(), str::to_owned)
}

fn failed(assessment: &Assessment) -> bool {
    assessment.gates.iter().any(|gate| gate.status == GateStatus::Failed)
}

/// Name of the grade, or why there is none.
fn title(card: &Card, assessment: &Assessment) -> Bilingual {
    match assessment.grade {
        Some(Grade::A) => words::GRADE_A,
        Some(Grade::B) => words::GRADE_B,
        Some(Grade::C) => words::GRADE_C,
        Some(Grade::D) => words::GRADE_D,
        Some(Grade::None) if failed(assessment) => words::GRADE_GATE,
        Some(Grade::None) => words::GRADE_NONE,
        None if card.is_beyond_measure() => words::GRADE_BEYOND,
        None => words::GRADE_OPEN,
    }
}

/// What more effect would lead to: every grade while it is unknown, else the next one.
fn reach(assessment: &Assessment, most: usize, lang: Lang) -> Vec<String> {
    let known = assessment.effect.score_centi;
    let better = |step: &&Reachable| {
        step.grade != Grade::None
            && assessment.grade.is_none_or(|grade| step.grade < grade)
            && known.is_none_or(|effect| step.effect_from_centi > effect)
    };
    let steps: Vec<String> = assessment
        .reachable
        .iter()
        .filter(better)
        .map(|step| {
            let grade = format!("{:?}", step.grade);
            let from = points(step.effect_from_centi);
            fill(lang.of(words::REACH), &[&from, &grade, &yuan(step.nominal_fen)])
        })
        .collect();
    match (known, steps.first()) {
        (None, None) => vec![bold(lang.of(words::REACH_NOTHING))],
        (None, Some(_)) => {
            let mut lines = packed(&steps, COLUMNS - 4);
            lines.truncate(most);
            let lines = lines.into_iter().map(|line| format!("    {line}"));
            std::iter::once(bold(lang.of(words::REACHABLE))).chain(lines).collect()
        }
        (Some(_), Some(step)) => vec![format!("  {}{step}", lang.of(words::REACH_NEXT))],
        (Some(_), None) => Vec::new(),
    }
}

/// Items side by side, as many as fit, never broken.
fn packed(items: &[String], columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for item in items {
        match lines.last_mut() {
            Some(line) if width(line) + 3 + width(item) <= columns => {
                line.push_str("   ");
                line.push_str(item);
            }
            _ => lines.push(item.clone()),
        }
    }
    lines
}

fn axis(name: &str, axis: &Axis, reason: &str, lang: Lang) -> String {
    let name = fit(name, 14);
    let weight = axis.weight_centi;
    match axis.score_centi {
        Some(score) => {
            format!("  {name}{}  {}  × {weight} %", right(&points(score), 7), bar(score, 40))
        }
        None => {
            let unknown = lang.of(words::UNKNOWN);
            format!("  {name}{}  {}  × {weight} %", right(unknown, 7), fit(reason, 40))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_drop_idle_decimals_only() {
        assert_eq!(yuan(Fen(60_000_000)), "¥600,000");
        assert_eq!(yuan(Fen(60_000_010)), "¥600,000.10");
    }

    #[test]
    fn items_are_never_broken() {
        let items = ["aaaa", "bbbb", "cccc"].map(str::to_owned);
        assert_eq!(packed(&items, 11), ["aaaa   bbbb", "cccc"]);
    }
}
