//! Labelme JSON, one file an image: rectangles, polygons, circles, lines, points, masks, flags.
//!
//! Source: github.com/wkentaro/labelme. Records are shapes; flags that are set are classes.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::json;
use super::picture::{self, Ids};
use super::soft::{self, number};
use super::{Draft, Format, Head, Sink, Source};
use crate::code;
use crate::labels::{Detail, NONE, Rect, Shape};

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
        let mut reader = Reader { item, row: 0, is_listed: false, masks: Vec::new() };
        let is_whole = json::drive(source, sink, &mut reader);
        if is_whole && !reader.is_listed {
            sink.skip(code::MISSING_FIELD, 0, "shapes", "shapes");
        }
        reader.lay_masks(sink);
    }
}

struct Reader {
    item: u32,
    row: u32,
    /// Whether there are shapes or flags, though they be none.
    is_listed: bool,
    /// Masks whose image has no size yet: Labelme writes it last.
    masks: Vec<Masked>,
}

/// A mask as it stands in a file: a picture of its own at a place in the image.
struct Masked {
    /// The annotation that waits for it.
    annotation: u32,
    at: [u32; 2],
    picture: Ids,
}

impl Reader {
    /// Lays masks into the image; where its size is unknown, into the least that holds them all.
    fn lay_masks(self, sink: &mut Sink<'_>) {
        let side =
            |value: f64| (value >= 1.0 && value <= f64::from(u32::MAX)).then_some(value as u32);
        let declared = sink.labels.items[self.item as usize].size;
        let declared = declared.and_then(|[width, height]| Some([side(width)?, side(height)?]));
        let reach = |masked: &Masked| {
            let [width, height] = masked.picture.size();
            [masked.at[0].saturating_add(width), masked.at[1].saturating_add(height)]
        };
        let least =
            self.masks.iter().map(reach).fold([0; 2], |[a, b], [c, d]| [a.max(c), b.max(d)]);
        for Masked { annotation, at, picture } in self.masks {
            match picture.laid_at(at, declared.unwrap_or(least)) {
                Some(mask) => {
                    let shape = sink.labels.push_mask(mask.height, mask.width, &mask.counts);
                    let drawn = &mut sink.labels.annotations[annotation as usize];
                    // What the pixels say goes before what the corners do.
                    (drawn.shape, drawn.rect) = (shape, NONE);
                }
                None => {
                    let row = sink.labels.annotations[annotation as usize].row;
                    let [width, height] = picture.size();
                    let note = format!("{width} × {height} at {} {} is not inside", at[0], at[1]);
                    sink.remark_part(code::MASK_PICTURE, (row, 1), "mask", note);
                }
            }
        }
    }
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
        self.is_listed = true;
        let Some(value) = list.next_element::<Value>()? else { return Ok(false) };
        self.row += 1;
        if let Some(annotation) = shape(sink, self.item, self.row, &value) {
            self.masks.extend(masked(sink, annotation, self.row, &value));
        }
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

/// The picture of a mask in base64, and where its left top corner lies; a remark where it cannot be read.
fn masked(sink: &mut Sink<'_>, annotation: u32, row: u32, value: &Value) -> Option<Masked> {
    let corner = value.get("points")?.get(0)?;
    let place = |index| {
        let at = number(corner.get(index));
        (0.0..=f64::from(u32::MAX)).contains(&at).then_some(at as u32)
    };
    let bytes = value.get("mask").and_then(Value::as_str);
    let bytes = bytes.and_then(|text| STANDARD.decode(text.trim()).ok());
    let picture = bytes.and_then(|bytes| {
        let long = bytes.len() as u64;
        picture::ids_of(Cursor::new(bytes), long)
    });
    let picture = picture.filter(|picture| sink.afford(picture.len()));
    match (picture, place(0), place(1)) {
        (Some(picture), Some(left), Some(top)) => {
            Some(Masked { annotation, at: [left, top], picture })
        }
        _ => {
            sink.remark_part(code::MASK_PICTURE, (row, 1), "mask", "only its box is kept");
            None
        }
    }
}

/// Adds a shape; gives its number where it is a mask, whose pixels are to be read yet.
fn shape(sink: &mut Sink<'_>, item: u32, row: u32, value: &Value) -> Option<u32> {
    let Some(fields) = value.as_object() else {
        sink.skip(code::WRONG_TYPE, row, "shapes", "not an object");
        return None;
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
    let annotation = sink.annotate(draft);
    ((kind, points.len()) == ("mask", 4)).then_some(annotation)
}

#[cfg(test)]
mod tests {
    use shujian_core::Limits;

    use super::super::read_bytes;
    use super::*;

    /// A file with one mask whose picture of 3 by 2 pixels is all inside but one, at 4 and 5.
    fn with_mask(mask: &str, size: &str) -> String {
        format!(
            r#"{{"version":"5.4.1","flags":{{}},"shapes":[{{"label":"dog","points":[[4,5],[6,6]],
            "shape_type":"mask","flags":{{}},"mask":"{mask}"}}],"imagePath":"a.jpg"{size}}}"#
        )
    }

    fn picture() -> String {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 3, 2);
        encoder.set_color(png::ColorType::Grayscale);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&[1, 1, 0, 1, 1, 1]).unwrap();
        writer.finish().unwrap();
        STANDARD.encode(bytes)
    }

    #[test]
    fn a_mask_is_read_to_the_pixel_wherever_the_size_stands() {
        let size = r#","imageHeight":10,"imageWidth":20"#;
        for (size, [height, width]) in [(size, [10, 20]), ("", [7, 7])] {
            let text = with_mask(&picture(), size);
            let read = read_bytes("a.json", text.as_bytes(), &Limits::default());
            assert!(read.remarks.is_empty(), "{:?}", read.remarks);
            let mask = &read.labels.masks[0];
            assert_eq!((mask.height, mask.width), (height, width));
            let counts = &read.labels.counts[mask.counts.range()];
            let first = 4 * height + 5;
            let rest = height - 2;
            assert_eq!(counts[..6], [first, 2, rest, 2, rest + 1, 1]);
            assert!(matches!(read.labels.annotations[0].shape, Shape::Mask(0)));
        }
    }

    #[test]
    fn a_broken_mask_is_a_finding_and_its_box_is_kept() {
        let small = r#","imageHeight":6,"imageWidth":20"#;
        for text in [with_mask("iVBORw0", ""), with_mask(&picture(), small)] {
            let read = read_bytes("a.json", text.as_bytes(), &Limits::default());
            assert_eq!(read.remarks.count(code::MASK_PICTURE), 1);
            assert_eq!(read.labels.rects[0].bounds(), [4.0, 5.0, 6.0, 6.0]);
            assert!(matches!(read.labels.annotations[0].shape, Shape::Unread(_)));
        }
    }
}
