//! Canonical cells: equal values have equal bytes, whatever the container spelled.
//!
//! Canonicalisation looks at one cell at a time, so that identity needs no knowledge of the
//! column: `1`, `1.0` and `'1'` are one number, `2013-01-01 06:00` in a CSV is the timestamp of a
//! Parquet file, and the spellings of "nothing here" are null.

mod identity;
mod number;
mod text;
mod time;

use arrow::array::{
    Array, AsArray, BooleanArray, Float64Array, Int64Array, LargeStringArray, StringArray,
    StringViewArray, TimestampMicrosecondArray, UInt64Array,
};
use arrow::datatypes::{
    DataType, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType, UInt64Type,
};

pub use identity::record_ids;
pub(crate) use identity::walk;

/// One cell that holds something, in canonical form.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// A finite number below 2^53 in magnitude, or any with a fraction; never −0.
    Number(f64),
    /// A whole number from 2^53 on, exactly.
    Integer(i128),
    /// Microseconds since 1970-01-01 UTC.
    Time(i64),
    /// Truth value.
    Boolean(bool),
    /// Everything else: NFC, line ends as line feeds, otherwise as decoded.
    Text(&'a str),
}

/// Spellings of a missing value, white space around them apart.
pub const NULLS: [&str; 15] = [
    "", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NAN", "null", "NULL", "Null", "None",
    "NaT", "\\N",
];

impl<'a> Cell<'a> {
    /// Reads a spelling; `scratch` holds the text when it had to be rewritten.
    ///
    /// - `None`: one of [`NULLS`].
    pub fn parse(spelled: &'a str, scratch: &'a mut String) -> Option<Self> {
        // Only short spellings can be anything but text.
        if spelled.len() <= 64 {
            let trimmed = trim(spelled);
            let &first = trimmed.as_bytes().first()?;
            match first {
                b'0'..=b'9' | b'+' | b'-' | b'.' => {
                    if let Some(cell) = number::parse(trimmed) {
                        return Some(cell);
                    }
                    if let Some(micros) = time::parse(trimmed) {
                        return Some(Self::Time(micros));
                    }
                }
                b'N' | b'n' | b'#' | b'<' | b'\\' if NULLS.contains(&trimmed) => return None,
                b't' | b'T' if trimmed.eq_ignore_ascii_case("true") => {
                    return Some(Self::Boolean(true));
                }
                b'f' | b'F' if trimmed.eq_ignore_ascii_case("false") => {
                    return Some(Self::Boolean(false));
                }
                b'A'..=b'Z' => {
                    if let Some(micros) = time::parse(trimmed) {
                        return Some(Self::Time(micros));
                    }
                }
                _ => {}
            }
        } else if spelled.trim_start().is_empty() {
            return None;
        }
        Some(Self::Text(text::canonical(spelled, scratch)))
    }

    /// The cell of a number.
    ///
    /// - `None`: not a number.
    pub fn of_number(value: f64) -> Option<Self> {
        number::of_float(value)
    }

    /// Appends the canonical bytes: a tag, then the value, little-endian.
    pub fn write_bytes(&self, into: &mut Vec<u8>) {
        match self {
            Self::Number(value) => {
                into.push(1);
                into.extend_from_slice(&value.to_bits().to_le_bytes());
            }
            Self::Integer(value) => {
                into.push(2);
                into.extend_from_slice(&value.to_le_bytes());
            }
            Self::Time(micros) => {
                into.push(3);
                into.extend_from_slice(&micros.to_le_bytes());
            }
            Self::Boolean(value) => into.extend_from_slice(&[4, u8::from(*value)]),
            Self::Text(text) => {
                into.push(5);
                into.extend_from_slice(text.as_bytes());
            }
        }
    }

    /// A 64-bit hash of the canonical bytes.
    pub fn hash(&self) -> u64 {
        use xxhash_rust::xxh3::xxh3_64_with_seed as xxh3;
        match self {
            Self::Number(value) => xxh3(&value.to_bits().to_le_bytes(), 1),
            Self::Integer(value) => xxh3(&value.to_le_bytes(), 2),
            Self::Time(micros) => xxh3(&micros.to_le_bytes(), 3),
            Self::Boolean(value) => xxh3(&[u8::from(*value)], 4),
            Self::Text(text) => xxh3(text.as_bytes(), 5),
        }
    }

    /// Appends the canonical spelling; [`Cell::parse`] reads it back as the same cell.
    pub fn write_text(&self, into: &mut String) {
        use std::fmt::Write;
        // Writing to a string cannot fail.
        let _ = match self {
            Self::Number(value) => write!(into, "{value}"),
            Self::Integer(value) => write!(into, "{value}"),
            Self::Time(micros) => time::write(*micros, into),
            Self::Boolean(value) => write!(into, "{value}"),
            Self::Text(text) => into.write_str(text),
        };
    }

    /// The cell as a number: its value for numbers, seconds for times, 0 or 1 for truth values.
    pub fn as_number(&self) -> Option<f64> {
        match *self {
            Self::Number(value) => Some(value),
            Self::Integer(value) => Some(value as f64),
            Self::Time(micros) => Some(micros as f64 / 1e6),
            Self::Boolean(value) => Some(f64::from(u8::from(value))),
            Self::Text(_) => None,
        }
    }
}

/// Without outer white space; a look at two bytes suffices for most.
fn trim(spelled: &str) -> &str {
    match spelled.as_bytes() {
        [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => spelled,
        _ => spelled.trim(),
    }
}

/// A column of a batch, its type looked at once.
#[derive(Debug, Clone, Copy)]
pub enum Cells<'a> {
    /// Nothing but nulls, or a type outside of `shujian_core::batch::is_cell_type`.
    Null,
    /// Text.
    Utf8(&'a StringArray),
    /// Text with 64-bit offsets.
    LargeUtf8(&'a LargeStringArray),
    /// Text views.
    Utf8View(&'a StringViewArray),
    /// Whole numbers.
    Int(&'a Int64Array),
    /// Whole numbers from 0.
    UInt(&'a UInt64Array),
    /// Numbers.
    Float(&'a Float64Array),
    /// Truth values.
    Boolean(&'a BooleanArray),
    /// Microseconds.
    Time(&'a TimestampMicrosecondArray),
}

impl<'a> Cells<'a> {
    /// Looks at the type of a column.
    pub fn of(array: &'a dyn Array) -> Self {
        match array.data_type() {
            DataType::Utf8 => Self::Utf8(array.as_string()),
            DataType::LargeUtf8 => Self::LargeUtf8(array.as_string()),
            DataType::Utf8View => Self::Utf8View(array.as_string_view()),
            DataType::Int64 => Self::Int(array.as_primitive::<Int64Type>()),
            DataType::UInt64 => Self::UInt(array.as_primitive::<UInt64Type>()),
            DataType::Float64 => Self::Float(array.as_primitive::<Float64Type>()),
            DataType::Boolean => Self::Boolean(array.as_boolean()),
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                Self::Time(array.as_primitive::<TimestampMicrosecondType>())
            }
            _ => Self::Null,
        }
    }

    /// The canonical cell of a row; `scratch` holds the text when it had to be rewritten.
    ///
    /// - `None`: null.
    pub fn cell<'s>(&self, row: usize, scratch: &'s mut String) -> Option<Cell<'s>>
    where
        'a: 's,
    {
        match *self {
            Self::Null => None,
            Self::Utf8(array) => {
                array.is_valid(row).then(|| Cell::parse(array.value(row), scratch))?
            }
            Self::LargeUtf8(array) => {
                array.is_valid(row).then(|| Cell::parse(array.value(row), scratch))?
            }
            Self::Utf8View(array) => {
                array.is_valid(row).then(|| Cell::parse(array.value(row), scratch))?
            }
            Self::Int(array) => {
                array.is_valid(row).then(|| number::of_integer(array.value(row).into()))
            }
            Self::UInt(array) => {
                array.is_valid(row).then(|| number::of_integer(array.value(row).into()))
            }
            Self::Float(array) => array.is_valid(row).then(|| Cell::of_number(array.value(row)))?,
            Self::Boolean(array) => array.is_valid(row).then(|| Cell::Boolean(array.value(row))),
            Self::Time(array) => array.is_valid(row).then(|| Cell::Time(array.value(row))),
        }
    }
}

/// The canonical spelling of one cell, or `None` when it is null; what a sample keeps.
pub fn canonical(array: &dyn Array, row: usize) -> Option<Box<str>> {
    let mut scratch = String::new();
    let cell = Cells::of(array).cell(row, &mut scratch)?;
    if let Cell::Text(text) = cell {
        return Some(text.into());
    }
    let mut spelled = String::new();
    cell.write_text(&mut spelled);
    Some(spelled.into_boxed_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(spelled: &str) -> Option<String> {
        let mut scratch = String::new();
        Cell::parse(spelled, &mut scratch).map(|cell| format!("{cell:?}"))
    }

    #[test]
    fn equal_values_have_equal_cells() {
        for group in [
            &["1", "1.0", " 1 ", "+1", "01", "1e0", "1.0000000000001"][..],
            &["0", "-0", "0.0", "-0.0"],
            &["10.357019999999999", "10.35702"],
            &["9007199254740993", "+9007199254740993"],
            &["2013-01-01T06:00:00Z", "2013-01-01 06:00", "2013/1/1 06:00:00", "2013年1月1日6时"],
            &["2013-01-01 06:00", "2013-01-01T14:00:00+08:00"],
            &["true", "TRUE", "True"],
            &["a\r\nb", "a\nb", "a\rb"],
            &["e\u{301}", "é"],
            &["", "  ", "NA", "N/A", "nan", "None", "\\N", "NaT"],
        ] {
            for spelled in group {
                assert_eq!(parse(spelled), parse(group[0]), "{spelled:?}");
            }
        }
    }

    #[test]
    fn different_values_stay_different() {
        let spellings = [
            "1",
            "1.5",
            "-1",
            "1e-12",
            "2e-12",
            "9007199254740993",
            "9007199254740992",
            "x",
            "X",
            "x ",
            "2013-01-01",
            "2013-01-02",
            "20130101",
            "true",
            "inf",
            "1.2.3",
            "-",
            "Nation",
            "12 Main St",
            "2013-13-01",
            "１",
            "ab c",
            "ab  c",
        ];
        for (at, left) in spellings.iter().enumerate() {
            for right in &spellings[..at] {
                assert_ne!(parse(left), parse(right), "{left:?} {right:?}");
            }
        }
    }

    proptest! {
        /// The canonical spelling reads back as itself.
        #[test]
        fn canonical_text_is_a_fixed_point(spelled in prop_oneof![
            any::<String>(),
            any::<f64>().prop_map(|value| value.to_string()),
            any::<i128>().prop_map(|value| value.to_string()),
            (0.0_f64..1e7).prop_map(|value| value.to_string()),
            (-60_000_000_000_000_000_i64..250_000_000_000_000_000)
                .prop_map(|micros| { let mut s = String::new(); Cell::Time(micros).write_text(&mut s); s }),
        ]) {
            let mut scratch = String::new();
            if let Some(cell) = Cell::parse(&spelled, &mut scratch) {
                let mut once = String::new();
                cell.write_text(&mut once);
                let mut scratch = String::new();
                let again = Cell::parse(&once, &mut scratch);
                prop_assert_eq!(again, Some(cell), "{:?}", once);
            }
        }
    }
}
