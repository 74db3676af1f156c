//! GLAD: raters differ in ability, items in difficulty.
//!
//! A rater of ability α is right on an item of easiness β with probability `σ(α·exp(β))`; wrong
//! answers are even. Source: Whitehill et al. (2009), "Whose vote should count more".

use rayon::prelude::*;

use crate::sums;
use crate::table::{ByRater, LabelTable};

use super::{Posterior, majority, normalise_logs};

/// When to stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glad {
    /// Most rounds of expectation and maximisation.
    pub iterations: usize,
    /// Stop when the objective grows by less a vote and class.
    pub tolerance: f64,
    /// Most steps of one maximisation.
    pub steps: usize,
}

impl Default for Glad {
    fn default() -> Self {
        Self { iterations: 100, tolerance: 1e-5, steps: 25 }
    }
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct GladFit {
    /// How likely each class is for each item.
    pub posterior: Posterior,
    /// α of each rater; below 0 is worse than chance.
    pub abilities: Vec<f64>,
    /// β of each item; the lower, the harder.
    pub easiness: Vec<f64>,
}

/// Where α and β are pulled to, by a normal prior of deviation 1.
const PRIOR: f64 = 1.0;

impl Glad {
    /// Fits the model.
    pub fn fit(&self, table: &LabelTable) -> GladFit {
        let raters = table.raters.len();
        let problem = Problem { table, by_rater: table.by_rater() };
        let mut point = vec![PRIOR; raters + table.items.len()];
        let mut posterior = majority(table);
        if table.votes.is_empty() {
            let easiness = point.split_off(raters);
            return GladFit { posterior, abilities: point, easiness };
        }
        let scale = (table.votes.len() * posterior.classes) as f64;
        let mut last = f64::NEG_INFINITY;
        for _ in 0..self.iterations {
            problem.expect(&point, &mut posterior);
            let right = problem.right(&posterior);
            let objective = problem.climb(&mut point, &right, self.steps) / scale;
            if objective - last < self.tolerance {
                break;
            }
            last = objective;
        }
        problem.expect(&point, &mut posterior);
        let easiness = point.split_off(raters);
        GladFit { posterior, abilities: point, easiness }
    }
}

/// `ln(1 + eˣ)` without overflow.
fn softplus(x: f64) -> f64 {
    if x > 30.0 { x } else { x.exp().ln_1p() }
}

/// The votes, both ways. A point is α of every rater, then β of every item.
struct Problem<'a> {
    table: &'a LabelTable,
    by_rater: ByRater,
}

impl Problem<'_> {
    fn split<'p>(&self, point: &'p [f64]) -> (&'p [f64], &'p [f64]) {
        point.split_at(self.table.raters.len())
    }

    fn expect(&self, point: &[f64], posterior: &mut Posterior) {
        let (abilities, easiness) = self.split(point);
        let classes = posterior.classes;
        let others = ((classes - 1).max(1) as f64).ln();
        posterior.shares.par_chunks_mut(classes).enumerate().for_each(|(item, row)| {
            row.fill(0.0);
            let scale = easiness[item].exp();
            for vote in self.table.of(item) {
                let x = abilities[vote.rater as usize] * scale;
                // ln σ(x) − (ln(1 − σ(x)) − ln(others)); what all classes share cancels.
                row[vote.label as usize] += x + others;
            }
            normalise_logs(row);
        });
    }

    /// The chance of each vote to be right.
    fn right(&self, posterior: &Posterior) -> Vec<f64> {
        let of = |vote: &crate::table::Vote| posterior.of(vote.item as usize)[vote.label as usize];
        self.table.votes.iter().map(of).collect()
    }

    /// Expected log-likelihood and priors.
    fn objective(&self, point: &[f64], right: &[f64]) -> f64 {
        let (abilities, easiness) = self.split(point);
        let likelihood = sums::sum(self.table.items.len(), |item| {
            let scale = easiness[item].exp();
            let start = self.table.starts[item] as usize;
            let of = |(vote, place): (&crate::table::Vote, usize)| {
                let x = abilities[vote.rater as usize] * scale;
                -right[place] * softplus(-x) - (1.0 - right[place]) * softplus(x)
            };
            self.table.of(item).iter().zip(start..).map(of).sum()
        });
        likelihood - 0.5 * sums::sum(point.len(), |at| (point[at] - PRIOR) * (point[at] - PRIOR))
    }

    fn gradient(&self, point: &[f64], right: &[f64]) -> Vec<f64> {
        let (abilities, easiness) = self.split(point);
        let sigma = |x: f64| 1.0 / (1.0 + (-x).exp());
        let of_rater = |rater: usize| {
            let of = |&place: &u32| {
                let vote = self.table.votes[place as usize];
                let scale = easiness[vote.item as usize].exp();
                (right[place as usize] - sigma(abilities[rater] * scale)) * scale
            };
            self.by_rater.of(rater).iter().map(of).sum::<f64>() - (abilities[rater] - PRIOR)
        };
        let of_item = |item: usize| {
            let scale = easiness[item].exp();
            let start = self.table.starts[item] as usize;
            let of = |(vote, place): (&crate::table::Vote, usize)| {
                let x = abilities[vote.rater as usize] * scale;
                (right[place] - sigma(x)) * x
            };
            let sum: f64 = self.table.of(item).iter().zip(start..).map(of).sum();
            sum - (easiness[item] - PRIOR)
        };
        let raters = (0..abilities.len()).into_par_iter().map(of_rater);
        raters.chain((0..easiness.len()).into_par_iter().map(of_item)).collect()
    }

    /// Conjugate-gradient steps uphill; returns the objective reached.
    fn climb(&self, point: &mut Vec<f64>, right: &[f64], steps: usize) -> f64 {
        let dot = |a: &[f64], b: &[f64]| sums::sum(a.len(), |at| a[at] * b[at]);
        let mut objective = self.objective(point, right);
        let mut gradient = self.gradient(point, right);
        let mut direction = gradient.clone();
        let mut length = 1.0 / dot(&gradient, &gradient).sqrt().max(1.0);
        for _ in 0..steps {
            let mut slope = dot(&gradient, &direction);
            if slope <= 0.0 {
                direction.clone_from(&gradient);
                slope = dot(&gradient, &gradient);
            }
            if slope < 1e-10 {
                break;
            }
            let moved = |length: f64| -> Vec<f64> {
                point.iter().zip(&direction).map(|(at, by)| at + length * by).collect()
            };
            // Halve until the climb is worth its length.
            let mut tries = 0;
            let mut next = moved(length);
            let mut reached = self.objective(&next, right);
            while (reached.is_nan() || reached < objective + 1e-4 * length * slope) && tries < 40 {
                length *= 0.5;
                tries += 1;
                next = moved(length);
                reached = self.objective(&next, right);
            }
            if tries == 40 {
                break;
            }
            let gained = reached - objective;
            *point = next;
            objective = reached;
            let fresh = self.gradient(point, right);
            let turn = (dot(&fresh, &fresh) - dot(&fresh, &gradient)) / dot(&gradient, &gradient);
            let turn = turn.max(0.0);
            direction = fresh.iter().zip(&direction).map(|(up, last)| up + turn * last).collect();
            gradient = fresh;
            length *= 2.5;
            if gained < 1e-7 * objective.abs() {
                break;
            }
        }
        objective
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::tests::{accuracy, crowd};

    #[test]
    fn abilities_order_raters() {
        let (table, truth) = crowd(400, &[0.95, 0.8, 0.8, 0.6, 0.35], 2);
        let fitted = Glad::default().fit(&table);
        assert!(fitted.abilities[0] > fitted.abilities[1]);
        assert!(fitted.abilities[1] > fitted.abilities[3]);
        assert!(fitted.abilities[4] < 0.0, "{:?}", fitted.abilities);
        assert!(accuracy(&fitted.posterior.decide(&table), &truth) > 0.9);
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_objective() {
        let (table, _) = crowd(20, &[0.9, 0.6, 0.7], 3);
        let problem = Problem { table: &table, by_rater: table.by_rater() };
        let point: Vec<f64> = (0..23).map(|at| 0.5 + f64::from(at) / 23.0).collect();
        let right = problem.right(&majority(&table));
        let gradient = problem.gradient(&point, &right);
        for at in 0..23 {
            let moved = |by: f64| {
                let mut point = point.clone();
                point[at] += by;
                problem.objective(&point, &right)
            };
            let slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            assert!((slope - gradient[at]).abs() < 1e-6, "{at}");
        }
    }
}
