//! Rows that repeat an earlier one but for noise: candidates by key, then the exact check.

use rayon::prelude::*;

use super::near::{Directions, is_near};
use super::rows::{Rows, Telling};

/// Rows of one bucket that a row is compared with, at most.
const LEADERS: usize = 48;

/// Marks rows that repeat an earlier one: equal group, near numbers, and equal text unless the
/// rest tells enough. Returns the rows that had more candidates than were compared.
pub(super) fn mark(rows: &Rows<'_>, repeats: &mut [u32]) -> u64 {
    let directions = Directions::new(&rows.weights);
    let mut crowded = 0;
    for table in 0..directions.tables() {
        let mut pairs: Vec<(u64, u32)> = (0..rows.heads.len() as u32)
            .into_par_iter()
            .filter(|&row| rows.first[row as usize] && repeats[row as usize] == row)
            .map(|row| {
                let head = &rows.heads[row as usize];
                (directions.key(table, head.group, head.text, rows.numbers(row)), row)
            })
            .collect();
        pairs.par_sort_unstable();
        let buckets: Vec<&[(u64, u32)]> =
            pairs.chunk_by(|a, b| a.0 == b.0).filter(|bucket| bucket.len() > 1).collect();
        let marked: Vec<(Vec<(u32, u32)>, u64)> =
            buckets.into_par_iter().map(|bucket| among(rows, bucket)).collect();
        for (found, more) in marked {
            crowded += more;
            for (row, leader) in found {
                repeats[row as usize] = leader;
            }
        }
    }
    crowded
}

/// Compares the rows of one bucket, each with the leaders before it.
fn among(rows: &Rows<'_>, bucket: &[(u64, u32)]) -> (Vec<(u32, u32)>, u64) {
    let members = ranked(rows, bucket);
    let mut leaders: std::collections::VecDeque<u32> = std::collections::VecDeque::new();
    let (mut found, mut crowded) = (Vec::new(), 0);
    for row in members {
        if let Some(&leader) = leaders.iter().find(|&&leader| repeats(rows, row, leader)) {
            found.push((row, leader));
            continue;
        }
        if leaders.len() >= LEADERS {
            leaders.pop_front();
            crowded += 1;
        }
        leaders.push_back(row);
    }
    (found, crowded)
}

/// The rows of a bucket in the order in which they have the first say: those that most others repeat,
/// so that copies of one row find it and not each other; then by precedence.
fn ranked(rows: &Rows<'_>, bucket: &[(u64, u32)]) -> Vec<u32> {
    let repeated = |row: u32| {
        bucket.iter().filter(|(_, other)| *other != row && repeats(rows, *other, row)).count()
    };
    let mut members: Vec<(usize, u32)> = bucket
        .iter()
        .map(|&(_, row)| (if bucket.len() <= LEADERS { repeated(row) } else { 0 }, row))
        .collect();
    members.sort_by_cached_key(|&(count, row)| (std::cmp::Reverse(count), rows.precedence(row)));
    members.into_iter().map(|(_, row)| row).collect()
}

/// Whether two rows are copies but for noise.
fn repeats(rows: &Rows<'_>, left: u32, right: u32) -> bool {
    let (a, b) = (&rows.heads[left as usize], &rows.heads[right as usize]);
    a.group == b.group
        && (rows.telling > Telling::Little || a.text == b.text)
        && is_near(rows.numbers(left), rows.numbers(right), &rows.weights)
}
