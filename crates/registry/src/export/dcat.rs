//! A catalogue by DCAT-AP 3, in JSON-LD. <https://semiceu.github.io/DCAT-AP/releases/3.0.0/>

use serde_json::{Value as Json, json};

use super::croissant::{address, is_dataset};
use super::{About, Entry, Register, describe, object};

/// The catalogue with every public dataset.
pub(super) fn catalogue(register: &Register, about: &About) -> Json {
    let datasets = register.entries.iter().filter(|entry| is_dataset(entry));
    let datasets: Vec<Json> = datasets.map(|entry| dataset(entry, about)).collect();
    object([
        (
            "@context",
            json!({
                "dcat": "http://www.w3.org/ns/dcat#",
                "dcterms": "http://purl.org/dc/terms/",
                "foaf": "http://xmlns.com/foaf/0.1/",
                "adms": "http://www.w3.org/ns/adms#",
                "xsd": "http://www.w3.org/2001/XMLSchema#"
            }),
        ),
        ("@id", about.site.clone().into()),
        ("@type", "dcat:Catalog".into()),
        ("dcterms:title", in_both("高质量数据集登记簿", "Register of high-quality datasets")),
        (
            "dcterms:description",
            in_both(
                "省级和国家级高质量数据集项目及其财政资助",
                "Provincial and national projects for high-quality datasets, and what public money they received",
            ),
        ),
        ("dcterms:publisher", agent(&about.publisher, None)),
        ("dcterms:license", json!({"@id": about.licence, "@type": "dcterms:LicenseDocument"})),
        (
            "dcterms:language",
            json!({
                "@id": "http://publications.europa.eu/resource/authority/language/ZHO",
                "@type": "dcterms:LinguisticSystem"
            }),
        ),
        ("dcat:dataset", datasets.into()),
    ])
}

fn dataset(entry: &Entry, about: &About) -> Json {
    let issued = entry
        .published_on
        .clone()
        .map_or(Json::Null, |day| json!({"@type": "xsd:date", "@value": day}));
    let keyword = entry
        .sector
        .clone()
        .map_or(Json::Null, |sector| json!({"@language": "en", "@value": sector}));
    object([
        // The page is not the dataset: each has an address of its own.
        ("@id", format!("{}#dataset", address(entry, about)).into()),
        ("@type", "dcat:Dataset".into()),
        ("dcterms:title", json!({"@language": "zh", "@value": entry.name})),
        ("dcterms:description", json!({"@language": "zh", "@value": describe(entry)})),
        ("dcterms:identifier", entry.number.clone().into()),
        ("dcterms:issued", issued),
        ("dcterms:creator", agent(&entry.organisation, Some(&entry.credit_code))),
        ("dcterms:publisher", agent(&about.publisher, None)),
        ("dcat:keyword", keyword),
        ("dcat:landingPage", json!({"@id": address(entry, about), "@type": "foaf:Document"})),
        ("dcat:version", entry.snapshot_root.clone().map_or(Json::Null, Json::String)),
    ])
}

fn in_both(zh: &str, en: &str) -> Json {
    json!([{"@language": "zh", "@value": zh}, {"@language": "en", "@value": en}])
}

fn agent(name: &str, identifier: Option<&str>) -> Json {
    object([
        ("@type", "foaf:Agent".into()),
        ("foaf:name", json!({"@language": "zh", "@value": name})),
        ("dcterms:identifier", identifier.map_or(Json::Null, Into::into)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::register::tests::register;
    use crate::export::tests::about;

    #[test]
    fn what_dcat_ap_makes_mandatory_is_there() {
        let catalogue = catalogue(&register(), &about());
        for mandatory in
            ["dcterms:title", "dcterms:description", "dcterms:publisher", "dcat:dataset"]
        {
            assert!(!catalogue[mandatory].is_null(), "{mandatory}");
        }
        let datasets = catalogue["dcat:dataset"].as_array().unwrap();
        assert_eq!(datasets.len(), 2);
        for dataset in datasets {
            assert!(dataset["@id"].as_str().unwrap().starts_with("https://"));
            assert!(
                !dataset["dcterms:title"].is_null() && !dataset["dcterms:description"].is_null()
            );
        }
    }
}
