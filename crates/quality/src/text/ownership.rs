//! Ownership of passages: what stands in several records is credited to one of them.
//!
//! A passage is a run of about twelve ideographs or six words. Each belongs to the group of
//! smallest rank that holds it; what a record repeats from elsewhere, or from itself, is not
//! novel. Long runs catch windows, chopped and joined records and appended text, and leave alone
//! the short phrases that honest texts of one field share.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::fold::{Token, characters, is_character};
use crate::dedup::minhash::mix;

/// Weight of a passage: an ideograph weighs 1, a word or number 2.
pub const PASSAGE_WEIGHT: u32 = 12;
/// Passages kept at most; beyond, only those of small hash are, which falls evenly on all texts.
pub const MOST_PASSAGES: u64 = 1 << 22;

const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// A passage of a record.
#[derive(Debug, Clone, Copy)]
struct Passage {
    hash: u64,
    start: u32,
    end: u32,
}

/// Finds the passages of records under one sampling rate.
#[derive(Debug, Clone, Copy)]
pub struct Passages {
    shift: u32,
}

impl Passages {
    /// The rate for a dataset of so many tokens: a power of two that keeps memory bounded.
    pub fn for_tokens(tokens: u64) -> Self {
        let shift = (tokens / MOST_PASSAGES).checked_ilog2().map_or(0, |log| log + 1);
        Self { shift }
    }

    /// Of so many passages one is looked at.
    pub fn stride(self) -> u64 {
        1 << self.shift
    }

    fn keeps(self, hash: u64) -> bool {
        self.shift == 0 || hash >> (64 - self.shift) == 0
    }

    /// The passages of a text by start; a text lighter than one passage is one.
    fn of(self, tokens: &[Token], mut each: impl FnMut(Passage)) {
        // Prefix hashes: the hash of any run is the difference of two.
        let mut prefix = Vec::with_capacity(tokens.len() + 1);
        let mut hash = 0_u64;
        prefix.push(hash);
        for &token in tokens {
            hash = hash.wrapping_mul(BASE).wrapping_add(u64::from(token));
            prefix.push(hash);
        }
        let powers: [u64; PASSAGE_WEIGHT as usize + 1] =
            std::array::from_fn(|power| BASE.wrapping_pow(power as u32));
        let (mut end, mut weight) = (0, 0);
        for start in 0..tokens.len() {
            while end < tokens.len() && weight < PASSAGE_WEIGHT {
                weight += weigh(tokens[end]);
                end += 1;
            }
            if weight < PASSAGE_WEIGHT && start > 0 {
                break;
            }
            let run = prefix[end].wrapping_sub(prefix[start].wrapping_mul(powers[end - start]));
            let hash = mix(mix(run) ^ (end - start) as u64);
            if self.keeps(hash) {
                each(Passage { hash, start: start as u32, end: end as u32 });
            }
            weight -= weigh(tokens[start]);
        }
    }

    /// The sampled passages of a text, hashes alone.
    pub fn hashes(self, tokens: &[Token], into: &mut Vec<u64>) {
        self.of(tokens, |passage| into.push(passage.hash));
    }
}

fn weigh(token: Token) -> u32 {
    if is_character(token) { 1 } else { 2 }
}

/// Takes a mixed hash as it is.
#[derive(Debug, Default, Clone, Copy)]
pub struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _bytes: &[u8]) {
        unreachable!("keys are u64");
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// A map from mixed hashes; looked up, never iterated.
pub type HashTable<V> = HashMap<u64, V, BuildHasherDefault<Mixed>>;

/// Which group owns each passage.
#[derive(Debug, Default)]
pub struct Owners(HashTable<u32>);

impl Owners {
    /// A group of this rank holds these passages.
    pub fn claim(&mut self, group: u32, hashes: &[u64]) {
        for &hash in hashes {
            let owner = self.0.entry(hash).or_insert(group);
            *owner = group.min(*owner);
        }
    }

    /// Characters of a record that no smaller group and no earlier place of the record holds.
    pub fn novel_units(&self, passages: Passages, group: u32, tokens: &[Token]) -> u64 {
        let mut found: Vec<(Passage, bool)> = Vec::new();
        let mut seen = HashTable::<()>::default();
        passages.of(tokens, |passage| {
            let is_elsewhere = self.0.get(&passage.hash).is_some_and(|&owner| owner < group);
            let is_again = seen.insert(passage.hash, ()).is_some();
            found.push((passage, is_elsewhere || is_again));
        });
        let slack = passages.stride() as usize - 1;
        let units = |from: usize, to: usize| -> u64 {
            tokens[from..to].iter().map(|&token| u64::from(characters(token))).sum()
        };
        let mut sum = 0;
        let mut at = 0;
        let mut covered_to = None;
        while at < found.len() {
            if found[at].1 {
                covered_to = Some(found[at].0.end as usize);
                at += 1;
                continue;
            }
            let next = (at..found.len()).find(|&later| found[later].1);
            // What lies between owned passages is novel but for what sampling did not show.
            let from = covered_to.map_or(0, |end: usize| end + slack);
            let to =
                next.map_or(tokens.len(), |n| (found[n].0.start as usize).saturating_sub(slack));
            if from < to {
                sum += units(from, to);
            }
            at = next.unwrap_or(found.len());
        }
        if found.is_empty() { units(0, tokens.len()) } else { sum }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold::fold;

    fn tokens(text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        fold(text, &mut tokens);
        tokens
    }

    fn novel(owned: &str, text: &str) -> u64 {
        let all = Passages::for_tokens(0);
        let mut owners = Owners::default();
        let mut hashes = Vec::new();
        all.hashes(&tokens(owned), &mut hashes);
        owners.claim(0, &hashes);
        hashes.clear();
        all.hashes(&tokens(text), &mut hashes);
        owners.claim(1, &hashes);
        owners.novel_units(all, 1, &tokens(text))
    }

    const A: &str = "压缩机出口温度连续三次超过上限应当立即停机检查冷却水系统";
    const B: &str = "巡检人员每两小时记录一次轴承振动数值并与上一班数据进行比较";

    #[test]
    fn windows_and_joins_are_not_novel() {
        assert_eq!(novel(A, A), 0);
        assert_eq!(novel(A, &A[9..72]), 0);
        assert_eq!(novel(&format!("{A}{B}"), &format!("{B}。{A}")), 0);
        let length = tokens(B).len() as u64;
        assert_eq!(novel(A, B), length);
        assert_eq!(novel(A, &format!("{A}{B}")), length);
        assert_eq!(novel("", &format!("{B}{B}")), length);
    }

    #[test]
    fn words_count_double() {
        assert_eq!(novel("check the oil level twice a day", "check the oil level twice a day"), 0);
        assert!(novel("check the oil level", "check the oil pressure at the outlet") > 20);
    }

    #[test]
    fn sampling_falls_with_the_total() {
        assert_eq!(Passages::for_tokens(MOST_PASSAGES - 1).stride(), 1);
        assert_eq!(Passages::for_tokens(MOST_PASSAGES).stride(), 2);
        assert_eq!(Passages::for_tokens(8 * MOST_PASSAGES).stride(), 16);
    }
}
