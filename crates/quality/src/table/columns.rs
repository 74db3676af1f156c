//! The sample as columns: values, bins, and what time says about each row.

use shujian_core::ContentId;

use super::oddness::Oddness;
use super::sign::folded_hash;
use crate::cell::Cell;
use crate::columns::{Kind, PartitionPlan, Role};
use crate::sample::Sample;

/// Bins of numbers and times, as many as rows allow: one for each [`BIN_ROWS`].
const BINS: std::ops::RangeInclusive<usize> = 4..=8;
const BIN_ROWS: usize = 500;
/// A bin holds at least this part of the rows.
const LEAST_BIN: usize = 64;
/// How far an edge moves to lie between heaps of values, in deviations.
const EDGE_REACH: f64 = 0.12;
/// Values of a category told apart; the others share a bin.
const VALUES: usize = 12;
/// Content columns looked at for coherence, those with most cells first.
const MOST: usize = 40;

/// One column of the sample.
#[derive(Debug)]
pub(super) struct Column {
    /// Index in the plan; `None` for times and what was derived from them.
    pub plan: Option<usize>,
    /// Index in the plan of the time this is or was derived from.
    pub clock: Option<usize>,
    /// Numbers, NaN for null; empty for others.
    pub numbers: Vec<f64>,
    /// Hash of each cell, 0 for null.
    pub hashes: Vec<u64>,
    /// Bin of each cell.
    pub bins: Vec<u8>,
    /// Bins in use.
    pub width: usize,
    /// Share of each bin if values were uniform over their range, or over the known values.
    pub uniform: Vec<f64>,
}

/// Chosen sampled rows that are not strange, by ascending id: an order that content alone decides,
/// and as good as random.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub ids: Vec<ContentId>,
    /// How odd each row is, from 0: see [`Oddness`].
    pub oddness: Vec<u8>,
    /// Columns whose cells are content, text apart.
    pub content: Vec<Column>,
    /// Text columns.
    pub texts: Vec<Column>,
    /// What may explain content but is none: times and what goes before.
    pub partners: Vec<Column>,
    /// Columns beyond the bound, which nobody looks at.
    pub left_out: u64,
}

impl Columns {
    pub(super) fn of(
        plan: &PartitionPlan,
        sample: &Sample,
        oddness: &Oddness,
        chosen: &dyn Fn(&ContentId) -> bool,
    ) -> Self {
        let rows: Vec<_> =
            sample.iter().filter(|(id, _)| !oddness.is_strange(id) && chosen(id)).collect();
        let odd = rows.iter().map(|(id, _)| oddness.of_row(id)).collect();
        let ids = rows.iter().map(|(id, _)| **id).collect();
        let read = |at: usize| -> (Vec<f64>, Vec<u64>) {
            let (mut scratch, mut folded) = (String::new(), String::new());
            rows.iter()
                .map(|(_, sampled)| {
                    let spelled = sampled.cells.get(at).and_then(Option::as_deref);
                    let cell = spelled.and_then(|text| Cell::parse(text, &mut scratch));
                    cell.map_or((f64::NAN, 0), |cell| {
                        let hash = folded_hash(&cell, &mut folded).max(1);
                        (cell.as_number().unwrap_or(f64::NAN), hash)
                    })
                })
                .unzip()
        };
        let mut left_out = 0;
        let mut of_role = |wanted: fn(Role) -> bool| -> Vec<Column> {
            let mut chosen: Vec<usize> =
                (0..plan.columns.len()).filter(|&at| wanted(plan.columns[at].role)).collect();
            chosen.sort_by_key(|&at| (std::cmp::Reverse(plan.columns[at].tally.filled), at));
            left_out += chosen.len().saturating_sub(MOST) as u64;
            chosen.truncate(MOST);
            chosen.into_iter().map(|at| column(plan, at, read(at))).collect()
        };
        let content = of_role(|role| matches!(role, Role::Numeric | Role::Category | Role::Label));
        let texts = of_role(|role| role == Role::Text);
        let times = of_role(|role| role == Role::Time);
        let partners = partners(plan, times, &content);
        Self { ids, oddness: odd, content, texts, partners, left_out }
    }
}

fn column(plan: &PartitionPlan, at: usize, cells: (Vec<f64>, Vec<u64>)) -> Column {
    let (numbers, hashes) = cells;
    let kind = plan.columns[at].kind;
    let (bins, uniform) = match kind {
        Kind::Text => by_value(&hashes),
        _ => by_rank(&numbers),
    };
    let numbers = if kind == Kind::Text { Vec::new() } else { numbers };
    Column { plan: Some(at), clock: None, numbers, hashes, bins, width: uniform.len(), uniform }
}

/// Bins of equal count; equal values share theirs; null has its own.
fn by_rank(numbers: &[f64]) -> (Vec<u8>, Vec<f64>) {
    let mut sorted: Vec<f64> = numbers.iter().copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    let edges = edges(&sorted);
    let null = edges.len() as u8 + 1;
    let bins =
        numbers
            .iter()
            .map(|value| {
                if value.is_nan() {
                    null
                } else {
                    edges.partition_point(|edge| edge <= value) as u8
                }
            })
            .collect();
    let (least, greatest) =
        (sorted.first().copied().unwrap_or(0.0), sorted.last().copied().unwrap_or(0.0));
    let range = (greatest - least).max(f64::MIN_POSITIVE);
    let marks: Vec<f64> = [least].into_iter().chain(edges).chain([greatest]).collect();
    let mut uniform: Vec<f64> =
        marks.windows(2).map(|pair| ((pair[1] - pair[0]) / range).clamp(0.0, 1.0)).collect();
    uniform.push(0.0);
    (bins, uniform)
}

/// Where the bins of sorted values begin, but for the first: what a heap of equal values leaves is
/// shared out evenly among the bins that are left.
fn edges(sorted: &[f64]) -> Vec<f64> {
    let rows = sorted.len();
    let wanted = (rows / BIN_ROWS).clamp(*BINS.start(), *BINS.end());
    let least = (rows / LEAST_BIN).max(1);
    let reach = EDGE_REACH * deviation(sorted);
    let (mut edges, mut start) = (Vec::new(), 0);
    for left in (2..=wanted).rev() {
        let middle = start + (rows - start) / left;
        let allowed = start + least..=rows.saturating_sub(least);
        let Some(at) = cut(sorted, middle, reach, &allowed) else { break };
        let (below, above) = (sorted[at - 1], sorted[at]);
        let half = below + (above - below) / 2.0;
        edges.push(if half > below { half } else { above });
        start = at;
    }
    edges
}

/// The place of an edge: in the widest gap within reach, so that noise does not carry values of a
/// heap across; without a gap worth the name, between the different values next to the middle.
fn cut(
    sorted: &[f64],
    middle: usize,
    reach: f64,
    allowed: &std::ops::RangeInclusive<usize>,
) -> Option<usize> {
    let value = *sorted.get(middle)?;
    let before = |limit: f64| sorted.partition_point(|other| *other < limit);
    let until = |limit: f64| sorted.partition_point(|other| *other <= limit);
    let gap = |at: usize| sorted[at] - sorted[at - 1];
    let inside = |at: &usize| (1..sorted.len()).contains(at) && allowed.contains(at);
    let widest = (before(value - reach)..=until(value + reach))
        .filter(inside)
        .max_by(|&a, &b| gap(a).total_cmp(&gap(b)).then(b.cmp(&a)));
    widest.filter(|&at| gap(at) > reach / 2.0).or_else(|| {
        let sides = [before(value), until(value)];
        sides.into_iter().filter(inside).min_by_key(|at| at.abs_diff(middle))
    })
}

/// Standard deviation of sorted values without their outer hundredths.
fn deviation(sorted: &[f64]) -> f64 {
    let cut = sorted.len() / 100;
    let (Some(&low), Some(&high)) =
        (sorted.get(cut), sorted.get(sorted.len().saturating_sub(cut + 1)))
    else {
        return 0.0;
    };
    // Relative to the low end, so that a small spread far from zero keeps its digits.
    let shifted = || sorted.iter().map(|value| value.clamp(low, high) - low);
    let rows = sorted.len() as f64;
    let mean = shifted().sum::<f64>() / rows;
    let square = shifted().map(|value| (value - mean) * (value - mean)).sum::<f64>() / rows;
    if square.is_finite() { square.sqrt() } else { 0.0 }
}

/// The commonest values; the others share a bin; null has its own.
fn by_value(hashes: &[u64]) -> (Vec<u8>, Vec<f64>) {
    let mut sorted: Vec<u64> = hashes.iter().copied().filter(|&hash| hash != 0).collect();
    sorted.sort_unstable();
    let mut counts: Vec<(usize, u64)> =
        sorted.chunk_by(|a, b| a == b).map(|run| (run.len(), run[0])).collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let each = 1.0 / counts.len().max(1) as f64;
    let mut uniform = vec![0.0; VALUES + 2];
    uniform.iter_mut().zip(&counts).take(VALUES).for_each(|(share, _)| *share = each);
    uniform[VALUES] = each * counts.len().saturating_sub(VALUES) as f64;
    counts.truncate(VALUES);
    let bins = hashes
        .iter()
        .map(|&hash| match hash {
            0 => VALUES as u8 + 1,
            _ => counts.iter().position(|(_, known)| *known == hash).unwrap_or(VALUES) as u8,
        })
        .collect();
    (bins, uniform)
}

/// Times by rank, hour, weekday and month, and for each number the one before it in time.
fn partners(plan: &PartitionPlan, times: Vec<Column>, content: &[Column]) -> Vec<Column> {
    const DAY: f64 = 86_400.0;
    let mut partners = Vec::new();
    let finest = times
        .iter()
        .max_by_key(|time| time.plan.map(|at| plan.columns[at].tally.sketch.distinct()))
        .map(|time| (time.plan, time.numbers.clone()));
    for time in times {
        let at = time.plan.unwrap_or_default();
        if plan.columns[at].kind == Kind::Time {
            for cycle in [
                |seconds: f64| (seconds.rem_euclid(DAY) / DAY * 8.0).floor(),
                |seconds: f64| (seconds / DAY).floor().rem_euclid(7.0),
                |seconds: f64| (seconds / DAY).rem_euclid(365.25) / 365.25,
            ] {
                let numbers: Vec<f64> =
                    time.numbers.iter().map(|&seconds| cycle(seconds)).collect();
                partners.push(derived(numbers, Some(at)));
            }
        }
        partners.push(Column { plan: None, clock: Some(at), ..time });
    }
    if let Some((clock, time)) = finest.filter(|(_, time)| time.iter().any(|value| !value.is_nan()))
    {
        let mut order: Vec<usize> = (0..time.len()).collect();
        order.sort_by(|&a, &b| time[a].total_cmp(&time[b]).then(a.cmp(&b)));
        for column in content.iter().filter(|column| !column.numbers.is_empty()) {
            let mut before = vec![f64::NAN; time.len()];
            for pair in order.windows(2) {
                before[pair[1]] = column.numbers[pair[0]];
            }
            partners.push(derived(before, clock));
        }
    }
    partners.truncate(2 * MOST);
    partners
}

fn derived(numbers: Vec<f64>, clock: Option<usize>) -> Column {
    let (bins, uniform) = by_rank(&numbers);
    let width = uniform.len();
    let (numbers, hashes) = (Vec::new(), Vec::new());
    Column { plan: None, clock, numbers, hashes, bins, width, uniform }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_even_and_null_has_its_own() {
        let numbers: Vec<f64> =
            (0..4000).map(|at| f64::from(at * 7919 % 4001)).chain([f64::NAN]).collect();
        let (bins, uniform) = by_rank(&numbers);
        assert_eq!(uniform.len(), 9);
        for bin in 0..8 {
            let count = bins.iter().filter(|&&other| other == bin).count();
            assert!((480..=520).contains(&count), "{bin}: {count}");
        }
        assert_eq!(bins[4000], 8);
        let (bins, _) = by_value(&[5, 5, 7, 0]);
        assert_eq!(bins, [0, 0, 1, 13]);
    }

    #[test]
    fn a_heap_is_a_bin_of_its_own_and_noise_does_not_tear_it() {
        let rain = |noise: f64| -> Vec<f64> {
            (0..1000)
                .map(|at| match at % 10 {
                    0 => 1.0 + f64::from(at) / 1000.0,
                    _ => noise * (f64::from(at * 7919 % 1009) / 1009.0 - 0.5),
                })
                .collect()
        };
        for noise in [0.0, 0.01] {
            let (bins, uniform) = by_rank(&rain(noise));
            let dry = (0..1000).filter(|at| at % 10 > 0);
            assert!(dry.clone().all(|at| bins[at] == 0), "{noise}");
            assert!((0..1000).step_by(10).all(|at| bins[at] > 0), "{noise}");
            assert_eq!(uniform.len(), 5, "{noise}");
        }
    }
}
