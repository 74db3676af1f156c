//! Wald's sequential probability ratio test, truncated.

use super::DoublePoint;

/// The test: accept line `defects ≤ −accept + slope · n`, reject line `defects ≥ reject + slope · n`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sequential {
    /// h₁: intercept of the accept line, positive.
    pub accept: f64,
    /// h₂: intercept of the reject line.
    pub reject: f64,
    /// s: slope of both.
    pub slope: f64,
}

/// What a walk along inspected items came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The accept line was reached.
    Accept,
    /// The reject line was reached.
    Reject,
    /// The truncation decided for acceptance: no more defects than the slope allows.
    TruncatedAccept,
    /// The truncation decided against it.
    TruncatedReject,
    /// Items ran out between the lines.
    Continue,
}

/// A walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walk {
    /// What it came to.
    pub outcome: Outcome,
    /// Items inspected by then.
    pub at: u64,
    /// Defects among them.
    pub defects: u64,
}

impl Sequential {
    /// The test that tells `good` from `bad` shares of defects with risks `alpha` (a good process
    /// fails) and `beta` (a bad one passes).
    ///
    /// `None` unless `0 < good < bad < 1`, both risks in `(0, 1)` and their sum below 1.
    /// Source: Wald (1945), doi:10.1214/aoms/1177731118.
    pub fn new(good: f64, bad: f64, alpha: f64, beta: f64) -> Option<Self> {
        let shares = 0.0 < good && good < bad && bad < 1.0;
        let risks = alpha > 0.0 && beta > 0.0 && alpha + beta < 1.0;
        if !(shares && risks) {
            return None;
        }
        let gain = (bad * (1.0 - good) / (good * (1.0 - bad))).ln();
        Some(Self {
            accept: ((1.0 - alpha) / beta).ln() / gain,
            reject: ((1.0 - beta) / alpha).ln() / gain,
            slope: ((1.0 - good) / (1.0 - bad)).ln() / gain,
        })
    }

    /// The acceptance number, if acceptance is possible yet, and the rejection number at `items`.
    pub fn numbers(&self, items: u64) -> (Option<u64>, u64) {
        let middle = self.slope * items as f64;
        let accept = (middle - self.accept).floor();
        let reject = (middle + self.reject).ceil();
        ((accept >= 0.0).then_some(accept as u64), reject as u64)
    }

    /// How a process of a share of defects fares when the test is cut off after `most` items:
    /// exact, by the chances of every number of defects still between the lines.
    pub fn behaviour(&self, share: f64, most: u64) -> DoublePoint {
        let mut passes = 0.0;
        let inspected = self.follow(share, most, |_, chance| passes += chance);
        DoublePoint { passes: f64::min(passes, 1.0), inspected }
    }

    /// Average outgoing share of defects of a lot: those found are put right, and what of a rejected lot
    /// was not inspected is.
    pub fn outgoing(&self, share: f64, most: u64, lot: u64) -> f64 {
        let mut left = 0.0;
        self.follow(share, most, |items, chance| {
            left += chance * share * lot.saturating_sub(items) as f64;
        });
        left / lot.max(1) as f64
    }

    /// Calls `pass` with every number of items at which a process passes and the chance of that; returns
    /// how many items are inspected on the average.
    fn follow(&self, share: f64, most: u64, mut pass: impl FnMut(u64, f64)) -> f64 {
        // Chance to be undecided with so many defects.
        let mut between = vec![1.0];
        let mut inspected = 0.0;
        for items in 1..=most {
            inspected += between.iter().sum::<f64>();
            between.push(0.0);
            for defects in (0..between.len()).rev() {
                let before = if defects > 0 { between[defects - 1] } else { 0.0 };
                between[defects] = between[defects] * (1.0 - share) + before * share;
            }
            let (accept, reject) = self.numbers(items);
            if let Some(accept) = accept {
                let accepted = between.len().min(accept as usize + 1);
                for chance in &mut between[..accepted] {
                    pass(items, std::mem::take(chance));
                }
            }
            between.truncate(reject as usize);
        }
        let middle = (self.slope * most as f64).floor() as usize;
        pass(most, between.iter().take(middle + 1).sum::<f64>());
        inspected
    }

    /// Walks along items (`true` is a defect) until a line is reached or `most` were inspected.
    pub fn walk(&self, items: impl IntoIterator<Item = bool>, most: Option<u64>) -> Walk {
        let (mut at, mut defects) = (0_u64, 0_u64);
        for defect in items {
            at += 1;
            defects += u64::from(defect);
            let middle = self.slope * at as f64;
            let found = defects as f64;
            let outcome = if found <= middle - self.accept {
                Outcome::Accept
            } else if found >= middle + self.reject {
                Outcome::Reject
            } else if most == Some(at) {
                if found <= middle { Outcome::TruncatedAccept } else { Outcome::TruncatedReject }
            } else {
                continue;
            };
            return Walk { outcome, at, defects };
        }
        Walk { outcome: Outcome::Continue, at, defects }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_items_are_accepted_and_bad_ones_are_not() {
        let test = Sequential::new(0.01, 0.05, 0.05, 0.10).unwrap();
        let good = test.walk(std::iter::repeat_n(false, 500), None);
        assert_eq!((good.outcome, good.at), (Outcome::Accept, 55));
        let bad = test.walk([true; 10], None);
        assert_eq!((bad.outcome, bad.at), (Outcome::Reject, 2));
        let few = test.walk([false; 20], None);
        assert_eq!((few.outcome, few.at), (Outcome::Continue, 20));
        let cut = test.walk([false; 20], Some(10));
        assert_eq!((cut.outcome, cut.at), (Outcome::TruncatedAccept, 10));
    }

    /// Every row of ten items, walked one by one.
    #[test]
    fn what_goes_out_is_what_walking_says() {
        let test = Sequential::new(0.1, 0.5, 0.2, 0.2).unwrap();
        let (most, lot, share) = (10_u32, 30_u64, 0.3);
        let (mut left, mut passes) = (0.0, 0.0);
        for row in 0_u32..1 << most {
            let items: Vec<bool> = (0..most).map(|at| row >> at & 1 == 1).collect();
            let bad = f64::from(row.count_ones());
            let chance = f64::powf(share, bad) * f64::powf(1.0 - share, f64::from(most) - bad);
            let walk = test.walk(items, Some(most.into()));
            if matches!(walk.outcome, Outcome::Accept | Outcome::TruncatedAccept) {
                passes += chance;
                left += chance * share * (lot - walk.at) as f64 / lot as f64;
            }
        }
        assert!((test.behaviour(share, most.into()).passes - passes).abs() < 1e-12);
        assert!((test.outgoing(share, most.into(), lot) - left).abs() < 1e-12);
    }

    #[test]
    fn impossible_tests_are_none() {
        assert_eq!(Sequential::new(0.05, 0.01, 0.05, 0.1), None);
        assert_eq!(Sequential::new(0.0, 0.1, 0.05, 0.1), None);
        assert_eq!(Sequential::new(0.01, 0.1, 0.6, 0.6), None);
    }
}
