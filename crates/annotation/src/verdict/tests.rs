use shujian_core::LabelVerdict;

use super::*;
use crate::formats::read_bytes;

fn csv(rows: &[(&str, &str, &str)]) -> String {
    let row = |(item, rater, label): &(&str, &str, &str)| format!("{item},{rater},{label}\n");
    "item,annotator,label\n".to_owned() + &rows.iter().map(row).collect::<String>()
}

fn reviewed(text: &str, asked: &Asked<'_>) -> Review {
    let delivery = read_bytes("labels.csv", text.as_bytes(), &Limits::default());
    review(delivery, "root".to_owned(), asked)
}

/// Items on which two raters agree but for every `odd`-th.
fn two_raters(items: usize, odd: usize) -> String {
    let mut text = "item,annotator,label\n".to_owned();
    for item in 0..items {
        let class = ["cat", "dog", "cow"][item % 3];
        let other = if item % odd == 0 { "hen" } else { class };
        text += &format!("{item:04},ann,{class}\n{item:04},bob,{other}\n");
    }
    text
}

#[test]
fn nothing_delivered_is_rejected() {
    for text in ["", "item,annotator,label\n"] {
        let review = reviewed(text, &Asked::default());
        assert_eq!(review.verdict.decision, LabelVerdict::Reject);
        assert_eq!(review.verdict.missed[0], "delivered");
        assert_eq!(review.criteria[0].reason.en, "nothing delivered");
    }
}

#[test]
fn agreement_is_met_missed_or_open_by_its_interval() {
    let status = |text: &str| {
        let review = reviewed(text, &Asked::default());
        let found = review.criteria.iter().find(|one| one.name == "agreement").unwrap().clone();
        (review.verdict.decision, found.status)
    };
    assert_eq!(status(&two_raters(300, 20)), (LabelVerdict::Accept, Status::Met));
    assert_eq!(status(&two_raters(300, 2)), (LabelVerdict::Rework, Status::Missed));
    assert_eq!(status(&two_raters(24, 4)), (LabelVerdict::Accept, Status::Open));
    assert_eq!(status(&csv(&[("1", "ann", "cat")])), (LabelVerdict::Accept, Status::NotAsked));
    // One value everywhere: undefined, with the reason, and never a number.
    let same: Vec<_> = (0..40).map(|at| format!("{at}")).collect();
    let rows: Vec<_> =
        same.iter().flat_map(|at| [(&**at, "ann", "cat"), (&**at, "bob", "cat")]).collect();
    assert_eq!(status(&csv(&rows)), (LabelVerdict::Accept, Status::Open));
}

#[test]
fn copied_raters_carry_no_information() {
    let text = two_raters(120, 500);
    let alone = reviewed(&text, &Asked::default());
    let bits = alone.agreement[0].information_bits.unwrap();
    assert!(bits > 1.0, "{bits}");
    // A third who copies the second adds nothing, and two copies of one are one.
    let copied = text.replace(",bob,hen", ",bob,cat");
    assert_eq!(reviewed(&copied, &Asked::default()).agreement[0].information_bits, None);
}

#[test]
fn inspection_decides_by_the_acceptance_number() {
    let status = |defects, missing| {
        let inspected =
            Some(Inspected { sample: 50, defects, accept: 1, missing, ..Inspected::default() });
        let asked = Asked { inspected, ..Asked::default() };
        let review = reviewed(&two_raters(300, 20), &asked);
        (review.verdict.decision, review.criteria[5].status)
    };
    assert_eq!(status(1, 0), (LabelVerdict::Accept, Status::Met));
    assert_eq!(status(2, 0), (LabelVerdict::Reject, Status::Failed));
    assert_eq!(status(0, 3), (LabelVerdict::Accept, Status::Open));
    // GB/T 2828.1: a lot of 300 at level II is code H; 1.0 % is n 50, Ac 1.
    let plan = Acceptance::default().plan(300);
    assert_eq!((plan.sample, plan.accept), (50, 1));
    assert_eq!(Acceptance::default().plan(1).sample, 1);
}

#[test]
fn known_items_are_judged_by_the_exact_interval() {
    let folder = tempfile::tempdir().unwrap();
    let judged = |right: usize, all: usize| {
        let (mut given, mut truth) =
            ("item,annotator,label\n".to_owned(), "item,label\n".to_owned());
        for item in 0..all {
            let said = if item < right { "cat" } else { "dog" };
            given += &format!("{item},ann,{said}\n");
            truth += &format!("{item},cat\n");
        }
        let path = folder.path().join("truth.csv");
        std::fs::write(&path, truth).unwrap();
        let known = crate::intake::known(&path, &Limits::default()).unwrap().labels;
        let asked = Asked { known: Some(&known), ..Asked::default() };
        let review = reviewed(&given, &asked);
        let overall = &review.known.as_ref().unwrap().overall;
        assert_eq!((overall.share.correct, overall.share.answered), (right as u64, all as u64));
        review.criteria[4].status
    };
    assert_eq!(judged(200, 200), Status::Met);
    assert_eq!(judged(150, 200), Status::Failed);
    assert_eq!(judged(20, 20), Status::Open);
    assert_eq!(judged(18, 20), Status::Missed);
}

#[test]
fn known_marks_are_one_raters_whomever_they_name() {
    let spans = |user: &str| {
        let text = r#"{"id":1,"text":"abcdefgh","annotations":[
            {"label":"X","start_offset":0,"end_offset":4,"user":U},
            {"label":"X","start_offset":5,"end_offset":8,"user":U}]}"#
            .replace('\n', " ")
            .replace(",\"user\":U", user);
        read_bytes("spans.jsonl", text.as_bytes(), &Limits::default())
    };
    for (given, truth) in [("", ""), (",\"user\":1", ",\"user\":9"), (",\"user\":1", ",\"user\":1")]
    {
        let known = spans(truth).labels;
        let asked = Asked { known: Some(&known), ..Asked::default() };
        let report = review(spans(given), "root".to_owned(), &asked).known.unwrap();
        assert_eq!(
            (report.overall.share.answered, report.overall.share.correct),
            (2, 2),
            "{given} {truth}"
        );
        assert_eq!((report.items, report.raters.len()), (1, 1));
    }
}

#[test]
fn a_correction_is_held_against_what_was_asked() {
    let checked = |text: &str| {
        let delivery = read_bytes("labels.csv", text.as_bytes(), &Limits::default());
        Checked::of(delivery, "root".to_owned(), None)
    };
    let first = checked("item,annotator,label\n1,ann,cat\n2,ann,\n3,ann,dog\n");
    let second = checked("item,annotator,label\n1,ann,cat\n2,ann,cow\n3,ann,hen\n");
    let found = diff(&first, &second);
    assert!(found.is_clean(), "{found:?}");
    let item = |name: &str| found.changed.iter().find(|change| change.item == name);
    assert!(item("1").is_none() && !item("3").unwrap().asked);
    let nothing = diff(&second, &second);
    assert!(nothing.is_clean() && nothing.changed.is_empty());
    assert_eq!(nothing.fixed, Sides { numerator: 0, denominator: 0 });
}
