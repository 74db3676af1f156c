//! The `shujian` command.
//!
//! This room only wires: it reads arguments and files, calls the engine, the rubric and the
//! reports, and turns the outcome into an exit code. The report alone goes to stdout.

mod apply;
mod batch;
mod completions;
mod dedup;
mod delivery;
mod demo;
mod explain;
mod failure;
mod grade;
mod help;
mod input;
mod labels;
mod man;
mod output;
mod pipeline;
mod plan;
mod policy;
mod profile;
mod progress;
mod registry;
mod run;
mod schema;
mod size;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{FromArgMatches, Parser, Subcommand};
use failure::Failure;
use shujian_report::Lang;

/// Batches come and go by the thousand: an allocator that keeps their pages spares the kernel
/// from clearing them anew each time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures and grades datasets: files in, card, grade and amount out
#[derive(Debug, Parser)]
#[command(name = "shujian", version, disable_help_subcommand = true)]
struct Cli {
    /// Language of reports and help: zh or en; the locale decides if absent
    #[arg(long, global = true, value_name = "LANG", value_parser = ["zh", "en"])]
    lang: Option<String>,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Grade a dataset: score, gates, grade and amount
    Grade(grade::Args),
    /// Grade every application of a batch, rank them and share the envelope
    Batch(batch::Args),
    /// Check the results of a batch against their manifest, their cards and, if given, their data
    Verify(batch::verify::Args),
    /// Write and check an application
    Apply(apply::Args),
    /// Measure a dataset without grading it
    Profile(profile::Args),
    /// Write where every record stands among its copies, as Parquet
    Dedup(dedup::Args),
    /// Check, sample and judge a delivery of labels
    Delivery(delivery::Args),
    /// Compare, settle, check and convert labels
    Labels(labels::Args),
    /// How many items of a lot to inspect, and with how many defects to accept
    Plan(plan::Args),
    /// Projects, awards and money, in a log that nobody can rewrite
    Registry(registry::Args),
    /// What a policy pays: its measures, amounts and their traces
    Policy(Box<policy::Args>),
    /// Explain a number of a card, or a finding code
    Explain(explain::Args),
    /// Print the JSON Schema of a form
    Schema(schema::Args),
    /// Print completions for a shell
    Completions(completions::Args),
    /// Write the man pages into a folder
    Man(man::Args),
    /// Write a demonstration dataset and grade it in Chinese and English
    Demo(demo::Args),
}

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let lang = language(&args);
    match help::command(lang).try_get_matches_from(args) {
        Ok(matches) => match Cli::from_arg_matches(&matches) {
            Ok(cli) => guarded(&cli.command, lang),
            Err(error) => help::refuse(&error, lang),
        },
        Err(error) => help::refuse(&error, lang),
    }
}

impl Command {
    fn run(&self, lang: Lang) -> Result<ExitCode, Failure> {
        match self {
            Self::Grade(args) => grade::run(args, lang),
            Self::Batch(args) => batch::run(args, lang),
            Self::Verify(args) => batch::verify::run(args, lang),
            Self::Apply(args) => apply::run(args, lang),
            Self::Profile(args) => profile::run(args, lang),
            Self::Dedup(args) => dedup::run(args, lang),
            Self::Delivery(args) => delivery::run(args, lang),
            Self::Labels(args) => labels::run(args, lang),
            Self::Plan(args) => plan::run(args, lang),
            Self::Registry(args) => registry::run(args, lang),
            Self::Policy(args) => policy::run(args, lang),
            Self::Explain(args) => explain::run(args, lang),
            Self::Schema(args) => schema::run(args),
            Self::Completions(args) => completions::run(args, lang),
            Self::Man(args) => man::run(args, lang),
            Self::Demo(args) => demo::run(args, lang),
        }
    }
}

/// The language that `--lang` names, else that of the locale, else Chinese. It is needed before
/// the arguments are parsed, because their own errors and help are in it.
fn language(args: &[OsString]) -> Lang {
    let named = args.iter().enumerate().find_map(|(index, arg)| {
        let arg = arg.to_str()?;
        match arg.strip_prefix("--lang=") {
            Some(name) => Lang::named(name),
            None if arg == "--lang" => Lang::named(args.get(index + 1)?.to_str()?),
            None => None,
        }
    });
    let locales = ["LC_ALL", "LC_MESSAGES", "LANG"].map(|name| std::env::var(name).ok());
    named.unwrap_or_else(|| Lang::of_locales(locales))
}

/// Runs a command; a panic is our own fault and ends with the exit code that says so.
fn guarded(command: &Command, lang: Lang) -> ExitCode {
    match std::panic::catch_unwind(|| command.run(lang)) {
        Ok(outcome) => finish(outcome, lang),
        Err(_) => {
            output::to_stderr(match lang {
                Lang::Zh => "错误：程序自身的缺陷；请附上以上信息报告\n",
                Lang::En => "error: a fault of our own; please report it with the lines above\n",
            });
            ExitCode::from(4)
        }
    }
}

fn finish(outcome: Result<ExitCode, Failure>, lang: Lang) -> ExitCode {
    match outcome {
        Ok(code) => code,
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            output::to_stderr(&failure.message(lang));
            failure.code()
        }
    }
}
