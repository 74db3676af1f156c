//! The criteria: one function and one row each.

use shujian_core::finding::Text;
use shujian_core::{Bilingual, Finding, LabelVerdict, Severity};

use super::form::{CardPart, Criterion, Delivered, Sides, Status, Verdict};
use super::rework::ReworkList;
use super::{Acceptance, AgreementReport, Inspected, KnownReport};
use crate::consensus::BehaviourForm;
use crate::gold::{Judgement, Tally};
use crate::raters::{BEHAVIOURS, title};

/// What criteria look at.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// The terms.
    pub acceptance: &'a Acceptance,
    /// What was delivered.
    pub delivered: &'a Delivered,
    /// What was found.
    pub findings: &'a [Finding],
    /// Errors by place.
    pub(super) rework: &'a ReworkList,
    /// Agreement.
    pub agreement: &'a [AgreementReport],
    /// Answers to known items.
    pub known: Option<&'a KnownReport>,
    /// What the inspection found.
    pub inspected: Option<&'a Inspected>,
    /// Behaviour of raters to look into.
    pub behaviours: &'a [BehaviourForm],
    /// Behaviours that the files say too little to look for.
    pub not_looked_for: &'a [&'static str],
}

/// Units labelled twice below which agreement decides nothing.
const LEAST_PAIRED: u64 = 30;

/// One criterion.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Stable name.
    pub name: &'static str,
    /// What it asks.
    pub title: Bilingual,
    judge: fn(&Evidence<'_>) -> Judged,
}

/// A judgement before its name.
struct Judged {
    status: Status,
    value: Option<f64>,
    of: Option<Sides>,
    interval: Option<(f64, f64)>,
    wanted: f64,
    reason: Text,
}

/// Every criterion, in the order in which they are told.
pub const CRITERIA: &[Rule] = &[
    Rule {
        name: "delivered",
        title: Bilingual { zh: "有内容", en: "something delivered" },
        judge: delivered,
    },
    Rule {
        name: "readable",
        title: Bilingual { zh: "全部可读", en: "all of it readable" },
        judge: readable,
    },
    Rule {
        name: "conformity",
        title: Bilingual {
            zh: "符合格式与标注说明", en: "conforms to format and instruction"
        },
        judge: conformity,
    },
    Rule {
        name: "agreement",
        title: Bilingual { zh: "标注员一致", en: "raters agree" },
        judge: agreement,
    },
    Rule {
        name: "known-items",
        title: Bilingual { zh: "已知答案项答对", en: "right on known items" },
        judge: known_items,
    },
    Rule {
        name: "inspection",
        title: Bilingual { zh: "抽样检验合格", en: "sampling inspection passed" },
        judge: inspection,
    },
    Rule {
        name: "behaviour",
        title: Bilingual { zh: "标注员行为", en: "behaviour of raters" },
        judge: behaviour,
    },
];

impl Rule {
    /// Applies it.
    pub fn apply(&self, evidence: &Evidence<'_>) -> Criterion {
        let Judged { status, value, of, interval, wanted, reason } = (self.judge)(evidence);
        Criterion { name: self.name.to_owned(), status, value, of, interval, wanted, reason }
    }

    /// The row of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        CRITERIA.iter().find(|rule| rule.name == name)
    }
}

/// The worst criterion decides: one failed rejects, one missed sends back.
pub(super) fn decide(criteria: &[Criterion]) -> Verdict {
    let named = |status: &[Status]| -> Vec<String> {
        let found = criteria.iter().filter(|criterion| status.contains(&criterion.status));
        found.map(|criterion| criterion.name.clone()).collect()
    };
    let missed = named(&[Status::Failed, Status::Missed]);
    let decision = if criteria.iter().any(|criterion| criterion.status == Status::Failed) {
        LabelVerdict::Reject
    } else if missed.is_empty() {
        LabelVerdict::Accept
    } else {
        LabelVerdict::Rework
    };
    Verdict { decision, missed, open: named(&[Status::Open]) }
}

/// What a dataset's card takes from the evidence.
pub(super) fn card(evidence: &Evidence<'_>) -> CardPart {
    let items = evidence.delivered.items;
    let good = items.saturating_sub(evidence.rework.items);
    let inspected = evidence.inspected.map(Inspected::tally);
    let known = evidence.known.map(|known| known.overall.tally());
    let tally = inspected.or(known).filter(|tally| tally.answered > 0);
    let low = |tally: Tally| tally.clopper_pearson(evidence.acceptance.confidence).0;
    let bits: Vec<f64> =
        evidence.agreement.iter().filter_map(|report| report.information_bits).collect();
    CardPart {
        conformity: (items > 0).then(|| good as f64 / items as f64),
        accuracy: tally.and_then(|tally| tally.accuracy()),
        accuracy_low: tally.map(low),
        information_bits: (!bits.is_empty()).then(|| bits.iter().sum()),
    }
}

fn text(zh: impl Into<String>, en: impl Into<String>) -> Text {
    Text { zh: zh.into(), en: en.into() }
}

/// Several in a row.
fn joined(rows: impl Iterator<Item = Text>) -> Text {
    let (zh, en): (Vec<String>, Vec<String>) = rows.map(|Text { zh, en }| (zh, en)).unzip();
    text(zh.join("、"), en.join(", "))
}

fn percent(share: f64) -> String {
    format!("{:.2} %", 100.0 * share)
}

fn delivered(evidence: &Evidence<'_>) -> Judged {
    let Delivered { annotations, items, .. } = *evidence.delivered;
    let (status, reason) = if annotations == 0 {
        (Status::Failed, text("没有交付任何标注", "nothing delivered"))
    } else {
        let zh = format!("{items} 个对象上有 {annotations} 条标注");
        (Status::Met, text(zh, format!("{annotations} labels on {items} items")))
    };
    Judged {
        status,
        value: Some(annotations as f64),
        of: None,
        interval: None,
        wanted: 1.0,
        reason,
    }
}

fn readable(evidence: &Evidence<'_>) -> Judged {
    let Delivered { records_read: read, records_skipped: skipped, .. } = *evidence.delivered;
    let all = read + skipped;
    let share = (all > 0).then(|| read as f64 / all as f64);
    let (status, reason) = match share {
        None => (Status::NotAsked, text("没有可读的记录", "no record to read")),
        Some(_) if skipped == 0 => (
            Status::Met,
            text(format!("{read} 条记录全部读出"), format!("all {read} records read")),
        ),
        Some(_) => (
            Status::Missed,
            text(
                format!("{all} 条记录中有 {skipped} 条读不出"),
                format!("{skipped} of {all} records could not be read"),
            ),
        ),
    };
    let of = Some(Sides { numerator: read, denominator: all });
    Judged { status, value: share, of, interval: None, wanted: 1.0, reason }
}

fn conformity(evidence: &Evidence<'_>) -> Judged {
    let (items, wrong) = (evidence.delivered.items, evidence.rework.items);
    let errors = evidence.rework.errors;
    let share = (items > 0).then(|| wrong as f64 / items as f64);
    let limit = evidence.acceptance.reject_above;
    let of = Some(Sides { numerator: items.saturating_sub(wrong), denominator: items });
    let (status, reason) = if errors == 0 {
        let codes = evidence.findings.iter().filter(|found| found.severity == Severity::Warning);
        let warned: u64 = codes.map(|found| found.count).sum();
        let zh = format!("没有错误；{warned} 处提醒");
        (Status::Met, text(zh, format!("no error; {warned} warnings")))
    } else {
        let status = match share {
            Some(share) if share > limit => Status::Failed,
            _ => Status::Missed,
        };
        let zh = format!(
            "{errors} 处错误，涉及 {items} 个对象中的 {wrong} 个；超过 {} 即退回整批",
            percent(limit)
        );
        let en = format!(
            "{errors} errors on {wrong} of {items} items; above {} the whole is rejected",
            percent(limit)
        );
        (status, text(zh, en))
    };
    let value = share.map(|share| 1.0 - share);
    Judged { status, value, of, interval: None, wanted: 1.0, reason }
}

fn agreement(evidence: &Evidence<'_>) -> Judged {
    let wanted = evidence.acceptance.agreement;
    let none =
        |status, reason| Judged { status, value: None, of: None, interval: None, wanted, reason };
    // The report in which agreement is worst decides.
    let best = |report: &AgreementReport| {
        let values = report.coefficients.iter().filter_map(|one| Some((one.value?, one.interval)));
        values.max_by(|a, b| a.0.total_cmp(&b.0))
    };
    let defined = evidence.agreement.iter().filter_map(|report| Some((best(report)?, report)));
    let worst = defined.min_by(|a, b| a.0.0.total_cmp(&b.0.0));
    let Some(((value, interval), report)) = worst else {
        let why = evidence.agreement.iter().flat_map(|report| &report.coefficients);
        return match why.filter_map(|one| one.undefined.clone().zip(one.remedy.clone())).next() {
            Some((why, remedy)) => {
                let zh = format!("无定义：{}；{}", why.zh, remedy.zh);
                none(Status::Open, text(zh, format!("undefined: {}; {}", why.en, remedy.en)))
            }
            None => none(
                Status::NotAsked,
                text(
                    "只有一名标注员（或未署名）：没有可比较的重复标注",
                    "one rater, or none named: nothing was labelled twice",
                ),
            ),
        };
    };
    let (low, high) = interval.unwrap_or((value, value));
    let status = if report.paired < LEAST_PAIRED {
        Status::Open
    } else if low >= wanted {
        Status::Met
    } else if high < wanted {
        Status::Missed
    } else {
        Status::Open
    };
    let said = match status {
        Status::Met => ("区间整体达到", "the whole interval reaches"),
        Status::Missed => ("区间整体低于", "the whole interval is below"),
        _ if report.paired < LEAST_PAIRED => (
            "重复标注的单元不足 30 个，不足以对照",
            "fewer than 30 units labelled twice, too few for",
        ),
        _ => ("区间跨过", "the interval spans"),
    };
    let zh = format!("一致性 {value:.3}（{low:.3} 至 {high:.3}），{} {wanted:.3}", said.0);
    let en = format!("agreement {value:.3} ({low:.3} to {high:.3}): {} {wanted:.3}", said.1);
    let interval = Some((low, high));
    Judged { status, value: Some(value), of: None, interval, wanted, reason: text(zh, en) }
}

fn known_items(evidence: &Evidence<'_>) -> Judged {
    let wanted = evidence.acceptance.accuracy;
    let Some(known) = evidence.known else {
        let reason = text("没有给出已知答案", "no known items were given");
        return Judged {
            status: Status::NotAsked,
            value: None,
            of: None,
            interval: None,
            wanted,
            reason,
        };
    };
    let tally = known.overall.tally();
    let (low, high) = tally.clopper_pearson(evidence.acceptance.confidence);
    let Tally { answered, correct } = tally;
    let status = match tally.judge(wanted, evidence.acceptance.confidence) {
        Judgement::Reached => Status::Met,
        Judgement::Missed => Status::Failed,
        // Not proven, and already below: it goes back rather than on.
        Judgement::Open if tally.accuracy().is_some_and(|share| share < wanted) => Status::Missed,
        Judgement::Open => Status::Open,
    };
    let zh = format!(
        "{answered} 个答案中 {correct} 个正确（{} 至 {}），要求 {}",
        percent(low),
        percent(high),
        percent(wanted)
    );
    let en = format!(
        "{correct} of {answered} answers are right ({} to {}); {} wanted",
        percent(low),
        percent(high),
        percent(wanted)
    );
    Judged {
        status,
        value: tally.accuracy(),
        of: Some(Sides { numerator: correct, denominator: answered }),
        interval: (answered > 0).then_some((low, high)),
        wanted,
        reason: text(zh, en),
    }
}

/// Evidence alone sends nothing back: the terms have to name the behaviour.
fn behaviour(evidence: &Evidence<'_>) -> Judged {
    let forbidden = &evidence.acceptance.forbidden;
    let (seen, all) = (evidence.behaviours, evidence.delivered.raters.len());
    let is_forbidden = |row: &&BehaviourForm| forbidden.contains(&row.behaviour);
    let against: Vec<&BehaviourForm> = seen.iter().filter(is_forbidden).collect();
    let named = |rows: &[&BehaviourForm]| -> Text {
        let row = |row: &&BehaviourForm| {
            let Text { zh, en } = title(&row.behaviour);
            let who = match &row.other {
                Some(other) => format!("{}–{other}", row.rater),
                None => row.rater.clone(),
            };
            text(format!("{zh} {who}"), format!("{en} {who}"))
        };
        joined(rows.iter().take(3).map(row))
    };
    let unseen = evidence.not_looked_for;
    let lacking: Vec<&str> =
        unseen.iter().copied().filter(|name| forbidden.iter().any(|at| at == name)).collect();
    let (status, reason) = match (against.len(), seen.len()) {
        _ if all < 2 => (
            Status::NotAsked,
            text("不足两名标注员：无从比较行为", "fewer than two raters: nothing to compare"),
        ),
        (0, _) if !lacking.is_empty() => {
            let names = joined(lacking.into_iter().map(title));
            let zh =
                format!("条件禁止{}，而文件没有用时或标注时间，无从查起；请连同时间导出", names.zh);
            let names = names.en;
            let en = format!(
                "{names} is forbidden and cannot be looked for: no file gives times; export them"
            );
            (Status::Open, text(zh, en))
        }
        (0, 0) => {
            let looked = BEHAVIOURS.iter().map(|row| row.name);
            let looked: Vec<&str> = looked.filter(|name| !unseen.contains(name)).collect();
            let looked = joined(looked.into_iter().map(title));
            let (mut zh, mut en) =
                (format!("没有{}的迹象", looked.zh), format!("no sign of {}", looked.en));
            if !unseen.is_empty() {
                let unseen = joined(unseen.iter().copied().map(title));
                zh += &format!("；文件没有时间，未查{}", unseen.zh);
                en += &format!("; without times in the files {} was not looked for", unseen.en);
            }
            (Status::Met, text(zh, en))
        }
        (0, found) => {
            let rows: Vec<&BehaviourForm> = seen.iter().collect();
            let names = named(&rows);
            let zh = format!("{found} 项值得查看（{}）；条件未禁止，不影响结论", names.zh);
            let en = format!("{found} to look into ({}); the terms forbid none of it", names.en);
            (if forbidden.is_empty() { Status::NotAsked } else { Status::Met }, text(zh, en))
        }
        (found, _) => {
            let names = named(&against);
            let zh = format!("{found} 项为条件所禁止：{}", names.zh);
            (Status::Missed, text(zh, format!("{found} forbidden by the terms: {}", names.en)))
        }
    };
    Judged {
        status,
        value: Some(against.len() as f64),
        of: None,
        interval: None,
        wanted: 0.0,
        reason,
    }
}

fn inspection(evidence: &Evidence<'_>) -> Judged {
    let plan = evidence.acceptance.plan(evidence.delivered.items);
    let wanted = 1.0 - evidence.acceptance.aql_percent / 100.0;
    let Some(inspected) = evidence.inspected else {
        let zh = format!("尚未抽检：应检 {} 个对象，不合格不超过 {} 个", plan.sample, plan.accept);
        let en = format!(
            "not inspected yet: {} items to inspect, at most {} defective",
            plan.sample, plan.accept
        );
        // Without items there is nothing to inspect, and another criterion has said so.
        let status = if plan.lot == 0 { Status::NotAsked } else { Status::Open };
        let (value, of, interval) = (None, None, None);
        return Judged { status, value, of, interval, wanted, reason: text(zh, en) };
    };
    let Inspected { sample, defects, accept, missing, .. } = *inspected;
    let tally = inspected.tally();
    let status = if defects > accept {
        Status::Failed
    } else if missing > 0 {
        Status::Open
    } else {
        Status::Met
    };
    let zh = format!("抽检 {sample} 个，不合格 {defects} 个，接收数 {accept}，缺结果 {missing} 个");
    let en = format!(
        "{sample} inspected, {defects} defective, acceptance number {accept}, {missing} without result"
    );
    Judged {
        status,
        value: tally.accuracy(),
        of: Some(Sides { numerator: tally.correct, denominator: tally.answered }),
        interval: (sample > 0).then(|| tally.clopper_pearson(evidence.acceptance.confidence)),
        wanted,
        reason: text(zh, en),
    }
}
