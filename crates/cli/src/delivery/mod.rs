//! `shujian delivery`

mod check;
mod commit;
mod conclude;
mod demo;
mod diff;
mod sample;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use shujian_annotation::checks::Spec;
use shujian_annotation::formats::Delivery;
use shujian_annotation::intake;
use shujian_annotation::verdict::{self, Review};
use shujian_core::LabelVerdict;
use shujian_report::Lang;
use shujian_report::delivery::REVIEW_REPORTS;

use crate::failure::{Failure, Fault};
use crate::output::Out;
use crate::{input, output, pipeline};

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
    /// Write a small delivery, its correction, an instruction and known items, to try the commands on
    Demo(demo::Args),
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    match &args.command {
        Command::Check(args) => check::run(args, lang),
        Command::Commit(args) => commit::run(args, lang),
        Command::Sample(args) => sample::run(args, lang),
        Command::Conclude(args) => conclude::run(args, lang),
        Command::Diff(args) => diff::run(args, lang),
        Command::Demo(args) => demo::run(args, lang),
    }
}

/// Items that are known
#[derive(Debug, clap::Args)]
struct Gold {
    /// Labels of items whose truth is known, in any of the formats
    #[arg(long, value_name = "PATH")]
    gold: Option<PathBuf>,
}

impl Gold {
    /// Reads them, if any were given.
    fn known(&self) -> Result<Option<Delivery>, Failure> {
        let known = self.gold.as_ref().map(|path| intake::known(path, &pipeline::limits()));
        Ok(known.transpose()?)
    }
}

/// The terms of acceptance, and where the result goes
#[derive(Debug, clap::Args)]
struct Terms {
    /// Labelling instruction with the terms of acceptance; see pipelines/delivery.toml
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,

    #[command(flatten)]
    out: Out,
}

impl Terms {
    /// Reads the instruction, once it is sure that the result can be written.
    fn read(&self) -> Result<Option<Spec>, Failure> {
        self.out.check()?;
        self.spec.as_deref().map(spec).transpose()
    }
}

/// The terms of acceptance, and where a review goes
#[derive(Debug, clap::Args)]
struct ReviewTerms {
    /// Labelling instruction with the terms of acceptance; see pipelines/delivery.toml
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,

    /// How to write the review: text, json, or junit or sarif for a build server; by default as the
    /// name of the output says, else text
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    format: Option<String>,

    /// File to write to instead of the screen
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Names of the reports of a review.
fn formats() -> clap::builder::PossibleValuesParser {
    input::names(REVIEW_REPORTS.iter().map(|report| report.name))
}

impl ReviewTerms {
    /// Reads the instruction, once it is sure that the result can be written.
    fn read(&self) -> Result<Option<Spec>, Failure> {
        output::check(self.output.as_deref())?;
        self.spec.as_deref().map(spec).transpose()
    }

    /// Writes a review; the exit code is its verdict's, which criteria that are open but for those to
    /// come still hold back.
    fn write(&self, review: &Review, to_come: &[&str], lang: Lang) -> Result<ExitCode, Failure> {
        let format = output::format(self.format.as_deref(), self.output.as_deref());
        let report = REVIEW_REPORTS.iter().find(|report| report.name == format);
        let report = report.expect("the parser admits names of reports only");
        output::write(&(report.render)(review, lang), self.output.as_deref())?;
        Ok(exit_code(review, to_come))
    }
}

/// Reads a delivery, with the hash of its files.
fn open(path: &Path) -> Result<(Delivery, String), Failure> {
    verdict::open(path, &pipeline::limits())
        .map_err(|error| Failure::io(Fault::Input, &error.path, &error.source))
}

/// Reads the labelling instruction.
fn spec(path: &Path) -> Result<Spec, Failure> {
    let text = input::text(path)?;
    let failed = |message: String| {
        let at = path.display();
        let zh = format!("{at}：标注说明不能使用：{message}");
        Failure::new(Fault::Input, zh, format!("{at}: unusable instruction: {message}"))
    };
    Spec::parse(&text).map_err(failed)
}

/// 0 for an accepted delivery, 1 for one that goes back or that nobody can decide on yet.
fn exit_code(review: &Review, to_come: &[&str]) -> ExitCode {
    let is_open = review.verdict.open.iter().any(|name| !to_come.contains(&name.as_str()));
    ExitCode::from(u8::from(is_open || review.verdict.decision != LabelVerdict::Accept))
}
