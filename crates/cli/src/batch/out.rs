//! The folder of the results: known files only, each whole or absent, one run at a time.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use shujian_desk::manifest::Listed;

use crate::failure::{Failure, Fault};
use crate::output;

/// Card of an application.
pub(super) const CARD: &str = "card.json";
/// Its report.
pub(super) const REPORT: &str = "report.txt";
/// What its card was made of; written last.
pub(super) const SOURCE: &str = "source.json";
/// The list.
pub(super) const BATCH: &str = "batch.json";
/// The manifest.
pub(super) const MANIFEST: &str = "manifest.json";
/// The folder of the applications.
pub(super) const APPLICATIONS: &str = "applications";

/// Files of the folder, the manifest apart.
pub(super) const TABLES: [&str; 4] =
    ["ranking.csv", "ranking.xlsx", "ranking.parquet", "findings.parquet"];
/// Files of an application.
const OF_ONE: [&str; 3] = [CARD, REPORT, SOURCE];

/// The folder of the results.
#[derive(Debug)]
pub(super) struct Out {
    root: PathBuf,
    /// Held while the run lasts: two at a time would write over each other.
    _lock: Option<File>,
}

impl Out {
    /// Opens a folder that is new, empty or holds earlier results, and takes away what a killed run
    /// left half written.
    ///
    /// - Errors: exit 2 for a folder of others or one that holds, or lies in, the data; exit 4.
    pub(super) fn open(root: &Path, data: &Path) -> Result<Self, Failure> {
        refuse_overlap(root, data)?;
        fs::create_dir_all(root).map_err(|error| environment(root, &error))?;
        let out = Self { root: root.to_owned(), _lock: lock(root)? };
        let known = TABLES.iter().chain([&BATCH, &MANIFEST, &APPLICATIONS]);
        let known: BTreeSet<&OsStr> = known.map(|name| OsStr::new(*name)).collect();
        let names = names(root)?;
        let strange = names.iter().find(|name| !known.contains(name.as_os_str()) && !is_part(name));
        if let Some(name) = strange {
            return Err(foreign(root, name));
        }
        for name in names.iter().filter(|name| is_part(name)) {
            remove(&root.join(name))?;
        }
        let applications = root.join(APPLICATIONS);
        fs::create_dir_all(&applications).map_err(|error| environment(&applications, &error))?;
        // A list without all its files is none: nothing of an earlier one stands while this runs.
        for name in TABLES.iter().chain([&BATCH, &MANIFEST]) {
            remove(&root.join(name))?;
        }
        Ok(out)
    }

    /// Takes away the results of applications that are no longer in the batch, and what a killed
    /// run left half written.
    ///
    /// - Errors: exit 4.
    pub(super) fn keep_only(&self, folders: &BTreeSet<&str>) -> Result<(), Failure> {
        let applications = self.root.join(APPLICATIONS);
        for name in names(&applications)? {
            let folder = applications.join(&name);
            let of_run = name.to_str().is_some_and(|name| folders.contains(name));
            if !folder.is_dir() || folder.is_symlink() {
                continue;
            }
            for file in names(&folder)? {
                let ours = OF_ONE.iter().any(|known| file == *known);
                if is_part(&file) || (ours && !of_run) {
                    remove(&folder.join(&file))?;
                }
            }
            if !of_run {
                // Whatever else is in it was put there by someone; `verify` names it.
                let _not_empty = fs::remove_dir(&folder);
            }
        }
        Ok(())
    }

    /// Takes away what tells that the results of an application are whole, then its card.
    ///
    /// - Errors: exit 4.
    pub(super) fn forget(&self, folder: &str) -> Result<(), Failure> {
        remove(&self.of(folder).join(SOURCE))?;
        remove(&self.of(folder).join(CARD))
    }

    /// Puts a whole file of an application in the place of what was there.
    ///
    /// - Errors: exit 4.
    pub(super) fn put(&self, folder: &str, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let folder = self.of(folder);
        fs::create_dir_all(&folder).map_err(|error| environment(&folder, &error))?;
        let file = folder.join(name);
        if fs::read(&file).is_ok_and(|there| there == bytes) {
            return Ok(());
        }
        output::replace(&file, bytes)
    }

    /// Puts a whole file of the batch in the place of what was there.
    ///
    /// - Errors: exit 4.
    pub(super) fn put_table(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        output::replace(&self.root.join(name), bytes)
    }

    /// A file of an application, if it can be read.
    pub(super) fn read(&self, folder: &str, name: &str) -> Option<Vec<u8>> {
        fs::read(self.of(folder).join(name)).ok()
    }

    /// Every file but the manifest, with its hash.
    ///
    /// - Errors: exit 4.
    pub(super) fn files(&self) -> Result<Vec<Listed>, Failure> {
        let mut listed = Vec::new();
        for path in files(&self.root).map_err(|error| environment(&self.root, &error))? {
            if path == MANIFEST {
                continue;
            }
            let bytes = fs::read(self.root.join(&path));
            let bytes = bytes.map_err(|error| environment(&self.root.join(&path), &error))?;
            listed.push(Listed::of(&path, &bytes));
        }
        Ok(listed)
    }

    fn of(&self, folder: &str) -> PathBuf {
        self.root.join(APPLICATIONS).join(folder)
    }
}

/// Paths of all files below a folder, parts separated by `/`, by path; links stand as they are.
pub(super) fn files(root: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut waiting = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = waiting.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                waiting.push((entry.path(), format!("{path}/")));
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A lock on the folder itself, which leaves no file behind; none where folders cannot be locked.
fn lock(root: &Path) -> Result<Option<File>, Failure> {
    let Ok(folder) = File::open(root) else { return Ok(None) };
    match folder.try_lock() {
        Err(TryLockError::WouldBlock) => {
            let root = root.display();
            Err(Failure::new(
                Fault::Environment,
                format!("{root}：另一个 shujian batch 正在写入；请等它结束"),
                format!("{root}: another `shujian batch` is writing there; wait for it to end"),
            ))
        }
        _ => Ok(Some(folder)),
    }
}

/// Results among the data would be graded the next time.
fn refuse_overlap(root: &Path, data: &Path) -> Result<(), Failure> {
    if !data.is_dir() {
        return Ok(());
    }
    let (root, data) = (resolved(root), resolved(data));
    if !root.starts_with(&data) && !data.starts_with(&root) {
        return Ok(());
    }
    let (root, data) = (root.display(), data.display());
    Err(Failure::new(
        Fault::Usage,
        format!("结果文件夹 {root} 与数据 {data} 互相包含；请写到别处"),
        format!("the results {root} and the data {data} lie in one another; write elsewhere"),
    ))
}

/// A path without links, whether its end exists or not.
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for above in path.ancestors() {
        if let Ok(real) = above.canonicalize() {
            return real.join(path.strip_prefix(above).unwrap_or(Path::new("")));
        }
    }
    path
}

fn foreign(root: &Path, name: &OsStr) -> Failure {
    let (root, name) = (root.display(), shujian_core::inert::clean(&name.to_string_lossy()));
    let zh = format!("{root} 里有别的文件（{name}）；请给出新的或空的文件夹");
    let en = format!("{root} holds other files ({name}); name a new or empty folder");
    Failure::new(Fault::Usage, zh, en)
}

/// Whether a name is that of a file which was being written.
fn is_part(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with('.') && name.ends_with(".part")
}

fn names(folder: &Path) -> Result<Vec<std::ffi::OsString>, Failure> {
    let io = |error| environment(folder, &error);
    let entries = fs::read_dir(folder).map_err(io)?;
    entries.map(|entry| entry.map(|entry| entry.file_name()).map_err(io)).collect()
}

fn remove(file: &Path) -> Result<(), Failure> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(environment(file, &error)),
        _ => Ok(()),
    }
}

fn environment(path: &Path, error: &io::Error) -> Failure {
    Failure::io(Fault::Environment, path, error)
}
