//! The rows of a partition as resolution sees them: read once, by the columns that count.

use std::io::Result;

use rayon::prelude::*;

use super::credit::Credit;
use super::layout::{self, Layout, Slot, mix};
use crate::columns::{ColumnPlan, Kind, PartitionPlan, Role};
use crate::dedup::Set;

/// Rows read at a time by one thread.
const CHUNK: usize = 1 << 14;
/// Rows nearly like a row, on average, up to which equal cells cannot be chance.
const MOST_ALIKE: f64 = 0.05;

/// What the columns that count say about one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// Hash of category and time cells.
    pub group: u64,
    /// Hash of text cells.
    pub text: u64,
    /// Hash of all content cells.
    pub content: u64,
    /// Time of the row in microseconds, or in millionths of a beat; [`layout::NO_TIME`].
    pub time: i64,
    /// Which of the columns looked at are filled, a bit each.
    pub filled: u128,
}

/// The rows of a partition; some 60 bytes and four a number each.
pub(super) struct Rows<'a> {
    pub set: &'a Set<'a>,
    /// Head of each row.
    pub heads: Vec<Head>,
    /// `[rows * width]`, on each column's own scale; NaN is null or no number.
    numbers: Vec<f32>,
    /// Numbers of a row.
    width: usize,
    /// The columns of the numbers, as indices into the plan.
    pub numeric: Vec<usize>,
    /// The columns looked at, as indices into the plan; at most 128.
    looked_at: Vec<usize>,
    /// Rows that still count: the first of each id, with content.
    pub first: Vec<bool>,
    /// Whether equal cells cannot be chance, so that texts and untied times need no look.
    pub telling: bool,
}

/// A column that takes part, with its slot.
struct Part {
    at: usize,
    slot: Slot,
    role: Role,
}

/// The part a column has, if any. Times of no consequence and names must not make copies new
/// where the rest tells rows apart; where it does not, they are all there is to tell by.
fn part(
    at: usize,
    slot: Slot,
    plan: &PartitionPlan,
    credit: &Credit,
    telling: bool,
) -> Option<Part> {
    let column = &plan.columns[at];
    let part = |role| Some(Part { at, slot, role });
    match column.role {
        Role::Time if credit.tied[at] || !telling => part(Role::Time),
        Role::Time => None,
        role if credit.counts[at] => part(role),
        Role::Category if !telling && is_name(column) => part(Role::Text),
        _ => None,
    }
}

/// Names of things: words, mostly different.
fn is_name(column: &ColumnPlan) -> bool {
    let tally = &column.tally;
    column.kind == Kind::Text
        && 2 * tally.sketch.distinct() >= tally.filled
        && 2 * tally.tokens < tally.filled
}

impl<'a> Rows<'a> {
    /// Reads every row of a set; `exact_of` names the first row of equal id.
    ///
    /// - Errors: those of the stores.
    pub(super) fn read(
        set: &'a Set<'a>,
        plan: &PartitionPlan,
        credit: &Credit,
        exact_of: &[u32],
    ) -> Result<Self> {
        let layout = Layout::of(plan);
        let count = exact_of.len();
        let telling = telling_bits(plan, credit) >= 2.0 * (count.max(2) as f64).log2() + 6.0
            && credit.alike(plan, &layout, count) <= MOST_ALIKE;
        let parts: Vec<Part> = layout
            .slots
            .iter()
            .enumerate()
            .filter_map(|(at, slot)| Some((at, (*slot)?)))
            .filter_map(|(at, slot)| part(at, slot, plan, credit, telling))
            .collect();
        let numeric: Vec<usize> =
            parts.iter().filter(|part| part.role == Role::Numeric).map(|part| part.at).collect();
        let mut looked_at = credit.looked_at();
        looked_at.truncate(128);
        let chunks: Vec<(Vec<Head>, Vec<f32>)> = (0..count.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let rows = chunk * CHUNK..count.min((chunk + 1) * CHUNK);
                read_chunk(set, rows, &layout, &looked_at, &parts, telling)
            })
            .collect::<Result<_>>()?;
        let mut heads = Vec::with_capacity(count);
        let mut numbers = Vec::with_capacity(count * numeric.len());
        for (part, cells) in chunks {
            heads.extend(part);
            numbers.extend(cells);
        }
        let counted = counted(&looked_at, credit);
        let first = (0..count)
            .map(|row| exact_of[row] as usize == row && heads[row].filled & counted > 0)
            .collect();
        let width = numeric.len();
        Ok(Self { set, heads, numbers, width, numeric, looked_at, first, telling })
    }

    /// Filled cells of each row in the columns that count.
    pub(super) fn units(&self, credit: &Credit) -> Vec<u32> {
        let counted = counted(&self.looked_at, credit);
        self.heads.iter().map(|head| (head.filled & counted).count_ones()).collect()
    }

    /// The numbers of a row.
    pub(super) fn numbers(&self, row: u32) -> &[f32] {
        &self.numbers[row as usize * self.width..][..self.width]
    }

    /// The order in which rows have the first say: by time, then id.
    pub(super) fn precedence(&self, row: u32) -> (i64, shujian_core::ContentId) {
        (self.heads[row as usize].time, self.set.signed.ids[row as usize])
    }
}

/// The bits of the columns that count.
fn counted(looked_at: &[usize], credit: &Credit) -> u128 {
    (0..).zip(looked_at).map(|(bit, &at)| u128::from(credit.counts[at]) << bit).sum()
}

fn read_chunk(
    set: &Set<'_>,
    rows: std::ops::Range<usize>,
    layout: &Layout,
    looked_at: &[usize],
    parts: &[Part],
    telling: bool,
) -> Result<(Vec<Head>, Vec<f32>)> {
    let mut heads = Vec::with_capacity(rows.len());
    let mut numbers = Vec::new();
    let mut bytes = Vec::new();
    let mut words = vec![0; layout.words];
    let bits: Vec<(u32, Slot)> =
        (0..).zip(looked_at).filter_map(|(bit, &at)| Some((bit, layout.slots[at]?))).collect();
    for row in rows {
        set.payloads.read(row as u32, &mut bytes)?;
        let time = layout::read(&bytes, &mut words);
        let mut head = Head { group: 0, text: 0, content: 0, time, filled: 0 };
        for &(bit, slot) in &bits {
            head.filled |= u128::from(slot.hash(&words).is_some()) << bit;
        }
        for &Part { at, slot, role } in parts {
            let hash = slot.hash(&words);
            let mixed = hash.map_or(0, |hash| mix(at, hash));
            if role.is_content() && (role != Role::Text || !telling) {
                head.content = head.content.wrapping_add(mixed);
            }
            match role {
                Role::Text => head.text = head.text.wrapping_add(mixed),
                Role::Numeric => {}
                _ => head.group = head.group.wrapping_add(mixed),
            }
            if let Slot::Number { word, .. } = slot {
                numbers.push(f32::from_bits(words[word]));
            }
        }
        heads.push(head);
    }
    Ok((heads, numbers))
}

/// How surely rows of equal group and near numbers are copies though their texts differ, in bits:
/// −log2 of the probability that two rows agree by chance.
fn telling_bits(plan: &PartitionPlan, credit: &Credit) -> f64 {
    plan.columns
        .iter()
        .enumerate()
        .filter(|(at, column)| match column.role {
            Role::Numeric | Role::Category => credit.counts[*at],
            Role::Time => credit.tied[*at],
            _ => false,
        })
        .map(|(_, column)| {
            let distinct = (column.tally.sketch.distinct() as f64).max(1.0);
            let even = column.tally.sketch.flatness().max(1e-3) * distinct;
            let values = if column.role == Role::Numeric { even.min(32.0) } else { even };
            values.max(1.0).log2()
        })
        .sum()
}
