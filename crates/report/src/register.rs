//! Imports and analytics of the registry for people.

use shujian_core::Fen;
use shujian_grade::envelope::{Candidate, Sharing};
use shujian_registry::Waiting;
use shujian_registry::import::{Does, Problem, Report as Import};
use shujian_registry::report::{Dimension, Group, Report};

use crate::Lang;
use crate::screen::{COLUMNS, clean, fit, right, width, wrap};

/// Rows shown of an import; all of them stand in the JSON.
const MOST: usize = 20;

/// Writes what an import would do, or did, with every row that keeps it from being done.
pub fn import(report: &Import, lang: Lang) -> String {
    let count = |does: Does| report.rows.iter().filter(|row| row.does == does).count();
    let (add, keep) = (count(Does::Add), count(Does::Keep));
    let problems = report.problems.len();
    let head = match (lang, report.applied, problems) {
        (Lang::Zh, true, _) => format!("■ 已导入：新增 {add}，原有 {keep}"),
        (Lang::En, true, _) => format!("■ imported: new {add}, there before {keep}"),
        (Lang::Zh, false, 0) => {
            format!("■ 试导入：将新增 {add}，原有 {keep}；未写入，加 --apply 写入")
        }
        (Lang::En, false, 0) => {
            format!(
                "■ tried: {add} would be new, {keep} are there; nothing is written, --apply writes"
            )
        }
        (Lang::Zh, false, _) => format!("■ 未导入：{problems} 处有误，没有写入任何一行"),
        (Lang::En, false, _) => format!("■ not imported: {problems} problems; no row was written"),
    };
    let mut lines = wrap(&head, COLUMNS);
    lines.extend(report.problems.iter().take(MOST).flat_map(|problem| remark(problem, "×", lang)));
    lines.extend(more(report.problems.len(), lang));
    lines.extend(report.remarks.iter().take(MOST).flat_map(|problem| remark(problem, "!", lang)));
    lines.extend(more(report.remarks.len(), lang));
    if problems == 0 {
        for row in report.rows.iter().take(MOST) {
            let mark = if row.does == Does::Add { "+" } else { "=" };
            let number = row.number.as_deref().unwrap_or_default();
            let name = row.fields.get("name").and_then(|name| name.as_str()).unwrap_or_default();
            let line =
                format!("{mark} {} {} {}", right(&row.row.to_string(), 6), fit(number, 20), name);
            lines.push(clean(&line));
        }
        lines.extend(more(report.rows.len(), lang));
    }
    page(lines)
}

fn more(count: usize, lang: Lang) -> Option<String> {
    let left = count.checked_sub(MOST).filter(|left| *left > 0)?;
    Some(match lang {
        Lang::Zh => format!("  …另有 {left} 条，见 --format json"),
        Lang::En => format!("  … {left} more; --format json has them all"),
    })
}

fn remark(problem: &Problem, mark: &str, lang: Lang) -> Vec<String> {
    let place = match (problem.row, lang) {
        (Some(row), Lang::Zh) => format!("第 {row} 行：",),
        (Some(row), Lang::En) => format!("row {row}: "),
        (None, _) => String::new(),
    };
    let said = clean(&format!("{place}{}", lang.text(&problem.said)));
    let marks = [mark].into_iter().chain(std::iter::repeat(" "));
    let lines = wrap(&said, COLUMNS - 2);
    marks.zip(lines).map(|(mark, line)| format!("{mark} {line}")).collect()
}

/// Writes sums by group as a table.
pub fn analytics(report: &Report, is_trial: bool, lang: Lang) -> String {
    let mut heads = vec![
        ("条目", "entries"),
        ("核定", "committed"),
        ("已拨付", "paid"),
        ("待拨付", "to pay"),
        ("预算余额", "left"),
    ];
    // Most registers have none, and lines are short.
    let came_back = report.total.recovered_fen != 0;
    if came_back {
        heads.push(("已追回", "recovered"));
    }
    let mut table = vec![
        report.by.iter().map(|dimension| lang.of(dimension.title()).to_owned()).collect::<Vec<_>>(),
    ];
    table[0].extend(heads.iter().map(|(zh, en)| lang.of_pair(zh, en).to_owned()));
    table.extend(report.groups.iter().map(|group| row(group, &report.by, (came_back, lang))));
    let mut total = row(&report.total, &[], (came_back, lang));
    let name = lang.of_pair("合计", "total").to_owned();
    let keys = report.by.len();
    let mut last = vec![String::new(); keys];
    if let Some(first) = last.first_mut() {
        *first = name;
    }
    last.append(&mut total);
    table.push(last);
    let widths: Vec<usize> = (0..keys + heads.len())
        .map(|at| table.iter().map(|row| width(&row[at])).max().unwrap_or_default())
        .collect();
    let mut lines = Vec::new();
    if is_trial {
        lines.push(
            lang.of_pair("演练登记册，不是真实资金", "a trial registry: no real money").to_owned(),
        );
    }
    for row in &table {
        let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, &width))| {
            if at < keys { fit(cell, width) } else { right(cell, width) }
        });
        lines.push(cells.collect::<Vec<_>>().join("  "));
    }
    if report.under_review > 0 {
        let count = report.under_review;
        lines.push(match lang {
            Lang::Zh => format!("另有 {count} 条在办，尚未批准，不计入上表"),
            Lang::En => {
                format!("{count} more under review: not approved yet, and not counted above")
            }
        });
    }
    page(lines)
}

/// What applications that wait would get of an envelope, by the rule of the catalogue.
///
/// - `asked`: what each would be paid from an envelope without bottom, in the order of
///   `waiting.applications`.
pub fn sharing(waiting: &Waiting, asked: &[Candidate], sharing: &Sharing, lang: Lang) -> String {
    let (number, left, held) =
        (&waiting.envelope, waiting.left_fen.brief(), sharing.held_back_fen.brief());
    let mut lines = vec![match lang {
        Lang::Zh => format!("额度 {number} 余 {left}，其中 {held} 留备异议复核"),
        Lang::En => format!("{number} has {left} left, of which {held} is kept for appeals"),
    }];
    let heads = [("编号", "number"), ("等次", "grade"), ("申请", "asks"), ("可得", "gets")];
    let mut table = vec![heads.map(|(zh, en)| lang.of_pair(zh, en).to_owned())];
    for (claim, share) in asked.iter().filter_map(|claim| {
        Some((claim, sharing.shares.iter().find(|share| share.id == claim.id)?))
    }) {
        let (asks, gets) = (claim.amount_fen.to_string(), share.paid_fen.to_string());
        table.push([claim.id.clone(), claim.grade.name().to_owned(), asks, gets]);
    }
    let widths: Vec<usize> = (0..heads.len())
        .map(|at| table.iter().map(|row| width(&row[at])).max().unwrap_or_default())
        .collect();
    for row in &table {
        let cells =
            row.iter().zip(&widths).enumerate().map(|(at, (cell, &width))| {
                if at < 2 { fit(cell, width) } else { right(cell, width) }
            });
        lines.push(cells.collect::<Vec<_>>().join("  "));
    }
    let rest = sharing.left_fen.brief();
    lines.push(match lang {
        Lang::Zh => format!("分配后尚余 {rest}；仅为试算，逐条以 policy compute --envelope 份额 计算后核定"),
        Lang::En => format!(
            "{rest} would be left; nothing is written: award each by `policy compute --envelope SHARE`"
        ),
    });
    page(lines)
}

fn row(group: &Group, by: &[Dimension], (came_back, lang): (bool, Lang)) -> Vec<String> {
    let keys = by.iter().zip(&group.keys).map(|(dimension, key)| {
        let (zh, en) = dimension.spell(key);
        clean(lang.of_pair(&zh, &en))
    });
    let amount = |fen: i64| Fen(fen).brief();
    let left = group.left_fen.map_or_else(|| "–".to_owned(), amount);
    let sums = [
        group.entries.to_string(),
        amount(group.committed_fen),
        amount(group.paid_fen),
        amount(group.outstanding_fen),
        left,
    ];
    keys.chain(sums).chain(came_back.then(|| amount(group.recovered_fen))).collect()
}

fn page(lines: Vec<String>) -> String {
    lines.iter().map(|line| line.trim_end().to_owned() + "\n").collect()
}
