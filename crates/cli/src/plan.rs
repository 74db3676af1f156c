//! `shujian plan`

use std::process::ExitCode;

use shujian_annotation::sampling::{Asked, History, Kind, LEVELS, Risks, Severity, design};
use shujian_report::Lang;

use crate::failure::{Failure, Fault};
use crate::input;
use crate::output::Out;

/// How many items of a lot to inspect, and with how many defects to accept
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Items in the lot
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    lot: u64,

    /// Acceptable quality limit, percent nonconforming
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    aql: f64,

    /// Inspection level of GB/T 2828.1: S-1 to S-4, I, II or III
    #[arg(long, value_name = "LEVEL", default_value = "II", value_parser = levels())]
    level: String,

    /// Severity of GB/T 2828.1: normal or tightened
    #[arg(long, value_name = "SEVERITY", default_value = "normal", value_parser = ["normal", "tightened"])]
    severity: String,

    /// Lots of the supplier so far, oldest first: + passed, - failed, r taken up again after a stop;
    /// decides the severity
    #[arg(long, value_name = "LOTS", allow_hyphen_values = true, conflicts_with = "severity")]
    history: Option<String>,

    /// Limiting quality, percent: gives an exact plan in place of the standard's
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    lq: Option<f64>,

    /// Most chance that an acceptable lot fails
    #[arg(long, value_name = "RISK", default_value_t = 0.05, value_parser = risk)]
    alpha: f64,

    /// Most chance that a lot of limiting quality passes
    #[arg(long, value_name = "RISK", default_value_t = 0.10, value_parser = risk)]
    beta: f64,

    /// Two samples: the second only where the first leaves doubt
    #[arg(long, conflicts_with = "sequential")]
    double: bool,

    /// Item by item, until a line is crossed
    #[arg(long)]
    sequential: bool,

    #[command(flatten)]
    out: Out,
}

fn levels() -> clap::builder::PossibleValuesParser {
    input::names(LEVELS.iter().map(|level| level.0))
}

fn percent(text: &str) -> Result<f64, String> {
    let value = text.parse::<f64>().map_err(|error| error.to_string())?;
    if (0.0..=100.0).contains(&value) { Ok(value) } else { Err("not in [0, 100]".to_owned()) }
}

fn risk(text: &str) -> Result<f64, String> {
    let value = text.parse::<f64>().map_err(|error| error.to_string())?;
    if value > 0.0 && value < 1.0 { Ok(value) } else { Err("not in (0, 1)".to_owned()) }
}

/// How the supplier's history has the next lot inspected.
fn by_history(line: &str) -> Result<Severity, Failure> {
    let history = History::parse(line).ok_or_else(|| {
        Failure::new(
            Fault::Usage,
            format!("{line:?} 不是批次历史：+ 为接收，- 为拒收，r 为停检后恢复"),
            format!("{line:?} is no history: + passed, - failed, r taken up again after a stop"),
        )
    })?;
    history.severity().ok_or_else(|| {
        Failure::new(
            Fault::Usage,
            "加严检验累计 5 批拒收，已停止检验；供方改进后在历史末尾加 r",
            "stopped: five lots failed under tightened inspection; add r to the history once the \
             supplier has put things right",
        )
    })
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    args.out.check()?;
    let level = LEVELS.iter().find(|level| level.0 == args.level);
    let kind = match (args.double, args.sequential) {
        (true, _) => Kind::Double,
        (_, true) => Kind::Sequential,
        _ => Kind::Single,
    };
    let severity = match &args.history {
        Some(line) => by_history(line)?,
        None if args.severity == "tightened" => Severity::Tightened,
        None => Severity::Normal,
    };
    let asked = Asked {
        lot: args.lot,
        aql_percent: args.aql,
        level: level.expect("the parser admits names of levels only").1,
        severity,
        risks: args.lq.map(|lq_percent| Risks { lq_percent, alpha: args.alpha, beta: args.beta }),
        kind,
    };
    let form = design(&asked).map_err(|error| {
        let said = shujian_report::labels::refused_plan(&error);
        Failure::new(Fault::Usage, said.zh, said.en)
    })?;
    args.out.write(&form, |form| shujian_report::labels::plan(form, lang))
}
