//! Rows whose numbers lie close together: candidate keys, and the exact check.

use super::layout::mix;

/// Tables of keys.
const WIDTH: usize = 6;
/// Directions a key is made of, at most.
const MOST: usize = 5;
/// Weight of a column from which a difference that is no distance keeps rows apart: null from a number,
/// one category from another.
pub(super) const APART: f32 = 0.25;
/// Width of a cell along a direction, in deviations.
const CELL: f32 = 0.5;

/// Fixed directions through the space of a row's numbers.
#[derive(Debug)]
pub(super) struct Directions {
    /// `[WIDTH * directions * numbers]`, signs over the root of the numbers' weight.
    signs: Vec<f32>,
    offsets: Vec<f32>,
    numbers: usize,
    directions: usize,
}

impl Directions {
    /// Directions for numbers of these weights.
    pub(super) fn new(weights: &[f32]) -> Self {
        let numbers = weights.len();
        let directions = numbers.min(MOST);
        let scale = 1.0 / weights.iter().sum::<f32>().max(1.0).sqrt();
        let signs = (0..WIDTH * directions * numbers)
            .map(|at| if mix(at, 0x5eed) >> 63 == 0 { scale } else { -scale })
            .collect();
        let offsets = (0..WIDTH * directions)
            .map(|at| (mix(at, 0x0ff5) >> 40) as f32 / (1_u32 << 24) as f32)
            .collect();
        Self { signs, offsets, numbers, directions }
    }

    /// Key of a row in one table; without numbers, rows of one group share theirs, and those of
    /// equal text.
    pub(super) fn key(&self, table: usize, group: u64, text: u64, numbers: &[f32]) -> u64 {
        if self.directions == 0 {
            return mix(table, if table == 0 { group } else { group ^ text.rotate_left(13) });
        }
        let mut hash = mix(table, group);
        for direction in 0..self.directions {
            let line = table * self.directions + direction;
            let signs = &self.signs[line * self.numbers..][..self.numbers];
            let along: f32 = signs
                .iter()
                .zip(numbers)
                .map(|(sign, number)| if number.is_nan() { 0.0 } else { sign * number })
                .sum();
            let cell = (along / CELL + self.offsets[line]).floor() as i64;
            hash = mix(direction, hash ^ cell.cast_unsigned().rotate_left(17));
        }
        hash
    }

    /// Tables that say different things.
    pub(super) fn tables(&self) -> usize {
        if self.directions == 0 { 2 } else { WIDTH }
    }
}

/// Whether two rows' numbers are copies but for noise: root mean square distance below 0.06
/// deviations, more for few numbers, whose distance scatters more. Null and what is no number match
/// themselves alone.
///
/// Numbers come multiplied by the root of their column's weight; `weights` are those weights.
pub(super) fn is_near(left: &[f32], right: &[f32], weights: &[f32]) -> bool {
    apart(left, right, weights) <= 1.0
}

/// Whether two rows' numbers lie just too far apart for copies: up to twice the reach.
pub(super) fn is_just_outside(left: &[f32], right: &[f32], weights: &[f32]) -> bool {
    let apart = apart(left, right, weights);
    apart > 1.0 && apart <= 4.0
}

/// How far apart two copies can be in one of numbers of this weight together.
pub(super) fn reach_of_one(weight: f32) -> f32 {
    0.06 * (1.0 + weight.sqrt())
}

/// Square of the distance over that of the reach; differences that are no distance come on top, by the
/// square of their weight.
fn apart(left: &[f32], right: &[f32], weights: &[f32]) -> f32 {
    let (mut sum, mut weight, mut unlike) = (0.0_f32, 0.0_f32, 0.0_f32);
    for ((a, b), each) in left.iter().zip(right).zip(weights) {
        match (a.is_nan(), b.is_nan()) {
            (true, true) if a.to_bits() == b.to_bits() => {}
            (false, false) => {
                sum += (a - b) * (a - b);
                weight += each;
            }
            _ => unlike += (each / APART) * (each / APART),
        }
    }
    let reach = reach_of_one(weight);
    sum / (reach * reach) + unlike
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jittered_rows_share_a_key_and_strangers_do_not() {
        let directions = Directions::new(&[1.0; 8]);
        let mut found = 0;
        for at in 0..1000_usize {
            let noise = |seed: usize| {
                (mix(at * 64 + seed, 7) >> 40) as f32 / (1_u32 << 24) as f32 * 3.4 - 1.7
            };
            let row: Vec<f32> = (0..8).map(noise).collect();
            let copy: Vec<f32> = (0..8).map(|c| row[c] + 0.05 * noise(c + 8)).collect();
            let other: Vec<f32> = (0..8).map(|c| noise(c + 16)).collect();
            let key = |table, group, row: &[f32]| directions.key(table, group, 0, row);
            let shared = (0..WIDTH).any(|table| key(table, 1, &row) == key(table, 1, &copy));
            found += usize::from(shared && is_near(&row, &copy, &[1.0; 8]));
            assert!(!is_near(&row, &other, &[1.0; 8]));
            assert!((0..WIDTH).all(|table| key(table, 2, &row) != key(table, 1, &row)));
        }
        assert!(found > 930, "{found}");
    }

    #[test]
    fn columns_have_their_say_by_weight() {
        let other = |value: u32| f32::from_bits(0x7fc0_0000 | value);
        for (weight, near) in [(0.01, true), (0.2, true), (0.3, false), (1.0, false)] {
            let (left, right) = ([1.0, other(1)], [1.0, other(2)]);
            assert_eq!(is_near(&left, &right, &[1.0, weight]), near, "{weight}");
            let root = f32::sqrt(weight);
            let (left, right) = ([1.0, root], [1.0, 2.0 * root]);
            assert_eq!(is_near(&left, &right, &[1.0, weight]), weight < 0.02, "{weight}");
        }
    }
}
