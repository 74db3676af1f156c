//! Rows that lie half way between their neighbours in every number.

use super::layout::{Layout, Slot as Cell};
use super::rows::Rows;
use crate::columns::{Kept, PartitionPlan, Sketch};

/// Distance from the middle, in deviations, that rounding explains.
const SLACK: f32 = 1e-4;

/// How one number of a row is told from a chance middle.
#[derive(Debug, Clone, Copy)]
struct Slot {
    /// Distance of neighbouring values in deviations: whole numbers and fixed decimals; 0 if fine.
    grid: f32,
    /// Where the grid lies.
    zero: f32,
}

/// What three neighbours say about the middle one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Middle {
    No,
    /// Several numbers move and all lie half way.
    Sure,
    /// One number moves and lies half way, between two marks of its grid.
    OffGrid,
    /// One number moves and lies half way, on its grid: chance is possible.
    OnGrid,
}

/// Finds interpolated rows, in the order of the files and in that of time.
///
/// Rows that repeat others stay in the order: what was put between two rows has them as neighbours.
pub(super) fn find(rows: &Rows<'_>, plan: &PartitionPlan) -> Vec<bool> {
    let mut between = vec![false; rows.heads.len()];
    let slots = slots(rows, plan);
    if slots.is_empty() {
        return between;
    }
    let mut order: Vec<u32> =
        (0..rows.heads.len() as u32).filter(|&row| rows.first[row as usize]).collect();
    let places = &rows.set.signed.places;
    order.sort_unstable_by_key(|&row| places[row as usize]);
    mark(rows, &order, &slots, &mut between);
    let time = |row: u32| rows.heads[row as usize].time;
    if !order.is_sorted_by_key(|&row| time(row)) {
        order.sort_unstable_by_key(|&row| (time(row), places[row as usize]));
        mark(rows, &order, &slots, &mut between);
    }
    between
}

fn mark(rows: &Rows<'_>, order: &[u32], slots: &[Slot], between: &mut [bool]) {
    let mut possible = Vec::new();
    let mut off_grid = 0;
    for window in order.windows(3) {
        let middle = window[1];
        let numbers = [window[0], middle, window[2]].map(|row| rows.numbers(row));
        match judge(numbers, slots) {
            Middle::No => {}
            Middle::Sure => between[middle as usize] = true,
            Middle::OffGrid => {
                between[middle as usize] = true;
                off_grid += 1;
            }
            Middle::OnGrid => possible.push(middle),
        }
    }
    // Where rows between the marks abound, those that hit a mark are of the same making.
    if off_grid * 50 >= order.len() {
        for row in possible {
            between[row as usize] = true;
        }
    }
}

fn judge([before, middle, after]: [&[f32]; 3], slots: &[Slot]) -> Middle {
    let (mut fine, mut coarse, mut off_grid) = (0, 0, false);
    for (at, slot) in slots.iter().enumerate() {
        let (a, b, c) = (before[at], middle[at], after[at]);
        if a.is_nan() && b.is_nan() && c.is_nan() {
            continue;
        }
        // A comparison with NaN is false: a null among numbers ends the test.
        let half = (a + c) / 2.0;
        let off = (b - half).abs();
        let rounded = slot.grid > 0.0 && off <= 0.51 * slot.grid;
        if !(off <= SLACK || rounded) {
            return Middle::No;
        }
        if (a - c).abs() > 10.0 * SLACK.max(0.12 * slot.grid) {
            let exact = off <= SLACK;
            let place = (b - slot.zero) / slot.grid;
            let between_marks = slot.grid > 20.0 * SLACK && (place - place.round()).abs() > 0.05;
            off_grid |= exact && between_marks;
            if slot.grid == 0.0 { fine += 1 } else { coarse += 1 }
        }
    }
    match (fine, coarse) {
        (1.., _) | (0, 3..) => Middle::Sure,
        (0, 1..) if off_grid => Middle::OffGrid,
        (0, 1..) => Middle::OnGrid,
        _ => Middle::No,
    }
}

fn slots(rows: &Rows<'_>, plan: &PartitionPlan) -> Vec<Slot> {
    let layout = Layout::of(plan);
    let slot = |&at: &usize| match layout.slots[at] {
        Some(Cell::Number { mean, scale, .. }) => {
            let grid = grid(&plan.columns[at].tally.sketch);
            Slot { grid: (grid * scale) as f32, zero: (-mean * scale) as f32 }
        }
        _ => Slot { grid: 0.0, zero: 0.0 },
    };
    rows.numeric.iter().map(slot).collect()
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
