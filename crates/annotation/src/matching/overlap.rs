//! Marks and how much two of them overlap.

use crate::labels::{Annotation, Labels, Rect, Shape};
use crate::mask::Mask;

/// A mark as it is matched.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A box.
    Box(Rect),
    /// Pixels.
    Mask(Mask, Rect),
    /// A stretch of text or time.
    Stretch {
        /// Whether of time.
        time: bool,
        /// First offset or second.
        start: f64,
        /// Last, exclusive.
        end: f64,
    },
}

impl Mark {
    /// The mark of an annotation; `None` for what marks no place, or none that is sound.
    pub fn of(labels: &Labels, annotation: &Annotation) -> Option<Self> {
        match annotation.shape {
            Shape::Span(span) => {
                let span = labels.spans[span as usize];
                let sound = span.start < span.end;
                sound.then_some(Self::Stretch {
                    time: false,
                    start: span.start as f64,
                    end: span.end as f64,
                })
            }
            Shape::Segment(run) => {
                let [start, end] = labels.numbers[run.range()] else { return None };
                (start < end).then_some(Self::Stretch { time: true, start, end })
            }
            Shape::Polygons(rings) => {
                let [height, width] = grid(labels, annotation)?;
                let mask = Mask::from_rings(labels.rings_of(rings), height, width)?;
                Self::pixels(mask)
            }
            Shape::Mask(mask) => {
                let run = labels.masks[mask as usize];
                Self::pixels(Mask::new(
                    run.height,
                    run.width,
                    labels.counts[run.counts.range()].to_vec(),
                )?)
            }
            _ => {
                let rect = labels.rect(annotation)?;
                (rect.is_finite() && rect.w > 0.0 && rect.h > 0.0).then_some(Self::Box(*rect))
            }
        }
    }

    fn pixels(mask: Mask) -> Option<Self> {
        let [x, y, w, h] = mask.bounds().map(f64::from);
        (w > 0.0).then_some(Self::Mask(mask, Rect::new(x, y, w, h)))
    }

    /// Intersection over union; 0 between marks of different kinds. A mask meets a box by its own box.
    ///
    /// - Unit: none, in `[0, 1]`.
    pub fn overlap(&self, other: &Self) -> f64 {
        match (self, other) {
            (Self::Mask(a, around_a), Self::Mask(b, around_b)) => {
                if box_iou(around_a, around_b) == 0.0 { 0.0 } else { a.iou(b, false) }
            }
            (Self::Box(a) | Self::Mask(_, a), Self::Box(b) | Self::Mask(_, b)) => box_iou(a, b),
            (
                Self::Stretch { time, start, end },
                Self::Stretch { time: theirs, start: from, end: to },
            ) if time == theirs => {
                let shared = (end.min(*to) - start.max(*from)).max(0.0);
                shared / (end - start + to - from - shared)
            }
            _ => 0.0,
        }
    }

    /// Where the mark lies on the first axis: what does not meet there does not meet at all.
    pub(super) fn extent(&self) -> (f64, f64) {
        match self {
            Self::Box(rect) | Self::Mask(_, rect) => {
                let [left, _, right, _] = rect.bounds();
                (left, right)
            }
            Self::Stretch { start, end, .. } => (*start, *end),
        }
    }
}

/// Rows and columns to rasterise on: the declared size, else what holds the polygon.
fn grid(labels: &Labels, annotation: &Annotation) -> Option<[u32; 2]> {
    let item = labels.items.get(annotation.item as usize)?;
    let side = |side: f64| (1.0..65_536.0).contains(&side).then_some(side.ceil() as u32);
    match item.size {
        Some([width, height]) if !item.relative => Some([side(height)?, side(width)?]),
        // Shares of an unknown size mean nothing in pixels.
        _ => None,
    }
}

/// The marks of an item by one rater, with the index of their annotation.
pub fn marks(labels: &Labels, annotations: &[u32], rater: u32) -> Vec<(u32, Mark)> {
    annotations
        .iter()
        .filter(|&&index| labels.annotations[index as usize].rater == rater)
        .filter_map(|&index| Some((index, Mark::of(labels, &labels.annotations[index as usize])?)))
        .collect()
}

/// Intersection over union of two boxes, turned or not.
///
/// - Unit: none, in `[0, 1]`; 0 where either has no area.
pub fn box_iou(a: &Rect, b: &Rect) -> f64 {
    let areas = a.w * a.h + b.w * b.h;
    let shared = if a.turn == 0.0 && b.turn == 0.0 {
        let width = (a.x + a.w).min(b.x + b.w) - a.x.max(b.x);
        let height = (a.y + a.h).min(b.y + b.h) - a.y.max(b.y);
        width.max(0.0) * height.max(0.0)
    } else {
        clipped_area(&a.corners(), &b.corners())
    };
    if areas - shared > 0.0 { shared / (areas - shared) } else { 0.0 }
}

/// Area two convex polygons share (Sutherland and Hodgman).
fn clipped_area(subject: &[[f64; 2]; 4], clip: &[[f64; 2]; 4]) -> f64 {
    let mut polygon = subject.to_vec();
    for (index, from) in clip.iter().enumerate() {
        let to = clip[(index + 1) % 4];
        let side = |p: [f64; 2]| {
            (to[0] - from[0]) * (p[1] - from[1]) - (to[1] - from[1]) * (p[0] - from[0])
        };
        let mut kept = Vec::with_capacity(polygon.len() + 1);
        for (at, &p) in polygon.iter().enumerate() {
            let q = polygon[(at + 1) % polygon.len()];
            let (sp, sq) = (side(p), side(q));
            if sp >= 0.0 {
                kept.push(p);
            }
            if (sp > 0.0 && sq < 0.0) || (sp < 0.0 && sq > 0.0) {
                let share = sp / (sp - sq);
                kept.push([p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1])]);
            }
        }
        polygon = kept;
        if polygon.is_empty() {
            return 0.0;
        }
    }
    let points = polygon.iter().zip(polygon.iter().cycle().skip(1));
    (points.map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f64>() / 2.0).abs()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Turning both boxes about the origin of one changes nothing.
        #[test]
        fn a_full_turn_changes_no_overlap(x in -5.0..5.0_f64, y in -5.0..5.0_f64, w in 0.1..9.0_f64, h in 0.1..9.0_f64) {
            let (a, b) = (Rect::new(0.0, 0.0, 4.0, 3.0), Rect::new(x, y, w, h));
            let turned = Rect { turn: 360.0, ..b };
            let iou = box_iou(&a, &b);
            prop_assert!((iou - box_iou(&a, &turned)).abs() < 1e-9);
            prop_assert!((iou - box_iou(&turned, &a)).abs() < 1e-9);
            prop_assert!((0.0..=1.0).contains(&iou));
        }
    }

    #[test]
    fn a_square_turned_by_an_eighth_shares_an_octagon() {
        let a = Rect::new(-1.0, -1.0, 2.0, 2.0);
        let iou = box_iou(&a, &Rect { turn: 45.0, ..a });
        let octagon = 8.0 * (2.0_f64.sqrt() - 1.0);
        assert!((iou - octagon / (8.0 - octagon)).abs() < 1e-12);
    }
}
