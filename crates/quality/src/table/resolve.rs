//! Which rows say something that no other row of the partition says.

use std::io::Result;

use shujian_core::{Findings, Place};

use super::layout::{self, Head, Layout};
use super::{interpolated, near, shifted};
use crate::columns::{PartitionPlan, Role};
use crate::dedup::{Novelty, Set};

/// Rows of one bucket that a row is compared with, at most.
const LEADERS: usize = 48;

/// The rows of a partition as resolution sees them.
pub(super) struct Rows<'a> {
    pub set: &'a Set<'a>,
    /// Head of each row.
    pub heads: Vec<Head>,
    /// Rows that still count: the first of each id, with content.
    pub first: Vec<bool>,
}

impl Rows<'_> {
    /// Reads the numbers of a row.
    pub(super) fn numbers(&self, row: u32, bytes: &mut Vec<u8>, into: &mut Vec<f32>) -> Result<()> {
        self.set.payloads.read(row, bytes)?;
        into.clear();
        into.extend(layout::numbers(bytes));
        Ok(())
    }

    /// The order in which rows have the first say: by time, then id.
    fn precedence(&self, row: u32) -> (i64, shujian_core::ContentId) {
        (self.heads[row as usize].time, self.set.signed.ids[row as usize])
    }
}

/// Decides over all rows of one partition what each still adds.
pub(super) fn rows(set: &Set<'_>, plan: &PartitionPlan) -> Result<(Novelty, Findings)> {
    let count = set.signed.ids.len();
    let layout = Layout::of(plan);
    let heads = heads(set)?;
    let exact_of = exact(set);
    let first =
        (0..count).map(|row| exact_of[row] as usize == row && set.signed.units[row] > 0).collect();
    let rows = Rows { set, heads, first };
    let mut repeats: Vec<u32> = (0..count as u32).collect();
    let mut between = vec![false; count];
    let mut findings = Findings::default();
    if layout.judgements {
        items(&rows, &mut repeats);
    } else {
        nearby(&rows, telling_bits(plan), &mut repeats)?;
        let shifted = shifted::mark(&rows, &mut repeats);
        between = interpolated::find(&rows, plan, &repeats)?;
        let interpolated = between.iter().filter(|&&row| row).count() as u64;
        for (code, count) in [("SJ-quality-022", shifted), ("SJ-quality-023", interpolated)] {
            if count > 0 {
                findings.add_many(code, count, [Place::file(plan.name.clone())]);
            }
        }
    }
    Ok((novelty(&rows, exact_of, &repeats, &between), findings))
}

fn heads(set: &Set<'_>) -> Result<Vec<Head>> {
    let mut bytes = Vec::new();
    (0..set.signed.ids.len() as u32)
        .map(|row| {
            set.payloads.read(row, &mut bytes)?;
            Ok(Head::read(&bytes))
        })
        .collect()
}

/// For each row the row of equal id and smallest place.
fn exact(set: &Set<'_>) -> Vec<u32> {
    let (ids, places) = (&set.signed.ids, &set.signed.places);
    // The prefix decides nearly always; the rest of the id and the place only between equals.
    let mut order: Vec<(u64, u32)> =
        ids.iter().zip(0..).map(|(id, row)| (id.prefix(), row)).collect();
    order.sort_unstable();
    let mut exact_of: Vec<u32> = (0..ids.len() as u32).collect();
    for run in order.chunk_by_mut(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
        run.sort_unstable_by_key(|&(_, row)| (ids[row as usize], places[row as usize]));
        for same in run.chunk_by(|a, b| ids[a.1 as usize] == ids[b.1 as usize]) {
            for &(_, row) in same {
                exact_of[row as usize] = same[0].1;
            }
        }
    }
    exact_of
}

/// How surely rows of equal group and near numbers are copies though their texts differ, in bits:
/// −log2 of the probability that two rows agree by chance.
fn telling_bits(plan: &PartitionPlan) -> f64 {
    plan.columns
        .iter()
        .filter(|column| matches!(column.role, Role::Numeric | Role::Category | Role::Time))
        .map(|column| {
            let distinct = (column.tally.sketch.distinct() as f64).max(1.0);
            let even = column.tally.sketch.flatness().max(1e-3) * distinct;
            let values = if column.role == Role::Numeric { even.min(32.0) } else { even };
            values.max(1.0).log2()
        })
        .sum()
}

/// Marks rows that repeat an earlier one: equal group, near numbers, and equal text unless the
/// rest tells enough.
fn nearby(rows: &Rows<'_>, telling_bits: f64, repeats: &mut [u32]) -> Result<()> {
    let count = rows.heads.len().max(2) as f64;
    let telling = telling_bits >= 2.0 * count.log2() + 6.0;
    let mut bytes = Vec::new();
    for position in 0..rows.set.keys.width() {
        let pairs = rows.set.keys.sorted(position)?;
        for bucket in pairs.chunk_by(|a, b| a.0 == b.0).filter(|bucket| bucket.len() > 1) {
            let mut members: Vec<u32> = bucket
                .iter()
                .map(|&(_, row)| row)
                .filter(|&row| rows.first[row as usize])
                .collect();
            if members.len() > 1 {
                members.sort_unstable_by_key(|&row| rows.precedence(row));
                among(rows, telling, &members, repeats, &mut bytes)?;
            }
        }
    }
    Ok(())
}

/// Compares the rows of one bucket, each with the leaders before it.
fn among(
    rows: &Rows<'_>,
    telling: bool,
    members: &[u32],
    repeats: &mut [u32],
    bytes: &mut Vec<u8>,
) -> Result<()> {
    let mut leaders: Vec<(u32, Vec<f32>)> = Vec::new();
    let mut numbers = Vec::new();
    for &row in members {
        if repeats[row as usize] != row {
            continue;
        }
        rows.numbers(row, bytes, &mut numbers)?;
        let head = &rows.heads[row as usize];
        let leader = leaders.iter().find(|(leader, theirs)| {
            let other = &rows.heads[*leader as usize];
            head.group == other.group
                && (telling || head.text == other.text)
                && near::is_near(&numbers, theirs)
        });
        if let Some((leader, _)) = leader {
            repeats[row as usize] = *leader;
        } else {
            if leaders.len() >= LEADERS {
                leaders.remove(0);
            }
            leaders.push((row, numbers.clone()));
        }
    }
    Ok(())
}

/// Judgements add items: the first judgement of each counts.
fn items(rows: &Rows<'_>, repeats: &mut [u32]) {
    let mut order: Vec<u32> =
        (0..rows.heads.len() as u32).filter(|&row| rows.first[row as usize]).collect();
    order.sort_unstable_by_key(|&row| {
        (rows.heads[row as usize].group, rows.set.signed.ids[row as usize])
    });
    for run in order.chunk_by(|&a, &b| rows.heads[a as usize].group == rows.heads[b as usize].group)
    {
        for &row in run {
            repeats[row as usize] = run[0];
        }
    }
}

fn novelty(rows: &Rows<'_>, exact_of: Vec<u32>, repeats: &[u32], between: &[bool]) -> Novelty {
    let signed = rows.set.signed;
    let root = |mut row: u32| {
        while repeats[row as usize] != row {
            row = repeats[row as usize];
        }
        row
    };
    let cluster = exact_of.iter().map(|&row| root(row)).collect();
    let usable = signed.units.iter().map(|&units| units > 0).collect();
    let novel_units = (0..signed.ids.len())
        .map(|row| {
            let novel = rows.first[row] && repeats[row] as usize == row && !between[row];
            if novel { signed.units[row] } else { 0 }
        })
        .collect();
    Novelty { exact_of, cluster, usable, novel_units }
}
