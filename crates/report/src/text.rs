//! One screen for a person: at most forty lines of eighty columns.

use shujian_core::card::{Assessment, Card, GateStatus, Loss, NotChecked, Partition, Records};
use shujian_core::{Bilingual, Finding, LabelReview, LabelVerdict, Severity};

use crate::place::spot;
use crate::screen::{COLUMNS, bytes, clean, cut, fit, points, right, thousands, width, wrap};
use crate::verdict;
use crate::words::{self, fill};
use crate::{Lang, View};

/// Columns of a finding's title that its place leaves.
const LEAST_TITLE: usize = 16;
/// Lines of the screen.
const MOST_OF_ALL: usize = 40;

/// How much of each section is shown; whatever is left out stands in the JSON.
struct Most {
    partitions: usize,
    losses: usize,
    /// Lines of advice on one loss.
    advice: usize,
    findings: usize,
    gates: usize,
    unchecked: usize,
    next: usize,
}

/// From roomy to tight; the first with which everything fits is taken, and the last always fits.
const MOST: [Most; 5] = [
    Most { partitions: 5, losses: 4, advice: 2, findings: 6, gates: 3, unchecked: 3, next: 5 },
    Most { partitions: 3, losses: 4, advice: 1, findings: 5, gates: 3, unchecked: 2, next: 4 },
    Most { partitions: 3, losses: 4, advice: 1, findings: 4, gates: 3, unchecked: 1, next: 3 },
    Most { partitions: 2, losses: 3, advice: 1, findings: 3, gates: 2, unchecked: 1, next: 3 },
    Most { partitions: 1, losses: 1, advice: 1, findings: 1, gates: 2, unchecked: 1, next: 2 },
];

/// Writes a card for a person.
pub(super) fn render(card: &Card, view: &View) -> String {
    let mut lines = Vec::new();
    for most in &MOST {
        lines = screen(card, view, most);
        if lines.len() <= MOST_OF_ALL {
            break;
        }
    }
    lines.into_iter().map(|line| cut(line.trim_end(), COLUMNS) + "\n").collect()
}

/// Writes for a person what became of the records, and the findings.
pub fn copies(counts: &Records, found: &[Finding], lang: Lang) -> String {
    let mut lines = records(counts, lang);
    lines.extend(findings(found, MOST[0].findings, lang));
    lines.into_iter().map(|line| cut(line.trim_end(), COLUMNS) + "\n").collect()
}

fn screen(card: &Card, view: &View, most: &Most) -> Vec<String> {
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
    lines.extend(partitions(&card.partitions, most.partitions, lang));
    if let Some(assessment) = &card.assessment {
        lines.extend(losses(&assessment.losses, most, lang));
    }
    lines.extend(findings(&card.findings, most.findings, lang));
    if let Some(assessment) = &card.assessment {
        lines.extend(gates(assessment, most.gates, lang));
    }
    lines.extend(not_checked(card, most.unchecked, lang));
    lines.extend(next(card, view, most.next));
    if card.assessment.is_some() && lines.len() < MOST_OF_ALL {
        lines.insert(after_verdict, String::new());
    }
    lines
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

    let size = bytes(card.dataset.bytes);
    let files = match card.dataset.files {
        1 => fill(lang.of(words::FILE), &[&size]),
        files => fill(lang.of(words::FILES), &[&thousands(files), &size]),
    };
    let mut name = clean(&card.dataset.name);
    if let Some(sector) = card.dataset.sector {
        name = format!("{name} · {}", lang.of(sector.title()));
    }
    let name = fit(&name, COLUMNS.saturating_sub(width(&files))) + &files;
    let mut lines = vec![title, name];
    if let Some(hash) = local_rubric(card) {
        lines.push(fill(lang.of(words::LOCAL_RUBRIC), &[hash]));
    }
    if let Some(path) = &view.application {
        lines.push(fill(lang.of(words::USED), &[&clean(path)]));
    }
    lines.extend(card.label_review.as_ref().map(|labels| label_review(labels, lang)));
    lines
}

/// The review that the card took over, by the first digits of its hash and of its delivery's.
fn label_review(labels: &LabelReview, lang: Lang) -> String {
    let first = |hash: &str| clean(hash.get(..12).unwrap_or(hash));
    let verdict = lang.of(match labels.verdict {
        LabelVerdict::Accept => crate::delivery::ACCEPT,
        LabelVerdict::Rework => crate::delivery::REWORK,
        LabelVerdict::Reject => crate::delivery::REJECT,
    });
    let (review, delivery) = (first(&labels.review), first(&labels.delivery));
    fill(lang.of(words::LABELS), &[&review, verdict, &delivery])
}

/// The first digits of the hash of a rubric that is not the released one.
pub(crate) fn local_rubric(card: &Card) -> Option<&str> {
    let hash = &card.assessment.as_ref()?.rubric.hash;
    let local = !shujian_grade::Rubric::is_released(hash);
    local.then(|| hash.get(..12).unwrap_or(hash))
}

pub(crate) fn bold(text: &str) -> String {
    format!("■ {text}")
}

fn records(records: &Records, lang: Lang) -> Vec<String> {
    listed(lang.of(words::RECORDS), &counts(records, lang), 2)
}

/// What became of the records, in one line.
pub(crate) fn counts(records: &Records, lang: Lang) -> String {
    let counts = [
        records.present,
        records.read,
        records.skipped,
        records.exact_duplicates,
        records.near_duplicates,
        records.retained,
    ]
    .map(thousands);
    fill(lang.of(words::COUNTS), &counts.each_ref().map(String::as_str))
}

fn partitions(partitions: &[Partition], most: usize, lang: Lang) -> Vec<String> {
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
    for partition in partitions.iter().take(most) {
        lines.push(row(
            &clean(&partition.name),
            of(partition.profile.title()),
            &thousands(partition.records.read),
            &thousands(partition.units_submitted),
            &thousands(partition.units_effective),
            cut(&unit(&partition.unit, lang), 8).as_str(),
        ));
    }
    if partitions.len() > most {
        let more = thousands((partitions.len() - most) as u64);
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
        ("1", words::NO_UNIT),
        ("share", words::SHARE),
        ("bits per row", words::BITS_PER_ROW),
        ("bits per item", words::BITS_PER_ITEM),
        ("bits/byte", words::BITS_PER_BYTE),
    ];
    let word = known.into_iter().find(|(name, _)| *name == unit);
    word.map_or_else(|| clean(unit), |(_, word)| lang.of(word).to_owned())
}

/// The dearest causes within the axes; what an axis costs as a whole stands beside its bar.
fn losses(losses: &[Loss], most: &Most, lang: Lang) -> Vec<String> {
    let parts: Vec<&Loss> =
        losses.iter().filter(|loss| !["scale", "effect"].contains(&loss.name.as_str())).collect();
    if parts.is_empty() {
        return Vec::new();
    }
    let shown = parts.len().min(most.losses);
    let counts = [thousands(shown as u64), thousands(parts.len() as u64)];
    let title = fill(lang.of(words::LOSSES), &counts.each_ref().map(String::as_str));
    let mut lines = vec![bold(&title)];
    for loss in &parts[..shown] {
        let lost = format!("−{}", points(loss.points_centi));
        let name = words::topic(&loss.name, lang);
        let label = format!("  {}  {} ", right(&lost, 6), fit(&name, 12));
        lines.extend(hung(&label, lang.text(&loss.advice), most.advice));
    }
    lines
}

/// Kinds of findings, gravest first; a place matters more than the words that anyone can look up.
fn findings(findings: &[Finding], most: usize, lang: Lang) -> Vec<String> {
    if findings.is_empty() {
        return vec![bold(lang.of(words::NO_FINDINGS))];
    }
    let shown = findings.len().min(most);
    let counts = [thousands(findings.len() as u64), thousands(shown as u64)];
    let [all, here] = counts.each_ref().map(String::as_str);
    let mut lines = vec![bold(&if shown < findings.len() {
        fill(lang.of(words::MORE_FINDINGS), &[all, here])
    } else {
        fill(lang.of(words::FINDINGS), &[all])
    })];
    let rows: Vec<[String; 3]> = findings[..shown].iter().map(|f| marks(f, lang)).collect();
    let widest = |column: usize| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0);
    let [words, codes, counts] = [0, 1, 2].map(widest);
    for (finding, [word, code, count]) in findings.iter().zip(&rows) {
        let said = format!("  {} {} {} ", fit(word, words), fit(code, codes), right(count, counts));
        let room = COLUMNS.saturating_sub(width(&said));
        lines.push(said + &titled(finding, room, lang));
    }
    lines
}

/// Severity, code and count of a finding.
fn marks(finding: &Finding, lang: Lang) -> [String; 3] {
    let severity = lang.of(severity(finding.severity)).to_owned();
    [severity, finding.code.clone(), format!("×{}", thousands(finding.count))]
}

/// What was found and the first place of it, in so many columns.
fn titled(finding: &Finding, columns: usize, lang: Lang) -> String {
    let title = shujian_core::codes::find(&finding.code).map_or("", |code| lang.of(code.title));
    match finding.places.first().filter(|place| !place.file.is_empty()) {
        None => cut(title, columns),
        Some(place) => {
            let least = width(title).min(LEAST_TITLE);
            let spot = spot(place, columns.saturating_sub(least + 2), lang);
            let title = cut(title, columns.saturating_sub(width(&spot) + 2));
            format!("{title}  {spot}")
        }
    }
}

fn severity(severity: Severity) -> Bilingual {
    match severity {
        Severity::Error => words::ERROR,
        Severity::Warning => words::WARNING,
        Severity::Info => words::INFO,
    }
}

fn gates(assessment: &Assessment, most: usize, lang: Lang) -> Vec<String> {
    let outcomes = [
        (GateStatus::Failed, words::FAILED),
        (GateStatus::Correct, words::CORRECT),
        (GateStatus::Passed, words::PASSED),
        (GateStatus::NotDecided, words::NOT_DECIDED),
    ];
    // Chinese signs never begin a line when the list is wrapped.
    let [of, and, then] = if lang == Lang::Zh { ["：", "、", "；"] } else { [": ", ", ", "; "] };
    let groups: Vec<String> = outcomes
        .into_iter()
        .filter_map(|(status, word)| {
            let of_status = assessment.gates.iter().filter(|gate| gate.status == status);
            let names: Vec<String> =
                of_status.map(|gate| format!("{} {}", gate.code, lang.text(&gate.title))).collect();
            (!names.is_empty()).then(|| format!("{}{of}{}", lang.of(word), names.join(and)))
        })
        .collect();
    listed(lang.of(words::GATES), &groups.join(then), most)
}

fn not_checked(card: &Card, most: usize, lang: Lang) -> Vec<String> {
    if card.not_checked.is_empty() {
        return Vec::new();
    }
    let list: Vec<String> = card.not_checked.iter().map(|entry| unchecked(entry, lang)).collect();
    let name = format!("{} ({})", lang.of(words::NOT_CHECKED), thousands(list.len() as u64));
    let between = if lang == Lang::Zh { "；" } else { "; " };
    listed(&name, &list.join(between), most)
}

/// What was not checked, in a few words; the whole reason stands in the JSON.
fn unchecked(entry: &NotChecked, lang: Lang) -> String {
    let known = [
        ("truth", words::TRUTH),
        ("personal-information", words::PERSONAL),
        ("declared-sector", words::FIELD),
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

fn next(card: &Card, view: &View, most: usize) -> Vec<String> {
    let lang = view.lang;
    let mut steps = Vec::new();
    if let Some(path) = &view.unused {
        steps.push(fill(lang.of(words::NEXT_UNUSED), &[&clean(path)]));
    }
    match &card.assessment {
        None => steps.push(lang.of(words::NEXT_GRADE).to_owned()),
        Some(assessment) => steps.extend(after_assessment(card, assessment, lang)),
    }
    let mut lines = vec![bold(lang.of(words::NEXT))];
    // A step says what to do: it is wrapped, never cut.
    let of_step = |step: &String| hung("  ", step, usize::MAX);
    lines.extend(steps.iter().take(most).flat_map(of_step));
    lines
}

/// Steps that an assessment leads to, the most pressing first.
fn after_assessment(card: &Card, assessment: &Assessment, lang: Lang) -> Vec<String> {
    let mut steps = Vec::new();
    for (status, word) in
        [(GateStatus::Failed, words::FAILED), (GateStatus::Correct, words::CORRECT)]
    {
        for gate in assessment.gates.iter().filter(|gate| gate.status == status) {
            let values = [gate.code.as_str(), lang.of(word), lang.text(&gate.reason)];
            steps.push(fill(lang.of(words::NEXT_GATE), &values));
        }
    }
    let beyond = card.is_beyond_measure();
    if assessment.effect.score_centi.is_none() && card.records.read > 0 && !beyond {
        steps.push(lang.of(words::NEXT_APPLY).to_owned());
    }
    let has_evidence = assessment.effect.terms.iter().any(|term| term.value.is_some());
    if assessment.effect.score_centi == Some(0) && has_evidence {
        steps.push(lang.of(words::NEXT_TIER).to_owned());
    }
    if let Some(found) = card.findings.iter().find(|finding| finding.code == "SJ-engine-002") {
        let copies = thousands(found.count);
        steps.push(fill(lang.of(words::NEXT_COPIES), &[&copies]));
    }
    let (files, whole) = (card.unmeasured_files(), card.dataset.files);
    if files > 0 && !beyond {
        let counts = [thousands(files), thousands(whole)];
        let template = lang.of(words::NEXT_MEASURED);
        steps.push(fill(template, &counts.each_ref().map(String::as_str)));
    }
    steps.push(lang.of(words::NEXT_SAVE).to_owned());
    steps
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
