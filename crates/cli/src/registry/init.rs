//! `shujian registry init`

use std::process::ExitCode;

use shujian_registry::{LogKey, Mode, Signer, Store, block_on};
use shujian_report::Lang;

use super::{Place, keys};
use crate::failure::Failure;
use crate::output;

/// Make a registry with its keys and first account
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    place: Place,

    /// Name of the log in its checkpoints, such as registry.example/2026
    #[arg(long, value_name = "NAME", default_value = "shujian.registry")]
    origin: String,

    /// First account, which enrols the others
    #[arg(long = "as", value_name = "ACCOUNT", default_value = "admin/root")]
    admin: String,

    /// For practice: requests may name their own day, from 2026-01-01
    #[arg(long)]
    trial: bool,
}

pub(super) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    let folder = args.place.folder();
    let admin_file = keys::file(&folder, &args.admin)?;
    let (log, log_public) = Signer::generate(&args.origin)?;
    let (private, public) = Signer::generate(&args.admin)?;
    let admin = Signer::parse(&private)?;
    let mode = if args.trial { Mode::Trial } else { Mode::Live };
    // Keys first: a registry whose keys were lost on the way could never be written to.
    keys::write(&folder.join(keys::LOG), &log, true)?;
    keys::write(&folder.join(keys::LOG_PUBLIC), &log_public, false)?;
    keys::write(&admin_file, &private, true)?;
    let log_key = LogKey::parse(&log)?;
    let made = block_on(async {
        let signer = (&admin, public.as_str());
        let store = Store::create(&args.place.db, log_key, &log_public, signer, mode).await?;
        let place = store.place().to_owned();
        store.close().await.map(|()| place)
    });
    let place = match made {
        Ok(place) => place,
        Err(error) => {
            for name in [folder.join(keys::LOG), folder.join(keys::LOG_PUBLIC), admin_file] {
                // The first error is the one that matters.
                let _left = std::fs::remove_file(name);
            }
            return Err(error.into());
        }
    };
    let keys = folder.display();
    output::write(
        &match lang {
            Lang::Zh => {
                format!("{place}：登记册已建立\n密钥：{keys}（请备份）\n公钥：{log_public}\n")
            }
            Lang::En => format!(
                "{place}: registry made\nkeys: {keys} (keep a copy)\npublic key: {log_public}\n"
            ),
        },
        None,
    )?;
    Ok(ExitCode::SUCCESS)
}
