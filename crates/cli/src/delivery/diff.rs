//! `shujian delivery diff`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use shujian_annotation::checks::Spec;
use shujian_annotation::formats;
use shujian_annotation::labels::Labels;
use shujian_annotation::verdict::{Asked, Review, diff, review, root};
use shujian_report::{Lang, delivery};

use super::{Written, limits, spec, unreadable};
use crate::failure::{Failure, Fault};

/// Hold a corrected delivery against the first
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The first delivery
    #[arg(value_name = "BEFORE")]
    before: PathBuf,

    /// Its correction
    #[arg(value_name = "AFTER")]
    after: PathBuf,

    /// Labelling instruction with the terms of acceptance; see pipelines/delivery.toml
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,

    #[command(flatten)]
    written: Written,
}

/// 0 when all that was asked for is done and nothing new is wrong, else 1.
pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    args.written.check()?;
    let spec = spec(args.spec.as_deref())?;
    let before = reviewed(&args.before, spec.as_ref())?;
    let after = reviewed(&args.after, spec.as_ref())?;
    let found = diff((&before.0, &before.1), (&after.0, &after.1));
    args.written.write(&found, || delivery::diff(&found, lang))?;
    Ok(ExitCode::from(u8::from(!found.is_clean())))
}

fn reviewed(path: &Path, spec: Option<&Spec>) -> Result<(Labels, Review), Failure> {
    let failed = |source| Failure::io(Fault::Input, path, &source);
    let delivery = formats::read(path, &limits()).map_err(failed)?;
    let root = root(&delivery.folder).map_err(unreadable)?;
    let labels = delivery.labels.clone();
    Ok((labels, review(delivery, root, &Asked { spec, ..Asked::default() })))
}
