//! Exact comparison of two token lists.

/// Sorted hashes of something countable: shingles or tokens. Repeats count as often as they occur.
#[derive(Debug, Clone, Default)]
pub struct Bag(Vec<u64>);

impl Bag {
    /// The bag of these hashes, repeats kept.
    pub fn new(hashes: impl Iterator<Item = u64>) -> Self {
        let mut hashes: Vec<u64> = hashes.collect();
        hashes.sort_unstable();
        Self(hashes)
    }

    /// The set of these hashes, repeats dropped.
    pub fn set(hashes: impl Iterator<Item = u64>) -> Self {
        let mut bag = Self::new(hashes);
        bag.0.dedup();
        bag
    }

    /// Members.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Members the two have in common.
    pub fn common(&self, other: &Self) -> usize {
        let (mut left, mut right, mut common) = (0, 0, 0);
        while left < self.0.len() && right < other.0.len() {
            let (a, b) = (self.0[left], other.0[right]);
            common += usize::from(a == b);
            left += usize::from(a <= b);
            right += usize::from(b <= a);
        }
        common
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
/// Elements that share a counter are taken for equal, so the bound is never too low.
#[derive(Debug)]
pub struct Outline {
    counts: Vec<u16>,
    room: Vec<u16>,
    size: usize,
}

impl Outline {
    /// Counters, a power of two: 8 KiB stay in the innermost cache.
    const COUNTERS: usize = 4096;

    /// The outline of these tokens.
    pub fn new(tokens: &[u32]) -> Self {
        let mut counts = vec![0_u16; Self::COUNTERS];
        for &token in tokens {
            let count = &mut counts[Self::counter(token)];
            *count = count.saturating_add(1);
        }
        Self { room: counts.clone(), counts, size: tokens.len() }
    }

    /// A bound from above of the Jaccard similarity with the bag of these tokens.
    pub fn bound(&mut self, tokens: &[u32]) -> f64 {
        self.room.copy_from_slice(&self.counts);
        let mut shared = 0;
        for &token in tokens {
            let left = &mut self.room[Self::counter(token)];
            shared += usize::from(*left > 0);
            *left = left.saturating_sub(1);
        }
        // A counter that ran full may hide more.
        if self.size > usize::from(u16::MAX) {
            return 1.0;
        }
        let all = self.size + tokens.len() - shared;
        if all == 0 { 1.0 } else { shared as f64 / all as f64 }
    }

    fn counter(token: u32) -> usize {
        (token.wrapping_mul(0x9e37_79b1) >> 20) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bags_count_repeats_and_sets_do_not() {
        let bag = |values: &[u64]| Bag::new(values.iter().copied());
        let set = |values: &[u64]| Bag::set(values.iter().copied());
        assert_eq!(bag(&[1, 1, 2]).jaccard(&bag(&[1, 2, 2])), 0.5);
        assert_eq!(set(&[1, 1, 2]).jaccard(&set(&[1, 2, 2])), 1.0);
        assert_eq!(bag(&[]).jaccard(&bag(&[])), 1.0);
        assert_eq!(bag(&[1]).jaccard(&bag(&[])), 0.0);
    }

    proptest! {
        /// The bound holds and is met by equal bags.
        #[test]
        fn an_outline_bounds_the_similarity(
            left in prop::collection::vec(0..60_u32, 0..80),
            right in prop::collection::vec(0..60_u32, 0..80),
        ) {
            let bag = |tokens: &[u32]| Bag::new(tokens.iter().map(|&token| u64::from(token)));
            let mut outline = Outline::new(&left);
            prop_assert!(outline.bound(&right) >= bag(&left).jaccard(&bag(&right)));
            prop_assert_eq!(outline.bound(&left), 1.0);
        }
    }
}
