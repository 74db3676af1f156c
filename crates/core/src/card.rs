//! The card: everything measured about a dataset, and what the rubric made of it.
//!
//! `schemas/card.v1.json` is derived from these types. The digest covers what depends on the
//! records alone; file names, sizes, places and findings stand outside of it, so that the same
//! records in another container have the same digest.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::assessment::{
    Across, Assessment, Award, Axis, AxisFloor, Band, Capped, Gate, GateStatus, Grade, Loss,
    Reachable, Rubric, Score, Step, Term, WeakAxis,
};
use crate::finding::Text;
use crate::modality::is_media;
use crate::{Banding, Finding, LabelReview, Place, Profile, Sector};

/// Name of the card's form.
pub const SCHEMA: &str = "shujian.card.v1";

/// Bytes of media for each unit of other content (about eight bytes) from which on the media are the
/// dataset. By units, so that it does not depend on how the records are packed.
const MEDIA_BYTES_A_UNIT: u64 = 80;

/// A score in hundredths of a point: 8512 is 85.12.
pub type Centi = i64;

/// Everything measured about one dataset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Card {
    /// [`SCHEMA`].
    pub schema: String,
    /// blake3 over the card without `digest`, `dataset`, `findings` and `places`, hex.
    pub digest: String,
    /// What was handed in, as files.
    pub dataset: Dataset,
    /// Records, over all partitions.
    pub records: Records,
    /// One entry for each set of records with a common schema, largest first.
    pub partitions: Vec<Partition>,
    /// What a review of its labels says, where one was handed in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub label_review: Option<LabelReview>,
    /// What the rubric decided; absent from a profile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub assessment: Option<Assessment>,
    /// Located, coded, counted remarks.
    pub findings: Vec<Finding>,
    /// What was not measured, and why.
    pub not_checked: Vec<NotChecked>,
    /// Where the evidence records of the partitions stand, by id.
    pub places: std::collections::BTreeMap<String, Place>,
    /// Version of the engine that measured.
    pub engine: Engine,
}

impl Card {
    /// Whether only the beginning of each file was read, so that nothing may be decided by it.
    pub fn is_forecast(&self) -> bool {
        self.found("SJ-engine-001") > 0
    }

    /// Files of formats that are counted but not yet measured; broken and empty files of measured
    /// formats are not among them.
    pub fn unmeasured_files(&self) -> u64 {
        self.found("SJ-ingest-011") + self.found("SJ-ingest-057")
    }

    /// Whether what matters here cannot be measured by this version: all files, or media beside
    /// which the rest is small.
    pub fn is_beyond_measure(&self) -> bool {
        let nothing = self.records.present == 0 && self.unmeasured_files() > 0;
        nothing || self.is_mostly_media()
    }

    /// Whether there are records, but so few beside media that they only go with these: captions,
    /// lists, labels.
    pub fn is_mostly_media(&self) -> bool {
        let units: u64 = self.partitions.iter().map(|partition| partition.units_submitted).sum();
        self.records.present > 0 && self.media_bytes() > units.saturating_mul(MEDIA_BYTES_A_UNIT)
    }

    /// Bytes of files that hold media.
    fn media_bytes(&self) -> u64 {
        let media = |kind: &&FileKind| is_media(&kind.kind);
        self.dataset.kinds.iter().filter(media).map(|kind| kind.bytes).sum()
    }

    /// How often a code was found.
    fn found(&self, code: &str) -> u64 {
        self.findings.iter().filter(|finding| finding.code == code).map(|found| found.count).sum()
    }
}

/// A dataset as it was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dataset {
    /// Name from the application, or of the folder.
    pub name: String,
    /// Declared key field.
    pub sector: Option<Sector>,
    /// blake3 Merkle root over (path, blake3) of every file, hex.
    pub snapshot_root: String,
    /// Files, archive members included.
    pub files: u64,
    /// Bytes of the files as they are on disk.
    pub bytes: u64,
    /// Files by kind, records or not.
    pub kinds: Vec<FileKind>,
    /// Different files with something in them, the largest first and of equal size by hash, up to
    /// [`Content::MOST`]: by these the same data is known under another name.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub contents: Vec<Content>,
    /// Files that are lost whole or in part.
    #[serde(skip_serializing_if = "Unreadable::is_none", default)]
    pub unreadable: Unreadable,
}

/// What one file holds, whatever it is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Content {
    /// blake3 of its bytes, hex.
    pub blake3: String,
    /// Its bytes.
    pub bytes: u64,
}

impl Content {
    /// Files named on a card, at most.
    pub const MOST: usize = 256;
}

/// Files of measured formats of which something could not be read; the records in what is lost are
/// not even counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unreadable {
    /// Files without one readable record.
    pub whole_files: u64,
    /// Bytes of those files.
    pub whole_bytes: u64,
    /// Files that break off or are damaged after some records.
    pub part_files: u64,
    /// Bytes of all files of measured formats, lost or not.
    pub of_bytes: u64,
}

impl Unreadable {
    /// Whether nothing was lost.
    pub fn is_none(&self) -> bool {
        self.whole_files == 0 && self.part_files == 0
    }
}

/// Files of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileKind {
    /// Format such as `csv`, `jpeg`, `documentation`.
    pub kind: String,
    /// Whether their content is measured.
    pub measured: bool,
    /// Files.
    pub files: u64,
    /// Bytes.
    pub bytes: u64,
    /// Records or samples in them.
    pub records: u64,
}

/// Counts of records. `read + skipped = present`; `read = retained + exact + near + rubbish`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Records {
    /// Records in the files, whole or broken.
    pub present: u64,
    /// Records read.
    pub read: u64,
    /// Records that could not be read, each a finding.
    pub skipped: u64,
    /// Records with content that is not rubbish.
    pub usable: u64,
    /// Records equal to another one in every field; the first is not counted.
    pub exact_duplicates: u64,
    /// Further records whose content stands elsewhere but for small changes.
    pub near_duplicates: u64,
    /// Records that keep content after deduplication.
    pub retained: u64,
}

/// Records with a common schema.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Partition {
    /// Name, made of its largest columns; stable under renaming of files.
    pub name: String,
    /// Kind of content.
    pub profile: Profile,
    /// Records of this partition.
    pub records: Records,
    /// Unit of the volumes below.
    pub unit: String,
    /// Content handed in, units; of tables, cells of the columns that count.
    pub units_submitted: u64,
    /// Content left after deduplication over all records, units.
    pub units_novel: u64,
    /// Share of that content which the sample shows to be worth counting; the lower bound is credited.
    pub factor: Interval,
    /// Effective volume E: `units_novel` × lower bound of `factor`, units.
    pub units_effective: u64,
    /// Metrics of value density.
    pub metrics: Vec<Metric>,
    /// Columns, by name.
    pub columns: Vec<Column>,
    /// Clusters of near duplicates, largest first, at most twenty.
    pub clusters: Vec<Cluster>,
}

/// A number with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    /// Lower bound.
    pub low: f64,
    /// Point value.
    pub point: f64,
    /// Upper bound.
    pub high: f64,
}

impl Interval {
    /// A value known exactly.
    pub fn exact(value: f64) -> Self {
        Self { low: value, point: value, high: value }
    }
}

/// One metric of one partition, explained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Metric {
    /// Stable name, as in `shujian explain`.
    pub name: String,
    /// Value; absent when undefined.
    pub value: Option<f64>,
    /// Why it is undefined.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undefined: Option<Text>,
    /// Unit of the value.
    pub unit: String,
    /// What is counted above the line, and how much.
    pub numerator: Counted,
    /// What is counted below the line, and how much.
    pub denominator: Counted,
    /// What it means.
    pub definition: Text,
    /// What happens to missing values.
    pub null_rule: Text,
    /// Ids of the records that moved it most; `places` says where they stand.
    pub evidence: Vec<String>,
}

/// One side of a ratio.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Counted {
    /// What is counted.
    pub what: Text,
    /// How much.
    pub amount: f64,
}

/// One column of a partition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Column {
    /// Name (path of a nested field).
    pub name: String,
    /// Role: `text`, `numeric`, `category`, `time`, `key`, `constant`, `label`, `annotator`, `item`, `redundant`.
    pub role: String,
    /// Type of its cells: `number`, `time`, `boolean`, `text`.
    pub kind: String,
    /// Cells that hold something.
    pub filled: u64,
    /// Cells that are empty or spell null.
    pub nulls: u64,
    /// Different values; an estimate above the sketch size.
    pub distinct: u64,
    /// Characters, for text.
    pub characters: u64,
    /// Smallest value.
    pub least: Option<String>,
    /// Largest value.
    pub greatest: Option<String>,
    /// Column it repeats, if redundant.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub repeats: Option<String>,
}

/// Records that say the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cluster {
    /// Records in it.
    pub size: u64,
    /// Ids of the first members.
    pub members: Vec<String>,
}

/// Something the engine did not measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotChecked {
    /// Stable name.
    pub name: String,
    /// What and why.
    pub reason: Text,
}

/// Version of the engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Engine {
    /// Package version.
    pub version: String,
    /// How near copies of texts were looked for.
    pub banding: Banding,
}
