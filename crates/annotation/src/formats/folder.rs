//! What lies in a delivery: files by path, found once, in order.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use shujian_core::Limits;

use crate::code;
use crate::labels::{Remark, Remarks};

/// Extensions of media, which are labelled and not labels.
const MEDIA: &[&str] = &[
    "jpg", "jpeg", "png", "bmp", "gif", "webp", "tif", "tiff", "ppm", "pgm", "wav", "mp3", "flac",
    "ogg", "opus", "m4a", "aac", "mp4", "avi", "mov", "mkv", "webm", "pcd", "ply", "las", "laz",
    "bin", "npy",
];

/// One file found.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Path below the root, with forward slashes.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// What it leads to, where it is a link: links are not followed.
    pub link: Option<String>,
}

/// Everything found below a root.
#[derive(Debug, Default)]
pub struct Folder {
    /// Files, sorted by name.
    pub entries: Vec<Entry>,
    /// Media by file name without folders, and by that without extension.
    media: BTreeMap<String, usize>,
}

impl Folder {
    /// Lists a file, or a folder and what is in it. Links are not followed, hidden files are left out.
    pub fn list(root: &Path, limits: &Limits, remarks: &mut Remarks) -> std::io::Result<Self> {
        let whole = std::fs::metadata(root)?;
        let mut folder = Self::default();
        if whole.is_file() {
            let name = root.file_name().unwrap_or_default().to_string_lossy().into_owned();
            folder.entries.push(Entry {
                name,
                path: root.to_owned(),
                bytes: whole.len(),
                link: None,
            });
            return Ok(folder);
        }
        let walk = walkdir::WalkDir::new(root)
            .max_depth(limits.nesting as usize)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| {
                entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".")
            });
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    remarks.add(Remark::file(
                        code::UNREADABLE,
                        crate::labels::NONE,
                        error.to_string(),
                    ));
                    continue;
                }
            };
            let link = entry.path_is_symlink().then(|| target(entry.path()));
            if !entry.file_type().is_file() && link.is_none() {
                continue;
            }
            if folder.entries.len() as u64 >= limits.files {
                let note = format!("over {} files", limits.files);
                remarks.add(Remark::file(code::TOO_LARGE, crate::labels::NONE, note));
                break;
            }
            let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
            let name = below.to_string_lossy().replace('\\', "/");
            let bytes =
                if link.is_some() { 0 } else { entry.metadata().map_or(0, |data| data.len()) };
            folder.entries.push(Entry { name, path: entry.into_path(), bytes, link });
        }
        folder.entries.sort_by(|a, b| a.name.cmp(&b.name));
        folder.index_media();
        Ok(folder)
    }

    /// A folder of which only the names are known, for tests and archives.
    pub fn of_names(names: &[&str]) -> Self {
        let entry = |name: &&str| Entry {
            name: (*name).into(),
            path: PathBuf::new(),
            bytes: 0,
            link: None,
        };
        let mut folder =
            Self { entries: names.iter().map(entry).collect(), media: BTreeMap::new() };
        folder.index_media();
        folder
    }

    fn index_media(&mut self) {
        for (index, entry) in self.entries.iter().enumerate() {
            if is_media(&entry.name) && entry.link.is_none() {
                let base = base(&entry.name);
                self.media.entry(base.to_owned()).or_insert(index);
                self.media.entry(super::source::stem(base).to_owned()).or_insert(index);
            }
        }
    }

    /// Whether any media came with the labels.
    pub fn has_media(&self) -> bool {
        !self.media.is_empty()
    }

    /// The medium of a name, by its file name, or by that without extension.
    pub fn medium(&self, name: &str) -> Option<&Entry> {
        let base = base(name);
        let found = self.media.get(base).or_else(|| {
            let bare = !is_media(base);
            bare.then(|| self.media.get(super::source::stem(base))).flatten()
        });
        found.map(|&index| &self.entries[index])
    }

    /// The file of one of these names that is nearest above `file`.
    pub fn nearest(&self, file: &str, names: &[&str]) -> Option<&Entry> {
        let mut folder = file;
        while let Some(slash) = folder.rfind('/') {
            folder = &folder[..slash];
            if let Some(found) =
                names.iter().find_map(|name| self.entry(&format!("{folder}/{name}")))
            {
                return Some(found);
            }
        }
        names.iter().find_map(|name| self.entry(name))
    }

    /// The file of a path.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        let found = self.entries.binary_search_by(|entry| entry.name.as_str().cmp(name));
        found.ok().map(|index| &self.entries[index])
    }
}

/// Where a link leads, as it says itself.
fn target(path: &Path) -> String {
    std::fs::read_link(path).map_or_else(|error| error.to_string(), |to| to.display().to_string())
}

/// Whether a name is that of a medium.
pub fn is_media(name: &str) -> bool {
    let extension = name.rsplit('.').next().unwrap_or("");
    extension.len() < name.len() && MEDIA.iter().any(|known| known.eq_ignore_ascii_case(extension))
}

/// A path without its folders. Backslashes are folders too: some tools run on Windows.
pub fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Extensions of pictures.
const PICTURES: &[&str] =
    &["jpg", "jpeg", "png", "bmp", "gif", "webp", "tif", "tiff", "ppm", "pgm"];

/// Whether a name is that of a picture.
pub(crate) fn is_picture(name: &str) -> bool {
    is_media(name) && extension_is(name, PICTURES)
}

/// Extensions of what other files are packed in.
const PACKED: &[&str] =
    &["gz", "tgz", "bz2", "xz", "zst", "lz4", "z", "zip", "tar", "7z", "rar", "txz", "tbz2"];

/// Whether a name is that of packed files, and not of one packed medium.
pub(super) fn is_packed(name: &str) -> bool {
    let within = super::source::stem(base(name));
    // Volumes of scanners are packed as a rule.
    extension_is(name, PACKED) && !is_media(within) && !within.ends_with(".nii")
}

fn extension_is(name: &str, known: &[&str]) -> bool {
    let extension = base(name).rsplit_once('.').map_or("", |(_, extension)| extension);
    known.iter().any(|known| known.eq_ignore_ascii_case(extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_labels_are_told_from_packed_media() {
        for (name, packed) in [
            ("a/b.csv.gz", true),
            ("labels.ZIP", true),
            ("a.tar.zst", true),
            ("scan.nii.gz", false),
            ("cloud.pcd.gz", false),
            ("gz", false),
            ("b.csv", false),
        ] {
            assert_eq!(is_packed(name), packed, "{name}");
        }
    }

    #[test]
    fn the_nearest_class_list_is_the_one_of_the_innermost_folder() {
        let folder = Folder::of_names(&["a/b/x.txt", "a/classes.txt", "classes.txt"]);
        let nearest = |file| folder.nearest(file, &["classes.txt"]).unwrap().name.clone();
        assert_eq!(nearest("a/b/x.txt"), "a/classes.txt");
        assert_eq!(nearest("x.txt"), "classes.txt");
    }

    #[test]
    fn media_are_found_by_name_or_stem() {
        let folder = Folder::of_names(&["images/one.jpg"]);
        assert!(folder.medium("train\\one.jpg").is_some());
        assert!(folder.medium("labels/one.txt").is_some());
        assert!(folder.medium("one.png").is_none());
    }
}
