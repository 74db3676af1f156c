//! What several commands take alike: text files, pairs, names of a table.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use clap::builder::PossibleValuesParser;
use shujian_core::finding::Text;

use crate::failure::{Failure, Fault};

/// The text of a file.
///
/// - Errors: exit 3.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| match error.kind() {
        ErrorKind::InvalidData => Failure::not_utf8(path),
        _ => Failure::io(Fault::Input, path, &error),
    })
}

/// The halves of `NAME=VALUE`, given to `--flag`.
///
/// - Errors: exit 2.
pub(crate) fn pair(flag: &str, pair: &str) -> Result<(String, String), Failure> {
    let halves = pair.split_once('=').ok_or_else(|| {
        let zh = format!("“{pair}”应写作 名称=值");
        wrong(flag, Text { zh, en: format!("{pair:?} is not NAME=VALUE") })
    })?;
    Ok((halves.0.trim().to_owned(), halves.1.trim().to_owned()))
}

/// What is wrong with the value of `--flag`; exit 2.
pub(crate) fn wrong(flag: &str, why: Text) -> Failure {
    Failure::new(Fault::Usage, format!("--{flag}：{}", why.zh), format!("--{flag}: {}", why.en))
}

/// Admits the names of a table alone.
pub(crate) fn names(names: impl IntoIterator<Item = &'static str>) -> PossibleValuesParser {
    names.into_iter().collect::<Vec<_>>().into()
}
