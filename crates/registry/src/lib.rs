//! The registry: who was granted what, why, and by whom, in a log that nobody can rewrite.
//!
//! A [`Request`] names a command; the table [`transitions::TABLE`] says who may give it, from which
//! state, on what conditions and with what effect; [`Store`] carries it out. Event, rows and ledger
//! are written in one transaction. [`verify`] gives the rows back from the log alone.
//!
//! This room computes no amount: it is handed a [`shujian_core::Entitlement`] and holds it against
//! its own figures.

mod aim;
mod append;
mod bands;
mod calendar;
mod conflicts;
mod dates;
mod diagram;
mod effects;
pub mod entities;
mod entries;
mod error;
mod execute;
pub mod export;
mod fields;
mod group;
mod guards;
pub mod import;
pub mod log;
mod names;
mod overlap;
mod persons;
pub mod query;
mod remarks;
pub mod report;
mod request;
mod sharing;
mod sql;
mod store;
pub mod transitions;
mod verify;
mod words;
mod work;

pub use diagram::{diagram, diagrams};
pub use error::Error;
pub use execute::Receipt;
pub use fields::parse;
pub use log::{LogKey, Proof, Signer, Verifier};
pub use remarks::Remark;
pub use request::{Request, Signed};
pub use sharing::{Asking, Waiting};
pub use store::{Mode, Store};
pub use verify::{Report, Trust};
pub use words::{Kind, Role, State};

/// Runs what this room does on the calling thread, for callers that have no runtime of their own.
///
/// # Panics
/// When the system refuses the sockets and timers that every program gets.
pub fn block_on<F: Future>(work: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime on one thread can be built").block_on(work)
}

/// Bytes as lower-case hex.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to memory");
        text
    })
}

/// Hex as bytes; `None` where it is no hex.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.chunks_exact(2).map(byte).collect()
}
