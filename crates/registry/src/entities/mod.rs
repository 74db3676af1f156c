//! The tables as typed rows.
//!
//! Every row of a *projection* is written together with the event that changed it and stands in
//! that event as JSON, so that the log alone gives the tables back. The log's own tables
//! ([`log`]) and personal data ([`log::private`]) are not projections.
//!
//! Conventions: `id` is a UUIDv7 or a natural key, text; dates are `YYYY-MM-DD`; times are
//! RFC 3339 in UTC; amounts are integer fen; states are [`crate::State`] by name.

mod macros;

pub mod log;
pub mod money;
pub mod people;
pub mod projects;
pub mod reviews;

pub(crate) use macros::{Row, dump, find, save};
pub use macros::{TABLES, Table};
