//! Candidate keys, position by position: in memory up to a budget, one file a position beyond it.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::sync::{Mutex, PoisonError};

use shujian_quality::sign::{Keys, NO_KEY};

/// Keys of records, by position and record number.
#[derive(Debug)]
pub(crate) struct KeyStore {
    budget: usize,
    records: usize,
    positions: Vec<Position>,
}

/// All keys of one position: those of the first records on disk, the rest in memory.
#[derive(Debug, Default)]
struct Position {
    file: Option<Mutex<File>>,
    spilled: usize,
    memory: Vec<u64>,
}

impl KeyStore {
    /// An empty store.
    pub(crate) fn new(budget: usize) -> Self {
        Self { budget, records: 0, positions: Vec::new() }
    }

    /// Adds the keys of the next records, row-major `[records * width]`.
    ///
    /// # Panics
    /// When the width changes: all records of one set are signed alike.
    pub(crate) fn push(&mut self, keys: &[u64], width: usize) -> io::Result<()> {
        if keys.is_empty() {
            return Ok(());
        }
        if self.positions.is_empty() {
            self.positions.resize_with(width, Position::default);
        }
        assert_eq!(self.positions.len(), width, "records of one set are signed alike");
        for (index, position) in self.positions.iter_mut().enumerate() {
            position.memory.extend(keys[index..].iter().step_by(width));
        }
        self.records += keys.len() / width;
        let held: usize = self.positions.iter().map(|position| position.memory.len() * 8).sum();
        if held > self.budget {
            self.positions.iter_mut().try_for_each(Position::spill)?;
        }
        Ok(())
    }
}

impl Position {
    fn spill(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(Mutex::new(tempfile::tempfile()?)),
        };
        let file = file.get_mut().unwrap_or_else(PoisonError::into_inner);
        let bytes: Vec<u8> = self.memory.iter().flat_map(|key| key.to_le_bytes()).collect();
        file.write_all(&bytes)?;
        self.spilled += self.memory.len();
        self.memory = Vec::new();
        Ok(())
    }
}

impl Keys for KeyStore {
    fn width(&self) -> usize {
        self.positions.len()
    }

    fn sorted(&self, position: usize) -> io::Result<Vec<(u64, u32)>> {
        let Position { file, spilled, memory } = &self.positions[position];
        let mut pairs = Vec::with_capacity(self.records);
        let mut push = |record: usize, key: u64| {
            if key != NO_KEY {
                pairs.push((key, record as u32));
            }
        };
        if let Some(file) = file {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            file.rewind()?;
            let mut reader = io::BufReader::with_capacity(1 << 20, &mut *file);
            let mut key = [0; 8];
            for record in 0..*spilled {
                reader.read_exact(&mut key)?;
                push(record, u64::from_le_bytes(key));
            }
        }
        for (index, &key) in memory.iter().enumerate() {
            push(spilled + index, key);
        }
        pairs.sort_unstable();
        Ok(pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Each position returns its keys, sorted, wherever they went.
        #[test]
        fn spilling_loses_nothing(
            rows in prop::collection::vec(prop::array::uniform3(0..50_u64), 0..80),
            pushed in 1..9_usize,
            budget in 0..900_usize,
        ) {
            let key = |value: u64| if value == 0 { NO_KEY } else { value };
            let mut store = KeyStore::new(budget);
            for chunk in rows.chunks(pushed) {
                let keys: Vec<u64> = chunk.iter().flatten().map(|&value| key(value)).collect();
                store.push(&keys, 3).unwrap();
            }
            for position in 0..store.width() {
                let mut expected: Vec<_> = rows.iter().enumerate()
                    .map(|(record, row)| (key(row[position]), record as u32))
                    .filter(|(key, _)| *key != NO_KEY)
                    .collect();
                expected.sort_unstable();
                prop_assert_eq!(store.sorted(position).unwrap(), expected);
            }
        }
    }
}
