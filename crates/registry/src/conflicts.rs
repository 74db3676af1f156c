//! Who may judge an application. It is asked again whenever a panel does something: a tie may be
//! entered after an expert was assigned.

use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use shujian_core::finding::Text;

use crate::Error;
use crate::entities::people::{actor, organisation, tie};
use crate::entities::reviews::{conflict, review};
use crate::entries::{Entry, organisation as about, text};
use crate::words::State;

/// Members of the panel who did not step back, and why each may not judge, by name.
pub(crate) async fn panel(
    on: &impl ConnectionTrait,
    application: &Entry,
) -> Result<Vec<(review::Model, Option<Text>)>, Error> {
    let reviews = review::Entity::find()
        .filter(review::Column::ApplicationId.eq(text(application, "id")))
        .filter(review::Column::State.ne("recused"))
        .order_by_asc(review::Column::Expert)
        .all(on)
        .await?;
    let mut panel = Vec::with_capacity(reviews.len());
    for review in reviews {
        let ground = ground(on, application, &review.expert).await?;
        panel.push((review, ground));
    }
    Ok(panel)
}

/// Members of the panel who may judge.
pub(crate) async fn sitting(
    on: &impl ConnectionTrait,
    application: &Entry,
) -> Result<Vec<review::Model>, Error> {
    let panel = panel(on, application).await?.into_iter();
    Ok(panel.filter(|(_, ground)| ground.is_none()).map(|(review, _)| review).collect())
}

/// Why an expert may not judge an application: declared before, the same house or group, a tie.
pub(crate) async fn ground(
    on: &impl ConnectionTrait,
    application: &Entry,
    expert: &str,
) -> Result<Option<Text>, Error> {
    let both = |zh: String, en: String| Ok(Some(Text { zh, en }));
    let id = format!("{}/{expert}", text(application, "id"));
    if let Some(known) = conflict::Entity::find_by_id(id).one(on).await? {
        let ground = known.ground;
        return both(format!("已声明：{ground}"), format!("declared: {ground}"));
    }
    let applicant = organisation_of(on, about(application)).await?;
    let account = actor::Entity::find_by_id(expert).one(on).await?;
    let home = match account.and_then(|account| account.organisation_id) {
        Some(id) => Some(organisation_of(on, &id).await?),
        None => None,
    };
    if home.as_ref().is_some_and(|home| home.group_code == applicant.group_code) {
        return both(
            "与申报主体同属一个单位或集团".into(),
            "of the applicant's house or group".into(),
        );
    }
    let mut parties = vec![expert.to_owned()];
    parties.extend(home.map(|home| home.id));
    let tie = tied(on, &parties, &[applicant.id]).await?;
    Ok(tie.map(|tie| Text {
        zh: format!("{}（{}）", tie.ground, tie.number),
        en: format!("{} ({})", tie.ground, tie.number),
    }))
}

async fn organisation_of(
    on: &impl ConnectionTrait,
    id: &str,
) -> Result<organisation::Model, Error> {
    let found = organisation::Entity::find_by_id(id).one(on).await?;
    found.ok_or_else(|| Error::Damaged(format!("organisations {id} is missing")))
}

/// The first tie between any of some parties and any of others, either way round.
pub(crate) async fn tied(
    on: &impl ConnectionTrait,
    some: &[String],
    others: &[String],
) -> Result<Option<tie::Model>, Error> {
    let way = |left: &[String], right: &[String]| {
        Condition::all()
            .add(tie::Column::LeftId.is_in(left.to_vec()))
            .add(tie::Column::RightId.is_in(right.to_vec()))
    };
    let tie = tie::Entity::find()
        .filter(tie::Column::State.eq(State::Active.name()))
        .filter(Condition::any().add(way(some, others)).add(way(others, some)))
        .order_by_asc(tie::Column::Number)
        .one(on)
        .await?;
    Ok(tie)
}
