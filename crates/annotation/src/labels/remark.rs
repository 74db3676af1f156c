//! Findings with their place in the delivery, one by one, so that a rework list can be made of them.

use std::collections::BTreeMap;

use shujian_core::{Findings, Place};

use super::{Labels, NONE};
use crate::code;

/// One thing found at one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// File, an index into [`Labels::files`].
    pub file: u32,
    /// Record there, from 1; 0 for the whole file.
    pub row: u32,
    /// Place within the record, from 1; 0 for the whole record.
    pub part: u32,
    /// Code of the finding.
    pub code: &'static str,
    /// Field of the record.
    pub field: &'static str,
    /// Byte offset in the file.
    pub byte: Option<u64>,
    /// The item, or [`NONE`].
    pub item: u32,
    /// The annotation, or [`NONE`].
    pub annotation: u32,
    /// What was seen.
    pub note: String,
}

impl Remark {
    /// Of a whole file.
    pub fn file(code: &'static str, file: u32, note: impl Into<String>) -> Self {
        let note = note.into();
        let (row, part, field, byte, item, annotation) = (0, 0, "", None, NONE, NONE);
        Self { file, row, part, code, field, byte, item, annotation, note }
    }

    /// Of a record.
    pub fn row(code: &'static str, file: u32, row: u32, note: impl Into<String>) -> Self {
        Self { row, ..Self::file(code, file, note) }
    }

    /// Of an item.
    pub fn item(code: &'static str, labels: &Labels, item: u32, note: impl Into<String>) -> Self {
        let at = &labels.items[item as usize];
        Self { item, ..Self::row(code, at.file, at.row, note) }
    }

    /// Of an annotation.
    pub fn annotation(
        code: &'static str,
        labels: &Labels,
        annotation: u32,
        note: impl Into<String>,
    ) -> Self {
        let at = &labels.annotations[annotation as usize];
        Self { part: at.part, item: at.item, annotation, ..Self::row(code, at.file, at.row, note) }
    }

    /// The same, at a field.
    pub fn in_field(mut self, field: &'static str) -> Self {
        self.field = field;
        self
    }

    /// The same, at a byte.
    pub fn at_byte(mut self, byte: u64) -> Self {
        self.byte = Some(byte);
        self
    }

    /// The place as findings of every room have it.
    pub fn place(&self, labels: &Labels) -> Place {
        let file = labels.files.get(self.file as usize).cloned().unwrap_or_default();
        let mut place = Place::file(file);
        place.row = (self.row > 0).then(|| u64::from(self.row));
        place.column = match (self.part, self.field) {
            (0, "") => None,
            (0, field) => Some(field.to_owned()),
            (part, "") => Some(format!("#{part}")),
            (part, field) => Some(format!("{field}#{part}")),
        };
        place.byte = self.byte;
        place.note.clone_from(&self.note);
        place
    }
}

/// Everything found, bounded for each code; what is beyond the bound is still counted.
#[derive(Debug, Clone, Default)]
pub struct Remarks {
    kept: Vec<Remark>,
    counts: BTreeMap<&'static str, u64>,
}

impl Remarks {
    /// Remarks kept for each code.
    pub const MAX_KEPT: u64 = 100_000;

    /// Adds one.
    pub fn add(&mut self, remark: Remark) {
        let count = self.counts.entry(remark.code).or_default();
        *count += 1;
        if *count <= Self::MAX_KEPT {
            self.kept.push(remark);
        }
    }

    /// Those kept, in the order they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Remark> {
        self.kept.iter()
    }

    /// How often a code occurred.
    pub fn count(&self, code: &str) -> u64 {
        self.counts.get(code).copied().unwrap_or(0)
    }

    /// Whether reading a file broke off, the last one remarked on.
    pub(crate) fn broke_off(&self, file: u32) -> bool {
        let of_file = self.kept.iter().rev().take_while(|remark| remark.file == file);
        let codes = [code::UNREADABLE, code::TOO_LARGE, code::SYNTAX];
        of_file.into_iter().any(|remark| remark.row == 0 && codes.contains(&remark.code))
    }

    /// Gives items other numbers.
    pub(crate) fn renumber_items(&mut self, of: impl Fn(u32) -> u32) {
        self.kept.iter_mut().for_each(|remark| remark.item = of(remark.item));
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Adds what another part found.
    pub fn append(&mut self, other: Self) {
        let mut beyond = other.counts;
        for remark in other.kept {
            if let Some(count) = beyond.get_mut(remark.code) {
                *count -= 1;
            }
            self.add(remark);
        }
        for (code, count) in beyond {
            *self.counts.entry(code).or_default() += count;
        }
    }

    /// Puts those kept into file and record order.
    pub fn sort(&mut self) {
        self.kept.sort();
    }

    /// As findings of every room are: counted by code, with the first places.
    pub fn findings(&self, labels: &Labels) -> Findings {
        let mut findings = Findings::default();
        let mut sorted: Vec<&Remark> = self.kept.iter().collect();
        sorted.sort_by(|a, b| (a.code, a).cmp(&(b.code, b)));
        for (code, &count) in &self.counts {
            let from = sorted.partition_point(|remark| remark.code < *code);
            let places = sorted[from..]
                .iter()
                .take_while(|remark| remark.code == *code)
                .take(4 * Findings::MAX_PLACES)
                .map(|remark| remark.place(labels));
            findings.add_many(code, count, places);
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beyond_the_bound_is_still_counted() {
        let code = code::UNREADABLE;
        let mut remarks = Remarks::default();
        for row in 0..Remarks::MAX_KEPT + 5 {
            remarks.add(Remark::row(code, 0, row as u32 + 1, ""));
        }
        let mut sum = Remarks::default();
        sum.add(Remark::row(code, 0, 1, "first"));
        sum.append(remarks);
        assert_eq!(sum.count(code), Remarks::MAX_KEPT + 6);
        assert_eq!(sum.iter().count() as u64, Remarks::MAX_KEPT);
        let labels = Labels { files: vec!["a.txt".into()], ..Labels::default() };
        let card = sum.findings(&labels).into_card();
        assert_eq!(card[0].count, Remarks::MAX_KEPT + 6);
        assert_eq!(card[0].places[0].row, Some(1));
    }
}
