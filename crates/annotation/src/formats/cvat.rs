//! CVAT XML 1.1 for images and for video (tracks). Records are images and tracks, in file order.
//!
//! Source: docs.cvat.ai, "XML annotation format".

use super::xml::{self, Node, number};
use super::{Draft, Format, Head, Sink, Source};
use crate::code;
use crate::labels::{Detail, NONE, Rect, Shape};
use crate::mask::{MAX_PIXELS, Mask};

/// The format.
#[derive(Debug)]
pub struct Cvat;

impl Format for Cvat {
    fn name(&self) -> &'static str {
        "cvat"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let cvat = xml::root(head.text) == Some("annotations")
            && ["<image", "<track", "<meta", "<version"].iter().any(|tag| head.text.contains(tag));
        if cvat { 2 } else { 0 }
    }

    fn read(&self, source: &Source, sink: &mut Sink<'_>) {
        let mut row = 0;
        let mut size = None;
        xml::children(source, sink, |sink, node| match node.name.as_str() {
            "meta" => {
                size = meta(sink, &node);
            }
            "image" => {
                row += 1;
                image(sink, row, &node);
            }
            "track" => {
                row += 1;
                track(sink, row, &node, size);
            }
            _ => {}
        });
    }
}

/// Declares the labels; returns the size of the video's frames.
fn meta(sink: &mut Sink<'_>, node: &Node) -> Option<[f64; 2]> {
    let mut size = None;
    let mut open = vec![node];
    let mut row = 0;
    while let Some(node) = open.pop() {
        match node.name.as_str() {
            "label" if node.child("name").is_some() => {
                row += 1;
                let name = node.text_of("name");
                // A project lists its labels once more for each task.
                if sink.labels.find_class(name).is_none() {
                    sink.labels.declare_class(name, None, sink.file, row);
                }
            }
            "original_size" => size = Some([node.number_of("width"), node.number_of("height")]),
            _ => open.extend(node.children.iter().rev()),
        }
    }
    size
}

fn image(sink: &mut Sink<'_>, row: u32, node: &Node) {
    let name = node.attribute("name");
    if name.is_empty() {
        sink.skip(code::MISSING_FIELD, row, "image", "name");
        return;
    }
    sink.records += 1;
    let subset = node.attribute("subset");
    let full = if subset.is_empty() || name.starts_with(subset) {
        name.to_owned()
    } else {
        format!("{subset}/{name}")
    };
    let item = sink.item(&full, row);
    sink.set_media(item, name);
    sink.labels.items[item as usize].id = node.attribute("id").parse().ok();
    sink.set_size(item, node.attribute_number("width"), node.attribute_number("height"));
    let size = sink.labels.items[item as usize].size;
    for (index, shape) in node.children.iter().enumerate() {
        let label = shape.attribute("label");
        let is_given = shape.attributes.iter().any(|(name, _)| name == "label");
        if is_given && label.is_empty() {
            sink.remark_part(code::MISSING_FIELD, (row, index as u32 + 1), "label", "label");
        }
        let class = class(sink, row, index as u32 + 1, label);
        let detail = detail(sink, shape);
        add(sink, (row, index as u32 + 1), (item, class, size), shape, detail);
    }
}

fn class(sink: &mut Sink<'_>, row: u32, part: u32, name: &str) -> u32 {
    let known = sink.labels.find_class(name);
    let declared = sink.labels.classes.iter().any(|class| class.declared);
    if !name.is_empty()
        && declared
        && known.is_none_or(|class| !sink.labels.classes[class as usize].declared)
    {
        sink.remark_part(code::UNKNOWN_CLASS, (row, part), "label", name);
    }
    sink.class(name, row)
}

fn detail(sink: &mut Sink<'_>, node: &Node) -> Detail {
    let own = node.all("attribute").map(|child| (child.attribute("name"), child.text.as_str()));
    let occluded = Some(("occluded", "true")).filter(|_| node.attribute("occluded") == "1");
    let attributes = sink.labels.push_attributes(own.chain(occluded));
    Detail { attributes, ..Detail::default() }
}

/// A track: one box or polygon a frame; frames where it is outside carry nothing.
fn track(sink: &mut Sink<'_>, row: u32, node: &Node, size: Option<[f64; 2]>) {
    sink.records += 1;
    let class = class(sink, row, 0, node.attribute("label"));
    let id = node.attribute("id").parse().ok();
    for (index, shape) in node.children.iter().enumerate() {
        if shape.attribute("outside") == "1" {
            continue;
        }
        let part = index as u32 + 1;
        let Ok(frame) = shape.attribute("frame").parse::<u64>() else {
            sink.remark_part(code::MISSING_FIELD, (row, part), "frame", shape.attribute("frame"));
            continue;
        };
        let item = sink.item(&format!("frame_{frame:06}"), row);
        if let Some([width, height]) = size {
            sink.set_size(item, width, height);
        }
        let size = sink.labels.items[item as usize].size;
        let detail = Detail { track: id, ..detail(sink, shape) };
        add(sink, (row, part), (item, class, size), shape, detail);
    }
}

fn add(
    sink: &mut Sink<'_>,
    (row, part): (u32, u32),
    (item, class, size): (u32, u32, Option<[f64; 2]>),
    node: &Node,
    detail: Detail,
) {
    let side = |name| node.attribute_number(name);
    let mut rect = None;
    let shape = match node.name.as_str() {
        "box" => {
            let upright = Rect::from_corners(side("xtl"), side("ytl"), side("xbr"), side("ybr"));
            let turn = node.attribute("rotation").parse().unwrap_or(0.0);
            rect = Some(Rect { turn, ..upright });
            Shape::Box
        }
        "polygon" => Shape::Polygons(sink.labels.push_rings([&*points(node)])),
        "polyline" => Shape::Polyline(sink.labels.push_numbers(&points(node))),
        "points" => Shape::Points(sink.labels.push_numbers(&points(node))),
        "ellipse" => {
            let sides = [side("cx"), side("cy"), side("rx"), side("ry")];
            Shape::Ellipse(sink.labels.push_numbers(&sides))
        }
        "cuboid" => {
            let xs = ["xtl1", "xbl1", "xtr1", "xbr1", "xtl2", "xbl2", "xtr2", "xbr2"].map(side);
            let ys = ["ytl1", "ybl1", "ytr1", "ybr1", "ytl2", "ybl2", "ytr2", "ybr2"].map(side);
            let corners: Vec<f64> = xs.into_iter().zip(ys).flat_map(|(x, y)| [x, y]).collect();
            Shape::Points(sink.labels.push_numbers(&corners))
        }
        "mask" => mask(sink, (row, part), node, size),
        "tag" => Shape::Class,
        "skeleton" => {
            let joints: Vec<f64> = node
                .all("points")
                .flat_map(|joint| {
                    let seen = if joint.attribute("occluded") == "1" { 1.0 } else { 2.0 };
                    let seen = if joint.attribute("outside") == "1" { 0.0 } else { seen };
                    let at = points(joint);
                    [
                        at.first().copied().unwrap_or(f64::NAN),
                        at.get(1).copied().unwrap_or(f64::NAN),
                        seen,
                    ]
                })
                .collect();
            Shape::Keypoints(sink.labels.push_numbers(&joints))
        }
        other => {
            sink.remark_part(code::UNREAD_SHAPE, (row, part), "shape", other);
            Shape::Unread(sink.labels.push_text(other))
        }
    };
    let mut draft = Draft::new(item, class, row, part, shape);
    draft.rect = rect;
    if detail != Detail::default() && (detail.attributes.len > 0 || detail.track.is_some()) {
        draft.detail = Some(detail);
    }
    if class == NONE {
        sink.remark_part(code::NO_CLASS, (row, part), "label", "");
    }
    sink.annotate(draft);
}

/// `x,y;x,y;…`
fn points(node: &Node) -> Vec<f64> {
    let text = node.attribute("points");
    text.split([';', ',']).filter(|part| !part.trim().is_empty()).map(number).collect()
}

/// CVAT counts row by row inside the mask's box; it is turned to columns of the whole image.
fn mask(sink: &mut Sink<'_>, at: (u32, u32), node: &Node, size: Option<[f64; 2]>) -> Shape {
    match size.and_then(|size| unpack(sink, node, size)) {
        Some(mask) => sink.labels.push_mask(mask.height, mask.width, &mask.counts),
        None => {
            sink.remark_part(code::RLE_BROKEN, at, "mask", "");
            Shape::Unread(sink.labels.push_text("mask"))
        }
    }
}

fn unpack(sink: &mut Sink<'_>, node: &Node, [full_width, full_height]: [f64; 2]) -> Option<Mask> {
    let sides =
        ["left", "top", "width", "height"].map(|name| node.attribute(name).parse::<u32>().ok());
    let [left, top, width, height] = sides;
    let (left, top, width, height) = (left?, top?, width?, height?);
    let inside = f64::from(left) + f64::from(width) <= full_width
        && f64::from(top) + f64::from(height) <= full_height
        && full_width * full_height <= MAX_PIXELS as f64;
    let area = u64::from(width) * u64::from(height);
    if !inside || !sink.afford(area) {
        return None;
    }
    let mut pixels = vec![false; usize::try_from(area).ok()?];
    let (mut from, mut marked) = (0_usize, false);
    for count in node.attribute("rle").split(',') {
        let to = from.checked_add(count.trim().parse().ok()?)?;
        pixels.get_mut(from..to)?.fill(marked);
        (from, marked) = (to, !marked);
    }
    if from != pixels.len() {
        return None;
    }
    let (rows, columns) = (full_height as u32, full_width as u32);
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for x in 0..width {
        for y in (0..height).filter(|y| pixels[(y * width + x) as usize]) {
            let at = (left + x) * rows + top + y;
            match runs.last_mut() {
                Some(run) if run.1 == at => run.1 += 1,
                _ => runs.push((at, at + 1)),
            }
        }
    }
    Some(Mask::from_runs(rows, columns, &runs))
}

#[cfg(test)]
mod tests {
    use shujian_core::Limits;

    use super::super::read_bytes;
    use super::*;

    #[test]
    fn a_mask_is_turned_from_rows_of_its_box_to_columns_of_the_image() {
        let text = r#"<annotations><image id="0" name="a.jpg" width="6" height="4">
            <mask label="x" rle="1,2,1,2" left="2" top="1" width="3" height="2"/>
            <mask label="x" rle="1,2" left="2" top="1" width="3" height="2"/></image></annotations>"#;
        let read = read_bytes("a.xml", text.as_bytes(), &Limits::default());
        let labels = &read.labels;
        let counts = labels.counts[labels.masks[0].counts.range()].to_vec();
        let mask = Mask::new(labels.masks[0].height, labels.masks[0].width, counts).unwrap();
        // Rows of the box: .## and .##: columns 3 and 4, rows 1 and 2 of the image.
        assert_eq!((mask.area(), mask.bounds()), (4, [3, 1, 2, 2]));
        assert_eq!(labels.masks.len(), 1);
        assert_eq!(read.remarks.count(code::RLE_BROKEN), 1, "counts that do not fill the box");
    }

    #[test]
    fn a_few_bytes_cannot_claim_endless_pixels() {
        let mask =
            r#"<mask label="x" rle="0,144000000" left="0" top="0" width="12000" height="12000"/>"#;
        let text = format!(
            r#"<annotations><image id="0" name="a.jpg" width="12000" height="12000">{}</image></annotations>"#,
            mask.repeat(9)
        );
        let read = read_bytes("a.xml", text.as_bytes(), &Limits::default());
        assert_eq!(read.labels.masks.len(), 1);
        assert_eq!(read.remarks.count(code::RLE_BROKEN), 8);
    }

    #[test]
    fn a_track_labels_the_frames_where_it_is_not_outside() {
        let text = r#"<annotations><track id="3" label="car">
            <box frame="0" outside="0" xtl="1" ytl="2" xbr="9" ybr="8"/>
            <box frame="1" outside="1" xtl="1" ytl="2" xbr="9" ybr="8"/></track></annotations>"#;
        let read = read_bytes("a.xml", text.as_bytes(), &Limits::default());
        assert_eq!(read.labels.annotations.len(), 1);
        assert_eq!(read.labels.item_name(0), "frame_000000");
        assert_eq!(read.labels.details[0].track, Some(3));
    }
}
