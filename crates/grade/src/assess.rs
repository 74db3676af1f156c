//! From a card to its assessment: score, gates, grade, amount, losses.

use shujian_core::Card;
use shujian_core::card::{
    Across, Assessment, Award, Axis, AxisFloor, Band, Capped, Centi, Gate, GateStatus, Grade,
    Partition, Reachable, Rubric as CardRubric, Score, WeakAxis,
};
use shujian_core::finding::Text;

use crate::application::{Application, Money};
use crate::award::award;
use crate::density::{self, Density};
use crate::effect;
use crate::gate;
use crate::loss::{Known, losses};
use crate::panel::{End, panel};
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
/// amount are absent and `reachable` tells what they would be from effect 0 to 100. The same holds,
/// with nothing in reach, for files that this version cannot measure at all.
///
/// The lower bound of each partition's factor is credited; the interval of the score runs from
/// there to what its upper bound would earn. An interval that crosses a boundary of the grades
/// calls the expert panel. A forecast from the beginning of each file never has an amount.
pub fn assess(card: &Card, rubric: &Rubric, application: Option<&Application>) -> Assessment {
    let genuine = genuine_share(rubric, application);
    let measured = measure(card, rubric, &|p| p.units_effective as f64 * genuine);
    let best = measure(card, rubric, &|p| upper_volume(p) * genuine);
    let effect = effect::score(application, &rubric.effect);
    let gates = gate::decide(card, rubric, application);
    let beyond = card.is_beyond_measure();

    let (scale, density) = measured.centi();
    let known = effect.score.filter(|_| !beyond);
    let ends = known.map(|effect| Ends {
        low: end(&rubric.weights, (scale, density), effect),
        high: end(&rubric.weights, best.centi(), effect),
        axes: [("scale", scale), ("value-density", density), ("effect", effect)],
    });
    let money = application.map(|application| &application.money);
    let judged = judge(rubric, ends.as_ref(), failed(&gates), money, card.is_forecast());
    let measured_axis = |score: Centi| (!beyond).then_some(score);
    let evidence = effect.score.map(|_| effect.terms.as_slice());
    let losses = if beyond {
        Vec::new()
    } else {
        losses(&rubric.weights, scale, &measured.density, evidence, Known::of(card))
    };
    Assessment {
        rubric: CardRubric { version: rubric.version.clone(), hash: rubric.hash.clone() },
        score: Score {
            total_centi: ends.map(|ends| ends.low.total),
            interval_centi: if beyond {
                (0, FULL)
            } else {
                interval(rubric, (scale, density), best.centi(), effect.score)
            },
        },
        reachable: if beyond { Vec::new() } else { reachable(rubric, (scale, density), &gates) },
        bands: bands(rubric),
        axis_floor: Some(AxisFloor {
            from_centi: rubric.axis_floor.from,
            grade: rubric.axis_floor.grade,
        }),
        grade: judged.grade,
        award: judged.award,
        capped: judged.capped,
        panel: judged.panel,
        across: judged.across,
        scale: axis(measured_axis(scale), rubric.weights.scale, measured.scale.terms),
        value_density: axis(
            measured_axis(density),
            rubric.weights.value_density,
            measured.density.terms,
        ),
        effect: axis(effect.score, rubric.weights.effect, effect.terms),
        gates,
        losses,
    }
}

/// Both ends of the interval, and the scores of the axes at its lower end.
struct Ends {
    low: End,
    high: End,
    axes: [(&'static str, Centi); 3],
}

/// What a known score leads to.
struct Judged {
    grade: Option<Grade>,
    award: Award,
    capped: Option<Capped>,
    panel: Option<Text>,
    across: Option<Across>,
}

/// From the score, if it is known, to grade and amount. A failed gate decides both even while the
/// effect is unknown; a forecast leaves the panel and the amount open.
fn judge(
    rubric: &Rubric,
    ends: Option<&Ends>,
    failed: bool,
    money: Option<&Money>,
    is_forecast: bool,
) -> Judged {
    let of = |end: End| rubric.grade(end.total, end.weakest);
    let grade = if failed { Some(Grade::None) } else { ends.map(|ends| of(ends.low)) };
    let ends = ends.filter(|_| !failed);
    let panel = ends.filter(|_| !is_forecast).and_then(|ends| panel(rubric, ends.low, ends.high));
    let across = ends.filter(|_| panel.is_some()).map(|ends| {
        let grade = of(ends.high);
        Across { grade, payable_fen: award(Some(grade), money, rubric, false).payable_fen }
    });
    Judged {
        grade,
        award: award(grade, money, rubric, is_forecast),
        capped: ends.and_then(|ends| capped(rubric, ends.low, ends.axes)),
        panel,
        across,
    }
}

/// Effective volume over the volume that scores full, millionths, added up over the families of
/// profiles: the third rule of ties (domain rule of the envelope).
pub fn relative_volume(card: &Card, rubric: &Rubric, application: Option<&Application>) -> i64 {
    let genuine = genuine_share(rubric, application);
    let share = |partition: &Partition| {
        let family = rubric.scale.families.iter();
        let mut of_it = family.filter(|family| family.profiles.contains(&partition.profile));
        of_it.next().map_or(0.0, |family| partition.units_effective as f64 * genuine / family.full)
    };
    let millionths = card.partitions.iter().map(|partition| (share(partition) * 1e6).round());
    millionths.map(|share| share as i64).fold(0, i64::saturating_add)
}

fn failed(gates: &[Gate]) -> bool {
    gates.iter().any(|gate| gate.status == GateStatus::Failed)
}

fn end(weights: &Weights, (scale, density): (Centi, Centi), effect: Centi) -> End {
    let total = total(weights, scale, density, effect);
    End { total, weakest: scale.min(density).min(effect) }
}

fn bands(rubric: &Rubric) -> Vec<Band> {
    let band = |band: &crate::rubric::Band| Band {
        grade: band.grade,
        from_centi: band.from,
        nominal_fen: rubric.nominal(band.grade),
    };
    rubric.bands.iter().map(band).collect()
}

/// Which axes hold the grade below the band of the total, if any do.
fn capped(rubric: &Rubric, end: End, axes: [(&str, Centi); 3]) -> Option<Capped> {
    let grade = rubric.band(end.total);
    if grade == rubric.grade(end.total, end.weakest) {
        return None;
    }
    let floor_centi = rubric.axis_floor.from;
    let weak = axes.into_iter().filter(|(_, score)| *score < floor_centi);
    let weak = weak.map(|(axis, score_centi)| WeakAxis {
        axis: axis.to_owned(),
        score_centi,
        missing_centi: floor_centi - score_centi,
    });
    let nominal_fen = rubric.nominal(grade);
    Some(Capped { floor_centi, weak: weak.collect(), grade, nominal_fen })
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
    let failed = failed(gates);
    let mut steps: Vec<Reachable> = Vec::new();
    for effect in 0..=FULL {
        let End { total, weakest } = end(&rubric.weights, measured, effect);
        let grade = if failed { Grade::None } else { rubric.grade(total, weakest) };
        if steps.last().is_none_or(|step| step.grade != grade) {
            let nominal_fen = rubric.nominal(grade);
            steps.push(Reachable { effect_from_centi: effect, grade, nominal_fen });
        }
    }
    steps
}
