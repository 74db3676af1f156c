//! Finds the files of a dataset.

use std::collections::BTreeSet;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

use shujian_core::{Findings, Limits, Place};
use walkdir::{DirEntry, WalkDir};

use crate::{Discovery, Error, Source};

/// Device and inode of a file; on other systems its canonical path.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identity {
    #[cfg(unix)]
    Inode(u64, u64),
    #[cfg(not(unix))]
    Path(PathBuf),
}

impl Identity {
    #[cfg(unix)]
    fn of(_path: &Path, metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        Some(Self::Inode(metadata.dev(), metadata.ino()))
    }

    #[cfg(not(unix))]
    fn of(path: &Path, _metadata: &Metadata) -> Option<Self> {
        path.canonicalize().ok().map(Self::Path)
    }
}

/// File systems whose files are views of the kernel, endless or different at each look.
#[cfg(unix)]
const KERNEL_FILE_SYSTEMS: [&str; 20] = [
    "autofs",
    "binfmt_misc",
    "bpf",
    "cgroup",
    "cgroup2",
    "configfs",
    "debugfs",
    "devfs",
    "devpts",
    "devtmpfs",
    "efivarfs",
    "fusectl",
    "mqueue",
    "nsfs",
    "proc",
    "pstore",
    "rpc_pipefs",
    "securityfs",
    "sysfs",
    "tracefs",
];

/// Devices that hold such file systems; `st_dev` of a file in one is among them.
#[cfg(unix)]
fn kernel_devices() -> BTreeSet<u64> {
    // Where there is no such table, there is no such file system either.
    let mounts = std::fs::read("/proc/self/mountinfo").unwrap_or_default();
    String::from_utf8_lossy(&mounts).lines().filter_map(kernel_device).collect()
}

/// The device of a line of `mountinfo` if its file system is the kernel's own.
///
/// Source: proc_pid_mountinfo(5); the numbers are put together as `makedev` of the C library does.
#[cfg(unix)]
fn kernel_device(mount: &str) -> Option<u64> {
    let (place, system) = mount.split_once(" - ")?;
    let kind = system.split(' ').next()?;
    let (major, minor) = place.split(' ').nth(2)?.split_once(':')?;
    let (major, minor) = (major.parse::<u64>().ok()?, minor.parse::<u64>().ok()?);
    let device =
        (major & !0xfff) << 32 | (major & 0xfff) << 8 | (minor & !0xff) << 12 | minor & 0xff;
    KERNEL_FILE_SYSTEMS.contains(&kind).then_some(device)
}

struct Search<'l> {
    limits: &'l Limits,
    #[cfg(unix)]
    kernel_devices: BTreeSet<u64>,
    sources: Vec<Source>,
    findings: Findings,
    seen: BTreeSet<Identity>,
    /// Whether names are to tell the given paths apart.
    many: bool,
}

/// Finds every file below paths and patterns, by ascending name.
pub(crate) fn discover(paths: &[PathBuf], limits: &Limits) -> Result<Discovery, Error> {
    let mut roots = Vec::new();
    for path in paths {
        match std::fs::metadata(path) {
            Ok(_) => roots.push(path.clone()),
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => roots.extend(expand(path)?),
            Err(source) => return Err(Error::Io { path: path.clone(), source }),
        }
    }
    let many = roots.len() > 1;
    let (sources, findings) = (Vec::new(), Findings::default());
    let seen = BTreeSet::new();
    let mut search = Search {
        limits,
        #[cfg(unix)]
        kernel_devices: kernel_devices(),
        sources,
        findings,
        seen,
        many,
    };
    for root in &roots {
        search.root(root);
    }
    search.sources.sort_by(|a, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
    search.keep_within_limit();
    Ok(Discovery { sources: search.sources, findings: search.findings })
}

/// The paths a pattern stands for.
fn expand(pattern: &Path) -> Result<Vec<PathBuf>, Error> {
    let missing = || Error::NotFound { path: pattern.to_owned() };
    let text = pattern.to_str().ok_or_else(missing)?;
    let is_magic = |part: &str| part.contains(['*', '?', '[', '{']);
    if !is_magic(text) {
        return Err(missing());
    }
    let glob = globset::GlobBuilder::new(text).literal_separator(true).build();
    let matcher = glob.map_err(|_| missing())?.compile_matcher();
    let fixed: PathBuf =
        pattern.iter().take_while(|part| part.to_str().is_some_and(|p| !is_magic(p))).collect();
    let base = if fixed.as_os_str().is_empty() { Path::new(".") } else { &fixed };
    let strip = |path: &Path| match fixed.as_os_str().is_empty() {
        true => path.strip_prefix(".").unwrap_or(path).to_owned(),
        false => path.to_owned(),
    };
    let mut found: Vec<PathBuf> = WalkDir::new(base)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .map(|entry| strip(entry.path()))
        .filter(|path| matcher.is_match(path))
        .collect();
    // A folder that matches brings its files along; they need not match again.
    found.dedup_by(|inner, outer| inner.starts_with(&*outer) && outer.is_dir());
    if found.is_empty() { Err(missing()) } else { Ok(found) }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".")
}

impl Search<'_> {
    fn root(&mut self, root: &Path) {
        let depth = self.limits.nesting as usize;
        let walk = WalkDir::new(root).follow_links(true).sort_by_file_name().max_depth(depth);
        let mut walk = walk.into_iter();
        let within = root.canonicalize().ok();
        while let Some(entry) = walk.next() {
            if let (Ok(entry), Some(within)) = (&entry, &within) {
                self.leaving(root, entry, within);
            }
            match entry {
                Err(err) => self.refused(root, &err),
                Ok(entry) if is_hidden(&entry) => {
                    if entry.file_type().is_dir() {
                        walk.skip_current_dir();
                    }
                    let place = Place::file(self.name(root, entry.path()));
                    self.findings.add("SJ-ingest-005", place);
                }
                Ok(entry) if entry.file_type().is_dir() => {
                    if entry.metadata().is_ok_and(|metadata| self.is_kernels(&metadata)) {
                        let place = Place::file(self.name(root, entry.path()));
                        self.findings.add("SJ-ingest-004", place);
                        walk.skip_current_dir();
                    } else if entry.depth() == depth {
                        let place = Place::file(self.name(root, entry.path()));
                        self.findings.add("SJ-ingest-008", place);
                    }
                }
                Ok(entry) => self.file(root, &entry),
            }
        }
    }

    /// Reports a link that leads out of the root, which stands at `within`.
    fn leaving(&mut self, root: &Path, entry: &DirEntry, within: &Path) {
        if entry.depth() == 0 || !entry.path_is_symlink() || is_hidden(entry) {
            return;
        }
        let leaves = |target: PathBuf| !target.starts_with(within);
        if entry.path().canonicalize().is_ok_and(leaves) {
            self.findings.add("SJ-ingest-009", Place::file(self.name(root, entry.path())));
        }
    }

    /// Whether a file is in a file system of the kernel's own.
    #[cfg(unix)]
    fn is_kernels(&self, metadata: &Metadata) -> bool {
        use std::os::unix::fs::MetadataExt;
        self.kernel_devices.contains(&metadata.dev())
    }

    #[cfg(not(unix))]
    fn is_kernels(&self, _metadata: &Metadata) -> bool {
        false
    }

    /// Reports what could not be walked.
    fn refused(&mut self, root: &Path, err: &walkdir::Error) {
        let name = err.path().map_or_else(String::new, |path| self.name(root, path));
        let is_link = err.path().is_some_and(Path::is_symlink);
        let code = if err.loop_ancestor().is_some() || is_link {
            "SJ-ingest-002"
        } else {
            "SJ-ingest-001"
        };
        let note = match err.io_error() {
            Some(err) => err.to_string(),
            None => "leads back to a folder above it".to_owned(),
        };
        self.findings.add(code, Place::file(name).noting(note));
    }

    fn file(&mut self, root: &Path, entry: &DirEntry) {
        let name = self.name(root, entry.path());
        let metadata = match entry.metadata() {
            Ok(metadata) => metadata,
            Err(err) => {
                return self
                    .findings
                    .add("SJ-ingest-001", Place::file(name).noting(err.to_string()));
            }
        };
        if !metadata.is_file() || self.is_kernels(&metadata) {
            return self.findings.add("SJ-ingest-004", Place::file(name));
        }
        if entry.path().to_str().is_none() {
            self.findings.add("SJ-ingest-006", Place::file(&name));
        }
        if let Some(identity) = Identity::of(entry.path(), &metadata)
            && !self.seen.insert(identity)
        {
            return self.findings.add("SJ-ingest-003", Place::file(name));
        }
        let path = entry.path().to_owned();
        self.sources.push(Source { path, name, bytes: metadata.len() });
    }

    /// Name of a file in reports: below its root, or after it when there are several.
    fn name(&self, root: &Path, path: &Path) -> String {
        let below = path.strip_prefix(root).unwrap_or(path);
        let named = match (below.as_os_str().is_empty(), self.many, root.file_name()) {
            (true, _, Some(name)) => PathBuf::from(name),
            (false, true, Some(name)) => Path::new(name).join(below),
            (true, _, None) => root.to_owned(),
            _ => below.to_owned(),
        };
        let parts: Vec<_> = named.iter().map(|part| part.to_string_lossy()).collect();
        parts.join("/")
    }

    fn keep_within_limit(&mut self) {
        let limit = usize::try_from(self.limits.files).unwrap_or(usize::MAX);
        if self.sources.len() > limit {
            let left_out = (self.sources.len() - limit) as u64;
            let place = Place::file(&self.sources[limit].name).noting("first file left out");
            self.findings.add_many("SJ-ingest-007", left_out, [place]);
            self.sources.truncate(limit);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(discovery: &Discovery) -> Vec<&str> {
        discovery.sources.iter().map(|source| source.name.as_str()).collect()
    }

    fn tree() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("b/.git")).unwrap();
        for name in ["b/z.csv", "a.jsonl", "b/.git/config", "c.txt"] {
            fs::write(dir.path().join(name), "x\n").unwrap();
        }
        dir
    }

    #[test]
    fn walks_in_order_of_names_without_hidden_files() {
        let dir = tree();
        let found = discover(&[dir.path().to_owned()], &Limits::default()).unwrap();
        assert_eq!(names(&found), ["a.jsonl", "b/z.csv", "c.txt"]);
        assert_eq!(found.findings.count("SJ-ingest-005"), 1);
    }

    #[test]
    fn a_file_counts_once_however_often_it_is_named() {
        let dir = tree();
        let twice = [dir.path().join("a.jsonl"), dir.path().join("a.jsonl")];
        let found = discover(&twice, &Limits::default()).unwrap();
        assert_eq!(names(&found), ["a.jsonl"]);
        fs::hard_link(dir.path().join("c.txt"), dir.path().join("d.txt")).unwrap();
        let found = discover(&[dir.path().to_owned()], &Limits::default()).unwrap();
        assert_eq!((found.sources.len(), found.findings.count("SJ-ingest-003")), (3, 1));
    }

    #[cfg(unix)]
    #[test]
    fn loops_and_dangling_links_are_findings() {
        use std::os::unix::fs::symlink;
        let dir = tree();
        symlink(dir.path(), dir.path().join("b/loop")).unwrap();
        symlink("nowhere", dir.path().join("dangling")).unwrap();
        symlink(dir.path().join("a.jsonl"), dir.path().join("again.jsonl")).unwrap();
        let found = discover(&[dir.path().to_owned()], &Limits::default()).unwrap();
        assert_eq!(found.sources.len(), 3);
        assert_eq!(found.findings.count("SJ-ingest-002"), 2);
        assert_eq!(found.findings.count("SJ-ingest-003"), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_folder_are_followed_and_said() {
        use std::os::unix::fs::symlink;
        let (dir, other) = (tree(), tree());
        symlink(other.path().join("b"), dir.path().join("other")).unwrap();
        symlink(other.path().join("a.jsonl"), dir.path().join("other.jsonl")).unwrap();
        symlink(dir.path().join("c.txt"), dir.path().join("same.txt")).unwrap();
        let found = discover(&[dir.path().to_owned()], &Limits::default()).unwrap();
        let expected = ["a.jsonl", "b/z.csv", "c.txt", "other.jsonl", "other/z.csv"];
        assert_eq!(names(&found), expected);
        assert_eq!(found.findings.count("SJ-ingest-009"), 2);
    }

    #[test]
    fn patterns_stand_for_files() {
        let dir = tree();
        let found = discover(&[dir.path().join("*.{txt,jsonl}")], &Limits::default()).unwrap();
        assert_eq!(names(&found), ["a.jsonl", "c.txt"]);
        let found = discover(&[dir.path().join("**/*.csv")], &Limits::default()).unwrap();
        assert_eq!(names(&found), ["z.csv"]);
        let missing = discover(&[dir.path().join("*.parquet")], &Limits::default());
        assert!(matches!(missing, Err(Error::NotFound { .. })));
    }

    #[test]
    fn the_file_limit_is_reported() {
        let limits = Limits { files: 2, ..Limits::default() };
        let dir = tree();
        let found = discover(&[dir.path().to_owned()], &limits).unwrap();
        assert_eq!((found.sources.len(), found.findings.count("SJ-ingest-007")), (2, 1));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_kernels_own_files_are_not_data() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.csv"), "x").unwrap();
        std::os::unix::fs::symlink("/proc/self", dir.path().join("proc")).unwrap();
        std::os::unix::fs::symlink("/proc/self/status", dir.path().join("status.txt")).unwrap();
        let found = discover(&[dir.path().to_owned()], &Limits::default()).unwrap();
        assert_eq!(names(&found), ["a.csv"]);
        assert_eq!(found.findings.count("SJ-ingest-004"), 2);
    }

    #[cfg(unix)]
    #[test]
    fn mounts_are_told_by_their_kind() {
        let line = "23 28 0:21 / /proc rw,nosuid shared:12 - proc proc rw";
        assert_eq!(kernel_device(line), Some(21));
        assert_eq!(kernel_device("24 28 259:300 / / rw - ext4 /dev/x rw"), None);
        assert_eq!(kernel_device("garbage"), None);
    }
}
