//! Finding codes of the `grade` room.

use super::Code;

/// Rows of the code table, by number.
pub(super) const CODES: &[Code] = &[];
