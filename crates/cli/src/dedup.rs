//! `shujian dedup`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use shujian_report::Lang;

use crate::failure::Failure;
use crate::{output, run};

/// Write where every record stands among its copies, as Parquet
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    run: run::Inputs,

    #[command(flatten)]
    deduplication: run::Deduplication,

    /// Parquet file to write to; columns: file, row, partition, content_id, kind, cluster, units, novel_units
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    output::check(Some(&args.output))?;
    let replaced = args.output.exists();
    let copies = {
        let progress = args.run.bounds.progress(lang);
        let options = args.run.bounds.options(args.deduplication.banding());
        shujian_engine::dedup(&args.run.paths, &options, &progress, &args.output)?
    };
    output::write(&shujian_report::copies(&copies.records, &copies.findings, lang), None)?;
    output::to_stderr(&said(&args.output, replaced, lang));
    Ok(ExitCode::SUCCESS)
}

/// Which file was written, and whether one of that name gave way.
fn said(file: &Path, replaced: bool, lang: Lang) -> String {
    let is_named = file.extension().is_some_and(|name| name == "parquet" || name == "pq");
    let file = match (lang, is_named) {
        (_, true) => file.display().to_string(),
        (Lang::Zh, false) => format!("{}（Parquet 格式）", file.display()),
        (Lang::En, false) => format!("{} (in Parquet)", file.display()),
    };
    match (lang, replaced) {
        (Lang::Zh, false) => format!("已写入 {file}\n"),
        (Lang::Zh, true) => format!("已写入 {file}（替换了原有文件）\n"),
        (Lang::En, false) => format!("written: {file}\n"),
        (Lang::En, true) => format!("written: {file} (in place of an earlier file)\n"),
    }
}
