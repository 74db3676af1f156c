//! Rows that lie half way between two others, whichever these are: where time does not say between
//! which rows one was put, every pair is tried.
//!
//! With so many pairs chance puts rows half way, too, and even tracks and lattices do so often. The
//! control is another share of the way, a third: chance and evenness put about as many rows there,
//! and who halves once puts none.

use rayon::prelude::*;

use super::interpolated::{SLACK, Slot};
use super::layout::mix;
use super::rows::Rows;

/// Rows up to which all pairs are tried.
const MOST_ROWS: usize = 16_384;
/// Pairs looked at closely for all rows together, at most; an equal share for each row.
const MOST_PAIRS: usize = 1 << 29;
/// What a full comparison counts beside a look at one number.
const FULL: usize = 64;
/// Rows from which the control is a part of them only.
const MOST_CONTROLS: usize = 2048;
/// The share of the way that is the control; from either end.
const CONTROLS: [f32; 2] = [1.0 / 3.0, 2.0 / 3.0];
/// Values of a column looked at to tell how fine it is.
const PROBES: usize = 256;
/// Slacks around a middle that tell how dense values lie there.
const AROUND: f32 = 32.0;

/// What was found.
pub(super) struct Found {
    /// Rows that lie half way.
    pub half_way: Vec<u32>,
    /// Rows that were not tried between all pairs.
    pub left: u64,
}

/// The rows of a partition by one of their numbers.
struct Field<'a> {
    rows: &'a Rows<'a>,
    slots: &'a [Slot],
    /// For each number of a row, its values in ascending order.
    values: Vec<Vec<f32>>,
    /// Rows by ascending key, then id.
    order: Vec<u32>,
    /// The finest number of each.
    keys: Vec<f32>,
    key: Slot,
    /// The second finest number of each: most pairs fail by it.
    guards: Vec<f32>,
    guard: Slot,
    /// Bits from which chance would hardly put one row of all between any two.
    sure: f32,
}

/// Best evidence for a row, and whether all pairs were tried.
type Best = (f32, bool);

/// Finds the rows that lie half way between any two others.
///
/// A pair is found by the finest number: both ends move away from the row, one for each step of the
/// other. The rest must be half way, too, or carried over from one side, the same for all. Evidence
/// is counted in bits: how rarely values of a column lie so near to the middle, or are equal to an
/// end, and no more than if the row lay somewhere between the ends.
///
/// - Marked: from 2·log2 n + 6 bits, where these are more than four times those of the control or a
///   quarter of all rows; from fewer bits where more than 2 % of the rows are found half way and at
///   most one at the control for twenty of them.
pub(super) fn find(rows: &Rows<'_>, slots: &[Slot]) -> Found {
    let members: Vec<u32> =
        (0..rows.heads.len() as u32).filter(|&row| rows.first[row as usize]).collect();
    let nothing = |left| Found { half_way: Vec::new(), left };
    let Some(field) = Field::of(rows, slots, members) else { return nothing(0) };
    let count = field.order.len();
    if count > MOST_ROWS {
        return nothing(count as u64);
    }
    let half: Vec<Best> = (0..count).into_par_iter().map(|at| field.best(at, 0.5)).collect();
    // Ids choose the controls: a row is one in any order.
    let every = (count / MOST_CONTROLS + 1) as u64;
    let id = |at: usize| rows.set.signed.ids[field.order[at] as usize].prefix();
    let chosen: Vec<usize> =
        (0..count).filter(|&at| mix(0x37, id(at)).is_multiple_of(every)).collect();
    let control: Vec<f32> = chosen
        .par_iter()
        .map(|&at| CONTROLS.map(|share| field.best(at, share).0).into_iter().fold(0.0, f32::max))
        .collect();
    let scale = count as f32 / chosen.len().max(1) as f32;
    let half_way: Vec<f32> = half.iter().map(|(bits, _)| *bits).collect();
    let least = field.least(&half_way, &control, scale);
    let left = half.iter().filter(|(_, whole)| !whole).count() as u64;
    let found = half_way.iter().zip(&field.order).filter(|(bits, _)| **bits >= least);
    Found { half_way: found.map(|(_, &row)| row).collect(), left }
}

impl<'a> Field<'a> {
    /// `None` if no two numbers could tell.
    fn of(rows: &'a Rows<'a>, slots: &'a [Slot], members: Vec<u32>) -> Option<Self> {
        let values: Vec<Vec<f32>> = (0..slots.len())
            .map(|at| {
                let column = members.iter().map(|&row| rows.numbers(row)[at]);
                let mut values: Vec<f32> = column.filter(|value| !value.is_nan()).collect();
                values.par_sort_unstable_by(f32::total_cmp);
                values
            })
            .collect();
        let mut finest: Vec<(f32, usize)> = (0..slots.len())
            .filter(|&at| slots[at].slack().is_finite() && !values[at].is_empty())
            .map(|at| (coarseness(&values[at], &slots[at], members.len()), at))
            .collect();
        finest.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let [(_, key), (_, guard), ..] = finest[..] else { return None };
        let mut order = members;
        let of = |row: u32, at: usize| rows.numbers(row)[at];
        order.retain(|&row| !of(row, key).is_nan());
        let ids = &rows.set.signed.ids;
        order.par_sort_unstable_by(|&a, &b| {
            of(a, key).total_cmp(&of(b, key)).then_with(|| ids[a as usize].cmp(&ids[b as usize]))
        });
        let keys = order.iter().map(|&row| of(row, key)).collect();
        let guards = order.iter().map(|&row| of(row, guard)).collect();
        let sure = 2.0 * (order.len().max(1) as f32).log2() + 6.0;
        let (key, guard) = (slots[key], slots[guard]);
        Some(Self { rows, slots, values, order, keys, key, guards, guard, sure })
    }

    /// The most that any pair says for the row at a place in the order lying at a share of the way
    /// from the lesser end to the greater; enough is enough.
    fn best(&self, at: usize, share: f32) -> Best {
        let (key, slack) = (self.keys[at], reach(&self.key, share));
        let mut left = MOST_PAIRS / self.keys.len();
        let (mut best, mut from) = (0.0_f32, at + 1);
        for lesser in (0..at).rev() {
            let end = self.keys[lesser];
            if key - end <= slack {
                continue;
            }
            let other = (key - (1.0 - share) * end) / share;
            let (least, most) = (other - slack / share, other + slack / share);
            from += self.keys[from..].iter().take_while(|key| **key < least).count();
            if from == self.keys.len() {
                break;
            }
            for greater in from..self.keys.len() {
                if self.keys[greater] > most {
                    break;
                }
                if left < FULL {
                    return (best, false);
                }
                left -= 1;
                if self.passes([lesser, at, greater], share) {
                    left -= FULL - 1;
                    best = best.max(self.bits([lesser, at, greater], share));
                    if best >= self.sure {
                        return (self.sure, true);
                    }
                }
            }
        }
        (best, true)
    }

    /// Whether the second number is at the share of the way or carried over.
    fn passes(&self, places: [usize; 3], share: f32) -> bool {
        let [a, b, c] = places.map(|at| self.guards[at]);
        let off = (b - between(a, c, share)).abs();
        let carried = b.to_bits() == a.to_bits() || b.to_bits() == c.to_bits();
        off <= reach(&self.guard, share) || carried
    }

    /// How surely the row in the middle was made of the others, in bits; 0 if it was not.
    fn bits(&self, places: [usize; 3], share: f32) -> f32 {
        let [a, b, c] = places.map(|at| self.rows.numbers(self.order[at]));
        let (mut bits, mut carried) = (0.0, [true; 2]);
        for (at, slot) in self.slots.iter().enumerate() {
            let (a, b, c) = (a[at], b[at], c[at]);
            let off = (b - between(a, c, share)).abs();
            let slack = reach(slot, share);
            // A comparison with NaN is false: a null has no middle.
            if off <= slack {
                if (a - c).abs() > 2.0 * slack {
                    let exact = off <= SLACK && slot.is_between_marks(b);
                    let slack = if exact { SLACK } else { slack };
                    bits += rarity(&self.values[at], [a, b, c], share, slack);
                }
                continue;
            }
            for (carried, end) in carried.iter_mut().zip([a, c]) {
                *carried &= end.to_bits() == b.to_bits();
            }
            if carried == [false; 2] {
                return 0.0;
            }
        }
        bits
    }

    /// The bits from which rows are marked; `control` is of one row in `scale`.
    fn least(&self, half_way: &[f32], control: &[f32], scale: f32) -> f32 {
        let count = |bits: &[f32], least: f32| bits.iter().filter(|bits| **bits >= least).count();
        let many = half_way.len() as f32 / 50.0;
        let mut least = f32::INFINITY;
        for below in 0..=(self.sure - 6.0) as u32 {
            let bits = self.sure - below as f32;
            let (found, by_chance) =
                (count(half_way, bits) as f32, scale * count(control, bits) as f32);
            let is_sure =
                below == 0 && (found > 4.0 * by_chance || 4.0 * found > half_way.len() as f32);
            if is_sure || (found > many && 20.0 * by_chance <= found) {
                least = bits;
            }
        }
        least
    }
}

/// The place at a share of the way.
fn between(a: f32, c: f32, share: f32) -> f32 {
    a + share * (c - a)
}

/// Distance from a place on the way that rounding explains. On a grid a half is as near to two marks
/// half of the time, other shares are not: their reach is wider, so that chance hits them as often.
fn reach(slot: &Slot, share: f32) -> f32 {
    if share == 0.5 || slot.slack() == SLACK { slot.slack() } else { 1.5 * slot.slack() }
}

/// Values within a distance of a place.
fn within(values: &[f32], place: f32, distance: f32) -> usize {
    let below = |bound: f32, also: bool| {
        values.partition_point(|value| if also { *value <= bound } else { *value < bound })
    };
    below(place + distance, true) - below(place - distance, false)
}

/// How rarely chance puts a value so near to a place on the way, or makes it equal to an end, in
/// bits; no more than if it lay somewhere between the ends.
fn rarity(values: &[f32], [a, b, c]: [f32; 3], share: f32, slack: f32) -> f32 {
    let place = between(a, c, share);
    // The three values themselves say nothing.
    let others = within(values, place, slack) + within(values, a, 0.0) + within(values, c, 0.0);
    let others = others.saturating_sub(2 + usize::from((b - place).abs() <= slack)) as f32;
    let around = within(values, place, AROUND * slack).max(1) as f32 / AROUND;
    let by_chance = others.max(around) / values.len().max(1) as f32;
    let way = 2.0 * slack / (a - c).abs();
    -by_chance.max(way).min(1.0).log2()
}

/// How many of the values a probe finds within reach, as a share; rows without a value count against
/// the column, too.
fn coarseness(values: &[f32], slot: &Slot, rows: usize) -> f32 {
    let step = values.len() / PROBES + 1;
    let probes = values.iter().step_by(step);
    let found: usize = probes.clone().map(|value| within(values, *value, slot.slack())).sum();
    let missing = 1.0 - values.len() as f32 / rows.max(1) as f32;
    found as f32 / (probes.count() * values.len()).max(1) as f32 + missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rarity_is_of_the_place_and_of_the_way() {
        let values: Vec<f32> = (0..1000).map(|at| at as f32 / 1000.0).collect();
        let bits = |a: f32, c: f32| rarity(&values, [a, (a + c) / 2.0, c], 0.5, SLACK);
        // A half way over the whole range: one value in a thousand, two slacks wide each.
        assert!((bits(0.0005, 0.9001) - 12.0).abs() < 0.6, "{}", bits(0.0005, 0.9001));
        // Near ends leave little way.
        assert!(bits(0.4, 0.401) < 3.0);
        // Where one value in four is the same, it is no wonder.
        let heap: Vec<f32> = (0..1000).map(|at| (at % 4) as f32).collect();
        assert!(rarity(&heap, [0.0, 1.0, 2.0], 0.5, SLACK) < 0.5);
    }
}
