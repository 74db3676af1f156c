//! `shujian grade`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use shujian_annotation::verdict::{self, StandingError};
use shujian_core::card::Grade;
use shujian_core::{Card, LabelReview};
use shujian_engine::{Options, Watch};
use shujian_grade::{Application, Rubric, assess, compare};
use shujian_report::{Lang, View};

use crate::failure::{Failure, Fault};
use crate::{input, output, run};

/// The application looked for in a folder that is graded alone.
pub(crate) const APPLICATION: &str = "application.toml";

/// Grade a dataset: score, gates, grade and amount
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) run: run::Inputs,

    /// Application with applicant, money and evidence; application.toml in the folder if absent
    #[arg(long, value_name = "FILE")]
    application: Option<PathBuf>,

    /// Review of the labels among the data, as `delivery check` or `conclude` wrote it in JSON
    #[arg(long, value_name = "FILE")]
    delivery: Option<PathBuf>,

    /// Rubric to apply; the released one if absent
    #[arg(long, value_name = "FILE")]
    rubric: Option<PathBuf>,

    /// How to write the card: text, json, or junit or sarif for a build server; by default as the
    /// name of the output says, else text
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    format: Option<String>,

    /// File to write to instead of the screen
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Names of the reports.
pub(crate) fn formats() -> clap::builder::PossibleValuesParser {
    input::names(shujian_report::REPORTS.iter().map(|report| report.name))
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    output::check(args.output.as_deref())?;
    let rubric = rubric(args.rubric.as_deref())?;
    let found = args.application.is_none().then(|| beside(&args.run.paths)).flatten();
    let application = match args.application.as_ref().or(found.as_ref()) {
        Some(path) => Some(read_application(path)?),
        None => None,
    };
    let named = args.application.as_ref().or(found.as_ref());
    let labels = args.delivery.as_ref().map(|path| labels(path, &args.run)).transpose()?;
    let handed =
        Handed { application: application.as_ref().zip(named.map(PathBuf::as_path)), labels };
    let card = {
        let progress = args.run.bounds.progress(lang);
        grade(&args.run, &rubric, handed, &progress)?
    };
    let unused = if named.is_none() { unused(&args.run.paths) } else { None };
    let spell = |path: PathBuf| path.display().to_string();
    let view = View { lang, application: found.map(spell), unused: unused.map(spell) };
    let format = output::format(args.format.as_deref(), args.output.as_deref());
    output::write(&render(&card, format, &view), args.output.as_deref())?;
    Ok(exit_code(&card))
}

/// The rubric of a file, or the released one.
///
/// - Errors: exit 3.
pub(crate) fn rubric(file: Option<&Path>) -> Result<Rubric, Failure> {
    let Some(path) = file else { return Ok(Rubric::released()) };
    Rubric::parse(&input::text(path)?).map_err(|error| Failure::form(path, &error))
}

/// What was handed in beside the data.
#[derive(Debug, Default)]
pub(crate) struct Handed<'a> {
    /// The application and its path.
    pub(crate) application: Option<(&'a Application, &'a Path)>,
    /// The review of the labels.
    pub(crate) labels: Option<LabelReview>,
}

/// Measures a dataset and applies a rubric to it and to what was handed in.
///
/// - Errors: exit 3 or 4, the engine's.
pub(crate) fn grade(
    run: &run::Inputs,
    rubric: &Rubric,
    handed: Handed<'_>,
    watch: &dyn Watch,
) -> Result<Card, Failure> {
    grade_with(&run.paths, &run.bounds.options(rubric.deduplication), rubric, handed, watch)
}

/// Likewise, with the engine's options.
///
/// - Errors: exit 3 or 4, the engine's.
pub(crate) fn grade_with(
    paths: &[PathBuf],
    options: &Options,
    rubric: &Rubric,
    handed: Handed<'_>,
    watch: &dyn Watch,
) -> Result<Card, Failure> {
    let mut card = shujian_engine::profile(paths, options, watch)?;
    let declared = handed.application;
    if let Some(labels) = handed.labels {
        verdict::credit(&mut card, labels);
    }
    if let Some((application, path)) = declared {
        card.dataset.name.clone_from(&application.dataset.name);
        card.dataset.sector = Some(application.dataset.sector);
        let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        card.findings.extend(compare(&card, application, &file).into_card());
        card.findings.sort_by(|a, b| (a.severity, &a.code).cmp(&(b.severity, &b.code)));
    }
    card.assessment = Some(assess(&card, rubric, declared.map(|(application, _)| application)));
    card.seal();
    Ok(card)
}

/// Reads a review and holds it against the data.
///
/// - Errors: exit 3.
fn labels(path: &Path, run: &run::Inputs) -> Result<LabelReview, Failure> {
    let text = input::text(path)?;
    let shown = path.display();
    let limits = run.bounds.limits();
    verdict::standing(&text, &run.paths, &limits).map_err(|error| {
        let zh = match &error {
            StandingError::Form(error) => {
                format!("{shown}：不是 delivery check --format json 写的评审：{error}")
            }
            StandingError::Schema { schema } => format!("{shown}：{schema} 不是标注评审"),
            StandingError::OtherData { delivery } => format!(
                "{shown}：所评的交付（散列 {delivery}）不在数据之中；请评审数据里的标注文件夹，且不要再改动"
            ),
            StandingError::Differs { what, said, found } => {
                format!("{shown}：评审与文件不符（{what}：{said}，文件为 {found}）；请重新评审")
            }
            error => format!("{shown}：{error}"),
        };
        let remedy = match &error {
            StandingError::OtherData { .. } => {
                ": review the folder of labels among the data, and leave it as it is"
            }
            StandingError::Differs { .. } => ": review it again",
            _ => "",
        };
        Failure::new(Fault::Input, zh, format!("{shown}: {error}{remedy}"))
    })
}

/// Writes a card in a format that the argument parser let through.
pub(crate) fn render(card: &Card, format: &str, view: &View) -> String {
    let report = shujian_report::named(format).expect("the parser admits names of reports only");
    (report.render)(card, view)
}

/// 1 for a dataset that gets no grade, 0 for one that does or whose effect is unknown.
pub(crate) fn exit_code(card: &Card) -> ExitCode {
    let grade = card.assessment.as_ref().and_then(|assessment| assessment.grade);
    if grade == Some(Grade::None) { ExitCode::from(1) } else { ExitCode::SUCCESS }
}

/// Reads and checks an application.
///
/// - Errors: exit 3.
pub(crate) fn read_application(path: &Path) -> Result<Application, Failure> {
    Application::parse(&input::text(path)?).map_err(|error| Failure::form(path, &error))
}

/// The application in the one folder that is graded.
fn beside(paths: &[PathBuf]) -> Option<PathBuf> {
    let [folder] = paths else { return None };
    let path = folder.join(APPLICATION);
    (folder.is_dir() && path.is_file()).then_some(path)
}

/// An application in or beside one of the paths, which nobody named.
fn unused(paths: &[PathBuf]) -> Option<PathBuf> {
    let beside = paths.iter().flat_map(|path| [Some(path.as_path()), path.parent()]).flatten();
    beside.map(|folder| folder.join(APPLICATION)).find(|path| path.is_file())
}
