//! Money against a second implementation, written from the table of the policy alone.
//!
//! The oracle knows each measure as a row of plain numbers, keeps exact fractions and recomputes a
//! history from its beginning at every step. It shares no code with the evaluator.
//!
//! The suite runs 100,000 histories; `SHUJIAN_HISTORIES=10000000 cargo test --release -p
//! shujian-grade --test oracle` runs more.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

mod chance;

use std::collections::{BTreeMap, BTreeSet};

use chance::Chance;
use proptest::prelude::*;
use shujian_core::{CreditCode, Date, Fen};
use shujian_grade::measure::entitlement::{Audit, Entitlement, audit};
use shujian_grade::measure::trace::{Decision, reexecute};
use shujian_grade::measure::{Book, Catalogue, Facts, Purchase, Settings, evaluate};

/// An exact fraction.
#[derive(Debug, Clone, Copy)]
struct Exact(i128, i128);

impl Exact {
    fn times(self, whole: i128) -> Self {
        Self(self.0 * whole, self.1)
    }

    fn plus(self, other: Self) -> Self {
        Self(self.0 * other.1 + other.0 * self.1, self.1 * other.1)
    }

    /// Whole part of a fraction that is not negative, by repeated doubling: no division.
    fn whole(self) -> i128 {
        let (mut rest, mut whole) = (self.0, 0);
        while rest >= self.1 {
            let (mut step, mut count) = (self.1, 1);
            while rest - step >= step {
                step += step;
                count += count;
            }
            rest -= step;
            whole += count;
        }
        whole
    }
}

/// A measure as the table of the policy has it: fact, rate, least base, cap; all in fen.
#[derive(Debug)]
struct Row {
    measure: &'static str,
    fact: &'static str,
    rate: Exact,
    /// The least base, and whether it is enough itself.
    least: Option<(i128, bool)>,
    cap: i128,
    yearly: bool,
}

const fn row(
    measure: &'static str,
    fact: &'static str,
    rate: (i128, i128),
    least: Option<(i128, bool)>,
    cap: i128,
    yearly: bool,
) -> Row {
    Row { measure, fact, rate: Exact(rate.0, rate.1), least, cap, yearly }
}

const WAN: i128 = 1_000_000;

const TABLE: &[Row] = &[
    row("M4", "pilot-platform.total-investment", (30, 100), None, 1000 * WAN, false),
    row("M5", "compute-user.annual-spend", (30, 100), Some((30 * WAN, false)), 400 * WAN, true),
    row("M6b", "national-dataset.approved-total-investment", (10, 100), None, 1000 * WAN, false),
    row("M6c", "data-purchaser.annual-transactions", (10, 100), None, 100 * WAN, true),
    row("M7", "model-purchaser.annual-purchases", (15, 100), None, 100 * WAN, true),
    row("M8", "benchmark-scenario.approved-total-investment", (20, 100), None, 2000 * WAN, false),
    row(
        "M9",
        "terminal-project.approved-total-investment",
        (20, 100),
        Some((2000 * WAN, true)),
        5000 * WAN,
        false,
    ),
    row("M11", "first-release.actual-cost", (30, 100), None, 30 * WAN, false),
    row("M13", "pilot-base.national-support", (20, 100), None, 10_000 * WAN, false),
];

impl Row {
    /// What a base earns before anything is taken off.
    fn earns(&self, base: i128) -> i128 {
        let enough =
            self.least.is_none_or(|(least, itself)| base > least || itself && base == least);
        let share = self.rate.times(base).whole();
        if !enough {
            0
        } else if share > self.cap {
            self.cap
        } else {
            share
        }
    }
}

impl Row {
    /// Amounts of every size, thick around what matters: thresholds and the points of caps.
    fn amount(&self, chance: &mut Chance) -> i64 {
        let point = self.cap * self.rate.1 / self.rate.0;
        let least = self.least.map_or(point, |(least, _)| least);
        let near = i128::from(chance.below(2001)) - 1000;
        let amount = match chance.below(6) {
            0 => i128::from(chance.below(200)),
            1 => point + near,
            2 => least + near,
            3 => point / 2 + near,
            4 => i128::from(chance.below(1 << 40)),
            _ => i128::from(chance.below(u64::try_from(point).unwrap() * 2)),
        };
        i64::try_from(amount.max(0)).unwrap()
    }
}

struct World {
    catalogue: Catalogue,
    settings: Settings,
    parties: Vec<CreditCode>,
    days: Vec<Date>,
}

impl World {
    fn new() -> Self {
        let catalogue = Catalogue::released();
        let set = [("issued", "2026-03-01"), ("model-voucher-rate", "3/20")];
        let set = set.map(|(id, value)| (id.to_owned(), value.to_owned()));
        let settings = Settings::new(&catalogue, set).unwrap();
        let parties =
            ["91350100M000100Y43", "91230100MA0000000M"].map(|code| code.parse().unwrap());
        let days =
            ["2026-02-28", "2026-03-01", "2026-12-31", "2027-01-01", "2029-03-01", "2029-03-02"];
        let days = days.map(|day| day.parse().unwrap());
        Self { catalogue, settings, parties: parties.to_vec(), days: days.to_vec() }
    }
}

/// Fewer in a debugger's run than in a night's.
fn histories() -> u64 {
    let asked = std::env::var("SHUJIAN_HISTORIES").ok();
    asked.and_then(|count| count.parse().ok()).unwrap_or(100_000)
}

/// Runs seeds on all processors; the outcome of a seed does not depend on which one runs it.
fn for_each_seed(run: impl Fn(&World, u64) + Sync) {
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get() as u64);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let run = &run;
            scope.spawn(move || {
                let world = World::new();
                (thread..histories()).step_by(threads as usize).for_each(|seed| run(&world, seed));
            });
        }
    });
}

fn holds(entitlement: &Entitlement, seed: u64) {
    let computed = reexecute(&entitlement.trace);
    assert_eq!(computed, Ok((entitlement.payable_fen, entitlement.decision)), "seed {seed}");
    assert!(entitlement.payable_fen >= Fen(0), "seed {seed}");
    let cap = entitlement.cap_fen.unwrap_or(Fen(0));
    let beyond = entitlement.decision == Decision::Payable && entitlement.payable_fen > cap;
    assert!(!beyond, "seed {seed}: {entitlement:?}");
}

/// A year of purchases: doubled invoices, related sellers, days outside validity, two years.
fn yearly_history(world: &World, seed: u64) {
    let mut chance = Chance(seed);
    let yearly: Vec<&Row> = TABLE.iter().filter(|row| row.yearly).collect();
    let row = yearly[chance.below(yearly.len() as u64) as usize];
    let mut book = Book::default();
    // What the oracle keeps: every purchase that counts, with its purchaser, year and grant.
    let mut counted: Vec<(usize, i32, i128, i128)> = Vec::new();
    let mut used = BTreeSet::new();
    for _ in 0..=chance.below(6) {
        let buyer = chance.below(2) as usize;
        let related = chance.below(12);
        let (invoice, day) = (chance.below(24), chance.below(6) as usize);
        let day = if chance.below(3) > 0 { 1 } else { day };
        let amount = row.amount(&mut chance);
        let purchase = Purchase {
            purchaser: world.parties[buyer].clone(),
            seller: world.parties[if related == 0 { buyer } else { 1 - buyer }].clone(),
            invoice: format!("No. {invoice}"),
            contracted: world.days[0],
            invoiced: world.days[day],
            paid: world.days[5],
            amount_fen: Fen(amount),
            relation: (related == 1).then(|| "shares".to_owned()),
        };
        let got = book.claim(&world.catalogue, row.measure, &world.settings, &purchase).unwrap();
        holds(&got, seed);

        let valid = (1..=4).contains(&day);
        // A claim that is refused for its day or its parties leaves the invoice free.
        let counts = related > 1 && valid && used.insert(invoice);
        let year = [2026, 2026, 2026, 2027, 2029, 2029][day];
        let mut expected = 0;
        if counts {
            let mine = counted.iter().filter(|known| (known.0, known.1) == (buyer, year));
            let (base, granted) =
                mine.fold((0, 0), |sums, known| (sums.0 + known.2, sums.1 + known.3));
            expected = row.earns(base + i128::from(amount)) - granted;
            counted.push((buyer, year, i128::from(amount), expected));
        }
        assert_eq!(i128::from(got.payable_fen.0), expected, "seed {seed}: {got:#?}");
    }
    let mut years: BTreeMap<(usize, i32), (i128, i128)> = BTreeMap::new();
    for (buyer, year, amount, granted) in counted {
        let sums = years.entry((buyer, year)).or_default();
        *sums = (sums.0 + amount, sums.1 + granted);
    }
    for ((buyer, year), (base, granted)) in years {
        assert_eq!(granted, row.earns(base), "seed {seed}: {buyer} {year}");
    }
}

/// One claim under any rate, with what was granted before and an envelope.
fn single_claim(world: &World, seed: u64) {
    let mut chance = Chance(!seed);
    let row = &TABLE[chance.below(TABLE.len() as u64) as usize];
    let day = chance.below(6) as usize;
    let amount = row.amount(&mut chance);
    let granted = if chance.below(2) == 0 { 0 } else { row.amount(&mut chance) };
    let left = (chance.below(3) == 0).then(|| row.amount(&mut chance));
    let mut facts = Facts::on(world.days[day]);
    facts.amounts.insert(row.fact.to_owned(), Fen(amount));
    facts.granted_fen = Fen(granted);
    facts.envelope_left_fen = left.map(Fen);
    let got = evaluate(&world.catalogue, row.measure, &facts, &world.settings).unwrap();
    holds(&got, seed);

    let mut expected = row.earns(i128::from(amount)) - i128::from(granted);
    if expected < 0 || !(1..=4).contains(&day) {
        expected = 0;
    }
    if let Some(left) = left {
        expected = expected.min(i128::from(left));
    }
    assert_eq!(i128::from(got.payable_fen.0), expected, "seed {seed}: {got:#?}");
    if seed.is_multiple_of(64) {
        let json = serde_json::to_string(&got).unwrap();
        let read: Entitlement = serde_json::from_str(&json).unwrap();
        assert_eq!(read, got);
        assert_eq!(audit(&read, &world.catalogue), Audit::Same, "seed {seed}");
    }
}

#[test]
fn histories_come_out_as_the_oracle_has_them() {
    for_each_seed(|world, seed| {
        if seed.is_multiple_of(2) { yearly_history(world, seed) } else { single_claim(world, seed) }
    });
}

#[test]
fn every_fen_around_every_cap_and_threshold() {
    let world = World::new();
    for row in TABLE {
        let point = row.cap * row.rate.1 / row.rate.0;
        for near in [Some(point), row.least.map(|(least, _)| least)].into_iter().flatten() {
            for base in near - 1000..=near + 1000 {
                let mut facts = Facts::on(world.days[1]);
                facts.amounts.insert(row.fact.to_owned(), Fen(i64::try_from(base).unwrap()));
                let got = evaluate(&world.catalogue, row.measure, &facts, &world.settings).unwrap();
                assert_eq!(
                    i128::from(got.payable_fen.0),
                    row.earns(base),
                    "{} {base}",
                    row.measure
                );
            }
        }
    }
}

/// Two rates and what raises them, added as fractions before anything is rounded.
#[test]
fn two_shares_are_added_exactly() {
    let world = World::new();
    let mut chance = Chance(3);
    for _ in 0..2000 {
        let rates = [0; 2].map(|_| {
            let den = 1 + chance.below(1000);
            (chance.below(den + 1), den)
        });
        let bases = [0; 2].map(|_| chance.below(10_000_000_000));
        let points = chance.below(2) == 1;
        let set = [
            ("issued", "2026-03-01".to_owned()),
            ("rd-stock-rate", format!("{}/{}", rates[0].0, rates[0].1)),
            ("rd-increment-rate", format!("{}/{}", rates[1].0, rates[1].1)),
            ("rd-raise", if points { "points" } else { "of-rate" }.to_owned()),
        ];
        let set = set.map(|(id, value)| (id.to_owned(), value));
        let settings = Settings::new(&world.catalogue, set).unwrap();
        let mut facts = Facts::on(world.days[1]);
        for (fact, base) in ["ai-firm.rd-stock", "ai-firm.rd-increment"].into_iter().zip(bases) {
            facts.amounts.insert(fact.to_owned(), Fen(base.cast_signed()));
        }
        let got = evaluate(&world.catalogue, "M3", &facts, &settings).unwrap();

        let part = |at: usize| {
            let (num, den) = (i128::from(rates[at].0), i128::from(rates[at].1));
            let raised =
                if points { Exact(num, den).plus(Exact(1, 2)) } else { Exact(num * 3, den * 2) };
            raised.times(i128::from(bases[at]))
        };
        let enough = i128::from(bases[0] + bases[1]) >= 50 * WAN;
        let expected = if enough { part(0).plus(part(1)).whole().min(1500 * WAN) } else { 0 };
        assert_eq!(i128::from(got.payable_fen.0), expected, "{rates:?} {bases:?}");
    }
}

/// What a year of purchases is granted in all, one invoice each.
fn granted(world: &World, measure: &str, amounts: &[i64]) -> i64 {
    let mut book = Book::default();
    let day = world.days[1];
    let claims = amounts.iter().enumerate().map(|(at, &amount)| {
        let purchase = Purchase {
            purchaser: world.parties[0].clone(),
            seller: world.parties[1].clone(),
            invoice: at.to_string(),
            contracted: day,
            invoiced: day,
            paid: day,
            amount_fen: Fen(amount),
            relation: None,
        };
        let claim = book.claim(&world.catalogue, measure, &world.settings, &purchase);
        claim.unwrap().payable_fen.0
    });
    claims.sum()
}

/// Amounts up to twice the point of the cap, thick around it and around the threshold.
fn year_of_purchases() -> impl Strategy<Value = (&'static str, i64)> {
    let yearly: Vec<&'static Row> = TABLE.iter().filter(|row| row.yearly).collect();
    prop::sample::select(yearly).prop_flat_map(|row| {
        let point = i64::try_from(row.cap * row.rate.1 / row.rate.0).unwrap();
        let least = row.least.map_or(point, |(least, _)| i64::try_from(least).unwrap());
        let amount = prop_oneof![
            0..200_i64,
            point - 1000..=point + 1000,
            least - 1000..=least + 1000,
            0..2 * point
        ];
        (Just(row.measure), amount)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    /// Cutting purchases in pieces, and their order, move no fen of the year.
    #[test]
    fn cutting_an_invoice_changes_nothing(
        (measure, whole) in year_of_purchases(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        turn in any::<prop::sample::Index>(),
    ) {
        let mut ends: Vec<i64> =
            cuts.iter().map(|cut| cut.index(whole.unsigned_abs() as usize + 1) as i64).collect();
        ends.extend([0, whole]);
        ends.sort_unstable();
        let mut pieces: Vec<i64> = ends.windows(2).map(|ends| ends[1] - ends[0]).collect();
        let first = turn.index(pieces.len());
        pieces.rotate_left(first);
        prop_assert_eq!(pieces.iter().sum::<i64>(), whole);
        WORLD.with(|world| {
            prop_assert_eq!(granted(world, measure, &pieces), granted(world, measure, &[whole]));
            Ok(())
        })?;
    }
}

thread_local! {
    /// Read once: the catalogue is large.
    static WORLD: World = World::new();
}

/// An amount, rate or decision changed after the fact does not pass.
#[test]
fn a_changed_entitlement_is_told() {
    let world = World::new();
    let mut facts = Facts::on(world.days[1]);
    facts.amounts.insert(TABLE[1].fact.to_owned(), Fen(1_000_000_000));
    let sound = evaluate(&world.catalogue, "compute-subsidy", &facts, &world.settings).unwrap();
    assert_eq!(audit(&sound, &world.catalogue), Audit::Same);
    let both = |changes: &[(&str, &str)]| {
        let mut json = serde_json::to_string(&sound).unwrap();
        for (from, to) in changes {
            assert!(json.contains(from), "{from} in {json}");
            json = json.replace(from, to);
        }
        audit(&serde_json::from_str(&json).unwrap(), &world.catalogue)
    };
    let changed = |from, to| both(&[(from, to)]);
    assert!(matches!(changed("\"den\":10", "\"den\":5"), Audit::Broken(_)));
    assert_eq!(changed("\"payable_fen\":300000000", "\"payable_fen\":300000001"), Audit::Misstated);
    let throughout = [("300000000", "400000000"), ("\"num\":3", "\"num\":4")];
    assert_eq!(both(&throughout), Audit::Differs, "a rate of no catalogue");
    assert_eq!(changed("\"hash\":\"", "\"hash\":\"0"), Audit::OtherCatalogue);
}
