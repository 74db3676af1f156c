//! `shujian delivery`

mod check;
mod commit;
mod conclude;
mod diff;
mod sample;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use serde::Serialize;
use shujian_annotation::checks::Spec;
use shujian_annotation::verdict::{Decision, Review, RootError};
use shujian_core::Limits;
use shujian_report::Lang;

use crate::failure::{Failure, Fault};
use crate::{output, pipeline};

/// Check, sample and judge a delivery of labels
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a delivery of labels: accept, rework or reject
    Check(check::Args),
    /// Print the commitment to a secret, to publish before the delivery
    Commit(commit::Args),
    /// Draw the items to inspect: anyone can draw them again
    Sample(sample::Args),
    /// Judge a delivery with the results of its inspection
    Conclude(conclude::Args),
    /// Hold a corrected delivery against the first
    Diff(diff::Args),
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    match &args.command {
        Command::Check(args) => check::run(args, lang),
        Command::Commit(args) => commit::run(args, lang),
        Command::Sample(args) => sample::run(args, lang),
        Command::Conclude(args) => conclude::run(args, lang),
        Command::Diff(args) => diff::run(args, lang),
    }
}

/// Where and how to write.
#[derive(Debug, clap::Args)]
struct Written {
    /// How to write the result: text or json
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    format: String,

    /// File to write to instead of the screen
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Written {
    fn check(&self) -> Result<(), Failure> {
        output::check(self.output.as_deref())
    }

    fn write<T: Serialize>(&self, form: &T, text: impl FnOnce() -> String) -> Result<(), Failure> {
        let said = if self.format == "json" { json(form) } else { text() };
        output::write(&said, self.output.as_deref())
    }
}

fn json<T: Serialize>(form: &T) -> String {
    serde_json::to_string_pretty(form).expect("a form holds string keys and numbers only") + "\n"
}

fn limits() -> Limits {
    pipeline::limits()
}

/// Reads the labelling instruction.
fn spec(path: Option<&Path>) -> Result<Option<Spec>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let text = read(path)?;
    let failed = |message: String| {
        let at = path.display();
        let zh = format!("{at}：标注说明不能使用：{message}");
        Failure::new(Fault::Input, zh, format!("{at}: unusable instruction: {message}"))
    };
    Spec::parse(&text).map(Some).map_err(failed)
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::io(Fault::Input, path, &error))
}

fn unreadable(error: RootError) -> Failure {
    Failure::io(Fault::Input, &error.path, &error.source)
}

/// 0 for an accepted delivery, 1 for one that goes back.
fn exit_code(review: &Review) -> ExitCode {
    ExitCode::from(u8::from(review.verdict.decision != Decision::Accept))
}
