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
pub mod gold;
pub mod labels;
pub mod mask;
pub mod matching;
pub mod raters;
pub mod sampling;
pub mod table;
pub mod verdict;
