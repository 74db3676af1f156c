//! Raters who answer faster than anybody could look.

use crate::table::LabelTable;

use super::{Evidence, Log, Thresholds, upper_tail};

pub(super) fn look(table: &LabelTable, log: &Log, thresholds: &Thresholds) -> Vec<Evidence> {
    let Some(seconds) = log.seconds.as_ref().filter(|list| list.len() == table.votes.len()) else {
        return Vec::new();
    };
    let mut timed = vec![0_u64; table.raters.len()];
    let mut fast = vec![0_u64; table.raters.len()];
    let mut others = Vec::new();
    for item in 0..table.items.len() {
        let range = table.starts[item] as usize..table.starts[item + 1] as usize;
        for own in range.clone().filter(|&vote| seconds[vote].is_finite()) {
            let rater = table.votes[own].rater;
            others.clear();
            others.extend(
                range
                    .clone()
                    .filter(|&vote| table.votes[vote].rater != rater && seconds[vote].is_finite())
                    .map(|vote| seconds[vote]),
            );
            others.sort_unstable_by(f64::total_cmp);
            let Some(median) = others.get(others.len() / 2) else { continue };
            timed[rater as usize] += 1;
            fast[rater as usize] += u64::from(seconds[own] < thresholds.fast_share * median);
        }
    }
    let (all_timed, all_fast): (u64, u64) = (timed.iter().sum(), fast.iter().sum());
    let mut found = Vec::new();
    for rater in 0..table.raters.len() {
        let (answers, hits) = (timed[rater], fast[rater]);
        let expected = (all_fast - hits + 1) as f64 / (all_timed - answers + 2) as f64;
        let share = hits as f64 / answers.max(1) as f64;
        if answers < thresholds.least_answers || share < thresholds.fast_answers_share {
            continue;
        }
        let p_value = upper_tail(hits, answers, expected);
        if p_value * table.raters.len() as f64 <= thresholds.significance {
            found.push(Evidence {
                behaviour: "too-fast",
                rater: rater as u32,
                other: None,
                class: None,
                answers,
                hits,
                expected,
                p_value,
                from: None,
            });
        }
    }
    found
}
