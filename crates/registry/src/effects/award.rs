//! Money: the award, its tranches, and the way back. The order of checks is that of the design:
//! the registry's own base, then cap, then envelope; paid never above awarded.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use shujian_core::{Entitlement, Fen};

use super::claim::{Claim, claim, fits, voucher_account};
use super::policy::by_policy;
use super::stacking::reckons;
use crate::Error;
use crate::entities::money::{award, envelope, tranche};
use crate::entries::{organisation, text};
use crate::error::code;
use crate::guards::{award_of, due};
use crate::log::canonical;
use crate::words::{Kind, State};
use crate::work::{Work, new_id, sum};

/// Tranches: hundredths of the amount, and the state that has to be reached first.
type Plan = [(i128, Option<State>)];

/// How awards are paid. A local parameter, not in the policy: 60 / 40, the rest after performance
/// review or acceptance.
const PLANS: &[(Kind, &Plan)] = &[
    (Kind::Application, &[(60, None), (40, Some(State::Performance))]),
    (Kind::NationalProject, &[(60, None), (40, Some(State::Accepted))]),
    (Kind::VoucherClaim, &[(100, None)]),
];

/// Commits the envelope, books the award and plans its tranches.
pub(super) async fn award(work: &mut Work<'_>) -> Result<(), Error> {
    let value = work.fields.value("entitlement").cloned().unwrap_or_default();
    let entitlement: Entitlement = serde_json::from_value(value)
        .map_err(|error| Error::Damaged(format!("entitlement: {error}")))?;
    let claim = claim(work).await?;
    fits(&entitlement, &claim)?;
    by_policy(work, &entitlement).await?;
    reckons(work, &entitlement).await?;
    let amount = entitlement.payable_fen.0;
    let envelope = commit(work, &claim, amount).await?;
    if work.row.kind == Kind::VoucherClaim {
        grant_voucher(work, &entitlement).await?;
    }
    let award = new_award(work, &entitlement, &envelope).await?;
    work.put(&award).await?;
    let (budget, awarded) = (format!("budget/{}", envelope.id), format!("awarded/{}", award.id));
    work.book(&budget, &awarded, amount).await?;
    plan(work, &award).await
}

/// Takes an amount from the envelope of a measure and year, if it still holds as much.
async fn commit(work: &mut Work<'_>, claim: &Claim, amount: i64) -> Result<envelope::Model, Error> {
    let Claim { measure, year, .. } = claim;
    let found = envelope::Entity::find()
        .filter(envelope::Column::Measure.eq(measure.as_str()))
        .filter(envelope::Column::Year.eq(*year))
        .one(work.on)
        .await?;
    let Some(found) = found else {
        let zh = format!("{measure} 在 {year} 年没有预算额度");
        let en = format!("{measure} has no envelope for {year}");
        return Err(Error::refuse(code::ENVELOPE, zh, en));
    };
    let left = Fen(found.total_fen - found.committed_fen);
    if !change_committed(work, &found.id, amount).await? {
        let (asked, number) = (Fen(amount), &found.number);
        let zh = format!("额度 {number} 仅余 {left}，不足 {asked}");
        let en = format!("the envelope {number} has {left} left, less than {asked}");
        return Err(Error::refuse(code::ENVELOPE, zh, en));
    }
    let envelope: envelope::Model = work.get(&found.id).await?;
    work.put(&envelope).await?;
    Ok(envelope)
}

/// Adds to what an envelope has committed, on the condition that it holds; whether it did.
async fn change_committed(work: &Work<'_>, id: &str, amount: i64) -> Result<bool, Error> {
    use sea_orm::ExprTrait as _;
    let after = || Expr::col(envelope::Column::CommittedFen).add(amount);
    let changed = envelope::Entity::update_many()
        .col_expr(envelope::Column::CommittedFen, after())
        .col_expr(envelope::Column::Version, Expr::col(envelope::Column::Version).add(1))
        .filter(envelope::Column::Id.eq(id))
        .filter(after().lte(Expr::col(envelope::Column::TotalFen)))
        .exec(work.on)
        .await?;
    Ok(changed.rows_affected == 1)
}

async fn grant_voucher(work: &mut Work<'_>, entitlement: &Entitlement) -> Result<(), Error> {
    let mut account = voucher_account(work).await?;
    account.granted_fen = sum(account.granted_fen, entitlement.payable_fen.0)?;
    account.cap_fen = entitlement.cap_fen.0;
    account.version += 1;
    work.put(&account).await?;
    work.entry.insert("granted_fen".to_owned(), entitlement.payable_fen.0.into());
    Ok(())
}

async fn new_award(
    work: &mut Work<'_>,
    entitlement: &Entitlement,
    envelope: &envelope::Model,
) -> Result<award::Model, Error> {
    let number = work.number("HLJ-AW").await?;
    let hash = |column: &str| Some(text(&work.entry, column).to_owned()).filter(|h| !h.is_empty());
    Ok(award::Model {
        id: new_id(),
        number,
        subject_kind: work.row.kind.name().to_owned(),
        subject_id: work.id(),
        subject_number: text(&work.entry, "number").to_owned(),
        organisation_id: organisation(&work.entry).to_owned(),
        envelope_id: envelope.id.clone(),
        measure: entitlement.measure.clone(),
        year: envelope.year,
        base_fen: entitlement.base_fen.0,
        nominal_fen: entitlement.nominal_fen.0,
        cap_fen: entitlement.cap_fen.0,
        awarded_fen: entitlement.payable_fen.0,
        snapshot_root: hash("snapshot_root"),
        card_digest: hash("card_digest"),
        entitlement: canonical(entitlement),
        maker: work.maker.clone().unwrap_or_default(),
        checker: work.actor.id.clone(),
        awarded_on: work.today.to_string(),
        state: State::Active.name().to_owned(),
        version: 1,
        ..award::Model::default()
    })
}

async fn plan(work: &mut Work<'_>, award: &award::Model) -> Result<(), Error> {
    let (_, shares) = PLANS
        .iter()
        .find(|(kind, _)| *kind == work.row.kind)
        .ok_or_else(|| Error::Damaged(format!("{} has no plan of payment", work.row.command)))?;
    for (place, amount_fen, after) in split(award.awarded_fen, shares) {
        let tranche = tranche::Model {
            id: format!("{}/{place}", award.id),
            award_id: award.id.clone(),
            place,
            amount_fen,
            after_state: after.map_or("", State::name).to_owned(),
            state: State::Planned.name().to_owned(),
            version: 1,
            ..tranche::Model::default()
        };
        work.put(&tranche).await?;
    }
    Ok(())
}

/// The tranches of an amount: place, amount above zero, state that has to be reached first. The
/// last takes what is left, and the first at least one fen: the entry moves on by being paid.
fn split(amount: i64, shares: &Plan) -> Vec<(i64, i64, Option<State>)> {
    let mut left = amount;
    let mut tranches = Vec::with_capacity(shares.len());
    for (place, (share, after)) in (1_i64..).zip(shares) {
        let share = i64::try_from(i128::from(amount) * share / 100).unwrap_or(left);
        let is_last = place == shares.len() as i64;
        let fen = if is_last { left } else { share.max(1).min(left) };
        left -= fen;
        if fen > 0 {
            tranches.push((place, fen, *after));
        }
    }
    tranches
}

async fn need_award(work: &Work<'_>) -> Result<award::Model, Error> {
    award_of(work).await?.ok_or_else(|| {
        Error::refuse(code::GUARD, "没有核定过金额", "nothing was awarded to this entry")
    })
}

async fn planned(work: &Work<'_>, award: &award::Model) -> Result<Vec<tranche::Model>, Error> {
    let planned = tranche::Entity::find()
        .filter(tranche::Column::AwardId.eq(award.id.as_str()))
        .filter(tranche::Column::State.eq(State::Planned.name()))
        .order_by_asc(tranche::Column::Place)
        .all(work.on)
        .await?;
    Ok(planned)
}

/// Pays the next tranche.
pub(super) async fn pay(work: &mut Work<'_>) -> Result<(), Error> {
    let mut award = need_award(work).await?;
    let mut tranche = due(work).await?;
    award.paid_fen = sum(award.paid_fen, tranche.amount_fen)?;
    award.version += 1;
    tranche.maker.clone_from(&work.maker);
    tranche.checker = Some(work.actor.id.clone());
    tranche.paid_on = Some(work.today.to_string());
    State::Paid.name().clone_into(&mut tranche.state);
    tranche.version += 1;
    work.put(&tranche).await?;
    work.put(&award).await?;
    let (awarded, paid) = (format!("awarded/{}", award.id), format!("paid/{}", award.id));
    work.book(&awarded, &paid, tranche.amount_fen).await
}

/// Gives what is not paid back to the envelope.
pub(super) async fn cancel(work: &mut Work<'_>) -> Result<(), Error> {
    let Some(mut award) = award_of(work).await? else { return Ok(()) };
    let left = award.awarded_fen - award.paid_fen - award.cancelled_fen;
    if left == 0 {
        return Ok(());
    }
    for mut tranche in planned(work, &award).await? {
        "cancelled".clone_into(&mut tranche.state);
        tranche.version += 1;
        work.put(&tranche).await?;
    }
    award.cancelled_fen = sum(award.cancelled_fen, left)?;
    award.version += 1;
    change_committed(work, &award.envelope_id, -left).await?;
    let envelope: envelope::Model = work.get(&award.envelope_id).await?;
    work.put(&envelope).await?;
    work.put(&award).await?;
    let (awarded, budget) = (format!("awarded/{}", award.id), format!("budget/{}", envelope.id));
    work.book(&awarded, &budget, left).await
}

/// Orders an amount back.
pub(super) async fn order_back(work: &mut Work<'_>) -> Result<(), Error> {
    let mut award = need_award(work).await?;
    let amount = work.fields.integer("amount");
    let paid = Fen(award.paid_fen);
    if amount > paid.0 {
        let zh = format!("追缴金额超过已拨付的 {paid}");
        return Err(Error::field("amount", zh, format!("is more than the {paid} that was paid")));
    }
    award.ordered_back_fen = amount;
    award.version += 1;
    work.put(&award).await
}

/// Books money that came back.
pub(super) async fn recover(work: &mut Work<'_>) -> Result<(), Error> {
    let mut award = need_award(work).await?;
    let amount = work.fields.integer("amount");
    let owed = Fen(award.ordered_back_fen - award.recovered_fen);
    if amount > owed.0 {
        let zh = format!("超过尚欠的 {owed}");
        return Err(Error::field("amount", zh, format!("is more than the {owed} still owed")));
    }
    award.recovered_fen = sum(award.recovered_fen, amount)?;
    award.version += 1;
    work.put(&award).await?;
    let recovered = format!("recovered/{}", award.envelope_id);
    work.book(&format!("paid/{}", award.id), &recovered, amount).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_tranche_is_never_empty() {
        let plan: &Plan = &[(60, None), (40, Some(State::Accepted))];
        for (amount, parts) in [(1, vec![1]), (2, vec![1, 1]), (3, vec![1, 2]), (100, vec![60, 40])]
        {
            let fen: Vec<i64> = split(amount, plan).into_iter().map(|(_, fen, _)| fen).collect();
            assert_eq!(fen, parts, "{amount}");
        }
        assert_eq!(split(5, &[(100, None)]), [(1, 5, None)]);
    }
}
