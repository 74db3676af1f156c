//! Intervals of a share from a count: Wilson's to show, Clopper and Pearson's to decide.
//!
//! All take `hits` of `count` and a two-sided confidence in (0, 1), and give (0, 1) without data.

use crate::special::{beta_quantile, normal_quantile};

fn z(confidence: f64) -> f64 {
    normal_quantile(0.5 + 0.5 * confidence)
}

/// Wilson's score interval: its mean coverage is the confidence.
/// Source: Wilson (1927), doi:10.1080/01621459.1927.10502953.
pub fn wilson(hits: u64, count: u64, confidence: f64) -> (f64, f64) {
    if count == 0 {
        return (0.0, 1.0);
    }
    let (n, p, z) = (count as f64, hits as f64 / count as f64, z(confidence));
    let whole = 1.0 + z * z / n;
    let center = (p + z * z / (2.0 * n)) / whole;
    let reach = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / whole;
    // Exact at the ends, where rounding would leave dust.
    let low = if hits == 0 { 0.0 } else { center - reach };
    let high = if hits == count { 1.0 } else { center + reach };
    (low, high)
}

/// Clopper and Pearson's exact interval: its coverage is never below the confidence.
/// Source: Clopper & Pearson (1934), doi:10.1093/biomet/26.4.404.
pub fn clopper_pearson(hits: u64, count: u64, confidence: f64) -> (f64, f64) {
    let tail = 0.5 * (1.0 - confidence);
    (exact_lower(hits, count, tail), exact_upper(hits, count, tail))
}

/// The largest share under which `hits` or fewer still occur with probability `tail`.
pub fn exact_upper(hits: u64, count: u64, tail: f64) -> f64 {
    if hits >= count {
        return 1.0;
    }
    beta_quantile(1.0 - tail, hits as f64 + 1.0, (count - hits) as f64)
}

/// The smallest share under which `hits` or more still occur with probability `tail`.
pub fn exact_lower(hits: u64, count: u64, tail: f64) -> f64 {
    if hits == 0 || count == 0 {
        return 0.0;
    }
    beta_quantile(tail, hits as f64, (count.saturating_sub(hits) + 1) as f64)
}

/// Agresti and Coull's interval, cut at 0 and 1.
pub fn agresti_coull(hits: u64, count: u64, confidence: f64) -> (f64, f64) {
    if count == 0 {
        return (0.0, 1.0);
    }
    let z = z(confidence);
    let n = count as f64 + z * z;
    let p = (hits as f64 + 0.5 * z * z) / n;
    let reach = z * (p * (1.0 - p) / n).sqrt();
    ((p - reach).max(0.0), (p + reach).min(1.0))
}

/// Jeffreys' interval: equal tails of the beta distribution of an uninformed judge.
pub fn jeffreys(hits: u64, count: u64, confidence: f64) -> (f64, f64) {
    let tail = 0.5 * (1.0 - confidence);
    let (a, b) = (hits as f64 + 0.5, count.saturating_sub(hits) as f64 + 0.5);
    (beta_quantile(tail, a, b), beta_quantile(1.0 - tail, a, b))
}

/// The true share behind an observed one when inspectors err: `p = (observed − e₁) / (1 − e₁ − e₂)`.
///
/// - `false_alarm`: e₁, chance that a good item is called bad; `missed`: e₂, the other way round.
/// - `None`: inspectors no better than a coin (`e₁ + e₂ ≥ 1`), or chances outside [0, 1].
/// - Cut to [0, 1]: fewer bad calls than false alarms alone would give mean none.
pub fn behind_errors(observed: f64, false_alarm: f64, missed: f64) -> Option<f64> {
    let chances = [observed, false_alarm, missed];
    if !chances.iter().all(|chance| (0.0..=1.0).contains(chance)) || false_alarm + missed >= 1.0 {
        return None;
    }
    Some(((observed - false_alarm) / (1.0 - false_alarm - missed)).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::special::binomial_cdf;

    #[test]
    fn nothing_seen_says_nothing() {
        assert_eq!(wilson(0, 0, 0.95), (0.0, 1.0));
        assert_eq!(clopper_pearson(0, 0, 0.95), (0.0, 1.0));
        assert_eq!(agresti_coull(0, 0, 0.95), (0.0, 1.0));
    }

    #[test]
    fn inspectors_errors_are_undone() {
        let (truth, false_alarm, missed) = (0.08, 0.02, 0.15);
        let observed = truth * (1.0 - missed) + (1.0 - truth) * false_alarm;
        let found = behind_errors(observed, false_alarm, missed).unwrap();
        assert!((found - truth).abs() < 1e-12);
        assert_eq!(behind_errors(0.01, 0.02, 0.1), Some(0.0));
        assert_eq!(behind_errors(0.3, 0.5, 0.5), None);
        assert_eq!(behind_errors(f64::NAN, 0.0, 0.0), None);
    }

    #[test]
    fn no_defect_in_59_shows_less_than_5_percent() {
        assert!(exact_upper(0, 59, 0.05) < 0.05 && exact_upper(0, 58, 0.05) > 0.05);
    }

    proptest! {
        /// At an exact limit, what was seen has exactly the tail's probability.
        #[test]
        fn exact_limits_invert_the_distribution(count in 1_u64..400, share in 0.0..1.0_f64) {
            let hits = (share * count as f64) as u64;
            let (low, high) = clopper_pearson(hits, count, 0.9);
            prop_assert!((binomial_cdf(hits, count, high) - 0.05).abs() < 1e-9);
            if hits > 0 {
                prop_assert!((1.0 - binomial_cdf(hits - 1, count, low) - 0.05).abs() < 1e-9);
            }
            let (show_low, show_high) = wilson(hits, count, 0.9);
            prop_assert!(0.0 <= show_low && show_low < show_high && show_high <= 1.0);
        }
    }
}
