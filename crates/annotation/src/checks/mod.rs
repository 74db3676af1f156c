//! What can be wrong with labels, and where it is.

mod answers;
mod boxes;
mod classes;
mod duplicates;
mod ids;
mod instruction;
mod items;
mod masks;
mod polygons;
mod segments;
mod spans;
mod tags;
mod unlabelled;

use std::collections::BTreeSet;

use rayon::prelude::*;

pub use instruction::{ClassRule, Exclusion, ItemRule, Spec};

use crate::code;
use crate::formats::{Delivery, FileRead, Folder};
use crate::labels::{Annotation, Labels, NONE, Remark, Remarks};

/// One check over a whole delivery.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Its name in reports and on the command line.
    pub name: &'static str,
    /// Codes of what it finds.
    pub codes: &'static [&'static str],
    /// Finds them.
    pub run: fn(&View<'_>, &mut Remarks),
}

/// Every check. Each sees the whole delivery and none sees what another found.
pub static CHECKS: &[Check] = &[
    ids::CHECK,
    items::CHECK,
    unlabelled::CHECK,
    classes::CHECK,
    boxes::CHECK,
    polygons::CHECK,
    masks::CHECK,
    duplicates::CHECK,
    spans::CHECK,
    tags::CHECK,
    segments::CHECK,
    answers::CHECK,
    instruction::CHECK,
];

/// A delivery as checks see it.
#[derive(Debug)]
pub struct View<'a> {
    /// The labels.
    pub labels: &'a Labels,
    /// The files, in the order of [`Labels::files`].
    pub files: &'a [FileRead],
    /// What lies beside them.
    pub folder: &'a Folder,
    /// The labelling instruction, if there is one.
    pub spec: Option<&'a Spec>,
    order: Vec<u32>,
    starts: Vec<u32>,
    /// Items whose picture cannot be the one labelled.
    misplaced: BTreeSet<u32>,
}

impl<'a> View<'a> {
    /// Prepares a delivery for its checks.
    pub fn new(delivery: &'a Delivery, spec: Option<&'a Spec>) -> Self {
        let (order, starts) = delivery.labels.by_item();
        let Delivery { labels, files, folder, .. } = delivery;
        let misplaced = BTreeSet::new();
        let mut view = Self { labels, files, folder, spec, order, starts, misplaced };
        view.misplaced =
            (0..labels.items.len() as u32).filter(|&item| view.is_misplaced(item)).collect();
        view
    }

    /// Indices of the annotations of an item, in file order.
    pub fn of_item(&self, item: u32) -> &[u32] {
        let item = item as usize;
        &self.order[self.starts[item] as usize..self.starts[item + 1] as usize]
    }

    /// An annotation by its index.
    pub fn annotation(&self, index: u32) -> &'a Annotation {
        &self.labels.annotations[index as usize]
    }

    /// The size of the item of an annotation, where it is a usable one, and the slack that rounding
    /// needs at its border.
    fn frame(&self, annotation: &Annotation) -> Option<([f64; 2], f64)> {
        if self.misplaced.contains(&annotation.item) {
            return None;
        }
        let item = self.labels.items.get(annotation.item as usize)?;
        let size =
            item.size.filter(|size| size.iter().all(|&side| side > 0.0 && side.is_finite()))?;
        Some((size, if item.relative { 1e-4 } else { 1.0 }))
    }

    /// Whether every mark of an item lies beyond the picture by which it was measured.
    fn is_misplaced(&self, item: u32) -> bool {
        let at = &self.labels.items[item as usize];
        let Some([width, height]) = at.size.filter(|_| at.measured) else { return false };
        let beyond = |&index: &u32| {
            let rect = self.labels.rect(self.annotation(index));
            rect.is_some_and(|rect| rect.x >= width || rect.y >= height)
        };
        let marks = self.of_item(item);
        !marks.is_empty() && marks.iter().all(beyond)
    }

    /// Whether an annotation is an answer in a table of items and raters.
    fn is_answer(&self, annotation: &Annotation) -> bool {
        let file = self.files.get(annotation.file as usize);
        file.and_then(|file| file.format).is_some_and(|format| format.starts_with("table-"))
    }
}

/// Runs every check, in parallel, and adds what they find in file and record order.
pub fn run(delivery: &mut Delivery, spec: Option<&Spec>) {
    let view = View::new(delivery, spec);
    let found: Vec<Remarks> = CHECKS
        .par_iter()
        .map(|check| {
            let mut remarks = Remarks::default();
            (check.run)(&view, &mut remarks);
            remarks
        })
        .collect();
    for remarks in found {
        delivery.remarks.append(remarks);
    }
    if delivery.labels.annotations.is_empty() {
        delivery.remarks.add(Remark::file(code::EMPTY_DELIVERY, NONE, ""));
    }
    delivery.remarks.sort();
}

/// Pairs compared within one item, at most; beyond it the check stops there and says so.
const MAX_PAIRS: u64 = 20_000_000;

/// Remarks that an item has too much to compare.
fn too_many(view: &View<'_>, item: u32, field: &'static str, remarks: &mut Remarks) {
    let note = format!("over {MAX_PAIRS} pairs to compare");
    remarks.add(Remark::item(code::TOO_LARGE, view.labels, item, note).in_field(field));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_is_named_once_and_its_codes_are_listed() {
        let mut names: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CHECKS.len());
        for check in CHECKS {
            assert!(!check.codes.is_empty(), "{}", check.name);
            for code in check.codes {
                assert!(shujian_core::codes::find(code).is_some(), "{code}");
            }
        }
    }
}
