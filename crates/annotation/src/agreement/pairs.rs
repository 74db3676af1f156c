//! Cohen's κ of every pair of raters.

use rayon::prelude::*;

use crate::table::LabelTable;

use super::Metric;

/// Two raters and how far they agree beyond chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairKappa {
    /// The rater of smaller index.
    pub first: u32,
    /// The other.
    pub second: u32,
    /// Items both answered.
    pub items: u32,
    /// Items on which both said the same.
    pub same: u32,
    /// κ; `None` where both said one class throughout.
    pub kappa: Option<f64>,
}

/// κ of all pairs of raters with a common item, ordered by rater. First readings count.
///
/// Work grows with the pairs of votes on one item, memory with one rater's partners.
pub fn pair_kappas(table: &LabelTable, metric: &Metric) -> Vec<PairKappa> {
    let table = &table.first_readings();
    let by_rater = table.by_rater();
    (0..table.raters.len())
        .into_par_iter()
        .map(|rater| {
            let mut shared = Vec::new();
            for &vote in by_rater.of(rater) {
                let own = table.votes[vote as usize];
                for other in table.of(own.item as usize) {
                    if other.rater > own.rater {
                        shared.push((other.rater, own.label, other.label));
                    }
                }
            }
            shared.sort_unstable();
            shared
                .chunk_by(|a, b| a.0 == b.0)
                .map(|run| {
                    let mut pair = kappa_of(run, metric);
                    pair.first = rater as u32;
                    pair
                })
                .collect::<Vec<_>>()
        })
        .flatten_iter()
        .collect()
}

/// κ of a run of (second rater, first's class, second's class), sorted.
fn kappa_of(run: &[(u32, u32, u32)], metric: &Metric) -> PairKappa {
    let items = run.len() as f64;
    let rows = margins(run.iter().map(|vote| vote.1));
    let columns = margins(run.iter().map(|vote| vote.2));
    let same = run.iter().filter(|vote| vote.1 == vote.2).count();
    let (disagreed, expected) = if metric.is_plain() {
        let mut chance = 0_u64;
        let mut column = 0;
        for &(class, count) in &rows {
            while column < columns.len() && columns[column].0 < class {
                column += 1;
            }
            if column < columns.len() && columns[column].0 == class {
                chance += count * columns[column].1;
            }
        }
        let all = (run.len() as u64) * (run.len() as u64);
        ((run.len() - same) as f64, (all - chance) as f64)
    } else {
        let disagreed: f64 = run.iter().map(|vote| metric.distance(vote.1, vote.2)).sum();
        let mut expected = 0.0;
        for &(row, many) in &rows {
            for &(column, few) in &columns {
                expected += metric.distance(row, column) * (many * few) as f64;
            }
        }
        (disagreed, expected)
    };
    PairKappa {
        first: 0,
        second: run[0].0,
        items: run.len() as u32,
        same: same as u32,
        kappa: (expected > 0.0).then(|| 1.0 - items * disagreed / expected),
    }
}

/// Classes and how often each occurs, ascending.
fn margins(classes: impl Iterator<Item = u32>) -> Vec<(u32, u64)> {
    let mut classes: Vec<u32> = classes.collect();
    classes.sort_unstable();
    classes.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u64)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::{Contingency, Weighting, tests::table};

    #[test]
    fn each_pair_is_its_contingency_table() {
        let rows: [&[&str]; 5] = [
            &["1", "1", "2"],
            &["2", "2", "2"],
            &["1", "3", ""],
            &["3", "3", "1"],
            &["", "1", "1"],
        ];
        let table = table(&rows);
        for metric in [Metric::identity(), Metric::along(Weighting::Quadratic, vec![1.0, 2.0, 3.0])]
        {
            let pairs = pair_kappas(&table, &metric);
            assert_eq!(pairs.len(), 3);
            for pair in pairs {
                let contingency = Contingency::of_pair(&table, pair.first, pair.second);
                assert_eq!(u64::from(pair.items), contingency.items());
                let kappa = contingency.kappa(&metric, 0.95).map(|kappa| kappa.value);
                assert!((pair.kappa.unwrap() - kappa.unwrap()).abs() < 1e-14);
            }
        }
    }
}
