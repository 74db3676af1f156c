//! Where the reference cases lie.

#![allow(dead_code, reason = "each test uses what it needs")]
#![expect(clippy::print_stdout, reason = "a test says what it skips")]

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Folders of one kind of case, sorted; empty, with a word why, where the data is not there.
pub fn cases(kind: &str) -> Vec<PathBuf> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let beside = || {
        let repository = manifest.parent()?.parent()?;
        let shared = repository.ancestors().map(|above| above.join("shared/data"));
        shared.into_iter().find(|data| data.is_dir())
    };
    let data = std::env::var_os("SHUJIAN_DATA").map(PathBuf::from).or_else(beside);
    let Some(folder) = data.map(|data| data.join("annotation").join(kind)).filter(|at| at.is_dir())
    else {
        println!("skipped: no annotation/{kind} under SHUJIAN_DATA or beside the repository");
        return Vec::new();
    };
    let mut cases: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("expected.json").is_file())
        .collect();
    cases.sort();
    cases
}

/// A JSON file.
pub fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}
