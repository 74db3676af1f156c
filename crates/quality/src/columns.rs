//! The first look at every batch: what columns there are, what they hold, what role they play.

use std::collections::BTreeMap;

use shujian_core::{Batch, Findings, Profile};

/// Integer counts about one column of one file; merging is exact in any order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {}

/// The columns of one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileColumns {
    /// Records.
    pub rows: u64,
    /// Tally of each column, by name.
    pub columns: BTreeMap<String, Tally>,
}

impl FileColumns {
    /// Counts a batch of the file.
    pub fn observe(&mut self, _batch: &Batch) {
        todo!()
    }

    /// Adds what another part of the same file (or partition) counted.
    pub fn merge(&mut self, _other: Self) {
        todo!()
    }
}

/// The part a column plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Running text: multi-word, mostly different.
    Text,
    /// Numbers that measure something.
    Numeric,
    /// Values from a list.
    Category,
    /// Date, time, cycle, calendar part.
    Time,
    /// Identifies the record and says nothing else.
    Key,
    /// One value throughout.
    Constant,
    /// A label by name or declaration.
    Label,
    /// Who judged.
    Annotator,
    /// What was judged.
    Item,
}

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// ≥ 97 % of filled cells parse as numbers.
    Number,
    /// ≥ 95 % parse as dates.
    Time,
    /// All others.
    Text,
}

/// One column of a partition, decided.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnPlan {
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Kind of cells.
    pub kind: Kind,
    /// Mean of numbers; 0 for others. From integer sums or the sample, hence order-free.
    pub mean: f64,
    /// Standard deviation of numbers; 0 for others.
    pub deviation: f64,
    /// What was counted.
    pub tally: Tally,
}

/// One set of records with a common schema, decided.
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionPlan {
    /// Name, from the largest columns.
    pub name: String,
    /// Kind of content.
    pub profile: Profile,
    /// Columns by ascending name.
    pub columns: Vec<ColumnPlan>,
    /// Records of all files in it.
    pub rows: u64,
}

/// How the files of a dataset fall into partitions.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Partitions, in an order that depends on content alone.
    pub partitions: Vec<PartitionPlan>,
    /// Partition of each file; `None` for files without records.
    pub of_file: Vec<Option<u32>>,
    /// What was guessed on the way.
    pub findings: Findings,
}

/// Joins files to partitions and gives columns their roles.
///
/// `files[i]` are the columns of file `i`; `names[i]` its name, used in findings alone.
pub fn plan(_files: &[FileColumns], _names: &[String]) -> Plan {
    todo!()
}

/// The columns as they stand on a card.
pub fn to_card(_plan: &PartitionPlan) -> Vec<shujian_core::card::Column> {
    todo!()
}
