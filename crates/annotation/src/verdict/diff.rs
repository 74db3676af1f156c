//! What changed between a delivery and its correction, and whether it is what was asked for.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::form::{Rework, Sides};
use super::{dropped, rework};
use crate::checks::{self, Spec};
use crate::formats::Delivery;
use crate::labels::{Annotation, Labels, Run, Shape};

/// A correction held against the delivery it corrects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Diff {
    /// `shujian.delivery-diff.v1`.
    pub schema: String,
    /// Hash of the first delivery.
    pub before: String,
    /// Hash of its correction.
    pub after: String,
    /// Errors of the first that are gone, over all it had.
    pub fixed: Sides,
    /// What was asked for and still stands.
    pub standing: Vec<Rework>,
    /// Errors the correction brought in.
    pub new: Vec<Rework>,
    /// What the first has and the correction no longer, unless it was asked for, as of duplicates: what
    /// is taken away is not put right.
    #[serde(default)]
    pub dropped: Vec<Dropped>,
    /// Items whose labels changed, by name.
    pub changed: Vec<Change>,
}

/// Labels of an item, or a file, that are gone though nobody asked for that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dropped {
    /// The item; empty for a file and for labels that name none.
    pub item: String,
    /// The file it stood in.
    pub file: String,
    /// Whether nothing is left of the item or the file.
    pub gone: bool,
    /// Labels gone beyond those that were to be removed.
    pub labels: u64,
    /// Errors that were to be put right there and went away with them.
    pub errors: u64,
}

/// An item whose labels changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// Its name.
    pub item: String,
    /// Labels only the first has.
    pub removed: u64,
    /// Labels only the correction has.
    pub added: u64,
    /// Whether an error on it was to be put right; a change nobody asked for needs another look.
    pub asked: bool,
}

impl Diff {
    /// The name of the form.
    pub const SCHEMA: &str = "shujian.delivery-diff.v1";

    /// Whether all that was asked for is done, nothing new is wrong and nothing was taken away.
    pub fn is_clean(&self) -> bool {
        self.standing.is_empty() && self.new.is_empty() && self.dropped.is_empty()
    }
}

/// A delivery as a correction is held against it: its labels, and what is wrong with them.
#[derive(Debug)]
pub struct Checked {
    pub(super) labels: Labels,
    root: String,
    pub(super) rework: Vec<Rework>,
    /// Labels that may be taken away, by item: errors and warnings alike ask for it.
    pub(super) removable: BTreeMap<String, u64>,
}

impl Checked {
    /// Checks a delivery that was read; `root` is the hash of its files.
    pub fn of(mut delivery: Delivery, root: String, spec: Option<&Spec>) -> Self {
        checks::run(&mut delivery, spec);
        let rework = rework::list(&delivery).list;
        let removable = dropped::removable(&delivery);
        Self { labels: delivery.labels, root, rework, removable }
    }
}

/// Compares two deliveries.
///
/// Errors are the same when code and item are; of several on one item as many stand as still do.
pub fn diff(before: &Checked, after: &Checked) -> Diff {
    let (standing, new) = errors(&before.rework, &after.rework);
    let asked: BTreeSet<&str> = before.rework.iter().map(|error| error.item.as_str()).collect();
    let all = before.rework.len() as u64;
    let dropped = dropped::list(before, after, &standing);
    let undone = standing.len() as u64 + dropped.iter().map(|one| one.errors).sum::<u64>();
    Diff {
        schema: Diff::SCHEMA.to_owned(),
        before: before.root.clone(),
        after: after.root.clone(),
        fixed: Sides { numerator: all.saturating_sub(undone), denominator: all },
        standing,
        new,
        dropped,
        changed: changes(&before.labels, &after.labels, &asked),
    }
}

fn errors(before: &[Rework], after: &[Rework]) -> (Vec<Rework>, Vec<Rework>) {
    type Key<'a> = (&'a str, &'a str);
    fn key(error: &Rework) -> Key<'_> {
        // Without an item, the file is what an error belongs to.
        let of = if error.item.is_empty() { &error.place.file } else { &error.item };
        (&error.code, of)
    }
    let mut had: BTreeMap<Key<'_>, usize> = BTreeMap::new();
    before.iter().for_each(|error| *had.entry(key(error)).or_default() += 1);
    let (mut standing, mut new) = (Vec::new(), Vec::new());
    for error in after {
        match had.get_mut(&key(error)).filter(|left| **left > 0) {
            Some(left) => {
                *left -= 1;
                standing.push(error.clone());
            }
            None => new.push(error.clone()),
        }
    }
    (standing, new)
}

fn changes(before: &Labels, after: &Labels, asked: &BTreeSet<&str>) -> Vec<Change> {
    let (before, after) = (by_name(before), by_name(after));
    let names: BTreeSet<&str> = before.keys().chain(after.keys()).map(String::as_str).collect();
    let none = Vec::new();
    let mut changes = Vec::new();
    for name in names {
        let [old, new] = [&before, &after].map(|labels| labels.get(name).unwrap_or(&none));
        let (removed, added) = (missing(old, new), missing(new, old));
        if removed + added > 0 {
            changes.push(Change {
                item: name.to_owned(),
                removed,
                added,
                asked: asked.contains(name),
            });
        }
    }
    changes
}

/// How many of the sorted hashes `from` has more often than `other`.
fn missing(from: &[u128], other: &[u128]) -> u64 {
    let (mut at, mut missing) = (0, 0);
    for hash in from {
        while other.get(at).is_some_and(|next| next < hash) {
            at += 1;
        }
        if other.get(at) == Some(hash) {
            at += 1;
        } else {
            missing += 1;
        }
    }
    missing
}

/// Sorted hashes of the labels of every item that has some.
fn by_name(labels: &Labels) -> BTreeMap<String, Vec<u128>> {
    let mut items: BTreeMap<String, Vec<u128>> = BTreeMap::new();
    for annotation in &labels.annotations {
        let hashes = items.entry(labels.item_name(annotation.item).to_owned()).or_default();
        hashes.push(hash(labels, annotation));
    }
    items.values_mut().for_each(|hashes| hashes.sort_unstable());
    items
}

/// A hash of what a label says, not of where it stands.
fn hash(labels: &Labels, annotation: &Annotation) -> u128 {
    let mut bytes = Vec::new();
    let mut text = |text: &str| {
        bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
    };
    text(labels.raters.name(annotation.rater));
    text(labels.class_name(annotation.class));
    let mut attributes: Vec<(&str, &str)> = labels.attributes_of(annotation).collect();
    attributes.sort_unstable();
    for (name, value) in attributes {
        text(name);
        text(value);
    }
    if let Shape::Text(run) | Shape::Unread(run) = annotation.shape {
        text(labels.text_of(run));
    }
    if let Shape::Tags(run) = annotation.shape {
        labels.tags[run.range()].iter().for_each(|&tag| text(labels.tag_names.name(tag)));
    }
    let mut number = |value: f64| bytes.extend_from_slice(&value.to_bits().to_le_bytes());
    if let Some(rect) = labels.rect(annotation) {
        [rect.x, rect.y, rect.w, rect.h, rect.turn].into_iter().for_each(&mut number);
    }
    let mut numbers = |run: Run| labels.numbers[run.range()].iter().copied().for_each(&mut number);
    match annotation.shape {
        Shape::Polygons(run) => labels.rings[run.range()].iter().copied().for_each(numbers),
        Shape::Polyline(run)
        | Shape::Points(run)
        | Shape::Keypoints(run)
        | Shape::Ellipse(run)
        | Shape::Cuboid(run)
        | Shape::Segment(run) => numbers(run),
        Shape::Mask(mask) => {
            let mask = labels.masks[mask as usize];
            let counts = labels.counts[mask.counts.range()].iter();
            [mask.height, mask.width].iter().chain(counts).for_each(|&n| number(f64::from(n)));
        }
        Shape::Span(span) => {
            let span = labels.spans[span as usize];
            bytes.extend_from_slice(&span.start.to_le_bytes());
            bytes.extend_from_slice(&span.end.to_le_bytes());
        }
        Shape::Class | Shape::Box | Shape::Tags(_) | Shape::Text(_) | Shape::Unread(_) => {}
    }
    u128::from_le_bytes(blake3::hash(&bytes).as_bytes()[..16].try_into().unwrap_or_default())
}
