//! `shujian delivery conclude`

use std::path::PathBuf;
use std::process::ExitCode;

use shujian_annotation::verdict::{Asked, Inspected, InspectionError, Sample, results, review};
use shujian_report::Lang;

use super::sample::refused;
use super::{Gold, ReviewTerms, commit, open};
use crate::failure::{Failure, Fault};
use crate::input;

/// Judge a delivery with the results of its inspection
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File or folder of labels, in any of the formats
    #[arg(value_name = "PATH")]
    delivery: PathBuf,

    /// The sample, as `sample --format json` wrote it
    #[arg(long, value_name = "FILE")]
    sample: PathBuf,

    /// Results: lines of `item,good` or `item,defect`
    #[arg(long, value_name = "FILE")]
    results: PathBuf,

    /// File that holds the secret, once it is shown: draws the sample again and refuses another
    #[arg(long, value_name = "FILE")]
    secret: Option<PathBuf>,

    #[command(flatten)]
    gold: Gold,

    #[command(flatten)]
    terms: ReviewTerms,
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    let spec = args.terms.read()?;
    let sample: Sample = serde_json::from_str(&input::text(&args.sample)?).map_err(|error| {
        let at = args.sample.display();
        let zh = format!("{at}：不是 sample --format json 写的样本：{error}");
        Failure::new(Fault::Input, zh, format!("{at}: not a sample: {error}"))
    })?;
    let known = args.gold.known()?;
    let known = known.as_ref().map(|known| &known.labels);
    let results = results(&input::text(&args.results)?).map_err(|error| refused(&error))?;
    let (delivery, root) = open(&args.delivery)?;
    let acceptance = spec.as_ref().map(|spec| spec.acceptance.clone()).unwrap_or_default();
    let plan = acceptance.plan(delivery.labels.items.len() as u64);
    sample.check(&delivery.labels, &root, &plan).map_err(|error| refused(&error))?;
    if let Some(secret) = &args.secret {
        let secret = commit::secret(secret)?;
        let again = Sample::draw(&delivery.labels, &root, plan, &secret, &sample.commitment);
        if again.map_err(|error| refused(&error))?.items != sample.items {
            return Err(refused(&InspectionError::OtherDraw));
        }
    }
    sample.covers(&results).map_err(|error| refused(&error))?;
    let draw_verified = args.secret.is_some();
    let inspected = Inspected { draw_verified, ..sample.conclude(&results, acceptance.confidence) };
    let asked = Asked { spec: spec.as_ref(), known, inspected: Some(inspected) };
    let review = review(delivery, root, &asked);
    args.terms.write(&review, &[], lang)
}
