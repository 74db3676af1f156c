//! Zip archives, member by member.

use std::borrow::Cow;
use std::io::{self, Read, Seek};

use shujian_core::Place;
use zip::ZipArchive;
use zip::read::ZipFile;

use crate::job::Run;
use crate::random::{Random, Seeking};
use crate::read::{self, Entry};
use crate::stream::{Guarded, Stored};

/// First bytes of a zip archive.
pub(crate) fn begins(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// Opens an archive; `None` after a finding.
pub(crate) fn open(run: &mut Run<'_>, name: &str, input: Random) -> Option<ZipArchive<Seeking>> {
    match ZipArchive::new(input.into_seek()) {
        Ok(archive) => Some(archive),
        Err(err) => {
            run.note("SJ-ingest-036", Place::file(name).noting(err.to_string()));
            None
        }
    }
}

/// Reads the members of an archive whose list, which stands at its end, is lost: one after the other
/// by their own headers, up to the first that does not state its length.
pub(crate) fn salvage(run: &mut Run<'_>, name: &str, input: Random, depth: u32) {
    let mut input = input.into_seek();
    if let Err(err) = input.rewind() {
        return read::fault(run, name, None, &err);
    }
    while super::admits(run, name) {
        let member = match zip::read::read_zipfile_from_stream(&mut input) {
            Ok(Some(member)) => member,
            Ok(None) => return,
            Err(zip::result::ZipError::Io(err)) => return read::fault(run, name, None, &err),
            Err(err) => {
                return run.note("SJ-ingest-036", Place::file(name).noting(err.to_string()));
            }
        };
        if is_package_part(member.name_raw()) {
            return;
        }
        self::member(run, name, member, depth);
    }
}

/// Whether a member tells that the archive is a document in zip clothes.
fn is_package_part(name: &[u8]) -> bool {
    name == b"[Content_Types].xml" || name == b"mimetype" || name.starts_with(b"META-INF/")
}

/// Whether an archive is an Excel workbook.
pub(crate) fn is_workbook(archive: &ZipArchive<Seeking>) -> bool {
    archive.file_names_raw().any(|name| name == b"xl/workbook.xml")
}

/// Spellings in the XML of a sheet that cost cells their values, and their findings.
const LOSSES: [(&[u8], &str); 5] = [
    (b"<mergeCell ", "SJ-ingest-046"),
    (b"</f></c>", "SJ-ingest-047"),
    (b"</f><v></v>", "SJ-ingest-047"),
    (b"</f><v/>", "SJ-ingest-047"),
    (b"</f><v />", "SJ-ingest-047"),
];

/// Counts how often each of [`LOSSES`] stands in a stream.
fn losses(mut sheet: impl Read) -> io::Result<[u64; LOSSES.len()]> {
    let (mut counts, mut buffer, mut kept) = ([0; LOSSES.len()], vec![0; 64 << 10], 0);
    loop {
        let read = match sheet.read(&mut buffer[kept..]) {
            Ok(0) => return Ok(counts),
            Ok(read) => read,
            Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
            Err(err) => return Err(err),
        };
        let view = &buffer[..kept + read];
        for ((sign, _), count) in LOSSES.iter().zip(&mut counts) {
            // What ends within the bytes kept from before was counted then.
            let from = kept.saturating_sub(sign.len() - 1);
            *count += memchr::memmem::find_iter(&view[from..], sign).count() as u64;
        }
        let (len, longest) = (view.len(), LOSSES[0].0.len() - 1);
        let from = len.saturating_sub(longest);
        buffer.copy_within(from..len, 0);
        kept = len - from;
    }
}

/// Whether the parts of a workbook stay within the expansion limit; a finding if they do not.
///
/// On the way, what its sheets leave without a value is counted.
pub(crate) fn is_within_budget(
    run: &mut Run<'_>,
    name: &str,
    mut archive: ZipArchive<Seeking>,
) -> bool {
    for index in 0..archive.len() {
        let Ok(member) = archive.by_index(index) else { continue };
        let part = String::from_utf8_lossy(member.name_raw()).into_owned();
        match losses(Guarded::new(member, run.budget.clone())) {
            Ok(counts) if part.starts_with("xl/worksheets/") => {
                for ((_, code), count) in LOSSES.iter().zip(counts).filter(|(_, count)| *count > 0)
                {
                    let place = Place::file(name).noting(&part);
                    run.report.findings.add_many(code, count, [place]);
                }
            }
            Err(err) if err.kind() == io::ErrorKind::QuotaExceeded => {
                run.file(name, "xlsx", false);
                read::fault(run, name, None, &err);
                return false;
            }
            // Other faults are met again when the sheets are read.
            _ => {}
        }
    }
    true
}

/// Whether an archive is another document in zip clothes, such as docx or odt.
pub(crate) fn document_kind(archive: &ZipArchive<Seeking>) -> Option<&'static str> {
    let has = |wanted: &[u8]| archive.file_names_raw().any(|name| name == wanted);
    [
        (&b"word/document.xml"[..], "docx"),
        (b"ppt/presentation.xml", "pptx"),
        (b"xl/workbook.bin", "xlsb"),
        (b"META-INF/container.xml", "epub"),
        (b"META-INF/MANIFEST.MF", "jar"),
        (b"content.xml", "opendocument"),
    ]
    .into_iter()
    .find(|(name, _)| has(name))
    .map(|(_, kind)| kind)
}

/// Reads every member.
pub(crate) fn read(run: &mut Run<'_>, name: &str, mut archive: ZipArchive<Seeking>, depth: u32) {
    for index in 0..archive.len() {
        if !super::admits(run, name) {
            return;
        }
        let listed = archive.name_for_index(index).and_then(Result::ok).map(Cow::into_owned);
        let member = match archive.by_index(index) {
            Ok(member) => member,
            Err(err) => {
                let listed = listed.unwrap_or_else(|| format!("#{}", index + 1));
                let member = super::member_name(run, name, listed.as_bytes());
                run.file(&member, "unreadable", false);
                run.note("SJ-ingest-053", Place::file(member).noting(err.to_string()));
                continue;
            }
        };
        self::member(run, name, member, depth);
    }
}

/// Reads one member of the archive `name`.
fn member<R: Read>(run: &mut Run<'_>, name: &str, member: ZipFile<'_, R>, depth: u32) {
    if member.is_dir() {
        return;
    }
    let member_name = super::member_name(run, name, member.name_raw());
    if super::is_hidden(&member_name) {
        return run.note("SJ-ingest-005", Place::file(member_name));
    }
    if member.is_symlink() {
        return run.note("SJ-ingest-056", Place::file(member_name));
    }
    let guarded = Guarded::new(member, run.budget.clone());
    let stored = Stored::new(Box::new(guarded));
    read::entry(run, Entry { name: member_name, stored, path: None, depth: depth + 1 });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out a few bytes at a time.
    struct Drip<'b>(&'b [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let len = self.1.min(self.0.len()).min(buffer.len());
            let (now, later) = self.0.split_at(len);
            buffer[..len].copy_from_slice(now);
            self.0 = later;
            Ok(len)
        }
    }

    #[test]
    fn losses_are_counted_once_however_they_come() {
        let sheet = b"<c><f>A1</f></c><c><f>A1</f><v></v></c><c><f>1</f><v>2</v></c>\
            <mergeCells><mergeCell ref=\"A1:B2\"/><mergeCell ref=\"C1:C2\"/></mergeCells>";
        for step in 1..=sheet.len() {
            assert_eq!(losses(Drip(sheet, step)).unwrap(), [2, 1, 1, 0, 0], "{step}");
        }
    }
}
