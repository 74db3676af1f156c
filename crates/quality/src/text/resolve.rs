//! Resolution: what each record still adds once all its copies had their say.
//!
//! Exact copies by id and by folded text; near copies by shared keys, each verified on the tokens;
//! groups of near copies are credited like their smallest member; passages are credited once.
//! Everything is decided in canonical order, so neither order nor cut of the input matters.

use std::borrow::Cow;
use std::io;

use rayon::prelude::*;
use shujian_core::Findings;

use super::credit::{self, Credit};
use super::fold::Token;
use super::rubbish::Rubbish;
use super::sign;
use crate::dedup::bands::candidates;
use crate::dedup::clusters::Clusters;
use crate::dedup::exact;
use crate::dedup::minhash::{mix, shingles};
use crate::dedup::verify::{Bag, Outline};
use crate::dedup::{Novelty, Set};
use crate::sign::Source;

/// Tokens of the shingles that near copies are verified on.
const SHINGLE: usize = 5;
/// Jaccard similarity of 5-grams from which two records are near duplicates.
pub const NEAR: f64 = 0.65;
/// Jaccard similarity of the bags of tokens from which one record is an edit of the other.
pub const EDITED: f64 = 0.65;
/// Records handed to one worker at a time.
const CHUNK: usize = 256;
/// Pairs of one record handed to one worker at a time.
const MOST_AT_ONCE: usize = 1024;
/// Records whose outlines are kept, 1 KiB each; those of others are made for each comparison.
const MOST_OUTLINES: usize = 1 << 17;

/// A pair that was compared.
struct Edge {
    left: u32,
    right: u32,
    is_near: bool,
}

/// The distinct usable records by rank, the canonical order.
pub(super) struct Ranked {
    /// Record of each rank.
    pub(super) records: Vec<u32>,
    /// Rank of each record; `u32::MAX` for copies and rubbish.
    rank: Vec<u32>,
    /// For each rank the smallest rank of the same folded text.
    pub(super) folded: Vec<u32>,
}

/// Decides over all text records of a dataset what each still adds.
///
/// - Errors: those of the stores; payloads and keys that are torn.
pub fn resolve(set: &Set<'_>) -> io::Result<(Novelty, Findings)> {
    let (novelty, _, findings) = resolve_with_repeats(set)?;
    Ok((novelty, findings))
}

/// As [`resolve`], with the characters of each record that stand verbatim, in long passages, in
/// records that come first: duplicates as well, though their records are none.
///
/// - Errors: those of [`resolve`].
pub fn resolve_with_repeats(set: &Set<'_>) -> io::Result<(Novelty, Vec<u32>, Findings)> {
    let mut findings = Findings::default();
    let exact_of = exact::exact_of(set.signed);
    let usable = usable(set, &mut findings)?;
    let ranked = rank(set, &exact_of, &usable)?;
    let distinct = distinct_rank(&ranked);

    let found = candidates(set.keys, 1..set.keys.width(), &distinct)?;
    if found.left_out > 0 {
        findings.add_many("SJ-quality-105", found.left_out, []);
    }
    let edges = verify(set, &ranked, &found.pairs)?;
    let near = components(&ranked, edges.iter().filter(|edge| edge.is_near));
    let kin = components(&ranked, edges.iter());
    let credits = credit::credit(set, &ranked, &kin)?;
    report_repeats(set, &ranked, &credits, &mut findings);

    let cluster = (0..exact_of.len())
        .map(|record| match ranked.rank[exact_of[record] as usize] {
            u32::MAX => exact_of[record],
            rank => ranked.records[near[rank as usize] as usize],
        })
        .collect();
    let (mut novel_units, mut repeated) = (vec![0; exact_of.len()], vec![0; exact_of.len()]);
    for (&record, credit) in ranked.records.iter().zip(&credits) {
        novel_units[record as usize] = credit.novel;
        repeated[record as usize] = credit.repeated;
    }
    let counted_units = set.signed.units.clone();
    Ok((Novelty { exact_of, cluster, usable, counted_units, novel_units }, repeated, findings))
}

/// Names the records of which a quarter or more is repeated.
fn report_repeats(set: &Set<'_>, ranked: &Ranked, credits: &[Credit], findings: &mut Findings) {
    let repeats = || {
        let all = (0..).zip(credits);
        all.filter(|(rank, credit)| {
            credit.repeated > 0 && 4 * u64::from(credit.repeated) >= ranked.units(set, *rank)
        })
    };
    let count = repeats().count() as u64;
    if count > 0 {
        let place_of = |rank: u32| set.signed.places[ranked.records[rank as usize] as usize];
        let mut places: Vec<Source> = repeats().map(|(rank, _)| place_of(rank)).collect();
        places.sort_unstable();
        places.truncate(Findings::MAX_PLACES);
        findings.add_many("SJ-quality-109", count, places.into_iter().map(Source::place));
    }
}

pub(super) fn torn() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "torn payload or keys of a text record")
}

/// Records that are no rubbish; each other one is counted.
///
/// Rubbish has no keys, so that only its own payloads need be read.
fn usable(set: &Set<'_>, findings: &mut Findings) -> io::Result<Vec<bool>> {
    let mut usable = vec![false; set.signed.ids.len()];
    for (_, record) in set.keys.sorted(0)? {
        *usable.get_mut(record as usize).ok_or_else(torn)? = true;
    }
    let rubbish: Vec<u32> =
        (0..).zip(&usable).filter(|(_, usable)| !**usable).map(|(record, _)| record).collect();
    let kinds = in_chunks(rubbish.len(), |at, (payload, tokens): &mut (Vec<u8>, Vec<Token>)| {
        let payload = set.payloads.get(rubbish[at as usize], payload)?;
        sign::read(payload, tokens).flatten().ok_or_else(torn)
    })?;
    for kind in Rubbish::ALL {
        let of_kind = rubbish.iter().zip(&kinds).filter(|(_, found)| **found == kind);
        let mut places: Vec<Source> =
            of_kind.map(|(&record, _)| set.signed.places[record as usize]).collect();
        if places.is_empty() {
            continue;
        }
        let count = places.len() as u64;
        places.sort_unstable();
        places.truncate(Findings::MAX_PLACES);
        findings.add_many(kind.code(), count, places.into_iter().map(Source::place));
    }
    Ok(usable)
}

/// Runs over numbers in parallel, each worker with room of its own; results in order.
pub(super) fn in_chunks<S: Default, T: Send>(
    count: usize,
    each: impl Fn(u32, &mut S) -> io::Result<T> + Sync,
) -> io::Result<Vec<T>> {
    let chunks: Vec<Vec<T>> = (0..count.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let mut room = S::default();
            (chunk * CHUNK..((chunk + 1) * CHUNK).min(count))
                .map(|at| each(at as u32, &mut room))
                .collect()
        })
        .collect::<io::Result<_>>()?;
    Ok(chunks.into_iter().flatten().collect())
}

fn rank(set: &Set<'_>, exact_of: &[u32], usable: &[bool]) -> io::Result<Ranked> {
    let mut rank = vec![u32::MAX; exact_of.len()];
    let mut records = exact::by_id(set.signed);
    records.retain(|&record| exact_of[record as usize] == record && usable[record as usize]);
    for (at, &record) in records.iter().enumerate() {
        rank[record as usize] = at as u32;
    }
    let mut folded: Vec<u32> = (0..records.len() as u32).collect();
    let keys = set.keys.sorted(0)?;
    if keys.iter().any(|&(_, record)| record as usize >= rank.len()) {
        return Err(torn());
    }
    for bucket in keys.chunk_by(|left, right| left.0 == right.0) {
        let ranks = || bucket.iter().map(|&(_, record)| rank[record as usize]);
        let Some(first) = ranks().min().filter(|&first| first != u32::MAX) else { continue };
        ranks().filter(|&at| at != u32::MAX).for_each(|at| folded[at as usize] = first);
    }
    Ok(Ranked { records, rank, folded })
}

/// Ranks of the first record of every folded text, by record; all others have none.
fn distinct_rank(ranked: &Ranked) -> Vec<u32> {
    let mut distinct = ranked.rank.clone();
    for (rank, &first) in ranked.folded.iter().enumerate() {
        if first != rank as u32 {
            distinct[ranked.records[rank] as usize] = u32::MAX;
        }
    }
    distinct
}

impl Ranked {
    /// Characters of the record of this rank.
    pub(super) fn units(&self, set: &Set<'_>, rank: u32) -> u64 {
        u64::from(set.signed.units[self.records[rank as usize] as usize])
    }

    /// Bytes of payload of the record of this rank.
    pub(super) fn length(&self, set: &Set<'_>, rank: u32) -> u32 {
        set.signed.payload_len[self.records[rank as usize] as usize]
    }
}

/// Whether bags of these sizes can reach [`EDITED`] at all.
fn may_match(left: u32, right: u32) -> bool {
    f64::from(left.min(right)) >= EDITED * f64::from(left.max(right))
}

fn verify(set: &Set<'_>, ranked: &Ranked, pairs: &[(u32, u32)]) -> io::Result<Vec<Edge>> {
    let texts = Texts { set, ranked, outlines: outlines(set, ranked, pairs)? };
    // The first of a star is paired with very many.
    let groups: Vec<&[(u32, u32)]> = pairs
        .chunk_by(|left, right| left.0 == right.0)
        .flat_map(|group| group.chunks(MOST_AT_ONCE))
        .collect();
    let edges: Vec<Vec<Edge>> = groups
        .into_par_iter()
        .map_init(Vec::new, |room, group| texts.compare(group, room))
        .collect::<io::Result<_>>()?;
    Ok(edges.into_iter().flatten().collect())
}

/// The outlines of the first ranks, where they are worth the while, in runs of [`CHUNK`].
fn outlines(set: &Set<'_>, ranked: &Ranked, pairs: &[(u32, u32)]) -> io::Result<Vec<Vec<Outline>>> {
    let count = ranked.records.len().min(MOST_OUTLINES);
    if pairs.len() < count {
        return Ok(Vec::new());
    }
    let outline = |room: &mut Vec<u8>, &record: &u32| {
        let payload = set.payloads.get(record, room)?;
        Ok(Outline::new(sign::tokens(payload).ok_or_else(torn)?))
    };
    ranked.records[..count]
        .par_chunks(CHUNK)
        .map_init(Vec::new, |room, run| run.iter().map(|record| outline(room, record)).collect())
        .collect()
}

/// The texts that are compared.
struct Texts<'a> {
    set: &'a Set<'a>,
    ranked: &'a Ranked,
    /// By rank, of the first ones; in runs of [`CHUNK`].
    outlines: Vec<Vec<Outline>>,
}

impl Texts<'_> {
    fn payload<'r>(&'r self, rank: u32, room: &'r mut Vec<u8>) -> io::Result<&'r [u8]> {
        self.set.payloads.get(self.ranked.records[rank as usize], room)
    }

    /// The outline of a text: the one that is kept, else made from its payload.
    fn outline(&self, rank: u32, room: &mut Vec<u8>) -> io::Result<Cow<'_, Outline>> {
        let at = rank as usize;
        let kept = self.outlines.get(at / CHUNK).and_then(|run| run.get(at % CHUNK));
        if let Some(outline) = kept {
            return Ok(Cow::Borrowed(outline));
        }
        let payload = self.payload(rank, room)?;
        Ok(Cow::Owned(Outline::new(sign::tokens(payload).ok_or_else(torn)?)))
    }

    /// Compares the first text of pairs, the same in all, with the second ones.
    fn compare(&self, pairs: &[(u32, u32)], room: &mut Vec<u8>) -> io::Result<Vec<Edge>> {
        let mut edges = Vec::new();
        let first = pairs[0].0;
        let length = self.ranked.length(self.set, first);
        let mut others = pairs
            .iter()
            .map(|&(_, other)| other)
            .filter(|&other| may_match(length, self.ranked.length(self.set, other)))
            .peekable();
        if others.peek().is_none() {
            return Ok(edges);
        }
        let words = |tokens: &[Token]| Bag::new(tokens.iter().map(|&token| mix(u64::from(token))));
        let runs = |tokens: &[Token]| Bag::set(shingles(tokens, SHINGLE));
        let outline = self.outline(first, room)?;
        let mut tokens = Vec::new();
        let mut of_first = None;
        for other in others {
            if !outline.may_reach(EDITED, self.outline(other, room)?.as_ref()) {
                continue;
            }
            let (of_words, of_runs) = match &of_first {
                Some(bags) => bags,
                None => {
                    sign::read(self.payload(first, room)?, &mut tokens).ok_or_else(torn)?;
                    of_first.insert((words(&tokens), runs(&tokens)))
                }
            };
            sign::read(self.payload(other, room)?, &mut tokens).ok_or_else(torn)?;
            if of_words.jaccard(&words(&tokens)) >= EDITED {
                let is_near = of_runs.jaccard(&runs(&tokens)) >= NEAR;
                edges.push(Edge { left: first, right: other, is_near });
            }
        }
        Ok(edges)
    }
}

/// Smallest rank of each rank's component; records of one folded text are always together.
fn components<'a>(ranked: &Ranked, edges: impl Iterator<Item = &'a Edge>) -> Vec<u32> {
    let mut clusters = Clusters::new(ranked.records.len());
    for (rank, &first) in ranked.folded.iter().enumerate() {
        clusters.join(first, rank as u32);
    }
    edges.for_each(|edge| clusters.join(edge.left, edge.right));
    clusters.roots()
}
