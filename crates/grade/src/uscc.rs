//! Unified social credit codes (统一社会信用代码), GB 32100-2015.

/// The 31 signs of a code, each at its value.
const SIGNS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Whether a code has eighteen signs of the alphabet and the right check sign.
///
/// Weights are 3^k mod 31; the check is (31 − Σ mod 31) mod 31. Some codes of the pilot years fail
/// this test, so a wrong check asks for a correction and never rejects by itself.
pub fn is_valid(code: &str) -> bool {
    let values: Option<Vec<u32>> = code.bytes().map(value).collect();
    let Some(values) = values.filter(|values| values.len() == 18) else {
        return false;
    };
    check(&values[..17]) == values[17]
}

/// Administrative division in signs 3–8, such as `230100` for Harbin.
///
/// - `None`: the code is not eighteen ASCII signs.
pub fn division(code: &str) -> Option<&str> {
    (code.len() == 18 && code.is_ascii()).then(|| &code[2..8])
}

fn value(sign: u8) -> Option<u32> {
    SIGNS.iter().position(|known| *known == sign).and_then(|at| u32::try_from(at).ok())
}

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

    #[test]
    fn accepts_the_published_example() {
        assert!(is_valid("91350100M000100Y43"));
        assert_eq!(division("91350100M000100Y43"), Some("350100"));
    }

    #[test]
    fn refuses_what_is_no_code() {
        for code in ["", "91350100M000100Y4", "91350100M000100Y44", "9135010OM000100Y43", "数"] {
            assert!(!is_valid(code), "{code}");
        }
        assert_eq!(division("九一二三"), None);
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
                values.iter().map(|&value| char::from(SIGNS[value as usize])).collect()
            };
            prop_assert!(is_valid(&spell(&values)));
            values[at] = (values[at] + shift) % 31;
            prop_assert!(!is_valid(&spell(&values)));
        }
    }
}
