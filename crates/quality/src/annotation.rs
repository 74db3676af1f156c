//! The annotation term x_A: agreement between annotators times information in the labels.

use shujian_core::card::Metric;

use crate::columns::PartitionPlan;
use crate::dedup::Set;

/// The metric `annotation` over the judgement partitions of a dataset.
///
/// `None`: the dataset has no judgements. Identical annotators are merged first.
///
/// - Errors: those of the stores.
pub fn measure(_sets: &[(Set<'_>, &PartitionPlan)]) -> std::io::Result<Option<Metric>> {
    todo!()
}
