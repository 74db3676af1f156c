//! What a single plan does with lots of different quality.

use crate::special::hypergeometric_cdf;

/// A plan's behaviour at one number of defects.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Defects in the lot.
    pub defects: u64,
    /// Chance to pass: the operating characteristic.
    pub passes: f64,
    /// Average outgoing share of defects, defects found being replaced and failed lots screened.
    pub outgoing: f64,
    /// Average items inspected, failed lots screened.
    pub inspected: f64,
}

/// The behaviour of a plan (inspect `sample` of `lot`, pass with at most `accept`) at `defects`.
///
/// Numbers beyond the lot are cut to it; an empty lot passes.
pub fn point(lot: u64, sample: u64, accept: u64, defects: u64) -> Point {
    let (sample, defects) = (sample.min(lot), defects.min(lot));
    if lot == 0 {
        return Point { defects, passes: 1.0, outgoing: 0.0, inspected: 0.0 };
    }
    let passes = hypergeometric_cdf(accept, lot, defects, sample);
    let rest = (lot - sample) as f64;
    Point {
        defects,
        passes,
        outgoing: passes * (defects as f64 / lot as f64) * rest / lot as f64,
        inspected: sample as f64 + (1.0 - passes) * rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn perfect_lots_pass_and_hopeless_ones_are_screened() {
        let good = point(100, 20, 0, 0);
        assert_eq!((good.passes, good.outgoing, good.inspected), (1.0, 0.0, 20.0));
        let bad = point(100, 20, 0, 100);
        assert_eq!((bad.passes, bad.inspected), (0.0, 100.0));
        assert_eq!(point(0, 5, 0, 5).passes, 1.0);
    }

    #[test]
    fn worse_lots_pass_less() {
        let passes: Vec<f64> = (0..=300).map(|d| point(300, 50, 2, d).passes).collect();
        assert!(passes.windows(2).all(|pair| pair[1] <= pair[0] + 1e-15));
    }
}
