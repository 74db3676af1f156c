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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bags_count_repeats_and_sets_do_not() {
        let bag = |values: &[u64]| Bag::new(values.iter().copied());
        let set = |values: &[u64]| Bag::set(values.iter().copied());
        assert_eq!(bag(&[1, 1, 2]).jaccard(&bag(&[1, 2, 2])), 0.5);
        assert_eq!(set(&[1, 1, 2]).jaccard(&set(&[1, 2, 2])), 1.0);
        assert_eq!(bag(&[]).jaccard(&bag(&[])), 1.0);
        assert_eq!(bag(&[1]).jaccard(&bag(&[])), 0.0);
    }
}
