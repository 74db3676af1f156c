//! The log, event by event: what it says, who says so, and whether the rules allow it.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use shujian_core::{Findings, Place};

use crate::entities::log::event;
use crate::entities::{TABLES, Table};
use crate::execute::read;
use crate::log::{Event, Image, Step, Verifier, canonical};
use crate::transitions::{Transition, find};
use crate::words::{Kind, Role, State};

/// Tables whose rows are written once.
const FINAL: &[Table] = &[Table::LedgerEntries, Table::Documents, Table::Conflicts];

/// What the log amounts to.
#[derive(Default)]
pub(super) struct Audit {
    /// Events read.
    pub(super) events: u64,
    /// Hash of every row as the log last wrote it, and by which event.
    pub(super) rows: BTreeMap<(Table, String), ([u8; 32], u64)>,
    /// Balance of every account, fen.
    pub(super) accounts: BTreeMap<String, i128>,
    keys: BTreeMap<String, (Role, Verifier)>,
    states: BTreeMap<String, State>,
    proposals: BTreeMap<String, (String, String)>,
    at: String,
}

/// What the log should not say, as `Err` of a check.
type Fault = (&'static str, String);

impl Audit {
    /// Takes one event in.
    pub(super) fn event(&mut self, row: &event::Model, found: &mut Findings) {
        let seq = self.events;
        self.events += 1;
        let place = |what: String| Place::file("events").at_row(seq).noting(what);
        let event = match read(row) {
            Ok(event) => event,
            Err(error) => {
                found.add("SJ-registry-020", place(error.to_string()));
                return;
            }
        };
        for check in [
            leaf(row, &event, seq),
            self.order(&event),
            self.signature(&event),
            self.transition(&event),
            self.money(&event),
        ] {
            if let Err((code, what)) = check {
                found.add(code, place(what));
            }
        }
        for image in &event.rows {
            self.image(image, &event, found);
        }
    }

    fn order(&mut self, event: &Event) -> Result<(), Fault> {
        let before = std::mem::replace(&mut self.at, event.at.clone());
        let in_order = before <= event.at;
        in_order.then_some(()).ok_or_else(|| ("SJ-registry-020", format!("dated before {before}")))
    }

    fn signature(&self, event: &Event) -> Result<(), Fault> {
        let fault = |what: &str| ("SJ-registry-024", format!("{what} {}", event.request.actor));
        let message = canonical(&event.request);
        let own;
        let key = match self.keys.get(&event.request.actor) {
            Some((_, key)) => key,
            // The first event brings the key that signs it; whoever trusts it knows the log's key.
            None if event.seq == 0 => {
                let text = event.request.fields.get("vkey").and_then(Json::as_str);
                own = Verifier::parse(text.unwrap_or_default()).map_err(|_| fault("no key of"))?;
                &own
            }
            None => return Err(fault("no account")),
        };
        let holds = key.holds(message.as_bytes(), &event.signature);
        holds.then_some(()).ok_or_else(|| fault("not signed by"))
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

    fn image(&mut self, image: &Image, event: &Event, found: &mut Findings) {
        let place = || Place::file(&image.table).at_row(event.seq);
        let table = TABLES.iter().find(|table| table.name() == image.table);
        let (Some(table), Some(id)) = (table, image.row["id"].as_str()) else {
            found.add("SJ-registry-020", place().noting("no table of ours"));
            return;
        };
        if *table == Table::Actors {
            self.account(&image.row);
        }
        let hash = hash(&image.row);
        let before = self.rows.insert((*table, id.to_owned()), (hash, event.seq));
        if before.is_some() && FINAL.contains(table) {
            found.add("SJ-registry-020", place().noting(format!("{id} is written twice")));
        }
    }

    fn account(&mut self, row: &Json) {
        let text = |column: &str| row[column].as_str().unwrap_or_default();
        let key = Verifier::parse(text("vkey")).ok().zip(Role::named(text("role")));
        match key {
            Some((key, role)) if text("state") == State::Active.name() => {
                self.keys.insert(text("id").to_owned(), (role, key));
            }
            _ => {
                self.keys.remove(text("id"));
            }
        }
    }
}

/// The leaf is in its place and in canonical form, and the columns beside it repeat it.
fn leaf(row: &event::Model, event: &Event, seq: u64) -> Result<(), Fault> {
    let holds = event.seq == seq
        && row.seq.cast_unsigned() == seq
        && row.key == event.request.key
        && row.entry_id == event.entry
        && event.leaf() == row.body;
    holds.then_some(()).ok_or_else(|| {
        (
            "SJ-registry-020",
            format!("event {} of {} is not as it was written", row.seq, event.number),
        )
    })
}

fn ledger(event: &Event) -> impl Iterator<Item = &Image> {
    event.rows.iter().filter(|image| image.table == Table::LedgerEntries.name())
}

/// Hash of a row, whatever the order of its columns.
pub(super) fn hash(row: &Json) -> [u8; 32] {
    Sha256::digest(canonical(row)).into()
}
