//! One screen for a person: at most forty lines of eighty columns.

use shujian_core::card::{Assessment, Card, GateStatus, Loss, NotChecked, Partition, Records};
use shujian_core::{Bilingual, Finding, Place, Severity};

use crate::screen::{
    COLUMNS, bytes, clean, cut, cut_front, fit, points, right, thousands, width, wrap,
};
use crate::verdict;
use crate::words::{self, fill};
use crate::{Lang, View};

/// Lines of the screen.
const MOST_OF_ALL: usize = 40;
/// Partitions shown.
const MOST_PARTITIONS: usize = 3;
/// Losses and findings shown.
const MOST: usize = 4;
/// Lines of advice.
const MOST_ADVICE: usize = 5;
/// Lines of gates and of next steps.
const MOST_LINES: usize = 3;
/// Lines of unchecked things; all of them stand in the JSON.
const MOST_UNCHECKED: usize = 2;

/// Writes a card for a person.
pub(super) fn render(card: &Card, view: &View) -> String {
    let lang = view.lang;
    let mut lines = head(card, view);
    match &card.assessment {
        Some(assessment) => lines.extend(verdict::lines(card, assessment, lang)),
        None => {
            lines.extend([String::new(), bold(lang.of(words::PROFILE))]);
            if card.is_forecast() {
                lines.push(format!("  {}", lang.of(words::FORECAST)));
            }
            lines.push(String::new());
        }
    }
    let after_verdict = lines.len();
    lines.extend(records(&card.records, lang));
    lines.extend(partitions(&card.partitions, lang));
    if let Some(assessment) = &card.assessment {
        lines.extend(losses(&assessment.losses, lang));
    }
    lines.extend(findings(&card.findings, lang));
    if let Some(assessment) = &card.assessment {
        lines.extend(gates(assessment, lang));
    }
    lines.extend(not_checked(card, lang));
    lines.extend(next(card, lang));
    if card.assessment.is_some() && lines.len() < MOST_OF_ALL {
        lines.insert(after_verdict, String::new());
    }
    lines.into_iter().map(|line| cut(line.trim_end(), COLUMNS) + "\n").collect()
}

fn head(card: &Card, view: &View) -> Vec<String> {
    let lang = view.lang;
    let mut title = fill(lang.of(words::TITLE), &[&card.engine.version]);
    if let Some(assessment) = &card.assessment {
        let rubric = fill(lang.of(words::RUBRIC), &[&clean(&assessment.rubric.version)]);
        title = format!("{title} · {rubric}");
    }
    let digest = card.digest.get(..12).unwrap_or_default();
    let digest = fill(lang.of(words::DIGEST), &[digest]);
    let title = fit(&title, COLUMNS.saturating_sub(width(&digest))) + &digest;

    let files = thousands(card.dataset.files);
    let files = fill(lang.of(words::FILES), &[&files, &bytes(card.dataset.bytes)]);
    let mut name = clean(&card.dataset.name);
    if let Some(sector) = card.dataset.sector {
        name = format!("{name} · {}", lang.of(sector.title()));
    }
    let name = fit(&name, COLUMNS.saturating_sub(width(&files))) + &files;
    let mut lines = vec![title, name];
    if let Some(path) = &view.application {
        lines.push(fill(lang.of(words::USED), &[&clean(path)]));
    }
    lines
}

pub(crate) fn bold(text: &str) -> String {
    format!("■ {text}")
}

fn records(records: &Records, lang: Lang) -> Vec<String> {
    let counts = [
        records.present,
        records.read,
        records.skipped,
        records.exact_duplicates,
        records.near_duplicates,
        records.retained,
    ]
    .map(thousands);
    let counts = fill(lang.of(words::COUNTS), &counts.each_ref().map(String::as_str));
    listed(lang.of(words::RECORDS), &counts, 2)
}

fn partitions(partitions: &[Partition], lang: Lang) -> Vec<String> {
    if partitions.is_empty() {
        return Vec::new();
    }
    let row = |name: &str, kind: &str, read: &str, submitted: &str, effective: &str, unit: &str| {
        format!(
            "{} {} {} {} {}  {unit}",
            fit(name, 17),
            fit(kind, 16),
            right(read, 9),
            right(submitted, 12),
            right(effective, 12),
        )
    };
    let of = |word| lang.of(word);
    let head =
        [words::PARTITION, words::KIND, words::READ, words::SUBMITTED, words::EFFECTIVE].map(of);
    let [name, kind, read, submitted, effective] = head;
    let mut lines = vec![row(name, kind, read, submitted, effective, of(words::UNIT))];
    for partition in partitions.iter().take(MOST_PARTITIONS) {
        lines.push(row(
            &clean(&partition.name),
            of(partition.profile.title()),
            &thousands(partition.records.read),
            &thousands(partition.units_submitted),
            &thousands(partition.units_effective),
            cut(&unit(&partition.unit, lang), 8).as_str(),
        ));
    }
    if partitions.len() > MOST_PARTITIONS {
        let more = thousands((partitions.len() - MOST_PARTITIONS) as u64);
        lines.push(format!("  {}", fill(of(words::MORE_PARTITIONS), &[&more])));
    }
    lines
}

/// Name of a unit for people.
pub(crate) fn unit(unit: &str, lang: Lang) -> String {
    let known = [
        ("characters", words::CHARACTERS),
        ("cells", words::CELLS),
        ("channel-samples", words::CHANNEL_SAMPLES),
    ];
    let word = known.into_iter().find(|(name, _)| *name == unit);
    word.map_or_else(|| clean(unit), |(_, word)| lang.of(word).to_owned())
}

fn losses(losses: &[Loss], lang: Lang) -> Vec<String> {
    if losses.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![bold(lang.of(words::LOSSES))];
    for loss in losses.iter().take(MOST) {
        let lost = fill(lang.of(words::POINTS), &[&format!("−{}", points(loss.points_centi))]);
        let name = lang.of(words::loss(&loss.name).unwrap_or(Bilingual { zh: "", en: "" }));
        let name = if name.is_empty() { clean(&loss.name) } else { name.to_owned() };
        let label = format!("  {} {} ", right(&lost, 13), fit(&name, 13));
        let advice = hung(&label, lang.text(&loss.advice), MOST_LINES);
        if lines.len() + advice.len() > 1 + MOST_ADVICE {
            break;
        }
        lines.extend(advice);
    }
    lines
}

fn findings(findings: &[Finding], lang: Lang) -> Vec<String> {
    if findings.is_empty() {
        return vec![bold(lang.of(words::NO_FINDINGS))];
    }
    let count = thousands(findings.len() as u64);
    let mut lines = vec![bold(&fill(lang.of(words::FINDINGS), &[&count]))];
    for finding in findings.iter().take(MOST) {
        let severity = lang.of(severity(finding.severity));
        let title = shujian_core::codes::find(&finding.code)
            .map_or_else(String::new, |code| lang.of(code.title).to_owned());
        let count = format!("×{}", thousands(finding.count));
        let said =
            format!("  {} {} {} {}", fit(severity, 7), finding.code, right(&count, 6), title);
        let room = COLUMNS.saturating_sub(width(&said) + 2);
        let place = finding.places.first().filter(|_| room > 11);
        lines.push(place.map_or(said.clone(), |place| format!("{said}  {}", spot(place, room))));
    }
    lines
}

fn severity(severity: Severity) -> Bilingual {
    match severity {
        Severity::Error => words::ERROR,
        Severity::Warning => words::WARNING,
        Severity::Info => words::INFO,
    }
}

/// A place in so many columns: its note goes first, then the beginning of its path.
fn spot(place: &Place, columns: usize) -> String {
    let whole = self::place(place);
    if width(&whole) <= columns {
        return whole;
    }
    let plain = Place { note: String::new(), ..place.clone() };
    cut_front(&self::place(&plain), columns)
}

/// A place as `file:row:column` or `file@byte`.
pub(crate) fn place(place: &Place) -> String {
    let mut spelt = clean(&place.file);
    if let Some(row) = place.row {
        spelt.push_str(&format!(":{row}"));
    }
    if let Some(column) = &place.column {
        spelt.push_str(&format!(":{}", clean(column)));
    }
    if let (None, Some(byte)) = (place.row, place.byte) {
        spelt.push_str(&format!("@{byte}"));
    }
    if !place.note.is_empty() {
        spelt.push_str(&format!(" ({})", clean(&place.note)));
    }
    spelt
}

fn gates(assessment: &Assessment, lang: Lang) -> Vec<String> {
    let outcomes = [
        (GateStatus::Failed, words::FAILED),
        (GateStatus::Correct, words::CORRECT),
        (GateStatus::Passed, words::PASSED),
        (GateStatus::NotDecided, words::NOT_DECIDED),
    ];
    let groups: Vec<String> = outcomes
        .into_iter()
        .filter_map(|(status, word)| {
            let of_status = assessment.gates.iter().filter(|gate| gate.status == status);
            let names: Vec<String> =
                of_status.map(|gate| format!("{} {}", gate.code, lang.text(&gate.title))).collect();
            (!names.is_empty()).then(|| format!("{}: {}", lang.of(word), names.join(", ")))
        })
        .collect();
    listed(lang.of(words::GATES), &groups.join("; "), MOST_LINES)
}

fn not_checked(card: &Card, lang: Lang) -> Vec<String> {
    if card.not_checked.is_empty() {
        return Vec::new();
    }
    let list: Vec<String> = card.not_checked.iter().map(|entry| unchecked(entry, lang)).collect();
    let name = format!("{} ({})", lang.of(words::NOT_CHECKED), thousands(list.len() as u64));
    listed(&name, &list.join("; "), MOST_UNCHECKED)
}

/// What was not checked, in a few words; the whole reason stands in the JSON.
fn unchecked(entry: &NotChecked, lang: Lang) -> String {
    let known = [
        ("truth", words::TRUTH),
        ("personal-information", words::PERSONAL),
        ("registered-overlap", words::OVERLAP),
        ("machine-written", words::MACHINE),
    ];
    let reason = lang.text(&entry.reason);
    let what = known.into_iter().find(|(name, _)| *name == entry.name).map_or_else(
        || reason.split(['：', ':']).next().unwrap_or(reason),
        |(_, word)| lang.of(word),
    );
    clean(what)
}

fn next(card: &Card, lang: Lang) -> Vec<String> {
    let mut steps = Vec::new();
    match &card.assessment {
        None => steps.push(lang.of(words::NEXT_GRADE).to_owned()),
        Some(assessment) => {
            let open = [(GateStatus::Failed, words::FAILED), (GateStatus::Correct, words::CORRECT)];
            for (status, word) in open {
                for gate in assessment.gates.iter().filter(|gate| gate.status == status) {
                    let values = [gate.code.as_str(), lang.of(word), lang.text(&gate.reason)];
                    steps.push(fill(lang.of(words::NEXT_GATE), &values));
                }
            }
            let (files, whole) = (card.unmeasured_files(), card.dataset.files);
            if files > 0 && !card.is_beyond_measure() {
                let counts = [thousands(files), thousands(whole)];
                let template = lang.of(words::NEXT_MEASURED);
                steps.push(fill(template, &counts.each_ref().map(String::as_str)));
            }
            if assessment.effect.score_centi.is_none() && !card.is_beyond_measure() {
                steps.push(lang.of(words::NEXT_APPLY).to_owned());
            }
            steps.push(lang.of(words::NEXT_SAVE).to_owned());
        }
    }
    let mut lines = vec![bold(lang.of(words::NEXT))];
    lines.extend(steps.iter().take(MOST_LINES).map(|step| format!("  {step}")));
    lines
}

/// A named list in at most so many lines, continuation lines hung under its first item.
pub(crate) fn listed(name: &str, text: &str, most: usize) -> Vec<String> {
    hung(&format!("■ {name}  "), text, most)
}

/// A label and a text beside it in at most so many lines; what does not fit ends in an ellipsis.
fn hung(label: &str, text: &str, most: usize) -> Vec<String> {
    let indent = width(label).min(32);
    let room = COLUMNS - indent;
    let mut lines = wrap(text, room);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = format!("{}…", cut(last, room - 1).trim_end_matches('…'));
        }
    }
    lines
        .iter()
        .enumerate()
        .map(|(index, line)| match index {
            0 => format!("{label}{line}"),
            _ => format!("{}{line}", " ".repeat(indent)),
        })
        .collect()
}
