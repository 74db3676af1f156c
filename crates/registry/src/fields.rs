//! What is said with a command, read by the table: strings and integers in, columns out.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use shujian_core::{CreditCode, Date, Entitlement, Fen, narrow};

use crate::bands::Bands;
use crate::log::{MAX_EXACT, Verifier};
use crate::transitions::{Field, Holds, Transition};
use crate::words::{Kind, Role};
use crate::{Error, overlap, unhex};

/// Most characters of a line of text.
const LONGEST: usize = 1000;

/// Fields that were read: their value, and the column that keeps them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields {
    values: BTreeMap<&'static str, (String, Json)>,
}

impl Fields {
    /// Reads what a request says against the row of the table.
    ///
    /// - Errors: [`Error::Refused`] naming the first field that is unknown, missing or wrong.
    pub(crate) fn read(row: &Transition, said: &BTreeMap<String, Json>) -> Result<Self, Error> {
        if let Some(name) = said.keys().find(|name| row.fields.iter().all(|f| f.name != **name)) {
            let known: Vec<&str> = row.fields.iter().map(|field| field.name).collect();
            let (zh, en) = if known.is_empty() {
                ("此命令没有字段".to_owned(), "this command takes no field".to_owned())
            } else {
                let known = known.join(", ");
                (format!("没有这个字段；可用的有：{known}"), format!("unknown; there are: {known}"))
            };
            return Err(Error::field(name, zh, en));
        }
        let mut values = BTreeMap::new();
        for field in row.fields {
            match said.get(field.name) {
                Some(value) => {
                    let (column, value) = read(field, value)?;
                    values.insert(field.name, (column, value));
                }
                None if field.optional => {}
                None => return Err(Error::field(field.name, "缺少", "is missing")),
            }
        }
        Ok(Self { values })
    }

    /// Columns and what they are set to.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.values.values().map(|(column, value)| (column.as_str(), value))
    }

    /// A field that holds text; empty where it was left out.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.values.get(name).and_then(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// A field that holds an integer; 0 where it was left out.
    pub(crate) fn integer(&self, name: &str) -> i64 {
        self.values.get(name).and_then(|(_, value)| value.as_i64()).unwrap_or_default()
    }

    /// A field as it is.
    pub(crate) fn value(&self, name: &str) -> Option<&Json> {
        self.values.get(name).map(|(_, value)| value)
    }

    /// Replaces what a field holds: a number by the id it stands for.
    pub(crate) fn resolve(&mut self, name: &'static str, id: String) {
        if let Some((_, value)) = self.values.get_mut(name) {
            *value = Json::String(id);
        }
    }
}

/// Turns what people write on a command line into what requests hold.
///
/// - Errors: [`Error::Refused`] naming the field.
pub fn parse(field: &Field, text: &str) -> Result<Json, Error> {
    Ok(match field.holds {
        Holds::Fen => {
            let amount: Fen = text.parse().map_err(|error: shujian_core::money::AmountError| {
                let said = error.text();
                Error::field(field.name, said.zh, said.en)
            })?;
            amount.0.into()
        }
        Holds::Centi | Holds::Sealed => centi(text)
            .ok_or_else(|| {
                wrong(
                    field,
                    "请写 0 至 100 的分数，至多两位小数",
                    "takes a score from 0 to 100 with at most two decimals",
                )
            })?
            .into(),
        Holds::Files => text.split(',').map(str::trim).collect(),
        Holds::Year => text.parse::<i64>().map_or(Json::String(text.to_owned()), Json::from),
        Holds::Entitlement => serde_json::from_str(text).map_err(|error| {
            let zh = format!("不是 JSON：{error}");
            Error::field(field.name, zh, format!("is no JSON: {error}"))
        })?,
        _ => Json::String(text.to_owned()),
    })
}

pub(crate) fn centi(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|sign| sign.is_ascii_digit());
    let fits = !whole.is_empty() && whole.len() <= 3 && part.len() <= 2;
    if !fits || !digits(whole) || !digits(part) {
        return None;
    }
    format!("{whole}{part:0<2}").parse().ok()
}

fn wrong(field: &Field, zh: &str, en: &str) -> Error {
    Error::field(field.name, zh, en)
}

fn read(field: &Field, value: &Json) -> Result<(String, Json), Error> {
    let name = field.name.to_owned();
    let text = || {
        let text = value.as_str().map(str::trim).filter(|text| !text.is_empty());
        let text = text.ok_or_else(|| wrong(field, "请填文字", "takes text"))?;
        let fits = text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
        fits.then(|| text.to_owned()).ok_or_else(|| {
            wrong(field, "至多 1000 字，不含换行", "takes one line of up to 1,000 characters")
        })
    };
    let integer = |low: i64, high: i64, zh: &str, en: &str| {
        let value = value.as_i64().filter(|value| (low..=high).contains(value));
        value.map(Json::from).ok_or_else(|| wrong(field, zh, en))
    };
    let kept = |text: String| Json::String(text);
    Ok(match field.holds {
        Holds::Text => (name, kept(text()?)),
        Holds::Invoice => {
            let written = text()?;
            let signs = written.chars().map(narrow).filter(|sign| !sign.is_whitespace());
            (name, kept(signs.flat_map(char::to_uppercase).collect()))
        }
        Holds::Date => {
            let day: Date = text()?.parse().map_err(|error: shujian_core::date::Error| {
                let said = error.text();
                Error::field(field.name, said.zh, said.en)
            })?;
            (name, kept(day.to_string()))
        }
        Holds::Year => (
            name,
            integer(2000, 2999, "请填 2000 至 2999 的年份", "takes a year from 2000 to 2999")?,
        ),
        Holds::Fen => (
            name + "_fen",
            integer(
                1,
                MAX_EXACT,
                "金额须大于零且不超过 2^53−1 分",
                "takes an amount above zero and up to 2^53 - 1 fen",
            )?,
        ),
        Holds::Centi => (
            name + "_centi",
            integer(0, 10_000, "分数在 0 与 100 之间", "takes a score from 0 to 100")?,
        ),
        Holds::Hash | Holds::Private | Holds::Sealed => {
            let hash = text()?.to_ascii_lowercase();
            if unhex(&hash).is_none_or(|bytes| bytes.len() != 32) {
                return Err(wrong(field, "请填 64 位十六进制哈希", "takes 64 hexadecimal digits"));
            }
            (name, kept(hash))
        }
        Holds::Code => {
            if value.is_number() {
                let zh = "信用代码是文字；表格里的数字单元格会丢位，请改为文本格式";
                let en = "a credit code is text: a numeric cell loses digits; format it as text";
                return Err(wrong(field, zh, en));
            }
            let code: CreditCode =
                text()?.parse().map_err(|error: shujian_core::credit_code::Error| {
                    let said = error.text();
                    Error::field(field.name, said.zh, said.en)
                })?;
            (name, kept(code.to_string()))
        }
        Holds::Division => {
            let code = text()?;
            if code.len() != 6 || !code.bytes().all(|sign| sign.is_ascii_digit()) {
                return Err(wrong(
                    field,
                    "请填六位行政区划代码",
                    "takes six digits of an administrative division",
                ));
            }
            (name, kept(code))
        }
        Holds::Entry(_) => (name + "_id", kept(text()?)),
        Holds::Actor(role) => {
            let actor = text()?;
            let named =
                actor.split_once('/').is_some_and(|(of, who)| of == role.name() && !who.is_empty());
            if !named {
                let en = format!("takes an account such as {}/name", role.name());
                return Err(wrong(field, &format!("请填账号，如 {}/名称", role.name()), &en));
            }
            (name, kept(actor))
        }
        Holds::OneOf(words) => {
            let word = text()?;
            if !words.contains(&word.as_str()) {
                let words = words.join(", ");
                return Err(wrong(
                    field,
                    &format!("只能是：{words}"),
                    &format!("takes one of: {words}"),
                ));
            }
            (name, kept(word))
        }
        Holds::Key => {
            let key = text()?;
            Verifier::parse(&key).map_err(|_| wrong(field, "不是公钥", "is no public key"))?;
            (name, kept(key))
        }
        Holds::Days => (name, kept(text()?)),
        Holds::Bands => {
            let said = text()?;
            if Bands::parse(&said).is_none() {
                let en = "takes falling bands such as A=85.00,B=75.00, or none";
                return Err(wrong(field, "请填递减的等次界线，如 A=85.00,B=75.00，或 none", en));
            }
            (name, kept(said))
        }
        Holds::Files => {
            let files = overlap::files(value).ok_or_else(|| {
                let most = overlap::MOST;
                let zh = format!("请填至多 {most} 个互不相同的文件，每个写作 blake3:字节数");
                let en = format!("takes up to {most} different files, each BLAKE3:BYTES");
                wrong(field, &zh, &en)
            })?;
            (name, files.into_iter().map(|(hash, bytes)| format!("{hash}:{bytes}")).collect())
        }
        Holds::Entitlement => {
            let read: Result<Entitlement, _> = serde_json::from_value(value.clone());
            let read = read.map_err(|error| {
                Error::field(
                    field.name,
                    format!("不合格式：{error}"),
                    format!("is malformed: {error}"),
                )
            })?;
            (name, serde_json::to_value(read).expect("read from JSON a moment ago"))
        }
    })
}

/// The score that a sealed field opens to, hundredths; `None` for what is no score.
pub(crate) fn unsealed(body: &str) -> Option<i64> {
    body.parse::<i64>()
        .ok()
        .filter(|score| (0..=10_000).contains(score) && score.to_string() == body)
}

/// The kind that a field points at, where it points at an entry.
pub(crate) fn points_at(field: &Field) -> Option<Kind> {
    match field.holds {
        Holds::Entry(kind) => Some(kind),
        _ => None,
    }
}

/// Whether accounts of a role act for an organisation.
pub(crate) fn acts_for(role: Role) -> bool {
    matches!(role, Role::Applicant | Role::Operator)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn field(holds: Holds) -> Field {
        Field { name: "field", holds, optional: false }
    }

    #[test]
    fn reads_what_people_write() {
        assert_eq!(parse(&field(Holds::Fen), "100000000.00").unwrap(), 10_000_000_000_i64);
        assert_eq!(parse(&field(Holds::Centi), "87.5").unwrap(), 8750);
        assert_eq!(parse(&field(Holds::Centi), "100").unwrap(), 10_000);
        for bad in ["", "1000.0.0", "-1", "87.555", "NaN", "１"] {
            assert!(parse(&field(Holds::Centi), bad).is_err(), "{bad}");
        }
        for bad in ["", "-", "1e9", "0.001", "99999999999999999999"] {
            assert!(parse(&field(Holds::Fen), bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn refuses_by_name_what_is_wrong() {
        for (holds, value) in [
            (Holds::Fen, Json::from(0)),
            (Holds::Fen, Json::from(-5)),
            (Holds::Fen, Json::from(MAX_EXACT + 1)),
            (Holds::Fen, Json::from(1.5)),
            (Holds::Centi, Json::from(10_001)),
            (Holds::Year, Json::from(1999)),
            (Holds::Date, Json::from("2026-02-30")),
            (Holds::Hash, Json::from("abc")),
            (Holds::Code, Json::from(91_350_100_000_100_943_i64)),
            (Holds::Code, Json::from("91350100M000100Y44")),
            (Holds::Division, Json::from("23010")),
            (Holds::Text, Json::from("two\nlines")),
            (Holds::Text, Json::from("  ")),
            (Holds::Key, Json::from("no key")),
            (Holds::Actor(Role::Expert), Json::from("officer/li")),
            (Holds::OneOf(&["a"]), Json::from("b")),
            (Holds::Entitlement, Json::from("{}")),
        ] {
            let error = read(&field(holds), &value).unwrap_err();
            assert_eq!(error.code(), Some("SJ-registry-004"), "{holds:?} {value}");
            let said = error.text();
            assert!(
                said.en.starts_with("field: ") && said.zh.starts_with("字段 field"),
                "{said:?}"
            );
        }
        let invoice = read(&field(Holds::Invoice), &Json::from("２６ 12b")).unwrap();
        assert_eq!(invoice.1, "2612B");
        let code = read(&field(Holds::Code), &Json::from("91350100m000100y43")).unwrap();
        assert_eq!(code.1, "91350100M000100Y43");
    }
}
