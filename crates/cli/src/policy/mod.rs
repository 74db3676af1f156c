//! `shujian policy`

mod compute;
mod explain;
mod list;
mod show;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use shujian_grade::measure::{Catalogue, Error, catalogue};
use shujian_report::Lang;

use crate::failure::{Failure, Fault};
use crate::input;

/// What a policy pays: its measures, amounts and their traces
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the measures of the policy
    List(list::Args),
    /// Show a measure: article, numbers, conditions, open questions
    Show(show::Args),
    /// Compute what a measure pays, with every step
    Compute(Box<compute::Args>),
    /// Compute a written entitlement again, or explain a measure or parameter
    Explain(explain::Args),
    /// Run the worked cases of the catalogue
    Test(test::Args),
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    match &args.command {
        Command::List(args) => list::run(args, lang),
        Command::Show(args) => show::run(args, lang),
        Command::Compute(args) => compute::run(args, lang),
        Command::Explain(args) => explain::run(args, lang),
        Command::Test(args) => test::run(args, lang),
    }
}

/// Which catalogue
#[derive(Debug, clap::Args)]
struct Which {
    /// Catalogue of measures; the released one of the province if absent
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
}

/// A catalogue with the file it was read from.
struct Open {
    catalogue: Catalogue,
    text: String,
    file: String,
}

impl Which {
    fn open(&self) -> Result<Open, Failure> {
        let (text, file) = match &self.catalogue {
            None => (catalogue::RELEASED.0.to_owned(), catalogue::RELEASED.1.to_owned()),
            Some(path) => (input::text(path)?, path.display().to_string()),
        };
        let catalogue = Catalogue::parse(&text, &file).map_err(|error| refused(&error))?;
        Ok(Open { catalogue, text, file })
    }
}

/// What a catalogue, a fact or a parameter was refused for.
fn refused(error: &Error) -> Failure {
    let fault = match error {
        Error::Form { .. } | Error::Contradiction { .. } => Fault::Input,
        _ => Fault::Usage,
    };
    let said = error.text();
    Failure::new(fault, said.zh, said.en)
}
