//! 从高不重复: what one project was awarded under one measure counts when it asks under another.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value as Json;
use shujian_core::{Entitlement, Fen};

use super::award::plain;
use crate::Error;
use crate::entities::find;
use crate::entities::money::award;
use crate::entries::{organisation, text};
use crate::error::code;
use crate::words::Kind;
use crate::work::Work;

/// Columns by which two entries of one beneficiary are one project: either will do.
const SAME: [&str; 2] = ["name", "snapshot_root"];

/// Has an entitlement reckon with every live award for the same project.
///
/// - Errors: [`Error::Refused`] with the award it leaves out, and how to compute it again.
pub(super) async fn reckons(work: &Work<'_>, entitlement: &Entitlement) -> Result<(), Error> {
    // A voucher is for what was bought, not for a project of the purchaser.
    if work.row.kind == Kind::VoucherClaim {
        return Ok(());
    }
    let awards = award::Entity::find()
        .filter(award::Column::OrganisationId.eq(organisation(&work.entry)))
        .filter(award::Column::SubjectKind.ne(Kind::VoucherClaim.name()))
        .order_by_asc(award::Column::Number)
        .all(work.on)
        .await?;
    for other in awards {
        let left = other.awarded_fen - other.cancelled_fen - other.recovered_fen;
        if left <= 0 || !is_same(work, &other).await? || names(entitlement, &other.measure, left) {
            continue;
        }
        let award::Model { subject_number, measure, .. } = &other;
        let (amount, said) = (Fen(left), plain(left));
        let again = format!("--with {measure}:{said}:{said}");
        let zh = format!(
            "同一项目已由 {subject_number} 按 {measure} 核定 {amount}，从高不重复；请加 {again} 重新计算"
        );
        let en = format!(
            "{subject_number} was awarded {amount} under {measure} for the same project, and only \
             the higher is received: compute it again with {again}"
        );
        return Err(Error::refuse(code::ENTITLEMENT, zh, en));
    }
    Ok(())
}

async fn is_same(work: &Work<'_>, other: &award::Model) -> Result<bool, Error> {
    let Some(kind) = Kind::named(&other.subject_kind).filter(|_| other.subject_id != work.id())
    else {
        return Ok(false);
    };
    let subject = find(work.on, kind.table(), &other.subject_id).await?;
    let subject = subject.as_ref().and_then(Json::as_object);
    Ok(subject.is_some_and(|subject| {
        SAME.iter().any(|column| {
            let own = text(&work.entry, column);
            !own.is_empty() && own == text(subject, column)
        })
    }))
}

/// Whether an entitlement was computed with another claim of so much; what was awarded is as good as
/// paid.
fn names(entitlement: &Entitlement, measure: &str, fen: i64) -> bool {
    let others = entitlement.trace["facts"]["others"].as_array();
    others.into_iter().flatten().any(|other| {
        let covers = |column: &str| other[column].as_i64().is_some_and(|known| known >= fen);
        other["measure"] == *measure && covers("entitled_fen") && covers("paid_fen")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn another_claim_is_named_with_all_of_its_amount() {
        let with = |entitled: i64, paid: i64| Entitlement {
            measure: "national-match".to_owned(),
            base_fen: Fen(0),
            nominal_fen: Fen(0),
            cap_fen: Fen(0),
            payable_fen: Fen(0),
            grade: None,
            date: None,
            trace: json!({"facts": {"others": [
                {"measure": "provincial-dataset", "entitled_fen": entitled, "paid_fen": paid},
            ]}}),
            cites: Vec::new(),
        };
        assert!(names(&with(100, 100), "provincial-dataset", 100));
        for (entitled, paid) in [(99, 100), (100, 99)] {
            assert!(!names(&with(entitled, paid), "provincial-dataset", 100));
        }
        assert!(!names(&with(100, 100), "national-match", 100));
    }
}
