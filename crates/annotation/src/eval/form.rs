//! Labels against the truth as they leave the process: `shujian labels eval`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::Finding;
use shujian_core::finding::Text;

use super::entities::Scheme;
use super::{objects, wording};
use crate::formats::Delivery;
use crate::labels::{Labels, NONE};

/// How found labels stand to the truth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EvaluationForm {
    /// `shujian.evaluation.v1`.
    pub schema: String,
    /// Items of the truth.
    pub items: u64,
    /// One part for each kind of label and metric.
    pub parts: Vec<PartForm>,
    /// What was found while reading, truth first.
    pub findings: Vec<Finding>,
}

/// What is measured of one kind of label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Measured {
    /// Boxes, by COCO's average precision.
    CocoBoxes,
    /// Masks, by COCO's average precision.
    CocoMasks,
    /// Keypoints, by COCO's average precision.
    CocoKeypoints,
    /// Boxes, by Pascal VOC's average precision.
    VocBoxes,
    /// Transcripts, by error rates of words and characters.
    Transcripts,
    /// Entities in tags of tokens, by precision, recall and F1 of each scheme.
    Entities,
    /// Spans of texts, same offsets and class, by precision, recall and F1.
    Spans,
}

/// One kind of label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PartForm {
    /// What is measured.
    pub of: Measured,
    /// Labels of the truth that are measured against.
    pub truths: u64,
    /// Found labels that are measured.
    pub found: u64,
    /// Found labels left out: of items or classes that the truth does not know, or without a place.
    pub left_out: u64,
    /// The measures, in a fixed order.
    pub measures: Vec<MeasureForm>,
    /// The same for each class of the truth.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub by_class: Vec<ClassForm>,
    /// What was assumed, and what to know of the numbers.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notes: Vec<Text>,
}

/// One measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MeasureForm {
    /// Its usual name, such as `AP50`, `WER` or `iob2.f1`.
    pub name: String,
    /// Its value; none where the truth holds nothing to divide by.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<f64>,
}

/// One class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClassForm {
    /// Its name.
    pub class: String,
    /// Labels of the truth that have to be found.
    pub truths: u64,
    /// Its measures.
    pub measures: Vec<MeasureForm>,
}

impl EvaluationForm {
    /// The name of the form.
    pub const SCHEMA: &str = "shujian.evaluation.v1";
}

/// Names and values as measures.
pub(super) fn measures<N: Into<String>>(
    rows: impl IntoIterator<Item = (N, Option<f64>)>,
) -> Vec<MeasureForm> {
    rows.into_iter().map(|(name, value)| MeasureForm { name: name.into(), value }).collect()
}

/// What to know of the numbers, where there was any of it.
pub(super) fn note(count: u64, zh: &str, en: &str) -> Option<Text> {
    let said = |text: &str| text.replace("{}", &count.to_string());
    (count > 0).then(|| Text { zh: said(zh), en: said(en) })
}

/// The truth, and what is held against it.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    pub(super) truth: &'a Labels,
    pub(super) found: &'a Labels,
    pub(super) settings: Settings,
    /// Whether the metric was named; else labels have to be of its kind beyond doubt.
    pub(super) is_named: bool,
}

/// How to evaluate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Least overlap of Pascal VOC's average precision.
    pub overlap: f64,
    /// The one scheme tags are read by; absent, every scheme is measured.
    pub scheme: Option<Scheme>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { overlap: 0.5, scheme: None }
    }
}

/// One row of [`METRICS`].
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its name on the command line.
    pub name: &'static str,
    /// Whether it is measured unasked wherever there are labels of its kind.
    by_itself: bool,
    measure: fn(&Sides<'_>) -> Vec<PartForm>,
}

/// Every metric.
pub const METRICS: &[Metric] = &[
    Metric { name: "coco", by_itself: true, measure: objects::coco },
    Metric { name: "voc", by_itself: false, measure: objects::voc },
    Metric { name: "transcripts", by_itself: true, measure: wording::transcripts },
    Metric { name: "wer", by_itself: false, measure: wording::words },
    Metric { name: "cer", by_itself: false, measure: wording::characters },
    Metric { name: "f1", by_itself: true, measure: wording::entities },
];

/// Why there is nothing to measure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RefusedEvaluation {
    /// Labels of several raters stand side by side.
    #[error("the {side} labels are of {raters} raters")]
    SeveralRaters {
        /// `true` or `found`.
        side: &'static str,
        /// How many.
        raters: usize,
    },
    /// The truth holds no label of the kind.
    #[error("the truth holds no label that can be measured so")]
    Nothing,
}

/// Measures what was found against the truth, by one metric or by all that fit.
///
/// - Errors: [`RefusedEvaluation`].
pub fn measure(
    truth: &Delivery,
    found: &Delivery,
    metric: Option<&Metric>,
    settings: Settings,
) -> Result<EvaluationForm, RefusedEvaluation> {
    for (side, delivery) in [("true", truth), ("found", found)] {
        let mut seen = vec![false; delivery.labels.raters.len()];
        let of = delivery.labels.annotations.iter().map(|at| at.rater);
        of.filter(|&rater| rater != NONE).for_each(|rater| seen[rater as usize] = true);
        let raters = seen.iter().filter(|seen| **seen).count();
        if raters > 1 {
            return Err(RefusedEvaluation::SeveralRaters { side, raters });
        }
    }
    let (labels, is_named) = (&truth.labels, metric.is_some());
    let sides = Sides { truth: labels, found: &found.labels, settings, is_named };
    let parts: Vec<PartForm> = match metric {
        Some(metric) => (metric.measure)(&sides),
        None => {
            let fitting = METRICS.iter().filter(|metric| metric.by_itself);
            fitting.flat_map(|metric| (metric.measure)(&sides)).collect()
        }
    };
    if parts.is_empty() {
        return Err(RefusedEvaluation::Nothing);
    }
    let mut findings = truth.remarks.findings(labels).into_card();
    findings.extend(found.remarks.findings(&found.labels).into_card());
    Ok(EvaluationForm {
        schema: EvaluationForm::SCHEMA.to_owned(),
        items: labels.items.len() as u64,
        parts,
        findings,
    })
}

#[cfg(test)]
mod tests {
    use shujian_core::Limits;

    use super::*;
    use crate::formats::read_bytes;

    fn read(name: &str, text: &str) -> Delivery {
        read_bytes(name, text.as_bytes(), &Limits::default())
    }

    fn value(form: &EvaluationForm, name: &str) -> Option<f64> {
        let measures = form.parts.iter().flat_map(|part| &part.measures);
        measures.filter(|measure| measure.name == name).find_map(|measure| measure.value)
    }

    #[test]
    fn labels_of_several_raters_and_of_no_kind_are_refused() {
        let two = read("t.csv", "item,worker,label\ni,a,x\ni,b,y\n");
        let one = read("t.csv", "item,worker,label\ni,a,x\n");
        let said = measure(&one, &two, None, Settings::default());
        assert_eq!(said, Err(RefusedEvaluation::SeveralRaters { side: "found", raters: 2 }));
        let said = measure(&one, &one, None, Settings::default());
        assert_eq!(said, Err(RefusedEvaluation::Nothing));
        let wer = METRICS.iter().find(|metric| metric.name == "wer");
        let form = measure(&one, &one, wer, Settings::default()).unwrap();
        assert_eq!(value(&form, "WER"), Some(0.0));
    }

    #[test]
    fn spans_of_a_class_the_truth_does_not_know_are_wrong() {
        let line = |label: &str| {
            format!("{{\"id\":1,\"text\":\"abcdef\",\"label\":[[0,2,\"A\"],[3,5,\"{label}\"]]}}\n")
        };
        let (truth, found) = (read("a.jsonl", &line("A")), read("b.jsonl", &line("Z")));
        let same = measure(&truth, &truth, None, Settings::default()).unwrap();
        assert_eq!(value(&same, "f1"), Some(1.0));
        let form = measure(&truth, &found, None, Settings::default()).unwrap();
        assert_eq!((value(&form, "precision"), value(&form, "recall")), (Some(0.5), Some(0.5)));
        assert_eq!(form.parts[0].by_class.len(), 2);
    }

    #[test]
    fn nothing_found_scores_nothing_and_unscored_boxes_are_said() {
        let boxes = |annotations: &str| {
            let head = r#"{"images":[{"id":1,"file_name":"a.jpg","width":99,"height":99}],
                "categories":[{"id":1,"name":"cat"}],"annotations":["#;
            read("a.json", &format!("{head}{annotations}]}}"))
        };
        let truth =
            boxes(r#"{"id":1,"image_id":1,"category_id":1,"bbox":[1,2,30,40],"area":1200}"#);
        let none = measure(&truth, &boxes(""), None, Settings::default()).unwrap();
        assert_eq!(value(&none, "AP"), Some(0.0));
        let same = measure(&truth, &truth, None, Settings::default()).unwrap();
        assert!((value(&same, "AP").unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(same.parts[0].notes.len(), 1, "no score");
    }
}
