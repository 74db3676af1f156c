//! Credit: how many novel characters each group of near copies is worth.

use std::io;

use super::fold::Token;
use super::ownership::{self, Found, Mine, Own, PASSAGE, Passages, Runs, Wholes};
use super::resolve::{Ranked, in_chunks, torn};
use super::sign;
use crate::dedup::Set;

/// What came out for a record; all that its group has stands with the first of the group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Credit {
    /// Novel characters.
    pub(super) novel: u32,
    /// Characters in long passages that stand in records before it.
    pub(super) repeated: u32,
}

/// Credits by rank: of each group the smallest any member has, to its first.
///
/// - Errors: those of the stores; torn payloads.
pub(super) fn credit(set: &Set<'_>, ranked: &Ranked, kin: &[u32]) -> io::Result<Vec<Credit>> {
    let (passages, found, wholes) = find(set, ranked, kin)?;
    let repeated = ownership::repeated(&found, kin);
    let ends: Vec<usize> = found
        .iter()
        .scan(0, |end, found| {
            *end += found.count();
            Some(*end)
        })
        .collect();
    let members = in_chunks(kin.len(), |rank, room: &mut Room| {
        if ranked.folded[rank as usize] != rank {
            return Ok(None);
        }
        let (at, units) = (rank as usize, ranked.units(set, rank));
        let found = &found[at];
        let repeated = &repeated[ends[at] - found.count()..ends[at]];
        if wholes.is_empty() && !repeated.contains(&true) {
            return Ok(Some((credited(Own::whole(units), units), 0)));
        }
        room.load(set, ranked, rank)?;
        let mut parts = Vec::new();
        if !wholes.is_empty() {
            room.runs.set(&room.tokens);
            parts = wholes.within(kin[at], &room.runs);
        }
        let mine = Mine { found, repeated, stride: passages.stride() };
        let own = Own::of(&room.tokens, units, parts, mine);
        Ok(Some((credited(own, units), units.saturating_sub(own.apart_from_long))))
    })?;
    let mut least: Vec<Option<(u64, u64)>> = vec![None; kin.len()];
    for (member, &group) in members.into_iter().zip(kin) {
        let least = &mut least[group as usize];
        *least = (*least).into_iter().chain(member).min();
    }
    let count = |units: u64| u32::try_from(units).unwrap_or(u32::MAX);
    let credit = |(novel, repeated)| Credit { novel: count(novel), repeated: count(repeated) };
    Ok(least.into_iter().map(|least| least.map(credit).unwrap_or_default()).collect())
}

/// Buffers of one worker.
#[derive(Default)]
struct Room {
    payload: Vec<u8>,
    tokens: Vec<Token>,
    runs: Runs,
    anchors: Vec<u32>,
}

impl Room {
    fn load(&mut self, set: &Set<'_>, ranked: &Ranked, rank: u32) -> io::Result<()> {
        let payload = set.payloads.get(ranked.records[rank as usize], &mut self.payload)?;
        sign::read(payload, &mut self.tokens).ok_or_else(torn)?;
        Ok(())
    }
}

/// The passages of each record, the rate at which they were looked at, and the short records.
fn find(set: &Set<'_>, ranked: &Ranked, kin: &[u32]) -> io::Result<(Passages, Vec<Found>, Wholes)> {
    let is_first = |rank: u32| ranked.folded[rank as usize] == rank;
    let length = |rank: u32| u64::from(ranked.length(set, rank));
    let bytes: u64 = (0..kin.len() as u32).filter(|&rank| is_first(rank)).map(length).sum();
    let passages = Passages::for_tokens(bytes / 4);
    let found = in_chunks(kin.len(), |rank, room: &mut Room| {
        if !is_first(rank) {
            return Ok((Found::default(), None));
        }
        room.load(set, ranked, rank)?;
        room.runs.set(&room.tokens);
        let short = (room.runs.weight() < PASSAGE).then(|| std::mem::take(&mut room.runs));
        let runs = short.as_ref().unwrap_or(&room.runs);
        Ok((passages.find(runs, &mut room.anchors), short))
    })?;
    let mut wholes = Wholes::default();
    if is_short(set, ranked, found.iter().map(|(_, short)| short.is_some())) {
        for ((_, short), &group) in found.iter().zip(kin) {
            short.iter().for_each(|runs| wholes.claim(group, runs));
        }
    }
    Ok((passages, found.into_iter().map(|(found, _)| found).collect(), wholes))
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(apart_from_passages: u64, apart_from_long: u64) -> u64 {
        credited(Own { apart_from_passages, apart_from_long }, 100)
    }

    #[test]
    fn leftovers_of_stock_text_count_little() {
        assert_eq!([of(20, 20), of(30, 30), of(40, 40), of(100, 100)], [0, 15, 40, 100]);
        assert_eq!([of(40, 90), of(55, 90), of(70, 90)], [40, 72, 90]);
        assert_eq!(credited(Own { apart_from_passages: 0, apart_from_long: 0 }, 0), 0);
    }

    proptest! {
        /// More of one's own is never worth less, nor more than there is.
        #[test]
        fn credit_is_monotone(apart in 0..1000_u64, more in 0..1000_u64, units in 1..1000_u64) {
            let own = |apart_from_passages: u64, more: u64| Own {
                apart_from_passages,
                apart_from_long: apart_from_passages + more,
            };
            let credit = credited(own(apart, more), units);
            prop_assert!(credit <= units);
            prop_assert!(credit <= credited(own(apart, more + 1), units));
        }
    }
}
