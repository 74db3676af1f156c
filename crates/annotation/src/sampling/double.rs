//! Double plans: a second sample only where the first leaves doubt.

use crate::special::{hypergeometric_cdf, hypergeometric_pmf};

use super::Plan;

/// Accept with at most `accept_first`, reject with at least `reject_first`, else inspect
/// `second` more and accept with at most `accept_both` in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoublePlan {
    /// Items in the lot.
    pub lot: u64,
    /// Items of the first sample.
    pub first: u64,
    /// Most defects in the first sample with which to accept at once.
    pub accept_first: u64,
    /// Fewest defects in the first sample with which to reject at once.
    pub reject_first: u64,
    /// Items of the second sample.
    pub second: u64,
    /// Most defects in both with which to accept.
    pub accept_both: u64,
}

/// A double plan's behaviour at one number of defects.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DoublePoint {
    /// Chance to pass.
    pub passes: f64,
    /// Average sample number, both samples inspected to their end.
    pub inspected: f64,
}

impl DoublePlan {
    /// The plan of two equal samples, the smallest that hold both risks, that accepts earliest.
    ///
    /// `single` is the single plan of the same risks: it names the good and the bad lot and bounds
    /// the search. `None` where two samples do not fit into the lot.
    pub fn smallest(lot: u64, single: &Plan, alpha: f64, beta: f64) -> Option<Self> {
        let most = single.sample.min(lot / 2);
        (1..=most).find_map(|size| {
            (0..=single.accept)
                .map_while(|accept| Self::of_size(lot, size, accept, single, beta))
                .find(|plan| 1.0 - plan.point(single.good).passes <= alpha)
        })
    }

    /// The laxest plan of a size and first acceptance number that holds the consumer's risk.
    fn of_size(lot: u64, size: u64, accept: u64, single: &Plan, beta: f64) -> Option<Self> {
        let plan = |both: u64| Self {
            lot,
            first: size,
            accept_first: accept,
            reject_first: both + 1,
            second: size,
            accept_both: both,
        };
        let holds = |both: u64| plan(both).point(single.bad).passes <= beta;
        if !holds(accept) {
            return None;
        }
        // More defects in both samples pass more lots.
        let (mut low, mut high) = (accept, accept + 2 * single.accept + 2);
        while low < high {
            let middle = (low + high).div_ceil(2);
            if holds(middle) { low = middle } else { high = middle - 1 }
        }
        Some(plan(low))
    }

    /// The behaviour at `defects`. The second draw is from what the first left.
    pub fn point(&self, defects: u64) -> DoublePoint {
        let defects = defects.min(self.lot);
        let first = self.first.min(self.lot);
        let second = self.second.min(self.lot - first);
        let mut passes = hypergeometric_cdf(self.accept_first, self.lot, defects, first);
        let mut undecided = 0.0;
        for found in self.accept_first + 1..self.reject_first {
            let chance = hypergeometric_pmf(found, self.lot, defects, first);
            undecided += chance;
            if chance > 0.0 && found <= self.accept_both {
                let rest = self.accept_both - found;
                passes +=
                    chance * hypergeometric_cdf(rest, self.lot - first, defects - found, second);
            }
        }
        DoublePoint { passes, inspected: first as f64 + undecided * second as f64 }
    }
}

impl DoublePlan {
    /// Average outgoing share of defects: those found are put right, and rejected lots are screened.
    pub fn outgoing(&self, defects: u64) -> f64 {
        let defects = defects.min(self.lot);
        let first = self.first.min(self.lot);
        let second = self.second.min(self.lot - first);
        let mut left = 0.0;
        for found in 0..=defects.min(first).min(self.reject_first - 1) {
            let chance = hypergeometric_pmf(found, self.lot, defects, first);
            if chance == 0.0 {
                continue;
            }
            if found <= self.accept_first {
                left += chance * (defects - found) as f64;
                continue;
            }
            for more in 0..=self.accept_both.saturating_sub(found).min(defects - found).min(second)
            {
                let also = hypergeometric_pmf(more, self.lot - first, defects - found, second);
                left += chance * also * (defects - found - more) as f64;
            }
        }
        left / self.lot.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_doubt_it_is_a_single_plan() {
        let plan = DoublePlan {
            lot: 200,
            first: 30,
            accept_first: 1,
            reject_first: 2,
            second: 30,
            accept_both: 3,
        };
        let point = plan.point(12);
        assert_eq!(point.passes, hypergeometric_cdf(1, 200, 12, 30));
        assert_eq!(point.inspected, 30.0);
    }

    /// Every way to draw both samples from a lot of six, counted one by one.
    #[test]
    fn what_goes_out_is_what_counting_says() {
        let (lot, first, second) = (6_u32, 2, 2);
        let plan = DoublePlan {
            lot: 6,
            first: 2,
            accept_first: 0,
            reject_first: 2,
            second: 2,
            accept_both: 1,
        };
        let of_size = |size| (0_u32..1 << lot).filter(move |draw| draw.count_ones() == size);
        for defects in 0..=lot {
            let bad = (1_u32 << defects) - 1;
            let (mut left, mut draws) = (0, 0);
            for one in of_size(first) {
                for two in of_size(second).filter(|two| two & one == 0) {
                    let (found, both) =
                        ((one & bad).count_ones(), ((one | two) & bad).count_ones());
                    draws += 1;
                    left += match found {
                        0 => defects,
                        1 if both <= 1 => defects - both,
                        _ => 0,
                    };
                }
            }
            let counted = f64::from(left) / f64::from(draws) / f64::from(lot);
            let said = plan.outgoing(defects.into());
            assert!((said - counted).abs() < 1e-12, "{defects}: {said} {counted}");
        }
    }

    #[test]
    fn samples_longer_than_the_lot_see_all_of_it() {
        let plan = DoublePlan {
            lot: 10,
            first: 8,
            accept_first: 0,
            reject_first: 3,
            second: 50,
            accept_both: 2,
        };
        assert!((plan.point(2).passes - 1.0).abs() < 1e-12);
        assert!(plan.point(3).passes < 1e-12);
    }
}
