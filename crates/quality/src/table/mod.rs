//! Value density of tables and time series: row novelty, coherence between columns, validity.

use shujian_core::{Batch, ContentId, Findings};

use crate::columns::PartitionPlan;
use crate::dedup::{Novelty, Set};
use crate::metric::Measurement;
use crate::sample::Sample;
use crate::sign::Signed;

/// An empty sample with the bounds of tables.
pub fn sample() -> Sample {
    todo!()
}

/// Signs the rows of a batch and offers them to the sample.
pub fn sign(
    _batch: &Batch,
    _file: u32,
    _partition: u32,
    _plan: &PartitionPlan,
    _sample: &mut Sample,
) -> Signed {
    todo!()
}

/// Decides over all rows of one partition what each still adds.
///
/// - Errors: those of the stores.
pub fn resolve(_set: &Set<'_>, _plan: &PartitionPlan) -> std::io::Result<(Novelty, Findings)> {
    todo!()
}

/// Measures a partition on its sample; `novelty` gives the share of a row's units that is novel.
pub fn measure(
    _plan: &PartitionPlan,
    _sample: &Sample,
    _novelty: &dyn Fn(&ContentId) -> f64,
) -> Measurement {
    todo!()
}
