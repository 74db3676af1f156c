//! The batch desk: the cards of many applications become one ranked list, a shared envelope, tables
//! and a manifest.
//!
//! Pure: nothing here reads a file, runs a thread of its own or measures a record. [`settle`] alone
//! makes the list, and it does so from the rows alone, so that whoever has the cards derives it again.

pub mod apply;
pub mod batch;
pub mod manifest;
pub mod names;
mod rank;
pub mod row;
pub mod table;
pub mod verification;

pub use batch::{Batch, Head, settle};
pub use manifest::Manifest;
pub use row::{Row, Source, Status};

/// Why a list could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A sum beyond what an amount can hold.
    #[error("sums are too large")]
    Overflow,
    /// The envelope cannot be shared.
    #[error(transparent)]
    Envelope(#[from] shujian_grade::envelope::Error),
    /// The rows could not be ordered.
    #[error("ranking: {0}")]
    Ranking(String),
}
