//! Conditions on commands, one arm each. A guard reads; it changes nothing.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
};
use shujian_core::finding::Text;

use crate::bands::{Bands, points};
use crate::effects::review::unseal;
use crate::entities::money::{award, envelope, tranche};
use crate::entities::people::{actor, organisation};
use crate::entities::projects::{
    application, batch, national_project, voucher_account, voucher_claim,
};
use crate::entities::reviews::{notice, objection, ruling};
use crate::entries::{Entry, by_number, integer, organisation as about, text};
use crate::error::code;
use crate::names::plain;
use crate::transitions::Guard;
use crate::words::{Kind, State, place};
use crate::work::Work;
use crate::{Error, conflicts};

/// Experts that a panel needs.
const PANEL: usize = 3;
/// Widest spread of scores that needs no further expert, hundredths.
const SPREAD_CENTI: i64 = 1500;
/// Topic of rulings that one approval stands for several projects, before `/` and the number.
const SAME_APPROVAL: &str = "same-approval";

/// Whether a condition holds.
///
/// - Errors: [`Error::Refused`] with what does not hold.
pub(crate) async fn check(guard: Guard, work: &Work<'_>) -> Result<(), Error> {
    match guard {
        Guard::BatchOpen => batch_open(work).await,
        Guard::Verified => verified(work).await,
        Guard::FirstCorrection => hold(
            integer(&work.entry, "supplements") == Some(0),
            "补正只限一次，此前已退回过",
            "it was returned once before, and a correction is asked for once",
        ),
        Guard::FilesUnclaimed => files_unclaimed(work).await,
        Guard::Unconflicted => unconflicted(work).await,
        Guard::ThreeExperts => three_experts(work).await,
        Guard::GradeFits => grade_fits(work),
        Guard::ApprovalUnused => approval_unused(work).await,
        Guard::ReviewsIn => reviews_in(work).await,
        Guard::NoticeOver => notice_over(work).await,
        Guard::NothingOpen => nothing_open(work).await,
        Guard::NoticeRuns => {
            let notice = notice_of(work).await?;
            hold(
                work.today.to_string() <= notice.ends_on,
                format!("公示已于 {} 截止", notice.ends_on),
                format!("the notice ended on {}", notice.ends_on),
            )
        }
        Guard::InvoiceUnused => invoice_unused(work).await,
        Guard::Unrelated => unrelated(work).await,
        Guard::DatedInYear => dated_in_year(work),
        Guard::TranchesSettled => tranches_settled(work).await,
        Guard::TrancheDue => due(work).await.map(|_| ()),
        Guard::NotCounted => not_counted(work).await,
        Guard::NothingOwed => nothing_owed(work).await,
        Guard::OneEnvelope => one_envelope(work).await,
        Guard::CodeUnused => {
            let number = text(&work.entry, "number");
            let taken = by_number(work.on, Kind::Organisation, number).await?.is_some();
            hold(
                !taken,
                format!("单位 {number} 已登记"),
                format!("the organisation {number} is registered already"),
            )
        }
    }
}

/// Refuses what was found, with what is said of it.
fn none<T>(found: Option<T>, said: impl FnOnce(T) -> (String, String)) -> Result<(), Error> {
    let Some(found) = found else { return Ok(()) };
    let (zh, en) = said(found);
    hold(false, zh, en)
}

fn hold(holds: bool, zh: impl Into<String>, en: impl Into<String>) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(Error::refuse(code::GUARD, zh, en)) }
}

async fn batch_open(work: &Work<'_>) -> Result<(), Error> {
    let batch: batch::Model = work.get(text(&work.entry, "batch_id")).await?;
    let today = work.today.to_string();
    let open = batch.state == State::Open.name();
    // A correction may come after the last day: the file was in by then.
    let in_time = today <= batch.closes_on || integer(&work.entry, "supplements") == Some(1);
    hold(
        open && batch.opens_on <= today && in_time,
        format!("批次 {} 未开放，或今天 {today} 不在申报期内", batch.number),
        format!("the batch {} is not open on {today}", batch.number),
    )
}

async fn verified(work: &Work<'_>) -> Result<(), Error> {
    let mut ids = vec![about(&work.entry)];
    ids.extend(Some(text(&work.entry, "seller_id")).filter(|id| !id.is_empty()));
    for id in ids {
        let organisation: organisation::Model = work.get(id).await?;
        hold(
            organisation.state == State::Verified.name(),
            format!("单位 {} 尚未核验；请先办理 verify", organisation.number),
            format!(
                "the organisation {} is not verified yet: `verify` it first",
                organisation.number
            ),
        )?;
    }
    Ok(())
}

async fn files_unclaimed(work: &Work<'_>) -> Result<(), Error> {
    let dead = [State::Rejected, State::Withdrawn].map(State::name);
    let other = application::Entity::find()
        .filter(application::Column::SnapshotRoot.eq(work.fields.text("snapshot_root")))
        .filter(application::Column::State.is_not_in(dead))
        .filter(application::Column::Id.ne(work.id()))
        .one(work.on)
        .await?;
    none(other, |other| {
        (
            format!("同一批文件已用于申报 {}", other.number),
            format!("the application {} holds the same files", other.number),
        )
    })
}

/// Why an expert may not be assigned, or may no longer review.
async fn unconflicted(work: &Work<'_>) -> Result<(), Error> {
    let name = match work.fields.text("expert") {
        "" => &work.actor.id,
        named => named,
    };
    let Some(expert) = work.find::<actor::Model>(name).await? else {
        return hold(false, format!("没有账号 {name}"), format!("there is no account {name}"));
    };
    if expert.state != State::Active.name() {
        return hold(false, format!("账号 {name} 已停用"), format!("{name} is no longer active"));
    }
    none(conflicts::ground(work.on, &work.entry, name).await?, |ground| {
        (
            format!("专家 {name} 须回避：{}", ground.zh),
            format!("{name} is conflicted: {}", ground.en),
        )
    })
}

/// Three experts who may judge today; who may not is named.
async fn three_experts(work: &Work<'_>) -> Result<(), Error> {
    let panel = conflicts::panel(work.on, &work.entry).await?;
    let out: Vec<(String, Text)> = panel
        .iter()
        .filter_map(|(review, ground)| Some((review.expert.clone(), ground.clone()?)))
        .collect();
    if panel.len() - out.len() >= PANEL {
        return Ok(());
    }
    let (zh, en): (Vec<String>, Vec<String>) = out
        .iter()
        .map(|(who, why)| (format!("{who}：{}", why.zh), format!("{who}: {}", why.en)))
        .unzip();
    let (zh, en) = if out.is_empty() {
        Default::default()
    } else {
        (format!("；须回避：{}", zh.join("；")), format!("; conflicted: {}", en.join("; ")))
    };
    hold(
        false,
        format!("无利益冲突的专家不足三名{zh}"),
        format!("there are fewer than three experts without conflict{en}"),
    )
}

/// The grade that a card says is that of its score by its bands.
fn grade_fits(work: &Work<'_>) -> Result<(), Error> {
    let Some(bands) = Bands::parse(work.fields.text("bands")) else { return Ok(()) };
    let (said, score) = (work.fields.text("grade"), work.fields.integer("score"));
    let is = bands.grade(score).name();
    if said == is {
        return Ok(());
    }
    let score = points(score);
    let zh = format!("得分 {score} 按等次界线为 {is}，不是 {said}");
    Err(Error::field("grade", zh, format!("{score} is {is} by the bands, not {said}")))
}

/// One approval is matched once, unless the bureau ruled otherwise for this entry.
async fn approval_unused(work: &Work<'_>) -> Result<(), Error> {
    let number = text(&work.entry, "number");
    let topic = format!("{SAME_APPROVAL}/{number}");
    if ruling(work, &topic).await?.is_some() {
        return Ok(());
    }
    for other in same_approval(work.on, &work.entry).await? {
        let awards = award::Entity::find().filter(award::Column::SubjectId.eq(other.id));
        let paid = awards.all(work.on).await?;
        let live = |award: &award::Model| {
            award.awarded_fen > award.cancelled_fen.saturating_add(award.recovered_fen)
        };
        let Some(award) = paid.into_iter().find(live) else { continue };
        let (document, first) = (text(&work.entry, "document_no"), other.number);
        let (award, amount) = (award.number, shujian_core::Fen(award.awarded_fen));
        return hold(
            false,
            format!(
                "批复 {document} 已由 {first} 配套（{award}，{amount}），同一批复不重复配套；若为不同\
                 项目，请先裁定：create ruling topic={topic}"
            ),
            format!(
                "{document} was matched by {first} already ({award}, {amount}), and one approval is \
                 matched once; if these are two projects, have it ruled: create ruling topic={topic}"
            ),
        );
    }
    Ok(())
}

/// Other projects of the organisation that stand on the same approval, by number: the same
/// authority and document, however they are spelt.
pub(crate) async fn same_approval(
    on: &impl ConnectionTrait,
    entry: &Entry,
) -> Result<Vec<national_project::Model>, DbErr> {
    let (document, key) = (text(entry, "document_no"), approval_key(entry));
    if document.is_empty() {
        return Ok(Vec::new());
    }
    // An older version of the program kept no key.
    let named = Condition::any()
        .add(national_project::Column::ApprovalKey.eq(key.as_str()))
        .add(national_project::Column::DocumentNo.eq(document));
    let others = national_project::Entity::find()
        .filter(named)
        .filter(national_project::Column::OrganisationId.eq(text(entry, "organisation_id")))
        .filter(national_project::Column::Id.ne(text(entry, "id")))
        .order_by_asc(national_project::Column::Number)
        .all(on)
        .await?;
    let is_same = |other: &national_project::Model| {
        let [authority, document] =
            [&other.authority, &other.document_no].map(|said| said.as_deref().unwrap_or_default());
        format!("{}/{}", plain(authority), plain(document)) == key
    };
    Ok(others.into_iter().filter(is_same).collect())
}

/// What an approval is called, however it is spelt.
pub(crate) fn approval_key(entry: &Entry) -> String {
    format!("{}/{}", plain(text(entry, "authority")), plain(text(entry, "document_no")))
}

/// The ruling in force on a topic.
pub(crate) async fn ruling(work: &Work<'_>, topic: &str) -> Result<Option<ruling::Model>, Error> {
    let ruling = ruling::Entity::find()
        .filter(ruling::Column::Topic.eq(topic))
        .filter(ruling::Column::State.eq(State::Active.name()))
        .one(work.on)
        .await?;
    Ok(ruling)
}

async fn reviews_in(work: &Work<'_>) -> Result<(), Error> {
    let panel = conflicts::sitting(work.on, &work.entry).await?;
    let mut scores: Vec<i64> = Vec::new();
    for review in &panel {
        scores.extend(unseal(work.on, review).await?.map(|(score, _)| score));
    }
    hold(
        scores.len() == panel.len(),
        format!("{} 份意见中只收到 {} 份", panel.len(), scores.len()),
        format!("{} of {} reviews are in", scores.len(), panel.len()),
    )?;
    let low = scores.iter().min().copied().unwrap_or_default();
    let high = scores.iter().max().copied().unwrap_or_default();
    hold(
        high - low <= SPREAD_CENTI,
        "专家评分相差超过 15 分，请增派专家或说明后重评",
        "scores lie more than fifteen points apart: assign a further expert",
    )
}

async fn notice_of(work: &Work<'_>) -> Result<notice::Model, Error> {
    let notices = notice::Entity::find()
        .filter(notice::Column::ApplicationId.eq(work.id()))
        .all(work.on)
        .await?;
    let newest = notices.into_iter().max_by_key(|notice| place(&notice.number));
    newest.ok_or_else(|| Error::Damaged(format!("{} has no notice", work.id())))
}

async fn notice_over(work: &Work<'_>) -> Result<(), Error> {
    let notice = notice_of(work).await?;
    let today = work.today.to_string();
    hold(
        today > notice.ends_on,
        format!("公示至 {} 方满，今天是 {today}", notice.ends_on),
        format!("the notice runs until {}, and today is {today}", notice.ends_on),
    )
}

async fn nothing_open(work: &Work<'_>) -> Result<(), Error> {
    let blocking = objection::Entity::find()
        .filter(objection::Column::ApplicationId.eq(work.id()))
        .filter(objection::Column::State.ne("dismissed"))
        .one(work.on)
        .await?;
    none(blocking, |one| {
        let zh = if one.state == "open" { "尚未答复" } else { "已成立" };
        (
            format!("异议 {} {zh}", one.number),
            format!("the objection {} is {}", one.number, one.state),
        )
    })
}

async fn invoice_unused(work: &Work<'_>) -> Result<(), Error> {
    let dead = [State::Rejected, State::Withdrawn].map(State::name);
    let used = voucher_claim::Entity::find()
        .filter(voucher_claim::Column::InvoiceNo.eq(text(&work.entry, "invoice_no")))
        .filter(voucher_claim::Column::State.is_not_in(dead))
        .filter(voucher_claim::Column::Id.ne(work.id()))
        .one(work.on)
        .await?;
    none(used, |used| {
        (
            format!("发票已用于 {}，全省只能使用一次", used.number),
            format!("the invoice is used by {}, and counts once in the province", used.number),
        )
    })
}

async fn unrelated(work: &Work<'_>) -> Result<(), Error> {
    let ids = ["purchaser_id", "seller_id"].map(|column| text(&work.entry, column).to_owned());
    let purchaser: organisation::Model = work.get(&ids[0]).await?;
    let seller: organisation::Model = work.get(&ids[1]).await?;
    let [left, right] = &ids;
    let tie =
        conflicts::tied(work.on, std::slice::from_ref(left), std::slice::from_ref(right)).await?;
    let ground = match tie {
        Some(tie) => Some((tie.ground.clone(), tie.ground)),
        None => (purchaser.group_code == seller.group_code)
            .then(|| ("同属一个单位或集团".to_owned(), "of one house or group".to_owned())),
    };
    none(ground, |(zh, en)| {
        (format!("采购方与销售方为关联方：{zh}"), format!("purchaser and seller are related: {en}"))
    })
}

fn dated_in_year(work: &Work<'_>) -> Result<(), Error> {
    let year = integer(&work.entry, "year").unwrap_or_default().to_string();
    let day = text(&work.entry, "invoiced_on");
    hold(
        day.starts_with(&year),
        format!("发票日期 {day} 不在 {year} 年"),
        format!("the invoice of {day} is not of {year}"),
    )
}

/// The base of a year may not fall below what a grant, still standing, was computed on.
async fn not_counted(work: &Work<'_>) -> Result<(), Error> {
    let year = integer(&work.entry, "year").unwrap_or_default();
    let purchaser = text(&work.entry, "purchaser_id");
    let account: voucher_account::Model = work.get(&format!("{purchaser}/{year}")).await?;
    let own = integer(&work.entry, "transaction_fen").unwrap_or_default();
    let standing = [State::Granted, State::Paid, State::Closed].map(State::name);
    let claims = voucher_claim::Entity::find()
        .filter(voucher_claim::Column::PurchaserId.eq(purchaser))
        .filter(voucher_claim::Column::Year.eq(year))
        .filter(voucher_claim::Column::State.is_in(standing))
        .all(work.on)
        .await?;
    let claims = claims.into_iter().map(|claim| claim.id);
    let resting = award::Entity::find()
        .filter(award::Column::SubjectId.is_in(claims))
        .filter(award::Column::BaseFen.gt(account.transactions_fen - own))
        .one(work.on)
        .await?;
    none(resting, |award| {
        let (number, base) = (award.subject_number, shujian_core::Fen(award.base_fen));
        (
            format!(
                "{number} 按累计 {base} 核发，其中含本笔交易；交易无效请先对其 order-back，\
                 只是额度用完请改用 close"
            ),
            format!(
                "{number} was granted on {base}, this transaction among it: `order-back` that one \
                 first if the transaction is void, or `close` this one if the cap is used up"
            ),
        )
    })
}

/// The award of the entry.
pub(crate) async fn award_of(work: &Work<'_>) -> Result<Option<award::Model>, Error> {
    let award =
        award::Entity::find().filter(award::Column::SubjectId.eq(work.id())).one(work.on).await?;
    Ok(award)
}

/// The tranche that is paid next.
///
/// - Errors: [`Error::Refused`] where none is left, or it waits for a state that is still to come.
pub(crate) async fn due(work: &Work<'_>) -> Result<tranche::Model, Error> {
    let award = award_of(work).await?.map(|award| award.id).unwrap_or_default();
    let planned = tranche::Entity::find()
        .filter(tranche::Column::AwardId.eq(award))
        .filter(tranche::Column::State.eq(State::Planned.name()))
        .order_by_asc(tranche::Column::Place)
        .one(work.on)
        .await?;
    let Some(tranche) = planned else {
        let (zh, en) = ("款项均已拨付，没有可拨的余款", "every tranche is paid: nothing is left");
        return Err(Error::refuse(code::GUARD, zh, en));
    };
    if is_due(&tranche, text(&work.entry, "state")) {
        return Ok(tranche);
    }
    let after = State::named(&tranche.after_state).map(State::title);
    let zh = format!("第 {} 笔须在“{}”之后拨付", tranche.place, after.map_or("", |t| t.zh));
    let en = format!("tranche {} is paid after `{}`", tranche.place, tranche.after_state);
    Err(Error::refuse(code::GUARD, zh, en))
}

/// Whether a planned tranche is paid in a state.
pub(crate) fn is_due(tranche: &tranche::Model, state: &str) -> bool {
    tranche.after_state.is_empty() || tranche.after_state == state
}

async fn tranches_settled(work: &Work<'_>) -> Result<(), Error> {
    let Some(award) = award_of(work).await? else { return Ok(()) };
    let planned = tranche::Entity::find()
        .filter(tranche::Column::AwardId.eq(award.id.as_str()))
        .filter(tranche::Column::State.eq(State::Planned.name()))
        .one(work.on)
        .await?;
    hold(planned.is_none(), "还有未拨付的款项", "there is a tranche not paid yet")
}

async fn nothing_owed(work: &Work<'_>) -> Result<(), Error> {
    let award = award_of(work).await?.unwrap_or_default();
    let owed = award.ordered_back_fen - award.recovered_fen;
    let spelt = shujian_core::Fen(owed);
    hold(owed <= 0, format!("尚有 {spelt} 未追回"), format!("{spelt} is still owed"))
}

async fn one_envelope(work: &Work<'_>) -> Result<(), Error> {
    let other = envelope::Entity::find()
        .filter(envelope::Column::Measure.eq(text(&work.entry, "measure")))
        .filter(envelope::Column::Year.eq(integer(&work.entry, "year").unwrap_or_default()))
        .one(work.on)
        .await?;
    none(other, |other| {
        (
            format!("该项政策当年已有额度 {}，请追加", other.number),
            format!("the envelope {} holds this measure and year: raise it", other.number),
        )
    })
}
