//! One machine: rayon over batches, a cache within the memory budget, spill to disk beyond it.

pub(crate) mod keys;
pub(crate) mod payloads;
pub(crate) mod scan;
pub(crate) mod set;

/// How the memory budget is shared out, in bytes.
///
/// The rest, about an eighth, is for batches in flight, samples and the resolution of one band.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    /// Decoded batches kept from the first look to the second.
    pub(crate) cache: usize,
    /// Candidate keys in memory before they go to disk.
    pub(crate) keys: usize,
    /// Verification payloads in memory before they go to disk.
    pub(crate) payloads: usize,
}

impl Budget {
    /// The same budget for each of several sets: they share it evenly.
    pub(crate) fn split(self, sets: usize) -> Self {
        Self { keys: self.keys / sets, payloads: self.payloads / sets, ..self }
    }

    /// The shares of a budget.
    pub(crate) fn of(memory_bytes: u64) -> Self {
        let bytes = usize::try_from(memory_bytes).unwrap_or(usize::MAX);
        Self { cache: bytes / 8 * 3, keys: bytes / 4, payloads: bytes / 4 }
    }
}
