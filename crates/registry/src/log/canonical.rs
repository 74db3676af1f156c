//! Canonical JSON, RFC 8785, by the kept crate.

use serde::Serialize;

/// The largest integer that every reader of JSON keeps exact (RFC 7493), 2⁵³ − 1.
///
/// In fen that is ninety thousand billion yuan; amounts beyond it are refused at the door.
pub const MAX_EXACT: i64 = 9_007_199_254_740_991;

/// A form as canonical JSON.
///
/// # Panics
/// When the form holds a map with keys that are no strings: our own fault.
pub fn canonical(form: &impl Serialize) -> String {
    serde_json_canonicalizer::to_string(form).expect("forms hold string keys and numbers only")
}

#[cfg(test)]
mod tests {
    use super::*;

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
