//! Annotations that repeat another of the same item, rater and class, exactly or nearly.

use std::collections::HashMap;

use super::boxes::fault;
use super::{Check, MAX_PAIRS, View, too_many};
use crate::code;
use crate::labels::{Annotation, Labels, NONE, Rect, Remark, Remarks, Shape};
use crate::matching::box_iou;

pub(super) const CHECK: Check = Check {
    name: "duplicates",
    codes: &[code::DUPLICATE, code::NEAR_DUPLICATE, code::TOO_LARGE],
    run,
};

/// Intersection over union from which two boxes of one class are suspect.
const NEAR: f64 = 0.95;

fn run(view: &View<'_>, remarks: &mut Remarks) {
    for item in 0..view.labels.items.len() as u32 {
        let drawn: Vec<u32> = view
            .of_item(item)
            .iter()
            .copied()
            .filter(|&index| is_drawn(view.annotation(index)))
            .collect();
        if drawn.len() < 2 {
            continue;
        }
        let mut kept: Vec<u32> = Vec::with_capacity(drawn.len());
        let mut seen: HashMap<Vec<u64>, u32> = HashMap::new();
        for index in drawn {
            let key = geometry(view.labels, view.annotation(index));
            let first = *seen.entry(key).or_insert(index);
            if first == index {
                kept.push(index);
            } else {
                say(view, code::DUPLICATE, index, first, remarks);
            }
        }
        near(view, item, &kept, remarks);
    }
}

fn is_drawn(annotation: &Annotation) -> bool {
    match annotation.shape {
        Shape::Class
        | Shape::Span(_)
        | Shape::Segment(_)
        | Shape::Tags(_)
        | Shape::Text(_)
        | Shape::Unread(_) => false,
        Shape::Box
        | Shape::Polygons(_)
        | Shape::Polyline(_)
        | Shape::Points(_)
        | Shape::Keypoints(_)
        | Shape::Ellipse(_)
        | Shape::Mask(_)
        | Shape::Cuboid(_) => true,
    }
}

fn say(view: &View<'_>, code: &'static str, index: u32, of: u32, remarks: &mut Remarks) {
    let first = view.annotation(of);
    let id = view.labels.detail(first).and_then(|detail| detail.id);
    let note = match id {
        Some(id) => format!("of id {id}"),
        None => format!("of record {}", first.row),
    };
    remarks.add(Remark::annotation(code, view.labels, index, note));
}

/// Everything two annotations have in common when one repeats the other.
fn geometry(labels: &Labels, annotation: &Annotation) -> Vec<u64> {
    let track = labels.detail(annotation).and_then(|detail| detail.track);
    let mut key = vec![
        u64::from(annotation.file) << 32 | u64::from(annotation.rater),
        u64::from(annotation.class) << 32 | u64::from(annotation.rect == NONE),
        track.map_or(0, |track| track as u64),
    ];
    if let Some(rect) = labels.rect(annotation) {
        key.extend([rect.x, rect.y, rect.w, rect.h, rect.turn].map(f64::to_bits));
    }
    let mut numbers = |kind: u64, numbers: &[f64]| {
        key.push(kind);
        key.extend(numbers.iter().map(|value| value.to_bits()));
    };
    match annotation.shape {
        Shape::Polygons(run) => labels.rings_of(run).for_each(|ring| numbers(1, ring)),
        Shape::Polyline(run) => numbers(2, &labels.numbers[run.range()]),
        Shape::Points(run) => numbers(3, &labels.numbers[run.range()]),
        Shape::Keypoints(run) => numbers(4, &labels.numbers[run.range()]),
        Shape::Ellipse(run) => numbers(5, &labels.numbers[run.range()]),
        Shape::Cuboid(run) => numbers(6, &labels.numbers[run.range()]),
        Shape::Mask(mask) => {
            let counts = &labels.counts[labels.masks[mask as usize].counts.range()];
            key.push(7);
            key.extend(counts.iter().map(|&count| u64::from(count)));
        }
        _ => {}
    }
    key.extend(labels.attributes_of(annotation).flat_map(|(name, value)| {
        [name, value].map(|text| labels.attribute_names.find(text).map_or(0, u64::from))
    }));
    key
}

/// Sweeps the sound upright boxes of an item from left to right.
fn near(view: &View<'_>, item: u32, kept: &[u32], remarks: &mut Remarks) {
    let labels = view.labels;
    let sound = |index: u32| {
        let annotation = view.annotation(index);
        let crowd =
            labels.detail(annotation).is_some_and(|detail| detail.crowd || detail.track.is_some());
        let rect = labels.rect(annotation).filter(|rect| !crowd && fault(rect).is_none())?;
        (rect.turn == 0.0).then_some((index, *rect))
    };
    let mut boxes: Vec<(u32, Rect)> = kept.iter().filter_map(|&index| sound(index)).collect();
    boxes.sort_by(|a, b| a.1.x.total_cmp(&b.1.x).then(a.0.cmp(&b.0)));
    let (mut compared, mut found) = (0, Vec::new());
    for (at, (index, rect)) in boxes.iter().enumerate() {
        // The left edges of two that nearly coincide are at most this share of a width apart.
        let reach = rect.x + (1.0 / NEAR - 1.0) * rect.w / NEAR + f64::EPSILON;
        for (other, theirs) in boxes[at + 1..].iter().take_while(|(_, theirs)| theirs.x <= reach) {
            compared += 1;
            if compared > MAX_PAIRS {
                return too_many(view, item, "box", remarks);
            }
            let (a, b) = (view.annotation(*index), view.annotation(*other));
            let same = (a.class, a.rater, a.file) == (b.class, b.rater, b.file) && a.class != NONE;
            if same && box_iou(rect, theirs) >= NEAR {
                found.push((*index.max(other), *index.min(other)));
            }
        }
    }
    found.sort_unstable();
    found.dedup_by_key(|(index, _)| *index);
    for (index, of) in found {
        say(view, code::NEAR_DUPLICATE, index, of, remarks);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shujian_core::Limits;

    use super::*;
    use crate::formats::read_bytes;

    proptest! {
        /// The sweep names exactly those that comparing all pairs names.
        #[test]
        fn the_sweep_misses_nothing(boxes in prop::collection::vec((0..4_u32, 0..3_u32, 90..110_u32, 95..105_u32), 0..12)) {
            let list: Vec<String> = boxes
                .iter()
                .enumerate()
                .map(|(id, (x, y, w, h))| format!(r#"{{"id":{id},"image_id":1,"category_id":1,"bbox":[{x},{y},{w},{h}]}}"#))
                .collect();
            let text = format!(
                r#"{{"images":[{{"id":1,"file_name":"a","width":999,"height":999}}],"categories":[{{"id":1,"name":"c"}}],"annotations":[{}]}}"#,
                list.join(",")
            );
            let read = read_bytes("a.json", text.as_bytes(), &Limits::default());
            let mut remarks = Remarks::default();
            run(&View::new(&read, None), &mut remarks);
            let named = |code: &str| -> Vec<u32> {
                let mut named: Vec<u32> = remarks.iter().filter(|at| at.code == code).map(|at| at.annotation).collect();
                named.sort_unstable();
                named
            };
            let same: Vec<u32> = (0..boxes.len()).filter(|&b| boxes[..b].contains(&boxes[b])).map(|b| b as u32).collect();
            let rects = &read.labels.rects;
            let first = |b: &usize| !same.contains(&(*b as u32));
            let close: Vec<u32> = (0..boxes.len())
                .filter(first)
                .filter(|&b| (0..b).filter(first).any(|a| box_iou(&rects[a], &rects[b]) >= NEAR))
                .map(|b| b as u32)
                .collect();
            prop_assert_eq!(named(code::DUPLICATE), same);
            prop_assert_eq!(named(code::NEAR_DUPLICATE), close);
        }
    }
}
