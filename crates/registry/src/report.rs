//! Analytics: what was committed and paid, by sector, city, year, measure, kind or state.

mod sums;

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use polars::error::PolarsError;
use schemars::JsonSchema;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use shujian_core::Bilingual;

use crate::Store;
use crate::entities::money::{award, ledger_entry};
use crate::export::{Entry, Register, is_formula};
use crate::words::{Kind, State};

/// Name of the form of [`Report`].
pub const SCHEMA: &str = "shujian.registry-sums.v1";

/// Cities and prefectures of the province, by the code of their division.
const CITIES: &[(&str, &str, &str)] = &[
    ("230100", "哈尔滨市", "Harbin"),
    ("230200", "齐齐哈尔市", "Qiqihar"),
    ("230300", "鸡西市", "Jixi"),
    ("230400", "鹤岗市", "Hegang"),
    ("230500", "双鸭山市", "Shuangyashan"),
    ("230600", "大庆市", "Daqing"),
    ("230700", "伊春市", "Yichun"),
    ("230800", "佳木斯市", "Jiamusi"),
    ("230900", "七台河市", "Qitaihe"),
    ("231000", "牡丹江市", "Mudanjiang"),
    ("231100", "黑河市", "Heihe"),
    ("231200", "绥化市", "Suihua"),
    ("232700", "大兴安岭地区", "Daxing'anling"),
];

/// What entries are grouped by.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    /// Key field of article 6.
    Sector,
    /// City or prefecture of the beneficiary.
    City,
    /// Budget year.
    Year,
    /// Measure of the policy catalogue.
    Measure,
    /// Kind of entry.
    Kind,
    /// State of the entry.
    State,
}

impl Dimension {
    /// All of them.
    pub const ALL: &[Self] =
        &[Self::Sector, Self::City, Self::Year, Self::Measure, Self::Kind, Self::State];

    /// Name on the command line and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sector => "sector",
            Self::City => "city",
            Self::Year => "year",
            Self::Measure => "measure",
            Self::Kind => "kind",
            Self::State => "state",
        }
    }

    /// What people read.
    pub fn title(self) -> Bilingual {
        let zh = match self {
            Self::Sector => "领域",
            Self::City => "市（地）",
            Self::Year => "年度",
            Self::Measure => "措施",
            Self::Kind => "类别",
            Self::State => "状态",
        };
        Bilingual { zh, en: self.name() }
    }

    /// The one of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.name() == name)
    }

    /// Whether an award and an envelope have it, rather than the entry.
    fn is_of_award(self) -> bool {
        matches!(self, Self::Year | Self::Measure)
    }

    /// The key of an entry; none for what its award has.
    fn key(self, entry: &Entry) -> String {
        match self {
            Self::Sector => entry.sector.clone().unwrap_or_default(),
            Self::City => city(&entry.division),
            Self::Kind => entry.kind.to_owned(),
            Self::State => entry.state.clone(),
            Self::Year | Self::Measure => String::new(),
        }
    }

    /// A key for people; empty keys are said to be none.
    pub fn spell(self, key: &str) -> (String, String) {
        let same = |text: &str| (text.to_owned(), text.to_owned());
        let pair = |title: Bilingual| (title.zh.to_owned(), title.en.to_owned());
        match self {
            _ if key.is_empty() => ("（无）".to_owned(), "(none)".to_owned()),
            Self::Sector => {
                let (zh, en) = crate::export::register::sector_titles(Some(key));
                (zh.to_owned(), en.to_owned())
            }
            Self::City => {
                let known = CITIES.iter().find(|(code, ..)| *code == key);
                known.map_or_else(|| same(key), |(_, zh, en)| ((*zh).to_owned(), (*en).to_owned()))
            }
            Self::Kind => Kind::named(key).map_or_else(|| same(key), |kind| pair(kind.title())),
            Self::State => State::named(key).map_or_else(|| same(key), |state| pair(state.title())),
            Self::Year | Self::Measure => same(key),
        }
    }
}

/// The city or prefecture that a division lies in, as six digits.
fn city(division: &str) -> String {
    division.get(..4).map_or_else(|| division.to_owned(), |city| format!("{city}00"))
}

/// Sums over entries. Amounts are fen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// One key a dimension; empty where an entry has none.
    pub keys: Vec<String>,
    /// Public entries.
    pub entries: u64,
    /// Awarded and not cancelled.
    pub committed_fen: i64,
    /// Paid out.
    pub paid_fen: i64,
    /// Taken back of what was paid.
    pub recovered_fen: i64,
    /// Committed and not yet paid.
    pub outstanding_fen: i64,
    /// Allotted; absent where entries are grouped by what envelopes do not know.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub allotted_fen: Option<i64>,
    /// Allotted and not yet committed; absent likewise.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub left_fen: Option<i64>,
}

/// Sums by group, in order of their keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Always `shujian.registry-sums.v1`.
    pub schema: String,
    /// What entries are grouped by.
    pub by: Vec<Dimension>,
    /// The groups.
    pub groups: Vec<Group>,
    /// All of them together.
    pub total: Group,
    /// Entries that no group counts: nothing of them was approved yet.
    #[serde(default)]
    pub under_review: u64,
}

/// The register with the ledger behind its money, as they stood at one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Books {
    /// Public entries and envelopes.
    pub register: Register,
    /// The ledger's lines on accounts of awards.
    pub ledger: Vec<Line>,
}

/// A line of the ledger on an account of an award.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Number of the award.
    pub award: String,
    /// Whether it stands on the account of what was paid rather than on that of what is to be paid.
    pub is_payment: bool,
    /// What comes in; what goes out stands below zero.
    pub amount_fen: i64,
}

/// Why a register could not be added up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A sum beyond what an amount can hold.
    #[error("sums are too large")]
    Overflow,
    /// The tables could not be joined or grouped.
    #[error("sums: {0}")]
    Table(String),
}

impl From<PolarsError> for Error {
    fn from(error: PolarsError) -> Self {
        Self::Table(error.to_string())
    }
}

/// Groups a register; money is what the ledger says of it.
///
/// - An envelope of which nothing was awarded has a group of its own where groups are those of
///   envelopes: by measure, by year, or by both.
/// - Errors: a sum that does not fit.
pub fn report(books: &Books, by: &[Dimension]) -> Result<Report, Error> {
    // polars waits for tasks of its own, which it may not do on the thread of an async runtime.
    let sums = std::thread::scope(|scope| scope.spawn(|| add_up(books, by)).join());
    sums.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn add_up(books: &Books, by: &[Dimension]) -> Result<Report, Error> {
    let of_envelopes = by.iter().all(|dimension| dimension.is_of_award());
    let groups = sums::groups(books, by, of_envelopes)?;
    let total = sums::groups(books, &[], true)?.pop().unwrap_or_default();
    let under_review = books.register.under_review;
    Ok(Report { schema: SCHEMA.to_owned(), by: by.to_vec(), groups, total, under_review })
}

impl Store {
    /// The register with the ledger behind it, of one moment.
    ///
    /// - Errors: the database's.
    pub async fn books(&self) -> Result<Books, crate::Error> {
        let on = self.snapshot().await?;
        let register = Register::load(&on).await?;
        let numbers: Vec<(String, String)> = award::Entity::find()
            .select_only()
            .columns([award::Column::Id, award::Column::Number])
            .into_tuple()
            .all(&on)
            .await?;
        let numbers: BTreeMap<String, String> = numbers.into_iter().collect();
        let account = ledger_entry::Column::Account;
        let lines: Vec<(String, i64)> = ledger_entry::Entity::find()
            .select_only()
            .columns([account, ledger_entry::Column::AmountFen])
            .filter(
                Condition::any()
                    .add(account.starts_with("awarded/"))
                    .add(account.starts_with("paid/")),
            )
            .into_tuple()
            .all(&on)
            .await?;
        on.commit().await?;
        let line = |(account, amount_fen): (String, i64)| {
            let (name, award) = account.split_once('/')?;
            let award = numbers.get(award)?.clone();
            Some(Line { award, is_payment: name == "paid", amount_fen })
        };
        Ok(Books { register, ledger: lines.into_iter().filter_map(line).collect() })
    }
}

impl Group {
    /// What follows from the sums.
    fn finish(mut self) -> Result<Self, Error> {
        let less = |from: i64, fen: i64| from.checked_sub(fen).ok_or(Error::Overflow);
        self.outstanding_fen = less(self.committed_fen, self.paid_fen)?;
        let left = self.allotted_fen.map(|allotted| less(allotted, self.committed_fen));
        self.left_fen = left.transpose()?;
        Ok(self)
    }

    fn amounts(&self) -> [Option<i64>; 7] {
        [
            i64::try_from(self.entries).ok(),
            Some(self.committed_fen),
            Some(self.paid_fen),
            Some(self.recovered_fen),
            Some(self.outstanding_fen),
            self.allotted_fen,
            self.left_fen,
        ]
    }
}

/// Names of the columns of sums.
const SUMS: [&str; 7] = [
    "entries",
    "committed_fen",
    "paid_fen",
    "recovered_fen",
    "outstanding_fen",
    "allotted_fen",
    "left_fen",
];

impl Report {
    /// The groups as CSV; UTF-8 with a mark, and no cell that runs as a formula.
    pub fn csv(&self) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(b"\xef\xbb\xbf".to_vec());
        let written = "writing to memory";
        let names = self.by.iter().map(|dimension| dimension.name()).chain(SUMS);
        writer.write_record(names).expect(written);
        for group in &self.groups {
            let keys = group
                .keys
                .iter()
                .map(|key| if is_formula(key) { format!("'{key}") } else { key.clone() });
            let sums = group.amounts().map(|sum| sum.map_or(String::new(), |sum| sum.to_string()));
            writer.write_record(keys.chain(sums)).expect(written);
        }
        writer.into_inner().expect(written)
    }

    /// The groups as Parquet: a text column a dimension, 64-bit integers for sums.
    pub fn parquet(&self) -> Vec<u8> {
        let keys = self.by.iter().enumerate().map(|(at, dimension)| {
            let keys = self.groups.iter().map(|group| group.keys[at].as_str());
            let array: ArrayRef = Arc::new(StringArray::from_iter_values(keys));
            (Field::new(dimension.name(), DataType::Utf8, false), array)
        });
        let sums = SUMS.iter().enumerate().map(|(at, name)| {
            let sums: Int64Array = self.groups.iter().map(|group| group.amounts()[at]).collect();
            let array: ArrayRef = Arc::new(sums);
            (Field::new(*name, DataType::Int64, at >= 5), array)
        });
        let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = keys.chain(sums).unzip();
        let schema = Arc::new(Schema::new(fields));
        let batch = RecordBatch::try_new(Arc::clone(&schema), arrays);
        let batch = batch.expect("columns are as long as there are groups");
        let mut bytes = Vec::new();
        let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, schema, None)
            .expect("text and integers have a place in Parquet");
        writer.write(&batch).expect("writing to memory");
        writer.close().expect("writing to memory");
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::register::tests::register;

    /// A register with a ledger that agrees with its awards.
    fn books() -> Books {
        let register = register();
        let awards = register.entries.iter().filter_map(|entry| entry.award.as_ref());
        let lines = awards.flat_map(|award| {
            let line = |is_payment, amount_fen| Line {
                award: award.number.clone(),
                is_payment,
                amount_fen,
            };
            [
                line(false, award.committed_fen),
                line(false, -award.paid_fen),
                line(true, award.paid_fen),
                line(true, -award.recovered_fen),
            ]
        });
        let ledger = lines.collect();
        Books { register, ledger }
    }

    fn sums(report: &Report) -> Vec<(String, i64, i64, Option<i64>)> {
        let sums = |group: &Group| {
            (group.keys.join("/"), group.committed_fen, group.paid_fen, group.left_fen)
        };
        report.groups.iter().map(sums).collect()
    }

    #[test]
    fn measures_have_their_envelopes() {
        let report = report(&books(), &[Dimension::Measure]).unwrap();
        assert_eq!(
            sums(&report),
            [
                ("data-voucher".to_owned(), 100_000_000, 100_000_000, Some(4_900_000_000)),
                ("national-match".to_owned(), 1_000_000_000, 0, Some(4_000_000_000)),
                ("provincial-dataset".to_owned(), 120_000_000, 72_000_000, Some(1_880_000_000)),
            ]
        );
        assert_eq!(report.total.left_fen, Some(10_780_000_000));
    }

    #[test]
    fn sectors_and_cities_have_none() {
        let report = report(&books(), &[Dimension::City, Dimension::Sector]).unwrap();
        assert_eq!(
            sums(&report),
            [
                ("230100/agriculture".to_owned(), 1_000_000_000, 0, None),
                ("230100/manufacturing".to_owned(), 120_000_000, 72_000_000, None),
                ("230600/".to_owned(), 100_000_000, 100_000_000, None),
            ]
        );
        assert_eq!(Dimension::City.spell("230600").0, "大庆市");
        assert_eq!(Dimension::Sector.spell("").1, "(none)");
    }

    #[test]
    fn groups_add_up_to_the_total() {
        for dimension in Dimension::ALL {
            let report = report(&books(), &[*dimension]).unwrap();
            let sum = |of: fn(&Group) -> i64| report.groups.iter().map(of).sum::<i64>();
            assert_eq!(sum(|group| group.committed_fen), report.total.committed_fen);
            assert_eq!(sum(|group| group.outstanding_fen), report.total.outstanding_fen);
            assert_eq!(Dimension::named(dimension.name()), Some(*dimension));
        }
        let mut beyond = books();
        beyond.register.envelopes[0].total_fen = i64::MAX;
        assert_eq!(report(&beyond, &[]), Err(Error::Overflow));
    }

    #[test]
    fn tables_hold_what_the_report_holds() {
        let report = report(&books(), &[Dimension::Year, Dimension::Measure]).unwrap();
        let text = String::from_utf8(report.csv()).unwrap();
        assert!(
            text.contains("2026,data-voucher,1,100000000,100000000,0,0,5000000000,4900000000\r\n"),
            "{text}"
        );
        let bytes = bytes::Bytes::from(report.parquet());
        let reader =
            parquet::arrow::arrow_reader::ParquetRecordBatchReader::try_new(bytes, 64).unwrap();
        let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
        let batch = &batches[0];
        assert_eq!((batch.num_rows(), batch.num_columns()), (3, 9));
        let paid = batch.column_by_name("paid_fen").unwrap();
        let paid = paid.as_any().downcast_ref::<Int64Array>().unwrap();
        assert_eq!(paid.values(), &[100_000_000, 0, 72_000_000]);
    }
}
