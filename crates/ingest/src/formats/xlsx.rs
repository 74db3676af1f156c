//! Excel workbooks: one table a sheet, cell by cell.

use calamine::{Cell, DataRef, ExcelDateTime, Reader, Xlsx, XlsxError};

use super::csv::{WITNESSES, lacks_header, tell_apart};
use crate::job::{Job, Run};
use crate::json::record::MORE;
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
    let (sheets, before) = (book.sheet_names(), run.report.files.len());
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
    if run.report.files[before..].iter().all(|sheet| sheet.present == 0) {
        run.note("SJ-ingest-012", shujian_core::Place::file(name).noting("no record"));
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
    let rows = Rows::new();
    let mut table =
        Table { rows, columns: Vec::new(), line: Vec::new(), first: Vec::new(), row: 0 };
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
    table.settle(&mut job);
    job.flush(&mut table.rows);
    outcome
}

type Line = Vec<Option<String>>;

struct Table {
    rows: Rows,
    /// Column of each position, once the header is known.
    columns: Vec<Option<u32>>,
    /// Cells of the row under way.
    line: Line,
    /// First rows, until the header is told by them.
    first: Vec<Line>,
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

    fn end_row(&mut self, job: &mut Job<'_, '_>) {
        let line = std::mem::take(&mut self.line);
        if line.iter().all(Option::is_none) {
            return;
        }
        if self.columns.is_empty() {
            self.first.push(line);
            if self.first.len() > WITNESSES {
                self.settle(job);
            }
            return;
        }
        self.record(job, &line);
    }

    /// Makes the columns and reads the rows that waited for them.
    fn settle(&mut self, job: &mut Job<'_, '_>) {
        let mut first = std::mem::take(&mut self.first);
        let is_title = |line: &&Line| line.iter().flatten().count() == 1;
        let titles = first.iter().take_while(is_title).count();
        // In a table of one column every line looks like a title.
        if titles < first.len() {
            for title in first.drain(..titles) {
                let note = title.into_iter().flatten().next().unwrap_or_default();
                job.note("SJ-ingest-033", job.place().noting(note));
            }
        }
        let Some((line, below)) = first.split_first() else { return };
        if !self.header(job, line, below) {
            self.record(job, line);
        }
        below.iter().for_each(|line| self.record(job, line));
    }

    fn record(&mut self, job: &mut Job<'_, '_>, line: &Line) {
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
                self.rows.put_text(*column, cell);
            }
        }
        self.rows.close(self.row, "");
        job.flush_full(&mut self.rows);
    }

    /// Makes the columns; `false` if the first row is itself a record.
    fn header(&mut self, job: &mut Job<'_, '_>, line: &Line, below: &[Line]) -> bool {
        let width = below.iter().map(Vec::len).fold(line.len(), usize::max);
        let plain = |line: &Line| -> Vec<String> {
            let cell = |at| line.get(at).cloned().flatten().unwrap_or_default();
            (0..width).map(cell).collect()
        };
        let mut names = plain(line);
        names.truncate(line.len());
        let mut witnesses: Vec<Vec<String>> = below.iter().map(plain).collect();
        witnesses.iter_mut().for_each(|line| line.truncate(names.len()));
        let lacks = lacks_header(&names, &witnesses);
        if let Some(reason) = lacks {
            job.note("SJ-ingest-032", job.place().noting(reason));
            names.iter_mut().for_each(String::clear);
        }
        for (plain, name) in tell_apart(&mut names) {
            let place = job.place().in_column(plain).noting(format!("renamed {name}"));
            job.note("SJ-ingest-024", place);
        }
        let limit = job.limits().columns as usize;
        for (index, name) in names.iter().enumerate() {
            let column = match name.as_str() {
                _ if index >= limit => MORE,
                name => name,
            };
            self.columns.push(Some(self.rows.column(column)));
        }
        if names.len() > limit {
            let note = format!("{} columns", names.len());
            job.note("SJ-ingest-025", job.place().noting(note));
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

/// A date, with its time unless that is midnight; a time alone; durations in days.
fn moment(value: &ExcelDateTime) -> String {
    if value.is_duration() {
        return value.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let time = match milli {
        0 => format!("{hour:02}:{minute:02}:{second:02}"),
        _ => format!("{hour:02}:{minute:02}:{second:02}.{milli:03}"),
    };
    match (hour, minute, second, milli) {
        // The day before the calendar of Excel begins: a time of any day.
        _ if (0.0..1.0).contains(&value.as_f64()) => time,
        (0, 0, 0, 0) => date,
        _ => format!("{date} {time}"),
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
        assert_eq!(moment(&date(0.354_166_666_666_666_7)), "08:30:00");
        assert_eq!(text(&DataRef::Float(3.0)).unwrap(), "3");
        assert_eq!(text(&DataRef::String(String::new())), None);
    }
}
