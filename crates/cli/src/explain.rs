//! `shujian explain`

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use shujian_core::{Card, codes};
use shujian_report::{Lang, View, explain_code, explain_metric, topics};

use crate::failure::{Failure, Fault};
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
            explain_metric(&card, metric, &view).ok_or_else(|| {
                let zh = format!("卡片里没有 {metric}；可选：{}", known());
                let en = format!("the card has no {metric}; it has {}", known());
                Failure::new(Fault::Usage, zh, en)
            })?
        }
        (None, None) => topics(&read(Path::new(&args.target))?).join("\n") + "\n",
    };
    output::write(&text, None)?;
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> Result<Card, Failure> {
    let name = path.display();
    if !path.exists() {
        let zh = format!("{name} 既不是发现代码，也不是卡片文件");
        let en = format!("{name} is neither a finding code nor a card");
        return Err(Failure::new(Fault::Usage, zh, en));
    }
    let json = fs::read(path).map_err(|error| Failure::io(Fault::Input, path, &error))?;
    serde_json::from_slice(&json).map_err(|error| {
        let zh = format!("{name} 不是卡片（应由 --format json 写出），解析器指出：{error}");
        let en = format!("{name} is not a card (as --format json writes it): {error}");
        Failure::new(Fault::Input, zh, en)
    })
}
