//! Where the points went: a list that adds up to what is missing from a full score.

use shujian_core::card::{Centi, Loss, Term};

use crate::advice::{TOO_LITTLE, advice};
use crate::density::Density;
use crate::points::FULL;
use crate::rubric::Weights;

/// Losses of at least a hundredth of a point, dearest first.
///
/// `scale` is the rounded scale score; `effect` the terms and score of the effect, if known;
/// `too_little` says that a finding names too little text as the cause.
pub fn losses(
    weights: &Weights,
    scale: Centi,
    density: &Density,
    effect: Option<&[Term]>,
    too_little: bool,
) -> Vec<Loss> {
    let mut lost = vec![("scale", weights.scale as f64 * (FULL - scale) as f64 / 100.0)];
    for (name, share) in &density.lost {
        lost.push((name, weights.value_density as f64 * 100.0 * share));
    }
    let whole = weights.effect as f64 * 100.0;
    match effect {
        None => lost.push(("effect", whole)),
        Some(terms) => lost.extend(terms.iter().map(|term| {
            (term.name.as_str(), whole * term.weight * (1.0 - term.value.unwrap_or(0.0)))
        })),
    }
    let mut losses: Vec<Loss> = lost
        .into_iter()
        .map(|(name, points)| (name, points.round() as Centi))
        .filter(|(_, points)| *points > 0)
        .map(|(name, points_centi)| Loss {
            name: name.to_owned(),
            points_centi,
            advice: if too_little && name == "factor" { TOO_LITTLE } else { advice(name) }.into(),
        })
        .collect();
    losses.sort_by(|a, b| (b.points_centi, &a.name).cmp(&(a.points_centi, &b.name)));
    losses
}
