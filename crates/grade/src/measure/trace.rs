//! The trace: every step from facts to fen, as data that can be computed again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::card::Grade;
use shujian_core::{Date, Fen};

use super::catalogue::{Limit, Operator, Rule};

/// One step: what was done, with its numbers, and the amount after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// What was done.
    #[serde(flatten)]
    pub op: Op,
    /// Amount after it.
    pub amount_fen: Fen,
    /// Where it is ruled: keys of the entitlement's `cites`.
    pub sources: Vec<String>,
}

/// What a step does to the amount before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "op", rename_all = "kebab-case")]
pub enum Op {
    /// The day lies within the validity, or nothing follows.
    Validity {
        /// The day of the claim.
        date: Date,
        /// First day.
        from: Date,
        /// Last day.
        until: Date,
    },
    /// An invoice that was used, or a seller that is related: nothing follows.
    Refuse {
        /// Code of the reason.
        code: String,
        /// What was seen.
        seen: String,
    },
    /// A place is left among those of the year, or nothing follows.
    Places {
        /// Beneficiaries so far.
        taken: u32,
        /// Most of them.
        places: u32,
    },
    /// The base: facts of this claim and of those before it under the same cap.
    Base {
        /// The facts.
        parts: Vec<Fact>,
    },
    /// The base meets the least, or nothing follows.
    Threshold {
        /// Whether the bound itself is enough.
        operator: Operator,
        /// The bound.
        bound_fen: Fen,
    },
    /// Shares of the base, added exactly, then rounded down to fen.
    Share {
        /// The shares; their bases make up the base.
        terms: Vec<Share>,
    },
    /// One sum.
    Fixed {
        /// The sum.
        sum_fen: Fen,
    },
    /// The sum of a grade.
    Grade {
        /// The grade.
        grade: Grade,
        /// Its sum.
        sum_fen: Fen,
    },
    /// Rounded down to whole units.
    Round {
        /// The unit.
        unit_fen: Fen,
    },
    /// At most the cap.
    Cap {
        /// The cap.
        cap_fen: Fen,
    },
    /// At most what earlier claims left of a cap they share.
    Room {
        /// The cap.
        cap_fen: Fen,
        /// What was granted of it.
        granted_fen: Fen,
    },
    /// At most a limit of the bureau's own.
    Limit {
        /// Which.
        limit: Limit,
        /// The limit.
        limit_fen: Fen,
    },
    /// Other claims on the same project.
    Stack {
        /// What happens to them.
        rule: Rule,
        /// The highest of the others.
        highest_fen: Fen,
        /// What was paid on the others.
        paid_fen: Fen,
        /// Whether a higher claim is topped up after a lower one was paid.
        top_up: bool,
    },
    /// Less what was granted under the same cap before.
    Granted {
        /// What was granted.
        granted_fen: Fen,
    },
    /// At most what the year's envelope has left.
    Envelope {
        /// What is left.
        left_fen: Fen,
    },
}

/// A fact of the base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fact {
    /// The fact.
    pub fact: String,
    /// Of earlier claims under the same cap.
    pub prior_fen: Fen,
    /// Of this claim.
    pub claim_fen: Fen,
}

/// A share of a part of the base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Share {
    /// The part.
    pub base_fen: Fen,
    /// Numerator.
    pub num: u64,
    /// Denominator.
    pub den: u64,
}

/// What a claim comes to.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Something is paid.
    Payable,
    /// Nothing is left to pay.
    Nothing,
    /// Nothing is paid until the bureau has ruled.
    Held,
    /// The rule does not apply.
    Refused,
}

/// Why a trace does not compute.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// A step records another amount than it computes.
    #[error("step {step} records {recorded}, but computes {computed}")]
    Differs {
        /// The step, from 1.
        step: usize,
        /// Amount in the trace.
        recorded: Fen,
        /// Amount by its own numbers.
        computed: Fen,
    },
    /// A step after one that ended the computation.
    #[error("step {step} follows a refusal")]
    Beyond {
        /// The step, from 1.
        step: usize,
    },
    /// A step whose numbers cannot be.
    #[error("step {step} does not compute: {why}")]
    Unsound {
        /// The step, from 1.
        step: usize,
        /// What is wrong.
        why: Unsound,
    },
}

/// Why a single step does not compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unsound {
    /// An amount below zero.
    #[error("a negative amount")]
    Negative,
    /// Beyond what can be computed.
    #[error("an amount too large")]
    Overflow,
    /// Shares of something else than the base.
    #[error("shares that are not of the base")]
    OtherBase,
    /// A fraction without denominator, or a unit of nothing.
    #[error("a division by nothing")]
    Division,
}

/// The amount after a step, and whether anything may follow.
pub(super) struct After {
    pub(super) amount: Fen,
    pub(super) stopped: Option<Decision>,
}

impl Op {
    /// Applies a step to the amount before it.
    pub(super) fn apply(&self, before: Fen) -> Result<After, Unsound> {
        let going = |amount| Ok(After { amount, stopped: None });
        let unless = |met: bool, decision| {
            let stopped = (!met).then_some(decision);
            Ok(After { amount: if met { before } else { Fen(0) }, stopped })
        };
        match self {
            Self::Validity { date, from, until } => {
                unless((from..=until).contains(&date), Decision::Refused)
            }
            Self::Refuse { .. } => unless(false, Decision::Refused),
            Self::Places { taken, places } => unless(taken < places, Decision::Refused),
            Self::Base { parts } => {
                let amounts = parts.iter().flat_map(|part| [part.prior_fen, part.claim_fen]);
                going(sum(amounts)?)
            }
            Self::Threshold { operator, bound_fen } => {
                unless(operator.holds(before, *bound_fen), Decision::Refused)
            }
            Self::Share { terms } => {
                let same = sum(terms.iter().map(|term| term.base_fen))? == before;
                if same { going(share(terms)?) } else { Err(Unsound::OtherBase) }
            }
            Self::Fixed { sum_fen } | Self::Grade { sum_fen, .. } => going(sound(*sum_fen)?),
            Self::Round { unit_fen: Fen(unit) } => {
                if *unit < 1 {
                    Err(Unsound::Division)
                } else {
                    going(Fen(before.0 - before.0 % unit))
                }
            }
            Self::Cap { cap_fen: most }
            | Self::Limit { limit_fen: most, .. }
            | Self::Envelope { left_fen: most } => going(before.min(sound(*most)?)),
            Self::Room { cap_fen, granted_fen } => {
                going(before.min(less(sound(*cap_fen)?, sound(*granted_fen)?)))
            }
            Self::Stack { rule, highest_fen, paid_fen, top_up } => {
                let paid = sound(*paid_fen)?;
                match rule {
                    Rule::Cumulate => going(before),
                    Rule::Hold => unless(false, Decision::Held),
                    Rule::Highest if before < *highest_fen => going(Fen(0)),
                    Rule::Highest if paid > Fen(0) && !top_up => going(Fen(0)),
                    Rule::Highest => going(less(before, paid)),
                }
            }
            Self::Granted { granted_fen } => going(less(before, sound(*granted_fen)?)),
        }
    }
}

fn sound(amount: Fen) -> Result<Fen, Unsound> {
    if amount < Fen(0) { Err(Unsound::Negative) } else { Ok(amount) }
}

fn sum(mut amounts: impl Iterator<Item = Fen>) -> Result<Fen, Unsound> {
    amounts.try_fold(Fen(0), |sum, amount| sum.checked_add(sound(amount)?).ok_or(Unsound::Overflow))
}

/// Both are not negative, so the difference cannot wrap.
fn less(amount: Fen, taken: Fen) -> Fen {
    Fen((amount.0 - taken.0).max(0))
}

/// ⌊Σ base·num/den⌋, the sum exact.
fn share(terms: &[Share]) -> Result<Fen, Unsound> {
    let (mut num, mut den) = (0_i128, 1_i128);
    for term in terms {
        if term.den == 0 {
            return Err(Unsound::Division);
        }
        let over = i128::from(term.den);
        let part = i128::from(term.base_fen.0).checked_mul(i128::from(term.num));
        let part = part.and_then(|part| part.checked_mul(den));
        let sum = num.checked_mul(over).zip(part).and_then(|(num, part)| num.checked_add(part));
        let both = sum.zip(den.checked_mul(over)).ok_or(Unsound::Overflow)?;
        let shared = common_divisor(both.0, both.1);
        (num, den) = (both.0 / shared, both.1 / shared);
    }
    i64::try_from(num / den).map(Fen).map_err(|_| Unsound::Overflow)
}

/// Of two numbers that are not both zero.
fn common_divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Computes a trace again.
///
/// - Returns the amount and what the claim comes to.
/// - Errors: the first step that does not follow from its own numbers and the step before.
pub fn reexecute(steps: &[Step]) -> Result<(Fen, Decision), TraceError> {
    let (mut amount, mut stopped) = (Fen(0), None);
    for (at, step) in steps.iter().enumerate() {
        let number = at + 1;
        if stopped.is_some() {
            return Err(TraceError::Beyond { step: number });
        }
        let after =
            step.op.apply(amount).map_err(|why| TraceError::Unsound { step: number, why })?;
        if after.amount != step.amount_fen {
            let (recorded, computed) = (step.amount_fen, after.amount);
            return Err(TraceError::Differs { step: number, recorded, computed });
        }
        (amount, stopped) = (after.amount, after.stopped);
    }
    Ok((amount, stopped.unwrap_or_else(|| decide(amount))))
}

/// What an amount that nothing stopped comes to.
pub(super) fn decide(amount: Fen) -> Decision {
    if amount > Fen(0) { Decision::Payable } else { Decision::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(op: Op, amount: i64) -> Step {
        Step { op, amount_fen: Fen(amount), sources: vec!["measure".to_owned()] }
    }

    fn base(fen: i64) -> Op {
        let part = Fact { fact: "x".to_owned(), prior_fen: Fen(0), claim_fen: Fen(fen) };
        Op::Base { parts: vec![part] }
    }

    fn tenth(fen: i64) -> Op {
        Op::Share { terms: vec![Share { base_fen: Fen(fen), num: 1, den: 10 }] }
    }

    #[test]
    fn a_trace_computes_or_says_where_it_does_not() {
        let good = vec![step(base(99), 99), step(tenth(99), 9)];
        assert_eq!(reexecute(&good), Ok((Fen(9), Decision::Payable)));
        let mut raised = good.clone();
        raised[1].amount_fen = Fen(10);
        let differs = TraceError::Differs { step: 2, recorded: Fen(10), computed: Fen(9) };
        assert_eq!(reexecute(&raised), Err(differs));
        let other = vec![step(base(99), 99), step(tenth(990), 99)];
        assert!(matches!(reexecute(&other), Err(TraceError::Unsound { step: 2, .. })));
        let refuse = Op::Refuse { code: String::new(), seen: String::new() };
        let beyond = vec![step(refuse, 0), step(base(9), 9)];
        assert_eq!(reexecute(&beyond), Err(TraceError::Beyond { step: 2 }));
        assert_eq!(reexecute(&[]), Ok((Fen(0), Decision::Nothing)));
    }

    #[test]
    fn shares_are_added_before_they_are_rounded() {
        let third = |fen| Share { base_fen: Fen(fen), num: 1, den: 3 };
        assert_eq!(share(&[third(1), third(1), third(1)]), Ok(Fen(1)));
        let most = Share { base_fen: Fen(i64::MAX), num: 1, den: 1 };
        assert_eq!(share(std::slice::from_ref(&most)), Ok(Fen(i64::MAX)));
        assert_eq!(share(&[most.clone(), most]), Err(Unsound::Overflow));
        assert_eq!(share(&[Share { base_fen: Fen(1), num: 1, den: 0 }]), Err(Unsound::Division));
    }

    #[test]
    fn the_lower_of_two_claims_waits_or_is_topped_up() {
        let stack = |rule, highest, paid, top_up| Op::Stack {
            rule,
            highest_fen: Fen(highest),
            paid_fen: Fen(paid),
            top_up,
        };
        for (op, left) in [
            (stack(Rule::Cumulate, 90, 90, true), 50),
            (stack(Rule::Hold, 0, 0, true), 0),
            (stack(Rule::Highest, 51, 0, true), 0),
            (stack(Rule::Highest, 50, 20, true), 30),
            (stack(Rule::Highest, 50, 20, false), 0),
            (stack(Rule::Highest, 0, 0, false), 50),
        ] {
            assert_eq!(op.apply(Fen(50)).unwrap().amount, Fen(left), "{op:?}");
        }
    }
}
