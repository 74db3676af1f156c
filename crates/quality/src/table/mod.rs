//! Value density of tables and time series: row novelty, coherence between columns, validity.
//!
//! Layer one looks at every row ([`sign`], [`resolve`]); layer two at the sample ([`measure`]).

mod coherence;
mod columns;
mod credit;
mod interpolated;
mod layout;
mod measure;
mod metrics;
mod midpoints;
mod near;
mod nearby;
mod oddness;
mod redundant;
mod resolve;
mod rows;
mod shifted;
mod sign;

use shujian_core::{Batch, ContentId, Findings};

use crate::columns::PartitionPlan;
use crate::dedup::{Novelty, Set};
use crate::metric::{Measurement, Spec};
use crate::sample::Sample;
use crate::sign::Signed;

pub(crate) use resolve::{exact, note_sources};

/// Every metric of tables and time series, in the order of a card.
pub const METRICS: &[&Spec] = &metrics::METRICS;

/// Records and bytes of a sample.
const SAMPLE_RECORDS: usize = 8192;
const SAMPLE_BYTES: usize = 32 << 20;

/// An empty sample with the bounds of tables.
pub fn sample() -> Sample {
    Sample::new(SAMPLE_RECORDS, SAMPLE_BYTES)
}

/// Signs the rows of a batch and offers them to the sample.
pub fn sign(
    batch: &Batch,
    file: u32,
    partition: u32,
    plan: &PartitionPlan,
    sample: &mut Sample,
) -> Signed {
    sign::rows(batch, (file, partition), plan, sample)
}

/// Decides over all rows of one partition what each still adds; `sample` is that of the whole
/// partition.
///
/// - Errors: those of the stores.
pub fn resolve(
    set: &Set<'_>,
    plan: &PartitionPlan,
    sample: &Sample,
) -> std::io::Result<(Novelty, Findings)> {
    resolve::rows(set, plan, sample)
}

/// Item, annotator and label of a signed judgement, by hash; 0 is null.
pub(crate) fn judgement(payload: &[u8]) -> (u64, u64, u64) {
    layout::read_judgement(payload).into()
}

/// Measures a partition on its sample; `novelty` gives the share of a row's units that is novel.
pub fn measure(
    plan: &PartitionPlan,
    sample: &Sample,
    novelty: &dyn Fn(&ContentId) -> f64,
) -> Measurement {
    measure::partition(plan, sample, novelty)
}

#[cfg(test)]
mod tests;
