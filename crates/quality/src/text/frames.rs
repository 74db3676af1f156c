//! Frames: short runs of words that stand in many records, as templates leave them.

use super::fold::{Token, characters, is_character};
use crate::dedup::lookup::HashTable;
use crate::dedup::minhash::hash_run;

/// A length of runs and how common one must be to belong to a frame.
#[derive(Debug, Clone, Copy)]
struct Level {
    /// Tokens of a run.
    run: usize,
    /// Records a run must stand in, at least.
    least: usize,
    /// … and one in so many of all records.
    records: usize,
    /// … and once in so many tokens.
    tokens: usize,
    /// Whether characters of scripts without spaces take part: three words are a phrase, three
    /// ideographs only a word.
    has_characters: bool,
}

/// Few templates with many fills show in short runs, many with few fills in longer ones.
const LEVELS: [Level; 3] = [
    Level { run: 3, least: 20, records: 50, tokens: 500, has_characters: false },
    Level { run: 5, least: 20, records: 50, tokens: usize::MAX, has_characters: true },
    Level { run: 8, least: 3, records: 500, tokens: usize::MAX, has_characters: true },
];
/// Gaps between runs up to this many tokens are slots of the frame.
const SLOT: usize = 4;

impl Level {
    /// Places and hashes of the runs of a text.
    fn runs(self, tokens: &[Token]) -> impl Iterator<Item = (usize, u64)> + '_ {
        let runs = tokens.windows(self.run).enumerate();
        runs.filter(move |(_, run)| {
            self.has_characters || !run.iter().any(|&token| is_character(token))
        })
        .map(|(at, run)| (at, hash_run(run)))
    }
}

/// In how many records each run stands.
#[derive(Debug)]
pub struct Frames {
    runs: HashTable<u32>,
    records: usize,
    tokens: usize,
}

impl Frames {
    /// No runs yet, with room for those of so many tokens.
    pub fn with_room(tokens: usize) -> Self {
        let runs = HashTable::with_capacity_and_hasher(2 * tokens, Default::default());
        Self { runs, records: 0, tokens: 0 }
    }

    /// Counts the runs of a record.
    pub fn add(&mut self, tokens: &[Token]) {
        for level in LEVELS {
            let mut found: Vec<u64> = level.runs(tokens).map(|(_, hash)| hash).collect();
            found.sort_unstable();
            found.dedup();
            found.iter().for_each(|&run| *self.runs.entry(run).or_default() += 1);
        }
        self.records += 1;
        self.tokens += tokens.len();
    }

    /// Share of the record's characters that stand in frames, slots included.
    pub fn share(&self, tokens: &[Token]) -> f64 {
        let mut framed = vec![false; tokens.len()];
        for level in LEVELS {
            let least =
                level.least.max(self.records / level.records).max(self.tokens / level.tokens);
            for (at, hash) in level.runs(tokens) {
                if self.runs.get(&hash).is_some_and(|&records| records as usize >= least) {
                    framed[at..at + level.run].fill(true);
                }
            }
        }
        close_slots(&mut framed);
        let (mut in_frames, mut all) = (0, 0);
        for (&token, is_framed) in tokens.iter().zip(framed) {
            all += characters(token);
            in_frames += if is_framed { characters(token) } else { 0 };
        }
        if all == 0 { 0.0 } else { f64::from(in_frames) / f64::from(all) }
    }
}

/// Marks the gaps of at most [`SLOT`] tokens between marked ones.
fn close_slots(framed: &mut [bool]) {
    let mut last = None;
    for at in 0..framed.len() {
        if framed[at] {
            if let Some(last) = last.filter(|last| at - last <= SLOT + 1) {
                framed[last..at].fill(true);
            }
            last = Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedup::minhash::mix;

    /// Tokens of six characters, drawn by number.
    fn word(seed: u64) -> Token {
        ((mix(seed) as u32) << 6) >> 1 & !31 | 6
    }

    /// A record of frame words with a slot of two own words after every eighth.
    fn fill(template: u64, number: u64) -> Vec<Token> {
        let slot = |at: u64| (0..2).map(move |n| word(1 << 40 | number << 20 | at << 8 | n));
        (0..4)
            .flat_map(|at| (0..8).map(move |n| word(template << 8 | at << 4 | n)).chain(slot(at)))
            .collect()
    }

    #[test]
    fn templates_are_frames_and_single_records_are_not() {
        let mut frames = Frames::with_room(0);
        // Forty templates of six fills each: too few for short runs, enough for longer ones.
        for number in 0..240 {
            frames.add(&fill(number % 40, number));
        }
        let alone: Vec<Token> = (0..40).map(|n| word(7 << 50 | n)).collect();
        frames.add(&alone);
        assert!(frames.share(&fill(3, 3)) > 0.9);
        assert_eq!(frames.share(&alone), 0.0);
        assert_eq!(frames.share(&[]), 0.0);
    }

    #[test]
    fn only_short_gaps_are_slots() {
        let mut framed =
            [true, false, false, false, false, true, false, false, false, false, false, true];
        close_slots(&mut framed);
        assert_eq!(framed.iter().filter(|framed| **framed).count(), 7);
    }
}
