//! The batch desk for people: the ranked list, a failed application, checks of results and of
//! applications.

use shujian_core::card::Grade;
use shujian_core::finding::Text;
use shujian_core::{Bilingual, Fen, Finding, Severity};
use shujian_desk::apply::{Check, Remark};
use shujian_desk::batch::{Batch, Envelope};
use shujian_desk::row::Reason;
use shujian_desk::verification::Verification;
use shujian_desk::{Row, Status};

use crate::Lang;
use crate::place::spot;
use crate::screen::{COLUMNS, clean, cut, fit, points, right, thousands, wrap};
use crate::sheet::code_text;
use crate::text::bold;

/// Columns of a rank, an id, a grade, a total and an amount.
const WIDTHS: [usize; 5] = [4, 30, 6, 6, 15];
/// Lines of a message that is shown in a list.
const MOST_LINES: usize = 4;

const fn both(zh: &'static str, en: &'static str) -> Bilingual {
    Bilingual { zh, en }
}

/// The ranked list with sums, and what was open or failed.
pub fn list(batch: &Batch, lang: Lang) -> String {
    let mut lines = head(batch, lang);
    lines.extend(ranking(batch, lang));
    let of = |status| batch.applications.iter().filter(move |row| row.status == status);
    let open = both("待定（未排名，未占用额度）", "Open (not ranked; no money is kept for them)");
    lines.extend(reasons(open, of(Status::Open), lang));
    let failed = both("未能评分（未排名）", "Failed (not ranked)");
    lines.extend(reasons(failed, of(Status::Failed), lang));
    let no_amount = both("有等次而金额未定", "Graded, but without an amount");
    let waits = |row: &&Row| row.is_in_bands() && row.payable_fen.is_none();
    lines.extend(reasons(no_amount, of(Status::Graded).filter(waits), lang));
    lines.extend(sums(batch, lang));
    lines.extend(passed_over(&batch.findings, lang));
    lines.extend(not_checked(batch, lang));
    finish(lines)
}

/// The report of an application that could not be graded.
pub fn failure(row: &Row, lang: Lang) -> String {
    let title = lang.of(both("未能评分", "Not graded"));
    let code = row.reason.as_ref().and_then(|reason| reason.code.as_deref());
    let code = code.map_or(String::new(), |code| format!(" [{}]", clean(code)));
    let mut lines = vec![bold(&format!("{title}{code}  {}", clean(&row.id))), String::new()];
    if let Some(reason) = &row.reason {
        lines.extend(explained(reason, usize::MAX, lang));
    }
    finish(lines)
}

fn head(batch: &Batch, lang: Lang) -> Vec<String> {
    let sums = &batch.sums;
    let [all, graded, open, failed] =
        [sums.applications, sums.graded, sums.open, sums.failed].map(thousands);
    let (version, rubric) = (&batch.engine_version, clean(&batch.rubric.version));
    let mut lines = match lang {
        Lang::Zh => vec![
            format!("数鉴 {version} · 评分细则 {rubric}"),
            format!("申报 {all} 项：已评 {graded}，待定 {open}，未能评分 {failed}"),
        ],
        Lang::En => vec![
            format!("Shujian {version} · rubric {rubric}"),
            format!("{all} applications: {graded} graded, {open} open, {failed} failed"),
        ],
    };
    if shujian_grade::Rubric::released().hash != batch.rubric.hash {
        let words = both(
            "注意：评分细则不是发布版，结果不是正式评定",
            "warning: not the released rubric; the result is not official",
        );
        lines.push(lang.of(words).to_owned());
    }
    if batch.sample_only {
        lines.push(lang.of(crate::words::FORECAST).to_owned());
    }
    lines.push(String::new());
    lines
}

fn ranking(batch: &Batch, lang: Lang) -> Vec<String> {
    let ranked = || batch.applications.iter().filter(|row| row.status == Status::Graded);
    if ranked().next().is_none() {
        return Vec::new();
    }
    let share = batch.envelope.is_some();
    let names = [
        both("名次", "rank"),
        both("申报", "application"),
        both("等次", "grade"),
        both("总分", "total"),
        both("额度前应付", "payable"),
        both("额度内分得", "share"),
    ];
    let [rank, id, grade, total, payable, shared] = names.map(|name| lang.of(name).to_owned());
    let mut lines = vec![
        bold(lang.of(both("名次", "Ranking"))),
        line(&[rank, id, grade, total, payable, if share { shared } else { String::new() }]),
    ];
    for row in ranked() {
        let mark = match (row.is_in_bands(), row.open_gates.is_empty(), row.panel) {
            (false, ..) | (_, true, false) => "",
            (_, false, false) => "*",
            (_, true, true) => "†",
            (_, false, true) => "*†",
        };
        let grade = row.grade.map_or(String::new(), |grade| word(grade, lang).to_owned());
        lines.push(line(&[
            row.rank.map_or(String::new(), |rank| rank.to_string()),
            clean(&row.id),
            format!("{grade}{mark}"),
            row.total_centi.map_or("–".to_owned(), points),
            money(row.payable_fen),
            if share { money(row.share_fen) } else { String::new() },
        ]));
    }
    let sums = &batch.sums;
    if sums.gates_open > 0 {
        let words = both("* 金额须先通过待定的门槛", "* the amount waits for gates that are open");
        lines.push(format!("  {}", lang.of(words)));
    }
    if sums.panel > 0 {
        let words = both(
            "† 得分区间跨越等次界线，由专家组决定",
            "† the interval of the score crosses a boundary: an expert panel decides",
        );
        lines.push(format!("  {}", lang.of(words)));
    }
    lines.push(String::new());
    lines
}

fn line(cells: &[String; 6]) -> String {
    let [rank, id, grade, total, amount] = WIDTHS;
    let [a, b, c, d, e, f] = cells;
    format!(
        "{} {} {} {} {} {}",
        right(a, rank),
        fit(b, id),
        fit(c, grade),
        right(d, total),
        right(e, amount),
        right(f, amount - 1),
    )
}

fn word(grade: Grade, lang: Lang) -> &'static str {
    match (grade, lang) {
        (Grade::None, Lang::Zh) => "未入等",
        (grade, _) => grade.name(),
    }
}

fn money(fen: Option<Fen>) -> String {
    fen.map_or("–".to_owned(), Fen::brief)
}

/// Rows with their causes and fixes; like ones stand together.
fn reasons<'a>(title: Bilingual, rows: impl Iterator<Item = &'a Row>, lang: Lang) -> Vec<String> {
    let mut groups: Vec<(&Reason, Vec<String>)> = Vec::new();
    for row in rows {
        let Some(reason) = &row.reason else { continue };
        match groups.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, ids)) => ids.push(clean(&row.id)),
            None => groups.push((reason, vec![clean(&row.id)])),
        }
    }
    if groups.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![bold(lang.of(title))];
    for (reason, ids) in groups {
        let code = reason.code.as_deref().map_or(String::new(), |code| format!(" [{code}]"));
        let ids: Vec<String> = ids.iter().map(|id| cut(id, COLUMNS - 20)).collect();
        lines.extend(indented(&format!("{}{code}", ids.join(", ")), 2));
        lines.extend(explained(reason, MOST_LINES, lang));
    }
    lines.push(String::new());
    lines
}

/// Cause and fix.
fn explained(reason: &Reason, most: usize, lang: Lang) -> Vec<String> {
    let cause = lang.text(&reason.cause);
    let mut lines: Vec<String> =
        cause.lines().flat_map(|line| indented(&clean(line), 4)).take(most).collect();
    lines.extend(indented(&format!("→ {}", lang.text(&reason.fix)), 4));
    lines
}

fn sums(batch: &Batch, lang: Lang) -> Vec<String> {
    let sums = &batch.sums;
    let share = |fen: Option<Fen>| fen.map_or(String::new(), Fen::brief);
    let row = |name: &str, count: u64, payable: Fen, shared: Option<Fen>| {
        let cells = [String::new(), name.to_owned(), String::new(), thousands(count)];
        let [a, b, c, d] = cells;
        line(&[a, b, c, d, payable.brief(), share(shared)])
    };
    let mut lines = vec![bold(lang.of(both("合计", "Sums")))];
    for grade in &sums.by_grade {
        let name = format!("{} {}", lang.of(both("等次", "grade")), word(grade.grade, lang));
        lines.push(row(&name, grade.applications, grade.payable_fen, grade.share_fen));
    }
    let all = lang.of(both("全部", "all"));
    lines.push(row(all, sums.applications, sums.payable_fen, sums.share_fen));
    let asked = format!("{} {}", lang.of(both("申请", "asked for")), sums.requested_fen.brief());
    lines.push(format!("     {asked}"));
    if let Some(envelope) = &batch.envelope {
        lines.extend(indented(&spell(envelope, lang), 5));
    }
    lines.push(String::new());
    lines
}

/// How the envelope was shared.
fn spell(envelope: &Envelope, lang: Lang) -> String {
    let Envelope { envelope_fen, held_back_fen, shared_fen, left_fen, .. } = envelope;
    let [all, held, shared, left] =
        [envelope_fen, held_back_fen, shared_fen, left_fen].map(|fen| fen.brief());
    let grades = envelope.mode == "grades";
    match (lang, grades) {
        (Lang::Zh, true) => format!(
            "年度额度 {all}：留作复核 {held}，分配 {shared}，结余 {left}；按等次先后，最后一等按比例"
        ),
        (Lang::Zh, false) => {
            format!("年度额度 {all}：留作复核 {held}，分配 {shared}，结余 {left}；全体按比例")
        }
        (Lang::En, true) => format!(
            "envelope {all}: {held} kept for appeals, {shared} shared, {left} left; whole grades in \
             order, the last one in proportion"
        ),
        (Lang::En, false) => format!(
            "envelope {all}: {held} kept for appeals, {shared} shared, {left} left; all in proportion"
        ),
    }
}

fn passed_over(findings: &[Finding], lang: Lang) -> Vec<String> {
    if findings.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![bold(lang.of(both("未作为申报", "Passed over")))];
    lines.extend(findings.iter().flat_map(|finding| found(finding, lang)));
    lines.push(String::new());
    lines
}

/// A finding with its first places and its fix.
fn found(finding: &Finding, lang: Lang) -> Vec<String> {
    let [title, _, fix] = code_text(&finding.code);
    let places: Vec<String> = finding
        .places
        .iter()
        .take(3)
        .map(|place| clean(&spot(place, COLUMNS - 20, lang)))
        .collect();
    let more = if finding.count > places.len() as u64 { " …" } else { "" };
    let code = clean(&finding.code);
    let head =
        format!("{} ×{} [{code}] {}{more}", lang.text(&title), finding.count, places.join(", "));
    let mut lines = indented(&head, 2);
    lines.extend(indented(&format!("→ {}", lang.text(&fix)), 4));
    lines
}

fn not_checked(batch: &Batch, lang: Lang) -> Vec<String> {
    let mut lines = vec![bold(lang.of(both("未查", "Not checked")))];
    for not in &batch.not_checked {
        lines.extend(indented(&clean(lang.text(&not.reason)), 2));
    }
    lines
}

/// What a check of results found.
pub fn verification(form: &Verification, lang: Lang) -> String {
    let [files, cards] = [form.files, form.cards].map(thousands);
    let again = form.graded_again.map(thousands);
    let mut lines = vec![bold(lang.of(if form.holds {
        both("全部相符", "Everything holds")
    } else {
        both("不相符", "Not everything holds")
    }))];
    let said = match (lang, &again) {
        (Lang::Zh, Some(again)) => {
            format!("已核对文件 {files} 个，由卡片 {cards} 张重新推出名次与额度，重评 {again} 项")
        }
        (Lang::Zh, None) => format!(
            "已核对文件 {files} 个，由卡片 {cards} 张重新推出名次与额度；未用数据重评（--data）"
        ),
        (Lang::En, Some(again)) => format!(
            "{files} files hashed, list and envelope derived from {cards} cards, {again} applications \
             graded again"
        ),
        (Lang::En, None) => format!(
            "{files} files hashed, list and envelope derived from {cards} cards; nothing graded again \
             (--data)"
        ),
    };
    lines.extend(indented(&said, 2));
    let mut code = "";
    for mismatch in &form.mismatches {
        if mismatch.code != code {
            code = &mismatch.code;
            let [title, _, fix] = code_text(code);
            lines.push(String::new());
            lines.extend(indented(&format!("{} [{}]", lang.text(&title), clean(code)), 0));
            lines.extend(indented(&format!("→ {}", lang.text(&fix)), 2));
        }
        let what = clean(lang.text(&mismatch.what));
        lines.extend(indented(&format!("{}  {what}", clean(&mismatch.place)), 2));
    }
    finish(lines)
}

/// What a check of an application found; `data_waits` where data were given but not yet looked at.
pub fn application(form: &Check, data_waits: bool, lang: Lang) -> String {
    let count = |severity| form.remarks.iter().filter(|remark| remark.severity == severity).count();
    let (wrong, more) = (count(Severity::Error), count(Severity::Warning));
    let file = clean(&form.file);
    let mut lines = match (lang, form.passed) {
        (Lang::Zh, true) => vec![bold(&format!("{file} 可以提交；可补充 {more} 处"))],
        (Lang::Zh, false) => vec![bold(&format!("{file} 须改正 {wrong} 处；另可补充 {more} 处"))],
        (Lang::En, true) => vec![bold(&format!("{file} can be handed in; {more} to add"))],
        (Lang::En, false) => {
            vec![bold(&format!("{file}: {wrong} to mend, {more} more to add"))]
        }
    };
    for remark in &form.remarks {
        lines.extend(remarked(remark, lang));
    }
    if !form.contradictions.is_empty() {
        lines.extend([String::new(), bold(lang.of(both("与数据对照", "Against the data")))]);
        lines.extend(form.contradictions.iter().flat_map(|finding| found(finding, lang)));
    } else if form.with_data {
        let words = both("与数据对照：没有矛盾", "against the data: nothing contradicts it");
        lines.extend([String::new(), lang.of(words).to_owned()]);
    } else if data_waits {
        let words = both(
            "尚未与数据对照：请先改正以上各处",
            "not yet held against the data: mend the above first",
        );
        lines.extend([String::new(), lang.of(words).to_owned()]);
    }
    let words = both(
        "只看申报书写了什么，未核证据文件是否属实",
        "this reads what the application says; it does not prove the evidence true",
    );
    lines.extend([String::new(), lang.of(words).to_owned()]);
    finish(lines)
}

fn remarked(remark: &Remark, lang: Lang) -> Vec<String> {
    let Text { zh, en } = &remark.cause;
    let cause = clean(lang.of_pair(zh, en));
    let line = match (remark.line, lang) {
        (Some(line), Lang::Zh) => format!("第 {line} 行  "),
        (Some(line), Lang::En) => format!("line {line}  "),
        (None, _) => String::new(),
    };
    let key = clean(&remark.key);
    let key = if key.is_empty() { key } else { format!("{key}  ") };
    let mut lines = indented(&format!("{line}{key}{cause} [{}]", clean(&remark.code)), 2);
    lines.extend(indented(&format!("→ {}", clean(lang.text(&remark.fix))), 4));
    lines
}

/// A text in lines, each indented by so many columns.
fn indented(text: &str, by: usize) -> Vec<String> {
    let margin = " ".repeat(by);
    wrap(text, COLUMNS - by).into_iter().map(|line| format!("{margin}{line}")).collect()
}

fn finish(lines: Vec<String>) -> String {
    lines.into_iter().map(|line| cut(line.trim_end(), COLUMNS) + "\n").collect()
}
