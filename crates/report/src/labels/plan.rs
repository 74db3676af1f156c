//! A sampling plan.

use shujian_annotation::sampling::{AQLS, Kind, PlanError, PlanForm, Stage, StandardError};
use shujian_core::finding::Text;

use super::{MOST, more, of, page, percent};
use crate::Lang;
use crate::screen::{fit, right, thousands};

/// Writes a plan for a person.
pub fn plan(form: &PlanForm, lang: Lang) -> String {
    let mut lines = head(form, lang);
    lines.extend(
        form.stages.iter().zip(1..).map(|(stage, number)| of_stage(form, stage, number, lang)),
    );
    if form.whole_lot {
        lines.push(format!("  {}", of(lang, "须检查整批", "the whole lot is inspected")));
    }
    lines.extend(walk(form, lang));
    let producer = percent(Some(form.producer_risk));
    lines.push(format!(
        "  {}{producer}",
        of(lang, "合格批被拒的机会：", "chance that an acceptable lot fails: ")
    ));
    if form.consumer_risk.is_some() {
        let consumer = percent(form.consumer_risk);
        lines.push(format!(
            "  {}{consumer}",
            of(lang, "极限质量批被接收的机会：", "chance that a lot of limiting quality passes: ")
        ));
    }
    if form.outgoing_limit.is_some() {
        let limit = percent(form.outgoing_limit);
        lines.push(format!(
            "  {}{limit}",
            of(lang, "平均检出质量上限（AOQL）：", "average outgoing quality limit (AOQL): ")
        ));
    }
    lines.extend(curve(form, lang));
    page(lines)
}

fn head(form: &PlanForm, lang: Lang) -> Vec<String> {
    let basis = match form.basis.as_str() {
        "exact" => of(lang, "精确超几何", "exact, hypergeometric"),
        basis => basis,
    };
    let kind = match form.kind {
        Kind::Single => of(lang, "一次抽样", "single"),
        Kind::Double => of(lang, "二次抽样", "double"),
        Kind::Sequential => of(lang, "序贯抽样（二项近似）", "sequential, binomial"),
    };
    let (lot, aql) = (thousands(form.lot), form.aql_percent);
    let mut line = match lang {
        Lang::Zh => format!("  批量 {lot}，AQL {aql} %"),
        Lang::En => format!("  lot of {lot}, AQL {aql} %"),
    };
    if let (Some(level), Some(severity), Some(code)) = (&form.level, &form.severity, form.code) {
        let severity = match severity.as_str() {
            "tightened" => of(lang, "加严检验", "tightened"),
            _ => of(lang, "正常检验", "normal"),
        };
        let used = form
            .used
            .filter(|used| *used != code)
            .map_or_else(String::new, |used| format!("→{used}"));
        line.push_str(&match lang {
            Lang::Zh => format!("，检验水平 {level}，{severity}，字码 {code}{used}"),
            Lang::En => format!(", level {level}, {severity}, code {code}{used}"),
        });
    }
    if let Some(risks) = &form.risks {
        let comma = of(lang, "，", ", ");
        let (lq, alpha, beta) = (risks.lq_percent, risks.alpha, risks.beta);
        line.push_str(&format!("{comma}LQ {lq} %{comma}α {alpha}{comma}β {beta}"));
    }
    vec![format!("■ {}{basis} · {kind}", of(lang, "抽样方案：", "Sampling plan: ")), line]
}

fn of_stage(form: &PlanForm, stage: &Stage, number: usize, lang: Lang) -> String {
    let Stage { sample, accept, reject } = *stage;
    let sample = thousands(sample);
    match (lang, form.kind) {
        (Lang::Zh, Kind::Single) => {
            format!("  抽 {sample} 项：不合格 ≤ {accept} 接收，≥ {reject} 拒收")
        }
        (Lang::En, Kind::Single) => {
            format!("  draw {sample}: accept with {accept} defects or fewer, reject with {reject}")
        }
        (Lang::Zh, Kind::Double) => {
            format!("  第 {number} 次抽 {sample} 项：累计不合格 ≤ {accept} 接收，≥ {reject} 拒收")
        }
        (Lang::En, Kind::Double) => {
            format!(
                "  sample {number}, draw {sample}: accept up to {accept} in all, reject from {reject}"
            )
        }
        (Lang::Zh, Kind::Sequential) => {
            format!("  最多抽 {sample} 项；到此仍未定：≤ {accept} 接收，≥ {reject} 拒收")
        }
        (Lang::En, Kind::Sequential) => {
            format!(
                "  at most {sample}; if still open there: accept up to {accept}, reject from {reject}"
            )
        }
    }
}

fn walk(form: &PlanForm, lang: Lang) -> Vec<String> {
    if form.lines.is_empty() {
        return Vec::new();
    }
    let head = of(lang, "  自第几项起  接收 ≤  拒收 ≥", "  from item   accept ≤  reject ≥");
    let mut lines = vec![head.to_owned()];
    for line in form.lines.iter().take(MOST) {
        let accept = line.accept.map_or_else(|| "—".to_owned(), |accept| accept.to_string());
        let items = right(&thousands(line.items), 11);
        lines.push(format!(
            "  {items} {} {}",
            right(&accept, 8),
            right(&line.reject.to_string(), 8)
        ));
    }
    lines.extend(more(MOST, form.lines.len(), lang));
    lines
}

fn curve(form: &PlanForm, lang: Lang) -> Vec<String> {
    let names = match lang {
        Lang::Zh => ["不合格数", "不合格率", "接收概率", "AOQ", "ASN", "ATI"],
        Lang::En => ["defects", "share", "passes", "AOQ", "ASN", "ATI"],
    };
    let row = |cells: [String; 6]| {
        let cells: Vec<String> = cells.iter().map(|cell| right(cell, 11)).collect();
        format!("  {}", fit(&cells.join(" "), 72))
    };
    let mut lines = vec![row(names.map(str::to_owned))];
    for point in &form.points {
        lines.push(row([
            thousands(point.defects),
            percent(Some(point.share)),
            percent(Some(point.passes)),
            percent(point.outgoing),
            format!("{:.1}", point.drawn),
            format!("{:.1}", point.inspected),
        ]));
    }
    lines
}

/// Why there is no plan, and what to ask instead.
pub fn refused_plan(error: &PlanError) -> Text {
    let (zh, en) = match error {
        PlanError::Standard(StandardError::UnknownAql { percent }) => {
            let known: Vec<String> = AQLS.iter().map(ToString::to_string).collect();
            let known = known.join(" ");
            (
                format!("{percent} 不是 GB/T 2828.1 的 AQL；可用 {known}，或用 --lq 求精确方案"),
                format!(
                    "{percent} is no AQL of GB/T 2828.1; use one of {known}, or --lq for an exact plan"
                ),
            )
        }
        PlanError::Standard(StandardError::SmallLot { lot }) => (
            format!("批量 {lot} 太小，标准没有方案：请全数检查"),
            format!("a lot of {lot} is too small for the standard: inspect every item"),
        ),
        PlanError::NeedsLimit => (
            "二次与序贯方案需要极限质量：请加 --lq（标准的二次方案表受版权保护，未随附）"
                .to_owned(),
            "double and sequential plans need a limiting quality: add --lq".to_owned(),
        ),
        PlanError::Indistinct { lot, aql, lq } => (
            format!(
                "批量 {lot} 内没有方案能以这些风险区分 {aql} % 与 {lq} %：请提高 --lq 或放宽风险"
            ),
            format!(
                "no plan for a lot of {lot} tells {aql} % from {lq} %: raise --lq, or the risks"
            ),
        ),
        error => (format!("没有方案：{error}"), error.to_string()),
    };
    Text { zh, en }
}
