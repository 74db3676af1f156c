//! Single plans: how many to inspect, how many defects to accept.

use crate::special::{binomial_cdf, hypergeometric_cdf};

use super::Decimal;
use super::natural::Natural;

/// What a plan for a lot must hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlanRequest {
    /// Items in the lot.
    pub lot: u64,
    /// Acceptable quality: a lot of at most this share of defects should pass.
    pub acceptable: f64,
    /// Limiting quality: a lot of at least this share should fail.
    pub limiting: f64,
    /// Most chance that a good lot fails.
    pub producer_risk: f64,
    /// Most chance that a bad lot passes.
    pub consumer_risk: f64,
}

/// A single plan for a lot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Defects of the lot that should pass: `⌊acceptable · lot⌋`.
    pub good: u64,
    /// Defects of the lot that should fail: `⌈limiting · lot⌉`.
    pub bad: u64,
    /// Items to inspect.
    pub sample: u64,
    /// Most defects with which to accept.
    pub accept: u64,
    /// Chance that a lot of `good` defects fails.
    pub producer_risk: f64,
    /// Chance that a lot of `bad` defects passes.
    pub consumer_risk: f64,
}

/// How close to a limit floats are not trusted.
const CLOSE: f64 = 1e-9;

/// The plan of smallest sample, then smallest acceptance number, that holds both risks.
///
/// `None` where a share or risk is no decimal in `[0, 1]`, or no plan can hold both risks: the
/// good lot has as many defects as the bad one.
pub fn lot_plan(request: &PlanRequest) -> Option<Plan> {
    let good = Decimal::of(request.acceptable)?.floor_of(request.lot);
    let bad = Decimal::of(request.limiting)?.ceil_of(request.lot);
    let (alpha, beta) = (Decimal::of(request.producer_risk)?, Decimal::of(request.consumer_risk)?);
    if request.lot == 0 || bad == 0 || bad > request.lot || good >= bad {
        return None;
    }
    // Chance of at most `accept`: falls with the sample, rises with `accept`.
    let passes = |accept, defects, sample| hypergeometric_cdf(accept, request.lot, defects, sample);
    let (mut sample, mut accept) = (1, 0);
    while sample <= request.lot {
        let risk = passes(accept, bad, sample);
        if above(risk, beta, || Lot::new(request.lot, bad, sample).passing(accept)) {
            sample += 1;
            continue;
        }
        let risk = 1.0 - passes(accept, good, sample);
        if !above(risk, alpha, || Lot::new(request.lot, good, sample).failing(accept)) {
            return Some(Plan {
                good,
                bad,
                sample,
                accept,
                producer_risk: 1.0 - passes(accept, good, sample),
                consumer_risk: passes(accept, bad, sample),
            });
        }
        accept += 1;
    }
    None
}

/// Whether a risk is above its limit; asks for the exact fraction where floats can't tell.
fn above(risk: f64, limit: Decimal, exact: impl Fn() -> (Natural, Natural)) -> bool {
    let (numerator, denominator) = limit.fraction();
    let limit = numerator as f64 / denominator as f64;
    if (risk - limit).abs() > CLOSE {
        return risk > limit;
    }
    let (mut part, mut whole) = exact();
    part.multiply(denominator);
    whole.multiply(numerator);
    part > whole
}

/// Exact counts of samples from a lot.
struct Lot {
    lot: u64,
    defects: u64,
    sample: u64,
}

impl Lot {
    fn new(lot: u64, defects: u64, sample: u64) -> Self {
        Self { lot, defects, sample }
    }

    fn with(&self, found: std::ops::RangeInclusive<u64>) -> (Natural, Natural) {
        let mut ways = Natural::new(0);
        for found in found {
            let others = self.sample - found;
            let of_defects = Natural::binomial(self.defects, found);
            ways.add(&of_defects.times(&Natural::binomial(self.lot - self.defects, others)));
        }
        (ways, Natural::binomial(self.lot, self.sample))
    }

    /// Samples with at most `accept` defects, and all samples.
    fn passing(&self, accept: u64) -> (Natural, Natural) {
        self.with(0..=accept.min(self.sample))
    }

    /// Samples with more than `accept` defects, and all samples.
    fn failing(&self, accept: u64) -> (Natural, Natural) {
        if accept >= self.sample {
            return (Natural::new(0), Natural::new(1));
        }
        self.with(accept + 1..=self.sample)
    }
}

/// What a plan for a running process must hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProcessRequest {
    /// A process of this share of defects should pass.
    pub acceptable: f64,
    /// A process of this share should fail.
    pub limiting: f64,
    /// Most chance that a good process fails.
    pub producer_risk: f64,
    /// Most chance that a bad process passes.
    pub consumer_risk: f64,
}

/// A single plan for a process.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProcessPlan {
    /// Items to inspect.
    pub sample: u64,
    /// Most defects with which to accept.
    pub accept: u64,
    /// Chance that a process of the acceptable share passes.
    pub good_passes: f64,
    /// Chance that a process of the limiting share passes.
    pub bad_passes: f64,
}

/// Samples beyond this are no plan anybody would carry out.
const LARGEST_SAMPLE: u64 = 100_000;

/// The plan of smallest sample, then smallest acceptance number, that holds both risks.
///
/// `None` where the shares are not `0 ≤ acceptable < limiting ≤ 1`, a risk is not in `(0, 1)`, or
/// the sample would pass a hundred thousand.
pub fn process_plan(request: &ProcessRequest) -> Option<ProcessPlan> {
    let (good, bad) = (request.acceptable, request.limiting);
    let risks = [request.producer_risk, request.consumer_risk];
    let in_order = good >= 0.0 && good < bad && bad <= 1.0;
    if !in_order || !risks.iter().all(|risk| *risk > 0.0 && *risk < 1.0) {
        return None;
    }
    let mut accept = 0;
    let mut sample = 1;
    loop {
        // The smallest sample that holds the consumer's risk at this acceptance number.
        let holds = |sample| binomial_cdf(accept, sample, bad) <= request.consumer_risk;
        let mut step = 1;
        while !holds(sample + step) {
            step *= 2;
            if sample + step > LARGEST_SAMPLE {
                return None;
            }
        }
        let (mut low, mut high) = (sample, sample + step);
        while low < high {
            let middle = (low + high) / 2;
            if holds(middle) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        sample = low;
        let good_passes = binomial_cdf(accept, sample, good);
        if good_passes >= 1.0 - request.producer_risk {
            let bad_passes = binomial_cdf(accept, sample, bad);
            return Some(ProcessPlan { sample, accept, good_passes, bad_passes });
        }
        accept += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// As R's AcceptanceSampling manual prints it.
    #[test]
    fn the_plan_of_the_manual() {
        let plan = process_plan(&ProcessRequest {
            acceptable: 0.05,
            limiting: 0.15,
            producer_risk: 0.05,
            consumer_risk: 0.075,
        })
        .unwrap();
        assert_eq!((plan.sample, plan.accept), (80, 7));
    }

    /// The same search, every risk by whole numbers.
    fn by_whole_numbers(request: &PlanRequest) -> Option<(u64, u64)> {
        let good = Decimal::of(request.acceptable).unwrap().floor_of(request.lot);
        let bad = Decimal::of(request.limiting).unwrap().ceil_of(request.lot);
        let at_most = |(mut part, mut whole): (Natural, Natural), limit: f64| {
            let (numerator, denominator) = Decimal::of(limit).unwrap().fraction();
            part.multiply(denominator);
            whole.multiply(numerator);
            part <= whole
        };
        let (mut sample, mut accept) = (1, 0);
        while sample <= request.lot {
            if !at_most(Lot::new(request.lot, bad, sample).passing(accept), request.consumer_risk) {
                sample += 1;
            } else if at_most(
                Lot::new(request.lot, good, sample).failing(accept),
                request.producer_risk,
            ) {
                return Some((sample, accept));
            } else {
                accept += 1;
            }
        }
        None
    }

    #[test]
    fn random_plans_equal_whole_number_arithmetic() {
        let mut random = Random::new(9);
        let mut found = 0;
        for _ in 0..1_000 {
            let lot = 2 + random.below(150) as u64;
            let acceptable = random.below(80) as f64 / 1_000.0;
            let limiting = acceptable + (1 + random.below(200)) as f64 / 1_000.0;
            let risks = [0.01, 0.025, 0.05, 0.1, 0.2, 0.25, 0.5];
            let request = PlanRequest {
                lot,
                acceptable,
                limiting: (limiting * 1_000.0).round() / 1_000.0,
                producer_risk: risks[random.below(7)],
                consumer_risk: risks[random.below(7)],
            };
            let Some(plan) = lot_plan(&request) else { continue };
            assert_eq!(Some((plan.sample, plan.accept)), by_whole_numbers(&request), "{request:?}");
            found += 1;
        }
        assert!(found > 700, "{found}");
    }

    #[test]
    fn a_tie_is_within_the_limit() {
        // One defect in ten: a sample of 9 finds it with probability 9/10 exactly.
        let request = PlanRequest {
            lot: 10,
            acceptable: 0.0,
            limiting: 0.1,
            producer_risk: 0.05,
            consumer_risk: 0.1,
        };
        assert_eq!(lot_plan(&request).map(|plan| (plan.sample, plan.accept)), Some((9, 0)));
    }

    #[test]
    fn what_no_plan_can_hold_is_none() {
        let request = PlanRequest {
            lot: 10,
            acceptable: 0.1,
            limiting: 0.1,
            producer_risk: 0.05,
            consumer_risk: 0.1,
        };
        assert_eq!(lot_plan(&request), None);
        assert_eq!(lot_plan(&PlanRequest { lot: 0, ..request }), None);
        assert_eq!(lot_plan(&PlanRequest { limiting: f64::NAN, ..request }), None);
        let process = ProcessRequest {
            acceptable: 0.2,
            limiting: 0.1,
            producer_risk: 0.05,
            consumer_risk: 0.1,
        };
        assert_eq!(process_plan(&process), None);
        let close = ProcessRequest { acceptable: 0.099_999_9, ..process };
        assert_eq!(process_plan(&close), None);
    }
}
