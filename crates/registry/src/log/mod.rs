//! The log: events as leaves of an RFC 6962 tree, tiles and signed checkpoints of C2SP.

mod canonical;
mod event;
mod keys;
mod proof;
mod tree;

pub(crate) use canonical::canonical_json;
pub use canonical::{MAX_EXACT, canonical};
pub use event::{Event, Image, SCHEMA, Step};
pub use keys::{LogKey, Signer, Verifier};
pub use proof::{Checked, Proof};
pub(crate) use tree::Tiles;
