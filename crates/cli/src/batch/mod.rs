//! `shujian batch`

mod job;
mod out;
pub(crate) mod roster;
pub(crate) mod verify;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

use job::{Desk, Done};
use out::{BATCH, MANIFEST, Out, TABLES};
use roster::{Entry, Roster};
use shujian_core::card::Rubric as CardRubric;
use shujian_core::{Fen, Finding};
use shujian_desk::{Batch, Head, Manifest, Row, settle, table};
use shujian_grade::envelope::{self, Mode};
use shujian_grade::measure::Catalogue;
use shujian_grade::measure::catalogue::Rate;
use shujian_grade::measure::parameter::Settings;
use shujian_report::Lang;

use crate::failure::{Failure, Fault};
use crate::{grade, input, output, run};

/// Grade every application of a batch, rank them and share the envelope
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder with a folder for each application, or a list such as batch.toml
    #[arg(value_name = "DIR|FILE")]
    batch: PathBuf,

    /// Folder for the results, new or of an earlier run: what is unchanged is not graded again
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,

    /// The year's envelope, yuan; shared by grade, a twentieth kept for appeals
    #[arg(long, value_name = "YUAN")]
    envelope: Option<String>,

    /// Rubric to apply; the released one if absent
    #[arg(long, value_name = "FILE")]
    rubric: Option<PathBuf>,

    #[command(flatten)]
    bounds: run::Bounds,

    /// How to write the list to the screen: text or json
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    format: String,
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    let rubric = grade::rubric(args.rubric.as_deref())?;
    let envelope = args.envelope.as_deref().map(terms).transpose()?;
    let roster = roster::read(&args.batch)?;
    let out = Out::open(&args.output, &args.batch)?;
    out.keep_only(&roster.entries.iter().map(|entry| entry.folder.as_str()).collect())?;

    let desk = Desk { out: &out, rubric: &rubric, bounds: &args.bounds, lang };
    let done = grade_all(&desk, &roster)?;
    let taken_over = done.iter().filter(|done| done.taken_over).count();
    let head = Head {
        engine_version: env!("CARGO_PKG_VERSION").to_owned(),
        rubric: CardRubric { version: rubric.version.clone(), hash: rubric.hash.clone() },
        sample_only: args.bounds.is_sample(),
        envelope,
    };
    let batch = conclude(&out, head, done, roster.findings.into_card())?;

    let text = match args.format.as_str() {
        "json" => output::json(&batch),
        _ => shujian_report::batch::list(&batch, lang),
    };
    output::write(&text, None)?;
    output::to_stderr(&said(&args.output, taken_over, lang));
    Ok(if batch.sums.failed > 0 { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// An envelope, how it is shared, and the part kept for appeals, as the catalogue supposes.
fn terms(yuan: &str) -> Result<(Fen, Mode, Rate), Failure> {
    let amount = yuan.parse::<Fen>().map_err(|error| input::wrong("envelope", error.text()))?;
    if amount < Fen(0) {
        let (zh, en) = (format!("“{yuan}”小于 0"), format!("{yuan:?} is below zero"));
        return Err(input::wrong("envelope", shujian_core::finding::Text { zh, en }));
    }
    let terms = envelope::terms(&Catalogue::released(), &Settings::default());
    let (mode, hold_back) = terms.expect("the released catalogue has both defaults");
    Ok((amount, mode, hold_back))
}

/// Grades what is not yet graded, as many at a time as the bounds admit.
fn grade_all(desk: &Desk<'_>, roster: &Roster) -> Result<Vec<Done>, Failure> {
    let limits = desk.bounds.limits();
    let size = |entry: &Entry| {
        let inputs = shujian_engine::inputs(std::slice::from_ref(&entry.path), &limits);
        // What cannot be found is refused in its turn.
        inputs.map_or(0, |inputs| inputs.bytes)
    };
    let bytes: Vec<u64> = roster.entries.iter().map(size).collect();
    let progress = desk.bounds.progress(desk.lang);
    let count = AtomicUsize::new(0);
    let work = |at: usize, limits| {
        let entry = &roster.entries[at];
        let done = job::work(desk, entry, &limits);
        let count = count.fetch_add(1, Ordering::Relaxed) + 1;
        progress.done(count, roster.entries.len(), &entry.id);
        done
    };
    shujian_engine::several(&bytes, &limits, &work).into_iter().collect()
}

/// Settles the list and writes its tables; the manifest comes last.
fn conclude(
    out: &Out,
    head: Head,
    done: Vec<Done>,
    passed_over: Vec<Finding>,
) -> Result<Batch, Failure> {
    let (rows, found): (Vec<Row>, Vec<(String, Vec<Finding>)>) =
        done.into_iter().map(|done| (done.row.clone(), (done.row.id, done.findings))).unzip();
    let batch = settle(head, rows, passed_over).map_err(|error| {
        let en = error.to_string();
        Failure::new(Fault::Input, format!("不能排出名次：{en}"), format!("no list: {en}"))
    })?;
    for (name, bytes) in TABLES.iter().zip(tables(&batch, &found.into_iter().collect())) {
        out.put_table(name, &bytes)?;
    }
    out.put_table(BATCH, output::json(&batch).as_bytes())?;
    let manifest = Manifest::of(&batch, out.files()?);
    out.put_table(MANIFEST, output::json(&manifest).as_bytes())?;
    Ok(batch)
}

/// The tables of a list, in the order of [`TABLES`]; findings stand in the order of the list.
fn tables(batch: &Batch, found: &BTreeMap<String, Vec<Finding>>) -> [Vec<u8>; 4] {
    let of = |row: &'_ Row| found.get(&row.id).map_or(&[][..], Vec::as_slice);
    let findings = table::findings(batch.applications.iter().map(|row| (row.id.as_str(), of(row))));
    [table::csv(batch), table::xlsx(batch), table::parquet(batch), findings]
}

/// Where the results stand, and how many applications were not graded again.
fn said(out: &Path, taken_over: usize, lang: Lang) -> String {
    let out = out.display();
    match (lang, taken_over) {
        (Lang::Zh, 0) => format!("已写入 {out}/\n"),
        (Lang::Zh, _) => format!("已写入 {out}/（{taken_over} 项未变，沿用前次结果）\n"),
        (Lang::En, 0) => format!("written: {out}/\n"),
        (Lang::En, _) => format!("written: {out}/ ({taken_over} unchanged, not graded again)\n"),
    }
}
