//! The log, event by event: what it says, who says so, and whether the rules allow it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::Value as Json;
use shujian_core::{Findings, Place};

use super::leaf::{Leaf, Said, Written};
use crate::entities::Table;
use crate::entities::log::event;
use crate::log::{Event, Image, Step, Tiles, Verifier};
use crate::transitions::{Transition, find};
use crate::words::{Kind, Role, State};

/// Tables whose rows are written once.
const FINAL: &[Table] = &[Table::LedgerEntries, Table::Documents, Table::Conflicts];

/// Rows of a table by id: hash as the log last wrote it, and by which event.
pub(super) type Logged = BTreeMap<String, ([u8; 32], u64)>;

/// What the log amounts to.
#[derive(Default)]
pub(super) struct Audit {
    /// Events read.
    pub(super) events: u64,
    /// The tree over them.
    pub(super) tiles: Tiles,
    /// Rows of every table.
    pub(super) rows: BTreeMap<Table, Logged>,
    /// Balance of every account, fen.
    pub(super) accounts: BTreeMap<String, i128>,
    /// What is wrong.
    pub(super) found: Findings,
    keys: BTreeMap<String, (Role, Arc<Verifier>)>,
    states: BTreeMap<String, State>,
    proposals: BTreeMap<String, (String, String)>,
    at: String,
}

/// What the log should not say, as `Err` of a check.
type Fault = (&'static str, String);

/// A signature that is still to be checked.
struct Signature {
    seq: u64,
    key: Arc<Verifier>,
    said: Said,
}

impl Audit {
    /// Takes a page of the log in: leaves by themselves, then one after the other, then what
    /// their actors signed with the keys they had.
    pub(super) fn page(mut self, rows: &[event::Model]) -> Self {
        let leaves: Vec<Leaf> = rows.par_iter().map(Leaf::read).collect();
        let mut signatures = Vec::with_capacity(leaves.len());
        for leaf in leaves {
            let seq = self.events;
            self.events += 1;
            self.tiles.append_hash(seq, leaf.hash);
            match leaf.event {
                Ok(said) => signatures.extend(self.event(said, seq)),
                Err(error) => self.fault(seq, ("SJ-registry-020", error)),
            }
        }
        let forged: Vec<Signature> =
            signatures.into_par_iter().filter(|signature| !signature.holds()).collect();
        for Signature { seq, said, .. } in forged {
            let what = format!("not signed by {}", said.event.request.actor);
            self.fault(seq, ("SJ-registry-024", what));
        }
        self
    }

    fn fault(&mut self, seq: u64, (code, what): Fault) {
        self.found.add(code, Place::file("events").at_row(seq).noting(what));
    }

    /// Takes one event in; its signature is left to be checked.
    fn event(&mut self, said: Said, seq: u64) -> Option<Signature> {
        let event = &said.event;
        let key = self.key(event);
        let checks = [
            in_place(&said, seq),
            self.order(event),
            key.as_ref().map(|_| ()).map_err(Clone::clone),
            self.transition(event),
            self.money(event),
        ];
        for fault in checks.into_iter().filter_map(Result::err) {
            self.fault(seq, fault);
        }
        for (image, written) in event.rows.iter().zip(&said.rows) {
            self.row(image, written.as_ref(), seq);
        }
        key.ok().map(|key| Signature { seq, key, said })
    }

    fn order(&mut self, event: &Event) -> Result<(), Fault> {
        let before = std::mem::replace(&mut self.at, event.at.clone());
        let in_order = before <= event.at;
        in_order.then_some(()).ok_or_else(|| ("SJ-registry-020", format!("dated before {before}")))
    }

    /// The key of the account that asked.
    fn key(&self, event: &Event) -> Result<Arc<Verifier>, Fault> {
        let fault = |what: &str| ("SJ-registry-024", format!("{what} {}", event.request.actor));
        match self.keys.get(&event.request.actor) {
            Some((_, key)) => Ok(Arc::clone(key)),
            // The first event brings the key that signs it; whoever trusts it knows the log's key.
            None if event.seq == 0 => {
                let text = event.request.fields.get("vkey").and_then(Json::as_str);
                let own = Verifier::parse(text.unwrap_or_default());
                own.map(Arc::new).map_err(|_| fault("no key of"))
            }
            None => Err(fault("no account")),
        }
    }

    /// The command was open in the state, to the role, and led where the table says.
    fn transition(&mut self, event: &Event) -> Result<(), Fault> {
        let command = &event.request.command;
        let fault =
            |what: &str| ("SJ-registry-025", format!("{command} of {}: {what}", event.number));
        let kind = Kind::named(&event.request.kind).ok_or_else(|| fault("no such kind"))?;
        let from = State::named(&event.from).ok_or_else(|| fault("no such state"))?;
        let row = find(kind, command, from).ok_or_else(|| fault("not open in this state"))?;
        let before = self.states.get(&event.entry).copied().unwrap_or(State::None);
        if before != from {
            return Err(fault("the state before was another"));
        }
        let role = match self.keys.get(&event.request.actor) {
            Some((role, _)) => Some(*role),
            None => (event.seq == 0).then_some(Role::Admin),
        };
        if !role.is_some_and(|role| row.roles.contains(&role)) {
            return Err(fault("not open to this role"));
        }
        let to = if event.step == Step::Done { row.to.unwrap_or(from) } else { from };
        if to.name() != event.to {
            return Err(fault("leads elsewhere"));
        }
        self.states.insert(event.entry.clone(), to);
        self.two_persons(row, event).map_err(fault)
    }

    fn two_persons(&mut self, row: &Transition, event: &Event) -> Result<(), &'static str> {
        let id = format!("{}/{}", event.entry, event.request.command);
        let said = (event.request.actor.clone(), event.request.body_hash());
        match (row.two_persons, event.step) {
            (false, Step::Done) => Ok(()),
            (false, Step::Proposed) => Err("proposed where one person suffices"),
            (true, Step::Proposed) => {
                self.proposals.insert(id, said);
                Ok(())
            }
            (true, Step::Done) => match self.proposals.remove(&id) {
                Some((maker, body)) if maker != said.0 && body == said.1 => Ok(()),
                _ => Err("not confirmed by a second person"),
            },
        }
    }

    /// What an event books sums to zero.
    fn money(&mut self, event: &Event) -> Result<(), Fault> {
        let mut sum = 0_i128;
        for Image { row, .. } in ledger(event) {
            let amount = row["amount_fen"].as_i64().unwrap_or_default();
            sum += i128::from(amount);
            let account = row["account"].as_str().unwrap_or_default();
            *self.accounts.entry(account.to_owned()).or_default() += i128::from(amount);
            if row["seq"].as_u64() != Some(event.seq) {
                return Err(("SJ-registry-026", "books for another event".to_owned()));
            }
        }
        let even = sum == 0;
        even.then_some(()).ok_or_else(|| ("SJ-registry-026", format!("books {sum} fen too much")))
    }

    fn row(&mut self, image: &Image, written: Option<&Written>, seq: u64) {
        let place = || Place::file(&image.table).at_row(seq);
        let Some(Written { table, id, hash }) = written else {
            self.found.add("SJ-registry-020", place().noting("no table of ours"));
            return;
        };
        if *table == Table::Actors {
            self.account(&image.row);
        }
        let rows = self.rows.entry(*table).or_default();
        let before = rows.insert(id.clone(), (*hash, seq));
        if before.is_some() && FINAL.contains(table) {
            self.found.add("SJ-registry-020", place().noting(format!("{id} is written twice")));
        }
    }

    fn account(&mut self, row: &Json) {
        let text = |column: &str| row[column].as_str().unwrap_or_default();
        let key = Verifier::parse(text("vkey")).ok().zip(Role::named(text("role")));
        match key {
            Some((key, role)) if text("state") == State::Active.name() => {
                self.keys.insert(text("id").to_owned(), (role, Arc::new(key)));
            }
            _ => {
                self.keys.remove(text("id"));
            }
        }
    }
}

impl Signature {
    fn holds(&self) -> bool {
        self.key.holds(self.said.message.as_bytes(), &self.said.event.signature)
    }
}

/// The leaf is in its place and in canonical form, and the columns beside it repeat it.
fn in_place(said: &Said, seq: u64) -> Result<(), Fault> {
    let event = &said.event;
    let holds = event.seq == seq && said.is_as_written;
    let what = || format!("event {seq} of {} is not as it was written", event.number);
    holds.then_some(()).ok_or_else(|| ("SJ-registry-020", what()))
}

fn ledger(event: &Event) -> impl Iterator<Item = &Image> {
    event.rows.iter().filter(|image| image.table == Table::LedgerEntries.name())
}
