//! Label errors as they leave the process: `shujian labels errors`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::npy::Array;
use super::scores::normalised_margin;
use super::{Evidence, Filter, Judged, find, largest};

/// Labels to look at again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorsForm {
    /// `shujian.label-errors.v1`.
    pub schema: String,
    /// The filter.
    pub filter: String,
    /// Rows judged.
    pub rows: u64,
    /// Columns of the probabilities.
    pub classes: u64,
    /// Probabilities outside [0, 1] by at most 1e-4, cut to it.
    pub cut: u64,
    /// Rows whose probabilities sum to something further than 1 % from 1.
    pub unnormalised: u64,
    /// Each class.
    pub by_class: Vec<ClassForm>,
    /// Rows to look at, the smallest margin first.
    pub found: Vec<Suspect>,
}

/// One class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClassForm {
    /// Its number.
    pub class: u64,
    /// Rows that were given it.
    pub given: u64,
    /// Of those, rows to look at.
    pub suspect: u64,
    /// Mean probability of the class over rows given it; none where there are none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub threshold: Option<f64>,
    /// How common it truly is, by the evidence.
    pub prior: f64,
}

/// One row to look at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Suspect {
    /// Row, from 0, as arrays count.
    pub row: u64,
    /// The label given.
    pub given: u32,
    /// The likeliest class.
    pub likely: u32,
    /// Probability of the given label.
    pub confidence: f64,
    /// Half of one more than its lead over the best other class.
    pub margin: f64,
}

impl ErrorsForm {
    /// The name of the form.
    pub const SCHEMA: &str = "shujian.label-errors.v1";
}

/// Why two arrays cannot be judged.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ArrayError {
    /// Probabilities are no table.
    #[error("probabilities have {0} dimensions: two are needed, rows and classes")]
    NotTable(usize),
    /// Labels are no list.
    #[error("labels have {0} dimensions: one is needed")]
    NotList(usize),
    /// A label is no class number.
    #[error("row {row}: {value} is no class number")]
    NotClass {
        /// Row, from 0.
        row: usize,
        /// The value.
        value: f64,
    },
    /// They do not go together.
    #[error(transparent)]
    Judged(#[from] super::Error),
}

/// Puts two arrays together: `[rows, classes]` probabilities and `[rows]` labels.
///
/// - Errors: [`ArrayError`].
pub fn judged(probabilities: Array, labels: Array) -> Result<Judged, ArrayError> {
    let &[_, classes] = probabilities.shape.as_slice() else {
        return Err(ArrayError::NotTable(probabilities.shape.len()));
    };
    if labels.shape.len() != 1 {
        return Err(ArrayError::NotList(labels.shape.len()));
    }
    let number = |(row, &value): (usize, &f64)| {
        let is_number = value >= 0.0 && value.fract() == 0.0 && value < f64::from(u32::MAX);
        if is_number { Ok(value as u32) } else { Err(ArrayError::NotClass { row, value }) }
    };
    let labels = labels.values.iter().enumerate().map(number).collect::<Result<_, _>>()?;
    Ok(Judged::new(classes, probabilities.values, labels)?)
}

/// Finds the labels to look at again.
pub fn suspect(judged: &Judged, (name, filter): (&str, Filter)) -> ErrorsForm {
    let evidence = Evidence::count(judged);
    let noise = evidence.noise(judged);
    let rows = find(judged, &evidence, filter);
    let mut found: Vec<Suspect> = rows
        .iter()
        .map(|&row| Suspect {
            row: row.into(),
            given: judged.labels()[row as usize],
            likely: largest(judged.row(row as usize)) as u32,
            confidence: judged.row(row as usize)[judged.labels()[row as usize] as usize],
            margin: normalised_margin(judged, row as usize),
        })
        .collect();
    found.sort_by(|a, b| a.margin.total_cmp(&b.margin).then(a.row.cmp(&b.row)));
    let mut suspects = vec![0; judged.classes()];
    found.iter().for_each(|row| suspects[row.given as usize] += 1);
    let counts = judged.label_counts();
    let by_class = (0..judged.classes()).map(|class| ClassForm {
        class: class as u64,
        given: counts[class],
        suspect: suspects[class],
        threshold: (counts[class] > 0).then(|| evidence.thresholds[class]),
        prior: noise.prior[class],
    });
    ErrorsForm {
        schema: ErrorsForm::SCHEMA.to_owned(),
        filter: name.to_owned(),
        rows: judged.len() as u64,
        classes: judged.classes() as u64,
        cut: judged.cut as u64,
        unnormalised: judged.unnormalised as u64,
        by_class: by_class.collect(),
        found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::FILTERS;
    use crate::errors::tests::noisy;

    #[test]
    fn suspects_are_listed_by_margin_and_counted_by_class() {
        let (judged, _) = noisy(500, 3);
        let form = suspect(&judged, FILTERS[0]);
        assert!(form.found.windows(2).all(|pair| pair[0].margin <= pair[1].margin));
        let counted: u64 = form.by_class.iter().map(|class| class.suspect).sum();
        assert!(counted > 0 && counted == form.found.len() as u64);
    }

    #[test]
    fn arrays_of_other_shapes_are_refused() {
        let array = |shape: &[usize], values: &[f64]| Array {
            shape: shape.to_vec(),
            values: values.to_vec(),
        };
        let flat = judged(array(&[2], &[0.5, 0.5]), array(&[1], &[0.0]));
        assert_eq!(flat, Err(ArrayError::NotTable(1)));
        let half = judged(array(&[1, 2], &[0.5, 0.5]), array(&[1], &[0.5]));
        assert_eq!(half, Err(ArrayError::NotClass { row: 0, value: 0.5 }));
        assert!(judged(array(&[1, 2], &[0.5, 0.5]), array(&[1], &[1.0])).is_ok());
    }
}
