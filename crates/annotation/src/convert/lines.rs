//! Writers of formats with a line an annotation.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Fate, Files, Job, Keep, Writer};
use crate::labels::{Annotation, NONE, Shape};

pub(super) const CONLL: Writer =
    Writer { name: "conll", shapes: &["tags"], keeps: &[], write: conll };

pub(super) const ICDAR: Writer =
    Writer { name: "icdar", shapes: &["box", "polygon"], keeps: &[], write: icdar };

pub(super) const KITTI: Writer =
    Writer { name: "kitti", shapes: &["box", "cuboid"], keeps: &[Keep::Score], write: kitti };

pub(super) const MOT: Writer =
    Writer { name: "mot", shapes: &["box"], keeps: &[Keep::Track, Keep::Score], write: mot };

pub(super) const RTTM: Writer =
    Writer { name: "rttm", shapes: &["segment"], keeps: &[Keep::Score], write: rttm };

pub(super) const TEXTGRID: Writer =
    Writer { name: "textgrid", shapes: &["segment"], keeps: &[Keep::Attributes], write: textgrid };

/// Writing to a text cannot fail.
macro_rules! put {
    ($out:expr, $($form:tt)*) => {
        write!($out, $($form)*).expect("writing to a text does not fail")
    };
}

/// A word without blanks, which would shift the fields after it.
fn word(text: &str) -> String {
    let word: String =
        text.chars().map(|letter| if letter.is_whitespace() { '_' } else { letter }).collect();
    if word.is_empty() { "_".to_owned() } else { word }
}

fn conll(job: &Job<'_>, files: &mut Files) {
    let mut out = String::new();
    for (item, on_item) in job.items() {
        let tokens = job.labels.items[item as usize].text.map_or("", |run| job.labels.text_of(run));
        for annotation in on_item {
            let Shape::Tags(run) = annotation.shape else { continue };
            let tags =
                job.labels.tags[run.range()].iter().map(|&tag| job.labels.tag_names.name(tag));
            for (token, tag) in tokens.split('\n').zip(tags) {
                put!(out, "{token}\t{tag}\n");
            }
            out.push('\n');
        }
    }
    files.insert("labels.conll".into(), out.into_bytes());
}

fn icdar(job: &Job<'_>, files: &mut Files) {
    for (item, on_item) in job.items() {
        let mut out = String::new();
        for annotation in on_item {
            let text = job.labels.attributes_of(annotation).find(|(name, _)| *name == "text");
            let text =
                text.map_or(job.class(annotation), |(_, text)| text).replace(['\n', '\r'], " ");
            let ring = match annotation.shape {
                Shape::Polygons(rings) => {
                    job.labels.rings_of(rings).next().filter(|ring| ring.len() == 8)
                }
                _ => None,
            };
            match (ring, job.rect(annotation)) {
                (Some(ring), _) => {
                    for value in ring {
                        put!(out, "{value},");
                    }
                    put!(out, "{text}\n");
                }
                (None, Some(rect)) => {
                    let [left, top, right, bottom] = rect.bounds();
                    put!(out, "{left} {top} {right} {bottom} \"{text}\"\n");
                }
                (None, None) => {}
            }
        }
        let path = job.path(item);
        let (folder, base) =
            path.rsplit_once('/').map_or(("", &*path), |(folder, base)| (folder, base));
        let slash = if folder.is_empty() { "" } else { "/" };
        files.insert(format!("{folder}{slash}gt_{base}.txt"), out.into_bytes());
    }
}

fn kitti(job: &Job<'_>, files: &mut Files) {
    for (item, on_item) in job.items() {
        let mut out = String::new();
        for annotation in on_item {
            let Some(rect) = job.rect(annotation) else { continue };
            let [left, top, right, bottom] = rect.bounds();
            let own =
                |name: &str| job.labels.attributes_of(annotation).find(|(known, _)| *known == name);
            let truncated = own("truncated").map_or("0", |(_, value)| value);
            let occluded = own("occluded").map_or("0", |(_, value)| value);
            put!(out, "{} {} {} ", word(job.class(annotation)), word(truncated), word(occluded));
            match annotation.shape {
                Shape::Cuboid(run) => {
                    let at = job.numbers(run);
                    let (length, height, width, x, y, z, yaw) =
                        (at[0], at[1], at[2], at[3], at[4], at[5], at[6]);
                    let alpha = yaw - x.atan2(z);
                    put!(
                        out,
                        "{alpha} {left} {top} {right} {bottom} {height} {width} {length} {x} {y} {z} {yaw}"
                    );
                }
                _ => put!(out, "-10 {left} {top} {right} {bottom} -1 -1 -1 -1000 -1000 -1000 -10"),
            }
            if let Some(score) = job.detail(annotation).score {
                put!(out, " {score}");
            }
            out.push('\n');
        }
        files.insert(format!("label_2/{}.txt", job.path(item).replace('/', "_")), out.into_bytes());
    }
}

/// Frames are numbered by the digits at the end of the item's name, else in order.
fn mot(job: &Job<'_>, files: &mut Files) {
    let mut out = String::new();
    for (item, on_item) in job.items() {
        let path = job.path(item);
        let digits = path.trim_start_matches(|letter: char| !letter.is_ascii_digit());
        let tail = path.rfind(|letter: char| !letter.is_ascii_digit()).map_or(0, |at| at + 1);
        let frame = if digits.is_empty() {
            None
        } else {
            path.get(tail..).and_then(|tail| tail.parse().ok())
        };
        let frame: u64 = frame.unwrap_or(u64::from(item) + 1);
        for annotation in on_item {
            let Some(rect) = job.rect(annotation) else { continue };
            let [left, top, right, bottom] = rect.bounds();
            let detail = job.detail(annotation);
            let class = if annotation.class == NONE { -1 } else { i64::from(annotation.class) + 1 };
            let (track, score) = (detail.track.unwrap_or(-1), detail.score.unwrap_or(1.0));
            put!(
                out,
                "{frame},{track},{left},{top},{},{},{score},{class},1\n",
                right - left,
                bottom - top
            );
        }
    }
    let names: String =
        job.labels.classes.iter().map(|class| format!("{}\n", class.name)).collect();
    files.insert("gt/gt.txt".into(), out.into_bytes());
    files.insert("gt/labels.txt".into(), names.into_bytes());
}

fn rttm(job: &Job<'_>, files: &mut Files) {
    let mut out = String::new();
    for (item, on_item) in job.items() {
        let path = job.path(item);
        let (name, channel) = match path.rsplit_once('/') {
            Some((name, channel)) if channel.parse::<u32>().is_ok() => (name, channel),
            _ => (&*path, "1"),
        };
        for annotation in on_item {
            let Shape::Segment(run) = annotation.shape else { continue };
            let at = job.numbers(run);
            let score =
                job.detail(annotation).score.map_or("<NA>".to_owned(), |score| score.to_string());
            let (name, class) = (word(name), word(job.class(annotation)));
            put!(
                out,
                "SPEAKER {name} {channel} {} {} <NA> <NA> {class} {score} <NA>\n",
                at[0],
                at[1] - at[0]
            );
        }
    }
    files.insert("labels.rttm".into(), out.into_bytes());
}

/// A tier a class; gaps become intervals without text, as Praat wants them.
fn textgrid(job: &Job<'_>, files: &mut Files) {
    for (item, on_item) in job.items() {
        let mut tiers = BTreeMap::<u32, Vec<(f64, f64, String)>>::new();
        let mut end = job.labels.items[item as usize].seconds.unwrap_or(0.0);
        for annotation in on_item {
            let (Shape::Segment(run), Fate::Whole) = (annotation.shape, job.fate(annotation))
            else {
                continue;
            };
            let at = job.numbers(run);
            let text = text_of(job, annotation).replace('"', "\"\"");
            tiers.entry(annotation.class).or_default().push((at[0], at[1], text));
            end = end.max(at[1]);
        }
        let mut out = String::from("File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n");
        put!(out, "0\n{end}\n<exists>\n{}\n", tiers.len());
        for (class, mut marks) in tiers {
            marks.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
            let (mut lines, mut count, mut last) = (String::new(), 0, 0.0);
            for (from, to, text) in marks {
                if from > last {
                    put!(lines, "{last}\n{from}\n\"\"\n");
                    count += 1;
                }
                put!(lines, "{from}\n{to}\n\"{text}\"\n");
                (count, last) = (count + 1, to);
            }
            if last < end {
                put!(lines, "{last}\n{end}\n\"\"\n");
                count += 1;
            }
            let name = job.labels.class_name(class).replace('"', "\"\"");
            put!(out, "\"IntervalTier\"\n\"{name}\"\n0\n{end}\n{count}\n{lines}");
        }
        files.insert(format!("{}.TextGrid", job.path(item)), out.into_bytes());
    }
}

fn text_of(job: &Job<'_>, annotation: &Annotation) -> String {
    let text = job.labels.attributes_of(annotation).find(|(name, _)| *name == "text");
    text.map_or(job.class(annotation), |(_, text)| text).to_owned()
}
