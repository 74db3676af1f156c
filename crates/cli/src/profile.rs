//! `shujian profile`

use std::path::PathBuf;
use std::process::ExitCode;

use shujian_report::{Lang, View};

use crate::failure::Failure;
use crate::grade::{formats, render};
use crate::{output, run};

/// Measure a dataset without grading it
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    run: run::Inputs,

    #[command(flatten)]
    deduplication: run::Deduplication,

    /// How to write the card: text, json, or junit or sarif for a build server; by default as the
    /// name of the output says, else text
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    format: Option<String>,

    /// File to write to instead of the screen
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    output::check(args.output.as_deref())?;
    let card = {
        let progress = args.run.bounds.progress(lang);
        shujian_engine::profile(
            &args.run.paths,
            &args.run.bounds.options(args.deduplication.banding()),
            &progress,
        )?
    };
    let view = View { lang, ..View::default() };
    let format = output::format(args.format.as_deref(), args.output.as_deref());
    output::write(&render(&card, format, &view), args.output.as_deref())?;
    Ok(ExitCode::SUCCESS)
}
