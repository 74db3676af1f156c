//! Random walks over the table of transitions: whatever is asked, in whatever order, by whomever, is
//! done or refused by name, and the registry stays whole. A new row of the table is walked unasked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};
use shujian_registry::transitions::{Holds, TABLE, Transition, open_to};
use shujian_registry::{Error, Kind, Request, Signed, Signer, State};

use super::world::{World, code, entitlement, on_both};

/// Steps of one walk.
const STEPS: u64 = 3000;

/// A stream of numbers that is the same every time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % sides as u64) as usize
    }

    fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.roll(choices.len())]
    }
}

/// Something to put into a field: mostly sound, sometimes not.
fn value(holds: Holds, step: u64, numbers: &BTreeMap<Kind, Vec<String>>, dice: &mut Dice) -> Json {
    if dice.roll(40) == 0 {
        return Json::from("不对");
    }
    match holds {
        Holds::Text | Holds::Invoice => {
            Json::from(*dice.of(&["甲", "乙", "910", "HLJ-OB-2026-0001", "national-match"]))
        }
        Holds::Date => Json::from(*dice.of(&["2026-02-01", "2026-03-02"])),
        Holds::Year => Json::from(2026),
        Holds::Fen => Json::from([1_i64, 99, 600_000_000, 1_000_000_000][dice.roll(4)]),
        Holds::Centi => Json::from([7000, 7500][dice.roll(2)]),
        Holds::Hash | Holds::Private | Holds::Sealed => Json::from(format!("{step:064x}")),
        Holds::Code => Json::from(code(10 + step as usize)),
        Holds::Division => Json::from("230100"),
        Holds::Entry(kind) => {
            numbers.get(&kind).map_or(Json::Null, |known| dice.of(known).as_str().into())
        }
        Holds::Actor(_) => Json::from(*dice.of(&["expert/a", "expert/b", "expert/c", "expert/d"])),
        Holds::OneOf(words) => Json::from(*dice.of(words)),
        Holds::Key => Signer::generate(&format!("officer/{step}")).unwrap().1.into(),
        Holds::Days => Json::from("01-01,05-01"),
        Holds::Bands => Json::from(*dice.of(&["A=75.00,B=70.00", "none"])),
        Holds::Files => json!([format!("{:064x}:{}", dice.roll(4), 1 + dice.roll(9))]),
        Holds::Entitlement => {
            let measure = dice.of(&["national-match", "provincial-dataset", "data-voucher"]);
            let base = [600_000_000, 1_000_000_000][dice.roll(2)];
            let payable = [1, 50_000_000, 100_000_001][dice.roll(3)];
            entitlement(measure, base, 100_000_000, 100_000_000, payable)
        }
    }
}

/// What a commitment opens to.
fn body(holds: Holds) -> &'static str {
    if matches!(holds, Holds::Sealed) { "7200" } else { "张三" }
}

/// A command and what it is given on: mostly one that is open there.
fn choose(
    numbers: &BTreeMap<Kind, Vec<String>>,
    states: &BTreeMap<String, State>,
    dice: &mut Dice,
) -> (&'static Transition, Option<String>) {
    let any = dice.of(TABLE);
    let Some(known) = numbers.get(&any.kind).filter(|_| !any.makes_entry()) else {
        return (any, None);
    };
    let number = dice.of(known);
    let state = states.get(number).copied().unwrap_or(State::Active);
    let open: Vec<_> = open_to(any.kind, state).collect();
    let sound = !open.is_empty() && dice.roll(5) > 0;
    (if sound { *dice.of(&open) } else { any }, Some(number.clone()))
}

fn request(
    (row, target): (&Transition, Option<String>),
    step: u64,
    numbers: &BTreeMap<Kind, Vec<String>>,
    dice: &mut Dice,
) -> Request {
    let mut request = Request::new(row.kind, target.as_deref(), row.command);
    for field in row.fields {
        // Mostly personal data comes with its content, put in where the request is signed.
        if field.holds.is_committed() && dice.roll(10) > 0 {
            continue;
        }
        if !field.optional || dice.roll(2) == 0 {
            request = request.with(field.name, value(field.holds, step, numbers, dice));
        }
    }
    request
}

#[test]
fn whatever_is_asked_the_registry_stays_whole() {
    on_both(async |place| {
        let mut dice = Dice(7);
        let world = World::new(place).await;
        let actors: Vec<String> = world.signers.keys().cloned().collect();
        let organisations = (0..3).map(code).collect();
        let mut numbers: BTreeMap<Kind, Vec<String>> = BTreeMap::from([
            (Kind::Organisation, organisations),
            (Kind::Batch, vec!["HLJ-BA-2026-0001".to_owned()]),
            (Kind::Registry, vec!["registry".to_owned()]),
        ]);
        let mut states: BTreeMap<String, State> = BTreeMap::new();
        let mut done: BTreeSet<(Kind, &str)> = BTreeSet::new();
        let mut signed = Vec::new();
        for step in 0..STEPS {
            let (row, target) = choose(&numbers, &states, &mut dice);
            let request = request((row, target), step, &numbers, &mut dice);
            // Mostly somebody whose role it is, twice where two persons are needed.
            let fit: Vec<&String> = actors
                .iter()
                .filter(|actor| row.roles.iter().any(|role| actor.starts_with(role.name())))
                .collect();
            for turn in 0..if row.two_persons { 2 } else { 1 } {
                let actor = if dice.roll(20) == 0 { dice.of(&actors) } else { *dice.of(&fit) };
                let request = request.clone().keyed(format!("{step}-{turn}"));
                let private = row.fields.iter().filter(|field| {
                    field.holds.is_committed() && !request.fields.contains_key(field.name)
                });
                let private: Vec<_> =
                    private.map(|field| (field.name, body(field.holds))).collect();
                signed.push((row, world.sign(actor, request, &private)));
            }
            // Numbers that a batch makes are known to the next.
            if signed.len() >= 16 {
                let (rows, batch): (Vec<&Transition>, Vec<Signed>) =
                    std::mem::take(&mut signed).into_iter().unzip();
                let receipts = world.store.execute_all(&batch).await.unwrap();
                for (row, receipt) in rows.into_iter().zip(receipts) {
                    match receipt {
                        Ok(receipt) => {
                            done.insert((row.kind, row.command));
                            let state = State::named(&receipt.state).unwrap();
                            states.insert(receipt.number.clone(), state);
                            // New organisations are not verified: the three known ones suffice.
                            if row.makes_entry() && row.kind != Kind::Organisation {
                                numbers.entry(row.kind).or_default().push(receipt.number);
                            }
                        }
                        Err(Error::Refused { .. }) => {}
                        Err(error) => panic!("{}: {error}", row.command),
                    }
                }
            }
        }
        eprintln!("{} of {} commands were done", done.len(), TABLE.len());
        assert!(done.len() > TABLE.len() / 3, "{done:?}");
        world.whole().await;
        let tables = super::tamper::every_table(&world).await;
        assert!(tables > 15, "{tables} tables have a row");
        world.whole().await;
    });
}
