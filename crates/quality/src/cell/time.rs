//! Dates and times in their common spellings, to UTC microseconds and back.

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// Reads ISO 8601 and its relatives: `2013-1-2`, `2013/01/02 06:00`, `2013-01-02T06:00:00.5Z`,
/// `2013年1月2日 6时30分`, `02/01/2013` (month first unless it cannot be), `2 Jan 2013`,
/// `Jan 2, 2013`, and a time of day alone. Without a zone it is taken as UTC.
///
/// - `None`: anything else, or a day that does not exist.
pub(super) fn parse(spelled: &str) -> Option<i64> {
    if !(5..=40).contains(&spelled.len()) {
        return None;
    }
    let mut rest = spelled;
    if let Some(micros) = clock(&mut rest)
        && rest.is_empty()
        && spelled.as_bytes()[2] == b':'
    {
        return Some(micros);
    }
    let mut rest = spelled;
    let days = year_first(&mut rest).or_else(|| {
        rest = spelled;
        year_last(&mut rest)
    })?;
    let of_day = match rest.as_bytes().first() {
        None => 0,
        Some(b'T' | b't' | b' ') => {
            rest = rest[1..].trim_start();
            let of_day = clock(&mut rest)?;
            of_day - zone(&mut rest)?
        }
        // `2013年1月1日6时` puts nothing between day and hour.
        Some(b'0'..=b'9') if !spelled.is_ascii() => clock(&mut rest)?,
        Some(_) => return None,
    };
    rest.is_empty().then_some(days * DAY + of_day)
}

/// `2013-01-02` and its relatives, as days since 1970.
fn year_first(rest: &mut &str) -> Option<i64> {
    let year = digits(rest, 4, 4)?;
    let separator = rest.chars().next().filter(|c| matches!(c, '-' | '/' | '.' | '年'))?;
    *rest = &rest[separator.len_utf8()..];
    let month = digits(rest, 1, 2)?;
    let second = if separator == '年' { '月' } else { separator };
    *rest = rest.strip_prefix(second)?;
    let day = digits(rest, 1, 2)?;
    if separator == '年' {
        *rest = rest.strip_prefix('日')?;
    }
    days(year, month, day)
}

/// `02/13/2013`, `13/02/2013`, `2 Jan 2013`, `2-Jan-2013`, `Jan 2, 2013`.
fn year_last(rest: &mut &str) -> Option<i64> {
    if let Some(month) = month_name(rest) {
        *rest = rest.trim_start();
        let day = digits(rest, 1, 2)?;
        *rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
        return days(digits(rest, 4, 4)?, month, day);
    }
    let first = digits(rest, 1, 2)?;
    let separator = rest.chars().next().filter(|c| matches!(c, '/' | '-' | ' '))?;
    *rest = &rest[1..];
    let named = month_name(rest);
    let second = match named {
        Some(month) => month,
        None if separator == '/' => digits(rest, 1, 2)?,
        None => return None,
    };
    *rest = rest.strip_prefix(separator)?;
    let year = digits(rest, 4, 4)?;
    if named.is_some() || first > 12 {
        days(year, second, first)
    } else {
        days(year, first, second)
    }
}

/// `6:00`, `06:00:00.25`, `6时30分`; at the end of a day, 24:00 is refused.
fn clock(rest: &mut &str) -> Option<i64> {
    let hour = digits(rest, 1, 2)?;
    let (mut minute, mut second, mut micros) = (0, 0, 0);
    if let Some(after) = rest.strip_prefix('时') {
        *rest = after;
        if let Some(value) = digits(rest, 1, 2) {
            minute = value;
            *rest = rest.strip_prefix('分')?;
            if let Some(value) = digits(rest, 1, 2) {
                second = value;
                *rest = rest.strip_prefix('秒')?;
            }
        }
    } else {
        *rest = rest.strip_prefix(':')?;
        minute = digits(rest, 2, 2)?;
        if let Some(after) = rest.strip_prefix(':') {
            *rest = after;
            second = digits(rest, 2, 2)?;
            if let Some(after) = rest.strip_prefix(['.', ',']) {
                *rest = after;
                micros = fraction(rest)?;
            }
        }
    }
    // A leap second is the first of the next minute.
    (hour < 24 && minute < 60 && second <= 60)
        .then_some(((hour * 60 + minute) * 60 + second) * 1_000_000 + micros)
}

/// Digits after the point as microseconds; what is finer is cut.
fn fraction(rest: &mut &str) -> Option<i64> {
    let count = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, after) = rest.split_at_checked(count).filter(|_| (1..=12).contains(&count))?;
    *rest = after;
    Some((0..6).fold(0, |sum, at| {
        sum * 10 + i64::from(digits.as_bytes().get(at).map_or(0, |digit| digit - b'0'))
    }))
}

/// `Z`, `UTC`, `+08:00`, `+0800`, `+08` or nothing, as microseconds east.
fn zone(rest: &mut &str) -> Option<i64> {
    *rest = rest.trim_start();
    if let Some(after) = rest.strip_prefix("UTC").or_else(|| rest.strip_prefix(['Z', 'z'])) {
        *rest = after;
        return Some(0);
    }
    let sign = match rest.as_bytes().first() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return Some(0),
    };
    *rest = &rest[1..];
    let (mut hours, mut minutes) = (rest.split_at_checked(2)?.0, "");
    *rest = &rest[2..];
    *rest = rest.strip_prefix(':').unwrap_or(rest);
    if !rest.is_empty() {
        (minutes, *rest) = rest.split_at_checked(2)?;
    }
    let hours = digits(&mut hours, 2, 2)?;
    let minutes = digits(&mut minutes, 2, 2).unwrap_or(0);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000_000)
}

/// A number of `least..=most` digits, or nothing taken.
fn digits(rest: &mut &str, least: usize, most: usize) -> Option<i64> {
    let count = rest.bytes().take(most + 1).take_while(u8::is_ascii_digit).count();
    if !(least..=most).contains(&count) {
        return None;
    }
    let (digits, after) = rest.split_at(count);
    *rest = after;
    Some(digits.bytes().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
}

/// An English month, short or long.
fn month_name(rest: &mut &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let count = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, after) = rest.split_at(count);
    let month = MONTHS.iter().position(|name| {
        word.eq_ignore_ascii_case(name) || (count == 3 && word.eq_ignore_ascii_case(&name[..3]))
    })?;
    *rest = after.strip_prefix('.').unwrap_or(after);
    Some(month as i64 + 1)
}

/// Days from 1970-01-01 to a day of the Gregorian calendar.
///
/// - `None`: no such day.
/// - Source: Howard Hinnant, "chrono-compatible low-level date algorithms".
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if year == 0 || !(1..=last).contains(&day) {
        return None;
    }
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// Year, month and day of days since 1970-01-01.
pub(crate) fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// Writes `2013-01-02T06:00:00Z`, with microseconds when there are any.
pub(super) fn write(micros: i64, into: &mut String) -> std::fmt::Result {
    use std::fmt::Write;
    let (year, month, day) = civil(micros.div_euclid(DAY));
    let of_day = micros.rem_euclid(DAY);
    let (seconds, micros) = (of_day / 1_000_000, of_day % 1_000_000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    write!(into, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
    if micros > 0 {
        write!(into, ".{micros:06}")?;
    }
    into.write_char('Z')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_common_spellings() {
        for (spelled, seconds) in [
            ("1970-01-01", 0),
            ("2013-01-01 05:00:00", 1_357_016_400),
            ("2013/1/1 5:00", 1_357_016_400),
            ("2013-01-01T05:00:00.000Z", 1_357_016_400),
            ("2013-01-01T05:00:00+00:00", 1_357_016_400),
            ("2013-01-01T13:00:00+0800", 1_357_016_400),
            ("2013年1月1日5时0分", 1_357_016_400),
            ("01/01/2013", 1_356_998_400),
            ("1 Jan 2013", 1_356_998_400),
            ("01-JAN-2013", 1_356_998_400),
            ("January 1, 2013", 1_356_998_400),
            ("13/02/2013", 1_360_713_600),
            ("02/13/2013", 1_360_713_600),
            ("1866-03-01", -3_276_806_400),
            ("14:30", 52_200),
        ] {
            assert_eq!(parse(spelled), Some(seconds * 1_000_000), "{spelled}");
        }
    }

    #[test]
    fn refuses_what_is_no_date() {
        for spelled in [
            "2013-02-29",
            "2013-00-01",
            "2013-1",
            "2013-01-01x",
            "1.2.3.4",
            "25:00",
            "10:75",
            "2013-01/01",
            "12-13-14",
            "May be",
            "Mayor 1, 2013",
            "2:1:5",
            "2013-01-01 ",
            "2013-01-01T",
            "13/13/2013",
            "日日日日日日",
            "1年1月1日",
        ] {
            assert_eq!(parse(spelled), None, "{spelled}");
        }
    }

    #[test]
    fn days_and_civil_are_inverse() {
        for day in (-700_000..3_000_000).step_by(97) {
            let (year, month, of_month) = civil(day);
            if (1..=9999).contains(&year) {
                assert_eq!(days(year, month, of_month), Some(day));
            }
        }
    }
}
