//! Names to small numbers and back, one copy a name.

use std::hash::{BuildHasher, RandomState};

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Numbers of names that are kept elsewhere, by hash.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    /// Half of the hash, and number plus one; 0 where free. Its length is a power of two.
    slots: Vec<(u32, u32)>,
    names: usize,
    /// Unknown to whoever wrote the file, so that no file can choose names that collide.
    seed: u64,
}

impl Default for Index {
    fn default() -> Self {
        Self { slots: vec![(0, 0); 1 << 6], names: 0, seed: RandomState::new().hash_one(0) }
    }
}

impl Index {
    /// The hash of a name, for the other two.
    #[inline]
    pub(crate) fn hash(&self, name: &[u8]) -> u32 {
        xxh3_64_with_seed(name, self.seed) as u32
    }

    /// The number of a name; `is_it` tells whether a number is that of the name.
    #[inline]
    pub(crate) fn find(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at].1 != 0 {
            let (known, number) = self.slots[at];
            if known == hash && is_it(number - 1) {
                return Some(number - 1);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// Takes in a name that is not there yet.
    pub(crate) fn insert(&mut self, hash: u32, number: u32) {
        self.put(hash, number + 1);
        self.names += 1;
        if self.names * 2 > self.slots.len() {
            let slots = std::mem::take(&mut self.slots);
            self.slots = vec![(0, 0); slots.len() * 2];
            slots.into_iter().filter(|slot| slot.1 != 0).for_each(|slot| self.put(slot.0, slot.1));
        }
    }

    fn put(&mut self, hash: u32, number: u32) {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at].1 != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = (hash, number);
    }

    /// Memory taken, bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.slots.len() * size_of::<(u32, u32)>()
    }
}

/// Numbers of short names met lately, found without hashing or comparing their letters.
#[derive(Debug)]
pub(crate) struct Recent {
    /// A name in eight bytes, and its number.
    slots: Vec<(u64, u32)>,
}

impl Default for Recent {
    fn default() -> Self {
        Self { slots: vec![(0, 0); 1 << Self::BITS] }
    }
}

impl Recent {
    const BITS: u32 = 10;

    /// The number of a name; `find` tells it where it was not met lately.
    #[inline]
    pub(crate) fn number(&mut self, name: &str, find: impl FnOnce(&str) -> u32) -> u32 {
        let packed = packed(name);
        let slot = packed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - Self::BITS);
        let slot = &mut self.slots[slot as usize];
        if packed == 0 {
            return find(name);
        }
        if slot.0 != packed {
            *slot = (packed, find(name));
        }
        slot.1
    }
}

/// A name of one to seven bytes as a number of its own; 0 for any other.
#[inline]
pub(crate) fn packed(name: &str) -> u64 {
    let (bytes, len) = (name.as_bytes(), name.len() as u64);
    let letters = match bytes {
        [first, .., last] if len < 4 => {
            let middle = bytes[bytes.len() / 2];
            u64::from(*first) | u64::from(middle) << 8 | u64::from(*last) << 16
        }
        [only] => u64::from(*only),
        _ => match (bytes.first_chunk(), bytes.last_chunk()) {
            (Some(first), Some(last)) if len < 8 => {
                // The last four lie over the first four by what is short of eight.
                let rest = u64::from(u32::from_le_bytes(*last)) >> (8 * (8 - len));
                u64::from(u32::from_le_bytes(*first)) | rest << 32
            }
            _ => return 0,
        },
    };
    letters | len << 56
}

/// A set of names in order of first sight.
#[derive(Debug)]
pub(crate) struct Interner {
    /// All names, end to end.
    bytes: Vec<u8>,
    /// End of each name in `bytes`.
    ends: Vec<usize>,
    index: Index,
    last: u32,
}

impl Interner {
    /// No names.
    pub(crate) fn new() -> Self {
        Self { bytes: Vec::new(), ends: Vec::new(), index: Index::default(), last: 0 }
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
        let hash = self.index.hash(name);
        self.last = match self.index.find(hash, |known| self.name(known) == name) {
            Some(known) => known,
            None => {
                let number = u32::try_from(self.len()).expect("fewer than 2^32 names");
                self.bytes.extend_from_slice(name);
                self.ends.push(self.bytes.len());
                self.index.insert(hash, number);
                number
            }
        };
        self.last
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Short names are packed as one if they are one; others are not packed.
        #[test]
        fn packed_names_are_told_apart(one in "[ab\0\u{e9}]{0,8}", two in "[ab\0\u{e9}]{0,8}") {
            for name in [&one, &two] {
                prop_assert_eq!(packed(name) == 0, name.is_empty() || name.len() > 7);
            }
            if packed(&one) != 0 {
                prop_assert_eq!(packed(&one) == packed(&two), one == two);
            }
        }

        /// A number is that which was first told.
        #[test]
        fn recent_names_keep_their_numbers(names in prop::collection::vec("[a-c]{0,9}", 0..200)) {
            let (mut recent, mut all) = (Recent::default(), Interner::new());
            for name in &names {
                let number = recent.number(name, |name| all.intern(name.as_bytes()));
                prop_assert_eq!(all.name(number), name.as_bytes());
            }
        }
    }

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
