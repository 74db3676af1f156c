//! One hash that names exactly these files with exactly these bytes.

use std::fs::File;
use std::path::PathBuf;

use rayon::prelude::*;

use crate::formats::Folder;

/// A file that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct RootError {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub source: std::io::Error,
}

/// blake3 over name and content hash of every file in order of name, hex.
///
/// - Errors: a file that cannot be read.
pub fn root(folder: &Folder) -> Result<String, RootError> {
    let hashes: Vec<blake3::Hash> = folder
        .entries
        .par_iter()
        .map(|entry| {
            let failed = |source| RootError { path: entry.path.clone(), source };
            let mut hasher = blake3::Hasher::new();
            if let Some(target) = &entry.link {
                return Ok(hasher.update(b"link to ").update(target.as_bytes()).finalize());
            }
            hasher.update_reader(File::open(&entry.path).map_err(failed)?).map_err(failed)?;
            Ok(hasher.finalize())
        })
        .collect::<Result<_, _>>()?;
    let mut whole = blake3::Hasher::new();
    for (entry, hash) in folder.entries.iter().zip(hashes) {
        // Lengths first: no two lists of names and hashes run together to the same bytes.
        whole.update(&(entry.name.len() as u64).to_le_bytes());
        whole.update(entry.name.as_bytes()).update(hash.as_bytes());
    }
    Ok(whole.finalize().to_hex().to_string())
}
