//! Commands that bind what other rooms computed to an entry: cards and entitlements.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use shujian_core::card::{Assessment, Band, GateStatus, Grade};
use shujian_core::{Card, Entitlement};
use shujian_grade::Rubric;
use shujian_grade::measure::Catalogue;
use shujian_grade::measure::entitlement::{Audit, Entitlement as Computed, audit};
use shujian_grade::measure::trace::Decision;
use shujian_registry::transitions::{Effect, TABLE};
use shujian_registry::{Kind, Request};
use shujian_report::Lang;

use super::keys;
use super::write::{Act, Fields, ask, named, send};
use crate::failure::{Failure, Fault};

/// Bind an application to the card that scored its files
#[derive(Debug, clap::Args)]
pub(super) struct CommitArgs {
    /// Number of the application
    #[arg(value_name = "NUMBER")]
    number: String,

    /// Card, as `grade --format json` writes it
    #[arg(value_name = "CARD")]
    card: PathBuf,

    /// Rubric that the card was scored with; the released one if absent
    #[arg(long, value_name = "FILE")]
    rubric: Option<PathBuf>,

    #[command(flatten)]
    act: Act,
}

/// Award what `policy compute` found
#[derive(Debug, clap::Args)]
pub(super) struct AwardArgs {
    /// Number of the entry
    #[arg(value_name = "NUMBER")]
    number: String,

    /// Entitlement, as `policy compute --format json` writes it
    #[arg(value_name = "FILE")]
    entitlement: PathBuf,

    #[command(flatten)]
    act: Act,
}

/// Pay the next tranche
#[derive(Debug, clap::Args)]
pub(super) struct PayArgs {
    /// Number of the entry
    #[arg(value_name = "NUMBER")]
    number: String,

    #[command(flatten)]
    act: Act,
}

/// Book money that came back
#[derive(Debug, clap::Args)]
pub(super) struct RecoverArgs {
    /// Number of the entry
    #[arg(value_name = "NUMBER")]
    number: String,

    #[command(flatten)]
    fields: Fields,

    #[command(flatten)]
    act: Act,
}

pub(super) fn commit(args: &CommitArgs, lang: Lang) -> Result<ExitCode, Failure> {
    let row = named(&args.number, "score")?;
    let card = card(&args.card)?;
    let open = || {
        unusable(
            &args.card,
            "卡片没有得分或等次，不能绑定",
            "the card has no score or grade to bind",
        )
    };
    let assessment = card.assessment.as_ref().ok_or_else(open)?;
    let score = assessment.score.total_centi.ok_or_else(open)?;
    let grade = assessment.grade.ok_or_else(open)?;
    if card.dataset.contents.is_empty() && card.dataset.bytes > 0 {
        let zh = "由较早的版本写成，没有列出文件；请重新评分";
        let en = "was written by an older version and names no files; grade the data again";
        return Err(unusable(&args.card, zh, en));
    }
    let rubric = rubric(args, &assessment.rubric.hash)?;
    let files = card.dataset.contents.iter().map(|file| format!("{}:{}", file.blake3, file.bytes));
    let request = Request::new(row.kind, Some(&args.number), row.command)
        .with("snapshot_root", card.dataset.snapshot_root.as_str())
        .with("card_digest", card.digest.as_str())
        .with("rubric", assessment.rubric.version.as_str())
        .with("rubric_hash", assessment.rubric.hash.as_str())
        .with("score", score)
        .with("grade", grade.name())
        .with("bands", bands(assessment))
        .with("adjustment", rubric.panel.adjustment)
        .with("files", files.collect::<Vec<_>>());
    send(&args.act, request, &[], lang)
}

/// The rubric that a card names.
///
/// - Errors: exit 2 for another one.
fn rubric(args: &CommitArgs, hash: &str) -> Result<Rubric, Failure> {
    let rubric = match &args.rubric {
        None => Rubric::released(),
        Some(path) => Rubric::parse(&crate::input::text(path)?)
            .map_err(|error| Failure::form(path, &error))?,
    };
    if rubric.hash == hash {
        return Ok(rubric);
    }
    let card = args.card.display();
    let zh = format!("{card}：按另一份评分细则评分；请以 --rubric 指明该细则");
    let en = format!("{card}: was scored with another rubric; name its file with --rubric");
    Err(Failure::new(Fault::Usage, zh, en))
}

/// The bands that a panel's score has by a card: a weak axis leaves out the better ones, and a
/// failed gate all of them.
fn bands(assessment: &Assessment) -> String {
    let has_failed = assessment.gates.iter().any(|gate| gate.status == GateStatus::Failed);
    let axes = [&assessment.scale, &assessment.value_density, &assessment.effect];
    let weakest = axes.iter().filter_map(|axis| axis.score_centi).min();
    let floor = assessment.axis_floor.as_ref();
    let best = floor.filter(|floor| weakest.is_some_and(|weakest| weakest < floor.from_centi));
    let best = best.map_or(Grade::A, |floor| floor.grade);
    let fits = |band: &&Band| !has_failed && band.grade >= best;
    let spelt = |band: &Band| {
        let (grade, from) = (band.grade.name(), band.from_centi);
        format!("{grade}={}.{:02}", from / 100, from % 100)
    };
    let bands: Vec<String> = assessment.bands.iter().filter(fits).map(spelt).collect();
    if bands.is_empty() { "none".to_owned() } else { bands.join(",") }
}

/// A card whose digest holds, over whole files.
fn card(path: &Path) -> Result<Card, Failure> {
    let card: Card = serde_json::from_str(&keys::read(path)?).map_err(|error| {
        let (zh, en) = (format!("不是卡片：{error}"), format!("is no card: {error}"));
        unusable(path, &zh, &en)
    })?;
    if card.compute_digest() != card.digest {
        let zh = "卡片写成之后被改动";
        return Err(unusable(path, zh, "was changed after it was written"));
    }
    if card.is_forecast() {
        let zh = "只是预估（--sample），不能据以办理";
        return Err(unusable(path, zh, "is a forecast (--sample): nothing is decided by it"));
    }
    Ok(card)
}

pub(super) fn award(args: &AwardArgs, lang: Lang) -> Result<ExitCode, Failure> {
    let kind = Kind::of_number(&args.number);
    let row = TABLE
        .iter()
        .find(|row| Some(row.kind) == kind && row.effects.contains(&Effect::Award))
        .ok_or_else(|| {
            let zh = format!("{}：此类条目不核定金额", args.number);
            Failure::new(
                Fault::Usage,
                zh,
                format!("{}: nothing is awarded to its kind", args.number),
            )
        })?;
    let entitlement = entitlement(&args.entitlement)?;
    let entitlement =
        serde_json::to_value(entitlement).expect("an entitlement holds string keys only");
    let request =
        Request::new(row.kind, Some(&args.number), row.command).with("entitlement", entitlement);
    send(&args.act, request, &[], lang)
}

/// An entitlement that computes again under the catalogue at hand, and is to be paid.
fn entitlement(path: &Path) -> Result<Entitlement, Failure> {
    let text = keys::read(path)?;
    let computed: Computed = serde_json::from_str(&text).map_err(|error| {
        let (zh, en) = (format!("不是权益：{error}"), format!("is no entitlement: {error}"));
        unusable(path, &zh, &en)
    })?;
    let catalogue = Catalogue::released();
    match audit(&computed, &catalogue) {
        Audit::Same => {}
        Audit::OtherCatalogue => {
            let zh = "依据的是另一版政策目录，请重新计算";
            return Err(refused(path, zh, "is of another catalogue; compute it again"));
        }
        _ => {
            let (zh, en) = ("按其步骤重算，结果不同", "does not compute to what it states");
            return Err(refused(path, zh, en));
        }
    }
    if computed.decision == Decision::Nothing {
        let zh = "已没有可付的余额；数据券请以 close 办结，其他条目用 reject 或 withdraw";
        let en =
            "nothing is left to pay: `close` a voucher, `reject` or `withdraw` any other entry";
        return Err(refused(path, zh, en));
    }
    if computed.decision != Decision::Payable {
        let zh = "结论不是支付；请先解决其中的问题";
        return Err(refused(path, zh, "is not to be paid yet; settle what it asks first"));
    }
    if computed.warnings.iter().any(|warning| warning.code == "SJ-grade-017") {
        let zh = "有条件未经确认（SJ-grade-017）；核实后以 --confirm 重新计算";
        let en = "has conditions that nobody confirmed (SJ-grade-017); see that they are met and \
                  compute it again with --confirm";
        return Err(refused(path, zh, en));
    }
    let cap_fen = computed.cap_fen.unwrap_or(computed.nominal_fen);
    let cites = computed.cites.values().map(|cite| format!("{} / {}", cite.zh, cite.en)).collect();
    Ok(Entitlement {
        measure: computed.measure.clone(),
        base_fen: computed.base_fen,
        nominal_fen: computed.nominal_fen,
        cap_fen,
        payable_fen: computed.payable_fen,
        grade: computed.facts.grade,
        date: Some(computed.facts.date),
        trace: serde_json::to_value(&computed).expect("read from JSON a moment ago"),
        cites,
    })
}

pub(super) fn pay(args: &PayArgs, lang: Lang) -> Result<ExitCode, Failure> {
    let row = named(&args.number, "pay")?;
    send(&args.act, Request::new(row.kind, Some(&args.number), row.command), &[], lang)
}

pub(super) fn recover(args: &RecoverArgs, lang: Lang) -> Result<ExitCode, Failure> {
    let row = named(&args.number, "recover")?;
    ask(&args.act, (row, Some(&args.number)), &args.fields, lang)
}

/// A file that reads, and that the rules say no to.
fn refused(path: &Path, zh: &str, en: &str) -> Failure {
    let path = path.display();
    Failure::new(Fault::Refusal, format!("{path}：{zh}"), format!("{path}: {en}"))
}

fn unusable(path: &Path, zh: &str, en: &str) -> Failure {
    let path = path.display();
    Failure::new(Fault::Input, format!("{path}：{zh}"), format!("{path}: {en}"))
}
