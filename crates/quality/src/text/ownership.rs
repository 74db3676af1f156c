//! Ownership of passages: what stands in several records is credited to one of them.
//!
//! A passage is a run of a dozen ideographs or six words, a long one of twice that. Each belongs to
//! the group of smallest rank that holds it; what a record repeats from elsewhere, or at length from
//! itself, is not novel. A record lighter than a passage owns its whole text wherever that stands, so that
//! joining short records gains nothing. Numbers are stepped over: tables of figures repeat nothing.

use std::ops::Range;

use rayon::prelude::*;

use super::fold::{NUMBER, Token, characters, is_character};
use crate::dedup::lookup::HashTable;
use crate::dedup::minhash::mix;

/// Weight of a passage: an ideograph weighs 1, a word 2, a number nothing.
pub const PASSAGE: u32 = 12;
/// Weight of a long passage, which repeats hardly ever by chance.
pub const LONG_PASSAGE: u32 = 24;
/// Weight from which a record lighter than a passage owns its text inside of others.
pub const LEAST_WHOLE: u32 = 6;
/// Passages of one length kept at most, about; beyond, fewer of every record are.
pub const MOST_PASSAGES: u64 = 1 << 21;

const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
/// Words that decide whether a passage which begins with them is looked at: the fewest one has.
const ANCHOR: usize = PASSAGE as usize / 2;
/// Tells runs of different lengths apart.
const MULTIPLIER: u64 = 0xd1b5_4a32_d192_ed03;

/// A passage of a record, in tokens.
#[derive(Debug, Clone, Copy)]
pub struct Passage {
    hash: u64,
    start: u32,
    end: u32,
}

/// A text ready for passages: its words without the numbers.
#[derive(Debug, Default)]
pub struct Runs {
    words: Vec<Token>,
    /// Where each word stands among all tokens.
    at: Vec<u32>,
    /// Hashes of all beginnings: that of any run is the difference of two.
    prefix: Vec<u64>,
    weight: u32,
}

impl Runs {
    /// Replaces the text by this one.
    pub fn set(&mut self, tokens: &[Token]) {
        self.words.clear();
        self.at.clear();
        self.prefix.clear();
        let (mut hash, mut weight) = (0_u64, 0);
        self.prefix.push(hash);
        for (&token, at) in tokens.iter().zip(0..).filter(|(token, _)| **token != NUMBER) {
            hash = hash.wrapping_mul(BASE).wrapping_add(u64::from(token));
            weight += weigh(token);
            self.prefix.push(hash);
            self.words.push(token);
            self.at.push(at);
        }
        self.weight = weight;
    }

    /// Weight of the text.
    pub fn weight(&self) -> u32 {
        self.weight
    }

    /// Hash of the words from `start` on to `end`; not mixed.
    fn hash(&self, start: usize, end: usize) -> u64 {
        self.prefix[end].wrapping_sub(self.prefix[start].wrapping_mul(POWERS[end - start]))
    }

    /// The run of these words, `end` exclusive and above `start`.
    fn run(&self, start: usize, end: usize) -> Passage {
        let hash = self.hash(start, end) ^ ((end - start) as u64).wrapping_mul(MULTIPLIER);
        Passage { hash: mix(hash), start: self.at[start], end: self.at[end - 1] + 1 }
    }

    /// The last word a passage of this weight begins at; the first of a lighter text.
    fn last_start(&self, weight: u32) -> usize {
        let mut held = 0;
        let is_whole = |word: &Token| {
            held += weigh(*word);
            held >= weight
        };
        self.words.iter().rposition(is_whole).unwrap_or(0)
    }

    /// Replaces `hashes` by one for every place: that of the few words which follow.
    fn anchors(&self, hashes: &mut Vec<u32>) {
        hashes.clear();
        hashes.extend((0..self.words.len()).map(|start| {
            let hash = self.hash(start, (start + ANCHOR).min(self.words.len()));
            ((hash ^ hash >> 32).wrapping_mul(MULTIPLIER) >> 32) as u32
        }));
    }
}

/// Powers of [`BASE`].
const POWERS: [u64; LONG_PASSAGE as usize + 1] = {
    let mut powers = [1; LONG_PASSAGE as usize + 1];
    let mut power = 1;
    while power < powers.len() {
        powers[power] = BASE.wrapping_mul(powers[power - 1]);
        power += 1;
    }
    powers
};

/// Finds the passages of records under one sampling rate.
///
/// Of every so many neighbours the one of smallest hash is kept (winnowing: Schleimer, Wilkerson
/// and Aiken 2003): whatever two records share at length shows in both, at any rate.
#[derive(Debug, Clone, Copy)]
pub struct Passages {
    /// Neighbours of which one is kept at least.
    window: usize,
}

impl Passages {
    /// The rate for a dataset of so many tokens: one that keeps memory bounded.
    pub fn for_tokens(tokens: u64) -> Self {
        let stride = 1 << (tokens / MOST_PASSAGES).checked_ilog2().map_or(0, |log| log + 1);
        Self { window: 2 * stride - 1 }
    }

    /// Of so many passages one is looked at, in the mean.
    pub fn stride(self) -> usize {
        self.window.div_ceil(2)
    }

    /// Hands on the place of the smallest of every [`Self::window`] neighbours, at least one.
    fn winnow(self, hashes: &[u32], mut keep: impl FnMut(usize)) {
        if self.window == 1 || hashes.is_empty() {
            return (0..hashes.len()).for_each(keep);
        }
        let smallest = |end: usize| {
            let start = end.saturating_sub(self.window);
            (start..end).min_by_key(|&at| hashes[at]).unwrap_or(start)
        };
        let mut least = smallest(self.window.min(hashes.len()));
        keep(least);
        for end in self.window + 1..=hashes.len() {
            let (newest, has_left) = (end - 1, least + self.window < end);
            if has_left || hashes[newest] < hashes[least] {
                least = if has_left { smallest(end) } else { newest };
                keep(least);
            }
        }
    }

    /// The sampled passages of this weight by start; a text lighter than one passage is one.
    fn of(self, runs: &Runs, weight: u32, anchors: &[u32], passages: &mut Vec<Passage>) {
        let words = &runs.words;
        let starts = words.len().min(runs.last_start(weight) + 1);
        let (mut from, mut end, mut held) = (0, 0, 0);
        self.winnow(&anchors[..starts], |start| {
            if start < end {
                held -= words[from..start].iter().copied().map(weigh).sum::<u32>();
            } else {
                (end, held) = (start, 0);
            }
            from = start;
            while end < words.len() && held < weight {
                held += weigh(words[end]);
                end += 1;
            }
            passages.push(runs.run(start, end));
        });
    }

    /// The sampled passages of a record, of both lengths; `anchors` is scratch.
    pub fn find(self, runs: &Runs, anchors: &mut Vec<u32>) -> Found {
        runs.anchors(anchors);
        let mut found = Found::default();
        self.of(runs, PASSAGE, anchors, &mut found.passages);
        found.shorts = found.passages.len();
        if runs.weight > PASSAGE {
            found.longs = found.shorts;
            self.of(runs, LONG_PASSAGE, anchors, &mut found.passages);
        }
        found.passages.shrink_to_fit();
        found
    }
}

/// The sampled passages of one record: the short ones, then the long ones.
#[derive(Debug, Default)]
pub struct Found {
    passages: Vec<Passage>,
    /// Where the short ones end.
    shorts: usize,
    /// Where the long ones begin: 0 in a record no heavier than a passage, whose one passage is both.
    longs: usize,
}

impl Found {
    /// Passages of both lengths.
    pub fn count(&self) -> usize {
        self.passages.len()
    }
}

/// Which passages belong to others: one flag a passage, record after record.
///
/// `groups` are those of the records. A passage belongs to the smallest group that holds it; a long
/// one that returns in its record belongs to its first place. Short phrases return in any one text,
/// code above all; long ones are copied.
pub fn repeated(found: &[Found], groups: &[u32]) -> Vec<bool> {
    let firsts: Vec<u32> = found
        .iter()
        .scan(0, |next, found| Some(std::mem::replace(next, *next + found.count() as u32)))
        .collect();
    // In parallel, because touching so much memory for the first time takes as long as sorting it.
    let mut passages: Vec<(u64, u32, u32)> = found
        .par_iter()
        .zip(&firsts)
        .enumerate()
        .flat_map_iter(|(record, (found, &first))| {
            let numbered = found.passages.iter().zip(first..);
            numbered.map(move |(passage, index)| (passage.hash, record as u32, index))
        })
        .collect();
    passages.par_sort_unstable();
    let mut repeated = vec![false; passages.len()];
    for same in passages.chunk_by(|left, right| left.0 == right.0).filter(|same| same.len() > 1) {
        let group = |record: u32| groups[record as usize];
        let owner = same.iter().map(|&(_, record, _)| group(record)).min();
        let mut before = None;
        for &(_, record, index) in same {
            let at = (index - firsts[record as usize]) as usize;
            let is_again = before == Some(record) && at >= found[record as usize].longs;
            repeated[index as usize] = is_again || owner.is_some_and(|owner| owner < group(record));
            before = Some(record);
        }
    }
    repeated
}

fn weigh(token: Token) -> u32 {
    if is_character(token) { 1 } else { 2 }
}

/// Short records, which own their text inside of longer ones.
#[derive(Debug, Default)]
pub struct Wholes {
    owners: HashTable<u32>,
    /// Words the short records have: bit `n` for n words.
    lengths: u32,
}

/// Characters of a record that nobody else has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Own {
    /// Those in no passage that stands elsewhere.
    pub apart_from_passages: u64,
    /// Those in no long passage that stands elsewhere; never fewer.
    pub apart_from_long: u64,
}

impl Own {
    /// A record that shares nothing.
    pub fn whole(units: u64) -> Self {
        Self { apart_from_passages: units, apart_from_long: units }
    }

    /// What is left of a record of so many characters outside of the parts of it that are short
    /// records, and of its repeated passages.
    pub fn of(tokens: &[Token], units: u64, mut parts: Vec<Part>, mine: Mine<'_>) -> Self {
        let Mine { found, repeated, stride } = mine;
        // What lies next to a repeated passage is repeated too, as far as sampling may not show.
        let slack = stride as u32 - 1;
        let mut left = |from: usize, to: usize| {
            let passages = found.passages[from..to].iter().zip(&repeated[from..to]);
            parts.extend(passages.filter(|(_, repeated)| **repeated).map(|(passage, _)| {
                passage.start.saturating_sub(slack)..passage.end.saturating_add(slack)
            }));
            units.saturating_sub(held(tokens, &mut parts))
        };
        let apart_from_long = left(found.longs, found.passages.len());
        Self { apart_from_long, apart_from_passages: left(0, found.shorts) }
    }
}

/// A part of a text, in tokens; may reach beyond its end.
type Part = Range<u32>;

/// Characters in parts of a text, which are put in order and joined where they touch.
fn held(tokens: &[Token], parts: &mut Vec<Part>) -> u64 {
    parts.sort_unstable_by_key(|part| (part.start, part.end));
    parts.dedup_by(|next, before| {
        let touches = next.start <= before.end;
        before.end = if touches { before.end.max(next.end) } else { before.end };
        touches
    });
    let end = |part: &Part| tokens.len().min(part.end as usize);
    let all = parts.iter().flat_map(|part| &tokens[part.start as usize..end(part)]);
    all.map(|&token| u64::from(characters(token))).sum()
}

/// The passages of one record, and which of them are [`repeated`].
#[derive(Debug, Clone, Copy)]
pub struct Mine<'a> {
    /// Its passages.
    pub found: &'a Found,
    /// Their flags.
    pub repeated: &'a [bool],
    /// [`Passages::stride`].
    pub stride: usize,
}

impl Wholes {
    /// Whether no short record owns anything.
    pub fn is_empty(&self) -> bool {
        self.lengths == 0
    }

    /// A short record of a group owns its text inside of longer ones, whatever their rank.
    pub fn claim(&mut self, group: u32, runs: &Runs) {
        if (LEAST_WHOLE..PASSAGE).contains(&runs.weight) {
            let whole = runs.run(0, runs.words.len());
            let owner = self.owners.entry(whole.hash).or_insert(group);
            *owner = group.min(*owner);
            self.lengths |= 1 << runs.words.len();
        }
    }

    /// The parts of a record that stand in short records of other groups.
    pub fn within(&self, group: u32, runs: &Runs) -> Vec<Part> {
        let mut parts = Vec::new();
        let words = runs.words.len();
        for length in (2..PASSAGE as usize).filter(|&length| self.lengths >> length & 1 == 1) {
            if length >= words {
                break;
            }
            for start in 0..=words - length {
                let run = runs.run(start, start + length);
                if self.owners.get(&run.hash).is_some_and(|&owner| owner != group) {
                    parts.push(run.start..run.end);
                }
            }
        }
        parts
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

    fn runs(text: &str) -> Runs {
        let mut runs = Runs::default();
        runs.set(&tokens(text));
        runs
    }

    fn own(owned: &str, text: &str) -> Own {
        let all = Passages::for_tokens(0);
        let runs = [owned, text].map(runs);
        let found = runs.each_ref().map(|runs| all.find(runs, &mut Vec::new()));
        let repeated = repeated(&found, &[0, 1]);
        let mut wholes = Wholes::default();
        (0..).zip(&runs).for_each(|(group, runs)| wholes.claim(group, runs));
        let tokens = tokens(text);
        let repeated = &repeated[found[0].count()..];
        let mine = Mine { found: &found[1], repeated, stride: all.stride() };
        Own::of(&tokens, units(&tokens), wholes.within(1, &runs[1]), mine)
    }

    fn units(tokens: &[Token]) -> u64 {
        tokens.iter().map(|&token| u64::from(characters(token))).sum()
    }

    fn novel(owned: &str, text: &str) -> u64 {
        own(owned, text).apart_from_passages
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
    fn short_passages_are_told_from_long_ones() {
        let mixed = format!("{}{B}", &A[..3 * 16]);
        let length = tokens(&mixed).len() as u64;
        let expected = Own { apart_from_passages: length - 16, apart_from_long: length };
        assert_eq!(own(A, &mixed), expected);
    }

    #[test]
    fn short_records_own_their_text_inside_of_longer_ones() {
        let joined = "replace hydraulic hose then grease the boom pins";
        assert_eq!(novel("replace hydraulic hose", joined), 21);
        assert_eq!(novel("replace hose", joined), 41);
        assert_eq!(novel("replace hydraulic hose", "replace hydraulic hose"), 0);
    }

    #[test]
    fn tables_of_numbers_repeat_nothing() {
        let table = "12 34 56 78 90 12 34 56 78 90 12 34 56 78 90 12 34 56 78";
        assert_eq!(novel(table, table), 2 * 19);
        assert_eq!(
            novel("rise 1 of 2 the 3 level 4 in 5 well", "rise 7 of the level in well 8"),
            2
        );
    }

    #[test]
    fn what_is_shared_shows_at_any_rate() {
        let word = |seed: u64| -> Token { ((mix(seed) as u32) << 6) >> 1 & !31 | 6 };
        let text = |of: u64, words: u64| (0..words).map(move |at| word(of << 32 | at));
        for total in [0, MOST_PASSAGES, 4 * MOST_PASSAGES, 16 * MOST_PASSAGES] {
            let all = Passages::for_tokens(total);
            let both = [1_u64, 2].map(|own| -> Vec<Token> {
                text(own, 300).chain(text(9, 100)).chain(text(own + 4, 300)).collect()
            });
            let runs = both.each_ref().map(|tokens| {
                let mut runs = Runs::default();
                runs.set(tokens);
                runs
            });
            let found = runs.each_ref().map(|runs| all.find(runs, &mut Vec::new()));
            let repeated = repeated(&found, &[0, 1]);
            let mine = Mine {
                found: &found[1],
                repeated: &repeated[found[0].count()..],
                stride: all.stride(),
            };
            let own = Own::of(&both[1], units(&both[1]), Vec::new(), mine);
            let words = own.apart_from_passages / 6;
            assert!(
                words.abs_diff(600) < 2 * all.stride() as u64,
                "{words} of 600 at {}",
                all.stride()
            );
        }
    }

    #[test]
    fn sampling_falls_with_the_total() {
        assert_eq!(Passages::for_tokens(MOST_PASSAGES - 1).stride(), 1);
        assert_eq!(Passages::for_tokens(MOST_PASSAGES).stride(), 2);
        assert_eq!(Passages::for_tokens(8 * MOST_PASSAGES).stride(), 16);
    }
}
