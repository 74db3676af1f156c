//! Days and working days. Which days differ from the week is data, year by year.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, Utc, Weekday};
use shujian_core::Date;

use crate::Error;
use crate::entities::people::holiday;
use crate::error::code;

/// Hours that the province's clocks are ahead of UTC.
const EAST_HOURS: i32 = 8;

/// The day it is in the province at a time.
/// A clock that stands outside of the calendar shows its last day.
pub(crate) fn day_of(at: DateTime<Utc>) -> Date {
    let east = FixedOffset::east_opt(EAST_HOURS * 3600).expect("eight hours are a fixed offset");
    let day = at.with_timezone(&east).date_naive();
    let last = || Date::new(9999, 12, 31).expect("it is a day");
    date(day).unwrap_or_else(last)
}

fn date(day: NaiveDate) -> Option<Date> {
    Date::new(day.year(), day.month(), day.day())
}

/// The same day, to count with.
fn naive(day: Date) -> NaiveDate {
    let day = NaiveDate::parse_from_str(&day.to_string(), "%Y-%m-%d");
    day.expect("a date is spelt as dates are")
}

/// Nine o'clock of a day in the province.
pub(crate) fn morning_of(day: Date) -> DateTime<Utc> {
    naive(day).and_hms_opt(1, 0, 0).expect("one o'clock is on every day").and_utc()
}

/// A time as events have it.
pub(crate) fn spell(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// Rows of a year: the days off, the weekends on which people work, and the year itself.
///
/// - Errors: [`Error::Refused`] for a day that the year does not have, or that is named twice.
pub(crate) fn year(
    year: i64,
    off: &str,
    work: &str,
    source: &str,
) -> Result<Vec<holiday::Model>, Error> {
    let mut rows = BTreeMap::new();
    let row = |id: String, kind: &str| holiday::Model {
        id,
        kind: kind.to_owned(),
        source: source.to_owned(),
    };
    for (days, kind) in [(off, "off"), (work, "work")] {
        for text in days.split(',').map(str::trim).filter(|text| !text.is_empty()) {
            let id = format!("{year}-{text}");
            if id.parse::<Date>().ok().is_none_or(|day| day.to_string() != id) {
                let zh = format!("{year} 年没有“{text}”这一天；请写作 MM-DD，以逗号分隔");
                let en = format!("{year} has no day `{text}`; write MM-DD with commas between");
                return Err(Error::field(kind, zh, en));
            }
            if rows.insert(id.clone(), row(id, kind)).is_some() {
                return Err(Error::field(kind, format!("{text} 重复"), format!("{text} twice")));
            }
        }
    }
    let mut rows: Vec<_> = rows.into_values().collect();
    rows.push(row(year.to_string(), "complete"));
    Ok(rows)
}

/// The last of so many working days after a day; the day itself does not count.
///
/// - Errors: [`Error::Refused`] when the calendar of a year on the way is missing: nothing is
///   guessed.
pub(crate) fn after(
    start: Date,
    working_days: i64,
    known: &BTreeMap<String, String>,
) -> Result<Date, Error> {
    let (mut day, mut left) = (naive(start), working_days);
    while left > 0 {
        day = day.checked_add_days(Days::new(1)).ok_or_else(|| missing(start.year()))?;
        if !known.contains_key(&day.year().to_string()) {
            return Err(missing(day.year()));
        }
        if works(day, known) {
            left -= 1;
        }
    }
    date(day).ok_or_else(|| missing(day.year()))
}

fn works(day: NaiveDate, known: &BTreeMap<String, String>) -> bool {
    match known.get(&day.to_string()).map(String::as_str) {
        Some("off") => false,
        Some("work") => true,
        _ => !matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
    }
}

fn missing(year: i32) -> Error {
    let zh = format!("没有 {year} 年的放假安排，工作日无法推算；请以 calendar 命令录入");
    let en = format!(
        "the calendar of {year} is missing, so working days cannot be counted; \
         put it in with the command `calendar`"
    );
    Error::refuse(code::CALENDAR, zh, en)
}

/// The calendars that come with the program: year, days off, working weekends, source.
pub(crate) fn released() -> Result<Vec<holiday::Model>, Error> {
    let table: toml::Table = include_str!("../data/holidays-2026.toml")
        .parse()
        .map_err(|error| Error::Damaged(format!("holidays: {error}")))?;
    let text = |name: &str| table.get(name).and_then(toml::Value::as_str).unwrap_or_default();
    let number = table.get("year").and_then(toml::Value::as_integer).unwrap_or_default();
    year(number, text("off"), text("work"), text("source"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<Date> {
        text.parse().ok()
    }

    fn known() -> BTreeMap<String, String> {
        released().unwrap().into_iter().map(|row| (row.id, row.kind)).collect()
    }

    #[test]
    fn counts_as_the_state_council_says() {
        for (start, days, end) in [
            ("2026-03-02", 5, "2026-03-09"),
            // Over the Spring Festival: 14 and 28 February are Saturdays on which people work.
            ("2026-02-12", 5, "2026-02-26"),
            // Over Labour Day, with Saturday 9 May a working day.
            ("2026-04-30", 3, "2026-05-08"),
            ("2026-04-30", 4, "2026-05-09"),
            ("2026-09-30", 1, "2026-10-08"),
        ] {
            let last = after(day(start).unwrap(), days, &known()).unwrap();
            assert_eq!(last.to_string(), end, "{start} + {days}");
        }
    }

    #[test]
    fn guesses_no_year() {
        let error = after(day("2026-12-30").unwrap(), 3, &known()).unwrap_err();
        assert_eq!(error.code(), Some("SJ-registry-013"));
    }

    #[test]
    fn refuses_days_that_are_not() {
        for days in ["02-29", "1-1", "13-01", "01-01,01-01", "x"] {
            assert!(year(2026, days, "", "source").is_err(), "{days}");
        }
        assert_eq!(year(2024, "02-29", "", "source").unwrap().len(), 2);
    }

    #[test]
    fn the_day_turns_at_midnight_in_the_province() {
        let late: DateTime<Utc> = "2026-03-02T16:00:00Z".parse().unwrap();
        assert_eq!(day_of(late).to_string(), "2026-03-03");
        assert_eq!(spell(morning_of(day("2026-03-03").unwrap())), "2026-03-03T01:00:00.000000Z");
    }
}
