//! Money in integer fen. There is no other money type and no float on the way.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    fn never_wraps() {
        assert_eq!(Fen(i64::MAX).checked_add(Fen(1)), None);
        assert_eq!(Fen(i64::MIN).checked_sub(Fen(1)), None);
        assert_eq!(Fen::from_yuan(i64::MAX), None);
    }
}
