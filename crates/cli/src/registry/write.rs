//! Commands that change something.

use std::collections::BTreeSet;
use std::process::ExitCode;

use shujian_grade::measure::{Catalogue, Settings};
use shujian_registry::transitions::{Effect, Holds, TABLE, Transition};
use shujian_registry::{Kind, Request, parse};
use shujian_report::{Lang, registry as report};

use super::{Place, keys};
use crate::failure::{Failure, Fault};
use crate::input;
use crate::output::Out;

/// Who acts, where, and how it is dated
#[derive(Debug, clap::Args)]
pub(super) struct Act {
    #[command(flatten)]
    pub(super) place: Place,

    /// Account that acts, role/name, by its key file
    #[arg(long = "as", value_name = "ACCOUNT", default_value = "admin/root")]
    account: String,

    /// Idempotency key: the same request under the same key is done once
    #[arg(long, value_name = "KEY")]
    key: Option<String>,

    /// Version the entry must have
    #[arg(long, value_name = "N")]
    if_version: Option<i64>,

    /// Day to act on, in a trial registry
    #[arg(long, value_name = "DAY")]
    on: Option<String>,

    #[command(flatten)]
    out: Out,
}

/// Fields of a command
#[derive(Debug, clap::Args)]
pub(super) struct Fields {
    /// Fields, NAME=VALUE, as `registry commands` lists them; amounts in yuan; @FILE reads a value from
    /// a file
    #[arg(value_name = "FIELD")]
    fields: Vec<String>,
}

/// Make an entry of any kind
#[derive(Debug, clap::Args)]
pub(super) struct CreateArgs {
    /// Kind, such as organisation, batch, envelope, tie or ruling
    #[arg(value_name = "KIND", value_parser = kinds())]
    kind: String,

    #[command(flatten)]
    fields: Fields,

    #[command(flatten)]
    act: Act,
}

/// Make an entry of a kind
#[derive(Debug, clap::Args)]
pub(super) struct MakeArgs {
    #[command(flatten)]
    fields: Fields,

    #[command(flatten)]
    act: Act,
}

/// Give a command on an entry
#[derive(Debug, clap::Args)]
pub(super) struct TransitionArgs {
    /// Number of the entry
    #[arg(value_name = "NUMBER")]
    number: String,

    /// Command
    #[arg(value_name = "COMMAND")]
    command: String,

    #[command(flatten)]
    fields: Fields,

    #[command(flatten)]
    act: Act,
}

/// Names of the kinds of entries.
pub(super) fn kinds() -> clap::builder::PossibleValuesParser {
    input::names(Kind::ALL.iter().map(|kind| kind.name()))
}

pub(super) fn create(args: &CreateArgs, lang: Lang) -> Result<ExitCode, Failure> {
    let kind = Kind::named(&args.kind).expect("the parser admits names of kinds only");
    let row = TABLE.iter().find(|row| row.kind == kind && row.makes_entry());
    let row = row.expect("entries of every kind are made by a command");
    ask(&args.act, (row, None), &args.fields, lang)
}

pub(super) fn make(
    args: &MakeArgs,
    (kind, command): (&str, &str),
    lang: Lang,
) -> Result<ExitCode, Failure> {
    let row = TABLE.iter().find(|row| row.kind.name() == kind && row.command == command);
    let row = row.expect("the commands above stand in the table");
    ask(&args.act, (row, None), &args.fields, lang)
}

pub(super) fn transition(args: &TransitionArgs, lang: Lang) -> Result<ExitCode, Failure> {
    let row = named(&args.number, &args.command)?;
    ask(&args.act, (row, Some(&args.number)), &args.fields, lang)
}

/// The row of a command on an entry, in whatever state.
pub(super) fn named(number: &str, command: &str) -> Result<&'static Transition, Failure> {
    let kind = match number {
        "registry" => Some(Kind::Registry),
        number => Kind::of_number(number),
    };
    let kind = kind.ok_or_else(|| {
        let zh = format!("{number}：不是编号；编号如 HLJ-DS-2026-0001");
        Failure::new(Fault::Usage, zh, format!("{number}: is no number, such as HLJ-DS-2026-0001"))
    })?;
    let rows = || TABLE.iter().filter(|row| row.kind == kind && !row.makes_entry());
    rows().find(|row| row.command == command).ok_or_else(|| {
        let known: Vec<&str> = rows().map(|row| row.command).collect();
        let known = known.join(", ");
        let zh = format!("{}没有命令 {command}；有：{known}", kind.title().zh);
        Failure::new(
            Fault::Usage,
            zh,
            format!("{} has no command {command}; there are: {known}", kind.name()),
        )
    })
}

/// Reads fields, signs and sends.
pub(super) fn ask(
    act: &Act,
    (row, target): (&Transition, Option<&str>),
    fields: &Fields,
    lang: Lang,
) -> Result<ExitCode, Failure> {
    let mut request = Request::new(row.kind, target, row.command);
    let mut private: Vec<(&str, String)> = Vec::new();
    for (at, pair) in fields.fields.iter().enumerate() {
        let (name, value) = split(pair)?;
        if fields.fields[..at].iter().any(|other| other.split('=').next() == Some(name)) {
            let (zh, en) = (format!("字段 {name}：给了两次"), format!("{name}: is given twice"));
            return Err(Failure::new(Fault::Usage, zh, en));
        }
        let known = row.fields.iter().find(|field| field.name == name);
        match known {
            Some(field) if matches!(field.holds, Holds::Private) => {
                private.push((field.name, value));
            }
            Some(field) if matches!(field.holds, Holds::Sealed) => {
                private.push((field.name, parse(field, &value)?.to_string()));
            }
            Some(field) => {
                if field.name == "measure" {
                    known_measure(&value)?;
                }
                if row.effects.contains(&Effect::Policy) && field.name == "parameters" {
                    known_parameters(&value)?;
                }
                request = request.with(name, parse(field, &value)?);
            }
            // The registry names the fields that there are.
            None => request = request.with(name, value),
        }
    }
    let private: Vec<(&str, &str)> =
        private.iter().map(|(name, value)| (*name, value.as_str())).collect();
    send(act, request, &private, lang)
}

/// Money and calls stand under measures of the policy; a name mistyped would never be found again.
pub(super) fn known_measure(name: &str) -> Result<(), Failure> {
    let known = measures();
    if known.contains(name) {
        return Ok(());
    }
    let known = known.into_iter().collect::<Vec<_>>().join(", ");
    let zh = format!("字段 measure：没有措施 {name}；有：{known}");
    Err(Failure::new(Fault::Usage, zh, format!("measure: there is no {name}; there are: {known}")))
}

/// Parameters stand in the catalogue, with values that they take.
fn known_parameters(said: &str) -> Result<(), Failure> {
    let pairs = said.split(',').map(|pair| input::pair("parameters", pair.trim()));
    let pairs = pairs.collect::<Result<Vec<_>, _>>()?;
    match Settings::new(&Catalogue::released(), pairs) {
        Ok(_) => Ok(()),
        Err(error) => {
            let said = error.text();
            Err(Failure::new(
                Fault::Usage,
                format!("字段 parameters：{}", said.zh),
                format!("parameters: {}", said.en),
            ))
        }
    }
}

/// Names of the measures of the released catalogue.
pub(super) fn measures() -> BTreeSet<String> {
    Catalogue::released().measures.into_iter().map(|measure| measure.id).collect()
}

/// `NAME=VALUE`, or `NAME=@FILE`.
fn split(pair: &str) -> Result<(&str, String), Failure> {
    let (name, value) = pair.split_once('=').ok_or_else(|| {
        let zh = format!("{pair}：字段写作 名称=值");
        Failure::new(Fault::Usage, zh, format!("{pair}: a field is NAME=VALUE"))
    })?;
    let value = match value.strip_prefix('@') {
        Some(file) => keys::read(std::path::Path::new(file))?,
        None => value.to_owned(),
    };
    Ok((name, value))
}

/// Signs a request, has it carried out and prints what it led to.
pub(super) fn send(
    act: &Act,
    mut request: Request,
    private: &[(&str, &str)],
    lang: Lang,
) -> Result<ExitCode, Failure> {
    act.out.check()?;
    let signer = keys::signer(&act.place.folder(), &act.account)?;
    if let Some(key) = &act.key {
        request.key.clone_from(key);
    }
    request.if_version = act.if_version;
    request.on.clone_from(&act.on);
    let signed = request.sign(&signer, private)?;
    let key = keys::log(&act.place.folder())?;
    let receipt = act.place.open(Some(key), async |store| store.execute(&signed).await)?;
    act.out.write(&receipt, |receipt| report::receipt(receipt, lang))
}
