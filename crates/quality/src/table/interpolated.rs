//! Rows that lie half way between their neighbours in every number.

use super::layout::{Layout, NO_TIME, Slot as Cell, mix};
use super::rows::Rows;
use crate::columns::{Kept, PartitionPlan, Role, Sketch};

/// Distance from the middle, in deviations, that rounding explains.
pub(super) const SLACK: f32 = 1e-4;

/// Windows that tell how far from the middle the values of a column lie, at most.
const MOST_WINDOWS: usize = 4096;
/// Bits from which a row between its neighbours counts as a suspect.
const SUSPECT_BITS: f32 = 6.0;

/// How one number of a row is told from a chance middle.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    /// Distance of neighbouring values in deviations: whole numbers and fixed decimals; 0 if fine.
    grid: f32,
    /// Where the grid lies.
    zero: f32,
    /// Distance from the middle that three of four values stay within.
    wide: f32,
}

impl Slot {
    /// Distance from the middle that rounding explains.
    pub(super) fn slack(&self) -> f32 {
        SLACK.max(0.51 * self.grid)
    }

    /// Whether the neighbours differ so that a middle says something.
    fn moves(&self, before: f32, after: f32) -> bool {
        (before - after).abs() > 2.0 * self.slack()
    }

    /// How rarely chance puts a value this near to the middle, in bits.
    fn bits(&self, slack: f32) -> f32 {
        if self.wide > slack { (self.wide / slack).log2() } else { 0.0 }
    }

    /// Whether a value lies between two marks of a grid that is coarse enough to tell.
    pub(super) fn is_between_marks(&self, value: f32) -> bool {
        let place = (value - self.zero) / self.grid;
        self.grid > 20.0 * SLACK && (place - place.round()).abs() > 0.05
    }
}

/// Finds interpolated rows in the order of time, sequence by sequence. Where rows stand in the files
/// tells nothing: anyone can shuffle them.
///
/// A row is suspected when each of its numbers lies half way between those of its neighbours, or is
/// carried over from one of them, the same for all. How surely it was made is counted in bits: a
/// middle is as rare as values of the column lie far from it elsewhere. A row is marked when chance
/// would hardly make one such row of all, or when there are far more suspects than chance makes.
///
/// Rows that repeat others stay in the order: what was put between two rows has them as neighbours.
pub(super) fn find(rows: &Rows<'_>, plan: &PartitionPlan) -> Vec<bool> {
    let mut between = vec![false; rows.heads.len()];
    let slots = slots(rows, plan);
    if slots.is_empty() {
        return between;
    }
    let time = |row: u32| rows.heads[row as usize].time;
    let mut order: Vec<u32> = (0..rows.heads.len() as u32)
        .filter(|&row| rows.first[row as usize] && time(row) != NO_TIME)
        .collect();
    let ids = &rows.set.signed.ids;
    let key = |row: u32| (rows.heads[row as usize].sequence, time(row));
    order.sort_unstable_by_key(|&row| (key(row), ids[row as usize]));
    mark(rows, &order, slots.clone(), &mut between);
    // What was put between two rows may have the time of either: rows of one time, the other way.
    if order.windows(2).any(|pair| key(pair[0]) == key(pair[1])) {
        order.chunk_by_mut(|a, b| key(*a) == key(*b)).for_each(<[u32]>::reverse);
        mark(rows, &order, slots, &mut between);
    }
    between
}

fn mark(rows: &Rows<'_>, order: &[u32], mut slots: Vec<Slot>, between: &mut [bool]) {
    let numbers =
        |window: &[u32]| -> [&[f32]; 3] { std::array::from_fn(|at| rows.numbers(window[at])) };
    // Windows by chance: every second one would see either only what was put between or none of it.
    let step = (order.len() / MOST_WINDOWS + 1) as u64;
    let looked_at: Vec<&[u32]> = (0..)
        .zip(order.windows(3))
        .filter(|(at, _)| mix(*at, 0x3d).is_multiple_of(step))
        .map(|(_, window)| window)
        .collect();
    for (at, slot) in slots.iter_mut().enumerate() {
        let windows = looked_at.iter().map(|window| numbers(window));
        slot.wide = wide(windows.map(|[a, b, c]| ((a[at] + c[at]) / 2.0 - b[at]).abs()));
    }
    let sure = (order.len().max(1) as f32).log2() + SUSPECT_BITS;
    let many = order.len() as f32 / 50.0;
    let (mut half_way, mut suspects, mut off_grid, mut by_chance) = (Vec::new(), 0, 0, 0.0);
    for window in order.windows(3) {
        let numbers = numbers(window);
        by_chance += chance(numbers, &slots);
        if let Some(middle) = judge(numbers, &slots) {
            half_way.push((window[1], middle.bits));
            suspects += usize::from(middle.bits >= SUSPECT_BITS);
            off_grid += usize::from(middle.is_off_grid);
        }
    }
    // Where rows between the marks of a grid abound, those that hit a mark are of the same making.
    let least = if off_grid as f32 > many {
        0.0
    } else if suspects as f32 > 4.0 * by_chance + many {
        SUSPECT_BITS
    } else {
        sure
    };
    for (row, _) in half_way.into_iter().filter(|(_, bits)| *bits > 0.0 && *bits >= least) {
        between[row as usize] = true;
    }
}

/// A row half way between its neighbours.
struct Middle {
    /// How surely it was made of them.
    bits: f32,
    /// Whether some number lies between the marks that its column keeps to.
    is_off_grid: bool,
}

/// The distance that three of four distances stay within.
fn wide(distances: impl Iterator<Item = f32>) -> f32 {
    let mut distances: Vec<f32> = distances.filter(|distance| !distance.is_nan()).collect();
    distances.sort_unstable_by(f32::total_cmp);
    distances.get(distances.len() * 3 / 4).copied().unwrap_or(0.0)
}

/// What says that the middle row was made of its neighbours; `None` if it was not.
fn judge([before, middle, after]: [&[f32]; 3], slots: &[Slot]) -> Option<Middle> {
    let (mut bits, mut is_off_grid, mut carried) = (0.0, false, [true; 2]);
    for (at, slot) in slots.iter().enumerate() {
        let (a, b, c) = (before[at], middle[at], after[at]);
        let off = (b - (a + c) / 2.0).abs();
        // A comparison with NaN is false: a null has no middle.
        if off <= slot.slack() {
            if slot.moves(a, c) {
                let exact = off <= SLACK && slot.is_between_marks(b);
                is_off_grid |= exact;
                bits += slot.bits(if exact { SLACK } else { slot.slack() });
            }
            continue;
        }
        for (carried, side) in carried.iter_mut().zip([a, c]) {
            *carried &= side.to_bits() == b.to_bits();
        }
        if carried == [false; 2] {
            return None;
        }
    }
    Some(Middle { bits, is_off_grid })
}

/// The share of rows between such neighbours that chance puts half way, if that would make them
/// suspects.
fn chance([before, _, after]: [&[f32]; 3], slots: &[Slot]) -> f32 {
    let bits: f32 = slots
        .iter()
        .enumerate()
        .filter(|(at, slot)| slot.moves(before[*at], after[*at]))
        .map(|(_, slot)| slot.bits(slot.slack()))
        .sum();
    if bits >= SUSPECT_BITS { (-bits).exp2() } else { 0.0 }
}

/// How each number of a row is told from a chance middle.
pub(super) fn slots(rows: &Rows<'_>, plan: &PartitionPlan) -> Vec<Slot> {
    let layout = Layout::of(plan);
    let slot = |(&at, weight): (&usize, &f32)| match layout.slots[at] {
        Some(Cell::Number { mean, scale, .. }) => {
            let grid = grid(&plan.columns[at].tally.sketch);
            let root = weight.sqrt();
            Slot {
                grid: root * (grid * scale) as f32,
                zero: root * (-mean * scale) as f32,
                wide: 0.0,
            }
        }
        // What is put between two rows may stand at any time.
        Some(Cell::Hash(_)) if plan.columns[at].role == Role::Time => {
            Slot { grid: f32::INFINITY, zero: 0.0, wide: 0.0 }
        }
        _ => Slot { grid: 0.0, zero: 0.0, wide: 0.0 },
    };
    rows.numeric.iter().zip(&rows.weights).map(slot).collect()
}

/// The decimal step that most values of a column keep to; 0 for finer than three decimals.
fn grid(sketch: &Sketch) -> f64 {
    let values = || {
        sketch.entries().iter().filter_map(|entry| match entry.kept {
            Kept::Number(value) => Some(value),
            _ => None,
        })
    };
    let total = values().count();
    [1.0, 0.1, 0.01, 0.001]
        .into_iter()
        .find(|step| {
            let on = values().filter(|value| {
                let place = value / step;
                (place - place.round()).abs() < 1e-6 * place.abs().max(1.0)
            });
            10 * on.count() >= 6 * total
        })
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_made_of_its_neighbours_by_halves_or_as_a_whole() {
        let slots = [Slot { grid: 0.0, zero: 0.0, wide: 0.2 }; 3];
        let none = f32::NAN;
        let bits = |rows: [[f32; 3]; 3]| judge([&rows[0], &rows[1], &rows[2]], &slots);
        let sure = |rows| bits(rows).map_or(0.0, |middle| middle.bits) > 20.0;
        assert!(sure([[1.0, 2.0, 0.0], [1.5, 1.0, 0.5], [2.0, 0.0, 1.0]]));
        // What cannot be halved is carried over, but from one side only.
        assert!(sure([[1.0, 2.0, none], [1.5, 1.0, none], [2.0, 0.0, 1.0]]));
        assert!(sure([[1.0, 2.0, none], [1.5, 1.0, 1.0], [2.0, 0.0, 1.0]]));
        assert!(bits([[1.0, 2.0, none], [1.5, 2.0, 1.0], [2.0, 0.0, 1.0]]).is_none());
        assert!(bits([[1.0, 2.0, 0.0], [1.5, 1.0, 0.4], [2.0, 0.0, 1.0]]).is_none());
        // A row that equals both neighbours says nothing about itself.
        assert_eq!(bits([[1.0; 3]; 3]).unwrap().bits, 0.0);
    }
}
