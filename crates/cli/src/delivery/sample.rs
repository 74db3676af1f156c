//! `shujian delivery sample`

use std::path::PathBuf;
use std::process::ExitCode;

use shujian_annotation::verdict::{self, InspectionError, Sample};
use shujian_report::Lang;

use super::{Terms, commit, open};
use crate::failure::{Failure, Fault};

/// Draw the items to inspect: anyone can draw them again
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File or folder of labels, in any of the formats
    #[arg(value_name = "PATH")]
    delivery: PathBuf,

    /// File that holds the secret
    #[arg(long, value_name = "FILE")]
    secret: PathBuf,

    /// What `commit` printed for the secret, as it was published before the delivery
    #[arg(long, value_name = "HEX")]
    commitment: String,

    #[command(flatten)]
    terms: Terms,
}

pub(crate) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    let spec = args.terms.read()?;
    let secret = commit::secret(&args.secret)?;
    let (delivery, root) = open(&args.delivery)?;
    let acceptance = spec.map(|spec| spec.acceptance).unwrap_or_default();
    let plan = acceptance.plan(delivery.labels.items.len() as u64);
    let sample = Sample::draw(&delivery.labels, &root, plan, &secret, &args.commitment);
    let sample = sample.map_err(|error| refused(&error))?;
    args.terms.out.write(&sample, |sample| text(sample, lang))
}

/// What a sample or its results were refused for.
pub(super) fn refused(error: &InspectionError) -> Failure {
    use verdict::InspectionError as E;
    let zh = match error {
        E::NoHash { given, .. } => format!("{given} 不是 64 位十六进制数"),
        E::OtherDelivery { .. } => "样本抽自另一份交付：文件已有改动".to_owned(),
        E::OtherPlan { sample, asked } => format!(
            "样本的方案（{sample}）与条件要求的（{asked}）不同：请给出抽样时所用的标注说明，或重新抽样"
        ),
        E::OtherItems { items, asked } => {
            format!("样本中的对象已有改动：属于本交付且互不相同的 {items} 个，应为 {asked} 个")
        }
        E::OtherDraw => "用该口令从本交付抽出的对象与样本不同".to_owned(),
        E::NotDrawn { line, item } => {
            format!("检验结果第 {line} 行的对象“{item}”不在样本中：结果只能是抽中的对象")
        }
        E::Line { line, text } => {
            format!("检验结果第 {line} 行“{text}”不是“对象,合格”或“对象,不合格”")
        }
        E::Draw(error) => format!("不能抽样：{}", drawing(error)),
        error => format!("不能抽样：{error}"),
    };
    Failure::new(Fault::Input, zh, error.to_string())
}

fn drawing(error: &shujian_annotation::sampling::DrawError) -> String {
    use shujian_annotation::sampling::DrawError as E;
    match error {
        E::ShortSecret { .. } => "口令太短，至少要 16 个字节".to_owned(),
        E::OtherSecret => "口令与公布的承诺不符".to_owned(),
        E::RepeatedItem { item } => format!("对象 {item} 出现两次"),
        error => error.to_string(),
    }
}

fn text(sample: &Sample, lang: Lang) -> String {
    let plan = &sample.plan;
    let head = match lang {
        Lang::Zh => format!(
            "# 批量 {}，抽检 {}，不合格不超过 {} 即接收（AQL {} %）\n",
            plan.lot, plan.sample, plan.accept, plan.aql_percent
        ),
        Lang::En => format!(
            "# lot {}, inspect {}, accept up to {} defective (AQL {} %)\n",
            plan.lot, plan.sample, plan.accept, plan.aql_percent
        ),
    };
    sample.items.iter().fold(head, |text, item| text + item + "\n")
}
