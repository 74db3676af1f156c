//! `shujian apply init`

use std::path::PathBuf;
use std::process::ExitCode;

use shujian_report::Lang;

use crate::failure::{Failure, Fault};
use crate::output;

/// Write an empty application with notes on every field
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File to write to, which must not exist; the screen if absent
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    if let Some(file) = args.output.as_deref().filter(|file| file.symlink_metadata().is_ok()) {
        // Someone may have filled it in for days.
        let file = file.display();
        return Err(Failure::new(
            Fault::Usage,
            format!("{file} 已存在，不覆盖；请换一个名字"),
            format!("{file} exists and is not written over; choose another name"),
        ));
    }
    output::check(args.output.as_deref())?;
    output::write(lang.of(shujian_desk::apply::TEMPLATE), args.output.as_deref())?;
    Ok(ExitCode::SUCCESS)
}
