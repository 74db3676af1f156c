//! Whether a table's first record names its columns.
//!
//! Words that differ are names. A number, an empty cell or equal cells speak against it; then the
//! lines below decide, and where they do not, the line is data: to lose one row to a header is
//! worse than to name columns by number.

use std::collections::HashMap;

use super::Table;
use super::cut::{Field, leading};
use crate::encoding::utf8;
use crate::json::record::MORE;
use crate::stream::Window;

/// Lines below the first that may speak for or against a header.
pub(in crate::formats) const WITNESSES: usize = 8;

impl Table<'_, '_, '_> {
    /// Keeps the lines that tell whether the first one is a header.
    pub(super) fn look_ahead(&mut self, window: &mut Window<'_>) {
        let head = window.peek(super::HEAD_BYTES);
        let mut lines = leading(head, self.dialect, 1 + WITNESSES).into_iter();
        lines.next();
        self.witnesses = lines.collect();
    }

    /// Makes the columns from the first record; `true` if that record is itself a row.
    pub(super) fn header(&mut self, bytes: &[u8], offset: u64) -> bool {
        let mut names = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            let raw = &bytes[field.start..field.end];
            let name = utf8(raw).map_err(|at| {
                let byte = offset + (field.start + at) as u64;
                let place = self.job.place().at_byte(byte).noting("in the header");
                self.job.note("SJ-ingest-021", place);
            });
            let field = Field { start: 0, end: raw.len(), quoted: field.quoted };
            let name = name.map(|name| field.content(name, &mut self.text).trim_ascii());
            names.push(name.unwrap_or_default().to_owned());
        }
        let lacks = lacks_header(&names, &std::mem::take(&mut self.witnesses));
        if let Some(reason) = lacks {
            self.job.note("SJ-ingest-032", self.job.place().noting(reason));
            names.iter_mut().for_each(String::clear);
        }
        for (plain, name) in tell_apart(&mut names) {
            let place = self.job.place().in_column(plain).noting(format!("renamed {name}"));
            self.job.note("SJ-ingest-024", place);
        }
        self.name_columns(&names);
        lacks.is_some()
    }

    fn name_columns(&mut self, names: &[String]) {
        let limit = self.job.limits().columns as usize;
        for (index, name) in names.iter().enumerate() {
            if index >= limit {
                let more = self.rows.column(MORE);
                self.columns.push(more);
            } else {
                self.columns.push(self.rows.column(name));
            }
        }
        if names.len() > limit {
            let note = format!("{} columns", names.len());
            self.job.note("SJ-ingest-025", self.job.place().noting(note));
        }
    }
}

/// Names columns without a name by their number, and repeated ones `name#2`, `name#3`, …
///
/// Returns the old and the new name of each column that was renamed.
pub(in crate::formats) fn tell_apart(names: &mut [String]) -> Vec<(String, String)> {
    let (mut seen, mut renamed) = (HashMap::<String, usize>::new(), Vec::new());
    let taken: std::collections::HashSet<String> = names.iter().cloned().collect();
    for (index, name) in names.iter_mut().enumerate() {
        if name.is_empty() {
            *name = format!("column_{}", index + 1);
        }
        let copies = seen.entry(name.clone()).or_default();
        *copies += 1;
        if *copies > 1 {
            let plain = std::mem::take(name);
            *name = format!("{plain}#{copies}");
            while taken.contains(name) {
                *copies += 1;
                *name = format!("{plain}#{copies}");
            }
            renamed.push((plain, name.clone()));
        }
    }
    renamed
}

/// Why a first record is no header; `below` holds some of the records after it.
pub(in crate::formats) fn lacks_header(
    names: &[String],
    below: &[Vec<String>],
) -> Option<&'static str> {
    let doubt = doubt(names)?;
    let below: Vec<&[String]> =
        below.iter().map(Vec::as_slice).filter(|line| line.len() == names.len()).collect();
    let is_named = has_name_above_numbers(names, &below) || counts_on(names, &below);
    let is_header = match doubt {
        Doubt::Repeat => is_named || !recurs(names, &below),
        Doubt::Number | Doubt::Empty => is_named,
    };
    (!is_header).then_some(doubt.text())
}

/// What speaks against a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    Number,
    Empty,
    Repeat,
}

impl Doubt {
    fn text(self) -> &'static str {
        match self {
            Self::Number => "a cell of the first line is a number",
            Self::Empty => "a cell of the first line is empty",
            Self::Repeat => "two cells of the first line are equal, and occur below too",
        }
    }
}

/// A number, an empty cell past the first, or equal cells; the gravest of them.
fn doubt(names: &[String]) -> Option<Doubt> {
    if names.iter().any(|name| is_number(name)) {
        return Some(Doubt::Number);
    }
    let is_empty =
        |(index, name): (usize, &String)| is_missing(name) && (index > 0 || names.len() == 1);
    if names.iter().enumerate().any(is_empty) {
        return Some(Doubt::Empty);
    }
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| pair[0] == pair[1]).then_some(Doubt::Repeat)
}

fn is_number(cell: &str) -> bool {
    cell.bytes().any(|byte| byte.is_ascii_digit()) && cell.parse::<f64>().is_ok()
}

/// Empty, or a spelling of it that names no column.
fn is_missing(cell: &str) -> bool {
    matches!(cell, "" | "NaN" | "nan" | "N/A" | "\\N" | "-")
}

/// Whether a word stands above nothing but numbers, two at least.
fn has_name_above_numbers(names: &[String], below: &[&[String]]) -> bool {
    let is_name = |name: &str| {
        let missing = ["NA", "na", "null", "NULL", "None", "NaT"].contains(&name);
        name.chars().any(char::is_alphabetic) && !is_missing(name) && !missing && !is_number(name)
    };
    names.iter().enumerate().any(|(column, name)| {
        is_name(name) && below.len() >= 2 && below.iter().all(|line| is_number(&line[column]))
    })
}

/// Whether the numbers of the first line count on, as years do, and those below do not.
fn counts_on(names: &[String], below: &[&[String]]) -> bool {
    let Some(step) = step(names) else { return false };
    let columns: Vec<usize> = (0..names.len()).filter(|&at| is_number(&names[at])).collect();
    let above_numbers = |line: &&[String]| {
        columns.iter().all(|&at| is_number(&line[at]) || is_missing(&line[at]))
            && self::step(line) != Some(step)
    };
    // A word must say what the numbers are by.
    columns.len() < names.len() && !below.is_empty() && below.iter().all(above_numbers)
}

/// The step in which the numbers of a line count up; three of them, or two years.
fn step(line: &[String]) -> Option<i64> {
    let numbers: Option<Vec<i64>> =
        line.iter().filter(|cell| is_number(cell)).map(|cell| cell.parse().ok()).collect();
    let numbers = numbers?;
    let step = numbers.get(1)?.checked_sub(numbers[0]).filter(|step| *step > 0)?;
    let even = numbers.windows(2).all(|pair| pair[1].checked_sub(pair[0]) == Some(step));
    let years = numbers.iter().all(|number| (1800..=2100).contains(number));
    (even && (numbers.len() >= 3 || years)).then_some(step)
}

/// Whether one of the equal cells occurs again below itself, as values do.
fn recurs(names: &[String], below: &[&[String]]) -> bool {
    names.iter().enumerate().any(|(column, name)| {
        names.iter().filter(|other| *other == name).count() > 1
            && below.iter().any(|line| line[column] == *name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<Vec<String>> {
        text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
    }

    fn lacks(text: &str) -> bool {
        let lines = split(text);
        lacks_header(&lines[0], &lines[1..]).is_some()
    }

    #[test]
    fn headers_are_told_from_rows() {
        for header in [
            "a,b",
            ",b,c",
            "country,2010,2011\nFrance,5,6\nSpain,7,8",
            "id,1,2,3\na,4,4,1\nb,,5,6",
            "name,age,2010\nx,5,6\ny,7,8",
            "x,,z\na,b,1\nc,d,2",
            "x,y,x\na,b,c",
            "x,x,x\na,b,c\nd,e,f",
        ] {
            assert!(!lacks(header), "{header}");
        }
    }

    #[test]
    fn rows_are_told_from_headers() {
        for row in [
            "a,1.5",
            "a,,c",
            "France,2010,5\nSpain,2011,6",
            "a,2010,2011\nb,2010,2011",
            "a,1,2,3\nb,2,3,4",
            "A12,3\n15,4\nB7,5",
            "NA,3\n4,5\n6,7",
            "yes,no,yes\nno,no,no\nyes,no,no",
            "1,2,3\n4,6,1\n7,8,2",
        ] {
            assert!(lacks(row), "{row}");
        }
    }

    #[test]
    fn equal_names_are_told_apart() {
        let mut names = split("x,y,x,,x#2,x").remove(0);
        let renamed = tell_apart(&mut names);
        assert_eq!(names, ["x", "y", "x#3", "column_4", "x#2", "x#4"]);
        assert_eq!(renamed.len(), 2);
    }
}
