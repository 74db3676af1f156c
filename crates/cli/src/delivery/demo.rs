//! `shujian delivery demo`

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use shujian_report::Lang;

use crate::failure::{Failure, Fault};
use crate::output;

/// Seed of the demonstration, so that everyone sees the same verdicts.
const SEED: u64 = 20_260_223;

/// Write a small delivery, its correction, an instruction and known items, to try the commands on
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder to write it to
    #[arg(value_name = "DIR", default_value = "shujian-delivery")]
    folder: PathBuf,
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    write(&args.folder)?;
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

/// Writes the delivery into a folder that is empty or holds an earlier demonstration.
fn write(folder: &Path) -> Result<(), Failure> {
    let strange = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
        && !folder.join("instruction.toml").is_file();
    if strange {
        let folder = folder.display();
        let zh = format!("{folder} 里有别的文件；请给出空文件夹");
        let en = format!("{folder} holds other files; name an empty folder");
        return Err(Failure::new(Fault::Usage, zh, en));
    }
    fs::create_dir_all(folder)
        .and_then(|()| shujian_fixtures::demo::write_delivery(folder, SEED))
        .map_err(|error| Failure::io(Fault::Environment, folder, &error))
}
