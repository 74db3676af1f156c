//! The digest of a card: equal records give equal digests, whatever files they came in.

use std::io::Write;

use serde_json::Value;

use crate::Card;

/// Members that depend on files rather than on records, and the digest itself.
const OUTSIDE: [&str; 4] = ["digest", "dataset", "findings", "places"];

impl Card {
    /// Writes the digest in; whoever changes a card seals it again.
    pub fn seal(&mut self) {
        self.digest = self.compute_digest();
    }

    /// blake3, hex, over canonical JSON of the card without `digest`, `dataset`, `findings` and
    /// `places`.
    ///
    /// Canonical: UTF-8, no white space, members sorted by name, numbers as `serde_json` spells
    /// them.
    pub fn compute_digest(&self) -> String {
        let mut value =
            serde_json::to_value(self).expect("a card holds string keys and numbers only");
        if let Value::Object(members) = &mut value {
            for name in OUTSIDE {
                members.remove(name);
            }
        }
        let mut bytes = Vec::new();
        write_canonical(&value, &mut bytes);
        blake3::hash(&bytes).to_hex().to_string()
    }
}

/// Writes a value with sorted members, however the map underneath orders them.
fn write_canonical(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort();
            out.push(b'{');
            for (index, name) in names.into_iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_canonical(&Value::String(name.clone()), out);
                out.push(b':');
                write_canonical(&members[name], out);
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_canonical(item, out);
            }
            out.push(b']');
        }
        scalar => write!(out, "{scalar}").expect("writing to memory"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::{Dataset, Engine, Records, SCHEMA, Unreadable};
    use crate::{Finding, Place, Severity};

    fn card() -> Card {
        Card {
            schema: SCHEMA.to_owned(),
            digest: String::new(),
            dataset: Dataset {
                name: "a".to_owned(),
                sector: None,
                snapshot_root: "00".to_owned(),
                files: 1,
                bytes: 2,
                kinds: Vec::new(),
                contents: Vec::new(),
                unreadable: Unreadable::default(),
            },
            records: Records { present: 3, read: 3, ..Records::default() },
            partitions: Vec::new(),
            label_review: None,
            assessment: None,
            findings: Vec::new(),
            not_checked: Vec::new(),
            places: std::collections::BTreeMap::new(),
            engine: Engine { version: "0.1.0".to_owned(), banding: crate::Banding::RECALL },
        }
    }

    fn sealed(mut card: Card) -> Card {
        card.seal();
        card
    }

    #[test]
    fn files_places_and_findings_stand_outside() {
        let plain = sealed(card());
        let mut other = card();
        other.dataset.name = "b".to_owned();
        other.dataset.bytes = 99;
        other.places.insert("id".to_owned(), Place::file("x"));
        let text = crate::finding::Text { zh: "因".to_owned(), en: "why".to_owned() };
        other.findings.push(Finding {
            code: "SJ-ingest-001".to_owned(),
            severity: Severity::Info,
            count: 1,
            places: Vec::new(),
            cause: text.clone(),
            fix: text,
        });
        assert_eq!(sealed(other).digest, plain.digest);
        assert_eq!(sealed(plain.clone()), plain);
    }

    #[test]
    fn records_stand_inside() {
        let mut other = card();
        other.records.read = 2;
        assert_ne!(sealed(other).digest, sealed(card()).digest);
    }

    #[test]
    fn members_are_sorted() {
        let value: Value =
            serde_json::from_str(r#"{"b":[1,{"z":1.5,"a":"é\n"}],"a":null}"#).unwrap();
        let mut bytes = Vec::new();
        write_canonical(&value, &mut bytes);
        assert_eq!(String::from_utf8(bytes).unwrap(), r#"{"a":null,"b":[1,{"a":"é\n","z":1.5}]}"#);
    }
}
