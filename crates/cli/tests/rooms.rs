//! The rooms keep to their directions, and the pure ones stay pure.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

use std::path::{Path, PathBuf};

/// Which rooms each room may use; `fixtures` is for tests and the demonstration.
const MAY_USE: &[(&str, &[&str])] = &[
    ("core", &[]),
    ("ingest", &["core"]),
    ("quality", &["core"]),
    ("grade", &["core"]),
    ("annotation", &["core"]),
    ("registry", &["core"]),
    ("engine", &["core", "ingest", "quality"]),
    ("desk", &["core", "grade"]),
    ("report", &["core", "quality", "annotation", "grade", "registry", "engine", "desk"]),
    (
        "cli",
        &[
            "core",
            "ingest",
            "quality",
            "annotation",
            "grade",
            "registry",
            "engine",
            "desk",
            "report",
            "fixtures",
        ],
    ),
];

/// Words that no pure room may say: files, clocks, network, threads of its own, chance.
const IMPURE: &[&str] =
    &["std::fs", "std::net", "SystemTime", "Instant::", "std::env::", "thread_rng", "rand::"];

#[test]
fn dependencies_point_one_way() {
    for (room, allowed) in MAY_USE {
        let manifest = std::fs::read_to_string(crates().join(room).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        for name in manifest["dependencies"].as_table().unwrap().keys() {
            if let Some(used) = name.strip_prefix("shujian-") {
                assert!(allowed.contains(&used), "{room} must not use {used}");
            }
        }
    }
}

#[test]
fn pure_rooms_touch_nothing_outside() {
    for room in ["quality", "grade"] {
        let mut files = Vec::new();
        sources(&crates().join(room).join("src"), &mut files);
        assert!(files.len() > 3, "{room}: {files:?}");
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for word in IMPURE {
                assert!(!code.contains(word), "{} says {word}", file.display());
            }
        }
    }
}

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && path.file_name().is_some_and(|name| name != "tests.rs")
        {
            into.push(path);
        }
    }
}
