//! `shujian labels …`: agreement, consensus, errors, evaluation and conversion of labels.

mod agree;
mod consensus;
mod convert;
mod errors;

use std::path::PathBuf;
use std::process::ExitCode;

use serde::Serialize;
use shujian_annotation::intake::IntakeError;
use shujian_core::Finding;
use shujian_report::Lang;

use crate::failure::{Failure, Fault};
use crate::output;

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
    /// Write labels in another format, with what is lost listed
    Convert(convert::Args),
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    match &args.command {
        Command::Agree(args) => agree::run(args, lang),
        Command::Consensus(args) => consensus::run(args, lang),
        Command::Errors(args) => errors::run(args, lang),
        Command::Convert(args) => convert::run(args, lang),
    }
}

/// Where a result goes and how it is written
#[derive(Debug, clap::Args)]
pub(crate) struct Out {
    /// How to write the result: text or json
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    format: String,

    /// File to write to instead of the screen
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Out {
    /// Refuses an output that cannot be written, before work is spent.
    ///
    /// - Errors: exit 2 or 4.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        output::check(self.output.as_deref())
    }

    /// Writes a form: as it is, or by `text` for people.
    ///
    /// - Errors: exit 4.
    pub(crate) fn write<F: Serialize>(
        &self,
        form: &F,
        text: impl FnOnce(&F) -> String,
    ) -> Result<ExitCode, Failure> {
        let result = if self.format == "json" { json(form) } else { text(form) };
        output::write(&result, self.output.as_deref())?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A form as indented JSON.
pub(crate) fn json<F: Serialize>(form: &F) -> String {
    let json = serde_json::to_string_pretty(form);
    json.expect("a form holds string keys and numbers only") + "\n"
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

/// The first things found, a line each.
fn reasons(findings: &[Finding], lang: Lang) -> String {
    let line = |finding: &Finding| {
        format!("\n  {} ×{} {}", finding.code, finding.count, lang.text(&finding.cause))
    };
    findings.iter().take(3).map(line).collect()
}
