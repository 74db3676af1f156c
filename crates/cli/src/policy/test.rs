//! `shujian policy test`

use std::process::ExitCode;

use shujian_grade::measure::case;
use shujian_report::Lang;

use super::Which;
use crate::failure::Failure;
use crate::output::Out;

/// Run the worked cases of the catalogue
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    out: Out,
}

pub(super) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    args.out.check()?;
    let open = args.which.open()?;
    let report = case::run(&open.catalogue, &open.text);
    args.out.write(&report, |report| shujian_report::policy::cases(report, &open.file, lang))?;
    Ok(ExitCode::from(u8::from(report.failed > 0)))
}
