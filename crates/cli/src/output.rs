//! Where results go: stdout, or a file that is either the old one or the whole new one.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::failure::Failure;

/// Writes a result to stdout, or to a file.
///
/// - Errors: exit 4, the system's.
pub(crate) fn write(result: &str, file: Option<&Path>) -> Result<(), Failure> {
    let written = match file {
        Some(file) => {
            replace(file, result.as_bytes()).with_context(|| format!("writing {}", file.display()))
        }
        None => to_stdout(result.as_bytes()).context("writing the result"),
    };
    written.map_err(Failure::Environment)
}

/// Refuses an output whose folder does not exist, before hours of work are spent.
///
/// - Errors: exit 2.
pub(crate) fn check(file: Option<&Path>) -> Result<(), Failure> {
    let Some(file) = file else { return Ok(()) };
    let folder = folder(file);
    if folder.is_dir() && !file.is_dir() {
        return Ok(());
    }
    let (file, folder) = (file.display(), folder.display());
    Err(Failure::Usage(anyhow::anyhow!("{file} cannot be written: is {folder} a folder?")))
}

/// Writes to stderr; nothing can be done if that fails.
pub(crate) fn to_stderr(message: &str) {
    let _unwritable = io::stderr().lock().write_all(message.as_bytes());
}

fn to_stdout(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let part = folder(file).join(format!(".{name}.{}.part", std::process::id()));
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, file));
    if written.is_err() {
        // The first error is the one that matters.
        let _absent = fs::remove_file(&part);
    }
    written
}

fn folder(file: &Path) -> PathBuf {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
