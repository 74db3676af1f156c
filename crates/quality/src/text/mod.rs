//! Value density of text: folding, signatures, near copies, frames, order, diversity.

mod bits_per_byte;
mod clean_share;
mod credit;
mod distinct;
pub mod fold;
pub mod frames;
pub mod measure;
pub mod metrics;
pub mod order;
mod order_gain;
pub mod ownership;
pub mod resolve;
pub mod rubbish;
mod script;
mod script_share;
pub mod sign;

use crate::sample::Sample;

pub use measure::measure;
pub use resolve::resolve;
pub use sign::sign;

/// Records in the sample of a text partition, at most.
pub const SAMPLE_RECORDS: usize = 20_000;
/// Bytes of text in it, at most.
pub const SAMPLE_BYTES: usize = 3 << 20;

/// An empty sample with the bounds of text.
pub fn sample() -> Sample {
    Sample::new(SAMPLE_RECORDS, SAMPLE_BYTES)
}
