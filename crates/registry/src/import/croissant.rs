//! Croissant metadata as the beginning of an application, with what it cannot carry over.

use serde_json::{Map, Value as Json};

use super::Problem;
use super::sheet::{Cell, Row, Sheet, Unreadable};
use shujian_core::finding::Text;

/// What every Croissant says that it conforms to, before the version.
const CROISSANT: &str = "http://mlcommons.org/croissant/";

/// Whether JSON is Croissant metadata.
pub fn is_croissant(json: &Json) -> bool {
    let conforms = json.get("conformsTo").or_else(|| json.get("dct:conformsTo"));
    let one = |value: &Json| match value {
        Json::String(text) => text.starts_with(CROISSANT),
        other => other["@id"].as_str().is_some_and(|id| id.starts_with(CROISSANT)),
    };
    conforms
        .is_some_and(|value| value.as_array().map_or_else(|| one(value), |all| all.iter().any(one)))
}

/// Reads Croissant metadata: one row with the name, and a remark on every member that is lost.
///
/// - Errors: no Croissant, or no name.
pub fn read(bytes: &[u8]) -> Result<(Sheet, Vec<Problem>), Unreadable> {
    let unreadable = |zh: String, en: String| Unreadable { place: None, why: Text { zh, en } };
    let json: Json = serde_json::from_slice(bytes).map_err(|error| {
        unreadable(format!("不是 JSON：{error}"), format!("is no JSON: {error}"))
    })?;
    if !is_croissant(&json) {
        let zh = "没有写明符合 Croissant（conformsTo）".to_owned();
        return Err(unreadable(zh, "does not say that it conforms to Croissant".to_owned()));
    }
    let members = json.as_object().cloned().unwrap_or_default();
    let name = members
        .get("name")
        .and_then(plain)
        .ok_or_else(|| unreadable("没有 name".to_owned(), "has no name".to_owned()))?;
    let row = Row { place: 1, cells: vec![Cell::Text(name)] };
    let sheet = Sheet { columns: vec!["name".to_owned()], rows: vec![row], guessed_gb18030: false };
    Ok((sheet, lost(&members)))
}

/// A text, or the Chinese one, else the first, of a map or list of languages.
fn plain(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Json::Array(items) => {
            let zh = items.iter().find(|item| item["@language"] == "zh");
            zh.or_else(|| items.first()).and_then(plain)
        }
        Json::Object(map) => ["zh", "@value", "en"].iter().find_map(|key| plain(map.get(*key)?)),
        _ => None,
    }
}

/// A remark on every member that an application has no place for.
fn lost(members: &Map<String, Json>) -> Vec<Problem> {
    let kept = ["name", "conformsTo", "dct:conformsTo"];
    let lost =
        members.keys().filter(|name| !name.starts_with('@') && !kept.contains(&name.as_str()));
    lost.map(|name| {
        let zh = format!("申报没有存放 {name} 的地方，未带入");
        let mut remark =
            Problem::file(zh, format!("an application has no place for {name}; it was left out"));
        remark.field = Some(name.clone());
        remark
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_kept_and_the_rest_is_told() {
        for conforms in [
            r#""conformsTo": "http://mlcommons.org/croissant/1.1""#,
            r#""dct:conformsTo": {"@id": "http://mlcommons.org/croissant/1.0"}"#,
            r#""conformsTo": ["http://example.org", "http://mlcommons.org/croissant/1.1"]"#,
        ] {
            let json =
                format!(r#"{{"@type": "sc:Dataset", "name": "甲", "license": "x", {conforms}}}"#);
            let (sheet, lost) = read(json.as_bytes()).unwrap();
            assert_eq!(sheet.rows[0].cells, [Cell::Text("甲".to_owned())]);
            assert_eq!(lost.len(), 1);
            assert_eq!(lost[0].field.as_deref(), Some("license"));
        }
    }

    /// Shaped like the official examples: a context with aliases, several conformances, files and
    /// record sets; and those of version 0.8, which do not say what they conform to.
    #[test]
    fn what_the_official_examples_look_like_is_read() {
        let context = r#""@context": {"@language": "en", "@vocab": "https://schema.org/",
            "cr": "http://mlcommons.org/croissant/", "conformsTo": "dct:conformsTo",
            "data": {"@id": "cr:data", "@type": "@json"}, "dct": "http://purl.org/dc/terms/"}"#;
        let rest = r#""@type": "sc:Dataset", "name": "minimal", "license": "x", "url": "y",
            "distribution": [{"@type": "cr:FileObject", "@id": "a.csv", "name": "a.csv",
                "contentUrl": "data/a.csv", "encodingFormat": "text/csv", "sha256": "0"}],
            "recordSet": [{"@type": "cr:RecordSet", "@id": "r", "name": "r", "field": []}]"#;
        let conforms = r#""conformsTo": ["http://mlcommons.org/croissant/1.0", "http://x/0.1b"]"#;
        let (sheet, lost) = read(format!("{{{context}, {rest}, {conforms}}}").as_bytes()).unwrap();
        assert_eq!(sheet.rows[0].cells, [Cell::Text("minimal".to_owned())]);
        let mut lost: Vec<_> = lost.iter().filter_map(|remark| remark.field.as_deref()).collect();
        lost.sort_unstable();
        assert_eq!(lost, ["distribution", "license", "recordSet", "url"]);

        let old = read(format!("{{{context}, {rest}}}").as_bytes()).unwrap_err();
        assert!(old.why.en.contains("does not say that it conforms"), "{}", old.why.en);
    }

    #[test]
    fn names_in_several_languages_are_read() {
        let name = |json: &str| plain(&serde_json::from_str(json).unwrap());
        assert_eq!(name(r#"{"en": "a", "zh": "甲"}"#).as_deref(), Some("甲"));
        assert_eq!(name(r#"[{"@language": "en", "@value": "a"}]"#).as_deref(), Some("a"));
        assert_eq!(name("7"), None);
    }

    #[test]
    fn what_is_no_croissant_is_refused() {
        for (json, why) in [
            ("[", "no JSON"),
            ("{}", "does not say"),
            ("7", "does not say"),
            (r#"{"conformsTo": "http://mlcommons.org/croissant/1.1"}"#, "has no name"),
        ] {
            let said = read(json.as_bytes()).unwrap_err().why.en;
            assert!(said.contains(why), "{said}");
        }
    }
}
