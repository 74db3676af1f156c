//! Order: whether words follow each other as they do elsewhere in the data.
//!
//! All statistics of a record rest on the other records alone. Counts leave out the record's own.

use super::fold::{NUMBER, Token, characters};
use crate::dedup::lookup::HashTable;
use crate::dedup::minhash::{hash_run, mix};

/// Words are shuffled inside blocks of so many.
const BLOCK: usize = 12;
/// Added to every count.
const SMOOTH: f64 = 0.5;

/// How often each gram stands in the sample.
#[derive(Debug)]
pub struct Grams {
    singles: HashTable<u32>,
    pairs: HashTable<u32>,
    triples: HashTable<u32>,
    total: f64,
}

/// How much order one record shows.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Order {
    /// Words that could be judged.
    pub words: usize,
    /// Gain of the order of words over a shuffled one, mean ln a pair.
    pub pairs: f64,
    /// Gain of triples over chained pairs, mean ln a triple.
    pub chains: f64,
    /// Share of characters in words that no other record holds.
    pub unknown: f64,
}

/// The grams of one record, each with how often it stands there, by hash.
struct Own(Vec<(u64, u32)>);

impl Own {
    fn of(tokens: &[Token], size: usize) -> Self {
        let judged = tokens.windows(size).filter(|run| size == 1 || !run.contains(&NUMBER));
        let mut hashes: Vec<u64> = judged.map(hash_run).collect();
        hashes.sort_unstable();
        Self(hashes.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32)).collect())
    }

    fn add_to(&self, table: &mut HashTable<u32>) {
        for &(hash, count) in &self.0 {
            *table.entry(hash).or_default() += count;
        }
    }

    /// Occurrences in the other records.
    fn others(&self, table: &HashTable<u32>, hash: u64) -> f64 {
        let Some(&all) = table.get(&hash) else { return 0.0 };
        let at = self.0.binary_search_by_key(&hash, |&(own, _)| own);
        f64::from(all - at.map_or(0, |at| self.0[at].1))
    }
}

impl Grams {
    /// No grams yet, with room for those of so many tokens.
    pub fn with_room(tokens: usize) -> Self {
        let table = |entries| HashTable::with_capacity_and_hasher(entries, Default::default());
        Self {
            singles: table(tokens / 16),
            pairs: table(tokens / 2),
            triples: table(tokens),
            total: 0.0,
        }
    }

    /// Counts the grams of a record.
    pub fn add(&mut self, tokens: &[Token]) {
        Own::of(tokens, 1).add_to(&mut self.singles);
        Own::of(tokens, 2).add_to(&mut self.pairs);
        Own::of(tokens, 3).add_to(&mut self.triples);
        self.total += tokens.len() as f64;
    }

    /// Judges a record that was counted before.
    pub fn judge(&self, tokens: &[Token]) -> Order {
        let own = [1, 2, 3].map(|size| Own::of(tokens, size));
        let single = |token: &Token| own[0].others(&self.singles, hash_run(&[*token]));
        let pair = |run: &[Token]| own[1].others(&self.pairs, hash_run(run));
        let singles: Vec<f64> = tokens.iter().map(single).collect();
        let pairs: Vec<f64> = tokens.windows(2).map(pair).collect();
        let total = (self.total - tokens.len() as f64).max(1.0);
        let gain =
            |pair: f64, left: f64, right: f64| (pair + SMOOTH) / (left * right / total + SMOOTH);
        let starts = |size: usize| {
            (0..(tokens.len() + 1).saturating_sub(size))
                .filter(move |&at| !tokens[at..at + size].contains(&NUMBER))
        };
        let ordered = mean_ln(starts(2).map(|at| gain(pairs[at], singles[at], singles[at + 1])));
        let shuffled = shuffle(tokens);
        let chance = shuffled.windows(2).filter(|run| !run.contains(&NUMBER));
        let chance = mean_ln(chance.map(|run| gain(pair(run), single(&run[0]), single(&run[1]))));
        let chains = mean_ln(starts(3).map(|at| {
            let both = pairs[at] * pairs[at + 1];
            let count = own[2].others(&self.triples, hash_run(&tokens[at..at + 3]));
            let unseen = if both == 0.0 { HALF_E } else { 1.0 };
            unseen * (count + SMOOTH) / (both / singles[at + 1].max(1.0) + SMOOTH)
        }));
        let (words, unknown) = unknown(tokens, &singles);
        Order { words, pairs: ordered - chance, chains, unknown }
    }
}

/// Words of a record, and the share of their characters that no other record holds.
fn unknown(tokens: &[Token], singles: &[f64]) -> (usize, f64) {
    let (mut words, mut unknown, mut all) = (0, 2.0, 10.0);
    for (&token, &others) in tokens.iter().zip(singles).filter(|(token, _)| **token != NUMBER) {
        let length = f64::from(characters(token));
        words += 1;
        all += length;
        unknown += if others == 0.0 { length } else { 0.0 };
    }
    (words, unknown / all)
}

/// e^½: what a triple gains when one of its pairs was never seen.
const HALF_E: f64 = 1.648_721_270_700_128_2;

/// Mean logarithm of ratios, which are multiplied up to spare most of the logarithms.
fn mean_ln(ratios: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut product, mut count) = (0.0, 1.0_f64, 0);
    for ratio in ratios {
        product *= ratio;
        count += 1;
        if !(1e-200..1e200).contains(&product) {
            sum += product.ln();
            product = 1.0;
        }
    }
    if count > 0 { (sum + product.ln()) / f64::from(count) } else { 0.0 }
}

/// The tokens in an order drawn from their own hash, inside of blocks.
fn shuffle(tokens: &[Token]) -> Vec<Token> {
    let mut shuffled = tokens.to_vec();
    let mut state = hash_run(&tokens[..tokens.len().min(64)]);
    for block in shuffled.chunks_mut(BLOCK) {
        for last in (1..block.len()).rev() {
            state = mix(state.wrapping_add(0x9e37_79b9_7f4a_7c15));
            block.swap(last, (state % (last as u64 + 1)) as usize);
        }
    }
    shuffled
}
