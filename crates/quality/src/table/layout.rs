//! What a signed row leaves for verification, and how it lies in bytes.

use shujian_core::Profile;

use crate::cell::Cell;
use crate::columns::{ColumnPlan, Kind, PartitionPlan, Role};

/// No time in the row.
pub(super) const NO_TIME: i64 = i64::MIN;
/// Bytes before the numbers.
const HEAD: usize = 32;

/// Where the columns of a partition go in a payload.
#[derive(Debug)]
pub(super) struct Layout {
    /// For each column of the plan, its slot among the numbers.
    pub slots: Vec<Option<usize>>,
    /// For each number: mean and 1 / deviation.
    pub scales: Vec<(f64, f64)>,
    /// For each column of the plan, what a step of it adds to the row's time.
    clocks: Vec<Option<f64>>,
    /// Whether rows are judgements.
    pub judgements: bool,
}

/// The head of one payload.
///
/// For judgements `group`, `text` and `content` are item, annotator and label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// Hash of category and time cells.
    pub group: u64,
    /// Hash of text cells; 0 without any.
    pub text: u64,
    /// Hash of all content cells, neither time nor keys.
    pub content: u64,
    /// Time of the row in microseconds, or in millionths of a beat; [`NO_TIME`].
    pub time: i64,
}

impl Layout {
    pub(super) fn of(plan: &PartitionPlan) -> Self {
        let mut scales = Vec::new();
        let slots = plan
            .columns
            .iter()
            .map(|column| {
                (column.role == Role::Numeric).then(|| {
                    let scale = if column.deviation > 0.0 { 1.0 / column.deviation } else { 1.0 };
                    scales.push((column.mean, scale));
                    scales.len() - 1
                })
            })
            .collect();
        let judgements = plan.profile == Profile::Judgements;
        Self { slots, scales, clocks: clocks(plan), judgements }
    }

    /// The part a cell has in the row's time.
    pub(super) fn clock(&self, column: usize, cell: &Cell<'_>) -> Option<i64> {
        let step = self.clocks[column]?;
        Some(match *cell {
            Cell::Time(micros) => micros,
            _ => (cell.as_number()? * step) as i64,
        })
    }

    /// A number on the column's own scale.
    pub(super) fn scaled(&self, slot: usize, value: f64) -> f32 {
        let (mean, scale) = self.scales[slot];
        ((value - mean) * scale).clamp(-1e6, 1e6) as f32
    }
}

/// Microseconds a step of each time column is worth: the finest date column alone, else calendar
/// parts together, else the finest counter.
fn clocks(plan: &PartitionPlan) -> Vec<Option<f64>> {
    let times = || plan.columns.iter().enumerate().filter(|(_, column)| column.role == Role::Time);
    let distinct = |column: &ColumnPlan| column.tally.sketch.distinct();
    let finest = |wanted: fn(&ColumnPlan) -> bool| {
        times()
            .filter(|(_, column)| wanted(column))
            .max_by(|a, b| distinct(a.1).cmp(&distinct(b.1)).then_with(|| b.1.name.cmp(&a.1.name)))
            .map(|(at, _)| at)
    };
    let mut clocks = vec![None; plan.columns.len()];
    if let Some(at) = finest(|column| column.kind == Kind::Time) {
        clocks[at] = Some(1.0);
        return clocks;
    }
    for (at, column) in times() {
        clocks[at] = calendar_micros(&column.name);
    }
    if clocks.iter().all(Option::is_none)
        && let Some(at) = finest(|_| true)
    {
        clocks[at] = Some(1e6);
    }
    clocks
}

/// Microseconds of a calendar part, months as 31 days: enough for order and equal steps.
fn calendar_micros(name: &str) -> Option<f64> {
    let days = match name.rsplit('.').next().unwrap_or(name).to_lowercase().as_str() {
        "year" | "年" | "年份" => 372.0,
        "month" | "月" | "月份" => 31.0,
        "day" | "日" => 1.0,
        "hour" | "小时" => 1.0 / 24.0,
        "minute" | "分钟" => 1.0 / 1440.0,
        _ => return None,
    };
    Some(days * 86_400e6)
}

impl Head {
    pub(super) fn write(&self, numbers: &[f32], into: &mut Vec<u8>) {
        for word in [self.group, self.text, self.content, self.time.cast_unsigned()] {
            into.extend_from_slice(&word.to_le_bytes());
        }
        for number in numbers {
            into.extend_from_slice(&number.to_le_bytes());
        }
    }

    /// Reads a head; a payload that is too short reads as zeros.
    pub(super) fn read(payload: &[u8]) -> Self {
        let word = |at: usize| {
            payload
                .get(at * 8..)
                .and_then(|bytes| bytes.first_chunk())
                .map_or(0, |bytes| u64::from_le_bytes(*bytes))
        };
        Self { group: word(0), text: word(1), content: word(2), time: word(3).cast_signed() }
    }
}

/// The numbers of a payload; NaN is null.
pub(super) fn numbers(payload: &[u8]) -> impl Iterator<Item = f32> {
    payload
        .get(HEAD..)
        .unwrap_or_default()
        .as_chunks::<4>()
        .0
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
}

/// Mixes a cell's hash into a row's, by column, so that order of arrival does not matter.
pub(super) fn mix(column: usize, hash: u64) -> u64 {
    let mut z = hash ^ (column as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    z ^ (z >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_read_back() {
        let head = Head { group: 1, text: 2, content: 3, time: -4 };
        let mut bytes = Vec::new();
        head.write(&[0.5, -1.0], &mut bytes);
        assert_eq!(Head::read(&bytes), head);
        assert_eq!(numbers(&bytes).collect::<Vec<_>>(), [0.5, -1.0]);
        assert_eq!(Head::read(&bytes[..5]).group, 0);
    }
}
