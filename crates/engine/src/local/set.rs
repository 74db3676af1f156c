//! The signed records of one resolution, as the engine keeps them.

use std::io;

use shujian_quality::dedup::Set;
use shujian_quality::sign::Signed;

use super::Budget;
use super::keys::KeyStore;
use super::payloads::PayloadStore;

/// Records of one set: what is small stays in memory, keys and payloads go where the budget says.
#[derive(Debug)]
pub(crate) struct SetStore {
    /// Ids, places, partitions, units; its keys and payload are empty.
    pub(crate) signed: Signed,
    keys: KeyStore,
    payloads: PayloadStore,
}

impl SetStore {
    /// An empty set.
    pub(crate) fn new(budget: Budget) -> Self {
        Self {
            signed: Signed::default(),
            keys: KeyStore::new(budget.keys),
            payloads: PayloadStore::new(budget.payloads),
        }
    }

    /// Adds signed records.
    pub(crate) fn push(&mut self, mut signed: Signed) -> io::Result<()> {
        self.keys.push(&signed.keys, signed.width)?;
        self.payloads.push(&signed.payload_len, std::mem::take(&mut signed.payload))?;
        self.signed.width = signed.width;
        self.signed.ids.append(&mut signed.ids);
        self.signed.places.append(&mut signed.places);
        self.signed.partitions.append(&mut signed.partitions);
        self.signed.units.append(&mut signed.units);
        self.signed.payload_len.append(&mut signed.payload_len);
        Ok(())
    }

    /// The set as the kernels see it.
    pub(crate) fn view(&self) -> Set<'_> {
        Set { signed: &self.signed, keys: &self.keys, payloads: &self.payloads }
    }

    /// Records in the set.
    pub(crate) fn len(&self) -> usize {
        self.signed.ids.len()
    }
}
