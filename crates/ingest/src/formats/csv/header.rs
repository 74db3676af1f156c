//! Whether a table's first record names its columns.

use std::collections::HashMap;

use super::Table;
use crate::json::record::MORE;

impl Table<'_, '_, '_> {
    /// Makes the columns from the first record; `true` if that record is itself a row.
    pub(super) fn header(&mut self, bytes: &[u8], offset: u64) -> bool {
        let mut names = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            let content = field.content(bytes, &mut self.text).trim_ascii();
            match std::str::from_utf8(content) {
                Ok(name) => names.push(name.to_owned()),
                Err(err) => {
                    let byte = offset + (field.start + err.valid_up_to()) as u64;
                    let place = self.job.place().at_byte(byte).noting("in the header");
                    self.job.note("SJ-ingest-021", place);
                    names.push(String::new());
                }
            }
        }
        let lacks = lacks_header(&names);
        if let Some(reason) = lacks {
            self.job.note("SJ-ingest-032", self.job.place().noting(reason));
            names.iter_mut().for_each(String::clear);
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
            } else if name.is_empty() {
                self.columns.push(self.rows.column(&format!("column_{}", index + 1)));
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

/// Why a first record is no header: a number, an empty cell past the first, a name twice.
pub(in crate::formats) fn lacks_header(names: &[String]) -> Option<&'static str> {
    let mut seen = HashMap::new();
    for (index, name) in names.iter().enumerate() {
        if name.parse::<f64>().is_ok() {
            return Some("a cell of the first line is a number");
        }
        if name.is_empty() && (index > 0 || names.len() == 1) {
            return Some("a cell of the first line is empty");
        }
        if seen.insert(name, index).is_some() {
            return Some("two cells of the first line are equal");
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_told_from_rows() {
        let lacks = |line: &str| {
            lacks_header(&line.split(',').map(str::to_owned).collect::<Vec<_>>()).is_some()
        };
        assert!(!lacks("a,b"));
        assert!(!lacks(",b,c"));
        assert!(lacks("a,1.5"));
        assert!(lacks("a,,c"));
        assert!(lacks("a,a"));
    }
}
