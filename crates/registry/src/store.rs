//! The database: one code path for SQLite and PostgreSQL.

use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use sea_orm::sqlx::sqlite::SqliteSynchronous;
use sea_orm::{
    AccessMode, ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr, EntityTrait, IsolationLevel, QueryOrder, SqlErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use shujian_core::Date;
use tokio::sync::Mutex;

use crate::Error;
use crate::append::{Append, seal};
use crate::entities::log::{checkpoint, event, tile};
use crate::entities::people::{actor, setting};
use crate::entities::{Row, save};
use crate::error::code;
use crate::execute::Waiting;
use crate::log::{Event, Image, LogKey, SCHEMA, Signer, Step, Verifier, canonical};
use crate::request::Request;
use crate::sql::{Form, Found};
use crate::transitions::find;
use crate::words::{Kind, Role, State};
use crate::{calendar, sql};

/// How long a writer waits for another, and how long a call waits for a server.
const BUSY: Duration = Duration::from_secs(30);
const SERVER: Duration = Duration::from_secs(3);
/// Statements that a connection keeps prepared.
const STATEMENTS: usize = 500;
/// Memory for pages of a SQLite file, KiB, as SQLite wants it written.
const CACHE: &str = "-65536";
/// Pages of the journal at which it is folded into the SQLite file: 32 MiB. More at once means
/// fewer waits for the disk; what was committed is safe in the journal.
const FOLD_PAGES: &str = "8192";
/// Connections held at most.
const CONNECTIONS: u32 = 4;

/// Whether requests may name their own day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Requests are dated by the clock.
    Live,
    /// For practice and tests: requests may name a day. Every list and page says so.
    Trial,
}

/// An open registry.
pub struct Store {
    pub(crate) db: DatabaseConnection,
    pub(crate) log_key: Option<LogKey>,
    /// Writers of this process stand in line here rather than in the pool.
    pub(crate) turn: Mutex<()>,
    /// What they ask for: whoever has the turn takes it along.
    pub(crate) line: std::sync::Mutex<VecDeque<Waiting>>,
    place: String,
}

impl Store {
    /// Makes a registry in an empty place, with its first account, and opens it.
    ///
    /// - `place`: a path, or `postgres://…`.
    /// - Errors: [`Error::Taken`] where there is one already; [`Error::Foreign`] where something
    ///   else is; [`Error::Store`].
    pub async fn create(
        place: &str,
        log_key: LogKey,
        log_vkey: &str,
        (admin, admin_vkey): (&Signer, &str),
        mode: Mode,
    ) -> Result<Self, Error> {
        let (db, found) = look(place, true).await?;
        let store = Self::over(db, Some(log_key), place);
        match found {
            Found::Nothing => sql::keep_journal(&store.db).await?,
            Found::Registry(_) => return Err(Error::Taken { place: store.place }),
            Found::Foreign(tables) => return Err(Error::Foreign { place: store.place, tables }),
        }
        let keys = (log_vkey.to_owned(), admin_vkey.to_owned());
        store.found(admin, keys, mode).await?;
        Ok(store)
    }

    fn over(db: DatabaseConnection, log_key: Option<LogKey>, place: &str) -> Self {
        let (turn, line) = (Mutex::default(), std::sync::Mutex::default());
        Self { db, log_key, turn, line, place: shown(place) }
    }

    /// Opens a registry; without `log_key` it can be read but not written. One of an older version
    /// is brought to the form of this one first, all or nothing.
    ///
    /// - Errors: [`Error::Absent`] where there is none; [`Error::Foreign`] where something else is;
    ///   [`Error::Newer`] for one that a newer version wrote; [`Error::Store`] where it cannot be
    ///   reached.
    pub async fn open(place: &str, log_key: Option<LogKey>) -> Result<Self, Error> {
        let absent = || Error::Absent { place: shown(place) };
        if !is_url(place) && !Path::new(place).is_file() {
            return Err(absent());
        }
        let (db, found) = look(place, false).await?;
        let store = Self::over(db, log_key, place);
        match found {
            Found::Nothing => return Err(absent()),
            Found::Foreign(tables) => return Err(Error::Foreign { place: store.place, tables }),
            Found::Registry(had) => store.renew(&had).await?,
        }
        let named = store.settings().await?.origin;
        match &store.log_key {
            Some(key) if key.origin() != named => {
                let origin = key.origin();
                Err(Error::Key(format!("is that of the log {origin}, and this one is {named}")))
            }
            _ => Ok(store),
        }
    }

    /// Brings a registry with these migrations to the form of this version.
    async fn renew(&self, had: &[String]) -> Result<(), Error> {
        let place = self.place.clone();
        match sql::form(had) {
            Form::Same => Ok(()),
            Form::Newer(form) => Err(Error::Newer { place, form, known: sql::newest() }),
            Form::Strange => Err(Error::Damaged(format!("migrations {}", had.join(", ")))),
            Form::Older => {
                let renew = async {
                    let on = self.begin().await?;
                    sql::migrate(&on).await?;
                    on.commit().await
                };
                renew.await.map_err(|why| Error::Outdated { place, form: sql::newest(), why })
            }
        }
    }

    /// Lets go of the database; SQLite folds its journal in.
    ///
    /// - Errors: [`Error::Store`]. What was acknowledged is on disk in any case.
    pub async fn close(self) -> Result<(), Error> {
        Ok(self.db.close().await?)
    }

    /// Path or URL, without password.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Whether requests may name their own day.
    pub async fn mode(&self) -> Result<Mode, Error> {
        let settings = self.settings().await?;
        Ok(if settings.mode == "trial" { Mode::Trial } else { Mode::Live })
    }

    pub(crate) async fn settings(&self) -> Result<setting::Model, Error> {
        let row = setting::Entity::find_by_id("registry").one(&self.db).await?;
        row.ok_or_else(|| Error::Damaged("there are no settings".to_owned()))
    }

    /// A transaction that holds the write lock from its first moment, on either database.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = match self.db.get_database_backend() {
            DbBackend::Sqlite => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            },
            _ => TransactionOptions {
                isolation_level: Some(IsolationLevel::ReadCommitted),
                ..TransactionOptions::default()
            },
        };
        self.db.begin_with_options(options).await
    }

    /// A transaction that sees one state of the database throughout, and writes nothing.
    pub(crate) async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = match self.db.get_database_backend() {
            DbBackend::Sqlite => TransactionOptions::default(),
            _ => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
        };
        self.db.begin_with_options(options).await
    }

    /// The newest signed checkpoint; `None` while the log is empty.
    ///
    /// - Errors: [`Error::Store`].
    pub async fn checkpoint(&self) -> Result<Option<String>, Error> {
        let newest = checkpoint::Entity::find()
            .order_by_desc(checkpoint::Column::Size)
            .one(&self.db)
            .await?;
        Ok(newest.map(|row| row.note))
    }

    /// Tables, calendar, first account and first event, all or nothing.
    async fn found(
        &self,
        admin: &Signer,
        (log_vkey, admin_vkey): (String, String),
        mode: Mode,
    ) -> Result<(), Error> {
        let origin = self.log_key.as_ref().map_or_else(String::new, |key| key.origin().to_owned());
        let mode = if mode == Mode::Trial { "trial" } else { "live" };
        let request = Request::new(Kind::Registry, None, "init")
            .with("origin", origin.clone())
            .with("log_key", log_vkey.clone())
            .with("mode", mode)
            .with("vkey", admin_vkey.clone());
        let signed = request.sign(admin, &[])?;
        let mut actor = actor::Model {
            id: admin.name().to_owned(),
            role: Role::Admin.name().to_owned(),
            name: String::new(),
            vkey: admin_vkey,
            organisation_id: None,
            state: State::Active.name().to_owned(),
            version: 1,
        };
        admin.name().trim_start_matches("admin/").clone_into(&mut actor.name);
        let settings = setting::Model {
            id: "registry".into(),
            origin,
            vkey: log_vkey,
            mode: mode.into(),
            ..setting::Model::default()
        };
        let mut rows = vec![image(&settings), image(&actor)];
        rows.extend(calendar::released()?.iter().map(image));

        let on = self.begin().await?;
        sql::lay(&on).await?;
        for Image { table, row } in &rows {
            let table = crate::entities::TABLES.iter().find(|known| known.name() == table);
            save(&on, *table.expect("an image names a table"), row.clone()).await?;
        }
        debug_assert!(find(Kind::Registry, "init", State::None).is_some());
        let event = Event {
            schema: SCHEMA.to_owned(),
            seq: 0,
            at: calendar::spell(self.first_moment(mode)),
            entry: "registry".to_owned(),
            number: "registry".to_owned(),
            from: State::None.name().to_owned(),
            to: State::Active.name().to_owned(),
            step: Step::Done,
            request: signed.request,
            signature: signed.signature,
            rows,
        };
        let mut append = Append::default();
        append.push(&event);
        seal(&on, self, append).await?;
        on.commit().await?;
        Ok(())
    }

    /// A trial begins in the past, so that it can be walked through day by day.
    fn first_moment(&self, mode: &str) -> chrono::DateTime<chrono::Utc> {
        let now = chrono::Utc::now();
        let start = Date::new(2026, 1, 1).map(calendar::morning_of);
        if mode == "trial" { start.map_or(now, |start| start.min(now)) } else { now }
    }

    /// Reads one tile or none.
    pub(crate) async fn tile(
        on: &impl sea_orm::ConnectionTrait,
        id: &str,
    ) -> Result<Option<Vec<u8>>, DbErr> {
        Ok(tile::Entity::find_by_id(id).one(on).await?.map(|tile| tile.hashes))
    }

    /// Events in the log.
    ///
    /// - Errors: [`Error::Store`].
    pub async fn size(&self) -> Result<u64, Error> {
        Ok(last(&self.db).await?.map_or(0, |event| event.seq.cast_unsigned() + 1))
    }

    /// The public key of the log, as the registry itself names it.
    ///
    /// - Errors: [`Error::Store`].
    pub async fn log_vkey(&self) -> Result<Verifier, Error> {
        Verifier::parse(&self.settings().await?.vkey)
    }
}

/// The newest event.
pub(crate) async fn last(
    on: &impl sea_orm::ConnectionTrait,
) -> Result<Option<event::Model>, DbErr> {
    event::Entity::find().order_by_desc(event::Column::Seq).one(on).await
}

fn image<M: Row>(row: &M) -> Image {
    let json = serde_json::from_str(&canonical(row)).expect("written a moment ago");
    Image { table: M::TABLE.name().to_owned(), row: json }
}

fn is_url(place: &str) -> bool {
    place.starts_with("postgres://") || place.starts_with("postgresql://")
}

/// A place as messages show it: a URL without its password.
fn shown(place: &str) -> String {
    let hidden = place.split_once("://").and_then(|(scheme, rest)| {
        let (login, host) = rest.split_once('@')?;
        let user = login.split(':').next().unwrap_or_default();
        Some(format!("{scheme}://{user}@{host}"))
    });
    hidden.unwrap_or_else(|| place.to_owned())
}

/// Connects to a place and says what is there; nothing is written, not even how a file is kept.
async fn look(place: &str, create: bool) -> Result<(DatabaseConnection, Found), Error> {
    let found = async {
        let db = connect(place, create).await?;
        let found = sql::inspect(&db).await?;
        Ok::<_, DbErr>((db, found))
    };
    found.await.map_err(|error: DbErr| {
        // What SQLite says of a file that is none of its own.
        if error.to_string().contains("file is not a database") {
            Error::Foreign { place: shown(place), tables: Vec::new() }
        } else {
            Error::Store(error)
        }
    })
}

async fn connect(place: &str, create: bool) -> Result<DatabaseConnection, DbErr> {
    let path = (!is_url(place)).then(|| place.to_owned());
    let url = if path.is_some() { "sqlite:" } else { place };
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).max_connections(CONNECTIONS).connect_timeout(SERVER);
    options.acquire_timeout(if path.is_some() { BUSY } else { SERVER });
    if let Some(path) = path {
        options.map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .filename(&path)
                .in_memory(false)
                .create_if_missing(create)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(BUSY)
                .statement_cache_capacity(STATEMENTS)
                .pragma("cache_size", CACHE)
                .pragma("wal_autocheckpoint", FOLD_PAGES)
        });
    }
    Database::connect(options).await
}

/// What a rule of the database forbids is a refusal; all else is the database's own fault.
pub(crate) fn broken_rule(error: DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(what)) => Error::refuse(
            code::GUARD,
            format!("数据库约束：同样的条目已存在（{what}）"),
            format!("the same entry stands there already ({what})"),
        ),
        _ => Error::Store(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(shown("postgres://li:secret@db/registry"), "postgres://li@db/registry");
        assert_eq!(shown("postgres://db/registry"), "postgres://db/registry");
        assert_eq!(shown("数据/shujian.db"), "数据/shujian.db");
    }
}
