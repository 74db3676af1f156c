//! The plainest store: everything signed, in memory.

use std::io;

use super::Set;
use crate::sign::{Keys, NO_KEY, Payloads, Signed};

/// Keys and payloads of signed records that are all in memory.
#[derive(Debug)]
pub struct Memory<'a> {
    signed: &'a Signed,
    starts: Vec<usize>,
}

impl<'a> Memory<'a> {
    /// The store over what was signed.
    pub fn of(signed: &'a Signed) -> Self {
        let lengths = signed.payload_len.iter();
        let starts = lengths
            .scan(0, |at, &length| Some(std::mem::replace(at, *at + length as usize)))
            .collect();
        Self { signed, starts }
    }

    /// The records as one set to resolve.
    pub fn set(&self) -> Set<'_> {
        Set { signed: self.signed, keys: self, payloads: self }
    }
}

impl Payloads for Memory<'_> {
    fn get<'a>(&'a self, record: u32, _: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
        let from = self.starts[record as usize];
        let length = self.signed.payload_len[record as usize] as usize;
        Ok(&self.signed.payload[from..from + length])
    }
}

impl Keys for Memory<'_> {
    fn width(&self) -> usize {
        self.signed.width
    }

    fn sorted(&self, position: usize) -> io::Result<Vec<(u64, u32)>> {
        let mut pairs: Vec<(u64, u32)> = (self.signed.keys)
            .chunks_exact(self.signed.width.max(1))
            .zip(0..)
            .map(|(keys, record)| (keys[position], record))
            .filter(|&(key, _)| key != NO_KEY)
            .collect();
        pairs.sort_unstable();
        Ok(pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_was_signed() {
        let signed = Signed {
            keys: vec![7, NO_KEY, 3, 4],
            width: 2,
            payload_len: vec![1, 2],
            payload: vec![9, 8, 7],
            ..Signed::default()
        };
        let memory = Memory::of(&signed);
        assert_eq!(memory.get(1, &mut Vec::new()).unwrap(), [8, 7]);
        assert_eq!(memory.sorted(0).unwrap(), [(3, 1), (7, 0)]);
        assert_eq!(memory.sorted(1).unwrap(), [(4, 1)]);
    }
}
