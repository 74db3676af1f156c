//! Which marks of several raters mean the same thing, and the table of votes that follows.
//!
//! Marks are matched by overlap with optimal assignment, whatever their class: a disagreement about
//! the class is the table's to show. No crate is used for the assignment: those found are no longer
//! kept or ask for whole-number weights.

mod assign;
mod gather;
mod overlap;
mod pairs;
mod units;

pub use assign::assign;
pub(crate) use gather::key;
pub use gather::{Panel, gather};
pub use overlap::{Mark, box_iou, marks};
pub use pairs::{PairAgreement, pairs};
pub(crate) use units::unit_names;
pub use units::{Matched, Unit, answers, match_marks};

/// How marks are matched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Least intersection over union of two marks that mean the same thing, in `(0, 1]`.
    pub least_overlap: f64,
    /// Whether a rater who saw the item and left a unit unmarked votes for [`ABSENT`].
    pub count_absent: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { least_overlap: 0.5, count_absent: true }
    }
}

/// The class of "no mark here".
pub const ABSENT: &str = "(none)";
