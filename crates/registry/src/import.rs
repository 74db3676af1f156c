//! Import: a table becomes requests, each of them the command that makes an entry of its kind.
//!
//! A row is read against the same [`crate::transitions::TABLE`] as a command on the command line,
//! so guards, roles and the log hold for imports too. First everything is tried and nothing kept;
//! what is kept afterwards is all of it or nothing.

pub mod croissant;
pub mod sheet;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use shujian_core::finding::Text;

use crate::entries::{by_number, text};
use crate::fields::{Fields, parse};
use crate::log::{Signer, canonical};
use crate::remarks::Remark;
use crate::request::{Request, Signed};
use crate::transitions::{Field, Holds, TABLE, Transition};
use crate::words::spelt;
use crate::{Error, Kind, Store, hex};
use sheet::{Cell, Row, Sheet};

/// Name of the form of [`Report`].
pub const SCHEMA: &str = "shujian.import.v1";

/// Digits that a spreadsheet keeps of a number.
const EXACT_DIGITS: usize = 15;

/// Kinds of entries that can be imported: all but the registry itself and accounts.
pub fn kinds() -> impl Iterator<Item = Kind> {
    Kind::ALL.iter().copied().filter(|kind| !matches!(kind, Kind::Registry | Kind::Actor))
}

/// Fields of the command that makes an entry of a kind, without those that are said already.
pub fn fields(kind: Kind, with: &[(String, String)]) -> Vec<&'static str> {
    let making = making(kind);
    let said: Vec<&str> =
        with.iter().filter_map(|(name, _)| Some(field_of(making, name)?.name)).collect();
    making.fields.iter().map(|field| field.name).filter(|name| !said.contains(name)).collect()
}

fn making(kind: Kind) -> &'static Transition {
    let making = TABLE.iter().find(|row| row.kind == kind && row.makes_entry());
    making.expect("every kind has a command that makes it")
}

/// Chinese headings, by the field they stand for.
pub const HEADINGS: &[(&str, &str)] = &[
    ("number", "统一社会信用代码"),
    ("name", "名称"),
    ("group_code", "集团统一社会信用代码"),
    ("contact", "联系人"),
    ("left", "关联方"),
    ("right", "单位"),
    ("ground", "关联事由"),
    ("source", "来源"),
    ("topic", "事项"),
    ("text", "裁定内容"),
    ("cite", "依据"),
    ("made_on", "裁定日期"),
    ("measure", "措施"),
    ("year", "年度"),
    ("opens_on", "开始日期"),
    ("closes_on", "截止日期"),
    ("amount", "金额"),
    ("document", "文号"),
    ("dated", "文件日期"),
    ("batch", "批次"),
    ("organisation", "申报单位"),
    ("sector", "领域"),
    ("requested", "申请金额"),
    ("eligible_cost", "合格成本"),
    ("purchaser", "采购单位"),
    ("seller", "销售单位"),
    ("product", "产品类型"),
    ("contract_no", "合同编号"),
    ("invoice_no", "发票号码"),
    ("invoiced_on", "开票日期"),
    ("transaction", "交易额"),
    ("division", "行政区划"),
    ("nominated_on", "推荐日期"),
];

/// What an import would do, or did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Always `shujian.import.v1`.
    pub schema: String,
    /// Kind of the entries.
    pub kind: String,
    /// Whether the entries were kept.
    pub applied: bool,
    /// Rows, with what they come to.
    pub rows: Vec<Line>,
    /// What keeps the file from being imported.
    pub problems: Vec<Problem>,
    /// What was guessed or left out.
    pub remarks: Vec<Problem>,
}

/// What a row comes to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// Line of the file or number of the item, from 1.
    pub row: u64,
    /// Whether it makes an entry.
    pub does: Does,
    /// Number of the entry; of one that is new, the number it would get.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub number: Option<String>,
    /// Its fields; personal data is left out.
    pub fields: BTreeMap<String, Json>,
}

/// Whether a row makes an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Does {
    /// It makes one.
    Add,
    /// The same entry is there.
    Keep,
    /// It is refused; see the problems.
    Fail,
}

/// A remark on a row, or on the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// Line of the file or number of the item; absent for the file as a whole.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub row: Option<u64>,
    /// Field, where one is at fault.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
    /// Stable code, where there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<String>,
    /// What it is.
    pub said: Text,
}

impl Problem {
    fn file(zh: impl Into<String>, en: impl Into<String>) -> Self {
        let said = Text { zh: zh.into(), en: en.into() };
        Self { row: None, field: None, code: None, said }
    }

    fn refused(row: u64, field: Option<&str>, error: &Error) -> Self {
        let code = error.code().map(str::to_owned);
        Self { row: Some(row), field: field.map(str::to_owned), code, said: error.text() }
    }
}

/// A row that reads as a command.
struct Planned {
    row: u64,
    fields: BTreeMap<String, Json>,
    private: Vec<(&'static str, String)>,
    key: String,
}

/// A table read against the command that makes entries of a kind.
pub struct Plan {
    kind: Kind,
    command: &'static str,
    planned: Vec<Planned>,
    problems: Vec<Problem>,
    remarks: Vec<Problem>,
}

impl Plan {
    /// Reads a table; `with` gives fields that all rows share.
    ///
    /// Never fails: what is wrong stands among the problems of the report.
    pub fn new(kind: Kind, sheet: &Sheet, with: &[(String, String)]) -> Self {
        let making = making(kind);
        let mut plan = Self {
            kind,
            command: making.command,
            planned: Vec::new(),
            problems: Vec::new(),
            remarks: Vec::new(),
        };
        if sheet.guessed_gb18030 {
            let (zh, en) = (
                "文件不是 UTF-8，按 GB18030 读取；请核对汉字",
                "the file is not UTF-8 and was read as GB18030; check its characters",
            );
            plan.remarks.push(Problem::file(zh, en));
        }
        if sheet.rows.is_empty() {
            let (zh, en) =
                ("0 行：只有表头，没有数据", "0 rows: there is nothing below the heading");
            plan.remarks.push(Problem::file(zh, en));
        }
        let columns = plan.columns(making, sheet, with);
        if plan.problems.is_empty() {
            for row in &sheet.rows {
                plan.read(making, &columns, row, with);
            }
            plan.tell_repeated();
        }
        plan
    }

    /// Adds remarks on what the file holds beside the table.
    pub fn remark(&mut self, remarks: impl IntoIterator<Item = Problem>) {
        self.remarks.extend(remarks);
    }

    /// Has a field say one of these words, where entries of the kind have it.
    pub fn admit(&mut self, field: &'static str, words: &[&str]) {
        for planned in &self.planned {
            let said = planned.fields.get(field).and_then(Json::as_str);
            let Some(word) = said.filter(|word| !words.contains(word)) else { continue };
            let known = words.join(", ");
            let (zh, en) = (
                format!("没有 {word}；有：{known}"),
                format!("there is no {word}; there are: {known}"),
            );
            let error = Error::field(field, zh, en);
            self.problems.push(Problem::refused(planned.row, Some(field), &error));
        }
    }

    fn columns(
        &mut self,
        making: &'static Transition,
        sheet: &Sheet,
        with: &[(String, String)],
    ) -> Vec<Option<&'static Field>> {
        let known = || {
            let names = making.fields.iter().map(|field| match heading(field.name) {
                "" => field.name.to_owned(),
                zh => format!("{} ({zh})", field.name),
            });
            names.collect::<Vec<_>>().join(", ")
        };
        let mut columns = Vec::with_capacity(sheet.columns.len());
        for name in &sheet.columns {
            let field = field_of(making, name);
            if field.is_none() && !name.trim().is_empty() {
                let zh = format!("没有“{name}”这一列；可用：{}", known());
                let en = format!("there is no column {name:?}; there are {}", known());
                let mut problem = Problem::file(zh, en);
                problem.field = Some(name.clone());
                self.problems.push(problem);
            }
            columns.push(field);
        }
        for (name, _) in with {
            if field_of(making, name).is_none() {
                let zh = format!("没有“{name}”这一字段；可用：{}", known());
                self.problems.push(Problem::file(
                    zh,
                    format!("there is no field {name:?}; there are {}", known()),
                ));
            }
        }
        columns
    }

    fn read(
        &mut self,
        making: &'static Transition,
        columns: &[Option<&'static Field>],
        row: &Row,
        with: &[(String, String)],
    ) {
        let before = self.problems.len();
        let (mut fields, mut private) = (BTreeMap::new(), Vec::new());
        let shared = with
            .iter()
            .filter_map(|(name, value)| Some((field_of(making, name)?, Cell::Text(value.clone()))));
        let own = columns
            .iter()
            .zip(&row.cells)
            .filter_map(|(field, cell)| Some(((*field)?, cell.clone())));
        for (field, cell) in shared.chain(own) {
            match value(field, &cell) {
                Ok(None) => {}
                Ok(Some(Json::String(text))) if matches!(field.holds, Holds::Private) => {
                    private.push((field.name, text));
                }
                Ok(Some(value)) => {
                    fields.insert(field.name.to_owned(), value);
                }
                Err(error) => {
                    self.problems.push(Problem::refused(row.place, Some(field.name), &error));
                }
            }
        }
        if self.problems.len() > before {
            return;
        }
        let mut said = fields.clone();
        // Their commitments are made when the request is signed.
        said.extend(private.iter().map(|(name, _)| ((*name).to_owned(), "00".repeat(32).into())));
        if let Err(error) = Fields::read(making, &said) {
            let named = making
                .fields
                .iter()
                .find(|field| error.text().en.starts_with(&format!("{}: ", field.name)));
            self.problems.push(Problem::refused(row.place, named.map(|field| field.name), &error));
            return;
        }
        let body = canonical(&(self.kind.name(), &fields, &private));
        let key = format!("import/{}", &hex(&Sha256::digest(body))[..32]);
        self.planned.push(Planned { row: row.place, fields, private, key });
    }

    fn tell_repeated(&mut self) {
        let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
        for planned in &self.planned {
            let Some(first) = seen.insert(&planned.key, planned.row) else { continue };
            let said = Text {
                zh: format!("与第 {first} 行相同"),
                en: format!("is the same as row {first}"),
            };
            self.problems.push(Problem { row: Some(planned.row), field: None, code: None, said });
        }
    }

    fn lines(&self) -> Vec<Line> {
        let line = |planned: &Planned| Line {
            row: planned.row,
            does: Does::Fail,
            number: None,
            fields: planned.fields.clone(),
        };
        self.planned.iter().map(line).collect()
    }

    fn request(
        &self,
        planned: &Planned,
        signer: &Signer,
        on: Option<&str>,
    ) -> Result<Signed, Error> {
        let mut request = Request::new(self.kind, None, self.command).keyed(&planned.key);
        request.fields.clone_from(&planned.fields);
        request.on = on.map(str::to_owned);
        let private: Vec<(&str, &str)> =
            planned.private.iter().map(|(name, text)| (*name, text.as_str())).collect();
        request.sign(signer, &private)
    }
}

impl Store {
    /// Tries an import, and keeps it if `apply` says so and no row is refused.
    ///
    /// - `on`: the day, for a trial registry.
    /// - Errors: the database's and the key's; a row that is refused stands in the report.
    pub async fn import(
        &self,
        plan: Plan,
        signer: &Signer,
        on: Option<&str>,
        apply: bool,
    ) -> Result<Report, Error> {
        let mut rows = plan.lines();
        let mut problems = plan.problems.clone();
        let mut remarks = plan.remarks.clone();
        let mut requests = Vec::new();
        for (at, planned) in plan.planned.iter().enumerate() {
            if self.has_same(plan.kind, planned).await? {
                rows[at].does = Does::Keep;
                rows[at].number =
                    planned.fields["number"].as_str().map(|it| spelt(it).into_owned());
            } else {
                requests.push((at, plan.request(planned, signer, on)?));
            }
        }
        let keep = apply && problems.is_empty();
        let signed: Vec<Signed> = requests.iter().map(|(_, signed)| signed.clone()).collect();
        let receipts = self.execute_whole(&signed, keep).await?;
        for ((at, _), receipt) in requests.iter().zip(receipts) {
            match receipt {
                Ok(receipt) => {
                    rows[*at].does = if receipt.repeated { Does::Keep } else { Does::Add };
                    rows[*at].number = Some(receipt.number);
                    remarks.extend(receipt.remarks.into_iter().map(|Remark { code, said }| {
                        Problem { row: Some(rows[*at].row), field: None, code: Some(code), said }
                    }));
                }
                Err(error) => problems.push(Problem::refused(rows[*at].row, None, &error)),
            }
        }
        let applied = keep && problems.is_empty();
        if !applied {
            // Numbers given out in a trial were taken back, and nobody could look them up.
            let made = rows.iter().filter(|row| row.does == Does::Add);
            let made: Vec<(String, u64)> =
                made.filter_map(|row| Some((row.number.clone()?, row.row))).collect();
            for problem in problems.iter_mut().chain(&mut remarks) {
                problem.said = by_row(&problem.said, &made);
            }
        }
        problems.sort_by_key(|problem| problem.row);
        Ok(Report {
            schema: SCHEMA.to_owned(),
            kind: plan.kind.name().to_owned(),
            applied,
            rows,
            problems,
            remarks,
        })
    }

    /// Whether an organisation of the same code and name is there, however it came.
    async fn has_same(&self, kind: Kind, planned: &Planned) -> Result<bool, Error> {
        if kind != Kind::Organisation {
            return Ok(false);
        }
        let number = planned.fields["number"].as_str().unwrap_or_default();
        let known = by_number(&self.db, kind, number).await?;
        Ok(known.is_some_and(|known| Some(text(&known, "name")) == planned.fields["name"].as_str()))
    }
}

/// A text in which numbers of rows of the same file are called by their rows; what has a number of
/// its own keeps it.
fn by_row(said: &Text, made: &[(String, u64)]) -> Text {
    let mut said = said.clone();
    for (number, row) in made.iter().rev() {
        let is_given_out = Kind::of_number(number).is_some_and(|kind| kind.series().is_some());
        let (zh, en) = if is_given_out {
            (format!("本文件第 {row} 行"), format!("row {row} of this file"))
        } else {
            (format!("{number}（本文件第 {row} 行）"), format!("{number} (row {row} of this file)"))
        };
        said.zh = said.zh.replace(number.as_str(), &zh);
        said.en = said.en.replace(number.as_str(), &en);
    }
    said
}

/// The Chinese heading of a field; empty if it has none.
fn heading(field: &str) -> &'static str {
    HEADINGS.iter().find(|(known, _)| *known == field).map_or("", |(_, zh)| zh)
}

/// The field that a column is for, by its name or its Chinese heading.
fn field_of(making: &'static Transition, column: &str) -> Option<&'static Field> {
    let column = column.trim();
    let fields = making.fields.iter();
    fields.into_iter().find(|field| field.name == column || heading(field.name) == column)
}

/// What a cell says for a field; nothing for an empty one.
fn value(field: &Field, cell: &Cell) -> Result<Option<Json>, Error> {
    let text = match cell {
        Cell::Empty => return Ok(None),
        Cell::Text(text) => text,
        Cell::Number(number) => match field.holds {
            // Refused by the field itself, with the reason.
            Holds::Code => return Ok(Some(Json::from(0))),
            Holds::Text | Holds::Invoice | Holds::Entry(_) | Holds::Division
                if number.bytes().filter(u8::is_ascii_digit).count() > EXACT_DIGITS =>
            {
                let (zh, en) = (
                    "数字单元格超过 15 位会丢位；请把该列设为文本后重新填写",
                    "a numeric cell loses digits beyond the fifteenth; format the column as text",
                );
                return Err(Error::field(field.name, zh, en));
            }
            _ => number,
        },
    };
    match field.holds {
        Holds::Private => Ok(Some(Json::String(text.clone()))),
        _ => parse(field, text).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sheet::{Format, LIMITS, read};

    fn plan(kind: Kind, csv: &str) -> Plan {
        Plan::new(kind, &read(csv.as_bytes(), Format::Csv, LIMITS).unwrap(), &[])
    }

    fn said(plan: &Plan) -> Vec<(Option<u64>, String)> {
        plan.problems.iter().map(|known| (known.row, known.said.en.clone())).collect()
    }

    #[test]
    fn every_field_of_a_making_command_has_a_heading() {
        for kind in kinds() {
            let making = TABLE.iter().find(|row| row.kind == kind && row.makes_entry()).unwrap();
            let mut seen = Vec::new();
            for field in making.fields {
                let zh = heading(field.name);
                assert!(!zh.is_empty() && !seen.contains(&zh), "{kind:?} {}", field.name);
                seen.push(zh);
            }
        }
    }

    #[test]
    fn headings_in_either_language_are_read() {
        for csv in [
            "number,name\n91350100m000100y43,甲\n",
            "统一社会信用代码,名称\n 91350100M000100Y43 ,甲\n",
        ] {
            let plan = plan(Kind::Organisation, csv);
            assert_eq!(said(&plan), []);
            assert_eq!(plan.planned[0].fields["name"], "甲");
        }
    }

    #[test]
    fn each_bad_row_is_named_with_its_field() {
        let plan = plan(
            Kind::Organisation,
            "number,name\n91350100M000100Y44,甲\n,乙\n91350100M000100Y43,\n91230100MA0000000M,丁\n91230100MA0000000M,丁\n",
        );
        let rows: Vec<_> =
            plan.problems.iter().map(|known| (known.row, known.field.clone())).collect();
        let number = Some("number".to_owned());
        assert_eq!(
            rows,
            [
                (Some(2), number.clone()),
                (Some(3), number),
                (Some(4), Some("name".to_owned())),
                (Some(6), None)
            ]
        );
        let said = said(&plan);
        assert!(said[0].1.contains("check sign") && said[3].1.contains("row 5"), "{said:?}");
        assert!(plan.problems.iter().all(|known| !known.said.zh.is_ascii()));
    }

    #[test]
    fn columns_nobody_knows_stop_the_file() {
        let plan = plan(Kind::Organisation, "number,weather\n91350100M000100Y43,fine\n");
        let said = said(&plan);
        assert!(said[0].1.contains("no column \"weather\"; there are number (统一"), "{said:?}");
        assert!(plan.planned.is_empty());
    }

    #[test]
    fn numbers_that_lost_digits_are_refused() {
        let number = |text: &str| Cell::Number(text.to_owned());
        let field = |holds| Field { name: "invoice_no", holds, optional: false };
        assert!(value(&field(Holds::Text), &number("12345678901234567890")).is_err());
        assert_eq!(
            value(&field(Holds::Text), &number("123456789012345")).unwrap(),
            Some("123456789012345".into())
        );
        assert_eq!(
            value(&field(Holds::Fen), &number("1200000.5")).unwrap(),
            Some(120_000_050.into())
        );
        let code = value(&field(Holds::Code), &number("913501000001000000")).unwrap();
        assert!(code.is_some_and(|code| code.is_number()));
    }
}
