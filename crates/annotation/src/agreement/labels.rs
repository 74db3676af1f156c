//! Agreement on one class against all others.

use super::krippendorff_alpha::alpha;
use super::{Estimate, Metric, Undefined, Units};
use crate::table::LabelTable;

/// How far raters agree on one class.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelAgreement {
    /// Index of the class.
    pub class: u32,
    /// Answers in units with at least two that name it.
    pub answers: u64,
    /// Krippendorff's α of "this class or another".
    pub alpha: Result<Estimate, Undefined>,
    /// Chance that a second answer names the class when the first does; `None` if none names it.
    pub specific: Option<f64>,
}

/// One row a class of the table, in its order.
pub fn by_label(table: &LabelTable, confidence: f64) -> Vec<LabelAgreement> {
    let units = Units::from_table(table);
    let units = units.paired();
    let margins = units.margins();
    let mut agreed = vec![0.0; table.classes.len()];
    let mut named = vec![0.0; table.classes.len()];
    for unit in 0..units.len() {
        let total = f64::from(units.total(unit));
        for &(class, count) in units.of(unit) {
            let count = f64::from(count);
            agreed[class as usize] += count * (count - 1.0) / (total - 1.0);
            named[class as usize] += count;
        }
    }
    (0..table.classes.len())
        .map(|class| LabelAgreement {
            class: class as u32,
            answers: margins[class],
            alpha: alpha(&units.against_rest(class as u32), &Metric::identity(), confidence),
            specific: (named[class] > 0.0).then(|| agreed[class] / named[class]),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::{Reason, tests::table};

    #[test]
    fn a_class_all_agree_on_and_one_they_mix_up() {
        let rows: [&[&str]; 4] =
            [&["cat", "cat"], &["cat", "cat"], &["dog", "fox"], &["fox", "dog"]];
        let labels = by_label(&table(&rows), 0.95);
        assert_eq!(labels[0].alpha.as_ref().unwrap().value, 1.0);
        assert_eq!(labels[0].specific, Some(1.0));
        assert!(labels[1].alpha.as_ref().unwrap().value < 0.0);
        assert_eq!(labels[1].specific, Some(0.0));
        assert_eq!(labels[2].answers, 2);
    }

    #[test]
    fn a_class_nobody_named_is_undefined() {
        let mut builder = crate::table::Builder::with_classes(&["cat", "dog"]);
        builder.add("1", "a", "cat");
        builder.add("1", "b", "cat");
        let labels = by_label(&builder.build(), 0.95);
        assert_eq!(labels[1].alpha.as_ref().unwrap_err().reason, Reason::OneValue);
        assert_eq!(labels[1].specific, None);
    }
}
