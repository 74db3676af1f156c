//! The review of a delivery for people: verdict, criteria, what to put right.

use shujian_annotation::verdict::{
    CRITERIA, Criterion, Diff, Dropped, Review, Rework, Rule, Status,
};
use shujian_core::finding::Text;
use shujian_core::{Bilingual, Finding, LabelVerdict, Place, Severity, codes};

use crate::screen::{COLUMNS, clean, cut, cut_front, fit, thousands, width};
use crate::sheet::Sheet;
use crate::{Lang, junit, sarif};

/// Entries of the rework list shown; all of them stand in the JSON.
const MOST: usize = 8;

const fn both(zh: &'static str, en: &'static str) -> Bilingual {
    Bilingual { zh, en }
}

pub(crate) const ACCEPT: Bilingual = both("接收", "accept");
const UNDECIDED: Bilingual = both("无不合格项，但尚不能接收", "nothing missed, yet not accepted");
pub(crate) const REWORK: Bilingual = both("返工", "rework");
pub(crate) const REJECT: Bilingual = both("拒收", "reject");

/// Writes a review for a person.
pub fn review(review: &Review, lang: Lang) -> String {
    let said = crate::screen::wrap(&verdict(review, lang), COLUMNS - 2);
    let marks = ["■"].into_iter().chain(std::iter::repeat(" "));
    let mut lines: Vec<String> =
        marks.zip(said).map(|(mark, line)| format!("{mark} {line}")).collect();
    lines.push(String::new());
    let delivered = &review.delivered;
    lines.push(match lang {
        Lang::Zh => format!(
            "{} 个文件，格式 {}；{} 个对象，{} 条标注，{} 个类别，{} 名标注员",
            thousands(delivered.files),
            clean(&delivered.formats.join("、")),
            thousands(delivered.items),
            thousands(delivered.annotations),
            delivered.classes.len(),
            delivered.raters.len(),
        ),
        Lang::En => format!(
            "files {}, format {}; items {}, labels {}, classes {}, raters {}",
            thousands(delivered.files),
            clean(&delivered.formats.join(", ")),
            thousands(delivered.items),
            thousands(delivered.annotations),
            delivered.classes.len(),
            delivered.raters.len(),
        ),
    });
    lines.push(String::new());
    lines.extend(review.criteria.iter().flat_map(|criterion| criterion_lines(criterion, lang)));
    lines.extend(rework(review, lang));
    lines.extend(besides(review, lang));
    lines.extend(next(review, lang));
    finish(lines)
}

/// One way to write a review down.
#[derive(Debug, Clone, Copy)]
pub struct ReviewReport {
    /// Name, as in `--format`.
    pub name: &'static str,
    /// Writes the review; ends with a line feed.
    pub render: fn(&Review, Lang) -> String,
}

/// Every report of a review.
pub const REVIEW_REPORTS: &[ReviewReport] = &[
    ReviewReport { name: "text", render: review },
    ReviewReport { name: "json", render: json },
    ReviewReport {
        name: "junit",
        render: |review, lang| junit::render(&Sheet::of_review(review), lang),
    },
    ReviewReport {
        name: "sarif",
        render: |review, lang| sarif::render(&Sheet::of_review(review), lang),
    },
];

fn json(review: &Review, _lang: Lang) -> String {
    let json = serde_json::to_string_pretty(review);
    json.expect("a review holds string keys and numbers only") + "\n"
}

/// What a criterion asks, in both languages.
pub(crate) fn criterion_title(name: &str) -> Text {
    let own = || Text { zh: name.to_owned(), en: name.to_owned() };
    Rule::named(name).map_or_else(own, |rule| rule.title.into())
}

/// Writes what a correction changed.
pub fn diff(diff: &Diff, lang: Lang) -> String {
    let unasked = diff.changed.iter().filter(|change| !change.asked).count();
    let fixed = diff.fixed;
    let mut lines = vec![match lang {
        Lang::Zh => format!(
            "■ 应改 {} 处，已改 {} 处，未改 {} 处，新增错误 {} 处，删去未改 {} 项",
            fixed.denominator,
            fixed.numerator,
            diff.standing.len(),
            diff.new.len(),
            diff.dropped.len()
        ),
        Lang::En => format!(
            "■ asked {}, fixed {}, still standing {}, new errors {}, dropped {}",
            fixed.denominator,
            fixed.numerator,
            diff.standing.len(),
            diff.new.len(),
            diff.dropped.len()
        ),
    }];
    lines.push(match lang {
        Lang::Zh => format!(
            "  {} 个对象的标注有改动，其中 {unasked} 个并未要求修改，应再看一遍",
            diff.changed.len()
        ),
        Lang::En => format!(
            "  labels changed on {} items; on {unasked} nobody asked for it: look again",
            diff.changed.len()
        ),
    });
    let titled =
        [(both("未改", "still standing"), &diff.standing), (both("新增", "new"), &diff.new)];
    for (title, list) in titled {
        if !list.is_empty() {
            lines.extend([String::new(), lang.of(title).to_owned()]);
            lines.extend(entries(list, lang));
        }
    }
    lines.extend(dropped(&diff.dropped, lang));
    finish(lines)
}

/// What was taken away though nobody asked for it.
fn dropped(list: &[Dropped], lang: Lang) -> Vec<String> {
    if list.is_empty() {
        return Vec::new();
    }
    let title = both("删去而未改（返工并未要求删除）", "dropped, which nobody asked for");
    let line = |one: &Dropped| {
        let name = if one.item.is_empty() { &one.file } else { &one.item };
        let said = match lang {
            Lang::Zh => format!("少了 {} 条标注，其中应改错误 {} 处", one.labels, one.errors),
            Lang::En => {
                format!("labels gone {}, errors to fix among them {}", one.labels, one.errors)
            }
        };
        format!("  {} {said}", fit(&cut_front(&clean(name), 30), 30))
    };
    let head = [String::new(), lang.of(title).to_owned()];
    head.into_iter().chain(list.iter().take(MOST).map(line)).collect()
}

fn finish(lines: Vec<String>) -> String {
    lines.into_iter().map(|line| cut(line.trim_end(), COLUMNS) + "\n").collect()
}

fn verdict(review: &Review, lang: Lang) -> String {
    let verdict = &review.verdict;
    // An inspection to come holds nothing back; anything else that is open does.
    let is_open = |name: &String| review.inspection.is_some() || name != "inspection";
    let decision = lang.of(match verdict.decision {
        LabelVerdict::Accept if verdict.open.iter().any(is_open) => UNDECIDED,
        LabelVerdict::Accept => ACCEPT,
        LabelVerdict::Rework => REWORK,
        LabelVerdict::Reject => REJECT,
    });
    let names = |names: &[String]| -> String {
        let titles = names.iter().map(|name| title(name, lang));
        titles.collect::<Vec<_>>().join(if lang == Lang::Zh { "、" } else { ", " })
    };
    let mut said = decision.to_owned();
    if !verdict.missed.is_empty() {
        said += &match lang {
            Lang::Zh => format!("：未达到 {}", names(&verdict.missed)),
            Lang::En => format!(": missed {}", names(&verdict.missed)),
        };
    }
    if !verdict.open.is_empty() {
        said += &match lang {
            Lang::Zh => format!("；尚未决定 {}", names(&verdict.open)),
            Lang::En => format!("; still open: {}", names(&verdict.open)),
        };
    }
    said
}

fn title(name: &str, lang: Lang) -> String {
    Rule::named(name).map_or_else(|| name.to_owned(), |rule| lang.of(rule.title).to_owned())
}

fn criterion_lines(criterion: &Criterion, lang: Lang) -> Vec<String> {
    let mark = match criterion.status {
        Status::Met => "✓",
        Status::Missed | Status::Failed => "✗",
        Status::Open => "?",
        Status::NotAsked => "–",
    };
    let widest = CRITERIA.iter().map(|rule| width(lang.of(rule.title))).max().unwrap_or(0);
    let head = format!("  {mark} {}  ", fit(&title(&criterion.name, lang), widest));
    let room = COLUMNS.saturating_sub(width(&head));
    let lines = crate::screen::wrap(lang.text(&criterion.reason), room);
    let indent = " ".repeat(width(&head));
    let first = lines.iter().take(1).map(|line| head.clone() + line);
    first.chain(lines.iter().skip(1).map(|line| indent.clone() + line)).collect()
}

fn rework(review: &Review, lang: Lang) -> Vec<String> {
    if review.rework.is_empty() {
        return Vec::new();
    }
    let all = review.rework.len() as u64 + review.rework_omitted;
    let shown = review.rework.len().min(MOST);
    let head = match lang {
        Lang::Zh => format!("返工清单 {all} 处，以下 {shown} 处（全部见 --format json）"),
        Lang::En => format!("To put right: {all} places, {shown} of them (all with --format json)"),
    };
    let mut lines = vec![String::new(), head];
    lines.extend(entries(&review.rework, lang));
    // Why, and what to do, once for each code that is shown.
    let mut told: Vec<&str> = Vec::new();
    for entry in review.rework.iter().take(MOST) {
        if told.contains(&&*entry.code) {
            continue;
        }
        told.push(&entry.code);
        let Some(code) = codes::find(&entry.code) else { continue };
        lines.extend(explained(code.id, lang.of(code.cause), lang.of(code.fix), lang));
    }
    lines
}

/// Cause and fix of a code, wrapped.
fn explained(code: &str, cause: &str, fix: &str, lang: Lang) -> Vec<String> {
    let (joint, colon) =
        if lang == Lang::Zh { ("。改法：", "：") } else { (". To do: ", ": ") };
    let said = format!("{code}{colon}{}{joint}{}", clean(cause), clean(fix));
    let wrapped = crate::screen::wrap(&said, COLUMNS - 4);
    wrapped.into_iter().map(|line| format!("    {line}")).collect()
}

/// Warnings and notes: what does not hold the delivery back, and should be looked at.
fn besides(review: &Review, lang: Lang) -> Vec<String> {
    let others: Vec<&Finding> =
        review.findings.iter().filter(|found| found.severity != Severity::Error).collect();
    if others.is_empty() {
        return Vec::new();
    }
    let head = both(
        "警告与提示（全部位置见 --format json）",
        "Warnings and notes (all places with --format json)",
    );
    let mut lines = vec![String::new(), lang.of(head).to_owned()];
    for found in others {
        let mark = if found.severity == Severity::Warning { "!" } else { "·" };
        let title = codes::find(&found.code).map_or("", |code| lang.of(code.title));
        let first = found.places.first();
        let at = first.map(at).filter(|at| !at.is_empty());
        let at = at.map_or_else(String::new, |at| format!(" {}", cut_front(&at, 40)));
        let note = first.filter(|place| !place.note.is_empty());
        let note = note.map_or_else(String::new, |place| format!(" ({})", clean(&place.note)));
        let said = format!("{} ×{} {title}{at}{note}", found.code, thousands(found.count));
        lines.push(format!("  {mark} {said}"));
    }
    lines
}

/// File, row and field of a place.
fn at(place: &Place) -> String {
    let mut at = clean(&place.file);
    for part in [place.row.map(|row| row.to_string()), place.column.clone()].into_iter().flatten() {
        at += &format!(":{}", clean(&part));
    }
    at
}

fn entries(list: &[Rework], lang: Lang) -> Vec<String> {
    let line = |entry: &Rework| {
        let place = &entry.place;
        let at = at(place);
        let title = codes::find(&entry.code).map_or("", |code| lang.of(code.title));
        let note = if place.note.is_empty() { String::new() } else { format!(" ({})", place.note) };
        let said = format!("{} {title}{}", entry.code, clean(&note));
        format!("  {} {said}", fit(&cut_front(&at, 30), 30))
    };
    list.iter().take(MOST).map(line).collect()
}

fn next(review: &Review, lang: Lang) -> Vec<String> {
    let plan = &review.sampling;
    let said = match (review.verdict.decision, review.inspection.is_some()) {
        (LabelVerdict::Accept, false) => match lang {
            Lang::Zh => format!(
                "下一步：抽检 {} 个对象（shujian delivery sample），不合格不超过 {} 个即接收",
                plan.sample, plan.accept
            ),
            Lang::En => format!(
                "Next: inspect {} items (shujian delivery sample); up to {} defective are accepted",
                plan.sample, plan.accept
            ),
        },
        (LabelVerdict::Accept, true) => match &review.inspection {
            Some(found) => match lang {
                Lang::Zh => {
                    format!("改正已发现的之后，整批剩余不合格至多 {} 个", found.remaining_upper)
                }
                Lang::En => format!(
                    "Once those found are put right, at most {} items are defective",
                    found.remaining_upper
                ),
            },
            None => String::new(),
        },
        (LabelVerdict::Rework | LabelVerdict::Reject, _) => match lang {
            Lang::Zh => "下一步：改正后重新提交，用 shujian delivery diff 旧 新 核对".to_owned(),
            Lang::En => {
                "Next: correct and deliver again; shujian delivery diff OLD NEW compares".to_owned()
            }
        },
    };
    let mut lines = vec![String::new(), said];
    if review.inspection.as_ref().is_some_and(|found| !found.draw_verified) {
        let unverified = both(
            "抽样未核对：没有给出 --secret，不能证明样本是抽出的而不是挑选的",
            "Draw not verified: without --secret nothing shows that the sample was drawn, not picked",
        );
        lines.push(lang.of(unverified).to_owned());
    }
    lines
}
