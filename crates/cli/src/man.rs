//! `shujian man`

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use shujian_report::Lang;

use crate::failure::{Failure, Fault};
use crate::help;

/// Write the man pages into a folder
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder for the pages; made if absent
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    if args.folder.exists() && !args.folder.is_dir() {
        let name = args.folder.display();
        let zh = format!("{name} 不是文件夹；请给出存放手册页的文件夹");
        let en = format!("{name} is no folder; name one for the pages");
        return Err(Failure::new(Fault::Usage, zh, en));
    }
    fs::create_dir_all(&args.folder)
        .and_then(|()| clap_mangen::generate_to(help::command(lang), &args.folder))
        .map_err(|error| Failure::io(Fault::Environment, &args.folder, &error))?;
    Ok(ExitCode::SUCCESS)
}
