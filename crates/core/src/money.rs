//! Money in integer fen. There is no other money type and no float on the way.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::Text;
use crate::width::narrow;

/// An amount in fen (分), 1/100 yuan.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(transparent)]
pub struct Fen(pub i64);

impl Fen {
    /// An amount of whole yuan.
    ///
    /// - `None`: the amount does not fit.
    pub fn from_yuan(yuan: i64) -> Option<Self> {
        yuan.checked_mul(100).map(Self)
    }

    /// Sum, or `None` when it does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Difference, or `None` when it does not fit.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Yuan as people read it, without decimals where there are none: `¥1,200,000`.
    pub fn brief(self) -> String {
        let spelt = self.to_string();
        spelt.strip_suffix(".00").map_or(spelt.clone(), str::to_owned)
    }
}

/// Why a text is no amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AmountError {
    /// Not a decimal number.
    #[error("{0:?} is no amount; write yuan, such as 1200000.00 or 120万")]
    NoNumber(String),
    /// Parts of a fen.
    #[error("{0:?} names less than one fen")]
    TooFine(String),
    /// More than an amount can hold.
    #[error("{0:?} is too large")]
    TooLarge(String),
}

impl AmountError {
    /// The message in both languages.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::NoNumber(text) => {
                format!("“{text}”不是金额；请以元为单位填写，如 1200000.00 或 120万")
            }
            Self::TooFine(text) => format!("“{text}”不足一分的部分无法入账"),
            Self::TooLarge(text) => format!("“{text}”过大"),
        };
        Text { zh, en: self.to_string() }
    }
}

/// Units an amount may end in, with the digits they move the decimal point.
const UNITS: [(&str, usize); 6] =
    [("亿元", 8), ("万元", 4), ("亿", 8), ("万", 4), ("元", 0), ("", 0)];

impl FromStr for Fen {
    type Err = AmountError;

    /// Yuan with at most two decimals that count: `1200000`, `1,200,000.00`, `¥1200000`, `120万元`.
    fn from_str(text: &str) -> Result<Self, AmountError> {
        let said = || text.chars().take(40).collect::<String>();
        let no_number = || AmountError::NoNumber(said());
        let plain: String = text.trim().chars().map(narrow).collect();
        let (negative, plain) = match plain.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, plain.as_str()),
        };
        let plain = plain.strip_prefix('¥').unwrap_or(plain);
        let unit = UNITS.iter().find_map(|&(unit, moved)| Some((plain.strip_suffix(unit)?, moved)));
        let (number, moved) = unit.ok_or_else(no_number)?;
        let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
        let whole = ungrouped(whole).ok_or_else(no_number)?;
        let is_number = |digits: &str| digits.bytes().all(|sign| sign.is_ascii_digit());
        if whole.is_empty() || !is_number(&whole) || !is_number(decimals) || number.ends_with('.') {
            return Err(no_number());
        }
        let decimals = decimals.trim_end_matches('0');
        if decimals.len() > moved + 2 {
            return Err(AmountError::TooFine(said()));
        }
        let digits = format!("{whole}{decimals:0<width$}", width = moved + 2);
        let sign = if negative { "-" } else { "" };
        format!("{sign}{digits}").parse().map(Self).map_err(|_| AmountError::TooLarge(said()))
    }
}

/// Digits without separators of thousands.
///
/// - `None`: a group that is not three digits long.
fn ungrouped(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.is_empty() || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

impl fmt::Display for Fen {
    /// Yuan with two decimals and thousands separators: `¥1,200,000.00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let yuan = (magnitude / 100).to_string();
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}¥")?;
        for (index, digit) in yuan.chars().enumerate() {
            if index > 0 && (yuan.len() - index).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        write!(f, ".{:02}", magnitude % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_yuan_with_separators() {
        for (fen, text) in [
            (0, "¥0.00"),
            (5, "¥0.05"),
            (-12_345, "-¥123.45"),
            (120_000_000, "¥1,200,000.00"),
            (i64::MIN, "-¥92,233,720,368,547,758.08"),
        ] {
            assert_eq!(Fen(fen).to_string(), text);
        }
    }

    #[test]
    fn drops_idle_decimals_only() {
        assert_eq!(Fen(60_000_000).brief(), "¥600,000");
        assert_eq!(Fen(60_000_010).brief(), "¥600,000.10");
    }

    #[test]
    fn reads_yuan_as_people_write_them() {
        for (text, fen) in [
            ("100000000.00", 10_000_000_000),
            ("1,200,000.5", 120_000_050),
            ("¥0.05", 5),
            (" １２０万元 ", 120_000_000),
            ("0.000001亿", 10_000),
            ("3.3333330", 0),
            ("-12.30", -1230),
            ("92233720368547758.07", i64::MAX),
            ("-92233720368547758.08", i64::MIN),
        ] {
            match text.parse::<Fen>() {
                Ok(amount) => assert_eq!(amount, Fen(fen), "{text}"),
                Err(error) => assert_eq!((error, fen), (AmountError::TooFine(text.to_owned()), 0)),
            }
        }
        for text in ["", "1e5", "1.", ".5", "1,20", "1,2000", ",100", "12a", "万", "--1", "NaN"] {
            let error = text.parse::<Fen>().unwrap_err();
            assert!(matches!(error, AmountError::NoNumber(_)), "{text}: {error}");
        }
        let error = "92233720368547758.08".parse::<Fen>().unwrap_err();
        assert!(matches!(error, AmountError::TooLarge(_)), "{error}");
    }

    #[test]
    fn what_is_printed_is_read_back() {
        for fen in [0, 1, -99, 100, 123_456_789, i64::MAX, i64::MIN] {
            assert_eq!(Fen(fen).to_string().parse(), Ok(Fen(fen)));
        }
    }

    #[test]
    fn never_wraps() {
        assert_eq!(Fen(i64::MAX).checked_add(Fen(1)), None);
        assert_eq!(Fen(i64::MIN).checked_sub(Fen(1)), None);
        assert_eq!(Fen::from_yuan(i64::MAX), None);
    }
}
