//! Frames: short runs of words that stand in many records, as templates leave them.

use super::fold::{Token, characters};
use super::ownership::HashTable;
use crate::dedup::minhash::hash_run;

/// Tokens of a run.
const RUN: usize = 5;
/// Gaps between runs up to this many tokens are slots of the frame.
const SLOT: usize = 4;
/// Records a run must stand in, at least.
const LEAST_RECORDS: u32 = 20;

/// In how many records each run stands.
#[derive(Debug)]
pub struct Frames {
    runs: HashTable<u32>,
    records: u32,
}

impl Frames {
    /// No runs yet, with room for those of so many tokens.
    pub fn with_room(tokens: usize) -> Self {
        Self { runs: HashTable::with_capacity_and_hasher(tokens, Default::default()), records: 0 }
    }

    /// Counts the runs of a record.
    pub fn add(&mut self, tokens: &[Token]) {
        let mut found: Vec<u64> = tokens.windows(RUN).map(hash_run).collect();
        found.sort_unstable();
        found.dedup();
        found.iter().for_each(|&run| *self.runs.entry(run).or_default() += 1);
        self.records += 1;
    }

    /// Share of the record's characters that stand in frames, slots included.
    pub fn share(&self, tokens: &[Token]) -> f64 {
        let least = LEAST_RECORDS.max(self.records / 50);
        let mut covered_to = 0;
        let (mut framed, mut all) = (0, 0);
        let mut is_first = true;
        for (at, run) in tokens.windows(RUN).enumerate() {
            if self.runs.get(&hash_run(run)).is_none_or(|&records| records < least) {
                continue;
            }
            let is_slot = !is_first && at <= covered_to + SLOT;
            let from = if is_slot { covered_to } else { at.max(covered_to) };
            framed += tokens[from..at + RUN].iter().map(|&token| characters(token)).sum::<u32>();
            covered_to = at + RUN;
            is_first = false;
        }
        all += tokens.iter().map(|&token| characters(token)).sum::<u32>();
        if all == 0 { 0.0 } else { f64::from(framed) / f64::from(all) }
    }
}
