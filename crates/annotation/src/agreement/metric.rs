//! How far apart two classes are.

use crate::table::LabelTable;

use super::{Reason, Undefined, Units};

/// Most classes between which weighted distances are looked at pair by pair.
const MOST_CLASSES: usize = 20_000;

/// A rule of distance between classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weighting {
    /// Nominal: equal or not.
    #[default]
    Identity,
    /// By the difference of values.
    Linear,
    /// By its square: Krippendorff's interval scale.
    Quadratic,
    /// By the number of ranks between: `n(n − 1)/2` of the `n` ranks from one to the other.
    Ordinal,
    /// By the root of the difference of values.
    Radical,
    /// `((c − k)/(c + k))²`, 0 at 0 and 0: Krippendorff's ratio scale.
    Ratio,
    /// Krippendorff's ordinal scale: by how many answers lie between, squared.
    AlphaOrdinal,
}

/// Every weighting; its name is [`Weighting::name`].
pub const WEIGHTINGS: &[Weighting] = &[
    Weighting::Identity,
    Weighting::Linear,
    Weighting::Quadratic,
    Weighting::Ordinal,
    Weighting::Radical,
    Weighting::Ratio,
    Weighting::AlphaOrdinal,
];

impl Weighting {
    /// The weighting of a name.
    pub fn named(name: &str) -> Option<Self> {
        WEIGHTINGS.iter().copied().find(|weighting| weighting.name() == name)
    }

    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Linear => "linear",
            Self::Quadratic => "quadratic",
            Self::Ordinal => "ordinal",
            Self::Radical => "radical",
            Self::Ratio => "ratio",
            Self::AlphaOrdinal => "alpha-ordinal",
        }
    }
}

/// A distance in `[0, 1]` between any two classes of one table.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    weighting: Weighting,
    /// Places of classes on the axis the weighting measures along.
    places: Vec<f64>,
    /// Largest raw distance, by which all are divided.
    largest: f64,
}

impl Metric {
    /// The distance of a weighting over the classes of some units.
    ///
    /// `values` are the classes as numbers; where they are none, their places in the order of the
    /// schema stand in, from 1.
    pub fn new(weighting: Weighting, units: &Units, values: Option<Vec<f64>>) -> Self {
        let by_rank = || (1..=units.classes()).map(|rank| rank as f64).collect();
        let places: Vec<f64> = match weighting {
            Weighting::Identity => {
                // Numbers of one value are one answer, however they are written: -0 and 0.
                let repeated = |values: &Vec<f64>| values.windows(2).any(|pair| pair[0] == pair[1]);
                values.filter(repeated).unwrap_or_default()
            }
            Weighting::Ordinal => by_rank(),
            Weighting::AlphaOrdinal => {
                let mut below = 0.0;
                let middle = |count: u64| {
                    below += count as f64;
                    below - 0.5 * count as f64
                };
                units.paired().margins().into_iter().map(middle).collect()
            }
            _ => values.unwrap_or_else(by_rank),
        };
        Self::along(weighting, places)
    }

    /// The distance over the classes of a table.
    ///
    /// # Errors
    /// [`Reason::ManyClasses`] for weighted distances between more than 20,000 classes.
    pub fn of(weighting: Weighting, units: &Units, table: &LabelTable) -> Result<Self, Undefined> {
        let classes = table.classes.len();
        if weighting != Weighting::Identity && classes > MOST_CLASSES {
            return Err(Undefined::new(Reason::ManyClasses { classes }, None));
        }
        Ok(Self::new(weighting, units, table.class_values()))
    }

    /// A weighting along given places.
    pub fn along(weighting: Weighting, places: Vec<f64>) -> Self {
        let mut metric = Self { weighting, places, largest: 1.0 };
        if weighting == Weighting::Ratio {
            // Not monotone in the places when some are negative: look at every pair.
            let mut largest = 0.0_f64;
            for left in 0..metric.places.len() {
                for right in left + 1..metric.places.len() {
                    largest = largest.max(metric.raw(left, right));
                }
            }
            metric.largest = largest;
        } else if weighting != Weighting::Identity && !metric.places.is_empty() {
            let by_place = |a: &usize, b: &usize| metric.places[*a].total_cmp(&metric.places[*b]);
            let low = (0..metric.places.len()).min_by(by_place).unwrap_or(0);
            let high = (0..metric.places.len()).max_by(by_place).unwrap_or(0);
            metric.largest = metric.raw(low, high);
        }
        if metric.largest <= 0.0 || metric.largest.is_nan() {
            metric.largest = 1.0;
        }
        metric
    }

    /// Equal or not.
    pub fn identity() -> Self {
        Self { weighting: Weighting::Identity, places: Vec::new(), largest: 1.0 }
    }

    /// Whether two classes are the same or wholly different, whatever they are called.
    pub fn is_plain(&self) -> bool {
        self.weighting == Weighting::Identity && self.places.is_empty()
    }

    /// The rule.
    pub fn weighting(&self) -> Weighting {
        self.weighting
    }

    /// 0 for the same class, 1 for the two furthest apart.
    pub fn distance(&self, left: u32, right: u32) -> f64 {
        if left == right { 0.0 } else { self.raw(left as usize, right as usize) / self.largest }
    }

    /// One less the distance.
    pub fn weight(&self, left: u32, right: u32) -> f64 {
        1.0 - self.distance(left, right)
    }

    fn raw(&self, left: usize, right: usize) -> f64 {
        if self.is_plain() {
            return if left == right { 0.0 } else { 1.0 };
        }
        let (a, b) = (self.places[left], self.places[right]);
        let gap = (a - b).abs();
        match self.weighting {
            Weighting::Identity => f64::from(u8::from(gap > 0.0)),
            Weighting::Linear => gap,
            Weighting::Radical => gap.sqrt(),
            Weighting::Ordinal => (gap + 1.0) * gap / 2.0,
            Weighting::Ratio if a + b == 0.0 => 0.0,
            Weighting::Ratio => (gap / (a + b)) * (gap / (a + b)),
            _ => gap * gap,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_run_from_0_to_1() {
        let places = vec![1.0, 2.0, 4.0];
        for weighting in [
            Weighting::Linear,
            Weighting::Quadratic,
            Weighting::Ordinal,
            Weighting::Radical,
            Weighting::Ratio,
            Weighting::AlphaOrdinal,
        ] {
            let metric = Metric::along(weighting, places.clone());
            assert_eq!(metric.distance(1, 1), 0.0);
            assert!((metric.distance(0, 2) - 1.0).abs() < 1e-15, "{}", weighting.name());
            assert_eq!(metric.distance(0, 1), metric.distance(1, 0));
            assert!(metric.distance(0, 1) < 1.0);
        }
        assert_eq!(Metric::along(Weighting::Quadratic, places).distance(0, 1), 1.0 / 9.0);
    }

    #[test]
    fn numbers_of_one_value_are_one_answer() {
        let rows: [&[u32]; 1] = [&[1, 1, 1]];
        let units = Units::from_counts(3, rows);
        let metric = Metric::new(Weighting::Identity, &units, Some(vec![-0.0, 0.0, 1.0]));
        assert_eq!((metric.distance(0, 1), metric.distance(1, 2)), (0.0, 1.0));
        assert!(Metric::new(Weighting::Identity, &units, Some(vec![1.0, 2.0, 3.0])).is_plain());
    }

    #[test]
    fn ratio_of_nothing_to_nothing_is_no_distance() {
        let metric = Metric::along(Weighting::Ratio, vec![0.0, 0.0, 1.0]);
        assert_eq!(metric.distance(0, 1), 0.0);
        assert_eq!(metric.distance(0, 2), 1.0);
    }

    #[test]
    fn ordinal_distance_counts_answers_between() {
        let rows: [&[u32]; 3] = [&[2, 0, 0], &[0, 1, 1], &[1, 0, 1]];
        let units = Units::from_counts(3, rows);
        let metric = Metric::new(Weighting::AlphaOrdinal, &units, None);
        // Margins 3, 1, 2: middles 1.5, 3.5, 5.
        assert!((metric.distance(0, 1) - 4.0 / 12.25).abs() < 1e-15);
    }
}
