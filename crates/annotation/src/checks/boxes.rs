//! Boxes: not numbers, of no size, outside their image, at odds with the declared area; 3-D boxes.

use super::{Check, View};
use crate::code;
use crate::labels::{Annotation, Rect, Remark, Remarks, Shape};
use crate::mask::Mask;

pub(super) const CHECK: Check = Check {
    name: "boxes",
    codes: &[
        code::NOT_A_NUMBER,
        code::ZERO_BOX,
        code::NEGATIVE_BOX,
        code::OUTSIDE,
        code::AREA,
        code::CUBOID,
    ],
    run,
};

fn run(view: &View<'_>, remarks: &mut Remarks) {
    for index in 0..view.labels.annotations.len() as u32 {
        let annotation = view.annotation(index);
        let mut say = |code, field, note: String| {
            remarks.add(Remark::annotation(code, view.labels, index, note).in_field(field));
        };
        if let Some(rect) = view.labels.rect(annotation) {
            match fault(rect) {
                Some(code) => say(code, "box", shown(rect)),
                None => {
                    if let Some(note) = outside(view, annotation, rect.bounds()) {
                        say(code::OUTSIDE, "box", note);
                    }
                    if let Some(note) = area(view, annotation, rect) {
                        say(code::AREA, "area", note);
                    }
                }
            }
        }
        match annotation.shape {
            Shape::Cuboid(run) => {
                let numbers = &view.labels.numbers[run.range()];
                if numbers.iter().any(|value| !value.is_finite()) {
                    say(code::NOT_A_NUMBER, "cuboid", format!("{numbers:?}"));
                } else if numbers[..3].iter().any(|&side| side <= 0.0) {
                    say(code::CUBOID, "cuboid", format!("{:?}", &numbers[..3]));
                }
            }
            Shape::Points(run) | Shape::Polyline(run) | Shape::Ellipse(run) => {
                let numbers = &view.labels.numbers[run.range()];
                if numbers.is_empty() || numbers.iter().any(|value| !value.is_finite()) {
                    say(code::NOT_A_NUMBER, "points", format!("{} numbers", numbers.len()));
                }
            }
            _ => {}
        }
    }
}

fn shown(rect: &Rect) -> String {
    format!("[{}, {}, {}, {}]", rect.x, rect.y, rect.w, rect.h)
}

/// What makes a box unusable.
pub(super) fn fault(rect: &Rect) -> Option<&'static str> {
    if !rect.is_finite() {
        Some(code::NOT_A_NUMBER)
    } else if rect.w < 0.0 || rect.h < 0.0 {
        Some(code::NEGATIVE_BOX)
    } else if rect.w == 0.0 || rect.h == 0.0 {
        Some(code::ZERO_BOX)
    } else {
        None
    }
}

/// How far bounds leave the image of an annotation, in words.
pub(super) fn outside(
    view: &View<'_>,
    annotation: &Annotation,
    bounds: [f64; 4],
) -> Option<String> {
    let ([width, height], slack) = view.frame(annotation)?;
    let [left, top, right, bottom] = bounds;
    // Not normalised is another matter, and said where it was read.
    if slack < 1.0 && (right > 1.75 || bottom > 1.75 || left < -0.75 || top < -0.75) {
        return None;
    }
    let beyond = (-left).max(-top).max(right - width).max(bottom - height);
    (beyond > slack).then(|| format!("{left}, {top}, {right}, {bottom} in {width} × {height}"))
}

/// A declared area that the box cannot hold, or that is not that of the mask.
fn area(view: &View<'_>, annotation: &Annotation, rect: &Rect) -> Option<String> {
    let declared = view.labels.detail(annotation)?.area?;
    let (limit, exact) = match annotation.shape {
        Shape::Mask(mask) => {
            let run = view.labels.masks[mask as usize];
            let counts = view.labels.counts[run.counts.range()].to_vec();
            (Mask::new(run.height, run.width, counts)?.area() as f64, true)
        }
        _ => (rect.w * rect.h, false),
    };
    let slack = 1.0 + limit * if exact { 0.1 } else { 0.01 };
    let wrong =
        !(declared <= limit + slack && declared >= 0.0 && (!exact || declared >= limit - slack));
    wrong.then(|| format!("{declared}, not {limit}"))
}
