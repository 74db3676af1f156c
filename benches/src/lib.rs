//! What the criterion benches share: generated inputs, and stores that live in memory.
//!
//! Throughput is given in bytes of cell text, whatever the container, so that figures compare.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::AtomicU64;

use shujian_core::{Banding, Batch, ContentId, Limits, Profile};
use shujian_fixtures::Records;
use shujian_fixtures::table::{Deliveries, Rows};
use shujian_fixtures::write::container;
use shujian_ingest::{discover, read};
use shujian_quality::columns::{FileColumns, PartitionPlan, plan};
use shujian_quality::dedup::Novelty;
pub use shujian_quality::dedup::memory::Memory;
use shujian_quality::metric::Measurement;
use shujian_quality::sample::Sample;
use shujian_quality::sign::Signed;
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
        Profile::Text | Profile::Instruction => {
            text::sign(batch, 0, 0, plan, Banding::RECALL, sample)
        }
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
