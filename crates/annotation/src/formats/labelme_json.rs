//! Labelme JSON, one file an image: rectangles, polygons, circles, lines, points, masks, flags.
//!
//! Source: github.com/wkentaro/labelme. Records are shapes; flags that are set are classes.

use serde_json::Value;

use super::json;
use super::soft::{self, number};
use super::{Draft, Format, Head, Sink, Source};
use crate::code;
use crate::labels::{Detail, Rect, Shape};

/// The format.
#[derive(Debug)]
pub struct LabelmeJson;

impl Format for LabelmeJson {
    fn name(&self) -> &'static str {
        "labelme-json"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let Some(json) = &head.json else { return 0 };
        let keys = ["version", "flags", "imagePath", "imageData", "imageHeight"];
        // The picture itself may stand before the shapes and fill the head.
        let begun = keys.iter().filter(|key| json.has(key)).count() >= 3;
        let own =
            ["imagePath", "imageHeight", "imageData", "flags"].iter().any(|key| json.has(key));
        if !json.list && (begun || (json.has("shapes") && own)) { 2 } else { 0 }
    }

    fn read(&self, source: &Source, sink: &mut Sink<'_>) {
        let item = sink.item(source.stem(), 0);
        sink.records += 1;
        json::drive(source, sink, &mut Reader { item, row: 0 });
    }
}

struct Reader {
    item: u32,
    row: u32,
}

impl json::Parts for Reader {
    fn want(&self, key: &str) -> json::Want {
        match key {
            "shapes" => json::Want::Each,
            "flags" | "imagePath" | "imageWidth" | "imageHeight" => json::Want::Whole,
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
        shape(sink, self.item, self.row, &value);
        Ok(true)
    }

    fn whole(&mut self, sink: &mut Sink<'_>, key: &str, value: Value) {
        match key {
            "imagePath" => sink.set_media(self.item, value.as_str().unwrap_or("")),
            "imageWidth" | "imageHeight" => {
                let Some(side) = value.as_f64() else { return };
                let at = usize::from(key == "imageHeight");
                let size = &mut sink.labels.items[self.item as usize].size;
                size.get_or_insert([f64::NAN; 2])[at] = side;
            }
            _ => {
                let flags = value.as_object().into_iter().flatten();
                for (flag, _) in flags.filter(|(_, set)| **set == Value::Bool(true)) {
                    let class = sink.class(flag, 0);
                    sink.annotate(Draft::new(self.item, class, 0, 0, Shape::Class));
                }
            }
        }
    }
}

fn shape(sink: &mut Sink<'_>, item: u32, row: u32, value: &Value) {
    let Some(fields) = value.as_object() else {
        sink.skip(code::WRONG_TYPE, row, "shapes", "not an object");
        return;
    };
    let label = fields.get("label").and_then(Value::as_str).unwrap_or("");
    if label.is_empty() {
        sink.remark_part(code::MISSING_FIELD, (row, 1), "label", "label");
    }
    let class = sink.class(label, row);
    let list = fields.get("points").and_then(Value::as_array);
    if list.is_none() {
        sink.remark_part(code::MISSING_FIELD, (row, 1), "points", "points");
    }
    let points: Vec<f64> = list
        .into_iter()
        .flatten()
        .flat_map(|point| [number(point.get(0)), number(point.get(1))])
        .collect();
    let kind = fields.get("shape_type").and_then(Value::as_str).unwrap_or("polygon");
    let mut rect = None;
    let shape = match (kind, points.len()) {
        ("rectangle", 4) => {
            // The two corners may be any two opposite ones.
            let (left, right) = (points[0].min(points[2]), points[0].max(points[2]));
            let (top, bottom) = (points[1].min(points[3]), points[1].max(points[3]));
            let broken = points.iter().any(|value| value.is_nan());
            let [left, right] = if broken { [f64::NAN; 2] } else { [left, right] };
            rect = Some(Rect::from_corners(left, top, right, bottom));
            Shape::Box
        }
        ("rotation" | "oriented_rectangle", 8) | ("polygon", _) => {
            Shape::Polygons(sink.labels.push_rings([&*points]))
        }
        ("circle", 4) => {
            let radius = (points[2] - points[0]).hypot(points[3] - points[1]);
            Shape::Ellipse(sink.labels.push_numbers(&[points[0], points[1], radius, radius]))
        }
        ("line" | "linestrip", _) => Shape::Polyline(sink.labels.push_numbers(&points)),
        ("point" | "points", _) => Shape::Points(sink.labels.push_numbers(&points)),
        ("mask", 4) => {
            rect = Some(Rect::from_corners(points[0], points[1], points[2], points[3]));
            sink.remark_part(code::UNREAD_SHAPE, (row, 1), "shape_type", "mask: only its box");
            Shape::Unread(sink.labels.push_text("mask"))
        }
        (other, count) => {
            let note = format!("{other} of {} points", count / 2);
            sink.remark_part(code::UNREAD_SHAPE, (row, 1), "shape_type", note);
            Shape::Unread(sink.labels.push_text(other))
        }
    };
    let own = fields.get("flags").and_then(Value::as_object).into_iter().flatten();
    let group = fields.get("group_id").filter(|group| !group.is_null());
    let pairs: Vec<(String, String)> = own
        .filter_map(|(name, value)| Some((name.clone(), soft::words(value)?)))
        .chain(group.and_then(|group| Some(("group_id".to_owned(), soft::words(group)?))))
        .collect();
    let mut draft = Draft::new(item, class, row, 1, shape);
    draft.rect = rect;
    if !pairs.is_empty() {
        let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let attributes = sink.labels.push_attributes(pairs);
        draft = draft.with(Detail { attributes, ..Detail::default() });
    }
    sink.annotate(draft);
}
