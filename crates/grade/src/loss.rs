//! Where the points went: a list that adds up to what is missing from a full score.

use shujian_core::card::{Centi, Loss, Term};

use shujian_core::{Bilingual, Card};

use crate::advice::{DISAGREEMENT, REPEATED, TOO_LITTLE, advice};
use crate::density::Density;
use crate::points::FULL;
use crate::rubric::Weights;

/// What a card tells of the causes of losses.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// A finding names too little text as the cause.
    too_little: bool,
    /// A finding counts records that repeat passages of others.
    repeated: bool,
    /// Two annotators or more have judged the same records.
    judged: bool,
}

impl Known {
    /// Looks at findings and metrics.
    pub fn of(card: &Card) -> Self {
        let found = |code: &str| card.findings.iter().any(|finding| finding.code == code);
        let mut metrics = card.partitions.iter().flat_map(|partition| &partition.metrics);
        Self {
            too_little: found("SJ-quality-106"),
            repeated: found("SJ-quality-109"),
            judged: metrics.any(|metric| metric.name == "annotation" && metric.value.is_some()),
        }
    }

    fn advice(self, name: &str) -> Bilingual {
        match name {
            "factor" if self.too_little => TOO_LITTLE,
            "duplicates" if self.repeated => REPEATED,
            "annotation" if self.judged => DISAGREEMENT,
            _ => advice(name),
        }
    }
}

/// Losses of at least a hundredth of a point, dearest first.
///
/// `scale` is the rounded scale score; `effect` the terms and score of the effect, if known;
/// `known` says more of the causes than their names.
pub fn losses(
    weights: &Weights,
    scale: Centi,
    density: &Density,
    effect: Option<&[Term]>,
    known: Known,
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
            advice: known.advice(name).into(),
        })
        .collect();
    losses.sort_by(|a, b| (b.points_centi, &a.name).cmp(&(a.points_centi, &b.name)));
    losses
}
