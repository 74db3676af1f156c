//! What the commands on labels print for people: agreement, consensus, plans and the rest.

mod agree;
mod consensus;
mod convert;
mod errors;
mod evaluate;
mod plan;

pub use agree::agreement;
pub use consensus::consensus;
pub use convert::conversion;
pub use errors::{errors, refused_array, refused_arrays};
pub use evaluate::evaluation;
pub use plan::{plan, refused_plan};

use shujian_core::Finding;
use shujian_core::finding::Text;

use crate::Lang;
use crate::screen::{COLUMNS, clean, cut, thousands, wrap};

/// Rows of one list on the screen; the JSON has all of them.
const MOST: usize = 10;

/// One of two texts.
fn of(lang: Lang, zh: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// Lines as one text, each within the screen.
fn page(lines: Vec<String>) -> String {
    lines.into_iter().map(|line| cut(line.trim_end(), COLUMNS) + "\n").collect()
}

/// A number of a coefficient, or a dash.
fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| format!("{value:.4}"))
}

/// An interval, or nothing.
fn interval(interval: Option<(f64, f64)>) -> String {
    interval.map_or_else(String::new, |(low, high)| format!("[{low:.4}, {high:.4}]"))
}

/// A share as percent, or a dash.
fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "—".to_owned(), |share| format!("{:.2} %", 100.0 * share))
}

/// A text in lines that begin with some columns of blanks.
fn indented(text: &str, columns: usize) -> Vec<String> {
    let lines = wrap(&clean(text), COLUMNS - columns);
    lines.into_iter().map(|line| format!("{}{line}", " ".repeat(columns))).collect()
}

/// Why something has no value, and what would give it one.
fn undefined(reason: Option<&Text>, remedy: Option<&Text>, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(reason) = reason {
        let said = format!("{}{}", of(lang, "无定义：", "undefined: "), lang.text(reason));
        lines.extend(indented(&said, 4));
    }
    if let Some(remedy) = remedy {
        let said = format!("{}{}", of(lang, "补救：", "remedy: "), lang.text(remedy));
        lines.extend(indented(&said, 4));
    }
    lines
}

/// That a list goes on in the JSON.
fn more(shown: usize, all: usize, lang: Lang) -> Option<String> {
    (all > shown).then(|| {
        let rest = thousands((all - shown) as u64);
        match lang {
            Lang::Zh => format!("  另有 {rest} 行，见 --format json"),
            Lang::En => format!("  {rest} more rows: see --format json"),
        }
    })
}

/// What was found while reading.
fn findings(findings: &[Finding], lang: Lang) -> Vec<String> {
    if findings.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![of(lang, "■ 读取时的发现", "■ Found while reading").to_owned()];
    for finding in findings.iter().take(MOST) {
        let title = shujian_core::codes::find(&finding.code).map_or("", |code| lang.of(code.title));
        let place = finding.places.first().map_or_else(String::new, |place| {
            let row = place.row.map_or_else(String::new, |row| format!(":{row}"));
            format!("  {}{row}", clean(&place.file))
        });
        let count = thousands(finding.count);
        lines.push(format!("  {} ×{count} {title}{place}", finding.code));
    }
    lines.extend(more(MOST, findings.len(), lang));
    lines
}
