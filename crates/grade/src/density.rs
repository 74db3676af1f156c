//! Value density: what a unit of submitted content is worth.
//!
//! A partition p with submitted volume S, effective volume E ≤ S and mean of terms X has
//! VD = 100·√(E/S)·X. A dataset has
//!
//! VD = 100·Σ e·X / √(Σe·Σs)
//!
//! with e, s in shares of the volume that fills the scale of their family, so that characters and
//! cells have one currency. Cutting a partition in two leaves it as it is. A further partition q
//! never raises it unless q is denser than what is there: by Cauchy–Schwarz √((e+e_q)(s+s_q)) ≥
//! √(es) + √(e_q·s_q), so the new value is at most the mean of VD and VD_q weighted by √(es) and
//! √(e_q·s_q).

use shujian_core::card::{Metric, Partition, Term as CardTerm};
use shujian_core::finding::Text;

use crate::points::ramp;
use crate::rubric::{Combine, Kind, Rubric, Term};

/// The value density of a dataset and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Density {
    /// Share of a full score, 0–1.
    pub share: f64,
    /// Steps, partition by partition.
    pub terms: Vec<CardTerm>,
    /// Shares of a full score lost, by cause; they and `share` are together 1.
    pub lost: Vec<(String, f64)>,
}

/// One partition while it is scored.
struct Part<'a> {
    partition: &'a Partition,
    /// Volume that fills the scale.
    full: f64,
    submitted: f64,
    effective: f64,
    terms: Vec<Scored<'a>>,
}

/// One term of one partition.
struct Scored<'a> {
    term: &'a Term,
    weight: f64,
    x: f64,
    formula: String,
    note: Option<Text>,
}

/// Scores the metrics and retention of all partitions.
///
/// `effective` gives the credited volume of a partition in its unit.
pub fn score(
    partitions: &[Partition],
    rubric: &Rubric,
    effective: &dyn Fn(&Partition) -> f64,
) -> Density {
    let parts: Vec<Part> = partitions
        .iter()
        .map(|partition| {
            let full = rubric.family(partition.profile).full;
            let submitted = partition.units_submitted as f64 / full;
            // More credited than submitted would be a fault of the card; it earns nothing.
            let effective = (effective(partition) / full).clamp(0.0, submitted);
            let terms = score_terms(partition, partitions, rubric);
            Part { partition, full, submitted, effective, terms }
        })
        .collect();
    let submitted: f64 = parts.iter().map(|part| part.submitted).sum();
    let effective: f64 = parts.iter().map(|part| part.effective).sum();
    if submitted <= 0.0 {
        let lost = vec![("retention".to_owned(), 1.0)];
        return Density { share: 0.0, terms: Vec::new(), lost };
    }
    // Without any effective content the terms still say what the content looks like.
    let weight = |part: &Part| {
        if effective > 0.0 { part.effective / effective } else { part.submitted / submitted }
    };
    let mean: f64 = parts.iter().map(|part| weight(part) * part.mean()).sum();
    let kept = (effective / submitted).sqrt();
    let mut terms: Vec<CardTerm> =
        parts.iter().flat_map(|part| part.to_card(weight(part))).collect();
    terms.push(CardTerm {
        name: "retention".to_owned(),
        formula: retention(&parts),
        value: Some(kept),
        weight: 1.0,
        note: None,
    });
    let mut lost = lost_to_terms(&parts, &weight);
    lost.extend(lost_to_retention(&parts, rubric, mean * (1.0 - kept)));
    Density { share: mean * kept, terms, lost }
}

impl Part<'_> {
    fn mean(&self) -> f64 {
        self.terms.iter().map(|scored| scored.weight * scored.x).sum()
    }

    fn spell_mean(&self) -> String {
        let product = |scored: &Scored| format!("{:.4}×{:.4}", scored.weight, scored.x);
        self.terms.iter().map(product).collect::<Vec<_>>().join(" + ")
    }

    fn to_card(&self, share: f64) -> Vec<CardTerm> {
        let name = &self.partition.name;
        let mut terms: Vec<CardTerm> = self
            .terms
            .iter()
            .map(|scored| CardTerm {
                name: format!("{name}/{}", scored.term.name),
                formula: scored.formula.clone(),
                value: Some(scored.x),
                weight: scored.weight,
                note: scored.note.clone(),
            })
            .collect();
        terms.push(CardTerm {
            name: format!("{name}/mean"),
            formula: self.spell_mean(),
            value: Some(self.mean()),
            weight: share,
            note: Some(Text {
                zh: format!(
                    "权重 = 本分区有效量 E 占比；E = {}",
                    volume(self.effective, self.full)
                ),
                en: format!(
                    "weight = its share of all E; E = {}",
                    volume(self.effective, self.full)
                ),
            }),
        });
        terms
    }
}

/// A volume in shares of what fills the scale, spelt with both numbers.
fn volume(share: f64, full: f64) -> String {
    format!("{:.0}/{full:e}", share * full)
}

/// √(ΣE/ΣS) with the numbers of the card, of many partitions with their sums.
fn retention(parts: &[Part]) -> String {
    const MOST: usize = 4;
    let spell = |of: &dyn Fn(&Part) -> f64| {
        if parts.len() > MOST {
            return format!("{:.6e}", parts.iter().map(of).sum::<f64>());
        }
        let list: Vec<String> = parts.iter().map(|part| volume(of(part), part.full)).collect();
        format!("({})", list.join(" + "))
    };
    format!("√({} / {})", spell(&|part| part.effective), spell(&|part| part.submitted))
}

fn score_terms<'a, 'p>(
    partition: &'p Partition,
    all: &'p [Partition],
    rubric: &'a Rubric,
) -> Vec<Scored<'a>> {
    let kind = rubric.kind(partition.profile);
    let find = |name: &str| -> Option<&'p Metric> {
        let shared = rubric.value_density.dataset_wide.iter().any(|wide| wide == name);
        let others = all.iter().filter(|_| shared);
        std::iter::once(partition)
            .chain(others)
            .find_map(|partition| partition.metrics.iter().find(|metric| metric.name == name))
    };
    let mut terms: Vec<Scored> = kind.terms.iter().map(|term| score_term(term, &find)).collect();
    redistribute(kind, &mut terms);
    terms
}

fn score_term<'a, 'm>(term: &'a Term, find: &dyn Fn(&str) -> Option<&'m Metric>) -> Scored<'a> {
    let mut values = Vec::new();
    let mut formulas = Vec::new();
    let mut note = None;
    for part in &term.parts {
        let metric = find(&part.metric);
        let value = metric.and_then(|metric| metric.value);
        let spelt = value.map_or_else(|| "–".to_owned(), |value| format!("{value:.4}"));
        formulas.push(format!("r({spelt}; {}, {})", part.from, part.to));
        values.push(value.map_or(0.0, |value| ramp(value, part.from, part.to)));
        if value.is_none() && note.is_none() {
            note = Some(missing(&part.metric, metric));
        }
    }
    let (x, sign) = match term.combine {
        Combine::Product => (values.iter().product(), " × "),
        Combine::Mean => (values.iter().sum::<f64>() / values.len() as f64, " + "),
        Combine::Min => (values.iter().copied().fold(1.0, f64::min), " ∧ "),
    };
    let formula = formulas.join(sign);
    Scored { term, weight: term.weight, x, formula, note }
}

/// Why a metric counts 0.
fn missing(name: &str, metric: Option<&Metric>) -> Text {
    let reason = metric.and_then(|metric| metric.undefined.clone());
    let reason = reason
        .unwrap_or_else(|| Text { zh: "未测量".to_owned(), en: "not measured".to_owned() });
    Text {
        zh: format!("{name} 按 0 计：{}", reason.zh),
        en: format!("{name} counts 0: {}", reason.en),
    }
}

/// Gives the weight of redistributable terms to the others, unless they earn more with it.
fn redistribute(kind: &Kind, terms: &mut [Scored]) {
    let moves = |scored: &Scored| kind.redistribute.contains(&scored.term.name);
    let sum = |terms: &[Scored], moved: bool| -> (f64, f64) {
        terms
            .iter()
            .filter(|scored| moves(scored) == moved)
            .fold((0.0, 0.0), |(w, wx), scored| (w + scored.weight, wx + scored.weight * scored.x))
    };
    let (moved, moved_points) = sum(terms, true);
    let (left, left_points) = sum(terms, false);
    if moved <= 0.0 || moved_points / moved >= left_points / left {
        return;
    }
    for scored in terms {
        if moves(scored) {
            scored.weight = 0.0;
            scored.note = Some(Text {
                zh: "权重转给其余各项：预训练语料不以标注为必要".to_owned(),
                en: "weight goes to the other terms: a pre-training corpus needs no labels"
                    .to_owned(),
            });
        } else {
            scored.weight *= (left + moved) / left;
        }
    }
}

fn lost_to_terms(parts: &[Part], weight: &dyn Fn(&Part) -> f64) -> Vec<(String, f64)> {
    let mut lost: Vec<(String, f64)> = Vec::new();
    for part in parts {
        for scored in &part.terms {
            let share = weight(part) * scored.weight * (1.0 - scored.x);
            match lost.iter_mut().find(|(name, _)| *name == scored.term.name) {
                Some((_, sum)) => *sum += share,
                None => lost.push((scored.term.name.clone(), share)),
            }
        }
    }
    lost
}

/// Splits what retention costs between copies, the sample's factor and declared origins, each by
/// its logarithm.
fn lost_to_retention(parts: &[Part], rubric: &Rubric, lost: f64) -> Vec<(String, f64)> {
    let full = |part: &Part| rubric.family(part.partition.profile).full;
    let sum = |of: &dyn Fn(&Part) -> f64| parts.iter().map(of).sum::<f64>();
    let submitted = sum(&|part| part.submitted);
    let novel = sum(&|part| (part.partition.units_novel as f64 / full(part)).min(part.submitted));
    let measured =
        sum(&|part| (part.partition.units_effective as f64 / full(part)).min(part.submitted));
    let effective = sum(&|part| part.effective);
    let fall = |from: f64, to: f64| {
        if to <= 0.0 { f64::from(u8::from(from > 0.0)) * 1e3 } else { (from / to).ln().max(0.0) }
    };
    let falls = [
        ("duplicates", fall(submitted, novel)),
        ("factor", fall(novel, measured)),
        ("synthetic", fall(measured, effective)),
    ];
    let all: f64 = falls.iter().map(|(_, fall)| fall).sum();
    if all <= 0.0 {
        return Vec::new();
    }
    falls.into_iter().map(|(name, fall)| (name.to_owned(), lost * fall / all)).collect()
}
