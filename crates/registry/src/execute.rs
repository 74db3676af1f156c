//! One request from its signature to its event. The steps stand in [`Store::carry`], in order.

use schemars::JsonSchema;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, Set,
    TransactionTrait,
};
use serde::Serialize;

use chrono::{DateTime, Utc};

use crate::entities::log::{checkpoint, event, private, tile};
use crate::entities::people::{actor, organisation, setting};
use crate::entities::reviews::proposal;
use crate::entries::{Entry, blank, integer, named, text};
use crate::error::code;
use crate::fields::{Fields, acts_for, points_at};
use crate::log::{Event, SCHEMA, Step, Tiles, Verifier, canonical};
use crate::request::{Request, Signed, commit};
use crate::store::{Store, last};
use crate::transitions::{Transition, find, open_to};
use crate::words::{Kind, Role, State};
use crate::work::{Work, new_id};
use crate::{Error, calendar, effects, guards};

/// Events between the checkpoints that are kept for good.
const KEPT_EVERY: u64 = 256;

/// What a request led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Receipt {
    /// Place of the event in the log.
    pub seq: u64,
    /// Public number of the entry.
    pub number: String,
    /// State of the entry.
    pub state: String,
    /// Version of the entry.
    pub version: i64,
    /// Done, or waiting for the second person.
    pub step: Step,
    /// Whether it had been done before under the same key.
    pub repeated: bool,
}

/// The end of the log while events are added to it.
#[derive(Default)]
pub(crate) struct Append {
    size: u64,
    before: u64,
    at: Option<DateTime<Utc>>,
    tiles: Tiles,
}

impl Store {
    /// Carries a request out; once it returns, the change is on disk and in a signed checkpoint.
    ///
    /// - Errors: [`Error::Refused`], and nothing is changed.
    pub async fn execute(&self, request: &Signed) -> Result<Receipt, Error> {
        let mut receipts = self.execute_all(std::slice::from_ref(request)).await?;
        receipts.pop().unwrap_or_else(|| Err(Error::Damaged("no receipt".to_owned())))
    }

    /// Carries requests out one after the other and writes them to disk together. One that is
    /// refused leaves no trace and does not hold up the others.
    ///
    /// - Errors: the database's; then none of them was carried out.
    pub async fn execute_all(
        &self,
        requests: &[Signed],
    ) -> Result<Vec<Result<Receipt, Error>>, Error> {
        let _turn = self.turn.lock().await;
        let on = self.begin().await?;
        let (receipts, append) = self.carry_each(&on, requests).await?;
        if append.size > append.before {
            seal(&on, self, append).await?;
            on.commit().await?;
        }
        Ok(receipts)
    }

    /// Carries requests out together: if one is refused, or `keep` is false, none of them was.
    ///
    /// - Errors: the database's; then none of them was carried out.
    pub(crate) async fn execute_whole(
        &self,
        requests: &[Signed],
        keep: bool,
    ) -> Result<Vec<Result<Receipt, Error>>, Error> {
        let _turn = self.turn.lock().await;
        let on = self.begin().await?;
        let (receipts, append) = self.carry_each(&on, requests).await?;
        let whole = keep && receipts.iter().all(Result::is_ok);
        if whole && append.size > append.before {
            seal(&on, self, append).await?;
            on.commit().await?;
        } else {
            on.rollback().await?;
        }
        Ok(receipts)
    }

    /// Carries requests out one after the other within a transaction; the log is not sealed.
    async fn carry_each(
        &self,
        on: &DatabaseTransaction,
        requests: &[Signed],
    ) -> Result<(Vec<Result<Receipt, Error>>, Append), Error> {
        let settings = setting::Entity::find_by_id("registry")
            .lock(LockType::Update)
            .one(on)
            .await?
            .ok_or_else(|| Error::Damaged("there are no settings".to_owned()))?;
        let mut append = Append::load(on).await?;
        let mut receipts = Vec::with_capacity(requests.len());
        for request in requests {
            let part = on.begin().await?;
            let receipt = self.carry(&part, &settings, request, &mut append).await;
            match &receipt {
                Ok(_) => part.commit().await?,
                Err(Error::Refused { .. } | Error::Key(_)) => part.rollback().await?,
                Err(_) => return Err(receipt.expect_err("matched a moment ago")),
            }
            receipts.push(receipt);
        }
        Ok((receipts, append))
    }

    async fn carry(
        &self,
        on: &DatabaseTransaction,
        settings: &setting::Model,
        signed: &Signed,
        append: &mut Append,
    ) -> Result<Receipt, Error> {
        let request = &signed.request;
        let actor = authenticate(on, signed).await?;
        if let Some(before) = done_before(on, request).await? {
            return Ok(before);
        }
        let at = append.moment(settings, request)?;
        let (row, mut entry) = aim(on, request).await?;
        authorise(row, &actor, &entry)?;
        let mut fields = Fields::read(row, &request.fields)?;
        resolve(on, row, &mut fields).await?;
        fill(row, &mut entry, &fields);
        let from = state_of(&entry, row);

        let when = (append.size, calendar::day_of(at));
        let mut work = Work::new(on, when, actor, (request, row, fields), entry);
        if row.makes_entry() {
            begin_entry(&mut work).await?;
        }
        for guard in row.guards {
            guards::check(*guard, &work).await?;
        }
        let step = second_person(&mut work).await?;
        if step == Step::Done {
            keep_privates(on, &work.id(), signed).await?;
            for effect in row.effects {
                effects::apply(*effect, &mut work).await?;
            }
            change_state(&mut work).await?;
        }
        let event = write_event(work, signed, (at, from, step));
        append.push(on, &event).await?;
        Ok(receipt(&event, false))
    }
}

/// The account behind a request, by its signature.
async fn authenticate(on: &DatabaseTransaction, signed: &Signed) -> Result<actor::Model, Error> {
    let name = &signed.request.actor;
    let refuse = |zh: String, en: String| Err(Error::refuse(code::SIGNATURE, zh, en));
    let actor = actor::Entity::find_by_id(name.as_str()).one(on).await?;
    let Some(actor) = actor.filter(|actor| actor.state == State::Active.name()) else {
        return refuse(
            format!("没有有效账号 {name}"),
            format!("there is no active account {name}"),
        );
    };
    let known = Verifier::parse(&actor.vkey)?;
    if !known.holds(canonical(&signed.request).as_bytes(), &signed.signature) {
        let en = format!("the signature is not by the key of {name}");
        return refuse(format!("签名与账号 {name} 的公钥不符"), en);
    }
    Ok(actor)
}

/// What the same request led to before, if its key was used.
async fn done_before(
    on: &DatabaseTransaction,
    request: &Request,
) -> Result<Option<Receipt>, Error> {
    if request.key.is_empty() || request.key.len() > 200 {
        return Err(Error::field("key", "幂等键须为 1 至 200 字节", "takes 1 to 200 bytes"));
    }
    let used = event::Entity::find().filter(event::Column::Key.eq(request.key.as_str()));
    let Some(used) = used.one(on).await? else { return Ok(None) };
    let event = read(&used)?;
    if event.request == *request {
        return Ok(Some(receipt(&event, true)));
    }
    let key = &request.key;
    let zh = format!("幂等键 {key} 已用于另一请求（事件 {}）", event.seq);
    let en = format!("the key {key} was used for another request (event {})", event.seq);
    Err(Error::refuse(code::KEY_REUSED, zh, en))
}

/// The row of the table and the entry that a request means.
async fn aim(
    on: &DatabaseTransaction,
    request: &Request,
) -> Result<(&'static Transition, Entry), Error> {
    let kind = Kind::named(&request.kind).ok_or_else(|| {
        Error::field("kind", format!("没有 {} 这一类", request.kind), "is no kind of entry")
    })?;
    let (entry, state) = match &request.target {
        None => (blank(kind), State::None),
        Some(target) => {
            let entry = named(on, kind, target).await?.ok_or_else(|| {
                let (zh, en) = (format!("没有 {target}"), format!("there is no {target}"));
                Error::refuse(code::UNKNOWN, zh, en)
            })?;
            let state = text(&entry, "state");
            let state = if state.is_empty() { Some(State::Active) } else { State::named(state) };
            let bad = || Error::Damaged(format!("{target} is in no known state"));
            (entry, state.ok_or_else(bad)?)
        }
    };
    let row = find(kind, &request.command, state).ok_or_else(|| closed(kind, state, request))?;
    match (request.if_version, integer(&entry, "version")) {
        (Some(wanted), Some(is)) if wanted != is && !row.makes_entry() => {
            let zh = format!("版本已是 {is}，不是 {wanted}：其间有人改动，请重新查看");
            let en = format!("the version is {is}, not {wanted}: somebody changed it; look again");
            Err(Error::refuse(code::VERSION, zh, en))
        }
        _ => Ok((row, entry)),
    }
}

fn closed(kind: Kind, state: State, request: &Request) -> Error {
    let open: Vec<&str> = open_to(kind, state).map(|row| row.command).collect();
    let (command, open) = (&request.command, open.join(", "));
    let zh = format!("“{}”状态下不能 {command}；可用的命令：{open}", state.title().zh);
    let en = format!("`{command}` is not open in the state {}; open are: {open}", state.name());
    Error::refuse(code::STATE, zh, en)
}

/// Whether the actor's role may give the command, and on this entry.
fn authorise(row: &Transition, actor: &actor::Model, entry: &Entry) -> Result<(), Error> {
    let role = Role::named(&actor.role);
    let refuse = |zh: String, en: String| Err(Error::refuse(code::ROLE, zh, en));
    if !role.is_some_and(|role| row.roles.contains(&role)) {
        let zh: Vec<&str> = row.roles.iter().map(|role| role.title().zh).collect();
        let en: Vec<&str> = row.roles.iter().map(|role| role.name()).collect();
        return refuse(
            format!("{} 不能 {}；须由{}办理", actor.id, row.command, zh.join("、")),
            format!("{} may not {}; it takes: {}", actor.id, row.command, en.join(", ")),
        );
    }
    let theirs = crate::entries::organisation(entry);
    let foreign = !theirs.is_empty() && actor.organisation_id.as_deref() != Some(theirs);
    if role.is_some_and(acts_for) && foreign {
        return refuse(
            "该条目属于其他单位".into(),
            "the entry belongs to another organisation".into(),
        );
    }
    Ok(())
}

/// Puts ids where fields name entries by number.
async fn resolve(
    on: &DatabaseTransaction,
    row: &Transition,
    fields: &mut Fields,
) -> Result<(), Error> {
    for field in row.fields {
        let kind = match points_at(field) {
            Some(kind) => kind,
            // One side of a tie may be an account or an organisation.
            None if (row.kind, field.name) == (Kind::Tie, "left") => {
                Kind::of_number(fields.text("left")).unwrap_or(Kind::Organisation)
            }
            None => continue,
        };
        let number = fields.text(field.name).to_owned();
        if number.is_empty() {
            continue;
        }
        let entry = named(on, kind, &number).await?.ok_or_else(|| {
            let zh = format!("没有{} {number}", kind.title().zh);
            Error::field(field.name, zh, format!("there is no {} {number}", kind.name()))
        })?;
        fields.resolve(field.name, text(&entry, "id").to_owned());
    }
    Ok(())
}

/// Sets the columns that carry the names of fields.
fn fill(row: &Transition, entry: &mut Entry, fields: &Fields) {
    for (column, value) in fields.columns() {
        if let Some(cell) = entry.get_mut(column) {
            *cell = value.clone();
        }
    }
    if row.kind == Kind::Tie && row.makes_entry() {
        entry.insert("left_id".to_owned(), fields.text("left").into());
    }
}

fn state_of(entry: &Entry, row: &Transition) -> State {
    if row.makes_entry() {
        return State::None;
    }
    State::named(text(entry, "state")).unwrap_or(State::Active)
}

/// Gives a new entry its id, its number, and what follows from others.
async fn begin_entry(work: &mut Work<'_>) -> Result<(), Error> {
    let kind = work.row.kind;
    let set = |work: &mut Work<'_>, column: &str, value: String| {
        work.entry.insert(column.to_owned(), value.into());
    };
    set(work, "id", new_id());
    if let Some(series) = kind.series() {
        let number = work.number(series).await?;
        set(work, "number", number);
    }
    match kind {
        Kind::Actor => begin_actor(work)?,
        Kind::Organisation => {
            let code = text(&work.entry, "number").to_owned();
            set(work, "division", code.get(2..8).unwrap_or_default().to_owned());
            if text(&work.entry, "group_code").is_empty() {
                set(work, "group_code", code);
            }
        }
        Kind::Application | Kind::NationalProject => {
            let id = text(&work.entry, "organisation_id").to_owned();
            let organisation: organisation::Model = work.get(&id).await?;
            set(work, "division", organisation.division);
        }
        _ => {}
    }
    authorise(work.row, &work.actor, &work.entry)
}

/// An account is called by its role and name, and its key is made for it.
fn begin_actor(work: &mut Work<'_>) -> Result<(), Error> {
    let id = format!("{}/{}", work.fields.text("role"), work.fields.text("name"));
    if Verifier::parse(work.fields.text("vkey"))?.name() != id {
        let en = format!("the key is not made for {id}");
        return Err(Error::field("vkey", format!("公钥不是为 {id} 生成的"), en));
    }
    let role = Role::named(work.fields.text("role"));
    if role.is_some_and(acts_for) && text(&work.entry, "organisation_id").is_empty() {
        let (zh, en) = ("该角色须注明所属单位", "accounts of this role act for an organisation");
        return Err(Error::field("organisation", zh, en));
    }
    work.entry.insert("id".to_owned(), id.into());
    Ok(())
}

/// Where a command takes two persons: the first proposes, another confirms the same.
async fn second_person(work: &mut Work<'_>) -> Result<Step, Error> {
    if !work.row.two_persons {
        return Ok(Step::Done);
    }
    let id = format!("{}/{}", work.id(), work.row.command);
    let body_hash = work.request.body_hash();
    let me = work.actor.id.clone();
    let known = work.find::<proposal::Model>(&id).await?;
    let refuse = |zh: String, en: String| Err(Error::refuse(code::TWO_PERSONS, zh, en));
    match known {
        Some(mut open) if open.state == State::Open.name() => {
            if open.maker == me && open.body_hash == body_hash {
                let zh = format!("{me} 已提出，须由另一人确认");
                return refuse(
                    zh,
                    format!("{me} proposed it, and another person has to confirm it"),
                );
            }
            if open.maker != me && open.body_hash != body_hash {
                let zh = format!("内容与 {} 提出的不同", open.maker);
                return refuse(zh, format!("it differs from what {} proposed", open.maker));
            }
            open.version += 1;
            if open.maker == me {
                // The maker thinks again: the new proposal takes the place of the old one.
                open.body_hash = body_hash;
                work.put(&open).await?;
                return Ok(Step::Proposed);
            }
            open.checker = Some(me);
            "confirmed".clone_into(&mut open.state);
            work.maker = Some(open.maker.clone());
            work.put(&open).await?;
            Ok(Step::Done)
        }
        known => {
            let version = known.map_or(1, |known| known.version + 1);
            let state = State::Open.name().to_owned();
            let proposal =
                proposal::Model { id, body_hash, maker: me, checker: None, state, version };
            work.put(&proposal).await?;
            Ok(Step::Proposed)
        }
    }
}

/// Keeps the personal data that a request commits to, outside of the log.
async fn keep_privates(
    on: &DatabaseTransaction,
    entry_id: &str,
    signed: &Signed,
) -> Result<(), Error> {
    for datum in &signed.privates {
        if commit(&datum.salt, &datum.body) != datum.commitment {
            let (zh, en) = ("承诺与内容不符", "a commitment does not open");
            return Err(Error::refuse(code::FIELD, zh, en));
        }
        let row = private::ActiveModel {
            id: Set(datum.commitment.clone()),
            entry_id: Set(entry_id.to_owned()),
            salt: Set(datum.salt.clone()),
            body: Set(datum.body.clone()),
        };
        private::Entity::insert(row).exec_without_returning(on).await?;
    }
    Ok(())
}

async fn change_state(work: &mut Work<'_>) -> Result<(), Error> {
    if work.row.kind == Kind::Registry {
        return Ok(());
    }
    if let Some(to) = work.row.to {
        work.entry.insert("state".to_owned(), to.name().into());
    }
    let version = integer(&work.entry, "version").unwrap_or_default();
    work.entry.insert("version".to_owned(), (version + 1).into());
    work.put_entry(work.row.kind.table()).await
}

fn write_event(
    work: Work<'_>,
    signed: &Signed,
    (at, from, step): (DateTime<Utc>, State, Step),
) -> Event {
    let number = Some(text(&work.entry, "number")).filter(|number| !number.is_empty());
    let to = if step == Step::Done { work.row.to.unwrap_or(from) } else { from };
    Event {
        schema: SCHEMA.to_owned(),
        seq: work.seq,
        at: calendar::spell(at),
        entry: work.id(),
        number: number.map_or_else(|| work.id(), str::to_owned),
        from: from.name().to_owned(),
        to: to.name().to_owned(),
        step,
        request: signed.request.clone(),
        signature: signed.signature.clone(),
        rows: work.into_images(),
    }
}

fn receipt(event: &Event, repeated: bool) -> Receipt {
    let own = event.rows.iter().rev().find(|image| image.row["id"] == *event.entry);
    let version = own.and_then(|image| image.row["version"].as_i64()).unwrap_or_default();
    Receipt {
        seq: event.seq,
        number: event.number.clone(),
        state: event.to.clone(),
        version,
        step: event.step,
        repeated,
    }
}

/// The event of a row of the log.
pub(crate) fn read(row: &event::Model) -> Result<Event, Error> {
    serde_json::from_str(&row.body)
        .map_err(|error| Error::Damaged(format!("event {}: {error}", row.seq)))
}

impl Append {
    /// The end of the log, ready to be added to.
    async fn load(on: &DatabaseTransaction) -> Result<Self, Error> {
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
        Ok(Self { size, before: size, at, tiles })
    }

    /// When a request is dated: never before the event before it.
    fn moment(&self, settings: &setting::Model, request: &Request) -> Result<DateTime<Utc>, Error> {
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
        let day = calendar::day(on).ok_or_else(wrong)?;
        if day < calendar::day_of(before) {
            let last = calendar::day_of(before);
            let (zh, en) =
                (format!("早于上一事件的 {last}"), format!("is before the last event, {last}"));
            return Err(Error::refuse(code::CLOCK, zh, en));
        }
        Ok(calendar::morning_of(day).max(before))
    }

    /// Adds an event.
    pub(crate) async fn push(
        &mut self,
        on: &impl ConnectionTrait,
        event: &Event,
    ) -> Result<(), Error> {
        let leaf = event.leaf();
        let row = event::ActiveModel {
            seq: Set(self.size.cast_signed()),
            key: Set(event.request.key.clone()),
            entry_id: Set(event.entry.clone()),
            body: Set(leaf.clone()),
        };
        event::Entity::insert(row).exec_without_returning(on).await?;
        self.tiles.append(self.size, leaf.as_bytes());
        self.at = event.at.parse().ok();
        self.size += 1;
        Ok(())
    }
}

/// Writes the tiles that changed and signs the new end of the log.
pub(crate) async fn seal(
    on: &DatabaseTransaction,
    store: &Store,
    mut append: Append,
) -> Result<(), Error> {
    let Some(key) = &store.log_key else {
        return Err(Error::Key("the log's own key is needed to write".to_owned()));
    };
    for (id, hashes) in append.tiles.take_changed() {
        let row = tile::ActiveModel { id: Set(id), hashes: Set(hashes) };
        let grown = sea_orm::sea_query::OnConflict::column(tile::Column::Id)
            .update_column(tile::Column::Hashes)
            .to_owned();
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
