//! Who waits for the money of a measure and year: applications that the panel has concluded and
//! nobody has awarded yet. How it is shared is for the rules to say; nothing is written.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use shujian_core::Fen;
use shujian_core::card::Grade;

use crate::bands::verdict;
use crate::effects::policy::pairs;
use crate::entities::money::envelope;
use crate::entities::projects::{application, batch};
use crate::error::code;
use crate::store::Store;
use crate::words::State;
use crate::{Error, sql};

/// An envelope and who waits for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Number of the envelope.
    pub envelope: String,
    /// What is not committed yet.
    pub left_fen: Fen,
    /// Parameters of the policy that were set, with their values.
    pub parameters: Vec<(String, String)>,
    /// Applications, in order of their numbers.
    pub applications: Vec<Asking>,
}

/// An application that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// Number.
    pub number: String,
    /// Name.
    pub name: String,
    /// Hash of the rubric that graded it.
    pub rubric_hash: String,
    /// Grade by card and panel.
    pub grade: Grade,
    /// The lesser of what was asked for and the eligible cost.
    pub limit_fen: Fen,
}

impl Store {
    /// Who waits for the envelope of a measure and year.
    ///
    /// - Errors: [`Error::Refused`] where there is no such envelope; [`Error::Store`].
    pub async fn waiting(&self, measure: &str, year: i64) -> Result<Waiting, Error> {
        let envelope = envelope::Entity::find()
            .filter(envelope::Column::Measure.eq(measure))
            .filter(envelope::Column::Year.eq(year))
            .one(&self.db)
            .await?;
        let envelope = envelope.ok_or_else(|| {
            let zh = format!("{measure} 在 {year} 年没有预算额度");
            Error::refuse(code::ENVELOPE, zh, format!("{measure} has no envelope for {year}"))
        })?;
        let batches = batch::Entity::find()
            .filter(batch::Column::Measure.eq(measure))
            .filter(batch::Column::Year.eq(year))
            .all(&self.db)
            .await?;
        let accepted = [State::NoticePending, State::PublicNotice].map(State::name);
        let rows = application::Entity::find()
            .filter(application::Column::BatchId.is_in(batches.into_iter().map(|it| it.id)))
            .filter(application::Column::State.is_in(accepted))
            .order_by_asc(sql::place())
            .all(&self.db)
            .await?;
        let said = self.settings().await?.parameters.unwrap_or_default();
        let parameters = pairs(&said).unwrap_or_default().into_iter();
        Ok(Waiting {
            envelope: envelope.number,
            left_fen: Fen(envelope.total_fen - envelope.committed_fen),
            parameters: parameters.map(|(id, value)| (id.to_owned(), value.to_owned())).collect(),
            applications: rows.into_iter().filter_map(asking).collect(),
        })
    }
}

fn asking(row: application::Model) -> Option<Asking> {
    let entry = serde_json::to_value(&row).ok()?;
    let grade = verdict(entry.as_object()?)?.grade;
    Some(Asking {
        number: row.number,
        name: row.name,
        rubric_hash: row.rubric_hash.unwrap_or_default(),
        grade,
        limit_fen: Fen(row.requested_fen.min(row.eligible_cost_fen)),
    })
}
