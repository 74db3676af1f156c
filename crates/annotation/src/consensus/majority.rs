//! Majority vote, each rater's answer once or by weight.

use std::ops::Range;

use rayon::prelude::*;

use crate::sums::{self, CHUNK};
use crate::table::LabelTable;

use super::Posterior;

/// The share of each class among an item's answers; even where there are none.
pub fn majority(table: &LabelTable) -> Posterior {
    share(table, |_| 1.0)
}

/// The same with each rater's answers weighing `weights[rater]`.
pub fn weighted_majority(table: &LabelTable, weights: &[f64]) -> Posterior {
    share(table, |rater| weights[rater as usize])
}

fn share(table: &LabelTable, weight: impl Fn(u32) -> f64 + Sync + Send) -> Posterior {
    let classes = table.classes.len();
    let mut shares = vec![0.0; table.items.len() * classes];
    if classes == 0 {
        return Posterior { classes, shares };
    }
    shares
        .par_chunks_mut(CHUNK * classes)
        .zip(sums::ranges(table.items.len()))
        .for_each(|(rows, items)| share_of(table, items, rows, &weight));
    Posterior { classes, shares }
}

/// Shares of some items: `rows` is `[items * classes]`.
pub(super) fn share_of(
    table: &LabelTable,
    items: Range<usize>,
    rows: &mut [f64],
    weight: impl Fn(u32) -> f64,
) {
    let classes = table.classes.len();
    for (item, row) in items.zip(rows.chunks_exact_mut(classes)) {
        row.fill(0.0);
        for vote in table.of(item) {
            row[vote.label as usize] += weight(vote.rater);
        }
        let whole: f64 = row.iter().sum();
        if whole == 0.0 {
            row.fill(1.0 / classes as f64);
        } else {
            row.iter_mut().for_each(|share| *share /= whole);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Builder;

    #[test]
    fn shares_are_of_answers_or_of_weights() {
        let mut builder = Builder::with_classes(&["a", "b"]);
        for (rater, label) in [("x", "a"), ("y", "b"), ("z", "b")] {
            builder.add("1", rater, label);
        }
        builder.add_item("2");
        let table = builder.build();
        let plain = majority(&table);
        assert_eq!(plain.of(0), [1.0 / 3.0, 2.0 / 3.0]);
        assert_eq!(plain.of(1), [0.5, 0.5]);
        assert_eq!(plain.decide(&table).labels, [Some(1), None]);
        let weighted = weighted_majority(&table, &[3.0, 1.0, 1.0]);
        assert_eq!(weighted.decide(&table).labels[0], Some(0));
    }
}
