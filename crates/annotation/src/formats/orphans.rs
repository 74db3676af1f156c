//! Files that no format claims: labels that were damaged, or no labels at all.
//!
//! A file is meant as labels when it stands where labels stand: beside files of labels with its
//! extension, in a folder of labels, or alone. It is then read by the format of its neighbours, line by
//! line or up to the break, so that what is right counts and what is wrong is said. Documents, lists of
//! classes or images, and sound files of another make are no labels.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::IgnoredAny;

use super::folder::is_packed;
use super::table::{roles, tells_more_than_items};
use super::{FORMATS, Folder, Format, HEAD_BYTES, Head, Source, is_media, json, voc, xml};

/// What a file is taken for.
#[derive(Clone, Copy, Default)]
pub(super) enum Told {
    /// Labels of a format.
    Labels(&'static dyn Format),
    /// Meant as labels, and no format knows how to read it.
    Lost,
    /// Packed, and not read.
    Packed,
    /// A link, and not followed.
    Linked,
    /// No labels.
    #[default]
    Other,
}

impl Told {
    /// The format it is read by.
    pub(super) fn format(self) -> Option<&'static dyn Format> {
        match self {
            Self::Labels(format) => Some(format),
            Self::Lost | Self::Packed | Self::Linked | Self::Other => None,
        }
    }
}

/// Names, without extension, of what people put beside labels.
const DOCUMENTS: &[&str] = &[
    "readme",
    "license",
    "licence",
    "copying",
    "copyright",
    "authors",
    "changelog",
    "changes",
    "notes",
    "note",
    "notice",
    "todo",
    "citation",
    "requirements",
    "source",
    "contents",
    "manifest",
    "checksums",
    "md5sums",
    "sha256sums",
    "classes",
    "names",
    "labels",
    "labelmap",
    "label_map",
    "obj",
    "categories",
    "images",
    "imagelist",
    "image_list",
    "filelist",
    "说明",
    "读我",
    "备注",
    "许可",
    "版权",
    "目录",
    "清单",
    "变更",
    "类别",
];

/// Likewise of lists of the items of a part; sequences of tags have such names themselves.
const PARTS: &[&str] = &["train", "val", "valid", "validation", "test", "dev", "trainval"];

/// Extensions of files that hold nothing but data.
const DATA: &[&str] = &["json", "jsonl", "ndjson", "xml", "csv", "tsv", "parquet"];

/// Extensions of label files that stand alone.
const ALONE: &[&str] = &["txt", "rttm", "textgrid", "conll", "bio", "iob", "iob2", "bioes"];

/// Tells what the files are that no format claimed.
pub(super) fn settle(sources: &[Source], folder: &Folder, told: &mut [Told]) {
    let claimed = Claimed::of(sources, told);
    for ((source, told), entry) in sources.iter().zip(told).zip(&folder.entries) {
        if entry.link.is_some() {
            *told = if is_media(&source.name) { Told::Other } else { Told::Linked };
        } else if is_packed(&source.name) {
            *told = Told::Packed;
        } else if matches!(told, Told::Other) && !claimed.is_known_otherwise(source) {
            *told = claimed.renamed(source, folder).unwrap_or_else(|| claimed.tell(source, folder));
        }
    }
}

fn extension(name: &str) -> String {
    let base = super::folder::base(name);
    base.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_lowercase())
}

/// Whether the name of a file is one of these.
fn is_named(source: &Source, names: &[&str]) -> bool {
    names.contains(&super::stem(source.base()).to_lowercase().as_str())
}

fn place(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(place, _)| place)
}

/// How often each format was found, by the place and the extension of its files.
#[derive(Default)]
struct Claimed<'a> {
    here: BTreeMap<(String, &'a str), BTreeMap<usize, usize>>,
    anywhere: BTreeMap<String, BTreeMap<usize, usize>>,
    /// Places and extensions where a file with the name of a part holds labels.
    named: BTreeSet<(String, &'a str)>,
    /// One file of each place and extension, to compare with.
    example: BTreeMap<(String, &'a str), &'a Source>,
}

impl<'a> Claimed<'a> {
    fn of(sources: &'a [Source], told: &[Told]) -> Self {
        let mut claimed = Self::default();
        for (source, told) in sources.iter().zip(told) {
            let Some(format) = told.format() else { continue };
            if voc::is_instance_mask(&source.name) || voc::is_image_set(&source.name) {
                continue;
            }
            let Some(row) = FORMATS.iter().position(|known| known.name() == format.name()) else {
                continue;
            };
            let (extension, place) = (extension(&source.name), place(&source.name));
            *claimed.anywhere.entry(extension.clone()).or_default().entry(row).or_default() += 1;
            let key = (extension, place);
            claimed.example.entry(key.clone()).or_insert(source);
            if is_named(source, PARTS) {
                claimed.named.insert(key.clone());
            }
            *claimed.here.entry(key).or_default().entry(row).or_default() += 1;
        }
        claimed
    }

    /// Whether the name or the content say plainly that a file is no labels.
    fn is_known_otherwise(&self, source: &Source) -> bool {
        if is_media(&source.name) {
            return true;
        }
        let extension = extension(&source.name);
        let is_data = DATA.contains(&extension.as_str());
        let head = super::source::decode_head(&source.head(HEAD_BYTES)).into_owned();
        let mut lines = head.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
        let is_list = lines.peek().is_some() && lines.all(is_media);
        // Where a file of such a name holds labels, as `train.txt` may, the others are meant to.
        let holds_labels = self.named.contains(&(extension, place(&source.name)));
        let is_part = is_named(source, PARTS) && !holds_labels;
        (!is_data && (is_part || is_named(source, DOCUMENTS))) || is_list
    }

    /// A file that is of a format of the delivery but for its name, which the format goes by.
    fn renamed(&self, source: &Source, folder: &Folder) -> Option<Told> {
        let formats = self.anywhere.get("txt")?;
        let stem = super::stem(&source.name);
        let name = format!("{}.txt", stem.strip_suffix(".txt").unwrap_or(stem));
        if DATA.contains(&&*extension(&source.name)) || folder.entry(&name).is_some() {
            return None;
        }
        let bytes = source.head(HEAD_BYTES);
        let text = super::source::decode_head(&bytes);
        let (json, rater_is_named) = (None, false);
        // Among label files, it may be damaged as well.
        let is_lenient = self.here.contains_key(&("txt".to_owned(), place(&source.name)));
        let head = Head {
            name: &name,
            bytes: &bytes,
            text: &text,
            json,
            folder,
            rater_is_named,
            is_lenient,
        };
        head.lines().next()?;
        let format = super::claimant(&head)?;
        let is_here = formats.keys().any(|&row| FORMATS[row].name() == format.name());
        is_here.then_some(Told::Labels(format))
    }

    fn tell(&self, source: &Source, folder: &Folder) -> Told {
        let extension = extension(&source.name);
        let key = (extension.clone(), place(&source.name));
        let is_data = DATA.contains(&extension.as_str());
        let is_sound = is_data && is_sound(source, &extension);
        if let Some(formats) = self.here.get(&key) {
            let example = self.example.get(&key);
            let is_other =
                is_sound && !example.is_some_and(|example| are_alike(source, example, &extension));
            return if is_other { Told::Other } else { commonest(formats) };
        }
        let elsewhere = self.anywhere.get(&extension);
        match elsewhere {
            Some(formats) if is_data && !is_sound => commonest(formats),
            Some(formats) if !is_data && self.is_placed(source, &extension) => commonest(formats),
            _ if is_data && !is_sound => lenient(source, folder),
            // Nothing else is there: it must be what was delivered.
            _ if self.anywhere.is_empty() && (is_data || ALONE.contains(&&*extension)) => {
                lenient(source, folder)
            }
            _ => Told::Other,
        }
    }

    /// Whether a text file stands in a folder such as those of label files.
    fn is_placed(&self, source: &Source, extension: &str) -> bool {
        let last = |place: &'_ str| super::folder::base(place).to_owned();
        let own = place(&source.name);
        let is_like = |(known, at): &(String, &str)| known == extension && last(at) == last(own);
        let is_named = own.split('/').any(|part| {
            let part = part.to_lowercase();
            ["label", "annotation", "gt"].iter().any(|name| part.starts_with(name))
        });
        extension != "txt" || is_named || self.here.keys().any(is_like)
    }
}

fn commonest(formats: &BTreeMap<usize, usize>) -> Told {
    let most = formats.iter().max_by_key(|(row, count)| (**count, std::cmp::Reverse(**row)));
    most.map_or(Told::Lost, |(&row, _)| Told::Labels(FORMATS[row]))
}

/// The format that knows some of the lines; lost where none does.
fn lenient(source: &Source, folder: &Folder) -> Told {
    let bytes = source.head(HEAD_BYTES);
    let text = super::source::decode_head(&bytes);
    let json = json::Outline::of(&text);
    let (name, rater_is_named) = (source.name.as_str(), false);
    let head =
        Head { name, bytes: &bytes, text: &text, json, folder, rater_is_named, is_lenient: true };
    super::claimant(&head).map_or(Told::Lost, Told::Labels)
}

/// Whether a data file is whole by the rules of its kind.
fn is_sound(source: &Source, extension: &str) -> bool {
    let head = source.head(HEAD_BYTES);
    let text = super::source::decode_head(&head);
    match extension {
        "json" | "jsonl" | "ndjson" => {
            let bytes = source.head(usize::try_from(source.limit).unwrap_or(usize::MAX));
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
            let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<IgnoredAny>();
            let first = values.next().is_some_and(|value| value.is_ok());
            first && values.all(|value| value.is_ok())
        }
        "xml" => {
            let tail = source.tail(256);
            let tail = String::from_utf8_lossy(&tail);
            let end = |root: &str| tail.trim_end().ends_with(&format!("</{root}>"));
            // A server's page about an error has the shape of a document, and is none.
            xml::root(&text).is_some_and(|root| !root.eq_ignore_ascii_case("html") && end(root))
        }
        "parquet" => head.starts_with(b"PAR1") && source.tail(4) == b"PAR1",
        _ => {
            let mut lines = text.lines().filter(|line| !line.trim().is_empty());
            let is_heading =
                |line: &str| line.contains([',', ';', '\t']) && !line.trim_start().starts_with('<');
            is_text(&text) && lines.next().is_some_and(is_heading) && lines.next().is_some()
        }
    }
}

/// Whether letters are what people write: no controls, none that could not be decoded.
fn is_text(text: &str) -> bool {
    let is_odd = |letter: char| {
        letter == char::REPLACEMENT_CHARACTER || (letter.is_control() && !letter.is_whitespace())
    };
    !text.chars().any(is_odd)
}

/// Whether a sound file says of itself what a file of labels does: half of the same names or more.
fn are_alike(source: &Source, example: &Source, extension: &str) -> bool {
    let [own, other] = [source, example].map(|source| names(source, extension));
    let shared: Vec<&String> = own.iter().filter(|name| other.contains(name)).collect();
    let is_table = extension.ends_with("sv");
    let is_telling = is_table && shared.iter().any(|name| tells_more_than_items(name));
    let has_roles = is_table && roles(own.iter().map(String::as_str)) >= 2;
    shared.len() >= 2 || is_telling || has_roles
}

/// Keys of the outermost objects, or fields of the header.
fn names(source: &Source, extension: &str) -> Vec<String> {
    let head = source.head(HEAD_BYTES);
    let text = super::source::decode_head(&head);
    match extension {
        "csv" | "tsv" => {
            let header = text.lines().next().unwrap_or("");
            let fields = header.split([',', ';', '\t']);
            fields.map(|field| field.trim().trim_matches('"').to_lowercase()).collect()
        }
        "xml" => xml::root(&text)
            .into_iter()
            .flat_map(|root| [root.to_owned(), root.to_owned()])
            .collect(),
        _ => json::Outline::of(&text).map_or_else(Vec::new, |outline| outline.keys),
    }
}
