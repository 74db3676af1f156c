//! `shujian delivery diff`

use std::path::PathBuf;
use std::process::ExitCode;

use shujian_annotation::verdict::{Checked, diff};
use shujian_report::{Lang, delivery};

use super::{Terms, open};
use crate::failure::Failure;

/// Hold a corrected delivery against the first
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The first delivery
    #[arg(value_name = "BEFORE")]
    before: PathBuf,

    /// Its correction
    #[arg(value_name = "AFTER")]
    after: PathBuf,

    #[command(flatten)]
    terms: Terms,
}

/// 0 when all that was asked for is done and nothing new is wrong, else 1.
pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    let spec = args.terms.read()?;
    let checked =
        |path| open(path).map(|(delivery, root)| Checked::of(delivery, root, spec.as_ref()));
    let found = diff(&checked(&args.before)?, &checked(&args.after)?);
    args.terms.out.write(&found, |found| delivery::diff(found, lang))?;
    Ok(ExitCode::from(u8::from(!found.is_clean())))
}
