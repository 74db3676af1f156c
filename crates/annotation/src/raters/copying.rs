//! Pairs of raters who share mistakes.
//!
//! Two good raters agree because both are right. Copying shows where one is wrong: the other then
//! says the same wrong class far more often than anybody else does, and far more often than it says
//! that class by its own habit: who calls everything a cat shares every wrong cat, and copied none.

use rayon::prelude::*;

use crate::table::{LabelTable, Vote};

use super::{Counts, Evidence, Log, Thresholds, upper_tail};

/// Answers of another rater to items this one got wrong.
#[derive(Clone, Copy, Default)]
struct Shared {
    answers: u64,
    same: u64,
    /// Chance of the same answers by the other's habit, or where it is larger the share of everybody
    /// else who gave that answer, summed, in parts of [`WHOLE`].
    by_habit: u64,
}

/// Certainty, in whole parts: sums of parts do not depend on their order.
const WHOLE: u64 = 1 << 32;

/// How often each rater says a class where most others say another.
struct Habits {
    /// Of each rater, sorted: what most others say, what the rater says, how often; and where the
    /// rater's class is [`TOTAL`], how often in all.
    cells: Vec<Vec<(u32, u32, u32)>>,
}

/// The share of the answers to an item that are like one rater's, its own and the other's left out:
/// what many say is no copy, even where more say something else.
fn share_of_others(
    counts: &Counts,
    (item, answers): (usize, usize),
    own: &Vote,
    other: &Vote,
) -> u64 {
    let like = u64::from(counts.said(item, own.label));
    let like = like.saturating_sub(1 + u64::from(own.label == other.label));
    WHOLE / (answers as u64).saturating_sub(2).max(1) * like
}

/// The row of all answers.
const TOTAL: u32 = u32::MAX;

impl Habits {
    fn of(table: &LabelTable, counts: &Counts) -> Self {
        let by_rater = table.by_rater();
        let cells = (0..table.raters.len()).into_par_iter().map(|rater| {
            let mut said = Vec::new();
            for &vote in by_rater.of(rater) {
                let vote = table.votes[vote as usize];
                if let Some(right) = counts.majority_but(vote.item as usize, vote.label) {
                    said.extend([(right, vote.label), (right, TOTAL)]);
                }
            }
            said.sort_unstable();
            said.chunk_by(|a, b| a == b).map(|run| (run[0].0, run[0].1, run.len() as u32)).collect()
        });
        Self { cells: cells.collect() }
    }

    fn count(&self, rater: u32, right: u32, label: u32) -> u64 {
        let cells = &self.cells[rater as usize];
        let at = cells.binary_search_by_key(&(right, label), |cell| (cell.0, cell.1));
        at.map_or(0, |at| u64::from(cells[at].2))
    }

    /// The chance that a rater says `label` where most say `right`, one answer of each kind added.
    fn chance(&self, rater: u32, right: u32, label: u32) -> u64 {
        let (hits, all) = (self.count(rater, right, label), self.count(rater, right, TOTAL));
        WHOLE / (all + 2) * (hits + 1)
    }
}

/// Raters up to which every pair has a place of its own in memory.
const DENSE: usize = 1024;

/// Shared mistakes of each rater with each other, ordered by the other: item by item.
fn of_few_raters(table: &LabelTable) -> Vec<Vec<(u32, Shared)>> {
    let raters = table.raters.len();
    let counts = Counts::of(table);
    let habits = Habits::of(table, &counts);
    let mut cells = vec![Shared::default(); raters * raters];
    for item in 0..table.items.len() {
        let votes = table.of(item);
        for (at, one) in votes.iter().enumerate() {
            for two in &votes[..at] {
                let Some(right) = counts.majority_without(item, one.label, two.label) else {
                    continue;
                };
                for (own, other) in [(one, two), (two, one)] {
                    if own.label != right {
                        let cell = &mut cells[own.rater as usize * raters + other.rater as usize];
                        cell.answers += 1;
                        cell.same += u64::from(own.label == other.label);
                        let others = share_of_others(&counts, (item, votes.len()), own, other);
                        let habit = habits.chance(other.rater, right, own.label);
                        cell.by_habit += habit.max(others);
                    }
                }
            }
        }
    }
    let row = |row: &[Shared]| -> Vec<(u32, Shared)> {
        (0..).zip(row).filter(|(_, cell)| cell.answers > 0).map(|(at, cell)| (at, *cell)).collect()
    };
    cells.chunks(raters.max(1)).map(row).collect()
}

/// The same rater by rater, for more raters than pairs of them have room.
fn of_many_raters(table: &LabelTable) -> Vec<Vec<(u32, Shared)>> {
    let by_rater = table.by_rater();
    let counts = Counts::of(table);
    let habits = Habits::of(table, &counts);
    (0..table.raters.len())
        .into_par_iter()
        .map(|rater| {
            let mut said = Vec::new();
            for &vote in by_rater.of(rater) {
                let own = table.votes[vote as usize];
                let item = own.item as usize;
                for other in table.of(item).iter().filter(|other| other.rater != own.rater) {
                    let right = counts.majority_without(item, own.label, other.label);
                    if let Some(right) = right.filter(|right| *right != own.label) {
                        let others =
                            share_of_others(&counts, (item, table.of(item).len()), &own, other);
                        let chance = habits.chance(other.rater, right, own.label).max(others);
                        said.push((other.rater, other.label == own.label, chance));
                    }
                }
            }
            said.sort_unstable();
            let share = |run: &[(u32, bool, u64)]| Shared {
                answers: run.len() as u64,
                same: run.iter().filter(|said| said.1).count() as u64,
                by_habit: run.iter().map(|said| said.2).sum(),
            };
            said.chunk_by(|a, b| a.0 == b.0).map(|run| (run[0].0, share(run))).collect()
        })
        .collect()
}

pub(super) fn look(table: &LabelTable, _: &Log, thresholds: &Thresholds) -> Vec<Evidence> {
    let table = &table.first_readings();
    let rows =
        if table.raters.len() <= DENSE { of_few_raters(table) } else { of_many_raters(table) };
    let pairs = rows.iter().map(Vec::len).sum::<usize>().max(1) as f64 / 2.0;
    let sum = |row: &Vec<(u32, Shared)>| {
        row.iter().fold(Shared::default(), |sum, cell| Shared {
            answers: sum.answers + cell.1.answers,
            same: sum.same + cell.1.same,
            by_habit: 0,
        })
    };
    let totals: Vec<Shared> = rows.iter().map(sum).collect();
    let judge = |rater: usize, other: u32| {
        let row = &rows[rater];
        let at = row.binary_search_by_key(&other, |cell| cell.0).ok()?;
        let own = row[at].1;
        let all = totals[rater];
        let (answers, same) = (all.answers - own.answers + 2, all.same - own.same + 1);
        // What everybody shares with this rater, and what the other says anyway: the larger convinces.
        let habit = own.by_habit as f64 / WHOLE as f64 / own.answers.max(1) as f64;
        let expected = f64::max(same as f64 / answers as f64, habit.min(1.0));
        Some((own, expected, upper_tail(own.same, own.answers, expected)))
    };
    let mut found = Vec::new();
    for (rater, row) in rows.iter().enumerate() {
        for &(other, _) in row.iter().filter(|cell| cell.0 as usize > rater) {
            let (Some(one), Some(two)) = (judge(rater, other), judge(other as usize, rater as u32))
            else {
                continue;
            };
            // The weaker of the two directions must convince.
            let (own, expected, p_value) = if one.2 >= two.2 { one } else { two };
            let enough = own.answers >= thresholds.least_answers;
            if enough && p_value * pairs <= thresholds.significance {
                found.push(Evidence {
                    behaviour: "copying",
                    rater: rater as u32,
                    other: Some(other),
                    class: None,
                    answers: own.answers,
                    hits: own.same,
                    expected,
                    p_value,
                    from: None,
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::table::Builder;

    /// Pairs that are said to copy, by name.
    fn copies(table: &LabelTable) -> Vec<String> {
        let name = |rater: u32| table.raters[rater as usize].clone();
        let found = look(table, &Log::default(), &Thresholds::default());
        found
            .iter()
            .map(|row| format!("{}+{}", name(row.rater), row.other.map(name).unwrap_or_default()))
            .collect()
    }

    /// A rater who is right in so many of a hundred, else one of the other classes of three.
    fn answer(random: &mut Random, truth: usize, percent: usize) -> usize {
        let slip = 1 + random.below(2);
        if random.below(100) < percent { truth } else { (truth + slip) % 3 }
    }

    #[test]
    fn true_copies_are_found_and_the_constant_rater_has_no_partner() {
        const CLASSES: [&str; 3] = ["x", "y", "z"];
        for seed in 0..12 {
            let mut random = Random::new(seed);
            let mut builder = Builder::with_classes(&CLASSES);
            for item in 0..200 {
                let truth = random.below(3);
                let [a, c] = [70, 70].map(|right| answer(&mut random, truth, right));
                for (rater, label) in [("a", a), ("b", a), ("c", c), ("k", 0)] {
                    builder.add(&format!("{item:03}"), rater, CLASSES[label]);
                }
            }
            assert_eq!(copies(&builder.build()), ["a+b"], "seed {seed}");
        }
    }

    #[test]
    fn honest_raters_with_habits_are_not_accused() {
        const CLASSES: [&str; 3] = ["x", "y", "z"];
        for seed in 0..20 {
            let mut random = Random::new(1000 + seed);
            let mut builder = Builder::with_classes(&CLASSES);
            for item in 0..300 {
                let truth = random.below(3);
                let mut raters = vec![("constant", 0)];
                // Two who cannot tell z from y, and slip now and then.
                for rater in ["like1", "like2"] {
                    let slips = random.below(100) < 10;
                    raters.push((rater, if slips { random.below(3) } else { truth.min(1) }));
                }
                for rater in ["h1", "h2", "h3", "h4"] {
                    raters.push((rater, answer(&mut random, truth, 85)));
                }
                // Two who say x whenever in doubt.
                for rater in ["doubt1", "doubt2"] {
                    raters.push((rater, if random.below(100) < 60 { truth } else { 0 }));
                }
                for (rater, label) in raters {
                    builder.add(&format!("{item:03}"), rater, CLASSES[label]);
                }
            }
            assert_eq!(copies(&builder.build()), [] as [&str; 0], "seed {seed}");
        }
    }

    #[test]
    fn few_and_many_raters_are_counted_alike() {
        let mut random = Random::new(3);
        let mut builder = Builder::new();
        for item in 0..200 {
            for rater in 0..8 {
                if random.below(3) > 0 {
                    let label = ["a", "b", "c"][random.below(3)];
                    builder.add(&item.to_string(), &rater.to_string(), label);
                }
            }
        }
        let table = builder.build();
        let plain = |rows: Vec<Vec<(u32, Shared)>>| -> Vec<(usize, u32, [u64; 3])> {
            let of = |(at, row): (usize, Vec<(u32, Shared)>)| {
                row.into_iter()
                    .map(move |(other, cell)| (at, other, [cell.answers, cell.same, cell.by_habit]))
            };
            rows.into_iter().enumerate().flat_map(of).collect()
        };
        assert_eq!(plain(of_few_raters(&table)), plain(of_many_raters(&table)));
    }
}
