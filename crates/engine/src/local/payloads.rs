//! Verification payloads: in memory up to a budget, in one file of the work folder beyond it.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;

use shujian_quality::sign::Payloads;

/// Payloads of records, by record number.
#[derive(Debug)]
pub(crate) struct PayloadStore {
    budget: usize,
    /// Where each record's payload ends; it starts where the one before ends.
    ends: Vec<u64>,
    memory: Vec<u8>,
    /// The first `spilled` bytes of all payloads, once the budget was reached.
    file: Option<File>,
    spilled: u64,
}

impl PayloadStore {
    /// An empty store.
    pub(crate) fn new(budget: usize) -> Self {
        Self { budget, ends: Vec::new(), memory: Vec::new(), file: None, spilled: 0 }
    }

    /// Adds the payloads of the next records.
    pub(crate) fn push(&mut self, lengths: &[u32], payload: &[u8]) -> io::Result<()> {
        let mut end = self.ends.last().copied().unwrap_or(0);
        self.ends.extend(lengths.iter().map(|&length| {
            end += u64::from(length);
            end
        }));
        self.memory.extend_from_slice(payload);
        if self.memory.len() > self.budget {
            let file = match &mut self.file {
                Some(file) => file,
                none => none.insert(tempfile::tempfile()?),
            };
            file.write_all(&self.memory)?;
            self.spilled += self.memory.len() as u64;
            self.memory.clear();
        }
        Ok(())
    }
}

impl Payloads for PayloadStore {
    fn read(&self, record: u32, into: &mut Vec<u8>) -> io::Result<()> {
        let record = record as usize;
        let start = record.checked_sub(1).map_or(0, |before| self.ends[before]);
        let length = (self.ends[record] - start) as usize;
        into.clear();
        // A push is spilled whole, so a payload lies on one side.
        match (&self.file, start.checked_sub(self.spilled)) {
            (_, Some(at)) => into.extend_from_slice(&self.memory[at as usize..][..length]),
            (Some(file), None) => {
                into.resize(length, 0);
                file.read_exact_at(into, start)?;
            }
            (None, None) => unreachable!("bytes are spilled to the file alone"),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Every payload comes back, wherever it went.
        #[test]
        fn spilling_loses_nothing(
            payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..60),
            pushed in 1..7_usize,
            budget in 0..600_usize,
        ) {
            let mut store = PayloadStore::new(budget);
            for chunk in payloads.chunks(pushed) {
                let lengths: Vec<u32> = chunk.iter().map(|one| one.len() as u32).collect();
                store.push(&lengths, &chunk.concat()).unwrap();
            }
            let mut read = vec![7];
            for (record, payload) in payloads.iter().enumerate() {
                store.read(record as u32, &mut read).unwrap();
                prop_assert_eq!(&read, payload);
            }
        }
    }
}
