//! What people and machines read: text, JSON, JUnit XML and SARIF, in Chinese and English.
//!
//! A report turns a card into a string; it decides nothing and measures nothing. To add one, write
//! a file and a row in [`REPORTS`].

pub mod batch;
mod columns;
pub mod delivery;
mod explain;
mod json;
mod junit;
pub mod labels;
mod lang;
mod place;
pub mod policy;
pub mod register;
pub mod registry;
mod sarif;
mod screen;
mod sheet;
mod text;
mod verdict;
mod words;

pub use explain::{explain_code, explain_metric, is_sealed, overview, topics};
pub use lang::Lang;
pub use text::copies;

use shujian_core::Card;

/// How a report is to be written.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Language of everything that is not data.
    pub lang: Lang,
    /// The application that was found beside the data without being named.
    pub application: Option<String>,
    /// An application that lies beside the data but was not used.
    pub unused: Option<String>,
}

/// One way to write a card down.
#[derive(Debug, Clone, Copy)]
pub struct Report {
    /// Name, as in `--format`.
    pub name: &'static str,
    /// Writes the card; ends with a line feed.
    pub render: fn(&Card, &View) -> String,
}

/// Every report.
pub const REPORTS: &[Report] = &[
    Report { name: "text", render: text::render },
    Report { name: "json", render: json::render },
    Report {
        name: "junit",
        render: |card, view| junit::render(&sheet::Sheet::of_card(card), view.lang),
    },
    Report {
        name: "sarif",
        render: |card, view| sarif::render(&sheet::Sheet::of_card(card), view.lang),
    },
];

/// The report of a name.
pub fn named(name: &str) -> Option<&'static Report> {
    REPORTS.iter().find(|report| report.name == name)
}

#[cfg(test)]
pub(crate) mod tests;
