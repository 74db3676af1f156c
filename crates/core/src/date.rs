//! Days of the calendar, as forms write them. Nothing here asks what day it is.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::Text;
use crate::width::narrow;

/// A day from 1949-10-01 to 9999-12-31, written `2026-05-01`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("format" = "date"))]
pub struct Date(NaiveDate);

/// Why a text is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no day; write it as 2026-05-01")]
pub struct Error(String);

impl Error {
    /// The message in both languages.
    pub fn text(&self) -> Text {
        Text {
            zh: format!("“{}”不是日期；请写作 2026-05-01", self.0), en: self.to_string()
        }
    }
}

impl Date {
    /// The day of a year, month and day of month.
    ///
    /// - `None`: the calendar has no such day, or it lies outside the range.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        let first = NaiveDate::from_ymd_opt(1949, 10, 1);
        let day = NaiveDate::from_ymd_opt(year, month, day);
        day.filter(|&day| Some(day) >= first && year <= 9999).map(Self)
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// The same day so many years later; 29 February becomes 28 February where there is none.
    ///
    /// - `None`: beyond the range.
    pub fn years_later(self, years: u32) -> Option<Self> {
        let later = self.0.checked_add_months(Months::new(years.checked_mul(12)?))?;
        Self::new(later.year(), later.month(), later.day())
    }

    /// The day before.
    ///
    /// - `None`: beyond the range.
    pub fn day_before(self) -> Option<Self> {
        let before = self.0.pred_opt()?;
        Self::new(before.year(), before.month(), before.day())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl FromStr for Date {
    type Err = Error;

    /// Accepts full width; refuses every other order or sign, because 05/01 is two days.
    fn from_str(text: &str) -> Result<Self, Error> {
        let plain: String = text.trim().chars().map(narrow).collect();
        let parts: Vec<&str> = plain.split('-').collect();
        let number = |part: &str, digits: usize| {
            let all = part.len() == digits && part.bytes().all(|sign| sign.is_ascii_digit());
            all.then(|| part.parse::<u32>().ok()).flatten()
        };
        let day = match parts[..] {
            [year, month, day] => number(year, 4)
                .zip(number(month, 2))
                .zip(number(day, 2))
                .and_then(|((year, month), day)| Self::new(year.cast_signed(), month, day)),
            _ => None,
        };
        day.ok_or_else(|| Error(text.chars().take(40).collect()))
    }
}

impl TryFrom<String> for Date {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn only_one_spelling_is_a_day() {
        assert_eq!(day(" 2026-05-01 ").to_string(), "2026-05-01");
        assert_eq!(day("２０２６-０５-０１"), day("2026-05-01"));
        for text in
            ["", "2026-5-1", "2026-02-30", "01/05/2026", "20260501", "1900-01-01", "+026-01-01"]
        {
            let error = text.parse::<Date>().unwrap_err();
            assert!(error.text().zh.contains("不是日期"), "{text}");
        }
    }

    #[test]
    fn years_pass_over_leap_days() {
        assert_eq!(day("2026-02-14").years_later(3), Some(day("2029-02-14")));
        assert_eq!(day("2028-02-29").years_later(3), Some(day("2031-02-28")));
        assert_eq!(day("9998-01-01").years_later(3), None);
        assert_eq!(day("2026-03-01").day_before(), Some(day("2026-02-28")));
    }
}
