//! The amount: from a grade to fen, each step with its rule, article and date.

use shujian_core::Fen;
use shujian_core::card::{Award, Grade, Step};
use shujian_core::finding::Text;

use crate::application::Money;
use crate::rubric::{Policy, Rubric, fen};

/// What a grade pays: the least of nominal amount, cap, request and uncovered cost.
///
/// - `grade` absent: the effect is unknown, and so is the amount.
/// - Unit: fen; never negative, never above the cap.
pub fn award(grade: Option<Grade>, money: Option<&Money>, rubric: &Rubric) -> Award {
    let (Some(grade), Some(money)) = (grade, money) else {
        return Award { nominal_fen: None, payable_fen: None, trace: Vec::new() };
    };
    let nominal = rubric.nominal(grade);
    let mut trace = Trace { amount: nominal, steps: Vec::new(), citation: cite(&rubric.policy) };
    trace.step(nominal, grade_rule(grade));
    trace.step(
        fen(rubric.policy.cap_yuan),
        ("单个项目最高额".to_owned(), "cap for one project".to_owned()),
    );
    trace.step(
        fen(money.requested_yuan),
        ("不超过申请金额".to_owned(), "no more than was asked for".to_owned()),
    );
    let uncovered = money.eligible_cost_yuan.saturating_sub(money.other_public_yuan);
    let (cost, other) = (fen(money.eligible_cost_yuan), fen(money.other_public_yuan));
    trace.citation = "rubric (local parameter, not in the policy)".to_owned();
    trace.step(
        fen(uncovered),
        (
            format!("不超过经审计的合格成本 {cost} 减其他财政资金 {other}"),
            format!("no more than audited eligible cost {cost} less other public money {other}"),
        ),
    );
    Award { nominal_fen: Some(nominal), payable_fen: Some(trace.amount), trace: trace.steps }
}

struct Trace {
    amount: Fen,
    steps: Vec<Step>,
    citation: String,
}

impl Trace {
    fn step(&mut self, limit: Fen, (zh, en): (String, String)) {
        self.amount = self.amount.min(limit);
        let citation = self.citation.clone();
        self.steps.push(Step { rule: Text { zh, en }, amount_fen: self.amount, citation });
    }
}

fn grade_rule(grade: Grade) -> (String, String) {
    match grade {
        Grade::None => ("未入等次，不予奖补".to_owned(), "no grade, no grant".to_owned()),
        Grade::D => (
            "D 等：入库培育，不予奖补".to_owned(),
            "grade D: registered and advised, no grant".to_owned(),
        ),
        grade => (format!("{grade:?} 等分级奖补额"), format!("graded amount of grade {grade:?}")),
    }
}

fn cite(policy: &Policy) -> String {
    let Policy { title_zh, article, issued, .. } = policy;
    format!("《{title_zh}》第{article}条 / art. {article} ({issued})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const YUAN: u64 = 92_233_720_368_547_758;

    fn pay(grade: Grade, requested: u64, cost: u64, other: u64) -> Fen {
        let money =
            Money { requested_yuan: requested, eligible_cost_yuan: cost, other_public_yuan: other };
        award(Some(grade), Some(&money), &Rubric::released()).payable_fen.unwrap()
    }

    #[test]
    fn worked_examples() {
        for (grade, requested, cost, other, fen) in [
            (Grade::A, 3_000_000, 5_000_000, 0, 200_000_000),
            (Grade::A, 1_500_000, 5_000_000, 0, 150_000_000),
            (Grade::A, 3_000_000, 1_000_000, 400_000, 60_000_000),
            (Grade::B, 3_000_000, 5_000_000, 0, 120_000_000),
            (Grade::C, 3_000_000, 5_000_000, 0, 60_000_000),
            (Grade::C, 3_000_000, 300_000, 300_001, 0),
            (Grade::D, 3_000_000, 5_000_000, 0, 0),
            (Grade::None, 3_000_000, 5_000_000, 0, 0),
        ] {
            assert_eq!(pay(grade, requested, cost, other), Fen(fen), "{grade:?} {requested}");
        }
    }

    #[test]
    fn unknown_stays_unknown() {
        let money = Money { requested_yuan: 1, eligible_cost_yuan: 1, other_public_yuan: 0 };
        let award = award(None, Some(&money), &Rubric::released());
        assert_eq!((award.nominal_fen, award.payable_fen), (None, None));
    }

    proptest! {
        #[test]
        fn never_above_a_cap_nor_below_nothing(
            grade in prop::sample::select(vec![Grade::A, Grade::B, Grade::C, Grade::D, Grade::None]),
            requested in 0..=YUAN,
            cost in 0..=YUAN,
            other in 0..=YUAN,
        ) {
            let rubric = Rubric::released();
            let paid = pay(grade, requested, cost, other);
            prop_assert!(paid >= Fen(0));
            prop_assert!(paid <= rubric.nominal(grade));
            prop_assert!(paid <= fen(rubric.policy.cap_yuan));
            prop_assert!(paid <= fen(requested));
            prop_assert!(paid <= fen(cost.saturating_sub(other)));
        }
    }
}
