//! The tables against the log, and the sums that have to hold among them.

use std::collections::BTreeMap;

use rayon::prelude::*;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value as Json;
use shujian_core::{Findings, Place};

use super::audit::{Audit, Logged};
use super::leaf::hash;
use super::pages::{PAGE, pages};
use crate::Error;
use crate::entities::log::{event, private};
use crate::entities::money::{award, envelope};
use crate::entities::projects::voucher_account;
use crate::entities::{TABLES, Table, dump};
use crate::execute::read;
use crate::log::Image;
use crate::request::commit;

/// Columns that hold commitments to personal data.
const COMMITMENTS: &[(Table, &str)] = &[
    (Table::Organisations, "contact"),
    (Table::Reviews, "opinion"),
    (Table::Reviews, "sealed"),
    (Table::Objections, "objector"),
];

/// Rows that differ of which every column is looked at; of others only the id is told.
const EXPLAINED: usize = 1000;

/// One table being held against the log.
struct Held {
    table: Table,
    /// What the log wrote, less what was met.
    logged: Logged,
    sums: Sums,
    rows: u64,
    /// Rows that differ, with the event that wrote them last.
    differing: Vec<(String, Json, Option<u64>)>,
    found: Findings,
}

/// Holds every row against the log; how many there are.
pub(super) async fn hold(
    on: &DatabaseTransaction,
    mut audit: Audit,
    found: &mut Findings,
) -> Result<u64, Error> {
    let (mut sums, mut rows) = (Sums::default(), 0);
    for table in TABLES {
        let read = async |before: Option<&(String, Json)>| {
            let after = before.map_or("", |(id, _)| id.as_str());
            dump(on, *table, after, PAGE).await
        };
        let held = Held {
            table: *table,
            logged: audit.rows.remove(table).unwrap_or_default(),
            sums,
            rows,
            differing: Vec::new(),
            found: std::mem::take(found),
        };
        let held = pages(read, held, Held::page).await?;
        (sums, rows, *found) = (held.sums, held.rows, held.found);
        for (id, row, seq) in &held.differing {
            explain(on, (*table, id), (row, *seq), found).await?;
        }
        for (id, (_, seq)) in &held.logged {
            let note = format!("{id}: missing; written by event {seq}");
            found.add("SJ-registry-021", Place::file(table.name()).noting(note));
        }
    }
    sums.check(&audit, found);
    for id in &sums.misopened {
        let note = format!("{id}: shows another score than was sealed");
        found.add("SJ-registry-028", Place::file("reviews").noting(note));
    }
    privates(on, sums.commitments, found).await?;
    Ok(rows)
}

impl Held {
    fn page(mut self, page: &[(String, Json)]) -> Self {
        let hashes: Vec<[u8; 32]> = page.par_iter().map(|(_, row)| hash(row)).collect();
        for ((id, row), hash) in page.iter().zip(hashes) {
            self.rows += 1;
            self.sums.take(self.table, row);
            let seq = match self.logged.remove(id) {
                Some((expected, _)) if expected == hash => continue,
                Some((_, seq)) => Some(seq),
                None => None,
            };
            if self.differing.len() < EXPLAINED {
                self.differing.push((id.clone(), row.clone(), seq));
            } else {
                let place = Place::file(self.table.name()).noting(format!("{id}: differs"));
                self.found.add("SJ-registry-021", place);
            }
        }
        self
    }
}

/// Names the columns in which a row differs from what its event wrote.
async fn explain(
    on: &DatabaseTransaction,
    (table, id): (Table, &str),
    (row, seq): (&Json, Option<u64>),
    found: &mut Findings,
) -> Result<(), Error> {
    let place = Place::file(table.name());
    let Some(seq) = seq else {
        found.add("SJ-registry-021", place.noting(format!("{id}: no event wrote it")));
        return Ok(());
    };
    let written = event::Entity::find_by_id(seq.cast_signed()).one(on).await?;
    let image = written.and_then(|written| read(&written).ok()).and_then(|event| {
        let own = |image: &&Image| image.table == table.name() && image.row["id"] == *id;
        event.rows.iter().find(own).map(|image| image.row.clone())
    });
    for (column, value) in row.as_object().into_iter().flatten() {
        let logged = image.as_ref().map_or(&Json::Null, |image| &image[column]);
        if logged != value {
            let note = format!("{id}: is {value}, and event {seq} wrote {logged}");
            found.add("SJ-registry-021", place.clone().in_column(column).noting(note));
        }
    }
    Ok(())
}

/// What is added up over the tables.
#[derive(Default)]
struct Sums {
    awards: Vec<award::Model>,
    envelopes: Vec<envelope::Model>,
    accounts: Vec<voucher_account::Model>,
    ledger: BTreeMap<String, i128>,
    commitments: BTreeMap<String, String>,
    /// Reviews that show another score than was sealed.
    misopened: Vec<String>,
}

/// A review that shows its score shows the one that its expert sealed.
fn is_opened_as_sealed(row: &Json) -> bool {
    let Some(score) = row["score_centi"].as_i64() else { return true };
    let (sealed, salt) = (row["sealed"].as_str(), row["salt"].as_str());
    sealed.zip(salt).is_some_and(|(sealed, salt)| commit(salt, &score.to_string()) == sealed)
}

impl Sums {
    fn take(&mut self, table: Table, row: &Json) {
        let parsed = row.clone();
        match table {
            Table::Awards => self.awards.extend(serde_json::from_value(parsed)),
            Table::Envelopes => self.envelopes.extend(serde_json::from_value(parsed)),
            Table::VoucherAccounts => self.accounts.extend(serde_json::from_value(parsed)),
            Table::LedgerEntries => {
                let account = row["account"].as_str().unwrap_or_default().to_owned();
                *self.ledger.entry(account).or_default() +=
                    i128::from(row["amount_fen"].as_i64().unwrap_or_default());
            }
            _ => {}
        }
        if table == Table::Reviews && !is_opened_as_sealed(row) {
            self.misopened.extend(row["id"].as_str().map(str::to_owned));
        }
        for (_, column) in COMMITMENTS.iter().filter(|(known, _)| *known == table) {
            if let (Some(commitment), Some(id)) = (row[column].as_str(), row["id"].as_str()) {
                self.commitments.insert(commitment.to_owned(), id.to_owned());
            }
        }
    }

    /// The accounts give the amounts of awards and envelopes, and no limit is passed.
    fn check(&self, audit: &Audit, found: &mut Findings) {
        let mut wrong = |what: String| {
            found.add("SJ-registry-027", Place::file("ledger_entries").noting(what));
        };
        if self.ledger != audit.accounts {
            wrong("accounts differ from those of the log".to_owned());
        }
        let balance = |account: String| self.ledger.get(&account).copied().unwrap_or_default();
        let mut committed: BTreeMap<&str, i128> = BTreeMap::new();
        for award in &self.awards {
            let [awarded, paid, recovered, cancelled, cap] = [
                award.awarded_fen,
                award.paid_fen,
                award.recovered_fen,
                award.cancelled_fen,
                award.cap_fen,
            ]
            .map(i128::from);
            *committed.entry(&award.envelope_id).or_default() += awarded - cancelled;
            let holds = balance(format!("awarded/{}", award.id)) == awarded - paid - cancelled
                && balance(format!("paid/{}", award.id)) == paid - recovered
                && (0..=awarded).contains(&(paid - recovered))
                && awarded <= cap
                && award.maker != award.checker;
            if !holds {
                wrong(format!("award {}", award.number));
            }
        }
        for envelope in &self.envelopes {
            let total = i128::from(envelope.total_fen);
            let taken = committed.get(envelope.id.as_str()).copied().unwrap_or_default();
            let holds = taken == i128::from(envelope.committed_fen)
                && taken <= total
                && balance(format!("budget/{}", envelope.id)) == total - taken;
            if !holds {
                wrong(format!("envelope {}", envelope.number));
            }
        }
        for account in &self.accounts {
            if account.granted_fen > account.cap_fen {
                wrong(format!("voucher account {}", account.id));
            }
        }
    }
}

/// Every commitment that a row holds can be opened, and opens to what is kept.
async fn privates(
    on: &DatabaseTransaction,
    commitments: BTreeMap<String, String>,
    found: &mut Findings,
) -> Result<(), Error> {
    let read = async |before: Option<&private::Model>| {
        private::Entity::find()
            .filter(private::Column::Id.gt(before.map_or("", |before| before.id.as_str())))
            .order_by_asc(private::Column::Id)
            .limit(PAGE)
            .all(on)
            .await
    };
    let (missing, opened) = pages(read, (commitments, Findings::default()), open).await?;
    found.merge(opened);
    for id in missing.values() {
        let note = format!("{id}: missing, and no event says that it was forgotten");
        found.add("SJ-registry-028", Place::file("privates").noting(note));
    }
    Ok(())
}

/// Opens a page of commitments; those that are kept are no longer missing.
fn open(
    (mut missing, mut found): (BTreeMap<String, String>, Findings),
    page: &[private::Model],
) -> (BTreeMap<String, String>, Findings) {
    for row in page {
        if commit(&row.salt, &row.body) != row.id {
            let note = format!("{}: does not open", row.entry_id);
            found.add("SJ-registry-028", Place::file("privates").noting(note));
        }
        missing.remove(&row.id);
    }
    (missing, found)
}
