//! `shujian registry`

mod enrol;
mod exchange;
mod init;
mod keys;
mod money;
mod proof;
mod read;
mod share;
mod write;

use std::path::PathBuf;
use std::process::ExitCode;

use shujian_registry::{Error, LogKey, Store, block_on};
use shujian_report::Lang;

use crate::failure::{Failure, Fault};

/// Projects, awards and money, in a log that nobody can rewrite
#[derive(Debug, clap::Args)]
#[command(disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make a registry with its keys and first account
    Init(init::Args),
    /// Enrol an account and write its key file
    Enrol(enrol::Args),
    /// Make an entry of any kind: register, plan, allot, declare
    Create(write::CreateArgs),
    /// Start an application for a provincial dataset project
    Apply(write::MakeArgs),
    /// Nominate a national project
    Project(write::MakeArgs),
    /// Claim a data voucher for an invoice
    Voucher(write::MakeArgs),
    /// Propose an annotation base
    Base(write::MakeArgs),
    /// Give a command on an entry; `commands` lists them
    Transition(write::TransitionArgs),
    /// Bind an application to the card that scored its files
    Commit(money::CommitArgs),
    /// Award what `policy compute` found; two persons
    Award(money::AwardArgs),
    /// Pay the next tranche; two persons
    Pay(money::PayArgs),
    /// Book money that came back; two persons
    Recover(money::RecoverArgs),
    /// List entries of a kind
    List(read::ListArgs),
    /// Show an entry with its history, money and open commands
    Show(read::ShowArgs),
    /// Import entries of a kind from CSV, XLSX, JSON or Croissant
    Import(exchange::ImportArgs),
    /// Write the public entries in a form that others read
    Export(exchange::ExportArgs),
    /// Add up what was committed, paid and left
    Report(exchange::ReportArgs),
    /// What accepted applications would get of the year's envelope
    Share(share::Args),
    /// What can be done with entries, by whom, and with which fields
    Commands(read::CommandsArgs),
    /// Hold every table, signature and account against the log
    Verify(proof::VerifyArgs),
    /// Write a proof that an event stands in the log
    Prove(proof::ProveArgs),
    /// Check a proof without the registry
    CheckProof(proof::CheckArgs),
    /// Print the newest signed checkpoint, to keep elsewhere
    Checkpoint(proof::CheckpointArgs),
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    match &args.command {
        Command::Init(args) => init::run(args, lang),
        Command::Enrol(args) => enrol::run(args, lang),
        Command::Create(args) => write::create(args, lang),
        Command::Apply(args) => write::make(args, ("application", "apply"), lang),
        Command::Project(args) => write::make(args, ("national-project", "nominate"), lang),
        Command::Voucher(args) => write::make(args, ("voucher-claim", "file"), lang),
        Command::Base(args) => write::make(args, ("annotation-base", "propose"), lang),
        Command::Transition(args) => write::transition(args, lang),
        Command::Commit(args) => money::commit(args, lang),
        Command::Award(args) => money::award(args, lang),
        Command::Pay(args) => money::pay(args, lang),
        Command::Recover(args) => money::recover(args, lang),
        Command::List(args) => read::list(args, lang),
        Command::Show(args) => read::show(args, lang),
        Command::Import(args) => exchange::import(args, lang),
        Command::Export(args) => exchange::export(args, lang),
        Command::Report(args) => exchange::analyse(args, lang),
        Command::Share(args) => share::run(args, lang),
        Command::Commands(args) => read::commands(args, lang),
        Command::Verify(args) => proof::verify(args, lang),
        Command::Prove(args) => proof::prove(args),
        Command::CheckProof(args) => proof::check(args, lang),
        Command::Checkpoint(args) => proof::checkpoint(args),
    }
}

/// Where the registry is
#[derive(Debug, clap::Args)]
struct Place {
    /// SQLite file, or a postgres:// address
    #[arg(
        long,
        value_name = "PLACE",
        default_value = "shujian.db",
        env = "SHUJIAN_DB",
        hide_env = true
    )]
    db: String,

    /// Folder with key files; beside the SQLite file if absent
    #[arg(long, value_name = "FOLDER", env = "SHUJIAN_KEYS", hide_env = true)]
    keys: Option<PathBuf>,
}

impl Place {
    /// The folder of key files.
    fn folder(&self) -> PathBuf {
        match &self.keys {
            Some(folder) => folder.clone(),
            None if self.db.contains("://") => PathBuf::from("shujian.keys"),
            None => PathBuf::from(format!("{}.keys", self.db)),
        }
    }

    /// Opens the registry, with the log's key if it is to be written to, and lets go of it again.
    fn open<T>(
        &self,
        key: Option<LogKey>,
        work: impl AsyncFnOnce(&Store) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        let done = block_on(async {
            let store = Store::open(&self.db, key).await?;
            let done = work(&store).await;
            store.close().await?;
            done
        });
        Ok(done?)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let fault = match &error {
            // What the request says is wrong; all other refusals are rules that say no.
            Error::Refused { code: "SJ-registry-001" | "SJ-registry-004", .. } => Fault::Usage,
            Error::Refused { code: "SJ-registry-015", .. } => Fault::Input,
            Error::Refused { .. } => Fault::Refusal,
            Error::Absent { .. } | Error::Taken { .. } | Error::Foreign { .. } | Error::Key(_) => {
                Fault::Usage
            }
            Error::Damaged(_) => Fault::Input,
            _ => Fault::Environment,
        };
        let said = error.text();
        Self::new(fault, said.zh, said.en)
    }
}
