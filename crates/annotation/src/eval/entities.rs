//! Precision, recall and F1 of entities in tag sequences.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::interner::Interner;
use crate::sums::CHUNK;

/// How tags make entities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// As conlleval and seqeval's default: lenient, an I- may start an entity.
    Conlleval,
    /// Strict IOB1: B- only between neighbours of one type.
    Iob1,
    /// Strict IOB2: every entity starts with B-.
    Iob2,
    /// Strict BIOES (BILOU is read as BIOES).
    Bioes,
}

/// Every scheme and its name.
pub const SCHEMES: &[(&str, Scheme)] = &[
    ("conlleval", Scheme::Conlleval),
    ("iob1", Scheme::Iob1),
    ("iob2", Scheme::Iob2),
    ("bioes", Scheme::Bioes),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prefix {
    Outside,
    Begin,
    Inside,
    End,
    Single,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tag {
    prefix: Prefix,
    /// Number of the entity type; types are compared for outside tags too.
    kind: u32,
}

/// Tag sequences, flat.
#[derive(Debug, Default)]
pub struct Sequences {
    /// Numbers of tags.
    tags: Vec<u32>,
    /// Ends of sequences in `tags`.
    ends: Vec<usize>,
}

/// Two annotators' (or gold's and a model's) tags of the same tokens.
#[derive(Debug)]
pub struct Tagged {
    names: Interner,
    gold: Sequences,
    other: Sequences,
}

impl Default for Tagged {
    fn default() -> Self {
        Self { names: Interner::new(), gold: Sequences::default(), other: Sequences::default() }
    }
}

impl Tagged {
    /// The number of a tag, for [`Tagged::token_of`].
    pub fn tag(&mut self, name: &[u8]) -> u32 {
        self.names.intern(name)
    }

    /// Adds a token's tags by number to the current sequence.
    pub fn token_of(&mut self, gold: u32, other: u32) {
        self.gold.tags.push(gold);
        self.other.tags.push(other);
    }

    /// Adds a token's tags to the current sequence.
    pub fn token(&mut self, gold: &[u8], other: &[u8]) {
        let (gold, other) = (self.tag(gold), self.tag(other));
        self.token_of(gold, other);
    }

    /// Ends the current sequence; an empty one is left out.
    pub fn end_sequence(&mut self) {
        let end = self.gold.tags.len();
        if self.gold.ends.last().copied().unwrap_or(0) < end {
            self.gold.ends.push(end);
            self.other.ends.push(end);
        }
    }

    /// Tokens added.
    pub fn tokens(&self) -> usize {
        self.gold.tags.len()
    }

    /// Sequences ended.
    pub fn sequences(&self) -> usize {
        self.gold.ends.len()
    }

    /// How often each pair of tags stands on one token: distinct tags, then counts `[tags * tags]`.
    pub fn contingency(&self) -> (Vec<String>, Vec<u64>) {
        let count = self.names.len();
        let mut order: Vec<u32> = (0..count as u32).collect();
        order.sort_unstable_by_key(|&tag| self.names.name(tag));
        let mut place = vec![0; count];
        for (at, &tag) in order.iter().enumerate() {
            place[tag as usize] = at;
        }
        let mut counts = vec![0; count * count];
        for (&gold, &other) in self.gold.tags.iter().zip(&self.other.tags) {
            counts[place[gold as usize] * count + place[other as usize]] += 1;
        }
        let name = |&tag: &u32| String::from_utf8_lossy(self.names.name(tag)).into_owned();
        (order.iter().map(name).collect(), counts)
    }

    /// Tags of the second annotator that continue an entity which was not begun.
    pub fn stray_inside(&self) -> usize {
        let (tags, _) = self.decode();
        let outside = Tag { prefix: Prefix::Outside, kind: 0 };
        let mut count = 0;
        for sequence in self.other.iter() {
            let mut last = outside;
            for &tag in sequence {
                let tag = tags[tag as usize];
                let continues = matches!(last.prefix, Prefix::Begin | Prefix::Inside);
                count += usize::from(
                    tag.prefix == Prefix::Inside && !(continues && last.kind == tag.kind),
                );
                last = tag;
            }
        }
        count
    }

    /// What each distinct tag means, and the entity types by number.
    fn decode(&self) -> (Vec<Tag>, Vec<String>) {
        let mut kinds = Interner::new();
        kinds.intern(b"_");
        let tags = (0..self.names.len() as u32)
            .map(|tag| {
                let name = self.names.name(tag);
                let prefix = match name.first() {
                    Some(b'B') => Prefix::Begin,
                    Some(b'I') => Prefix::Inside,
                    Some(b'E' | b'L') => Prefix::End,
                    Some(b'S' | b'U') => Prefix::Single,
                    _ => return Tag { prefix: Prefix::Outside, kind: 0 },
                };
                let rest = &name[1..];
                let kind = rest.strip_prefix(b"-").unwrap_or(rest);
                Tag { prefix, kind: kinds.intern(if kind.is_empty() { b"_" } else { kind }) }
            })
            .collect();
        let name = |kind| String::from_utf8_lossy(kinds.name(kind)).into_owned();
        (tags, (0..kinds.len() as u32).map(name).collect())
    }

    /// Scores the second annotator's entities against the first's.
    pub fn score(&self, scheme: Scheme) -> Report {
        let (tags, kinds) = self.decode();
        let parts: Vec<Vec<Counts>> = (0..self.sequences().div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let mut counts = vec![Counts::default(); kinds.len()];
                let (mut gold, mut other) = (Vec::new(), Vec::new());
                for at in chunk * CHUNK..self.sequences().min((chunk + 1) * CHUNK) {
                    entities(self.gold.get(at), &tags, scheme, &mut gold);
                    entities(self.other.get(at), &tags, scheme, &mut other);
                    compare(&gold, &other, &mut counts);
                }
                counts
            })
            .collect();
        let mut total = vec![Counts::default(); kinds.len()];
        for counts in parts {
            for (total, counts) in total.iter_mut().zip(counts) {
                *total = total.merge(counts);
            }
        }
        let seen = |counts: &Counts| counts.gold > 0 || counts.other > 0;
        Report { by_type: kinds.into_iter().zip(total).filter(|row| seen(&row.1)).collect() }
    }
}

impl Sequences {
    fn get(&self, at: usize) -> &[u32] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.tags[start..self.ends[at]]
    }

    fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.ends.len()).map(|at| self.get(at))
    }
}

/// First token, last token, type; in order of first token.
type Entity = (u32, u32, u32);

fn entities(sequence: &[u32], tags: &[Tag], scheme: Scheme, found: &mut Vec<Entity>) {
    found.clear();
    let outside = Tag { prefix: Prefix::Outside, kind: 0 };
    let tag = |at: usize| sequence.get(at).map_or(outside, |&tag| tags[tag as usize]);
    let mut last = outside;
    let mut open = None;
    for at in 0..=sequence.len() {
        let next = tag(at);
        if scheme == Scheme::Conlleval {
            if lenient_end(last, next)
                && let Some(start) = open.take()
            {
                found.push((start, at as u32 - 1, last.kind));
            }
            if lenient_start(last, next) {
                open = Some(at as u32);
            }
        } else {
            let next = if allowed(scheme, next) { next } else { outside };
            if let Some(start) = open
                && !continues(scheme, last, next)
            {
                if ends(scheme, last, next) {
                    found.push((start, at as u32 - 1, last.kind));
                }
                open = None;
            }
            if open.is_none() && starts(scheme, last, next) {
                open = Some(at as u32);
            }
            last = next;
            continue;
        }
        last = next;
    }
}

fn lenient_end(last: Tag, next: Tag) -> bool {
    use Prefix::{Begin, End, Inside, Outside, Single};
    match last.prefix {
        Outside => false,
        End | Single => true,
        Begin | Inside => matches!(next.prefix, Begin | Single | Outside) || last.kind != next.kind,
    }
}

fn lenient_start(last: Tag, next: Tag) -> bool {
    use Prefix::{Begin, End, Inside, Outside, Single};
    match next.prefix {
        Outside => false,
        Begin | Single => true,
        Inside | End => matches!(last.prefix, Outside | End | Single) || last.kind != next.kind,
    }
}

fn allowed(scheme: Scheme, tag: Tag) -> bool {
    scheme == Scheme::Bioes || !matches!(tag.prefix, Prefix::End | Prefix::Single)
}

fn starts(scheme: Scheme, last: Tag, next: Tag) -> bool {
    use Prefix::{Begin, Inside, Outside, Single};
    let same = last.kind == next.kind;
    match scheme {
        Scheme::Iob1 => match (last.prefix, next.prefix) {
            (Outside | Begin, Inside) => true,
            (Inside, Inside) => !same,
            (Inside | Begin, Begin) => same,
            _ => false,
        },
        Scheme::Bioes => matches!(next.prefix, Begin | Single),
        Scheme::Iob2 | Scheme::Conlleval => next.prefix == Begin,
    }
}

fn continues(scheme: Scheme, last: Tag, next: Tag) -> bool {
    use Prefix::{Begin, End, Inside};
    let on = next.prefix == Inside || scheme == Scheme::Bioes && next.prefix == End;
    on && matches!(last.prefix, Begin | Inside) && last.kind == next.kind
}

/// Whether an entity that does not go on is whole.
fn ends(scheme: Scheme, last: Tag, next: Tag) -> bool {
    use Prefix::{Begin, End, Inside, Outside, Single};
    match scheme {
        Scheme::Bioes => matches!(last.prefix, End | Single),
        // A B- after a B- of another type follows no rule of IOB1: the first stays open.
        Scheme::Iob1 => match (last.prefix, next.prefix) {
            (Begin, Begin) => last.kind == next.kind,
            (Begin | Inside, Inside) => last.kind != next.kind,
            (Begin | Inside, Outside) | (Inside, Begin) => true,
            _ => false,
        },
        Scheme::Iob2 | Scheme::Conlleval => true,
    }
}

fn compare(gold: &[Entity], other: &[Entity], counts: &mut [Counts]) {
    gold.iter().for_each(|entity| counts[entity.2 as usize].gold += 1);
    other.iter().for_each(|entity| counts[entity.2 as usize].other += 1);
    let (mut a, mut b) = (0, 0);
    while a < gold.len() && b < other.len() {
        match gold[a].cmp(&other[b]) {
            std::cmp::Ordering::Less => a += 1,
            std::cmp::Ordering::Greater => b += 1,
            std::cmp::Ordering::Equal => {
                counts[gold[a].2 as usize].both += 1;
                a += 1;
                b += 1;
            }
        }
    }
}

/// Entities of one type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// In gold: the support.
    pub gold: u64,
    /// Of the second annotator.
    pub other: u64,
    /// In both, same tokens and type.
    pub both: u64,
}

/// Precision, recall and F1; 0 where there is nothing to divide by.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct F1 {
    /// Share of the second annotator's entities that are in gold.
    pub precision: f64,
    /// Share of gold's entities that the second annotator has.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
}

impl Counts {
    /// Adds other counts.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self {
            gold: self.gold + other.gold,
            other: self.other + other.other,
            both: self.both + other.both,
        }
    }

    /// What the counts say.
    pub fn f1(&self) -> F1 {
        let share =
            |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        F1 {
            precision: share(self.both, self.other),
            recall: share(self.both, self.gold),
            f1: share(2 * self.both, self.gold + self.other),
        }
    }
}

/// Scores by type and over types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Counts of each type met, by name.
    pub by_type: BTreeMap<String, Counts>,
}

impl Report {
    /// All entities alike.
    pub fn micro(&self) -> Counts {
        self.by_type.values().fold(Counts::default(), |sum, counts| sum.merge(*counts))
    }

    /// All types alike.
    pub fn macro_mean(&self) -> F1 {
        self.mean(|_| 1.0)
    }

    /// Types by their support.
    pub fn weighted_mean(&self) -> F1 {
        self.mean(|counts| counts.gold as f64)
    }

    fn mean(&self, weight: impl Fn(&Counts) -> f64) -> F1 {
        let whole: f64 = self.by_type.values().map(&weight).sum();
        let over = |of: fn(F1) -> f64| {
            let sum: f64 = self.by_type.values().map(|row| weight(row) * of(row.f1())).sum();
            if whole > 0.0 { sum / whole } else { 0.0 }
        };
        F1 {
            precision: over(|f1| f1.precision),
            recall: over(|f1| f1.recall),
            f1: over(|f1| f1.f1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(gold: &str, other: &str, scheme: Scheme) -> Counts {
        let mut tagged = Tagged::default();
        for (gold, other) in gold.split(' ').zip(other.split(' ')) {
            tagged.token(gold.as_bytes(), other.as_bytes());
        }
        tagged.end_sequence();
        tagged.score(scheme).micro()
    }

    #[test]
    fn lenient_counts_what_strict_does_not() {
        let (gold, other) = ("B-PER I-PER O B-LOC", "I-PER I-PER O I-LOC");
        assert_eq!(both(gold, other, Scheme::Conlleval), Counts { gold: 2, other: 2, both: 2 });
        assert_eq!(both(gold, other, Scheme::Iob2), Counts { gold: 2, other: 0, both: 0 });
        assert_eq!(
            both("I-A I-A B-A O", "I-A I-A I-A O", Scheme::Iob1),
            Counts { gold: 2, other: 1, both: 0 }
        );
        assert_eq!(
            both("B-A E-A S-B O", "B-A I-A S-B O", Scheme::Bioes),
            Counts { gold: 2, other: 1, both: 1 }
        );
    }

    #[test]
    fn means_and_empty_reports() {
        let mut tagged = Tagged::default();
        tagged.end_sequence();
        assert_eq!(tagged.score(Scheme::Iob2).macro_mean(), F1::default());
        for (gold, other) in [("B-A", "B-A"), ("B-B", "O"), ("O", "I-A")] {
            tagged.token(gold.as_bytes(), other.as_bytes());
        }
        tagged.end_sequence();
        let report = tagged.score(Scheme::Iob2);
        assert_eq!(report.macro_mean().f1, 0.5);
        assert_eq!(report.micro().f1().precision, 1.0);
        assert_eq!(tagged.stray_inside(), 1);
        assert_eq!(tagged.contingency().0, ["B-A", "B-B", "I-A", "O"]);
    }
}
