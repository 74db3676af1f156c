//! `shujian labels consensus`

use std::path::PathBuf;
use std::process::ExitCode;

use shujian_annotation::consensus::{self, METHODS, MOST_CELLS};
use shujian_annotation::intake;
use shujian_report::Lang;

use crate::failure::{Failure, Fault};
use crate::output::Out;
use crate::pipeline;

/// One answer an item out of several raters' answers
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// One path whose files name their raters, or one path a rater
    #[arg(required = true, value_name = "PATH")]
    label_paths: Vec<PathBuf>,

    /// Method: majority, dawid-skene, one-coin, glad, mace, mmsr or wawa
    #[arg(long, value_name = "METHOD", default_value = "dawid-skene", value_parser = methods())]
    method: String,

    /// Items of known class: raters and consensus are measured on them
    #[arg(long, value_name = "FILE")]
    gold: Option<PathBuf>,

    /// Hold the known classes fast during the fit, in place of measuring on them
    #[arg(long, requires = "gold")]
    clamp: bool,

    #[command(flatten)]
    out: Out,
}

fn methods() -> clap::builder::PossibleValuesParser {
    METHODS.iter().map(|method| method.name).collect::<Vec<_>>().into()
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    args.out.check()?;
    let method = METHODS.iter().find(|method| method.name == args.method);
    let method = method.expect("the parser admits names of methods only");
    if args.clamp && !method.clamps {
        let name = method.name;
        return Err(Failure::new(
            Fault::Usage,
            format!("{name} 不能固定金标；请用 dawid-skene 或 one-coin"),
            format!("{name} cannot hold known classes fast: use dawid-skene or one-coin"),
        ));
    }
    let limits = pipeline::limits();
    let panel = intake::panel(&args.label_paths, &limits)?;
    let gold = args.gold.as_ref().map(|path| intake::known(path, &limits)).transpose()?;
    let gold = gold.as_ref().map(|gold| &gold.labels);
    let form = consensus::settle(&panel, method, gold, args.clamp).map_err(|error| {
        Failure::new(
            Fault::Input,
            format!(
                "类别过多，像自由文本而不是类别：须保存 {} 个概率，上限 {MOST_CELLS}",
                error.cells
            ),
            format!("so many classes that labels are texts rather than classes: {error}"),
        )
    })?;
    args.out.write(&form, |form| shujian_report::labels::consensus(form, lang))
}
