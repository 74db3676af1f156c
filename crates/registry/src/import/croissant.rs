//! Croissant metadata as the beginning of an application, with what it cannot carry over.

use serde_json::{Map, Value as Json};
use shujian_core::CreditCode;
use shujian_core::finding::Text;

use super::Problem;
use super::sheet::{Cell, Row, Sheet, Unreadable};
use crate::transitions::SECTORS;

/// What every Croissant says that it conforms to, before the version.
const CROISSANT: &str = "mlcommons.org/croissant/";

/// Spellings of a member's name before the colon or in full; files choose them in their context.
const VOCABULARIES: &[&str] = &[
    "",
    "sc:",
    "schema:",
    "https://schema.org/",
    "http://schema.org/",
    "dct:",
    "http://purl.org/dc/terms/",
];

/// A member, under any name that stands for it.
fn member<'a>(json: &'a Json, name: &str) -> Option<&'a Json> {
    VOCABULARIES.iter().find_map(|vocabulary| json.get(format!("{vocabulary}{name}")))
}

/// One value or each of a list.
fn each(value: &Json) -> impl Iterator<Item = &Json> {
    value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice).iter()
}

/// The version of Croissant that metadata conforms to, `1.1`.
fn version(json: &Json) -> Option<&str> {
    each(member(json, "conformsTo")?).find_map(croissant)
}

/// The version in the address of the specification.
fn croissant(value: &Json) -> Option<&str> {
    let text = value.as_str().or_else(|| value["@id"].as_str())?;
    let text = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"))?;
    text.strip_prefix(CROISSANT)
}

/// Whether JSON is metadata of a dataset, such as Croissant, rather than a table.
pub fn is_metadata(json: &Json) -> bool {
    let is_dataset = |kind: &Json| kind.as_str().is_some_and(|kind| kind.ends_with("Dataset"));
    version(json).is_some() || each(&json["@type"]).any(is_dataset)
}

/// Reads Croissant 1.x metadata: one row, and a remark on every member that is lost.
///
/// - `fields`: what the entry takes. The name is read; the organisation, if the creator or publisher
///   is identified by a credit code; the sector, if one of the keywords names it.
/// - Errors: no Croissant 1.x, or no name.
pub fn read(bytes: &[u8], fields: &[&str]) -> Result<(Sheet, Vec<Problem>), Unreadable> {
    let unreadable = |zh: String, en: String| Unreadable { place: None, why: Text { zh, en } };
    let json: Json = serde_json::from_slice(bytes).map_err(|error| {
        unreadable(format!("不是 JSON：{error}"), format!("is no JSON: {error}"))
    })?;
    match version(&json) {
        Some(version) if version.starts_with("1.") => {}
        Some(version) => {
            let zh = format!("Croissant {version} 尚不能读取，可读 1.x");
            return Err(unreadable(zh, format!("is Croissant {version}; 1.x is read")));
        }
        None if json.get("@context").is_none() => {
            let zh = "没有 @context，不是 JSON-LD；Croissant 以 @context、@type 与 conformsTo 开头";
            let en = "has no `@context`, so it is no JSON-LD; Croissant begins with `@context`, `@type` \
                      and `conformsTo`";
            return Err(unreadable(zh.to_owned(), en.to_owned()));
        }
        None => {
            let zh =
                "没有写明符合 Croissant（conformsTo）；0.8 版没有此项，请先转为 1.x".to_owned();
            let en = "does not say that it conforms to Croissant (`conformsTo`); version 0.8 does \
                      not: convert it to 1.x"
                .to_owned();
            return Err(unreadable(zh, en));
        }
    }
    let name = member(&json, "name")
        .and_then(plain)
        .ok_or_else(|| unreadable("没有 name".to_owned(), "has no name".to_owned()))?;
    let (mut columns, mut cells) = (vec!["name".to_owned()], vec![Cell::Text(name)]);
    let mut remarks = Vec::new();
    for (field, found) in [("organisation", house(&json)), ("sector", sector(&json))] {
        let Some((value, from)) = found.filter(|_| fields.contains(&field)) else { continue };
        let zh = format!("{field} 取自 {from}：{value}；可用 --with {field}=… 另行指定");
        let en = format!("{field} is taken from {from}: {value}; --with {field}=… says otherwise");
        let mut remark = Problem::file(zh, en);
        remark.field = Some(field.to_owned());
        remarks.push(remark);
        columns.push(field.to_owned());
        cells.push(Cell::Text(value));
    }
    remarks.extend(lost(json.as_object().unwrap_or(&Map::new())));
    let sheet = Sheet { columns, rows: vec![Row { place: 1, cells }], guessed_gb18030: false };
    Ok((sheet, remarks))
}

/// A text, or the Chinese one, else the first, of a map or list of languages.
fn plain(value: &Json) -> Option<String> {
    let is_chinese = |language: &str| language.split('-').next() == Some("zh");
    match value {
        Json::String(text) => Some(text.split_whitespace().collect::<Vec<_>>().join(" ")),
        Json::Array(items) => {
            let zh = items.iter().find(|item| item["@language"].as_str().is_some_and(is_chinese));
            zh.or_else(|| items.first()).and_then(plain)
        }
        Json::Object(map) => {
            let zh = map.iter().find(|(language, _)| is_chinese(language)).map(|(_, text)| text);
            let known = zh.or_else(|| map.get("@value")).or_else(|| map.get("en"));
            known.or_else(|| map.values().next()).and_then(plain)
        }
        _ => None,
    }
    .filter(|text| !text.is_empty())
}

/// The credit code that creator or publisher is identified by.
fn house(json: &Json) -> Option<(String, &'static str)> {
    ["creator", "publisher"].into_iter().find_map(|role| {
        let code = |who: &Json| member(who, "identifier")?.as_str()?.parse::<CreditCode>().ok();
        each(member(json, role)?).find_map(code).map(|code| (code.to_string(), role))
    })
}

/// The sector that a keyword names; none where several do.
fn sector(json: &Json) -> Option<(String, &'static str)> {
    let keywords = each(member(json, "keywords")?).filter_map(Json::as_str);
    let mut named = keywords
        .flat_map(|text| text.split(','))
        .map(str::trim)
        .filter(|word| SECTORS.contains(word));
    let one = named.next()?;
    named.all(|other| other == one).then(|| (one.to_owned(), "keywords"))
}

/// A remark on every member that an entry has no place for.
fn lost(members: &Map<String, Json>) -> Vec<Problem> {
    let bare = |name: &str| {
        let known = VOCABULARIES.iter().rev().find_map(|vocabulary| name.strip_prefix(vocabulary));
        known.unwrap_or(name).to_owned()
    };
    let lost = members
        .keys()
        .filter(|name| !name.starts_with('@') && !["name", "conformsTo"].contains(&&*bare(name)));
    lost.map(|name| {
        let zh = format!("申报没有存放 {name} 的地方，未带入");
        let mut remark =
            Problem::file(zh, format!("an entry has no place for {name}; it was left out"));
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
            let (sheet, lost) = read(json.as_bytes(), &[]).unwrap();
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
        let (sheet, lost) =
            read(format!("{{{context}, {rest}, {conforms}}}").as_bytes(), &[]).unwrap();
        assert_eq!(sheet.rows[0].cells, [Cell::Text("minimal".to_owned())]);
        let mut lost: Vec<_> = lost.iter().filter_map(|remark| remark.field.as_deref()).collect();
        lost.sort_unstable();
        assert_eq!(lost, ["distribution", "license", "recordSet", "url"]);

        let old = format!("{{{context}, {rest}}}");
        assert!(is_metadata(&serde_json::from_str(&old).unwrap()));
        let old = read(old.as_bytes(), &[]).unwrap_err();
        assert!(old.why.en.contains("does not say that it conforms"), "{}", old.why.en);
    }

    /// Contexts give members other names: a prefix of the file's own choice, or none.
    #[test]
    fn members_under_other_names_are_read() {
        for (name, conforms) in [
            ("sc:name", "dct:conformsTo"),
            ("schema:name", "conformsTo"),
            ("https://schema.org/name", "http://purl.org/dc/terms/conformsTo"),
        ] {
            let json = format!(
                r#"{{"{name}": {{"@value": " 甲\n 乙 ", "@language": "zh-CN"}},
                    "{conforms}": {{"@id": "https://mlcommons.org/croissant/1.0"}}}}"#
            );
            let (sheet, lost) = read(json.as_bytes(), &[]).unwrap();
            assert_eq!(sheet.rows[0].cells, [Cell::Text("甲 乙".to_owned())]);
            assert!(lost.is_empty(), "{lost:?}");
        }
    }

    #[test]
    fn organisation_and_sector_are_taken_where_they_are_said() {
        let json = r#"{"conformsTo": "http://mlcommons.org/croissant/1.1", "name": "甲",
            "creator": [{"@type": "Person", "name": "某人", "url": "https://x.example"},
                {"@type": "Organization", "identifier": "91350100m000100y43"}],
            "keywords": ["text", "health"]}"#;
        let (sheet, remarks) = read(json.as_bytes(), &["name", "organisation", "sector"]).unwrap();
        assert_eq!(sheet.columns, ["name", "organisation", "sector"]);
        let text = |text: &str| Cell::Text(text.to_owned());
        let row = [text("甲"), text("91350100M000100Y43"), text("health")];
        assert_eq!(sheet.rows[0].cells, row);
        assert!(remarks[0].said.en.contains("taken from creator"), "{remarks:?}");
        // What is said on the command line, or has no place, is not taken.
        assert_eq!(read(json.as_bytes(), &["name"]).unwrap().0.columns, ["name"]);
        let two = json.replace("text\"", "finance\"");
        let (sheet, _) = read(two.as_bytes(), &["sector"]).unwrap();
        assert_eq!(sheet.columns, ["name"], "two sectors are none");
    }

    #[test]
    fn names_in_several_languages_are_read() {
        let name = |json: &str| plain(&serde_json::from_str(json).unwrap());
        assert_eq!(name(r#"{"en": "a", "zh": "甲"}"#).as_deref(), Some("甲"));
        assert_eq!(name(r#"[{"@language": "en", "@value": "a"}]"#).as_deref(), Some("a"));
        assert_eq!(name(r#"{"fr": "a", "zh-Hans": "甲"}"#).as_deref(), Some("甲"));
        assert_eq!(name(r#"{"fr": "a"}"#).as_deref(), Some("a"));
        assert_eq!(name("7"), None);
    }

    #[test]
    fn what_is_no_croissant_is_refused() {
        for (json, why) in [
            ("[", "no JSON"),
            ("{}", "has no `@context`"),
            ("7", "has no `@context`"),
            (r#"{"@context": {}}"#, "does not say"),
            (r#"{"conformsTo": "http://mlcommons.org/croissant/1.1"}"#, "has no name"),
            (r#"{"conformsTo": "http://mlcommons.org/croissant/2.0"}"#, "is Croissant 2.0"),
        ] {
            let said = read(json.as_bytes(), &[]).unwrap_err().why.en;
            assert!(said.contains(why), "{said}");
        }
    }
}
