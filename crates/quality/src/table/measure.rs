//! Layer two: what the sample says about a partition of rows.

use shujian_core::card::Interval;
use shujian_core::{ContentId, Findings, Profile};

use super::coherence::{self, Coherence};
use super::columns::{Column, Columns};
use super::credit::{Credit, different};
use super::{metrics, redundant};
use crate::columns::PartitionPlan;
use crate::metric::{Measurement, round};
use crate::sample::Sample;

/// Exponent of the share of coherent rows: above 1, so that a row of noise costs more than it adds.
const MIXING: f64 = 2.0;
/// Coherence of a column's cells from which the column counts whole.
const COLUMN_WHOLE: f64 = 0.10;

/// Everything the metrics of one partition look at.
pub(super) struct Evidence<'a> {
    pub plan: &'a PartitionPlan,
    pub columns: Columns,
    pub coherence: Coherence,
    /// For each content column, the share that no other column says.
    pub own: Vec<f64>,
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
    let credit = Credit::of(plan, sample, novelty);
    let columns = Columns::of(plan, sample, novelty);
    let own = redundant::own_shares(&columns);
    let kept: Vec<bool> = own.iter().map(|share| *share > 0.0).collect();
    let coherence = coherence::measure(&columns, &kept);
    let evidence = Evidence { plan, columns, coherence, own, credit };
    let factor = evidence.factor();
    let metrics = metrics::TABLE
        .iter()
        .filter(|(spec, _)| spec.profiles.contains(&plan.profile))
        .map(|(spec, measure)| spec.to_card(&measure(&evidence)))
        .collect();
    Measurement { factor, metrics, findings: Findings::default() }
}

impl Evidence<'_> {
    /// Share of the novel cells worth counting: rows that hang together, in columns that say
    /// something of their own and belong to their rows.
    fn factor(&self) -> Interval {
        // Novel units are cells of the columns that count, so shares are of those alone.
        let filled = |column: &Column| {
            let cells = column.hashes.iter().filter(|&&hash| hash != 0).count();
            if self.counts(column) { cells as f64 } else { 0.0 }
        };
        let numbers = self.columns.content.iter().zip(&self.coherence.columns).zip(&self.own);
        let numbers: Vec<(f64, f64)> = numbers
            .map(|((column, kappa), own)| {
                (filled(column), own * (kappa.low / COLUMN_WHOLE).clamp(0.0, 1.0))
            })
            .collect();
        let texts: Vec<(f64, f64)> =
            self.columns.texts.iter().map(|column| (filled(column), different(column))).collect();
        let credited = |cells: &[(f64, f64)]| -> f64 { cells.iter().map(|(n, w)| n * w).sum() };
        let all = |cells: &[(f64, f64)]| -> f64 { cells.iter().map(|(n, _)| n).sum() };
        let total = all(&numbers) + all(&texts);
        if total == 0.0 {
            return Interval::exact(0.0);
        }
        let of = |rows: f64| {
            let share =
                credited(&numbers) * rows.powf(MIXING) + credited(&texts) * self.text_rows(rows);
            round((share / total).clamp(0.0, 1.0))
        };
        let rows = &self.coherence.rows;
        Interval { low: of(rows.low), point: of(rows.point), high: of(rows.high) }
    }

    /// Whether the cells of a column count.
    pub(super) fn counts(&self, column: &Column) -> bool {
        column.plan.is_some_and(|at| self.credit.counts[at])
    }

    /// Texts stand on their own where a table has little else.
    fn text_rows(&self, rows: f64) -> f64 {
        if self.columns.content.is_empty() { 1.0 } else { rows.powf(MIXING) }
    }
}
