//! Raters who say one class whatever is shown.

use crate::table::LabelTable;

use super::{Evidence, Log, Thresholds, upper_tail};

pub(super) fn look(table: &LabelTable, _: &Log, thresholds: &Thresholds) -> Vec<Evidence> {
    let by_rater = table.by_rater();
    let classes = table.classes.len();
    let mut found = Vec::new();
    for rater in 0..table.raters.len() {
        let votes = by_rater.of(rater);
        let answers = votes.len() as u64;
        if answers < thresholds.least_answers.max(1) {
            continue;
        }
        let mut said = vec![0_u64; classes];
        votes.iter().for_each(|&vote| said[table.votes[vote as usize].label as usize] += 1);
        let class = (0..classes).max_by_key(|&class| (said[class], std::cmp::Reverse(class)));
        let Some(class) = class else { continue };
        if (said[class] as f64) < thresholds.constant_share * answers as f64 {
            continue;
        }
        // What others say of the same items; one answer of each kind is added, for caution.
        let (mut others, mut same) = (2_u64, 1_u64);
        for &vote in votes {
            let item = table.votes[vote as usize].item as usize;
            for other in table.of(item).iter().filter(|other| other.rater as usize != rater) {
                others += 1;
                same += u64::from(other.label as usize == class);
            }
        }
        let expected = same as f64 / others as f64;
        let p_value = upper_tail(said[class], answers, expected);
        if p_value * table.raters.len() as f64 <= thresholds.significance {
            found.push(Evidence {
                behaviour: "constant",
                rater: rater as u32,
                other: None,
                class: Some(class as u32),
                answers,
                hits: said[class],
                expected,
                p_value,
                from: None,
            });
        }
    }
    found
}
