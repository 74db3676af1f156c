//! `shujian delivery commit`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use shujian_annotation::sampling::Commitment;
use shujian_report::Lang;

use crate::failure::{Failure, Fault};
use crate::output;

/// Print the commitment to a secret, to publish before the delivery
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File that holds the secret, 16 bytes or more that nobody can guess
    #[arg(value_name = "FILE")]
    secret: PathBuf,
}

pub(crate) fn run(args: &Args, _lang: Lang) -> Result<ExitCode, Failure> {
    let commitment = Commitment::to(&secret(&args.secret)?).map_err(|error| {
        let zh = "口令太短：至少要 16 个字节";
        Failure::new(Fault::Input, zh, error.to_string())
    })?;
    output::write(&format!("{}\n", commitment.to_hex()), None)?;
    Ok(ExitCode::SUCCESS)
}

/// The bytes of a secret file, as they are.
pub(super) fn secret(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::io(Fault::Input, path, &error))
}
