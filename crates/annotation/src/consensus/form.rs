//! Consensus as it leaves the process: `shujian labels consensus`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::{Bilingual, Finding};

use crate::gold::{GoldForm, Tally};
use crate::labels::{Labels, NONE, Shape};
use crate::matching::{Panel, Settings, match_marks, unit_names};
use crate::raters::{self, Log, Thresholds};
use crate::table::LabelTable;

use super::chosen::{Chosen, Settled};
use super::{
    DawidSkene, DawidSkeneFit, Decided, Glad, Mace, Mmsr, ModelError, OneCoin, Rounds, SavedModel,
    TooLarge, check_size, majority, wawa,
};

/// Confidence of every interval.
const CONFIDENCE: f64 = 0.95;

/// One row of [`METHODS`].
#[derive(Debug, Clone, Copy)]
pub struct Method {
    /// Stable name.
    pub name: &'static str,
    /// What it takes raters for, in a few words.
    pub says: Bilingual,
    /// Whether known classes can be held fast.
    pub clamps: bool,
    /// Whether it keeps a table of confusions of each rater.
    confusions: bool,
    /// Fits it; known classes by item where it clamps.
    pub fit: fn(&LabelTable, &Held<'_>) -> Fitted,
}

/// What a fit is held to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Held<'a> {
    /// Known classes by item, held fast where the method can.
    pub gold: Option<&'a [Option<u32>]>,
    /// When to stop, where the method goes by rounds of expectation and maximisation.
    pub rounds: Rounds,
    /// A model to go on from, of Dawid and Skene alone.
    pub model: Option<&'a SavedModel>,
    /// Whether the fitted model is to be given out, of Dawid and Skene alone.
    pub keeps: bool,
}

/// What a method gives.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fitted {
    /// The class of each item, and how likely it is.
    pub decided: Decided,
    /// Each rater's skill as the method has it, if it has one.
    pub skills: Option<Vec<f64>>,
    /// Rounds it took.
    pub rounds: Option<u64>,
    /// The model to keep, of Dawid and Skene alone.
    pub model: Option<SavedModel>,
}

/// Every method, the first is the usual one.
pub const METHODS: &[Method] = &[
    Method {
        name: "majority",
        says: Bilingual { zh: "多数票，票票等权", en: "every vote weighs the same" },
        clamps: false,
        confusions: false,
        fit: |table, _| Fitted { decided: majority(table).decide(table), ..Fitted::default() },
    },
    Method {
        name: "dawid-skene",
        says: Bilingual {
            zh: "每名标注员一张混淆表", en: "each rater has a table of confusions"
        },
        clamps: true,
        confusions: true,
        fit: |table, held| {
            let (decided, fit) = DawidSkene(held.rounds).decide(table, held.gold, held.model);
            let skills = (0..table.raters.len()).map(|rater| skill(&fit, rater)).collect();
            let rounds = Some(fit.log_likelihoods.len() as u64);
            let model = held.keeps.then(|| SavedModel::of(table, &fit.priors, &fit.errors));
            Fitted { decided, skills: Some(skills), rounds, model }
        },
    },
    Method {
        name: "one-coin",
        says: Bilingual {
            zh: "每名标注员一个正确率", en: "each rater has one chance to be right"
        },
        clamps: true,
        confusions: false,
        fit: |table, held| {
            let (decided, fit) = OneCoin(held.rounds).decide(table, held.gold);
            let rounds = Some(fit.log_likelihoods.len() as u64);
            Fitted { decided, skills: Some(fit.skills), rounds, model: None }
        },
    },
    Method {
        name: "glad",
        says: Bilingual {
            zh: "标注员有能力，条目有难易", en: "raters are able, items are hard"
        },
        clamps: false,
        confusions: false,
        fit: |table, _| {
            let fit = Glad::default().fit(table);
            Fitted {
                decided: fit.posterior.decide(table),
                skills: Some(fit.abilities),
                ..Fitted::default()
            }
        },
    },
    Method {
        name: "mace",
        says: Bilingual {
            zh: "标注员或知道答案，或随手填写",
            en: "raters know, or fill in by habit",
        },
        clamps: false,
        confusions: false,
        fit: |table, _| {
            let fit = Mace::default().fit(table);
            Fitted {
                decided: fit.posterior.decide(table),
                skills: Some(fit.competence),
                ..Fitted::default()
            }
        },
    },
    Method {
        name: "mmsr",
        says: Bilingual {
            zh: "由标注员两两一致率推出能力",
            en: "skill from the agreement of pairs of raters",
        },
        clamps: false,
        confusions: false,
        fit: |table, _| {
            let fit = Mmsr::default().fit(table);
            Fitted {
                decided: fit.posterior.decide(table),
                skills: Some(fit.skills),
                ..Fitted::default()
            }
        },
    },
    Method {
        name: "wawa",
        says: Bilingual {
            zh: "按与多数票的一致率加权",
            en: "votes weigh by agreement with the majority",
        },
        clamps: false,
        confusions: false,
        fit: |table, _| {
            let (skills, posterior) = wawa(table);
            Fitted { decided: posterior.decide(table), skills: Some(skills), ..Fitted::default() }
        },
    },
];

/// The chance that a rater is right, over the priors of the classes.
fn skill(fit: &DawidSkeneFit, rater: usize) -> f64 {
    let right =
        |(class, prior): (usize, &f64)| prior * fit.errors.of(rater, class as u32, class as u32);
    fit.priors.iter().enumerate().map(right).sum()
}

/// One answer an item out of several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConsensusForm {
    /// `shujian.consensus.v1`.
    pub schema: String,
    /// The method.
    pub method: String,
    /// `answers` about whole items, `marks` matched by overlap, or `texts`.
    pub of: String,
    /// Classes, in the order that decides ties.
    pub classes: Vec<String>,
    /// Answers.
    pub votes: u64,
    /// Items whose best two classes are level: the first class won.
    pub tied: u64,
    /// Rounds of the fit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rounds: Option<u64>,
    /// Whether known classes were held fast during the fit.
    pub clamped: bool,
    /// How the consensus does on known items.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gold: Option<GoldForm>,
    /// Every rater; none where marks or texts are settled place by place.
    pub raters: Vec<RaterForm>,
    /// Behaviour to look into; absent where nobody asked for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub behaviours: Option<Vec<BehaviourForm>>,
    /// Behaviours asked for that could not be looked for, because no file says how long answers took
    /// (`too-fast`) or when they were given (`drift`).
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub not_looked_for: Vec<String>,
    /// The consensus, by item.
    #[schemars(with = "Vec<Chosen<'static>>")]
    pub labels: Settled,
    /// What was found while reading.
    pub findings: Vec<Finding>,
}

/// One rater.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RaterForm {
    /// Who.
    pub rater: String,
    /// Answers.
    pub answers: u64,
    /// Skill on the scale of the method; majority has none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub skill: Option<f64>,
    /// Answers on which the other raters have a clear majority, and those that share it; absent where
    /// nobody asked for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub with_others: Option<GoldForm>,
    /// Answers to known items.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gold: Option<GoldForm>,
}

/// One behaviour of one rater: evidence, no verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BehaviourForm {
    /// `constant`, `copying`, `too-fast` or `drift`.
    pub behaviour: String,
    /// Who.
    pub rater: String,
    /// The other of a pair.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub other: Option<String>,
    /// Answers looked at.
    pub answers: u64,
    /// Those that show it.
    pub hits: u64,
    /// The share to be expected.
    pub expected: f64,
    /// Chance of so many if the expected share holds.
    pub p_value: f64,
    /// For drift: the rater's answer, in order of time from 1, from which on it shows.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<u64>,
}

impl ConsensusForm {
    /// The name of the form.
    pub const SCHEMA: &str = "shujian.consensus.v1";
}

/// How to settle.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Labels of items whose class is known.
    pub gold: Option<&'a Labels>,
    /// Whether they are held fast during the fit; then they say nothing of how good it is on them.
    pub clamp: bool,
    /// As [`Held::rounds`].
    pub rounds: Rounds,
    /// Whether raters are measured by each other and behaviour is looked for.
    pub raters: bool,
    /// As [`Held::model`].
    pub model: Option<&'a SavedModel>,
    /// As [`Held::keeps`].
    pub keeps: bool,
}

/// Why a panel cannot be settled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// Labels are rather texts.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// The model to go on from is of something else.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// Settles a panel by a method: answers about whole items, or marks where there are none.
///
/// With it comes the model that was fitted, of Dawid and Skene alone.
///
/// - Errors: [`Refused`].
pub fn settle(
    panel: Panel,
    method: &Method,
    wanted: &Wanted<'_>,
) -> Result<(ConsensusForm, Option<SavedModel>), Refused> {
    let &Wanted { gold, clamp, rounds, raters, model, keeps } = wanted;
    let labels = &panel.labels;
    let whole = panel.answers();
    let (mut edges, mut log) = (BTreeMap::new(), Log::default());
    let (of, table) = if whole.votes.is_empty() {
        let matched = match_marks(&panel, &Settings::default());
        edges = edges_by_unit(labels, &matched.units);
        if raters {
            log = Log::of_marks(labels, &matched);
        }
        ("marks", matched.table)
    } else {
        if raters {
            log = Log::of_answers(labels, &whole);
        }
        ("answers", whole)
    };
    let findings = panel.remarks.findings(labels).into_card();
    // What was read is needed no more, and its memory serves the fit.
    drop(panel);
    let table = match model {
        Some(model) => model.align(table)?,
        None => table,
    };
    check_size(&table, method.confusions)?;
    let known = gold.map(|gold| known(&table, gold));
    let held: Option<Vec<Option<u32>>> = known
        .as_ref()
        .filter(|_| clamp)
        .map(|known| known.iter().map(|class| class.filter(|class| *class != NONE)).collect());
    let mut fitted = (method.fit)(&table, &Held { gold: held.as_deref(), rounds, model, keeps });
    let model = fitted.model.take();
    let decided = &fitted.decided;
    let on_gold = known.as_ref().filter(|_| !clamp).map(|known| {
        let pairs = decided.labels.iter().zip(known);
        let known = pairs.filter_map(|(said, known)| Some((said.as_ref()?, known.as_ref()?)));
        let tally = known.fold(Tally::default(), |sum, (said, known)| {
            sum.merge(Tally { answered: 1, correct: u64::from(said == known) })
        });
        GoldForm::of(tally, CONFIDENCE)
    });
    let behaviours = raters.then(|| behaviours(&table, &log));
    let not_looked_for = match raters {
        true => raters::not_looked_for(&log).into_iter().map(str::to_owned).collect(),
        false => Vec::new(),
    };
    let form = ConsensusForm {
        schema: ConsensusForm::SCHEMA.to_owned(),
        method: method.name.to_owned(),
        of: of.to_owned(),
        votes: table.votes.len() as u64,
        tied: decided.tied.len() as u64,
        rounds: fitted.rounds,
        clamped: held.is_some(),
        gold: on_gold,
        raters: raters_of(&table, &fitted, known.as_deref(), raters),
        behaviours,
        not_looked_for,
        classes: table.classes.clone(),
        labels: Settled::of(table, fitted.decided, &edges),
        findings,
    };
    Ok((form, model))
}

/// The known class of each item of the table; [`NONE`] for a class nobody named.
fn known(table: &LabelTable, gold: &Labels) -> Vec<Option<u32>> {
    let classes: BTreeMap<&str, u32> =
        table.classes.iter().map(String::as_str).zip(0_u32..).collect();
    let mut by_item = BTreeMap::new();
    for annotation in &gold.annotations {
        if matches!(annotation.shape, Shape::Class) && annotation.item != NONE {
            let class = classes.get(gold.class_name(annotation.class)).copied().unwrap_or(NONE);
            by_item.entry(gold.item_name(annotation.item)).or_insert(class);
        }
    }
    table.items.iter().map(|item| by_item.get(item).copied()).collect()
}

/// Median edges of the boxes of each unit, by the unit's name.
fn edges_by_unit(labels: &Labels, units: &[crate::matching::Unit]) -> BTreeMap<String, [f64; 4]> {
    let mut edges = BTreeMap::new();
    for (unit, name) in units.iter().zip(unit_names(labels, units)) {
        let boxes: Vec<[f64; 4]> = unit
            .marks
            .iter()
            .filter_map(|&(_, mark)| labels.rect(&labels.annotations[mark as usize]))
            .map(|rect| rect.bounds())
            .collect();
        if !boxes.is_empty() {
            edges.insert(name, std::array::from_fn(|side| median(&boxes, side)));
        }
    }
    edges
}

fn median(boxes: &[[f64; 4]], side: usize) -> f64 {
    let mut values: Vec<f64> = boxes.iter().map(|edges| edges[side]).collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { 0.5 * (values[middle - 1] + values[middle]) }
}

fn raters_of(
    table: &LabelTable,
    fitted: &Fitted,
    known: Option<&[Option<u32>]>,
    measured: bool,
) -> Vec<RaterForm> {
    let mut answers = vec![0_u64; table.raters.len()];
    table.votes.iter().for_each(|vote| answers[vote.rater as usize] += 1);
    let skills = measured.then(|| raters::skills(table));
    let mut on_gold = vec![Tally::default(); table.raters.len()];
    for vote in &table.votes {
        if let Some(known) = known.and_then(|known| known[vote.item as usize]) {
            let tally = Tally { answered: 1, correct: u64::from(vote.label == known) };
            let sum = &mut on_gold[vote.rater as usize];
            *sum = sum.merge(tally);
        }
    }
    let form = |(rater, name): (usize, &String)| RaterForm {
        rater: name.clone(),
        answers: answers[rater],
        skill: fitted.skills.as_ref().map(|skills| skills[rater]),
        with_others: skills.as_ref().map(|all| GoldForm::of(all[rater].agreed, CONFIDENCE)),
        gold: known.map(|_| GoldForm::of(on_gold[rater], CONFIDENCE)),
    };
    table.raters.iter().enumerate().map(form).collect()
}

/// Behaviour of raters to look into.
pub(crate) fn behaviours(table: &LabelTable, log: &Log) -> Vec<BehaviourForm> {
    let name = |rater: u32| table.raters[rater as usize].clone();
    let seen = raters::observe(table, log, &Thresholds::default());
    seen.into_iter()
        .map(|evidence| BehaviourForm {
            behaviour: evidence.behaviour.to_owned(),
            rater: name(evidence.rater),
            other: evidence.other.map(name),
            answers: evidence.answers,
            hits: evidence.hits,
            expected: evidence.expected,
            p_value: evidence.p_value,
            from: evidence.from.map(|from| from + 1),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::read_bytes;
    use shujian_core::Limits;

    fn labels(csv: &str) -> Labels {
        read_bytes("l.csv", csv.as_bytes(), &Limits::default()).labels
    }

    #[test]
    fn every_method_settles_and_is_measured_on_gold() {
        let mut csv = "item,worker,label\n".to_owned();
        for item in 0..30 {
            for worker in ["x", "y", "z"] {
                let label = if worker == "z" && item % 5 == 0 { "no" } else { "yes" };
                let label = if item % 2 == 0 { label } else { "no" };
                csv.push_str(&format!("{item},{worker},{label}\n"));
            }
        }
        let panel = || Panel::of(labels(&csv));
        let gold = labels("item,worker,label\n0,g,yes\n1,g,no\n2,g,maybe\n99,g,yes\n");
        for method in METHODS {
            let wanted = Wanted { gold: Some(&gold), raters: true, ..Wanted::default() };
            let form = settle(panel(), method, &wanted).unwrap().0;
            let on_gold = form.gold.unwrap();
            assert_eq!((on_gold.answered, on_gold.correct), (3, 2), "{}", method.name);
            assert_eq!(form.labels.len(), 30);
            assert!(form.behaviours.is_some() && form.raters[0].with_others.is_some());
            let wanted =
                Wanted { clamp: true, rounds: Rounds::exactly(3), raters: false, ..wanted };
            let clamped = settle(panel(), method, &wanted).unwrap().0;
            assert!(clamped.gold.is_none());
            assert!(clamped.behaviours.is_none() && clamped.raters[0].with_others.is_none());
        }
    }

    #[test]
    fn boxes_are_the_median_of_those_who_marked_them() {
        assert_eq!(median(&[[1.0; 4], [3.0; 4], [9.0; 4]], 2), 3.0);
        assert_eq!(median(&[[1.0; 4], [3.0; 4]], 0), 2.0);
    }
}
