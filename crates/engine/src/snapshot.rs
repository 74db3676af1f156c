//! The snapshot: one hash that names exactly these files with exactly these bytes.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use shujian_core::Limits;
use shujian_ingest::FileReport;

use crate::Error;

/// The files of a dataset as they lie on disk, before anything is read out of them.
#[derive(Debug, Clone)]
pub struct Inputs {
    files: Vec<(String, PathBuf)>,
    /// Bytes of all of them.
    pub bytes: u64,
}

/// Finds the files of a dataset.
///
/// - Errors: a path that leads to nothing.
pub fn inputs(paths: &[PathBuf], limits: &Limits) -> Result<Inputs, Error> {
    let sources = shujian_ingest::discover(paths, limits)?.sources;
    let bytes = sources.iter().map(|source| source.bytes).sum();
    let files = sources.into_iter().map(|source| (source.name, source.path)).collect();
    Ok(Inputs { files, bytes })
}

impl Inputs {
    /// Merkle root over (name, blake3) of the files, hex. It names what a run was given, archives
    /// unopened, so that a later run tells in one quick pass whether anything changed.
    ///
    /// - Errors: the system's.
    pub fn root(&self) -> io::Result<String> {
        let file = |(name, path): &(String, PathBuf)| {
            let mut hasher = blake3::Hasher::new();
            io::copy(&mut File::open(path)?, &mut hasher)?;
            let digest = *hasher.finalize().as_bytes();
            Ok(FileReport { name: name.clone(), digest, ..FileReport::default() })
        };
        let files: io::Result<Vec<FileReport>> = self.files.iter().map(file).collect();
        Ok(root(&files?))
    }
}

/// Merkle root over (name, blake3) of the files, in the order given; hex.
///
/// Leaves are `blake3(0 ‖ name ‖ 0 ‖ digest)`, nodes `blake3(1 ‖ left ‖ right)`; an odd node rises
/// as it is. No files: the hash of nothing.
pub(crate) fn root(files: &[FileReport]) -> String {
    let mut level: Vec<[u8; 32]> = files
        .iter()
        .map(|file| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(&[0]).update(file.name.as_bytes()).update(&[0]).update(&file.digest);
            *hasher.finalize().as_bytes()
        })
        .collect();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => {
                    let mut hasher = blake3::Hasher::new();
                    hasher.update(&[1]).update(left).update(right);
                    *hasher.finalize().as_bytes()
                }
                _ => pair[0],
            })
            .collect();
    }
    let root = level.first().copied().unwrap_or_else(|| *blake3::hash(b"").as_bytes());
    blake3::Hash::from_bytes(root).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, byte: u8) -> FileReport {
        FileReport { name: name.to_owned(), digest: [byte; 32], ..FileReport::default() }
    }

    #[test]
    fn every_name_and_byte_counts() {
        let whole = [file("a", 1), file("b", 2), file("c", 3)];
        let mut seen = std::collections::BTreeSet::from([root(&[]), root(&whole)]);
        for changed in [
            vec![file("a", 1), file("b", 2)],
            vec![file("a", 1), file("b", 2), file("d", 3)],
            vec![file("a", 1), file("b", 9), file("c", 3)],
            vec![file("b", 2), file("a", 1), file("c", 3)],
        ] {
            assert!(seen.insert(root(&changed)), "{changed:?}");
        }
    }
}
