//! Which labels to look at again.

use rayon::prelude::*;

use super::scores::{lowest, normalised_margins, self_confidence};
use super::{Evidence, Judged, largest};
use crate::sums;

/// A rule that picks rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// For each pair of given and true class, as many rows of largest margin as the noise
    /// estimate says.
    NoiseRate,
    /// For each given class, as many rows of smallest self-confidence.
    Class,
    /// Both of the above.
    Both,
    /// Rows confidently of another class.
    ConfidentLearning,
    /// Rows whose likeliest class is another.
    PredictedNotGiven,
    /// As many rows as confident learning finds, by smallest margin.
    LowMargin,
    /// As many rows, by smallest self-confidence.
    LowSelfConfidence,
}

/// Every filter and its name.
pub const FILTERS: &[(&str, Filter)] = &[
    ("prune_by_noise_rate", Filter::NoiseRate),
    ("prune_by_class", Filter::Class),
    ("both", Filter::Both),
    ("confident_learning", Filter::ConfidentLearning),
    ("predicted_neq_given", Filter::PredictedNotGiven),
    ("low_normalized_margin", Filter::LowMargin),
    ("low_self_confidence", Filter::LowSelfConfidence),
];

/// The filter of a name.
pub fn filter_named(name: &str) -> Option<Filter> {
    FILTERS.iter().find(|row| row.0 == name).map(|row| row.1)
}

/// Rows a filter picks, ascending.
pub fn find(judged: &Judged, evidence: &Evidence, filter: Filter) -> Vec<u32> {
    let picked = match filter {
        Filter::NoiseRate => by_noise_rate(judged, evidence),
        Filter::Class => by_class(judged, evidence),
        Filter::Both => {
            let other = by_class(judged, evidence);
            let mut rows = by_noise_rate(judged, evidence);
            rows.retain(|row| other.binary_search(row).is_ok());
            rows
        }
        Filter::ConfidentLearning => confident_errors(judged, evidence),
        Filter::PredictedNotGiven => {
            let rows = 0..judged.len() as u32;
            let differs = |&row: &u32| {
                largest(judged.row(row as usize)) != judged.labels()[row as usize] as usize
            };
            rows.into_par_iter().filter(differs).collect()
        }
        Filter::LowMargin | Filter::LowSelfConfidence => {
            let scores = if filter == Filter::LowMargin {
                normalised_margins(judged)
            } else {
                self_confidence(judged)
            };
            let mut rows = lowest(&scores, confident_errors(judged, evidence).len());
            rows.sort_unstable();
            return rows;
        }
    };
    picked.into_iter().filter(|&row| !stands(judged, row)).collect()
}

/// What the given label may be below the likeliest class and still stand.
const STANDING: f64 = 1e-6;

/// Whether the given label is, up to rounding, the likeliest.
fn stands(judged: &Judged, row: u32) -> bool {
    let label = judged.labels()[row as usize] as usize;
    let values = judged.row(row as usize);
    let own = values[label] + STANDING;
    // Nearly always far from level: the exact rule is for the rest.
    let largest = values.iter().fold(0.0, |most, &value| if value > most { value } else { most });
    if largest != own {
        return largest < own;
    }
    !values[..label].contains(&own)
}

/// Rows confidently of another class whose label does not stand.
fn confident_errors(judged: &Judged, evidence: &Evidence) -> Vec<u32> {
    let rows = (0..judged.len() as u32).zip(&evidence.confident).zip(judged.labels());
    rows.filter(|((_, guess), label)| guess.is_some_and(|guess| guess != **label))
        .map(|((row, _), _)| row)
        .filter(|&row| !stands(judged, row))
        .collect()
}

/// `[given * true]`: how many rows of each kind to prune; at least one stays right.
fn prune_counts(evidence: &Evidence) -> Vec<u64> {
    let classes = evidence.thresholds.len();
    let mut counts = Vec::with_capacity(classes * classes);
    for (given, row) in evidence.calibrated.chunks(classes).enumerate() {
        let short = 1_u64.saturating_sub(row[given]) as f64;
        let others = row.iter().filter(|cell| **cell > 0).count() as f64 - 1.0;
        let taken = short / others.max(1.0);
        counts.extend(row.iter().enumerate().map(|(truth, &cell)| {
            if truth == given { cell.max(1) } else { (cell as f64 - taken).max(0.0) as u64 }
        }));
    }
    counts
}

fn by_noise_rate(judged: &Judged, evidence: &Evidence) -> Vec<u32> {
    let classes = judged.classes();
    let counts = prune_counts(evidence);
    let contested = contested(judged);
    let rows = judged.label_counts();
    // The only row of a class is left alone.
    let picked: Vec<Vec<u32>> = (0..classes)
        .into_par_iter()
        .filter(|&given| rows[given] >= 2)
        .map(|given| {
            of_given(judged, &contested[given], given, &counts[given * classes..][..classes])
        })
        .collect();
    let mut picked: Vec<u32> = picked.into_iter().flatten().collect();
    picked.sort_unstable();
    picked.dedup();
    picked
}

/// The rows of each given class whose label does not stand, ascending.
fn contested(judged: &Judged) -> Vec<Vec<u32>> {
    let parts = sums::chunks(judged.len(), |range| {
        range.map(|row| row as u32).filter(|&row| !stands(judged, row)).collect::<Vec<u32>>()
    });
    let mut rows = vec![Vec::new(); judged.classes()];
    for row in parts.into_iter().flatten() {
        rows[judged.labels()[row as usize] as usize].push(row);
    }
    rows
}

/// Above every margin of a row whose label stands, [`STANDING`] and rounding.
const CLEAR: f64 = 2.0 * STANDING;

/// The rows of one given class with the largest margins towards each other class.
///
/// Rows whose label stands are picked last, so that most often only the contested ones are sorted.
fn of_given(judged: &Judged, contested: &[u32], given: usize, counts: &[u64]) -> Vec<u32> {
    let wanted = (0..counts.len()).filter(|&truth| truth != given && counts[truth] > 0);
    let (mut picked, mut left) = (Vec::new(), Vec::new());
    for truth in wanted {
        let margin = |&row: &u32| {
            let values = judged.row(row as usize);
            (values[truth] - values[given], row)
        };
        let clear = contested.iter().map(margin).filter(|(margin, _)| *margin > CLEAR);
        let mut clear: Vec<(f64, u32)> = clear.collect();
        if clear.len() as u64 >= counts[truth] {
            picked.extend(first(&mut clear, counts[truth] as usize, by_margin));
        } else {
            left.push(truth);
        }
    }
    if !left.is_empty() {
        picked.extend(of_all_given(judged, given, &left, counts));
    }
    picked
}

/// Largest margin first, equal ones by row.
fn by_margin(a: &(f64, u32), b: &(f64, u32)) -> std::cmp::Ordering {
    b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
}

/// Likewise among all rows of a given class, towards some of the other classes.
fn of_all_given(judged: &Judged, given: usize, wanted: &[usize], counts: &[u64]) -> Vec<u32> {
    let rows = (0_u32..).zip(judged.labels()).filter(|(_, label)| **label as usize == given);
    let rows: Vec<u32> = rows.map(|(row, _)| row).collect();
    let mut picked = Vec::new();
    // Some columns at a time: a walk through the rows costs more than the sorting.
    for truths in wanted.chunks(16) {
        let mut margins = vec![Vec::with_capacity(rows.len()); truths.len()];
        for &row in &rows {
            let values = judged.row(row as usize);
            for (margins, &truth) in margins.iter_mut().zip(truths) {
                margins.push((values[truth] - values[given], row));
            }
        }
        for (margins, &truth) in margins.iter_mut().zip(truths) {
            picked.extend(first(margins, (counts[truth] as usize).min(rows.len()), by_margin));
        }
    }
    picked
}

fn by_class(judged: &Judged, evidence: &Evidence) -> Vec<u32> {
    let classes = judged.classes();
    let counts = prune_counts(evidence);
    let mut picked: Vec<u32> = Vec::new();
    for (class, rows) in judged.rows_of_classes().iter().enumerate() {
        let right = counts[class * (classes + 1)] as usize;
        let count = rows.len().saturating_sub(right);
        if rows.len() < 2 || count == 0 {
            continue;
        }
        let mut scores: Vec<(f64, u32)> =
            rows.iter().map(|&row| (judged.row(row as usize)[class], row)).collect();
        picked.extend(first(&mut scores, count, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))));
    }
    picked.sort_unstable();
    picked
}

/// The rows of the first `count` of an order, in no order.
fn first(
    scored: &mut [(f64, u32)],
    count: usize,
    order: impl Fn(&(f64, u32), &(f64, u32)) -> std::cmp::Ordering,
) -> Vec<u32> {
    if count < scored.len() {
        scored.select_nth_unstable_by(count, order);
    }
    scored[..count.min(scored.len())].iter().map(|scored| scored.1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::tests::noisy;

    #[test]
    fn every_filter_finds_most_planted_errors_and_little_else() {
        let (judged, wrong) = noisy(3_000, 4);
        let evidence = Evidence::count(&judged);
        for (name, filter) in FILTERS {
            assert_eq!(filter_named(name), Some(*filter));
            let found = find(&judged, &evidence, *filter);
            assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "{name}");
            let hits = found.iter().filter(|row| wrong.binary_search(row).is_ok()).count();
            assert!(hits as f64 >= 0.7 * wrong.len() as f64, "{name}: {hits} of {}", wrong.len());
            assert!(hits as f64 >= 0.9 * found.len() as f64, "{name}: {hits} of {}", found.len());
        }
    }

    #[test]
    fn contested_rows_alone_give_what_all_rows_give() {
        for classes in [2, 5] {
            let (judged, _) = noisy(2_000, classes);
            let contested = contested(&judged);
            for (given, contested) in contested.iter().enumerate() {
                // From a few to more than there are clear margins for.
                for count in [1, 7, 60, 500, 10_000] {
                    let counts = vec![count; classes];
                    let wanted: Vec<usize> = (0..classes).filter(|&truth| truth != given).collect();
                    let mut some = of_given(&judged, contested, given, &counts);
                    let mut all = of_all_given(&judged, given, &wanted, &counts);
                    for rows in [&mut some, &mut all] {
                        rows.sort_unstable();
                        rows.dedup();
                    }
                    assert_eq!(some, all, "{classes} {given} {count}");
                }
            }
        }
    }

    #[test]
    fn rows_are_the_same_at_any_thread_count() {
        let (judged, _) = noisy(3_000, 4);
        let run = || {
            let evidence = Evidence::count(&judged);
            FILTERS.iter().map(|row| find(&judged, &evidence, row.1)).collect::<Vec<_>>()
        };
        let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let one = pool(1).install(run);
        assert_eq!(pool(2).install(run), one);
        assert_eq!(pool(8).install(run), one);
    }

    #[test]
    fn right_labels_are_left_alone() {
        let judged = Judged::new(2, vec![0.9, 0.1, 0.2, 0.8, 0.7, 0.3], vec![0, 1, 0]).unwrap();
        let evidence = Evidence::count(&judged);
        for (name, filter) in FILTERS {
            assert!(find(&judged, &evidence, *filter).is_empty(), "{name}");
        }
    }
}
