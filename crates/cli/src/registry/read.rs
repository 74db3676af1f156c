//! Commands that look.

use std::process::ExitCode;

use shujian_registry::query::Filter;
use shujian_registry::{Kind, Mode, State};
use shujian_report::{Lang, registry as report};

use super::Place;
use super::write::kinds;
use crate::failure::{Failure, Fault};
use crate::output::{self, Out};

/// List entries of a kind
#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    /// Kind of entries
    #[arg(value_name = "KIND", value_parser = kinds())]
    kind: String,

    /// In this state only
    #[arg(long, value_name = "STATE")]
    state: Option<String>,

    /// With this in number or name
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,

    /// After this number
    #[arg(long, value_name = "NUMBER")]
    after: Option<String>,

    /// Entries at most, up to 1000
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u64,

    #[command(flatten)]
    look: Look,
}

/// Show an entry
#[derive(Debug, clap::Args)]
pub(super) struct ShowArgs {
    /// Number of the entry or of its award
    #[arg(value_name = "NUMBER")]
    number: String,

    #[command(flatten)]
    look: Look,
}

/// Where to look, and whose eyes to look with
#[derive(Debug, clap::Args)]
struct Look {
    #[command(flatten)]
    place: Place,

    /// See what this account may see, role/name
    #[arg(long = "as", value_name = "ACCOUNT")]
    reader: Option<String>,

    #[command(flatten)]
    out: Out,
}

/// What can be done with entries
#[derive(Debug, clap::Args)]
pub(super) struct CommandsArgs {
    /// Kind of entries; all if absent
    #[arg(value_name = "KIND", value_parser = kinds())]
    kind: Option<String>,
}

pub(super) fn list(args: &ListArgs, lang: Lang) -> Result<ExitCode, Failure> {
    let kind = Kind::named(&args.kind).expect("the parser admits names of kinds only");
    let state = match &args.state {
        None => None,
        Some(name) => Some(State::named(name).ok_or_else(|| {
            let known: Vec<&str> = State::ALL.iter().map(|state| state.name()).collect();
            let known = known.join(", ");
            let zh = format!("没有状态 {name}；有：{known}");
            Failure::new(Fault::Usage, zh, format!("{name} is no state; there are: {known}"))
        })?),
    };
    let look = &args.look;
    let filter = Filter {
        state,
        search: args.search.as_deref(),
        after: args.after.as_deref(),
        limit: args.limit,
        reader: look.reader.as_deref(),
    };
    let (rows, mode) = look
        .place
        .open(None, async |store| Ok((store.list(kind, &filter).await?, store.mode().await?)))?;
    look.out.write(&rows, |rows| report::list(rows, mode == Mode::Trial, lang))
}

pub(super) fn show(args: &ShowArgs, lang: Lang) -> Result<ExitCode, Failure> {
    let look = &args.look;
    let (shown, mode) = look.place.open(None, async |store| {
        let shown = store.show(&args.number, look.reader.as_deref()).await?;
        Ok((shown, store.mode().await?))
    })?;
    look.out.write(&shown, |shown| report::entry(shown, mode == Mode::Trial, lang))
}

pub(super) fn commands(args: &CommandsArgs, lang: Lang) -> Result<ExitCode, Failure> {
    let kind = args.kind.as_deref().and_then(Kind::named);
    output::write(&report::commands(kind, lang), None)?;
    Ok(ExitCode::SUCCESS)
}
