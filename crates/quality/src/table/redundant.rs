//! Columns that repeat what other columns say.

use super::columns::{Column, Columns};

/// Share of a column's variance that must be its own: below it the column counts for nothing.
const OWN: f64 = 0.04;
/// From here on it counts whole.
const OWN_WHOLE: f64 = 0.08;
/// Part of the greatest rest that a column must have left to be taken next.
const PIVOT: f64 = 0.5;
/// Values of a category for each value of another that still is a function of it.
const FUNCTION: f64 = 1.02;

/// For each content column, the share that is its own in `[0, 1]`.
///
/// Numbers: pivoted Cholesky of the correlation matrix, times first: what is left of a column's
/// variance after the columns before it explain their part linearly, degrees of freedom allowed
/// for. Categories: a column that is a function of an earlier one of few values counts for nothing.
pub(super) fn own_shares(columns: &Columns) -> Vec<f64> {
    let mut own = vec![1.0; columns.content.len()];
    let numeric: Vec<usize> =
        (0..columns.content.len()).filter(|&at| !columns.content[at].numbers.is_empty()).collect();
    let times: Vec<&Column> =
        columns.partners.iter().filter(|column| !column.numbers.is_empty()).collect();
    // Ranks see through any monotone change, values through any mixture. The second look leaves
    // out what the first dropped, so that of two twins one stays.
    for scaled in [ranks, values] {
        let open: Vec<usize> = numeric.iter().copied().filter(|&at| own[at] > 0.0).collect();
        let vectors: Vec<Vec<f64>> = times
            .iter()
            .copied()
            .chain(open.iter().map(|&at| &columns.content[at]))
            .map(|column| scaled(&column.numbers))
            .collect();
        let left = cholesky(&vectors, times.len());
        for (at, left) in open.into_iter().zip(left) {
            own[at] = f64::min(own[at], ((left - OWN) / (OWN_WHOLE - OWN)).clamp(0.0, 1.0));
        }
    }
    let categories: Vec<usize> =
        (0..columns.content.len()).filter(|at| !numeric.contains(at)).collect();
    functions(columns, &categories, &mut own);
    own
}

/// Values, centred and of length one; nulls in the middle.
fn values(numbers: &[f64]) -> Vec<f64> {
    let filled = || numbers.iter().filter(|value| !value.is_nan());
    let mean = filled().sum::<f64>() / (filled().count() as f64).max(1.0);
    let mut values: Vec<f64> = numbers
        .iter()
        .map(|value| if value.is_nan() { 0.0 } else { (value - mean).clamp(-1e100, 1e100) })
        .collect();
    let length = values.iter().map(|value| value * value).sum::<f64>().sqrt();
    if length > 0.0 {
        values.iter_mut().for_each(|value| *value /= length);
    }
    values
}

/// Ranks, centred and of length one; nulls in the middle.
fn ranks(numbers: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..numbers.len()).filter(|&at| !numbers[at].is_nan()).collect();
    order.sort_by(|&a, &b| numbers[a].total_cmp(&numbers[b]));
    let middle = (order.len() as f64 - 1.0) / 2.0;
    let mut ranks = vec![0.0; numbers.len()];
    let mut before = 0;
    for run in order.chunk_by(|&a, &b| numbers[a] == numbers[b]) {
        let rank = before as f64 + (run.len() as f64 - 1.0) / 2.0 - middle;
        run.iter().for_each(|&at| ranks[at] = rank);
        before += run.len();
    }
    let length = ranks.iter().map(|rank| rank * rank).sum::<f64>().sqrt();
    if length > 0.0 {
        ranks.iter_mut().for_each(|rank| *rank /= length);
    }
    ranks
}

/// Different values of a vector.
fn different(vector: &[f64]) -> usize {
    let mut bits: Vec<u64> = vector.iter().map(|value| value.to_bits()).collect();
    bits.sort_unstable();
    bits.dedup();
    bits.len()
}

/// What is left of each vector after those taken before it; the first `given` are taken first. Of
/// columns with much left the coarsest is taken: noise and mixtures have more values than what they
/// were made of.
fn cholesky(vectors: &[Vec<f64>], given: usize) -> Vec<f64> {
    let rows = vectors.first().map_or(0, Vec::len) as f64;
    let mut rest: Vec<Vec<f64>> = vectors.to_vec();
    let square = |vector: &[f64]| vector.iter().map(|x| x * x).sum::<f64>();
    let distinct: Vec<usize> = vectors.iter().map(|vector| different(vector)).collect();
    let mut left = vec![0.0; vectors.len()];
    let mut open: Vec<usize> = (0..vectors.len()).collect();
    let mut taken = 0;
    while !open.is_empty() {
        let size = |at: usize| square(&rest[at]);
        let pick = if taken < given {
            0
        } else {
            let sizes: Vec<f64> = open.iter().map(|&at| size(at)).collect();
            let most = sizes.iter().copied().fold(0.0, f64::max);
            let coarsest = (0..open.len()).filter(|&at| sizes[at] >= PIVOT * most);
            coarsest.min_by_key(|&at| distinct[open[at]]).unwrap_or(0)
        };
        let pivot = open.remove(pick);
        let spare = (rows - 1.0) / (rows - 1.0 - taken as f64).max(1.0);
        let size = square(&rest[pivot]);
        left[pivot] = (size * spare).min(1.0);
        // A column that is explained already takes nothing more away.
        if size > OWN / 4.0 {
            taken += 1;
            let unit: Vec<f64> = rest[pivot].iter().map(|x| x / size.sqrt()).collect();
            for &other in &open {
                let along: f64 = rest[other].iter().zip(&unit).map(|(a, b)| a * b).sum();
                for (x, u) in rest[other].iter_mut().zip(&unit) {
                    *x -= along * u;
                }
            }
        } else if taken < given {
            taken += 1;
        }
    }
    left.split_off(given)
}

/// Drops categories that are functions of another that stays.
fn functions(columns: &Columns, categories: &[usize], own: &mut [f64]) {
    let distinct = |pairs: &mut Vec<(u64, u64)>| {
        pairs.sort_unstable();
        pairs.dedup();
        pairs.len() as f64
    };
    let values = |at: usize| {
        let hashes = &columns.content[at].hashes;
        distinct(&mut hashes.iter().map(|&hash| (hash, 0)).collect())
    };
    let rows = columns.ids.len() as f64;
    let sizes: Vec<f64> = categories.iter().map(|&at| values(at)).collect();
    // The one of most values stays; between equals the first by name.
    let mut order: Vec<usize> = (0..categories.len()).collect();
    order.sort_by(|&a, &b| sizes[b].total_cmp(&sizes[a]).then(a.cmp(&b)));
    for (place, &index) in order.iter().enumerate() {
        let repeats = order[..place].iter().any(|&earlier| {
            let (a, b) = (categories[earlier], categories[index]);
            if own[a] == 0.0 || sizes[earlier] > rows / 10.0 {
                return false;
            }
            let (left, right) = (&columns.content[a].hashes, &columns.content[b].hashes);
            let both = distinct(&mut left.iter().copied().zip(right.iter().copied()).collect());
            both <= FUNCTION * sizes[earlier]
        });
        if repeats {
            own[categories[index]] = 0.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shujian_core::ContentId;
    use shujian_fixtures::rng::Rng;

    #[test]
    fn copies_mixtures_and_functions_count_for_nothing() {
        let mut rng = Rng::new(3);
        let mut cells: Vec<Vec<f64>> = vec![Vec::new(); 5];
        let mut labels: Vec<Vec<u64>> = vec![Vec::new(); 3];
        for _ in 0..3000 {
            let (a, b) = (rng.normal(), rng.normal());
            for (cell, value) in cells.iter_mut().zip([
                a,
                b,
                a + 0.05 * rng.normal(),
                0.5 * a - 2.0 * b,
                0.6 * a + 0.8 * rng.normal(),
            ]) {
                cell.push(value);
            }
            let kind = rng.below(9) as u64 + 1;
            for (label, value) in
                labels.iter_mut().zip([kind, kind % 3 + 1, rng.below(4) as u64 + 1])
            {
                label.push(value);
            }
        }
        let numbers = cells.into_iter().map(|numbers| (numbers, Vec::new()));
        let labels = labels.into_iter().map(|hashes| (Vec::new(), hashes));
        let content = numbers
            .chain(labels)
            .enumerate()
            .map(|(at, (numbers, hashes))| Column {
                plan: Some(at),
                clock: None,
                numbers,
                hashes,
                bins: Vec::new(),
                width: 1,
                uniform: Vec::new(),
            })
            .collect();
        let ids = (0..3000_u32).map(|row| ContentId::of(&row.to_le_bytes())).collect();
        let columns = Columns { ids, content, ..Columns::default() };
        let own = own_shares(&columns);
        let whole = own.iter().filter(|share| **share > 0.9).count();
        assert_eq!(whole, 5, "{own:?}");
        assert_eq!(own[4], 1.0, "{own:?}");
        assert_eq!(own[5..], [1.0, 0.0, 1.0], "{own:?}");
    }
}
