//! Gives the registry back from its log alone and holds it against what the tables say.
//!
//! A second look at everything that [`crate::execute`] did, in an order of its own: leaves and their
//! signatures, the rules of every transition, the tree and its checkpoints, every row, every
//! account. Findings name what differs.

mod audit;
mod leaf;
mod pages;
mod tables;

use std::collections::BTreeMap;
use std::mem::take;

use schemars::JsonSchema;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Serialize;
use shujian_core::{Finding, Findings, Place};

use crate::Error;
use crate::entities::log::{checkpoint, event, tile};
use crate::log::{Tiles, Verifier};
use crate::store::Store;
use audit::Audit;
use pages::{PAGE, pages};

/// What verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Report {
    /// Name and version of this form.
    pub schema: String,
    /// The log's name.
    pub origin: String,
    /// Events in the log.
    pub events: u64,
    /// Root of the tree over them, hex.
    pub root: String,
    /// Rows held against the log.
    pub rows: u64,
    /// Signed checkpoints held against the log.
    pub checkpoints: u64,
    /// What differs; nothing if the registry is whole.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether nothing differs.
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }
}

/// What a verifier brings along from outside the database.
#[derive(Debug, Clone, Copy, Default)]
pub struct Trust<'a> {
    /// The log's public key; without it the one that the registry names is believed.
    pub log: Option<&'a str>,
    /// A checkpoint kept from an earlier day: the log must still begin with it.
    pub earlier: Option<&'a str>,
}

impl Store {
    /// Verifies everything.
    ///
    /// - Errors: [`Error::Store`] where the database cannot be read at all; what it says wrongly is a
    ///   finding.
    pub async fn verify(&self, trust: Trust<'_>) -> Result<Report, Error> {
        let log = match trust.log {
            Some(text) => Verifier::parse(text)?,
            None => self.log_vkey().await?,
        };
        let on = self.snapshot().await?;
        let mut audit = walk(&on).await?;
        let events = audit.events;
        let (tiles, mut found) = (take(&mut audit.tiles), take(&mut audit.found));
        hold_tiles(&on, &tiles, &mut found).await?;
        let checkpoints = hold_checkpoints(&on, (&tiles, events), &log, &mut found).await?;
        if let Some(note) = trust.earlier {
            hold_earlier(note, (&tiles, events), &log, &mut found);
        }
        let rows = tables::hold(&on, audit, &mut found).await?;
        on.commit().await?;
        let root = tiles.root(events).map(|root| crate::hex(&root.0)).unwrap_or_default();
        Ok(Report {
            schema: "shujian.registry-report.v1".to_owned(),
            origin: log.name().to_owned(),
            events,
            root,
            rows,
            checkpoints,
            findings: found.into_card(),
        })
    }
}

/// Reads the log from its first event.
async fn walk(on: &DatabaseTransaction) -> Result<Audit, Error> {
    let read = async |before: Option<&event::Model>| {
        event::Entity::find()
            .filter(event::Column::Seq.gt(before.map_or(-1, |before| before.seq)))
            .order_by_asc(event::Column::Seq)
            .limit(PAGE)
            .all(on)
            .await
    };
    pages(read, Audit::default(), Audit::page).await
}

/// Every tile is the one that the leaves give, and there is no other.
async fn hold_tiles(
    on: &DatabaseTransaction,
    tiles: &Tiles,
    found: &mut Findings,
) -> Result<(), Error> {
    let rows = tile::Entity::find().all(on).await?;
    let mut kept: BTreeMap<String, Vec<u8>> =
        rows.into_iter().map(|tile| (tile.id, tile.hashes)).collect();
    for (id, hashes) in tiles.all() {
        if kept.remove(&id).as_deref() != Some(hashes) {
            found.add("SJ-registry-022", Place::file("tiles").noting(id));
        }
    }
    for id in kept.into_keys() {
        found.add("SJ-registry-022", Place::file("tiles").noting(id));
    }
    Ok(())
}

/// Every checkpoint is signed by the log and gives the root of its size; the newest covers all.
async fn hold_checkpoints(
    on: &DatabaseTransaction,
    (tiles, events): (&Tiles, u64),
    log: &Verifier,
    found: &mut Findings,
) -> Result<u64, Error> {
    let rows = checkpoint::Entity::find().order_by_asc(checkpoint::Column::Size).all(on).await?;
    for row in &rows {
        let size = row.size.cast_unsigned();
        let opened = log.open(&row.note).filter(|opened| opened.size() == size);
        let holds = opened.is_some_and(|opened| {
            size <= events && tiles.root(size).is_ok_and(|root| root == *opened.hash())
        });
        if !holds {
            found.add("SJ-registry-023", Place::file("checkpoints").noting(size.to_string()));
        }
    }
    if rows.last().is_none_or(|row| row.size.cast_unsigned() != events) {
        let note = format!("{events} events are not covered by the newest");
        found.add("SJ-registry-023", Place::file("checkpoints").noting(note));
    }
    Ok(rows.len() as u64)
}

/// The log still begins with what a checkpoint of an earlier day covered.
fn hold_earlier(note: &str, (tiles, events): (&Tiles, u64), log: &Verifier, found: &mut Findings) {
    let place = |what: &str| Place::file("checkpoint").noting(what);
    match log.open(note) {
        None => found.add("SJ-registry-023", place("the earlier one is not signed by this log")),
        Some(earlier) => {
            let grown = earlier.size() <= events
                && tiles.root(earlier.size()).is_ok_and(|root| root == *earlier.hash());
            if !grown {
                let what = format!("{} events of the earlier one", earlier.size());
                found.add("SJ-registry-029", place(&what));
            }
        }
    }
}
