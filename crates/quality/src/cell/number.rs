//! Canonical numbers: one value, one cell, whether it was spelled, whole or floating.

use super::Cell;

/// From here on `f64` no longer tells whole numbers apart.
const EXACT: i128 = 1 << 53;
/// Whole floats up to here are taken as the integers they are.
const WHOLE: f64 = (1_u128 << 126) as f64;

/// Powers of ten that a float holds exactly, as far as decimals are read at once.
const TENS: [f64; 10] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/// Reads a spelled number: sign, digits, point, exponent; nothing else.
///
/// - `None`: not a number, or too large for one.
pub(super) fn parse(spelled: &str) -> Option<Cell<'static>> {
    let bytes = spelled.as_bytes();
    let digits = match bytes {
        [b'+' | b'-', rest @ ..] => rest,
        _ => bytes,
    };
    if let Some(value) = short(digits) {
        // Zero minus a value is its negative, and never −0.
        return Some(Cell::Number(if bytes[0] == b'-' { 0.0 - value } else { value }));
    }
    if digits.iter().all(u8::is_ascii_digit) && (1..=38).contains(&digits.len()) {
        let magnitude =
            digits.iter().fold(0_i128, |sum, &digit| sum * 10 + i128::from(digit - b'0'));
        return Some(of_integer(if bytes[0] == b'-' { -magnitude } else { magnitude }));
    }
    let plain = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    if !digits.iter().all(plain) {
        return None;
    }
    let value: f64 = spelled.parse().ok()?;
    if value.is_finite() { of_float(value) } else { None }
}

/// Up to fifteen digits with at most nine decimals, as nearly all numbers are spelled: digits and
/// power of ten are exact floats, so their quotient is the nearest float, and rounding it at 1e-9
/// would give it back.
fn short(digits: &[u8]) -> Option<f64> {
    if digits.is_empty() || digits.len() > 16 {
        return None;
    }
    let (mut mantissa, mut point) = (0_u64, None);
    for (at, &byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => mantissa = mantissa * 10 + u64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    match point {
        None => (digits.len() <= 15).then_some(mantissa as f64),
        Some(at) => {
            let decimals = digits.len() - at - 1;
            let value = mantissa as f64 / TENS.get(decimals)?;
            (digits.len() > 1).then_some(value)
        }
    }
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

    proptest::proptest! {
        /// Reading at once and reading by the book give the same cell.
        #[test]
        fn short_numbers_are_read_exactly(spelled in "[0-9]{0,9}[.]?[0-9]{0,9}") {
            if let Some(value) = short(spelled.as_bytes()) {
                proptest::prop_assert_eq!(Some(Cell::Number(value)), of_float(spelled.parse().unwrap()));
            }
        }
    }

    #[test]
    fn refuses_what_only_looks_like_a_number() {
        for spelled in ["inf", "nan", "1_000", "0x10", "1e999", "-", ".", "+", "e5", "1-2", "--1"] {
            assert_eq!(parse(spelled), None, "{spelled}");
        }
    }
}
