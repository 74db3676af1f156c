//! What a signed row leaves for verification, and how it lies in bytes.

use shujian_core::Profile;

use crate::cell::Cell;
use crate::columns::{ColumnPlan, Kind, PartitionPlan, Role};

/// No time in the row.
pub(super) const NO_TIME: i64 = i64::MIN;
/// Bytes before the cells.
const HEAD: usize = 8;
/// A number that is null.
const NO_NUMBER: u32 = f32::NAN.to_bits();
/// A cell that is no number in a column of numbers: a NaN with the cell's hash.
const NOT_A_NUMBER: u32 = 0xffc0_0000;

/// Where the columns of a partition go in a payload, and how they are read.
#[derive(Debug)]
pub(super) struct Layout {
    /// For each column of the plan, its cell in the payload.
    pub slots: Vec<Option<Slot>>,
    /// Words of four bytes a row.
    pub words: usize,
    /// For each column of the plan, what a step of it adds to the row's time.
    pub clocks: Vec<Option<f64>>,
    /// Whether rows are judgements.
    pub judgements: bool,
}

/// One cell of a payload.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Slot {
    /// A word: the number on the column's scale as `f32`, or a NaN.
    Number {
        /// Where.
        word: usize,
        /// Of the column.
        mean: f64,
        /// 1 / deviation.
        scale: f64,
    },
    /// A word: hash of a category, label or time; 0 is null.
    Hash(usize),
    /// Two words: hash of a text; 0 is null.
    Text(usize),
}

/// A signed judgement: hashes of item, annotator and label; 0 is null.
pub(super) type Judgement = [u64; 3];

impl Layout {
    pub(super) fn of(plan: &PartitionPlan) -> Self {
        let mut words = 0;
        let slots = plan
            .columns
            .iter()
            .map(|column| {
                let word = words;
                let slot = match column.role {
                    Role::Numeric => {
                        let deviation = column.deviation;
                        let scale = if deviation > 0.0 { 1.0 / deviation } else { 1.0 };
                        Slot::Number { word, mean: column.mean, scale }
                    }
                    Role::Category | Role::Label | Role::Time => Slot::Hash(word),
                    Role::Text => Slot::Text(word),
                    Role::Key | Role::Constant | Role::Annotator | Role::Item => return None,
                };
                words += if matches!(slot, Slot::Text(_)) { 2 } else { 1 };
                Some(slot)
            })
            .collect();
        let judgements = plan.profile == Profile::Judgements;
        Self { slots, words, clocks: clocks(plan), judgements }
    }

    /// Makes a row's words all null.
    pub(super) fn clear(&self, words: &mut [u32]) {
        words.fill(0);
        for slot in self.slots.iter().flatten() {
            if let Slot::Number { word, .. } = *slot {
                words[word] = NO_NUMBER;
            }
        }
    }

    /// The part a cell has in the row's time.
    pub(super) fn clock(&self, column: usize, cell: &Cell<'_>) -> Option<i64> {
        let step = self.clocks[column]?;
        Some(match *cell {
            Cell::Time(micros) => micros,
            _ => (cell.as_number()? * step) as i64,
        })
    }
}

impl Slot {
    /// Writes a cell; `hash` is that of the cell without regard to spelling.
    pub(super) fn write(self, cell: &Cell<'_>, hash: impl FnOnce() -> u64, words: &mut [u32]) {
        match self {
            Self::Number { word, mean, scale } => {
                words[word] = match cell.as_number() {
                    // Adding zero turns -0 into 0: equal numbers have equal words.
                    Some(value) => {
                        ((((value - mean) * scale).clamp(-1e6, 1e6)) as f32 + 0.0).to_bits()
                    }
                    None => NOT_A_NUMBER | (hash() >> 42) as u32,
                }
            }
            Self::Hash(word) => words[word] = ((hash() >> 32) as u32).max(1),
            Self::Text(word) => {
                let hash = hash();
                words[word] = (hash as u32).max(1);
                words[word + 1] = (hash >> 32) as u32;
            }
        }
    }

    /// Hash of the cell in a payload; `None` is null.
    pub(super) fn hash(self, words: &[u32]) -> Option<u64> {
        let hash = match self {
            Self::Number { word, .. } if words[word] == NO_NUMBER => 0,
            // The next column must not cancel this one: numbers around 0 are words of small sums.
            Self::Number { word, .. } => u64::from(words[word]) + 1,
            Self::Hash(word) => u64::from(words[word]),
            Self::Text(word) => u64::from(words[word]) | u64::from(words[word + 1]) << 32,
        };
        (hash != 0).then_some(hash)
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

/// Appends the payload of a row.
pub(super) fn write(time: i64, words: &[u32], into: &mut Vec<u8>) {
    into.extend_from_slice(&time.to_le_bytes());
    for word in words {
        into.extend_from_slice(&word.to_le_bytes());
    }
}

/// Reads a payload: the time, and the words into `words`; what is missing reads as null.
pub(super) fn read(payload: &[u8], words: &mut [u32]) -> i64 {
    let (time, cells) = payload.split_at_checked(HEAD).unwrap_or_default();
    for (word, bytes) in words.iter_mut().zip(cells.as_chunks::<4>().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    time.first_chunk().map_or(NO_TIME, |bytes| i64::from_le_bytes(*bytes))
}

/// Appends the payload of a judgement.
pub(super) fn write_judgement(judgement: Judgement, into: &mut Vec<u8>) {
    for hash in judgement {
        into.extend_from_slice(&hash.to_le_bytes());
    }
}

/// Reads the payload of a judgement; what is missing reads as null.
pub(super) fn read_judgement(payload: &[u8]) -> Judgement {
    let words = payload.as_chunks::<8>().0;
    std::array::from_fn(|at| words.get(at).map_or(0, |bytes| u64::from_le_bytes(*bytes)))
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
        let mut bytes = Vec::new();
        write(-4, &[7, 9], &mut bytes);
        let mut words = [1; 3];
        assert_eq!((read(&bytes, &mut words), words), (-4, [7, 9, 1]));
        assert_eq!(read(&bytes[..5], &mut words), NO_TIME);
        let mut bytes = Vec::new();
        write_judgement([1, 2, 3], &mut bytes);
        assert_eq!(read_judgement(&bytes), [1, 2, 3]);
        assert_eq!(read_judgement(&bytes[..20]), [1, 2, 0]);
    }

    #[test]
    fn null_is_told_from_every_cell() {
        let layout = Slot::Number { word: 0, mean: 3.0, scale: 0.5 };
        let mut words = [NO_NUMBER];
        assert_eq!(layout.hash(&words), None);
        for cell in [Cell::Number(3.0), Cell::Number(-1e300), Cell::Text("x")] {
            layout.write(&cell, || cell.hash(), &mut words);
            assert!(layout.hash(&words).is_some(), "{cell:?}");
        }
        assert!(f32::from_bits(words[0]).is_nan());
    }
}
