//! MMSR: raters' skills from how often pairs of them agree, by a robust rank-one fit.
//!
//! Source: Ma & Olshevsky (2020), "Adversarial crowdsourcing through robust rank-one matrix
//! completion". Memory grows with the pairs of raters who share an item, not with the square of
//! raters or with raters times items.

use rayon::prelude::*;

use crate::random::Random;
use crate::table::LabelTable;

use super::{Posterior, weighted_majority};

/// When to stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mmsr {
    /// Most rounds of the rank-one fit.
    pub iterations: usize,
    /// Stop when the fitted matrix moves by less.
    pub tolerance: f64,
    /// Seed of the first guess.
    pub seed: u64,
}

impl Default for Mmsr {
    fn default() -> Self {
        Self { iterations: 10_000, tolerance: 1e-10, seed: 0 }
    }
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct MmsrFit {
    /// How likely each class is for each item, by weighted votes.
    pub posterior: Posterior,
    /// The chance that each rater is right.
    pub skills: Vec<f64>,
    /// What a vote of each rater weighs; below 0 it counts against its class.
    pub weights: Vec<f64>,
}

/// Raters who share an item, and their agreement beyond chance, in `[−1/(classes − 1), 1]`.
struct Pairs {
    starts: Vec<usize>,
    others: Vec<u32>,
    agreement: Vec<f64>,
}

impl Mmsr {
    /// Fits the model.
    pub fn fit(&self, table: &LabelTable) -> MmsrFit {
        let raters = table.raters.len();
        let classes = table.classes.len() as f64;
        if raters == 0 || classes < 2.0 {
            let posterior = super::majority(table);
            return MmsrFit { posterior, skills: vec![1.0; raters], weights: vec![1.0; raters] };
        }
        let pairs = Pairs::count(table);
        let root = 1.0 / (table.items.len() as f64).sqrt();
        let mut sizes = self.rank_one(&pairs, root);
        for (size, sign) in sizes.iter_mut().zip(pairs.signs()) {
            *size = (*size * sign).min(1.0 - root).max(-1.0 / (classes - 1.0) + root);
        }
        let skills: Vec<f64> = sizes
            .iter()
            .map(|size| (size * (classes - 1.0) / classes + 1.0 / classes).clamp(1e-9, 1.0 - 1e-9))
            .collect();
        let weights: Vec<f64> =
            skills.iter().map(|skill| (skill * (classes - 1.0) / (1.0 - skill)).ln()).collect();
        let posterior = weighted_majority(table, &weights);
        MmsrFit { posterior, skills, weights }
    }

    /// Sizes whose products fit the absolute agreements, outliers trimmed.
    fn rank_one(&self, pairs: &Pairs, root: f64) -> Vec<f64> {
        let raters = pairs.starts.len() - 1;
        let fewest = (0..raters).map(|rater| pairs.of(rater).0.len()).min().unwrap_or(0);
        let trim = (fewest / 2).saturating_sub(1);
        let mut random = Random::new(self.seed);
        let mut left: Vec<f64> = (0..raters).map(|_| random.unit().max(1e-3)).collect();
        let mut right = left.clone();
        for _ in 0..self.iterations {
            let last_right = right.clone();
            right = pairs.fit(&left, &last_right, trim, root);
            let last_left = left.clone();
            left = pairs.fit(&right, &last_left, trim, root);
            if moved(&left, &right, &last_left, &last_right) < self.tolerance {
                break;
            }
        }
        let norm = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>().sqrt();
        let scale = (norm(&left) / norm(&right)).sqrt();
        if scale.is_finite() && scale > 0.0 {
            left.iter_mut().for_each(|size| *size /= scale);
        }
        left
    }
}

/// How far `left rightᵀ` is from the last one, by the root of summed squares.
fn moved(left: &[f64], right: &[f64], last_left: &[f64], last_right: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let step = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a - b).collect() };
    let (by_left, by_right) = (step(left, last_left), step(right, last_right));
    // left rightᵀ − last = by_left rightᵀ + last_left by_rightᵀ, expanded: no cancellation.
    let square = dot(&by_left, &by_left) * dot(right, right)
        + 2.0 * dot(&by_left, last_left) * dot(right, &by_right)
        + dot(last_left, last_left) * dot(&by_right, &by_right);
    square.max(0.0).sqrt()
}

impl Pairs {
    fn count(table: &LabelTable) -> Self {
        let table = &table.first_readings();
        let by_rater = table.by_rater();
        let classes = table.classes.len() as f64;
        let rows: Vec<Vec<(u32, f64)>> = (0..table.raters.len())
            .into_par_iter()
            .map(|rater| {
                let mut shared = Vec::new();
                for &vote in by_rater.of(rater) {
                    let own = table.votes[vote as usize];
                    let others = table.of(own.item as usize).iter();
                    let others = others.filter(|other| other.rater != own.rater);
                    shared.extend(others.map(|other| (other.rater, other.label == own.label)));
                }
                shared.sort_unstable();
                shared
                    .chunk_by(|a, b| a.0 == b.0)
                    .map(|run| {
                        let same = run.iter().filter(|pair| pair.1).count() as f64;
                        let share = same / run.len() as f64;
                        (run[0].0, (share * classes - 1.0) / (classes - 1.0))
                    })
                    .collect()
            })
            .collect();
        let mut pairs = Self { starts: vec![0], others: Vec::new(), agreement: Vec::new() };
        for row in rows {
            for (other, agreement) in row {
                pairs.others.push(other);
                pairs.agreement.push(agreement);
            }
            pairs.starts.push(pairs.others.len());
        }
        pairs
    }

    fn of(&self, rater: usize) -> (&[u32], &[f64]) {
        let range = self.starts[rater]..self.starts[rater + 1];
        (&self.others[range.clone()], &self.agreement[range])
    }

    /// The trimmed mean of `|agreement| / size` over each rater's partners.
    fn fit(&self, sizes: &[f64], last: &[f64], trim: usize, root: f64) -> Vec<f64> {
        (0..last.len())
            .into_par_iter()
            .map(|rater| {
                let (others, agreement) = self.of(rater);
                let mut ratios: Vec<f64> = others
                    .iter()
                    .zip(agreement)
                    .map(|(&other, agreement)| agreement.abs() / sizes[other as usize])
                    .filter(|ratio| ratio.is_finite())
                    .collect();
                trimmed_mean(&mut ratios, trim, last[rater], root).unwrap_or(last[rater])
            })
            .collect()
    }

    /// 1 or −1 a rater, so that raters who agree beyond chance share a sign; most get 1.
    ///
    /// The leading direction of the agreements, by power iteration. Raters who never met say
    /// nothing of each other; crowd-kit 1.4.2 takes them for opponents, which on sparse data turns
    /// many honest raters into adversaries (RTE: 0.86 right in place of 0.92).
    fn signs(&self) -> Vec<f64> {
        let raters = self.starts.len() - 1;
        let reach = |rater| self.of(rater).1.iter().map(|value| value.abs()).sum::<f64>();
        // Added to the diagonal it makes the largest eigenvalue the one of largest size.
        let shift = (0..raters).map(reach).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
        let mut direction = vec![1.0; raters];
        for _ in 0..1_000 {
            let next: Vec<f64> = (0..raters)
                .into_par_iter()
                .map(|rater| {
                    let (others, agreement) = self.of(rater);
                    let pull = |(&other, value): (&u32, &f64)| value * direction[other as usize];
                    shift * direction[rater] + others.iter().zip(agreement).map(pull).sum::<f64>()
                })
                .collect();
            let norm = next.iter().map(|value| value * value).sum::<f64>().sqrt();
            let mut change = 0.0_f64;
            for (value, next) in direction.iter_mut().zip(next) {
                let next = if norm > 0.0 { next / norm } else { 1.0 };
                change = change.max((next - *value).abs());
                *value = next;
            }
            if change < 1e-12 {
                break;
            }
        }
        let sign = |value: f64| if value < 0.0 { -1.0 } else { 1.0 };
        let most = sign(direction.iter().map(|&value| sign(value)).sum());
        direction.into_iter().map(|value| most * sign(value)).collect()
    }
}

/// The mean without the `trim` smallest and largest values, but never across `center`: fewer than
/// `trim` values on one side of it all go.
fn trimmed_mean(values: &mut [f64], trim: usize, center: f64, root: f64) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let below = values.partition_point(|&value| value < center);
    let kept = &values[below.min(trim)..];
    let above = kept.len() - kept.partition_point(|&value| value <= center);
    let kept = &kept[..kept.len() - above.min(trim)];
    if let [0.0] = kept {
        return Some(root);
    }
    (!kept.is_empty()).then(|| kept.iter().sum::<f64>() / kept.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::tests::{accuracy, crowd};

    #[test]
    fn skills_are_found_and_an_adversary_counts_against() {
        let truth = [0.9, 0.8, 0.7, 0.85, 0.1];
        let (table, classes) = crowd(3_000, &truth, 2);
        let fitted = Mmsr::default().fit(&table);
        for (found, truth) in fitted.skills.iter().zip(truth) {
            assert!((found - truth).abs() < 0.05, "{:?}", fitted.skills);
        }
        assert!(fitted.weights[4] < 0.0);
        assert!(accuracy(&fitted.posterior.decide(&table), &classes) > 0.95);
    }

    #[test]
    fn trimming_stops_at_the_center() {
        let mut values = [5.0, 1.0, 2.0, 9.0, 3.0];
        assert_eq!(trimmed_mean(&mut values, 1, 3.0, 0.1), Some(10.0 / 3.0));
        assert_eq!(trimmed_mean(&mut values, 2, 1.5, 0.1), Some(2.5));
        assert_eq!(trimmed_mean(&mut [0.0], 0, 1.0, 0.1), Some(0.1));
        assert_eq!(trimmed_mean(&mut [], 1, 1.0, 0.1), None);
    }
}
