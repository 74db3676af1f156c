//! A Data Package v2: the register as CSV, with its schema beside it. <https://datapackage.org/>

use serde_json::{Value as Json, json};

use super::table::{COLUMNS, csv};
use super::{About, File, Register};

/// The descriptor and the table.
pub(super) fn write(register: &Register, about: &About) -> Vec<File> {
    let table = csv(register);
    let fields: Vec<Json> = COLUMNS
        .iter()
        .map(|column| {
            let required = matches!(column.name, "number" | "kind" | "name" | "state");
            let constraints = json!({"required": required, "unique": column.name == "number"});
            json!({
                "name": column.name, "type": column.kind, "title": column.title,
                "constraints": constraints,
            })
        })
        .collect();
    let descriptor = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "dataset-register",
        "title": "高质量数据集登记簿 Register of high-quality datasets",
        "homepage": about.site,
        "licenses": [{"path": about.licence}],
        "contributors": [{"title": about.publisher, "roles": ["publisher"]}],
        "resources": [{
            "$schema": "https://datapackage.org/profiles/2.0/dataresource.json",
            "name": "register",
            "path": "register.csv",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": table.len(),
            "hash": format!("sha256:{}", sha256(&table)),
            "dialect": {"delimiter": ",", "lineTerminator": "\r\n"},
            "schema": {
                "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
                "fields": fields,
                "primaryKey": ["number"],
                "missingValues": [""],
            },
        }],
    });
    vec![
        super::json("datapackage.json", &descriptor),
        File { name: "register.csv".to_owned(), bytes: table },
    ]
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    crate::hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::register::tests::register;
    use crate::export::tests::about;

    #[test]
    fn the_descriptor_fits_its_table() {
        let [descriptor, table] = &write(&register(), &about())[..] else { panic!("two files") };
        let json: Json = serde_json::from_slice(&descriptor.bytes).unwrap();
        let resource = &json["resources"][0];
        assert_eq!(resource["path"], table.name.as_str());
        assert_eq!(resource["bytes"], table.bytes.len());
        assert_eq!(resource["hash"], format!("sha256:{}", sha256(&table.bytes)));
        let names = resource["schema"]["fields"].as_array().unwrap().iter();
        let names: Vec<&str> = names.filter_map(|field| field["name"].as_str()).collect();
        let text = String::from_utf8(table.bytes.clone()).unwrap();
        let heading = text.trim_start_matches('\u{feff}').lines().next().unwrap();
        assert_eq!(heading, names.join(","));
    }
}
