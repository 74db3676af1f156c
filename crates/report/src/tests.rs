//! Reports of whole and of extreme cards.

use std::collections::BTreeMap;

use shujian_core::card::{
    Across, Assessment, Award, Axis, AxisFloor, Band, Capped, Card, Counted, Dataset, Engine, Gate,
    GateStatus, Grade, Interval, Loss, Metric, NotChecked, Partition, Reachable, Records, Rubric,
    SCHEMA, Score, Step, Term, Unreadable, WeakAxis,
};
use shujian_core::finding::Text;
use shujian_core::{Banding, Fen, Finding, Place, Profile, Sector, Severity};

use crate::screen::{COLUMNS, width};
use crate::{Lang, REPORTS, View, explain_metric, is_sealed, named, overview, topics};

fn both(zh: &str, en: &str) -> Text {
    Text { zh: zh.to_owned(), en: en.to_owned() }
}

fn metric() -> Metric {
    Metric {
        name: "distinct-n".to_owned(),
        value: Some(0.61),
        undefined: None,
        unit: "share".to_owned(),
        numerator: Counted { what: both("不同的 n 元组", "different n-grams"), amount: 61.0 },
        denominator: Counted { what: both("n 元组", "n-grams"), amount: 100.0 },
        definition: both("不同的占比", "share that differs"),
        null_rule: both("空文本不计", "empty texts do not count"),
        evidence: vec!["ab".repeat(32)],
    }
}

/// A card whose lists have `many` entries and whose names are `name`.
pub(crate) fn card(many: usize, name: &str) -> Card {
    let records = Records {
        present: 17_994,
        read: 17_990,
        skipped: 4,
        usable: 17_000,
        exact_duplicates: 240,
        near_duplicates: 180,
        retained: 16_580,
    };
    let partition = Partition {
        name: name.to_owned(),
        profile: Profile::Instruction,
        records: records.clone(),
        unit: "characters".to_owned(),
        units_submitted: 1_234_567,
        units_novel: 1_100_000,
        factor: Interval { low: 0.9, point: 0.93, high: 0.96 },
        units_effective: 990_000,
        metrics: vec![metric()],
        columns: Vec::new(),
        clusters: Vec::new(),
    };
    let finding = Finding {
        code: "SJ-none-001".to_owned(),
        severity: Severity::Error,
        count: 5,
        places: vec![Place::file(name).at_row(7).in_column("a").noting("x")],
        cause: both("因", "why"),
        fix: both("改", "do"),
    };
    let unchecked = NotChecked {
        name: "pii".to_owned(),
        reason: both("个人信息未检查", "no scan for PII"),
    };
    Card {
        schema: SCHEMA.to_owned(),
        digest: "0123456789abcdef".repeat(4),
        dataset: Dataset {
            name: name.to_owned(),
            sector: Some(Sector::Agriculture),
            snapshot_root: "0".repeat(64),
            files: 12,
            bytes: 3_456_789,
            kinds: Vec::new(),
            contents: Vec::new(),
            unreadable: Unreadable::default(),
        },
        records,
        partitions: vec![partition; many],
        label_review: None,
        assessment: None,
        findings: vec![finding; many],
        not_checked: vec![unchecked; many],
        places: BTreeMap::from([("ab".repeat(32), Place::file("a.jsonl").at_row(3))]),
        engine: Engine { version: "0.1.0".to_owned(), banding: Banding::RECALL },
    }
}

fn axis(score_centi: Option<i64>, weight_centi: i64) -> Axis {
    let term = Term {
        name: "characters".to_owned(),
        formula: "ln(2/1) / ln(4/1)".to_owned(),
        value: Some(0.5),
        weight: 1.0,
        note: Some(both("注", "note")),
    };
    Axis { score_centi, weight_centi, terms: vec![term] }
}

/// The same card, graded; `effect` decides whether all of it is known.
pub(crate) fn graded(many: usize, name: &str, effect: Option<i64>) -> Card {
    let gate = |(index, status)| Gate {
        code: format!("G{index}"),
        title: both("权属与来源", "rights and source"),
        status,
        reason: both("某条记录没有载明来源", "a record does not state its source"),
    };
    let statuses = [GateStatus::Passed, GateStatus::Correct, GateStatus::NotDecided];
    let step = Step {
        rule: both("B 等分级奖补额", "graded amount of grade B"),
        amount_fen: Fen(120_000_000),
        limit_fen: Some(Fen(120_000_000)),
        citation: "art. 6".to_owned(),
        source: Some(both("第6条", "art. 6")),
    };
    let loss = Loss {
        name: "annotation".to_owned(),
        points_centi: 875,
        advice: both(
            "请至少两名标注员独立标注同一批记录，随数据提交全部标签",
            "have two or more annotators label the same records; hand in all labels",
        ),
    };
    let reach =
        |(from, grade)| Reachable { effect_from_centi: from, grade, nominal_fen: Fen(60_000_000) };
    let assessment = Assessment {
        rubric: Rubric { version: "2026.1".to_owned(), hash: "f".repeat(64) },
        scale: axis(Some(6107), 25),
        value_density: axis(Some(4820), 35),
        effect: axis(effect, 40),
        gates: (1..=9).map(|index| gate((index, statuses[index % 3]))).collect(),
        score: Score { total_centi: effect.map(|_| 7832), interval_centi: (7832, 7910) },
        grade: effect.map(|_| Grade::B),
        reachable: [(0, Grade::None), (3520, Grade::C), (6000, Grade::B), (9000, Grade::A)]
            .map(reach)
            .to_vec(),
        award: Award {
            nominal_fen: effect.map(|_| Fen(120_000_000)),
            payable_fen: effect.map(|_| Fen(120_000_000)),
            undecided: effect.is_none().then(|| both("等次待定", "the grade is open")),
            trace: vec![step],
        },
        bands: vec![Band { grade: Grade::A, from_centi: 8500, nominal_fen: Fen(200_000_000) }],
        axis_floor: Some(AxisFloor { from_centi: 4000, grade: Grade::C }),
        capped: effect.map(|_| Capped {
            floor_centi: 7000,
            weak: vec![WeakAxis {
                axis: "scale".to_owned(),
                score_centi: 6107,
                missing_centi: 893,
            }],
            grade: Grade::A,
            nominal_fen: Fen(200_000_000),
        }),
        across: effect.map(|_| Across { grade: Grade::A, payable_fen: Some(Fen(200_000_000)) }),
        panel: effect
            .map(|_| both("区间跨越界线：专家组裁定", "the interval crosses: a panel decides")),
        losses: vec![loss; many],
    };
    Card { assessment: Some(assessment), ..card(many, name) }
}

fn view(lang: Lang) -> View {
    let path = Some("data/application.toml".to_owned());
    View { lang, application: path.clone(), unused: path }
}

#[test]
fn fits_one_screen_whatever_the_card() {
    let long = "一个很长的名字 with a long tail ".repeat(20);
    for many in [0, 1, 9, 300] {
        for name in ["q", &long, "\u{1b}[2J\u{202e}\n\n"] {
            for card in [card(many, name), graded(many, name, None), graded(many, name, Some(7))] {
                for lang in [Lang::Zh, Lang::En] {
                    let text = (named("text").unwrap().render)(&card, &view(lang));
                    assert!(text.lines().count() <= 40, "{} lines\n{text}", text.lines().count());
                    for line in text.lines() {
                        assert!(width(line) <= COLUMNS, "{line}");
                        assert!(!line.contains(char::is_control), "{line:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn shows_what_decides() {
    let text = (named("text").unwrap().render)(&graded(1, "问答", Some(7555)), &view(Lang::Zh));
    for part in [
        "B  良好",
        "78.32",
        "61.07",
        "48.20",
        "75.55",
        "■ 奖补  暂定至多 ¥1,200,000（须先通过门槛 G1、G2、",
        "界线另一侧：A 等 ¥2,000,000",
        "限于 B 等  总分本可得 A 等（¥2,000,000），但每轴须达 70.00 分：规模 61.07",
        "评分细则不是发布版（散列 ffffffffffff）",
        "17,994",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let text = (named("text").unwrap().render)(&graded(1, "qa", None), &view(Lang::En));
    for part in
        ["open (effect unknown)", "effect ≥ 35.20 earns C ¥600,000", "unknown", "application.toml"]
    {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn english_reports_hold_no_chinese() {
    let mut card = graded(9, "qa", None);
    let text = (named("text").unwrap().render)(&card, &view(Lang::En));
    let is_chinese = |c: char| ('\u{3000}'..'\u{fe00}').contains(&c);
    assert!(!text.contains(is_chinese), "{text}");
    card.seal();
    for topic in topics(&card) {
        let text = explain_metric(&card, &topic, &view(Lang::En)).unwrap();
        assert!(!text.contains(is_chinese), "{text}");
    }
}

#[test]
fn explains_every_topic_of_a_card() {
    let card = graded(2, "qa", Some(1));
    assert!(topics(&card).contains(&"distinct-n".to_owned()));
    for topic in topics(&card) {
        assert!(explain_metric(&card, &topic, &view(Lang::Zh)).is_some(), "{topic}");
    }
    let text = explain_metric(&card, "distinct-n", &view(Lang::Zh)).unwrap();
    assert!(text.contains("a.jsonl 第 3 条") && text.contains("不同的 n 元组 = 61"), "{text}");
    assert_eq!(explain_metric(&card, "nothing", &view(Lang::Zh)), None);
}

#[test]
fn an_amount_is_never_printed_without_its_gates() {
    let mut card = graded(1, "qa", Some(7555));
    let grant = |card: &Card| {
        let text = (named("text").unwrap().render)(card, &view(Lang::En));
        text.lines().find(|line| line.starts_with("■ Grant")).map(str::to_owned)
    };
    let hedged = grant(&card).unwrap();
    assert!(hedged.contains("provisional: up to ¥1,200,000 once gates G1, G2, "), "{hedged}");
    let assessment = card.assessment.as_mut().unwrap();
    (assessment.panel, assessment.across) = (None, None);
    assessment.gates.iter_mut().for_each(|gate| gate.status = GateStatus::Passed);
    assert_eq!(grant(&card).unwrap(), "■ Grant  ¥1,200,000");
    card.assessment.as_mut().unwrap().gates[3].status = GateStatus::NotDecided;
    assert_eq!(grant(&card).unwrap(), "■ Grant  up to ¥1,200,000 once gate G4 is passed");
    card.assessment.as_mut().unwrap().award.payable_fen = None;
    assert_eq!(grant(&card), None);
}

#[test]
fn the_limit_that_decides_is_named() {
    let mut card = graded(1, "qa", Some(7555));
    let award = &mut card.assessment.as_mut().unwrap().award;
    award.payable_fen = Some(Fen(10_000_000));
    award.trace.push(Step {
        rule: both("申请金额", "amount asked for"),
        amount_fen: Fen(10_000_000),
        limit_fen: Some(Fen(10_000_000)),
        citation: "art. 6".to_owned(),
        source: None,
    });
    let text = (named("text").unwrap().render)(&card, &view(Lang::En));
    let limit = "■ Limit  amount asked for (¥100,000); grade B would grant ¥1,200,000";
    assert!(text.contains(limit), "{text}");
    let text = explain_metric(&card, "award", &view(Lang::En)).unwrap();
    assert!(text.contains("amount asked for: at most ¥100,000 → ¥100,000"), "{text}");
    assert!(text.contains("A from 85.00 ¥2,000,000"), "{text}");
}

#[test]
fn a_changed_card_says_so() {
    let mut card = graded(2, "qa", Some(1));
    card.seal();
    assert!(is_sealed(&card));
    let award = |card: &Card| explain_metric(card, "award", &view(Lang::En)).unwrap();
    assert!(award(&card).starts_with("digest right"), "{}", award(&card));
    card.assessment.as_mut().unwrap().award.payable_fen = Some(Fen(200_000_000));
    assert!(!is_sealed(&card));
    let text = award(&card);
    assert!(text.contains("摘要不符") && text.contains("does not match its digest"), "{text}");
    assert!(overview(&card, &view(Lang::Zh)).starts_with("警告"));
}

#[test]
fn json_comes_back_as_the_same_card() {
    let card = graded(2, "qa", Some(1));
    let json = (named("json").unwrap().render)(&card, &view(Lang::En));
    assert_eq!(serde_json::from_str::<Card>(&json).unwrap(), card);
}

#[test]
fn names_are_unique() {
    for report in REPORTS {
        assert_eq!(REPORTS.iter().filter(|other| other.name == report.name).count(), 1);
    }
}
