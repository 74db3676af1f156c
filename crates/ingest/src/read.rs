//! From stored bytes to the reader of their format, through compression, archives and encodings.

use std::fs::File;
use std::io;

use shujian_core::Place;

use crate::Source;
use crate::archives::{tar, zip};
use crate::compression::{Compression, Expanding, is_trailing};
use crate::encoding::{self, Decoding, Detected};
use crate::formats::{self, Format, Head, Read};
use crate::guarded;
use crate::job::Run;
use crate::kind;
use crate::random::{self, Random};
use crate::stream::{Guarded, Metered, Stored, Window};

/// Bytes by which a format is told.
const HEAD_BYTES: usize = 64 << 10;
/// Bytes by which the encoding of a text is told that begins in ASCII.
const ENCODING_BYTES: usize = 1 << 20;

/// A file or member on its way to its reader.
pub(crate) struct Entry<'s> {
    /// Name in reports.
    pub(crate) name: String,
    /// Its bytes, hashed as they pass.
    pub(crate) stored: Stored<'s>,
    /// The file, if it is one on disk of its own.
    pub(crate) path: Option<&'s std::path::Path>,
    /// Archives and compressions around it.
    pub(crate) depth: u32,
}

/// Reads a source; what is wrong with it goes into the report.
pub(crate) fn source(run: &mut Run<'_>, source: &Source) {
    // Opening a pipe would wait for a writer, so what is there now is looked at first.
    if std::fs::metadata(&source.path).is_ok_and(|metadata| !metadata.is_file()) {
        run.note("SJ-ingest-004", Place::file(&source.name));
        run.file(&source.name, "unreadable", false);
        return;
    }
    let file = match File::open(&source.path) {
        Ok(file) => file,
        Err(err) => {
            run.note("SJ-ingest-001", Place::file(&source.name).noting(err.to_string()));
            run.file(&source.name, "unreadable", false).report().bytes = source.bytes;
            return;
        }
    };
    let stored = Stored::new(Box::new(Metered::new(file, run.progress)));
    let (name, path) = (source.name.clone(), Some(source.path.as_path()));
    entry(run, Entry { name, stored, path, depth: 0 });
}

/// Reads one file or member to its end, whatever happens on the way.
pub(crate) fn entry(run: &mut Run<'_>, mut entry: Entry<'_>) {
    let first = run.report.files.len();
    let name = entry.name.clone();
    let stored = entry.stored.clone();
    // A library that trips over hostile bytes must not take the rest with it.
    if let Err(message) = guarded::quietly(|| contents(run, &mut entry)) {
        run.note("SJ-ingest-016", Place::file(&name).noting(message));
    }
    if run.report.files.len() == first {
        run.file(&name, &kind::by_name(&name, false), false);
    }
    seal(run, first, stored);
}

/// Reads what the format left, and writes size and digest into the report.
fn seal(run: &mut Run<'_>, index: usize, mut stored: Stored<'_>) {
    let name = run.report.files[index].name.clone();
    if !run.is_stopped()
        && let Err(err) = stored.drain()
    {
        fault(run, &name, None, &err);
    }
    let (bytes, digest) = stored.digest();
    let report = &mut run.report.files[index];
    if !name.contains('!') || report.bytes == 0 {
        (report.bytes, report.digest) = (bytes, digest);
    }
    // The sheets of a workbook are parts of the same bytes, which count once.
    let sheets = run.report.files[index + 1..].iter_mut();
    sheets.filter(|sheet| sheet.bytes == 0 && sheet.digest == [0; 32]).for_each(|sheet| {
        sheet.digest = digest;
    });
}

/// Reports what broke a stream.
pub(crate) fn fault(run: &mut Run<'_>, name: &str, byte: Option<u64>, err: &io::Error) {
    let code = match err.kind() {
        io::ErrorKind::QuotaExceeded => "SJ-ingest-051",
        io::ErrorKind::UnexpectedEof => "SJ-ingest-027",
        _ if is_trailing(err) => "SJ-ingest-028",
        _ => "SJ-ingest-036",
    };
    let mut place = Place::file(name).noting(err.to_string());
    place.byte = byte;
    run.note(code, place);
}

fn contents(run: &mut Run<'_>, entry: &mut Entry<'_>) {
    let mut window = Window::new(Box::new(entry.stored.clone()));
    let mut inner = entry.name.clone();
    let mut depth = entry.depth;
    loop {
        let head = window.peek(HEAD_BYTES);
        if head.is_empty() {
            return empty(run, &entry.name, &mut window);
        }
        if kind::is_documentation(&inner) {
            run.file(&entry.name, kind::DOCUMENTATION, false);
            return run.note("SJ-ingest-010", Place::file(&entry.name));
        }
        let Some(compression) = Compression::of(head) else { break };
        if depth >= run.limits.nesting {
            return too_deep(run, &entry.name);
        }
        depth += 1;
        inner = kind::without_compression(&inner);
        match Expanding::new(compression, window) {
            Ok(expanding) => {
                let guarded = Guarded::new(expanding, run.budget.clone());
                window = Window::new(Box::new(guarded));
            }
            Err(err) => return fault(run, &entry.name, None, &err),
        }
    }
    plain(run, entry, window, &Layer { inner, depth });
}

/// What is known below the compressions of an entry.
struct Layer {
    /// Its name without their extensions.
    inner: String,
    /// Archives and compressions around it.
    depth: u32,
}

fn empty(run: &mut Run<'_>, name: &str, window: &mut Window<'_>) {
    run.file(name, &kind::by_name(name, true), false);
    match window.take_fault() {
        Some(err) => fault(run, name, Some(0), &err),
        None => run.note("SJ-ingest-012", Place::file(name)),
    }
}

/// Reads what is no longer compressed.
fn plain(run: &mut Run<'_>, entry: &mut Entry<'_>, mut window: Window<'_>, layer: &Layer) {
    let inner = &layer.inner;
    let head = window.peek(HEAD_BYTES);
    if tar::begins(head) {
        return match layer.depth >= run.limits.nesting {
            true => too_deep(run, &entry.name),
            false => tar::read(run, &entry.name, window, layer.depth),
        };
    }
    if zip::begins(head) {
        return zipped(run, entry, window, layer.depth);
    }
    if let Some(format) = formats::by_bytes(head) {
        return records(run, entry, window, layer.depth, format);
    }
    if let Some(kind) = kind::by_magic(head) {
        return unmeasured(run, &entry.name, kind);
    }
    // Nothing but ASCII says nothing of the encoding, so it pays to look further.
    let reach = if head.is_ascii() { ENCODING_BYTES } else { HEAD_BYTES };
    let head = window.peek(reach);
    let whole = head.len() < reach;
    match encoding::detect(head, whole) {
        Detected::Binary => unmeasured(run, &entry.name, &kind::by_name(inner, false)),
        Detected::Unread(encoding) => unmeasured(run, &entry.name, encoding),
        Detected::Text { encoding, mark, guessed } => {
            if guessed {
                let place = Place::file(&entry.name).noting(encoding.name());
                run.note("SJ-ingest-014", place);
            }
            window.consume(mark);
            let window = match encoding.name() {
                "UTF-8" => window,
                _ => Window::new(Box::new(Decoding::new(window, encoding))),
            };
            text(run, entry, window, layer);
        }
    }
}

fn too_deep(run: &mut Run<'_>, name: &str) {
    run.file(name, "nested", false);
    run.note("SJ-ingest-052", Place::file(name));
}

/// The file as one that can be jumped in; `None` after a finding.
fn random(
    run: &mut Run<'_>,
    entry: &mut Entry<'_>,
    mut window: Window<'_>,
    (depth, kind): (u32, &str),
) -> Option<Random> {
    let input = match entry.path {
        Some(path) if depth == 0 => File::open(path).map(|file| Some(Random::File(file))),
        _ => random::load(&mut window, run.limits.memory_bytes / 4)
            .map(|bytes| bytes.map(Random::Memory)),
    };
    match input {
        Err(err) => fault(run, &entry.name, None, &err),
        Ok(Some(input)) => return Some(input),
        Ok(None) => {
            run.file(&entry.name, kind, false);
            run.note("SJ-ingest-054", Place::file(&entry.name));
        }
    }
    None
}

/// Reads an archive, a workbook, or neither.
fn zipped(run: &mut Run<'_>, entry: &mut Entry<'_>, window: Window<'_>, depth: u32) {
    let Some(input) = random(run, entry, window, (depth, "zip")) else { return };
    let name = &entry.name;
    let again = match &input {
        Random::File(file) => file.try_clone().ok().map(Random::File),
        Random::Memory(bytes) => Some(Random::Memory(bytes.clone())),
    };
    let Some(archive) = zip::open(run, name, input) else {
        let whole = !formats::is_measured(&kind::extension(name));
        if let Some(input) = again.filter(|_| whole && depth < run.limits.nesting) {
            zip::salvage(run, name, input, depth);
        }
        return;
    };
    if zip::is_workbook(&archive) {
        if let Some(input) = again
            && zip::is_within_budget(run, name, archive)
            && let Read::Sheets(read) = formats::WORKBOOK.read
        {
            read(run, name, input);
        }
    } else if let Some(kind) = zip::document_kind(&archive) {
        unmeasured(run, name, kind);
    } else if depth >= run.limits.nesting {
        too_deep(run, name);
    } else if archive.is_empty() {
        run.file(name, "zip", false);
        run.note("SJ-ingest-012", Place::file(name).noting("an archive without members"));
    } else {
        zip::read(run, name, archive, depth);
    }
}

/// Counts a file whose content is not measured; one whose name says that it should be is lost.
pub(crate) fn unmeasured(run: &mut Run<'_>, name: &str, kind: &str) {
    let extension = kind::extension(&kind::without_compression(name));
    if kind::is_closed(kind) {
        run.file(name, kind, false);
        return run.note("SJ-ingest-015", Place::file(name).noting(kind));
    }
    if !formats::is_measured(&extension) {
        run.file(name, kind, false);
        return run.note("SJ-ingest-011", Place::file(name).noting(kind));
    }
    // The kind is what the name says, so that a lost table is never taken for an image.
    let note = if kind == extension { extension.clone() } else { format!("content is {kind}") };
    run.file(name, &extension, false);
    run.note("SJ-ingest-018", Place::file(name).noting(note));
}

fn text(run: &mut Run<'_>, entry: &mut Entry<'_>, mut window: Window<'_>, layer: &Layer) {
    // What is text here is not compressed, whatever its name says.
    let inner = kind::without_compression(&layer.inner);
    let extension = kind::extension(&inner);
    if inner != kind::base_name(&layer.inner) {
        run.note("SJ-ingest-013", Place::file(&entry.name).noting("content is not compressed"));
    }
    let limits = run.limits;
    let head = Head { text: window.peek(HEAD_BYTES), extension: &extension, limits };
    match formats::of(&head) {
        Some((format, disagrees)) => {
            if disagrees {
                let note = format!("content is {}", format.name);
                run.note("SJ-ingest-013", Place::file(&entry.name).noting(note));
            }
            records(run, entry, window, layer.depth, format);
        }
        None => unmeasured(run, &entry.name, &kind::by_name(&inner, true)),
    }
}

/// Reads every record of a format.
fn records(
    run: &mut Run<'_>,
    entry: &mut Entry<'_>,
    mut window: Window<'_>,
    depth: u32,
    format: &Format,
) {
    let name = entry.name.clone();
    match format.read {
        Read::Stream(read) => {
            let mut job = run.file(&name, format.name, true);
            read(&mut job, &mut window);
            let is_empty = job.report().present == 0 && !job.is_stopped() && !window.is_broken();
            if is_empty {
                job.note("SJ-ingest-012", job.place().noting("no record"));
            }
            finish(run, &name, &mut window);
        }
        Read::Random(read) => {
            if let Some(input) = random(run, entry, window, (depth, format.name)) {
                read(&mut run.file(&name, format.name, true), input);
            }
        }
        Read::Sheets(read) => {
            if let Some(input) = random(run, entry, window, (depth, format.name)) {
                read(run, &name, input);
            }
        }
    }
}

/// Moves to the end of a stream and reports what broke it.
pub(crate) fn finish(run: &mut Run<'_>, name: &str, window: &mut Window<'_>) {
    if run.is_stopped() {
        return;
    }
    while !window.is_done() && window.fill() {
        let rest = window.data().len();
        window.consume(rest);
    }
    if let Some(err) = window.take_fault() {
        fault(run, name, Some(window.offset()), &err);
    }
}
