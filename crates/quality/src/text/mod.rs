//! Value density of text: folding, signatures, near copies, frames, order, diversity.

use shujian_core::{Batch, ContentId, Findings};

use crate::columns::PartitionPlan;
use crate::dedup::{Novelty, Set};
use crate::metric::Measurement;
use crate::sample::Sample;
use crate::sign::{Signed, Source};

/// An empty sample with the bounds of text.
pub fn sample() -> Sample {
    todo!()
}

/// Signs the records of a batch and offers them to the sample.
///
/// `file` is the index in the engine's file table, `partition` that in the plan.
pub fn sign(
    _batch: &Batch,
    _file: u32,
    _partition: u32,
    _plan: &PartitionPlan,
    _sample: &mut Sample,
) -> Signed {
    todo!()
}

/// Decides over all text records of a dataset what each still adds.
///
/// - Errors: those of the stores.
pub fn resolve(_set: &Set<'_>) -> std::io::Result<(Novelty, Findings)> {
    todo!()
}

/// Measures a partition on its sample; `novelty` gives the share of a record's units that is novel.
pub fn measure(
    _plan: &PartitionPlan,
    _sample: &Sample,
    _novelty: &dyn Fn(&ContentId) -> f64,
) -> Measurement {
    let _ = Source { file: 0, row: 0 };
    todo!()
}
