//! Layer two: what the sample says about a partition of rows.

use shujian_core::card::Interval;
use shujian_core::{ContentId, Findings, Profile};

use super::columns::Column;
use super::credit::Credit;
use super::oddness::Oddness;
use super::{metrics, resolve};
use crate::columns::PartitionPlan;
use crate::metric::{Measurement, round};
use crate::sample::Sample;
use crate::sign::Source;

/// Exponent of the share of coherent rows: above 1, so that a row of noise costs more than it adds; with
/// room for noise that is recognised in part only, because it makes a cluster of its own.
const MIXING: f64 = 2.5;

/// Everything the metrics of one partition look at.
pub(super) struct Evidence<'a> {
    pub plan: &'a PartitionPlan,
    pub credit: Credit,
}

pub(super) fn partition(
    plan: &PartitionPlan,
    sample: &Sample,
    novelty: &dyn Fn(&ContentId) -> f64,
) -> Measurement {
    if plan.profile == Profile::Judgements {
        // Judgements are counted by item; their worth is the annotation term's to say.
        let (metrics, findings) = (Vec::new(), Findings::default());
        return Measurement { factor: Interval::exact(1.0), metrics, findings };
    }
    let oddness = Oddness::of(plan, sample);
    let novel = |id: &ContentId| novelty(id) > 0.0;
    let mut credit = Credit::of(plan, sample, &oddness, &novel);
    let strange = sample.iter().filter(|(id, _)| novel(id) && oddness.is_strange(id));
    let strange: Vec<Source> = strange.map(|(_, row)| row.source).collect();
    credit.coherence.dilute(credit.columns.ids.len(), strange.len());
    let mut findings = Findings::default();
    resolve::note_sources("SJ-quality-028", strange, &mut findings);
    let evidence = Evidence { plan, credit };
    let factor = evidence.factor();
    let metrics = metrics::TABLE
        .iter()
        .filter(|(spec, _)| spec.profiles.contains(&plan.profile))
        .map(|(spec, measure)| spec.to_card(&measure(&evidence)))
        .collect();
    Measurement { factor, metrics, findings }
}

impl Evidence<'_> {
    /// Share of the novel units worth counting: rows that hang together. Units are weighed beside
    /// the best column; its own weight is here.
    fn factor(&self) -> Interval {
        let best = self.credit.best();
        let of = |rows: f64| round((best * self.rows_share(rows)).clamp(0.0, 1.0));
        let rows = &self.credit.coherence.rows;
        Interval { low: of(rows.low), point: of(rows.point), high: of(rows.high) }
    }

    /// Weight of a column.
    pub(super) fn weight(&self, column: &Column) -> f64 {
        column.plan.map_or(0.0, |at| self.credit.weights[at])
    }

    /// Texts stand on their own where a table has nothing else.
    fn rows_share(&self, rows: f64) -> f64 {
        if self.credit.columns.content.is_empty() { 1.0 } else { rows.powf(MIXING) }
    }
}
