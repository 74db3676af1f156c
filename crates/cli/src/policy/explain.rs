//! `shujian policy explain`

use std::path::Path;
use std::process::ExitCode;

use shujian_grade::measure::entitlement::{Audit, Entitlement, audit};
use shujian_report::Lang;

use super::{Which, refused};
use crate::failure::{Failure, Fault};
use crate::{input, output};

/// Compute a written entitlement again, or explain a measure or parameter
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Entitlement written by `compute --format json`, or a measure or parameter
    #[arg(value_name = "FILE|NAME")]
    target: String,

    #[command(flatten)]
    which: Which,
}

pub(super) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    let catalogue = args.which.open()?.catalogue;
    if let Some(parameter) = catalogue.parameter(&args.target) {
        output::write(&shujian_report::policy::parameter(parameter, lang), None)?;
        return Ok(ExitCode::SUCCESS);
    }
    let path = Path::new(&args.target);
    if !path.exists() {
        let day = catalogue.case_defaults.date;
        let measure = catalogue.measure(&args.target, day).map_err(|error| refused(&error))?;
        output::write(&shujian_report::policy::show(&catalogue, measure, lang), None)?;
        return Ok(ExitCode::SUCCESS);
    }
    let entitlement: Entitlement = serde_json::from_str(&input::text(path)?).map_err(|error| {
        let at = path.display();
        let zh = format!("{at}：不是 policy compute --format json 写的文件：{error}");
        Failure::new(Fault::Input, zh, format!("{at}: not an entitlement: {error}"))
    })?;
    let found = audit(&entitlement, &catalogue);
    let text = shujian_report::policy::entitlement(&entitlement, lang);
    output::write(&(text + "\n" + &shujian_report::policy::audit(&found, lang)), None)?;
    let sound = matches!(found, Audit::Same | Audit::OtherCatalogue);
    Ok(ExitCode::from(u8::from(!sound)))
}
