//! What machines that gate on a run read of it: checks with their outcome, and remarks with their
//! place. `junit` and `sarif` write it down; whatever has findings can become one.

use shujian_annotation::verdict::{Review, Status};
use shujian_core::card::GateStatus;
use shujian_core::finding::Text;
use shujian_core::{Card, Finding, Place, Severity, codes};

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Met.
    Passed,
    /// Not met: a gate on the run has to close.
    Failed,
    /// Evidence is missing, or a person must decide.
    Open,
    /// Nobody asked for it.
    NotAsked,
}

/// One check of the whole.
#[derive(Debug)]
pub(crate) struct Check<'a> {
    /// Stable name.
    pub(crate) id: &'a str,
    /// What it asks.
    pub(crate) title: Text,
    /// How it came out.
    pub(crate) outcome: Outcome,
    /// Why.
    pub(crate) reason: &'a Text,
}

/// One remark.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot<'a> {
    /// Code of the finding.
    pub(crate) code: &'a str,
    /// How much it matters.
    pub(crate) severity: Severity,
    /// Where; `None` for further occurrences that no place was kept of.
    pub(crate) place: Option<&'a Place>,
    /// The item concerned; empty where none is.
    pub(crate) item: &'a str,
    /// How often: 1 where it has a place.
    pub(crate) count: u64,
}

/// All of a run.
#[derive(Debug)]
pub(crate) struct Sheet<'a> {
    /// Checks, in their order.
    pub(crate) checks: Vec<Check<'a>>,
    /// Remarks, gravest first, then by code and place.
    pub(crate) spots: Vec<Spot<'a>>,
    /// Whether record numbers of a file are its line numbers.
    pub(crate) rows_are_lines: fn(&str) -> bool,
}

impl<'a> Sheet<'a> {
    /// A review of a delivery: its criteria, its list of what to put right, and all other findings.
    pub(crate) fn of_review(review: &'a Review) -> Self {
        let checks = review.criteria.iter().map(|criterion| Check {
            id: &criterion.name,
            title: crate::delivery::criterion_title(&criterion.name),
            outcome: match criterion.status {
                Status::Met => Outcome::Passed,
                Status::Missed | Status::Failed => Outcome::Failed,
                Status::Open => Outcome::Open,
                Status::NotAsked => Outcome::NotAsked,
            },
            reason: &criterion.reason,
        });
        let mut spots = Vec::new();
        for finding in &review.findings {
            let listed = review.rework.iter().filter(|entry| entry.code == finding.code);
            let of_list = listed.map(|entry| (&entry.place, entry.item.as_str()));
            let of_list: Vec<(&Place, &str)> = of_list.collect();
            let places = finding.places.iter().map(|place| (place, ""));
            if of_list.len() >= finding.places.len() {
                add(&mut spots, finding, of_list.into_iter());
            } else {
                add(&mut spots, finding, places);
            }
        }
        Self { checks: checks.collect(), spots, rows_are_lines: annotated_lines }
    }

    /// A card: its gates and findings.
    pub(crate) fn of_card(card: &'a Card) -> Self {
        let gates = card.assessment.iter().flat_map(|assessment| &assessment.gates);
        let checks = gates.map(|gate| Check {
            id: &gate.code,
            title: gate.title.clone(),
            outcome: match gate.status {
                GateStatus::Passed => Outcome::Passed,
                GateStatus::Correct | GateStatus::Failed => Outcome::Failed,
                GateStatus::NotDecided => Outcome::Open,
            },
            reason: &gate.reason,
        });
        let mut spots = Vec::new();
        for finding in &card.findings {
            add(&mut spots, finding, finding.places.iter().map(|place| (place, "")));
        }
        Self { checks: checks.collect(), spots, rows_are_lines: |_| false }
    }
}

/// Adds the places kept of a finding, then those that were only counted.
fn add<'a>(
    spots: &mut Vec<Spot<'a>>,
    finding: &'a Finding,
    places: impl Iterator<Item = (&'a Place, &'a str)>,
) {
    let (code, severity) = (finding.code.as_str(), finding.severity);
    let before = spots.len();
    spots.extend(places.map(|(place, item)| {
        let place = Some(place);
        Spot { code, severity, place, item, count: 1 }
    }));
    let kept = (spots.len() - before) as u64;
    if finding.count > kept {
        let count = finding.count - kept;
        spots.push(Spot { code, severity, place: None, item: "", count });
    }
}

/// Files of labels in which a record is a line.
fn annotated_lines(file: &str) -> bool {
    let extension = file.rsplit('.').next().unwrap_or("");
    ["jsonl", "ndjson", "conll", "bio", "iob", "rttm", "txt"].contains(&extension)
}

/// Title, cause and fix of a code; the code itself where the table does not know it.
pub(crate) fn code_text(code: &str) -> [Text; 3] {
    match codes::find(code) {
        Some(known) => [known.title, known.cause, known.fix].map(Text::from),
        None => [(); 3].map(|()| Text { zh: code.to_owned(), en: code.to_owned() }),
    }
}
