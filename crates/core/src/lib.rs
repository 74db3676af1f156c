//! The words every room shares: batch, card, finding, identity, money, modality, sector, limits.
//!
//! Nothing here reads a file, measures a record or formats for people.

mod assessment;
mod banding;
pub mod batch;
pub mod card;
pub mod clones;
pub mod codes;
pub mod digest;
pub mod finding;
pub mod id;
mod label_review;
pub mod limits;
pub mod modality;
pub mod money;
pub mod sector;

pub use banding::Banding;
pub use batch::Batch;
pub use card::Card;
pub use finding::{Finding, Findings, Place, Severity};
pub use id::ContentId;
pub use label_review::{LabelReview, LabelVerdict};
pub use limits::Limits;
pub use modality::Profile;
pub use money::Fen;
pub use sector::Sector;

/// One text in the two languages of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Bilingual {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}
