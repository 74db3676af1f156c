//! `shujian delivery check`

use std::path::PathBuf;
use std::process::ExitCode;

use shujian_annotation::intake;
use shujian_annotation::verdict::{Asked, review};
use shujian_report::Lang;

use super::{ReviewTerms, open};
use crate::failure::Failure;
use crate::pipeline;

/// Check a delivery of labels: accept, rework or reject
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File or folder of labels, in any of the formats
    #[arg(value_name = "PATH")]
    delivery: PathBuf,

    /// Labels of items whose truth is known, in any of the formats
    #[arg(long, value_name = "PATH")]
    gold: Option<PathBuf>,

    #[command(flatten)]
    terms: ReviewTerms,
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    let spec = args.terms.read()?;
    let known = args.gold.as_ref().map(|path| intake::known(path, &pipeline::limits()));
    let known = known.transpose()?;
    let known = known.as_ref().map(|known| &known.labels);
    let (delivery, root) = open(&args.delivery)?;
    let asked = Asked { spec: spec.as_ref(), known, inspected: None };
    let review = review(delivery, root, &asked);
    args.terms.write(&review, lang)
}
