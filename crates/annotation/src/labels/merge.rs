//! One delivery taken into another: pools are appended, handles moved.

use super::{Annotation, Class, Labels, NONE, Run, Shape};

/// By how much the handles of a delivery move when its pools are appended to another's.
#[derive(Debug, Clone, Default)]
pub(crate) struct Moved {
    /// Files.
    pub(crate) files: u32,
    text: u32,
    numbers: u32,
    rings: u32,
    masks: u32,
    spans: u32,
    rects: u32,
    details: u32,
    tags: u32,
}

impl Moved {
    fn text(&self, run: Run) -> Run {
        Run { start: run.start + self.text, ..run }
    }

    fn numbers(&self, run: Run) -> Run {
        Run { start: run.start + self.numbers, ..run }
    }

    fn shape(&self, shape: Shape) -> Shape {
        match shape {
            Shape::Class | Shape::Box => shape,
            Shape::Polygons(run) => Shape::Polygons(Run { start: run.start + self.rings, ..run }),
            Shape::Polyline(run) => Shape::Polyline(self.numbers(run)),
            Shape::Points(run) => Shape::Points(self.numbers(run)),
            Shape::Keypoints(run) => Shape::Keypoints(self.numbers(run)),
            Shape::Ellipse(run) => Shape::Ellipse(self.numbers(run)),
            Shape::Mask(mask) => Shape::Mask(mask + self.masks),
            Shape::Cuboid(run) => Shape::Cuboid(self.numbers(run)),
            Shape::Span(span) => Shape::Span(span + self.spans),
            Shape::Segment(run) => Shape::Segment(self.numbers(run)),
            Shape::Tags(run) => Shape::Tags(Run { start: run.start + self.tags, ..run }),
            Shape::Text(run) => Shape::Text(self.text(run)),
            Shape::Unread(run) => Shape::Unread(self.text(run)),
        }
    }
}

impl Labels {
    /// Appends everything but items, classes, raters and annotations.
    pub(crate) fn append_pools(&mut self, other: &Self) -> Moved {
        let moved = Moved {
            files: self.files.len() as u32,
            text: self.text.len() as u32,
            numbers: self.numbers.len() as u32,
            rings: self.rings.len() as u32,
            masks: self.masks.len() as u32,
            spans: self.spans.len() as u32,
            rects: self.rects.len() as u32,
            details: self.details.len() as u32,
            tags: self.tags.len() as u32,
        };
        let counts = self.counts.len() as u32;
        let attributes = self.attributes.len() as u32;
        self.files.extend_from_slice(&other.files);
        self.text.push_str(&other.text);
        self.numbers.extend_from_slice(&other.numbers);
        self.counts.extend_from_slice(&other.counts);
        self.rects.extend_from_slice(&other.rects);
        self.rings.extend(other.rings.iter().map(|&run| moved.numbers(run)));
        self.masks.extend(other.masks.iter().map(|mask| {
            let mut mask = *mask;
            mask.counts.start += counts;
            mask
        }));
        self.spans.extend(other.spans.iter().map(|span| {
            let mut span = *span;
            span.covered = span.covered.map(|run| moved.text(run));
            span
        }));
        for &(name, value) in &other.attributes {
            let [name, value] =
                [name, value].map(|at| self.attribute_names.intern(other.attribute_names.name(at)));
            self.attributes.push((name, value));
        }
        self.details.extend(other.details.iter().map(|detail| {
            let mut detail = detail.clone();
            detail.attributes.start += attributes;
            detail
        }));
        let tags = other.tags.iter().map(|&tag| self.tag_names.intern(other.tag_names.name(tag)));
        self.tags.extend(tags);
        moved
    }

    /// Takes over an item.
    pub(crate) fn adopt_item(&mut self, other: &Self, item: u32, moved: &Moved) -> u32 {
        let mut taken = other.items[item as usize].clone();
        taken.name = moved.text(taken.name);
        taken.media = taken.media.map(|run| moved.text(run));
        taken.text = taken.text.map(|run| moved.text(run));
        taken.file += moved.files;
        let number = self.items.len() as u32;
        self.items.push(taken);
        self.index_last_item();
        number
    }

    /// Takes over a class, or finds the one of its name.
    pub(crate) fn adopt_class(&mut self, class: &Class, moved: &Moved) -> u32 {
        let file = class.file.checked_add(moved.files).unwrap_or(NONE);
        if class.declared {
            let number = self.declare_class(&class.name, class.id, file, class.row);
            let known = &mut self.classes[number as usize];
            known.keypoints = known.keypoints.max(class.keypoints);
            number
        } else {
            self.class(&class.name, file, class.row)
        }
    }

    /// An annotation of the other delivery with its handles moved; item, class and rater are its own.
    pub(crate) fn moved_annotation(&self, annotation: &Annotation, moved: &Moved) -> Annotation {
        let by = |at: u32, by: u32| if at == NONE { NONE } else { at + by };
        Annotation {
            file: annotation.file + moved.files,
            rect: by(annotation.rect, moved.rects),
            detail: by(annotation.detail, moved.details),
            shape: moved.shape(annotation.shape),
            ..*annotation
        }
    }
}
