//! Exact comparison of two token lists.

use super::lookup::HashTable;

/// Hashes of something countable, shingles or tokens, and how often each occurs.
#[derive(Debug, Clone, Default)]
pub struct Bag {
    counts: HashTable<u32>,
    size: usize,
}

impl Bag {
    /// The bag of these mixed hashes, repeats kept.
    pub fn new(hashes: impl Iterator<Item = u64>) -> Self {
        let mut counts = HashTable::with_capacity_and_hasher(hashes.size_hint().0, <_>::default());
        let mut size = 0;
        for hash in hashes {
            *counts.entry(hash).or_insert(0) += 1;
            size += 1;
        }
        Self { counts, size }
    }

    /// The set of these mixed hashes, repeats dropped.
    pub fn set(hashes: impl Iterator<Item = u64>) -> Self {
        let mut counts = HashTable::with_capacity_and_hasher(hashes.size_hint().0, <_>::default());
        counts.extend(hashes.map(|hash| (hash, 1)));
        Self { size: counts.len(), counts }
    }

    /// Members.
    pub fn len(&self) -> usize {
        self.size
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// Members the two have in common.
    pub fn common(&self, other: &Self) -> usize {
        let mine = |hash: &u64| self.counts.get(hash).copied().unwrap_or(0);
        other.counts.iter().map(|(hash, &count)| mine(hash).min(count) as usize).sum()
    }

    /// Jaccard similarity; 1 for two empty bags.
    pub fn jaccard(&self, other: &Self) -> f64 {
        let common = self.common(other);
        let either = self.len() + other.len() - common;
        if either == 0 { 1.0 } else { common as f64 / either as f64 }
    }
}

/// A bag seen through few counters: tells at once that two bags cannot be similar.
///
/// Elements that share a counter are taken for equal, so nothing similar is turned away.
#[derive(Debug)]
pub struct Outline {
    counts: [u16; Outline::COUNTERS],
    size: usize,
}

impl Outline {
    /// Counters, a power of two: two outlines stay in the innermost cache.
    const COUNTERS: usize = 2048;
    /// Tokens looked at before the next question whether the answer is clear.
    const STEP: usize = 32;

    /// The outline of these tokens.
    pub fn new(tokens: &[u32]) -> Self {
        let mut counts = [0_u16; Self::COUNTERS];
        for &token in tokens {
            let count = &mut counts[Self::counter(token)];
            *count = count.saturating_add(1);
        }
        Self { counts, size: tokens.len() }
    }

    /// Whether the Jaccard similarity with the bag of these tokens, little-endian, may be as high
    /// as `least`.
    ///
    /// Stops at the token that decides.
    pub fn may_reach(&self, least: f64, tokens: &[[u8; 4]]) -> bool {
        // A counter that ran full may hide more.
        if self.size > usize::from(u16::MAX) {
            return true;
        }
        let all = (self.size + tokens.len()) as f64;
        // One less than needed, so that rounding takes nothing away.
        let needed = (least / (1.0 + least) * all) as usize;
        let Some(spare) = tokens.len().checked_sub(needed.saturating_sub(1)) else { return false };
        let mut room = self.counts;
        let mut missed = 0;
        for some in tokens.chunks(Self::STEP) {
            for &token in some {
                let left = &mut room[Self::counter(u32::from_le_bytes(token))];
                missed += usize::from(*left == 0);
                *left = left.saturating_sub(1);
            }
            if missed > spare {
                return false;
            }
        }
        true
    }

    fn counter(token: u32) -> usize {
        (token.wrapping_mul(0x9e37_79b1) >> 21) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedup::minhash::mix;
    use proptest::prelude::*;

    #[test]
    fn bags_count_repeats_and_sets_do_not() {
        let bag = |values: &[u64]| Bag::new(values.iter().map(|&value| mix(value)));
        let set = |values: &[u64]| Bag::set(values.iter().map(|&value| mix(value)));
        assert_eq!(bag(&[1, 1, 2]).jaccard(&bag(&[1, 2, 2])), 0.5);
        assert_eq!(set(&[1, 1, 2]).jaccard(&set(&[1, 2, 2])), 1.0);
        assert_eq!(bag(&[]).jaccard(&bag(&[])), 1.0);
        assert_eq!(bag(&[1]).jaccard(&bag(&[])), 0.0);
    }

    proptest! {
        /// Nothing similar enough is turned away, nothing is wasted on what shares no counter.
        #[test]
        fn an_outline_turns_nothing_similar_away(
            left in prop::collection::vec(0..60_u32, 0..80),
            right in prop::collection::vec(0..60_u32, 0..80),
            least in 0.0..1.0,
        ) {
            let bag = |tokens: &[u32]| Bag::new(tokens.iter().map(|&token| mix(token.into())));
            let bytes = |tokens: &[u32]| -> Vec<[u8; 4]> {
                tokens.iter().map(|token| token.to_le_bytes()).collect()
            };
            let outline = Outline::new(&left);
            if bag(&left).jaccard(&bag(&right)) >= least {
                prop_assert!(outline.may_reach(least, &bytes(&right)));
            }
            prop_assert!(outline.may_reach(1.0, &bytes(&left)));
            let apart: Vec<u32> = right.iter().map(|token| token + 1_000).collect();
            let far = Outline::new(&left[..left.len().min(9)]).may_reach(0.5, &bytes(&apart));
            prop_assert!(!far || right.len() < 20);
        }

        /// Sets and bags agree with sorted lists.
        #[test]
        fn a_bag_counts_like_a_sorted_list(
            left in prop::collection::vec(0..20_u64, 0..60),
            right in prop::collection::vec(0..20_u64, 0..60),
        ) {
            let times = |of: &[u64], value| of.iter().filter(|&&other| other == value).count();
            let common = |most| (0..20)
                .map(|value| times(&left, value).min(times(&right, value)).min(most))
                .sum::<usize>();
            let bag = |values: &[u64]| Bag::new(values.iter().map(|&value| mix(value)));
            let set = |values: &[u64]| Bag::set(values.iter().map(|&value| mix(value)));
            prop_assert_eq!(bag(&left).common(&bag(&right)), common(usize::MAX));
            prop_assert_eq!(set(&left).common(&set(&right)), common(1));
        }
    }
}
