//! `shujian delivery check`

use std::path::PathBuf;
use std::process::ExitCode;

use shujian_annotation::verdict::{Asked, review};
use shujian_report::Lang;

use super::{Gold, ReviewTerms, open};
use crate::failure::Failure;

/// Check a delivery of labels: accept, rework or reject
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File or folder of labels, in any of the formats
    #[arg(value_name = "PATH")]
    delivery: PathBuf,

    #[command(flatten)]
    gold: Gold,

    #[command(flatten)]
    terms: ReviewTerms,
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    let spec = args.terms.read()?;
    let known = args.gold.known()?;
    let known = known.as_ref().map(|known| &known.labels);
    let (delivery, root) = open(&args.delivery)?;
    let asked = Asked { spec: spec.as_ref(), known, inspected: None };
    let review = review(delivery, root, &asked);
    // Inspection comes next: that it is open is no want of the delivery.
    args.terms.write(&review, &["inspection"], lang)
}
