//! What the criterion benches share: generated inputs, and stores that live in memory.
//!
//! Throughput is given in bytes of cell text, whatever the container, so that figures compare.

use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::AtomicU64;

use shujian_core::{Batch, ContentId, Limits, Profile};
use shujian_fixtures::Records;
use shujian_fixtures::table::{Deliveries, Rows};
use shujian_fixtures::write::container;
use shujian_ingest::{discover, read};
use shujian_quality::columns::{FileColumns, PartitionPlan, plan};
use shujian_quality::dedup::{Novelty, Set};
use shujian_quality::metric::Measurement;
use shujian_quality::sample::Sample;
use shujian_quality::sign::{Keys, NO_KEY, Payloads, Signed};
use shujian_quality::{table, text};

/// Documents of some 1.5 KB with planted copies, a quarter Chinese.
pub fn documents(documents: usize) -> Records {
    shujian_fixtures::planted::corpus(7, documents, 1500).0
}

/// Rows of eight short columns.
pub fn deliveries(rows: usize) -> Records {
    Deliveries::new(7).take(rows)
}

/// Bytes of text in all cells.
pub fn cell_bytes(records: &Records) -> u64 {
    records.rows.iter().flatten().flatten().map(|cell| cell.len() as u64).sum()
}

/// The records in a container of the table, below `dir`.
///
/// # Panics
/// When the container is unknown or cannot be written.
pub fn write(records: &Records, name: &str, dir: &Path) {
    let container = container(name).expect("a container of this name");
    (container.write)(records, dir).expect("the folder can be written");
}

/// Every batch below a folder.
///
/// # Panics
/// When the folder cannot be found.
pub fn batches(dir: &Path) -> Vec<Batch> {
    let limits = Limits::default();
    let discovery = discover(&[dir.to_owned()], &limits).expect("the folder is there");
    let mut batches = Vec::new();
    for source in &discovery.sources {
        read(source, &limits, &AtomicU64::new(0), &mut |batch| {
            batches.push(batch);
            ControlFlow::Continue(())
        });
    }
    batches
}

/// The records as batches of one file.
pub fn as_batches(records: &Records) -> Vec<Batch> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    write(records, "parquet-zstd", dir.path());
    batches(dir.path())
}

/// What is decided about batches of one file.
///
/// # Panics
/// When the batches hold no record.
pub fn planned(batches: &[Batch]) -> PartitionPlan {
    let mut columns = FileColumns::default();
    for batch in batches {
        columns.observe(batch);
    }
    let mut plan = plan(&[columns], &["data".to_owned()]);
    assert!(!plan.partitions.is_empty(), "batches without records");
    plan.partitions.swap_remove(0)
}

/// Signatures of all batches, and the sample drawn on the way.
pub fn signed(batches: &[Batch], plan: &PartitionPlan) -> (Signed, Sample) {
    let mut all = Signed::default();
    let mut sample = if plan.profile.is_text() { text::sample() } else { table::sample() };
    for batch in batches {
        append(&mut all, sign(batch, plan, &mut sample));
    }
    (all, sample)
}

/// Signs one batch by the profile of its partition.
pub fn sign(batch: &Batch, plan: &PartitionPlan, sample: &mut Sample) -> Signed {
    match plan.profile {
        Profile::Text | Profile::Instruction => text::sign(batch, 0, 0, plan, sample),
        _ => table::sign(batch, 0, 0, plan, sample),
    }
}

fn append(all: &mut Signed, part: Signed) {
    all.width = part.width;
    all.ids.extend(part.ids);
    all.places.extend(part.places);
    all.partitions.extend(part.partitions);
    all.units.extend(part.units);
    all.keys.extend(part.keys);
    all.payload_len.extend(part.payload_len);
    all.payload.extend(part.payload);
}

/// Keys and payloads kept in memory.
#[derive(Debug)]
pub struct Memory<'a> {
    signed: &'a Signed,
    offsets: Vec<usize>,
}

impl<'a> Memory<'a> {
    /// A view of signed records.
    pub fn new(signed: &'a Signed) -> Self {
        let mut at = 0;
        let mut offsets = vec![0];
        for &len in &signed.payload_len {
            at += len as usize;
            offsets.push(at);
        }
        Self { signed, offsets }
    }

    /// The records as one set to resolve.
    pub fn set(&'a self) -> Set<'a> {
        Set { signed: self.signed, keys: self, payloads: self }
    }
}

impl Payloads for Memory<'_> {
    fn read(&self, record: u32, into: &mut Vec<u8>) -> io::Result<()> {
        let record = record as usize;
        into.clear();
        into.extend_from_slice(
            &self.signed.payload[self.offsets[record]..self.offsets[record + 1]],
        );
        Ok(())
    }
}

impl Keys for Memory<'_> {
    fn width(&self) -> usize {
        self.signed.width
    }

    fn sorted(&self, position: usize) -> io::Result<Vec<(u64, u32)>> {
        let keys = self.signed.keys.iter().skip(position).step_by(self.signed.width.max(1));
        let mut pairs: Vec<(u64, u32)> = keys
            .zip(0..)
            .filter(|(key, _)| **key != NO_KEY)
            .map(|(key, record)| (*key, record))
            .collect();
        pairs.sort_unstable();
        Ok(pairs)
    }
}

/// Resolves signed records by the profile of their partition.
///
/// # Panics
/// Never: memory gives no error.
pub fn resolved(memory: &Memory<'_>, plan: &PartitionPlan, sample: &Sample) -> Novelty {
    let set = memory.set();
    let resolved = if plan.profile.is_text() {
        text::resolve(&set)
    } else {
        table::resolve(&set, plan, sample)
    };
    resolved.expect("memory gives no error").0
}

/// Measures a sample of which every record is novel.
pub fn measured(plan: &PartitionPlan, sample: &Sample) -> Measurement {
    let novel = |_: &ContentId| 1.0;
    if plan.profile.is_text() {
        text::measure(plan, sample, &novel)
    } else {
        table::measure(plan, sample, &novel)
    }
}
