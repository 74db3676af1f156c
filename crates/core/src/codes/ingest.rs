//! Finding codes of the `ingest` room.

use super::Code;

/// Rows of the code table, by number.
pub(super) const CODES: &[Code] = &[];
