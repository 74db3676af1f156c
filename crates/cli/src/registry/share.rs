//! `shujian registry share`

use std::path::PathBuf;
use std::process::ExitCode;

use shujian_grade::Rubric;
use shujian_grade::envelope::{Candidate, share, terms};
use shujian_grade::measure::{Catalogue, Error, Settings};
use shujian_registry::Asking;
use shujian_report::{Lang, register};

use super::Place;
use super::write::known_measure;
use crate::failure::{Failure, Fault};
use crate::{input, output};

/// What accepted applications would get of the year's envelope
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Measure of the policy catalogue
    #[arg(value_name = "MEASURE")]
    measure: String,

    /// Budget year
    #[arg(value_name = "YEAR")]
    year: i64,

    /// Rubric with the sums of the grades; the released one if absent
    #[arg(long, value_name = "FILE")]
    rubric: Option<PathBuf>,

    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    known_measure(&args.measure)?;
    let rubric = match &args.rubric {
        None => Rubric::released(),
        Some(path) => {
            Rubric::parse(&input::text(path)?).map_err(|error| Failure::form(path, &error))?
        }
    };
    let waiting =
        args.place.open(None, async |store| store.waiting(&args.measure, args.year).await)?;
    let asked: Vec<Candidate> =
        waiting.applications.iter().map(|it| candidate(it, &rubric)).collect::<Result<_, _>>()?;
    let catalogue = Catalogue::released();
    let (mode, hold_back) = Settings::new(&catalogue, waiting.parameters.clone())
        .and_then(|settings| terms(&catalogue, &settings))
        .map_err(|error| refused(&error))?;
    let shared = share(waiting.left_fen, hold_back, mode, &asked).map_err(|error| {
        Failure::new(Fault::Input, format!("额度无法分配：{error}"), error.to_string())
    })?;
    output::write(&register::sharing(&waiting, &asked, &shared, lang), None)?;
    Ok(ExitCode::SUCCESS)
}

/// What an application would be paid from an envelope without bottom. Scores of the axes stand on
/// the card alone: a fen left over goes by number.
///
/// - Errors: exit 2 where another rubric graded it.
fn candidate(asking: &Asking, rubric: &Rubric) -> Result<Candidate, Failure> {
    if asking.rubric_hash != rubric.hash {
        let number = &asking.number;
        let zh = format!("{number}：按另一份评分细则评分；请以 --rubric 指明该细则");
        let en = format!("{number}: was graded by another rubric; name its file with --rubric");
        return Err(Failure::new(Fault::Usage, zh, en));
    }
    Ok(Candidate {
        id: asking.number.clone(),
        grade: asking.grade,
        amount_fen: rubric.nominal(asking.grade).min(asking.limit_fen),
        value_density_centi: 0,
        uplift_low_millionths: 0,
        volume_millionths: 0,
        submitted: place(&asking.number),
    })
}

/// The last digits of a public number.
fn place(number: &str) -> i64 {
    number.rsplit('-').next().and_then(|digits| digits.parse().ok()).unwrap_or(i64::MAX)
}

fn refused(error: &Error) -> Failure {
    let said = error.text();
    Failure::new(Fault::Input, said.zh, said.en)
}
