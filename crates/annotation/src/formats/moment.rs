//! When an answer was given: a date and time by ISO 8601, or a count since the year 1970.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

/// Forms of date and time without a zone, after `/` and `T` were replaced.
const FORMS: [&str; 2] = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"];

/// The same with a zone.
const ZONED: [&str; 2] = ["%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f %#z"];

/// Counts below this many seconds (March 1973) are rather how long something took.
const LEAST_SECONDS: f64 = 1e8;

/// Microseconds since 1970; `None` where the text is no moment.
///
/// Counts are of seconds, milli-, micro- or nanoseconds by their size. A time without a zone is
/// taken as UTC: the order of one table's times is what matters.
pub(crate) fn moment(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(count) = text.parse::<f64>() {
        return of_count(count);
    }
    if let Ok(zoned) = DateTime::parse_from_rfc3339(text) {
        return Some(zoned.timestamp_micros());
    }
    let text = text.replace('/', "-").replacen('T', " ", 1);
    let text = text.trim_end_matches(['Z', 'z']);
    let zoned = |form: &&str| DateTime::parse_from_str(text, form).ok();
    if let Some(zoned) = ZONED.iter().find_map(zoned) {
        return Some(zoned.timestamp_micros());
    }
    let plain = |form: &&str| NaiveDateTime::parse_from_str(text, form).ok();
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    let found = FORMS.iter().find_map(plain).or_else(day)?;
    Some(found.and_utc().timestamp_micros())
}

fn of_count(count: f64) -> Option<i64> {
    let micros = match count {
        LEAST_SECONDS..1e11 => count * 1e6,
        1e11..1e14 => count * 1e3,
        1e14..1e17 => count,
        1e17..1e20 => count / 1e3,
        _ => return None,
    };
    Some(micros.round() as i64)
}

/// A moment as ISO 8601 has it, in UTC; nothing for one that no calendar has.
pub(crate) fn written(micros: i64) -> Option<String> {
    let moment = DateTime::from_timestamp_micros(micros)?;
    Some(moment.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_moment_in_many_forms() {
        let wanted = 1_714_566_896_000_000;
        for text in [
            "2024-05-01T12:34:56Z",
            "2024-05-01T12:34:56.000000Z",
            "2024-05-01T20:34:56+08:00",
            "2024-05-01 20:34:56+08:00",
            "2024-05-01 20:34:56 +0800",
            "2024-05-01 12:34:56",
            " 2024/05/01 12:34:56.0 ",
            "2024-05-01T12:34:56",
            "1714566896",
            "1714566896000",
            "1714566896.0",
            "1714566896000000",
            "1714566896000000000",
        ] {
            assert_eq!(moment(text), Some(wanted), "{text}");
        }
        assert_eq!(moment("2024-05-01 12:34"), Some(wanted - 56_000_000));
        assert_eq!(moment("2024-05-01"), moment("2024/5/1 00:00"));
        assert_eq!(written(wanted).unwrap(), "2024-05-01T12:34:56.000000Z");
        assert_eq!(moment(&written(wanted + 7).unwrap()), Some(wanted + 7));
    }

    #[test]
    fn durations_and_words_are_no_moments() {
        for text in ["", "3.5", "12", "-1714566896", "noon", "NaN", "inf", "1e30", "2024-13-01"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
