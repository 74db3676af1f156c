//! Located, coded, counted remarks. Nothing is skipped, guessed or capped without one.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::codes::{self, Code};

/// How much a finding matters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Something lost: a record, a file, a part of one.
    Error,
    /// Something guessed, capped or suspect.
    Warning,
    /// Something the reader should know.
    Info,
}

/// Where a finding is, as exactly as it is known.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct Place {
    /// File as found below the given path; archive members as `archive.zip!member`.
    pub file: String,
    /// Line, row or item, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub row: Option<u64>,
    /// Column or field name, or the position in the line as `#17`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<String>,
    /// Byte offset in the (decoded) file, from 0.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub byte: Option<u64>,
    /// What was seen there: the parser's message, the guessed encoding, the limit.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub note: String,
}

impl Place {
    /// A whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), ..Self::default() }
    }

    /// The same place, at a row.
    pub fn at_row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// The same place, in a column.
    pub fn in_column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    /// The same place, at a byte.
    pub fn at_byte(mut self, byte: u64) -> Self {
        self.byte = Some(byte);
        self
    }

    /// The same place, with what was seen there.
    pub fn noting(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

/// A finding as it stands on a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Stable code, `SJ-<room>-<nnn>`.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// How often it occurred.
    pub count: u64,
    /// The first places in file and row order, at most [`Findings::MAX_PLACES`].
    #[serde(rename = "where")]
    pub places: Vec<Place>,
    /// Why it occurs.
    pub cause: Text,
    /// What to do about it.
    pub fix: Text,
}

/// An owned text in the two languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl From<crate::Bilingual> for Text {
    fn from(text: crate::Bilingual) -> Self {
        Self { zh: text.zh.to_owned(), en: text.en.to_owned() }
    }
}

/// Findings being counted: mergeable in any order with the same result.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    by_code: BTreeMap<&'static str, (u64, Vec<Place>)>,
}

impl Findings {
    /// Places kept for each code; the count goes on.
    pub const MAX_PLACES: usize = 20;

    /// Counts one occurrence.
    ///
    /// # Panics
    /// When `code` has no row in [`codes::table`]: an unlisted code is our own fault.
    pub fn add(&mut self, code: &'static str, place: Place) {
        self.add_many(code, 1, [place]);
    }

    /// Counts `count` occurrences with some of their places.
    pub fn add_many(
        &mut self,
        code: &'static str,
        count: u64,
        places: impl IntoIterator<Item = Place>,
    ) {
        debug_assert!(codes::find(code).is_some(), "{code} has no row in the code table");
        let (total, kept) = self.by_code.entry(code).or_default();
        *total += count;
        for place in places {
            let at = kept.partition_point(|other| *other <= place);
            if at < Self::MAX_PLACES {
                kept.insert(at, place);
                kept.truncate(Self::MAX_PLACES);
            }
        }
    }

    /// Adds what another part counted.
    pub fn merge(&mut self, other: Self) {
        for (code, (count, places)) in other.by_code {
            self.add_many(code, count, places);
        }
    }

    /// Puts names where kernels, which know no names, wrote the index of a file.
    pub fn name_files(self, name: impl Fn(usize) -> Option<String>) -> Self {
        let mut named = Self::default();
        for (code, (count, mut places)) in self.by_code {
            for place in &mut places {
                if let Some(name) = place.file.parse().ok().and_then(&name) {
                    place.file = name;
                }
            }
            named.add_many(code, count, places);
        }
        named
    }

    /// How often a code occurred.
    pub fn count(&self, code: &str) -> u64 {
        self.by_code.get(code).map_or(0, |(count, _)| *count)
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.by_code.is_empty()
    }

    /// The findings as they stand on a card: gravest first, then by code.
    pub fn into_card(self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self
            .by_code
            .into_iter()
            .filter_map(|(code, (count, places))| {
                let Code { severity, cause, fix, .. } = *codes::find(code)?;
                let (cause, fix) = (cause.into(), fix.into());
                Some(Finding { code: code.to_owned(), severity, count, places, cause, fix })
            })
            .collect();
        findings.sort_by(|a, b| (a.severity, &a.code).cmp(&(b.severity, &b.code)));
        findings
    }
}
