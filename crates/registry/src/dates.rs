//! Days in order. For every day that people say with a command, [`RULES`] has what it may not come
//! before and what it may not come after; days that the registry itself puts down are those of the
//! clock, which never goes back.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value as Json;
use shujian_core::Date;

use crate::Error;
use crate::entities::find;
use crate::entities::projects::batch;
use crate::entities::reviews::document;
use crate::entries::text;
use crate::guards::award_of;
use crate::words::Kind;
use crate::work::Work;

/// A day that others are held against.
#[derive(Debug, Clone, Copy)]
enum Day {
    /// The day it is.
    Today,
    /// A column of the entry, what is said now among them.
    Column(&'static str),
    /// A column of the entry as it was before.
    Before(&'static str),
    /// The newest paper that a command on the entry rested on.
    Paper(&'static str),
    /// The day of the award.
    Award,
    /// The first day of the call.
    Opening,
}

/// What one day of one command has to keep to; a day that is not known binds nothing.
struct Rule {
    kind: Kind,
    command: &'static str,
    /// A field that holds a day, or the entitlement with the day it was computed for.
    field: &'static str,
    not_before: &'static [Day],
    not_after: &'static [Day],
}

/// What has happened has happened by today.
const PAST: &[Day] = &[Day::Today];

const fn past(
    kind: Kind,
    command: &'static str,
    field: &'static str,
    not_before: &'static [Day],
) -> Rule {
    Rule { kind, command, field, not_before, not_after: PAST }
}

const fn ahead(
    kind: Kind,
    command: &'static str,
    field: &'static str,
    not_before: &'static [Day],
) -> Rule {
    Rule { kind, command, field, not_before, not_after: &[] }
}

/// Every day that is said with a command; a test fails when one is missing.
#[rustfmt::skip]
const RULES: &[Rule] = &[
    past(Kind::Registry, "policy", "issued", &[]),
    past(Kind::Organisation, "verify", "verified_on", &[Day::Before("verified_on")]),
    past(Kind::Ruling, "make", "made_on", &[]),
    ahead(Kind::Batch, "plan", "opens_on", &[]),
    ahead(Kind::Batch, "plan", "closes_on", &[Day::Column("opens_on"), Day::Today]),
    past(Kind::Envelope, "allot", "dated", &[]),
    past(Kind::Envelope, "raise", "dated", &[Day::Paper("allot")]),

    past(Kind::Application, "approve", "entitlement", &[Day::Opening]),
    past(Kind::Application, "evaluate", "dated", &[Day::Award]),
    past(Kind::Application, "order-back", "dated", &[Day::Award]),
    past(Kind::Application, "recover", "dated", &[Day::Paper("order-back")]),

    past(Kind::NationalProject, "nominate", "nominated_on", &[]),
    past(Kind::NationalProject, "state-approve", "approved_on", &[Day::Column("nominated_on")]),
    past(Kind::NationalProject, "revise", "dated", &[Day::Column("approved_on"), Day::Paper("revise")]),
    past(Kind::NationalProject, "match", "entitlement", &[Day::Column("approved_on")]),
    past(Kind::NationalProject, "accept", "accepted_on", &[Day::Column("approved_on")]),
    past(Kind::NationalProject, "accept", "dated", &[Day::Column("accepted_on")]),
    past(Kind::NationalProject, "revoke", "dated", &[Day::Column("nominated_on"), Day::Column("approved_on")]),
    past(Kind::NationalProject, "order-back", "dated", &[Day::Award, Day::Paper("revoke")]),
    past(Kind::NationalProject, "recover", "dated", &[Day::Paper("order-back")]),

    past(Kind::VoucherClaim, "file", "invoiced_on", &[]),
    past(Kind::VoucherClaim, "verify", "dated", &[Day::Column("invoiced_on")]),
    past(Kind::VoucherClaim, "grant", "entitlement", &[Day::Column("invoiced_on")]),
    past(Kind::VoucherClaim, "order-back", "dated", &[Day::Award]),
    past(Kind::VoucherClaim, "recover", "dated", &[Day::Paper("order-back")]),

    past(Kind::AnnotationBase, "designate", "dated", &[]),
    past(Kind::AnnotationBase, "review", "dated", &[Day::Paper("designate"), Day::Paper("review")]),
    past(Kind::AnnotationBase, "city-support", "dated", &[]),
];

/// Whether the days said with a command are in order.
///
/// - Errors: [`Error::Refused`] naming field, day, the day it is held against, and the entry.
pub(crate) async fn check(work: &Work<'_>) -> Result<(), Error> {
    let (kind, command) = (work.row.kind, work.row.command);
    for rule in RULES.iter().filter(|rule| (rule.kind, rule.command) == (kind, command)) {
        let Some(said) = said(work, rule.field) else { continue };
        for day in rule.not_before {
            if let Some(bound) = known(work, *day).await?.filter(|bound| said < *bound) {
                return Err(wrong(work, rule, (said, *day, bound), ("早于", "before")));
            }
        }
        for day in rule.not_after {
            if let Some(bound) = known(work, *day).await?.filter(|bound| said > *bound) {
                return Err(wrong(work, rule, (said, *day, bound), ("晚于", "after")));
            }
        }
    }
    Ok(())
}

/// The day that a field says.
fn said(work: &Work<'_>, field: &str) -> Option<Date> {
    match work.fields.value(field)? {
        Json::String(day) => day.parse().ok(),
        entitlement => entitlement["date"].as_str()?.parse().ok(),
    }
}

async fn known(work: &Work<'_>, day: Day) -> Result<Option<Date>, Error> {
    let spelt = match day {
        Day::Today => return Ok(Some(work.today)),
        Day::Column(column) => text(&work.entry, column).to_owned(),
        Day::Before(column) => match find(work.on, work.row.kind.table(), &work.id()).await? {
            Some(before) => before[column].as_str().unwrap_or_default().to_owned(),
            None => return Ok(None),
        },
        Day::Paper(purpose) => {
            let papers = document::Entity::find()
                .filter(document::Column::SubjectId.eq(work.id()))
                .filter(document::Column::Purpose.eq(purpose))
                .all(work.on)
                .await?;
            papers.into_iter().map(|paper| paper.dated_on).max().unwrap_or_default()
        }
        Day::Award => award_of(work).await?.map(|award| award.awarded_on).unwrap_or_default(),
        Day::Opening => {
            let batch: batch::Model = work.get(text(&work.entry, "batch_id")).await?;
            batch.opens_on
        }
    };
    Ok(spelt.parse().ok())
}

fn wrong(
    work: &Work<'_>,
    rule: &Rule,
    (said, day, bound): (Date, Day, Date),
    (zh, en): (&str, &str),
) -> Error {
    let (day_zh, day_en) = match day {
        Day::Today => ("今天".to_owned(), "today".to_owned()),
        Day::Column(column) => (format!("本条目的 {column}"), format!("its {column}")),
        Day::Before(column) => {
            (format!("此前登记的 {column}"), format!("the {column} recorded before"))
        }
        Day::Paper(purpose) => {
            (format!(" {purpose} 所据文件的日期"), format!("the day of the paper for {purpose}"))
        }
        Day::Award => ("核定之日".to_owned(), "the day of the award".to_owned()),
        Day::Opening => ("批次开放之日".to_owned(), "the first day of the call".to_owned()),
    };
    // What is only being made has no number that anyone could look up.
    let number = Some(text(&work.entry, "number"))
        .filter(|number| !number.is_empty() && !work.row.makes_entry());
    let (in_zh, in_en) = number
        .map_or_else(Default::default, |number| (format!("（{number}）"), format!(" ({number})")));
    Error::field(
        rule.field,
        format!("{said} {zh}{day_zh}（{bound}）{in_zh}"),
        format!("{said} is {en} {day_en}, {bound}{in_en}"),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::transitions::{Holds, TABLE};

    #[test]
    fn every_day_that_is_said_has_its_rule() {
        let ruled: Vec<(Kind, &str, &str)> =
            RULES.iter().map(|rule| (rule.kind, rule.command, rule.field)).collect();
        let said: BTreeSet<(Kind, &str, &str)> = TABLE
            .iter()
            .flat_map(|row| row.fields.iter().map(move |field| (row, field)))
            .filter(|(_, field)| matches!(field.holds, Holds::Date | Holds::Entitlement))
            .map(|(row, field)| (row.kind, row.command, field.name))
            .collect();
        assert_eq!(ruled.iter().copied().collect::<BTreeSet<_>>(), said);
        assert_eq!(ruled.len(), said.len(), "a rule stands twice");
    }
}
