//! JSON, read in place: where values end, and how records become cells.

pub(crate) mod record;
pub(crate) mod scan;
