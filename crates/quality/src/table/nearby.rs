//! Rows that repeat an earlier one but for noise: candidates by key, then the exact check.

use rayon::prelude::*;

use super::near::{Directions, is_near};
use super::rows::Rows;

/// Rows of one bucket that a row is compared with, at most.
const LEADERS: usize = 48;

/// Marks rows that repeat an earlier one: equal group, near numbers, and equal text unless the
/// rest tells enough. Returns the rows that had more candidates than were compared.
pub(super) fn mark(rows: &Rows<'_>, repeats: &mut [u32]) -> u64 {
    let directions = Directions::new(rows.numeric.len());
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
    let mut members: Vec<u32> = bucket.iter().map(|&(_, row)| row).collect();
    members.sort_unstable_by_key(|&row| rows.precedence(row));
    let mut leaders: std::collections::VecDeque<u32> = std::collections::VecDeque::new();
    let (mut found, mut crowded) = (Vec::new(), 0);
    for row in members {
        let head = &rows.heads[row as usize];
        let leader = leaders.iter().find(|&&leader| {
            let other = &rows.heads[leader as usize];
            head.group == other.group
                && (rows.telling || head.text == other.text)
                && is_near(rows.numbers(row), rows.numbers(leader))
        });
        if let Some(&leader) = leader {
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
