//! Bounds on everything that input could make grow. Each is enforced, and each is a finding when it bites.

/// Bounds with defaults that honest data does not meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes one record may have, decoded.
    pub record_bytes: u64,
    /// Depth to which JSON values, archives and folders may nest.
    pub nesting: u32,
    /// Columns a batch may have.
    pub columns: u32,
    /// Decoded bytes for each compressed byte, past the first 64 MiB.
    pub expansion: u64,
    /// Files (and archive members) of one dataset.
    pub files: u64,
    /// Memory the run may use, bytes.
    pub memory_bytes: u64,
    /// Worker threads.
    pub threads: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            record_bytes: 64 << 20,
            nesting: 64,
            columns: 4096,
            expansion: 1000,
            files: 10_000_000,
            memory_bytes: 2 << 30,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}
