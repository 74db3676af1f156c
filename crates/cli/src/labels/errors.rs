//! `shujian labels errors`

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use shujian_annotation::errors::npy::{self, Array, NpyError};
use shujian_annotation::errors::{self, FILTERS};
use shujian_report::Lang;

use crate::failure::{Failure, Fault};
use crate::input;
use crate::output::Out;

/// Labels that a model's probabilities speak against
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Probabilities of a model that did not see the labels: .npy, rows by classes
    #[arg(long, value_name = "FILE")]
    probabilities: PathBuf,

    /// Labels given: .npy, class numbers from 0
    #[arg(long, value_name = "FILE")]
    labels: PathBuf,

    /// Rule that picks rows, such as both, confident_learning or low_self_confidence
    #[arg(long, value_name = "NAME", default_value = "prune_by_noise_rate", value_parser = filters())]
    filter: String,

    #[command(flatten)]
    out: Out,
}

fn filters() -> clap::builder::PossibleValuesParser {
    input::names(FILTERS.iter().map(|filter| filter.0))
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    args.out.check()?;
    let filter = FILTERS.iter().find(|filter| filter.0 == args.filter);
    let filter = filter.expect("the parser admits names of filters only");
    let (probabilities, labels) = (read(&args.probabilities)?, read(&args.labels)?);
    let judged = errors::judged(probabilities, labels).map_err(|error| {
        let (paths, labels) = (args.probabilities.display(), args.labels.display());
        let said = shujian_report::labels::refused_arrays(&error);
        let zh = format!("{paths} 与 {labels} 不能合用：{}", said.zh);
        Failure::new(Fault::Input, zh, format!("{paths} and {labels}: {}", said.en))
    })?;
    let form = errors::suspect(&judged, *filter);
    args.out.write(&form, |form| shujian_report::labels::errors(form, lang))
}

fn read(path: &Path) -> Result<Array, Failure> {
    let io = |error| Failure::io(Fault::Input, path, &error);
    let file = File::open(path).map_err(io)?;
    let length = file.metadata().map_err(io)?.len();
    npy::read_from(file, length).map_err(|error: NpyError| {
        let path = path.display();
        let said = shujian_report::labels::refused_array(&error);
        let zh = format!("{path}：不是能读的 .npy 数组：{}", said.zh);
        Failure::new(Fault::Input, zh, format!("{path}: {}", said.en))
    })
}
