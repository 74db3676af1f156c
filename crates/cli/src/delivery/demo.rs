//! `shujian delivery demo`

use std::path::PathBuf;
use std::process::ExitCode;

use shujian_report::Lang;

use crate::failure::Failure;
use crate::{demo, output};

/// Write a small delivery, its correction, an instruction and known items, to try the commands on
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder to write it to
    #[arg(value_name = "DIR", default_value = "shujian-delivery")]
    folder: PathBuf,
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    demo::write(&args.folder, "instruction.toml", shujian_fixtures::demo::write_delivery)?;
    let folder = args.folder.display();
    let said = match lang {
        Lang::Zh => format!(
            "{folder}：first 是初次交付，corrected 是返工后的交付，instruction.toml 是标注说明，known.csv 是金标\n"
        ),
        Lang::En => format!(
            "{folder}: first is the delivery, corrected what came back after rework, \
             instruction.toml the instruction, known.csv items of known class\n"
        ),
    };
    output::write(&said, None)?;
    Ok(ExitCode::SUCCESS)
}
