//! Label files in: what every command on labels begins with.

use std::path::{Path, PathBuf};

use shujian_core::{Finding, Limits};

use crate::formats::{self, Delivery};
use crate::matching::{Panel, gather};

/// Why there is nothing to work on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntakeError {
    /// A path cannot be opened.
    #[error("{}: {source}", path.display())]
    Unopened {
        /// The path.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Nothing in the files could be read as a label.
    #[error("{paths}: no label could be read")]
    Nothing {
        /// The paths.
        paths: String,
        /// What was found instead.
        findings: Vec<Finding>,
    },
}

/// Reads labels of several raters: one path whose files name their raters, or one path a rater.
///
/// - Errors: [`IntakeError`]; a broken record is a remark of the panel.
pub fn panel(paths: &[PathBuf], limits: &Limits) -> Result<Panel, IntakeError> {
    for path in paths {
        open(path)?;
    }
    let panel = match paths {
        [path] => {
            let read = delivery(path, limits)?;
            if read.labels.raters.is_empty() {
                gather(paths, limits).map_err(|source| unopened(path, source))?
            } else {
                Panel { remarks: read.remarks, ..Panel::of(read.labels) }
            }
        }
        _ => {
            let first = paths.first().map(PathBuf::as_path).unwrap_or(Path::new(""));
            gather(paths, limits).map_err(|source| unopened(first, source))?
        }
    };
    if panel.labels.annotations.is_empty() {
        let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let findings = panel.remarks.findings(&panel.labels).into_card();
        return Err(IntakeError::Nothing { paths: names.join(" "), findings });
    }
    Ok(panel)
}

/// Reads the labels of one path.
///
/// - Errors: [`IntakeError`]; a broken record is a remark of the delivery.
pub fn delivery(path: &Path, limits: &Limits) -> Result<Delivery, IntakeError> {
    read_as(path, None, limits)
}

/// The rater of known labels that name none.
const KNOWN: &str = "gold";

/// Reads labels of items whose truth is known: any format, or a table of items and labels alone.
///
/// - Errors: [`IntakeError`].
pub fn known(path: &Path, limits: &Limits) -> Result<Delivery, IntakeError> {
    read_as(path, Some(KNOWN), limits)
}

fn read_as(path: &Path, rater: Option<&str>, limits: &Limits) -> Result<Delivery, IntakeError> {
    open(path)?;
    let read = formats::read_as(path, rater, limits).map_err(|source| unopened(path, source))?;
    if read.labels.annotations.is_empty() {
        let findings = read.remarks.findings(&read.labels).into_card();
        return Err(IntakeError::Nothing { paths: path.display().to_string(), findings });
    }
    Ok(read)
}

fn open(path: &Path) -> Result<(), IntakeError> {
    std::fs::metadata(path).map(|_| ()).map_err(|source| unopened(path, source))
}

fn unopened(path: &Path, source: std::io::Error) -> IntakeError {
    IntakeError::Unopened { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_labels_need_no_rater() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("gold.csv");
        std::fs::write(&file, "item,label\ni,a\nj,b\n").unwrap();
        let read = known(&file, &Limits::default()).unwrap();
        assert_eq!(read.labels.annotations.len(), 2);
        std::fs::write(&file, "x,y\n1,2\n").unwrap();
        assert!(known(&file, &Limits::default()).is_err());
    }

    #[test]
    fn files_without_labels_are_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("labels.csv");
        std::fs::write(&file, "item,worker,label\ni,w,a\ni,v,b\n").unwrap();
        let limits = Limits::default();
        let read = panel(std::slice::from_ref(&file), &limits).unwrap();
        assert_eq!(read.labels.raters.len(), 2);
        std::fs::write(&file, "").unwrap();
        let nothing = panel(std::slice::from_ref(&file), &limits).unwrap_err();
        assert!(matches!(nothing, IntakeError::Nothing { .. }), "{nothing}");
        let gone = folder.path().join("gone");
        let unopened = panel(&[file, gone.clone()], &limits).unwrap_err();
        assert!(matches!(unopened, IntakeError::Unopened { path, .. } if path == gone));
    }
}
