//! What whoever acts should know, and nothing is refused for.

use schemars::JsonSchema;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use serde::Serialize;
use shujian_core::Fen;
use shujian_core::finding::Text;

use crate::entities::people::organisation;
use crate::entities::projects::{application, national_project};
use crate::entries::{Entry, integer, text};
use crate::words::{Kind, State};

/// Another entry has the same name.
const SAME_NAME: &str = "SJ-registry-017";
/// The final accounts are not the investment that was approved.
const ACCOUNTS: &str = "SJ-registry-018";

/// Something to know of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Remark {
    /// Row of the code table, `SJ-registry-<nnn>`.
    pub code: String,
    /// What it is.
    pub said: Text,
}

impl Remark {
    fn new(code: &str, zh: String, en: String) -> Self {
        Self { code: code.to_owned(), said: Text { zh, en } }
    }
}

/// What is to be known of an entry as it stands.
pub(crate) async fn of(
    on: &impl ConnectionTrait,
    kind: Kind,
    entry: &Entry,
) -> Result<Vec<Remark>, DbErr> {
    let mut remarks: Vec<Remark> = namesake(on, kind, entry).await?.into_iter().collect();
    if kind == Kind::NationalProject {
        remarks.extend(accounts(entry));
    }
    Ok(remarks)
}

/// The first other live entry of the same name, among what could be the same thing.
async fn namesake(
    on: &impl ConnectionTrait,
    kind: Kind,
    entry: &Entry,
) -> Result<Option<Remark>, DbErr> {
    let (id, name) = (text(entry, "id"), text(entry, "name"));
    let dead = [State::Rejected, State::Withdrawn, State::Revoked].map(State::name);
    macro_rules! first {
        ($module:ident) => {
            $module::Entity::find()
                .filter($module::Column::Name.eq(name))
                .filter($module::Column::Id.ne(id))
                .filter($module::Column::State.is_not_in(dead))
                .order_by_asc($module::Column::Number)
                .one(on)
                .await?
                .map(|other| other.number)
        };
    }
    let other = match kind {
        Kind::Organisation => first!(organisation),
        // One project may ask under both measures, which are one article's.
        Kind::Application | Kind::NationalProject => match first!(application) {
            Some(number) => Some(number),
            None => first!(national_project),
        },
        _ => None,
    };
    Ok(other.map(|number| {
        let zh = format!("{number} 名称相同（{name}）；请核对是否为同一事项");
        let en = format!("{number} has the same name ({name}); see whether it is the same thing");
        Remark::new(SAME_NAME, zh, en)
    }))
}

/// Where the accounts at acceptance are not the investment that the match was computed on.
fn accounts(entry: &Entry) -> Option<Remark> {
    let accepted = integer(entry, "accepted_investment_fen")?;
    let approved = integer(entry, "approved_investment_fen")?;
    let base = approved.min(integer(entry, "revised_investment_fen").unwrap_or(approved));
    if accepted == base {
        return None;
    }
    let [accepted, base] = [accepted, base].map(Fen);
    let zh = if accepted < base {
        format!(
            "验收决算 {accepted} 低于核定总投资 {base}：第6条按核定总投资计算，配套不变；条文未规定\
             是否随决算调减。如裁定调减（以 create ruling topic=match-base 登记），按 {accepted} \
             重新计算，办结后以 order-back 追缴差额"
        )
    } else {
        format!("验收决算 {accepted} 高于核定总投资 {base}：第6条按核定总投资计算，配套不随之增加")
    };
    let en = if accepted < base {
        format!(
            "final accounts of {accepted} are below the approved total of {base}: article 6 counts \
             the approved total, so the match stays; whether it follows the accounts is left open. \
             If the bureau rules so (`create ruling topic=match-base`), compute on {accepted} and, \
             once closed, take the difference back with `order-back`"
        )
    } else {
        format!(
            "final accounts of {accepted} are above the approved total of {base}: article 6 counts \
             the approved total, so the match does not rise"
        )
    };
    Some(Remark::new(ACCOUNTS, zh, en))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn accounts_are_held_against_the_base_of_the_match() {
        let said = |accepted: Option<i64>, revised: Option<i64>| {
            let entry = json!({
                "approved_investment_fen": 12_000_000_000_i64, "revised_investment_fen": revised,
                "accepted_investment_fen": accepted,
            });
            accounts(entry.as_object().unwrap()).map(|remark| remark.said.en)
        };
        assert_eq!(said(None, None), None);
        assert_eq!(said(Some(12_000_000_000), None), None);
        assert_eq!(said(Some(900), Some(900)), None, "a revision lowered the base before");
        let below = said(Some(5_000_000_000), None).unwrap();
        assert!(below.contains("¥50,000,000.00 are below") && below.contains("match-base"));
        let above = said(Some(13_000_000_000), None).unwrap();
        assert!(above.contains("does not rise"), "{above}");
    }
}
