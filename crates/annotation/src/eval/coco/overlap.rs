//! Overlaps of boxes, masks and keypoints.

use crate::mask::Mask;

/// How far a detection covers a true object.
pub trait Overlap: Sync {
    /// The overlap in [0, 1] of the detection and the true object of these places.
    fn overlap(&self, found: usize, truth: usize) -> f64;
}

/// Boxes as left, top, width, height, in pixels; no pixel is added to either side.
#[derive(Debug, Clone, PartialEq)]
pub struct Boxes {
    /// Of detections.
    pub found: Vec<[f64; 4]>,
    /// Of true objects.
    pub truths: Vec<[f64; 4]>,
    /// Which true objects are crowds: overlap is then relative to the detection alone.
    pub crowds: Vec<bool>,
}

impl Overlap for Boxes {
    fn overlap(&self, found: usize, truth: usize) -> f64 {
        box_overlap(&self.found[found], &self.truths[truth], self.crowds[truth])
    }
}

fn box_overlap(found: &[f64; 4], truth: &[f64; 4], crowd: bool) -> f64 {
    let side = |axis: usize| {
        (found[axis] + found[axis + 2]).min(truth[axis] + truth[axis + 2])
            - found[axis].max(truth[axis])
    };
    let (width, height) = (side(0), side(1));
    if width <= 0.0 || height <= 0.0 {
        return 0.0;
    }
    let shared = width * height;
    let own = found[2] * found[3];
    let whole = if crowd { own } else { own + truth[2] * truth[3] - shared };
    shared / whole
}

/// Masks.
#[derive(Debug, Clone)]
pub struct Masks {
    found: Vec<Ready>,
    truths: Vec<Ready>,
    crowds: Vec<bool>,
}

/// A mask with what every comparison needs.
#[derive(Debug, Clone)]
struct Ready {
    mask: Mask,
    bounds: [f64; 4],
    area: u64,
}

impl Ready {
    fn new(mask: Mask) -> Self {
        Self { bounds: mask.bounds().map(f64::from), area: mask.area(), mask }
    }
}

impl Masks {
    /// Masks of detections and true objects, and which of these are crowds.
    pub fn new(found: Vec<Mask>, truths: Vec<Mask>, crowds: Vec<bool>) -> Self {
        let ready = |masks: Vec<Mask>| masks.into_iter().map(Ready::new).collect();
        Self { found: ready(found), truths: ready(truths), crowds }
    }
}

impl Overlap for Masks {
    fn overlap(&self, found: usize, truth: usize) -> f64 {
        let (a, b, crowd) = (&self.found[found], &self.truths[truth], self.crowds[truth]);
        if box_overlap(&a.bounds, &b.bounds, crowd) == 0.0 {
            return 0.0;
        }
        let shared = a.mask.intersection(&b.mask);
        let whole = if crowd { a.area } else { a.area + b.area - shared };
        if whole == 0 { 0.0 } else { shared as f64 / whole as f64 }
    }
}

/// Keypoints, compared by object keypoint similarity.
#[derive(Debug, Clone, PartialEq)]
pub struct Keypoints {
    /// Of detections: x, y and a third number that is not looked at, for each point.
    pub found: Vec<Vec<[f64; 3]>>,
    /// Of true objects: x, y and visibility (0 is not labelled), for each point.
    pub truths: Vec<Vec<[f64; 3]>>,
    /// Boxes of the true objects, used where no point is labelled.
    pub boxes: Vec<[f64; 4]>,
    /// Areas of the true objects.
    pub areas: Vec<f64>,
    /// Spread of each point; COCO's 17 are [`Keypoints::COCO_SIGMAS`].
    pub sigmas: Vec<f64>,
}

impl Keypoints {
    /// How far annotators spread on each of COCO's person points.
    pub const COCO_SIGMAS: [f64; 17] = [
        0.026, 0.025, 0.025, 0.035, 0.035, 0.079, 0.079, 0.072, 0.072, 0.062, 0.062, 0.107, 0.107,
        0.087, 0.087, 0.089, 0.089,
    ];
}

impl Overlap for Keypoints {
    fn overlap(&self, found: usize, truth: usize) -> f64 {
        let points = &self.truths[truth];
        let labelled = points.iter().filter(|point| point[2] > 0.0).count();
        let [left, top, width, height] = self.boxes[truth];
        let outside = |at: f64, start: f64, length: f64| {
            (start - length - at).max(0.0) + (at - start - 2.0 * length).max(0.0)
        };
        let mut sum = 0.0;
        let mut counted = 0_u32;
        for ((own, point), sigma) in self.found[found].iter().zip(points).zip(&self.sigmas) {
            let (dx, dy) = if labelled > 0 {
                if point[2] <= 0.0 {
                    continue;
                }
                (own[0] - point[0], own[1] - point[1])
            } else {
                (outside(own[0], left, width), outside(own[1], top, height))
            };
            let spread = 4.0 * sigma * sigma;
            let room = self.areas[truth] + f64::EPSILON;
            sum += (-(dx * dx + dy * dy) / spread / room / 2.0).exp();
            counted += 1;
        }
        if counted == 0 { 0.0 } else { sum / f64::from(counted) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_crowds_and_nothing() {
        let a = [0.0, 0.0, 10.0, 10.0];
        let b = [5.0, 0.0, 10.0, 10.0];
        assert_eq!(box_overlap(&a, &b, false), 50.0 / 150.0);
        assert_eq!(box_overlap(&a, &b, true), 0.5);
        let flat = [0.0, 0.0, 0.0, 10.0];
        assert_eq!(box_overlap(&flat, &flat, false), 0.0);
    }

    #[test]
    fn keypoints_fall_off_with_distance() {
        let at = |x: f64, seen: f64| vec![[x, 0.0, seen]];
        let points = Keypoints {
            found: vec![at(0.0, 1.0), at(10.0, 1.0)],
            truths: vec![at(0.0, 2.0), at(0.0, 0.0)],
            boxes: vec![[0.0, 0.0, 4.0, 4.0]; 2],
            areas: vec![100.0; 2],
            sigmas: vec![0.1],
        };
        assert_eq!(points.overlap(0, 0), 1.0);
        let by_hand = (-100.0_f64 / 0.04 / 100.0 / 2.0).exp();
        assert!((points.overlap(1, 0) - by_hand).abs() < 1e-15);
        // Nothing labelled: within the doubled box is as good as on the spot.
        assert_eq!(points.overlap(0, 1), 1.0);
        assert!(points.overlap(1, 1) < 1.0);
    }
}
