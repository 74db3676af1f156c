//! Scale: how much effective content there is, on a logarithm.
//!
//! Volumes are summed over a family of profiles that share a unit before the logarithm is taken, so
//! cutting a dataset into parts gains nothing. Families beyond the largest add a fifth of what it
//! leaves open.

use shujian_core::card::{Partition, Term};
use shujian_core::finding::Text;

use crate::points::log_ramp;
use crate::rubric::{Family, Rubric};

/// The scale of a dataset and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    /// Share of a full score, 0–1.
    pub share: f64,
    /// Steps.
    pub terms: Vec<Term>,
}

/// Scores the volumes of all partitions.
///
/// `effective` gives the credited volume of a partition in its unit.
pub fn score(
    partitions: &[Partition],
    rubric: &Rubric,
    effective: &dyn Fn(&Partition) -> f64,
) -> Scale {
    let mut shares = Vec::new();
    let mut terms = Vec::new();
    for family in &rubric.scale.families {
        let members = || partitions.iter().filter(|p| family.profiles.contains(&p.profile));
        if members().next().is_none() {
            continue;
        }
        let volume: f64 = members().map(effective).sum();
        let share = log_ramp(volume, family.zero, family.full);
        shares.push(share);
        terms.push(term(family, volume, share));
    }
    shares.sort_by(|a, b| b.total_cmp(a));
    let Some((&first, others)) = shares.split_first() else {
        return Scale { share: 0.0, terms };
    };
    if others.is_empty() {
        return Scale { share: first, terms };
    }
    let mean = others.iter().sum::<f64>() / others.len() as f64;
    let added = rubric.scale.further * (1.0 - first) * mean;
    terms.push(Term {
        name: "further-families".to_owned(),
        formula: format!("{} × (1 − {first:.4}) × {mean:.4}", rubric.scale.further),
        value: Some(added),
        weight: 1.0,
        note: None,
    });
    Scale { share: first + added, terms }
}

fn term(family: &Family, volume: f64, share: f64) -> Term {
    let Family { name, zero, full, .. } = family;
    let small = volume < *zero;
    Term {
        name: name.clone(),
        formula: format!("ln({volume:.0}/{zero:.0}) / ln({full:.0}/{zero:.0})"),
        value: Some(share),
        weight: 1.0,
        note: small.then(|| Text {
            zh: format!("有效规模 {volume:.0} 低于计分起点 {zero:.0}"),
            en: format!("effective volume {volume:.0} is below {zero:.0}, where points begin"),
        }),
    }
}
