//! A review held against the files it is of, before a card takes anything from it.
//!
//! Nobody can raise a grade by a review alone: files of its hash have to lie among the data, what
//! files decide is measured on them again, and only what people found in an inspection is taken
//! from the review as declared.

use std::path::{Path, PathBuf};

use shujian_core::card::{Counted, Metric};
use shujian_core::finding::Text;
use shujian_core::{Card, LabelReview, LabelVerdict, Limits};

use super::{Acceptance, Asked, Delivered, Review, Status, criteria, open, review, root};
use crate::formats::Folder;
use crate::labels::Remarks;

/// The metric that a card takes from a review.
const METRIC: &str = "annotation";
/// Confidence of the bound on accuracy, whatever the terms of the review say.
const CONFIDENCE: f64 = 0.95;

/// Why a card takes nothing from a review.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StandingError {
    /// Not JSON of a review.
    #[error("not a review: {0}")]
    Form(#[from] serde_json::Error),
    /// Not a review of this version.
    #[error("not a review: {schema:?} is not {}", Review::SCHEMA)]
    Schema {
        /// The form it names.
        schema: String,
    },
    /// No files among the data have the hash of the delivery.
    #[error("no files among the data have the hash {delivery} of the delivery reviewed")]
    OtherData {
        /// Hash that the review names.
        delivery: String,
    },
    /// What the review says does not follow from the files.
    #[error("the review says {said} {what}, its files say {found}")]
    Differs {
        /// What.
        what: &'static str,
        /// What the review says.
        said: String,
        /// What the files say.
        found: String,
    },
    /// The delivery cannot be read.
    #[error(transparent)]
    Unread(#[from] super::RootError),
}

/// Holds a review, as it was handed in, against the files among the data, and says what their card
/// may take from it.
///
/// - Errors: [`StandingError`].
pub fn standing(
    text: &str,
    paths: &[PathBuf],
    limits: &Limits,
) -> Result<LabelReview, StandingError> {
    let given: Review = serde_json::from_str(text)?;
    if given.schema != Review::SCHEMA {
        return Err(StandingError::Schema { schema: given.schema.clone() });
    }
    let Some(path) = paths.iter().find_map(|path| find(path, &given.delivered, limits)) else {
        let delivery = given.delivered.root.clone();
        return Err(StandingError::OtherData { delivery });
    };
    let (delivery, root) = open(&path, limits)?;
    let asked = Asked { inspected: given.inspection.clone(), ..Asked::default() };
    let fresh = review(delivery, root, &asked);
    compare(&given, &fresh)?;
    let plan = Acceptance::default().plan(fresh.delivered.items);
    let tally = given.inspection.as_ref().map(super::Inspected::tally);
    let tally = tally.filter(|tally| tally.answered > 0);
    // An instruction can only find more that is wrong.
    let conformity = fresh.card.conformity.zip(given.card.conformity);
    Ok(LabelReview {
        review: blake3::hash(text.as_bytes()).to_hex().to_string(),
        delivery: fresh.delivered.root,
        verdict: given.verdict.decision,
        items: fresh.delivered.items,
        labels: fresh.delivered.annotations,
        raters: fresh.delivered.raters.len() as u64,
        double_items: fresh.agreement.iter().map(|report| report.double_items).max().unwrap_or(0),
        conformity: conformity.map(|(fresh, given)| fresh.min(given)),
        accuracy: tally.and_then(|tally| tally.accuracy()),
        accuracy_low: tally.map(|tally| tally.clopper_pearson(CONFIDENCE).0),
        inspected: tally.map_or(0, |tally| tally.answered),
        defects: tally.map_or(0, |tally| tally.answered - tally.correct),
        plan_sample: plan.sample,
        plan_accept: plan.accept,
        information_bits: fresh.card.information_bits,
    })
}

/// The file or folder at or below a path whose files have the hash of the delivery.
fn find(path: &Path, delivered: &Delivered, limits: &Limits) -> Option<PathBuf> {
    let hidden = |entry: &walkdir::DirEntry| {
        entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".")
    };
    let below = walkdir::WalkDir::new(path)
        .max_depth(limits.nesting as usize)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !hidden(entry))
        .filter_map(Result::ok);
    below.map(walkdir::DirEntry::into_path).find(|path| is_delivery(path, delivered, limits))
}

/// Number and size of the files are compared first: hashing is for the likely only.
fn is_delivery(path: &Path, delivered: &Delivered, limits: &Limits) -> bool {
    let Ok(folder) = Folder::list(path, limits, &mut Remarks::default()) else { return false };
    let bytes: u64 = folder.entries.iter().map(|entry| entry.bytes).sum();
    folder.entries.len() as u64 == delivered.files
        && bytes == delivered.bytes
        && root(&folder).is_ok_and(|root| root == delivered.root)
}

/// Whether the review says of the files what they say themselves.
fn compare(given: &Review, fresh: &Review) -> Result<(), StandingError> {
    let counts = |of: &Delivered| {
        [
            ("records read", of.records_read),
            ("items", of.items),
            ("labels", of.annotations),
            ("raters", of.raters.len() as u64),
        ]
    };
    for ((what, said), (_, found)) in
        counts(&given.delivered).into_iter().zip(counts(&fresh.delivered))
    {
        if said != found {
            let (said, found) = (said.to_string(), found.to_string());
            return Err(StandingError::Differs { what, said, found });
        }
    }
    let differs = |what, said: &dyn std::fmt::Debug, found: &dyn std::fmt::Debug| {
        let (said, found) = (format!("{said:?}"), format!("{found:?}"));
        Err(StandingError::Differs { what, said, found })
    };
    let bits = [given, fresh].map(|review| review.card.information_bits.unwrap_or(0.0));
    // The bootstrap is seeded; only the last digits of a number in a file may differ.
    if (bits[0] - bits[1]).abs() > 1e-9 {
        return differs("bits of agreed information a unit", &bits[0], &bits[1]);
    }
    let decided = criteria::decide(&given.criteria);
    if decided.decision != given.verdict.decision {
        return differs("as verdict", &given.verdict.decision, &decided.decision);
    }
    // What no instruction and no terms can make good.
    let is_wrong = |name: &str| {
        let found = fresh.criteria.iter().find(|criterion| criterion.name == name);
        found.is_some_and(|found| matches!(found.status, Status::Missed | Status::Failed))
    };
    let wrong = ["delivered", "readable", "conformity"].into_iter().find(|name| is_wrong(name));
    match (given.verdict.decision, wrong) {
        (LabelVerdict::Accept, Some(name)) => differs("as verdict", &LabelVerdict::Accept, &name),
        _ => Ok(()),
    }
}

/// Puts a review on a card: what it says, and the metric of agreed information where the card has
/// not measured one itself.
///
/// Bits a unit count in the share of records that were labelled twice, so that a few labels say
/// nothing of many records; a delivery that was not accepted counts nothing.
pub fn credit(card: &mut Card, labels: LabelReview) {
    let measured = card.partitions.iter().flat_map(|part| &part.metrics);
    let has_own = measured.into_iter().any(|metric| metric.name == METRIC);
    let metric = metric(&labels, card.records.retained);
    if let Some(partition) = card.partitions.first_mut().filter(|_| !has_own) {
        partition.metrics.push(metric);
    }
    card.label_review = Some(labels);
    card.seal();
}

fn metric(labels: &LabelReview, records: u64) -> Metric {
    let text = |zh: &str, en: &str| Text { zh: zh.to_owned(), en: en.to_owned() };
    let round = |value: f64| (value * 1e6).round() / 1e6;
    let whole = labels.double_items.max(records);
    let undefined = match (labels.verdict, labels.information_bits) {
        (LabelVerdict::Accept, Some(_)) if whole > 0 => None,
        (LabelVerdict::Accept, _) => Some(text(
            "没有对象由两名以上（合并后不同的）标注员判断，或标签只有一个值",
            "no item was judged by two annotators that differ, or labels have one value",
        )),
        _ => Some(text("标注未获接收", "the labels were not accepted")),
    };
    let bits = labels.information_bits.unwrap_or(0.0) * labels.double_items as f64;
    let side = |what, amount| Counted { what, amount: round(amount) };
    Metric {
        name: METRIC.to_owned(),
        value: undefined.is_none().then(|| round(bits / whole as f64)),
        undefined,
        unit: "bits per item".to_owned(),
        numerator: side(
            text(
                "一致信息量（比特）之和，按标注文件复算",
                "agreed information summed over items, bits, measured again on the label files",
            ),
            bits,
        ),
        denominator: side(
            text(
                "去重后的记录，或双重标注的对象（取较多者）",
                "records retained, or items labelled twice, whichever is more",
            ),
            whole as f64,
        ),
        definition: text(
            "标注评审所及文件的一致性 α（Krippendorff，名义尺度，负值记 0）乘以标签熵，按双重标注的记录所占份额计",
            "agreement α (Krippendorff, nominal, negative as 0) times entropy of the labels that \
             were reviewed, in the share of records labelled twice",
        ),
        null_rule: text(
            "自相矛盾的答案不计，克隆的标注员先合并；未获接收的标注不计",
            "contradicted answers are left out, cloned annotators merged; labels that were not \
             accepted count nothing",
        ),
        evidence: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, items: usize) {
        std::fs::create_dir_all(folder).unwrap();
        let mut text = "item,annotator,label\n".to_owned();
        for item in 0..items {
            let label = ["a", "b", "c"][item % 3];
            let other = if item % 17 == 0 { "a" } else { label };
            text += &format!("i{item},ann,{label}\ni{item},bob,{other}\n");
        }
        std::fs::write(folder.join("labels.csv"), text).unwrap();
    }

    fn reviewed(folder: &Path) -> Review {
        let (delivery, root) = open(folder, &Limits::default()).unwrap();
        review(delivery, root, &Asked::default())
    }

    fn stands(given: &Review, data: &Path) -> Result<LabelReview, StandingError> {
        let text = serde_json::to_string(given).unwrap();
        standing(&text, &[data.to_owned()], &Limits::default())
    }

    #[test]
    fn a_review_counts_for_its_own_files_alone_and_only_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let (data, other) = (folder.path().join("data"), folder.path().join("other"));
        write(&data.join("labels"), 120);
        std::fs::write(data.join("text.txt"), "some text").unwrap();
        write(&other, 90);
        let given = reviewed(&data.join("labels"));
        let found = stands(&given, &data).unwrap();
        assert_eq!((found.items, found.double_items, found.inspected), (120, 120, 0));
        assert!(found.information_bits.unwrap() > 1.0);
        let elsewhere = stands(&given, &other);
        assert!(matches!(elsewhere, Err(StandingError::OtherData { .. })));
        let mut raised = given.clone();
        raised.card.information_bits = Some(9.0);
        assert!(matches!(stands(&raised, &data), Err(StandingError::Differs { .. })));
        let mut forged = given.clone();
        forged.criteria[2].status = Status::Missed;
        assert!(matches!(stands(&forged, &data), Err(StandingError::Differs { .. })));
        let mut renamed = given;
        renamed.schema = "shujian.card.v1".to_owned();
        assert!(matches!(stands(&renamed, &data), Err(StandingError::Schema { .. })));
    }

    #[test]
    fn few_labels_say_little_of_many_records_and_rejected_ones_nothing() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), 120);
        let labels = stands(&reviewed(folder.path()), folder.path()).unwrap();
        let bits = labels.information_bits.unwrap();
        let value = |records| metric(&labels, records).value.unwrap();
        assert!((value(120) - bits).abs() < 1e-6 && (value(0) - bits).abs() < 1e-6);
        assert!((value(1_200) - bits / 10.0).abs() < 1e-6);
        let rejected = LabelReview { verdict: LabelVerdict::Reject, ..labels };
        assert_eq!(metric(&rejected, 120).value, None);
    }
}
