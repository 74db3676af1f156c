//! Canonical JSON, RFC 8785.
//!
//! Sorting members is done here, because a leaf is spelled several times on its way into the log
//! and again when it is verified; strings are escaped by `serde_json`, and numbers that are no small
//! integers are spelled by the kept crate. A property test holds every text against that crate's.

use std::io::Write as _;

use serde::Serialize;
use serde_json::Value as Json;

/// The largest integer that every reader of JSON keeps exact (RFC 7493), 2⁵³ − 1.
///
/// In fen that is ninety thousand billion yuan; amounts beyond it are refused at the door.
pub const MAX_EXACT: i64 = 9_007_199_254_740_991;

/// A form as canonical JSON.
///
/// # Panics
/// When the form holds a map with keys that are no strings: our own fault.
pub fn canonical(form: &impl Serialize) -> String {
    let form = serde_json::to_value(form).expect("forms hold string keys and numbers only");
    canonical_json(&form)
}

/// JSON as canonical JSON.
pub(crate) fn canonical_json(form: &Json) -> String {
    let mut text = Vec::with_capacity(1024);
    write(form, &mut text);
    String::from_utf8(text).expect("strings and punctuation are UTF-8")
}

fn write(form: &Json, text: &mut Vec<u8>) {
    match form {
        Json::Object(members) => {
            let mut members: Vec<(&String, &Json)> = members.iter().collect();
            members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            text.push(b'{');
            for (index, (name, value)) in members.into_iter().enumerate() {
                if index > 0 {
                    text.push(b',');
                }
                write_string(name, text);
                text.push(b':');
                write(value, text);
            }
            text.push(b'}');
        }
        Json::Array(items) => {
            text.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(b',');
                }
                write(item, text);
            }
            text.push(b']');
        }
        Json::String(string) => write_string(string, text),
        Json::Number(number) => match number.as_i64() {
            Some(exact) if exact.unsigned_abs() <= MAX_EXACT.unsigned_abs() => {
                write!(text, "{exact}").expect("writing to memory");
            }
            _ => serde_json_canonicalizer::to_writer(number, text).expect("numbers are finite"),
        },
        Json::Bool(_) | Json::Null => write!(text, "{form}").expect("writing to memory"),
    }
}

fn write_string(string: &str, text: &mut Vec<u8>) {
    serde_json::to_writer(text, string).expect("a string is JSON, and memory takes it");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            any::<u64>().prop_map(Json::from),
            any::<f64>().prop_map(Json::from),
            any::<String>().prop_map(Json::from),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Json::from),
                prop::collection::btree_map(any::<String>(), inner, 0..8)
                    .prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    proptest! {
        /// The kept crate spells every form alike.
        #[test]
        fn agrees_with_another_hand(form in json()) {
            let other = serde_json_canonicalizer::to_string(&form).unwrap();
            prop_assert_eq!(canonical(&form), other);
        }
    }

    /// RFC 8785, section 3.2.3: sorted by UTF-16 units; and 3.2.2: numbers and escapes.
    #[test]
    fn follows_the_rfc() {
        let given = r#"{
            "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
            "\u00f6": "Latin Small Letter O With Diaeresis"
        }"#;
        let value: serde_json::Value = serde_json::from_str(given).unwrap();
        let names: Vec<usize> = ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"]
            .iter()
            .map(|word| canonical(&value).find(word).unwrap())
            .collect();
        assert!(names.is_sorted(), "{}", canonical(&value));

        let numbers: serde_json::Value =
            serde_json::from_str("[333333333.33333329, 1E30, 4.50, 2e-3, 1e-27]").unwrap();
        assert_eq!(canonical(&numbers), "[333333333.3333333,1e+30,4.5,0.002,1e-27]");
        assert_eq!(canonical(&MAX_EXACT), "9007199254740991");
    }
}
