//! The panel, the notice and its objections.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use shujian_core::finding::Text;

use crate::entities::log::private;
use crate::entities::people::holiday;
use crate::entities::reviews::{conflict, notice, objection, review};
use crate::error::code;
use crate::fields::unsealed;
use crate::work::{Work, new_id};
use crate::{Error, calendar, conflicts};

/// Working days of a public notice; a local parameter, not in the policy.
const NOTICE_DAYS: i64 = 5;
/// Kind of a conflict that nobody declared.
pub(crate) const COMPUTED: &str = "computed";

/// Puts an expert on the panel.
pub(super) async fn assign(work: &mut Work<'_>) -> Result<(), Error> {
    let expert = work.fields.text("expert").to_owned();
    let id = format!("{}/{expert}", work.id());
    if work.find::<review::Model>(&id).await?.is_some() {
        let zh = format!("{expert} 已在专家组中");
        return Err(Error::refuse(code::GUARD, zh, format!("{expert} is on the panel already")));
    }
    let review = review::Model {
        id,
        application_id: work.id(),
        expert,
        state: "assigned".to_owned(),
        version: 1,
        ..review::Model::default()
    };
    work.put(&review).await
}

/// The actor's own place on the panel.
async fn own(work: &Work<'_>) -> Result<review::Model, Error> {
    let id = format!("{}/{}", work.id(), work.actor.id);
    let review = work.find::<review::Model>(&id).await?;
    review.filter(|review| review.state != "recused").ok_or_else(|| {
        Error::refuse(
            code::ROLE,
            "您不在该项目的专家组中",
            "you are not on the panel of this entry",
        )
    })
}

/// Takes a sealed review in; once.
pub(super) async fn submit(work: &mut Work<'_>) -> Result<(), Error> {
    let mut review = own(work).await?;
    if review.state == "submitted" {
        let (zh, en) = ("意见已提交，密封后不能更改", "the review is in and sealed");
        return Err(Error::refuse(code::GUARD, zh, en));
    }
    review.sealed = Some(work.fields.text("points").to_owned());
    review.opinion = Some(work.fields.text("opinion").to_owned());
    "submitted".clone_into(&mut review.state);
    review.version += 1;
    work.put(&review).await
}

/// Takes the declaring expert off the panel, for good.
pub(super) async fn recuse(work: &mut Work<'_>) -> Result<(), Error> {
    let mut review = own(work).await?;
    "recused".clone_into(&mut review.state);
    review.sealed = None;
    review.version += 1;
    let conflict = conflict::Model {
        id: review.id.clone(),
        application_id: work.id(),
        expert: work.actor.id.clone(),
        kind: "declared".to_owned(),
        ground: work.fields.text("ground").to_owned(),
    };
    work.put(&review).await?;
    work.put(&conflict).await
}

/// The score behind a seal, hundredths, and its salt; `None` where nothing was submitted.
///
/// - Errors: [`Error::Damaged`] where the seal cannot be opened.
pub(crate) async fn unseal(
    on: &impl ConnectionTrait,
    review: &review::Model,
) -> Result<Option<(i64, String)>, Error> {
    let Some(sealed) = &review.sealed else { return Ok(None) };
    let kept = private::Entity::find_by_id(sealed.as_str()).one(on).await?;
    let opened = kept.and_then(|kept| unsealed(&kept.body).zip(Some(kept.salt)));
    let damaged = || Error::Damaged(format!("the seal of {} does not open", review.id));
    opened.map(Some).ok_or_else(damaged)
}

/// Leaves out who is conflicted by now, opens the seals of the others and takes the mean, in
/// hundredths, rounded half up. The mean is kept as it was given; how much of it counts is for
/// [`crate::bands::verdict`].
pub(super) async fn conclude(work: &mut Work<'_>) -> Result<(), Error> {
    let (mut count, mut total) = (0, 0);
    for (mut review, ground) in conflicts::panel(work.on, &work.entry).await? {
        if let Some(ground) = ground {
            leave_out(work, review, ground).await?;
            continue;
        }
        let Some((score, salt)) = unseal(work.on, &review).await? else { continue };
        (count, total) = (count + 1, total + score);
        (review.score_centi, review.salt) = (Some(score), Some(salt));
        review.version += 1;
        work.put(&review).await?;
    }
    if count > 0 {
        let mean = (2 * total + count) / (2 * count);
        work.entry.insert("panel_centi".to_owned(), mean.into());
    }
    Ok(())
}

/// Takes an expert off the panel who may not judge; the seal is never opened.
async fn leave_out(
    work: &mut Work<'_>,
    mut review: review::Model,
    ground: Text,
) -> Result<(), Error> {
    "recused".clone_into(&mut review.state);
    review.sealed = None;
    review.version += 1;
    let conflict = conflict::Model {
        id: review.id.clone(),
        application_id: work.id(),
        expert: review.expert.clone(),
        kind: COMPUTED.to_owned(),
        ground: ground.zh,
    };
    work.put(&review).await?;
    work.put(&conflict).await
}

/// Opens a public notice.
pub(super) async fn publish(work: &mut Work<'_>) -> Result<(), Error> {
    let days = holiday::Entity::find().all(work.on).await?;
    let known: BTreeMap<String, String> = days.into_iter().map(|day| (day.id, day.kind)).collect();
    let ends_on = calendar::after(work.today, NOTICE_DAYS, &known)?;
    let notice = notice::Model {
        id: new_id(),
        number: work.number("HLJ-PN").await?,
        application_id: work.id(),
        published_on: work.today.to_string(),
        ends_on: ends_on.to_string(),
        working_days: NOTICE_DAYS,
        version: 1,
    };
    work.put(&notice).await
}

/// Takes an objection in.
pub(super) async fn object(work: &mut Work<'_>) -> Result<(), Error> {
    let notice = notice::Entity::find()
        .filter(notice::Column::ApplicationId.eq(work.id()))
        .one(work.on)
        .await?
        .ok_or_else(|| Error::Damaged(format!("{} has no notice", work.id())))?;
    let objector = Some(work.fields.text("objector").to_owned()).filter(|who| !who.is_empty());
    let objection = objection::Model {
        id: new_id(),
        number: work.number("HLJ-OB").await?,
        application_id: work.id(),
        notice_id: notice.id,
        objector,
        ground: work.fields.text("ground").to_owned(),
        reason: None,
        state: "open".to_owned(),
        version: 1,
    };
    work.put(&objection).await
}

/// Decides an objection.
pub(super) async fn rule(work: &mut Work<'_>) -> Result<(), Error> {
    let number = work.fields.text("objection");
    let found = objection::Entity::find()
        .filter(objection::Column::ApplicationId.eq(work.id()))
        .filter(objection::Column::Number.eq(number))
        .one(work.on)
        .await?;
    let Some(mut objection) = found.filter(|objection| objection.state == "open") else {
        let zh = format!("没有待答复的异议 {number}");
        return Err(Error::field("objection", zh, format!("no open objection is {number}")));
    };
    work.fields.text("decision").clone_into(&mut objection.state);
    objection.reason = Some(work.fields.text("answer").to_owned());
    objection.version += 1;
    work.put(&objection).await
}
