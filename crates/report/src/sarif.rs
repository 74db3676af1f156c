//! SARIF 2.1.0 (OASIS, 27 March 2020): what code hosts show beside the files.
//!
//! Rules are the rows of the code table that occur, and the checks; results are remarks with file
//! and record. A region is given only where the line is known: a record number is not a line.

use std::collections::BTreeMap;

use serde::Serialize;
use shujian_core::finding::Text;
use shujian_core::{Place, Severity};

use crate::Lang;
use crate::place::spell;
use crate::sheet::{Outcome, Sheet, Spot, code_text};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
struct Run {
    tool: Tool,
    language: &'static str,
    results: Vec<Found>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    short_description: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_description: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Message>,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    rule_id: String,
    rule_index: usize,
    kind: &'static str,
    level: &'static str,
    message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Option::is_none")]
    occurrence_count: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Physical,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<Logical>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    #[serde(skip_serializing_if = "Option::is_none")]
    start_line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byte_offset: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logical {
    fully_qualified_name: String,
    kind: &'static str,
}

/// Writes a sheet as indented JSON.
pub(crate) fn render(sheet: &Sheet<'_>, lang: Lang) -> String {
    let mut places = BTreeMap::new();
    let mut rules = Vec::new();
    for check in &sheet.checks {
        places.insert(check.id, rules.len());
        rules.push(Rule {
            id: check.id.to_owned(),
            short_description: message(lang.text(&check.title)),
            full_description: None,
            help: None,
            default_configuration: Configuration { level: "error" },
        });
    }
    for spot in &sheet.spots {
        places.entry(spot.code).or_insert_with(|| {
            rules.push(rule(spot, lang));
            rules.len() - 1
        });
    }
    let checked = sheet.checks.iter().filter(|check| check.outcome != Outcome::NotAsked);
    let checked = checked.map(|check| Found {
        rule_id: check.id.to_owned(),
        rule_index: places[check.id],
        kind: match check.outcome {
            Outcome::Passed => "pass",
            Outcome::Failed => "fail",
            Outcome::Open | Outcome::NotAsked => "open",
        },
        level: if check.outcome == Outcome::Failed { "error" } else { "none" },
        message: message(&sentence(&[lang.text(&check.title), lang.text(check.reason)], lang)),
        locations: Vec::new(),
        occurrence_count: None,
    });
    let remarked = sheet.spots.iter().map(|spot| found(spot, places[spot.code], sheet, lang));
    let results = checked.chain(remarked).collect();
    let driver = Driver { name: "shujian", version: env!("CARGO_PKG_VERSION"), rules };
    let language = if lang == Lang::Zh { "zh-CN" } else { "en-US" };
    let run = Run { tool: Tool { driver }, language, results };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    let json = serde_json::to_string_pretty(&log);
    json.expect("a log holds string keys and numbers only") + "\n"
}

fn message(text: &str) -> Message {
    Message { text: text.to_owned() }
}

/// Texts one after the other, as sentences.
fn sentence(texts: &[&str], lang: Lang) -> String {
    texts.join(if lang == Lang::Zh { "：" } else { ": " })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn rule(spot: &Spot<'_>, lang: Lang) -> Rule {
    let [title, cause, fix] = code_text(spot.code);
    let text = |text: &Text| message(lang.text(text));
    Rule {
        id: spot.code.to_owned(),
        short_description: text(&title),
        full_description: Some(text(&cause)),
        help: Some(text(&fix)),
        default_configuration: Configuration { level: level(spot.severity) },
    }
}

fn found(spot: &Spot<'_>, rule_index: usize, sheet: &Sheet<'_>, lang: Lang) -> Found {
    let [title, _, fix] = code_text(spot.code);
    let title = lang.text(&title);
    let said = match spot.place {
        Some(place) => sentence(&[title, &spell(place, lang)], lang),
        None => match lang {
            Lang::Zh => format!("{title}：另有 {} 处，未逐一列出", spot.count),
            Lang::En => format!("{title}: {} more, not listed one by one", spot.count),
        },
    };
    let stop = if lang == Lang::Zh { "。" } else { ". " };
    Found {
        rule_id: spot.code.to_owned(),
        rule_index,
        kind: "fail",
        level: level(spot.severity),
        message: message(&format!("{said}{stop}{}", lang.text(&fix))),
        locations: spot
            .place
            .and_then(|place| location(place, spot.item, sheet))
            .into_iter()
            .collect(),
        occurrence_count: spot.place.is_none().then_some(spot.count),
    }
}

/// The place as code hosts know it; `None` where no file is concerned.
fn location(place: &Place, item: &str, sheet: &Sheet<'_>) -> Option<Location> {
    if place.file.is_empty() {
        return None;
    }
    let told = place.note.strip_prefix("line ").and_then(|line| line.parse().ok());
    let start_line = told.or(place.row.filter(|_| (sheet.rows_are_lines)(&place.file)));
    let start_line = start_line.filter(|line| *line > 0);
    let byte_offset = place.byte.filter(|_| start_line.is_none());
    let region = (start_line.is_some() || byte_offset.is_some())
        .then_some(Region { start_line, byte_offset });
    let row = place.row.map(|row| format!("record {row}"));
    let parts: Vec<String> =
        [Some(item.to_owned()).filter(|item| !item.is_empty()), row, place.column.clone()]
            .into_iter()
            .flatten()
            .collect();
    let logical = Logical { fully_qualified_name: parts.join("/"), kind: "element" };
    Some(Location {
        physical_location: Physical {
            artifact_location: Artifact { uri: uri(&place.file) },
            region,
        },
        logical_locations: if parts.is_empty() { Vec::new() } else { vec![logical] },
    })
}

/// A path as a relative reference by RFC 3986: what is not allowed is escaped byte by byte.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte);
    path.replace('\\', "/").bytes().fold(String::with_capacity(path.len()), |mut uri, byte| {
        match plain(byte) {
            true => uri.push(char::from(byte)),
            false => uri.push_str(&format!("%{byte:02X}")),
        }
        uri
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references_that_any_reader_takes() {
        assert_eq!(uri("a b/标.json"), "a%20b/%E6%A0%87.json");
        assert_eq!(uri("x.zip!c#1:2.csv"), "x.zip!c%231%3A2.csv");
    }

    #[test]
    fn a_record_number_is_never_given_as_a_line() {
        let sheet = |rows_are_lines| Sheet { checks: vec![], spots: vec![], rows_are_lines };
        let line = |place: &Place, lines: fn(&str) -> bool| {
            let found = location(place, "", &sheet(lines)).unwrap();
            found.physical_location.region.and_then(|region| region.start_line)
        };
        let place = Place::file("a.json").at_row(7);
        assert_eq!(line(&place, |_| false), None);
        assert_eq!(line(&place, |_| true), Some(7));
        assert_eq!(line(&place.clone().noting("line 9"), |_| false), Some(9));
        assert!(location(&Place::default(), "", &sheet(|_| true)).is_none());
    }
}
