//! KITTI object labels: a line an object, 15 fields, with a score 16.
//!
//! Source: KITTI object development kit, `readme.txt`. Records are lines.

use super::{Draft, Format, Head, Sink, Source};
use crate::code;
use crate::labels::{Detail, Rect, Shape};

/// The format.
#[derive(Debug)]
pub struct Kitti;

impl Format for Kitti {
    fn name(&self) -> &'static str {
        "kitti"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let object = |line: &str| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            (15..=16).contains(&fields.len())
                && fields[0].parse::<f64>().is_err()
                && fields[1..].iter().filter(|field| field.parse::<f64>().is_ok()).count() >= 12
        };
        let placed =
            head.name.rsplit('/').nth(1).is_some_and(|folder| folder.starts_with("label_"));
        match (head.has_extension(&["txt"]), placed) {
            (true, true) if head.mostly(object) || head.lines().next().is_none() => 3,
            (true, false) if head.mostly(object) => 2,
            _ => 0,
        }
    }

    fn read(&self, source: &Source, sink: &mut Sink<'_>) {
        let stem = source.stem().rsplit('/').next().unwrap_or("").to_owned();
        let item = sink.item(source.stem(), 0);
        sink.records += 1;
        sink.set_media(item, &stem);
        sink.measure(item, &stem);
        source.lines(sink, |sink, row, line| {
            if !line.trim().is_empty() {
                object(sink, item, row, line);
            }
        });
    }
}

fn object(sink: &mut Sink<'_>, item: u32, row: u32, line: &str) {
    let fields: Vec<&str> = line.split_whitespace().collect();
    if !(15..=16).contains(&fields.len()) {
        let place = (row, fields.len().min(16) as u32 + 1);
        sink.skip_part(code::FIELD_COUNT, place, format!("{} fields, not 15 or 16", fields.len()));
        return;
    }
    let numbers: Vec<f64> = fields[1..].iter().map(|field| super::xml::number(field)).collect();
    let ignored = fields[0] == "DontCare";
    // Labels of the 2-D benchmark have -1 for every size.
    let flat = ignored || numbers[7..10].iter().all(|&side| side == -1.0);
    let class = sink.class(fields[0], row);
    let [left, top, right, bottom] = [3, 4, 5, 6].map(|at| numbers[at]);
    let rect = Rect::from_corners(left, top, right, bottom);
    let truncated = fields[1];
    let attributes =
        sink.labels.push_attributes([("truncated", truncated), ("occluded", fields[2])]);
    let score = numbers.get(14).copied();
    let shape = if flat {
        Shape::Box
    } else {
        // The file gives height, width, length; then x, y, z of the bottom's centre; then the yaw.
        let [h, w, l, x, y, z, yaw] = [7, 8, 9, 10, 11, 12, 13].map(|at| numbers[at]);
        Shape::Cuboid(sink.labels.push_numbers(&[l, h, w, x, y, z, yaw]))
    };
    let mut draft = Draft::new(item, class, row, 1, shape);
    draft.rect = Some(rect);
    sink.annotate(draft.with(Detail { score, crowd: ignored, attributes, ..Detail::default() }));
}
