//! One application of a batch: taken over if nothing changed, graded if not, never a reason to stop.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use serde::de::DeserializeOwned;
use shujian_core::finding::Text;
use shujian_core::{Card, Finding, Limits};
use shujian_desk::row::{Declared, MadeOf, SOURCE_SCHEMA};
use shujian_desk::{Row, Source};
use shujian_engine::Unwatched;
use shujian_grade::assess::relative_volume;
use shujian_grade::{Application, Rubric};
use shujian_report::{Lang, View};

use super::out::{CARD, Out, REPORT, SOURCE};
use super::roster::Entry;
use crate::failure::{Failure, Fault};
use crate::grade::{self, Handed};
use crate::{input, output, run};

/// Most bytes of an application.
const MOST_BYTES: u64 = 1 << 20;

/// Everything that jobs share.
#[derive(Debug)]
pub(super) struct Desk<'a> {
    pub(super) out: &'a Out,
    pub(super) rubric: &'a Rubric,
    pub(super) bounds: &'a run::Bounds,
    pub(super) lang: Lang,
}

/// What became of an application.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) row: Row,
    pub(super) findings: Vec<Finding>,
    /// Whether an earlier run had graded it.
    pub(super) taken_over: bool,
}

/// Why an application could not be graded.
struct Refused {
    code: &'static str,
    cause: Text,
}

impl Refused {
    fn by(code: &'static str, failure: Failure) -> Self {
        let (fault, cause) = failure.into_parts();
        let code = if fault == Fault::Environment { "SJ-desk-003" } else { code };
        Self { code, cause }
    }
}

/// Grades one application and writes its results.
///
/// - Errors: results that cannot be written; whatever else is wrong is a row.
pub(super) fn work(desk: &Desk<'_>, entry: &Entry, limits: &Limits) -> Result<Done, Failure> {
    let graded = catch_unwind(AssertUnwindSafe(|| graded(desk, entry, limits)));
    let refused = match graded {
        Ok(Ok(done)) => return done,
        Ok(Err(refused)) => refused,
        Err(_) => Refused { code: "SJ-desk-004", cause: own_fault() },
    };
    let cause = below_batch(&refused.cause, entry);
    let row = Row::failed(&entry.id, &entry.folder, entry.submitted, refused.code, cause);
    desk.out.forget(&entry.folder)?;
    desk.out.put(
        &entry.folder,
        REPORT,
        shujian_report::batch::failure(&row, desk.lang).as_bytes(),
    )?;
    Ok(Done { row, findings: Vec::new(), taken_over: false })
}

/// A message that names places by the id of the application: results do not tell where on a machine
/// the data lay, nor how its path was spelt.
fn below_batch(cause: &Text, entry: &Entry) -> Text {
    let path = entry.path.display().to_string();
    let [zh, en] = [&cause.zh, &cause.en].map(|text| text.replace(&path, &entry.id));
    Text { zh, en }
}

fn own_fault() -> Text {
    Text { zh: "程序自身的缺陷".to_owned(), en: "a fault of our own".to_owned() }
}

/// A row by a card, of this run or of an earlier one; the outer error is why there is no card.
fn graded(
    desk: &Desk<'_>,
    entry: &Entry,
    limits: &Limits,
) -> Result<Result<Done, Failure>, Refused> {
    let declared = match &entry.application {
        Some(path) => Some(read(path).map_err(|failure| Refused::by("SJ-desk-001", failure))?),
        None => None,
    };
    let made_of = made_of(desk, entry, limits, declared.as_ref().map(|(_, hash)| hash.as_str()))?;
    let application = declared.as_ref().map(|(application, _)| application);
    let earlier = earlier(desk.out, entry, &made_of);
    let taken_over = earlier.is_some();
    let card = match earlier {
        Some(card) => card,
        None => {
            let paths = std::slice::from_ref(&entry.path);
            let options = desk.bounds.options_within(limits.clone(), desk.rubric.deduplication);
            let handed =
                Handed { application: application.zip(entry.application.as_deref()), labels: None };
            grade::grade_with(paths, &options, desk.rubric, handed, &Unwatched)
                .map_err(|failure| Refused::by("SJ-desk-002", failure))?
        }
    };
    let source = Source {
        schema: SOURCE_SCHEMA.to_owned(),
        id: entry.id.clone(),
        made_of,
        card_digest: card.digest.clone(),
        declared: application.map(Declared::of),
        volume_millionths: relative_volume(&card, desk.rubric, application),
        submitted: entry.submitted,
    };
    Ok(keep(desk, entry, &source, card, taken_over))
}

/// Writes the results of an application: what tells that they are whole comes last.
fn keep(
    desk: &Desk<'_>,
    entry: &Entry,
    source: &Source,
    card: Card,
    taken_over: bool,
) -> Result<Done, Failure> {
    let row = Row::of(source, &entry.folder, &card).expect("a card of the desk is graded");
    let view = View { lang: desk.lang, ..View::default() };
    let report = grade::render(&card, "text", &view);
    if !taken_over {
        desk.out.forget(&entry.folder)?;
        desk.out.put(&entry.folder, CARD, output::json(&card).as_bytes())?;
    }
    desk.out.put(&entry.folder, REPORT, report.as_bytes())?;
    desk.out.put(&entry.folder, SOURCE, output::json(source).as_bytes())?;
    Ok(Done { row, findings: card.findings, taken_over })
}

/// An application and the hash of its file.
///
/// - Errors: as reading one; also a link, a pipe or a file beyond every form, which an applicant
///   could hand in to have another file quoted or to have the desk wait for ever.
pub(super) fn read(path: &Path) -> Result<(Application, String), Failure> {
    let there = path.symlink_metadata();
    let there = there.map_err(|error| Failure::io(Fault::Input, path, &error))?;
    if !there.is_file() || there.len() > MOST_BYTES {
        let path = path.display();
        return Err(Failure::new(
            Fault::Input,
            format!("{path}：须是普通文件，至多 1 MiB；不读链接与管道"),
            format!("{path}: must be a plain file of at most 1 MiB; links and pipes are not read"),
        ));
    }
    let text = input::text(path)?;
    let application = Application::parse(&text).map_err(|error| Failure::form(path, &error))?;
    Ok((application, blake3::hash(text.as_bytes()).to_hex().to_string()))
}

/// What goes into the card of an application.
fn made_of(
    desk: &Desk<'_>,
    entry: &Entry,
    limits: &Limits,
    application: Option<&str>,
) -> Result<MadeOf, Refused> {
    let inputs = shujian_engine::inputs(std::slice::from_ref(&entry.path), limits);
    let inputs = inputs.map_err(|error| Refused::by("SJ-desk-002", error.into()))?;
    // A file that cannot be read is a finding of the card, and never the same as before.
    let input_root = inputs.root().unwrap_or_default();
    Ok(MadeOf {
        input_root,
        application_hash: application.map(str::to_owned),
        rubric_hash: desk.rubric.hash.clone(),
        engine_version: env!("CARGO_PKG_VERSION").to_owned(),
        sample_only: desk.bounds.is_sample(),
    })
}

/// The card of an earlier run, if it was made of the same and is whole.
fn earlier(out: &Out, entry: &Entry, made_of: &MadeOf) -> Option<Card> {
    let source: Source = parsed(&out.read(&entry.folder, SOURCE)?)?;
    let is_same = source.id == entry.id
        && source.made_of == *made_of
        && !made_of.input_root.is_empty()
        && source.schema == SOURCE_SCHEMA;
    let bytes = is_same.then(|| out.read(&entry.folder, CARD)).flatten()?;
    let card: Card = parsed(&bytes)?;
    let is_whole = card.digest == source.card_digest
        && card.compute_digest() == card.digest
        && card.assessment.is_some()
        && output::json(&card).as_bytes() == bytes;
    is_whole.then_some(card)
}

/// A form, if the bytes are one.
pub(super) fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    serde_json::from_slice(bytes).ok()
}
