//! What an application lacks and what is wrong with it: every place at once, before anyone grades.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::finding::Text;
use shujian_core::{Bilingual, CreditCode, Finding, Severity, codes};
use shujian_grade::Application;
use shujian_grade::application::SCHEMA as FORM;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::row::tidy;

/// Name of the form of [`Check`].
pub const SCHEMA: &str = "shujian.application-check.v1";

/// An empty application with notes, in Chinese and in English.
pub const TEMPLATE: Bilingual = Bilingual {
    zh: include_str!("../../../pipelines/application.template.zh.toml"),
    en: include_str!("../../../pipelines/application.template.en.toml"),
};

/// Missing, wrong, and what could be added.
const CODES: [&str; 3] = ["SJ-desk-010", "SJ-desk-011", "SJ-desk-012"];

/// What a check of an application found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// [`SCHEMA`].
    pub schema: String,
    /// Name of the file.
    pub file: String,
    /// Whether nothing is missing or wrong, and nothing contradicts the data.
    pub passed: bool,
    /// Whether data were held against it.
    pub with_data: bool,
    /// Remarks, by line.
    pub remarks: Vec<Remark>,
    /// What the data contradict.
    pub contradictions: Vec<Finding>,
}

/// A remark on one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remark {
    /// Finding code.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// Path of the key, such as `money.requested_yuan`.
    pub key: String,
    /// Line, from 1; absent where the key is missing with its whole table.
    pub line: Option<usize>,
    /// What is the matter.
    pub cause: Text,
    /// What to do about it.
    pub fix: Text,
}

/// Whether a key must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Must,
    /// Where its table is there.
    WithTable,
    Should,
}

/// What a key takes.
#[derive(Debug, Clone, Copy)]
enum Takes {
    Exactly(&'static str),
    Text,
    CreditCode,
    OneOf(&'static [&'static str]),
    SomeOf(&'static [&'static str]),
    Whole,
    Share,
    Reduction,
}

struct Field {
    key: &'static str,
    need: Need,
    takes: Takes,
    /// What to fill in.
    fill: Bilingual,
}

const fn field(
    key: &'static str,
    need: Need,
    takes: Takes,
    zh: &'static str,
    en: &'static str,
) -> Field {
    Field { key, need, takes, fill: Bilingual { zh, en } }
}

const SECTORS: &[&str] = &[
    "manufacturing",
    "agriculture",
    "health",
    "culture-tourism",
    "transport",
    "finance",
    "emergency-management",
    "meteorology",
    "city-governance",
];
const CLASSES: &[&str] = &["general", "industry-general", "industry-expert"];
const TIERS: &[&str] = &["self-declared", "own-logs", "third-party", "bureau"];

/// Every key of an application, in the order of its form.
#[rustfmt::skip]
const FIELDS: &[Field] = &[
    field("schema", Need::Must, Takes::Exactly(FORM), "写作 \"shujian.application.v1\"", "write \"shujian.application.v1\""),
    field("applicant.name", Need::Must, Takes::Text, "申请人的登记名称", "the registered name of the applicant"),
    field("applicant.uscc", Need::Must, Takes::CreditCode, "十八位统一社会信用代码", "the unified social credit code, eighteen signs"),
    field("dataset.name", Need::Must, Takes::Text, "数据集名称", "the name of the dataset"),
    field("dataset.sector", Need::Must, Takes::OneOf(SECTORS), "九个重点领域之一", "one of the nine key fields"),
    field("dataset.class", Need::Must, Takes::OneOf(CLASSES), "通识、行业通识或行业专识", "general, industry-general or industry-expert"),
    field("dataset.modality", Need::Must, Takes::Text, "text、table、series、image、audio、video，可用逗号并列", "text, table, series, image, audio, video, several of them with commas"),
    field("dataset.source", Need::Should, Takes::Text, "数据从何而来；不写则来源门槛待定", "where the records come from; without it the gate of rights stays open"),
    field("dataset.licence", Need::Should, Takes::Text, "依何许可或权利使用；不写则来源门槛待定", "under which right they are used; without it the gate of rights stays open"),
    field("dataset.synthetic_share", Need::Should, Takes::Share, "合成记录的份额，0–1；不写按 0", "the share of synthetic records, 0–1; 0 where absent"),
    field("dataset.documentation.basic", Need::Should, Takes::SomeOf(&["scale", "format", "file-structure", "access", "support"]), "文档已写明的基本信息（TC609 0101）", "aspects of basic information documented (TC609 0101)"),
    field("dataset.documentation.content", Need::Should, Takes::SomeOf(&["modality", "distribution", "label-statistics", "samples", "limitations"]), "文档已写明的内容特征（TC609 0102）", "aspects of content documented (TC609 0102)"),
    field("dataset.documentation.process", Need::Should, Takes::SomeOf(&["source", "collection", "processing", "annotation-guideline", "version-log"]), "文档已写明的建设过程（TC609 0103）", "aspects of the process documented (TC609 0103)"),
    field("dataset.documentation.use", Need::Should, Takes::SomeOf(&["licence", "scenario", "evaluation", "benchmark", "case"]), "文档已写明的应用说明（TC609 0104）", "aspects of the use documented (TC609 0104)"),
    field("money.requested_yuan", Need::Must, Takes::Whole, "申请金额，整数元：150 万元写作 1500000", "the amount asked for, whole yuan, such as 1500000"),
    field("money.eligible_cost_yuan", Need::Must, Takes::Whole, "经审计的合格成本，整数元", "the audited eligible cost, whole yuan"),
    field("money.other_public_yuan", Need::Must, Takes::Whole, "同一成本已获的财政资金，整数元；没有写 0", "public money already granted for the same cost, whole yuan; 0 if none"),
    field("effect.uplift.rer_low", Need::WithTable, Takes::Reduction, "相对误差降低的 95% 下限，不超过 1", "the lower 95 % bound of the relative error reduction, at most 1"),
    field("effect.uplift.tier", Need::WithTable, Takes::OneOf(TIERS), "由谁证明", "who vouches for it"),
    field("effect.adopters.count", Need::WithTable, Takes::Whole, "无关联的采用单位数", "unaffiliated organisations that use it"),
    field("effect.adopters.tier", Need::WithTable, Takes::OneOf(TIERS), "由谁证明", "who vouches for it"),
    field("effect.calls.count_12m", Need::WithTable, Takes::Whole, "十二个月内的调用次数", "calls within twelve months"),
    field("effect.calls.top_adopter_share", Need::WithTable, Takes::Share, "调用最多的单位所占份额，0–1", "the share of the adopter that calls most, 0–1"),
    field("effect.calls.tier", Need::WithTable, Takes::OneOf(TIERS), "由谁证明", "who vouches for it"),
    field("effect.transactions.yuan", Need::WithTable, Takes::Whole, "无关联交易额，整数元", "unaffiliated turnover, whole yuan"),
    field("effect.transactions.tier", Need::WithTable, Takes::OneOf(TIERS), "由谁证明", "who vouches for it"),
];

/// Another name that the form takes for a key.
const ALIASES: [(&str, &str); 1] = [("dataset.rights", "dataset.licence")];

/// Looks an application through; `contradictions` are for whoever has the data.
///
/// Where this finds nothing missing or wrong, [`Application::parse`] takes the text.
pub fn check(text: &str, file: &str) -> Check {
    let mut remarks = Vec::new();
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        let page = Page { text, root: &table };
        page.unknown_keys("", &mut remarks);
        for field in FIELDS {
            remarks.extend(page.field(field));
        }
        remarks.extend(page.no_effect());
        remarks.extend(page.whole(&remarks));
    }
    for error in &errors {
        let line = error.span().map(|span| line_of(text, span.start));
        let said = tidy(error.message());
        let cause = Text { zh: format!("不是 TOML：{said}"), en: format!("is no TOML: {said}") };
        let fix = SYNTAX.into();
        remarks.push(remark(CODES[1], "", line, cause, fix));
    }
    remarks.sort_by(|a, b| {
        let place = |remark: &Remark| (remark.line.is_none(), remark.line, remark.severity);
        place(a).cmp(&place(b))
    });
    let passed = !remarks.iter().any(|remark| remark.severity == Severity::Error);
    Check {
        schema: SCHEMA.to_owned(),
        file: tidy(file),
        passed,
        with_data: false,
        remarks,
        contradictions: Vec::new(),
    }
}

impl Check {
    /// Adds what the data say; a contradiction of weight is not passed.
    pub fn hold_against(&mut self, contradictions: Vec<Finding>) {
        self.with_data = true;
        let heavy = |finding: &Finding| finding.severity != Severity::Info;
        self.passed &= !contradictions.iter().any(heavy);
        self.contradictions = contradictions;
    }
}

const SYNTAX: Bilingual = Bilingual {
    zh: "每行写作 键 = 值；文字加英文引号，数字不加引号与单位",
    en: "write a key = value on each line; texts in quotes, numbers without quotes or unit",
};

/// An application as it was written.
struct Page<'a> {
    text: &'a str,
    root: &'a Spanned<DeTable<'a>>,
}

impl Page<'_> {
    /// What a path leads to: the value, and where its key stands.
    fn at(&self, path: &str) -> Option<(&Spanned<DeValue<'_>>, usize)> {
        let mut table = self.root.get_ref();
        let mut parts = path.split('.').peekable();
        while let Some(part) = parts.next() {
            let (key, value) = table.iter().find(|(key, _)| key.get_ref() == part)?;
            if parts.peek().is_none() {
                return Some((value, key.span().start));
            }
            table = value.get_ref().as_table()?;
        }
        None
    }

    fn line(&self, at: usize) -> usize {
        line_of(self.text, at)
    }

    /// The line of a table, where there is one.
    fn line_of_table(&self, key: &str) -> Option<usize> {
        let (table, _) = key.rsplit_once('.')?;
        self.at(table).map(|(_, start)| self.line(start))
    }

    fn field(&self, field: &Field) -> Option<Remark> {
        let alias = ALIASES.iter().find(|(_, key)| *key == field.key);
        let found = self.at(field.key).or_else(|| self.at(alias?.0));
        let Some((value, start)) = found else {
            let line = self.line_of_table(field.key);
            return match field.need {
                Need::Must => Some(missing(CODES[0], field, line)),
                Need::WithTable => line.map(|line| missing(CODES[0], field, Some(line))),
                Need::Should => Some(missing(CODES[2], field, line)),
            };
        };
        let line = Some(self.line(start));
        let is_blank = value.get_ref().as_str().is_some_and(|text| text.trim().is_empty());
        if is_blank && field.need != Need::Should {
            return Some(missing(CODES[0], field, line));
        }
        if is_blank && matches!(field.takes, Takes::Text) {
            return Some(missing(CODES[2], field, line));
        }
        match field.takes.judge(value.get_ref()) {
            Judged::Fits => None,
            Judged::Wrong(cause) => {
                Some(remark(CODES[1], field.key, line, cause, field.takes.fix(field.fill)))
            }
            Judged::Short(cause) => {
                Some(remark(CODES[2], field.key, line, cause, field.fill.into()))
            }
        }
    }

    /// Keys that no field has, table by table.
    fn unknown_keys(&self, path: &str, remarks: &mut Vec<Remark>) {
        let table = match path {
            "" => Some(self.root.get_ref()),
            path => self.at(path).and_then(|(value, _)| value.get_ref().as_table()),
        };
        for (key, _) in table.into_iter().flatten() {
            let name = key.get_ref();
            let full = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
            let below = format!("{full}.");
            if FIELDS.iter().any(|field| field.key.starts_with(&below)) {
                self.unknown_keys(&full, remarks);
            } else if !FIELDS.iter().any(|field| field.key == full)
                && !ALIASES.iter().any(|(alias, _)| *alias == full)
            {
                let line = Some(self.line(key.span().start));
                remarks.push(remark(CODES[1], &tidy(&full), line, UNKNOWN.into(), known(path)));
            }
        }
    }

    /// An application without any evidence of effect.
    fn no_effect(&self) -> Option<Remark> {
        let kinds = ["effect.uplift", "effect.adopters", "effect.calls", "effect.transactions"];
        let none = kinds.iter().all(|kind| self.at(kind).is_none());
        none.then(|| remark(CODES[2], "effect", None, NO_EFFECT.into(), ADD_EFFECT.into()))
    }

    /// What the form refuses though every key was found right: the form has the last word.
    fn whole(&self, remarks: &[Remark]) -> Option<Remark> {
        if remarks.iter().any(|remark| remark.severity == Severity::Error) {
            return None;
        }
        let error = Application::parse(self.text).err()?;
        let (key, cause) = match &error {
            shujian_grade::Error::Application { key, message } => (*key, (*message).into()),
            other => {
                let said = tidy(&other.to_string());
                ("", Text { zh: format!("不合格式：{said}"), en: said })
            }
        };
        let line = self.at(key).map(|(_, start)| self.line(start));
        Some(remark(CODES[1], key, line, cause, SYNTAX.into()))
    }
}

const UNKNOWN: Bilingual = Bilingual { zh: "没有这个键", en: "there is no such key" };
const NO_EFFECT: Bilingual = Bilingual {
    zh: "没有应用效果证据：等次将待定，没有金额",
    en: "no evidence of effect: the grade stays open and there is no amount",
};
const ADD_EFFECT: Bilingual = Bilingual {
    zh: "写上 [effect.uplift]、[effect.adopters]、[effect.calls] 或 [effect.transactions]",
    en: "add [effect.uplift], [effect.adopters], [effect.calls] or [effect.transactions]",
};

/// The keys that a table takes.
fn known(path: &str) -> Text {
    let prefix = if path.is_empty() { String::new() } else { format!("{path}.") };
    let below = FIELDS.iter().filter_map(|field| field.key.strip_prefix(&prefix));
    let mut names: Vec<&str> = below.filter_map(|rest| rest.split('.').next()).collect();
    names.dedup();
    let names = names.join(", ");
    Text { zh: format!("可用的键：{names}"), en: format!("keys: {names}") }
}

/// What became of a value.
enum Judged {
    Fits,
    Wrong(Text),
    /// Right, and not all there could be.
    Short(Text),
}

impl Takes {
    fn judge(self, value: &DeValue<'_>) -> Judged {
        match self {
            Self::Exactly(word) => fits(value.as_str() == Some(word), value),
            Self::Text => fits(value.is_str(), value),
            Self::OneOf(words) => {
                fits(value.as_str().is_some_and(|word| words.contains(&word)), value)
            }
            Self::CreditCode => match value.as_str().map(str::parse::<CreditCode>) {
                Some(Ok(_)) => Judged::Fits,
                Some(Err(error)) => Judged::Wrong(error.text()),
                None => fits(false, value),
            },
            Self::SomeOf(words) => some_of(words, value),
            Self::Whole => fits(whole(value).is_some_and(|number| number <= i64::MAX / 100), value),
            Self::Share => {
                fits(number(value).is_some_and(|share| (0.0..=1.0).contains(&share)), value)
            }
            Self::Reduction => {
                let possible = |number: f64| number.is_finite() && number <= 1.0;
                fits(number(value).is_some_and(possible), value)
            }
        }
    }

    /// What to fill in, with the words where there are only some.
    fn fix(self, fill: Bilingual) -> Text {
        let (Self::OneOf(words) | Self::SomeOf(words)) = self else { return fill.into() };
        let words = words.join(", ");
        Text { zh: format!("{}：{words}", fill.zh), en: format!("{}: {words}", fill.en) }
    }
}

fn fits(fits: bool, value: &DeValue<'_>) -> Judged {
    if fits {
        return Judged::Fits;
    }
    let shown = match value {
        DeValue::String(text) => format!("{:?}", tidy(text)),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        other => other.type_str().to_owned(),
    };
    let shown = tidy(&shown);
    Judged::Wrong(Text {
        zh: format!("{shown} 不在允许之列"),
        en: format!("{shown} is not allowed here"),
    })
}

/// A list of words, each of them known; those that are left out are named.
fn some_of(words: &[&str], value: &DeValue<'_>) -> Judged {
    let Some(list) = value.as_array() else { return fits(false, value) };
    let unknown = |value: &DeValue<'_>| !value.as_str().is_some_and(|word| words.contains(&word));
    if let Some(wrong) = list.iter().find(|value| unknown(value.get_ref())) {
        return fits(false, wrong.get_ref());
    }
    let has = |word: &&&str| list.iter().any(|value| value.get_ref().as_str() == Some(**word));
    let left: Vec<&str> = words.iter().filter(|word| !has(word)).copied().collect();
    if left.is_empty() {
        return Judged::Fits;
    }
    let (met, all, left) = (words.len() - left.len(), words.len(), left.join(", "));
    Judged::Short(Text {
        zh: format!("已写明 {met}/{all} 项，未列：{left}"),
        en: format!("{met} of {all} aspects; not among them: {left}"),
    })
}

/// A whole number that is not negative.
fn whole(value: &DeValue<'_>) -> Option<i64> {
    let number = value.as_integer()?;
    i64::from_str_radix(number.as_str(), number.radix()).ok().filter(|number| *number >= 0)
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Float(number) => number.as_str().parse().ok(),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).ok().map(|number| number as f64)
        }
        _ => None,
    }
}

fn missing(code: &str, field: &Field, line: Option<usize>) -> Remark {
    let cause = Bilingual { zh: "没有填写", en: "is not filled in" };
    remark(code, field.key, line, cause.into(), field.takes.fix(field.fill))
}

fn remark(code: &str, key: &str, line: Option<usize>, cause: Text, fix: Text) -> Remark {
    let severity = codes::find(code).map_or(Severity::Error, |known| known.severity);
    Remark { code: code.to_owned(), severity, key: key.to_owned(), line, cause, fix }
}

/// The line of a byte, from 1.
fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EXAMPLE: &str = include_str!("../../../pipelines/application.example.toml");

    fn errors(text: &str) -> Vec<(String, Option<usize>, String)> {
        let of_it = check(text, "a.toml").remarks.into_iter();
        let errors = of_it.filter(|remark| remark.severity == Severity::Error);
        errors.map(|remark| (remark.key, remark.line, remark.code)).collect()
    }

    #[test]
    fn the_example_passes() {
        let check = check(EXAMPLE, "application.toml");
        assert!(check.passed, "{:?}", check.remarks);
        // It documents four of five aspects of two kinds, and that is said.
        let short: Vec<&str> = check.remarks.iter().map(|remark| remark.key.as_str()).collect();
        assert_eq!(short, ["dataset.documentation.process", "dataset.documentation.use"]);
    }

    #[test]
    fn every_mistake_is_named_at_once_with_its_line() {
        let text = EXAMPLE
            .replace("requested_yuan = 1500000", "requested_yuan = \"150万\"")
            .replace("sector = \"manufacturing\"", "sector = \"制造业\"")
            .replace("uscc = \"91230100MA0000000M\"", "uscc = \"91230100MA00000001\"")
            .replace("other_public_yuan", "other_yuan");
        let keys: Vec<String> = errors(&text).into_iter().map(|(key, ..)| key).collect();
        let expected = [
            "applicant.uscc",
            "dataset.sector",
            "money.other_public_yuan",
            "money.requested_yuan",
            "money.other_yuan",
        ];
        let sorted = |mut keys: Vec<String>| {
            keys.sort();
            keys
        };
        assert_eq!(sorted(keys), sorted(expected.map(str::to_owned).to_vec()));
        let sector = errors(&text).into_iter().find(|(key, ..)| key == "dataset.sector").unwrap();
        let line = text.lines().position(|line| line.starts_with("sector")).unwrap() + 1;
        assert_eq!((sector.1, sector.2.as_str()), (Some(line), "SJ-desk-011"));
    }

    #[test]
    fn syntax_errors_have_their_line() {
        let found = errors("schema = \"x\"\n[applicant\nname = \"a\"\n");
        assert_eq!(found[0].1, Some(2), "{found:?}");
    }

    #[test]
    fn both_templates_ask_for_all_that_must_be_there_and_nothing_else() {
        for template in [TEMPLATE.zh, TEMPLATE.en] {
            let found = errors(template);
            let must = FIELDS.iter().filter(|field| field.need == Need::Must);
            let mut must: Vec<&str> = must.map(|field| field.key).collect();
            must.retain(|key| *key != "schema");
            let mut keys: Vec<&str> = found.iter().map(|(key, ..)| key.as_str()).collect();
            must.sort_unstable();
            keys.sort_unstable();
            assert_eq!(keys, must);
            assert!(found.iter().all(|(_, line, code)| line.is_some() && code == CODES[0]));
            // Every key of the form stands in it, if only in a comment.
            for field in FIELDS {
                let name = field.key.rsplit('.').next().unwrap();
                assert!(template.contains(&format!("{name} = ")), "{}", field.key);
            }
        }
    }

    #[test]
    fn a_template_that_is_filled_in_is_an_application() {
        for template in [TEMPLATE.zh, TEMPLATE.en] {
            let mut text = template
                .replace("\nname = \"\"", "\nname = \"某\"")
                .replace("uscc = \"\"", "uscc = \"91230100MA0000000M\"")
                .replace("sector = \"\"", "sector = \"health\"")
                .replace("class = \"\"", "class = \"general\"")
                .replace("modality = \"\"", "modality = \"text\"");
            for line in template.lines().filter(|line| line.starts_with("# ")) {
                let bare = &line[2..];
                let is_code = bare.starts_with('[') || bare.contains(" = ");
                if is_code && toml::from_str::<toml::Table>(bare).is_ok() {
                    text = text.replacen(line, bare, 1);
                }
            }
            let found = check(&text, "a.toml");
            assert!(found.passed, "{:?}\n{text}", found.remarks);
            assert!(!Application::parse(&text).unwrap().effect.is_empty());
        }
    }

    proptest! {
        /// What the form refuses is never passed: one line of the example after the other is
        /// dropped, doubled or given another value.
        #[test]
        fn nothing_passes_that_the_form_refuses(
            at in any::<prop::sample::Index>(),
            to in prop::sample::select(vec![
                "", "x = 1", "[effect]", "tier = 3", "count = -1", "count = 1.5", "yuan = 0x10",
                "rer_low = nan", "rer_low = inf", "top_adopter_share = 2", "name = \"\\u0000\"",
                "requested_yuan = 92233720368547758", "requested_yuan = 9223372036854775807",
                "basic = [\"scale\", 1]", "basic = \"scale\"", "dataset = 1", "[dataset]",
                "synthetic_share = true", "= 3", "\"", "a.b.c = [", "rights = \"x\"",
            ]),
        ) {
            let mut lines: Vec<&str> = EXAMPLE.lines().collect();
            let at = at.index(lines.len());
            lines[at] = to;
            let text = lines.join("\n");
            let found = check(&text, "a.toml");
            prop_assert_eq!(found.passed, found.remarks.iter().all(|r| r.severity != Severity::Error));
            if found.passed {
                prop_assert!(Application::parse(&text).is_ok(), "{}", text);
            }
        }
    }
}
