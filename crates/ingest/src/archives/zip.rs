//! Zip archives, member by member.

use std::borrow::Cow;

use shujian_core::Place;
use zip::ZipArchive;

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
            run.file(name, "zip", false);
            run.note("SJ-ingest-036", Place::file(name).noting(err.to_string()));
            None
        }
    }
}

/// Whether an archive is an Excel workbook.
pub(crate) fn is_workbook(archive: &ZipArchive<Seeking>) -> bool {
    archive.file_names_raw().any(|name| name == b"xl/workbook.xml")
}

/// Whether the parts of a workbook stay within the expansion limit; a finding if they do not.
pub(crate) fn is_within_budget(
    run: &mut Run<'_>,
    name: &str,
    mut archive: ZipArchive<Seeking>,
) -> bool {
    for index in 0..archive.len() {
        let Ok(member) = archive.by_index(index) else { continue };
        let mut guarded = Guarded::new(member, run.budget.clone());
        if let Err(err) = std::io::copy(&mut guarded, &mut std::io::sink())
            && err.kind() == std::io::ErrorKind::QuotaExceeded
        {
            run.file(name, "xlsx", false);
            read::fault(run, name, None, &err);
            return false;
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
        if member.is_dir() {
            continue;
        }
        let member_name = super::member_name(run, name, member.name_raw());
        if super::is_hidden(&member_name) {
            run.note("SJ-ingest-005", Place::file(member_name));
            continue;
        }
        if member.is_symlink() {
            run.note("SJ-ingest-056", Place::file(member_name));
            continue;
        }
        let guarded = Guarded::new(member, run.budget.clone());
        let stored = Stored::new(Box::new(guarded));
        read::entry(run, Entry { name: member_name, stored, path: None, depth: depth + 1 });
    }
}
