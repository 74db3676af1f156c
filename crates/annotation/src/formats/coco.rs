//! COCO JSON: boxes, polygons, run-length masks, keypoints, captions, panoptic segments, results.
//!
//! Source: cocodataset.org, "Data format" and "Results format". Records are elements of their list.

use std::collections::HashMap;

use serde::de::SeqAccess;
use serde_json::Value;

use super::coco_record::{Drawn, Record, Soft};
use super::json::{self, Parts, Want};
use super::soft::Id;
use super::{Draft, Format, Head, Sink, Source, picture};
use crate::code;
use crate::labels::{Detail, NONE, Rect, Remark, Shape};

/// The format.
#[derive(Debug)]
pub struct Coco;

impl Format for Coco {
    fn name(&self) -> &'static str {
        "coco"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let Some(json) = &head.json else { return 0 };
        let results = json.list
            && json.has("image_id")
            && ["category_id", "caption", "keypoints"].iter().any(|key| json.has(key));
        let lists = ["annotations", "images", "categories"].iter().filter(|key| json.has(key));
        let elements = json.has_inner("image_id") || json.has_inner("file_name");
        let lists = lists.count();
        let dataset = !json.list && !json.has("text") && (lists >= 2 || (lists == 1 && elements));
        if results || dataset { 2 } else { 0 }
    }

    fn read(&self, source: &Source, sink: &mut Sink<'_>) {
        let mut reader = Reader { stem: source.stem().to_owned(), ..Reader::default() };
        reader.is_cut = !json::drive(source, sink, &mut reader);
        if !reader.is_cut && !reader.is_listed && !reader.results {
            sink.skip(code::MISSING_FIELD, 0, "annotations", "annotations");
        }
        reader.resolve(sink);
    }
}

/// A file being read. References are resolved at its end, for lists stand in any order.
#[derive(Default)]
struct Reader {
    stem: String,
    images: HashMap<Id, u32>,
    categories: HashMap<Id, u32>,
    names: HashMap<Id, u32>,
    rows: [u32; 3],
    pending: Vec<Pending>,
    panoptic: Vec<(u32, Record)>,
    /// Annotations without a box; whether that is wrong depends on the others.
    boxless: Vec<u32>,
    boxed: bool,
    results: bool,
    /// Whether there is a list of annotations.
    is_listed: bool,
    /// Whether the file breaks off: what is referred to may have stood behind.
    is_cut: bool,
}

struct Pending {
    annotation: u32,
    image: Option<Id>,
    category: Option<Id>,
    wants_category: bool,
}

impl Parts for Reader {
    fn want(&self, key: &str) -> Want {
        match key {
            "images" | "annotations" | "categories" => Want::Each,
            _ => Want::Skip,
        }
    }

    fn element<'de, A: SeqAccess<'de>>(
        &mut self,
        sink: &mut Sink<'_>,
        key: &str,
        list: &mut A,
    ) -> Result<bool, A::Error> {
        self.is_listed |= key == "annotations";
        let Some(Soft(record)) = list.next_element::<Soft>()? else { return Ok(false) };
        let kind = match key {
            "images" => 0,
            "categories" => 1,
            _ => 2,
        };
        self.rows[kind] += 1;
        let row = self.rows[kind];
        self.results |= key.is_empty();
        let Some(record) = record else {
            sink.skip(code::WRONG_TYPE, row, FIELDS[kind], "not an object");
            return Ok(true);
        };
        match kind {
            0 => self.image(sink, row, &record),
            1 => self.category(sink, row, &record),
            _ => self.annotation(sink, row, record),
        }
        Ok(true)
    }

    fn whole(&mut self, _: &mut Sink<'_>, _: &str, _: Value) {}
}

const FIELDS: [&str; 3] = ["images", "categories", "annotations"];

impl Reader {
    fn image(&mut self, sink: &mut Sink<'_>, row: u32, image: &Record) {
        let Some(id) = image.id.clone().filter(|id| *id != Id::Broken) else {
            sink.skip(code::MISSING_FIELD, row, "images", "id");
            return;
        };
        sink.records += 1;
        let name = match &image.file_name {
            Some(name) => name.clone(),
            None => {
                sink.remark(code::MISSING_FIELD, row, "images", "file_name");
                format!("#{id}")
            }
        };
        // One image may stand in several files (boxes, captions), but not twice in one.
        let item = match sink.labels.find_item(&name) {
            Some(item) if sink.labels.items[item as usize].file != sink.file => item,
            _ => sink.labels.push_item(&name, sink.file, row),
        };
        if sink.rater != NONE {
            sink.seen.insert((sink.rater, item));
        }
        let size = [image.width, image.height];
        if let [Some(width), Some(height)] = size {
            sink.set_size(item, width, height);
        }
        if image.file_name.is_some() {
            sink.set_media(item, &name);
        }
        let taken = self.images.contains_key(&id);
        let named = self.names.insert(Id::Name(name.clone()), item).is_some();
        if taken {
            sink.remarks.add(
                Remark::item(code::REPEATED_ITEM_ID, sink.labels, item, id.to_string())
                    .in_field("images"),
            );
        }
        if named {
            sink.remarks.add(
                Remark::item(code::REPEATED_ITEM_NAME, sink.labels, item, name).in_field("images"),
            );
        }
        let at = &mut sink.labels.items[item as usize];
        at.id = at.id.or(id.number());
        at.repeats |= taken;
        self.images.entry(id).or_insert(item);
    }

    fn category(&mut self, sink: &mut Sink<'_>, row: u32, category: &Record) {
        let Some(id) = category.id.clone().filter(|id| *id != Id::Broken) else {
            sink.skip(code::MISSING_FIELD, row, "categories", "id");
            return;
        };
        let name = category.name.clone().unwrap_or_else(|| {
            sink.remark(code::MISSING_FIELD, row, "categories", "name");
            format!("#{id}")
        });
        let known = sink.labels.classes.len() as u32;
        let class = sink.labels.declare_class(&name, id.number(), sink.file, row);
        if class == known && sink.labels.find_class(&name) != Some(class) {
            sink.remark(code::REPEATED_CLASS, row, "categories", name);
        }
        sink.labels.classes[class as usize].keypoints = category.keypoint_names;
        if self.categories.insert(id.clone(), class).is_some() {
            sink.remark(code::REPEATED_CLASS, row, "categories", format!("id {id}"));
        }
    }

    fn annotation(&mut self, sink: &mut Sink<'_>, row: u32, record: Record) {
        if let Some(field) = record.misspelt {
            sink.remark_part(code::MISSING_FIELD, (row, 1), field, "misspelt");
        }
        if record.segments.is_some() {
            self.panoptic.push((row, record));
            return;
        }
        if self.results {
            sink.records += 1;
        }
        let rect = self.rect(sink, row, &record);
        let drawn = self.shape(sink, row, &record, rect.is_some());
        let joints = record.keypoints.as_ref().map(|points| joints(sink, row, points, &record));
        // Keypoints beside a drawn shape are an annotation of their own.
        let (shape, joints) = match (drawn, joints) {
            (Shape::Class | Shape::Box, Some(joints)) => (joints, None),
            pair => pair,
        };
        let attributes =
            record.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let detail = Detail {
            id: record.id.as_ref().and_then(Id::number),
            area: record.area,
            score: record.score,
            crowd: record.crowd,
            track: record.track,
            attributes: sink.labels.push_attributes(attributes),
            seconds: None,
            moment: None,
        };
        let mut draft = Draft::new(NONE, NONE, row, 1, shape).with(detail);
        draft.rect = rect;
        let annotation = sink.annotate(draft);
        let wants_category = record.caption.is_none();
        let (image, category) = (record.image_id, record.category_id);
        if let Some(shape) = joints {
            let annotation = sink.annotate(Draft::new(NONE, NONE, row, 2, shape));
            let (image, category) = (image.clone(), category.clone());
            self.pending.push(Pending { annotation, image, category, wants_category });
        }
        self.pending.push(Pending { annotation, image, category, wants_category });
    }

    /// The box; a missing one is remarked unless the annotation is of a kind that has none.
    fn rect(&mut self, sink: &mut Sink<'_>, row: u32, record: &Record) -> Option<Rect> {
        self.boxed |= record.bbox.is_some();
        match &record.bbox {
            Some(Some(numbers)) if numbers.len() == 4 => {
                Some(Rect::new(numbers[0], numbers[1], numbers[2], numbers[3]))
            }
            Some(_) => {
                sink.remark_part(code::WRONG_TYPE, (row, 1), "bbox", "not four numbers");
                None
            }
            None => {
                let optional = record.caption.is_some()
                    || record.keypoints.is_some()
                    || (self.results && record.drawn != Drawn::Nothing);
                if !optional {
                    self.boxless.push(row);
                }
                None
            }
        }
    }

    fn shape(&self, sink: &mut Sink<'_>, row: u32, record: &Record, boxed: bool) -> Shape {
        match &record.drawn {
            Drawn::Rings(rings) => {
                Shape::Polygons(sink.labels.push_rings(rings.iter().map(Vec::as_slice)))
            }
            Drawn::Counts { size, counts } => {
                let size = size.map(|side| {
                    (side >= 0.0 && side.fract() == 0.0 && side < 4e9).then_some(side as u32)
                });
                match (size, counts) {
                    ([Some(height), Some(width)], Some(counts)) => {
                        sink.labels.push_mask(height, width, counts)
                    }
                    _ => {
                        sink.remark_part(code::RLE_BROKEN, (row, 1), "segmentation", "");
                        if boxed { Shape::Box } else { Shape::Class }
                    }
                }
            }
            Drawn::Broken => {
                sink.remark_part(code::WRONG_TYPE, (row, 1), "segmentation", "");
                if boxed { Shape::Box } else { Shape::Class }
            }
            Drawn::Nothing => match &record.caption {
                Some(caption) => Shape::Text(sink.labels.push_text(caption)),
                None if boxed => Shape::Box,
                None => Shape::Class,
            },
        }
    }

    fn resolve(mut self, sink: &mut Sink<'_>) {
        for (row, record) in std::mem::take(&mut self.panoptic) {
            self.segments(sink, row, &record);
        }
        // A file that gives classes to whole images has no box anywhere.
        for row in self.boxless.drain(..).filter(|_| self.boxed) {
            sink.remark_part(code::MISSING_FIELD, (row, 1), "bbox", "bbox");
        }
        for pending in std::mem::take(&mut self.pending) {
            let item = self.item_of(sink, &pending);
            let class = self.class_of(sink, &pending);
            let annotation = &mut sink.labels.annotations[pending.annotation as usize];
            (annotation.item, annotation.class) = (item, class);
        }
    }

    fn item_of(&mut self, sink: &mut Sink<'_>, pending: &Pending) -> u32 {
        let row = sink.labels.annotations[pending.annotation as usize].row;
        let Some(id) = &pending.image else {
            self.lacks(sink, pending, "image_id");
            return NONE;
        };
        if self.results || (self.is_cut && !self.images.contains_key(id)) {
            return sink.item(&format!("#{id}"), row);
        }
        self.images.get(id).copied().unwrap_or_else(|| {
            let note = format!("image_id {id}");
            let remark =
                Remark::annotation(code::UNKNOWN_ITEM, sink.labels, pending.annotation, note);
            sink.remarks.add(remark.in_field("image_id"));
            NONE
        })
    }

    fn class_of(&mut self, sink: &mut Sink<'_>, pending: &Pending) -> u32 {
        let row = sink.labels.annotations[pending.annotation as usize].row;
        let Some(id) = &pending.category else {
            if pending.wants_category {
                self.lacks(sink, pending, "category_id");
            }
            return NONE;
        };
        if !pending.wants_category {
            return self.categories.get(id).copied().unwrap_or(NONE);
        }
        if self.results || (self.is_cut && !self.categories.contains_key(id)) {
            return sink.class(&format!("#{id}"), row);
        }
        self.categories.get(id).copied().unwrap_or_else(|| {
            let note = format!("category_id {id}");
            let remark =
                Remark::annotation(code::UNKNOWN_CLASS, sink.labels, pending.annotation, note);
            sink.remarks.add(remark.in_field("category_id"));
            NONE
        })
    }

    fn lacks(&self, sink: &mut Sink<'_>, pending: &Pending, field: &'static str) {
        let remark =
            Remark::annotation(code::MISSING_FIELD, sink.labels, pending.annotation, field);
        sink.remarks.add(remark.in_field(field));
    }

    /// The segments of one panoptic picture: its pixels name them as R + 256 G + 65536 B.
    fn segments(&mut self, sink: &mut Sink<'_>, row: u32, record: &Record) {
        let folder = &self.stem;
        let picture = record.file_name.as_deref().and_then(|name| {
            let entry = sink.folder.entry(&format!("{folder}/{name}"));
            picture::ids(&entry.or(sink.folder.medium(name))?.path)
        });
        let mut masks =
            picture.filter(|picture| sink.afford(picture.len())).map(|picture| picture.masks());
        if masks.is_none() {
            let name = record.file_name.clone().unwrap_or_default();
            sink.remark(code::MASK_PICTURE, row, "annotations", name);
        }
        for (index, segment) in record.segments.iter().flatten().enumerate() {
            let part = index as u32 + 1;
            let id = segment.get("id").and_then(Value::as_i64);
            let mask = masks.as_mut().map(|masks| {
                let number = id.and_then(|id| u32::try_from(id).ok());
                number.and_then(|number| masks.remove(&number))
            });
            let shape = match mask {
                Some(Some(mask)) => sink.labels.push_mask(mask.height, mask.width, &mask.counts),
                Some(None) => {
                    let note = format!("segment {} has no pixel", id.unwrap_or_default());
                    sink.remark_part(code::MASK_PICTURE, (row, part), "segments_info", note);
                    Shape::Unread(sink.labels.push_text("panoptic segment"))
                }
                None => Shape::Unread(sink.labels.push_text("panoptic segment")),
            };
            let crowd = segment.get("iscrowd").and_then(Value::as_i64) == Some(1);
            // The number is a colour of this picture, no number of the file.
            let detail = Detail { crowd, ..Detail::default() };
            let annotation = sink.annotate(Draft::new(NONE, NONE, row, part, shape).with(detail));
            let category = segment.get("category_id").and_then(Value::as_i64).map(Id::Number);
            let image = record.image_id.clone();
            self.pending.push(Pending { annotation, image, category, wants_category: true });
        }
    }
}

/// Keypoints, checked against their own count.
fn joints(sink: &mut Sink<'_>, row: u32, points: &[f64], record: &Record) -> Shape {
    if !points.len().is_multiple_of(3) {
        let note = format!("{} numbers, not x, y, v triples", points.len());
        sink.remark_part(code::KEYPOINTS, (row, 1), "keypoints", note);
    }
    let marked = points.chunks_exact(3).filter(|point| point[2] > 0.0).count();
    if record.num_keypoints.is_some_and(|declared| declared != marked as f64) {
        let note = format!("num_keypoints is not {marked}");
        sink.remark_part(code::KEYPOINTS, (row, 1), "num_keypoints", note);
    }
    Shape::Keypoints(sink.labels.push_numbers(points))
}

#[cfg(test)]
mod tests {
    use shujian_core::Limits;

    use super::super::read_bytes;
    use super::*;

    #[test]
    fn what_is_right_beside_a_broken_record_is_kept() {
        let text = r#"{"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,2,3,"x"]},7,
            {"id":2,"image_id":1,"category_id":1,"bbox":[1,2,3,4],"segmentation":[[1,2,3,2,3,6]]}],
            "images":[{"id":1,"file_name":"a.jpg","width":9,"height":9}],
            "categories":[{"id":1,"name":"cat"}]"#;
        let read = read_bytes("a.json", text.as_bytes(), &Limits::default());
        assert_eq!(read.formats(), ["coco"]);
        let kinds: Vec<Shape> = read.labels.annotations.iter().map(|at| at.shape).collect();
        assert!(matches!(kinds[..], [Shape::Box, Shape::Polygons(_)]));
        assert!(read.labels.rects[0].h.is_nan());
        assert_eq!(read.remarks.count(code::WRONG_TYPE), 1);
        assert_eq!(read.remarks.count(code::SYNTAX), 1, "the last brace is missing");
        assert!(read.labels.annotations.iter().all(|at| at.item == 0 && at.class == 0));
    }

    #[test]
    fn results_name_images_and_classes_by_number() {
        let text = r#"[{"image_id":42,"category_id":18,"bbox":[1,2,3,4],"score":0.5}]"#;
        let read = read_bytes("r.json", text.as_bytes(), &Limits::default());
        assert_eq!(read.labels.item_name(0), "#42");
        assert_eq!(read.labels.class_name(0), "#18");
        assert_eq!(read.labels.details[0].score, Some(0.5));
        assert!(read.remarks.is_empty());
    }
}
