//! Points: ramps from measurements to 0–1, and the one rounding there is.

use shujian_core::card::Centi;

/// A full score, hundredths of a point.
pub const FULL: Centi = 10_000;

/// `clamp((x − from)/(to − from), 0, 1)`; 0 for what is not a number.
///
/// - Needs `from < to`, which a checked rubric ensures.
pub fn ramp(x: f64, from: f64, to: f64) -> f64 {
    clamp((x - from) / (to - from))
}

/// `clamp(ln(x/zero)/ln(full/zero), 0, 1)`; 0 for `x ≤ 0`.
///
/// - Needs `0 < zero < full`, which a checked rubric ensures.
pub fn log_ramp(x: f64, zero: f64, full: f64) -> f64 {
    if x > 0.0 { clamp((x / zero).ln() / (full / zero).ln()) } else { 0.0 }
}

/// Hundredths of a point, half up, from a share of a full score.
///
/// The share is first brought to ten decimals, so that a value such as 0.64995, which binary
/// numbers miss by a hair, rounds as it does on paper and alike on every machine.
pub fn centi(share: f64) -> Centi {
    let fine = (clamp(share) * 1e10).round() as i64;
    (fine + 500_000).div_euclid(1_000_000)
}

/// `Σ weight·score / 100`, half up, all in hundredths.
pub fn weigh(parts: impl IntoIterator<Item = (Centi, Centi)>) -> Centi {
    let sum: Centi = parts.into_iter().map(|(weight, score)| weight * score).sum();
    (sum + 50).div_euclid(100)
}

fn clamp(x: f64) -> f64 {
    if x.is_nan() { 0.0 } else { x.clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn halves_go_up() {
        for (share, expected) in [
            (0.0, 0),
            (0.649_949, 6499),
            (0.649_95, 6500),
            (0.849_999_999, 8500),
            (0.849_949_999, 8499),
            (1.0, 10_000),
            (1.7, 10_000),
            (-0.3, 0),
            (f64::NAN, 0),
        ] {
            assert_eq!(centi(share), expected, "{share}");
        }
    }

    #[test]
    fn weighs_as_on_paper() {
        // 25 % of 61.07, 35 % of 48.20 and 40 % of 75.55 are 15.2675 + 16.87 + 30.22 = 62.3575.
        assert_eq!(weigh([(25, 6107), (35, 4820), (40, 7555)]), 6236);
        assert_eq!(weigh([(25, FULL), (35, FULL), (40, FULL)]), FULL);
    }

    proptest! {
        #[test]
        fn ramps_are_bounded_and_monotone(x in any::<f64>(), y in any::<f64>()) {
            for f in [|x| ramp(x, 0.05, 0.5), |x| log_ramp(x, 1e4, 1e9)] {
                prop_assert!((0.0..=1.0).contains(&f(x)));
                if x <= y {
                    prop_assert!(f(x) <= f(y));
                    prop_assert!(centi(f(x)) <= centi(f(y)));
                }
            }
        }
    }
}
