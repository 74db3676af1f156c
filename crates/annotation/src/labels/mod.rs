//! A delivery in memory: items, classes, raters and annotations over flat arrays.
//!
//! Everything of changing size lies in a pool and is named by a [`Run`] or an index, so that a
//! million labels take some hundred megabytes, whatever the format was.

mod merge;
mod names;
mod remark;
mod shape;
mod votes;

pub use names::{NameList, Names};
pub use remark::{Remark, Remarks};
pub use shape::{MaskRun, Rect, Run, Shape, Span};
pub use votes::Votes;

use crate::interner::Index;

/// No item, rater, class, file or annotation.
pub const NONE: u32 = u32::MAX;

/// One thing that was labelled: an image, a document, a sentence, a recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What it is called, the same in every file that labels it.
    pub name: Run,
    /// Its media file as the delivery names it.
    pub media: Option<Run>,
    /// Its text; where `tokens` is set, its tokens, one a line.
    pub text: Option<Run>,
    /// Whether `text` is a list of tokens.
    pub tokens: bool,
    /// Width and height as declared, pixels.
    pub size: Option<[f64; 2]>,
    /// Whether the size was measured on the picture, for the labels declare none.
    pub measured: bool,
    /// Whether coordinates are shares of width and height, because the size is unknown.
    pub relative: bool,
    /// Length in seconds.
    pub seconds: Option<f64>,
    /// The number the file gives it.
    pub id: Option<i64>,
    /// File that declares it.
    pub file: u32,
    /// Record that declares it, from 1.
    pub row: u32,
    /// Whether an earlier item of the same file has its name or number.
    pub repeats: bool,
}

/// A class of the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Its name.
    pub name: Box<str>,
    /// The number the file gives it.
    pub id: Option<i64>,
    /// Whether a file declares it; otherwise it was only met on an annotation.
    pub declared: bool,
    /// Keypoints its skeleton has.
    pub keypoints: u32,
    /// File it was first met in.
    pub file: u32,
    /// Record there, from 1.
    pub row: u32,
}

/// One label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Annotation {
    /// Its item, or [`NONE`] where the reference leads nowhere.
    pub item: u32,
    /// Who gave it, or [`NONE`].
    pub rater: u32,
    /// Its class, or [`NONE`].
    pub class: u32,
    /// File it stands in.
    pub file: u32,
    /// Record there, from 1: line, row, object, task.
    pub row: u32,
    /// Place within the record, from 1.
    pub part: u32,
    /// Its box in [`Labels::rects`], or [`NONE`].
    pub rect: u32,
    /// What else is known of it, in [`Labels::details`], or [`NONE`].
    pub detail: u32,
    /// What it draws, marks or says.
    pub shape: Shape,
}

impl Annotation {
    /// Whether it is the class that a known rater gave a whole item.
    pub(crate) fn is_answer(&self) -> bool {
        matches!(self.shape, Shape::Class) && ![self.item, self.rater, self.class].contains(&NONE)
    }
}

/// What only some annotations have.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Detail {
    /// The number the file gives it.
    pub id: Option<i64>,
    /// Declared area, square pixels.
    pub area: Option<f64>,
    /// Confidence of a model.
    pub score: Option<f64>,
    /// Seconds the rater took.
    pub seconds: Option<f64>,
    /// When it was given, microseconds since 1970.
    pub moment: Option<i64>,
    /// Track it belongs to.
    pub track: Option<i64>,
    /// Whether it stands for a crowd (COCO `iscrowd`) or is to be ignored.
    pub crowd: bool,
    /// Attributes in [`Labels::attributes`].
    pub attributes: Run,
}

/// A delivery in memory.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    /// Files read, as found below the given path.
    pub files: Vec<String>,
    /// Everything labelled, in order of first sight.
    pub items: Vec<Item>,
    /// The vocabulary, in order of declaration, then of first sight.
    pub classes: Vec<Class>,
    /// Who labelled.
    pub raters: Names,
    /// Every label, in file and record order.
    pub annotations: Vec<Annotation>,
    /// What only some annotations have.
    pub details: Vec<Detail>,
    /// Boxes.
    pub rects: Vec<Rect>,
    /// Coordinates, times and sizes.
    pub numbers: Vec<f64>,
    /// Rings of polygons: x, y, x, y … in `numbers`, as delivered (so of odd length when broken).
    pub rings: Vec<Run>,
    /// Run-length masks.
    pub masks: Vec<MaskRun>,
    /// Their counts.
    pub counts: Vec<u32>,
    /// Spans.
    pub spans: Vec<Span>,
    /// Tags of tokens, as numbers of `tag_names`.
    pub tags: Vec<u32>,
    /// Names of tags.
    pub tag_names: Names,
    /// Attribute name and value, as numbers of `attribute_names`.
    pub attributes: Vec<(u32, u32)>,
    /// Names and values of attributes.
    pub attribute_names: Names,
    /// Names, texts and transcripts.
    pub text: String,
    item_index: Index,
    class_index: Index,
}

impl Labels {
    /// The item of a name, made when it is new.
    pub fn item(&mut self, name: &str, file: u32, row: u32) -> u32 {
        let hash = self.item_index.hash(name.as_bytes());
        match self.item_index.find(hash, |known| self.item_name(known) == name) {
            Some(item) => item,
            None => self.push_new_item(hash, name, file, row),
        }
    }

    /// The item of a name already seen.
    pub fn find_item(&self, name: &str) -> Option<u32> {
        let hash = self.item_index.hash(name.as_bytes());
        self.item_index.find(hash, |known| self.item_name(known) == name)
    }

    /// A new item even where the name is taken: for formats that declare their items.
    pub fn push_item(&mut self, name: &str, file: u32, row: u32) -> u32 {
        let hash = self.item_index.hash(name.as_bytes());
        match self.item_index.find(hash, |known| self.item_name(known) == name) {
            Some(_) => self.push_unindexed(name, file, row),
            None => self.push_new_item(hash, name, file, row),
        }
    }

    fn push_new_item(&mut self, hash: u32, name: &str, file: u32, row: u32) -> u32 {
        let number = self.push_unindexed(name, file, row);
        self.item_index.insert(hash, number);
        number
    }

    fn push_unindexed(&mut self, name: &str, file: u32, row: u32) -> u32 {
        let number = self.items.len() as u32;
        let run = self.push_text(name);
        self.items.push(Item {
            name: run,
            media: None,
            text: None,
            tokens: false,
            size: None,
            measured: false,
            relative: false,
            seconds: None,
            id: None,
            file,
            row,
            repeats: false,
        });
        number
    }

    /// The item taken over last is found by its name, unless an earlier one is.
    fn index_last_item(&mut self) {
        let number = self.items.len() as u32 - 1;
        let name = self.items[number as usize].name;
        let hash = self.item_index.hash(self.text_of(name).as_bytes());
        let is_it = |known| self.item_name(known) == self.text_of(name);
        if self.item_index.find(hash, is_it).is_none() {
            self.item_index.insert(hash, number);
        }
    }

    /// Keeps some items; returns the new number of each, [`NONE`] for one that is gone. What refers to
    /// them is the caller's to put right.
    pub(crate) fn keep_items(&mut self, is_kept: impl Fn(u32) -> bool) -> Vec<u32> {
        let items = std::mem::take(&mut self.items);
        self.item_index = Index::default();
        (0..)
            .zip(items)
            .map(|(number, item)| {
                if !is_kept(number) {
                    return NONE;
                }
                self.items.push(item);
                self.index_last_item();
                self.items.len() as u32 - 1
            })
            .collect()
    }

    /// The class of a name, made when it is new.
    pub fn class(&mut self, name: &str, file: u32, row: u32) -> u32 {
        let hash = self.class_index.hash(name.as_bytes());
        match self.class_index.find(hash, |known| self.class_name(known) == name) {
            Some(class) => class,
            None => {
                self.class_index.insert(hash, self.classes.len() as u32);
                self.push_class_unindexed(name, file, row)
            }
        }
    }

    /// The class of a name already seen.
    pub fn find_class(&self, name: &str) -> Option<u32> {
        let hash = self.class_index.hash(name.as_bytes());
        self.class_index.find(hash, |known| self.class_name(known) == name)
    }

    /// Declares a class; one of an earlier file is taken up, one of this file stands again.
    pub fn declare_class(&mut self, name: &str, id: Option<i64>, file: u32, row: u32) -> u32 {
        if let Some(class) = self.find_class(name) {
            let known = &mut self.classes[class as usize];
            if !known.declared || known.file != file {
                known.declared = true;
                known.id = known.id.or(id);
                return class;
            }
        }
        let class = self.push_class(name, file, row);
        self.classes[class as usize].declared = true;
        self.classes[class as usize].id = id;
        class
    }

    fn push_class(&mut self, name: &str, file: u32, row: u32) -> u32 {
        if self.find_class(name).is_none() {
            let hash = self.class_index.hash(name.as_bytes());
            self.class_index.insert(hash, self.classes.len() as u32);
        }
        self.push_class_unindexed(name, file, row)
    }

    fn push_class_unindexed(&mut self, name: &str, file: u32, row: u32) -> u32 {
        let number = self.classes.len() as u32;
        let (name, id) = (name.into(), None);
        self.classes.push(Class { name, id, declared: false, keypoints: 0, file, row });
        number
    }

    /// Adds to the text pool.
    pub fn push_text(&mut self, text: &str) -> Run {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        Run { start, len: text.len() as u32 }
    }

    /// Adds to the number pool.
    pub fn push_numbers(&mut self, numbers: &[f64]) -> Run {
        let start = self.numbers.len() as u32;
        self.numbers.extend_from_slice(numbers);
        Run { start, len: numbers.len() as u32 }
    }

    /// Adds the rings of one annotation.
    pub fn push_rings<'a>(&mut self, rings: impl IntoIterator<Item = &'a [f64]>) -> Run {
        let start = self.rings.len() as u32;
        for ring in rings {
            let run = self.push_numbers(ring);
            self.rings.push(run);
        }
        Run { start, len: self.rings.len() as u32 - start }
    }

    /// Adds a mask by its counts.
    pub fn push_mask(&mut self, height: u32, width: u32, counts: &[u32]) -> Shape {
        let run = Run { start: self.counts.len() as u32, len: counts.len() as u32 };
        self.counts.extend_from_slice(counts);
        self.masks.push(MaskRun { height, width, counts: run });
        Shape::Mask(self.masks.len() as u32 - 1)
    }

    /// Adds a span.
    pub fn push_span(&mut self, start: i64, end: i64, covered: Option<&str>) -> Shape {
        let covered = covered.map(|text| self.push_text(text));
        self.spans.push(Span { start, end, covered });
        Shape::Span(self.spans.len() as u32 - 1)
    }

    /// Adds a box.
    pub fn push_rect(&mut self, rect: Rect) -> u32 {
        self.rects.push(rect);
        self.rects.len() as u32 - 1
    }

    /// Adds what only some annotations have.
    pub fn push_detail(&mut self, detail: Detail) -> u32 {
        self.details.push(detail);
        self.details.len() as u32 - 1
    }

    /// Adds attributes of one annotation.
    pub fn push_attributes<'a>(
        &mut self,
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Run {
        let start = self.attributes.len() as u32;
        for (name, value) in pairs {
            let pair = (self.attribute_names.intern(name), self.attribute_names.intern(value));
            self.attributes.push(pair);
        }
        Run { start, len: self.attributes.len() as u32 - start }
    }

    /// The text of a run of the text pool.
    pub fn text_of(&self, run: Run) -> &str {
        self.text.get(run.range()).unwrap_or("")
    }

    /// The name of an item; empty for [`NONE`].
    pub fn item_name(&self, item: u32) -> &str {
        self.items.get(item as usize).map_or("", |item| self.text_of(item.name))
    }

    /// The names of all items, by number.
    pub(crate) fn item_names(&self) -> impl Iterator<Item = &str> {
        self.items.iter().map(|item| self.text_of(item.name))
    }

    /// The name of a class; empty for [`NONE`].
    pub fn class_name(&self, class: u32) -> &str {
        self.classes.get(class as usize).map_or("", |class| &class.name)
    }

    /// What only some annotations have, of this one.
    pub fn detail(&self, annotation: &Annotation) -> Option<&Detail> {
        self.details.get(annotation.detail as usize)
    }

    /// The box of an annotation.
    pub fn rect(&self, annotation: &Annotation) -> Option<&Rect> {
        self.rects.get(annotation.rect as usize)
    }

    /// The rings of a polygon.
    pub fn rings_of(&self, run: Run) -> impl Iterator<Item = &[f64]> {
        self.rings[run.range()].iter().map(|ring| &self.numbers[ring.range()])
    }

    /// Attributes of an annotation: names and values.
    pub fn attributes_of(&self, annotation: &Annotation) -> impl Iterator<Item = (&str, &str)> {
        let run = self.detail(annotation).map_or(Run::default(), |detail| detail.attributes);
        self.attributes[run.range()].iter().map(|&(name, value)| {
            (self.attribute_names.name(name), self.attribute_names.name(value))
        })
    }

    /// Annotations of each item: the `i`-th list is `order[starts[i]..starts[i + 1]]`, in file order.
    pub fn by_item(&self) -> (Vec<u32>, Vec<u32>) {
        let mut starts = vec![0; self.items.len() + 1];
        for annotation in self.annotations.iter().filter(|annotation| annotation.item != NONE) {
            starts[annotation.item as usize + 1] += 1;
        }
        for item in 1..starts.len() {
            starts[item] += starts[item - 1];
        }
        let mut next = starts.clone();
        let mut order = vec![0; starts.last().map_or(0, |&total| total as usize)];
        for (index, annotation) in self.annotations.iter().enumerate() {
            if let Some(slot) = next.get_mut(annotation.item as usize) {
                order[*slot as usize] = index as u32;
                *slot += 1;
            }
        }
        (order, starts)
    }

    /// Memory taken, bytes, about.
    pub fn bytes(&self) -> usize {
        self.items.len() * size_of::<Item>()
            + self.annotations.len() * size_of::<Annotation>()
            + self.details.len() * size_of::<Detail>()
            + self.rects.len() * size_of::<Rect>()
            + self.numbers.len() * 8
            + (self.counts.len() + self.tags.len()) * 4
            + (self.rings.len() + self.attributes.len()) * 8
            + self.masks.len() * size_of::<MaskRun>()
            + self.spans.len() * size_of::<Span>()
            + self.text.len()
            + self.item_index.bytes()
            + self.class_index.bytes()
            + self.raters.bytes()
            + self.tag_names.bytes()
            + self.attribute_names.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(labels: &mut Labels, item: u32) {
        labels.annotations.push(Annotation {
            item,
            rater: NONE,
            class: NONE,
            file: 0,
            row: 1,
            part: 1,
            rect: NONE,
            detail: NONE,
            shape: Shape::Class,
        });
    }

    #[test]
    fn annotations_are_listed_by_item_in_file_order() {
        let mut labels = Labels::default();
        let (a, b) = (labels.item("a", 0, 1), labels.item("b", 0, 2));
        assert_eq!(labels.item("a", 0, 9), a);
        for item in [b, a, NONE, b] {
            note(&mut labels, item);
        }
        assert_eq!(labels.by_item(), (vec![1, 0, 3], vec![0, 1, 3]));
    }

    #[test]
    fn a_class_of_an_earlier_file_is_taken_up_and_one_of_this_file_stands_again() {
        let mut labels = Labels::default();
        assert_eq!(labels.declare_class("cat", Some(1), 0, 1), 0);
        assert_eq!(labels.declare_class("cat", Some(7), 1, 1), 0);
        assert_eq!(labels.declare_class("cat", Some(4), 0, 2), 1);
        assert_eq!(labels.class("cat", 0, 3), 0);
    }

    #[test]
    fn an_annotation_stays_small() {
        assert!(size_of::<Annotation>() <= 48);
    }
}
