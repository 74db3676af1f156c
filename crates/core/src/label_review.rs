//! What the review of a dataset's labels says on its card.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What became of a delivery of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LabelVerdict {
    /// Nothing speaks against it.
    Accept,
    /// It went back with a list of what to put right.
    Rework,
    /// It went back as a whole.
    Reject,
}

/// The review of the labels that lie among a dataset's files, as `shujian grade --delivery` took it.
///
/// Counts, agreement and conformity were measured again on the files; what people found in the
/// inspection is what the review declares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LabelReview {
    /// blake3 of the review as it was handed in, hex.
    pub review: String,
    /// Hash of the label files it is of, hex; files of this hash were found among the data.
    pub delivery: String,
    /// The verdict.
    pub verdict: LabelVerdict,
    /// Items of the delivery.
    pub items: u64,
    /// Labels.
    pub labels: u64,
    /// Raters, cloned ones counted.
    pub raters: u64,
    /// Items that two raters or more labelled, clones merged.
    pub double_items: u64,
    /// TC609 0203 标注规范性: items without an error over all items.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub conformity: Option<f64>,
    /// TC609 0304 标注准确性: inspected items without a defect over inspected items.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub accuracy: Option<f64>,
    /// Its exact lower bound at 95 % (Clopper–Pearson).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub accuracy_low: Option<f64>,
    /// Items inspected.
    pub inspected: u64,
    /// Of these, with a defect.
    pub defects: u64,
    /// Items that GB/T 2828.1 would have had inspected: general level II, normal, AQL 1.0.
    pub plan_sample: u64,
    /// Most defective ones with which that plan accepts.
    pub plan_accept: u64,
    /// Agreement α (negative as 0) times entropy of the labels, bits a unit, clones merged and
    /// contradictions left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub information_bits: Option<f64>,
}

impl LabelReview {
    /// Whether an inspection of the size of the standard's plan, or larger, passed by it.
    pub fn passed_inspection(&self) -> bool {
        // A larger sample may hold more defects in proportion; its own bound decides with this one.
        let by_plan = u128::from(self.defects) * u128::from(self.plan_sample.max(1))
            <= u128::from(self.plan_accept) * u128::from(self.inspected)
            || self.defects <= self.plan_accept;
        self.inspected > 0 && self.inspected >= self.plan_sample && by_plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn review(inspected: u64, defects: u64) -> LabelReview {
        LabelReview {
            review: String::new(),
            delivery: String::new(),
            verdict: LabelVerdict::Accept,
            items: 300,
            labels: 300,
            raters: 2,
            double_items: 300,
            conformity: Some(1.0),
            accuracy: None,
            accuracy_low: None,
            inspected,
            defects,
            plan_sample: 50,
            plan_accept: 1,
            information_bits: None,
        }
    }

    #[test]
    fn a_smaller_sample_or_more_defects_do_not_pass() {
        assert!(review(50, 1).passed_inspection());
        assert!(review(100, 2).passed_inspection());
        assert!(!review(49, 0).passed_inspection());
        assert!(!review(50, 2).passed_inspection());
        assert!(!review(0, 0).passed_inspection());
    }
}
