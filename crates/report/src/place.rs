//! Where something is, in words: a record number is never mistaken for a line.

use shujian_core::Place;

use crate::Lang;
use crate::screen::{clean, cut_front, width};
use crate::words::{self, fill};

/// A place in so many columns: its note goes first, then the position in the record, then the
/// beginning of its path.
pub(crate) fn spot(place: &Place, columns: usize, lang: Lang) -> String {
    let plain = Place { note: String::new(), ..place.clone() };
    let coarse = Place { column: None, ..plain.clone() };
    let spelt = [place, &plain, &coarse].map(|place| spell(place, lang));
    let fits = spelt.iter().find(|spelt| width(spelt) <= columns);
    fits.cloned().unwrap_or_else(|| cut_front(&spelt[2], columns))
}

/// A place in words: file, record, column or position, byte where there is no record.
pub(crate) fn spell(place: &Place, lang: Lang) -> String {
    let mut parts = Vec::new();
    if let Some(row) = place.row {
        parts.push(fill(lang.of(words::RECORD), &[&row.to_string()]));
    }
    if let Some(column) = &place.column {
        let at = column.strip_prefix('#').filter(|at| at.bytes().all(|b| b.is_ascii_digit()));
        parts.push(match at {
            Some(at) => fill(lang.of(words::POSITION), &[at]),
            None => fill(lang.of(words::COLUMN), &[&clean(column)]),
        });
    }
    if let (None, Some(byte)) = (place.row, place.byte) {
        parts.push(fill(lang.of(words::BYTE), &[&byte.to_string()]));
    }
    let between = if lang == Lang::Zh { " " } else { ", " };
    let mut spelt = clean(&place.file);
    for part in parts {
        spelt.push_str(between);
        spelt.push_str(&part);
    }
    if !place.note.is_empty() {
        spelt.push_str(&format!(" ({})", note(&place.note, lang)));
    }
    spelt
}

/// What was seen at a place: the words of a parser as they are, our own in the language.
fn note(note: &str, lang: Lang) -> String {
    let line = note.strip_prefix("line ").filter(|n| n.bytes().all(|b| b.is_ascii_digit()));
    line.map_or_else(|| clean(note), |line| fill(lang.of(words::LINE), &[line]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_its_numbers_are() {
        let row = Place::file("b.csv").at_row(10).in_column("#16").noting("line 11");
        assert_eq!(spell(&row, Lang::En), "b.csv, record 10, position 16 (line 11)");
        assert_eq!(spell(&row, Lang::Zh), "b.csv 第 10 条 第 16 位 (第 11 行)");
        let byte = Place::file("a.gz").at_byte(9);
        assert_eq!(spell(&byte, Lang::Zh), "a.gz 第 9 字节");
        let column = Place::file("a.toml").in_column("money");
        assert_eq!(spell(&column, Lang::En), "a.toml, column money");
    }

    #[test]
    fn the_file_goes_last() {
        let place = Place::file("folder/b.csv").at_row(10).in_column("#16").noting("odd");
        for (columns, spelt) in [
            (40, "folder/b.csv, record 10, position 16"),
            (30, "folder/b.csv, record 10"),
            (12, "…, record 10"),
        ] {
            assert_eq!(spot(&place, columns, Lang::En), spelt);
        }
    }
}
