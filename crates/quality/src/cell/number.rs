//! Canonical numbers: one value, one cell, whether it was spelled, whole or floating.

use super::Cell;

/// From here on `f64` no longer tells whole numbers apart.
const EXACT: i128 = 1 << 53;
/// Whole floats up to here are taken as the integers they are.
const WHOLE: f64 = (1_u128 << 126) as f64;

/// Reads a spelled number: sign, digits, point, exponent; nothing else.
///
/// - `None`: not a number, or too large for one.
pub(super) fn parse(spelled: &str) -> Option<Cell<'static>> {
    let bytes = spelled.as_bytes();
    let digits = match bytes {
        [b'+' | b'-', rest @ ..] => rest,
        _ => bytes,
    };
    if digits.iter().all(u8::is_ascii_digit) && (1..=38).contains(&digits.len()) {
        let magnitude = if digits.len() <= 18 {
            i128::from(digits.iter().fold(0_i64, |sum, &digit| sum * 10 + i64::from(digit - b'0')))
        } else {
            digits.iter().fold(0_i128, |sum, &digit| sum * 10 + i128::from(digit - b'0'))
        };
        return Some(of_integer(if bytes[0] == b'-' { -magnitude } else { magnitude }));
    }
    let plain = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    if !digits.iter().all(plain) {
        return None;
    }
    let value: f64 = spelled.parse().ok()?;
    if value.is_finite() { of_float(value) } else { None }
}

/// The cell of a whole number.
pub(super) fn of_integer(value: i128) -> Cell<'static> {
    if value.abs() < EXACT || value.unsigned_abs() as f64 >= WHOLE {
        Cell::Number(value as f64)
    } else {
        Cell::Integer(value)
    }
}

/// The cell of a float: rounded at 1e-9 where that is noise, exact where it is not.
///
/// Rounding serves values such as 10.357019999999999. Below 1e-3 it would eat the measurement and
/// from 1e6 on it is finer than the float, so those keep every bit.
///
/// - `None`: not a number.
pub(super) fn of_float(value: f64) -> Option<Cell<'static>> {
    if value.is_nan() {
        return None;
    }
    let magnitude = value.abs();
    Some(if magnitude.is_infinite() {
        Cell::Text(if value > 0.0 { "inf" } else { "-inf" })
    } else if (1e-3..1e6).contains(&magnitude) {
        Cell::Number((value * 1e9).round() / 1e9)
    } else if magnitude >= EXACT as f64 && magnitude < WHOLE {
        Cell::Integer(value as i128)
    } else {
        Cell::Number(value + 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_and_floats_meet() {
        for (spelled, float) in [("100000000000000000000", 1e20), ("-3", -3.0), ("0", -0.0)] {
            assert_eq!(parse(spelled), of_float(float), "{spelled}");
        }
        assert_eq!(parse("170141183460469231731687303715884105727"), of_float(2_f64.powi(127)));
    }

    #[test]
    fn refuses_what_only_looks_like_a_number() {
        for spelled in ["inf", "nan", "1_000", "0x10", "1e999", "-", ".", "+", "e5", "1-2", "--1"] {
            assert_eq!(parse(spelled), None, "{spelled}");
        }
    }
}
