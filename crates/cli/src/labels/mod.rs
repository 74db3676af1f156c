//! `shujian labels …`: agreement, consensus, errors, evaluation and conversion of labels.

mod agree;
mod consensus;
mod convert;
mod errors;
mod eval;

use std::process::ExitCode;

use shujian_annotation::code;
use shujian_annotation::intake::IntakeError;
use shujian_core::Finding;
use shujian_report::Lang;

use crate::failure::{Failure, Fault};

/// Compare, settle, check and convert labels
#[derive(Debug, clap::Args)]
#[command(disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// How far raters agree beyond chance
    Agree(agree::Args),
    /// One answer an item out of several raters' answers
    Consensus(consensus::Args),
    /// Labels that a model's probabilities speak against
    Errors(errors::Args),
    /// How found labels stand to the truth: average precision, error rates, F1
    Eval(eval::Args),
    /// Write labels in another format, with what is lost listed
    Convert(convert::Args),
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    match &args.command {
        Command::Agree(args) => agree::run(args, lang),
        Command::Consensus(args) => consensus::run(args, lang),
        Command::Errors(args) => errors::run(args, lang),
        Command::Eval(args) => eval::run(args, lang),
        Command::Convert(args) => convert::run(args, lang),
    }
}

impl From<IntakeError> for Failure {
    fn from(error: IntakeError) -> Self {
        match &error {
            IntakeError::Unopened { path, source } => Self::io(Fault::Input, path, source),
            IntakeError::Nothing { paths, findings } => Self::new(
                Fault::Input,
                format!("{paths}：没有读到任何标注{}", reasons(findings, Lang::Zh)),
                format!("{paths}: no label could be read{}", reasons(findings, Lang::En)),
            ),
            error => Self::new(Fault::Input, format!("不能读取：{error}"), error.to_string()),
        }
    }
}

/// 0 when all was read, 1 when the result rests on files of which a part is missing.
fn complete(findings: &[Finding]) -> ExitCode {
    let is_lost = |finding: &Finding| code::LOST.contains(&finding.code.as_str());
    ExitCode::from(u8::from(findings.iter().any(is_lost)))
}

/// The first things found, a line each.
fn reasons(findings: &[Finding], lang: Lang) -> String {
    let line = |finding: &Finding| {
        format!("\n  {} ×{} {}", finding.code, finding.count, lang.text(&finding.cause))
    };
    findings.iter().take(3).map(line).collect()
}
