//! Pairs of raters who share mistakes.
//!
//! Two good raters agree because both are right. Copying shows where one is wrong: the other then
//! says the same wrong class far more often than anybody else does.

use rayon::prelude::*;

use crate::table::LabelTable;

use super::{Counts, Evidence, Log, Thresholds, upper_tail};

/// Answers of another rater to items this one got wrong.
#[derive(Clone, Copy, Default)]
struct Shared {
    answers: u64,
    same: u64,
}

/// Raters up to which every pair has a place of its own in memory.
const DENSE: usize = 1024;

/// Shared mistakes of each rater with each other, ordered by the other: item by item.
fn of_few_raters(table: &LabelTable) -> Vec<Vec<(u32, Shared)>> {
    let raters = table.raters.len();
    let counts = Counts::of(table);
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
    (0..table.raters.len())
        .into_par_iter()
        .map(|rater| {
            let mut said = Vec::new();
            for &vote in by_rater.of(rater) {
                let own = table.votes[vote as usize];
                let item = own.item as usize;
                for other in table.of(item).iter().filter(|other| other.rater != own.rater) {
                    let right = counts.majority_without(item, own.label, other.label);
                    if right.is_some_and(|right| right != own.label) {
                        said.push((other.rater, other.label == own.label));
                    }
                }
            }
            said.sort_unstable();
            let share = |run: &[(u32, bool)]| Shared {
                answers: run.len() as u64,
                same: run.iter().filter(|said| said.1).count() as u64,
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
        })
    };
    let totals: Vec<Shared> = rows.iter().map(sum).collect();
    let judge = |rater: usize, other: u32| {
        let row = &rows[rater];
        let at = row.binary_search_by_key(&other, |cell| cell.0).ok()?;
        let own = row[at].1;
        let all = totals[rater];
        let (answers, same) = (all.answers - own.answers + 2, all.same - own.same + 1);
        let expected = same as f64 / answers as f64;
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
        let plain = |rows: Vec<Vec<(u32, Shared)>>| -> Vec<(usize, u32, u64, u64)> {
            let of = |(at, row): (usize, Vec<(u32, Shared)>)| {
                row.into_iter().map(move |(other, cell)| (at, other, cell.answers, cell.same))
            };
            rows.into_iter().enumerate().flat_map(of).collect()
        };
        assert_eq!(plain(of_few_raters(&table)), plain(of_many_raters(&table)));
    }
}
