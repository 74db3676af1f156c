//! A conversion as it leaves the process: `shujian labels convert`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::Finding;
use shujian_core::finding::Text;

use super::Converted;
use crate::formats::Delivery;

/// What was written and what was lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConversionForm {
    /// `shujian.conversion.v1`.
    pub schema: String,
    /// Formats read.
    pub from: Vec<String>,
    /// Format written.
    pub to: String,
    /// Annotations read.
    pub read: u64,
    /// Annotations written.
    pub written: u64,
    /// What the target cannot say, the gravest first.
    pub lost: Vec<LossForm>,
    /// Files written, by path below the target folder.
    pub files: Vec<FileForm>,
    /// What was found while reading.
    pub findings: Vec<Finding>,
}

/// Something the target cannot say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LossForm {
    /// What it is.
    pub what: Text,
    /// The kind of shape, where it is one.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub shape: String,
    /// Annotations it concerns.
    pub count: u64,
}

/// One file written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileForm {
    /// Path below the target folder.
    pub path: String,
    /// Its size.
    pub bytes: u64,
}

impl ConversionForm {
    /// The name of the form.
    pub const SCHEMA: &str = "shujian.conversion.v1";

    /// What a conversion of a delivery came to.
    pub fn of(delivery: &Delivery, to: &str, converted: &Converted) -> Self {
        Self {
            schema: Self::SCHEMA.to_owned(),
            from: delivery.formats().into_iter().map(str::to_owned).collect(),
            to: to.to_owned(),
            read: delivery.labels.annotations.len() as u64,
            written: converted.written,
            lost: converted
                .lost
                .iter()
                .map(|loss| LossForm {
                    what: loss.what.into(),
                    shape: loss.shape.to_owned(),
                    count: loss.count,
                })
                .collect(),
            files: converted
                .files
                .iter()
                .map(|(path, bytes)| FileForm { path: path.clone(), bytes: bytes.len() as u64 })
                .collect(),
            findings: delivery.remarks.findings(&delivery.labels).into_card(),
        }
    }
}
