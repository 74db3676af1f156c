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

/// A bag seen through few counters: two of them tell at once that two bags cannot be similar.
///
/// Elements that share a counter are taken for equal, so nothing similar is turned away.
#[derive(Debug, Clone)]
pub struct Outline {
    counts: [u8; Outline::COUNTERS],
    size: u32,
    /// Members of the first half of the counters.
    half: u32,
}

impl Outline {
    /// Counters, a power of two: about as many as most texts have words.
    const COUNTERS: usize = 1024;
    /// Counters whose smaller halves are added up in bytes and words before they are widened.
    const LANES: usize = 64;

    /// The outline of these tokens, little-endian.
    pub fn new(tokens: &[[u8; 4]]) -> Self {
        let mut counts = [0_u8; Self::COUNTERS];
        for &token in tokens {
            let count = &mut counts[Self::counter(u32::from_le_bytes(token))];
            *count = count.saturating_add(1);
        }
        let half = counts[..Self::COUNTERS / 2].iter().map(|&count| u32::from(count)).sum();
        Self { counts, size: u32::try_from(tokens.len()).unwrap_or(u32::MAX), half }
    }

    /// Whether the Jaccard similarity of the two bags may be as high as `least`.
    pub fn may_reach(&self, least: f64, other: &Self) -> bool {
        let all = f64::from(self.size) + f64::from(other.size);
        // One less than needed, so that rounding takes nothing away.
        let needed = ((least / (1.0 + least) * all) as u64).saturating_sub(1);
        let needed = u32::try_from(needed).unwrap_or(u32::MAX);
        let Some(first) = self.most_common(other, 0) else {
            return self.size.min(other.size) >= needed;
        };
        // What most pairs have in common at half time is too little, whatever follows.
        let rest = (self.size - self.half).min(other.size - other.half);
        if first + rest < needed {
            return false;
        }
        match self.most_common(other, 1) {
            Some(second) => first + second >= needed,
            None => self.size.min(other.size) >= needed,
        }
    }

    /// Members that the two bags have in common at most in one half of the counters; `None` where a
    /// counter ran full in both, which may hide any number more.
    fn most_common(&self, other: &Self, half: usize) -> Option<u32> {
        let mut sums = [0_u16; Self::LANES];
        let mut full = [0_u8; Self::LANES];
        let of_half = half * Self::COUNTERS / 2..(half + 1) * Self::COUNTERS / 2;
        let (left, _) = self.counts[of_half.clone()].as_chunks::<{ Self::LANES }>();
        let (right, _) = other.counts[of_half].as_chunks::<{ Self::LANES }>();
        for (left, right) in left.iter().zip(right) {
            for lane in 0..Self::LANES {
                let least = left[lane].min(right[lane]);
                sums[lane] += u16::from(least);
                full[lane] = full[lane].max(least);
            }
        }
        if full.contains(&u8::MAX) {
            return None;
        }
        Some(sums.iter().map(|&sum| u32::from(sum)).sum())
    }

    fn counter(token: u32) -> usize {
        (token.wrapping_mul(0x9e37_79b1) >> 22) as usize
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
            let outline = |tokens: &[u32]| {
                Outline::new(&tokens.iter().map(|token| token.to_le_bytes()).collect::<Vec<_>>())
            };
            let repeated = [left.clone(), vec![7; 300]].concat();
            for left in [left, repeated] {
                if bag(&left).jaccard(&bag(&right)) >= least {
                    prop_assert!(outline(&left).may_reach(least, &outline(&right)));
                }
                prop_assert!(outline(&left).may_reach(1.0, &outline(&left)));
            }
            let apart: Vec<u32> = right.iter().map(|token| token + 1_000).collect();
            let far = outline(&right).may_reach(0.5, &outline(&apart));
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
