//! Several claims and shared envelopes against a second, naive implementation.
//!
//! The oracle looks at every pair, closes the relation by brute force and compares fractions by
//! cross multiplication. It shares no code with the rules.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

mod chance;

use std::cmp::Ordering;
use std::collections::BTreeSet;

use chance::Chance;
use shujian_core::card::Grade;
use shujian_core::{Date, Fen};
use shujian_grade::envelope::{Candidate, Mode, share};
use shujian_grade::measure::catalogue::{Catalogue, Rate, Rule};
use shujian_grade::measure::entitlement::Ruling;
use shujian_grade::measure::{Settings, trace::Decision};
use shujian_grade::stacking::{Claim, PairRuling, Project, settle};

const RULES: [(Rule, &str); 3] =
    [(Rule::Cumulate, "cumulate"), (Rule::Highest, "highest"), (Rule::Hold, "hold")];

/// Article of a name; 0 for another policy, `None` for what is paid by status.
const NAMES: [(&str, Option<u32>); 5] = [
    ("provincial-dataset", Some(6)),
    ("national-match", Some(6)),
    ("compute-subsidy", Some(5)),
    ("another policy", Some(0)),
    ("single-champion", None),
];

struct Drawn {
    claims: Vec<Claim>,
    articles: Vec<Option<u32>>,
    rulings: Vec<PairRuling>,
    within_article: Rule,
    within_policy: Rule,
    top_up: bool,
}

fn draw(seed: u64) -> Drawn {
    let mut chance = Chance(seed);
    let day = |month: u64| Date::new(2026, month as u32, 1).unwrap();
    let mut drawn = Drawn {
        claims: Vec::new(),
        articles: Vec::new(),
        rulings: Vec::new(),
        within_article: RULES[chance.below(3) as usize].0,
        within_policy: RULES[chance.below(3) as usize].0,
        top_up: chance.below(2) == 0,
    };
    for at in 0..chance.below(7) {
        let (measure, article) = NAMES[chance.below(5) as usize];
        let from = 1 + chance.below(6);
        let items = chance.below(4);
        let cost_items = ["a", "b"].into_iter().zip([1, 2]);
        drawn.articles.push(article);
        drawn.claims.push(Claim {
            id: format!("{at}"),
            measure: measure.to_owned(),
            group: chance.below(2).to_string(),
            project: Project { identity: chance.below(2).to_string(), sketch: BTreeSet::new() },
            cost_items: cost_items
                .filter(|(_, bit)| items & bit != 0)
                .map(|(item, _)| item.to_owned())
                .collect(),
            from: day(from),
            until: day(from + chance.below(4)),
            entitled_fen: Fen(chance.below(20).cast_signed()),
            paid_fen: Fen(if chance.below(3) == 0 { chance.below(12).cast_signed() } else { 0 }),
        });
    }
    if drawn.claims.len() > 1 && chance.below(2) == 0 {
        let rule = RULES[chance.below(3) as usize].0;
        let ruling = Ruling { rule, document: "1".to_owned(), date: day(1) };
        drawn.rulings.push(PairRuling { claims: ("1".to_owned(), "0".to_owned()), ruling });
    }
    drawn
}

/// What joins two claims, read off the rule's own words.
fn joined(drawn: &Drawn, left: usize, right: usize) -> Option<Rule> {
    let (a, b) = (&drawn.claims[left], &drawn.claims[right]);
    let (x, y) = (drawn.articles[left]?, drawn.articles[right]?);
    let same_cost = a.cost_items.iter().any(|item| b.cost_items.contains(item));
    let one_is_whole = a.cost_items.is_empty() || b.cost_items.is_empty();
    let days_meet = !(a.until < b.from || b.until < a.from);
    let same = a.group == b.group && a.project.identity == b.project.identity && days_meet;
    if !(same_cost || one_is_whole && same) {
        return None;
    }
    let ruled = !drawn.rulings.is_empty() && left.min(right) == 0 && left.max(right) == 1;
    let rule = match (ruled, x, y) {
        (true, ..) => drawn.rulings[0].ruling.rule,
        (_, 0, _) | (_, _, 0) => Rule::Highest,
        (_, x, y) if x == y => drawn.within_article,
        _ => drawn.within_policy,
    };
    (rule != Rule::Cumulate).then_some(rule)
}

fn expected(drawn: &Drawn) -> Vec<(Decision, i64)> {
    let count = drawn.claims.len();
    let mut reach = vec![vec![false; count]; count];
    for (left, row) in reach.iter_mut().enumerate() {
        for (right, cell) in row.iter_mut().enumerate() {
            *cell = left == right || joined(drawn, left, right).is_some();
        }
    }
    for middle in 0..count {
        for left in 0..count {
            for right in 0..count {
                reach[left][right] |= reach[left][middle] && reach[middle][right];
            }
        }
    }
    (0..count)
        .map(|at| {
            let mine: Vec<usize> = (0..count).filter(|other| reach[at][*other]).collect();
            let held = mine.iter().any(|&left| {
                mine.iter()
                    .any(|&right| left != right && joined(drawn, left, right) == Some(Rule::Hold))
            });
            let entitled = |at: usize| drawn.claims[at].entitled_fen.0;
            let best = mine.iter().all(|&other| {
                entitled(other) < entitled(at) || entitled(other) == entitled(at) && at <= other
            });
            let paid: i64 = mine.iter().map(|&other| drawn.claims[other].paid_fen.0).sum();
            let by_others = paid - drawn.claims[at].paid_fen.0;
            let due =
                if best && (drawn.top_up || by_others == 0) { entitled(at) - paid } else { 0 };
            match due.max(0) {
                _ if held => (Decision::Held, 0),
                0 => (Decision::Nothing, 0),
                due => (Decision::Payable, due),
            }
        })
        .collect()
}

#[test]
fn claims_settle_as_the_oracle_has_them() {
    let catalogue = Catalogue::released();
    let word = |rule: Rule| RULES.iter().find(|(known, _)| *known == rule).unwrap().1.to_owned();
    for seed in 0..20_000 {
        let drawn = draw(seed);
        let set = [
            ("within-article", word(drawn.within_article)),
            ("within-policy", word(drawn.within_policy)),
            ("when-lower-paid", if drawn.top_up { "top-up" } else { "nothing" }.to_owned()),
        ];
        let set = set.map(|(id, value)| (id.to_owned(), value));
        let settings = Settings::new(&catalogue, set).unwrap();
        let mut claims = drawn.claims.clone();
        if !claims.is_empty() {
            let turn = seed as usize % claims.len();
            claims.rotate_left(turn);
        }
        let settled = settle(&catalogue, &settings, &claims, &drawn.rulings).unwrap();
        let got: Vec<_> =
            settled.iter().map(|known| (known.decision, known.payable_fen.0)).collect();
        assert_eq!(got, expected(&drawn), "seed {seed}: {:#?}", drawn.claims);
    }
}

/// Order of two fractions over one denominator's worth of numbers, without dividing.
fn larger_rest(left: (i128, i128), right: (i128, i128)) -> Ordering {
    (left.0 * right.1).cmp(&(right.0 * left.1))
}

/// What each candidate gets: fen by fen to whoever is furthest below the exact share.
fn naive_share(left: i128, tier: &[&Candidate]) -> Vec<i128> {
    let asked: i128 = tier.iter().map(|known| i128::from(known.amount_fen.0)).sum();
    if asked <= left {
        return tier.iter().map(|known| i128::from(known.amount_fen.0)).collect();
    }
    let exact: Vec<i128> = tier.iter().map(|known| left * i128::from(known.amount_fen.0)).collect();
    let mut paid: Vec<i128> = exact.iter().map(|exact| exact / asked).collect();
    let first = paid.clone();
    while paid.iter().sum::<i128>() < left {
        let open = (0..tier.len()).filter(|&at| paid[at] == first[at]);
        let next = open.max_by(|&a, &b| {
            let rest = |at: usize| (exact[at] - first[at] * asked, asked);
            let tie = |at: usize| (tier[at].value_density_centi, -tier[at].submitted);
            larger_rest(rest(a), rest(b)).then(tie(a).cmp(&tie(b)))
        });
        paid[next.unwrap()] += 1;
    }
    paid
}

#[test]
fn envelopes_are_shared_as_the_oracle_shares_them() {
    for seed in 0..20_000 {
        let mut chance = Chance(seed);
        let bits = chance.below(32);
        let size = 1 + chance.below(1 << bits);
        let candidates: Vec<Candidate> = (0..chance.below(8))
            .map(|at| Candidate {
                id: at.to_string(),
                grade: [Grade::A, Grade::B, Grade::C][chance.below(3) as usize],
                amount_fen: Fen(chance.below(size).cast_signed()),
                value_density_centi: chance.below(3).cast_signed(),
                uplift_low_millionths: 0,
                volume_millionths: 0,
                // No two alike, so that nothing is left to the hash of ids.
                submitted: at.cast_signed(),
            })
            .collect();
        let envelope = chance.below(size * 4).cast_signed();
        let hold_back = Rate(chance.below(3) as u32, 20);
        let shared = share(Fen(envelope), hold_back, Mode::Grades, &candidates).unwrap();

        let mut left = i128::from(envelope) * i128::from(20 - hold_back.0) / 20;
        let mut expected = vec![0; candidates.len()];
        for grade in [Grade::A, Grade::B, Grade::C] {
            let at: Vec<usize> =
                (0..candidates.len()).filter(|&at| candidates[at].grade == grade).collect();
            let tier: Vec<&Candidate> = at.iter().map(|&at| &candidates[at]).collect();
            for (at, paid) in at.into_iter().zip(naive_share(left, &tier)) {
                expected[at] = paid;
            }
            left -= tier.iter().map(|known| i128::from(known.amount_fen.0)).sum::<i128>().min(left);
        }
        let got: Vec<i128> =
            shared.shares.iter().map(|known| i128::from(known.paid_fen.0)).collect();
        assert_eq!(got, expected, "seed {seed}: {envelope} {hold_back} {candidates:#?}");
    }
}
