//! Where readers put what they read.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::rc::Rc;

use super::{Delivery, Folder};
use crate::labels::{Annotation, Detail, Labels, NONE, Rect, Remark, Remarks, Shape, Votes};

/// The labels being read, seen from one file.
#[derive(Debug)]
pub struct Sink<'a> {
    /// The delivery so far.
    pub labels: &'a mut Labels,
    /// Where answers of tables go instead, when nothing but votes is wanted.
    pub(super) votes: Option<&'a mut Votes>,
    /// Rater and item of what was before a rater, marked or not, where the item alone does not tell.
    pub(super) seen: &'a mut BTreeSet<(u32, u32)>,
    /// What was found so far.
    pub remarks: &'a mut Remarks,
    /// The delivery around the file.
    pub folder: &'a Folder,
    /// What several files share, read once.
    pub(super) cache: &'a mut Cache,
    /// The file, an index into [`Labels::files`].
    pub file: u32,
    /// Who labelled, where the file names nobody.
    pub rater: u32,
    /// Records read.
    pub records: u64,
    /// Records not read.
    pub skipped: u64,
    /// Pixels of masks that may still be unpacked for this file.
    pub(super) pixels_left: u64,
}

/// Bytes a list of classes may have.
const MAX_SMALL_BYTES: u64 = 16 << 20;

/// What several files of a delivery share.
#[derive(Debug, Default)]
pub(super) struct Cache {
    /// Classes by the file that lists them.
    pub(super) lists: BTreeMap<String, Rc<Vec<u32>>>,
    /// Numbers of the keypoints of one object, by the file that says so.
    pub(super) keypoints: BTreeMap<String, usize>,
    /// Whether classes are those of Pascal VOC unless a file lists others.
    pub(super) voc: bool,
}

/// An annotation about to be added.
#[derive(Debug)]
pub struct Draft {
    /// Its item, or [`NONE`].
    pub item: u32,
    /// Who gave it; `None` for the rater of the file.
    pub rater: Option<u32>,
    /// Its class, or [`NONE`].
    pub class: u32,
    /// Record, from 1.
    pub row: u32,
    /// Place in the record, from 1.
    pub part: u32,
    /// Its box.
    pub rect: Option<Rect>,
    /// What else is known.
    pub detail: Option<Detail>,
    /// What it draws, marks or says.
    pub shape: Shape,
}

impl Draft {
    /// An annotation without box and details.
    pub fn new(item: u32, class: u32, row: u32, part: u32, shape: Shape) -> Self {
        Self { item, rater: None, class, row, part, rect: None, detail: None, shape }
    }

    /// A box.
    pub fn boxed(item: u32, class: u32, row: u32, part: u32, rect: Rect) -> Self {
        Self { rect: Some(rect), ..Self::new(item, class, row, part, Shape::Box) }
    }

    /// The same with details.
    pub fn with(mut self, detail: Detail) -> Self {
        self.detail = Some(detail);
        self
    }
}

impl Sink<'_> {
    /// Adds an annotation.
    pub fn annotate(&mut self, draft: Draft) -> u32 {
        let rect = draft.rect.map_or(NONE, |rect| self.labels.push_rect(rect));
        let detail = draft.detail.map_or(NONE, |detail| self.labels.push_detail(detail));
        self.labels.annotations.push(Annotation {
            item: draft.item,
            rater: draft.rater.unwrap_or(self.rater),
            class: draft.class,
            file: self.file,
            row: draft.row,
            part: draft.part,
            rect,
            detail,
            shape: draft.shape,
        });
        self.labels.annotations.len() as u32 - 1
    }

    /// Adds a class that a rater gave to a whole item: tables have millions of them.
    #[inline]
    pub(super) fn classify(
        &mut self,
        [item, rater, class]: [u32; 3],
        row: u32,
        detail: Option<Detail>,
    ) {
        if let Some(votes) = &mut self.votes {
            return votes.push([item, rater, class]);
        }
        let detail = detail.map_or(NONE, |detail| self.labels.push_detail(detail));
        let (file, shape) = (self.file, Shape::Class);
        self.labels.annotations.push(Annotation {
            item,
            rater,
            class,
            file,
            row,
            part: 1,
            rect: NONE,
            detail,
            shape,
        });
    }

    /// The item of a name that a table gives an answer to; `last` is that of the answer before.
    #[inline]
    pub(super) fn answered(&mut self, last: u32, name: &str, row: u32) -> u32 {
        let Self { labels, votes, file, .. } = self;
        match votes {
            Some(votes) if last != NONE && votes.name(last) == name => last,
            Some(votes) => votes.item(name),
            None if last != NONE && labels.item_name(last) == name => last,
            None => labels.item(name, *file, row),
        }
    }

    /// The item of a name, of this file from here on.
    pub fn item(&mut self, name: &str, row: u32) -> u32 {
        self.labels.item(name, self.file, row)
    }

    /// The class of a name; [`NONE`] for an empty one.
    pub fn class(&mut self, name: &str, row: u32) -> u32 {
        if name.is_empty() { NONE } else { self.labels.class(name, self.file, row) }
    }

    /// Remarks something of the whole file.
    pub fn remark_file(&mut self, code: &'static str, note: impl Into<String>) {
        self.remarks.add(Remark::file(code, self.file, note));
    }

    /// Remarks something of a record.
    pub fn remark(
        &mut self,
        code: &'static str,
        row: u32,
        field: &'static str,
        note: impl Into<String>,
    ) {
        self.remarks.add(Remark::row(code, self.file, row, note).in_field(field));
    }

    /// Remarks something of a part of a record.
    pub fn remark_part(
        &mut self,
        code: &'static str,
        (row, part): (u32, u32),
        field: &'static str,
        note: impl Into<String>,
    ) {
        let remark = Remark { part, ..Remark::row(code, self.file, row, note) };
        self.remarks.add(remark.in_field(field));
    }

    /// Leaves a record out, and says so.
    pub fn skip(
        &mut self,
        code: &'static str,
        row: u32,
        field: &'static str,
        note: impl Into<String>,
    ) {
        self.skipped += 1;
        self.remark(code, row, field, note);
    }

    /// Leaves a line out for one of its fields, from 1, and says so.
    pub(super) fn skip_part(
        &mut self,
        code: &'static str,
        (row, field): (u32, u32),
        note: impl Into<String>,
    ) {
        self.skipped += 1;
        self.remark_part(code, (row, field), "field", note);
    }

    /// Whether a mask of so many pixels may be unpacked: a few bytes can claim a very large one.
    pub(super) fn afford(&mut self, pixels: u64) -> bool {
        match self.pixels_left.checked_sub(pixels) {
            Some(left) => {
                self.pixels_left = left;
                true
            }
            None => false,
        }
    }

    /// A small file beside the labels, such as a list of classes.
    ///
    /// - Errors: what the system says, or that the file is too large.
    pub(super) fn small_text(path: &std::path::Path) -> Result<String, String> {
        let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
        let mut bytes = Vec::new();
        let read = file.take(MAX_SMALL_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|error| error.to_string())?;
        if bytes.len() as u64 > MAX_SMALL_BYTES {
            return Err(format!("over {MAX_SMALL_BYTES} bytes"));
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Sets the size of an item where none is known.
    pub fn set_size(&mut self, item: u32, width: f64, height: f64) {
        if let Some(item) = self.labels.items.get_mut(item as usize) {
            item.size.get_or_insert([width, height]);
        }
    }

    /// Sets the size of an item by its picture, where the picture came with the labels.
    pub fn measure(&mut self, item: u32, medium: &str) {
        let size = self.folder.medium(medium).and_then(|entry| super::picture::size(&entry.path));
        if let (Some([width, height]), Some(at)) = (size, self.labels.items.get_mut(item as usize))
        {
            at.measured |= at.size.is_none();
            at.size.get_or_insert([width, height]);
        }
    }

    /// Sets the media file of an item where none is known.
    pub fn set_media(&mut self, item: u32, name: &str) {
        if name.is_empty()
            || self.labels.items.get(item as usize).is_none_or(|at| at.media.is_some())
        {
            return;
        }
        let run = self.labels.push_text(name);
        self.labels.items[item as usize].media = Some(run);
    }

    /// Sets the text of an item where none is known.
    pub fn set_text(&mut self, item: u32, text: &str, tokens: bool) {
        if self.labels.items.get(item as usize).is_none_or(|at| at.text.is_some()) {
            return;
        }
        let run = self.labels.push_text(text);
        let at = &mut self.labels.items[item as usize];
        (at.text, at.tokens) = (Some(run), tokens);
    }
}

/// What can only be said when every file has been read.
pub(super) fn settle(delivery: &mut Delivery, cache: &Cache) {
    if cache.voc {
        super::voc::declare_standard(&mut delivery.labels);
    }
}
