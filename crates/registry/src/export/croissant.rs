//! Croissant 1.1, one file for each public dataset. <https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html>

use serde_json::{Value as Json, json};

use super::{About, Entry, File, Register, describe, object};

/// The context that the specification prescribes.
fn context() -> Json {
    json!({
        "@language": "zh",
        "@vocab": "https://schema.org/",
        "arrayShape": "cr:arrayShape",
        "citeAs": "cr:citeAs",
        "column": "cr:column",
        "conformsTo": "dct:conformsTo",
        "containedIn": "cr:containedIn",
        "cr": "http://mlcommons.org/croissant/",
        "data": {"@id": "cr:data", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "dct": "http://purl.org/dc/terms/",
        "equivalentProperty": "cr:equivalentProperty",
        "examples": {"@id": "cr:examples", "@type": "@json"},
        "extract": "cr:extract",
        "field": "cr:field",
        "fileObject": "cr:fileObject",
        "fileProperty": "cr:fileProperty",
        "fileSet": "cr:fileSet",
        "format": "cr:format",
        "includes": "cr:includes",
        "isArray": "cr:isArray",
        "isLiveDataset": "cr:isLiveDataset",
        "jsonPath": "cr:jsonPath",
        "key": "cr:key",
        "md5": "cr:md5",
        "parentField": "cr:parentField",
        "path": "cr:path",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "recordSet": "cr:recordSet",
        "references": "cr:references",
        "regex": "cr:regex",
        "repeated": "cr:repeated",
        "replace": "cr:replace",
        "samplingRate": "cr:samplingRate",
        "sc": "https://schema.org/",
        "separator": "cr:separator",
        "source": "cr:source",
        "subField": "cr:subField",
        "transform": "cr:transform"
    })
}

/// A file for each dataset that was published: provincial and national ones.
pub(super) fn write(register: &Register, about: &About) -> Vec<File> {
    let datasets = register.entries.iter().filter(|entry| is_dataset(entry));
    datasets
        .filter_map(|entry| Some((entry, entry.published_on.as_deref()?)))
        .map(|(entry, day)| {
            super::json(&format!("{}.croissant.json", entry.number), &dataset(entry, day, about))
        })
        .collect()
}

/// Whether an entry is a dataset, rather than a purchase or a base.
pub(super) fn is_dataset(entry: &Entry) -> bool {
    matches!(entry.kind, "application" | "national-project")
}

/// The address of an entry.
pub(super) fn address(entry: &Entry, about: &About) -> String {
    format!("{}/{}", about.site, entry.number)
}

fn dataset(entry: &Entry, day: &str, about: &About) -> Json {
    let keywords: Vec<&str> =
        [Some("high-quality dataset"), entry.sector.as_deref()].into_iter().flatten().collect();
    object([
        ("@context", context()),
        ("@type", "sc:Dataset".into()),
        ("@id", address(entry, about).into()),
        ("conformsTo", "http://mlcommons.org/croissant/1.1".into()),
        ("name", entry.name.clone().into()),
        ("description", describe(entry).into()),
        ("identifier", entry.number.clone().into()),
        ("url", address(entry, about).into()),
        ("license", about.licence.clone().into()),
        ("datePublished", day.into()),
        ("inLanguage", "zh".into()),
        ("keywords", keywords.into()),
        (
            "creator",
            json!({"@type": "sc:Organization", "name": entry.organisation, "identifier": entry.credit_code}),
        ),
        (
            "citeAs",
            format!("{} ({day}). {}. {}", entry.organisation, entry.name, address(entry, about))
                .into(),
        ),
        ("publisher", json!({"@type": "sc:Organization", "name": about.publisher})),
        // The content that was scored, so that what is fetched later can be held against it.
        (
            "version",
            entry.snapshot_root.clone().map_or(Json::Null, |root| format!("1.0.0+{root}").into()),
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::register::tests::register;
    use crate::export::tests::about;
    use crate::import::croissant;

    #[test]
    fn datasets_alone_have_a_file_with_what_is_required() {
        let files = write(&register(), &about());
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["HLJ-DS-2026-0001.croissant.json", "HLJ-NP-2026-0001.croissant.json"]);
        for file in &files {
            let json: Json = serde_json::from_slice(&file.bytes).unwrap();
            for required in [
                "@context",
                "@type",
                "conformsTo",
                "description",
                "license",
                "name",
                "url",
                "creator",
                "datePublished",
            ] {
                assert!(!json[required].is_null(), "{required}");
            }
            let fields = ["name", "organisation", "sector"];
            let (sheet, _) = croissant::read(&file.bytes, &fields).unwrap();
            assert_eq!(sheet.columns, fields, "our own export reads back");
        }
    }
}
