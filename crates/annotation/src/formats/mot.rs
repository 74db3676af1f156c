//! MOT Challenge tracks: `frame,id,left,top,width,height,confidence,class,visibility`.
//!
//! Source: motchallenge.net, "Submission". Records are lines; items are frames.

use super::{Draft, Format, Head, Sink, Source};
use crate::code;
use crate::labels::{Detail, NONE, Rect};

/// The format.
#[derive(Debug)]
pub struct Mot;

/// Classes of MOT16 and later, by number from 1.
const STANDARD: [&str; 13] = [
    "pedestrian",
    "person-on-vehicle",
    "car",
    "bicycle",
    "motorbike",
    "non-motorised-vehicle",
    "static-person",
    "distractor",
    "occluder",
    "occluder-on-ground",
    "occluder-full",
    "reflection",
    "crowd",
];

impl Format for Mot {
    fn name(&self) -> &'static str {
        "mot"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let row = |line: &str| {
            let fields: Vec<&str> = line.split(',').collect();
            (7..=10).contains(&fields.len())
                && fields.iter().all(|field| field.trim().parse::<f64>().is_ok())
        };
        let placed = ["gt/gt.txt", "det/det.txt"].iter().any(|name| head.name.ends_with(name));
        match head.has_extension(&["txt"]) {
            true if placed && head.lines().take(200).any(row) => 3,
            true if head.mostly(row) => 2,
            _ => 0,
        }
    }

    fn read(&self, source: &Source, sink: &mut Sink<'_>) {
        let stem = source.stem();
        let prefix = match stem.strip_suffix("gt/gt").or(stem.strip_suffix("det/det")) {
            Some(prefix) => prefix.to_owned(),
            None => format!("{stem}/"),
        };
        let classes = classes(source, sink);
        source.lines(sink, |sink, row, line| {
            if !line.trim().is_empty() {
                object(sink, &prefix, &classes, row, line);
            }
        });
    }
}

/// Classes of the nearest `labels.txt`, by number from 1; none where there is no such file.
fn classes(source: &Source, sink: &mut Sink<'_>) -> Vec<u32> {
    let path = sink.folder.nearest(&source.name, &["labels.txt"]).map(|entry| entry.path.clone());
    let Some(path) = path else { return Vec::new() };
    let text = Sink::small_text(&path).unwrap_or_else(|error| {
        sink.remark_file(code::CLASS_LIST, format!("labels.txt: {error}"));
        String::new()
    });
    let names = text.lines().map(str::trim).filter(|line| !line.is_empty());
    (1..)
        .zip(names)
        .map(|(row, name)| sink.labels.declare_class(name, Some(i64::from(row)), sink.file, row))
        .collect()
}

fn object(sink: &mut Sink<'_>, prefix: &str, classes: &[u32], row: u32, line: &str) {
    let fields: Vec<&str> = line.split(',').map(str::trim).collect();
    if !(6..=10).contains(&fields.len()) {
        let place = (row, fields.len().min(10) as u32 + 1);
        sink.skip_part(code::FIELD_COUNT, place, format!("{} fields, not 6 to 10", fields.len()));
        return;
    }
    let numbers: Vec<f64> = fields.iter().map(|field| super::xml::number(field)).collect();
    let frame = numbers[0];
    if !(frame >= 0.0 && frame.fract() == 0.0 && frame < 1e15) {
        sink.skip_part(code::WRONG_TYPE, (row, 1), fields[0]);
        return;
    }
    sink.records += 1;
    let item = sink.item(&format!("{prefix}{frame:06}"), row);
    sink.set_media(item, &format!("{frame:06}"));
    let class = match numbers.get(7) {
        Some(&number) if number >= 1.0 && number.fract() == 0.0 => {
            let index = number as usize - 1;
            match classes.get(index) {
                Some(&class) => class,
                None if classes.is_empty() => match STANDARD.get(index) {
                    Some(name) => sink.class(name, row),
                    None => sink.class(fields[7], row),
                },
                None => {
                    sink.remark_part(code::UNKNOWN_CLASS, (row, 1), "class", fields[7]);
                    NONE
                }
            }
        }
        _ => NONE,
    };
    let rect = Rect::new(numbers[2], numbers[3], numbers[4], numbers[5]);
    let track = fields[1].parse().ok().filter(|&id: &i64| id >= 0);
    let score = numbers.get(6).copied();
    let attributes = match fields.get(8) {
        Some(visibility) => sink.labels.push_attributes([("visibility", *visibility)]),
        None => crate::labels::Run::default(),
    };
    if let Some(at) = numbers.iter().skip(6).position(|number| number.is_nan()) {
        sink.remark_part(code::WRONG_TYPE, (row, at as u32 + 7), "field", fields[at + 6]);
    }
    let crowd = score == Some(0.0);
    let detail = Detail { track, score, crowd, attributes, ..Detail::default() };
    sink.annotate(Draft::boxed(item, class, row, 1, rect).with(detail));
}
