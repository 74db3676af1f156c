//! `shujian policy list`

use std::process::ExitCode;

use shujian_report::Lang;

use super::Which;
use crate::failure::Failure;
use crate::output::Out;

/// List the measures of the policy
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
    args.out.write(&open.catalogue, |catalogue| shujian_report::policy::list(catalogue, lang))
}
