//! Key files: one line each, readable by their owner alone, never overwritten.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use shujian_registry::{Error, LogKey, Signer};

use crate::failure::{Failure, Fault};

/// File of the log's private key.
pub(super) const LOG: &str = "log.key";
/// File of the log's public key, to hand out.
pub(super) const LOG_PUBLIC: &str = "log.pub";

/// The private key of the log.
pub(super) fn log(folder: &Path) -> Result<LogKey, Failure> {
    let path = folder.join(LOG);
    LogKey::parse(&read(&path)?).map_err(|error| unusable(&path, &error))
}

/// The private key of an account, `role/name`.
pub(super) fn signer(folder: &Path, account: &str) -> Result<Signer, Failure> {
    let path = file(folder, account)?;
    let signer = Signer::parse(&read(&path)?).map_err(|error| unusable(&path, &error))?;
    if signer.name() == account {
        return Ok(signer);
    }
    let (path, name) = (path.display(), signer.name());
    let zh = format!("{path}：是 {name} 的密钥，不是 {account} 的");
    Err(Failure::new(Fault::Usage, zh, format!("{path}: is the key of {name}, not of {account}")))
}

/// A key file that holds no key.
fn unusable(path: &Path, error: &Error) -> Failure {
    let (path, said) = (path.display(), error.text());
    Failure::new(Fault::Usage, format!("{path}：{}", said.zh), format!("{path}: {}", said.en))
}

/// Where the key of an account is kept.
///
/// - Errors: exit 2 for a name that cannot name a file.
pub(super) fn file(folder: &Path, account: &str) -> Result<PathBuf, Failure> {
    let sound = account.split_once('/').is_some_and(|(role, name)| {
        let plain = |sign: char| sign.is_alphanumeric() || sign == '-' || sign == '_';
        !role.is_empty() && !name.is_empty() && role.chars().chain(name.chars()).all(plain)
    });
    if sound {
        return Ok(folder.join(format!("{}.key", account.replace('/', "-"))));
    }
    let zh = format!("{account}：账号写作 角色/名称，名称由文字、数字、- 与 _ 组成");
    let en = format!("{account}: an account is role/name, of letters, digits, - and _");
    Err(Failure::new(Fault::Usage, zh, en))
}

/// Writes a new key file.
///
/// - Errors: exit 2 where there is one already.
pub(super) fn write(path: &Path, key: &str, is_private: bool) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .map_err(|error| Failure::io(Fault::Environment, folder, &error))?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if is_private {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let written = options.open(path).and_then(|mut file| {
        file.write_all(format!("{key}\n").as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            let path = path.display();
            let zh = format!("{path}：已有密钥文件，不会覆盖");
            Failure::new(
                Fault::Usage,
                zh,
                format!("{path}: is there already; keys are never overwritten"),
            )
        }
        _ => Failure::io(Fault::Environment, path, &error),
    })
}

/// A text file of a line or so.
pub(super) fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::io(Fault::Usage, path, &error))
}
