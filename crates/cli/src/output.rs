//! Where results go: stdout, or a file that is either the old one or the whole new one.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

use crate::failure::{Failure, Fault};

/// Where a result goes and how it is written
#[derive(Debug, clap::Args)]
pub(crate) struct Out {
    /// How to write the result: text or json; by default as the name of the output says, else text
    #[arg(long, value_name = "FORMAT", value_parser = ["text", "json"])]
    format: Option<String>,

    /// File to write to instead of the screen
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Out {
    /// Refuses an output that cannot be written, before work is spent.
    ///
    /// - Errors: exit 2 or 4.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        check(self.output.as_deref())
    }

    /// Writes a form: as it is, or by `text` for people.
    ///
    /// - Errors: exit 4.
    pub(crate) fn write<F: Serialize>(
        &self,
        form: &F,
        text: impl FnOnce(&F) -> String,
    ) -> Result<ExitCode, Failure> {
        let file = self.output.as_deref();
        if format(self.format.as_deref(), file) == "json" {
            // A form may have a row an item: written as it goes, it is never held as text.
            write_by(file, |out| stream(form, out))?;
        } else {
            write(&text(form), file)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// How a result is written: as asked for, else as the name of its file says.
pub(crate) fn format<'a>(asked: Option<&'a str>, output: Option<&Path>) -> &'a str {
    let is_json = output.is_some_and(|path| path.extension().is_some_and(|name| name == "json"));
    asked.unwrap_or(if is_json { "json" } else { "text" })
}

/// Writes a form as indented JSON, as [`json`] gives it.
fn stream<F: Serialize>(form: &F, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    serde_json::to_writer_pretty(&mut out, form)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// A form as indented JSON.
pub(crate) fn json<F: Serialize>(form: &F) -> String {
    let json = serde_json::to_string_pretty(form);
    json.expect("a form holds string keys and numbers only") + "\n"
}

/// Writes a result to stdout, or to a file.
///
/// - Errors: exit 4, the system's.
pub(crate) fn write(result: &str, file: Option<&Path>) -> Result<(), Failure> {
    write_by(file, |out| out.write_all(result.as_bytes()))
}

/// Likewise, with what is written there.
fn write_by(
    file: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let Some(file) = file else {
        let mut out = io::stdout().lock();
        let written = write(&mut out).and_then(|()| out.flush());
        return written
            .map_err(|error| Failure::io(Fault::Environment, Path::new("stdout"), &error));
    };
    replace_by(file, write)
}

/// Refuses an output that cannot be written, before hours of work are spent.
///
/// - Errors: exit 2 for a folder that does not exist, exit 4 for one that may not be written to.
pub(crate) fn check(file: Option<&Path>) -> Result<(), Failure> {
    let Some(file) = file else { return Ok(()) };
    let folder = folder(file);
    if file.is_dir() {
        let file = file.display();
        let (zh, en) = (format!("{file} 是文件夹，不能写成文件"), format!("{file} is a folder"));
        return Err(Failure::new(Fault::Usage, zh, en));
    }
    if !folder.is_dir() {
        let (file, folder) = (file.display(), folder.display());
        let zh = format!("不能写入 {file}：没有文件夹 {folder}");
        let en = format!("{file} cannot be written: there is no folder {folder}");
        return Err(Failure::new(Fault::Usage, zh, en));
    }
    let part = part(file);
    let tried = fs::write(&part, []).and_then(|()| fs::remove_file(&part));
    tried.map_err(|error| Failure::io(Fault::Environment, file, &error))
}

/// Writes to stderr; nothing can be done if that fails.
pub(crate) fn to_stderr(message: &str) {
    let _unwritable = io::stderr().lock().write_all(message.as_bytes());
}

/// Puts a whole file in the place of what was there.
///
/// - Errors: exit 4, the system's; what was there stays.
pub(crate) fn replace(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    replace_by(file, |out| out.write_all(bytes))
}

/// Likewise, with what is written into it.
fn replace_by(
    file: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let part = part(file);
    let written = fs::File::create(&part).and_then(|mut out| write(&mut out));
    let written = written.and_then(|()| fs::rename(&part, file));
    if written.is_err() {
        // The first error is the one that matters.
        let _absent = fs::remove_file(&part);
    }
    written.map_err(|error| Failure::io(Fault::Environment, file, &error))
}

/// Where a result stands until it is whole.
fn part(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    folder(file).join(format!(".{name}.{}.part", std::process::id()))
}

fn folder(file: &Path) -> PathBuf {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
