//! Whole assessments: examples worked by hand, and laws that hold for any card.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use shujian_core::card::{
    Assessment, Card, Column, Counted, Dataset, Engine, GateStatus, Grade, Interval, Metric,
    Partition, Records, SCHEMA, Unreadable,
};
use shujian_core::finding::Text;
use shujian_core::{Banding, Fen, Findings, Place, Profile};
use shujian_grade::{Application, Rubric, assess, compare};

const EXAMPLE: &str = include_str!("../../../pipelines/application.example.toml");

fn text(text: &str) -> Text {
    Text { zh: text.to_owned(), en: text.to_owned() }
}

fn metric((name, value): (&str, f64)) -> Metric {
    Metric {
        name: name.to_owned(),
        value: value.is_finite().then_some(value),
        undefined: (!value.is_finite()).then(|| text("nothing to measure")),
        unit: "share".to_owned(),
        numerator: Counted { what: text("a"), amount: 0.0 },
        denominator: Counted { what: text("b"), amount: 0.0 },
        definition: text("c"),
        null_rule: text("d"),
        evidence: Vec::new(),
    }
}

fn partition(profile: Profile, volumes: [u64; 3], metrics: &[(&str, f64)]) -> Partition {
    let [units_submitted, units_novel, units_effective] = volumes;
    let low = units_effective as f64 / units_novel.max(1) as f64;
    Partition {
        name: format!("{profile:?}"),
        profile,
        records: Records { present: 100, read: 100, retained: 100, ..Records::default() },
        unit: profile.unit().to_owned(),
        units_submitted,
        units_novel,
        factor: Interval { low, point: low, high: (low * 1.1).min(1.0) },
        units_effective,
        metrics: metrics.iter().copied().map(metric).collect(),
        columns: Vec::new(),
        clusters: Vec::new(),
    }
}

fn card(partitions: Vec<Partition>) -> Card {
    let records =
        Records { present: 1000, read: 1000, usable: 1000, retained: 1000, ..Records::default() };
    Card {
        schema: SCHEMA.to_owned(),
        digest: String::new(),
        dataset: Dataset {
            name: "d".to_owned(),
            sector: None,
            snapshot_root: "0".repeat(64),
            files: 1,
            bytes: 1,
            kinds: Vec::new(),
            contents: Vec::new(),
            unreadable: Unreadable::default(),
        },
        records,
        partitions,
        label_review: None,
        assessment: None,
        findings: Vec::new(),
        not_checked: Vec::new(),
        places: BTreeMap::new(),
        engine: Engine { version: "0.1.0".to_owned(), banding: Banding::RECALL },
    }
}

const TABLE: &[(&str, f64)] = &[
    ("structure", 0.275),
    ("validity", 0.999),
    ("information", 3.0),
    ("annotation", 0.5),
    ("uniqueness", 1.0),
];

const TEXT: &[(&str, f64)] =
    &[("bits-per-byte", 1.5), ("order-gain", 0.1), ("distinct-n", 0.55), ("clean-share", 0.99)];

/// An application with full effect and enough money.
fn application(effect: &str) -> Application {
    let (head, _) = EXAMPLE.split_once("[money]").unwrap();
    let money = "[money]\nrequested_yuan = 9000000\neligible_cost_yuan = 9000000\n\
                 other_public_yuan = 0\n";
    Application::parse(&format!("{head}{money}{effect}")).unwrap()
}

const FULL_EFFECT: &str = "
[effect]
uplift = { rer_low = 0.2, tier = \"bureau\" }
adopters = { count = 20, tier = \"bureau\" }
calls = { count_12m = 1000000, top_adopter_share = 0.1, tier = \"bureau\" }
transactions = { yuan = 10000000, tier = \"bureau\" }
";

fn axes(assessment: &Assessment) -> (i64, i64, Option<i64>) {
    let of = |axis: &shujian_core::card::Axis| axis.score_centi;
    let (scale, density) = (of(&assessment.scale), of(&assessment.value_density));
    (scale.unwrap(), density.unwrap(), of(&assessment.effect))
}

/// Volumes and metrics with the scores that the rubric's formulas give on paper.
#[test]
fn worked_examples() {
    // Scale: ln(10⁷/10⁴)/ln(10⁹/10⁴) = 3/5. Density: √1·(.25·½ + .25·1 + .15·½ + .20·½ + .15).
    let table = partition(Profile::Table, [10_000_000; 3], TABLE);
    // Scale: ln(1.5·10⁷/1.5·10⁵)/ln 10³ = 2/3. Density: the annotation's quarter goes to the
    // others: √1·(.30·½ + .25·½ + .20)/.75 = .63333; for instructions it is lost: .475.
    let corpus = partition(Profile::Text, [15_000_000; 3], TEXT);
    let tasks = partition(Profile::Instruction, [15_000_000; 3], TEXT);
    // A quarter retained: E falls by 4, √ρ is ½.
    let copied = partition(Profile::Text, [15_000_000, 3_750_000, 3_750_000], TEXT);
    for (name, partitions, scale, density) in [
        ("table", vec![table.clone()], 6000, 7000),
        ("text", vec![corpus.clone()], 6667, 6333),
        ("instruction", vec![tasks], 6667, 4750),
        // 1 − ln 4/ln 1000 · … = 2/3 − .200687 = .465980
        ("copied text", vec![copied], 4660, 3167),
        // 2/3 + .2·⅓·.6; density weighed by volume: text .1, table .01 of their full scales.
        ("text and table", vec![corpus, table], 7067, 6394),
        ("nothing", vec![], 0, 0),
    ] {
        let assessment = assess(&card(partitions), &Rubric::released(), None);
        assert_eq!(axes(&assessment), (scale, density, None), "{name}");
        let lost: i64 = assessment.losses.iter().map(|loss| loss.points_centi).sum();
        let won = (25 * scale + 35 * density) / 100;
        assert!((10_000 - won - lost).abs() <= 10, "{name}: losses add up to {lost}");
    }
}

#[test]
fn grade_and_amount_follow_the_bands() {
    let rubric = Rubric::released();
    let best = [
        ("structure", 0.5),
        ("validity", 1.0),
        ("information", 6.0),
        ("annotation", 1.0),
        ("uniqueness", 1.0),
    ];
    // 25 % of 60 and 35 % of 100 are 50; effect decides.
    let graded = |effect: &str| {
        let partitions = vec![partition(Profile::Table, [10_000_000; 3], &best)];
        assess(&card(partitions), &rubric, Some(&application(effect)))
    };
    let uplift = |tier: &str| format!("[effect.uplift]\nrer_low = 0.2\ntier = \"{tier}\"");
    for (effect, total, grade, fen) in [
        (FULL_EFFECT.to_owned(), 9000, Grade::A, 200_000_000),
        (uplift("bureau"), 6600, Grade::C, 60_000_000),
        (uplift("third-party"), 6280, Grade::D, 0),
        (uplift("own-logs"), 5800, Grade::None, 0),
        (uplift("self-declared"), 5000, Grade::None, 0),
    ] {
        let assessment = graded(&effect);
        assert_eq!(assessment.score.total_centi, Some(total), "{effect}");
        assert_eq!(assessment.grade, Some(grade), "{effect}");
        assert_eq!(assessment.award.payable_fen, Some(Fen(fen)), "{effect}");
        assert!(assessment.award.trace.iter().all(|step| !step.citation.is_empty()));
    }
}

#[test]
fn too_little_text_is_the_advice_where_it_is_the_cause() {
    let text = partition(Profile::Text, [3_000_000, 3_000_000, 300_000], TEXT);
    let mut card = card(vec![text]);
    let advice = |card: &Card| {
        let losses = assess(card, &Rubric::released(), None).losses;
        losses.into_iter().find(|loss| loss.name == "factor").unwrap().advice.en
    };
    assert!(!advice(&card).contains("SJ-quality-106"));
    let mut findings = Findings::default();
    findings.add("SJ-quality-106", Place::default());
    card.findings = findings.into_card();
    assert!(advice(&card).contains("SJ-quality-106"));
}

/// A rich small table: 25 % of 37.50, 35 % of 100 and 40 % of 100 are 84.38, which is B.
#[test]
fn a_weak_axis_says_what_it_costs() {
    let best = [
        ("structure", 0.5),
        ("validity", 1.0),
        ("information", 6.0),
        ("annotation", 1.0),
        ("uniqueness", 1.0),
    ];
    // 10⁴ · 10^(5 · 0.375)
    let small = partition(Profile::Table, [749_894; 3], &best);
    let assessment =
        assess(&card(vec![small]), &Rubric::released(), Some(&application(FULL_EFFECT)));
    assert_eq!((assessment.grade, axes(&assessment).0), (Some(Grade::C), 3750));
    let capped = assessment.capped.unwrap();
    assert_eq!((capped.grade, capped.nominal_fen), (Grade::B, Fen(120_000_000)));
    assert_eq!(capped.floor_centi, 4000);
    let weak: Vec<_> =
        capped.weak.iter().map(|weak| (weak.axis.as_str(), weak.missing_centi)).collect();
    assert_eq!(weak, [("scale", 250)]);
    let bands: Vec<i64> = assessment.bands.iter().map(|band| band.from_centi).collect();
    assert_eq!(bands, [8500, 7500, 6500, 6000]);
}

#[test]
fn lost_files_never_pass() {
    let rubric = Rubric::released();
    let whole = card(vec![partition(Profile::Table, [10; 3], TABLE)]);
    for (whole_files, whole_bytes, part_files, expected) in [
        (0, 0, 0, GateStatus::Passed),
        (0, 0, 1, GateStatus::Correct),
        (1, 50, 0, GateStatus::Correct),
        (1, 51, 0, GateStatus::Failed),
    ] {
        let unreadable = Unreadable { whole_files, whole_bytes, part_files, of_bytes: 100 };
        let dataset = Dataset { unreadable, ..whole.dataset.clone() };
        let gate = assess(&Card { dataset, ..whole.clone() }, &rubric, None).gates.remove(4);
        assert_eq!(gate.status, expected, "{unreadable:?}");
        assert_eq!(gate.reason.en.contains("lost"), expected != GateStatus::Passed);
    }
}

#[test]
fn without_evidence_nothing_is_silently_zero() {
    let partitions = vec![partition(Profile::Table, [10_000_000; 3], TABLE)];
    let card = card(partitions);
    let empty = application("");
    for application in [None, Some(&empty)] {
        let assessment = assess(&card, &Rubric::released(), application);
        assert_eq!(assessment.effect.score_centi, None);
        assert_eq!(assessment.score.total_centi, None);
        assert_eq!(assessment.grade, None);
        assert_eq!(assessment.award.nominal_fen, None);
        // 25 % of 60 and 35 % of 70 are 39.5: D from 51.25, C from 63.75, B from 88.75.
        let steps: Vec<(i64, Grade)> =
            assessment.reachable.iter().map(|step| (step.effect_from_centi, step.grade)).collect();
        let expected = [(0, Grade::None), (5124, Grade::D), (6374, Grade::C), (8874, Grade::B)];
        assert_eq!(steps, expected);
        assert!(assessment.losses.iter().any(|loss| loss.name == "effect"));
    }
}

#[test]
fn gates_decide_by_data_or_say_why_not() {
    let rubric = Rubric::released();
    let status = |card: &Card, application: Option<&Application>, code: &str| {
        let gates = assess(card, &rubric, application).gates;
        gates.into_iter().find(|gate| gate.code == code).unwrap().status
    };
    let whole = card(vec![partition(Profile::Table, [10; 3], TABLE)]);
    let with = |present, read, retained| {
        let records = Records { present, read, retained, ..Records::default() };
        Card { records, ..whole.clone() }
    };
    let declared = application("");
    for (card, application, code, expected) in [
        (&whole, None, "G1", GateStatus::NotDecided),
        (&whole, None, "G2", GateStatus::NotDecided),
        (&whole, Some(&declared), "G2", GateStatus::Passed),
        (&whole, None, "G5", GateStatus::Passed),
        (&with(10_000, 9500, 9500), None, "G5", GateStatus::Passed),
        (&with(10_000, 9499, 9499), None, "G5", GateStatus::Correct),
        (&with(10_000, 4999, 4999), None, "G5", GateStatus::Failed),
        (&with(0, 0, 0), None, "G5", GateStatus::Failed),
        (&whole, None, "G6", GateStatus::NotDecided),
        (&whole, Some(&declared), "G6", GateStatus::Passed),
        (&whole, None, "G7", GateStatus::NotDecided),
        // (100 + 19 + 600)/8 is below 90, whatever the other indicators are.
        (&with(100, 100, 19), None, "G7", GateStatus::Correct),
        (&whole, None, "G9", GateStatus::Passed),
    ] {
        assert_eq!(status(card, application, code), expected, "{code} {:?}", card.records);
    }
    let failed = assess(&with(10, 1, 1), &rubric, Some(&application(FULL_EFFECT)));
    assert_eq!(failed.grade, Some(Grade::None));
    assert_eq!(failed.award.payable_fen, Some(Fen(0)));
}

#[test]
fn declarations_are_compared_with_the_data() {
    let card = card(vec![partition(Profile::Series, [10; 3], TABLE)]);
    let codes = |modality: &str, other_public_yuan| {
        let mut declared = application("");
        declared.dataset.modality = modality.to_owned();
        declared.money.other_public_yuan = other_public_yuan;
        let findings = compare(&card, &declared, "a.toml").into_card();
        findings.into_iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    assert_eq!(codes("table", 0), [""; 0]);
    assert_eq!(codes("时序数据", 9_000_000), [""; 0]);
    assert_eq!(codes("video", 0), ["SJ-grade-001"]);
    assert_eq!(codes("table, text", 0), ["SJ-grade-001"]);
    assert_eq!(codes("smell", 0), ["SJ-grade-002"]);
    assert_eq!(codes("table", 9_000_001), ["SJ-grade-003"]);
}

#[test]
fn licences_are_counted_record_by_record() {
    let column = |name: &str, filled| Column {
        name: name.to_owned(),
        role: "category".to_owned(),
        kind: "text".to_owned(),
        filled,
        nulls: 100 - filled,
        distinct: 1,
        characters: 0,
        least: None,
        greatest: None,
        repeats: None,
    };
    let mut partition = partition(Profile::Table, [10; 3], TABLE);
    for (licensed, expected) in [(100, GateStatus::Passed), (99, GateStatus::Correct)] {
        partition.columns = vec![column("License", licensed), column("来源", 100)];
        let gates = assess(&card(vec![partition.clone()]), &Rubric::released(), None).gates;
        assert_eq!(gates[1].status, expected);
        assert!(gates[1].reason.en.contains(&licensed.to_string()));
    }
}

#[test]
fn declared_synthetic_records_count_less() {
    let card = card(vec![partition(Profile::Table, [10_000_000; 3], TABLE)]);
    let mut declared = application(FULL_EFFECT);
    let genuine = assess(&card, &Rubric::released(), Some(&declared));
    declared.dataset.synthetic_share = 1.0;
    let synthetic = assess(&card, &Rubric::released(), Some(&declared));
    // E × .3: ln .3/ln 10⁵ = −.10458; √.3 = .54772.
    assert_eq!(axes(&genuine), (6000, 7000, Some(10_000)));
    assert_eq!(axes(&synthetic), (4954, 3834, Some(10_000)));
    assert!(synthetic.losses.iter().any(|loss| loss.name == "synthetic"));
}

#[test]
fn undefined_metrics_say_so() {
    let metrics = [("structure", f64::NAN), ("validity", 0.999)];
    let card = card(vec![partition(Profile::Table, [10_000_000; 3], &metrics)]);
    let assessment = assess(&card, &Rubric::released(), None);
    let note = |name: &str| {
        let terms = &assessment.value_density.terms;
        terms.iter().find(|term| term.name.ends_with(name)).unwrap().note.clone().unwrap()
    };
    assert!(note("/structure").en.contains("nothing to measure"));
    assert!(note("/uniqueness").en.contains("not measured"));
}

fn any_partition() -> impl Strategy<Value = Partition> {
    let profile = prop::sample::select(Profile::ALL.to_vec());
    let metric = || prop_oneof![8 => 0.0..6.5_f64, 1 => Just(f64::NAN)];
    let metrics = prop::collection::vec(metric(), 9);
    (profile, 0..3_000_000_000_u64, 0.0..=1.0_f64, 0.0..=1.0_f64, metrics).prop_map(
        |(profile, submitted, novel, factor, values)| {
            let names = [
                "bits-per-byte",
                "order-gain",
                "distinct-n",
                "clean-share",
                "structure",
                "validity",
                "information",
                "uniqueness",
                "annotation",
            ];
            let metrics: Vec<(&str, f64)> = names.into_iter().zip(values).collect();
            let novel = (submitted as f64 * novel) as u64;
            let effective = (novel as f64 * factor) as u64;
            partition(profile, [submitted, novel, effective], &metrics)
        },
    )
}

fn any_card() -> impl Strategy<Value = Card> {
    prop::collection::vec(any_partition(), 0..5).prop_map(card)
}

proptest! {
    #[test]
    fn scores_are_bounded_and_their_interval_holds_them(card in any_card()) {
        let assessment = assess(&card, &Rubric::released(), Some(&application(FULL_EFFECT)));
        let (scale, density, effect) = axes(&assessment);
        for score in [scale, density, effect.unwrap()] {
            prop_assert!((0..=10_000).contains(&score));
        }
        let total = assessment.score.total_centi.unwrap();
        let (low, high) = assessment.score.interval_centi;
        prop_assert!(low == total && total <= high && high <= 10_000);
        prop_assert!(assessment.losses.iter().all(|loss| loss.points_centi > 0));
        let lost: i64 = assessment.losses.iter().map(|loss| loss.points_centi).sum();
        prop_assert!((10_000 - total - lost).abs() <= 10, "{} and {}", total, lost);
    }

    /// A further partition raises value density only if it is denser than the rest.
    #[test]
    fn thinner_partitions_never_raise_density(card in any_card(), more in any_partition()) {
        let density = |card: &Card| axes(&assess(card, &Rubric::released(), None)).1;
        let mut more = more;
        // Annotation is measured for a whole dataset: the same everywhere.
        let annotation = card.partitions.iter().find_map(|p| p.metrics.last()).cloned();
        let mut card = card;
        if let Some(annotation) = annotation {
            for partition in card.partitions.iter_mut().chain([&mut more]) {
                *partition.metrics.last_mut().unwrap() = annotation.clone();
            }
        }
        let alone = Card { partitions: vec![more.clone()], ..card.clone() };
        let before = density(&card);
        let limit = before.max(density(&alone));
        let mut grown = card;
        grown.partitions.push(more);
        prop_assert!(density(&grown) <= limit + 1);
    }

    /// Junk adds submitted content and nothing else.
    #[test]
    fn junk_raises_nothing(card in any_card(), junk in any_partition()) {
        let before = axes(&assess(&card, &Rubric::released(), None));
        let mut grown = card;
        let metrics = [("annotation", 0.0)];
        let volumes = [junk.units_submitted, junk.units_novel, 0];
        grown.partitions.push(partition(junk.profile, volumes, &metrics));
        let after = axes(&assess(&grown, &Rubric::released(), None));
        prop_assert!(after.0 <= before.0 && after.1 <= before.1);
    }

    #[test]
    fn cutting_a_partition_changes_nothing(one in any_partition()) {
        let mut half = one.clone();
        let volumes =
            [&mut half.units_submitted, &mut half.units_novel, &mut half.units_effective];
        for volume in volumes {
            *volume /= 2;
        }
        let mut rest = one.clone();
        rest.units_submitted -= half.units_submitted;
        rest.units_novel -= half.units_novel;
        rest.units_effective -= half.units_effective;
        let rubric = Rubric::released();
        let whole = axes(&assess(&card(vec![one]), &rubric, None));
        let parts = axes(&assess(&card(vec![half, rest]), &rubric, None));
        prop_assert_eq!(whole, parts);
    }

    /// More effective content, better metrics: never fewer points.
    #[test]
    fn better_is_never_worse(one in any_partition(), gain in 0..1_000_000_u64, more in 0.0..1.0_f64) {
        let rubric = Rubric::released();
        let of = |partition: &Partition| axes(&assess(&card(vec![partition.clone()]), &rubric, None));
        let mut better = one.clone();
        better.units_effective =
            (better.units_effective + gain).min(better.units_novel);
        for metric in &mut better.metrics {
            metric.value = metric.value.map(|value| value + more);
        }
        let (before, after) = (of(&one), of(&better));
        prop_assert!(before.0 <= after.0 && before.1 <= after.1, "{:?} {:?}", before, after);
    }

    #[test]
    fn money_stays_under_every_cap(card in any_card(), requested in 0..3_000_000_u64, cost in 0..3_000_000_u64, other in 0..3_000_000_u64) {
        let mut declared = application(FULL_EFFECT);
        declared.money.requested_yuan = requested;
        declared.money.eligible_cost_yuan = cost;
        declared.money.other_public_yuan = other;
        let award = assess(&card, &Rubric::released(), Some(&declared)).award;
        let paid = award.payable_fen.unwrap().0;
        let caps = [200_000_000, requested * 100, cost.saturating_sub(other) * 100];
        prop_assert!(paid >= 0 && caps.iter().all(|cap| paid <= *cap as i64));
        prop_assert!(paid <= award.nominal_fen.unwrap().0);
    }
}

#[test]
fn an_interval_across_a_boundary_calls_the_panel() {
    let rubric = Rubric::released();
    let close = |high| {
        let mut table = partition(Profile::Table, [10_000_000; 3], TABLE);
        table.units_effective = 8_000_000;
        table.factor = Interval { low: 0.8, point: 0.85, high };
        assess(&card(vec![table]), &rubric, Some(&application(FULL_EFFECT)))
    };
    let narrow = close(0.8);
    assert_eq!((narrow.grade, narrow.panel), (Some(Grade::B), None));
    // Weak scale and full effect stand a little below 80; nothing here reaches 85.
    assert_eq!(close(1.0).panel, None);
    let mut raised = rubric.clone();
    let (low, high) = close(1.0).score.interval_centi;
    assert!(low < high, "{low}–{high}");
    raised.bands[0].from = high;
    let mut table = partition(Profile::Table, [10_000_000; 3], TABLE);
    table.units_effective = 8_000_000;
    table.factor = Interval { low: 0.8, point: 0.85, high: 1.0 };
    let assessment = assess(&card(vec![table]), &raised, Some(&application(FULL_EFFECT)));
    assert_eq!(assessment.grade, Some(Grade::B));
    assert!(assessment.panel.unwrap().en.contains("B / A"));
}

fn noticed(code: &str, count: u64) -> shujian_core::Finding {
    let severity = shujian_core::Severity::Warning;
    let (cause, fix) = (text("why"), text("do"));
    shujian_core::Finding { code: code.to_owned(), severity, count, places: Vec::new(), cause, fix }
}

#[test]
fn a_forecast_has_a_score_but_no_amount() {
    let mut forecast = card(vec![partition(Profile::Table, [10_000_000; 3], TABLE)]);
    forecast.findings.push(noticed("SJ-engine-001", 1));
    let assessment = assess(&forecast, &Rubric::released(), Some(&application(FULL_EFFECT)));
    assert!(assessment.score.total_centi.is_some() && assessment.panel.is_none());
    assert_eq!((assessment.award.nominal_fen, assessment.award.payable_fen), (None, None));
    assert!(assessment.award.undecided.unwrap().zh.contains("--sample"));
}

#[test]
fn files_beyond_measure_are_not_scored() {
    let mut images = card(Vec::new());
    images.records = Records::default();
    images.findings.push(noticed("SJ-ingest-011", 3));
    for application in [None, Some(&application(FULL_EFFECT))] {
        let assessment = assess(&images, &Rubric::released(), application);
        let axes = [&assessment.scale, &assessment.value_density].map(|axis| axis.score_centi);
        assert_eq!(axes, [None, None]);
        assert_eq!((assessment.score.total_centi, assessment.grade), (None, None));
        assert_eq!(assessment.award.payable_fen, None);
        assert!(assessment.gates.iter().all(|gate| gate.status != GateStatus::Failed));
        assert!(assessment.losses.is_empty() && assessment.reachable.is_empty());
    }
    // A few captions beside pictures are not the dataset; a long text with a few pictures is.
    let picture = |bytes| shujian_core::card::FileKind {
        kind: "jpeg".to_owned(),
        measured: false,
        files: 1,
        bytes,
        records: 0,
    };
    let mut captioned = card(vec![partition(Profile::Text, [50_000; 3], TEXT)]);
    captioned.dataset.kinds.push(picture(4_000_001));
    assert_eq!(assess(&captioned, &Rubric::released(), None).scale.score_centi, None);
    captioned.dataset.kinds = vec![picture(4_000_000)];
    assert!(assess(&captioned, &Rubric::released(), None).scale.score_centi.is_some());
    // A broken file of a measured format fails its gate as before.
    images.findings = vec![noticed("SJ-ingest-027", 3)];
    assert_eq!(assess(&images, &Rubric::released(), None).grade, Some(Grade::None));
}
