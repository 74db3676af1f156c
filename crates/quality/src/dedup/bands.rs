//! Candidate pairs: records that share a key, found by sorting.

use std::io;

use rayon::prelude::*;

use crate::sign::Keys;

/// Buckets up to this size are compared all against all; larger ones as star edges to the first.
const MOST_ALL_PAIRS: usize = 6;
/// Members of one bucket that are compared at all.
const MOST_MEMBERS: usize = 1 << 16;

/// Candidate pairs and what was left out.
#[derive(Debug, Default)]
pub struct Candidates {
    /// Pairs of ranks, smaller first, ascending, each once.
    pub pairs: Vec<(u32, u32)>,
    /// Buckets that were compared as stars.
    pub stars: u64,
    /// Members of giant buckets that were left out of one comparison.
    pub left_out: u64,
    /// Pairs there were when copies were last dropped.
    settled: usize,
}

/// The pairs of records that share a key at one of the positions.
///
/// `rank[record]` is its place in canonical order; records without a rank (`u32::MAX`) are left
/// out. Buckets above 65,536 members lose the rest, which is counted; other positions may still
/// bring those together.
///
/// - Errors: those of the store; a key of a record that is not there.
pub fn candidates(
    keys: &dyn Keys,
    positions: impl IntoIterator<Item = usize>,
    rank: &[u32],
) -> io::Result<Candidates> {
    let positions: Vec<usize> = positions.into_iter().collect();
    let mut all = Candidates::default();
    // As many positions at a time as there are threads: each holds all keys of one position.
    for some in positions.chunks(rayon::current_num_threads()) {
        let found: Vec<Candidates> =
            some.par_iter().map(|&position| at(keys, position, rank)).collect::<io::Result<_>>()?;
        found.into_iter().for_each(|found| all.merge(found));
    }
    all.settle();
    Ok(all)
}

/// The pairs that share their key at one position.
fn at(keys: &dyn Keys, position: usize, rank: &[u32]) -> io::Result<Candidates> {
    let sorted = keys.sorted(position)?;
    if sorted.iter().any(|&(_, record)| record as usize >= rank.len()) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "key of a record that is not"));
    }
    let mut found = Candidates::default();
    for bucket in sorted.chunk_by(|left, right| left.0 == right.0) {
        if bucket.len() > 1 {
            found.add_bucket(bucket, rank);
        }
    }
    found.settle();
    Ok(found)
}

impl Candidates {
    /// Takes over what was found elsewhere. The same pair meets in many positions: copies are
    /// dropped whenever there may be as many of them as pairs.
    fn merge(&mut self, other: Self) {
        self.stars += other.stars;
        self.left_out += other.left_out;
        self.pairs.extend(other.pairs);
        if self.pairs.len() > 2 * self.settled {
            self.settle();
        }
    }

    /// Puts the pairs in order and drops copies.
    fn settle(&mut self) {
        self.pairs.par_sort_unstable();
        self.pairs.dedup();
        self.settled = self.pairs.len();
    }

    fn add_bucket(&mut self, bucket: &[(u64, u32)], rank: &[u32]) {
        let mut members: Vec<u32> = bucket
            .iter()
            .map(|&(_, record)| rank[record as usize])
            .filter(|&rank| rank != u32::MAX)
            .collect();
        members.sort_unstable();
        if members.len() <= MOST_ALL_PAIRS {
            for (at, &left) in members.iter().enumerate() {
                self.pairs.extend(members[at + 1..].iter().map(|&right| (left, right)));
            }
            return;
        }
        self.stars += 1;
        if members.len() > MOST_MEMBERS {
            self.left_out += (members.len() - MOST_MEMBERS) as u64;
            members.truncate(MOST_MEMBERS);
        }
        self.pairs.extend(members[1..].iter().map(|&right| (members[0], right)));
        // Neighbours too: the first may be the odd one.
        self.pairs.extend(members[1..].windows(2).map(|pair| (pair[0], pair[1])));
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::sign::NO_KEY;

    /// Keys in memory, for tests.
    pub(crate) struct Table {
        pub(crate) width: usize,
        pub(crate) keys: Vec<u64>,
    }

    impl Keys for Table {
        fn width(&self) -> usize {
            self.width
        }

        fn sorted(&self, position: usize) -> io::Result<Vec<(u64, u32)>> {
            let mut pairs: Vec<(u64, u32)> = (self.keys.chunks_exact(self.width.max(1)).zip(0..))
                .map(|(keys, record)| (keys[position], record))
                .filter(|&(key, _)| key != NO_KEY)
                .collect();
            pairs.sort_unstable();
            Ok(pairs)
        }
    }

    #[test]
    fn pairs_come_once_and_in_order() {
        let table = Table { width: 2, keys: vec![1, 5, 1, 5, 2, NO_KEY, 3, NO_KEY] };
        let found = candidates(&table, 0..2, &[1, 0, 2, 3]).unwrap();
        assert_eq!(found.pairs, [(0, 1)]);
    }

    #[test]
    fn giant_buckets_become_stars() {
        let records = 1000;
        let table = Table { width: 1, keys: vec![9; records] };
        let rank: Vec<u32> = (0..records as u32).collect();
        let found = candidates(&table, 0..1, &rank).unwrap();
        assert!(found.pairs.len() < 2 * records);
        assert_eq!((found.stars, found.left_out), (1, 0));
    }
}
