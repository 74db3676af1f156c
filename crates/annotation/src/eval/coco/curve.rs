//! Precision over recall of one class.

use super::group::Fate;

/// Recall levels precision is read at: 0, 0.01 … 1.
const LEVELS: usize = 101;

/// Mean precision and final recall at each threshold; `None` where nothing had to be found.
pub(super) struct Curve(Option<Vec<(f64, f64)>>);

impl Curve {
    /// Draws the curves of one area range from detections by falling score.
    pub(super) fn draw(
        ranked: &[Fate],
        area: usize,
        most: usize,
        wanted: usize,
        thresholds: usize,
    ) -> Self {
        if wanted == 0 {
            return Self(None);
        }
        let mut buffers = (Vec::new(), Vec::new());
        let one = |bit| at_threshold(ranked, area, most, wanted, bit, &mut buffers);
        Self(Some((0..thresholds).map(one).collect()))
    }

    pub(super) fn precision(&self, threshold: usize) -> Option<f64> {
        self.0.as_ref().map(|curve| curve[threshold].0)
    }

    pub(super) fn recall(&self, threshold: usize) -> Option<f64> {
        self.0.as_ref().map(|curve| curve[threshold].1)
    }
}

fn at_threshold(
    ranked: &[Fate],
    area: usize,
    most: usize,
    wanted: usize,
    bit: usize,
    (recalls, precisions): &mut (Vec<f64>, Vec<f64>),
) -> (f64, f64) {
    recalls.clear();
    precisions.clear();
    let (mut right, mut wrong) = (0_u64, 0_u64);
    for fate in ranked.iter().filter(|fate| (fate.rank as usize) < most) {
        if fate.ignored[area] >> bit & 1 == 0 {
            let hit = fate.matched[area] >> bit & 1 == 1;
            right += u64::from(hit);
            wrong += u64::from(!hit);
        }
        recalls.push(right as f64 / wanted as f64);
        precisions.push(right as f64 / (right as f64 + wrong as f64 + f64::EPSILON));
    }
    // From the right: the best precision at this recall or a larger one.
    for at in (1..precisions.len()).rev() {
        if precisions[at] > precisions[at - 1] {
            precisions[at - 1] = precisions[at];
        }
    }
    let mut sum = 0.0;
    let mut at = 0;
    for level in 0..LEVELS {
        let level = if level == LEVELS - 1 { 1.0 } else { level as f64 * 0.01 };
        while at < recalls.len() && recalls[at] < level {
            at += 1;
        }
        match precisions.get(at) {
            Some(precision) => sum += precision,
            None => break,
        }
    }
    (sum / LEVELS as f64, recalls.last().copied().unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fate(score: f64, hit: bool) -> Fate {
        Fate { score, rank: 0, matched: [u16::from(hit); 4], ignored: [0; 4] }
    }

    #[test]
    fn one_right_one_wrong_of_two() {
        let curve = Curve::draw(&[fate(0.9, true), fate(0.8, false)], 0, 100, 2, 1);
        // Precision 1 up to recall 0.5: 51 of 101 levels.
        assert!((curve.precision(0).unwrap() - 51.0 / 101.0).abs() < 1e-12);
        assert_eq!(curve.recall(0), Some(0.5));
        assert_eq!(Curve::draw(&[], 0, 100, 0, 1).precision(0), None);
        assert_eq!(Curve::draw(&[], 0, 100, 3, 1).precision(0), Some(0.0));
    }
}
