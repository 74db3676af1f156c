//! `shujian explain`

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use shujian_core::{Card, codes};
use shujian_report::{Lang, View, explain_code, explain_metric, is_sealed, overview, topics};

use crate::failure::{Failure, Fault};
use crate::output;

/// Explain a number of a card, or a finding code
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Finding code such as SJ-ingest-001, or a card written with --format json
    #[arg(value_name = "CODE|CARD")]
    target: String,

    /// Metric, cause of lost points or gate (G5) of the card, or scale, value-density, effect, gates, award; lists them if absent
    #[arg(value_name = "METRIC")]
    metric: Option<String>,
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    let view = View { lang, ..View::default() };
    if let (Some(code), None) = (codes::find(&args.target), &args.metric) {
        output::write(&explain_code(code, &view), None)?;
        return Ok(ExitCode::SUCCESS);
    }
    let card = read(Path::new(&args.target))?;
    let text = match &args.metric {
        Some(metric) => {
            let known = || topics(&card).join(", ");
            explain_metric(&card, metric, &view).ok_or_else(|| {
                let zh = format!("卡片里没有 {metric}；可选：{}", known());
                let en = format!("the card has no {metric}; it has {}", known());
                Failure::new(Fault::Usage, zh, en)
            })?
        }
        None => overview(&card, &view),
    };
    output::write(&text, None)?;
    // A card that was changed after it was written is a negative verdict on the card.
    Ok(if is_sealed(&card) { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn read(path: &Path) -> Result<Card, Failure> {
    let name = path.display();
    if !path.exists() {
        let zh = format!("{name} 不是发现代码，也没有这个名称的卡片文件");
        let en = format!("{name} is no finding code, and there is no file of that name");
        return Err(Failure::new(Fault::Usage, zh, en));
    }
    let json = fs::read(path).map_err(|error| Failure::io(Fault::Input, path, &error))?;
    serde_json::from_slice(&json).map_err(|error| {
        let zh = format!("{name} 不是卡片（应由 --format json 写出），解析器指出：{error}");
        let en = format!("{name} is not a card (as --format json writes it): {error}");
        Failure::new(Fault::Input, zh, en)
    })
}
