//! `shujian delivery check`

use std::path::PathBuf;
use std::process::ExitCode;

use shujian_annotation::intake;
use shujian_annotation::verdict::{Asked, review_path};
use shujian_report::{Lang, delivery};

use super::{Written, exit_code, limits, spec, unreadable};
use crate::failure::Failure;

/// Check a delivery of labels: accept, rework or reject
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File or folder of labels, in any of the formats
    #[arg(value_name = "PATH")]
    delivery: PathBuf,

    /// Labelling instruction with the terms of acceptance; see pipelines/delivery.toml
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,

    /// Labels of items whose truth is known, in any of the formats
    #[arg(long, value_name = "PATH")]
    gold: Option<PathBuf>,

    #[command(flatten)]
    written: Written,
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    args.written.check()?;
    let spec = spec(args.spec.as_deref())?;
    let known = args.gold.as_ref().map(|path| intake::known(path, &limits())).transpose()?;
    let known = known.as_ref().map(|known| &known.labels);
    let asked = Asked { spec: spec.as_ref(), known, inspected: None };
    let review = review_path(&args.delivery, &limits(), &asked).map_err(unreadable)?;
    args.written.write(&review, || delivery::review(&review, lang))?;
    Ok(exit_code(&review))
}
