//! Excel workbooks: one table a sheet, cell by cell.

use calamine::{Cell, DataRef, ExcelDateTime, Reader, Xlsx, XlsxError};

use super::csv::lacks_header;
use crate::job::Run;
use crate::random::{Random, Seeking};
use crate::rows::Rows;

/// Kind in reports.
const KIND: &str = "xlsx";

/// Reads every sheet that has cells; each is a report of its own if there are several.
pub(crate) fn read(run: &mut Run<'_>, name: &str, input: Random) {
    let mut book: Xlsx<Seeking> = match Xlsx::new(input.into_seek()) {
        Ok(book) => book,
        Err(err) => {
            let place = run.file(name, KIND, false).place();
            return run.note("SJ-ingest-036", place.noting(err.to_string()));
        }
    };
    let sheets = book.sheet_names();
    let single = sheets.len() == 1;
    for sheet in sheets {
        if run.is_stopped() {
            return;
        }
        let member = if single { name.to_owned() } else { format!("{name}!{sheet}") };
        if let Err(err) = read_sheet(run, &member, &mut book, &sheet) {
            let place = shujian_core::Place::file(member).noting(err.to_string());
            run.note("SJ-ingest-036", place);
        }
    }
}

fn read_sheet(
    run: &mut Run<'_>,
    name: &str,
    book: &mut Xlsx<Seeking>,
    sheet: &str,
) -> Result<(), XlsxError> {
    let mut cells = book.worksheet_cells_reader(sheet)?;
    let mut job = run.file(name, KIND, true);
    let mut table = Table { rows: Rows::new(), columns: Vec::new(), line: Vec::new(), row: 0 };
    let mut under_way = None;
    let outcome = loop {
        let cell = match cells.next_cell() {
            Ok(Some(cell)) => cell,
            Ok(None) => break Ok(()),
            Err(err) => break Err(err),
        };
        let (row, _) = cell.get_position();
        if under_way != Some(row) {
            table.end_row(&mut job);
            under_way = Some(row);
        }
        table.take(&cell);
        if job.is_stopped() {
            break Ok(());
        }
    };
    table.end_row(&mut job);
    job.flush(&mut table.rows);
    outcome
}

struct Table {
    rows: Rows,
    /// Column of each position, once the header is known.
    columns: Vec<Option<u32>>,
    /// Cells of the row under way.
    line: Vec<Option<String>>,
    row: u64,
}

impl Table {
    fn take(&mut self, cell: &Cell<DataRef<'_>>) {
        let position = cell.get_position().1 as usize;
        // Excel has 16,384 columns; a file that claims more is not from there.
        if position < 16_384
            && let Some(text) = text(cell.get_value())
        {
            if self.line.len() <= position {
                self.line.resize(position + 1, None);
            }
            self.line[position] = Some(text);
        }
    }

    fn end_row(&mut self, job: &mut crate::job::Job<'_, '_>) {
        let line = std::mem::take(&mut self.line);
        if line.iter().all(Option::is_none) {
            return;
        }
        if self.columns.is_empty() && self.header(job, &line) {
            return;
        }
        self.row += 1;
        let bytes: usize = line.iter().flatten().map(String::len).sum();
        if bytes as u64 > job.limits().record_bytes {
            return job.skip("SJ-ingest-022", job.place().at_row(self.row));
        }
        if line.len() > self.columns.len() {
            let place = job.place().at_row(self.row);
            let column = format!("#{}", self.columns.len() + 1);
            return job.skip("SJ-ingest-030", place.in_column(column));
        }
        for (cell, column) in line.iter().zip(&self.columns) {
            if let (Some(cell), Some(column)) = (cell, column) {
                self.rows.put(*column, cell.as_bytes());
            }
        }
        self.rows.close(self.row);
        job.flush_full(&mut self.rows);
    }

    /// Makes the columns; `false` if the first row is itself a record.
    fn header(&mut self, job: &mut crate::job::Job<'_, '_>, line: &[Option<String>]) -> bool {
        let names: Vec<String> = line.iter().map(|cell| cell.clone().unwrap_or_default()).collect();
        let lacks = lacks_header(&names);
        if let Some(reason) = lacks {
            job.note("SJ-ingest-032", job.place().noting(reason));
        }
        let limit = job.limits().columns as usize;
        for (index, name) in names.iter().enumerate() {
            let column = match name.as_str() {
                _ if index >= limit => crate::json::record::MORE.to_owned(),
                "" => format!("column_{}", index + 1),
                _ if lacks.is_some() => format!("column_{}", index + 1),
                name => name.to_owned(),
            };
            self.columns.push(Some(self.rows.column(&column)));
        }
        lacks.is_none()
    }
}

/// The spelling of a cell; `None` if it is empty.
fn text(value: &DataRef<'_>) -> Option<String> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::Int(value) => value.to_string(),
        DataRef::Float(value) => value.to_string(),
        DataRef::String(value) | DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => {
            value.clone()
        }
        DataRef::SharedString(value) => (*value).to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(value) => moment(value),
        DataRef::Error(error) => error.to_string(),
    })
    .filter(|text: &String| !text.is_empty())
}

/// A date, with its time unless that is midnight; durations in days.
fn moment(value: &ExcelDateTime) -> String {
    if value.is_duration() {
        return value.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second, milli) {
        (0, 0, 0, 0) => date,
        (_, _, _, 0) => format!("{date} {hour:02}:{minute:02}:{second:02}"),
        _ => format!("{date} {hour:02}:{minute:02}:{second:02}.{milli:03}"),
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn cells_are_spelled_plainly() {
        let date = |days| ExcelDateTime::new(days, ExcelDateTimeType::DateTime, false);
        assert_eq!(moment(&date(44_927.0)), "2023-01-01");
        assert_eq!(moment(&date(44_927.5)), "2023-01-01 12:00:00");
        assert_eq!(text(&DataRef::Float(3.0)).unwrap(), "3");
        assert_eq!(text(&DataRef::String(String::new())), None);
    }
}
