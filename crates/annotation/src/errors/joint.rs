//! Counts of given label against confidently predicted class.

use rayon::prelude::*;

use crate::sums;

use super::{Judged, largest};

/// What the probabilities say of the labels' noise.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// By class: the mean probability of the class over rows given it; 2 where none were.
    pub thresholds: Vec<f64>,
    /// The class each row is confidently of, if any.
    pub confident: Vec<Option<u32>>,
    /// `[classes * classes]`: given label, then confident class; at least 1 on the diagonal.
    pub joint: Vec<u64>,
    /// The same, scaled to how often each label was given.
    pub calibrated: Vec<u64>,
}

/// Estimates of how labels came to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Noise {
    /// How common each class truly is.
    pub prior: Vec<f64>,
    /// `[classes * classes]`: chance of label (row) given truth (column).
    pub label_given_truth: Vec<f64>,
    /// `[classes * classes]`: chance of truth (row) given label (column).
    pub truth_given_label: Vec<f64>,
}

/// What a probability may be below its threshold by rounding.
const ROUNDING: f64 = 1e-6;

impl Evidence {
    /// Counts the evidence.
    pub fn count(judged: &Judged) -> Self {
        let classes = judged.classes();
        let thresholds = thresholds(judged);
        let confident: Vec<Option<u32>> = (0..judged.len())
            .into_par_iter()
            .map(|row| confident(judged.row(row), &thresholds))
            .collect();
        let mut joint = vec![0_u64; classes * classes];
        for (&label, guess) in judged.labels().iter().zip(&confident) {
            if let Some(guess) = guess {
                joint[label as usize * classes + *guess as usize] += 1;
            }
        }
        for class in 0..classes {
            let diagonal = &mut joint[class * (classes + 1)];
            *diagonal = (*diagonal).max(1);
        }
        let calibrated = calibrate(&joint, &judged.label_counts());
        Self { thresholds, confident, joint, calibrated }
    }

    /// Estimates priors and noise from the calibrated counts.
    pub fn noise(&self, judged: &Judged) -> Noise {
        let classes = self.thresholds.len();
        let cell = |label: usize, truth: usize| self.calibrated[label * classes + truth] as f64;
        let of_label = |label: usize| (0..classes).map(|truth| cell(label, truth)).sum::<f64>();
        let of_truth = |truth: usize| (0..classes).map(|label| cell(label, truth)).sum::<f64>();
        let share = |part: f64, whole: f64| part / whole.max(1e-100);
        let labels: Vec<f64> = (0..classes).map(of_label).collect();
        let truths: Vec<f64> = (0..classes).map(of_truth).collect();
        let (mut forward, mut back) = (Vec::new(), Vec::new());
        for row in 0..classes {
            for column in 0..classes {
                forward.push(share(cell(row, column), truths[column]));
                back.push(share(cell(column, row), labels[column]));
            }
        }
        let counts = judged.label_counts();
        let rows = judged.len().max(1) as f64;
        let prior: Vec<f64> = (0..classes)
            .map(|class| {
                let diagonal = class * (classes + 1);
                let ratio = share(back[diagonal], forward[diagonal]);
                (ratio * counts[class] as f64 / rows).clamp(1e-6, 1.0)
            })
            .collect();
        let whole: f64 = prior.iter().sum();
        Noise {
            prior: prior.iter().map(|share| share / whole).collect(),
            label_given_truth: clip_rates(forward, classes),
            truth_given_label: clip_rates(back, classes),
        }
    }
}

/// Keeps off-diagonal rates below certainty; columns sum to 1.
fn clip_rates(mut rates: Vec<f64>, classes: usize) -> Vec<f64> {
    for (at, rate) in rates.iter_mut().enumerate() {
        if at % (classes + 1) != 0 {
            *rate = rate.clamp(0.0, 0.9999);
        }
    }
    let sums: Vec<f64> =
        (0..classes).map(|column| rates[column..].iter().step_by(classes).sum()).collect();
    for (at, rate) in rates.iter_mut().enumerate() {
        *rate /= sums[at % classes].max(1e-100);
    }
    rates
}

fn thresholds(judged: &Judged) -> Vec<f64> {
    let classes = judged.classes();
    let parts = sums::chunks(judged.len(), |range| {
        let mut sum = vec![0.0; classes];
        for row in range {
            let label = judged.labels()[row] as usize;
            sum[label] += judged.row(row)[label];
        }
        sum
    });
    let mut sum = vec![0.0; classes];
    parts.iter().for_each(|part| sums::add(&mut sum, part));
    let mean = |(sum, count): (&f64, u64)| match count {
        // Above every probability: a class nobody was given is never confident.
        0 => 2.0,
        count => (sum / count as f64).max(1e-6),
    };
    sum.iter().zip(judged.label_counts()).map(mean).collect()
}

/// The only class at or above its threshold; the likeliest class where several are.
fn confident(row: &[f64], thresholds: &[f64]) -> Option<u32> {
    let mut first = None;
    let mut several = false;
    for (class, (value, threshold)) in row.iter().zip(thresholds).enumerate() {
        if *value >= *threshold - ROUNDING {
            several |= first.is_some();
            first = first.or(Some(class as u32));
        }
    }
    if several { Some(largest(row) as u32) } else { first }
}

/// Scales rows to the labels' counts and all to their total, then rounds keeping row totals.
fn calibrate(joint: &[u64], label_counts: &[u64]) -> Vec<u64> {
    let classes = label_counts.len();
    let mut scaled: Vec<f64> = Vec::with_capacity(joint.len());
    for (row, &count) in joint.chunks(classes).zip(label_counts) {
        let sum = row.iter().sum::<u64>() as f64;
        scaled.extend(row.iter().map(|&cell| cell as f64 / sum.max(1e-100) * count as f64));
    }
    let whole: f64 = scaled.iter().sum();
    let rows = label_counts.iter().sum::<u64>() as f64;
    scaled.iter_mut().for_each(|cell| *cell = *cell / whole.max(1e-100) * rows);
    scaled.chunks(classes).flat_map(round_keeping_sum).collect()
}

/// Rounds to whole numbers whose sum is the rounded sum: the most rounded ones give way.
fn round_keeping_sum(row: &[f64]) -> Vec<u64> {
    let mut whole: Vec<f64> = row.iter().map(|value| value.round_ties_even()).collect();
    let wanted = row.iter().sum::<f64>().round_ties_even();
    loop {
        let missing = wanted - whole.iter().sum::<f64>();
        if missing.abs() < 0.5 {
            return whole.into_iter().map(|value| value.max(0.0) as u64).collect();
        }
        // Those that lost most by rounding first; equal ones by place.
        let lost = |at: usize| (row[at] - whole[at]) * missing.signum();
        let mut order: Vec<usize> = (0..row.len()).collect();
        order.sort_by(|&a, &b| lost(b).total_cmp(&lost(a)));
        for &at in order.iter().take(missing.abs() as usize) {
            whole[at] += missing.signum();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::tests::noisy;

    #[test]
    fn rounding_keeps_sums() {
        assert_eq!(round_keeping_sum(&[1.5, 1.5, 1.0]).iter().sum::<u64>(), 4);
        assert_eq!(round_keeping_sum(&[0.4, 0.4, 0.2]), [1, 0, 0]);
        assert_eq!(round_keeping_sum(&[]), [0_u64; 0]);
    }

    #[test]
    fn noise_is_estimated() {
        let (judged, _) = noisy(4_000, 3);
        let evidence = Evidence::count(&judged);
        let calibrated: u64 = evidence.calibrated.iter().sum();
        assert!(calibrated.abs_diff(4_000) <= 3);
        let noise = evidence.noise(&judged);
        for class in 0..3 {
            assert!((noise.label_given_truth[class * 4] - 0.9).abs() < 0.03);
            assert!((noise.prior[class] - 1.0 / 3.0).abs() < 0.05);
        }
    }

    #[test]
    fn no_rows_are_no_evidence() {
        let judged = Judged::new(2, vec![], vec![]).unwrap();
        let evidence = Evidence::count(&judged);
        assert_eq!(evidence.thresholds, [2.0, 2.0]);
        assert_eq!(evidence.calibrated, [0, 0, 0, 0]);
        assert!(evidence.noise(&judged).prior.iter().all(|share| share.is_finite()));
    }
}
