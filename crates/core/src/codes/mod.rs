//! The table of finding codes. A code, once released, keeps its meaning.

mod annotation;
mod annotation_marks;
mod annotation_raters;
mod desk;
mod engine;
mod grade;
mod grade_policy;
mod ingest;
mod quality;
mod quality_text;
mod registry;

use crate::{Bilingual, Severity};

/// One row of the code table.
#[derive(Debug, Clone, Copy)]
pub struct Code {
    /// `SJ-<room>-<nnn>`.
    pub id: &'static str,
    /// How much a finding of this code matters.
    pub severity: Severity,
    /// What it is, in a few words.
    pub title: Bilingual,
    /// Why it occurs.
    pub cause: Bilingual,
    /// What to do about it.
    pub fix: Bilingual,
}

/// Every code, room by room.
pub fn table() -> impl Iterator<Item = &'static Code> {
    [
        ingest::CODES,
        quality::CODES,
        quality_text::CODES,
        annotation::CODES,
        annotation_marks::CODES,
        annotation_raters::CODES,
        grade::CODES,
        grade_policy::CODES,
        engine::CODES,
        desk::CODES,
        registry::CODES,
    ]
    .into_iter()
    .flatten()
}

/// The row of a code.
pub fn find(id: &str) -> Option<&'static Code> {
    table().find(|code| code.id.eq_ignore_ascii_case(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_unique_well_formed_and_bilingual() {
        let mut seen = std::collections::BTreeSet::new();
        for code in table() {
            let (room, number) = code.id["SJ-".len()..].split_once('-').unwrap();
            assert!(
                ["ingest", "quality", "annotation", "grade", "engine", "desk", "registry"]
                    .contains(&room),
                "{}",
                code.id
            );
            assert!(number.len() == 3 && number.parse::<u16>().is_ok(), "{}", code.id);
            assert!(seen.insert(code.id), "{} stands twice", code.id);
            for text in [code.title, code.cause, code.fix] {
                assert!(!text.zh.is_ascii() && !text.en.is_empty(), "{}", code.id);
            }
        }
    }
}
