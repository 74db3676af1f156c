//! What the registry's commands print for people.

use serde_json::Value as Json;
use shujian_core::{Bilingual, Fen};
use shujian_registry::log::{Checked, Event, Step};
use shujian_registry::query::{Party, Past, Shown};
use shujian_registry::report::Dimension;
use shujian_registry::transitions::{Field, Holds, TABLE};
use shujian_registry::{Kind, Receipt, Remark, Report, State};

use crate::Lang;
use crate::columns::{bare, title};
use crate::place::spell;
use crate::screen::{COLUMNS, clean, cut, fit, right, thousands, width, wrap};

/// Heads every list of a trial registry.
const TRIAL: Bilingual = Bilingual {
    zh: "※ 演练登记册：日期可由请求指定，所载内容不产生效力",
    en: "* trial registry: requests name their own day, and nothing in it has effect",
};

/// Columns before the fields of a command.
const INDENT: usize = 18;

/// Columns of lists that hold more than a name.
const NAME: usize = 32;

fn of<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

fn page(lines: Vec<String>) -> String {
    lines.into_iter().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// A state as people read it.
fn state(name: &str, lang: Lang) -> String {
    State::named(name).map_or_else(|| clean(name), |state| lang.of(state.title()).to_owned())
}

/// What a request led to.
pub fn receipt(receipt: &Receipt, lang: Lang) -> String {
    let Receipt { seq, number, version, .. } = receipt;
    let state = state(&receipt.state, lang);
    let done = match (receipt.step, receipt.repeated) {
        (_, true) => of(lang, "此前已办理", "done before"),
        (Step::Done, _) => of(lang, "已办理", "done"),
        (Step::Proposed, _) => {
            of(lang, "已提出，待另一人确认", "proposed; another person confirms")
        }
    };
    let mut lines = vec![match lang {
        Lang::Zh => format!("{number}  {done}；状态：{state}，版本 {version}，事件 {seq}"),
        Lang::En => format!("{number}  {done}; state {state}, version {version}, event {seq}"),
    }];
    lines.extend(receipt.remarks.iter().flat_map(|it| remark(it, lang)));
    page(lines)
}

/// What whoever acts should know.
fn remark(remark: &Remark, lang: Lang) -> Vec<String> {
    let said = clean(&format!("{} {}", remark.code, lang.text(&remark.said)));
    let marks = ["!"].into_iter().chain(std::iter::repeat(" "));
    marks.zip(wrap(&said, COLUMNS - 2)).map(|(mark, line)| format!("{mark} {line}")).collect()
}

/// A list of entries: number, state, name, and the amount that matters most.
pub fn list(rows: &[Json], is_trial: bool, lang: Lang) -> String {
    let mut lines: Vec<String> = is_trial.then(|| lang.of(TRIAL).to_owned()).into_iter().collect();
    if rows.is_empty() {
        lines.push(of(lang, "没有条目", "no entries").to_owned());
    }
    for row in rows {
        let text = |column: &str| row[column].as_str().map(clean).unwrap_or_default();
        let number = if text("number").is_empty() { text("id") } else { text("number") };
        let state = state(row["state"].as_str().unwrap_or_default(), lang);
        let amount = AMOUNTS.iter().find_map(|column| row[column].as_i64());
        let amount = amount.map_or_else(String::new, |fen| Fen(fen).to_string());
        let name =
            if text("name").is_empty() { text("topic") + &text("measure") } else { text("name") };
        let line = format!(
            "{}  {}  {}  {}",
            fit(&number, 18),
            fit(&state, 12),
            fit(&name, NAME),
            right(&amount, 0)
        );
        lines.push(line);
    }
    page(lines)
}

/// Columns of which the first that an entry has stands in lists.
const AMOUNTS: &[&str] = &[
    "approved_investment_fen",
    "transaction_fen",
    "requested_fen",
    "total_fen",
    "city_support_fen",
];

/// One entry with all that hangs on it.
pub fn entry(shown: &Shown, is_trial: bool, lang: Lang) -> String {
    let mut lines: Vec<String> = is_trial.then(|| lang.of(TRIAL).to_owned()).into_iter().collect();
    let kind = Kind::named(&shown.kind).map_or("", |kind| lang.of(kind.title()));
    lines.push(format!("■ {kind}"));
    lines.extend(columns(&shown.entry, lang));
    for Party { role, number, name } in &shown.parties {
        lines.push(line(role, &clean(&format!("{number} {name}")), lang));
    }
    for (title, rows) in [
        (of(lang, "核定", "Award"), shown.award.as_slice()),
        (of(lang, "拨付计划", "Tranches"), &shown.tranches),
        (of(lang, "评审", "Reviews"), &shown.reviews),
        (of(lang, "公示", "Notices"), &shown.notices),
        (of(lang, "异议", "Objections"), &shown.objections),
    ] {
        for row in rows {
            lines.push(format!("■ {title}"));
            lines.extend(columns(row, lang));
        }
    }
    lines.extend(shown.remarks.iter().flat_map(|it| remark(it, lang)));
    lines.push(format!("■ {}", of(lang, "经过", "History")));
    lines.extend(shown.history.iter().map(|past| history(past, lang)));
    let open = if shown.open.is_empty() { "—".to_owned() } else { shown.open.join(", ") };
    let said = format!("{}{open}", of(lang, "可用的命令：", "open commands: "));
    lines.extend(wrap(&said, COLUMNS));
    page(lines)
}

/// The columns of a row that people want to see, one a line.
fn columns(row: &Json, lang: Lang) -> Vec<String> {
    let keys = ["id", "entitlement", "name_key", "approval_key"];
    let hidden = |name: &str| keys.contains(&name) || name.ends_with("_id");
    let shown = row.as_object().into_iter().flatten();
    let shown = shown.filter(|(name, value)| !hidden(name) && !value.is_null() && **value != "");
    shown
        .map(|(name, value)| {
            let value = match value {
                Json::String(text) if name == "state" || name == "after_state" => state(text, lang),
                Json::String(text) if name == "subject_kind" => Kind::named(text)
                    .map_or_else(|| clean(text), |kind| lang.of(kind.title()).to_owned()),
                Json::String(text) if name == "sector" => {
                    let (zh, en) = Dimension::Sector.spell(text);
                    of(lang, &zh, &en).to_owned()
                }
                Json::String(text) => clean(text),
                Json::Number(fen) if name.ends_with("_fen") => {
                    fen.as_i64().map_or_else(|| fen.to_string(), |fen| Fen(fen).to_string())
                }
                Json::Number(centi) if name.ends_with("_centi") => {
                    let centi = centi.as_i64().unwrap_or_default();
                    format!("{}.{:02}", centi / 100, centi % 100)
                }
                other => other.to_string(),
            };
            line(bare(name), &value, lang)
        })
        .collect()
}

/// A column and what stands in it.
fn line(column: &str, value: &str, lang: Lang) -> String {
    let column = of(lang, title(column), column);
    format!("  {}{}", fit(column, 22), cut(value, COLUMNS.saturating_sub(24)))
}

fn history(past: &Past, lang: Lang) -> String {
    let step = match past.step {
        Step::Done => String::new(),
        Step::Proposed => of(lang, "（提出）", " (proposed)").to_owned(),
    };
    let day = past.at.get(..16).unwrap_or(&past.at).replace('T', " ");
    let command = format!("{}{step}", past.command);
    let to = state(&past.to, lang);
    format!(
        "  {}  {day}  {}  {}  {to}",
        right(&past.seq.to_string(), 6),
        fit(&past.actor, 18),
        fit(&command, 22)
    )
}

/// What verification found.
pub fn verification(report: &Report, lang: Lang) -> String {
    let counts = [report.events, report.rows, report.checkpoints].map(thousands);
    let [events, rows, checkpoints] = &counts;
    let mut lines = vec![
        match lang {
            Lang::Zh => {
                format!("{}：{events} 个事件，{rows} 行，{checkpoints} 个检查点", report.origin)
            }
            Lang::En => {
                format!(
                    "{}: {events} events, {rows} rows, {checkpoints} checkpoints",
                    report.origin
                )
            }
        },
        format!("{}{}", of(lang, "根哈希：", "root: "), report.root),
    ];
    if report.is_whole() {
        let said = of(
            lang,
            "✓ 日志、签名、各表与账目一致",
            "✓ log, signatures, tables and accounts agree",
        );
        lines.push(said.to_owned());
    }
    for finding in &report.findings {
        let code = shujian_core::codes::find(&finding.code);
        let title = code.map_or("", |code| lang.of(code.title));
        lines.push(format!("✗ {} ×{} {title}", finding.code, thousands(finding.count)));
        lines.extend(finding.places.iter().map(|place| format!("    {}", spell(place, lang))));
        lines.push(format!("    → {}", lang.text(&finding.fix)));
    }
    page(lines)
}

/// What a proof proves.
pub fn proof(checked: &Checked, lang: Lang) -> String {
    let Event { seq, at, number, request, from, to, .. } = &checked.event;
    let size = thousands(checked.size);
    let said = of(lang, "✓ 证明成立：该事件在签署的日志中", "✓ the event stands in the signed log");
    let mut lines = vec![
        said.to_owned(),
        format!("  {} / {size}  {at}", thousands(*seq)),
        format!(
            "  {number}  {}  {}  {} → {}",
            request.actor,
            request.command,
            state(from, lang),
            state(to, lang)
        ),
    ];
    for image in checked.event.rows.iter().filter(|image| image.table == "ledger_entries") {
        let account = image.row["account"].as_str().map(clean).unwrap_or_default();
        let fen = Fen(image.row["amount_fen"].as_i64().unwrap_or_default());
        lines.push(format!("  {}  {fen}", fit(&account, 50)));
    }
    page(lines)
}

/// The commands of a kind with their fields: what to write where.
pub fn commands(kind: Option<Kind>, lang: Lang) -> String {
    let mut lines = Vec::new();
    for known in Kind::ALL.iter().filter(|known| kind.is_none_or(|kind| kind == **known)) {
        lines.push(format!("■ {} ({})", lang.of(known.title()), known.name()));
        for row in TABLE.iter().filter(|row| row.kind == *known) {
            let by: Vec<&str> = row.roles.iter().map(|role| role.name()).collect();
            let persons = if row.two_persons { of(lang, "，两人", ", two persons") } else { "" };
            let head = format!("  {}{}", fit(row.command, 16), lang.of(row.help));
            lines.push(format!("{head}  [{}{persons}]", by.join(", ")));
            let fields = row.fields.iter().map(|it| field(it, lang)).collect::<Vec<_>>();
            let choices = row.fields.iter().filter_map(|field| match field.holds {
                Holds::OneOf(words) => Some(format!("{}: {}", field.name, words.join(", "))),
                _ => None,
            });
            let mut told = rows(&fields);
            told.extend(choices.flat_map(|choices| wrap(&choices, COLUMNS - INDENT)));
            lines.extend(told.into_iter().map(|line| format!("{}{line}", " ".repeat(INDENT))));
        }
    }
    page(lines)
}

/// Fields side by side, none of them cut in two.
fn rows(fields: &[String]) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for field in fields {
        match rows.last_mut() {
            Some(row) if width(row) + 1 + width(field) <= COLUMNS - INDENT => {
                row.push(' ');
                row.push_str(field);
            }
            _ => rows.push(field.clone()),
        }
    }
    rows
}

/// A field with what it holds: `year=YYYY`, in brackets where it may be left out.
fn field(field: &Field, lang: Lang) -> String {
    let holds = match field.holds {
        Holds::Text | Holds::Private => of(lang, "文字", "TEXT").to_owned(),
        Holds::Invoice => of(lang, "号码", "NUMBER").to_owned(),
        Holds::Date => "YYYY-MM-DD".to_owned(),
        Holds::Year => "YYYY".to_owned(),
        Holds::Fen => of(lang, "元", "YUAN").to_owned(),
        Holds::Centi | Holds::Sealed => of(lang, "分数", "POINTS").to_owned(),
        Holds::Hash => of(lang, "64位十六进制", "HEX").to_owned(),
        Holds::Code => of(lang, "信用代码", "CODE").to_owned(),
        Holds::Division => of(lang, "六位代码", "DIGITS").to_owned(),
        Holds::Entry(Kind::Organisation) => of(lang, "信用代码", "CODE").to_owned(),
        Holds::Entry(_) => of(lang, "编号", "NUMBER").to_owned(),
        Holds::Actor(role) => format!("{}/{}", role.name(), of(lang, "名称", "NAME")),
        Holds::OneOf(_) => "…".to_owned(),
        Holds::Key => of(lang, "公钥", "KEY").to_owned(),
        Holds::Entitlement => of(lang, "@文件", "@FILE").to_owned(),
        Holds::Days => "MM-DD,MM-DD".to_owned(),
        Holds::Bands => "A=85.00,B=75.00,…".to_owned(),
        Holds::Files => "BLAKE3:BYTES,…".to_owned(),
    };
    let spelt = format!("{}={holds}", field.name);
    if field.optional { format!("[{spelt}]") } else { spelt }
}
