//! Raters whose agreement with the others changes over time: fatigue, or instructions forgotten.
//!
//! The running sum of agreement less its mean walks like a bridge if nothing changes; its largest
//! excursion has Kolmogorov's distribution and stands where the change is.

use crate::table::LabelTable;

use super::{Evidence, Log, Thresholds, clear_majority};

pub(super) fn look(table: &LabelTable, log: &Log, thresholds: &Thresholds) -> Vec<Evidence> {
    let Some(times) = log.times.as_ref().filter(|list| list.len() == table.votes.len()) else {
        return Vec::new();
    };
    let by_rater = table.by_rater();
    let mut counts = Vec::new();
    let mut found = Vec::new();
    for rater in 0..table.raters.len() {
        // What no time is known of has no place in the order.
        let dated = by_rater.of(rater).iter().filter(|&&vote| times[vote as usize].is_some());
        let mut votes: Vec<u32> = dated.copied().collect();
        votes.sort_by_key(|&vote| times[vote as usize]);
        let mut agreed = Vec::new();
        for &vote in &votes {
            let own = table.votes[vote as usize];
            let others = table.of(own.item as usize).iter();
            let others = others.filter(|vote| vote.rater != own.rater).map(|vote| vote.label);
            if let Some(class) = clear_majority(others, &mut counts) {
                agreed.push(class == own.label);
            }
        }
        if (agreed.len() as u64) < thresholds.least_answers {
            continue;
        }
        let Some(change) = Change::find(&agreed) else { continue };
        let fall = change.before - change.after;
        let significant = change.p_value * table.raters.len() as f64 <= thresholds.significance;
        if significant && fall >= thresholds.drift {
            let after = &agreed[change.at..];
            found.push(Evidence {
                behaviour: "drift",
                rater: rater as u32,
                other: None,
                class: None,
                answers: after.len() as u64,
                hits: after.iter().filter(|agreed| !**agreed).count() as u64,
                expected: 1.0 - change.before,
                p_value: change.p_value,
                from: Some(change.at as u64),
            });
        }
    }
    found
}

/// The likeliest place of a change.
struct Change {
    at: usize,
    before: f64,
    after: f64,
    p_value: f64,
}

impl Change {
    /// `None` where all answers agree or none does.
    fn find(agreed: &[bool]) -> Option<Self> {
        let count = agreed.len() as f64;
        let hits = agreed.iter().filter(|agreed| **agreed).count() as f64;
        let mean = hits / count;
        let spread = (count * mean * (1.0 - mean)).sqrt();
        if spread <= 0.0 {
            return None;
        }
        let (mut walk, mut farthest, mut at) = (0.0, 0.0_f64, 0);
        for (place, agreed) in agreed.iter().enumerate() {
            walk += f64::from(u8::from(*agreed)) - mean;
            if walk.abs() > farthest.abs() {
                farthest = walk;
                at = place + 1;
            }
        }
        let share = |part: &[bool]| {
            part.iter().filter(|agreed| **agreed).count() as f64 / part.len().max(1) as f64
        };
        let (before, after) = (share(&agreed[..at]), share(&agreed[at..]));
        Some(Self { at, before, after, p_value: kolmogorov(farthest.abs() / spread) })
    }
}

/// Chance that a Brownian bridge strays further than `x`.
fn kolmogorov(x: f64) -> f64 {
    if x < 0.2 {
        return 1.0;
    }
    let term = |k: i32| {
        let sign = if k % 2 == 1 { 1.0 } else { -1.0 };
        sign * (-2.0 * f64::from(k * k) * x * x).exp()
    };
    (2.0 * (1..100).map(term).sum::<f64>()).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distribution_has_its_known_points() {
        assert!((kolmogorov(1.358_1) - 0.05).abs() < 1e-4);
        assert!((kolmogorov(1.627_6) - 0.01).abs() < 1e-4);
        assert_eq!(kolmogorov(0.0), 1.0);
    }

    #[test]
    fn a_change_is_placed() {
        let agreed: Vec<bool> = (0..60).map(|at| at < 40).collect();
        let change = Change::find(&agreed).unwrap();
        assert_eq!((change.at, change.before, change.after), (40, 1.0, 0.0));
        assert!(change.p_value < 1e-6);
        assert!(Change::find(&[true; 30]).is_none());
    }
}
