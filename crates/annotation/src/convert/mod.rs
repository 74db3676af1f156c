//! Writers: labels out to another format, with what is lost.

mod form;
mod images;
mod json;
mod lines;
mod tables;
mod xml;

use std::collections::{BTreeMap, BTreeSet};

use shujian_core::Bilingual;

pub use form::{ConversionForm, FileForm, LossForm};

use crate::labels::{Annotation, Detail, Labels, NONE, Rect, Shape};
use crate::mask::Mask;

/// A format that can be written.
#[derive(Debug, Clone, Copy)]
pub struct Writer {
    /// Its name, that of the reader.
    pub name: &'static str,
    /// Shapes it can say, by the names of [`kind`].
    pub shapes: &'static [&'static str],
    /// What else it can say.
    pub keeps: &'static [Keep],
    write: fn(&Job<'_>, &mut Files),
}

/// What annotations have beside class and shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keep {
    /// Who labelled.
    Rater,
    /// Attributes.
    Attributes,
    /// Confidence.
    Score,
    /// Track.
    Track,
    /// Time the rater took.
    Seconds,
    /// When it was given.
    Moment,
    /// Crowd or ignored.
    Crowd,
    /// A turned box.
    Turn,
}

/// Every format that can be written, by name.
pub static WRITERS: &[Writer] = &[
    json::COCO,
    json::DATUMARO,
    json::DOCCANO,
    json::LABEL_STUDIO,
    json::LABELME,
    lines::CONLL,
    lines::ICDAR,
    lines::KITTI,
    lines::MOT,
    lines::RTTM,
    lines::TEXTGRID,
    images::YOLO,
    tables::CSV,
    tables::JSONL,
    tables::PARQUET,
    xml::CVAT,
    xml::LABELME,
    xml::VOC,
];

/// Files written, by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Something the target format cannot say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// What it is.
    pub what: Bilingual,
    /// The kind of shape, where it is one.
    pub shape: &'static str,
    /// Annotations it concerns.
    pub count: u64,
}

/// Formats whose coordinates are shares of width and height; those of the others are pixels.
const SHARES: [&str; 2] = ["label-studio", "yolo"];

/// What a conversion gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Converted {
    /// Files, by path below the target folder.
    pub files: Files,
    /// What was lost, the gravest first.
    pub lost: Vec<Loss>,
    /// Annotations written.
    pub written: u64,
}

/// Writes labels in a format; `None` for a format that is not in [`WRITERS`].
pub fn convert(labels: &Labels, format: &str) -> Option<Converted> {
    let writer = WRITERS.iter().find(|writer| writer.name == format)?;
    let (order, starts) = labels.by_item();
    let job = Job { labels, writer, order, starts };
    let mut files = Files::new();
    (writer.write)(&job, &mut files);
    let (lost, written) = job.losses();
    Some(Converted { files, lost, written })
}

/// A conversion under way.
struct Job<'a> {
    labels: &'a Labels,
    writer: &'a Writer,
    order: Vec<u32>,
    starts: Vec<u32>,
}

/// How an annotation goes over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Whole,
    /// Only the box around it.
    Boxed,
    /// Left out: pixels cannot be told from shares, or shares from pixels, without the image's size.
    Unsized,
    Dropped,
}

impl<'a> Job<'a> {
    fn says(&self, kind: &str) -> bool {
        self.writer.shapes.contains(&kind)
    }

    fn keeps(&self, keep: Keep) -> bool {
        self.writer.keeps.contains(&keep)
    }

    fn fate(&self, annotation: &Annotation) -> Fate {
        if annotation.item == NONE {
            Fate::Dropped
        } else if self.is_of_unknown_size(annotation) {
            Fate::Unsized
        } else if self.says(annotation.shape.name()) {
            Fate::Whole
        } else if self.says("box") && self.rect(annotation).is_some() {
            Fate::Boxed
        } else {
            Fate::Dropped
        }
    }

    /// Whether a mark can be placed only by the size of its image, which nobody gave.
    fn is_of_unknown_size(&self, annotation: &Annotation) -> bool {
        let is_drawn = self.labels.rect(annotation).is_some()
            || matches!(
                annotation.shape,
                Shape::Polygons(_)
                    | Shape::Polyline(_)
                    | Shape::Points(_)
                    | Shape::Keypoints(_)
                    | Shape::Ellipse(_)
                    | Shape::Mask(_)
            );
        let is_relative = self.labels.items[annotation.item as usize].relative;
        if SHARES.contains(&self.writer.name) {
            let is_known = self.size(annotation.item).iter().all(|&side| side > 0.0);
            is_drawn && !is_relative && !is_known
        } else {
            is_drawn && is_relative
        }
    }

    /// Whether an annotation goes over.
    fn goes_over(&self, annotation: &Annotation) -> bool {
        matches!(self.fate(annotation), Fate::Whole | Fate::Boxed)
    }

    /// Items with those of their annotations that go over.
    fn items(&self) -> impl Iterator<Item = (u32, Vec<&'a Annotation>)> {
        (0..self.labels.items.len() as u32).map(|item| {
            let range =
                self.starts[item as usize] as usize..self.starts[item as usize + 1] as usize;
            let all =
                self.order[range].iter().map(|&index| &self.labels.annotations[index as usize]);
            (item, all.filter(|annotation| self.goes_over(annotation)).collect())
        })
    }

    /// The box of an annotation, or the one around what it draws.
    fn rect(&self, annotation: &Annotation) -> Option<Rect> {
        if let Some(rect) = self.labels.rect(annotation) {
            return rect.is_finite().then_some(*rect);
        }
        match annotation.shape {
            Shape::Polygons(rings) => {
                around(self.labels.rings_of(rings).flat_map(|ring| ring.chunks_exact(2)))
            }
            Shape::Polyline(run) | Shape::Points(run) => {
                around(self.labels.numbers[run.range()].chunks_exact(2))
            }
            Shape::Mask(mask) => {
                let [x, y, w, h] = self.mask(mask)?.bounds().map(f64::from);
                (w > 0.0).then(|| Rect::new(x, y, w, h))
            }
            _ => None,
        }
    }

    fn mask(&self, mask: u32) -> Option<Mask> {
        let run = self.labels.masks[mask as usize];
        Mask::new(run.height, run.width, self.labels.counts[run.counts.range()].to_vec())
    }

    fn detail(&self, annotation: &Annotation) -> Detail {
        self.labels.detail(annotation).cloned().unwrap_or_default()
    }

    fn numbers(&self, run: crate::labels::Run) -> &'a [f64] {
        &self.labels.numbers[run.range()]
    }

    fn class(&self, annotation: &Annotation) -> &'a str {
        self.labels.class_name(annotation.class)
    }

    /// Width and height; 0 where they are not known.
    fn size(&self, item: u32) -> [f64; 2] {
        let at = &self.labels.items[item as usize];
        at.size.filter(|_| !at.relative).unwrap_or_default()
    }

    /// The name of an item's medium, or the item's own.
    fn medium(&self, item: u32) -> &'a str {
        let at = &self.labels.items[item as usize];
        at.media.map_or(self.labels.item_name(item), |run| self.labels.text_of(run))
    }

    /// Whether the writer's polygons have one ring and this one has more.
    fn cuts_rings(&self, annotation: &Annotation) -> bool {
        matches!(annotation.shape, Shape::Polygons(run) if run.len > 1)
            && self.writer.name != "coco"
    }

    /// A path for the file of an item: its name without extension of media, kept below the target.
    fn path(&self, item: u32) -> String {
        let name = self.labels.item_name(item);
        let name = if crate::formats::is_media(name) { crate::formats::stem(name) } else { name };
        let parts = name.split(['/', '\\']).filter(|part| !["", ".", ".."].contains(part));
        let path = parts.map(|part| part.replace([':', '\0'], "_")).collect::<Vec<_>>().join("/");
        let path = if path.is_empty() { format!("item{}", item + 1) } else { path };
        let taken = self.labels.find_item(self.labels.item_name(item)) != Some(item);
        if taken { format!("{path}~{}", item + 1) } else { path }
    }

    /// Items whose medium an earlier one has too: where names tell images apart, they are mixed up.
    fn repeated_media(&self) -> usize {
        if self.writer.name != "coco" {
            return 0;
        }
        let items = self.labels.items.len() as u32;
        let names: BTreeSet<&str> = (0..items).map(|item| self.medium(item)).collect();
        items as usize - names.len()
    }

    fn losses(&self) -> (Vec<Loss>, u64) {
        let mut counts = BTreeMap::<(u8, &'static str), (Bilingual, u64)>::new();
        let mut note = |rank: u8, shape: &'static str, what: Bilingual| {
            counts.entry((rank, shape)).or_insert((what, 0)).1 += 1;
        };
        let mut written = 0;
        for annotation in &self.labels.annotations {
            let shape = annotation.shape.name();
            match self.fate(annotation) {
                Fate::Dropped => {
                    note(0, shape, Bilingual { zh: "标注未写出", en: "annotations left out" });
                    continue;
                }
                Fate::Unsized => {
                    let what = Bilingual {
                        zh: "图片尺寸未知，标注未写出",
                        en: "image size unknown",
                    };
                    note(0, shape, what);
                    continue;
                }
                Fate::Boxed => {
                    note(1, shape, Bilingual { zh: "仅保留外接框", en: "only the box around it" })
                }
                Fate::Whole if self.cuts_rings(annotation) => {
                    let what = Bilingual { zh: "仅保留第一个环", en: "only the first ring" };
                    note(1, shape, what);
                }
                Fate::Whole => {}
            }
            written += 1;
            let detail = self.labels.detail(annotation);
            let has = |test: fn(&Detail) -> bool| detail.is_some_and(test);
            let turned = self.labels.rect(annotation).is_some_and(|rect| rect.turn != 0.0);
            let having = [
                (Keep::Rater, annotation.rater != NONE, Bilingual { zh: "标注员", en: "raters" }),
                (
                    Keep::Attributes,
                    has(|at| at.attributes.len > 0),
                    Bilingual { zh: "属性", en: "attributes" },
                ),
                (
                    Keep::Score,
                    has(|at| at.score.is_some()),
                    Bilingual { zh: "置信度", en: "scores" },
                ),
                (Keep::Track, has(|at| at.track.is_some()), Bilingual { zh: "轨迹", en: "tracks" }),
                (
                    Keep::Seconds,
                    has(|at| at.seconds.is_some()),
                    Bilingual { zh: "用时", en: "times taken" },
                ),
                (
                    Keep::Moment,
                    has(|at| at.moment.is_some()),
                    Bilingual { zh: "标注时间", en: "times of labelling" },
                ),
                (
                    Keep::Crowd,
                    has(|at| at.crowd),
                    Bilingual { zh: "群体或忽略标记", en: "crowd or ignore flags" },
                ),
                (Keep::Turn, turned, Bilingual { zh: "框的旋转", en: "turns of boxes" }),
            ];
            for (rank, (keep, there, what)) in (2..).zip(having) {
                if there && !self.keeps(keep) {
                    note(rank, "", what);
                }
            }
        }
        for _ in 0..self.repeated_media() {
            note(
                9,
                "",
                Bilingual {
                    zh: "多个对象同用一个图片名", en: "image names that repeat"
                },
            );
        }
        let lost =
            counts.into_iter().map(|((_, shape), (what, count))| Loss { what, shape, count });
        (lost.collect(), written)
    }
}

fn around<'p>(points: impl Iterator<Item = &'p [f64]>) -> Option<Rect> {
    let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    for point in points {
        bounds = [
            bounds[0].min(point[0]),
            bounds[1].min(point[1]),
            bounds[2].max(point[0]),
            bounds[3].max(point[1]),
        ];
    }
    let rect = Rect::from_corners(bounds[0], bounds[1], bounds[2], bounds[3]);
    rect.is_finite().then_some(rect)
}

#[cfg(test)]
mod tests {
    use shujian_core::Limits;

    use super::*;
    use crate::formats::{FORMATS, read_bytes};

    #[test]
    fn every_format_that_is_read_is_written() {
        let mut read: Vec<&str> = FORMATS.iter().map(|format| format.name()).collect();
        let mut written: Vec<&str> = WRITERS.iter().map(|writer| writer.name).collect();
        read.sort_unstable();
        written.sort_unstable();
        assert_eq!(read, written);
    }

    #[test]
    fn what_is_lost_is_listed() {
        let text = "{\"id\":1,\"text\":\"abc\",\"annotations\":[{\"label\":\"X\",\"start_offset\":0,\"end_offset\":2,\"user\":1}]}\n";
        let read = read_bytes("d.jsonl", text.as_bytes(), &Limits::default());
        let converted = convert(&read.labels, "yolo").unwrap();
        assert_eq!((converted.written, converted.lost.len()), (0, 1));
        assert_eq!((converted.lost[0].shape, converted.lost[0].count), ("span", 1));
        let converted = convert(&read.labels, "doccano").unwrap();
        assert_eq!((converted.written, converted.lost.len()), (1, 0));
        assert!(convert(&read.labels, "nothing").is_none());
    }

    #[test]
    fn pixels_and_shares_are_never_mixed() {
        let read = |name, text: &str| read_bytes(name, text.as_bytes(), &Limits::default());
        let shares = read("labels/a.txt", "0 0.5 0.5 0.2 0.2\n").labels;
        let pixels = read("gt/gt.txt", "1,1,10,10,20,20,1,1,1\n").labels;
        let drawn = WRITERS.iter().filter(|writer| writer.shapes.contains(&"box"));
        for writer in drawn {
            for (labels, is_share) in [(&shares, true), (&pixels, false)] {
                assert_eq!(labels.annotations.len(), 1);
                let converted = convert(labels, writer.name).unwrap();
                let fits = SHARES.contains(&writer.name) == is_share;
                assert_eq!(converted.written, u64::from(fits), "{}", writer.name);
                let unknown =
                    converted.lost.iter().find(|loss| loss.what.en == "image size unknown");
                assert_eq!(unknown.map(|loss| loss.count), (!fits).then_some(1), "{}", writer.name);
            }
        }
    }

    #[test]
    fn rings_left_behind_are_listed() {
        let rings = "[[0,0,9,0,9,9],[1,1,2,1,2,2]]";
        let text = format!(
            "{{\"images\":[{{\"id\":1,\"file_name\":\"a.jpg\",\"width\":10,\"height\":10}}],\
             \"categories\":[{{\"id\":1,\"name\":\"X\"}}],\"annotations\":[{{\"id\":1,\
             \"image_id\":1,\"category_id\":1,\"bbox\":[0,0,9,9],\"area\":40,\"iscrowd\":0,\
             \"segmentation\":{rings}}}]}}"
        );
        let read = read_bytes("c.json", text.as_bytes(), &Limits::default());
        assert!(convert(&read.labels, "coco").unwrap().lost.is_empty());
        let lost = convert(&read.labels, "labelme-json").unwrap().lost;
        let ring = lost.iter().find(|loss| loss.what.en == "only the first ring").unwrap();
        assert_eq!((ring.shape, ring.count), ("polygon", 1));
    }

    #[test]
    fn no_path_leaves_the_target() {
        let text = "item,worker,label\n../../etc/x,w,y\n";
        let read = read_bytes("t.csv", text.as_bytes(), &Limits::default());
        let converted = convert(&read.labels, "labelme-json").unwrap();
        assert!(
            converted.files.keys().all(|path| path == "etc/x.json"),
            "{:?}",
            converted.files.keys()
        );
    }
}
