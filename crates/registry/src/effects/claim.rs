//! What an entitlement is held against: the registry's own figures, the score of card and panel.

use serde_json::Value as Json;
use shujian_core::card::Grade;
use shujian_core::{Entitlement, Fen};

use crate::Error;
use crate::bands::{Verdict, points, verdict};
use crate::entities::projects::{batch, voucher_account};
use crate::entries::{integer, text};
use crate::error::code;
use crate::log::MAX_EXACT;
use crate::words::Kind;
use crate::work::{Work, sum};

/// The measure of national projects in the catalogue.
pub(crate) const NATIONAL: &str = "national-match";
/// The measure of data vouchers in the catalogue.
pub(crate) const VOUCHER: &str = "data-voucher";

/// What an entitlement is held against.
#[derive(Debug, Clone, Default)]
pub(super) struct Claim {
    /// Measure it has to be under.
    pub(super) measure: String,
    /// Year of the envelope.
    pub(super) year: i64,
    /// The base that the entitlement must name, where the registry knows it.
    base_fen: Option<i64>,
    /// Granted before under the same cap.
    granted_fen: i64,
    /// The most that was asked for.
    limit_fen: i64,
    /// The cap of the year, where an earlier grant has used it up.
    used_up_fen: Option<i64>,
    /// What card and panel come to, where an entry was graded.
    verdict: Option<Verdict>,
    /// Facts that the registry holds itself: option of `policy compute`, and amount.
    held: Vec<(&'static str, i64)>,
    /// How `policy compute` comes to the base.
    again: String,
}

/// The claim that an entry makes.
pub(super) async fn claim(work: &Work<'_>) -> Result<Claim, Error> {
    match work.row.kind {
        Kind::Application => application(work).await,
        Kind::NationalProject => Ok(national(work)),
        _ => voucher(work).await,
    }
}

async fn application(work: &Work<'_>) -> Result<Claim, Error> {
    let entry = &work.entry;
    let batch: batch::Model = work.get(text(entry, "batch_id")).await?;
    let requested = integer(entry, "requested_fen").unwrap_or_default();
    let cost = integer(entry, "eligible_cost_fen").unwrap_or_default();
    let again = format!("--requested {} --eligible-cost {}", plain(requested), plain(cost));
    Ok(Claim {
        measure: batch.measure,
        year: batch.year,
        limit_fen: requested.min(cost),
        verdict: verdict(entry),
        held: vec![("requested", requested), ("eligible-cost", cost), ("granted", 0)],
        again,
        ..Claim::default()
    })
}

fn national(work: &Work<'_>) -> Claim {
    let approved = integer(&work.entry, "approved_investment_fen").unwrap_or_default();
    let revised = integer(&work.entry, "revised_investment_fen").unwrap_or(approved);
    // The base is the approved figure; a later rise does not raise the match.
    let base = approved.min(revised);
    Claim {
        measure: NATIONAL.to_owned(),
        year: i64::from(work.today.year()),
        base_fen: Some(base),
        limit_fen: MAX_EXACT,
        held: vec![("prior", 0), ("granted", 0)],
        again: format!("--base {}", plain(base)),
        ..Claim::default()
    }
}

async fn voucher(work: &Work<'_>) -> Result<Claim, Error> {
    let account = voucher_account(work).await?;
    let own = integer(&work.entry, "transaction_fen").unwrap_or_default();
    // Others of the year may have been verified before or after this one.
    let [prior, granted] = [account.transactions_fen - own, account.granted_fen];
    let [base_said, prior_said, granted_said] = [own, prior, granted].map(plain);
    let is_used_up = granted > 0 && granted >= account.cap_fen;
    Ok(Claim {
        measure: VOUCHER.to_owned(),
        year: account.year,
        base_fen: Some(account.transactions_fen),
        granted_fen: granted,
        limit_fen: MAX_EXACT,
        used_up_fen: is_used_up.then_some(account.cap_fen),
        held: vec![("prior", prior), ("granted", granted)],
        again: format!("--base {base_said} --prior {prior_said} --granted {granted_said}"),
        ..Claim::default()
    })
}

/// An amount as command lines take it: `6000000.00`.
pub(super) fn plain(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// The purchaser's year.
pub(super) async fn voucher_account(work: &Work<'_>) -> Result<voucher_account::Model, Error> {
    let year = integer(&work.entry, "year").unwrap_or_default();
    work.get(&format!("{}/{year}", text(&work.entry, "purchaser_id"))).await
}

/// Holds an entitlement against the registry's figures.
///
/// - Errors: [`Error::Refused`] with the first that differs, and what to compute it with.
pub(super) fn fits(entitlement: &Entitlement, claim: &Claim) -> Result<(), Error> {
    let Entitlement { measure, nominal_fen, cap_fen, payable_fen, .. } = entitlement;
    if *measure != claim.measure {
        let wanted = &claim.measure;
        return refuse(
            format!("权益依据的是 {measure}，应为 {wanted}"),
            format!("the entitlement is under {measure}, and this entry is under {wanted}"),
        );
    }
    if let Some(cap) = claim.used_up_fen.map(Fen) {
        return refuse(
            format!("当年上限 {cap} 已用完，没有可核发的余额；请以 close 办结，交易仍计入累计"),
            format!(
                "nothing is left of the year's cap of {cap}: `close` the claim, and its transaction \
                 still counts"
            ),
        );
    }
    same_grade(entitlement, claim)?;
    if entitlement.cites.is_empty() || entitlement.trace.is_null() {
        let en = "the entitlement cites nothing or has no trace";
        return refuse("权益没有引用条文或没有计算过程".into(), en.into());
    }
    same_figures(entitlement, claim)?;
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

fn refuse(zh: String, en: String) -> Result<(), Error> {
    Err(Error::refuse(code::ENTITLEMENT, zh, en))
}

/// The grade is that of card and panel, no better and no worse. A sum that the bureau ruled in place
/// of the grade's needs none.
fn same_grade(entitlement: &Entitlement, claim: &Claim) -> Result<(), Error> {
    let Some(verdict) = claim.verdict else { return Ok(()) };
    let is_ruled = !entitlement.trace["facts"]["ruled_fen"].is_null();
    match entitlement.grade {
        Some(grade) if grade == verdict.grade => return Ok(()),
        None if is_ruled => return Ok(()),
        _ => {}
    }
    let Verdict { card, panel, adjustment, counts, grade: wanted } = verdict;
    let (said, wanted) = (entitlement.grade.map_or("-", Grade::name), wanted.name());
    let [card, adjustment, counts] = [card, adjustment, counts].map(points);
    let (zh, en) = match panel.map(points) {
        None => (format!("卡片 {card} 分"), format!("the card has {card}")),
        Some(panel) => (
            format!("卡片 {card} 分，专家组 {panel} 分，在 ±{adjustment} 分内计 {counts} 分"),
            format!(
                "the card has {card} and the panel {panel}, of which {counts} counts within \
                 ±{adjustment}"
            ),
        ),
    };
    refuse(
        format!("权益按 {said} 等计算：{zh}，为 {wanted} 等；请按 --grade {wanted} 重新计算"),
        format!(
            "the entitlement is for grade {said}: {en}, which is {wanted}; compute it again with \
             --grade {wanted}"
        ),
    )
}

/// The base, and every fact that the registry holds itself, are the registry's.
fn same_figures(entitlement: &Entitlement, claim: &Claim) -> Result<(), Error> {
    let again = &claim.again;
    if claim.base_fen.is_some_and(|base| base != entitlement.base_fen.0) {
        let (is, base) = (entitlement.base_fen, Fen(claim.base_fen.unwrap_or_default()));
        return refuse(
            format!("计算基数 {is} 与登记的 {base} 不符；请按 {again} 重新计算"),
            format!(
                "the entitlement is computed on {is}, and the registry holds {base}: compute it \
                 again with {again}"
            ),
        );
    }
    let facts = &entitlement.trace["facts"];
    let wrong = claim.held.iter().find_map(|(option, held)| {
        fact(facts, option).filter(|said| said != held).map(|said| (option, Fen(said), Fen(*held)))
    });
    let Some((option, said, held)) = wrong else { return Ok(()) };
    refuse(
        format!("计算用的 --{option} 为 {said}，登记的是 {held}；请按 {again} 重新计算"),
        format!(
            "the entitlement is computed with --{option} {said}, and the registry holds {held}: \
             compute it again with {again}"
        ),
    )
}

/// A fact by the option it was given with; `None` where the computation did not use it.
fn fact(facts: &Json, option: &str) -> Option<i64> {
    match option {
        "requested" => facts["requested_fen"].as_i64(),
        "eligible-cost" => facts["eligible_cost_fen"].as_i64(),
        "granted" => facts["granted_fen"].as_i64(),
        _ => {
            let prior = facts["prior"].as_object()?;
            let amounts = prior.values().map(|amount| amount.as_i64().unwrap_or_default());
            Some(amounts.fold(0, i64::saturating_add))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entitlement(grade: Option<Grade>, trace: Json) -> Entitlement {
        Entitlement {
            measure: "provincial-dataset".to_owned(),
            base_fen: Fen(0),
            nominal_fen: Fen(900),
            cap_fen: Fen(900),
            payable_fen: Fen(900),
            grade,
            date: None,
            trace,
            cites: vec!["第6条".to_owned()],
        }
    }

    fn claim(verdict: Option<Verdict>) -> Claim {
        Claim {
            measure: "provincial-dataset".to_owned(),
            limit_fen: 1_000,
            held: vec![("requested", 1_000), ("prior", 70), ("granted", 0)],
            again: "--requested 10.00".to_owned(),
            verdict,
            ..Claim::default()
        }
    }

    fn said(entitlement: &Entitlement, claim: &Claim) -> Result<(), String> {
        fits(entitlement, claim).map_err(|error| error.text().en)
    }

    #[test]
    fn any_other_grade_is_refused_with_the_scores() {
        let verdict = Verdict {
            card: 7046,
            panel: Some(9000),
            adjustment: 500,
            counts: 7546,
            grade: Grade::B,
        };
        let graded = claim(Some(verdict));
        assert_eq!(said(&entitlement(Some(Grade::B), json!([1])), &graded), Ok(()));
        for other in [Some(Grade::A), Some(Grade::C), None] {
            let error = said(&entitlement(other, json!([1])), &graded).unwrap_err();
            for word in ["70.46", "90.00", "75.46", "±5.00", "--grade B"] {
                assert!(error.contains(word), "{error}");
            }
        }
        let ruled = json!({"facts": {"ruled_fen": 5}});
        assert_eq!(said(&entitlement(None, ruled), &graded), Ok(()));
        assert_eq!(said(&entitlement(None, json!([1])), &claim(None)), Ok(()));
    }

    #[test]
    fn figures_of_the_registry_go_before_those_of_the_computation() {
        let with = |requested: i64, prior: i64, granted: i64| {
            let facts = json!({
                "requested_fen": requested, "prior": {"a": prior, "b": 50}, "granted_fen": granted,
            });
            said(&entitlement(None, json!({"facts": facts})), &claim(None))
        };
        assert_eq!(with(1_000, 20, 0), Ok(()));
        for (error, word) in [
            (with(999, 20, 0), "--requested ¥9.99, and the registry holds ¥10.00"),
            (with(1_000, 21, 0), "--prior ¥0.71"),
            (with(1_000, 20, 1), "--granted ¥0.01"),
        ] {
            let error = error.unwrap_err();
            assert!(error.contains(word) && error.contains("with --requested 10.00"), "{error}");
        }
    }

    #[test]
    fn a_cap_that_is_used_up_is_said() {
        let used = Claim { used_up_fen: Some(100_000_000), ..claim(None) };
        let error = said(&entitlement(None, json!([1])), &used).unwrap_err();
        assert!(error.contains("nothing is left") && error.contains("`close`"), "{error}");
    }
}
