//! Label errors found by a model's probabilities (confident learning).
//!
//! The probabilities must be out of sample: of a model that did not see the label it judges.
//! Source: Northcutt, Jiang & Chuang (2021), doi:10.1613/jair.1.12125.

mod filter;
mod form;
mod joint;
pub mod npy;
mod scores;

use crate::sums;

pub use filter::{FILTERS, Filter, filter_named, find};
pub use form::{ArrayError, ClassForm, ErrorsForm, Suspect, judged, suspect};
pub use joint::{Evidence, Noise};
pub use scores::{confidence_weighted_entropy, lowest, normalised_margins, self_confidence};

/// How far outside [0, 1] a probability may lie and still be cut to it.
pub const SLACK: f64 = 1e-4;

/// A model's probability of each class for each row, and the labels given.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    classes: usize,
    /// `[rows * classes]`, in [0, 1].
    probabilities: Vec<f64>,
    labels: Vec<u32>,
    /// Probabilities outside [0, 1] by at most [`SLACK`], cut to it.
    pub cut: usize,
    /// Rows whose probabilities sum to something further than 1 % from 1.
    pub unnormalised: usize,
}

/// Why probabilities and labels can't be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Fewer than two classes leave nothing to confuse.
    #[error("{classes} classes: at least two are needed")]
    FewClasses {
        /// Columns of the probabilities.
        classes: usize,
    },
    /// Rows and labels differ in number.
    #[error("{cells} probabilities are not {classes} for each of {labels} labels")]
    Ragged {
        /// Probabilities given.
        cells: usize,
        /// Columns of the probabilities.
        classes: usize,
        /// Labels given.
        labels: usize,
    },
    /// A label is not a column.
    #[error("row {row}: label {label} is not below {classes}")]
    UnknownLabel {
        /// Row, from 0.
        row: usize,
        /// The label.
        label: u32,
        /// Columns of the probabilities.
        classes: usize,
    },
    /// A probability is none.
    #[error("row {row}: {value} is no probability")]
    NoProbability {
        /// Row, from 0.
        row: usize,
        /// The value.
        value: f64,
    },
}

impl Judged {
    /// Checks probabilities (`[rows * classes]`, row-major) and labels.
    ///
    /// # Errors
    /// [`Error`], at the first bad row.
    pub fn new(
        classes: usize,
        mut probabilities: Vec<f64>,
        labels: Vec<u32>,
    ) -> Result<Self, Error> {
        if classes < 2 {
            return Err(Error::FewClasses { classes });
        }
        if labels.len().checked_mul(classes) != Some(probabilities.len()) {
            let (cells, labels) = (probabilities.len(), labels.len());
            return Err(Error::Ragged { cells, classes, labels });
        }
        if let Some(row) = labels.iter().position(|&label| label as usize >= classes) {
            return Err(Error::UnknownLabel { row, label: labels[row], classes });
        }
        let bad = |value: &f64| !(-SLACK..=1.0 + SLACK).contains(value);
        let parts = sums::chunks(labels.len(), |range| {
            let cells = &probabilities[range.start * classes..range.end * classes];
            let bad = cells.iter().position(bad).map(|at| range.start * classes + at);
            let outside = cells.iter().filter(|value| !(0.0..=1.0).contains(*value)).count();
            let off = |row: &&[f64]| (row.iter().sum::<f64>() - 1.0).abs() > 0.01;
            (bad, outside, cells.chunks(classes).filter(off).count())
        });
        if let Some(at) = parts.iter().find_map(|part| part.0) {
            return Err(Error::NoProbability { row: at / classes, value: probabilities[at] });
        }
        let cut = parts.iter().map(|part| part.1).sum();
        let unnormalised = parts.iter().map(|part| part.2).sum();
        if cut > 0 {
            probabilities.iter_mut().for_each(|value| *value = value.clamp(0.0, 1.0));
        }
        Ok(Self { classes, probabilities, labels, cut, unnormalised })
    }

    /// Columns of the probabilities.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Rows judged.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The label given to each row.
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// The probabilities of a row.
    #[inline]
    pub fn row(&self, row: usize) -> &[f64] {
        &self.probabilities[row * self.classes..][..self.classes]
    }

    /// How often each class was given.
    pub fn label_counts(&self) -> Vec<u64> {
        let mut counts = vec![0; self.classes];
        self.labels.iter().for_each(|&label| counts[label as usize] += 1);
        counts
    }

    /// The rows of each given class, ascending.
    fn rows_of_classes(&self) -> Vec<Vec<u32>> {
        let counts = self.label_counts();
        let mut rows: Vec<Vec<u32>> =
            counts.iter().map(|&count| Vec::with_capacity(count as usize)).collect();
        for (row, &label) in self.labels.iter().enumerate() {
            rows[label as usize].push(row as u32);
        }
        rows
    }
}

/// The first place of the largest value.
fn largest(row: &[f64]) -> usize {
    let mut best = 0;
    for (class, value) in row.iter().enumerate() {
        if *value > row[best] {
            best = class;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Rows whose model is right; one label in ten is wrong. Returns the wrong rows too.
    pub(super) fn noisy(rows: usize, classes: usize) -> (Judged, Vec<u32>) {
        let mut random = Random::new(2);
        let (mut probabilities, mut labels, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
        for row in 0..rows {
            let truth = random.below(classes);
            let mut weights: Vec<f64> = (0..classes).map(|_| random.unit()).collect();
            weights[truth] += 5.0 * (0.5 + random.unit());
            let sum: f64 = weights.iter().sum();
            probabilities.extend(weights.iter().map(|weight| weight / sum));
            if random.unit() < 0.1 {
                labels.push(((truth + 1 + random.below(classes - 1)) % classes) as u32);
                wrong.push(row as u32);
            } else {
                labels.push(truth as u32);
            }
        }
        (Judged::new(classes, probabilities, labels).unwrap(), wrong)
    }

    #[test]
    fn bad_input_says_where() {
        let new = |values: &[f64], labels: &[u32]| Judged::new(2, values.into(), labels.into());
        assert_eq!(
            new(&[0.5, 0.5, 0.1, f64::NAN], &[0, 1]).unwrap_err().to_string(),
            "row 1: NaN is no probability"
        );
        assert_eq!(
            new(&[0.5, 0.5], &[2]),
            Err(Error::UnknownLabel { row: 0, label: 2, classes: 2 })
        );
        assert!(matches!(new(&[0.5, 0.5], &[]), Err(Error::Ragged { .. })));
        assert_eq!(Judged::new(1, vec![1.0], vec![0]), Err(Error::FewClasses { classes: 1 }));
        let judged = new(&[1.000_05, -0.000_05, 0.9, 0.3], &[0, 0]).unwrap();
        assert_eq!((judged.cut, judged.unnormalised), (2, 1));
        assert_eq!(judged.row(0), [1.0, 0.0]);
    }
}
