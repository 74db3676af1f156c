//! `shujian completions`

use std::process::ExitCode;

use clap_complete::Shell;
use shujian_report::Lang;

use crate::failure::Failure;
use crate::{help, output};

/// Print completions for a shell
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Shell: bash, zsh, fish, elvish or powershell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut help::command(lang), "shujian", &mut script);
    output::write(&String::from_utf8_lossy(&script), None)?;
    Ok(ExitCode::SUCCESS)
}
