//! From inspected items to a decision and what may still be wrong in the lot.

use std::collections::BTreeMap;

use crate::proportion::exact_upper;
use crate::special::hypergeometric_cdf;

/// What an inspector found of one drawn item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inspection {
    /// Nothing wrong.
    Good,
    /// A defect.
    Defect,
}

/// What becomes of the lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// At most the acceptance number of defects in the whole sample.
    Accept,
    /// More than the acceptance number.
    Reject,
    /// Not enough of the sample inspected to tell.
    Pending,
}

/// A conclusion.
#[derive(Debug, Clone, PartialEq)]
pub struct Conclusion {
    /// The decision.
    pub decision: Decision,
    /// Drawn items inspected.
    pub inspected: u64,
    /// Defects among them.
    pub defects: u64,
    /// Drawn items without a result, in the order drawn.
    pub missing: Vec<String>,
    /// Results of items that were not drawn, sorted: they count for nothing.
    pub not_drawn: Vec<String>,
    /// Most defects the whole lot may have had, at the confidence asked for.
    pub lot_upper: u64,
    /// Most defects left if those found are put right.
    pub remaining_upper: u64,
    /// The upper limit of the share, were the lot endless.
    pub process_upper: f64,
}

/// Concludes from inspection results by item name.
///
/// - `drawn`: the sample, each item once; `accept`: the plan's acceptance number.
/// - Of two results for an item the worse counts.
/// - Limits rest on the inspected part of the sample; with items missing they hold only if the
///   missing ones were left out by chance, and the decision is pending unless already lost.
pub fn conclude(
    lot: u64,
    drawn: &[String],
    accept: u64,
    results: &[(String, Inspection)],
    confidence: f64,
) -> Conclusion {
    let mut found: BTreeMap<&str, Inspection> = BTreeMap::new();
    for (item, result) in results {
        let worst = found.entry(item).or_insert(*result);
        if *result == Inspection::Defect {
            *worst = Inspection::Defect;
        }
    }
    let mut missing = Vec::new();
    let (mut inspected, mut defects) = (0, 0);
    for item in drawn {
        match found.remove(item.as_str()) {
            None => missing.push(item.clone()),
            Some(result) => {
                inspected += 1;
                defects += u64::from(result == Inspection::Defect);
            }
        }
    }
    let decision = if defects > accept {
        Decision::Reject
    } else if missing.is_empty() {
        Decision::Accept
    } else {
        Decision::Pending
    };
    let tail = 1.0 - confidence;
    let lot_upper = lot_upper_limit(lot, inspected, defects, tail);
    Conclusion {
        decision,
        inspected,
        defects,
        missing,
        not_drawn: found.into_keys().map(str::to_owned).collect(),
        lot_upper,
        remaining_upper: lot_upper.saturating_sub(defects),
        process_upper: exact_upper(defects, inspected, tail),
    }
}

/// The largest number of defects in the lot under which `found` or fewer in a sample of `sample`
/// have a probability above `tail`.
pub fn lot_upper_limit(lot: u64, sample: u64, found: u64, tail: f64) -> u64 {
    let sample = sample.min(lot);
    let found = found.min(sample);
    // What was not inspected could all be defects; what was inspected is known.
    let (mut low, mut high) = (found, lot - sample + found);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if hypergeometric_cdf(found, lot, middle, sample) > tail {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(rows: &[(&str, Inspection)]) -> Vec<(String, Inspection)> {
        rows.iter().map(|(item, result)| ((*item).to_owned(), *result)).collect()
    }

    #[test]
    fn the_whole_sample_decides() {
        let drawn: Vec<String> = ["a", "b", "c"].map(str::to_owned).into();
        use Inspection::{Defect, Good};
        let all = results(&[("a", Good), ("b", Defect), ("c", Good), ("z", Defect)]);
        let conclusion = conclude(100, &drawn, 1, &all, 0.95);
        assert_eq!(conclusion.decision, Decision::Accept);
        assert_eq!((conclusion.inspected, conclusion.defects), (3, 1));
        assert_eq!(conclusion.not_drawn, ["z"]);
        assert_eq!(conclude(100, &drawn, 0, &all, 0.95).decision, Decision::Reject);
        let part = results(&[("a", Good), ("b", Good)]);
        let conclusion = conclude(100, &drawn, 0, &part, 0.95);
        assert_eq!(conclusion.decision, Decision::Pending);
        assert_eq!(conclusion.missing, ["c"]);
    }

    #[test]
    fn the_worse_of_two_results_counts() {
        use Inspection::{Defect, Good};
        let drawn = vec!["a".to_owned()];
        let twice = results(&[("a", Defect), ("a", Good)]);
        assert_eq!(conclude(10, &drawn, 0, &twice, 0.95).defects, 1);
    }

    #[test]
    fn a_fully_inspected_lot_leaves_nothing_open() {
        assert_eq!(lot_upper_limit(50, 50, 3, 0.05), 3);
        assert_eq!(lot_upper_limit(100, 10, 0, 0.05), 24);
        assert_eq!(lot_upper_limit(0, 0, 0, 0.05), 0);
        assert_eq!(lot_upper_limit(10, 0, 0, 0.05), 10);
    }
}
