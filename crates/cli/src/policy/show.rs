//! `shujian policy show`

use std::process::ExitCode;

use shujian_report::Lang;

use super::{Which, refused};
use crate::failure::Failure;
use crate::output::Out;

/// Show a measure: article, numbers, conditions, open questions
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Measure such as national-match or M6b; `policy list` has them
    #[arg(value_name = "MEASURE")]
    measure: String,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    out: Out,
}

pub(super) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    args.out.check()?;
    let open = args.which.open()?;
    let day = open.catalogue.case_defaults.date;
    let measure = open.catalogue.measure(&args.measure, day).map_err(|error| refused(&error))?;
    args.out.write(measure, |measure| shujian_report::policy::show(&open.catalogue, measure, lang))
}
