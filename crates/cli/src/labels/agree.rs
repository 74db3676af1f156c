//! `shujian labels agree`

use std::path::PathBuf;
use std::process::ExitCode;

use shujian_annotation::agreement::{self, Asked, COEFFICIENTS, Options, WEIGHTINGS, Weighting};
use shujian_annotation::intake;
use shujian_annotation::matching::Settings;
use shujian_report::Lang;

use super::complete;
use crate::failure::Failure;
use crate::output::Out;
use crate::{input, pipeline};

/// How far raters agree beyond chance
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// One path whose files name their raters, or one path a rater
    #[arg(required = true, value_name = "PATH")]
    label_paths: Vec<PathBuf>,

    /// How far apart two classes are: identity, linear, quadratic, ordinal, ratio and others
    #[arg(long, value_name = "NAME", default_value = "identity", value_parser = weightings())]
    weighting: String,

    /// Fewest units with two answers; below it coefficients are withheld
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    minimum: u32,

    /// Least overlap of marks that mean the same, above 0 and at most 1
    #[arg(long, value_name = "IOU", default_value_t = 0.5, value_parser = overlap)]
    overlap: f64,

    /// Measure this coefficient alone, such as krippendorff-alpha, without interval, classes, pairs
    #[arg(long, value_name = "NAME", value_parser = coefficients())]
    only: Option<String>,

    #[command(flatten)]
    out: Out,
}

fn weightings() -> clap::builder::PossibleValuesParser {
    input::names(WEIGHTINGS.iter().map(|weighting| weighting.name()))
}

fn coefficients() -> clap::builder::PossibleValuesParser {
    input::names(COEFFICIENTS.iter().map(|row| row.name))
}

pub(super) fn overlap(text: &str) -> Result<f64, String> {
    let value = text.parse::<f64>().map_err(|error| error.to_string())?;
    if value > 0.0 && value <= 1.0 { Ok(value) } else { Err("not in (0, 1]".to_owned()) }
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    args.out.check()?;
    let panel = intake::votes(&args.label_paths, &pipeline::limits())?;
    let weighting = Weighting::named(&args.weighting);
    let options = Options {
        weighting: weighting.expect("the parser admits names of weightings only"),
        minimum_units: args.minimum as usize,
        ..Options::default()
    };
    let matching = Settings { least_overlap: args.overlap, ..Settings::default() };
    let named = |name: &String| COEFFICIENTS.iter().find(|row| row.name == name.as_str());
    let only = args.only.as_ref().and_then(named).map(|row| row.name);
    let form = agreement::measure(&panel, &Asked { options, matching, only });
    args.out.write(&form, |form| shujian_report::labels::agreement(form, lang))?;
    Ok(complete(&form.findings))
}
