//! Sketches: short lists of keys that similar sets are likely to share.
//!
//! One-permutation MinHash: every element falls into one bin, each bin keeps its least hash. One
//! multiplication an element whatever the number of bins, no wide registers needed. Empty bins
//! borrow from a bin drawn by a fixed hash, which keeps every bin an unbiased draw (Shrivastava
//! 2017, *Optimal densification for fast and accurate minwise hashing*, ICML).

pub use shujian_core::Banding;

use crate::sign::NO_KEY;

const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// Hash of a run of tokens, well mixed in all 64 bits.
#[inline(always)]
pub fn hash_run(tokens: &[u32]) -> u64 {
    let mut hash = 0x1319_8a2e_0370_7344_u64;
    for &token in tokens {
        hash = (hash ^ u64::from(token)).wrapping_mul(MULTIPLIER);
        hash ^= hash >> 32;
    }
    mix(hash)
}

/// Mixes all bits of a hash into all bits.
#[inline(always)]
pub fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    let hash = (hash ^ (hash >> 29)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}

/// The hashes of the shingles of `size` tokens in a text; a shorter text is one shingle.
pub fn shingles(tokens: &[u32], size: usize) -> impl Iterator<Item = u64> + '_ {
    let short = !tokens.is_empty() && tokens.len() < size;
    tokens.windows(size).map(hash_run).chain(short.then(|| hash_run(tokens)))
}

/// A sketch being filled; reused from record to record.
#[derive(Debug)]
pub struct Sketch {
    bins: Vec<u32>,
}

/// An empty bin: larger than any hash kept.
const EMPTY: u32 = u32::MAX;

impl Sketch {
    /// An empty sketch of so many bins.
    pub fn new(bins: usize) -> Self {
        Self { bins: vec![EMPTY; bins] }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.bins.fill(EMPTY);
    }

    /// Adds an element by its 64-bit hash: the high half chooses the bin, the low half competes.
    #[inline(always)]
    pub fn add(&mut self, hash: u64) {
        let bin = ((hash >> 32) * self.bins.len() as u64) >> 32;
        let rank = (hash as u32).min(EMPTY - 1);
        let least = &mut self.bins[bin as usize];
        *least = rank.min(*least);
    }

    /// Appends the keys of this banding, which must not take more bins than there are; [`NO_KEY`]
    /// for an empty set.
    pub fn keys(&mut self, Banding { bands, rows, .. }: Banding, into: &mut Vec<u64>) {
        let (bands, rows) = (usize::from(bands), usize::from(rows));
        if self.bins.iter().all(|&bin| bin == EMPTY) {
            into.extend(std::iter::repeat_n(NO_KEY, bands));
            return;
        }
        self.densify();
        for band in 0..bands {
            // Bins of a band stand apart, so that borrowed neighbours do not agree together.
            let mut key = band as u64 + 1;
            for row in 0..rows {
                key = (key ^ u64::from(self.bins[row * bands + band])).wrapping_mul(MULTIPLIER);
                key ^= key >> 31;
            }
            into.push(mix(key).min(NO_KEY - 1));
        }
    }

    fn densify(&mut self) {
        let filled: Vec<bool> = self.bins.iter().map(|&bin| bin != EMPTY).collect();
        for bin in 0..self.bins.len() {
            let mut attempt = bin as u64;
            while self.bins[bin] == EMPTY {
                attempt = attempt.wrapping_add(MULTIPLIER);
                let donor = (((mix(attempt) >> 32) * filled.len() as u64) >> 32) as usize;
                if filled[donor] {
                    self.bins[bin] = self.bins[donor];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Share of pairs of sets of similarity `jaccard` that share a key.
    fn recall(banding: Banding, size: u64, jaccard: f64, pairs: u64) -> f64 {
        let shared = (2.0 * size as f64 * jaccard / (1.0 + jaccard)).round() as u64;
        let found = (0..pairs).filter(|pair| {
            let keys = |side: u64| {
                let mut sketch = Sketch::new(banding.bins());
                for element in 0..size {
                    let own = if element < shared { 0 } else { side };
                    sketch.add(mix((pair << 40) ^ (own << 32) ^ element ^ 0x5bd1_e995_u64));
                }
                let mut keys = Vec::new();
                sketch.keys(banding, &mut keys);
                keys
            };
            keys(1).iter().zip(keys(2)).any(|(left, right)| *left == right)
        });
        found.count() as f64 / pairs as f64
    }

    #[test]
    fn recall_follows_theory() {
        for (banding, jaccard) in [
            (Banding::WEB, 0.8),
            (Banding::WEB, 0.7),
            (Banding::RECALL, 0.57),
            (Banding::RECALL, 0.3),
        ] {
            let theory =
                1.0 - (1.0 - f64::powi(jaccard, banding.rows.into())).powi(banding.bands.into());
            let measured = recall(banding, 600, jaccard, 400);
            assert!((measured - theory).abs() < 0.08, "{banding:?} {jaccard}: {measured} {theory}");
        }
        assert!(recall(Banding::RECALL, 40, 0.7, 400) > 0.95);
    }

    #[test]
    fn equal_sets_have_equal_keys_and_the_empty_set_has_none() {
        let mut sketch = Sketch::new(8);
        let mut keys = Vec::new();
        sketch.keys(Banding { bands: 2, rows: 4, shingle: 1 }, &mut keys);
        assert_eq!(keys, [NO_KEY; 2]);
        assert_eq!(recall(Banding::WEB, 3, 1.0, 50), 1.0);
    }

    #[test]
    fn short_texts_are_one_shingle() {
        assert_eq!(shingles(&[1, 2], 3).count(), 1);
        assert_eq!(shingles(&[1, 2, 3, 4], 3).count(), 2);
        assert_eq!(shingles(&[], 3).count(), 0);
    }
}
