//! The bottom-k sample: the k records of smallest content id, whatever order they came in.
//!
//! Membership depends on content alone, so merging is exact and nobody can aim at it. Exact copies
//! share an id and fall together; the copy of smallest place is kept.

use std::collections::BTreeMap;

use shujian_core::ContentId;

use crate::sign::Source;

/// One sampled record: its cells as canonical text, in the order of the partition's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sampled {
    /// Where it stands.
    pub source: Source,
    /// One cell a column of the partition plan; `None` is null. Text as decoded, NFC, not folded.
    pub cells: Vec<Option<Box<str>>>,
}

/// The sample of one partition.
///
/// A record is kept while fewer than `most_records` records have a smaller id *and* the cells of
/// the records before it hold fewer than `most_bytes`. Both bounds depend on content alone, which
/// keeps the merge exact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    most_records: usize,
    most_bytes: usize,
    bytes: usize,
    records: BTreeMap<ContentId, Sampled>,
}

impl Sample {
    /// An empty sample.
    pub fn new(most_records: usize, most_bytes: usize) -> Self {
        Self { most_records, most_bytes, bytes: 0, records: BTreeMap::new() }
    }

    /// Whether a record of this id could still enter: lets callers skip building its cells.
    pub fn wants(&self, id: &ContentId, source: Source) -> bool {
        match self.records.get(id) {
            Some(kept) => source < kept.source,
            None => {
                !self.is_full() || self.records.last_key_value().is_some_and(|(last, _)| id < last)
            }
        }
    }

    fn is_full(&self) -> bool {
        self.records.len() >= self.most_records || self.bytes >= self.most_bytes
    }

    /// Offers a record.
    pub fn offer(&mut self, id: ContentId, sampled: Sampled) {
        if !self.wants(&id, sampled.source) {
            return;
        }
        self.bytes += size(&sampled);
        if let Some(replaced) = self.records.insert(id, sampled) {
            self.bytes -= size(&replaced);
        }
        // The last record goes when the others alone already fill the sample.
        while let Some((last, record)) = self.records.last_key_value() {
            let without = self.bytes - size(record);
            if self.records.len() - 1 < self.most_records && without < self.most_bytes {
                break;
            }
            let last = *last;
            self.records.remove(&last);
            self.bytes = without;
        }
    }

    /// Joins two samples of the same bounds.
    pub fn merge(&mut self, other: Self) {
        for (id, sampled) in other.records {
            self.offer(id, sampled);
        }
    }

    /// Records by ascending id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&ContentId, &Sampled)> {
        self.records.iter()
    }

    /// Records in the sample.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether nothing was offered.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}

fn size(sampled: &Sampled) -> usize {
    sampled.cells.iter().map(|cell| 16 + cell.as_ref().map_or(0, |text| text.len())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sampled(row: u64, bytes: usize) -> Sampled {
        let cells = vec![Some("x".repeat(bytes).into_boxed_str())];
        Sampled { source: Source { file: 0, row }, cells }
    }

    proptest! {
        /// Any cut and any order leave the same sample.
        #[test]
        fn merging_is_order_free(
            sizes in prop::collection::vec(0..200_usize, 0..60),
            cut in any::<prop::sample::Index>(),
            most in 1..20_usize,
        ) {
            let records: Vec<_> = sizes.iter().enumerate()
                .map(|(row, &bytes)| (ContentId::of(&[bytes as u8]), sampled(row as u64, bytes)))
                .collect();
            let draw = |records: &[(ContentId, Sampled)]| {
                let mut sample = Sample::new(most, 600);
                for (id, record) in records { sample.offer(*id, record.clone()); }
                sample
            };
            let whole = draw(&records);
            let (left, right) = records.split_at(cut.index(records.len() + 1));
            let mut merged = draw(right);
            merged.merge(draw(left));
            prop_assert_eq!(&merged, &whole);
            let reversed: Vec<_> = records.iter().rev().cloned().collect();
            prop_assert_eq!(&draw(&reversed), &whole);
        }
    }
}
