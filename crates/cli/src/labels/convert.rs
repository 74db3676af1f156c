//! `shujian labels convert`

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use shujian_annotation::convert::{self, ConversionForm, Files, Loss, WRITERS};
use shujian_annotation::intake;
use shujian_report::Lang;

use super::complete;
use crate::failure::{Failure, Fault};
use crate::output::json;
use crate::{input, output, pipeline};

/// Write labels in another format, with what is lost listed
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File or folder of labels
    #[arg(value_name = "PATH")]
    label_path: PathBuf,

    /// Format to write, such as coco, voc, yolo, cvat or table-csv
    #[arg(long, value_name = "FORMAT", value_parser = writers())]
    to: String,

    /// Folder to write into; new or empty
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,

    /// How to write the result: text or json
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    format: String,
}

fn writers() -> clap::builder::PossibleValuesParser {
    input::names(WRITERS.iter().map(|writer| writer.name))
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    vacant(&args.output)?;
    let delivery = intake::delivery(&args.label_path, &pipeline::limits())?;
    let converted = convert::convert(&delivery.labels, &args.to);
    let converted = converted.expect("the parser admits names of writers only");
    if converted.written == 0 {
        return Err(nothing(&args.to, &converted.lost));
    }
    save(&converted.files, &args.output)?;
    let form = ConversionForm::of(&delivery, &args.to, &converted);
    let said = match args.format.as_str() {
        "json" => json(&form),
        _ => shujian_report::labels::conversion(&form, lang),
    };
    output::write(&said, None)?;
    Ok(complete(&form.findings))
}

/// Why no annotation could be written.
fn nothing(to: &str, lost: &[Loss]) -> Failure {
    let said = |lang: Lang| -> String {
        let line = |loss: &Loss| format!("\n  ×{} {}", loss.count, lang.of(loss.what));
        lost.iter().take(3).map(line).collect()
    };
    Failure::new(
        Fault::Refusal,
        format!("没有一条标注能写成 {to}，未写任何文件：{}", said(Lang::Zh)),
        format!("no annotation can be written as {to}, and no file was:{}", said(Lang::En)),
    )
}

/// Refuses a folder that holds something: nothing is ever written over.
fn vacant(folder: &Path) -> Result<(), Failure> {
    let shown = folder.display();
    match fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(Failure::new(
                Fault::Usage,
                format!("{shown} 不是空文件夹；请给出新的或空的文件夹"),
                format!("{shown} is not empty: name a new or an empty folder"),
            )),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::io(Fault::Usage, folder, &error)),
    }
}

fn save(files: &Files, folder: &Path) -> Result<(), Failure> {
    for (name, bytes) in files {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        let saved = fs::create_dir_all(parent).and_then(|()| fs::write(&path, bytes));
        saved.map_err(|error| Failure::io(Fault::Environment, &path, &error))?;
    }
    Ok(())
}
