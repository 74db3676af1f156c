//! The part of the screen that decides: grade, total, amount, axes, and what is still in reach.

use shujian_core::Bilingual;
use shujian_core::card::{Assessment, Axis, Capped, Card, GateStatus, Grade, Reachable};

use crate::Lang;
use crate::screen::{COLUMNS, bar, fit, points, right, width};
use crate::text::{bold, listed};
use crate::words::{self, fill};

/// Lines of grades within reach.
const MOST_REACH: usize = 2;
/// Lines on the panel.
const MOST_PANEL: usize = 3;
/// Lines on the amount, on what limits it and on what holds the grade down.
const MOST_GRANT: usize = 2;
/// Columns of a bar.
const BAR: usize = 32;

/// Grade and amount, remarks on them, axes.
pub(crate) fn lines(card: &Card, assessment: &Assessment, lang: Lang) -> Vec<String> {
    let mut lines = vec![String::new(), headline(card, assessment, lang)];
    lines.extend(grant(assessment, lang));
    if let Some(capped) = &assessment.capped {
        lines.extend(held(assessment, capped, lang));
    }
    if card.is_forecast() {
        lines.push(format!("  {}", lang.of(words::FORECAST)));
    }
    if assessment.grade == Some(Grade::None) && !failed(assessment) && !card.is_forecast() {
        lines.push(format!("  {}", lang.of(words::BELOW)));
    }
    if let Some(panel) = &assessment.panel {
        lines.extend(listed(lang.of(words::PANEL), lang.text(panel), MOST_PANEL));
    }
    if card.is_beyond_measure() {
        let why = if card.is_mostly_media() { words::MOSTLY_MEDIA } else { words::BEYOND };
        lines.push(format!("  {}", lang.of(why)));
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
    line
}

/// The amount, never without the gates it still depends on, and the limit that decides it.
fn grant(assessment: &Assessment, lang: Lang) -> Vec<String> {
    let Some(payable) = assessment.award.payable_fen else { return Vec::new() };
    let open = assessment.gates.iter().filter(|gate| gate.status != GateStatus::Passed);
    let open: Vec<&str> = open.map(|gate| gate.code.as_str()).collect();
    let between = if lang == Lang::Zh { "、" } else { ", " };
    let mut amount = match open.len() {
        _ if payable.0 == 0 => payable.brief(),
        0 => payable.brief(),
        1 => fill(lang.of(words::UP_TO_ONE), &[&payable.brief(), open[0]]),
        _ => fill(lang.of(words::UP_TO), &[&payable.brief(), &open.join(between)]),
    };
    if assessment.panel.is_some() {
        amount = fill(lang.of(words::PROVISIONAL), &[&amount]);
    }
    let mut lines = listed(lang.of(words::GRANT), &amount, MOST_GRANT);
    if let Some(across) = &assessment.across {
        let grade = grade_name(across.grade, lang);
        lines.push(match across.payable_fen {
            Some(fen) => format!("  {}", fill(lang.of(words::ACROSS), &[&grade, &fen.brief()])),
            None => format!("  {}", fill(lang.of(words::ACROSS_OPEN), &[&grade])),
        });
    }
    if let (Some(step), Some(nominal), Some(grade)) =
        (assessment.award.binding(), assessment.award.nominal_fen, assessment.grade)
    {
        let (rule, limit) = (lang.text(&step.rule), step.amount_fen.brief());
        let values = [rule, &limit, &grade_name(grade, lang), &nominal.brief()];
        let limited = fill(lang.of(words::LIMITED), &values);
        lines.extend(listed(lang.of(words::LIMIT), &limited, MOST_GRANT));
    }
    lines
}

fn grade_name(grade: Grade, lang: Lang) -> String {
    match grade {
        Grade::None => lang.of(words::GRADE_NONE).to_owned(),
        grade => format!("{grade:?}"),
    }
}

/// Which axes hold the grade down, how much they lack, and what the total alone would earn.
fn held(assessment: &Assessment, capped: &Capped, lang: Lang) -> Vec<String> {
    let grade = assessment.grade.unwrap_or(Grade::None);
    let label = fill(lang.of(words::HELD), &[&grade_name(grade, lang)]);
    listed(&label, &spell_capped(capped, lang), MOST_GRANT)
}

/// Why a grade is below the band of the total.
pub(crate) fn spell_capped(capped: &Capped, lang: Lang) -> String {
    let weak: Vec<String> = capped
        .weak
        .iter()
        .map(|weak| {
            let name = words::topic(&weak.axis, lang);
            let (score, missing) = (points(weak.score_centi), points(weak.missing_centi));
            fill(lang.of(words::SHORT), &[&name, &score, &missing])
        })
        .collect();
    let between = if lang == Lang::Zh { "、" } else { ", " };
    let (grade, nominal) = (grade_name(capped.grade, lang), capped.nominal_fen.brief());
    let values = [&grade, &nominal, &points(capped.floor_centi), &weak.join(between)];
    fill(lang.of(words::HELD_BY), &values.map(String::as_str))
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
    let steps: Vec<&Reachable> = assessment.reachable.iter().filter(better).collect();
    let spelt: Vec<String> = steps.iter().map(|step| spell_reach(step, lang)).collect();
    // The first step that pays matters most; one that pays nothing is only named beside it.
    let paying = steps.iter().position(|step| step.nominal_fen.0 > 0).unwrap_or(0);
    match (known, spelt.get(paying)) {
        (None, None) => vec![bold(lang.of(words::REACH_NOTHING))],
        (None, Some(_)) => {
            let mut lines = packed(&spelt, COLUMNS - 4);
            lines.truncate(most);
            let lines = lines.into_iter().map(|line| format!("    {line}"));
            std::iter::once(bold(lang.of(words::REACHABLE))).chain(lines).collect()
        }
        (Some(_), Some(step)) => {
            // A grade without a grant may lie between.
            let word = if paying > 0 { words::REACH_PAID } else { words::REACH_NEXT };
            vec![format!("  {}{step}", lang.of(word))]
        }
        (Some(_), None) => Vec::new(),
    }
}

fn spell_reach(step: &Reachable, lang: Lang) -> String {
    let (from, grade) = (points(step.effect_from_centi), format!("{:?}", step.grade));
    if step.nominal_fen.0 == 0 {
        return fill(lang.of(words::REACH_FREE), &[&from, &grade]);
    }
    fill(lang.of(words::REACH), &[&from, &grade, &step.nominal_fen.brief()])
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
    let unknown = lang.of(words::UNKNOWN).to_owned();
    let (score, shown) = match axis.score_centi {
        Some(score) => (points(score), bar(score, BAR)),
        None => (unknown, fit(reason, BAR)),
    };
    // Rounded like the list of losses below.
    let lost = axis.score_centi.map_or(0, |score| (weight * (10_000 - score) + 50).div_euclid(100));
    let lost = if lost > 0 { format!("−{}", points(lost)) } else { String::new() };
    format!("  {name}{}  {shown}  × {weight} %{}", right(&score, 7), right(&lost, 9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_never_broken() {
        let items = ["aaaa", "bbbb", "cccc"].map(str::to_owned);
        assert_eq!(packed(&items, 11), ["aaaa   bbbb", "cccc"]);
    }
}
