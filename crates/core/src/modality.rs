//! What kind of content a part of a dataset is, and the unit it is counted in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Bilingual;

/// Kind of a tar whose members make samples of media.
pub const SAMPLES: &str = "webdataset-sample";

/// Kinds of files that hold pictures.
pub const IMAGES: &[&str] =
    &["jpeg", "png", "gif", "bmp", "tiff", "webp", "heic", "avif", "dicom", SAMPLES];
/// Kinds of files that hold sound.
pub const SOUNDS: &[&str] = &["wav", "aiff", "flac", "ogg", "mp3", "m4a", SAMPLES];
/// Kinds of files that hold films.
pub const FILMS: &[&str] = &["avi", "mp4", "mov", "matroska", "flv", SAMPLES];
/// Kinds of files that hold other measurements of places: arrays, clouds of points.
const FIELDS: &[&str] = &["npy", "pcd"];

/// Whether a kind of file holds media.
pub fn is_media(kind: &str) -> bool {
    [IMAGES, SOUNDS, FILMS, FIELDS].iter().any(|kinds| kinds.contains(&kind))
}

/// The kind of content of one partition: decides its unit, its metrics and its scale references.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Running text: one text a record.
    Text,
    /// Questions and answers, instructions, dialogue: two or more text fields a record.
    Instruction,
    /// Rows without an order in time.
    Table,
    /// Rows at regular times or cycles.
    Series,
    /// Judgements: annotator, item, label.
    Judgements,
}

impl Profile {
    /// Every profile, in the order they are reported.
    pub const ALL: [Self; 5] =
        [Self::Text, Self::Instruction, Self::Table, Self::Series, Self::Judgements];

    /// Whether content is counted in characters.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Instruction)
    }

    /// The unit content is counted in.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Text | Self::Instruction => "characters",
            Self::Table | Self::Judgements => "cells",
            Self::Series => "channel-samples",
        }
    }

    /// Name for people.
    pub fn title(self) -> Bilingual {
        match self {
            Self::Text => Bilingual { zh: "文本", en: "text" },
            Self::Instruction => Bilingual { zh: "指令/问答文本", en: "instruction text" },
            Self::Table => Bilingual { zh: "表格", en: "table" },
            Self::Series => Bilingual { zh: "时间序列", en: "time series" },
            Self::Judgements => Bilingual { zh: "标注判断", en: "judgements" },
        }
    }
}
