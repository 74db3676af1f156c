//! `shujian dedup`

use std::path::PathBuf;
use std::process::ExitCode;

use shujian_report::{Lang, View};

use crate::failure::Failure;
use crate::grade::render;
use crate::{output, run};

/// Write where every record stands among its copies, as Parquet
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    run: run::Inputs,

    /// Parquet file to write the clusters to
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    output::check(Some(&args.output))?;
    let card = {
        let progress = args.run.bounds.progress(lang);
        let options = args.run.bounds.options();
        shujian_engine::dedup(&args.run.paths, &options, &progress, &args.output)?
    };
    let view = View { lang, ..View::default() };
    output::write(&render(&card, "text", &view), None)?;
    Ok(ExitCode::SUCCESS)
}
