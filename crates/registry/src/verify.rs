//! Verify.
/// x
pub struct Report;
/// x
pub struct Trouble;
