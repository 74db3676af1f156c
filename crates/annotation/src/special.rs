//! Special functions: the beta, binomial, hypergeometric, normal and t distributions.
//!
//! Probabilities of single counts follow Loader (2000), "Fast and accurate computation of
//! binomial probabilities", which keeps 14 digits where differences of log-gammas keep 9.

use std::f64::consts::{LN_2, PI};

/// What Stirling's formula leaves out of `ln Γ(n + 1)`.
fn stirling_error(n: f64) -> f64 {
    if n < 15.0 {
        let half_ln_two_pi = 0.5 * (2.0 * PI).ln();
        return libm::lgamma(n + 1.0) - (n + 0.5) * n.ln() + n - half_ln_two_pi;
    }
    let square = n * n;
    let series = 1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / square) / square;
    (1.0 / 12.0 - (1.0 / 360.0 - series / square) / square) / n
}

/// `x ln(x / m) + m − x`, without cancellation where `x` is close to `m`.
fn deviance(x: f64, m: f64) -> f64 {
    if (x - m).abs() < 0.1 * (x + m) {
        let v = (x - m) / (x + m);
        let mut sum = (x - m) * v;
        let mut term = 2.0 * x * v;
        for step in 1..1_000 {
            term *= v * v;
            let next = sum + term / f64::from(2 * step + 1);
            if next == sum {
                return next;
            }
            sum = next;
        }
        return sum;
    }
    x * (x / m).ln() + m - x
}

/// `Γ(n + 1) / (Γ(x + 1) Γ(n − x + 1)) pˣ qⁿ⁻ˣ` for real `0 ≤ x ≤ n` and `q = 1 − p`.
fn binomial_density(x: f64, n: f64, p: f64, q: f64) -> f64 {
    if p == 0.0 {
        return if x == 0.0 { 1.0 } else { 0.0 };
    }
    if q == 0.0 {
        return if x == n { 1.0 } else { 0.0 };
    }
    if x == 0.0 {
        let log = if p < 0.1 { -deviance(n, n * q) - n * p } else { n * q.ln() };
        return log.exp();
    }
    if x == n {
        let log = if q < 0.1 { -deviance(n, n * p) - n * q } else { n * p.ln() };
        return log.exp();
    }
    let log = stirling_error(n)
        - stirling_error(x)
        - stirling_error(n - x)
        - deviance(x, n * p)
        - deviance(n - x, n * q);
    (n / (2.0 * PI * x * (n - x))).sqrt() * log.exp()
}

/// The probability of exactly `x` successes in `n` trials of probability `p`.
pub fn binomial_pmf(x: u64, n: u64, p: f64) -> f64 {
    if x > n { 0.0 } else { binomial_density(x as f64, n as f64, p, 1.0 - p) }
}

/// The probability of at most `x` successes in `n` trials of probability `p`.
pub fn binomial_cdf(x: u64, n: u64, p: f64) -> f64 {
    if x >= n {
        return 1.0;
    }
    regularised_beta((n - x) as f64, x as f64 + 1.0, 1.0 - p)
}

/// The probability of exactly `x` marked items in a sample of `n` out of `lot` with `marked`.
pub fn hypergeometric_pmf(x: u64, lot: u64, marked: u64, n: u64) -> f64 {
    if x > n || x > marked || n - x > lot - marked {
        return 0.0;
    }
    // Nothing is left to chance.
    if n == 0 || n == lot || marked == 0 || marked == lot {
        return 1.0;
    }
    let (p, q) = (n as f64 / lot as f64, (lot - n) as f64 / lot as f64);
    let of_marked = binomial_density(x as f64, marked as f64, p, q);
    let of_others = binomial_density((n - x) as f64, (lot - marked) as f64, p, q);
    of_marked * of_others / binomial_density(n as f64, lot as f64, p, q)
}

/// The probability of at most `x` marked items in a sample of `n` out of `lot` with `marked`.
///
/// Sums the smaller tail, from its large end, by the ratio of neighbours.
pub fn hypergeometric_cdf(x: u64, lot: u64, marked: u64, n: u64) -> f64 {
    let most = n.min(marked);
    let least = (n + marked).saturating_sub(lot);
    if x >= most {
        return 1.0;
    }
    if x < least {
        return 0.0;
    }
    let others = lot - marked;
    if (x as f64) < n as f64 * (marked as f64 / lot as f64) {
        let mut term = hypergeometric_pmf(x, lot, marked, n);
        let mut sum = term;
        for k in (least + 1..=x).rev() {
            term *= k as f64 * (others + k - n) as f64;
            term /= (marked - k + 1) as f64 * (n - k + 1) as f64;
            if sum + term == sum {
                break;
            }
            sum += term;
        }
        return sum.min(1.0);
    }
    let mut term = hypergeometric_pmf(x + 1, lot, marked, n);
    let mut sum = term;
    for k in x + 1..most {
        term *= (marked - k) as f64 * (n - k) as f64;
        term /= (k + 1) as f64 * (others + k + 1 - n) as f64;
        if sum + term == sum {
            break;
        }
        sum += term;
    }
    (1.0 - sum).clamp(0.0, 1.0)
}

/// The regularised incomplete beta function `I_x(a, b)`.
pub fn regularised_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = binomial_density(a, a + b, x, 1.0 - x) * a * b / (a + b);
    if x < (a + 1.0) / (a + b + 2.0) {
        (front * beta_fraction(a, b, x) / a).min(1.0)
    } else {
        (1.0 - front * beta_fraction(b, a, 1.0 - x) / b).max(0.0)
    }
}

/// The continued fraction of the incomplete beta function, by Lentz.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let tiny = 1e-300;
    let guard = |value: f64| if value.abs() < tiny { tiny } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for step in 1..100_000 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    fraction
}

/// The `x` at which `I_x(a, b)` reaches `p`: halving until two floats touch.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..1_100 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if regularised_beta(a, b, middle) < p {
            low = middle;
        } else {
            high = middle;
        }
        // 60 halvings give 18 digits of a number near 1; only tiny ones need more.
        if high - low <= f64::EPSILON * 0.25 * high {
            break;
        }
    }
    0.5 * (low + high)
}

/// The upper tail of the standard normal distribution: `P(Z > z)`.
pub fn normal_tail(z: f64) -> f64 {
    0.5 * libm::erfc(z / std::f64::consts::SQRT_2)
}

/// The `z` below which a standard normal number falls with probability `p`.
///
/// A rational guess (Abramowitz & Stegun 26.2.23) and Halley's steps to the last digit.
pub fn normal_quantile(p: f64) -> f64 {
    if !(p > 0.0 && p < 1.0) {
        return if p <= 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    if p == 0.5 {
        return 0.0;
    }
    let t = (-2.0 * p.ln()).sqrt();
    let numerator = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let denominator = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let mut z = numerator / denominator - t;
    for _ in 0..4 {
        let error = normal_tail(-z) - p;
        let step = error * (2.0 * PI).sqrt() * (0.5 * z * z).exp();
        z -= step / (1.0 + 0.5 * z * step);
    }
    z
}

/// `P(|T| > t)` of Student's t with `degrees` of freedom.
pub fn student_two_sided(t: f64, degrees: f64) -> f64 {
    regularised_beta(0.5 * degrees, 0.5, degrees / (degrees + t * t))
}

/// The `t` that `|T|` exceeds with probability `p`, Student's t with `degrees` of freedom.
pub fn student_quantile(p: f64, degrees: f64) -> f64 {
    let x = beta_quantile(p, 0.5 * degrees, 0.5);
    (degrees * (1.0 - x) / x).sqrt()
}

/// The derivative of `ln Γ`.
pub fn digamma(x: f64) -> f64 {
    let mut x = x;
    let mut sum = 0.0;
    while x < 10.0 {
        sum -= 1.0 / x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let tail = 1.0 / 240.0 - square * (1.0 / 132.0 - square * 691.0 / 32_760.0);
    let series = 1.0 / 12.0 - square * (1.0 / 120.0 - square * (1.0 / 252.0 - square * tail));
    sum + x.ln() - 0.5 / x - square * series
}

/// Bits of information in a share `p` of the whole: `−p log₂ p`, 0 at 0.
pub fn entropy_bits(p: f64) -> f64 {
    if p > 0.0 { -p * p.ln() / LN_2 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-13 * b.abs().max(1e-3), "{a} is not {b}");
    }

    #[test]
    fn known_values() {
        close(normal_quantile(0.975), 1.959_963_984_540_054);
        close(normal_quantile(0.05), -1.644_853_626_951_472_7);
        close(digamma(1.0), -0.577_215_664_901_532_9);
        close(digamma(0.5), -1.963_510_026_021_423_5);
        close(student_quantile(0.05, 11.0), 2.200_985_160_091_64);
        close(student_two_sided(2.0, 5.0), 0.101_939_478_829_864_43);
        close(regularised_beta(2.0, 3.0, 0.4), 0.5248);
        close(beta_quantile(0.025, 3.0, 48.0), 0.012_548_587_835_334_064);
    }

    #[test]
    fn small_counts_are_exact() {
        close(binomial_pmf(3, 10, 0.3), 120.0 * 0.3_f64.powi(3) * 0.7_f64.powi(7));
        close(hypergeometric_pmf(1, 100, 10, 20), 0.267_933_161_776_868_77);
        close(hypergeometric_cdf(0, 100, 10, 20), 0.095_116_272_430_788_42);
        close(hypergeometric_cdf(1, 5, 3, 4), 0.0);
        close(hypergeometric_cdf(2, 5, 3, 4), 0.6);
        close(binomial_cdf(2, 50, 0.05), 0.540_533_122_719_514);
    }

    #[test]
    fn both_tails_of_a_count_meet() {
        for n in [5, 40, 300] {
            for marked in [1, 17, 250] {
                let whole: f64 = (0..=n).map(|x| hypergeometric_pmf(x, 400, marked, n)).sum();
                close(whole, 1.0);
                for x in 0..n {
                    let sum: f64 = (0..=x).map(|x| hypergeometric_pmf(x, 400, marked, n)).sum();
                    assert!((hypergeometric_cdf(x, 400, marked, n) - sum).abs() < 1e-13);
                }
            }
        }
    }
}
