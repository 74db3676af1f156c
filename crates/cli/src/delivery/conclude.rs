//! `shujian delivery conclude`

use std::path::PathBuf;
use std::process::ExitCode;

use shujian_annotation::formats;
use shujian_annotation::verdict::{Asked, Sample, results, review, root};
use shujian_report::{Lang, delivery};

use super::sample::refused;
use super::{Written, exit_code, limits, read, spec, unreadable};
use crate::failure::{Failure, Fault};

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

    /// Labelling instruction with the terms of acceptance; see pipelines/delivery.toml
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,

    #[command(flatten)]
    written: Written,
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    args.written.check()?;
    let spec = spec(args.spec.as_deref())?;
    let sample: Sample = serde_json::from_str(&read(&args.sample)?).map_err(|error| {
        let at = args.sample.display();
        let zh = format!("{at}：不是 sample --format json 写的样本：{error}");
        Failure::new(Fault::Input, zh, format!("{at}: not a sample: {error}"))
    })?;
    let results = results(&read(&args.results)?).map_err(|error| refused(&error))?;
    let failed = |source| Failure::io(Fault::Input, &args.delivery, &source);
    let delivery = formats::read(&args.delivery, &limits()).map_err(failed)?;
    let root = root(&delivery.folder).map_err(unreadable)?;
    let confidence =
        spec.as_ref().map(|spec| spec.acceptance.clone()).unwrap_or_default().confidence;
    let inspected =
        sample.conclude(&root, &results, confidence).map_err(|error| refused(&error))?;
    let asked = Asked { spec: spec.as_ref(), known: None, inspected: Some(inspected) };
    let review = review(delivery, root, &asked);
    args.written.write(&review, || delivery::review(&review, lang))?;
    Ok(exit_code(&review))
}
