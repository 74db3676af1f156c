//! Reads: lists, one entry with its history, proofs. Rows are scoped by who looks.

use std::str::FromStr;

use schemars::JsonSchema;
use sea_orm::sea_query::{Expr, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, ExprTrait as _,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde::Serialize;
use serde_json::Value as Json;

use crate::effects::review::unseal;
use crate::entities::log::{checkpoint, event};
use crate::entities::money::{award, tranche};
use crate::entities::people::actor;
use crate::entities::reviews::{notice, objection, review};
use crate::entities::{find, money, people, projects, reviews};
use crate::entries::{Entry, named, organisation, text};
use crate::error::code;
use crate::execute::read;
use crate::fields::acts_for;
use crate::guards::is_due;
use crate::log::{Event, Proof, Step, Tiles};
use crate::remarks::{self, Remark};
use crate::store::Store;
use crate::transitions::{Guard, open_to};
use crate::words::{Kind, Role, State, place, spelt};
use crate::{Error, sql};

/// Most rows of one page.
pub const LONGEST_PAGE: u64 = 1000;

/// Which entries to list.
#[derive(Debug, Clone, Default)]
pub struct Filter<'a> {
    /// In this state only.
    pub state: Option<State>,
    /// With this in their number or name.
    pub search: Option<&'a str>,
    /// After this number.
    pub after: Option<&'a str>,
    /// At most so many; [`LONGEST_PAGE`] in any case.
    pub limit: u64,
    /// As this account sees them; `None` sees all.
    pub reader: Option<&'a str>,
}

/// One entry, with all that hangs on it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Shown {
    /// Name and version of this form.
    pub schema: String,
    /// [`Kind`] by name.
    pub kind: String,
    /// The entry.
    pub entry: Json,
    /// Whom it concerns, and the call it belongs to.
    pub parties: Vec<Party>,
    /// Award, where there is one.
    pub award: Option<Json>,
    /// Its tranches.
    pub tranches: Vec<Json>,
    /// Reviews; sealed ones without score.
    pub reviews: Vec<Json>,
    /// Notices.
    pub notices: Vec<Json>,
    /// Objections.
    pub objections: Vec<Json>,
    /// What happened to it.
    pub history: Vec<Past>,
    /// Commands that are open now.
    pub open: Vec<String>,
    /// What whoever looks should know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
}

/// Another entry that an entry names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Party {
    /// What it is to the entry: `organisation`, `purchaser`, `seller`, `batch`, `left` or `right`.
    pub role: String,
    /// Its number.
    pub number: String,
    /// Its name; empty where it has none.
    pub name: String,
}

/// Columns that name another entry by its id, and the kind of that.
const PARTIES: &[(&str, Kind)] = &[
    ("organisation_id", Kind::Organisation),
    ("purchaser_id", Kind::Organisation),
    ("seller_id", Kind::Organisation),
    ("left_id", Kind::Organisation),
    ("right_id", Kind::Organisation),
    ("batch_id", Kind::Batch),
];

/// One event of an entry's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Past {
    /// Place in the log.
    pub seq: u64,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What.
    pub command: String,
    /// State before.
    pub from: String,
    /// State afterwards.
    pub to: String,
    /// Done, or waiting for the second person.
    pub step: Step,
}

/// Who looks, and how much of it is theirs.
enum Scope {
    All,
    Organisation(String),
    Panel(Vec<String>),
}

macro_rules! lists {
    ($($kind:ident $module:ident :: $name:ident;)*) => {
        async fn list(
            on: &impl ConnectionTrait, kind: Kind, filter: &Filter<'_>, scope: &Scope,
        ) -> Result<Vec<Json>, DbErr> {
            match kind {
                $(Kind::$kind => {
                    let column = |name: &str| $module::$name::Column::from_str(name).ok();
                    let key = column("id");
                    let mut query = $module::$name::Entity::find();
                    if let Some(condition) = condition(column, (filter, scope), on.get_database_backend()) {
                        query = query.filter(condition);
                    }
                    if column("number").is_some() {
                        query = query.order_by_asc(sql::place());
                    } else if let Some(key) = key {
                        query = query.order_by_asc(key);
                    }
                    let limit = Ord::min(filter.limit, LONGEST_PAGE);
                    let rows = query.limit(limit).all(on).await?;
                    Ok(rows.iter().filter_map(|row| serde_json::to_value(row).ok()).collect())
                })*
            }
        }
    };
}

lists! {
    Registry people::setting;
    Actor people::actor;
    Organisation people::organisation;
    Tie people::tie;
    Batch projects::batch;
    Envelope money::envelope;
    Application projects::application;
    NationalProject projects::national_project;
    VoucherClaim projects::voucher_claim;
    AnnotationBase projects::annotation_base;
    Ruling reviews::ruling;
}

/// The conditions of a list; a scope that a kind has no column for shows nothing of it.
fn condition<C: ColumnTrait>(
    column: impl Fn(&str) -> Option<C>,
    (filter, scope): (&Filter<'_>, &Scope),
    backend: DbBackend,
) -> Option<Condition> {
    let mut all = Condition::all();
    let key = column("number").or_else(|| column("id"))?;
    if let (Some(state), Some(column)) = (filter.state, column("state")) {
        all = all.add(column.eq(state.name()));
    }
    match filter.after {
        Some(after) if column("number").is_some() => {
            all = all.add(sql::place().gt(place(&spelt(after))));
        }
        Some(after) => all = all.add(key.gt(after)),
        None => {}
    }
    if let Some(search) = filter.search {
        let either = [Some(key), column("name")].into_iter().flatten();
        let either =
            either.fold(Condition::any(), |any, column| any.add(holds(column, search, backend)));
        all = all.add(either);
    }
    let own = match scope {
        Scope::All => return Some(all),
        // Applications alone have a panel.
        Scope::Panel(ids) => {
            column("panel_centi").and(column("id")).map(|id| id.is_in(ids.clone()))
        }
        Scope::Organisation(id) => column("organisation_id")
            .or_else(|| column("purchaser_id"))
            .map(|column| column.eq(id.as_str())),
    };
    // Without such a column nobody but the bureau sees the table.
    Some(all.add(own.unwrap_or_else(|| key.is_null())))
}

/// Whether a column holds a text, as it is: no sign stands for another. Latin letters match in
/// either case on both databases, as they do in SQLite.
fn holds(column: impl ColumnTrait, text: &str, backend: DbBackend) -> Expr {
    let mut pattern = String::from("%");
    for sign in text.chars() {
        if matches!(sign, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    let pattern = LikeExpr::new(pattern + "%");
    // PostgreSQL takes the backslash unasked.
    if backend == DbBackend::Sqlite {
        column.like(pattern.escape('\\'))
    } else {
        column.ilike(pattern)
    }
}

impl Store {
    /// Lists entries of a kind in order of their number.
    ///
    /// - Errors: [`Error::Refused`] for an unknown reader; [`Error::Store`].
    pub async fn list(&self, kind: Kind, filter: &Filter<'_>) -> Result<Vec<Json>, Error> {
        let scope = self.scope(filter.reader).await?;
        Ok(list(&self.db, kind, filter, &scope).await?)
    }

    async fn scope(&self, reader: Option<&str>) -> Result<Scope, Error> {
        let Some(reader) = reader else { return Ok(Scope::All) };
        let actor = actor::Entity::find_by_id(reader).one(&self.db).await?;
        let Some(actor) = actor.filter(|actor| actor.state == State::Active.name()) else {
            let (zh, en) =
                (format!("没有有效账号 {reader}"), format!("there is no active account {reader}"));
            return Err(Error::refuse(code::UNKNOWN, zh, en));
        };
        Ok(match Role::named(&actor.role) {
            Some(role) if acts_for(role) => {
                Scope::Organisation(actor.organisation_id.unwrap_or_default())
            }
            Some(Role::Expert) => {
                let reviews = review::Entity::find()
                    .filter(review::Column::Expert.eq(reader))
                    .filter(review::Column::State.ne("recused"))
                    .all(&self.db)
                    .await?;
                Scope::Panel(reviews.into_iter().map(|review| review.application_id).collect())
            }
            _ => Scope::All,
        })
    }

    /// One entry by number or id, as an account sees it.
    ///
    /// - Errors: [`Error::Refused`] where there is none, or none that the reader may see.
    pub async fn show(&self, number: &str, reader: Option<&str>) -> Result<Shown, Error> {
        let (kind, entry) = self.entry(number).await?;
        let id = text(&entry, "id").to_owned();
        let scope = self.scope(reader).await?;
        let remarks = match scope {
            Scope::All => remarks::of(&self.db, kind, &entry).await?,
            _ => Vec::new(),
        };
        let visible = match scope {
            Scope::All => true,
            Scope::Organisation(own) => organisation(&entry) == own,
            Scope::Panel(ids) => ids.contains(&id),
        };
        if !visible {
            return Err(unknown(number));
        }
        let award = award::Entity::find()
            .filter(award::Column::SubjectId.eq(id.as_str()))
            .one(&self.db)
            .await?;
        let award_id = award.as_ref().map(|award| award.id.clone()).unwrap_or_default();
        let tranches = tranche::Entity::find()
            .filter(tranche::Column::AwardId.eq(award_id))
            .order_by_asc(tranche::Column::Place);
        let tranches = tranches.all(&self.db).await?;
        let state = State::named(text(&entry, "state")).unwrap_or(State::Active);
        let next = tranches.iter().find(|tranche| tranche.state == State::Planned.name());
        let pays = next.is_some_and(|tranche| is_due(tranche, state.name()));
        let open = open_to(kind, state)
            .filter(|row| pays || !row.guards.contains(&Guard::TrancheDue))
            .map(|row| row.command.to_owned());
        Ok(Shown {
            schema: "shujian.registry-entry.v1".to_owned(),
            kind: kind.name().to_owned(),
            award: award.as_ref().map(json),
            tranches: tranches.iter().map(json).collect(),
            reviews: self.reviews(&id, &entry, reader).await?,
            notices: notice::Entity::find()
                .filter(notice::Column::ApplicationId.eq(id.as_str()))
                .all(&self.db)
                .await?
                .iter()
                .map(json)
                .collect(),
            objections: objection::Entity::find()
                .filter(objection::Column::ApplicationId.eq(id.as_str()))
                .order_by_asc(sql::place())
                .all(&self.db)
                .await?
                .iter()
                .map(json)
                .collect(),
            history: self.history(&id).await?.iter().map(past).collect(),
            parties: self.parties(&entry).await?,
            open: open.collect(),
            remarks,
            entry: Json::Object(entry),
        })
    }

    /// The entries that an entry names by their ids.
    async fn parties(&self, entry: &Entry) -> Result<Vec<Party>, Error> {
        let mut parties = Vec::new();
        for (column, kind) in PARTIES {
            let (id, role) = (text(entry, column), column.trim_end_matches("_id").to_owned());
            // One side of a tie may be an account, which is called by its id.
            let number = Kind::of_number(id).map(|_| id.to_owned());
            match find(&self.db, kind.table(), id).await? {
                Some(Json::Object(row)) => {
                    let (number, name) = (text(&row, "number").to_owned(), text(&row, "name"));
                    parties.push(Party { role, number, name: name.to_owned() });
                }
                _ => {
                    parties.extend(number.map(|number| Party { role, number, name: String::new() }))
                }
            }
        }
        Ok(parties)
    }

    /// The kind and row of a number; an award's number leads to the entry it belongs to.
    ///
    /// - Errors: [`Error::Refused`] where there is none.
    pub(crate) async fn entry(&self, number: &str) -> Result<(Kind, Entry), Error> {
        let number = spelt(number);
        let number = &*number;
        let award =
            award::Entity::find().filter(award::Column::Number.eq(number)).one(&self.db).await?;
        let number = award.map_or_else(|| number.to_owned(), |award| award.subject_number);
        let kind = Kind::of_number(&number).ok_or_else(|| unknown(&number))?;
        let entry = named(&self.db, kind, &number).await?;
        Ok((kind, entry.ok_or_else(|| unknown(&number))?))
    }

    /// Reviews of an application; scores are sealed until the panel concludes.
    async fn reviews(
        &self,
        id: &str,
        entry: &Entry,
        reader: Option<&str>,
    ) -> Result<Vec<Json>, Error> {
        let is_open = entry.get("panel_centi").is_some_and(|score| !score.is_null());
        let rows = review::Entity::find()
            .filter(review::Column::ApplicationId.eq(id))
            .order_by_asc(review::Column::Expert)
            .all(&self.db)
            .await?;
        let mut shown = Vec::with_capacity(rows.len());
        for mut review in rows {
            if !is_open && reader == Some(review.expert.as_str()) {
                // Their own score is no secret to experts.
                let own = unseal(&self.db, &review).await?;
                review.score_centi = own.map(|(score, _)| score);
            } else if !is_open {
                review.opinion = None;
            }
            shown.push(json(&review));
        }
        Ok(shown)
    }

    async fn history(&self, id: &str) -> Result<Vec<Event>, Error> {
        let rows = event::Entity::find()
            .filter(event::Column::EntryId.eq(id))
            .order_by_asc(event::Column::Seq)
            .all(&self.db)
            .await?;
        rows.iter().map(read).collect()
    }

    /// A proof that an event stands in the log: the newest of an entry, or one by its place.
    ///
    /// - Errors: [`Error::Refused`] where there is no such event.
    pub async fn prove(&self, number: &str, seq: Option<u64>) -> Result<Proof, Error> {
        let (_, entry) = self.entry(number).await?;
        let history = self.history(text(&entry, "id")).await?;
        let chosen = history.into_iter().rev().find(|event| seq.is_none_or(|seq| event.seq == seq));
        let event = chosen.ok_or_else(|| {
            let (zh, en) =
                (format!("{number} 没有这一事件"), format!("{number} has no such event"));
            Error::refuse(code::UNKNOWN, zh, en)
        })?;
        let on = self.snapshot().await?;
        let size = crate::store::last(&on).await?.map_or(0, |last| last.seq.cast_unsigned() + 1);
        let mut tiles = Tiles::default();
        for id in Tiles::path(event.seq, size).into_iter().chain(Tiles::edge(size)) {
            let hashes = Self::tile(&on, &id).await?.unwrap_or_default();
            if !tiles.insert(&id, hashes) {
                return Err(Error::Damaged(format!("{id} is missing")));
            }
        }
        let checkpoint = checkpoint::Entity::find_by_id(size.cast_signed()).one(&on).await?;
        on.commit().await?;
        let damaged = |what: String| Error::Damaged(what);
        let path = tiles.prove(event.seq, size).map_err(|error| damaged(error.to_string()))?;
        let checkpoint = checkpoint.ok_or_else(|| damaged("there is no checkpoint".to_owned()))?;
        Ok(Proof { leaf: event.leaf(), index: event.seq, path, checkpoint: checkpoint.note })
    }
}

fn unknown(number: &str) -> Error {
    Error::refuse(code::UNKNOWN, format!("没有 {number}"), format!("there is no {number}"))
}

fn json(row: &impl Serialize) -> Json {
    serde_json::to_value(row).expect("a row holds strings and integers only")
}

fn past(event: &Event) -> Past {
    Past {
        seq: event.seq,
        at: event.at.clone(),
        actor: event.request.actor.clone(),
        command: event.request.command.clone(),
        from: event.from.clone(),
        to: event.to.clone(),
        step: event.step,
    }
}
