//! Unified social credit codes (统一社会信用代码), GB 32100-2015.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::Text;
use crate::width::narrow;

/// The 31 signs of a code, each at its value.
const SIGNS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Signs of a code, the last one checks the others.
const LENGTH: usize = 18;

/// A code in upper case and half width whose check sign is right.
///
/// That the sign is right does not prove that the organisation exists. Some codes of the pilot
/// years fail the check: a wrong one asks for a correction and never rejects by itself.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^[0-9A-HJ-NPQRTUWXY]{18}$"))]
pub struct CreditCode(String);

/// Why a text is no credit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A spreadsheet stored the code as a number and lost digits beyond the fifteenth.
    #[error(
        "is a number: spreadsheets keep fifteen digits of it; format the column as text and enter \
         the code again"
    )]
    Number,
    /// Not eighteen signs.
    #[error("has {found} signs, not {LENGTH}")]
    Length {
        /// Signs found.
        found: usize,
    },
    /// A sign that no code holds; I, O, S, V and Z are among them.
    #[error("holds {sign:?} at position {at}; I, O, S, V and Z occur in no code")]
    Sign {
        /// Position, from 1.
        at: usize,
        /// The sign.
        sign: char,
    },
    /// A check sign that does not fit the others.
    #[error("ends in {found}, but its check sign is {right}: one of its signs is mistyped")]
    Check {
        /// The check sign of the seventeen signs before.
        right: char,
        /// The sign found.
        found: char,
    },
}

impl Error {
    /// The message in both languages; it reads after the name of the field.
    pub fn text(self) -> Text {
        let zh = match self {
            Self::Number => "是数值：表格只保留前 15 位；请把该列设为文本后重新填写".to_owned(),
            Self::Length { found } => format!("有 {found} 位，应为 {LENGTH} 位"),
            Self::Sign { at, sign } => {
                format!("第 {at} 位是“{sign}”；代码中没有 I、O、S、V、Z 和其他符号")
            }
            Self::Check { right, found } => {
                format!("末位是 {found}，按校验规则应为 {right}：有一位填错")
            }
        };
        Text { zh, en: self.to_string() }
    }
}

impl CreditCode {
    /// The code as eighteen signs.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Administrative division in signs 3–8, such as `230100` for Harbin.
    pub fn division(&self) -> &str {
        &self.0[2..8]
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CreditCode {
    type Err = Error;

    /// Accepts lower case, full width and white space around or between the signs.
    fn from_str(text: &str) -> Result<Self, Error> {
        let signs: Vec<char> = text
            .chars()
            .map(narrow)
            .filter(|sign| !sign.is_whitespace())
            .map(|sign| sign.to_ascii_uppercase())
            .collect();
        let scientific = signs.iter().any(|sign| matches!(sign, '.' | '+'));
        if scientific && signs.iter().collect::<String>().parse::<f64>().is_ok() {
            return Err(Error::Number);
        }
        if signs.len() != LENGTH {
            return Err(Error::Length { found: signs.len() });
        }
        let mut values = [0; LENGTH];
        for (at, (value, &sign)) in values.iter_mut().zip(&signs).enumerate() {
            *value = value_of(sign).ok_or(Error::Sign { at: at + 1, sign })?;
        }
        let right = check(&values[..LENGTH - 1]);
        if right != values[LENGTH - 1] {
            return Err(Error::Check { right: sign_of(right), found: signs[LENGTH - 1] });
        }
        Ok(Self(signs.into_iter().collect()))
    }
}

impl TryFrom<String> for CreditCode {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<CreditCode> for String {
    fn from(code: CreditCode) -> Self {
        code.0
    }
}

fn value_of(sign: char) -> Option<u32> {
    let at = SIGNS.iter().position(|&known| char::from(known) == sign);
    at.and_then(|at| u32::try_from(at).ok())
}

fn sign_of(value: u32) -> char {
    char::from(SIGNS[value as usize])
}

/// The check value: (31 − Σ value·3^k mod 31) mod 31.
fn check(values: &[u32]) -> u32 {
    let mut weight = 1;
    let mut sum = 0;
    for value in values {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    (31 - sum % 31) % 31
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EXAMPLE: &str = "91350100M000100Y43";

    fn code(text: &str) -> Result<CreditCode, Error> {
        text.parse()
    }

    #[test]
    fn accepts_the_example_of_the_standard() {
        let example = code(EXAMPLE).unwrap();
        assert_eq!((example.as_str(), example.division()), (EXAMPLE, "350100"));
        for spelt in
            ["91350100m000100y43", "９１３５０１００Ｍ０００１００Ｙ４３", " 91350100 M000100Y43\t"]
        {
            assert_eq!(code(spelt), Ok(example.clone()), "{spelt}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, error) in [
            ("", Error::Length { found: 0 }),
            ("91350100M000100Y4", Error::Length { found: 17 }),
            ("91350100M000100Y44", Error::Check { right: '3', found: '4' }),
            ("9135010OM000100Y43", Error::Sign { at: 8, sign: 'O' }),
            ("9.13501000001E+17", Error::Number),
            ("913501000001000.0", Error::Number),
            ("数", Error::Length { found: 1 }),
        ] {
            assert_eq!(code(text), Err(error), "{text}");
            assert!(!error.text().zh.is_ascii());
        }
    }

    #[test]
    fn a_form_holds_right_codes_only() {
        let read: CreditCode = serde_json::from_str("\"91350100m000100y43\"").unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), format!("\"{EXAMPLE}\""));
        assert!(serde_json::from_str::<CreditCode>("\"91350100M000100Y44\"").is_err());
        assert!(serde_json::from_str::<CreditCode>("913501000001000000").is_err());
    }

    proptest! {
        /// 3 has order 30 modulo the prime 31, so any single wrong sign is caught.
        #[test]
        fn one_wrong_sign_is_caught(
            body in prop::collection::vec(0..31_u32, 17),
            at in 0..18_usize,
            shift in 1..31_u32,
        ) {
            let mut values = body;
            values.push(check(&values));
            let spell = |values: &[u32]| -> String {
                values.iter().map(|&value| sign_of(value)).collect()
            };
            prop_assert!(code(&spell(&values)).is_ok());
            values[at] = (values[at] + shift) % 31;
            let caught = matches!(code(&spell(&values)), Err(Error::Check { .. }));
            prop_assert!(caught);
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _refused = code(&text);
        }
    }
}
