//! Gates: conditions that no score outweighs, as far as data and application decide them.
//!
//! A gate that needs a person, a scan or evidence that is not there says so; it never passes
//! silently. Numbers of files stay out of the reasons, so that the digest of a card does not depend
//! on how records are packed.

use shujian_core::card::{Column, Gate, GateStatus, Records, Unreadable};
use shujian_core::finding::Text;
use shujian_core::{Bilingual, Card, CreditCode, LabelVerdict};

use crate::application::Application;
use crate::rubric::{Gates, Rubric};

/// What a gate found: outcome and reason in both languages.
type Finding = (GateStatus, String, String);

/// What a gate may look at.
struct Case<'a> {
    card: &'a Card,
    rules: &'a Gates,
    application: Option<&'a Application>,
}

/// One gate.
struct Rule {
    code: &'static str,
    title: Bilingual,
    decide: fn(&Case) -> Finding,
}

const RULES: [Rule; 9] = [
    Rule {
        code: "G1", title: Bilingual { zh: "申报主体", en: "applicant" }, decide: applicant
    },
    Rule {
        code: "G2",
        title: Bilingual { zh: "权属与来源", en: "rights and source" },
        decide: rights,
    },
    Rule {
        code: "G3",
        title: Bilingual { zh: "个人信息", en: "personal information" },
        decide: |_| {
            undecided("本版本不扫描个人信息，须另行审查", "personal information is not scanned yet")
        },
    },
    Rule {
        code: "G4",
        title: Bilingual { zh: "内容安全", en: "content safety" },
        decide: |_| {
            undecided(
                "须人工抽审不少于 4000 条且合格率不低于 98 %",
                "people must audit 4,000 records or more, of which 98 % must pass",
            )
        },
    },
    Rule { code: "G5", title: Bilingual { zh: "格式", en: "format" }, decide: format },
    Rule {
        code: "G6",
        title: Bilingual { zh: "说明文档", en: "documentation" },
        decide: documentation,
    },
    Rule {
        code: "G7", title: Bilingual { zh: "数据质量", en: "data quality" }, decide: quality
    },
    Rule {
        code: "G8",
        title: Bilingual { zh: "标注验收", en: "annotation acceptance" },
        decide: annotation,
    },
    Rule {
        code: "G9", title: Bilingual { zh: "快照完整性", en: "integrity" }, decide: integrity
    },
];

/// Decides every gate, in order.
pub fn decide(card: &Card, rubric: &Rubric, application: Option<&Application>) -> Vec<Gate> {
    let case = Case { card, rules: &rubric.gates, application };
    let gate = |rule: &Rule| {
        let (status, zh, en) = (rule.decide)(&case);
        let (code, title) = (rule.code.to_owned(), rule.title.into());
        Gate { code, title, status, reason: Text { zh, en } }
    };
    RULES.iter().map(gate).collect()
}

fn undecided(zh: &str, en: &str) -> Finding {
    (GateStatus::NotDecided, zh.to_owned(), en.to_owned())
}

fn applicant(case: &Case) -> Finding {
    let Some(application) = case.application else {
        return undecided("没有申报书", "no application");
    };
    let code = match application.applicant.uscc.parse::<CreditCode>() {
        Ok(code) => code,
        Err(error) => {
            let said = error.text();
            return (
                GateStatus::Correct,
                format!("统一社会信用代码不符 GB 32100：{}", said.zh),
                format!("the credit code does not follow GB 32100: it {}", said.en),
            );
        }
    };
    let division = code.division();
    (
        GateStatus::NotDecided,
        format!("代码校验通过，登记地区划 {division}；法人资格与信用记录须人工核查"),
        format!(
            "check sign right, registered in division {division}; legal person and credit record \
             are for the reviewer"
        ),
    )
}

/// Names of columns that state a licence or a source record by record.
const LICENCE: [&str; 5] = ["license", "licence", "许可", "授权", "版权"];
const SOURCE: [&str; 4] = ["source", "来源", "出处", "source_details"];

fn rights(case: &Case) -> Finding {
    if let Some(application) = case.application {
        let dataset = &application.dataset;
        let declared = |text: &str| !text.trim().is_empty();
        if declared(&dataset.licence) && declared(&dataset.source) {
            return (
                GateStatus::Passed,
                "申报书为全部记录载明来源与许可；是否适合拟定用途须人工核查".to_owned(),
                "the application states source and licence for all records; whether they fit the \
                 intended use is for the reviewer"
                    .to_owned(),
            );
        }
    }
    let (records, licensed) = stated(case.card, &LICENCE);
    let (_, sourced) = stated(case.card, &SOURCE);
    let zh = format!("{records} 条记录中 {licensed} 条载明许可，{sourced} 条载明来源");
    let en = format!("of {records} records {licensed} state a licence and {sourced} a source");
    if records > 0 && licensed == records && sourced == records {
        (GateStatus::Passed, zh, en)
    } else if case.application.is_some() || licensed > 0 || sourced > 0 {
        (GateStatus::Correct, zh, en)
    } else {
        (GateStatus::NotDecided, format!("{zh}；没有申报书"), format!("{en}; no application"))
    }
}

/// Records, and those of them that fill a column of one of these names.
fn stated(card: &Card, names: &[&str]) -> (u64, u64) {
    let named = |column: &&Column| names.iter().any(|name| column.name.eq_ignore_ascii_case(name));
    card.partitions.iter().fold((0, 0), |(records, filled), partition| {
        let most = partition.columns.iter().filter(named).map(|column| column.filled).max();
        let read = partition.records.read;
        (records + read, filled + most.unwrap_or(0).min(read))
    })
}

fn format(case: &Case) -> Finding {
    let Records { present, read, .. } = case.card.records;
    if present == 0 && case.card.is_beyond_measure() {
        return undecided(
            "全部文件为本版本尚不度量的格式",
            "all files are of formats that this version does not measure yet",
        );
    }
    if present == 0 {
        return (
            GateStatus::Failed,
            "没有可计量的记录".to_owned(),
            "there is no record to measure".to_owned(),
        );
    }
    // In hundredths of a percent, rounded down, so that nothing passes by rounding.
    let of = |part: u64, whole: u64| {
        i64::try_from(u128::from(part) * 10_000 / u128::from(whole.max(1))).unwrap_or(0)
    };
    let records = of(read, present);
    let lost = case.card.dataset.unreadable;
    let bytes = of(lost.of_bytes.saturating_sub(lost.whole_bytes), lost.of_bytes);
    let share = if lost.of_bytes == 0 { records } else { records.min(bytes) };
    let status = match share {
        share if share < case.rules.format_fail => GateStatus::Failed,
        share if share >= case.rules.format_pass && lost.is_none() => GateStatus::Passed,
        _ => GateStatus::Correct,
    };
    let (lost_zh, lost_en) = spell_lost(&lost, 10_000 - bytes);
    let (least, fail) = (percent(case.rules.format_pass), percent(case.rules.format_fail));
    (
        status,
        format!(
            "{lost_zh}{present} 条中可读 {read} 条（{}，要求 {least}，不足 {fail} 不通过）；\
             TC609-5-2025-02 字段未核对",
            percent(records)
        ),
        format!(
            "{lost_en}{read} of {present} records readable ({}, needs {least}, fails below \
             {fail}); fields of TC609-5-2025-02 are not compared",
            percent(records)
        ),
    )
}

/// Files lost whole or in part; empty if there are none, so that sound records have one digest
/// however they are packed.
fn spell_lost(lost: &Unreadable, bytes: i64) -> (String, String) {
    if lost.is_none() {
        return (String::new(), String::new());
    }
    let Unreadable { whole_files: whole, part_files: part, .. } = *lost;
    let (mut zh, mut en) = (String::new(), String::new());
    if whole > 0 {
        let bytes = percent(bytes);
        zh.push_str(&format!("整个无法读取的文件 {whole} 个（占字节 {bytes}）；"));
        en.push_str(&format!("files lost whole: {whole} ({bytes} of bytes); "));
    }
    if part > 0 {
        zh.push_str(&format!("部分丢失的文件 {part} 个；"));
        en.push_str(&format!("files lost in part: {part}; "));
    }
    (zh, en)
}

fn documentation(case: &Case) -> Finding {
    let Some(application) = case.application else {
        return undecided("没有申报书", "no application");
    };
    let met = application.dataset.documentation.met();
    let mean = met.iter().map(|(_, aspects)| *aspects as u64 * 20).sum::<u64>() / 4;
    let enough = met.iter().all(|(_, aspects)| *aspects >= case.rules.documentation_aspects);
    let passed = enough && mean >= case.rules.documentation_mean;
    let list: Vec<String> =
        met.iter().map(|(code, aspects)| format!("{code} {aspects}/5")).collect();
    let (list, least) = (list.join(", "), case.rules.documentation_mean);
    (
        if passed { GateStatus::Passed } else { GateStatus::Correct },
        format!("申报书载明 {list}，均值 {mean}（要求 {least}）"),
        format!("the application states {list}, mean {mean} (needs {least})"),
    )
}

/// A review decides: it has to accept, by an inspection no smaller than the standard's, with an
/// accuracy whose lower bound reaches the least.
fn annotation(case: &Case) -> Finding {
    let Some(labels) = &case.card.label_review else {
        return undecided(
            "须按抽样方案逐批验收标注",
            "labels must be accepted lot by lot by the sampling plan",
        );
    };
    let hash = labels.review.get(..12).unwrap_or(&labels.review);
    let (zh, en) = (format!("标注评审 {hash}"), format!("review {hash} of the labels"));
    match labels.verdict {
        LabelVerdict::Reject => {
            return (GateStatus::Failed, format!("{zh}：拒收"), format!("{en}: rejected"));
        }
        LabelVerdict::Rework => {
            let (zh, en) = (format!("{zh}：须返工"), format!("{en}: to be reworked"));
            return (GateStatus::Correct, zh, en);
        }
        LabelVerdict::Accept => {}
    }
    let (inspected, defects) = (labels.inspected, labels.defects);
    let (sample, accept) = (labels.plan_sample, labels.plan_accept);
    let least = percent(case.rules.annotation_accuracy);
    let low = labels.accuracy_low.map_or(0, |low| (low * 10_000.0).floor() as i64);
    let passed = labels.passed_inspection() && low >= case.rules.annotation_accuracy;
    let low = percent(low);
    (
        if passed { GateStatus::Passed } else { GateStatus::NotDecided },
        format!(
            "{zh}：接收；所报抽检 {inspected} 个（标准方案 {sample} 个、接收数 {accept}），不合格 {defects} 个，准确率下界 {low}（要求 {least}）"
        ),
        format!(
            "{en}: accepted; it reports {inspected} inspected (the standard has {sample}, accepting up to {accept}) with {defects} defective, lower bound of accuracy {low} (needs {least})"
        ),
    )
}

/// Decided only where the known parts alone fall short: even full marks elsewhere would not do.
fn quality(case: &Case) -> Finding {
    let Records { present, read, retained, .. } = case.card.records;
    if present == 0 || read == 0 {
        return undecided("没有可读记录", "no record is readable");
    }
    let format = read as f64 / present as f64 * 100.0;
    let clean = retained as f64 / read as f64 * 100.0;
    let best = (format + clean + 600.0) / 8.0;
    let least = case.rules.quality_mean;
    let zh = format!("0201 格式 {format:.1}，0208 干净 {clean:.1}；0202–0207 未测");
    let en = format!("0201 format {format:.1}, 0208 clean {clean:.1}; 0202–0207 not measured");
    if best < least as f64 {
        return (
            GateStatus::Correct,
            format!("{zh}；其余满分均值也仅 {best:.1}（要求 {least}）"),
            format!("{en}; full marks elsewhere would give {best:.1} (needs {least})"),
        );
    }
    (GateStatus::NotDecided, zh, en)
}

fn integrity(case: &Case) -> Finding {
    let root = &case.card.dataset.snapshot_root;
    if root.len() == 64 && root.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        (
            GateStatus::Passed,
            "快照 Merkle 根已记录，受理后比对".to_owned(),
            "the Merkle root of the snapshot is recorded, to be compared from now on".to_owned(),
        )
    } else {
        (
            GateStatus::Failed,
            "没有记录快照 Merkle 根".to_owned(),
            "no Merkle root of the snapshot is recorded".to_owned(),
        )
    }
}

fn percent(hundredths: i64) -> String {
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}
