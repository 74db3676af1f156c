//! `shujian labels eval`

use std::path::PathBuf;
use std::process::ExitCode;

use shujian_annotation::eval::entities::SCHEMES;
use shujian_annotation::eval::{self, METRICS, RefusedEvaluation, Settings};
use shujian_annotation::intake;
use shujian_report::Lang;

use super::agree::overlap;
use super::complete;
use crate::failure::{Failure, Fault};
use crate::output::Out;
use crate::{input, pipeline};

/// How found labels stand to the truth: average precision, error rates, F1
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The truth: file or folder of labels, in any of the formats
    #[arg(value_name = "GOLD")]
    truth: PathBuf,

    /// Labels or results of a model to measure, in any of the formats
    #[arg(value_name = "PREDICTED")]
    found: PathBuf,

    /// Metric: coco, voc, transcripts, wer, cer or f1; absent, those that fit the kind of label
    #[arg(long, value_name = "NAME", value_parser = metrics())]
    metric: Option<String>,

    /// Least overlap by which voc takes a box as found, above 0 and at most 1
    #[arg(long, value_name = "IOU", default_value_t = 0.5, value_parser = overlap)]
    overlap: f64,

    /// Scheme by which f1 reads tags: conlleval (lenient), iob1, iob2 or bioes; absent, all four
    #[arg(long, value_name = "NAME", value_parser = schemes())]
    scheme: Option<String>,

    #[command(flatten)]
    out: Out,
}

fn schemes() -> clap::builder::PossibleValuesParser {
    input::names(SCHEMES.iter().map(|row| row.0))
}

fn metrics() -> clap::builder::PossibleValuesParser {
    input::names(METRICS.iter().map(|metric| metric.name))
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    args.out.check()?;
    let metric = args.metric.as_ref().and_then(|name| METRICS.iter().find(|at| at.name == name));
    let limits = pipeline::limits();
    let read = |path| intake::known(path, &limits);
    let (truth, found) = (read(&args.truth)?, read(&args.found)?);
    let named = |name: &String| SCHEMES.iter().find(|row| row.0 == name.as_str());
    let scheme = args.scheme.as_ref().and_then(named).map(|row| row.1);
    let settings = Settings { overlap: args.overlap, scheme };
    let form = eval::measure(&truth, &found, metric, settings).map_err(|error| refused(&error))?;
    args.out.write(&form, |form| shujian_report::labels::evaluation(form, lang))?;
    Ok(complete(&form.findings))
}

fn refused(error: &RefusedEvaluation) -> Failure {
    let (zh, en) = match error {
        RefusedEvaluation::SeveralRaters { side, raters } => {
            let whose = if *side == "true" { "参考答案" } else { "要评测的标注" };
            (
                format!("{whose}来自 {raters} 名标注员；请给一人的标注，或先用 labels consensus"),
                format!("{error}: give those of one, or settle them first by labels consensus"),
            )
        }
        _ => (
            "参考答案里没有可这样评测的标注；类别的对错用 labels consensus --gold，\
             表中的转写用 --metric transcripts"
                .to_owned(),
            format!(
                "{error}; classes are measured by labels consensus --gold, transcripts in a table \
                 by --metric transcripts"
            ),
        ),
    };
    Failure::new(Fault::Input, zh, en)
}
