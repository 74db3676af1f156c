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
    read_panel(paths, limits, |path| formats::read(path, limits))
}

/// Reads like [`panel`], for what needs nothing but votes: tables of answers are read as such, without
/// annotations between.
///
/// - Errors: as [`panel`].
pub fn votes(paths: &[PathBuf], limits: &Limits) -> Result<Panel, IntakeError> {
    read_panel(paths, limits, |path| formats::read_votes(path, limits))
}

fn read_panel(
    paths: &[PathBuf],
    limits: &Limits,
    read: impl Fn(&Path) -> std::io::Result<Delivery>,
) -> Result<Panel, IntakeError> {
    for path in paths {
        open(path)?;
    }
    let panel = match paths {
        [path] => {
            let mut read = checked(path, read(path))?;
            if read.labels.raters.is_empty() {
                gather(paths, limits).map_err(|source| unopened(path, source))?
            } else {
                let Delivery { remarks, votes, .. } = &mut read;
                let (remarks, votes) = (std::mem::take(remarks), votes.take());
                Panel { remarks, votes, ..Panel::of_delivery(read) }
            }
        }
        _ => {
            let first = paths.first().map(PathBuf::as_path).unwrap_or(Path::new(""));
            gather(paths, limits).map_err(|source| unopened(first, source))?
        }
    };
    if panel.is_empty() {
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
    checked(path, formats::read_as(path, rater, limits))
}

/// What was read, unless there is nothing in it.
fn checked(path: &Path, read: std::io::Result<Delivery>) -> Result<Delivery, IntakeError> {
    let read = read.map_err(|source| unopened(path, source))?;
    if read.is_empty() {
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
    use proptest::prelude::*;

    use super::*;
    use crate::agreement::{self, Asked};
    use crate::consensus::{METHODS, Wanted, settle};
    use crate::convert;

    /// A row: item, rater, label, seconds; and how it is written.
    type Row = (String, String, String, String, u8);

    /// Rows as CSV, with quotes, short rows and broken letters among them; as JSON lines; as Parquet.
    fn written(rows: &[Row], kind: usize) -> (&'static str, Vec<u8>) {
        let mut csv = b"item,worker,label,seconds\n".to_vec();
        let mut lines = Vec::new();
        for (item, rater, label, seconds, how) in rows {
            match how {
                0 => csv.extend_from_slice(
                    format!("\"{item}\",{rater},{label},{seconds}\r\n").as_bytes(),
                ),
                1 if kind == 0 => csv.extend_from_slice(format!("{item},{rater}\n").as_bytes()),
                2 if kind == 0 => csv.extend_from_slice(b"caf\xe9,w,x,\n"),
                _ => {
                    csv.extend_from_slice(format!("{item},{rater},{label},{seconds}\n").as_bytes())
                }
            }
            let row =
                serde_json::json!({"item": item, "rater": rater, "label": label, "time": seconds});
            lines.extend_from_slice(
                match how {
                    1 => b"{\"item\": \"i\"}".to_vec(),
                    2 => b"{".to_vec(),
                    _ => row.to_string().into_bytes(),
                }
                .as_slice(),
            );
            lines.push(b'\n');
        }
        match kind {
            0 => ("t.csv", csv),
            1 => ("t.jsonl", lines),
            _ => {
                let labels = formats::read_bytes("t.csv", &csv, &Limits::default()).labels;
                let parquet = convert::convert(&labels, "table-parquet").unwrap();
                ("t.parquet", parquet.files.into_values().next().unwrap())
            }
        }
    }

    proptest! {
        /// What is read as votes gives the same table, findings and results as what is read whole.
        #[test]
        fn votes_are_what_annotations_say(
            rows in prop::collection::vec(
                ("[a-c]{0,2}|[a-c\u{4eba}]{9}", "[uvw]?", "[xyz]?|[0-9]", "[0-9]?|soon", 0..9_u8), 1..60,
            ),
            kind in 0..3_usize,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let (name, bytes) = written(&rows, kind);
            std::fs::write(folder.path().join(name), bytes).unwrap();
            let (paths, limits) = ([folder.path().to_owned()], Limits::default());
            let (whole, short) = match (panel(&paths, &limits), votes(&paths, &limits)) {
                (Ok(whole), Ok(short)) => (whole, short),
                (whole, short) => {
                    let said = |read: Result<Panel, IntakeError>| format!("{:?}", read.map(|_| ()));
                    prop_assert_eq!(said(whole), said(short));
                    return Ok(());
                }
            };
            prop_assert!(short.labels.annotations.is_empty() || short.votes.is_none());
            prop_assert_eq!(whole.answers(), short.answers());
            let asked = Asked::default();
            prop_assert_eq!(agreement::measure(&whole, &asked), agreement::measure(&short, &asked));
            let settled = |panel| settle(panel, &METHODS[1], &Wanted::default()).unwrap().0;
            prop_assert_eq!(settled(whole), settled(short));
        }
    }

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
