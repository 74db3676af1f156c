//! COCO's average precision and recall, for anything with an overlap in [0, 1].
//!
//! Greedy matching in falling score, as pycocotools does it; quality assurance by optimal
//! assignment is another question (`matching`). Results equal pycocotools' to the last digits.

mod curve;
mod group;
mod overlap;

use rayon::prelude::*;

use curve::Curve;
use group::{Groups, Matches};

pub use overlap::{Boxes, Keypoints, Masks, Overlap};

/// A true object.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Truth {
    /// Index of the image, in the order of image ids.
    pub image: u32,
    /// Index of the class.
    pub class: u32,
    /// Area by which it is small, medium or large: the field of the file, not the shape's.
    pub area: f64,
    /// Whether it stands for a crowd: it may be matched often.
    pub crowd: bool,
    /// Whether it neither has to be found nor counts against those who do. Crowds are ignored.
    pub ignore: bool,
}

/// A detected object.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Index of the image.
    pub image: u32,
    /// Index of the class.
    pub class: u32,
    /// Confidence; NaN counts as lowest.
    pub score: f64,
    /// Area.
    pub area: f64,
}

/// A range of areas, both ends included.
#[derive(Debug, Clone, Copy, PartialEq)]
struct AreaRange {
    /// Smallest area.
    least: f64,
    /// Largest area.
    most: f64,
}

/// How to evaluate. At most 16 thresholds and 4 ranges: fates are bits.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Thresholds of overlap.
    thresholds: Vec<f64>,
    /// Ranges of areas; the first is "all".
    areas: Vec<AreaRange>,
    /// Detections of one image and class looked at, ascending; the last is the usual one.
    most_detections: Vec<usize>,
}

impl Settings {
    /// The settings of boxes and masks: 0.50 to 0.95; all, small, medium, large; 1, 10, 100.
    pub fn objects() -> Self {
        let step = (0.95 - 0.5) / 9.0;
        let mut thresholds: Vec<f64> = (0..10).map(|at| 0.5 + f64::from(at) * step).collect();
        thresholds[9] = 0.95;
        let (small, large) = (32.0 * 32.0, 96.0 * 96.0);
        let areas = [(0.0, 1e10), (0.0, small), (small, large), (large, 1e10)];
        Self {
            thresholds,
            areas: areas.map(|(least, most)| AreaRange { least, most }).to_vec(),
            most_detections: vec![1, 10, 100],
        }
    }

    /// The settings of keypoints: no small range, 20 detections.
    pub fn keypoints() -> Self {
        let mut settings = Self::objects();
        settings.areas.remove(1);
        settings.most_detections = vec![20];
        settings
    }
}

/// Average precision and recall. `None` where no class has a true object that counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// Precision at each threshold, by area range: `[areas][thresholds]`, most detections.
    pub precision: Vec<Vec<Option<f64>>>,
    /// Mean precision over thresholds, by area range.
    pub mean_precision: Vec<Option<f64>>,
    /// Mean recall over thresholds, by area range, most detections.
    pub mean_recall: Vec<Option<f64>>,
    /// Mean recall of all areas by number of detections looked at.
    pub recall_by_detections: Vec<Option<f64>>,
    /// Mean precision of all areas by class.
    pub by_class: Vec<Option<f64>>,
}

/// Evaluates detections against the truth.
///
/// `overlap` gives the overlap of a detection and a true object by their places in `found` and
/// `truths`; it is asked for pairs of one image and class only.
pub fn evaluate(
    truths: &[Truth],
    found: &[Found],
    classes: usize,
    overlap: &(impl Overlap + ?Sized),
    settings: &Settings,
) -> Evaluation {
    let groups = Groups::new(truths, found, classes, settings);
    let matches = groups.matches(overlap);
    let curves: Vec<Vec<Curve>> = (0..classes)
        .into_par_iter()
        .map(|class| class_curves(&groups, &matches, class, settings))
        .collect();
    summarise(&curves, settings)
}

/// Curves of one class: most detections for each area, then fewer detections for all areas.
fn class_curves(
    groups: &Groups,
    matches: &[Matches],
    class: usize,
    settings: &Settings,
) -> Vec<Curve> {
    let most = settings.most_detections.last().copied().unwrap_or(0);
    let ranked = groups.ranked(matches, class);
    let areas = (0..settings.areas.len()).map(|area| (area, most));
    let fewer = settings.most_detections.iter().rev().skip(1).rev().map(|&most| (0, most));
    areas
        .chain(fewer)
        .map(|(area, most)| {
            let wanted = groups.wanted(class, area);
            Curve::draw(&ranked, area, most, wanted, settings.thresholds.len())
        })
        .collect()
}

fn summarise(curves: &[Vec<Curve>], settings: &Settings) -> Evaluation {
    let (areas, thresholds) = (settings.areas.len(), settings.thresholds.len());
    // Sums run class by class inside a threshold, as the reference does.
    let precision_at = |area: usize, threshold: usize| {
        mean(curves.iter().filter_map(|class| class[area].precision(threshold)))
    };
    let of_all = |of: &dyn Fn(&Curve, usize) -> Option<f64>, place: usize| {
        let classes =
            |threshold| curves.iter().filter_map(move |class| of(&class[place], threshold));
        mean((0..thresholds).flat_map(classes))
    };
    let precision = |curve: &Curve, threshold: usize| curve.precision(threshold);
    let recall = |curve: &Curve, threshold: usize| curve.recall(threshold);
    let fewer = areas..areas + settings.most_detections.len().saturating_sub(1);
    let last = (areas > 0).then_some(0);
    Evaluation {
        precision: (0..areas)
            .map(|area| (0..thresholds).map(|at| precision_at(area, at)).collect())
            .collect(),
        mean_precision: (0..areas).map(|area| of_all(&precision, area)).collect(),
        mean_recall: (0..areas).map(|area| of_all(&recall, area)).collect(),
        recall_by_detections: fewer.chain(last).map(|place| of_all(&recall, place)).collect(),
        by_class: curves
            .iter()
            .map(|class| mean((0..thresholds).filter_map(|at| class.first()?.precision(at))))
            .collect(),
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0_u64);
    for value in values {
        sum += value;
        count += 1;
    }
    (count > 0).then(|| sum / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth(image: u32, class: u32, area: f64) -> Truth {
        Truth { image, class, area, crowd: false, ignore: false }
    }

    #[test]
    fn perfect_detections_have_precision_1_and_absent_classes_none() {
        let boxes = vec![[0.0, 0.0, 10.0, 10.0], [20.0, 20.0, 50.0, 50.0]];
        let truths = [truth(0, 0, 100.0), truth(1, 0, 2_500.0)];
        let found: Vec<Found> = (0..2)
            .map(|image| Found { image, class: 0, score: 0.9, area: truths[image as usize].area })
            .collect();
        let overlap = Boxes { found: boxes.clone(), truths: boxes, crowds: vec![false; 2] };
        let evaluation = evaluate(&truths, &found, 2, &overlap, &Settings::objects());
        let one = |value: Option<f64>| value.is_some_and(|value| (value - 1.0).abs() < 1e-12);
        assert!(one(evaluation.mean_precision[0]) && one(evaluation.mean_recall[1]));
        assert_eq!(evaluation.mean_precision[3], None);
        assert_eq!(evaluation.by_class.len(), 2);
        assert_eq!(evaluation.by_class[1], None);
        assert!(evaluation.recall_by_detections.iter().all(|recall| one(*recall)));
    }

    #[test]
    fn no_detections_have_precision_0_and_nothing_to_find_none() {
        let truths = [truth(0, 0, 100.0)];
        let overlap =
            Boxes { found: vec![], truths: vec![[0.0, 0.0, 10.0, 10.0]], crowds: vec![false] };
        let missed = evaluate(&truths, &[], 1, &overlap, &Settings::objects());
        assert_eq!((missed.mean_precision[0], missed.mean_recall[0]), (Some(0.0), Some(0.0)));
        let nothing = Boxes { found: vec![], truths: vec![], crowds: vec![] };
        let empty = evaluate(&[], &[], 0, &nothing, &Settings::objects());
        assert_eq!(empty.mean_precision, [None; 4]);
    }
}
