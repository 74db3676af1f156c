//! Annotation deliveries: labels of many formats in, checks, agreement, consensus, gold,
//! sampling and a verdict out.

pub mod agreement;
pub mod checks;
pub mod code;
pub mod consensus;
pub mod convert;
pub mod errors;
pub mod eval;
pub mod formats;
pub mod frame;
pub mod gold;
pub mod intake;
mod interner;
pub mod labels;
pub mod mask;
pub mod matching;
pub mod proportion;
pub mod random;
mod ranking;
pub mod raters;

pub mod sampling;
pub mod special;
pub mod sums;
pub mod table;
pub mod verdict;
