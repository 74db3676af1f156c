//! Agreement as it leaves the process: `shujian labels agree`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::Finding;
use shujian_core::finding::Text;

use crate::frame::{LabelFrame, Tallied};
use crate::matching::{self, Panel, Settings};
use crate::table::LabelTable;

use super::{
    Bootstrap, COEFFICIENTS, Coefficient, KRIPPENDORFF, Metric, Options, PREVALENT, Undefined,
    Units, bootstrap, by_label, pair_kappas, prevalence,
};

/// Classes that get rows of their own; more are rather texts.
const MOST_LABELS: usize = 1_000;

/// How to measure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asked {
    /// Weighting, chance, least overlap and confidence.
    pub options: Options,
    /// How marks are matched.
    pub matching: Settings,
    /// The one coefficient to measure, without its interval, classes and pairs; absent, everything.
    pub only: Option<&'static str>,
}

/// How far raters agree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgreementForm {
    /// `shujian.agreement.v1`.
    pub schema: String,
    /// How far apart two classes are.
    pub weighting: String,
    /// Confidence of every interval.
    pub confidence: f64,
    /// Raters, in order of the files.
    pub raters: Vec<String>,
    /// Agreement on whole items and on matched marks.
    pub tables: Vec<TableForm>,
    /// Marks of every pair of raters, matched one to one.
    pub marks: Vec<MarksForm>,
    /// What was found while reading.
    pub findings: Vec<Finding>,
}

/// Agreement on one kind of unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TableForm {
    /// `answers` about whole items, or `marks` matched by overlap.
    pub of: String,
    /// Raters.
    pub raters: u64,
    /// Units with an answer.
    pub units: u64,
    /// Units with two answers or more.
    pub paired: u64,
    /// Answers.
    pub answers: u64,
    /// Classes of the vocabulary.
    pub classes: u64,
    /// Answers of a rater to a unit after the first.
    pub repeated: u64,
    /// Share of the most common class among paired answers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub prevalence: Option<f64>,
    /// Whether one class is so common that coefficients of the kappa kind mislead.
    pub prevalent: bool,
    /// How many units have how many answers, the fewest answers first; empty where one coefficient
    /// alone was asked for, like the next two.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub depths: Vec<DepthForm>,
    /// What each rater answered.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub by_rater: Vec<TallyForm>,
    /// How often each class was said.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub by_class: Vec<TallyForm>,
    /// Every coefficient.
    pub coefficients: Vec<CoefficientForm>,
    /// Every class against the others, the first thousand.
    pub labels: Vec<LabelForm>,
    /// Classes beyond those.
    pub labels_omitted: u64,
    /// Cohen's κ of every pair of raters with a common unit.
    pub pairs: Vec<PairForm>,
}

/// Units with so many answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DepthForm {
    /// Answers to each.
    pub answers: u64,
    /// Units.
    pub units: u64,
}

/// How much falls to one rater, or to one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TallyForm {
    /// The rater, or the class.
    pub name: String,
    /// Answers.
    pub answers: u64,
    /// Units they are of.
    pub units: u64,
}

impl TallyForm {
    fn of(names: &[String], rows: Vec<Tallied>) -> Vec<Self> {
        let form = |row: Tallied| Self {
            name: names[row.number as usize].clone(),
            answers: row.answers.into(),
            units: row.items.into(),
        };
        rows.into_iter().map(form).collect()
    }
}

/// One coefficient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CoefficientForm {
    /// Stable name.
    pub name: String,
    /// What it assumes of chance.
    pub assumes: Text,
    /// Who published it.
    pub source: String,
    /// Its value; 1 is full agreement, 0 is chance.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<f64>,
    /// Observed agreement.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub observed: Option<f64>,
    /// Chance agreement.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by_chance: Option<f64>,
    /// Standard error over units.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub standard_error: Option<f64>,
    /// Interval: for α by a bootstrap of whole items, else by the standard error.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub interval: Option<(f64, f64)>,
    /// Two-sided probability of so much agreement by chance.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub p_value: Option<f64>,
    /// Why there is no value.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undefined: Option<Text>,
    /// What would give one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub remedy: Option<Text>,
}

/// One class against the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LabelForm {
    /// The class.
    pub class: String,
    /// Paired answers that name it.
    pub answers: u64,
    /// Krippendorff's α of "this class or another".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub alpha: Option<f64>,
    /// Chance that a second answer names it when the first does.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub specific: Option<f64>,
    /// Why there is no α.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undefined: Option<Text>,
}

/// Two raters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PairForm {
    /// The first.
    pub first: String,
    /// The second.
    pub second: String,
    /// Units both answered.
    pub items: u64,
    /// Units on which both said the same.
    pub same: u64,
    /// Cohen's κ; none where both said one class throughout.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kappa: Option<f64>,
}

/// Marks of two raters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MarksForm {
    /// The first.
    pub first: String,
    /// The second.
    pub second: String,
    /// Items both have seen.
    pub items: u64,
    /// Marks of the first there.
    pub first_marks: u64,
    /// Marks of the second there.
    pub second_marks: u64,
    /// Pairs that overlap enough.
    pub matched: u64,
    /// Those of one class.
    pub same_class: u64,
    /// F1 of matched marks of one class; none where neither marked anything.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub f1: Option<f64>,
    /// F1 of matched marks whatever their class.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub f1_any_class: Option<f64>,
    /// Mean overlap of matched marks; none where none matched.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mean_overlap: Option<f64>,
}

impl AgreementForm {
    /// The name of the form.
    pub const SCHEMA: &str = "shujian.agreement.v1";
}

/// Measures a panel: answers always, marks where there are any.
pub fn measure(panel: &Panel, asked: &Asked) -> AgreementForm {
    let labels = &panel.labels;
    let answers = panel.answers();
    let marks = matching::match_marks(panel, &asked.matching);
    let mut tables = Vec::new();
    if !answers.votes.is_empty() || marks.units.is_empty() {
        tables.push(of_table("answers", &answers, None, asked));
    }
    if !marks.units.is_empty() {
        // Marks of one item are not independent: intervals draw whole items.
        let clusters = clusters(&marks.table);
        tables.push(of_table("marks", &marks.table, Some(&clusters), asked));
    }
    let pairs = if marks.units.is_empty() || asked.only.is_some() {
        Vec::new()
    } else {
        matching::pairs(panel, &asked.matching)
    };
    AgreementForm {
        schema: AgreementForm::SCHEMA.to_owned(),
        weighting: asked.options.weighting.name().to_owned(),
        confidence: asked.options.confidence,
        raters: labels.raters.iter().map(str::to_owned).collect(),
        tables,
        marks: pairs
            .iter()
            .map(|pair| MarksForm {
                first: labels.raters.name(pair.first).to_owned(),
                second: labels.raters.name(pair.second).to_owned(),
                items: pair.items,
                first_marks: pair.first_marks,
                second_marks: pair.second_marks,
                matched: pair.matched,
                same_class: pair.same_class,
                f1: pair.class_f1(),
                f1_any_class: pair.f1(),
                mean_overlap: pair.mean_overlap,
            })
            .collect(),
        findings: panel.remarks.findings(labels).into_card(),
    }
}

/// The item of each unit of marks, called `item#number`.
pub(crate) fn clusters(table: &LabelTable) -> Vec<u32> {
    let mut numbers = std::collections::BTreeMap::new();
    let items = table.items.iter().map(|name| {
        let next = numbers.len() as u32;
        *numbers.entry(name.rsplit_once('#').map_or(name, |(item, _)| item)).or_insert(next)
    });
    items.collect()
}

fn of_table(of: &str, table: &LabelTable, clusters: Option<&[u32]>, asked: &Asked) -> TableForm {
    let options = &asked.options;
    let prevalence = prevalence(table);
    let few_classes = table.classes.len() <= MOST_LABELS;
    let (mut labels, mut pairs) = (Vec::new(), Vec::new());
    let (mut depths, mut by_rater, mut by_class) = (Vec::new(), Vec::new(), Vec::new());
    if asked.only.is_none() {
        let frame = LabelFrame::of(table);
        let depth = |(answers, units): (u32, u32)| DepthForm {
            answers: answers.into(),
            units: units.into(),
        };
        depths = frame.depths().into_iter().map(depth).collect();
        by_rater = TallyForm::of(&table.raters, frame.by_rater());
        by_class = TallyForm::of(&table.classes, frame.by_label());
        if few_classes {
            labels = by_label(table, options.confidence);
        }
        let metric = Metric::of(options.weighting, &Units::from_table(table), table);
        pairs = metric.map(|metric| pair_kappas(table, &metric)).unwrap_or_default();
    }
    let wanted = |row: &&Coefficient| asked.only.is_none_or(|name| name == row.name);
    let plan = Bootstrap { confidence: options.confidence, ..Bootstrap::default() };
    let draws = asked.only.is_none().then_some((&plan, clusters));
    TableForm {
        of: of.to_owned(),
        raters: table.raters.len() as u64,
        units: table.answered(1),
        paired: table.answered(2),
        answers: table.votes.len() as u64,
        classes: table.classes.len() as u64,
        repeated: table.repeats().readings as u64,
        prevalence,
        prevalent: prevalence.is_some_and(|share| share >= PREVALENT),
        depths,
        by_rater,
        by_class,
        coefficients: COEFFICIENTS
            .iter()
            .filter(wanted)
            .map(|row| CoefficientForm::of(row, table, draws, options))
            .collect(),
        labels_omitted: if few_classes { 0 } else { table.classes.len() as u64 },
        labels: labels
            .into_iter()
            .map(|row| LabelForm {
                class: table.classes[row.class as usize].clone(),
                answers: row.answers,
                alpha: row.alpha.as_ref().ok().map(|estimate| estimate.value),
                specific: row.specific,
                undefined: row.alpha.err().map(|undefined| undefined.reason.text().into()),
            })
            .collect(),
        pairs: pairs
            .into_iter()
            .map(|pair| PairForm {
                first: table.raters[pair.first as usize].clone(),
                second: table.raters[pair.second as usize].clone(),
                items: pair.items.into(),
                same: pair.same.into(),
                kappa: pair.kappa,
            })
            .collect(),
    }
}

impl CoefficientForm {
    /// `draws`: how α's interval is drawn, and from which clusters; none leaves it out.
    pub(crate) fn of(
        row: &Coefficient,
        table: &LabelTable,
        draws: Option<(&Bootstrap, Option<&[u32]>)>,
        options: &Options,
    ) -> Self {
        let mut form = Self {
            name: row.name.to_owned(),
            assumes: row.assumes.into(),
            source: row.source.to_owned(),
            value: None,
            observed: None,
            by_chance: None,
            standard_error: None,
            interval: None,
            p_value: None,
            undefined: None,
            remedy: None,
        };
        match (row.estimate)(table, options) {
            Ok(estimate) => {
                form.value = Some(estimate.value);
                form.observed = Some(estimate.observed);
                form.by_chance = Some(estimate.by_chance);
                form.standard_error = estimate.standard_error;
                form.interval = estimate.interval;
                form.p_value = estimate.p_value;
                if let Some((plan, clusters)) = draws.filter(|_| row.name == KRIPPENDORFF.name) {
                    let drawn = bootstrap(table, options, plan, clusters);
                    form.interval = drawn.ok().map(|interval| (interval.low, interval.high));
                }
            }
            Err(undefined) => form.say(undefined),
        }
        form
    }

    fn say(&mut self, undefined: Undefined) {
        self.observed = undefined.observed;
        self.undefined = Some(undefined.reason.text().into());
        self.remedy = Some(undefined.remedy.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::read_bytes;
    use shujian_core::Limits;

    fn form(csv: &str) -> AgreementForm {
        let read = read_bytes("l.csv", csv.as_bytes(), &Limits::default());
        measure(&Panel::of(read.labels), &Asked::default())
    }

    #[test]
    fn one_value_is_undefined_with_reason_and_remedy_and_no_nan() {
        let form = form("item,worker,label\n1,x,a\n1,y,a\n2,x,a\n2,y,a\n");
        let alpha = form.tables[0].coefficients.last().unwrap();
        assert_eq!((alpha.value, alpha.observed), (None, Some(1.0)));
        assert!(alpha.undefined.is_some() && alpha.remedy.is_some());
        assert!(form.tables[0].prevalent);
        assert!(!serde_json::to_string(&form).unwrap().contains("null"));
    }

    #[test]
    fn every_coefficient_class_and_pair_has_a_row() {
        let form = form("item,worker,label\n1,x,a\n1,y,a\n2,x,b\n2,y,a\n3,x,b\n3,y,b\n3,z,b\n");
        let table = &form.tables[0];
        assert_eq!(table.coefficients.len(), COEFFICIENTS.len());
        assert_eq!((table.labels.len(), table.pairs.len()), (2, 3));
        assert_eq!((table.units, table.paired, table.answers), (3, 3, 7));
        let depths: Vec<(u64, u64)> =
            table.depths.iter().map(|at| (at.answers, at.units)).collect();
        assert_eq!(depths, [(2, 2), (3, 1)]);
        let said = |rows: &[TallyForm]| -> Vec<(String, u64)> {
            rows.iter().map(|row| (row.name.clone(), row.answers)).collect()
        };
        assert_eq!(said(&table.by_rater), [("x".into(), 3), ("y".into(), 3), ("z".into(), 1)]);
        assert_eq!(said(&table.by_class), [("a".into(), 3), ("b".into(), 4)]);
    }
}
