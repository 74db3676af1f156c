//! Pairs of raters who share mistakes.
//!
//! Two good raters agree because both are right. Copying shows where one is wrong: the other then
//! says the same wrong class far more often than anybody else does.

use rayon::prelude::*;

use crate::table::LabelTable;

use super::{Evidence, Log, Thresholds, clear_majority, upper_tail};

/// Answers of another rater to items this one got wrong.
#[derive(Clone, Copy, Default)]
struct Shared {
    answers: u64,
    same: u64,
}

pub(super) fn look(table: &LabelTable, _: &Log, thresholds: &Thresholds) -> Vec<Evidence> {
    let table = &table.first_readings();
    let raters = table.raters.len();
    let by_rater = table.by_rater();
    // Shared mistakes of each rater with each other: ordered by the other.
    let rows: Vec<Vec<(u32, Shared)>> = (0..raters)
        .into_par_iter()
        .map(|rater| {
            let mut said = Vec::new();
            let mut counts = Vec::new();
            for &vote in by_rater.of(rater) {
                let own = table.votes[vote as usize];
                let all = table.of(own.item as usize);
                for other in all.iter().filter(|other| other.rater != own.rater) {
                    // Neither of the two has a say in what is right.
                    let rest = all
                        .iter()
                        .filter(|vote| vote.rater != own.rater && vote.rater != other.rater);
                    let right = clear_majority(rest.map(|vote| vote.label), &mut counts);
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
        .collect();
    let pairs = rows.iter().map(Vec::len).sum::<usize>().max(1) as f64 / 2.0;
    let judge = |rater: usize, other: u32| {
        let row = &rows[rater];
        let at = row.binary_search_by_key(&other, |cell| cell.0).ok()?;
        let own = row[at].1;
        let all = row.iter().fold(Shared::default(), |sum, cell| Shared {
            answers: sum.answers + cell.1.answers,
            same: sum.same + cell.1.same,
        });
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
