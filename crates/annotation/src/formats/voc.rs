//! Pascal VOC: an XML file an image, image sets with classes, instance masks as pictures.
//!
//! Source: host.robots.ox.ac.uk/pascal/VOC/voc2012, development kit. Boxes are 1-based and inclusive;
//! they are kept as written.

use super::xml::{self, Node};
use super::{Draft, Format, Head, Sink, Source, picture};
use crate::code;
use crate::labels::{Detail, Labels, Rect, Shape};

/// The format.
#[derive(Debug)]
pub struct Voc;

/// Classes, in the order of the colour map, and the parts of a person.
const STANDARD: [&str; 25] = [
    "background",
    "aeroplane",
    "bicycle",
    "bird",
    "boat",
    "bottle",
    "bus",
    "car",
    "cat",
    "chair",
    "cow",
    "diningtable",
    "dog",
    "horse",
    "motorbike",
    "person",
    "pottedplant",
    "sheep",
    "sofa",
    "train",
    "tvmonitor",
    "ignored",
    "head",
    "hand",
    "foot",
];

/// The first classes have colours.
const COLOURED: usize = 21;

impl Format for Voc {
    fn name(&self) -> &'static str {
        "voc"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        if is_instance_mask(head.name) {
            return 3;
        }
        if image_set(head.name).is_some() && head.has_extension(&["txt"]) {
            return 3;
        }
        let voc = xml::root(head.text) == Some("annotation")
            && ["<polygon>", "<imagesize>", "<segm>"].iter().all(|tag| !head.text.contains(tag))
            && ["<object>", "<size>", "<filename>"].iter().any(|tag| head.text.contains(tag));
        if voc { 2 } else { 0 }
    }

    fn read(&self, source: &Source, sink: &mut Sink<'_>) {
        sink.cache.voc |= sink.folder.nearest(&source.name, &["labelmap.txt"]).is_none();
        if is_instance_mask(&source.name) {
            instances(source, sink);
        } else if let Some(kind) = image_set(&source.name) {
            let kind = kind.to_owned();
            set(source, sink, &kind);
        } else {
            annotation(source, sink);
        }
    }
}

/// Whether a picture holds the instances of a VOC image.
pub(super) fn is_instance_mask(name: &str) -> bool {
    name.ends_with(".png") && parent(name) == Some("SegmentationObject")
}

fn parent(name: &str) -> Option<&str> {
    name.rsplit('/').nth(1)
}

/// The kind of an image set: the folder below `ImageSets`.
fn image_set(name: &str) -> Option<&str> {
    let mut folders = name.rsplit('/').skip(1);
    let kind = folders.next()?;
    (folders.next() == Some("ImageSets")).then_some(kind)
}

/// Whether a file lists the images of a set.
pub(super) fn is_image_set(name: &str) -> bool {
    image_set(name).is_some()
}

/// The name of an image: its place before `folder`, if that is where it lies, and its stem.
fn image_name(path: &str, folder: &str, stem: &str) -> String {
    match path.rfind(&format!("{folder}/")) {
        Some(at) if at == 0 || path.as_bytes()[at - 1] == b'/' => format!("{}{stem}", &path[..at]),
        _ => match path.rfind('/') {
            Some(slash) => format!("{}/{stem}", &path[..slash]),
            None => stem.to_owned(),
        },
    }
}

fn annotation(source: &Source, sink: &mut Sink<'_>) {
    let base = super::source::stem(source.base()).to_owned();
    let item = sink.item(&image_name(&source.name, "Annotations", &base), 0);
    sink.records += 1;
    let mut row = 0;
    xml::children(source, sink, |sink, node| match node.name.as_str() {
        "filename" => sink.set_media(item, &node.text),
        "size" => sink.set_size(item, node.number_of("width"), node.number_of("height")),
        "object" => {
            row += 1;
            object(sink, item, (row, 1), &node);
            for (index, part) in node.all("part").enumerate() {
                object(sink, item, (row, index as u32 + 2), part);
            }
        }
        _ => {}
    });
}

fn object(sink: &mut Sink<'_>, item: u32, (row, part): (u32, u32), node: &Node) {
    let name = node.text_of("name");
    if name.is_empty() {
        sink.remark_part(code::MISSING_FIELD, (row, part), "name", "name");
    }
    let class = sink.class(name, row);
    let flags = ["pose", "truncated", "difficult", "occluded"];
    let flags = flags.iter().filter_map(|name| Some((*name, node.child(name)?.text.as_str())));
    let actions = node.child("actions").into_iter().flat_map(|actions| &actions.children);
    let pairs = flags.chain(actions.map(|action| (action.name.as_str(), action.text.as_str())));
    let attributes = sink.labels.push_attributes(pairs);
    let crowd = node.text_of("difficult") == "1";
    let detail = Detail { attributes, crowd, ..Detail::default() };
    let draft = match (node.child("bndbox"), node.child("robndbox")) {
        (Some(at), _) => {
            let [left, top, right, bottom] =
                ["xmin", "ymin", "xmax", "ymax"].map(|side| at.number_of(side));
            Draft::boxed(item, class, row, part, Rect::from_corners(left, top, right, bottom))
        }
        (None, Some(at)) => {
            let [cx, cy, w, h, angle] =
                ["cx", "cy", "w", "h", "angle"].map(|side| at.number_of(side));
            let rect = Rect { x: cx - w / 2.0, y: cy - h / 2.0, w, h, turn: angle.to_degrees() };
            Draft::boxed(item, class, row, part, rect)
        }
        (None, None) => {
            sink.remark_part(code::MISSING_FIELD, (row, part), "bndbox", "bndbox");
            Draft::new(item, class, row, part, Shape::Class)
        }
    };
    sink.annotate(draft.with(detail));
}

/// Lines `image` or `image flag`: `person_train.txt` with flag 1 says that a person is in the image.
fn set(source: &Source, sink: &mut Sink<'_>, kind: &str) {
    let name = super::source::stem(source.base()).to_owned();
    let class = name.rsplit_once('_').map(|(class, _)| class.to_owned());
    let path = source.name.clone();
    let main = kind == "Main";
    source.lines(sink, |sink, row, line| {
        let mut words = line.split_whitespace();
        let Some(image) = words.next().filter(|word| !word.starts_with('#')) else { return };
        let item = sink.item(&image_name(&path, "ImageSets", image), row);
        sink.set_media(item, &format!("{image}.jpg"));
        let (Some(class), true, Some("1")) = (&class, main, words.next()) else { return };
        let class = sink.class(class, row);
        sink.annotate(Draft::new(item, class, row, 1, Shape::Class));
    });
}

/// One mask for each instance colour, of the class most frequent beneath it.
fn instances(source: &Source, sink: &mut Sink<'_>) {
    let super::Content::File(path) = &source.content else { return };
    let base = super::source::stem(source.base()).to_owned();
    let item = sink.item(&image_name(&source.name, "SegmentationObject", &base), 0);
    let Some(objects) = picture::ids(path) else {
        sink.skipped += 1;
        sink.remark_file(code::MASK_PICTURE, source.name.as_str());
        return;
    };
    sink.records += 1;
    let beside = source.name.replace("SegmentationObject/", "SegmentationClass/");
    let classes = sink.folder.entry(&beside).and_then(|entry| picture::ids(&entry.path));
    let classes = classes.map(|classes| classes.most_under(&objects)).unwrap_or_default();
    let border = colour(255);
    let masks = objects.masks();
    for (row, (id, mask)) in
        (1..).zip(masks.into_iter().filter(|(id, _)| *id != 0 && *id != border))
    {
        let under = classes.get(&id).copied();
        let number = under.and_then(|under| (0..COLOURED).find(|&number| colour(number) == under));
        let class = match number {
            Some(number) => sink.class(STANDARD[number], row),
            None => {
                let note = format!("instance colour {id:#08x}");
                sink.remark(code::UNKNOWN_CLASS, row, "SegmentationClass", note);
                crate::labels::NONE
            }
        };
        let shape = sink.labels.push_mask(mask.height, mask.width, &mask.counts);
        sink.annotate(Draft::new(item, class, row, 1, shape));
    }
}

/// The colour of a class number in VOC's map, as R + 256 G + 65536 B.
fn colour(number: usize) -> u32 {
    let (mut rgb, mut rest) = ([0_u32; 3], number);
    for shift in (0..8).rev() {
        for (channel, value) in rgb.iter_mut().enumerate() {
            *value |= ((rest >> channel & 1) as u32) << shift;
        }
        rest >>= 3;
    }
    rgb[0] | rgb[1] << 8 | rgb[2] << 16
}

/// Where no file lists classes and all met are standard ones, the standard list is the vocabulary.
pub(super) fn declare_standard(labels: &mut Labels) {
    if labels.classes.iter().all(|class| STANDARD.contains(&&*class.name)) {
        for (index, name) in STANDARD.iter().enumerate() {
            labels.declare_class(name, Some(index as i64), crate::labels::NONE, index as u32 + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_those_of_the_development_kit() {
        assert_eq!(colour(1), 128);
        assert_eq!(colour(2), 128 << 8);
        assert_eq!(colour(15), 192 | 128 << 8 | 128 << 16);
        assert_eq!(colour(255), 224 | 224 << 8 | 192 << 16);
    }

    #[test]
    fn an_image_is_named_by_its_place_before_the_folder() {
        assert_eq!(image_name("a/Annotations/x.xml", "Annotations", "x"), "a/x");
        assert_eq!(image_name("a/ImageSets/Main/t.txt", "ImageSets", "x"), "a/x");
        assert_eq!(image_name("b/x.xml", "Annotations", "x"), "b/x");
        assert_eq!(image_name("x.xml", "Annotations", "x"), "x");
    }
}
