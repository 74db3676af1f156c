//! `shujian labels consensus`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use shujian_annotation::consensus::{
    self, METHODS, MOST_CELLS, ModelError, PLACED, Quorum, Refused, Rounds, SavedModel, Wanted,
};
use shujian_annotation::intake;
use shujian_report::Lang;

use super::agree::overlap;
use super::complete;
use crate::failure::{Failure, Fault};
use crate::output::{Out, json};
use crate::{input, output, pipeline};

/// One answer an item out of several raters' answers
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// One path whose files name their raters, or one path a rater
    #[arg(required = true, value_name = "PATH")]
    label_paths: Vec<PathBuf>,

    /// Method: majority, dawid-skene, one-coin, glad, mace, mmsr or wawa for classes; quorum for
    /// boxes and spans, rover for transcripts
    #[arg(long, value_name = "METHOD", default_value = "dawid-skene", value_parser = methods())]
    method: String,

    /// Items of known class: raters and consensus are measured on them
    #[arg(long, value_name = "FILE")]
    gold: Option<PathBuf>,

    /// Hold the known classes fast during the fit, in place of measuring on them
    #[arg(long, requires = "gold")]
    clamp: bool,

    /// Exactly so many rounds of dawid-skene or one-coin; absent, until the fit settles
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    rounds: Option<u16>,

    /// Go on from a model that --save-model kept: raters it knows start from what it says of them
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,

    /// Keep the fitted model of dawid-skene, to take further labels without starting over
    #[arg(long, value_name = "FILE")]
    save_model: Option<PathBuf>,

    /// Raters who have to mark a place, for quorum; absent, more than half of those who saw the item
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    quorum: Option<u32>,

    /// Least overlap of boxes that mean the same, for quorum; above 0 and at most 1
    #[arg(long, value_name = "IOU", default_value_t = 0.5, value_parser = overlap)]
    overlap: f64,

    /// Compare every rater with the others, and look for copying, constant answers, haste and drift
    #[arg(long)]
    raters: bool,

    #[command(flatten)]
    out: Out,
}

fn methods() -> clap::builder::PossibleValuesParser {
    input::names(METHODS.iter().map(|method| method.name).chain(PLACED))
}

/// Reads a model that was kept.
fn kept(path: &Path) -> Result<SavedModel, Failure> {
    serde_json::from_str(&input::text(path)?).map_err(|error| {
        let at = path.display();
        let zh = format!("{at}：不是 --save-model 保存的模型：{error}");
        Failure::new(Fault::Input, zh, format!("{at}: not a kept model: {error}"))
    })
}

/// Why the labels could not be settled.
fn refused(error: &Refused) -> Failure {
    let (zh, en) = match error {
        Refused::TooLarge(large) => (
            format!(
                "类别过多，像自由文本而不是类别：须保存 {} 个概率，上限 {MOST_CELLS}",
                large.cells
            ),
            format!("so many classes that labels are texts rather than classes: {large}"),
        ),
        Refused::Model(ModelError::UnknownClass { class }) => (
            format!("模型不含类别“{class}”：请用含有该类别的标注重新拟合"),
            format!("{error}: fit anew with labels that have it"),
        ),
        error => (format!("模型不能使用：{error}"), format!("the model cannot be used: {error}")),
    };
    Failure::new(Fault::Input, zh, en)
}

/// Why a method of places has nothing to settle.
fn unplaced(method: &str) -> Failure {
    let (zh, en) = if method == PLACED[0] {
        ("框、区间或时间段", "boxes, spans or segments")
    } else {
        ("转写文本", "transcripts")
    };
    Failure::new(
        Fault::Refusal,
        format!("{method} 要定夺的是{zh}，标注中没有署名的；类别表请用 dawid-skene 等方法"),
        format!(
            "{method} settles {en}, and no rater gave any: for classes name a method such as \
             dawid-skene"
        ),
    )
}

/// Settles marks or transcripts place by place.
fn placed(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    if args.gold.is_some() {
        let name = &args.method;
        return Err(Failure::new(
            Fault::Usage,
            format!("{name} 不用金标；请用 labels eval 与参考答案对照"),
            format!("{name} takes no gold: hold the result against it by labels eval"),
        ));
    }
    if args.raters {
        let name = &args.method;
        return Err(Failure::new(
            Fault::Usage,
            format!("{name} 逐处定夺，不比较标注员；请用类别的方法，如 dawid-skene"),
            format!("{name} settles places and compares no raters: name a method of classes"),
        ));
    }
    let mut panel = intake::panel(&args.label_paths, &pipeline::limits())?;
    let form = if args.method == PLACED[0] {
        consensus::by_quorum(&panel, Quorum { raters: args.quorum, overlap: args.overlap })
    } else {
        consensus::by_rover(&mut panel)
    };
    if form.votes == 0 {
        return Err(unplaced(&args.method));
    }
    args.out.write(&form, |form| shujian_report::labels::consensus(form, lang))?;
    Ok(complete(&form.findings))
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    args.out.check()?;
    if PLACED.contains(&args.method.as_str()) {
        return placed(args, lang);
    }
    if (args.model.is_some() || args.save_model.is_some()) && args.method != "dawid-skene" {
        let name = &args.method;
        return Err(Failure::new(
            Fault::Usage,
            format!("{name} 没有可保存的模型；--model 与 --save-model 只用于 dawid-skene"),
            format!(
                "{name} has no model to keep: --model and --save-model are of dawid-skene alone"
            ),
        ));
    }
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
    // Behaviour is looked for in times, which votes alone do not have.
    let read = if args.raters { intake::panel } else { intake::votes };
    let panel = read(&args.label_paths, &limits)?;
    let gold = args.gold.as_ref().map(|path| intake::known(path, &limits)).transpose()?;
    let gold = gold.as_ref().map(|gold| &gold.labels);
    let (clamp, raters) = (args.clamp, args.raters);
    let exactly = |rounds| Rounds::exactly(usize::from(rounds));
    let rounds = args.rounds.map_or_else(Rounds::default, exactly);
    let model = args.model.as_deref().map(kept).transpose()?;
    let (model, keeps) = (model.as_ref(), args.save_model.is_some());
    let wanted = Wanted { gold, clamp, rounds, raters, model, keeps };
    let (form, model) =
        consensus::settle(panel, method, &wanted).map_err(|error| refused(&error))?;
    if let (Some(path), Some(model)) = (&args.save_model, &model) {
        output::write(&json(model), Some(path))?;
    }
    args.out.write(&form, |form| shujian_report::labels::consensus(form, lang))?;
    Ok(complete(&form.findings))
}
