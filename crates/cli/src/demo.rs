//! `shujian demo`

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use shujian_grade::Rubric;
use shujian_report::{Lang, View};

use crate::failure::{Failure, Fault};
use crate::grade::{Handed, exit_code, grade, read_application, render};
use crate::{output, run};

/// Seed of demonstrations, so that everyone sees the same grade and the same verdicts.
const SEED: u64 = 20_260_223;

/// Write a demonstration dataset and grade it in Chinese and English
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder to write it to
    #[arg(value_name = "DIR", default_value = "shujian-demo")]
    folder: PathBuf,

    #[command(flatten)]
    bounds: run::Bounds,
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    write(&args.folder, "application.toml", shujian_fixtures::demo::write_demo)?;
    let application = args.folder.join("application.toml");
    let declared = read_application(&application)?;
    let card = {
        let progress = args.bounds.progress(lang);
        let paths = vec![args.folder.clone()];
        let run = run::Inputs { paths, bounds: args.bounds.clone() };
        let handed = Handed { application: Some((&declared, &application)), ..Handed::default() };
        grade(&run, &Rubric::released(), handed, &progress)?
    };
    let application = Some(application.display().to_string());
    let [zh, en] = [Lang::Zh, Lang::En].map(|lang| {
        render(&card, "text", &View { lang, application: application.clone(), unused: None })
    });
    let rule = |name: &str, left| format!("════════ {name} {}\n", "═".repeat(left));
    output::write(&format!("{}{zh}\n{}{en}", rule("中文", 66), rule("English", 63)), None)?;
    Ok(exit_code(&card))
}

/// Writes a demonstration into a folder that is empty or holds an earlier one, which is known by a
/// file of the name `mark`.
pub(crate) fn write(
    folder: &Path,
    mark: &str,
    write: impl FnOnce(&Path, u64) -> io::Result<()>,
) -> Result<(), Failure> {
    let strange = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
        && !folder.join(mark).is_file();
    if strange {
        let folder = folder.display();
        let zh = format!("{folder} 里有别的文件；请给出空文件夹");
        let en = format!("{folder} holds other files; name an empty folder");
        return Err(Failure::new(Fault::Usage, zh, en));
    }
    fs::create_dir_all(folder)
        .and_then(|()| write(folder, SEED))
        .map_err(|error| Failure::io(Fault::Environment, folder, &error))
}
