//! Fewest edits between two sequences, and of which kind.
//!
//! Myers' bit vectors (Hyyrö 2003), 64 places of the reference at a time. Among alignments of
//! fewest edits one is chosen by a fixed rule from the end: leave out before put in before change.
//! The counts are those of rapidfuzz and jiwer.

use std::collections::HashMap;

/// Kinds of places in an alignment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Edits {
    /// Same in both.
    pub same: u64,
    /// Changed.
    pub changed: u64,
    /// In the reference alone.
    pub left_out: u64,
    /// In the transcript alone.
    pub put_in: u64,
}

impl Edits {
    /// Adds others.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self {
            same: self.same + other.same,
            changed: self.changed + other.changed,
            left_out: self.left_out + other.left_out,
            put_in: self.put_in + other.put_in,
        }
    }

    /// Edits: the distance.
    pub fn errors(&self) -> u64 {
        self.changed + self.left_out + self.put_in
    }

    /// Length of the reference.
    pub fn reference(&self) -> u64 {
        self.same + self.changed + self.left_out
    }

    /// Length of the transcript.
    pub fn hypothesis(&self) -> u64 {
        self.same + self.changed + self.put_in
    }

    /// Edits for each place of the reference; `None` without any.
    pub fn rate(&self) -> Option<f64> {
        (self.reference() > 0).then(|| self.errors() as f64 / self.reference() as f64)
    }
}

/// Most words of bit vectors kept to trace an alignment; longer pairs are cut in two.
const MOST_WORDS: usize = 1 << 21;

/// Buffers of one comparison after the other.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    /// Places of symbols below 256 in a reference of at most 64, all 0 between comparisons.
    one: Vec<u64>,
    /// Places of symbols below 256 in the reference, `[256 * words]`.
    low: Vec<u64>,
    /// Where the places of other symbols are in `rare`.
    high: HashMap<u32, usize>,
    rare: Vec<u64>,
    /// Vertical steps up and down after each place of the transcript, `[places * words]`.
    up: Vec<u64>,
    down: Vec<u64>,
}

impl Workspace {
    /// The edits that turn `reference` into `hypothesis`.
    pub(super) fn compare(&mut self, reference: &[u32], hypothesis: &[u32]) -> Edits {
        let both = reference.iter().zip(hypothesis);
        let prefix = both.take_while(|(a, b)| a == b).count();
        let (reference, hypothesis) = (&reference[prefix..], &hypothesis[prefix..]);
        let both = reference.iter().rev().zip(hypothesis.iter().rev());
        let suffix = both.take_while(|(a, b)| a == b).count();
        let reference = &reference[..reference.len() - suffix];
        let hypothesis = &hypothesis[..hypothesis.len() - suffix];
        let mut edits = Edits { same: (prefix + suffix) as u64, ..Edits::default() };
        if reference.is_empty() || hypothesis.is_empty() {
            edits.left_out = reference.len() as u64;
            edits.put_in = hypothesis.len() as u64;
            return edits;
        }
        let words = reference.len().div_ceil(64);
        if words * hypothesis.len() > MOST_WORDS && hypothesis.len() > 1 {
            return edits.merge(self.compare_halves(reference, hypothesis));
        }
        if words == 1 && reference.iter().chain(hypothesis).all(|&symbol| symbol < 256) {
            self.fill_one(reference, hypothesis);
        } else {
            self.fill(reference, hypothesis, true);
        }
        edits.merge(self.trace(reference, hypothesis))
    }

    /// Cuts the transcript in the middle and the reference where that costs least (Hirschberg).
    fn compare_halves(&mut self, reference: &[u32], hypothesis: &[u32]) -> Edits {
        let (first, second) = hypothesis.split_at(hypothesis.len() / 2);
        let front = self.costs(reference, first);
        let turned: Vec<u32> = reference.iter().rev().copied().collect();
        let turned_second: Vec<u32> = second.iter().rev().copied().collect();
        let back = self.costs(&turned, &turned_second);
        let cost = |cut: &usize| front[*cut] + back[reference.len() - *cut];
        let cut = (0..=reference.len()).min_by_key(cost).unwrap_or(0);
        let left = self.compare(&reference[..cut], first);
        left.merge(self.compare(&reference[cut..], second))
    }

    /// The distance of every start of the reference to the whole transcript.
    fn costs(&mut self, reference: &[u32], hypothesis: &[u32]) -> Vec<u64> {
        self.fill(reference, hypothesis, false);
        let mut costs = vec![hypothesis.len() as u64];
        for at in 0..reference.len() {
            let bit = |vector: &[u64]| vector[at / 64] >> (at % 64) & 1;
            let last = costs[at];
            costs.push(last + bit(&self.up) - bit(&self.down));
        }
        costs
    }

    /// Fills the vertical steps: after every place of the transcript, or after the last alone.
    fn fill(&mut self, reference: &[u32], hypothesis: &[u32], all: bool) {
        let words = reference.len().div_ceil(64);
        self.index(reference, words);
        let rows = if all { hypothesis.len() } else { 1 };
        self.up.clear();
        self.up.resize(rows * words, 0);
        self.down.clear();
        self.down.resize(rows * words, 0);
        let mut up = vec![u64::MAX; words];
        let mut down = vec![0_u64; words];
        for (row, symbol) in hypothesis.iter().enumerate() {
            let (mut plus, mut minus) = (1_u64, 0_u64);
            let places = self.places(*symbol, words);
            for word in 0..words {
                let own = places.map_or(0, |places| places[word]) | minus;
                let (vp, vn) = (up[word], down[word]);
                let diagonal = ((own & vp).wrapping_add(vp) ^ vp) | own | vn;
                let hp = vn | !(diagonal | vp);
                let hn = diagonal & vp;
                let shifted_plus = hp << 1 | plus;
                let shifted_minus = hn << 1 | minus;
                (plus, minus) = (hp >> 63, hn >> 63);
                up[word] = shifted_minus | !(diagonal | shifted_plus);
                down[word] = shifted_plus & diagonal;
            }
            if all || row + 1 == hypothesis.len() {
                let at = if all { row * words } else { 0 };
                self.up[at..at + words].copy_from_slice(&up);
                self.down[at..at + words].copy_from_slice(&down);
            }
        }
    }

    /// Likewise after every place, where one word holds the reference: most pairs are so short.
    fn fill_one(&mut self, reference: &[u32], hypothesis: &[u32]) {
        self.one.resize(256, 0);
        for (at, &symbol) in reference.iter().enumerate() {
            self.one[symbol as usize] |= 1 << at;
        }
        self.up.clear();
        self.down.clear();
        let (mut up, mut down) = (u64::MAX, 0_u64);
        for &symbol in hypothesis {
            let own = self.one[symbol as usize];
            let diagonal = ((own & up).wrapping_add(up) ^ up) | own | down;
            let plus = (down | !(diagonal | up)) << 1 | 1;
            let minus = (diagonal & up) << 1;
            (up, down) = (minus | !(diagonal | plus), plus & diagonal);
            self.up.push(up);
            self.down.push(down);
        }
        reference.iter().for_each(|&symbol| self.one[symbol as usize] = 0);
    }

    fn index(&mut self, reference: &[u32], words: usize) {
        self.low.clear();
        self.low.resize(256 * words, 0);
        self.high.clear();
        self.rare.clear();
        for (at, &symbol) in reference.iter().enumerate() {
            let bit = 1 << (at % 64);
            if symbol < 256 {
                self.low[symbol as usize * words + at / 64] |= bit;
            } else {
                let next = self.rare.len();
                let start = *self.high.entry(symbol).or_insert(next);
                if start == next {
                    self.rare.resize(next + words, 0);
                }
                self.rare[start + at / 64] |= bit;
            }
        }
    }

    fn places(&self, symbol: u32, words: usize) -> Option<&[u64]> {
        if symbol < 256 {
            return Some(&self.low[symbol as usize * words..][..words]);
        }
        self.high.get(&symbol).map(|&start| &self.rare[start..start + words])
    }

    /// Follows the steps back from the end.
    fn trace(&self, reference: &[u32], hypothesis: &[u32]) -> Edits {
        let words = reference.len().div_ceil(64);
        let bit = |vector: &[u64], row: usize, at: usize| {
            vector[row * words + at / 64] >> (at % 64) & 1 == 1
        };
        let mut edits = Edits::default();
        let (mut at, mut row) = (reference.len(), hypothesis.len());
        while at > 0 && row > 0 {
            if bit(&self.up, row - 1, at - 1) {
                edits.left_out += 1;
                at -= 1;
                continue;
            }
            row -= 1;
            if row > 0 && bit(&self.down, row - 1, at - 1) {
                edits.put_in += 1;
                continue;
            }
            at -= 1;
            if reference[at] == hypothesis[row] {
                edits.same += 1;
            } else {
                edits.changed += 1;
            }
        }
        edits.left_out += at as u64;
        edits.put_in += row as u64;
        edits
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The textbook table.
    fn distance(a: &[u32], b: &[u32]) -> u64 {
        let mut row: Vec<u64> = (0..=b.len() as u64).collect();
        for (i, x) in a.iter().enumerate() {
            let mut diagonal = row[0];
            row[0] = i as u64 + 1;
            for (j, y) in b.iter().enumerate() {
                let next = (diagonal + u64::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
                diagonal = row[j + 1];
                row[j + 1] = next;
            }
        }
        row[b.len()]
    }

    proptest! {
        /// The edits are as few as the table says and account for both lengths.
        #[test]
        fn edits_are_fewest(
            a in prop::collection::vec(0..5_u32, 0..200),
            b in prop::collection::vec(254..259_u32, 0..200),
            shift in any::<bool>(),
        ) {
            let b: Vec<u32> = if shift { b.iter().map(|x| x - 254).collect() } else { b };
            let mut workspace = Workspace::default();
            let edits = workspace.compare(&a, &b);
            prop_assert_eq!(edits.errors(), distance(&a, &b));
            prop_assert_eq!(edits.reference(), a.len() as u64);
            prop_assert_eq!(edits.hypothesis(), b.len() as u64);
            if !a.is_empty() && b.len() > 1 {
                let halves = workspace.compare_halves(&a, &b);
                prop_assert_eq!(halves.errors(), edits.errors());
                prop_assert_eq!(halves.reference(), a.len() as u64);
            }
        }
    }
}
