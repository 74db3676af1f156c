//! A fitted model of Dawid and Skene, kept to take further labels without starting over.
//!
//! Going on for `m` rounds from a model that was kept after `n` gives, on the same votes, to the bit what
//! `n + m + 1` rounds at once give: taking it up is a round of its own.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{DawidSkeneFit, RaterErrors};
use crate::table::LabelTable;

/// The model as it leaves the process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedModel {
    /// `shujian.dawid-skene.v1`.
    pub schema: String,
    /// Classes, in the order of the numbers below.
    pub classes: Vec<String>,
    /// How common each class is.
    pub priors: Vec<f64>,
    /// What each rater says, sorted by name.
    pub raters: Vec<SavedRater>,
}

/// A rater's confusions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedRater {
    /// Who.
    pub name: String,
    /// Chances by class said, then by true class.
    pub shares: Vec<f64>,
}

/// Why a kept model cannot be taken up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// It is of another form, or its numbers do not fit together.
    #[error("it is no sound {} form", SavedModel::SCHEMA)]
    Unsound,
    /// Labels have a class that the model was not fitted to.
    #[error("class {class:?} is none of the model's")]
    UnknownClass {
        /// The class.
        class: String,
    },
}

impl SavedModel {
    /// The name of the form.
    pub const SCHEMA: &str = "shujian.dawid-skene.v1";

    /// A fitted model, with the names of its table.
    pub(super) fn of(table: &LabelTable, priors: &[f64], errors: &RaterErrors) -> Self {
        let square = table.classes.len() * table.classes.len();
        let shares = errors.shares.chunks(square.max(1));
        let rater = |(name, shares): (&String, &[f64])| SavedRater {
            name: name.clone(),
            shares: shares.to_vec(),
        };
        Self {
            schema: Self::SCHEMA.to_owned(),
            classes: table.classes.clone(),
            priors: priors.to_vec(),
            raters: table.raters.iter().zip(shares).map(rater).collect(),
        }
    }

    /// Brings a table to the classes of the model.
    ///
    /// - Errors: [`ModelError`].
    pub(super) fn align(&self, mut table: LabelTable) -> Result<LabelTable, ModelError> {
        let classes = self.classes.len();
        let is_share = |share: &f64| (0.0..=1.0).contains(share);
        let fits = |shares: &[f64], count| shares.len() == count && shares.iter().all(is_share);
        let is_sound = self.schema == Self::SCHEMA
            && fits(&self.priors, classes)
            && self.raters.iter().all(|rater| fits(&rater.shares, classes * classes));
        let places: BTreeMap<&str, u32> =
            self.classes.iter().map(String::as_str).zip(0..).collect();
        if !is_sound || places.len() != classes {
            return Err(ModelError::Unsound);
        }
        let place = |class: &String| {
            let unknown = || ModelError::UnknownClass { class: class.clone() };
            places.get(class.as_str()).copied().ok_or_else(unknown)
        };
        let map: Vec<u32> = table.classes.iter().map(place).collect::<Result<_, _>>()?;
        for vote in &mut table.votes {
            vote.label = map[vote.label as usize];
        }
        table.classes.clone_from(&self.classes);
        Ok(table)
    }

    /// The model without what belongs to items, and the names of its raters.
    pub(super) fn fit(&self) -> (DawidSkeneFit, Vec<String>) {
        let shares = self.raters.iter().flat_map(|rater| rater.shares.iter().copied()).collect();
        let errors = RaterErrors { classes: self.classes.len(), shares };
        let posterior = super::Posterior { classes: self.classes.len(), shares: Vec::new() };
        let (log_likelihoods, converged) = (Vec::new(), false);
        let priors = self.priors.clone();
        let fit = DawidSkeneFit { posterior, priors, errors, log_likelihoods, converged };
        (fit, self.raters.iter().map(|rater| rater.name.clone()).collect())
    }
}
