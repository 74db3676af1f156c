//! `shujian explain`

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use shujian_core::{Card, codes};
use shujian_report::{Lang, View, explain_code, explain_metric, topics};

use crate::failure::Failure;
use crate::output;

/// Explain a number of a card, or a finding code
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Finding code such as SJ-ingest-001, or a card written with --format json
    #[arg(value_name = "CODE|CARD")]
    target: String,

    /// Metric of the card, or scale, value-density, effect, gates, award; lists them if absent
    #[arg(value_name = "METRIC")]
    metric: Option<String>,
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    let view = View { lang, application: None };
    let text = match (codes::find(&args.target), &args.metric) {
        (Some(code), None) => explain_code(code, &view),
        (_, Some(metric)) => {
            let card = read(Path::new(&args.target))?;
            let known = || topics(&card).join(", ");
            explain_metric(&card, metric, &view)
                .ok_or_else(|| anyhow!("the card has no {metric}; it has {}", known()))
                .map_err(Failure::Usage)?
        }
        (None, None) => topics(&read(Path::new(&args.target))?).join("\n") + "\n",
    };
    output::write(&text, None)?;
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> Result<Card, Failure> {
    if !path.exists() {
        let target = path.display();
        return Err(Failure::Usage(anyhow!("{target} is neither a finding code nor a card")));
    }
    let json =
        fs::read(path).with_context(|| path.display().to_string()).map_err(Failure::Input)?;
    serde_json::from_slice(&json)
        .with_context(|| format!("{} is not a card", path.display()))
        .map_err(Failure::Input)
}
