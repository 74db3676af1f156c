//! 从高不重复: what one project was awarded under one measure counts when it asks under another.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use shujian_core::{Entitlement, Fen};

use super::claim::plain;
use crate::Error;
use crate::entities::money::award;
use crate::entities::projects::{application, national_project};
use crate::entries::text;
use crate::error::code;
use crate::guards::ruling;
use crate::words::Kind;
use crate::work::Work;
use crate::{names, overlap};

/// Topic of rulings that an entry is another project than one it looks like, before `/` and number.
const OTHER_PROJECT: &str = "other-project";

/// Has an entitlement reckon with every live award for the same project.
///
/// - Errors: [`Error::Refused`] with the award it leaves out, and how to compute it again.
pub(super) async fn reckons(work: &Work<'_>, entitlement: &Entitlement) -> Result<(), Error> {
    // A voucher is for what was bought, not for a project of the purchaser.
    if work.row.kind == Kind::VoucherClaim {
        return Ok(());
    }
    let same = twins(work).await?;
    if same.is_empty() {
        return Ok(());
    }
    let awards = award::Entity::find()
        .filter(award::Column::SubjectId.is_in(same))
        .order_by_asc(award::Column::Number)
        .all(work.on)
        .await?;
    for other in awards {
        let left = other.awarded_fen - other.cancelled_fen - other.recovered_fen;
        if left <= 0 || names(entitlement, &other.measure, left) {
            continue;
        }
        let award::Model { subject_number, measure, .. } = &other;
        let (amount, said) = (Fen(left), plain(left));
        let topic = format!("{OTHER_PROJECT}/{}", text(&work.entry, "number"));
        let again = format!("--with {measure}:{said}:{said}");
        let zh = format!(
            "同一项目（名称或文件相同）已由 {subject_number} 按 {measure} 核定 {amount}，从高不重复；\
             请加 {again} 重新计算；若裁定为不同项目，登记 create ruling topic={topic}"
        );
        let en = format!(
            "{subject_number} was awarded {amount} under {measure} for the same project, by name or \
             by files, and only the higher is received: compute it again with {again}; if the bureau \
             rules that these are two projects, record it with create ruling topic={topic}"
        );
        return Err(Error::refuse(code::ENTITLEMENT, zh, en));
    }
    Ok(())
}

/// Other entries that are the same project: those of the beneficiary by name or snapshot, and any
/// by their files, unless the bureau ruled that this is another project. Looked for by these, of
/// which few are alike, and not by the beneficiary, who may have many.
async fn twins(work: &Work<'_>) -> Result<Vec<String>, Error> {
    let entry = &work.entry;
    let [name, key, root, own, me] =
        ["name", "name_key", "snapshot_root", "organisation_id", "id"].map(|it| text(entry, it));
    let topic = format!("{OTHER_PROJECT}/{}", text(entry, "number"));
    if ruling(work, &topic).await?.is_some() {
        return Ok(Vec::new());
    }
    let mut same = Vec::new();
    macro_rules! look {
        ($module:ident, $column:ident, $value:expr, $is_same:expr) => {
            if !$value.is_empty() {
                let alike = $module::Entity::find().filter($module::Column::$column.eq($value));
                let alike = alike.all(work.on).await?.into_iter();
                let others = alike.filter(|it| it.organisation_id == own && it.id != me);
                same.extend(others.filter(|it| $is_same(it.name.as_str())).map(|it| it.id));
            }
        };
    }
    // A stage in brackets is a remark only.
    let spelt = |other: &str| names::plain(other) == names::plain(name);
    let any = |_: &str| true;
    look!(application, Name, name, any);
    look!(application, NameKey, key, spelt);
    look!(application, SnapshotRoot, root, any);
    look!(national_project, Name, name, any);
    look!(national_project, NameKey, key, spelt);
    look!(national_project, SnapshotRoot, root, any);
    same.extend(overlap::overlaps(work.on, me).await?.into_iter().map(|it| it.id));
    Ok(same)
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
