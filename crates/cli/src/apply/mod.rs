//! `shujian apply`

mod check;
mod init;

use std::process::ExitCode;

use clap::Subcommand;
use shujian_report::Lang;

use crate::failure::Failure;

/// Write and check an application
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write an empty application with notes on every field
    Init(init::Args),
    /// Say what an application lacks, what is wrong in it and what the data contradict
    Check(check::Args),
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    match &args.command {
        Command::Init(args) => init::run(args, lang),
        Command::Check(args) => check::run(args, lang),
    }
}
