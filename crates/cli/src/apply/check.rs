//! `shujian apply check`

use std::path::PathBuf;
use std::process::ExitCode;

use shujian_core::Severity;
use shujian_desk::apply;
use shujian_grade::{Application, compare};
use shujian_report::Lang;

use crate::failure::Failure;
use crate::output::Out;
use crate::{input, run};

/// Say what an application lacks, what is wrong in it and what the data contradict
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The application
    #[arg(value_name = "FILE", default_value = "application.toml")]
    application: PathBuf,

    /// Folder or file with the data to hold it against; may be given several times
    #[arg(long, value_name = "PATH")]
    data: Vec<PathBuf>,

    #[command(flatten)]
    bounds: run::Bounds,

    #[command(flatten)]
    deduplication: run::Deduplication,

    #[command(flatten)]
    out: Out,
}

pub(super) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    args.out.check()?;
    let text = input::text(&args.application)?;
    let name = args.application.file_name().unwrap_or_default().to_string_lossy();
    let mut check = apply::check(&text, &name);
    let is_sound = !check.remarks.iter().any(|remark| remark.severity == Severity::Error);
    // Data are held against what is an application; what is not is mended first.
    if let (true, false, Ok(application)) =
        (is_sound, args.data.is_empty(), Application::parse(&text))
    {
        let progress = args.bounds.progress(lang);
        let options = args.bounds.options(args.deduplication.banding());
        let card = shujian_engine::profile(&args.data, &options, &progress)?;
        check.hold_against(compare(&card, &application, &name).into_card());
    }
    let data_waits = !args.data.is_empty() && !check.with_data;
    args.out.write(&check, |form| shujian_report::batch::application(form, data_waits, lang))?;
    Ok(if check.passed { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
