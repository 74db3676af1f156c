//! Commands that bring entries in, write them out, and add them up.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value as Json;
use shujian_registry::export::{self, About, EXPORTS, File};
use shujian_registry::import::sheet::{self, Format, LIMITS, Sheet, Unreadable};
use shujian_registry::import::{self, Plan, Problem, croissant};
use shujian_registry::report::{Dimension, Error as Sums, Report, report};
use shujian_registry::{Kind, Mode};
use shujian_report::{Lang, register};

use super::write::measures;
use super::{Place, keys};
use crate::failure::{Failure, Fault};
use crate::input;
use crate::output::{self, Out};

/// Import entries of a kind from CSV, XLSX, JSON or Croissant
#[derive(Debug, clap::Args)]
pub(super) struct ImportArgs {
    /// Kind of entries
    #[arg(value_name = "KIND", value_parser = kinds())]
    kind: String,

    /// Table whose first line names fields, or Croissant metadata
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Field that all rows share, NAME=VALUE; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    with: Vec<String>,

    /// Write the entries, if no row is refused; without it nothing is written
    #[arg(long)]
    apply: bool,

    #[command(flatten)]
    place: Place,

    /// Account that acts, role/name, by its key file
    #[arg(long = "as", value_name = "ACCOUNT", default_value = "admin/root")]
    account: String,

    /// Day to act on, in a trial registry
    #[arg(long, value_name = "DAY")]
    on: Option<String>,

    #[command(flatten)]
    out: Out,
}

/// Write the public entries in a form that others read
#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    /// Form: csv, xlsx, json, croissant, dcat, datapackage or 360giving
    #[arg(value_name = "FORM", value_parser = forms())]
    form: String,

    /// Folder to write to
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,

    /// Address under which entries are published, such as https://data.example.gov.cn/register
    #[arg(long, value_name = "URL")]
    site: Option<String>,

    /// Name of the publisher
    #[arg(long, value_name = "NAME")]
    publisher: Option<String>,

    /// Licence of the metadata, an address
    #[arg(long, value_name = "URL")]
    licence: Option<String>,

    #[command(flatten)]
    place: Place,
}

/// Add up what was committed, paid and left
#[derive(Debug, clap::Args)]
pub(super) struct ReportArgs {
    /// What to group by: sector, city, year, measure, kind, state; several with commas
    #[arg(long, value_name = "DIMENSIONS", default_value = "measure", value_delimiter = ',', value_parser = dimensions())]
    by: Vec<String>,

    /// How to write the result: text, json, csv or parquet
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json", "csv", "parquet"])]
    format: String,

    /// File to write to instead of the screen; parquet needs one
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    place: Place,
}

fn kinds() -> clap::builder::PossibleValuesParser {
    input::names(import::kinds().map(Kind::name))
}

fn forms() -> clap::builder::PossibleValuesParser {
    input::names(EXPORTS.iter().map(|export| export.name))
}

fn dimensions() -> clap::builder::PossibleValuesParser {
    input::names(Dimension::ALL.iter().map(|dimension| dimension.name()))
}

pub(super) fn import(args: &ImportArgs, lang: Lang) -> Result<ExitCode, Failure> {
    args.out.check()?;
    let kind = Kind::named(&args.kind).expect("the parser admits names of kinds only");
    let with =
        args.with.iter().map(|pair| input::pair("with", pair)).collect::<Result<Vec<_>, _>>()?;
    let (sheet, remarks) = read(&args.file, &import::fields(kind, &with))?;
    let mut plan = Plan::new(kind, &sheet, &with);
    plan.remark(remarks);
    let measures = measures();
    plan.admit("measure", &measures.iter().map(String::as_str).collect::<Vec<_>>());
    let signer = keys::signer(&args.place.folder(), &args.account)?;
    let key = keys::log(&args.place.folder())?;
    let report = args.place.open(Some(key), async |store| {
        store.import(plan, &signer, args.on.as_deref(), args.apply).await
    })?;
    args.out.write(&report, |report| register::import(report, lang))?;
    Ok(ExitCode::from(u8::from(!report.problems.is_empty())))
}

/// Reads a table by its ending; JSON that is metadata as Croissant, for the fields still to be said.
fn read(path: &Path, fields: &[&str]) -> Result<(Sheet, Vec<Problem>), Failure> {
    let name = path.display();
    let Some(format) = Format::of_name(&path.to_string_lossy()) else {
        let zh = format!("{name}：只能导入 .csv、.xlsx 或 .json");
        return Err(Failure::new(Fault::Usage, zh, format!("{name}: takes .csv, .xlsx or .json")));
    };
    let io = |error| Failure::io(Fault::Input, path, &error);
    let size = fs::metadata(path).map_err(io)?.len();
    if size > LIMITS.bytes as u64 {
        let most = LIMITS.bytes >> 20;
        let zh = format!("{name}：超过 {most} MiB");
        return Err(Failure::new(Fault::Input, zh, format!("{name}: is above {most} MiB")));
    }
    let bytes = fs::read(path).map_err(io)?;
    let unreadable = |Unreadable { place, why }: Unreadable| {
        let (zh, en) = match place {
            Some(row) => (format!("第 {row} 行：{}", why.zh), format!("row {row}: {}", why.en)),
            None => (why.zh, why.en),
        };
        Failure::new(Fault::Input, format!("{name}：{zh}"), format!("{name}: {en}"))
    };
    let metadata = format == Format::Json
        && serde_json::from_slice::<Json>(&bytes).is_ok_and(|json| croissant::is_metadata(&json));
    if metadata {
        return croissant::read(&bytes, fields).map_err(unreadable);
    }
    Ok((sheet::read(&bytes, format, LIMITS).map_err(unreadable)?, Vec::new()))
}

pub(super) fn export(args: &ExportArgs, lang: Lang) -> Result<ExitCode, Failure> {
    let form = export::named(&args.form).expect("the parser admits names of forms only");
    let about = about(args, form.is_published)?;
    let register = args.place.open(None, async |store| store.register().await)?;
    let files = (form.write)(&register, &about);
    let folder = &args.output;
    fs::create_dir_all(folder).map_err(|error| Failure::io(Fault::Environment, folder, &error))?;
    for File { name, bytes } in &files {
        output::replace(&folder.join(name), bytes)?;
    }
    let count = files.len();
    let said = match lang {
        Lang::Zh if count == 0 => "登记库中尚无此格式可写的内容（如拨款决定），未写文件\n".to_owned(),
        Lang::En if count == 0 => {
            "the registry holds nothing yet that this form carries, such as an award: no file written\n"
                .to_owned()
        }
        Lang::Zh => format!("{count} 个文件写入 {}\n", folder.display()),
        Lang::En => format!("{count} files written to {}\n", folder.display()),
    };
    output::write(&said, None)?;
    Ok(ExitCode::SUCCESS)
}

/// What the export says of its publisher.
///
/// - Errors: exit 2 where a published form lacks it.
fn about(args: &ExportArgs, is_published: bool) -> Result<About, Failure> {
    let given = |name: &str, value: &Option<String>| match value {
        Some(value) => Ok(value.trim().trim_end_matches('/').to_owned()),
        None if !is_published => Ok(String::new()),
        None => {
            let zh = format!("{} 须写明 --{name}", args.form);
            Err(Failure::new(Fault::Usage, zh, format!("{} needs --{name}", args.form)))
        }
    };
    Ok(About {
        site: given("site", &args.site)?,
        publisher: given("publisher", &args.publisher)?,
        licence: given("licence", &args.licence)?,
    })
}

pub(super) fn analyse(args: &ReportArgs, lang: Lang) -> Result<ExitCode, Failure> {
    let file = args.output.as_deref();
    output::check(file)?;
    if args.format == "parquet" && file.is_none() {
        let (zh, en) =
            ("parquet 须以 -o 写入文件", "parquet is written to a file; name it with -o");
        return Err(Failure::new(Fault::Usage, zh, en));
    }
    let by: Vec<Dimension> = args.by.iter().filter_map(|name| Dimension::named(name)).collect();
    let (books, is_trial) = args
        .place
        .open(None, async |store| Ok((store.books().await?, store.mode().await? == Mode::Trial)))?;
    let sums: Report = report(&books, &by).map_err(|error| match error {
        Sums::Overflow => Failure::new(Fault::Input, "合计过大，无法计算", error.to_string()),
        _ => Failure::new(Fault::Environment, format!("合计出错：{error}"), error.to_string()),
    })?;
    match (args.format.as_str(), file) {
        ("parquet", Some(file)) => output::replace(file, &sums.parquet())?,
        ("csv", Some(file)) => output::replace(file, &sums.csv())?,
        ("csv", None) => output::write(&String::from_utf8_lossy(&sums.csv()), None)?,
        ("json", file) => output::write(&output::json(&sums), file)?,
        (_, file) => output::write(&register::analytics(&sums, is_trial, lang), file)?,
    }
    Ok(ExitCode::SUCCESS)
}
