//! The amount: from a grade to fen, each step with its rule, article and date.

use shujian_core::card::{Award, Grade, Step};
use shujian_core::finding::Text;
use shujian_core::{Bilingual, Fen};

use crate::application::Money;
use crate::rubric::{Policy, Rubric, fen};

/// Why a forecast has no amount.
const FORECAST: Bilingual = Bilingual {
    zh: "以 --sample 运行，只读了每个文件的开头：结果是预估，不产生金额",
    en: "run with --sample, which reads the beginning of each file only: a forecast has no amount",
};
/// Why nothing is paid without an application.
const NO_APPLICATION: Bilingual = Bilingual {
    zh: "没有申报书：金额取决于申请金额与合格成本",
    en: "no application: the amount depends on the amount asked for and the eligible cost",
};
/// Why an open grade has no amount.
const NO_GRADE: Bilingual = Bilingual {
    zh: "等次待定，金额随之待定",
    en: "the grade is open, and so is the amount",
};

/// Where a limit comes from that the policy does not name.
const OWN: Bilingual = Bilingual {
    zh: "评分细则（本地参数，政策未规定）",
    en: "rubric (local parameter, not in the policy)",
};

/// What a grade pays: the least of nominal amount, cap, request and uncovered cost.
///
/// - No amount, with the reason: a forecast, a grade that is not known, no application.
/// - Unit: fen; never negative, never above the cap.
pub fn award(
    grade: Option<Grade>,
    money: Option<&Money>,
    rubric: &Rubric,
    is_forecast: bool,
) -> Award {
    let (grade, money) = match (is_forecast, grade, money) {
        (true, _, _) => return undecided(FORECAST),
        (_, _, None) => return undecided(NO_APPLICATION),
        (_, None, _) => return undecided(NO_GRADE),
        (_, Some(grade), Some(money)) => (grade, money),
    };
    let nominal = rubric.nominal(grade);
    let mut trace = Trace { amount: nominal, steps: Vec::new() };
    let (policy, own) = (cite(&rubric.policy), OWN.into());
    trace.step(nominal, grade_rule(grade), &policy);
    if nominal > Fen(0) {
        let cap = fen(rubric.policy.cap_yuan);
        trace.step(cap, ("单个项目最高额", "cap for one project"), &policy);
        let requested = fen(money.requested_yuan);
        trace.step(requested, ("申请金额", "amount asked for"), &policy);
        let uncovered = money.eligible_cost_yuan.saturating_sub(money.other_public_yuan);
        let [cost, other] =
            [money.eligible_cost_yuan, money.other_public_yuan].map(|yuan| fen(yuan).brief());
        let (zh, en) = (
            format!("合格成本 {cost} 减其他财政资金 {other}"),
            format!("eligible cost {cost} less other public money {other}"),
        );
        trace.step(fen(uncovered), (&zh, &en), &own);
    }
    Award {
        nominal_fen: Some(nominal),
        payable_fen: Some(trace.amount),
        undecided: None,
        trace: trace.steps,
    }
}

fn undecided(reason: Bilingual) -> Award {
    let undecided = Some(reason.into());
    Award { nominal_fen: None, payable_fen: None, undecided, trace: Vec::new() }
}

struct Trace {
    amount: Fen,
    steps: Vec<Step>,
}

impl Trace {
    fn step(&mut self, limit: Fen, (zh, en): (&str, &str), source: &Text) {
        self.amount = self.amount.min(limit);
        self.steps.push(Step {
            rule: Text { zh: zh.to_owned(), en: en.to_owned() },
            amount_fen: self.amount,
            limit_fen: Some(limit),
            citation: format!("{} / {}", source.zh, source.en),
            source: Some(source.clone()),
        });
    }
}

fn grade_rule(grade: Grade) -> (&'static str, &'static str) {
    match grade {
        Grade::A => ("A 等分级奖补额", "graded amount of grade A"),
        Grade::B => ("B 等分级奖补额", "graded amount of grade B"),
        Grade::C => ("C 等分级奖补额", "graded amount of grade C"),
        Grade::D => ("D 等：入库培育，不予奖补", "grade D: registered and advised, no grant"),
        Grade::None => ("未入等次，不予奖补", "no grade, no grant"),
    }
}

fn cite(policy: &Policy) -> Text {
    let Policy { title_zh, title_en, article, issued, .. } = policy;
    Text {
        zh: format!("《{title_zh}》第{article}条（{}）", issued_zh(issued)),
        en: format!("{title_en}, art. {article} ({issued})"),
    }
}

/// The date in Chinese, as far as it is known.
fn issued_zh(issued: &str) -> String {
    issued.replace(", day to be confirmed", "，日期待确认")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const YUAN: u64 = 92_233_720_368_547_758;

    fn pay(grade: Grade, requested: u64, cost: u64, other: u64) -> Fen {
        let money =
            Money { requested_yuan: requested, eligible_cost_yuan: cost, other_public_yuan: other };
        award(Some(grade), Some(&money), &Rubric::released(), false).payable_fen.unwrap()
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
        let rubric = Rubric::released();
        for award in [
            award(None, Some(&money), &rubric, false),
            award(Some(Grade::A), None, &rubric, false),
            award(Some(Grade::A), Some(&money), &rubric, true),
        ] {
            assert_eq!((award.nominal_fen, award.payable_fen), (None, None));
            assert!(award.undecided.is_some() && award.trace.is_empty());
        }
    }

    #[test]
    fn the_step_that_decides_is_known() {
        let award = |grade, requested_yuan, eligible_cost_yuan| {
            let money = Money { requested_yuan, eligible_cost_yuan, other_public_yuan: 0 };
            award(Some(grade), Some(&money), &Rubric::released(), false)
        };
        let binding = |award: &Award| award.binding().map(|step| step.rule.en.clone());
        assert_eq!(binding(&award(Grade::C, 600_000, 600_000)), None);
        let asked = award(Grade::C, 500_000, 550_000);
        assert_eq!(binding(&asked).as_deref(), Some("amount asked for"));
        let cost = binding(&award(Grade::C, 500_000, 100_000));
        assert!(cost.is_some_and(|rule| rule.starts_with("eligible cost ¥100,000")));
        // Each step tells its own limit and what is left after it.
        let limits: Vec<_> = asked.trace.iter().filter_map(|step| step.limit_fen).collect();
        assert_eq!(limits, [60_000_000, 200_000_000, 50_000_000, 55_000_000].map(Fen));
        assert_eq!(asked.trace[1].amount_fen, Fen(60_000_000));
        assert_eq!(award(Grade::None, 500_000, 100_000).trace.len(), 1, "no cap of nothing");
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
