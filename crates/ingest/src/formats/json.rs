//! JSON files: one record an item of a list, a value of a mapping, or the whole file.

mod shape;

use memchr::memmem;

use self::shape::Shape;
use super::jsonl::{self, Spot};
use crate::job::Job;
use crate::json::record::{Cause, Records};
use crate::json::scan::Scan;
use crate::rows::Rows;
use crate::stream::Window;

/// Column of a mapping's keys.
const KEY: &str = "_key";
/// Bytes of an object that decide on its shape.
const HEAD_BYTES: usize = 1 << 20;
/// Bytes of an item after which it is first looked at for faults.
const FIRST_STEP_BYTES: usize = 16 << 10;

struct Walk<'j, 'r, 'a, 'w, 's> {
    job: &'j mut Job<'r, 'a>,
    window: &'w mut Window<'s>,
    rows: Rows,
    records: Records,
    row: u64,
    /// White space before the last item that began a line.
    indent: Option<Vec<u8>>,
}

/// Where a value in the window ends.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Extent {
    Whole(usize),
    /// The stream ends first.
    Cut,
    /// Beyond the limit; the scan can go on after as much.
    TooLong,
    /// A fault stands within so many bytes, and a later item begins there.
    Broken(usize),
}

/// Reads records from a JSON file.
pub(super) fn read(job: &mut Job<'_, '_>, window: &mut Window<'_>) {
    let (rows, records) = (Rows::new(), Records::new(job.limits()));
    let mut walk = Walk { job, window, rows, records, row: 0, indent: None };
    walk.file();
    walk.job.flush(&mut walk.rows);
}

impl Walk<'_, '_, '_, '_, '_> {
    fn file(&mut self) {
        let whole = match self.space() {
            Some(b'[') => self.items(),
            Some(b'{') => {
                let shape = shape::of(self.window.peek(HEAD_BYTES));
                match shape {
                    Shape::Whole => self.values(),
                    Shape::Lists | Shape::Mapping => self.members(shape),
                }
            }
            _ => self.values(),
        };
        if whole && !self.job.is_stopped() && self.space().is_some() {
            let place = self.job.place().at_byte(self.window.offset());
            self.job.note("SJ-ingest-028", place);
        }
    }

    /// Moves to the next byte that is no white space.
    fn space(&mut self) -> Option<u8> {
        loop {
            let data = self.window.data();
            let step = data.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
            let skipped = &data[..step.unwrap_or(data.len())];
            if let Some(last) = memchr::memrchr(b'\n', skipped) {
                self.indent = Some(skipped[last..].to_vec());
            }
            let next = step.map(|step| data[step]);
            let len = skipped.len();
            self.window.consume(len);
            if next.is_some() || !self.window.fill() {
                return next;
            }
        }
    }

    /// Finds the end of the value at the head of the window.
    fn extent(&mut self, scan: &mut Scan) -> Extent {
        let limit = self.job.limits().record_bytes as usize;
        let mut seen = 0;
        loop {
            let data = self.window.data();
            if let Some(len) = scan.feed(&data[seen..]) {
                return Extent::Whole(seen + len);
            }
            seen = data.len();
            if seen > limit {
                return Extent::TooLong;
            }
            if !self.window.fill() {
                return Extent::Cut;
            }
        }
    }

    /// Finds the end of the item at the head of the window, unless it is found broken before.
    ///
    /// A missing quote or brace hides where an item ends. Looking in steps that double, and for a
    /// fault after each, keeps the cost of a broken item near its own size.
    fn item_extent(&mut self, scan: &mut Scan) -> Extent {
        let limit = self.job.limits().record_bytes as usize;
        let (mut seen, mut step) = (0, FIRST_STEP_BYTES);
        loop {
            while self.window.data().len() < step && self.window.fill() {}
            let end = self.window.data().len().min(step);
            if let Some(len) = scan.feed(&self.window.data()[seen..end]) {
                return Extent::Whole(seen + len);
            }
            seen = end;
            if self.is_broken_before(end) {
                return Extent::Broken(end);
            }
            if seen > limit {
                // The scan has seen this much and no more.
                return Extent::TooLong;
            }
            if seen < step {
                return Extent::Cut;
            }
            step *= 2;
        }
    }

    fn spot(&self) -> Spot {
        Spot { offset: self.window.offset(), row: self.row }
    }

    /// Reads items up to the end of the list whose bracket is next; `false` if it does not end.
    fn items(&mut self) -> bool {
        self.window.consume(1);
        self.indent = None;
        let (mut expects_item, mut after_comma) = (true, false);
        while !self.job.is_stopped() {
            match self.space() {
                None => {
                    self.ends_early();
                    return false;
                }
                Some(b']') => {
                    if after_comma {
                        self.stray("a comma after the last item");
                    }
                    self.window.consume(1);
                    return true;
                }
                Some(b',') => {
                    if expects_item {
                        self.stray("a comma without an item before it");
                    }
                    (expects_item, after_comma) = (true, true);
                    self.window.consume(1);
                }
                Some(_) => {
                    if !expects_item {
                        self.stray("no comma before an item");
                    }
                    (expects_item, after_comma) = (false, false);
                    self.record(None);
                }
            }
        }
        true
    }

    /// Reads whole values one after another, as one record each.
    fn values(&mut self) -> bool {
        while !self.job.is_stopped() && self.space().is_some() {
            self.record(None);
        }
        true
    }

    fn stray(&mut self, note: &str) {
        let place = self.job.place().at_row(self.row + 1).at_byte(self.window.offset());
        self.job.note("SJ-ingest-035", place.noting(note));
    }

    fn ends_early(&mut self) {
        let place = self.job.place().at_byte(self.window.offset());
        self.job.note("SJ-ingest-027", place.noting("the JSON value does not end"));
    }

    /// Reads the members of the object whose brace is next.
    fn members(&mut self, shape: Shape) -> bool {
        self.window.consume(1);
        let (mut ignored, mut after_comma, mut members) = (0, false, 0_u64);
        let ends = loop {
            if self.job.is_stopped() {
                break true;
            }
            match self.space() {
                None => {
                    self.ends_early();
                    break false;
                }
                Some(b'}') => {
                    if after_comma {
                        self.stray("a comma after the last member");
                    }
                    self.window.consume(1);
                    break true;
                }
                Some(b',') => {
                    if after_comma || members == 0 {
                        self.stray("a comma without a member before it");
                    }
                    after_comma = true;
                    self.window.consume(1);
                }
                Some(b'"') => {
                    if !after_comma && members > 0 {
                        self.stray("no comma before a member");
                    }
                    (after_comma, members) = (false, members + 1);
                    match self.key() {
                        Some(key) => ignored += u64::from(!self.member(&key, shape)),
                        None => break false,
                    }
                }
                Some(_) => {
                    self.row += 1;
                    let spot = self.spot();
                    let place = spot
                        .place(self.job)
                        .at_byte(spot.offset)
                        .noting("expected a key in quotes");
                    self.job.skip("SJ-ingest-020", place);
                    break false;
                }
            }
        };
        if ignored > 0 {
            let place = self.job.place();
            self.job.findings().add_many("SJ-ingest-029", ignored, [place]);
        }
        ends
    }

    /// Reads a key and its colon.
    fn key(&mut self) -> Option<String> {
        let Extent::Whole(len) = self.extent(&mut Scan::default()) else {
            self.ends_early();
            return None;
        };
        let key = serde_json::from_slice(&self.window.data()[..len]).ok();
        self.window.consume(len);
        let colon = self.space() == Some(b':');
        if !colon || key.is_none() {
            self.row += 1;
            let spot = self.spot();
            let place =
                spot.place(self.job).at_byte(spot.offset).noting("expected a key and a colon");
            self.job.skip("SJ-ingest-020", place);
            return None;
        }
        self.window.consume(1);
        key
    }

    /// Reads the value of a member; `false` if it holds no record.
    fn member(&mut self, key: &str, shape: Shape) -> bool {
        match self.space() {
            Some(b'[') if self.lists_objects() => {
                if !self.items() {
                    self.job.note("SJ-ingest-027", self.job.place().noting(key));
                }
                true
            }
            Some(b'{' | b'[') if shape == Shape::Mapping => {
                self.record(Some(key));
                true
            }
            None => true,
            Some(_) => {
                let mut scan = Scan::default();
                while let Extent::TooLong = self.pass(&mut scan) {}
                false
            }
        }
    }

    /// Whether the list at the head of the window begins with an object.
    fn lists_objects(&mut self) -> bool {
        loop {
            let data = self.window.data();
            let first = data[1..].iter().copied().find(|byte| !byte.is_ascii_whitespace());
            match first {
                Some(byte) => return byte == b'{',
                None if !self.window.fill() => return false,
                None => {}
            }
        }
    }

    /// Moves past the value at the head of the window, or as much of it as is in view.
    fn pass(&mut self, scan: &mut Scan) -> Extent {
        let extent = self.extent(scan);
        let len = match extent {
            Extent::Whole(len) => len,
            _ => self.window.data().len(),
        };
        self.window.consume(len);
        extent
    }

    /// Reads the value at the head of the window as one record.
    fn record(&mut self, key: Option<&str>) {
        self.row += 1;
        let spot = self.spot();
        let mut scan = Scan::default();
        match self.item_extent(&mut scan) {
            Extent::Whole(0) => {
                self.job.skip("SJ-ingest-020", spot.place(self.job).at_byte(spot.offset));
                self.window.consume(1);
            }
            Extent::Whole(len) => self.whole_record(len, key, &spot),
            Extent::Broken(len) => {
                let bytes = &self.window.data()[..len];
                let (job, rows) = (&mut *self.job, &mut self.rows);
                let bytes = &bytes[..std::str::from_utf8(bytes).map_or_else(
                    |err| if err.error_len().is_none() { err.valid_up_to() } else { len },
                    str::len,
                )];
                let read = jsonl::cells(job, &mut self.records, rows, bytes, &spot);
                debug_assert!(read.is_none(), "it was found broken");
                self.resume(len);
            }
            Extent::Cut => {
                let end = self.window.data().len();
                self.job
                    .skip("SJ-ingest-027", spot.place(self.job).at_byte(spot.offset + end as u64));
                self.window.consume(end);
            }
            Extent::TooLong => {
                let note = format!("more than {} bytes", self.job.limits().record_bytes);
                let place = spot.place(self.job).at_byte(spot.offset).noting(note);
                self.job.skip("SJ-ingest-022", place);
                let mut scan = Scan::default();
                while let Extent::TooLong = self.pass(&mut scan) {}
            }
        }
    }

    fn whole_record(&mut self, len: usize, key: Option<&str>, spot: &Spot) {
        if len as u64 > self.job.limits().record_bytes {
            let note = format!("more than {} bytes", self.job.limits().record_bytes);
            let place = spot.place(self.job).at_byte(spot.offset).noting(note);
            self.job.skip("SJ-ingest-022", place);
            return self.window.consume(len);
        }
        let bytes = &self.window.data()[..len];
        let (job, rows) = (&mut *self.job, &mut self.rows);
        let Some((json, odd)) = jsonl::cells(job, &mut self.records, rows, bytes, spot) else {
            return self.resume(len);
        };
        if let Some(key) = key {
            let column = rows.column(KEY);
            rows.put_text(column, key);
        }
        jsonl::report_oddities(job, odd, spot);
        rows.close(spot.row, json);
        job.flush_full(rows);
        self.window.consume(len);
    }

    /// Whether a fault stands before `end` and a later item begins there.
    fn is_broken_before(&mut self, end: usize) -> bool {
        if self.next_item(end).is_none() {
            return false;
        }
        let bytes = &self.window.data()[..end];
        let json = match std::str::from_utf8(bytes) {
            Ok(json) => json,
            Err(err) if err.error_len().is_some() => return true,
            Err(err) => std::str::from_utf8(&bytes[..err.valid_up_to()]).unwrap_or_default(),
        };
        let read = self.records.read(json, &mut self.rows);
        self.rows.undo();
        matches!(read, Err(fault) if fault.cause != Cause::Ended)
    }

    /// Where the next item begins its line as the broken one did, before `end`.
    fn next_item(&self, end: usize) -> Option<usize> {
        let mut start = self.indent.clone()?;
        let data = self.window.data();
        start.push(*data.first()?);
        memmem::find(&data[1..end], &start).map(|found| found + 1)
    }

    /// Goes on after a broken item that takes up to `end` bytes.
    fn resume(&mut self, end: usize) {
        let next = self.next_item(end).unwrap_or(end);
        self.window.consume(next);
    }
}
