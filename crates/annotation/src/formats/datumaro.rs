//! Datumaro JSON. Records are items.
//!
//! Source: open-edge-platform.github.io/datumaro, "Datumaro format".

use serde_json::Value;

use super::json;
use super::soft::{self, number};
use super::{Draft, Format, Head, Sink, Source};
use crate::code;
use crate::labels::{Detail, NONE, Rect, Shape};
use crate::mask::Mask;

/// The format.
#[derive(Debug)]
pub struct Datumaro;

impl Format for Datumaro {
    fn name(&self) -> &'static str {
        "datumaro"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let Some(json) = &head.json else { return 0 };
        let own = !json.list
            && json.has("items")
            && (json.has("categories") || json.has_inner("annotations"));
        let begun = !json.list && json.has("infos") && json.has("categories");
        if own || begun { 2 } else { 0 }
    }

    fn read(&self, source: &Source, sink: &mut Sink<'_>) {
        json::drive(source, sink, &mut Reader::default());
    }
}

#[derive(Default)]
struct Reader {
    classes: Vec<u32>,
    row: u32,
}

impl json::Parts for Reader {
    fn want(&self, key: &str) -> json::Want {
        match key {
            "items" => json::Want::Each,
            "categories" => json::Want::Whole,
            _ => json::Want::Skip,
        }
    }

    fn element<'de, A: serde::de::SeqAccess<'de>>(
        &mut self,
        sink: &mut Sink<'_>,
        _: &str,
        list: &mut A,
    ) -> Result<bool, A::Error> {
        let Some(value) = list.next_element::<Value>()? else { return Ok(false) };
        self.row += 1;
        self.item(sink, &value);
        Ok(true)
    }

    fn whole(&mut self, sink: &mut Sink<'_>, _: &str, value: Value) {
        let labels =
            value.get("label").and_then(|label| label.get("labels")).and_then(Value::as_array);
        for (index, label) in labels.into_iter().flatten().enumerate() {
            let row = index as u32 + 1;
            let name = label.get("name").and_then(Value::as_str).unwrap_or("");
            if name.is_empty() {
                sink.remark(code::MISSING_FIELD, row, "categories", "name");
            }
            let known = sink.labels.classes.len() as u32;
            let class = sink.labels.declare_class(name, Some(index as i64), sink.file, row);
            if class == known && sink.labels.find_class(name) != Some(class) {
                sink.remark(code::REPEATED_CLASS, row, "categories", name);
            }
            self.classes.push(class);
        }
    }
}

impl Reader {
    fn item(&mut self, sink: &mut Sink<'_>, value: &Value) {
        let row = self.row;
        let Some(id) = value.get("id").and_then(soft::words) else {
            sink.skip(code::MISSING_FIELD, row, "items", "id");
            return;
        };
        sink.records += 1;
        let item = sink.item(&id, row);
        let medium = ["image", "media", "point_cloud"].iter().find_map(|key| value.get(key));
        if let Some(medium) = medium {
            sink.set_media(item, medium.get("path").and_then(Value::as_str).unwrap_or(""));
            if let Some([height, width]) =
                medium.get("size").and_then(Value::as_array).map(Vec::as_slice)
            {
                sink.set_size(item, number(Some(width)), number(Some(height)));
            }
        }
        let list = value.get("annotations").and_then(Value::as_array);
        if list.is_none() {
            sink.skip(code::MISSING_FIELD, row, "annotations", "annotations");
        }
        for (index, annotation) in list.into_iter().flatten().enumerate() {
            self.annotation(sink, (item, row, index as u32 + 1), annotation);
        }
    }

    fn annotation(&self, sink: &mut Sink<'_>, (item, row, part): (u32, u32, u32), value: &Value) {
        let kind = value.get("type").and_then(Value::as_str).unwrap_or("");
        let class = match value.get("label_id").and_then(Value::as_u64) {
            Some(number) => self.classes.get(number as usize).copied().unwrap_or_else(|| {
                sink.remark_part(code::UNKNOWN_CLASS, (row, part), "label_id", number.to_string());
                NONE
            }),
            None => NONE,
        };
        let list = |key: &str| {
            let list = value.get(key).and_then(Value::as_array).into_iter().flatten();
            list.map(|value| number(Some(value))).collect::<Vec<f64>>()
        };
        let mut rect = None;
        let shape = match kind {
            "label" => Shape::Class,
            "bbox" | "rotated_bbox" => {
                let at = list("bbox");
                match at[..] {
                    [x, y, w, h] => rect = Some(Rect::new(x, y, w, h)),
                    [cx, cy, w, h, turn] => {
                        rect = Some(Rect { x: cx - w / 2.0, y: cy - h / 2.0, w, h, turn })
                    }
                    _ => {
                        sink.remark_part(code::WRONG_TYPE, (row, part), "bbox", "not four numbers")
                    }
                }
                if rect.is_some() { Shape::Box } else { Shape::Class }
            }
            "polygon" => Shape::Polygons(sink.labels.push_rings([&*list("points")])),
            "polyline" => Shape::Polyline(sink.labels.push_numbers(&list("points"))),
            "points" => Shape::Points(sink.labels.push_numbers(&list("points"))),
            "mask" => mask(sink, (row, part), value),
            "caption" => {
                let caption = value.get("caption").and_then(Value::as_str).unwrap_or("");
                Shape::Text(sink.labels.push_text(caption))
            }
            "cuboid_3d" => {
                let (at, turn, size) = (list("position"), list("rotation"), list("scale"));
                let of = |list: &[f64], index: usize| list.get(index).copied().unwrap_or(f64::NAN);
                let numbers = [
                    of(&size, 0),
                    of(&size, 1),
                    of(&size, 2),
                    of(&at, 0),
                    of(&at, 1),
                    of(&at, 2),
                    of(&turn, 2),
                ];
                Shape::Cuboid(sink.labels.push_numbers(&numbers))
            }
            other => {
                sink.remark_part(code::UNREAD_SHAPE, (row, part), "type", other);
                Shape::Unread(sink.labels.push_text(other))
            }
        };
        let fields = value.get("attributes").and_then(Value::as_object).into_iter().flatten();
        let pairs: Vec<(&String, String)> =
            fields.filter_map(|(name, value)| Some((name, soft::words(value)?))).collect();
        let attributes = sink
            .labels
            .push_attributes(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let mut draft = Draft::new(item, class, row, part, shape);
        draft.rect = rect;
        sink.annotate(draft.with(Detail { attributes, ..Detail::default() }));
    }
}

/// A mask as COCO's counts.
fn mask(sink: &mut Sink<'_>, at: (u32, u32), value: &Value) -> Shape {
    let rle = value.get("rle");
    let counts = rle.and_then(|rle| Mask::counts_from_string(rle.get("counts")?.as_str()?));
    let size = rle.and_then(|rle| {
        let side = |index: usize| u32::try_from(rle.get("size")?.get(index)?.as_u64()?).ok();
        Some((side(0)?, side(1)?))
    });
    match (size, counts) {
        (Some((height, width)), Some(counts)) => sink.labels.push_mask(height, width, &counts),
        _ => {
            sink.remark_part(code::RLE_BROKEN, at, "rle", "");
            Shape::Unread(sink.labels.push_text("mask"))
        }
    }
}
