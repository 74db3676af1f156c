//! The first look at every batch: what columns there are, what they hold, what role they play.

mod card;
mod join;
mod names;
mod plan;
mod roles;
mod sketch;
mod tally;

use std::collections::BTreeMap;

use shujian_core::{Batch, Findings, Profile};

pub use card::to_card;
pub use plan::plan;
pub use sketch::{Entry, Kept, Sketch};
pub use tally::Tally;

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
    pub fn observe(&mut self, batch: &Batch) {
        self.rows += batch.len() as u64;
        for (field, array) in batch.cells.schema_ref().fields().iter().zip(batch.cells.columns()) {
            if let Some(tally) = self.columns.get_mut(field.name()) {
                tally.observe(array.as_ref());
            } else {
                let mut tally = Tally::default();
                tally.observe(array.as_ref());
                self.columns.insert(field.name().clone(), tally);
            }
        }
    }

    /// Adds what another part of the same file (or partition) counted.
    pub fn merge(&mut self, other: Self) {
        self.rows += other.rows;
        for (name, tally) in other.columns {
            match self.columns.entry(name) {
                std::collections::btree_map::Entry::Vacant(slot) => {
                    slot.insert(tally);
                }
                std::collections::btree_map::Entry::Occupied(mut slot) => {
                    slot.get_mut().merge(&tally);
                }
            }
        }
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

impl Role {
    /// Name on cards.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Numeric => "numeric",
            Self::Category => "category",
            Self::Time => "time",
            Self::Key => "key",
            Self::Constant => "constant",
            Self::Label => "label",
            Self::Annotator => "annotator",
            Self::Item => "item",
        }
    }

    /// Whether cells of this role are content: those of the others have no units.
    pub fn is_content(self) -> bool {
        matches!(self, Self::Text | Self::Numeric | Self::Category | Self::Label)
    }
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
    /// Mean of numbers (seconds for times); 0 for others. From the sketch, hence order-free.
    pub mean: f64,
    /// Standard deviation of numbers (seconds for times) without their outer hundredths; 0 for others.
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
