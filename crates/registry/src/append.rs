//! The end of the log: events are added, then sealed with tiles and a signed checkpoint.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, Set};
use shujian_core::Date;

use crate::entities::Table;
use crate::entities::log::{checkpoint, event, tile};
use crate::entities::money::ledger_entry;
use crate::entities::people::setting;
use crate::error::code;
use crate::execute::read;
use crate::log::{Event, Tiles};
use crate::request::Request;
use crate::store::{Store, last};
use crate::{Error, calendar};

/// Events between the checkpoints that are kept for good.
const KEPT_EVERY: u64 = 256;
/// Rows written by one statement.
const TOGETHER: usize = 256;

/// The end of the log while events are added to it.
#[derive(Default)]
pub(crate) struct Append {
    /// Events, those added among them.
    pub(crate) size: u64,
    before: u64,
    at: Option<DateTime<Utc>>,
    tiles: Tiles,
    events: Vec<event::ActiveModel>,
    ledger: Vec<ledger_entry::ActiveModel>,
}

impl Append {
    /// Whether anything was added.
    pub(crate) fn has_grown(&self) -> bool {
        self.size > self.before
    }

    /// The end of the log, ready to be added to.
    pub(crate) async fn load(on: &DatabaseTransaction) -> Result<Self, Error> {
        let Some(newest) = last(on).await? else { return Ok(Self::default()) };
        let size = newest.seq.cast_unsigned() + 1;
        let at: Option<DateTime<Utc>> = read(&newest)?.at.parse().ok();
        let mut tiles = Tiles::default();
        for id in Tiles::edge(size) {
            let hashes = Store::tile(on, &id).await?.unwrap_or_default();
            if !tiles.insert(&id, hashes) {
                return Err(Error::Damaged(format!("{id} is missing")));
            }
        }
        Ok(Self { size, before: size, at, tiles, ..Self::default() })
    }

    /// When a request is dated: never before the event before it.
    pub(crate) fn moment(
        &self,
        settings: &setting::Model,
        request: &Request,
    ) -> Result<DateTime<Utc>, Error> {
        let before = self.at.unwrap_or(DateTime::UNIX_EPOCH);
        let Some(on) = &request.on else {
            let now = if settings.mode == "trial" { before } else { Utc::now() };
            return Ok(now.max(before));
        };
        if settings.mode != "trial" {
            let (zh, en) = ("只有演练登记册才能指定日期", "only a trial registry takes a date");
            return Err(Error::refuse(code::CLOCK, zh, en));
        }
        let wrong = || Error::field("on", "不是日期", "is no day; write it as 2026-05-01");
        let day: Date = on.parse().map_err(|_| wrong())?;
        if day < calendar::day_of(before) {
            let last = calendar::day_of(before);
            let (zh, en) =
                (format!("早于上一事件的 {last}"), format!("is before the last event, {last}"));
            return Err(Error::refuse(code::CLOCK, zh, en));
        }
        Ok(calendar::morning_of(day).max(before))
    }

    /// Adds an event; it is written down when the log is sealed.
    pub(crate) fn push(&mut self, event: &Event) {
        let leaf = event.leaf();
        self.tiles.append(self.size, leaf.as_bytes());
        self.events.push(event::ActiveModel {
            seq: Set(self.size.cast_signed()),
            key: Set(event.request.key.clone()),
            entry_id: Set(event.entry.clone()),
            body: Set(leaf),
        });
        for image in event.rows.iter().filter(|image| image.table == Table::LedgerEntries.name()) {
            let line: ledger_entry::Model =
                serde_json::from_value(image.row.clone()).expect("made by this process");
            self.ledger.push(line.into_active_model().reset_all());
        }
        self.at = event.at.parse().ok();
        self.size += 1;
    }
}

/// Inserts rows that nothing reads before, so many by one statement.
async fn insert<E: EntityTrait, A: ActiveModelTrait<Entity = E> + Send>(
    on: &DatabaseTransaction,
    rows: Vec<A>,
) -> Result<(), DbErr> {
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let together = rows.by_ref().take(TOGETHER);
        E::insert_many(together).exec_without_returning(on).await?;
    }
    Ok(())
}

/// Writes events, what they booked, and the tiles that changed, and signs the new end of the log.
pub(crate) async fn seal(
    on: &DatabaseTransaction,
    store: &Store,
    mut append: Append,
) -> Result<(), Error> {
    let Some(key) = &store.log_key else {
        return Err(Error::Key("the log's own key is needed to write".to_owned()));
    };
    insert(on, append.events).await?;
    insert(on, append.ledger).await?;
    for (id, hashes) in append.tiles.take_changed() {
        let row = tile::ActiveModel { id: Set(id), hashes: Set(hashes) };
        let grown =
            OnConflict::column(tile::Column::Id).update_column(tile::Column::Hashes).to_owned();
        tile::Entity::insert(row).on_conflict(grown).exec_without_returning(on).await?;
    }
    let root = append
        .tiles
        .root(append.size)
        .map_err(|error| Error::Damaged(format!("tiles: {error}")))?;
    let note = key.checkpoint(append.size, root)?;
    if append.before > 0 && append.before / KEPT_EVERY == append.size / KEPT_EVERY {
        checkpoint::Entity::delete_by_id(append.before.cast_signed()).exec(on).await?;
    }
    let row = checkpoint::ActiveModel { size: Set(append.size.cast_signed()), note: Set(note) };
    checkpoint::Entity::insert(row).exec_without_returning(on).await?;
    Ok(())
}
