//! Resolution: what each record still adds once all its copies had their say.
//!
//! Exact copies by id and by folded text; near copies by shared keys, each verified on the tokens;
//! groups of near copies are credited like their smallest member; passages are credited once.
//! Everything is decided in canonical order, so neither order nor cut of the input matters.

use std::io;

use rayon::prelude::*;
use shujian_core::{Findings, Place};

use super::fold::Token;
use super::ownership::{Own, Owners, PASSAGE, Passages, Runs};
use super::rubbish::Rubbish;
use super::sign;
use crate::dedup::bands::candidates;
use crate::dedup::clusters::Clusters;
use crate::dedup::exact;
use crate::dedup::minhash::shingles;
use crate::dedup::verify::Bag;
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

/// A pair that was compared.
struct Edge {
    left: u32,
    right: u32,
    is_near: bool,
}

/// The distinct usable records by rank, the canonical order.
struct Ranked {
    /// Record of each rank.
    records: Vec<u32>,
    /// Rank of each record; `u32::MAX` for copies and rubbish.
    rank: Vec<u32>,
    /// For each rank the smallest rank of the same folded text.
    folded: Vec<u32>,
}

/// Decides over all text records of a dataset what each still adds.
///
/// - Errors: those of the stores.
pub fn resolve(set: &Set<'_>) -> io::Result<(Novelty, Findings)> {
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
    let credit = credit(set, &ranked, &kin)?;

    let cluster = (0..exact_of.len())
        .map(|record| match ranked.rank[exact_of[record] as usize] {
            u32::MAX => exact_of[record],
            rank => ranked.records[near[rank as usize] as usize],
        })
        .collect();
    let mut novel_units = vec![0; exact_of.len()];
    for (rank, &units) in credit.iter().enumerate() {
        novel_units[ranked.records[rank] as usize] = units;
    }
    Ok((Novelty { exact_of, cluster, usable, novel_units }, findings))
}

/// The place of a record; its file stands as the index in the engine's file table.
pub(super) fn place(source: Source) -> Place {
    Place::file(source.file.to_string()).at_row(source.row)
}

fn torn() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "torn payload of a text record")
}

fn usable(set: &Set<'_>, findings: &mut Findings) -> io::Result<Vec<bool>> {
    let records = set.signed.ids.len();
    let kinds = in_chunks(records, |record, payload, tokens| {
        set.payloads.read(record, payload)?;
        let header = &payload[..payload.len().min(sign::HEADER)];
        sign::read(header, tokens).ok_or_else(torn)
    })?;
    for kind in Rubbish::ALL {
        let records = || (0..records).filter(|&record| kinds[record] == Some(kind));
        let mut places: Vec<Source> = records().map(|at| set.signed.places[at]).collect();
        if places.is_empty() {
            continue;
        }
        let count = places.len() as u64;
        places.sort_unstable();
        places.truncate(Findings::MAX_PLACES);
        findings.add_many(kind.code(), count, places.into_iter().map(place));
    }
    Ok(kinds.into_iter().map(|kind| kind.is_none()).collect())
}

/// Runs over numbers in parallel with a payload and a token buffer; results in order.
fn in_chunks<T: Send>(
    count: usize,
    each: impl Fn(u32, &mut Vec<u8>, &mut Vec<Token>) -> io::Result<T> + Sync,
) -> io::Result<Vec<T>> {
    let chunks: Vec<Vec<T>> = (0..count.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let (mut payload, mut tokens) = (Vec::new(), Vec::new());
            (chunk * CHUNK..((chunk + 1) * CHUNK).min(count))
                .map(|at| each(at as u32, &mut payload, &mut tokens))
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
    for bucket in set.keys.sorted(0)?.chunk_by(|left, right| left.0 == right.0) {
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
    fn units(&self, set: &Set<'_>, rank: u32) -> u64 {
        u64::from(set.signed.units[self.records[rank as usize] as usize])
    }

    /// Bytes of payload of the record of this rank.
    fn length(&self, set: &Set<'_>, rank: u32) -> u32 {
        set.signed.payload_len[self.records[rank as usize] as usize]
    }
}

/// What a record is credited that has so much of its own among `units`.
///
/// What stands in no passage elsewhere counts wholly from two fifths of the record on, not at all
/// up to one fifth: what is left of a filled template, or between stock passages, says little
/// without its frame. Passages that are not long count as well where the record is mostly its own,
/// from nothing at two fifths to all at seven tenths: short ones repeat by chance.
fn credited(own: Own, units: u64) -> u64 {
    if units == 0 {
        return 0;
    }
    let apart = own.apart_from_passages.min(units);
    let phrases = own.apart_from_long.min(units) - apart;
    let share = |of: u64, rise: u64| (u128::from(of) * u128::from(rise) / u128::from(units)) as u64;
    let mostly_own = ((10 * apart).saturating_sub(4 * units) / 3).min(units);
    share(apart, (5 * apart).saturating_sub(units).min(units)) + share(phrases, mostly_own)
}

/// Whether bags of these sizes can reach [`EDITED`] at all.
fn may_match(left: u32, right: u32) -> bool {
    f64::from(left.min(right)) >= EDITED * f64::from(left.max(right))
}

fn verify(set: &Set<'_>, ranked: &Ranked, pairs: &[(u32, u32)]) -> io::Result<Vec<Edge>> {
    let groups: Vec<&[(u32, u32)]> = pairs.chunk_by(|left, right| left.0 == right.0).collect();
    let edges: Vec<Vec<Edge>> = groups
        .into_par_iter()
        .map(|group| {
            let (mut payload, mut tokens) = (Vec::new(), Vec::new());
            let mut load = |rank: u32, into: &mut Vec<Token>| {
                set.payloads.read(ranked.records[rank as usize], &mut payload)?;
                sign::read(&payload, into).ok_or_else(torn)
            };
            let (mut left, mut runs) = (Vec::new(), None);
            load(group[0].0, &mut left)?;
            let words = Bag::new(left.iter().map(|&token| u64::from(token)));
            let mut edges = Vec::new();
            for &(rank, other) in group {
                if !may_match(ranked.length(set, rank), ranked.length(set, other)) {
                    continue;
                }
                load(other, &mut tokens)?;
                let shared = words.jaccard(&Bag::new(tokens.iter().map(|&t| u64::from(t))));
                if shared < EDITED {
                    continue;
                }
                let runs = runs.get_or_insert_with(|| Bag::set(shingles(&left, SHINGLE)));
                let is_near = runs.jaccard(&Bag::set(shingles(&tokens, SHINGLE))) >= NEAR;
                edges.push(Edge { left: rank, right: other, is_near });
            }
            Ok(edges)
        })
        .collect::<io::Result<_>>()?;
    Ok(edges.into_iter().flatten().collect())
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

/// Novel characters by rank: of each group the smallest credit any member has, to the first.
fn credit(set: &Set<'_>, ranked: &Ranked, kin: &[u32]) -> io::Result<Vec<u32>> {
    let first_of_fold = |rank: u32| ranked.folded[rank as usize] == rank;
    let length = |rank: u32| u64::from(ranked.length(set, rank));
    let ranks = ranked.records.len();
    let bytes: u64 = (0..ranks as u32).filter(|&rank| first_of_fold(rank)).map(length).sum();
    let passages = Passages::for_tokens(bytes / 4);

    let load = |rank: u32, payload: &mut Vec<u8>, tokens: &mut Vec<Token>| {
        set.payloads.read(ranked.records[rank as usize], payload)?;
        sign::read(payload, tokens).ok_or_else(torn)
    };
    let runs = in_chunks(ranks, |rank, payload, tokens| {
        let (mut hashes, mut runs) = (Vec::new(), Runs::default());
        if first_of_fold(rank) {
            load(rank, payload, tokens)?;
            runs.set(tokens);
            passages.hashes(&runs, &mut hashes);
        }
        Ok((hashes, (runs.weight() < PASSAGE).then_some(runs)))
    })?;
    let mut owners = Owners::default();
    let has_short = is_short(set, ranked, runs.iter().map(|(_, short)| short.is_some()));
    for ((hashes, short), &group) in runs.iter().zip(kin) {
        owners.claim(group, hashes);
        if let Some(runs) = short.as_ref().filter(|_| has_short) {
            owners.claim_whole(group, runs);
        }
    }
    drop(runs);
    let own = in_chunks(ranks, |rank, payload, tokens| {
        if !first_of_fold(rank) {
            return Ok(None);
        }
        load(rank, payload, tokens)?;
        let mut runs = Runs::default();
        runs.set(tokens);
        let own = owners.own(passages, kin[rank as usize], tokens, &runs);
        Ok(Some(credited(own, ranked.units(set, rank))))
    })?;
    let mut credit = vec![u64::MAX; ranks];
    for (own, &group) in own.iter().zip(kin) {
        let least = &mut credit[group as usize];
        *least = own.map_or(*least, |own| own.min(*least));
    }
    let of_group = |(rank, least): (usize, u64)| {
        if kin[rank] == rank as u32 { u32::try_from(least).unwrap_or(u32::MAX) } else { 0 }
    };
    Ok(credit.into_iter().enumerate().map(of_group).collect())
}

/// Whether records shorter than a passage hold a twentieth of the text or more.
///
/// Only then are they looked for inside of others: elsewhere joining them gains little.
fn is_short(set: &Set<'_>, ranked: &Ranked, short: impl Iterator<Item = bool>) -> bool {
    let (mut held, mut all) = (0, 0);
    for (rank, short) in (0..).zip(short) {
        let units = ranked.units(set, rank);
        all += units;
        held += if short { units } else { 0 };
    }
    held * 20 >= all
}
