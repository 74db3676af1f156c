//! What whoever acts should know, and nothing is refused for.

use schemars::JsonSchema;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
};
use serde::Serialize;
use shujian_core::Fen;
use shujian_core::finding::Text;

use crate::bands::{Verdict, points, verdict};
use crate::effects::review::COMPUTED;
use crate::entities::people::organisation;
use crate::entities::projects::{application, national_project};
use crate::entities::reviews::conflict;
use crate::entries::{Entry, integer, text};
use crate::guards::same_approval;
use crate::overlap::{self, Overlap};
use crate::transitions::Transition;
use crate::words::{Kind, State};
use crate::{Error, conflicts};

/// Another entry has the same name.
const SAME_NAME: &str = "SJ-registry-017";
/// The final accounts are not the investment that was approved.
const ACCOUNTS: &str = "SJ-registry-018";

/// Experts may not judge, or were left out.
const CONFLICTED: &str = "SJ-registry-019";
/// The panel is further from the card than it may be.
const BEYOND: &str = "SJ-registry-030";
/// Another application has the same files.
const SAME_FILES: &str = "SJ-registry-031";
/// Another project stands on the same approval.
const SAME_APPROVAL: &str = "SJ-registry-032";

/// What a command tells whoever gives it, by code; the rest was said before.
fn told(row: &Transition) -> &'static [&'static str] {
    match row.command {
        _ if row.makes_entry() => &[SAME_NAME],
        "score" => &[SAME_FILES],
        "open-panel" => &[CONFLICTED],
        "conclude" => &[CONFLICTED, BEYOND],
        "state-approve" => &[SAME_APPROVAL],
        "accept" => &[SAME_NAME, ACCOUNTS],
        _ => &[],
    }
}

/// What a command leaves to be known of its entry.
pub(crate) async fn after(
    on: &impl ConnectionTrait,
    row: &Transition,
    entry: &Entry,
) -> Result<Vec<Remark>, Error> {
    let told = told(row);
    // Most commands leave nothing to remark that was not said before.
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let mut remarks = of(on, row.kind, entry).await?;
    remarks.retain(|remark| told.contains(&remark.code.as_str()));
    Ok(remarks)
}

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
) -> Result<Vec<Remark>, Error> {
    let mut remarks: Vec<Remark> = namesake(on, kind, entry).await?.into_iter().collect();
    match kind {
        Kind::NationalProject => {
            remarks.extend(accounts(entry));
            remarks.extend(approval(on, entry).await?);
        }
        Kind::Application => {
            remarks.extend(conflicted(on, entry).await?);
            remarks.extend(beyond(entry));
            remarks.extend(files(on, entry).await?);
        }
        _ => {}
    }
    Ok(remarks)
}

/// States in which an entry asks for nothing any more.
fn dead() -> [&'static str; 3] {
    [State::Rejected, State::Withdrawn, State::Revoked].map(State::name)
}

/// The first other live entry of the same name, however it is spelt and whatever stage stands in
/// brackets behind it, among what could be the same thing.
async fn namesake(
    on: &impl ConnectionTrait,
    kind: Kind,
    entry: &Entry,
) -> Result<Option<Remark>, DbErr> {
    let [id, name, key] = ["id", "name", "name_key"].map(|column| text(entry, column));
    macro_rules! first {
        ($module:ident $(, $key:ident)?) => {{
            let named = Condition::any().add($module::Column::Name.eq(name));
            $(let named = match key {
                "" => named,
                key => named.add($module::Column::$key.eq(key)),
            };)?
            $module::Entity::find()
                .filter(named)
                .filter($module::Column::Id.ne(id))
                .filter($module::Column::State.is_not_in(dead()))
                .order_by_asc($module::Column::Number)
                .one(on)
                .await?
                .map(|other| (other.number, other.name))
        }};
    }
    let other = match kind {
        Kind::Organisation => first!(organisation),
        // One project may ask under both measures, which are one article's.
        Kind::Application | Kind::NationalProject => match first!(application, NameKey) {
            Some(other) => Some(other),
            None => first!(national_project, NameKey),
        },
        _ => None,
    };
    Ok(other.map(|(number, other)| {
        let (zh, en) = if other == name {
            ("名称相同", "has the same name")
        } else {
            ("名称相近", "has nearly the same name")
        };
        let zh = format!("{number} {zh}（{other}）；请核对是否为同一事项");
        let en = format!("{number} {en} ({other}); see whether it is the same thing");
        Remark::new(SAME_NAME, zh, en)
    }))
}

/// Who of the panel may not judge any more, or was left out of it for that.
async fn conflicted(on: &impl ConnectionTrait, entry: &Entry) -> Result<Option<Remark>, Error> {
    let mut out: Vec<(String, Text)> = Vec::new();
    if [State::Scored, State::ExpertReview].map(State::name).contains(&text(entry, "state")) {
        let panel = conflicts::panel(on, entry).await?;
        out.extend(panel.into_iter().filter_map(|(it, ground)| Some((it.expert, ground?))));
    }
    let left_out = conflict::Entity::find()
        .filter(conflict::Column::ApplicationId.eq(text(entry, "id")))
        .filter(conflict::Column::Kind.eq(COMPUTED))
        .order_by_asc(conflict::Column::Expert)
        .all(on)
        .await?;
    let both = |it: conflict::Model| (it.expert, Text { zh: it.ground.clone(), en: it.ground });
    out.extend(left_out.into_iter().map(both));
    if out.is_empty() {
        return Ok(None);
    }
    let (zh, en): (Vec<String>, Vec<String>) = out
        .iter()
        .map(|(who, why)| (format!("{who}（{}）", why.zh), format!("{who} ({})", why.en)))
        .unzip();
    Ok(Some(Remark::new(
        CONFLICTED,
        format!("须回避，意见不计：{}", zh.join("、")),
        format!("conflicted, so their reviews do not count: {}", en.join(", ")),
    )))
}

/// Where the panel is further from the card than the rubric lets it be.
fn beyond(entry: &Entry) -> Option<Remark> {
    let Verdict { card, panel, adjustment, counts, grade } = verdict(entry)?;
    let panel = panel.filter(|panel| *panel != counts)?;
    let [card, panel, adjustment, counts] = [card, panel, adjustment, counts].map(points);
    let grade = grade.name();
    Some(Remark::new(
        BEYOND,
        format!(
            "专家组 {panel} 分超出卡片 {card} 分 ±{adjustment} 的调整范围：评分已密封、不能重打，按 \
             {counts} 分（{grade} 等）计"
        ),
        format!(
            "the panel's {panel} is beyond ±{adjustment} of the card's {card}; scores are sealed and \
             not given twice, so {counts} counts, grade {grade}"
        ),
    ))
}

/// Live applications that have half of their bytes, or of this one's, in files of both.
async fn files(on: &impl ConnectionTrait, entry: &Entry) -> Result<Vec<Remark>, DbErr> {
    let mut remarks = Vec::new();
    for Overlap { id, shared, own } in overlap::overlaps(on, text(entry, "id")).await? {
        let other = application::Entity::find_by_id(id).one(on).await?;
        let Some(other) = other.filter(|it| !dead().contains(&it.state.as_str())) else { continue };
        let (number, name) = (other.number, other.name);
        let zh = format!(
            "{number}（{name}）有相同的文件：{shared} 字节，本条目共 {own} 字节；按同一项目从高不重复\
             （只比对了内容完全相同的文件）"
        );
        let en = format!(
            "{number} ({name}) has the same files: {shared} bytes of the {own} of this entry, so the \
             two count as one project (only equal files were compared)"
        );
        remarks.push((number, Remark::new(SAME_FILES, zh, en)));
    }
    remarks.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(remarks.into_iter().map(|(_, remark)| remark).collect())
}

/// The first other project of the organisation that stands on the same approval.
async fn approval(on: &impl ConnectionTrait, entry: &Entry) -> Result<Option<Remark>, DbErr> {
    let others = same_approval(on, entry).await?;
    let other = others.into_iter().find(|it| !dead().contains(&it.state.as_str()));
    let document = text(entry, "document_no");
    Ok(other.map(|other| {
        let number = other.number;
        let zh = format!("{number} 依据同一批复（{document}）；一份批复只配套一次，除非另有裁定");
        let en = format!(
            "{number} stands on the same approval ({document}), which is matched once unless the \
             bureau rules otherwise"
        );
        Remark::new(SAME_APPROVAL, zh, en)
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
