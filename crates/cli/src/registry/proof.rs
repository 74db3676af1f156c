//! Commands that let others check: verification, proofs, checkpoints.

use std::path::PathBuf;
use std::process::ExitCode;

use shujian_registry::{Error, Proof, Trust, Verifier};
use shujian_report::{Lang, registry as report};

use super::{Place, keys};
use crate::failure::Failure;
use crate::output::{self, Out};

/// Hold every table, signature and account against the log
#[derive(Debug, clap::Args)]
pub(super) struct VerifyArgs {
    #[command(flatten)]
    place: Place,

    /// Public key of the log; the one in the folder of keys if absent
    #[arg(long, value_name = "FILE")]
    log_key: Option<PathBuf>,

    /// Checkpoint kept from an earlier day: the log must still begin with it
    #[arg(long, value_name = "FILE")]
    since: Option<PathBuf>,

    #[command(flatten)]
    out: Out,
}

/// Write a proof that an event stands in the log
#[derive(Debug, clap::Args)]
pub(super) struct ProveArgs {
    /// Number of the entry or of its award
    #[arg(value_name = "NUMBER")]
    number: String,

    /// Place of the event in the log; the newest of the entry if absent
    #[arg(long, value_name = "N")]
    event: Option<u64>,

    /// File to write to instead of the screen
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    place: Place,
}

/// Check a proof without the registry
#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    /// Proof, as `prove` writes it
    #[arg(value_name = "PROOF")]
    proof: PathBuf,

    /// Public key of the log, as handed out by the bureau
    #[arg(long, value_name = "FILE")]
    log_key: PathBuf,

    #[command(flatten)]
    out: Out,
}

/// Print the newest signed checkpoint
#[derive(Debug, clap::Args)]
pub(super) struct CheckpointArgs {
    #[command(flatten)]
    place: Place,
}

pub(super) fn verify(args: &VerifyArgs, lang: Lang) -> Result<ExitCode, Failure> {
    args.out.check()?;
    let beside = args.place.folder().join(keys::LOG_PUBLIC);
    let log = match &args.log_key {
        Some(path) => Some(keys::read(path)?),
        None => beside.is_file().then(|| keys::read(&beside)).transpose()?,
    };
    let earlier = args.since.as_deref().map(keys::read).transpose()?;
    let trust = Trust { log: log.as_deref(), earlier: earlier.as_deref() };
    let found = args.place.open(None, async |store| store.verify(trust).await)?;
    args.out.write(&found, |found| report::verification(found, lang))?;
    Ok(ExitCode::from(u8::from(!found.is_whole())))
}

pub(super) fn prove(args: &ProveArgs) -> Result<ExitCode, Failure> {
    output::check(args.output.as_deref())?;
    let proof = args.place.open(None, async |store| store.prove(&args.number, args.event).await)?;
    output::write(&proof.write(), args.output.as_deref())?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn check(args: &CheckArgs, lang: Lang) -> Result<ExitCode, Failure> {
    args.out.check()?;
    let proof = Proof::parse(&keys::read(&args.proof)?)?;
    let checked = proof.check(&Verifier::parse(&keys::read(&args.log_key)?)?)?;
    args.out.write(&checked.event, |_| report::proof(&checked, lang))
}

pub(super) fn checkpoint(args: &CheckpointArgs) -> Result<ExitCode, Failure> {
    let note = args.place.open(None, async |store| store.checkpoint().await)?;
    let note = note.ok_or_else(|| Error::Damaged("there is no checkpoint".to_owned()))?;
    output::write(&note, None)?;
    Ok(ExitCode::SUCCESS)
}
