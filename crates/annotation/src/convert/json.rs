//! Writers of JSON formats.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Fate, Files, Job, Keep, Writer};
use crate::formats::moment;
use crate::labels::{Annotation, NONE, Shape};

pub(super) const COCO: Writer = Writer {
    name: "coco",
    shapes: &["box", "polygon", "mask", "keypoints", "text"],
    keeps: &[Keep::Attributes, Keep::Score, Keep::Track, Keep::Crowd],
    write: coco,
};

pub(super) const DATUMARO: Writer = Writer {
    name: "datumaro",
    shapes: &["class", "box", "polygon", "polyline", "points", "mask", "text", "cuboid"],
    keeps: &[Keep::Attributes, Keep::Turn],
    write: datumaro,
};

pub(super) const DOCCANO: Writer = Writer {
    name: "doccano",
    shapes: &["class", "span"],
    keeps: &[Keep::Rater, Keep::Moment],
    write: doccano,
};

pub(super) const LABEL_STUDIO: Writer = Writer {
    name: "label-studio",
    shapes: &["class", "box", "polygon", "ellipse", "span", "segment", "text"],
    keeps: &[Keep::Rater, Keep::Score, Keep::Seconds, Keep::Moment],
    write: label_studio,
};

pub(super) const LABELME: Writer = Writer {
    name: "labelme-json",
    shapes: &["class", "box", "polygon", "polyline", "points"],
    keeps: &[Keep::Attributes],
    write: labelme,
};

fn pretty(value: &Value) -> Vec<u8> {
    let mut text = format!("{value:#}");
    text.push('\n');
    text.into_bytes()
}

fn attributes(job: &Job<'_>, annotation: &Annotation) -> Map<String, Value> {
    let pairs = job.labels.attributes_of(annotation);
    pairs.map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
}

fn coco(job: &Job<'_>, files: &mut Files) {
    let labels = job.labels;
    let number = |class: u32| class + 1;
    let categories: Vec<Value> = (0..labels.classes.len() as u32)
        .map(|class| json!({"id": number(class), "name": labels.class_name(class), "supercategory": ""}))
        .collect();
    let (mut images, mut annotations) = (Vec::new(), Vec::new());
    for (item, on_item) in job.items() {
        let [width, height] = job.size(item);
        let name = job.medium(item);
        images.push(json!({"id": item + 1, "file_name": name, "width": width, "height": height}));
        for annotation in on_item {
            let mut entry = Map::new();
            entry.insert("id".into(), json!(annotations.len() + 1));
            entry.insert("image_id".into(), json!(item + 1));
            if annotation.class != NONE {
                entry.insert("category_id".into(), json!(number(annotation.class)));
            }
            coco_shape(job, annotation, &mut entry);
            annotations.push(Value::Object(entry));
        }
    }
    let all = json!({"images": images, "annotations": annotations, "categories": categories});
    files.insert("annotations.json".into(), pretty(&all));
}

fn coco_shape(job: &Job<'_>, annotation: &Annotation, entry: &mut Map<String, Value>) {
    let detail = job.detail(annotation);
    let rect = job.rect(annotation).filter(|_| !matches!(annotation.shape, Shape::Text(_)));
    if let Some(rect) = rect {
        let [left, top, right, bottom] = rect.bounds();
        entry.insert("bbox".into(), json!([left, top, right - left, bottom - top]));
        entry.insert("area".into(), json!(detail.area.unwrap_or(rect.w * rect.h)));
    }
    entry.insert("iscrowd".into(), json!(u8::from(detail.crowd)));
    match annotation.shape {
        Shape::Polygons(rings) => {
            let rings: Vec<&[f64]> = job.labels.rings_of(rings).collect();
            entry.insert("segmentation".into(), json!(rings));
        }
        Shape::Mask(mask) => {
            let run = job.labels.masks[mask as usize];
            let counts = &job.labels.counts[run.counts.range()];
            let rle = json!({"size": [run.height, run.width], "counts": counts});
            entry.insert("segmentation".into(), rle);
        }
        Shape::Keypoints(run) => {
            let points = job.numbers(run);
            let marked = points.chunks_exact(3).filter(|point| point[2] > 0.0).count();
            entry.insert("keypoints".into(), json!(points));
            entry.insert("num_keypoints".into(), json!(marked));
        }
        Shape::Text(run) => {
            entry.insert("caption".into(), json!(job.labels.text_of(run)));
        }
        _ => {}
    }
    let attributes = attributes(job, annotation);
    if !attributes.is_empty() {
        entry.insert("attributes".into(), Value::Object(attributes));
    }
    if let Some(score) = detail.score {
        entry.insert("score".into(), json!(score));
    }
    if let Some(track) = detail.track {
        entry.insert("track_id".into(), json!(track));
    }
}

fn datumaro(job: &Job<'_>, files: &mut Files) {
    let labels = job.labels;
    let names: Vec<Value> = labels
        .classes
        .iter()
        .map(|class| json!({"name": &*class.name, "parent": "", "attributes": []}))
        .collect();
    let mut items = Vec::new();
    for (item, on_item) in job.items() {
        let list: Vec<Value> = on_item
            .iter()
            .enumerate()
            .map(|(id, annotation)| datumaro_shape(job, id, annotation))
            .collect();
        let mut entry = json!({"id": labels.item_name(item), "annotations": list});
        let [width, height] = job.size(item);
        let mut media = json!({"path": job.medium(item)});
        if width > 0.0 {
            media["size"] = json!([height, width]);
        }
        entry["image"] = media;
        items.push(entry);
    }
    let categories = json!({"label": {"labels": names, "attributes": []}});
    let all = json!({"infos": {}, "categories": categories, "items": items});
    files.insert("annotations/default.json".into(), pretty(&all));
}

fn datumaro_shape(job: &Job<'_>, id: usize, annotation: &Annotation) -> Value {
    let boxed = job.fate(annotation) == Fate::Boxed;
    let mut entry = json!({"id": id, "group": 0, "attributes": attributes(job, annotation)});
    if annotation.class != NONE {
        entry["label_id"] = json!(annotation.class);
    }
    let mut say = |kind: &str, field: &str, value: Value| {
        entry["type"] = json!(kind);
        if !field.is_empty() {
            entry[field] = value;
        }
    };
    match annotation.shape {
        Shape::Polygons(rings) => {
            let all: Vec<f64> = job.labels.rings_of(rings).next().unwrap_or(&[]).to_vec();
            say("polygon", "points", json!(all));
        }
        Shape::Polyline(run) => say("polyline", "points", json!(job.numbers(run))),
        Shape::Points(run) => say("points", "points", json!(job.numbers(run))),
        Shape::Mask(mask) => {
            let counts = job.mask(mask).map(|mask| mask.to_compressed()).unwrap_or_default();
            let run = job.labels.masks[mask as usize];
            say("mask", "rle", json!({"counts": counts, "size": [run.height, run.width]}));
        }
        Shape::Text(run) => say("caption", "caption", json!(job.labels.text_of(run))),
        Shape::Cuboid(run) => {
            let at = job.numbers(run);
            say("cuboid_3d", "position", json!(&at[3..6]));
            entry["rotation"] = json!([0.0, 0.0, at[6]]);
            entry["scale"] = json!(&at[..3]);
        }
        Shape::Class if !boxed => say("label", "", Value::Null),
        _ => match job.rect(annotation) {
            Some(rect) if rect.turn != 0.0 => {
                let centre =
                    [rect.x + rect.w / 2.0, rect.y + rect.h / 2.0, rect.w, rect.h, rect.turn];
                say("rotated_bbox", "bbox", json!(centre));
            }
            Some(rect) => say("bbox", "bbox", json!([rect.x, rect.y, rect.w, rect.h])),
            None => say("label", "", Value::Null),
        },
    }
    entry
}

fn doccano(job: &Job<'_>, files: &mut Files) {
    let mut out = Vec::new();
    for (item, on_item) in job.items() {
        let at = &job.labels.items[item as usize];
        let text = at.text.map_or("", |run| job.labels.text_of(run));
        let list: Vec<Value> = on_item
            .iter()
            .map(|annotation| {
                let mut entry = json!({"label": job.class(annotation)});
                if let Shape::Span(span) = annotation.shape {
                    let span = job.labels.spans[span as usize];
                    entry["start_offset"] = json!(span.start);
                    entry["end_offset"] = json!(span.end);
                }
                if annotation.rater != NONE {
                    entry["user"] = json!(job.labels.raters.name(annotation.rater));
                }
                if let Some(moment) = job.detail(annotation).moment.and_then(moment::written) {
                    entry["created_at"] = json!(moment);
                }
                entry
            })
            .collect();
        let id = at.id.map_or_else(|| json!(job.labels.item_name(item)), |id| json!(id));
        let line = json!({"id": id, "text": text, "annotations": list});
        out.extend(format!("{line}\n").into_bytes());
    }
    files.insert("labels.jsonl".into(), out);
}

fn label_studio(job: &Job<'_>, files: &mut Files) {
    let mut tasks = Vec::new();
    for (item, on_item) in job.items() {
        let mut by_rater = BTreeMap::<u32, Vec<Value>>::new();
        let (mut seconds, mut moments) = (BTreeMap::new(), BTreeMap::new());
        for annotation in on_item {
            let list = by_rater.entry(annotation.rater).or_default();
            let mut result = label_studio_result(job, item, annotation);
            result["id"] = json!(format!("{}", list.len() + 1));
            let detail = job.detail(annotation);
            if let Some(score) = detail.score {
                result["score"] = json!(score);
            }
            if let Some(time) = detail.seconds {
                seconds.insert(annotation.rater, time);
            }
            if let Some(moment) = detail.moment.and_then(moment::written) {
                moments.insert(annotation.rater, moment);
            }
            list.push(result);
        }
        let answers: Vec<Value> = by_rater
            .into_iter()
            .map(|(rater, result)| {
                let mut answer = json!({"result": result, "was_cancelled": false});
                if rater != NONE {
                    answer["completed_by"] = json!(job.labels.raters.name(rater));
                }
                if let Some(time) = seconds.get(&rater) {
                    answer["lead_time"] = json!(time);
                }
                if let Some(moment) = moments.get(&rater) {
                    answer["created_at"] = json!(moment);
                }
                answer
            })
            .collect();
        let at = &job.labels.items[item as usize];
        let mut data = json!({"image": job.medium(item)});
        if let Some(text) = at.text {
            data = json!({"text": job.labels.text_of(text)});
        }
        tasks.push(json!({"id": item + 1, "data": data, "annotations": answers}));
    }
    files.insert("tasks.json".into(), pretty(&Value::Array(tasks)));
}

fn label_studio_result(job: &Job<'_>, item: u32, annotation: &Annotation) -> Value {
    let size = job.size(item);
    // Where the size is not known, only shares come here: they are written as hundredths.
    let [width, height] = if size[0] > 0.0 && size[1] > 0.0 { size } else { [1.0, 1.0] };
    let (x, y) = (|at: f64| 100.0 * at / width, |at: f64| 100.0 * at / height);
    let classes = json!([job.class(annotation)]);
    let (kind, mut value) = match annotation.shape {
        Shape::Polygons(rings) => {
            let ring = job.labels.rings_of(rings).next().unwrap_or(&[]);
            let points: Vec<[f64; 2]> =
                ring.chunks_exact(2).map(|at| [x(at[0]), y(at[1])]).collect();
            ("polygonlabels", json!({"points": points}))
        }
        Shape::Ellipse(run) => {
            let at = job.numbers(run);
            let sides =
                json!({"x": x(at[0]), "y": y(at[1]), "radiusX": x(at[2]), "radiusY": y(at[3])});
            ("ellipselabels", sides)
        }
        Shape::Span(span) => {
            let span = job.labels.spans[span as usize];
            let mut value = json!({"start": span.start, "end": span.end});
            if let Some(covered) = span.covered {
                value["text"] = json!(job.labels.text_of(covered));
            }
            ("labels", value)
        }
        Shape::Segment(run) => {
            let at = job.numbers(run);
            ("labels", json!({"start": at[0], "end": at[1]}))
        }
        Shape::Text(run) => ("textarea", json!({"text": [job.labels.text_of(run)]})),
        _ => match job.rect(annotation) {
            Some(rect) => {
                let [left, top, right, bottom] = rect.bounds();
                let sides = json!({"x": x(left), "y": y(top), "width": x(right - left),
                    "height": y(bottom - top), "rotation": 0});
                ("rectanglelabels", sides)
            }
            None => ("choices", json!({})),
        },
    };
    if kind != "textarea" {
        value[kind] = classes;
    }
    let mut result = json!({"type": kind, "value": value, "from_name": "label", "to_name": "item"});
    if size[0] > 0.0 && ["rectanglelabels", "polygonlabels", "ellipselabels"].contains(&kind) {
        result["original_width"] = json!(width);
        result["original_height"] = json!(height);
    }
    result
}

fn labelme(job: &Job<'_>, files: &mut Files) {
    for (item, on_item) in job.items() {
        let (mut shapes, mut flags) = (Vec::new(), Map::new());
        for annotation in on_item {
            let pairs = |numbers: &[f64]| {
                numbers.chunks_exact(2).map(|at| [at[0], at[1]]).collect::<Vec<_>>()
            };
            let (kind, points) = match annotation.shape {
                Shape::Class => {
                    flags.insert(job.class(annotation).to_owned(), json!(true));
                    continue;
                }
                Shape::Polygons(rings) => {
                    ("polygon", pairs(job.labels.rings_of(rings).next().unwrap_or(&[])))
                }
                Shape::Polyline(run) => ("linestrip", pairs(job.numbers(run))),
                Shape::Points(run) => ("points", pairs(job.numbers(run))),
                _ => {
                    let Some(rect) = job.rect(annotation) else { continue };
                    let [left, top, right, bottom] = rect.bounds();
                    ("rectangle", vec![[left, top], [right, bottom]])
                }
            };
            shapes.push(json!({"label": job.class(annotation), "points": points, "group_id": null,
                "shape_type": kind, "flags": attributes(job, annotation)}));
        }
        let [width, height] = job.size(item);
        let all = json!({"version": "5.0.0", "flags": flags, "shapes": shapes, "imagePath": job.medium(item),
            "imageData": null, "imageHeight": height, "imageWidth": width});
        files.insert(format!("{}.json", job.path(item)), pretty(&all));
    }
}
