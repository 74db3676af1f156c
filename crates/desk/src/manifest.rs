//! The manifest: every file of the results with its hash, every application with what went in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::card::Rubric;

use crate::batch::Batch;

/// Name of the form of [`Manifest`].
pub const SCHEMA: &str = "shujian.batch-manifest.v1";

/// What the results of a batch consist of, and what they were made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// [`SCHEMA`].
    pub schema: String,
    /// Version of the engine that measured.
    pub engine_version: String,
    /// The rubric that was applied.
    pub rubric: Rubric,
    /// Every file but this one, by path.
    pub files: Vec<Listed>,
    /// Every application that has a card, by id.
    pub applications: Vec<Frozen>,
}

/// A file of the results.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Listed {
    /// Path below the folder of the results, parts separated by `/`.
    pub path: String,
    /// Bytes.
    pub bytes: u64,
    /// blake3, hex.
    pub blake3: String,
}

/// An application as it was graded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Frozen {
    /// Id.
    pub id: String,
    /// Folder of its results, below `applications`.
    pub folder: String,
    /// Snapshot root of the data.
    pub snapshot_root: Option<String>,
    /// Digest of the card.
    pub card_digest: Option<String>,
}

impl Listed {
    /// A file of the results.
    pub fn of(path: &str, bytes: &[u8]) -> Self {
        let blake3 = blake3::hash(bytes).to_hex().to_string();
        Self { path: path.to_owned(), bytes: bytes.len() as u64, blake3 }
    }
}

impl Manifest {
    /// The manifest of a batch and of the files of its results.
    pub fn of(batch: &Batch, mut files: Vec<Listed>) -> Self {
        files.sort();
        let with_cards = batch.applications.iter().filter(|row| row.card_digest.is_some());
        let mut applications: Vec<Frozen> = with_cards
            .map(|row| Frozen {
                id: row.id.clone(),
                folder: row.folder.clone(),
                snapshot_root: row.snapshot_root.clone(),
                card_digest: row.card_digest.clone(),
            })
            .collect();
        applications.sort_by(|a, b| a.id.cmp(&b.id));
        Self {
            schema: SCHEMA.to_owned(),
            engine_version: batch.engine_version.clone(),
            rubric: batch.rubric.clone(),
            files,
            applications,
        }
    }
}

#[cfg(test)]
mod tests {
    use shujian_core::card::Grade;

    use super::*;
    use crate::batch::tests::{graded, head};
    use crate::settle;

    #[test]
    fn files_and_applications_stand_in_order() {
        let rows = vec![graded("b", Grade::A, 9000, 1), graded("a", Grade::A, 8000, 1)];
        let rows =
            rows.into_iter().map(|row| crate::Row { card_digest: Some("00".to_owned()), ..row });
        let batch = settle(head(None), rows.collect(), Vec::new()).unwrap();
        let files = vec![Listed::of("z", b"z"), Listed::of("a/b", b"")];
        let manifest = Manifest::of(&batch, files);
        assert_eq!(manifest.files[0].path, "a/b");
        assert_eq!(manifest.files[0].blake3, blake3::hash(b"").to_hex().to_string());
        assert_eq!(manifest.applications[0].id, "a");
    }
}
