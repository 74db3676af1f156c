//! LabelMe XML of the MIT web tool: polygons, boxes drawn as polygons, masks in pictures.
//!
//! Source: labelme.csail.mit.edu, "Annotation files". Records are objects, in file order.

use super::xml::{self, Node};
use super::{Draft, Format, Head, Sink, Source, picture};
use crate::code;
use crate::labels::{Detail, Rect, Shape};

/// The format.
#[derive(Debug)]
pub struct LabelmeXml;

impl Format for LabelmeXml {
    fn name(&self) -> &'static str {
        "labelme-xml"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let own = ["<polygon>", "<imagesize>", "<segm>"].iter().any(|tag| head.text.contains(tag));
        if own && xml::root(head.text) == Some("annotation") { 2 } else { 0 }
    }

    fn read(&self, source: &Source, sink: &mut Sink<'_>) {
        let item = sink.item(source.stem(), 0);
        sink.records += 1;
        let (mut row, mut folder) = (0, String::new());
        xml::children(source, sink, |sink, node| match node.name.as_str() {
            "filename" => sink.set_media(item, &node.text),
            "folder" => folder = node.text,
            "imagesize" => sink.set_size(item, node.number_of("ncols"), node.number_of("nrows")),
            "object" => {
                row += 1;
                if node.text_of("deleted") != "1" {
                    object(sink, item, row, &node);
                }
            }
            _ => {}
        });
    }
}

fn object(sink: &mut Sink<'_>, item: u32, row: u32, node: &Node) {
    let name = node.text_of("name");
    if name.is_empty() {
        sink.remark_part(code::MISSING_FIELD, (row, 1), "name", "name");
    }
    let class = sink.class(name, row);
    let drawn = node.child("polygon").or_else(|| node.child("segm"));
    let rater = drawn.map(|drawn| drawn.text_of("username")).filter(|name| !name.is_empty());
    let rater = rater.map(|name| sink.labels.raters.intern(name));
    let pairs = ["occluded", "attributes"].map(|name| (name, node.text_of(name)));
    let attributes = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    let attributes = sink.labels.push_attributes(attributes);
    let id = node.text_of("id").parse().ok();
    let detail = Detail { id, attributes, ..Detail::default() };
    let mut draft = if let Some(polygon) = node.child("polygon") {
        let points: Vec<f64> =
            polygon.all("pt").flat_map(|pt| [pt.number_of("x"), pt.number_of("y")]).collect();
        match rectangle(&points).filter(|_| node.text_of("type") == "bounding_box") {
            Some(rect) => Draft::boxed(item, class, row, 1, rect),
            None => {
                let rings = sink.labels.push_rings([&*points]);
                Draft::new(item, class, row, 1, Shape::Polygons(rings))
            }
        }
    } else if let Some(segm) = node.child("segm") {
        let shape = mask(sink, row, segm.text_of("mask"));
        Draft::new(item, class, row, 1, shape)
    } else {
        sink.remark_part(code::MISSING_FIELD, (row, 1), "polygon", "polygon");
        Draft::new(item, class, row, 1, Shape::Class)
    };
    draft.rater = rater;
    sink.annotate(draft.with(detail));
}

/// The box of four points that are corners of one.
fn rectangle(points: &[f64]) -> Option<Rect> {
    if points.len() != 8 {
        return None;
    }
    let (xs, ys) = (points.iter().step_by(2), points.iter().skip(1).step_by(2));
    let left = xs.clone().copied().fold(f64::INFINITY, f64::min);
    let right = xs.copied().fold(f64::NEG_INFINITY, f64::max);
    let top = ys.clone().copied().fold(f64::INFINITY, f64::min);
    let bottom = ys.copied().fold(f64::NEG_INFINITY, f64::max);
    Some(Rect::from_corners(left, top, right, bottom))
}

/// A mask picture: every pixel that is not black is inside.
fn mask(sink: &mut Sink<'_>, row: u32, name: &str) -> Shape {
    let picture = sink.folder.medium(name).and_then(|entry| picture::ids(&entry.path));
    let picture = picture.filter(|picture| sink.afford(picture.len()));
    match picture {
        Some(picture) => {
            let mask = picture.not_black();
            sink.labels.push_mask(mask.height, mask.width, &mask.counts)
        }
        None => {
            sink.remark_part(code::MASK_PICTURE, (row, 1), "mask", name);
            Shape::Unread(sink.labels.push_text("mask picture"))
        }
    }
}
