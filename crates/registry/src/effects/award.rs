//! Money: the award, its tranches, and the way back. The order of checks is that of the design:
//! the registry's own base, then cap, then envelope; paid never above awarded.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use shujian_core::card::Grade;
use shujian_core::{Entitlement, Fen};

use super::stacking::reckons;
use crate::Error;
use crate::entities::money::{award, envelope, tranche};
use crate::entities::projects::{batch, voucher_account};
use crate::entries::{Entry, integer, organisation, text};
use crate::error::code;
use crate::guards::{award_of, due};
use crate::log::{MAX_EXACT, canonical};
use crate::words::{Kind, State};
use crate::work::{Work, new_id, sum};

/// The measure of national projects in the catalogue.
pub(crate) const NATIONAL: &str = "national-match";
/// The measure of data vouchers in the catalogue.
pub(crate) const VOUCHER: &str = "data-voucher";

/// Tranches: hundredths of the amount, and the state that has to be reached first.
type Plan = [(i128, Option<State>)];

/// How awards are paid. A local parameter, not in the policy: 60 / 40, the rest after performance
/// review or acceptance.
const PLANS: &[(Kind, &Plan)] = &[
    (Kind::Application, &[(60, None), (40, Some(State::Performance))]),
    (Kind::NationalProject, &[(60, None), (40, Some(State::Accepted))]),
    (Kind::VoucherClaim, &[(100, None)]),
];

/// What an entitlement is held against: the registry's own figures.
struct Claim {
    measure: String,
    year: i64,
    /// The base that the entitlement must name, where the registry knows it.
    base_fen: Option<i64>,
    /// Granted before under the same cap.
    granted_fen: i64,
    /// The most that was asked for.
    limit_fen: i64,
    /// The best grade that the card and the panel allow, where an entry was graded.
    best: Option<Grade>,
    /// How `policy compute` comes to the base.
    again: String,
}

/// Commits the envelope, books the award and plans its tranches.
pub(super) async fn award(work: &mut Work<'_>) -> Result<(), Error> {
    let value = work.fields.value("entitlement").cloned().unwrap_or_default();
    let entitlement: Entitlement = serde_json::from_value(value)
        .map_err(|error| Error::Damaged(format!("entitlement: {error}")))?;
    let claim = claim(work).await?;
    fits(&entitlement, &claim)?;
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

async fn claim(work: &Work<'_>) -> Result<Claim, Error> {
    let entry = &work.entry;
    let (again, best) = (String::new(), None);
    let year = i64::from(work.today.year());
    Ok(match work.row.kind {
        Kind::Application => {
            let batch: batch::Model = work.get(text(entry, "batch_id")).await?;
            let limit_fen = integer(entry, "requested_fen").unwrap_or_default();
            let cost = integer(entry, "eligible_cost_fen").unwrap_or_default();
            let (measure, year) = (batch.measure, batch.year);
            let limit_fen = limit_fen.min(cost);
            let best = best_grade(entry);
            Claim { measure, year, base_fen: None, granted_fen: 0, limit_fen, best, again }
        }
        Kind::NationalProject => {
            let approved = integer(entry, "approved_investment_fen").unwrap_or_default();
            let revised = integer(entry, "revised_investment_fen").unwrap_or(approved);
            // The base is the approved figure; a later rise does not raise the match.
            let base = approved.min(revised);
            let again = format!("--base {}", plain(base));
            let (measure, base_fen) = (NATIONAL.to_owned(), Some(base));
            Claim { measure, year, base_fen, granted_fen: 0, limit_fen: MAX_EXACT, best, again }
        }
        _ => {
            let account = voucher_account(work).await?;
            let own = integer(entry, "transaction_fen").unwrap_or_default();
            // Others of the year may have been verified before or after this one.
            let amounts = [own, account.transactions_fen - own, account.granted_fen].map(plain);
            let [base, prior, granted] = &amounts;
            Claim {
                measure: VOUCHER.to_owned(),
                year: account.year,
                base_fen: Some(account.transactions_fen),
                granted_fen: account.granted_fen,
                limit_fen: MAX_EXACT,
                best,
                again: format!("--base {base} --prior {prior} --granted {granted}"),
            }
        }
    })
}

/// An amount as command lines take it: `6000000.00`.
pub(super) fn plain(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// The grade of the card, or the next better one where the panel raised the score: what a panel may
/// add is less than a band is wide.
fn best_grade(entry: &Entry) -> Option<Grade> {
    let scored = Grade::named(text(entry, "grade"))?;
    let raised = integer(entry, "panel_centi") > integer(entry, "score_centi");
    Some(if raised { scored.better() } else { scored })
}

async fn voucher_account(work: &Work<'_>) -> Result<voucher_account::Model, Error> {
    let year = integer(&work.entry, "year").unwrap_or_default();
    work.get(&format!("{}/{year}", text(&work.entry, "purchaser_id"))).await
}

/// Holds an entitlement against the registry's figures.
fn fits(entitlement: &Entitlement, claim: &Claim) -> Result<(), Error> {
    let refuse = |zh: String, en: String| Err(Error::refuse(code::ENTITLEMENT, zh, en));
    let Entitlement { measure, base_fen, nominal_fen, cap_fen, payable_fen, .. } = entitlement;
    if *measure != claim.measure {
        let wanted = &claim.measure;
        return refuse(
            format!("权益依据的是 {measure}，应为 {wanted}"),
            format!("the entitlement is under {measure}, and this entry is under {wanted}"),
        );
    }
    if let Some((grade, best)) = entitlement.grade.zip(claim.best).filter(|(is, best)| is < best) {
        let [grade, best] = [grade, best].map(Grade::name);
        return refuse(
            format!("权益按 {grade} 等计算，卡片与专家组至多支持 {best} 等"),
            format!(
                "the entitlement is for grade {grade}, and card and panel allow {best} at most"
            ),
        );
    }
    if entitlement.cites.is_empty() || entitlement.trace.is_null() {
        let en = "the entitlement cites nothing or has no trace";
        return refuse("权益没有引用条文或没有计算过程".into(), en.into());
    }
    if claim.base_fen.is_some_and(|base| base != base_fen.0) {
        let base = Fen(claim.base_fen.unwrap_or_default());
        let again = &claim.again;
        return refuse(
            format!("计算基数 {base_fen} 与登记的 {base} 不符；请按 {again} 重新计算"),
            format!(
                "the entitlement is computed on {base_fen}, and the registry holds {base}: compute \
                 it again with {again}"
            ),
        );
    }
    if payable_fen.0 < 1 {
        let en = "nothing is payable: `reject`, `withdraw` or `close` the entry instead";
        return refuse("应付金额为零，请改用 reject、withdraw 或 close".into(), en.into());
    }
    let total = sum(claim.granted_fen, payable_fen.0)?;
    let most = nominal_fen.0.min(cap_fen.0).min(claim.limit_fen);
    if total > most {
        let (total, most) = (Fen(total), Fen(most));
        return refuse(
            format!("累计 {total} 超过上限 {most}"),
            format!("{total} in all is above the limit of {most}"),
        );
    }
    Ok(())
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
    use serde_json::json;

    use super::*;

    #[test]
    fn the_panel_raises_a_grade_by_one_at_most() {
        let best = |grade: &str, score: i64, panel: Option<i64>| {
            let entry = json!({"grade": grade, "score_centi": score, "panel_centi": panel});
            best_grade(entry.as_object().unwrap())
        };
        assert_eq!(best("B", 7800, Some(7967)), Some(Grade::A));
        assert_eq!(best("A", 8600, Some(9000)), Some(Grade::A));
        assert_eq!(best("none", 5900, Some(6000)), Some(Grade::D));
        for panel in [Some(7800), Some(7000), None] {
            assert_eq!(best("B", 7800, panel), Some(Grade::B), "{panel:?}");
        }
        assert_eq!(best("", 0, None), None, "a purchase is not graded");
    }

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

    #[test]
    fn an_entitlement_of_a_better_grade_is_refused() {
        let claim = Claim {
            measure: "provincial-dataset".to_owned(),
            year: 2026,
            base_fen: None,
            granted_fen: 0,
            limit_fen: 1_000,
            best: Some(Grade::B),
            again: String::new(),
        };
        let asked = |grade: Option<Grade>| {
            let entitlement = Entitlement {
                measure: claim.measure.clone(),
                base_fen: Fen(0),
                nominal_fen: Fen(900),
                cap_fen: Fen(900),
                payable_fen: Fen(900),
                grade,
                date: None,
                trace: json!([1]),
                cites: vec!["第6条".to_owned()],
            };
            fits(&entitlement, &claim).map_err(|error| error.text().en)
        };
        for grade in [None, Some(Grade::B), Some(Grade::C)] {
            assert_eq!(asked(grade), Ok(()), "{grade:?}");
        }
        let better = asked(Some(Grade::A)).unwrap_err();
        assert!(better.contains("for grade A, and card and panel allow B"), "{better}");
    }
}
