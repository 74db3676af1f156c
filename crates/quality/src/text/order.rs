//! Order: whether words follow each other as they do elsewhere in the data.
//!
//! All statistics of a record rest on the other records alone. Counts are numbers of records.

use std::collections::HashMap;

use super::fold::{NUMBER, Token, characters};
use super::ownership::HashTable;
use crate::dedup::minhash::{hash_run, mix};

/// Words are shuffled inside blocks of so many.
const BLOCK: usize = 12;
/// Added to every count.
const SMOOTH: f64 = 0.5;

/// In how many records each gram stands.
#[derive(Debug, Default)]
pub struct Grams {
    singles: HashMap<Token, u32>,
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

fn grams(tokens: &[Token], size: usize, into: &mut Vec<u64>) {
    into.clear();
    into.extend(tokens.windows(size).filter(|run| !run.contains(&NUMBER)).map(hash_run));
    into.sort_unstable();
    into.dedup();
}

impl Grams {
    /// Counts the grams of a record.
    pub fn add(&mut self, tokens: &[Token]) {
        let mut found = Vec::new();
        grams(tokens, 2, &mut found);
        found.iter().for_each(|&pair| *self.pairs.entry(pair).or_default() += 1);
        grams(tokens, 3, &mut found);
        found.iter().for_each(|&triple| *self.triples.entry(triple).or_default() += 1);
        let mut singles = tokens.to_vec();
        singles.sort_unstable();
        singles.dedup();
        self.total += singles.len() as f64;
        singles.iter().for_each(|&single| *self.singles.entry(single).or_default() += 1);
    }

    /// Judges a record that was counted before.
    pub fn judge(&self, tokens: &[Token]) -> Order {
        let mut own = Vec::new();
        grams(tokens, 2, &mut own);
        let single = |token: &Token| f64::from(self.singles.get(token).map_or(0, |&n| n - 1));
        let pair = |run: &[Token]| {
            let hash = hash_run(run);
            let count = self.pairs.get(&hash).copied().unwrap_or(0);
            f64::from(count - u32::from(own.binary_search(&hash).is_ok()).min(count))
        };
        let gain = |run: &[Token]| {
            let chance = single(&run[0]) * single(&run[1]) / self.total.max(1.0);
            ((pair(run) + SMOOTH) / (chance + SMOOTH)).ln()
        };
        let judged = |run: &&[Token]| !run.contains(&NUMBER);
        let shuffled = shuffle(tokens);
        let pairs = mean(tokens.windows(2).filter(judged).map(gain))
            - mean(shuffled.windows(2).filter(judged).map(gain));
        let chains = mean(tokens.windows(3).filter(judged).map(|run| {
            let both = pair(&run[..2]) * pair(&run[1..]);
            let chance = both / single(&run[1]).max(1.0);
            let count = self.triples.get(&hash_run(run)).map_or(0, |&n| n - 1);
            let unseen = f64::from(u8::from(both == 0.0));
            ((f64::from(count) + SMOOTH) / (chance + SMOOTH)).ln() + 0.5 * unseen
        }));
        let (mut unknown, mut all) = (2.0, 10.0);
        for token in tokens.iter().filter(|&&token| token != NUMBER) {
            let length = f64::from(characters(*token));
            all += length;
            unknown += if single(token) == 0.0 { length } else { 0.0 };
        }
        let words = tokens.iter().filter(|&&token| token != NUMBER).count();
        Order { words, pairs, chains, unknown: unknown / all }
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
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
