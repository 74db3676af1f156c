//! The words every room shares: batch, card, credit code, date, finding, identity, money, modality,
//! sector, limits.
//!
//! Nothing here reads a file, measures a record or formats for people.

mod assessment;
mod banding;
pub mod batch;
pub mod card;
pub mod clones;
pub mod codes;
pub mod credit_code;
pub mod date;
pub mod digest;
mod entitlement;
pub mod finding;
pub mod id;
pub mod inert;
mod label_review;
pub mod limits;
pub mod modality;
pub mod money;
pub mod sector;
mod width;

pub use banding::Banding;
pub use batch::Batch;
pub use card::Card;
pub use credit_code::CreditCode;
pub use date::Date;
pub use entitlement::Entitlement;
pub use finding::{Finding, Findings, Place, Severity};
pub use id::ContentId;
pub use label_review::{LabelReview, LabelVerdict};
pub use limits::Limits;
pub use modality::Profile;
pub use money::Fen;
pub use sector::Sector;
pub use width::narrow;

/// One text in the two languages of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Bilingual {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}
