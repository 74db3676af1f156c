//! What a record is worth: identity, deduplication and value density.
//!
//! Pure kernels over batches. The engine calls them in this order:
//!
//! 1. [`columns`]: every batch is observed once; files join to partitions and columns get roles.
//! 2. [`sign`]: every batch is seen a second time; each record leaves its id, its candidate keys
//!    and the little that verification needs. The bottom-k [`sample`] is drawn on the way.
//! 3. [`dedup`]: exact copies by id, near copies by shared keys and exact comparison.
//! 4. [`text`] and [`table`]: volumes over all records, metrics and a factor from the sample.

pub mod annotation;
pub mod cell;
pub mod columns;
pub mod dedup;
pub mod metric;
pub mod sample;
pub mod sign;
pub mod table;
pub mod text;
