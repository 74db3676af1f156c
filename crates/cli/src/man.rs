//! `shujian man`

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use shujian_report::Lang;

use crate::failure::Failure;
use crate::help;

/// Write the man pages into a folder
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder for the pages; made if absent
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    fs::create_dir_all(&args.folder)
        .and_then(|()| clap_mangen::generate_to(help::command(lang), &args.folder))
        .with_context(|| format!("writing man pages to {}", args.folder.display()))
        .map_err(Failure::Environment)?;
    Ok(ExitCode::SUCCESS)
}
