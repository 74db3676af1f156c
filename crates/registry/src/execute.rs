//! One request from its signature to its event. The steps stand in [`Store::carry`], in order.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, Set, TransactionTrait,
};
use serde::Serialize;

use crate::aim::{aim, authorise, begin_entry, fill, resolve, state_of};
use crate::append::{Append, seal};
use crate::entities::log::{event, private};
use crate::entities::people::{actor, setting};
use crate::entities::reviews::proposal;
use crate::entries::{integer, text};
use crate::error::code;
use crate::fields::Fields;
use crate::log::{Event, SCHEMA, Step, Verifier, canonical};
use crate::request::{Private, Request, Signed, commit};
use crate::store::Store;
use crate::transitions::{Field, Holds};
use crate::words::{Kind, State};
use crate::work::Work;
use crate::{Error, calendar, effects, guards};

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
        if append.has_grown() {
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
        if whole && append.has_grown() {
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
            keep_privates(&work, signed).await?;
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

/// Keeps the personal data that a request commits to, outside of the log. Every commitment comes
/// with what opens it, and nothing else comes along.
async fn keep_privates(work: &Work<'_>, signed: &Signed) -> Result<(), Error> {
    let private = |field: &&Field| matches!(field.holds, Holds::Private);
    let mut open: BTreeSet<&str> =
        signed.privates.iter().map(|datum| datum.commitment.as_str()).collect();
    for field in work.row.fields.iter().filter(private) {
        let commitment = work.fields.text(field.name);
        if !commitment.is_empty() && !open.remove(commitment) {
            let zh = "只有承诺，没有内容";
            return Err(Error::field(field.name, zh, "is a commitment without its content"));
        }
    }
    let opens = |datum: &Private| commit(&datum.salt, &datum.body) == datum.commitment;
    if !open.is_empty() || !signed.privates.iter().all(opens) {
        let (zh, en) = ("承诺与内容不符", "a commitment and its content do not agree");
        return Err(Error::refuse(code::FIELD, zh, en));
    }
    for datum in &signed.privates {
        let row = private::ActiveModel {
            id: Set(datum.commitment.clone()),
            entry_id: Set(work.id()),
            salt: Set(datum.salt.clone()),
            body: Set(datum.body.clone()),
        };
        private::Entity::insert(row).exec_without_returning(work.on).await?;
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
