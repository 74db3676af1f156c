//! Requests that are carried out in one transaction, and what they share.

use std::collections::BTreeMap;

use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};

use crate::Error;
use crate::append::{Append, seal};
use crate::entities::log::event;
use crate::entities::people::{actor, setting};
use crate::error::code;
use crate::execute::{Receipt, read, receipt};
use crate::log::{Event, Verifier, canonical};
use crate::request::{Request, Signed};
use crate::store::Store;
use crate::words::{Kind, State};

/// Keys asked for at once.
const TOGETHER: usize = 500;
/// Longest idempotency key, bytes.
const LONGEST_KEY: usize = 200;

/// What the requests of one transaction share.
pub(crate) struct Group {
    /// What the registry is.
    pub(crate) settings: setting::Model,
    /// The end of the log.
    pub(crate) append: Append,
    /// Events under the keys of these requests: from the log, or from earlier in the group.
    done: BTreeMap<String, Event>,
    /// Active accounts that asked for something, with their keys.
    accounts: BTreeMap<String, (actor::Model, Verifier)>,
}

impl Group {
    /// Takes the lock that all writers take, and looks up what was done before.
    pub(crate) async fn load(on: &DatabaseTransaction, requests: &[Signed]) -> Result<Self, Error> {
        let settings = setting::Entity::find_by_id("registry")
            .lock(LockType::Update)
            .one(on)
            .await?
            .ok_or_else(|| Error::Damaged("there are no settings".to_owned()))?;
        let append = Append::load(on).await?;
        let mut done = BTreeMap::new();
        let keys: Vec<&str> = requests
            .iter()
            .map(|signed| signed.request.key.as_str())
            .filter(|key| fits(key))
            .collect();
        for keys in keys.chunks(TOGETHER) {
            let used = event::Entity::find().filter(event::Column::Key.is_in(keys.to_vec()));
            for row in used.all(on).await? {
                let event = read(&row)?;
                done.insert(row.key, event);
            }
        }
        Ok(Self { settings, append, done, accounts: BTreeMap::new() })
    }

    /// Writes the log down: events, tiles and the signed checkpoint.
    pub(crate) async fn seal(self, on: &DatabaseTransaction, store: &Store) -> Result<(), Error> {
        seal(on, store, self.append).await
    }

    /// The account behind a request, by its signature.
    pub(crate) async fn authenticate(
        &mut self,
        on: &DatabaseTransaction,
        signed: &Signed,
    ) -> Result<actor::Model, Error> {
        let name = &signed.request.actor;
        let refuse = |zh: String, en: String| Err(Error::refuse(code::SIGNATURE, zh, en));
        if !self.accounts.contains_key(name) {
            let actor = actor::Entity::find_by_id(name.as_str()).one(on).await?;
            let Some(actor) = actor.filter(|actor| actor.state == State::Active.name()) else {
                let en = format!("there is no active account {name}");
                return refuse(format!("没有有效账号 {name}"), en);
            };
            let key = Verifier::parse(&actor.vkey)?;
            self.accounts.insert(name.clone(), (actor, key));
        }
        let (actor, key) = &self.accounts[name];
        if !key.holds(canonical(&signed.request).as_bytes(), &signed.signature) {
            let en = format!("the signature is not by the key of {name}");
            return refuse(format!("签名与账号 {name} 的公钥不符"), en);
        }
        Ok(actor.clone())
    }

    /// What the same request led to before, if its key was used.
    ///
    /// - Errors: [`Error::Refused`] where the key was used for something else, or is none.
    pub(crate) fn done_before(&self, request: &Request) -> Result<Option<Receipt>, Error> {
        let key = &request.key;
        if !fits(key) {
            return Err(Error::field("key", "幂等键须为 1 至 200 字节", "takes 1 to 200 bytes"));
        }
        let Some(event) = self.done.get(key) else { return Ok(None) };
        if event.request == *request {
            return Ok(Some(receipt(event, true)));
        }
        let zh = format!("幂等键 {key} 已用于另一请求（事件 {}）", event.seq);
        let en = format!("the key {key} was used for another request (event {})", event.seq);
        Err(Error::refuse(code::KEY_REUSED, zh, en))
    }

    /// Adds an event to the log.
    pub(crate) fn push(&mut self, event: Event) -> Receipt {
        if event.request.kind == Kind::Actor.name() {
            self.accounts.clear();
        }
        self.append.push(&event);
        let receipt = receipt(&event, false);
        self.done.insert(event.request.key.clone(), event);
        receipt
    }
}

fn fits(key: &str) -> bool {
    (1..=LONGEST_KEY).contains(&key.len())
}
