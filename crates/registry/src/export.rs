//! Export: the public side of the registry in the forms that others read.
//!
//! To add one, write a file and a row in [`EXPORTS`].

mod croissant;
mod datapackage;
mod dcat;
mod grants;
pub mod register;
mod table;

use serde::Serialize;
use serde_json::Value as Json;
use shujian_core::Bilingual;

pub use register::{Award, Entry, Register};
pub(crate) use shujian_core::inert::is_formula;

/// What an export says of its publisher; the registry does not know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Address under which entries are published, without a slash at the end.
    pub site: String,
    /// Name of the publisher.
    pub publisher: String,
    /// Licence of the metadata, an address.
    pub licence: String,
}

/// One way to write the registry down.
#[derive(Debug, Clone, Copy)]
pub struct Export {
    /// Name, as on the command line.
    pub name: &'static str,
    /// What it is.
    pub title: Bilingual,
    /// Whether it says where things are published, and so needs an [`About`].
    pub is_published: bool,
    /// Writes it: one file or several, by name.
    pub write: fn(&Register, &About) -> Vec<File>,
}

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Name, without folder.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

const fn both(zh: &'static str, en: &'static str) -> Bilingual {
    Bilingual { zh, en }
}

/// Every export.
pub const EXPORTS: &[Export] = &[
    Export {
        name: "csv",
        title: both("登记簿，CSV", "the register as CSV"),
        is_published: false,
        write: |register, _| {
            vec![File { name: "register.csv".to_owned(), bytes: table::csv(register) }]
        },
    },
    Export {
        name: "xlsx",
        title: both("登记簿，XLSX", "the register as XLSX"),
        is_published: false,
        write: |register, _| {
            vec![File { name: "register.xlsx".to_owned(), bytes: table::xlsx(register) }]
        },
    },
    Export {
        name: "json",
        title: both("登记簿，JSON", "the register as JSON"),
        is_published: false,
        write: |register, _| vec![json("register.json", register)],
    },
    Export {
        name: "croissant",
        title: both("每个数据集一个 Croissant 1.1 文件", "Croissant 1.1, a file for each dataset"),
        is_published: true,
        write: croissant::write,
    },
    Export {
        name: "dcat",
        title: both("DCAT-AP 3 目录，JSON-LD", "a DCAT-AP 3 catalogue in JSON-LD"),
        is_published: true,
        write: |register, about| vec![json("catalogue.jsonld", &dcat::catalogue(register, about))],
    },
    Export {
        name: "datapackage",
        title: both("Data Package v2 及其表格", "a Data Package v2 with its table"),
        is_published: true,
        write: datapackage::write,
    },
    Export {
        name: "360giving",
        title: both("360Giving 资助数据", "360Giving data of the grants"),
        is_published: true,
        write: |register, about| {
            let package = grants::package(register, about);
            package.iter().map(|package| json("grants.json", package)).collect()
        },
    },
];

/// The export of a name.
pub fn named(name: &str) -> Option<&'static Export> {
    EXPORTS.iter().find(|export| export.name == name)
}

fn json(name: &str, form: &impl Serialize) -> File {
    let text = serde_json::to_string_pretty(form).expect("a form holds string keys only");
    File { name: name.to_owned(), bytes: (text + "\n").into_bytes() }
}

/// Members that are there, without those that are null.
fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    let there = members.into_iter().filter(|(_, value)| !value.is_null());
    Json::Object(there.map(|(name, value)| (name.to_owned(), value)).collect())
}

/// What an entry is, in one sentence of each language.
fn describe(entry: &Entry) -> String {
    let (sector_zh, sector_en) = register::sector_titles(entry.sector.as_deref());
    format!(
        "{}（{}，{sector_zh}，{}）。Entry {} of the provincial register of datasets ({sector_en}).",
        entry.name, entry.kind_title.zh, entry.organisation, entry.number
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn about() -> About {
        About {
            site: "https://data.example.gov.cn/register".to_owned(),
            publisher: "省数据管理部门".to_owned(),
            licence: "https://creativecommons.org/licenses/by/4.0/".to_owned(),
        }
    }

    #[test]
    fn every_export_writes_the_same_twice_and_names_its_files_once() {
        let register = register::tests::register();
        for export in EXPORTS {
            let files = (export.write)(&register, &about());
            assert_eq!(files, (export.write)(&register, &about()), "{}", export.name);
            let mut names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), files.len(), "{}", export.name);
            assert!(files.iter().all(|file| !file.bytes.is_empty()), "{}", export.name);
            assert!(named(export.name).is_some());
        }
    }

    #[test]
    fn an_empty_register_is_written_too() {
        let register = Register::default();
        for export in EXPORTS {
            let files = (export.write)(&register, &about());
            // A file for each project, and a package of grants that holds one at least.
            let empty = ["croissant", "360giving"].contains(&export.name);
            assert_eq!(files.is_empty(), empty, "{}", export.name);
        }
    }
}
