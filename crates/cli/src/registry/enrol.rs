//! `shujian registry enrol`

use std::process::ExitCode;

use shujian_registry::{Kind, Request, Signer};
use shujian_report::Lang;

use super::keys;
use super::write::{Act, send};
use crate::failure::Failure;

/// Enrol an account and write its key file
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Account, role/name; roles: officer, expert, finance, applicant, operator, auditor, admin
    #[arg(value_name = "ACCOUNT")]
    enrolled: String,

    /// Credit code of the organisation it acts for or works at
    #[arg(long, value_name = "CODE")]
    organisation: Option<String>,

    #[command(flatten)]
    act: Act,
}

pub(super) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    let path = keys::file(&args.act.place.folder(), &args.enrolled)?;
    let (private, public) = Signer::generate(&args.enrolled)?;
    let (role, name) = args.enrolled.split_once('/').unwrap_or((&args.enrolled, ""));
    let mut request = Request::new(Kind::Actor, None, "enrol")
        .with("role", role)
        .with("name", name)
        .with("vkey", public);
    if let Some(code) = &args.organisation {
        request = request.with("organisation", code.as_str());
    }
    keys::write(&path, &private, true)?;
    let sent = send(&args.act, request, &[], lang);
    if sent.is_err() {
        // The first error is the one that matters.
        let _left = std::fs::remove_file(&path);
    }
    sent
}
