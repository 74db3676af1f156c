//! Which applications a batch holds: the folders below one, or those that a list names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::inert::clean;
use shujian_core::{Date, Findings, Place};
use shujian_desk::names;

use crate::failure::{Failure, Fault};
use crate::grade::APPLICATION;
use crate::input;

/// Name of the form of [`List`].
pub(crate) const SCHEMA: &str = "shujian.batch-list.v1";

/// Folders below one another that are looked into.
const DEPTH: usize = 16;

/// A list of applications, `batch.toml`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// Always `shujian.batch-list.v1`.
    pub(crate) schema: String,
    /// The applications.
    #[serde(rename = "application")]
    pub(crate) applications: Vec<Item>,
}

/// One application of a list.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Item {
    /// Folder or file with the data, below the folder of the list.
    path: String,
    /// Id; the path if absent.
    id: Option<String>,
    /// The application, below the folder of the list; `application.toml` among the data if absent.
    application: Option<String>,
    /// Day of the first whole submission: the earlier goes first where all else is equal.
    submitted: Option<Date>,
}

/// One application to grade.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Id, without signs that act; no two entries share one.
    pub(crate) id: String,
    /// Folder of its results.
    pub(crate) folder: String,
    /// The data.
    pub(crate) path: PathBuf,
    /// The application, whether it is there or not; absent where there is none.
    pub(crate) application: Option<PathBuf>,
    /// Day of the first whole submission.
    pub(crate) submitted: Option<Date>,
}

/// The applications of a batch, by id, and what was passed over.
#[derive(Debug)]
pub(crate) struct Roster {
    pub(crate) entries: Vec<Entry>,
    pub(crate) findings: Findings,
}

/// Reads a batch.
///
/// - Errors: exit 3 for one that holds no application, or a list that cannot be used.
pub(crate) fn read(input: &Path) -> Result<Roster, Failure> {
    let mut findings = Findings::default();
    let mut entries = if input.is_dir() {
        let mut found = below(input, &mut findings)?;
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found
    } else {
        listed(input)?
    };
    if entries.is_empty() {
        let input = input.display();
        return Err(Failure::new(
            Fault::Input,
            format!("{input}：里面没有申报；请给出存放各申报文件夹的文件夹，或 batch.toml"),
            format!(
                "{input}: holds no application; name the folder of their folders, or a batch.toml"
            ),
        ));
    }
    let ids: Vec<String> = entries.iter().map(|entry| entry.id.clone()).collect();
    let mut seen = BTreeSet::new();
    if let Some(twice) = ids.iter().find(|id| !seen.insert(id.as_str())) {
        let input = input.display();
        return Err(Failure::new(
            Fault::Input,
            format!("{input}：编号“{twice}”出现两次；请各给一个 id"),
            format!("{input}: the id {twice:?} stands twice; give each its own"),
        ));
    }
    for (entry, folder) in entries.iter_mut().zip(names::folders(&ids)) {
        entry.folder = folder;
    }
    entries.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Roster { entries, findings })
}

/// The applications below a folder: every folder that holds an application; of a folder in which
/// there is none anywhere, the folder itself; where there is none at all, each entry.
fn below(root: &Path, findings: &mut Findings) -> Result<Vec<Entry>, Failure> {
    let mut folders = Vec::new();
    let mut files = Vec::new();
    for (path, kind) in entries(root)? {
        match kind {
            Kind::Folder => folders.push(path),
            Kind::File => files.push(path),
            Kind::Other => findings.add("SJ-desk-005", Place::file(id(root, &path))),
        }
    }
    let mut found = Vec::new();
    let mut applied = false;
    for folder in folders {
        let mut inside = Vec::new();
        applications(root, &folder, 1, &mut inside, findings);
        applied |= !inside.is_empty();
        if inside.is_empty() {
            inside.push(entry(root, folder, false));
        }
        found.extend(inside);
    }
    for file in files {
        // Beside folders with applications a file is a note, a list, the batch's own table.
        if applied || file.file_name().is_some_and(|name| name == APPLICATION) {
            findings.add("SJ-desk-005", Place::file(id(root, &file)));
        } else {
            found.push(entry(root, file, false));
        }
    }
    Ok(found)
}

/// Folders that hold an application, at or below one; none is looked for within another.
fn applications(
    root: &Path,
    folder: &Path,
    depth: usize,
    found: &mut Vec<Entry>,
    findings: &mut Findings,
) {
    let holds = folder.join(APPLICATION).symlink_metadata().is_ok();
    if holds {
        nested(root, folder, depth, findings);
        found.push(entry(root, folder.to_owned(), true));
        return;
    }
    // A folder that cannot be listed is an application that cannot be read.
    let Ok(inside) = entries(folder) else { return };
    for (path, kind) in inside {
        if kind == Kind::Folder && depth < DEPTH {
            applications(root, &path, depth + 1, found, findings);
        }
    }
}

/// Counts applications below the one of a folder.
fn nested(root: &Path, folder: &Path, depth: usize, findings: &mut Findings) {
    let Ok(inside) = entries(folder) else { return };
    for (path, kind) in inside {
        if kind != Kind::Folder || depth >= DEPTH {
            continue;
        }
        if path.join(APPLICATION).is_file() {
            let place = Place::file(id(root, &path.join(APPLICATION)));
            findings.add("SJ-desk-006", place.noting(id(root, folder)));
        }
        nested(root, &path, depth + 1, findings);
    }
}

/// What a folder holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Folder,
    File,
    /// Hidden, a link, a device.
    Other,
}

/// The entries of a folder, by name.
fn entries(folder: &Path) -> Result<Vec<(PathBuf, Kind)>, Failure> {
    let io = |error| Failure::io(Fault::Input, folder, &error);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        let entry = entry.map_err(io)?;
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        // Of the entry itself: a link is not followed, lest one folder be two applications.
        let kind = match entry.file_type() {
            Ok(kind) if kind.is_dir() && !is_hidden => Kind::Folder,
            Ok(kind) if kind.is_file() && !is_hidden => Kind::File,
            _ => Kind::Other,
        };
        found.push((entry.path(), kind));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

fn entry(root: &Path, path: PathBuf, applied: bool) -> Entry {
    let application = applied.then(|| path.join(APPLICATION));
    Entry { id: id(root, &path), folder: String::new(), path, application, submitted: None }
}

/// The path below the root, parts separated by `/`; a hash of what cannot be spelt tells twins apart.
fn id(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    spelt(&parts.join("/"), below.as_os_str().as_encoded_bytes())
}

/// A name without signs that act.
fn spelt(name: &str, bytes: &[u8]) -> String {
    let plain = clean(name);
    if plain.as_bytes() == bytes {
        return plain;
    }
    format!("{plain}~{}", &blake3::hash(bytes).to_hex()[..16])
}

/// The applications that a list names.
fn listed(file: &Path) -> Result<Vec<Entry>, Failure> {
    let list: List = toml::from_str(&input::text(file)?).map_err(|error| {
        let (shown, error) = (file.display(), error.to_string());
        let error = error.trim_end();
        let zh =
            format!("{shown}：不是批次清单（shujian schema batch-list），解析器指出：\n{error}");
        Failure::new(Fault::Input, zh, format!("{shown}: is no list of a batch: {error}"))
    })?;
    if list.schema != SCHEMA {
        let (shown, found) = (file.display(), clean(&list.schema));
        return Err(Failure::new(
            Fault::Input,
            format!("{shown}：schema 是“{found}”，应为 {SCHEMA}"),
            format!("{shown}: schema is {found:?}, not {SCHEMA}"),
        ));
    }
    let root = file.parent().unwrap_or(Path::new(""));
    let entry = |item: Item| {
        let path = root.join(&item.path);
        let beside = path.join(APPLICATION);
        let application = match item.application {
            Some(named) => Some(root.join(named)),
            None => beside.symlink_metadata().is_ok().then_some(beside),
        };
        let name = item.id.unwrap_or(item.path);
        let id = spelt(&name, name.as_bytes());
        Entry { id, folder: String::new(), path, application, submitted: item.submitted }
    };
    Ok(list.applications.into_iter().map(entry).collect())
}
