//! Measures, entitlements and worked cases for people.

use shujian_core::finding::Text;
use shujian_core::{Bilingual, Fen, codes};
use shujian_grade::measure::case::Report;
use shujian_grade::measure::catalogue::{
    Amount, Catalogue, Limit, Measure, Operator, Per, Period, Rule, Scope, Term,
};
use shujian_grade::measure::entitlement::{Audit, Entitlement, Warning};
use shujian_grade::measure::parameter::Parameter;
use shujian_grade::measure::trace::{Decision, Op, Step, TraceError};

use crate::Lang;
use crate::screen::{COLUMNS, clean, fit, right, width, wrap};

/// A condition that nobody has confirmed.
const UNCONFIRMED: &str = "SJ-grade-017";
/// A question that a default has answered.
const DEFAULTED: &str = "SJ-grade-016";

const fn both(zh: &'static str, en: &'static str) -> Bilingual {
    Bilingual { zh, en }
}

/// Lists the measures of a catalogue.
pub fn list(catalogue: &Catalogue, lang: Lang) -> String {
    let policy = &catalogue.policy;
    let title = match lang {
        Lang::Zh => format!("《{}》{}", policy.title_zh, catalogue.version),
        Lang::En => format!("{}, {}", policy.title_en, catalogue.version),
    };
    let mut lines = wrap(&title, COLUMNS);
    lines.push(String::new());
    for measure in &catalogue.measures {
        let what = format!("{}  {}", rate(measure, lang), cap(measure, lang));
        let title = lang.text(&title_of(measure)).to_owned();
        lines.push(format!("{} {} {}", fit(&measure.code, 5), fit(&measure.id, 19), title));
        lines.extend(indented(&what, &" ".repeat(26)));
    }
    finish(lines)
}

/// Shows one measure: its words, numbers, conditions and open questions.
pub fn show(catalogue: &Catalogue, measure: &Measure, lang: Lang) -> String {
    let head = lang.text(&title_of(measure)).to_owned();
    let mut lines = vec![format!("{} ({}, {})", head, measure.id, measure.code)];
    lines.extend(indented(lang.text(&measure.cite()), ""));
    let beneficiary =
        Text { zh: measure.beneficiary_zh.clone(), en: measure.beneficiary_en.clone() };
    lines.push(String::new());
    let mut row = |name: Bilingual, said: &str| lines.extend(labelled(lang.of(name), said));
    row(both("对象", "for"), lang.text(&beneficiary));
    for term in measure.terms() {
        row(both("基数", "base"), &format!("{}: {}", term.fact, lang.of_pair(&term.zh, &term.en)));
    }
    row(both("金额", "amount"), &rate(measure, lang));
    if let Some(threshold) = measure.threshold {
        row(both("起点", "from"), &bound(threshold.operator, yuan(threshold.yuan), lang));
    }
    row(both("最高", "cap"), &cap(measure, lang));
    if let Some(places) = measure.places_a_year {
        row(
            both("名额", "places"),
            &match lang {
                Lang::Zh => format!("每年 {places} 个"),
                Lang::En => format!("{places} a year"),
            },
        );
    }
    row(
        both("叠加", "stacking"),
        lang.of(match measure.stacking {
            Scope::CrossPolicy => both("从高不重复", "the higher of several claims only"),
            Scope::Status => both("与项目无关，可叠加", "by status, added to any claim"),
        }),
    );
    for condition in &measure.conditions {
        let said = lang.of_pair(&condition.zh, &condition.en);
        row(both("条件", "condition"), &format!("{}: {said}", condition.id));
    }
    let read = measure.parameters().into_iter().chain(measure.cap.year_from.as_deref());
    let mut known = Vec::new();
    for id in [catalogue.policy.issued.as_str(), &catalogue.policy.last_day].into_iter().chain(read)
    {
        if let Some(parameter) = catalogue.parameter(id).filter(|_| !known.contains(&id)) {
            known.push(id);
            lines.push(String::new());
            lines.extend(parameter_lines(parameter, lang));
        }
    }
    finish(lines)
}

/// Shows an open question of the policy.
pub fn parameter(parameter: &Parameter, lang: Lang) -> String {
    finish(parameter_lines(parameter, lang))
}

fn parameter_lines(parameter: &Parameter, lang: Lang) -> Vec<String> {
    let question = lang.of_pair(&parameter.question_zh, &parameter.question_en);
    let mut lines = wrap(&format!("? {}: {question}", parameter.id), COLUMNS);
    let because = lang.of_pair(&parameter.because_zh, &parameter.because_en);
    let said = match (lang, &parameter.default) {
        (Lang::Zh, Some(default)) => format!("默认 {default}：{because}"),
        (Lang::En, Some(default)) => format!("default {default}: {because}"),
        (Lang::Zh, None) => format!("没有默认值：{because}"),
        (Lang::En, None) => format!("no default: {because}"),
    };
    lines.extend(indented(&said, "  "));
    if !parameter.choices.is_empty() {
        lines.extend(indented(&parameter.choices.join(" | "), "  "));
    }
    lines
}

/// Writes an entitlement with every step to its amount.
pub fn entitlement(entitlement: &Entitlement, lang: Lang) -> String {
    let verdict = lang.of(match entitlement.decision {
        Decision::Payable => both("应付", "payable"),
        Decision::Nothing => both("无应付金额", "nothing to pay"),
        Decision::Held => both("待裁定", "held for a ruling"),
        Decision::Refused => both("不予支付", "refused"),
    });
    let Entitlement { measure, code, article, .. } = entitlement;
    let place = match lang {
        Lang::Zh => format!("{measure}（{code}，第{article}条）"),
        Lang::En => format!("{measure} ({code}, art. {article})"),
    };
    let pending = pending(entitlement, lang);
    let mark = if pending.is_some() { lang.of(both("（暂定）", ", provisional")) } else { "" };
    let mut lines =
        vec![format!("■ {verdict} {}{mark}  {}", entitlement.payable_fen, clean(&place))];
    lines.extend(pending.iter().flat_map(|said| indented(said, "  ")));
    lines.push(String::new());
    for (at, step) in entitlement.trace.iter().enumerate() {
        lines.extend(step_lines(at + 1, step, lang));
    }
    lines.push(String::new());
    for (key, cite) in &entitlement.cites {
        lines.extend(labelled(&clean(key), &clean(lang.text(cite))));
    }
    if !entitlement.warnings.is_empty() {
        lines.push(String::new());
        lines.extend(entitlement.warnings.iter().flat_map(|warning| warning_lines(warning, lang)));
    }
    lines.push(String::new());
    let source = &entitlement.catalogue;
    let hash: String = source.hash.chars().take(12).collect();
    lines.extend(wrap(
        &clean(&match lang {
            Lang::Zh => {
                format!("目录 {} {hash}；shujian policy explain 文件 可复算", source.version)
            }
            Lang::En => format!(
                "catalogue {} {hash}; `shujian policy explain FILE` recomputes",
                source.version
            ),
        }),
        COLUMNS,
    ));
    finish(lines)
}

/// What an amount still waits for: conditions to be confirmed, questions answered by a default.
fn pending(entitlement: &Entitlement, lang: Lang) -> Option<String> {
    if entitlement.decision != Decision::Payable {
        return None;
    }
    let count = |code: &str| entitlement.warnings.iter().filter(|it| it.code == code).count();
    let (unconfirmed, open) = (count(UNCONFIRMED), count(DEFAULTED));
    let parts: Vec<String> = match lang {
        Lang::Zh => [
            (unconfirmed, format!("{unconfirmed} 项条件待确认（--confirm）")),
            (open, format!("{open} 个待定问题按默认值计算（--set）")),
        ],
        Lang::En => [
            (unconfirmed, format!("{unconfirmed} conditions to be confirmed (--confirm)")),
            (open, format!("{open} open questions answered by a default (--set)")),
        ],
    }
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(_, said)| said)
    .collect();
    let all = parts.join(lang.of(both("，", ", ")));
    (!parts.is_empty()).then(|| match lang {
        Lang::Zh => format!("金额未定：{all}；详见下文 ! 各条"),
        Lang::En => format!("not final: {all}; each stands below with !"),
    })
}

/// Says what an audit of a written entitlement found.
pub fn audit(audit: &Audit, lang: Lang) -> String {
    let said = match audit {
        Audit::Same => lang.of(both(
            "复算一致：逐步结果与目录重算的结果都相符",
            "recomputed: every step follows, and the catalogue gives the same entitlement",
        )),
        Audit::OtherCatalogue => lang.of(both(
            "逐步结果相符；所用目录与手头的不同，比例和最高额未能核对",
            "every step follows; it names another catalogue, so rate and cap were not checked",
        )),
        Audit::Misstated => lang.of(both(
            "不符：所载金额或结论与其计算步骤不一致",
            "wrong: the amount or decision stated is not that of its steps",
        )),
        Audit::Differs => lang.of(both(
            "不符：按所载事项和同一目录重算，结果不同",
            "wrong: its facts and the same catalogue give another entitlement",
        )),
        Audit::Broken(error) => return finish(wrap(&broken(error, lang), COLUMNS)),
    };
    finish(wrap(&format!("■ {said}"), COLUMNS))
}

fn broken(error: &TraceError, lang: Lang) -> String {
    match (lang, error) {
        (Lang::Zh, TraceError::Differs { step, recorded, computed }) => {
            format!("■ 不符：第 {step} 步记载 {recorded}，按其数字应为 {computed}")
        }
        (Lang::Zh, TraceError::Beyond { step }) => format!("■ 不符：第 {step} 步在不予支付之后"),
        (Lang::Zh, error) => format!("■ 不符：步骤的数字无法计算（{error}）"),
        (Lang::En, error) => format!("■ wrong: {error}"),
    }
}

/// Says how the worked cases came out; those that failed with their lines.
pub fn cases(report: &Report, file: &str, lang: Lang) -> String {
    let Report { passed, failed, version, .. } = report;
    let head = match lang {
        Lang::Zh => format!("■ {version}：算例通过 {passed}，不符 {failed}"),
        Lang::En => format!("■ {version}: worked cases passed {passed}, failed {failed}"),
    };
    let mut lines = wrap(&head, COLUMNS);
    for case in &report.cases {
        let Some(got) = &case.got else { continue };
        lines.push(clean(&match lang {
            Lang::Zh => {
                format!("{file}:{}：{}：{}；实得 {got}", case.line, case.measure, case.case)
            }
            Lang::En => format!("{file}:{}: {}: {}; got {got}", case.line, case.measure, case.case),
        }));
    }
    finish(lines)
}

fn warning_lines(warning: &Warning, lang: Lang) -> Vec<String> {
    let title = codes::find(&warning.code).map_or("", |code| lang.of(code.title));
    let colon = if lang == Lang::Zh { "：" } else { ": " };
    let said = format!("{} {title}{colon}{}", warning.code, lang.text(&warning.text));
    let lines = wrap(&clean(&said), COLUMNS - 2);
    let marks = ["!"].into_iter().chain(std::iter::repeat(" "));
    marks.zip(lines).map(|(mark, line)| format!("{mark} {line}")).collect()
}

fn step_lines(number: usize, step: &Step, lang: Lang) -> Vec<String> {
    let amount = step.amount_fen.to_string();
    let said = clean(&sentence(&step.op, lang));
    let room = COLUMNS - 4 - width(&amount) - 1;
    let mut lines = wrap(&said, room).into_iter();
    let first = lines.next().unwrap_or_default();
    let mut out = vec![format!("{} {} {amount}", right(&number.to_string(), 3), fit(&first, room))];
    out.extend(lines.map(|line| format!("    {line}")));
    out
}

fn sentence(op: &Op, lang: Lang) -> String {
    match lang {
        Lang::Zh => sentence_zh(op),
        Lang::En => sentence_en(op),
    }
}

fn sentence_zh(op: &Op) -> String {
    match op {
        Op::Validity { date, from, until } => format!("有效期 {from} 至 {until}，申领 {date}"),
        Op::Refuse { code, seen } => format!("不予支付 {code}：{seen}"),
        Op::Places { taken, places } => format!("本年度 {places} 个名额，已用 {taken} 个"),
        Op::Base { .. } => format!("基数 {}", parts(op)),
        Op::Threshold { operator, bound_fen } => {
            format!("起点 {}", bound(*operator, *bound_fen, Lang::Zh))
        }
        Op::Share { .. } => format!("比例 {}，舍到分", parts(op)),
        Op::Fixed { .. } => "定额".to_owned(),
        Op::Grade { grade, .. } => format!("等次 {grade:?} 的金额"),
        Op::Round { unit_fen } => format!("舍到 {}", unit_fen.brief()),
        Op::Cap { cap_fen } => format!("最高 {}", cap_fen.brief()),
        Op::Room { cap_fen, granted_fen } => {
            format!("最高额 {} 中已用 {}", cap_fen.brief(), granted_fen.brief())
        }
        Op::Limit { limit: Limit::Requested, limit_fen } => {
            format!("申请金额 {}", limit_fen.brief())
        }
        Op::Limit { limit: Limit::UncoveredCost, limit_fen } => {
            format!("未获资助的合格成本 {}", limit_fen.brief())
        }
        Op::Stack { rule: Rule::Hold, .. } => "其他申领：待裁定".to_owned(),
        Op::Stack { rule: Rule::Cumulate, .. } => "其他申领：可叠加".to_owned(),
        Op::Stack { highest_fen, paid_fen, top_up, .. } => format!(
            "从高不重复：其他最高 {}，已付 {}，{}",
            highest_fen.brief(),
            paid_fen.brief(),
            if *top_up { "补差额" } else { "不补差额" }
        ),
        Op::Granted { granted_fen } => format!("减去已给付 {}", granted_fen.brief()),
        Op::Envelope { left_fen } => format!("年度预算余额 {}", left_fen.brief()),
    }
}

fn sentence_en(op: &Op) -> String {
    match op {
        Op::Validity { date, from, until } => format!("valid {from} to {until}, claimed {date}"),
        Op::Refuse { code, seen } => format!("refused, {code}: {seen}"),
        Op::Places { taken, places } => format!("{places} places a year, {taken} taken"),
        Op::Base { .. } => format!("base {}", parts(op)),
        Op::Threshold { operator, bound_fen } => {
            format!("base {}", bound(*operator, *bound_fen, Lang::En))
        }
        Op::Share { .. } => format!("rate {}, down to fen", parts(op)),
        Op::Fixed { .. } => "fixed sum".to_owned(),
        Op::Grade { grade, .. } => format!("sum of grade {grade:?}"),
        Op::Round { unit_fen } => format!("down to {}", unit_fen.brief()),
        Op::Cap { cap_fen } => format!("at most {}", cap_fen.brief()),
        Op::Room { cap_fen, granted_fen } => {
            format!("{} of the cap {} is used", granted_fen.brief(), cap_fen.brief())
        }
        Op::Limit { limit: Limit::Requested, limit_fen } => {
            format!("amount asked for {}", limit_fen.brief())
        }
        Op::Limit { limit: Limit::UncoveredCost, limit_fen } => {
            format!("cost that no other public money covers {}", limit_fen.brief())
        }
        Op::Stack { rule: Rule::Hold, .. } => "other claims: held for a ruling".to_owned(),
        Op::Stack { rule: Rule::Cumulate, .. } => "other claims: all are paid".to_owned(),
        Op::Stack { highest_fen, paid_fen, top_up, .. } => format!(
            "the highest only: of the others {}, paid {}, {}",
            highest_fen.brief(),
            paid_fen.brief(),
            if *top_up { "topped up" } else { "not topped up" }
        ),
        Op::Granted { granted_fen } => format!("less {} granted before", granted_fen.brief()),
        Op::Envelope { left_fen } => format!("envelope has {} left", left_fen.brief()),
    }
}

/// The parts of a base or of its shares, as a sum.
fn parts(op: &Op) -> String {
    let parts: Vec<String> = match op {
        Op::Base { parts } => parts
            .iter()
            .map(|part| match part.prior_fen {
                Fen(0) => format!("{} {}", part.fact, part.claim_fen.brief()),
                prior => format!("{} {} + {}", part.fact, prior.brief(), part.claim_fen.brief()),
            })
            .collect(),
        Op::Share { terms } => terms
            .iter()
            .map(|term| format!("{}/{} × {}", term.num, term.den, term.base_fen.brief()))
            .collect(),
        _ => Vec::new(),
    };
    parts.join(" + ")
}

fn bound(operator: Operator, amount: Fen, lang: Lang) -> String {
    let amount = amount.brief();
    match (operator, lang) {
        (Operator::Above, Lang::Zh) => format!("超过 {amount}（不含）"),
        (Operator::AtLeast, Lang::Zh) => format!("{amount} 以上（含）"),
        (Operator::Above, Lang::En) => format!("above {amount}, exclusive"),
        (Operator::AtLeast, Lang::En) => format!("{amount} or more"),
    }
}

fn rate(measure: &Measure, lang: Lang) -> String {
    let share = |term: &Term| {
        let rate = match (term.rate, &term.rate_from) {
            (Some(rate), _) => rate.to_string(),
            (None, id) => format!("<{}>", id.as_deref().unwrap_or_default()),
        };
        let raised = term.raised.as_ref().map_or(String::new(), |raise| format!(" + {}", raise.by));
        rate + &raised
    };
    match (&measure.amount, lang) {
        (Amount::Share(terms), _) => {
            terms.iter().map(share).collect::<Vec<_>>().join(lang.of(both("，", ", ")))
        }
        (Amount::FixedYuan(sum), Lang::Zh) => format!("定额 {}", yuan(*sum).brief()),
        (Amount::FixedYuan(sum), Lang::En) => format!("{} once", yuan(*sum).brief()),
        (Amount::GradedBy(curve), Lang::Zh) => format!("按等次 <{curve}>"),
        (Amount::GradedBy(curve), Lang::En) => format!("by grade <{curve}>"),
    }
}

fn cap(measure: &Measure, lang: Lang) -> String {
    let per = lang.of(match measure.cap.per {
        Per::Project => both("项目", "project"),
        Per::Firm => both("企业", "firm"),
        Per::Unit => both("单位", "unit"),
        Per::Purchaser => both("采购主体", "purchaser"),
        Per::Scenario => both("场景", "scenario"),
        Per::Event => both("活动", "event"),
        Per::Platform => both("平台", "platform"),
        Per::Base => both("基地", "base"),
    });
    let period = lang.of(match measure.cap.period {
        Period::Once => both("", ""),
        Period::Year => both("每年", " and year"),
        Period::Validity => both("累计", ", in all"),
    });
    let amount = yuan(measure.cap.yuan).brief();
    match lang {
        Lang::Zh => format!("≤ {amount}/{per}{period}"),
        Lang::En => format!("≤ {amount} a {per}{period}"),
    }
}

/// Whole yuan of a checked catalogue, which all fit.
fn yuan(yuan: u64) -> Fen {
    i64::try_from(yuan).ok().and_then(Fen::from_yuan).unwrap_or_default()
}

fn title_of(measure: &Measure) -> Text {
    Text { zh: measure.title_zh.clone(), en: measure.title_en.clone() }
}

/// A label in its column, and what is said beside it.
fn labelled(label: &str, said: &str) -> Vec<String> {
    let column = width(label).max(10);
    let lines = wrap(said, COLUMNS - column - 1);
    let labels = [fit(label, column)].into_iter().chain(std::iter::repeat(" ".repeat(column)));
    labels.zip(lines).map(|(label, line)| format!("{label} {line}")).collect()
}

fn indented(text: &str, indent: &str) -> Vec<String> {
    wrap(text, COLUMNS - indent.len()).into_iter().map(|line| format!("{indent}{line}")).collect()
}

fn finish(lines: Vec<String>) -> String {
    lines.iter().map(|line| line.trim_end().to_owned() + "\n").collect()
}
