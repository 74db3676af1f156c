//! The tables against the log, and the sums that have to hold among them.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value as Json;
use shujian_core::{Findings, Place};

use super::PAGE;
use super::audit::{Audit, hash};
use crate::Error;
use crate::entities::log::{event, private};
use crate::entities::money::{award, envelope};
use crate::entities::projects::voucher_account;
use crate::entities::{TABLES, Table, dump};
use crate::execute::read;
use crate::request::commit;

/// Columns that hold commitments to personal data.
const COMMITMENTS: &[(Table, &str)] = &[
    (Table::Organisations, "contact"),
    (Table::Reviews, "opinion"),
    (Table::Objections, "objector"),
];

/// Holds every row against the log; how many there are.
pub(super) async fn hold(
    on: &DatabaseTransaction,
    audit: &Audit,
    found: &mut Findings,
) -> Result<u64, Error> {
    let mut seen: BTreeSet<(Table, String)> = BTreeSet::new();
    let mut sums = Sums::default();
    for table in TABLES {
        let mut after = String::new();
        loop {
            let page = dump(on, *table, &after, PAGE).await?;
            let Some((newest, _)) = page.last() else { break };
            after.clone_from(newest);
            for (id, row) in page {
                sums.take(*table, &row);
                row_holds(on, audit, (*table, &id), &row, found).await?;
                seen.insert((*table, id));
            }
        }
    }
    for ((table, id), (_, seq)) in &audit.rows {
        if !seen.contains(&(*table, id.clone())) {
            let note = format!("{id}: missing; written by event {seq}");
            found.add("SJ-registry-021", Place::file(table.name()).noting(note));
        }
    }
    sums.check(audit, found);
    privates(on, &sums.commitments, found).await?;
    Ok(seen.len() as u64)
}

async fn row_holds(
    on: &DatabaseTransaction,
    audit: &Audit,
    (table, id): (Table, &str),
    row: &Json,
    found: &mut Findings,
) -> Result<(), Error> {
    let place = Place::file(table.name());
    match audit.rows.get(&(table, id.to_owned())) {
        None => found.add("SJ-registry-021", place.noting(format!("{id}: no event wrote it"))),
        Some((expected, _)) if *expected == hash(row) => {}
        Some((_, seq)) => {
            let written = event::Entity::find_by_id(seq.cast_signed()).one(on).await?;
            let image = written.and_then(|written| read(&written).ok()).and_then(|event| {
                let own = |image: &&crate::log::Image| {
                    image.table == table.name() && image.row["id"] == *id
                };
                event.rows.iter().find(own).map(|image| image.row.clone())
            });
            for (column, value) in row.as_object().into_iter().flatten() {
                let logged = image.as_ref().map_or(&Json::Null, |image| &image[column]);
                if logged != value {
                    let note = format!("{id}: is {value}, and event {seq} wrote {logged}");
                    found.add("SJ-registry-021", place.clone().in_column(column).noting(note));
                }
            }
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
    commitments: &BTreeMap<String, String>,
    found: &mut Findings,
) -> Result<(), Error> {
    let mut kept = BTreeSet::new();
    let mut after = String::new();
    loop {
        let page = private::Entity::find()
            .filter(private::Column::Id.gt(after.as_str()))
            .order_by_asc(private::Column::Id)
            .limit(PAGE)
            .all(on)
            .await?;
        let Some(newest) = page.last() else { break };
        after.clone_from(&newest.id);
        for row in page {
            if commit(&row.salt, &row.body) != row.id {
                let note = format!("{}: does not open", row.entry_id);
                found.add("SJ-registry-028", Place::file("privates").noting(note));
            }
            kept.insert(row.id);
        }
    }
    for (commitment, id) in commitments {
        if !kept.contains(commitment) {
            let note = format!("{id}: missing, and no event says that it was forgotten");
            found.add("SJ-registry-028", Place::file("privates").noting(note));
        }
    }
    Ok(())
}
