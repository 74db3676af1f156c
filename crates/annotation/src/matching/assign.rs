//! Optimal assignment (Hungarian method with potentials, after Jonker and Volgenant).

/// The assignment of rows to columns with the greatest sum of weights; a pair of weight 0 or less is
/// left unassigned.
///
/// - Shape: `weights` is `[rows * columns]`, row-major, finite; the result has one entry a row.
/// - Ties: the same weights in the same order always give the same assignment.
/// - Cost: rows² · columns steps, rows and columns swapped where there are more rows.
/// - Source: Jonker and Volgenant (1987), doi:10.1007/BF02278710.
pub fn assign(weights: &[f64], rows: usize, columns: usize) -> Vec<Option<usize>> {
    assert_eq!(weights.len(), rows * columns, "weights are rows times columns");
    if rows > columns {
        let turned: Vec<f64> =
            (0..columns).flat_map(|c| (0..rows).map(move |r| weights[r * columns + c])).collect();
        let mut result = vec![None; rows];
        for (column, row) in assign(&turned, columns, rows).into_iter().enumerate() {
            if let Some(row) = row {
                result[row] = Some(column);
            }
        }
        return result;
    }
    let owner = owners(weights, rows, columns);
    let mut result = vec![None; rows];
    for (column, &row) in owner.iter().enumerate() {
        if row < rows && weights[row * columns + column] > 0.0 {
            result[row] = Some(column);
        }
    }
    result
}

/// The row of each column (`rows` for none) in a least-cost assignment of all rows; the cost of a pair
/// is its negative weight, or 0 for a pair that will be left apart.
fn owners(weights: &[f64], rows: usize, columns: usize) -> Vec<usize> {
    let cost = |row: usize, column: usize| -weights[row * columns + column].max(0.0);
    // The last column stands for the row being placed.
    let mut owner = vec![rows; columns + 1];
    let (mut of_row, mut of_column) = (vec![0.0; rows + 1], vec![0.0; columns + 1]);
    for row in 0..rows {
        owner[columns] = row;
        let mut from = columns;
        let mut least = vec![f64::INFINITY; columns];
        let mut way = vec![columns; columns];
        let mut used = vec![false; columns + 1];
        while owner[from] != rows {
            used[from] = true;
            let at = owner[from];
            let (mut step, mut next) = (f64::INFINITY, from);
            for column in (0..columns).filter(|&column| !used[column]) {
                let reduced = cost(at, column) - of_row[at] - of_column[column];
                if reduced < least[column] {
                    (least[column], way[column]) = (reduced, from);
                }
                if least[column] < step {
                    (step, next) = (least[column], column);
                }
            }
            for column in 0..=columns {
                if used[column] {
                    of_row[owner[column]] += step;
                    of_column[column] -= step;
                } else if column < columns {
                    least[column] -= step;
                }
            }
            from = next;
        }
        while from != columns {
            let before = way[from];
            owner[from] = owner[before];
            from = before;
        }
    }
    owner.truncate(columns);
    owner
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The best sum by trying everything.
    fn best(weights: &[f64], rows: usize, columns: usize, row: usize, taken: u32) -> f64 {
        if row == rows {
            return 0.0;
        }
        let skip = best(weights, rows, columns, row + 1, taken);
        (0..columns)
            .filter(|column| taken >> column & 1 == 0 && weights[row * columns + column] > 0.0)
            .map(|column| {
                weights[row * columns + column]
                    + best(weights, rows, columns, row + 1, taken | 1 << column)
            })
            .fold(skip, f64::max)
    }

    #[test]
    fn the_greedy_choice_is_not_taken_where_another_is_better() {
        assert_eq!(assign(&[0.9, 0.8, 0.85, 0.0], 2, 2), [Some(1), Some(0)]);
        assert_eq!(assign(&[0.0; 4], 2, 2), [None, None]);
        assert_eq!(assign(&[], 0, 3), []);
        assert_eq!(assign(&[], 2, 0), [None, None]);
    }

    proptest! {
        #[test]
        fn the_sum_is_the_best_there_is(
            rows in 0..6_usize, columns in 0..6_usize, all in prop::collection::vec(0..8_u32, 36),
        ) {
            let weights: Vec<f64> = all[..rows * columns].iter().map(|&w| f64::from(w) / 8.0).collect();
            let result = assign(&weights, rows, columns);
            let mut taken: Vec<usize> = result.iter().flatten().copied().collect();
            let sum: f64 = result.iter().enumerate().filter_map(|(row, column)| Some(weights[row * columns + (*column)?])).sum();
            taken.sort_unstable();
            let before = taken.len();
            taken.dedup();
            prop_assert_eq!(taken.len(), before);
            prop_assert!((sum - best(&weights, rows, columns, 0, 0)).abs() < 1e-9);
        }
    }
}
