//! Accept, rework or reject, with every reason and number.
//!
//! [`review`] looks at a delivery and writes a [`Review`]: what was delivered, what is wrong with it
//! and where, how far raters agree, how they did on known items, and one [`Criterion`] after the
//! other against the buyer's [`Acceptance`]. The verdict follows from the criteria alone.

mod acceptance;
mod agreement;
mod criteria;
mod diff;
mod dropped;
mod form;
mod inspection;
mod known;
mod rework;
mod root;
mod standing;

pub use acceptance::Acceptance;
pub use agreement::{AgreementReport, CoefficientReport};
pub use criteria::{CRITERIA, Evidence, Rule};
pub use diff::{Change, Checked, Diff, Dropped, diff};
pub use form::{
    CardPart, Criterion, Delivered, Review, Rework, SamplePlan, Sides, Status, Verdict,
};
pub use inspection::{Inspected, InspectionError, Sample, results};
pub use known::{Accuracy, KnownReport};
pub use root::{RootError, root};
pub use standing::{StandingError, credit, standing};

use std::path::Path;

use shujian_core::Limits;

use crate::checks::{self, Spec};
use crate::formats::{self, Delivery, FileRead};
use crate::labels::{Labels, NONE};
use crate::matching::Panel;

/// What a review rests on beside the delivery.
#[derive(Debug, Default)]
pub struct Asked<'a> {
    /// The labelling instruction with its acceptance terms.
    pub spec: Option<&'a Spec>,
    /// Labels of items that are known.
    pub known: Option<&'a Labels>,
    /// What the inspection of a drawn sample found.
    pub inspected: Option<Inspected>,
}

/// Reviews a delivery that was read: checks it, measures it, and decides.
///
/// `root` is the hash of its files ([`root()`]).
pub fn review(mut delivery: Delivery, root: String, asked: &Asked<'_>) -> Review {
    checks::run(&mut delivery, asked.spec);
    let acceptance = asked.spec.map(|spec| spec.acceptance.clone()).unwrap_or_default();
    let delivered = delivered(&delivery, root);
    let rework = rework::list(&delivery);
    let findings = delivery.remarks.findings(&delivery.labels).into_card();
    let panel = Panel::of_delivery(delivery);
    let compared = agreement::measure(&panel);
    let known = asked.known.map(|known| known::measure(panel, known, acceptance.confidence));
    let evidence = Evidence {
        acceptance: &acceptance,
        delivered: &delivered,
        findings: &findings,
        rework: &rework,
        agreement: &compared.agreement,
        known: known.as_ref(),
        inspected: asked.inspected.as_ref(),
        behaviours: &compared.behaviours,
        not_looked_for: &compared.not_looked_for,
    };
    let criteria: Vec<Criterion> = CRITERIA.iter().map(|rule| rule.apply(&evidence)).collect();
    let verdict = criteria::decide(&criteria);
    let card = criteria::card(&evidence);
    let sampling = acceptance.plan(delivered.items);
    Review {
        schema: Review::SCHEMA.to_owned(),
        verdict,
        delivered,
        criteria,
        rework: rework.list,
        rework_omitted: rework.omitted,
        agreement: compared.agreement,
        behaviours: compared.behaviours,
        not_looked_for: compared.not_looked_for.into_iter().map(str::to_owned).collect(),
        known,
        inspection: asked.inspected.clone(),
        sampling,
        card,
        acceptance,
        findings,
    }
}

/// Reads a delivery, with the hash of its files.
///
/// - Errors: when the path cannot be opened; a file that vanishes or cannot be read again.
pub fn open(path: &Path, limits: &Limits) -> Result<(Delivery, String), RootError> {
    let delivery = formats::read(path, limits)
        .map_err(|source| RootError { path: path.to_owned(), source })?;
    let root = root(&delivery.folder)?;
    Ok((delivery, root))
}

fn delivered(delivery: &Delivery, root: String) -> Delivered {
    let labels = &delivery.labels;
    let mut is_labelled = vec![false; labels.items.len()];
    for annotation in labels.annotations.iter().filter(|annotation| annotation.item != NONE) {
        is_labelled[annotation.item as usize] = true;
    }
    let sum = |of: fn(&FileRead) -> u64| delivery.files.iter().map(of).sum();
    Delivered {
        root,
        files: delivery.files.len() as u64,
        bytes: sum(|file| file.bytes),
        formats: delivery.formats().into_iter().map(str::to_owned).collect(),
        records_read: sum(|file| file.records),
        records_skipped: sum(|file| file.skipped),
        items: labels.items.len() as u64,
        labelled_items: is_labelled.iter().filter(|labelled| **labelled).count() as u64,
        annotations: labels.annotations.len() as u64,
        classes: labels.classes.iter().map(|class| class.name.to_string()).collect(),
        raters: labels.raters.iter().map(str::to_owned).collect(),
    }
}

#[cfg(test)]
mod tests;
