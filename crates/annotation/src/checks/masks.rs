//! Run-length masks against their own size, their image and their box.

use super::boxes::fault;
use super::{Check, View};
use crate::code;
use crate::labels::{Annotation, Remark, Remarks, Shape};
use crate::mask::Mask;

pub(super) const CHECK: Check = Check {
    name: "masks",
    codes: &[code::RLE_SUM, code::MASK_SIZE, code::POLYGON_BOX, code::KEYPOINTS],
    run,
};

fn run(view: &View<'_>, remarks: &mut Remarks) {
    for index in 0..view.labels.annotations.len() as u32 {
        let annotation = view.annotation(index);
        let found = match annotation.shape {
            Shape::Mask(mask) => masked(view, annotation, mask).map(|found| (found, "mask")),
            Shape::Keypoints(_) => keypoints(view, annotation).map(|found| (found, "keypoints")),
            _ => None,
        };
        if let Some(((code, note), field)) = found {
            remarks.add(Remark::annotation(code, view.labels, index, note).in_field(field));
        }
    }
}

fn masked(view: &View<'_>, annotation: &Annotation, mask: u32) -> Option<(&'static str, String)> {
    let run = view.labels.masks[mask as usize];
    let counts = &view.labels.counts[run.counts.range()];
    let Some(mask) = Mask::new(run.height, run.width, counts.to_vec()) else {
        let sum: u64 = counts.iter().map(|&count| u64::from(count)).sum();
        return Some((code::RLE_SUM, format!("{sum}, not {} × {}", run.height, run.width)));
    };
    if let Some(([width, height], slack)) = view.frame(annotation)
        && slack >= 1.0
        && (width != f64::from(run.width) || height != f64::from(run.height))
    {
        let note = format!("{} × {}, image {width} × {height}", run.width, run.height);
        return Some((code::MASK_SIZE, note));
    }
    let rect = view.labels.rect(annotation).filter(|rect| fault(rect).is_none())?;
    let [x, y, w, h] = mask.bounds().map(f64::from);
    let apart = |a: f64, b: f64, size: f64| (a - b).abs() > (0.05 * size).max(2.0);
    let misfits = apart(rect.x, x, w)
        || apart(rect.y, y, h)
        || apart(rect.x + rect.w, x + w, w)
        || apart(rect.y + rect.h, y + h, h);
    misfits.then(|| (code::POLYGON_BOX, format!("mask {:?}", [x, y, w, h])))
}

/// Keypoints that are no numbers, of unknown visibility, or not as many as the class has.
fn keypoints(view: &View<'_>, annotation: &Annotation) -> Option<(&'static str, String)> {
    let Shape::Keypoints(run) = annotation.shape else { return None };
    let points = &view.labels.numbers[run.range()];
    if let Some(point) =
        points.chunks_exact(3).position(|point| !point.iter().all(|value| value.is_finite()))
    {
        return Some((code::KEYPOINTS, format!("point {} is no number", point + 1)));
    }
    if let Some(point) =
        points.chunks_exact(3).position(|point| ![0.0, 1.0, 2.0].contains(&point[2]))
    {
        return Some((
            code::KEYPOINTS,
            format!("point {} has visibility {}", point + 1, points[3 * point + 2]),
        ));
    }
    let class = view.labels.classes.get(annotation.class as usize)?;
    let wrong = class.keypoints > 0 && points.len() / 3 != class.keypoints as usize;
    wrong
        .then(|| (code::KEYPOINTS, format!("{} points, not {}", points.len() / 3, class.keypoints)))
}
