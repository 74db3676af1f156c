//! One request from its signature to its event. The steps stand in [`carry`], in order.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use sea_orm::{DatabaseTransaction, EntityTrait, Set, TransactionTrait};
use serde::Serialize;
use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;

use crate::aim::{aim, authorise, begin_entry, fill, resolve, state_of};
use crate::entities::log::{event, private};
use crate::entries::{integer, text};
use crate::error::code;
use crate::fields::{Fields, acts_for, unsealed};
use crate::group::Group;
use crate::log::{Event, SCHEMA, Step};
use crate::persons::second_person;
use crate::remarks::{self, Remark};
use crate::request::{Private, Signed, commit};
use crate::store::Store;
use crate::transitions::Holds;
use crate::words::{Kind, Role, State};
use crate::work::Work;
use crate::{Error, calendar, dates, effects, guards};

/// Requests of several callers that are written to disk together, at most.
const TOGETHER: usize = 256;

/// A request that waits for its turn, and where its answer goes.
pub(crate) type Waiting = (Signed, oneshot::Sender<Result<Receipt, Error>>);

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
    /// What whoever acts should know; said once, and afterwards by [`Store::show`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
}

impl Store {
    /// Carries a request out; once it returns, the change is on disk and in a signed checkpoint.
    ///
    /// Requests that callers make at the same time are written to disk together.
    ///
    /// - Errors: [`Error::Refused`], and nothing is changed.
    pub async fn execute(&self, request: &Signed) -> Result<Receipt, Error> {
        let (answer, mut mine) = oneshot::channel();
        self.line().push_back((request.clone(), answer));
        let _turn = self.turn.lock().await;
        loop {
            match mine.try_recv() {
                Ok(done) => return done,
                Err(TryRecvError::Empty) => {}
                // Whoever took it along failed or was stopped: it is asked for by itself.
                Err(TryRecvError::Closed) => {
                    let mut alone = self.carry_all(std::slice::from_ref(request)).await?;
                    let none = || Err(Error::Damaged("no receipt".to_owned()));
                    return alone.pop().unwrap_or_else(none);
                }
            }
            let (requests, answers): (Vec<Signed>, Vec<_>) = {
                let mut line = self.line();
                let together = line.len().min(TOGETHER);
                line.drain(..together).unzip()
            };
            for (answer, done) in answers.into_iter().zip(self.carry_all(&requests).await?) {
                // Nobody waits for it any more: it is done all the same.
                let _gone = answer.send(done);
            }
        }
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
        self.carry_all(requests).await
    }

    /// What [`Store::execute_all`] does, for whoever has the turn.
    async fn carry_all(&self, requests: &[Signed]) -> Result<Vec<Result<Receipt, Error>>, Error> {
        let on = self.begin().await?;
        let (receipts, group) = carry_each(&on, requests).await?;
        if group.append.has_grown() {
            group.seal(&on, self).await?;
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
        let (receipts, group) = carry_each(&on, requests).await?;
        let whole = keep && receipts.iter().all(Result::is_ok);
        if whole && group.append.has_grown() {
            group.seal(&on, self).await?;
            on.commit().await?;
        } else {
            on.rollback().await?;
        }
        Ok(receipts)
    }

    /// Requests that wait for their turn.
    fn line(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Carries requests out one after the other within a transaction; the log is not sealed.
async fn carry_each(
    on: &DatabaseTransaction,
    requests: &[Signed],
) -> Result<(Vec<Result<Receipt, Error>>, Group), Error> {
    let mut group = Group::load(on, requests).await?;
    let mut receipts = Vec::with_capacity(requests.len());
    for request in requests {
        let part = on.begin().await?;
        let receipt = carry(&part, request, &mut group).await;
        match &receipt {
            Ok(_) => part.commit().await?,
            Err(Error::Refused { .. } | Error::Key(_)) => part.rollback().await?,
            Err(_) => return Err(receipt.expect_err("matched a moment ago")),
        }
        receipts.push(receipt);
    }
    Ok((receipts, group))
}

async fn carry(
    on: &DatabaseTransaction,
    signed: &Signed,
    group: &mut Group,
) -> Result<Receipt, Error> {
    let request = &signed.request;
    let actor = group.authenticate(on, signed).await?;
    if let Some(before) = group.done_before(request)? {
        return Ok(before);
    }
    let at = group.append.moment(&group.settings, request)?;
    let (row, mut entry) = aim(on, request).await?;
    authorise(row, &actor, &entry)?;
    let mut fields = Fields::read(row, &request.fields)?;
    resolve(on, row, &mut fields).await?;
    fill(row, &mut entry, &fields);
    let from = state_of(&entry, row);

    let when = (group.append.size, calendar::day_of(at));
    let mut work = Work::new(on, when, actor, (request, row, fields), entry);
    if row.makes_entry() {
        begin_entry(&mut work).await?;
    }
    dates::check(&work).await?;
    for guard in row.guards {
        guards::check(*guard, &work).await?;
    }
    let step = second_person(&mut work).await?;
    if step == Step::Proposed {
        rehearse(&work).await?;
    } else {
        keep_privates(&work, signed).await?;
        perform(&mut work).await?;
    }
    // What others asked for is not for applicants to know.
    let remarks = if Role::named(&work.actor.role).is_some_and(acts_for) {
        Vec::new()
    } else {
        remarks::after(on, row, &work.entry).await?
    };
    let receipt = group.push(write_event(work, signed, (at, from, step)));
    Ok(Receipt { remarks, ..receipt })
}

/// What a command does beside being written down.
async fn perform(work: &mut Work<'_>) -> Result<(), Error> {
    for effect in work.row.effects {
        effects::apply(*effect, work).await?;
    }
    change_state(work).await
}

/// Does all that a proposal would do, and takes it back: what could not be done is not proposed. Of
/// a command that says nothing the guards have said all.
async fn rehearse(work: &Work<'_>) -> Result<(), Error> {
    if work.row.fields.is_empty() {
        return Ok(());
    }
    let trial = work.on.begin().await?;
    let done = perform(&mut work.within(&trial)).await;
    trial.rollback().await?;
    done
}

/// Keeps the personal data that a request commits to, outside of the log. Every commitment comes
/// with what opens it, and nothing else comes along.
async fn keep_privates(work: &Work<'_>, signed: &Signed) -> Result<(), Error> {
    let mut open: BTreeSet<&str> =
        signed.privates.iter().map(|datum| datum.commitment.as_str()).collect();
    for field in work.row.fields.iter().filter(|field| field.holds.is_committed()) {
        let commitment = work.fields.text(field.name);
        if !commitment.is_empty() && !open.remove(commitment) {
            let zh = "只有承诺，没有内容";
            return Err(Error::field(field.name, zh, "is a commitment without its content"));
        }
        let mut datum = signed.privates.iter().filter(|datum| datum.commitment == commitment);
        if matches!(field.holds, Holds::Sealed) && !datum.all(|it| unsealed(&it.body).is_some()) {
            let zh = "分数在 0 与 100 之间";
            return Err(Error::field(field.name, zh, "takes a score from 0 to 100"));
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

pub(crate) fn receipt(event: &Event, repeated: bool) -> Receipt {
    let own = event.rows.iter().rev().find(|image| image.row["id"] == *event.entry);
    let version = match own {
        Some(image) => image.row["version"].as_i64(),
        // A proposal leaves the entry as it was, and says of which version it is.
        None => event.rows.iter().find_map(|image| image.row["entry_version"].as_i64()),
    };
    let version = version.unwrap_or_default();
    Receipt {
        seq: event.seq,
        number: event.number.clone(),
        state: event.to.clone(),
        version,
        step: event.step,
        repeated,
        remarks: Vec::new(),
    }
}

/// The event of a row of the log.
pub(crate) fn read(row: &event::Model) -> Result<Event, Error> {
    serde_json::from_str(&row.body)
        .map_err(|error| Error::Damaged(format!("event {}: {error}", row.seq)))
}
