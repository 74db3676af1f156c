//! From a card to its assessment: score, gates, grade, amount, losses.

use shujian_core::Card;
use shujian_core::card::{
    Assessment, Axis, Centi, Gate, GateStatus, Grade, Partition, Reachable, Rubric as CardRubric,
    Score,
};

use crate::application::Application;
use crate::award::award;
use crate::density::{self, Density};
use crate::effect;
use crate::gate;
use crate::loss::losses;
use crate::points::{FULL, centi, weigh};
use crate::rubric::{Rubric, Weights};
use crate::scale::{self, Scale};

/// The two axes that the data decides.
struct Measured {
    scale: Scale,
    density: Density,
}

impl Measured {
    /// Scale and value density in hundredths.
    fn centi(&self) -> (Centi, Centi) {
        (centi(self.scale.share), centi(self.density.share))
    }
}

/// Applies a rubric to a card.
///
/// Without an application, or with one that holds no evidence of effect, effect, total, grade and
/// amount are absent and `reachable` tells what they would be from effect 0 to 100.
///
/// The lower bound of each partition's factor is credited; the interval of the score runs from
/// there to what its upper bound would earn.
pub fn assess(card: &Card, rubric: &Rubric, application: Option<&Application>) -> Assessment {
    let genuine = genuine_share(rubric, application);
    let measured = measure(card, rubric, &|p| p.units_effective as f64 * genuine);
    let best = measure(card, rubric, &|p| upper_volume(p) * genuine);
    let effect = effect::score(application, &rubric.effect);
    let gates = gate::decide(card, rubric, application);
    let passable = !gates.iter().any(|gate| gate.status == GateStatus::Failed);

    let (scale, density) = measured.centi();
    let total = effect.score.map(|effect| total(&rubric.weights, scale, density, effect));
    let grade = match (passable, effect.score) {
        (false, _) => Some(Grade::None),
        (true, None) => None,
        (true, Some(effect)) => Some(grade(rubric, (scale, density), effect)),
    };
    // A failed gate decides the amount even while the effect is unknown.
    let money = application.map(|application| &application.money);
    let known = effect.score.is_some();
    let losses =
        losses(&rubric.weights, scale, &measured.density, known.then_some(effect.terms.as_slice()));
    Assessment {
        rubric: CardRubric { version: rubric.version.clone(), hash: rubric.hash.clone() },
        score: Score {
            total_centi: total,
            interval_centi: interval(rubric, (scale, density), best.centi(), effect.score),
        },
        reachable: reachable(rubric, (scale, density), &gates),
        award: award(grade, money, rubric),
        scale: axis(Some(scale), rubric.weights.scale, measured.scale.terms),
        value_density: axis(Some(density), rubric.weights.value_density, measured.density.terms),
        effect: axis(effect.score, rubric.weights.effect, effect.terms),
        gates,
        grade,
        losses,
    }
}

fn axis(
    score_centi: Option<Centi>,
    weight_centi: Centi,
    terms: Vec<shujian_core::card::Term>,
) -> Axis {
    Axis { score_centi, weight_centi, terms }
}

fn measure(card: &Card, rubric: &Rubric, effective: &dyn Fn(&Partition) -> f64) -> Measured {
    Measured {
        scale: scale::score(&card.partitions, rubric, effective),
        density: density::score(&card.partitions, rubric, effective),
    }
}

/// What a record counts after the declared share of synthetic ones, 0–1.
fn genuine_share(rubric: &Rubric, application: Option<&Application>) -> f64 {
    let synthetic = application.map_or(0.0, |application| application.dataset.synthetic_share);
    1.0 - (1.0 - rubric.provenance.synthetic) * synthetic
}

/// The volume that the upper bound of the factor would credit.
fn upper_volume(partition: &Partition) -> f64 {
    let high = partition.units_novel as f64 * partition.factor.high.clamp(0.0, 1.0);
    high.max(partition.units_effective as f64)
}

fn total(weights: &Weights, scale: Centi, density: Centi, effect: Centi) -> Centi {
    weigh([(weights.scale, scale), (weights.value_density, density), (weights.effect, effect)])
}

fn grade(rubric: &Rubric, (scale, density): (Centi, Centi), effect: Centi) -> Grade {
    let weakest = scale.min(density).min(effect);
    rubric.grade(total(&rubric.weights, scale, density, effect), weakest)
}

fn interval(
    rubric: &Rubric,
    credited: (Centi, Centi),
    best: (Centi, Centi),
    effect: Option<Centi>,
) -> (Centi, Centi) {
    let at = |(scale, density), effect| total(&rubric.weights, scale, density, effect);
    let low = at(credited, effect.unwrap_or(0));
    (low, at(best, effect.unwrap_or(FULL)).max(low))
}

/// Grades from effect 0 to 100, an entry where they change.
fn reachable(rubric: &Rubric, measured: (Centi, Centi), gates: &[Gate]) -> Vec<Reachable> {
    let failed = gates.iter().any(|gate| gate.status == GateStatus::Failed);
    let mut steps: Vec<Reachable> = Vec::new();
    for effect in 0..=FULL {
        let grade = if failed { Grade::None } else { grade(rubric, measured, effect) };
        if steps.last().is_none_or(|step| step.grade != grade) {
            let nominal_fen = rubric.nominal(grade);
            steps.push(Reachable { effect_from_centi: effect, grade, nominal_fen });
        }
    }
    steps
}
