//! Names to small numbers and back, one copy a name.

use std::hash::{BuildHasher, RandomState};

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// A set of names in order of first sight.
#[derive(Debug)]
pub(crate) struct Interner {
    /// All names, end to end.
    bytes: Vec<u8>,
    /// End of each name in `bytes`.
    ends: Vec<usize>,
    hashes: Vec<u64>,
    /// Number of a name plus one, 0 where free; its length is a power of two.
    slots: Vec<u32>,
    /// Unknown to whoever wrote the file, so that no file can choose names that collide.
    seed: u64,
    last: u32,
}

impl Interner {
    /// No names.
    pub(crate) fn new() -> Self {
        Self {
            bytes: Vec::new(),
            ends: Vec::new(),
            hashes: Vec::new(),
            slots: vec![0; 1 << 10],
            seed: RandomState::new().hash_one(0),
            last: 0,
        }
    }

    /// How many names there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A name by its number.
    #[inline]
    pub(crate) fn name(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.bytes[start..self.ends[number]]
    }

    /// The number of a name, new or known.
    ///
    /// # Panics
    /// Past 2³² − 1 names.
    pub(crate) fn intern(&mut self, name: &[u8]) -> u32 {
        if (self.last as usize) < self.len() && self.name(self.last) == name {
            return self.last;
        }
        let hash = xxh3_64_with_seed(name, self.seed);
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at] != 0 {
            let known = self.slots[at] - 1;
            if self.hashes[known as usize] == hash && self.name(known) == name {
                self.last = known;
                return known;
            }
            at = (at + 1) & mask;
        }
        let number = u32::try_from(self.len()).expect("fewer than 2^32 names");
        self.slots[at] = number + 1;
        self.bytes.extend_from_slice(name);
        self.ends.push(self.bytes.len());
        self.hashes.push(hash);
        self.last = number;
        if self.len() * 2 > self.slots.len() {
            self.grow();
        }
        number
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        self.slots = vec![0; mask + 1];
        for (number, &hash) in self.hashes.iter().enumerate() {
            let mut at = hash as usize & mask;
            while self.slots[at] != 0 {
                at = (at + 1) & mask;
            }
            self.slots[at] = number as u32 + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_number_while_the_table_grows() {
        let mut names = Interner::new();
        for round in 0..2 {
            for number in 0..5_000_u32 {
                assert_eq!(names.intern(format!("w{number}").as_bytes()), number, "{round}");
            }
        }
        assert_eq!(names.len(), 5_000);
        assert_eq!(names.name(4_321), b"w4321");
        assert_eq!(names.intern(b""), 5_000);
    }
}
