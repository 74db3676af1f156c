//! A bounded sketch of the different values of a column, with exact counts.

use crate::cell::Cell;

/// Share of a column's cells that do not decide what the column is: fewer may be anything.
pub(super) const STRANGE: f64 = 0.25;

/// What a sketch keeps of a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kept {
    /// A number.
    Number(f64),
    /// Microseconds since 1970.
    Time(i64),
    /// Anything else.
    Other,
}

/// One value and how often it occurred.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// Hash of the canonical cell.
    pub hash: u64,
    /// Occurrences, exact.
    pub count: u64,
    /// The value.
    pub kept: Kept,
}

/// Where most numbers or times of a column lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usual {
    /// The smallest of them, times in seconds.
    pub least: f64,
    /// The largest.
    pub greatest: f64,
    /// Different values between the two, estimated like [`Sketch::distinct`].
    pub distinct: f64,
}

impl Usual {
    /// Whole numbers from the smallest to the largest.
    pub fn steps(&self) -> f64 {
        self.greatest - self.least + 1.0
    }
}

/// The values of smallest hash, each with its exact count.
///
/// A value among the smallest `K` of the whole was among the smallest of every part, so that its
/// count never misses an occurrence and merging is exact in any order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sketch {
    /// By ascending hash.
    entries: Vec<Entry>,
    /// Whether values of larger hash were left out.
    cut: bool,
}

impl Sketch {
    /// Values kept.
    pub const K: usize = 1024;

    /// Whether a value of this hash could enter; callers skip the rest early.
    pub fn wants(&self, hash: u64) -> bool {
        self.entries.len() < Self::K || self.entries.last().is_some_and(|last| hash <= last.hash)
    }

    /// Notes that an unwanted value was seen.
    pub fn leave_out(&mut self) {
        self.cut = true;
    }

    /// Adds wanted cells, each with its hash.
    pub fn add(&mut self, seen: &mut Vec<(u64, Kept)>) {
        seen.sort_unstable_by_key(|(hash, _)| *hash);
        let runs = seen.chunk_by(|a, b| a.0 == b.0).map(|run| Entry {
            hash: run[0].0,
            count: run.len() as u64,
            kept: run[0].1,
        });
        self.join(runs);
        seen.clear();
    }

    /// Adds what another part counted.
    pub fn merge(&mut self, other: &Self) {
        self.cut |= other.cut;
        self.join(other.entries.iter().copied());
    }

    fn join(&mut self, others: impl Iterator<Item = Entry>) {
        let mut mine = std::mem::take(&mut self.entries).into_iter().peekable();
        let mut others = others.peekable();
        let mut joined: Vec<Entry> = Vec::with_capacity(mine.len().max(16));
        while joined.len() < Self::K {
            let entry = match (mine.peek(), others.peek()) {
                (Some(a), Some(b)) if a.hash == b.hash => {
                    let count = a.count + b.count;
                    mine.next();
                    others.next().map(|entry| Entry { count, ..entry })
                }
                (Some(a), Some(b)) if a.hash > b.hash => others.next(),
                (Some(_), _) => mine.next(),
                (None, _) => others.next(),
            };
            let Some(entry) = entry else { break };
            joined.push(entry);
        }
        self.cut |= mine.next().is_some() || others.next().is_some();
        self.entries = joined;
    }

    /// Values kept, by ascending hash.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether every value is kept, so that all figures are exact.
    pub fn is_whole(&self) -> bool {
        !self.cut
    }

    /// Different values: exact, or the estimate of the k-th smallest hash.
    pub fn distinct(&self) -> u64 {
        match self.entries.last() {
            Some(last) if self.cut => {
                let reach = (last.hash as f64 + 1.0) / 2_f64.powi(64);
                ((self.entries.len() - 1) as f64 / reach) as u64
            }
            _ => self.entries.len() as u64,
        }
    }

    /// Occurrences of the commonest kept value.
    pub fn top(&self) -> u64 {
        self.entries.iter().map(|entry| entry.count).max().unwrap_or(0)
    }

    /// How evenly values repeat: `(Σ count)² / (kept · Σ count²)`; 1 when all occur equally often.
    pub fn flatness(&self) -> f64 {
        let sum: u128 = self.entries.iter().map(|entry| u128::from(entry.count)).sum();
        let squares: u128 = self.entries.iter().map(|entry| u128::from(entry.count).pow(2)).sum();
        if squares == 0 {
            return 0.0;
        }
        let sum = sum as f64;
        sum * sum / (self.entries.len() as f64 * squares as f64)
    }

    /// Whether values occur about equally often: two thirds of the occurrences are of values at most
    /// twice as common as the median. What a few strange rows hold changes nothing.
    pub fn is_even(&self) -> bool {
        let mut counts: Vec<u64> = self.entries.iter().map(|entry| entry.count).collect();
        counts.sort_unstable();
        let Some(median) = counts.get(counts.len() / 2) else { return false };
        let even: u64 = counts.iter().filter(|count| **count <= 2 * median).sum();
        3 * even >= 2 * counts.iter().sum::<u64>()
    }

    /// Share of the numbers that are as asked; 0 without any.
    pub fn share_of_numbers(&self, asked: impl Fn(f64) -> bool) -> f64 {
        let numbers = || {
            self.entries.iter().filter_map(|entry| match entry.kept {
                Kept::Number(value) => Some((value, entry.count)),
                _ => None,
            })
        };
        let count = |pairs: &mut dyn Iterator<Item = (f64, u64)>| -> u64 {
            pairs.map(|(_, count)| count).sum()
        };
        let all = count(&mut numbers());
        count(&mut numbers().filter(|(value, _)| asked(*value))) as f64 / all.max(1) as f64
    }

    /// Where most numbers or times (in seconds) lie, without half of [`STRANGE`] on either side.
    ///
    /// - `None`: no numbers and no times.
    pub fn usual(&self) -> Option<Usual> {
        let values = self.values();
        let total: u64 = values.iter().map(|(_, count)| count).sum();
        let outside = (total as f64 * STRANGE / 2.0) as u64;
        let (least, greatest) =
            (quantile(&values, outside), quantile(&values, total.checked_sub(1 + outside)?));
        let inside = values.iter().filter(|(value, _)| (least..=greatest).contains(value)).count();
        let share = inside as f64 / self.entries.len() as f64;
        Some(Usual { least, greatest, distinct: share * self.distinct() as f64 })
    }

    /// Numbers and times (in seconds) with their occurrences, ascending.
    fn values(&self) -> Vec<(f64, u64)> {
        let value = |entry: &Entry| match entry.kept {
            Kept::Number(value) => Some((value, entry.count)),
            Kept::Time(micros) => Some((micros as f64 / 1e6, entry.count)),
            Kept::Other => None,
        };
        let mut values: Vec<(f64, u64)> = self.entries.iter().filter_map(value).collect();
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        values
    }

    /// Mean and deviation of numbers (times in seconds), by occurrence, with the outer hundredth
    /// on either side drawn in: one broken value must not set the yardstick.
    ///
    /// - `None`: no numbers.
    pub fn moments(&self) -> Option<(f64, f64)> {
        let values = self.values();
        let total: u64 = values.iter().map(|(_, count)| count).sum();
        if total == 0 {
            return None;
        }
        let low = quantile(&values, total / 100);
        let high = quantile(&values, total - 1 - total / 100);
        // Relative to the low end, so that a small spread far from zero keeps its digits.
        let (mut sum, mut squares) = (0.0, 0.0);
        for (value, count) in values {
            let shifted = value.clamp(low, high) - low;
            sum += shifted * count as f64;
            squares += shifted * shifted * count as f64;
        }
        let mean = sum / total as f64;
        let variance = (squares / total as f64 - mean * mean).max(0.0);
        let deviation = variance.sqrt();
        (deviation.is_finite() && (low + mean).is_finite()).then_some((low + mean, deviation))
    }
}

/// The value at a rank, from 0, of values with counts in ascending order.
fn quantile(values: &[(f64, u64)], rank: u64) -> f64 {
    let mut before = 0;
    for (value, count) in values {
        before += count;
        if before > rank {
            return *value;
        }
    }
    values.last().map_or(0.0, |(value, _)| *value)
}

impl Kept {
    /// What to keep of a cell.
    pub(super) fn of(cell: &Cell<'_>) -> Self {
        match *cell {
            Cell::Number(value) => Self::Number(value),
            Cell::Integer(value) => Self::Number(value as f64),
            Cell::Time(micros) => Self::Time(micros),
            Cell::Boolean(_) | Cell::Text(_) => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sketch(values: &[u16]) -> Sketch {
        let mut sketch = Sketch::default();
        let mut seen = Vec::new();
        for chunk in values.chunks(700) {
            for value in chunk {
                let cell = Cell::Number(f64::from(*value));
                if sketch.wants(cell.hash()) {
                    seen.push((cell.hash(), Kept::of(&cell)));
                } else {
                    sketch.leave_out();
                }
            }
            sketch.add(&mut seen);
        }
        sketch
    }

    #[test]
    fn estimates_distinct_and_moments() {
        let values: Vec<u16> = (0..60_000).map(|at| at % 20_000).collect();
        let sketch = sketch(&values);
        let distinct = sketch.distinct() as f64;
        assert!((distinct / 20_000.0 - 1.0).abs() < 0.1, "{distinct}");
        assert!(sketch.entries().iter().all(|entry| entry.count == 3));
        assert_eq!(sketch.flatness(), 1.0);
        let (mean, deviation) = sketch.moments().unwrap();
        assert!((mean / 10_000.0 - 1.0).abs() < 0.1 && (deviation / 5_700.0 - 1.0).abs() < 0.1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        /// Any cut and order of the values leaves the same sketch.
        #[test]
        fn merging_is_order_free(
            values in prop::collection::vec(any::<u16>(), 0..4000),
            cut in any::<prop::sample::Index>(),
        ) {
            let whole = sketch(&values);
            let (left, right) = values.split_at(cut.index(values.len() + 1));
            let mut merged = sketch(right);
            merged.merge(&sketch(left));
            prop_assert_eq!(merged, whole);
        }
    }
}
