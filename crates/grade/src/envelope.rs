//! Sharing a year's envelope among graded claims.
//!
//! Whole grades are paid in order. The grade that exhausts the envelope shares what is left in
//! proportion, rounded down to fen; the fen left over go by largest remainder, then by the order of
//! ties. Nothing depends on the order in which claims are given.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::Fen;
use shujian_core::card::{Centi, Grade};

use crate::measure::catalogue::{Catalogue, Rate};
use crate::measure::parameter::{Reader, Settings};

/// A graded claim on an envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Candidate {
    /// Id of the application; each stands once.
    pub id: String,
    /// Grade.
    pub grade: Grade,
    /// What would be paid from an envelope without bottom.
    pub amount_fen: Fen,
    /// Score of value density: the first that breaks a tie, higher first.
    #[serde(default)]
    pub value_density_centi: Centi,
    /// Lower bound of the uplift, millionths: the second.
    #[serde(default)]
    pub uplift_low_millionths: i64,
    /// Effective volume over the volume that scores full, millionths: the third.
    #[serde(default)]
    pub volume_millionths: i64,
    /// First whole submission, in any unit that grows with time: the fourth, earlier first.
    #[serde(default)]
    pub submitted: i64,
}

/// How an envelope is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Whole grades in order; the last one in proportion.
    Grades,
    /// All in proportion, where they do not fit.
    Proportion,
}

/// The mode and the part to hold back that the bureau decided, or the catalogue supposes.
///
/// - Errors: those of reading parameters.
pub fn terms(
    catalogue: &Catalogue,
    settings: &Settings,
) -> Result<(Mode, Rate), crate::measure::Error> {
    let mut reader = Reader::new(catalogue, settings);
    let mode = match reader.word(&catalogue.envelope.mode)? {
        "grades" => Mode::Grades,
        _ => Mode::Proportion,
    };
    Ok((mode, reader.rate(&catalogue.envelope.hold_back)?))
}

/// What a claim gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Share {
    /// Id of the application.
    pub id: String,
    /// What it gets.
    pub paid_fen: Fen,
}

/// How an envelope was shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sharing {
    /// What was kept for appeals.
    pub held_back_fen: Fen,
    /// What each claim gets, by id.
    pub shares: Vec<Share>,
    /// What nobody gets.
    pub left_fen: Fen,
}

/// Why an envelope cannot be shared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An amount below zero.
    #[error("{0}: the amount is negative")]
    Negative(String),
    /// Two claims of one id.
    #[error("{0}: stands twice")]
    Repeated(String),
    /// A part to hold back that is no share.
    #[error("the part held back is not within 0–1")]
    HoldBack,
}

/// Shares an envelope.
///
/// - `hold_back`: part of the envelope kept for appeals; what is available is rounded down to fen.
/// - Σ paid + left + held back = envelope; nobody gets more than asked for or less than nothing.
/// - Errors: negative amounts, repeated ids.
pub fn share(
    envelope: Fen,
    hold_back: Rate,
    mode: Mode,
    candidates: &[Candidate],
) -> Result<Sharing, Error> {
    check(envelope, hold_back, candidates)?;
    let kept = u128::from(hold_back.1 - hold_back.0);
    let available = amount(envelope) * kept / u128::from(hold_back.1);
    let mut tiers: BTreeMap<Grade, Vec<&Candidate>> = BTreeMap::new();
    for candidate in candidates {
        let tier = match mode {
            Mode::Grades => candidate.grade,
            Mode::Proportion => Grade::A,
        };
        tiers.entry(tier).or_default().push(candidate);
    }
    let mut left = available;
    let mut paid: BTreeMap<&str, u128> = BTreeMap::new();
    for tier in tiers.values() {
        let asked: u128 = tier.iter().map(|candidate| amount(candidate.amount_fen)).sum();
        if asked <= left {
            paid.extend(tier.iter().map(|known| (known.id.as_str(), amount(known.amount_fen))));
            left -= asked;
        } else {
            paid.extend(in_proportion(left, asked, tier));
            left = 0;
        }
    }
    let shares = paid
        .into_iter()
        .map(|(id, paid)| Share { id: id.to_owned(), paid_fen: fen(paid) })
        .collect();
    let held_back_fen = Fen(envelope.0 - fen(available).0);
    Ok(Sharing { held_back_fen, shares, left_fen: fen(left) })
}

fn check(envelope: Fen, hold_back: Rate, candidates: &[Candidate]) -> Result<(), Error> {
    if envelope < Fen(0) {
        return Err(Error::Negative("envelope".to_owned()));
    }
    if !hold_back.is_sound() {
        return Err(Error::HoldBack);
    }
    let mut ids: Vec<&str> = candidates.iter().map(|known| known.id.as_str()).collect();
    ids.sort_unstable();
    if let Some(pair) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Error::Repeated(pair[0].to_owned()));
    }
    match candidates.iter().find(|candidate| candidate.amount_fen < Fen(0)) {
        Some(candidate) => Err(Error::Negative(candidate.id.clone())),
        None => Ok(()),
    }
}

/// Shares less than was asked for; every fen of it is given.
fn in_proportion<'a>(left: u128, asked: u128, tier: &[&'a Candidate]) -> Vec<(&'a str, u128)> {
    let exact = |candidate: &Candidate| left * amount(candidate.amount_fen);
    let mut ordered: Vec<&Candidate> = tier.to_vec();
    ordered.sort_by_cached_key(|candidate| (Reverse(exact(candidate) % asked), tie(candidate)));
    let floors: u128 = tier.iter().map(|candidate| exact(candidate) / asked).sum();
    let over = usize::try_from(left - floors).expect("at most one fen for each claim");
    ordered
        .iter()
        .enumerate()
        .map(|(at, candidate)| {
            let more = u128::from(at < over);
            (candidate.id.as_str(), exact(candidate) / asked + more)
        })
        .collect()
}

type Tie = (Reverse<Centi>, Reverse<i64>, Reverse<i64>, i64, [u8; 32]);

/// Value density, uplift, volume, submission, hash of the id.
fn tie(candidate: &Candidate) -> Tie {
    (
        Reverse(candidate.value_density_centi),
        Reverse(candidate.uplift_low_millionths),
        Reverse(candidate.volume_millionths),
        candidate.submitted,
        *blake3::hash(candidate.id.as_bytes()).as_bytes(),
    )
}

fn amount(fen: Fen) -> u128 {
    u128::from(fen.0.unsigned_abs())
}

fn fen(amount: u128) -> Fen {
    Fen(i64::try_from(amount).expect("no share is above the envelope"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NONE: Rate = Rate(0, 1);
    const TWENTIETH: Rate = Rate(1, 20);

    fn candidate(id: &str, grade: Grade, fen: i64) -> Candidate {
        Candidate {
            id: id.to_owned(),
            grade,
            amount_fen: Fen(fen),
            value_density_centi: 0,
            uplift_low_millionths: 0,
            volume_millionths: 0,
            submitted: 0,
        }
    }

    fn paid(sharing: &Sharing) -> Vec<i64> {
        sharing.shares.iter().map(|share| share.paid_fen.0).collect()
    }

    /// The vector of the rule: ¥5 M, two A, three B.
    #[test]
    fn whole_grades_then_in_proportion() {
        let a = |id| candidate(id, Grade::A, 200_000_000);
        let b = |id| candidate(id, Grade::B, 120_000_000);
        let all = [a("a1"), a("a2"), b("b1"), b("b2"), b("b3")];
        let shared = share(Fen(500_000_000), TWENTIETH, Mode::Grades, &all).unwrap();
        let expected = [200_000_000, 200_000_000, 25_000_000, 25_000_000, 25_000_000];
        assert_eq!((paid(&shared), shared.held_back_fen), (expected.to_vec(), Fen(25_000_000)));
        let shared = share(Fen(500_000_000), NONE, Mode::Grades, &all).unwrap();
        let mut last = paid(&shared)[2..].to_vec();
        last.sort_unstable();
        assert_eq!(last, [33_333_333, 33_333_333, 33_333_334]);
    }

    #[test]
    fn the_catalogue_supposes_grades_and_a_twentieth() {
        let terms = terms(&Catalogue::released(), &Settings::default());
        assert_eq!(terms, Ok((Mode::Grades, TWENTIETH)));
    }

    #[test]
    fn a_tie_goes_by_density_then_uplift_volume_and_time() {
        let base = [candidate("x", Grade::B, 3), candidate("y", Grade::B, 3)];
        let first = |change: fn(&mut Candidate)| {
            let mut all = base.clone();
            change(&mut all[1]);
            paid(&share(Fen(3), NONE, Mode::Grades, &all).unwrap())
        };
        assert_eq!(first(|y| y.value_density_centi = 1), [1, 2]);
        assert_eq!(first(|y| y.uplift_low_millionths = 1), [1, 2]);
        assert_eq!(first(|y| y.volume_millionths = 1), [1, 2]);
        assert_eq!(first(|y| y.submitted = -1), [1, 2]);
        assert_eq!(first(|y| y.submitted = 1), [2, 1]);
    }

    #[test]
    fn what_cannot_be_shared_is_named() {
        let twice = [candidate("x", Grade::A, 1), candidate("x", Grade::B, 1)];
        let error = share(Fen(1), NONE, Mode::Grades, &twice).unwrap_err();
        assert_eq!(error, Error::Repeated("x".to_owned()));
        let negative = [candidate("x", Grade::A, -1)];
        assert!(share(Fen(1), NONE, Mode::Grades, &negative).is_err());
        assert!(share(Fen(-1), NONE, Mode::Grades, &[]).is_err());
        assert_eq!(share(Fen(1), Rate(2, 1), Mode::Grades, &[]), Err(Error::HoldBack));
    }

    fn grades() -> impl Strategy<Value = Grade> {
        prop::sample::select(vec![Grade::A, Grade::B, Grade::C])
    }

    proptest! {
        #[test]
        fn every_fen_is_accounted_for_in_any_order(
            envelope in 0..=i64::MAX,
            held in 0..=20_u32,
            claims in prop::collection::vec((grades(), 0..=i64::MAX), 0..12),
            turn in 0..12_usize,
            mode in prop::sample::select(vec![Mode::Grades, Mode::Proportion]),
        ) {
            let mut all: Vec<Candidate> = claims
                .iter()
                .enumerate()
                .map(|(at, &(grade, fen))| candidate(&format!("{at:02}"), grade, fen))
                .collect();
            let shared = share(Fen(envelope), Rate(held, 20), mode, &all).unwrap();
            let sum: i128 = shared.shares.iter().map(|share| i128::from(share.paid_fen.0)).sum();
            let rest = i128::from(shared.left_fen.0) + i128::from(shared.held_back_fen.0);
            prop_assert_eq!(sum + rest, i128::from(envelope));
            for (share, candidate) in shared.shares.iter().zip(&all) {
                prop_assert!(Fen(0) <= share.paid_fen && share.paid_fen <= candidate.amount_fen);
            }
            if !all.is_empty() {
                let turn = turn % all.len();
                all.rotate_left(turn);
            }
            prop_assert_eq!(share(Fen(envelope), Rate(held, 20), mode, &all).unwrap(), shared);
        }
    }
}
