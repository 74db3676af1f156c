//! The drawn sample and what its inspection found, as they leave and enter the process.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::form::SamplePlan;
use crate::gold::Tally;
use crate::labels::Labels;
use crate::sampling::{Commitment, DrawError, Inspection, conclude, draw};

/// A drawn sample: what anyone needs to draw it again but the secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sample {
    /// `shujian.sample.v1`.
    pub schema: String,
    /// Hash of the delivery's files.
    pub root: String,
    /// What was published of the secret before the delivery.
    pub commitment: String,
    /// The plan.
    pub plan: SamplePlan,
    /// The items to inspect, in the order drawn.
    pub items: Vec<String>,
}

/// What the inspection of a drawn sample found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Inspected {
    /// Items drawn and inspected.
    pub sample: u64,
    /// Defective ones.
    pub defects: u64,
    /// Most defective ones with which to accept.
    pub accept: u64,
    /// Drawn items without a result.
    pub missing: u64,
    /// Results of items that were not drawn: they count for nothing, and `conclude` refuses them.
    pub not_drawn: u64,
    /// Whether the sample was drawn again with the secret; otherwise items may have been picked.
    #[serde(default)]
    pub draw_verified: bool,
    /// Most defective items the whole lot may have had, at the confidence of the terms.
    pub lot_upper: u64,
    /// Most that are left if those found are put right.
    pub remaining_upper: u64,
}

/// Why a sample cannot be drawn or concluded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InspectionError {
    /// As drawing says.
    #[error(transparent)]
    Draw(#[from] DrawError),
    /// Not 64 hexadecimal digits.
    #[error("{what} {given:?} is not 64 hexadecimal digits")]
    NoHash {
        /// Which.
        what: &'static str,
        /// What was given.
        given: String,
    },
    /// The sample is that of other files.
    #[error("the sample was drawn from delivery {sample}, this is {delivery}")]
    OtherDelivery {
        /// Hash the sample names.
        sample: String,
        /// Hash of the files.
        delivery: String,
    },
    /// The sample follows another plan than the terms ask for.
    #[error(
        "the sample follows the plan {sample}, the terms ask for {asked}: give the instruction that it \
         was drawn with, or draw it again"
    )]
    OtherPlan {
        /// The plan in the sample.
        sample: String,
        /// The plan that lot and terms give.
        asked: String,
    },
    /// The items are not a sample of this plan: too few, too many, twice, or not of the delivery.
    #[error(
        "the sample's items were changed: {items} different ones of the delivery, {asked} were drawn"
    )]
    OtherItems {
        /// Different items that the delivery holds.
        items: usize,
        /// Items of the plan.
        asked: u64,
    },
    /// Drawing again with the secret gives another sample.
    #[error("the secret draws other items from this delivery than the sample holds")]
    OtherDraw,
    /// A result is of an item that the sample does not hold.
    #[error("results, line {line}: {item:?} is not in the sample")]
    NotDrawn {
        /// Line, from 1.
        line: usize,
        /// The item.
        item: String,
    },
    /// A line of results cannot be read.
    #[error("results, line {line}: {text:?} is not `item,result` with good or defect")]
    Line {
        /// Line, from 1.
        line: usize,
        /// What stands there.
        text: String,
    },
}

impl Sample {
    /// The name of the form.
    pub const SCHEMA: &str = "shujian.sample.v1";

    /// Draws the sample of a plan from the items of a delivery.
    ///
    /// # Errors
    /// [`InspectionError`]: a secret that is too short or not the one committed to, no hash.
    pub fn draw(
        labels: &Labels,
        root: &str,
        plan: SamplePlan,
        secret: &[u8],
        commitment: &str,
    ) -> Result<Self, InspectionError> {
        let none = |what, given: &str| InspectionError::NoHash { what, given: given.to_owned() };
        let committed =
            Commitment::from_hex(commitment).ok_or_else(|| none("commitment", commitment))?;
        let hash = blake3::Hash::from_hex(root).map_err(|_| none("root", root))?;
        // Items of one name are one to whoever looks for them.
        let names: BTreeSet<&str> = labels.item_names().collect();
        let size = usize::try_from(plan.sample).unwrap_or(usize::MAX);
        let drawn = draw(names, size, hash.as_bytes(), secret, &committed)?;
        Ok(Self {
            schema: Self::SCHEMA.to_owned(),
            root: root.to_owned(),
            commitment: committed.to_hex(),
            plan,
            items: drawn.into_iter().map(str::to_owned).collect(),
        })
    }

    /// Whether this can be the sample of a delivery under a plan: of its files, by that plan, and of so
    /// many items of it. That they were drawn and not picked shows only who draws them again.
    ///
    /// # Errors
    /// [`InspectionError`]: what differs.
    pub fn check(
        &self,
        labels: &Labels,
        root: &str,
        plan: &SamplePlan,
    ) -> Result<(), InspectionError> {
        if self.root != root {
            let (sample, delivery) = (self.root.clone(), root.to_owned());
            return Err(InspectionError::OtherDelivery { sample, delivery });
        }
        if self.plan != *plan {
            let (sample, asked) = (self.plan.spell(), plan.spell());
            return Err(InspectionError::OtherPlan { sample, asked });
        }
        let there: BTreeSet<&str> = labels.item_names().collect();
        let drawn: BTreeSet<&str> =
            self.items.iter().map(String::as_str).filter(|item| there.contains(item)).collect();
        let asked = plan.sample.min(there.len() as u64);
        if drawn.len() != self.items.len() || drawn.len() as u64 != asked {
            return Err(InspectionError::OtherItems { items: drawn.len(), asked });
        }
        Ok(())
    }

    /// Whether every result is of an item of this sample: what was found elsewhere must not get lost.
    ///
    /// # Errors
    /// [`InspectionError::NotDrawn`]: the first that is not.
    pub fn covers(&self, results: &[ResultLine]) -> Result<(), InspectionError> {
        let drawn: BTreeSet<&str> = self.items.iter().map(String::as_str).collect();
        match results.iter().find(|result| !drawn.contains(&*result.item)) {
            None => Ok(()),
            Some(ResultLine { line, item, .. }) => {
                Err(InspectionError::NotDrawn { line: *line, item: item.clone() })
            }
        }
    }

    /// Concludes from the results of the inspection, at a confidence in (0, 1), once the sample was
    /// [checked](Self::check) and [covers](Self::covers) the results.
    pub fn conclude(&self, results: &[ResultLine], confidence: f64) -> Inspected {
        let plan = &self.plan;
        let results: Vec<(String, Inspection)> =
            results.iter().map(|result| (result.item.clone(), result.found)).collect();
        let concluded = conclude(plan.lot, &self.items, plan.accept, &results, confidence);
        Inspected {
            sample: concluded.inspected,
            defects: concluded.defects,
            accept: plan.accept,
            missing: concluded.missing.len() as u64,
            not_drawn: concluded.not_drawn.len() as u64,
            draw_verified: false,
            lot_upper: concluded.lot_upper,
            remaining_upper: concluded.remaining_upper,
        }
    }
}

impl SamplePlan {
    /// Sample, lot and acceptance number in the standard's letters.
    fn spell(&self) -> String {
        let Self { lot, sample, accept, aql_percent } = self;
        format!("n = {sample}, N = {lot}, Ac = {accept}, AQL {aql_percent} %")
    }
}

impl Inspected {
    /// Inspected items as right and wrong ones.
    pub fn tally(&self) -> Tally {
        Tally { answered: self.sample, correct: self.sample.saturating_sub(self.defects) }
    }
}

/// One line of results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultLine {
    /// Line, from 1.
    pub line: usize,
    /// The item.
    pub item: String,
    /// What was found.
    pub found: Inspection,
}

/// Words of results.
fn words() -> BTreeMap<&'static str, Inspection> {
    let good = ["good", "ok", "pass", "right", "合格", "正确"].map(|word| (word, Inspection::Good));
    let bad = ["defect", "bad", "fail", "wrong", "不合格", "错误"];
    good.into_iter().chain(bad.map(|word| (word, Inspection::Defect))).collect()
}

/// Reads results: lines of `item,result`, a heading allowed, an item with commas in double quotes.
///
/// # Errors
/// [`InspectionError::Line`].
pub fn results(text: &str) -> Result<Vec<ResultLine>, InspectionError> {
    let words = words();
    let mut results = Vec::new();
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let found = line.rsplit_once([',', '\t']).and_then(|(item, word)| {
            let word = word.trim().trim_matches('"').to_lowercase();
            Some((item.trim(), *words.get(word.as_str())?))
        });
        match found {
            Some((item, result)) => {
                let quoted = item.strip_prefix('"').and_then(|item| item.strip_suffix('"'));
                let item =
                    quoted.map_or_else(|| item.to_owned(), |item| item.replace("\"\"", "\""));
                results.push(ResultLine { line: number + 1, item, found: result });
            }
            None if number == 0 => {}
            None => {
                let (line, text) = (number + 1, line.to_owned());
                return Err(InspectionError::Line { line, text });
            }
        }
    }
    Ok(results)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_in_both_languages() {
        let text = "item,result\na.jpg,good\n\"b, c\",不合格\r\n\nd\tFAIL\n";
        let read = results(text).unwrap();
        let (line, item) = (3, "b, c".to_owned());
        assert_eq!(read[1], ResultLine { line, item, found: Inspection::Defect });
        assert_eq!((read.len(), read[2].found), (3, Inspection::Defect));
        assert!(matches!(results("a,good\nb,maybe\n"), Err(InspectionError::Line { line: 2, .. })));
    }

    #[test]
    fn a_sample_of_other_files_is_refused() {
        let mut labels = Labels::default();
        for name in ["a", "b", "c", "d"] {
            labels.item(name, 0, 1);
        }
        let secret = b"sixteen bytes or more";
        let committed = Commitment::to(secret).unwrap().to_hex();
        let root = blake3::hash(b"files").to_hex().to_string();
        let plan = SamplePlan { lot: 4, sample: 2, accept: 0, aql_percent: 1.0 };
        let sample = Sample::draw(&labels, &root, plan, secret, &committed).unwrap();
        assert_eq!(sample.items.len(), 2);
        assert_eq!(sample, Sample::draw(&labels, &root, plan, secret, &committed).unwrap());
        assert!(Sample::draw(&labels, &root, plan, b"another secret!!", &committed).is_err());
        let found = Inspection::Good;
        let results = vec![ResultLine { line: 1, item: sample.items[0].clone(), found }];
        sample.covers(&results).unwrap();
        let stranger = ResultLine { line: 2, item: "z".to_owned(), found: Inspection::Defect };
        let refused = sample.covers(&[&results[..], &[stranger]].concat()).unwrap_err();
        assert!(matches!(refused, InspectionError::NotDrawn { line: 2, .. }), "{refused}");
        sample.check(&labels, &root, &plan).unwrap();
        let found = sample.conclude(&results, 0.95);
        assert_eq!((found.sample, found.missing, found.defects), (1, 1, 0));
        assert!(sample.check(&labels, "other", &plan).is_err());
        // Edited by hand: another acceptance number, fewer items, one twice, one of another delivery.
        let laxer = SamplePlan { accept: 2, ..plan };
        assert!(Sample { plan: laxer, ..sample.clone() }.check(&labels, &root, &plan).is_err());
        let first = || sample.items[0].clone();
        for items in [vec![first()], vec![first(), first()], vec![first(), "z".to_owned()]] {
            assert!(Sample { items, ..sample.clone() }.check(&labels, &root, &plan).is_err());
        }
    }
}
