//! Readers of label formats. Each is found by its content; each keeps what is right beside what is
//! broken, and remarks what is broken with its place.

mod annotators;
mod coco;
mod coco_record;
mod conll;
mod csv_rows;
mod cvat;
mod datumaro;
mod doccano;
mod folder;
mod icdar;
mod json;
mod kitti;
mod label_studio;
mod labelme_json;
mod labelme_xml;
mod line_ends;
pub(crate) mod moment;
mod mot;
mod orphans;
mod parquet_table;
mod picture;
mod rttm;
mod sink;
mod soft;
mod source;
mod table;
mod textgrid;
mod voc;
mod xml;
mod yaml;
mod yolo;

use std::collections::BTreeSet;
use std::path::Path;

use shujian_core::Limits;

pub(crate) use folder::is_picture;
pub use folder::{Folder, base, is_media};
pub use sink::{Draft, Sink};
pub use source::{Content, Source, stem};

use self::annotators::Annotators;
use self::orphans::Told;
use crate::code;
use crate::labels::{Labels, NONE, Remark, Remarks, Votes};

/// A label format.
pub trait Format: Sync {
    /// Its name on the command line and in reports.
    fn name(&self) -> &'static str;

    /// How sure the beginning of a file makes it that the file is of this format: 0 not at all, 1 if
    /// nobody knows better, 2 by its content, 3 by its content and its place.
    fn claim(&self, head: &Head<'_>) -> u8;

    /// Reads a file. What cannot be read becomes a remark, never an error: the rest still counts.
    fn read(&self, source: &Source, sink: &mut Sink<'_>);
}

/// Every format, the more particular first: the first of equal claims wins.
pub static FORMATS: &[&dyn Format] = &[
    &coco::Coco,
    &datumaro::Datumaro,
    &label_studio::LabelStudio,
    &labelme_json::LabelmeJson,
    &doccano::Doccano,
    &cvat::Cvat,
    &labelme_xml::LabelmeXml,
    &voc::Voc,
    &textgrid::TextGrid,
    &rttm::Rttm,
    &kitti::Kitti,
    &mot::Mot,
    &icdar::Icdar,
    &yolo::Yolo,
    &conll::Conll,
    &parquet_table::ParquetTable,
    &table::JsonTable,
    &table::CsvTable,
];

/// The beginning of a file, by which formats know theirs.
#[derive(Debug)]
pub struct Head<'a> {
    /// Path below the root.
    pub name: &'a str,
    /// The first bytes.
    pub bytes: &'a [u8],
    /// The first bytes as text.
    pub text: &'a str,
    /// What a JSON file begins with.
    pub json: Option<json::Outline>,
    /// The delivery around it.
    pub folder: &'a Folder,
    /// Whether the path names the rater, so that a table needs no column for them.
    pub rater_is_named: bool,
    /// Whether one line in five is enough to know a format by: for files that are labels or nothing.
    pub is_lenient: bool,
}

impl Head<'_> {
    /// Whether the name ends with one of these extensions, without dot.
    pub fn has_extension(&self, extensions: &[&str]) -> bool {
        let extension = self.name.rsplit('.').next().unwrap_or("");
        extensions.iter().any(|known| known.eq_ignore_ascii_case(extension))
    }

    /// Lines that have something on them; the last, which may be cut short, only if it is the first.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        let whole = if self.bytes.len() < HEAD_BYTES {
            self.text.len()
        } else {
            self.text.rfind('\n').unwrap_or(self.text.len())
        };
        self.text[..whole].lines().map(str::trim).filter(|line| !line.is_empty())
    }

    /// Whether there are lines, and nearly all of them (4 of 5) are as asked; leniently, some (1 of 5).
    pub fn mostly(&self, asked: impl Fn(&str) -> bool) -> bool {
        let (mut lines, mut good) = (0, 0);
        for line in self.lines().take(200) {
            lines += 1;
            good += usize::from(asked(line));
        }
        lines > 0 && good * 5 >= lines * if self.is_lenient { 1 } else { 4 }
    }
}

const HEAD_BYTES: usize = 1 << 16;

/// One file of a delivery, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRead {
    /// Path below the root.
    pub name: String,
    /// Its format; `None` for media and for files that hold no labels.
    pub format: Option<&'static str>,
    /// Size in bytes.
    pub bytes: u64,
    /// Records read: images, tasks, documents, sentences or rows.
    pub records: u64,
    /// Records not read; each has a remark.
    pub skipped: u64,
    /// Annotations read.
    pub annotations: u64,
    /// Whether reading broke off: what came after is unknown.
    pub is_cut: bool,
}

/// A delivery as read.
#[derive(Debug, Default)]
pub struct Delivery {
    /// The labels.
    pub labels: Labels,
    /// What was found while reading.
    pub remarks: Remarks,
    /// Every file, in order of path.
    pub files: Vec<FileRead>,
    /// What lies in it.
    pub folder: Folder,
    /// The answers, where nothing but votes was wanted; `labels` has then no items and annotations.
    pub votes: Option<Votes>,
    /// Rater and item of what was before raters whose folders or files are theirs.
    pub seen: BTreeSet<(u32, u32)>,
}

impl FileRead {
    /// Of which nothing was read yet.
    fn unread(source: &Source, told: Told, bytes: u64) -> Self {
        let (name, format) = (source.name.clone(), told.format().map(|format| format.name()));
        let (records, skipped, annotations, is_cut) = (0, 0, 0, false);
        Self { name, format, bytes, records, skipped, annotations, is_cut }
    }
}

impl Delivery {
    /// Counts a file that there was no room for.
    fn leave_out(&mut self, source: &Source, told: Told, bytes: u64) {
        self.labels.files.push(source.name.clone());
        let skipped = u64::from(!matches!(told, Told::Other));
        self.files.push(FileRead { skipped, ..FileRead::unread(source, told, bytes) });
    }

    /// Makes one item of those that `map` leads to the same one, the first of them.
    fn merge_items(&mut self, map: &[u32]) {
        let Self { labels, remarks, .. } = self;
        for (item, &first) in
            map.iter().enumerate().filter(|(item, first)| *item != **first as usize)
        {
            let other = labels.items[item].clone();
            let known = &mut labels.items[first as usize];
            known.size = known.size.or(other.size);
            known.media = known.media.or(other.media);
            known.text = known.text.or(other.text);
            known.seconds = known.seconds.or(other.seconds);
        }
        let new = labels.keep_items(|item| map[item as usize] == item);
        let of = |item: u32| map.get(item as usize).map_or(NONE, |&first| new[first as usize]);
        labels.annotations.iter_mut().for_each(|annotation| annotation.item = of(annotation.item));
        remarks.renumber_items(of);
        self.seen = self.seen.iter().map(|&(rater, item)| (rater, new[item as usize])).collect();
    }

    /// Names of the formats read, sorted.
    pub fn formats(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.files.iter().filter_map(|file| file.format).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether nothing could be read as a label.
    pub fn is_empty(&self) -> bool {
        self.annotated() == 0
    }

    fn annotated(&self) -> u64 {
        let votes = self.votes.as_ref().map_or(0, Votes::read);
        self.labels.annotations.len() as u64 + votes
    }
}

/// Reads a file or a folder of any formats.
///
/// - Errors: when the path itself cannot be opened; everything below that is a remark.
pub fn read(root: &Path, limits: &Limits) -> std::io::Result<Delivery> {
    read_as(root, None, limits)
}

/// Reads like [`read`], with a name for the rater where the files name none.
///
/// - Errors: as [`read`].
pub fn read_as(root: &Path, rater: Option<&str>, limits: &Limits) -> std::io::Result<Delivery> {
    let mut found = Found::at(root, rater.is_some(), limits)?;
    let rater = rater.map_or(NONE, |name| found.delivery.labels.raters.intern(name));
    if rater == NONE {
        found.look_for_annotators();
    }
    Ok(found.read(rater, limits))
}

/// Reads like [`read`], but where every file of labels is a table of answers, keeps nothing but votes.
///
/// - Errors: as [`read`].
pub fn read_votes(root: &Path, limits: &Limits) -> std::io::Result<Delivery> {
    let mut found = Found::at(root, false, limits)?;
    found.look_for_annotators();
    if found.annotators.is_none() && found.are_tables() {
        found.delivery.votes = Some(Votes::default());
    }
    Ok(found.read(NONE, limits))
}

/// Formats of nothing but answers about whole items.
const TABLES: [&str; 3] = ["table-csv", "table-jsonl", "table-parquet"];

/// Files that were found and are to be read.
struct Found {
    delivery: Delivery,
    sources: Vec<Source>,
    /// What each is.
    told: Vec<Told>,
    /// Whose each is, where folders seem to be annotators.
    annotators: Option<Annotators>,
}

impl Found {
    fn at(root: &Path, rater_is_named: bool, limits: &Limits) -> std::io::Result<Self> {
        let mut remarks = Remarks::default();
        let folder = Folder::list(root, limits, &mut remarks)?;
        let limit = bytes_at_once(limits);
        let source = |entry: &folder::Entry| Source {
            name: entry.name.clone(),
            content: Content::File(entry.path.clone()),
            limit,
        };
        let sources: Vec<Source> = folder.entries.iter().map(source).collect();
        let told = tell(&sources, &folder, rater_is_named);
        let delivery = Delivery { remarks, folder, ..Delivery::default() };
        Ok(Self { delivery, sources, told, annotators: None })
    }

    /// Finds out whether folders are annotators, or files that are tables without raters.
    fn look_for_annotators(&mut self) {
        let folder = &self.delivery.folder;
        self.annotators = Annotators::guess(&self.sources, &self.told, false);
        if self.annotators.is_none() && !self.told.iter().any(|told| told.format().is_some()) {
            let told = tell(&self.sources, folder, true);
            let annotators = Annotators::guess(&self.sources, &told, true);
            if annotators.is_some() {
                (self.annotators, self.told) = (annotators, told);
            }
        }
        if let Some(annotators) = &self.annotators {
            annotators.introduce(&mut self.delivery.labels.raters);
        }
    }

    /// Whether all that holds labels are tables of answers, and there are some.
    fn are_tables(&self) -> bool {
        let mut formats = self.told.iter().filter_map(|told| told.format()).peekable();
        formats.peek().is_some() && formats.all(|format| TABLES.contains(&format.name()))
    }

    fn read(self, rater: u32, limits: &Limits) -> Delivery {
        let Self { mut delivery, sources, told, annotators } = self;
        let mut cache = sink::Cache::default();
        let mut is_full = false;
        for (index, (source, &told)) in sources.iter().zip(&told).enumerate() {
            let bytes = delivery.folder.entries[index].bytes;
            if is_full {
                delivery.leave_out(source, told, bytes);
                continue;
            }
            let rater = annotators.as_ref().map_or(rater, |annotators| annotators.rater(index));
            read_file((source, told), bytes, rater, &mut delivery, &mut cache);
            let taken = delivery.labels.bytes() + delivery.votes.as_ref().map_or(0, Votes::bytes);
            if taken as u64 > limits.memory_bytes.min(MAX_POOL_BYTES) {
                let note = format!("{} of {} files read", index + 1, sources.len());
                delivery.remarks.add(Remark::file(code::TOO_LARGE, index as u32, note));
                is_full = true;
            }
        }
        sink::settle(&mut delivery, &cache);
        line_ends::look(&sources, &told, &mut delivery.remarks);
        if let Some(annotators) = annotators {
            annotators.join(&mut delivery);
        }
        delivery
    }
}

/// Bytes of one file that may be held in memory.
fn bytes_at_once(limits: &Limits) -> u64 {
    (limits.memory_bytes / 4).max(1 << 20)
}

/// Handles into the pools have 32 bits.
const MAX_POOL_BYTES: u64 = 8 << 30;

/// Reads bytes as one file of a delivery of its own: for tests, and for what comes from a pipe.
pub fn read_bytes(name: &str, bytes: &[u8], limits: &Limits) -> Delivery {
    let mut delivery = Delivery { folder: Folder::of_names(&[name]), ..Delivery::default() };
    let content = Content::Bytes(bytes.to_vec());
    let source = Source { name: name.to_owned(), content, limit: bytes_at_once(limits) };
    let mut cache = sink::Cache::default();
    let told = tell(std::slice::from_ref(&source), &delivery.folder, false)[0];
    read_file((&source, told), bytes.len() as u64, NONE, &mut delivery, &mut cache);
    sink::settle(&mut delivery, &cache);
    delivery
}

fn read_file(
    (source, told): (&Source, Told),
    bytes: u64,
    rater: u32,
    delivery: &mut Delivery,
    cache: &mut sink::Cache,
) {
    let file = delivery.labels.files.len() as u32;
    delivery.labels.files.push(source.name.clone());
    let before = delivery.annotated();
    let mut read = FileRead::unread(source, told, bytes);
    if let Some(remark) = unread(source, told, file, delivery) {
        read.skipped = 1;
        delivery.remarks.add(remark);
    } else if let Told::Labels(format) = told {
        let mut sink = Sink {
            labels: &mut delivery.labels,
            votes: delivery.votes.as_mut(),
            seen: &mut delivery.seen,
            remarks: &mut delivery.remarks,
            folder: &delivery.folder,
            cache,
            file,
            rater,
            records: 0,
            skipped: 0,
            pixels_left: (1 << 28) + 1000 * bytes,
        };
        format.read(source, &mut sink);
        (read.records, read.skipped) = (sink.records, sink.skipped);
        read.is_cut = delivery.remarks.broke_off(file);
        // A file that breaks off is missing something, whether or not its reader could tell what.
        read.skipped = read.skipped.max(u64::from(read.is_cut));
    } else if looks_like_labels(&source.name) {
        delivery.remarks.add(Remark::file(code::NOT_LABELS, file, source.name.as_str()));
    }
    read.annotations = delivery.annotated() - before;
    delivery.files.push(read);
}

/// Formats in which a file without anything says that nothing was to be labelled.
const MAY_BE_EMPTY: [&str; 3] = ["yolo", "kitti", "icdar"];

/// What keeps a whole file from being read, if anything does.
fn unread(source: &Source, told: Told, file: u32, delivery: &Delivery) -> Option<Remark> {
    let remark = |code, note: &str| Some(Remark::file(code, file, note));
    let may_be_empty = match told {
        Told::Other => return None,
        Told::Packed => return remark(code::PACKED, source.base()),
        Told::Linked => {
            let entry = delivery.folder.entries.get(file as usize);
            let target = entry.and_then(|entry| entry.link.as_deref()).unwrap_or_default();
            return remark(code::UNREADABLE, &format!("a link to {target}, not followed"));
        }
        Told::Lost => false,
        Told::Labels(format) => MAY_BE_EMPTY.contains(&format.name()),
    };
    if !may_be_empty && source.is_blank() {
        return remark(code::EMPTY_FILE, source.base());
    }
    let is_lost = matches!(told, Told::Lost) || is_page(source);
    is_lost.then(|| Remark::file(code::UNRECOGNISED, file, beginning(source)))
}

/// Whether a file is a page of HTML, as a server sends it in the place of a file.
fn is_page(source: &Source) -> bool {
    let head = source.head(64);
    let text =
        source::decode_head(&head).trim_start_matches('\u{feff}').trim_start().to_lowercase();
    ["<html", "<!doctype html"].iter().any(|begin| text.starts_with(begin))
}

/// What a file that no format knows begins with.
fn beginning(source: &Source) -> String {
    let head = source.head(64);
    let text = source::decode_head(&head);
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("").trim();
    format!("begins with {first:?}")
}

/// What each file is: by its own content, or, where no format knows it, by what lies beside it.
fn tell(sources: &[Source], folder: &Folder, rater_is_named: bool) -> Vec<Told> {
    let own = |source| detect(source, folder, rater_is_named).map_or(Told::Other, Told::Labels);
    let mut told: Vec<Told> = sources.iter().map(own).collect();
    orphans::settle(sources, folder, &mut told);
    told
}

/// The format of a file, or `None` for media and for files that no format claims.
fn detect(source: &Source, folder: &Folder, rater_is_named: bool) -> Option<&'static dyn Format> {
    let is_aside = |entry: &folder::Entry| entry.link.is_some();
    if (is_media(&source.name) && !voc::is_instance_mask(&source.name))
        || folder::is_packed(&source.name)
        || folder.entry(&source.name).is_some_and(is_aside)
    {
        return None;
    }
    let bytes = source.head(HEAD_BYTES);
    let text = source::decode_head(&bytes);
    let (name, json, is_lenient) = (source.name.as_str(), json::Outline::of(&text), false);
    claimant(&Head { name, bytes: &bytes, text: &text, json, folder, rater_is_named, is_lenient })
}

/// The format that is surest of a file.
fn claimant(head: &Head<'_>) -> Option<&'static dyn Format> {
    let mut best: Option<(&'static dyn Format, u8)> = None;
    for &format in FORMATS {
        let claim = format.claim(head);
        if claim > best.map_or(0, |(_, claim)| claim) {
            best = Some((format, claim));
        }
    }
    best.map(|(format, _)| format)
}

/// Whether a file nobody claimed should be named: one that might have been meant as labels.
fn looks_like_labels(name: &str) -> bool {
    let extension = name.rsplit('.').next().unwrap_or("");
    ["json", "jsonl", "xml", "csv", "tsv", "parquet"].contains(&extension)
}
