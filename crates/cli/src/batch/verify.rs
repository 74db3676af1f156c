//! `shujian verify`

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use shujian_core::inert::clean;
use shujian_core::{Card, Finding};
use shujian_desk::manifest::{self, Listed};
use shujian_desk::row::Declared;
use shujian_desk::verification::{Mismatch, Verification};
use shujian_desk::{Batch, Manifest, Row, Source, Status, batch, settle};
use shujian_engine::Unwatched;
use shujian_report::Lang;

use super::job::{self, parsed};
use super::out::{APPLICATIONS, BATCH, CARD, MANIFEST, SOURCE, TABLES, files};
use super::roster::{self, Entry};
use crate::failure::{Failure, Fault};
use crate::grade::{self, Handed};
use crate::output::Out;
use crate::run;

/// Check the results of a batch against their manifest, their cards and, if given, their data
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of the results, as `shujian batch` wrote it
    #[arg(value_name = "DIR")]
    results: PathBuf,

    /// The data, or the list, as `shujian batch` was given it: every application is graded again
    #[arg(long, value_name = "DIR|FILE")]
    data: Option<PathBuf>,

    /// Rubric to grade again with; the released one if absent
    #[arg(long, value_name = "FILE")]
    rubric: Option<PathBuf>,

    #[command(flatten)]
    bounds: run::Bounds,

    #[command(flatten)]
    out: Out,
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    args.out.check()?;
    let root = &args.results;
    let manifest: Manifest = form(&root.join(MANIFEST), manifest::SCHEMA)?;
    let batch: Batch = form(&root.join(BATCH), batch::SCHEMA)?;
    let mut found = hashes(root, &manifest)?;
    let cards = cards(root, &batch, &mut found);
    found.extend(derived(root, &manifest, &batch, &cards));
    let graded_again = match &args.data {
        Some(data) => Some(regrade(args, data, &batch, lang, &mut found)?),
        None => None,
    };
    let files = manifest.files.len() as u64;
    let verification = Verification::of(files, cards.len() as u64, graded_again, found);
    args.out.write(&verification, |form| shujian_report::batch::verification(form, lang))?;
    Ok(if verification.holds { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// A form of the results.
///
/// - Errors: exit 3: without it nothing can be checked.
fn form<T: serde::de::DeserializeOwned>(file: &Path, schema: &str) -> Result<T, Failure> {
    let bytes = fs::read(file).map_err(|error| Failure::io(Fault::Input, file, &error))?;
    parsed(&bytes).ok_or_else(|| {
        let file = file.display();
        let zh = format!("{file}：不是 {schema}；请重新运行 shujian batch");
        Failure::new(Fault::Input, zh, format!("{file}: is no {schema}; run `shujian batch` again"))
    })
}

/// Hashes every file that is listed, and looks for others.
fn hashes(root: &Path, manifest: &Manifest) -> Result<Vec<Mismatch>, Failure> {
    let mut found = Vec::new();
    let there = files(root).map_err(|error| Failure::io(Fault::Input, root, &error))?;
    let listed: BTreeSet<&str> = manifest.files.iter().map(|file| file.path.as_str()).collect();
    let strange = there.iter().filter(|path| *path != MANIFEST && !listed.contains(path.as_str()));
    found.extend(strange.map(|path| {
        Mismatch::at("SJ-desk-007", &clean(path), "清单里没有这个文件", "is not in the manifest")
    }));
    for file in &manifest.files {
        let (path, said) = (clean(&file.path), &file.path);
        if !is_below(said) {
            let (zh, en) = ("清单里的路径指向结果之外", "leads out of the results");
            found.push(Mismatch::at("SJ-desk-007", &path, zh, en));
            continue;
        }
        match fs::read(root.join(said)) {
            Ok(bytes) if Listed::of(said, &bytes) == *file => {}
            Ok(_) => found.push(Mismatch::at("SJ-desk-007", &path, "文件已被改动", "was changed")),
            Err(_) => {
                let (zh, en) = ("文件不见了或不可读", "is gone, or cannot be read");
                found.push(Mismatch::at("SJ-desk-007", &path, zh, en));
            }
        }
    }
    Ok(found)
}

/// Whether a path stays below the folder it is joined to.
fn is_below(path: &str) -> bool {
    Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

/// An application with its card, by id.
type Cards = BTreeMap<String, (Source, Card, String)>;

/// Reads the cards of a list; one that is gone or was changed is told.
fn cards(root: &Path, batch: &Batch, found: &mut Vec<Mismatch>) -> Cards {
    let mut cards = Cards::new();
    for row in batch.applications.iter().filter(|row| row.status != Status::Failed) {
        let mut tell = |zh: &str, en: &str| {
            found.push(Mismatch::at("SJ-desk-008", &clean(&row.id), zh, en));
        };
        if !is_below(&row.folder) {
            tell("结果文件夹名指向结果之外", "its folder leads out of the results");
            continue;
        }
        let folder = root.join(APPLICATIONS).join(&row.folder);
        let read = |name: &str| fs::read(folder.join(name)).ok();
        let source: Option<Source> = read(SOURCE).and_then(|bytes| parsed(&bytes));
        let card: Option<Card> = read(CARD).and_then(|bytes| parsed(&bytes));
        let (Some(source), Some(card)) = (source, card) else {
            tell("卡片不见了或不可读", "its card is gone, or cannot be read");
            continue;
        };
        if card.compute_digest() != card.digest || source.card_digest != card.digest {
            tell("卡片写出之后被改动", "its card was changed after it was written");
        }
        if source.id != row.id {
            tell("卡片属于另一项申报", "its card is that of another application");
        }
        cards.insert(row.id.clone(), (source, card, row.folder.clone()));
    }
    cards
}

/// Derives list, tables and manifest from the cards again.
fn derived(root: &Path, manifest: &Manifest, batch: &Batch, cards: &Cards) -> Vec<Mismatch> {
    let mut found = Vec::new();
    let mut tell = |place: &str, zh: &str, en: &str| {
        found.push(Mismatch::at("SJ-desk-008", place, zh, en));
    };
    let rows = cards.values().filter_map(|(source, card, folder)| Row::of(source, folder, card));
    let failed = batch.applications.iter().filter(|row| row.status == Status::Failed).cloned();
    let rows: Vec<Row> = rows.chain(failed).collect();
    let settled = batch.head().map(|head| settle(head, rows, batch.findings.clone()));
    let Some(Ok(again)) = settled else {
        tell(BATCH, "不能由卡片重新排出名次", "no list can be derived from the cards");
        return found;
    };
    for (said, row) in batch.applications.iter().zip(&again.applications) {
        if said != row {
            let (zh, en) = differs(said, row);
            tell(&clean(&said.id), &zh, &en);
        }
    }
    if again != *batch {
        let (zh, en) = ("名次、额度或合计与由卡片推出的不同", "list, envelope or sums differ");
        tell(BATCH, zh, en);
    }
    if batch.engine_version != env!("CARGO_PKG_VERSION") {
        // Another version may lay a table out otherwise; its hash was checked all the same.
        return found;
    }
    let findings: BTreeMap<String, Vec<Finding>> =
        cards.iter().map(|(id, (_, card, _))| (id.clone(), card.findings.clone())).collect();
    for (name, bytes) in TABLES.iter().zip(super::tables(&again, &findings)) {
        if fs::read(root.join(name)).is_ok_and(|there| there != bytes) {
            tell(name, "表格与由卡片推出的不同", "differs from what the cards give");
        }
    }
    if Manifest::of(&again, manifest.files.clone()) != *manifest {
        tell(MANIFEST, "清单与由卡片推出的不同", "differs from what the cards give");
    }
    found
}

/// What of a row differs, the weightiest first.
fn differs(said: &Row, found: &Row) -> (String, String) {
    if said.id != found.id {
        let (zh, en) = ("此处应为", "here should stand");
        let id = clean(&found.id);
        return (format!("{zh} {id}"), format!("{en} {id}"));
    }
    let amount =
        |fen: Option<shujian_core::Fen>| fen.map_or("–".to_owned(), |fen| fen.to_string());
    if said.share_fen != found.share_fen || said.payable_fen != found.payable_fen {
        let [payable, share] = [found.payable_fen, found.share_fen].map(amount);
        return (
            format!("金额应为 {payable}，额度内 {share}"),
            format!("the amount should be {payable}, {share} of the envelope"),
        );
    }
    ("该行与卡片不符".to_owned(), "the row differs from the card".to_owned())
}

/// Grades every application again; the count of those graded.
fn regrade(
    args: &Args,
    data: &Path,
    batch: &Batch,
    lang: Lang,
    found: &mut Vec<Mismatch>,
) -> Result<u64, Failure> {
    let rubric = grade::rubric(args.rubric.as_deref())?;
    if rubric.hash != batch.rubric.hash {
        let (zh, en) =
            ("评分细则不是当时的；请用 --rubric 给出", "another rubric; name it with --rubric");
        found.push(Mismatch::at("SJ-desk-009", &clean(&batch.rubric.version), zh, en));
        return Ok(0);
    }
    let entries = roster::read(data)?.entries;
    let rows: BTreeMap<&str, &Row> =
        batch.applications.iter().map(|row| (row.id.as_str(), row)).collect();
    let known: BTreeSet<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    let gone = batch.applications.iter().filter(|row| !known.contains(row.id.as_str()));
    found.extend(gone.map(|row| {
        Mismatch::at("SJ-desk-009", &clean(&row.id), "数据里没有这项申报", "is not among the data")
    }));
    let limits = args.bounds.limits();
    let sizes: Vec<u64> = entries
        .iter()
        .map(|entry| shujian_engine::inputs(std::slice::from_ref(&entry.path), &limits))
        .map(|inputs| inputs.map_or(0, |inputs| inputs.bytes))
        .collect();
    let progress = args.bounds.progress(lang);
    let outcomes = shujian_engine::several(&sizes, &limits, &|at: usize, limits| {
        let entry = &entries[at];
        let Some(row) = rows.get(entry.id.as_str()) else {
            return Some(("结果里没有这项申报".to_owned(), "is not among the results".to_owned()));
        };
        let options = shujian_engine::Options {
            limits,
            banding: rubric.deduplication,
            sample_only: batch.sample_only,
        };
        let outcome = compare(row, again(entry, &options, &rubric));
        progress.done(at + 1, entries.len(), &entry.id);
        outcome
    });
    for (entry, outcome) in entries.iter().zip(outcomes) {
        let outcome = outcome.map(|(zh, en)| Mismatch::at("SJ-desk-009", &entry.id, zh, en));
        found.extend(outcome);
    }
    Ok(entries.len() as u64)
}

/// The card of an application as it is graded now.
fn again(
    entry: &Entry,
    options: &shujian_engine::Options,
    rubric: &shujian_grade::Rubric,
) -> Result<(Card, Option<Declared>), Failure> {
    let application = match &entry.application {
        Some(path) => Some(job::read(path)?.0),
        None => None,
    };
    let declared = application.as_ref().map(Declared::of);
    let paths = std::slice::from_ref(&entry.path);
    let application = application.as_ref().zip(entry.application.as_deref());
    let handed = Handed { application, labels: None };
    let card = grade::grade_with(paths, options, rubric, handed, &Unwatched)?;
    Ok((card, declared))
}

/// What differs between a row and the card of the same application, if anything does.
fn compare(
    row: &Row,
    again: Result<(Card, Option<Declared>), Failure>,
) -> Option<(String, String)> {
    let Ok((card, declared)) = again else {
        let was_graded = row.status != Status::Failed;
        let (zh, en) = ("现在不能评分", "cannot be graded now");
        return was_graded.then(|| (zh.to_owned(), en.to_owned()));
    };
    let Some(digest) = &row.card_digest else {
        return Some((
            "当时不能评分，现在可以".to_owned(),
            "could not be graded then, and can now".to_owned(),
        ));
    };
    let short = |hash: &str| hash.chars().take(12).collect::<String>();
    let [was, is] = [short(digest), short(&card.digest)];
    if *digest != card.digest {
        return Some((
            format!("卡片摘要当时 {was}，现在 {is}"),
            format!("the card was {was} and is {is}"),
        ));
    }
    let declares = |declared: &Declared| {
        declared.applicant == row.applicant
            && declared.credit_code == row.credit_code
            && declared.requested_fen == row.requested_fen
            && declared.uplift_low_millionths == row.uplift_low_millionths
    };
    if !declared.as_ref().is_none_or(declares) {
        let (zh, en) = ("申报书所写与当时不同", "the application says something else now");
        return Some((zh.to_owned(), en.to_owned()));
    }
    let root = row.snapshot_root.as_deref().unwrap_or_default();
    (root != card.dataset.snapshot_root).then(|| {
        let [was, is] = [short(root), short(&card.dataset.snapshot_root)];
        (
            format!("内容哈希当时 {was}，现在 {is}（记录相同，文件不同）"),
            format!("the snapshot was {was} and is {is} (same records, other files)"),
        )
    })
}
