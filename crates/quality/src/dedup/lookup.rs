//! Hash tables over hashes that are mixed already.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Takes a mixed hash as it is.
#[derive(Debug, Default, Clone, Copy)]
pub struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _bytes: &[u8]) {
        unreachable!("keys are u64");
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// A map from mixed hashes; looked up, and walked for sums alone.
pub type HashTable<V> = HashMap<u64, V, BuildHasherDefault<Mixed>>;
