//! Intervals by drawing clusters of units again and again.

use rayon::prelude::*;

use crate::random::Random;
use crate::table::LabelTable;

use super::krippendorff_alpha::{disagreement, expected_disagreement};
use super::{Metric, Options, Reason, Undefined, Units};

/// How to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    /// Draws.
    pub draws: usize,
    /// Seed: the same gives the same interval at any thread count.
    pub seed: u64,
    /// Confidence of the interval, in (0, 1).
    pub confidence: f64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { draws: 1_000, seed: 0, confidence: 0.95 }
    }
}

/// An interval by percentiles of draws.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Clusters drawn from.
    pub clusters: usize,
    /// Draws in which the coefficient had no value, left out of the percentiles.
    pub undefined_draws: usize,
}

/// Most counts by cluster and class that are kept: 1 GiB.
const MOST_COUNTS: usize = 1 << 28;

/// What one cluster adds to a draw.
struct Clusters {
    /// Sum of the units' disagreement.
    disagreement: Vec<f64>,
    /// `[clusters * classes]`: answers by class.
    margins: Vec<u32>,
    classes: usize,
}

/// The interval of Krippendorff's α.
///
/// - `cluster_of`: the cluster of each item of the table (image, file, document), any numbers;
///   `None` draws items themselves. Answers to one item always fall together.
/// - The ordinal scale keeps the distances of the whole table in every draw.
/// - Errors: as α itself; [`Reason::LittleOverlap`] with fewer than two clusters.
pub fn bootstrap(
    table: &LabelTable,
    options: &Options,
    plan: &Bootstrap,
    cluster_of: Option<&[u32]>,
) -> Result<Interval, Undefined> {
    let units = Units::from_table(table);
    units.check(options.minimum_units)?;
    let metric = Metric::of(options.weighting, &units, table)?;
    let classes = table.classes.len();
    if table.items.len().saturating_mul(classes) > MOST_COUNTS {
        return Err(Undefined::new(Reason::ManyClasses { classes }, None));
    }
    let clusters = Clusters::gather(table, &metric, cluster_of);
    let count = clusters.disagreement.len();
    if count < 2 {
        let reason = Reason::LittleOverlap { units: count, wanted: 2 };
        return Err(Undefined::new(reason, Some(units.paired().observed_agreement(&metric))));
    }
    let mut values: Vec<f64> = (0..plan.draws)
        .into_par_iter()
        .filter_map(|draw| clusters.draw(&metric, Random::stream(plan.seed, draw as u64)))
        .collect();
    if values.is_empty() {
        return Err(Undefined::new(Reason::OneValue, None));
    }
    values.sort_unstable_by(f64::total_cmp);
    let tail = 0.5 * (1.0 - plan.confidence);
    Ok(Interval {
        low: percentile(&values, tail),
        high: percentile(&values, 1.0 - tail),
        clusters: count,
        undefined_draws: plan.draws - values.len(),
    })
}

impl Clusters {
    fn gather(table: &LabelTable, metric: &Metric, cluster_of: Option<&[u32]>) -> Self {
        let classes = table.classes.len();
        let paired: Vec<usize> =
            (0..table.items.len()).filter(|&item| table.of(item).len() >= 2).collect();
        // Clusters by number, those without a paired item left out.
        let number = |item: usize| cluster_of.map_or(item as u32, |cluster| cluster[item]);
        let mut numbers: Vec<u32> = paired.iter().map(|&item| number(item)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut clusters = Self {
            disagreement: vec![0.0; numbers.len()],
            margins: vec![0; numbers.len() * classes],
            classes,
        };
        let units = Units::from_table(table);
        let units = units.paired();
        for (unit, &item) in paired.iter().enumerate() {
            // Every paired item put its number in.
            let cluster = numbers.binary_search(&number(item)).unwrap_or_default();
            clusters.disagreement[cluster] += disagreement(&units, unit, metric);
            for &(class, count) in units.of(unit) {
                clusters.margins[cluster * classes + class as usize] += count;
            }
        }
        clusters
    }

    /// α of one draw; `None` where only one value was drawn.
    fn draw(&self, metric: &Metric, mut random: Random) -> Option<f64> {
        let count = self.disagreement.len();
        // How often each cluster is drawn; then one walk through all, in order.
        let mut drawn = vec![0_u32; count];
        for _ in 0..count {
            drawn[random.below(count)] += 1;
        }
        let mut disagreeing = 0.0;
        let mut margins = vec![0_u64; self.classes];
        for (cluster, &times) in drawn.iter().enumerate() {
            disagreeing += f64::from(times) * self.disagreement[cluster];
            let own = &self.margins[cluster * self.classes..][..self.classes];
            for (sum, &count) in margins.iter_mut().zip(own) {
                *sum += u64::from(times) * u64::from(count);
            }
        }
        let answers = margins.iter().sum::<u64>() as f64;
        let expected = if metric.is_plain() {
            expected_disagreement(&margins, metric)
        } else {
            expected_pairs(&margins, metric) / (answers * (answers - 1.0))
        };
        (expected > 0.0).then(|| 1.0 - disagreeing / answers / expected)
    }
}

/// `Σ n_c n_k δ²` within this thread: draws already run in parallel.
fn expected_pairs(margins: &[u64], metric: &Metric) -> f64 {
    let mut sum = 0.0;
    for (left, &many) in margins.iter().enumerate().filter(|&(_, &count)| count > 0) {
        for (right, &few) in margins.iter().enumerate() {
            sum += many as f64 * few as f64 * metric.distance(left as u32, right as u32);
        }
    }
    sum
}

/// The percentile of sorted values, between neighbours by their distance.
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::{KRIPPENDORFF, tests::table};

    fn answers() -> LabelTable {
        let mut random = Random::new(3);
        let names = ["a", "b", "c"];
        let rows: Vec<Vec<&str>> = (0..200)
            .map(|_| {
                let truth = random.below(3);
                (0..4)
                    .map(
                        |_| if random.unit() < 0.8 { names[truth] } else { names[random.below(3)] },
                    )
                    .collect()
            })
            .collect();
        table(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    #[test]
    fn the_interval_holds_the_value_and_is_like_the_standard_error() {
        let table = answers();
        let options = Options::default();
        let estimate = (KRIPPENDORFF.estimate)(&table, &options).unwrap();
        let interval = bootstrap(&table, &options, &Bootstrap::default(), None).unwrap();
        assert!(interval.low < estimate.value && estimate.value < interval.high);
        let width = (interval.high - interval.low) / 3.92;
        let error = estimate.standard_error.unwrap();
        assert!((width / error - 1.0).abs() < 0.15, "{width} {error}");
    }

    #[test]
    fn clusters_widen_the_interval() {
        let table = answers();
        let options = Options::default();
        let plan = Bootstrap::default();
        let alone = bootstrap(&table, &options, &plan, None).unwrap();
        let one = vec![0; table.items.len()];
        let undefined = bootstrap(&table, &options, &plan, Some(&one)).unwrap_err();
        assert_eq!(undefined.reason, Reason::LittleOverlap { units: 1, wanted: 2 });
        let few: Vec<u32> = (0..table.items.len() as u32).map(|item| item % 5).collect();
        assert_eq!(bootstrap(&table, &options, &plan, Some(&few)).unwrap().clusters, 5);
        assert_eq!(alone.clusters, 200);
    }
}
