//! What a correction took away instead of putting it right.

use std::collections::{BTreeMap, BTreeSet};

use super::diff::{Checked, Dropped};
use super::form::Rework;
use crate::code;
use crate::formats::Delivery;
use crate::labels::{Labels, NONE};

/// Findings that are put right by taking a label away, or that the instruction excludes.
const REMOVABLE: &[&str] = &[
    code::REPEATED_ITEM_ID,
    code::REPEATED_ITEM_NAME,
    code::REPEATED_ANNOTATION_ID,
    code::REPEATED_ROW,
    code::SELF_CONTRADICTION,
    code::ZERO_BOX,
    code::DUPLICATE,
    code::NEAR_DUPLICATE,
    code::SHORT_POLYGON,
    code::FLAT_POLYGON,
    code::SPAN_EMPTY,
    code::SPAN_DUPLICATE,
    code::TRACK_REPEAT,
    code::SPEC_CLASS,
    code::SPEC_COUNT,
    code::SPEC_EXCLUDED,
    code::SPEC_SIZE,
    code::SPEC_SHAPE,
];

/// An item of a delivery: its labels and the file it first stands in.
#[derive(Debug, Default, Clone, Copy)]
struct Held {
    labels: u64,
    file: u32,
}

/// Items, files and labels that the correction has no longer; `standing` are errors that it still has.
pub(super) fn list(before: &Checked, after: &Checked, standing: &[Rework]) -> Vec<Dropped> {
    let (had, has) = (held(&before.labels), held(&after.labels));
    let (asked, stands) = (asked(&before.rework), asked(standing));
    let gained: u64 = has
        .iter()
        .filter(|(name, _)| !name.is_empty())
        .map(|(name, now)| now.labels.saturating_sub(had.get(name).map_or(0, |then| then.labels)))
        .sum();
    let mut dropped = Vec::new();
    for (&name, then) in &had {
        let now = has.get(name);
        let errors = asked.get(name).copied().unwrap_or(0);
        let removable = before.removable.get(name).copied().unwrap_or(0);
        // Labels of no item may have found theirs.
        let moved = if name.is_empty() { gained } else { 0 };
        let lost = then.labels.saturating_sub(now.map_or(0, |now| now.labels));
        let labels = lost.saturating_sub(removable).saturating_sub(moved);
        let gone = now.is_none() && !name.is_empty();
        if labels == 0 && !(gone && removable == 0) {
            continue;
        }
        let left = stands.get(name).copied().unwrap_or(0);
        let open = errors.saturating_sub(left);
        let most = open.saturating_sub(removable.min(lost - labels));
        let errors = if gone { open } else { most.min(labels) };
        let file = before.labels.files.get(then.file as usize).cloned().unwrap_or_default();
        dropped.push(Dropped { item: name.to_owned(), file, gone, labels, errors });
    }
    dropped.extend(files(before, after));
    dropped
}

/// Files with an error of their own that are no longer there, unless new ones may be in their place.
fn files(before: &Checked, after: &Checked) -> Vec<Dropped> {
    let names = |of: &Checked| -> BTreeSet<String> { of.labels.files.iter().cloned().collect() };
    let (then, now) = (names(before), names(after));
    if now.difference(&then).next().is_some() {
        return Vec::new();
    }
    let mut errors: BTreeMap<&str, u64> = BTreeMap::new();
    let of_files = before.rework.iter().filter(|error| error.item.is_empty());
    for error in of_files.filter(|error| !now.contains(&error.place.file)) {
        *errors.entry(&error.place.file).or_default() += 1;
    }
    let row = |(file, errors): (&str, u64)| Dropped {
        item: String::new(),
        file: file.to_owned(),
        gone: true,
        labels: 0,
        errors,
    };
    errors.into_iter().filter(|(file, _)| !file.is_empty()).map(row).collect()
}

fn held(labels: &Labels) -> BTreeMap<&str, Held> {
    let mut held: BTreeMap<&str, Held> = BTreeMap::new();
    for (item, name) in labels.items.iter().zip(labels.item_names()) {
        held.entry(name).or_insert(Held { labels: 0, file: item.file });
    }
    for annotation in &labels.annotations {
        let new = Held { labels: 0, file: annotation.file };
        let name = if annotation.item == NONE { "" } else { labels.item_name(annotation.item) };
        held.entry(name).or_insert(new).labels += 1;
    }
    held
}

/// Errors by item.
fn asked(errors: &[Rework]) -> BTreeMap<&str, u64> {
    let mut asked = BTreeMap::new();
    errors.iter().for_each(|error| *asked.entry(error.item.as_str()).or_default() += 1);
    asked
}

/// How many labels of each item are found to be ones too many.
pub(super) fn removable(delivery: &Delivery) -> BTreeMap<String, u64> {
    let mut removable: BTreeMap<String, u64> = BTreeMap::new();
    for remark in delivery.remarks.iter().filter(|remark| REMOVABLE.contains(&remark.code)) {
        let name = delivery.labels.item_name(remark.item);
        *removable.entry(name.to_owned()).or_default() += 1;
    }
    removable
}

#[cfg(test)]
mod tests {
    use shujian_core::Limits;

    use super::super::diff::diff;
    use super::*;
    use crate::formats::read_bytes;

    fn checked(rows: &str) -> Checked {
        let text = format!("item,annotator,label\n{rows}");
        let delivery = read_bytes("labels.csv", text.as_bytes(), &Limits::default());
        Checked::of(delivery, "root".to_owned(), None)
    }

    #[test]
    fn what_is_taken_away_is_not_put_right() {
        let first = checked("1,ann,cat\n2,ann,\n3,ann,dog\n");
        let found = diff(&first, &checked("1,ann,cat\n3,ann,dog\n"));
        assert!(!found.is_clean());
        let row = |item: &str, labels, errors| Dropped {
            item: item.to_owned(),
            file: "labels.csv".to_owned(),
            gone: true,
            labels,
            errors,
        };
        assert_eq!(found.dropped, [row("2", 1, 1)]);
        assert_eq!((found.fixed.numerator, found.fixed.denominator), (0, 1));
        // Nor may what nothing was wrong with be taken away.
        let found = diff(&first, &checked("1,ann,cat\n2,ann,cow\n"));
        assert_eq!(found.dropped, [row("3", 1, 0)]);
        assert_eq!(found.fixed.numerator, 1);
    }

    #[test]
    fn a_duplicate_is_put_right_by_taking_it_away_and_only_that() {
        let first = checked("1,ann,cat\n1,ann,cat\n2,ann,dog\n");
        assert_eq!(first.removable.get("1"), Some(&1));
        assert!(diff(&first, &checked("1,ann,cat\n2,ann,dog\n")).is_clean());
        let found = diff(&first, &checked("2,ann,dog\n"));
        assert_eq!(found.dropped.iter().map(|one| one.labels).collect::<Vec<_>>(), [1]);
    }
}
