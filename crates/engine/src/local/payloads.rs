//! Verification payloads: in memory up to a budget, in one file of the work folder beyond it.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;

use shujian_quality::sign::Payloads;

/// Payloads of records, by record number.
#[derive(Debug)]
pub(crate) struct PayloadStore {
    budget: usize,
    /// Chunk of each record, and where in it the record's payload ends; it starts where that of
    /// the record before ends, or with the chunk.
    ends: Vec<(u32, u32)>,
    chunks: Vec<Chunk>,
    /// Chunks from this one on are in memory, with so many bytes.
    in_memory: (usize, usize),
    /// The chunks before, once the budget was reached.
    file: Option<File>,
    spilled: u64,
}

/// Payloads that came together, in one piece: so growing moves nothing.
#[derive(Debug)]
enum Chunk {
    Memory(Box<[u8]>),
    /// Where it starts in the file.
    File(u64),
}

impl PayloadStore {
    /// An empty store.
    pub(crate) fn new(budget: usize) -> Self {
        Self {
            budget,
            ends: Vec::new(),
            chunks: Vec::new(),
            in_memory: (0, 0),
            file: None,
            spilled: 0,
        }
    }

    /// Adds the payloads of the next records.
    pub(crate) fn push(&mut self, lengths: &[u32], payload: Vec<u8>) -> io::Result<()> {
        let too_large = |_| io::Error::new(io::ErrorKind::InvalidData, "4 GiB in one batch");
        let chunk = u32::try_from(self.chunks.len()).map_err(too_large)?;
        u32::try_from(payload.len()).map_err(too_large)?;
        let mut end = 0;
        self.ends.extend(lengths.iter().map(|&length| {
            end += length;
            (chunk, end)
        }));
        self.in_memory.1 += payload.len();
        // What a growing vector set aside is not kept.
        self.chunks.push(Chunk::Memory(payload.into_boxed_slice()));
        if self.in_memory.1 > self.budget { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        for chunk in &mut self.chunks[self.in_memory.0..] {
            if let Chunk::Memory(payload) = chunk {
                file.write_all(payload)?;
                let start = self.spilled;
                self.spilled += payload.len() as u64;
                *chunk = Chunk::File(start);
            }
        }
        self.in_memory = (self.chunks.len(), 0);
        Ok(())
    }
}

impl Payloads for PayloadStore {
    fn get<'a>(&'a self, record: u32, room: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
        let (chunk, end) = self.ends[record as usize];
        let before = record.checked_sub(1).map(|before| self.ends[before as usize]);
        let start = before.filter(|before| before.0 == chunk).map_or(0, |before| before.1);
        match (&self.chunks[chunk as usize], &self.file) {
            (Chunk::Memory(payload), _) => Ok(&payload[start as usize..end as usize]),
            (Chunk::File(at), Some(file)) => {
                room.resize((end - start) as usize, 0);
                file.read_exact_at(room, at + u64::from(start))?;
                Ok(room)
            }
            (Chunk::File(_), None) => unreachable!("bytes are spilled to the file alone"),
        }
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
                store.push(&lengths, chunk.concat()).unwrap();
            }
            let mut room = vec![7];
            for (record, payload) in payloads.iter().enumerate() {
                prop_assert_eq!(store.get(record as u32, &mut room).unwrap(), payload);
            }
        }
    }
}
