//! One command being carried out: what it reads, the rows it writes, the money it books.

use sea_orm::{DatabaseTransaction, EntityTrait};
use serde_json::Value as Json;
use shujian_core::Date;

use crate::Error;
use crate::entities::money::ledger_entry;
use crate::entities::people::{actor, counter};
use crate::entities::{Row, Table, find, save};
use crate::entries::Entry;
use crate::error::code;
use crate::fields::Fields;
use crate::log::{Image, MAX_EXACT};
use crate::request::Request;
use crate::transitions::Transition;

/// A command in the middle of its transaction.
#[derive(Clone)]
pub(crate) struct Work<'a> {
    /// Everything happens in here.
    pub(crate) on: &'a DatabaseTransaction,
    /// Place in the log of the event it becomes.
    pub(crate) seq: u64,
    /// Day it is done on.
    pub(crate) today: Date,
    /// Who does it.
    pub(crate) actor: actor::Model,
    /// What was asked.
    pub(crate) request: &'a Request,
    /// Row of the table it follows.
    pub(crate) row: &'a Transition,
    /// What was said with it.
    pub(crate) fields: Fields,
    /// The entry, as it will be.
    pub(crate) entry: Entry,
    /// First and second person, once there are both.
    pub(crate) maker: Option<String>,
    images: Vec<(Table, String, Json)>,
    lines: i64,
}

impl<'a> Work<'a> {
    /// A command about to begin.
    pub(crate) fn new(
        on: &'a DatabaseTransaction,
        (seq, today): (u64, Date),
        actor: actor::Model,
        (request, row, fields): (&'a Request, &'a Transition, Fields),
        entry: Entry,
    ) -> Self {
        let (images, lines, maker) = (Vec::new(), 0, None);
        Self { on, seq, today, actor, request, row, fields, entry, maker, images, lines }
    }

    /// The same within a part of its transaction that may be taken back.
    pub(crate) fn within<'b>(&self, on: &'b DatabaseTransaction) -> Work<'b>
    where
        'a: 'b,
    {
        Work { on, ..self.clone() }
    }

    /// The entry's id.
    pub(crate) fn id(&self) -> String {
        crate::entries::text(&self.entry, "id").to_owned()
    }

    /// The row of an id.
    pub(crate) async fn find<M: Row>(&self, id: &str) -> Result<Option<M>, Error> {
        let row = find(self.on, M::TABLE, id).await?;
        row.map(serde_json::from_value)
            .transpose()
            .map_err(|error| Error::Damaged(format!("{} {id}: {error}", M::TABLE.name())))
    }

    /// A row that has to be there.
    pub(crate) async fn get<M: Row>(&self, id: &str) -> Result<M, Error> {
        let missing = || Error::Damaged(format!("{} {id} is missing", M::TABLE.name()));
        self.find(id).await?.ok_or_else(missing)
    }

    /// Writes a row, and keeps it for the event.
    pub(crate) async fn put<M: Row>(&mut self, row: &M) -> Result<(), Error> {
        let json = serde_json::to_value(row).expect("a row holds strings and integers only");
        self.put_json(M::TABLE, row.id().to_owned(), json).await
    }

    /// Writes the entry itself.
    pub(crate) async fn put_entry(&mut self, table: Table) -> Result<(), Error> {
        let (id, row) = (self.id(), Json::Object(self.entry.clone()));
        self.put_json(table, id, row).await
    }

    async fn put_json(&mut self, table: Table, id: String, row: Json) -> Result<(), Error> {
        // Lines of the ledger are written down with the log: nothing reads them before.
        if table != Table::LedgerEntries {
            save(self.on, table, row.clone()).await.map_err(crate::store::broken_rule)?;
        }
        self.images.retain(|(known, key, _)| (known, key) != (&table, &id));
        self.images.push((table, id, row));
        Ok(())
    }

    /// Moves money from one account to another.
    ///
    /// - Errors: [`Error::Refused`] for an amount that is not above zero.
    pub(crate) async fn book(&mut self, from: &str, to: &str, fen: i64) -> Result<(), Error> {
        if !(1..=MAX_EXACT).contains(&fen) {
            return Err(Error::refuse(
                code::AMOUNT,
                "入账金额须大于零",
                "only amounts above zero are booked",
            ));
        }
        for (account, amount_fen) in [(from, -fen), (to, fen)] {
            self.lines += 1;
            let entry = ledger_entry::Model {
                id: format!("{:010}/{}", self.seq, self.lines),
                seq: self.seq.cast_signed(),
                account: account.to_owned(),
                amount_fen,
                booked_on: self.today.to_string(),
            };
            self.put(&entry).await?;
        }
        Ok(())
    }

    /// The next public number of a series in this year.
    pub(crate) async fn number(&mut self, series: &str) -> Result<String, Error> {
        let id = format!("{series}-{}", self.today.year());
        let mut counter = match counter::Entity::find_by_id(id.as_str()).one(self.on).await? {
            Some(counter) => counter,
            None => counter::Model { id: id.clone(), last: 0 },
        };
        counter.last += 1;
        self.put(&counter).await?;
        Ok(format!("{id}-{:04}", counter.last))
    }

    /// The rows written, for the event.
    pub(crate) fn into_images(self) -> Vec<Image> {
        let image =
            |(table, _, row): (Table, String, Json)| Image { table: table.name().to_owned(), row };
        self.images.into_iter().map(image).collect()
    }
}

/// A sum that has to fit.
pub(crate) fn sum(left: i64, right: i64) -> Result<i64, Error> {
    let sum = left.checked_add(right).filter(|sum| sum.abs() <= MAX_EXACT);
    sum.ok_or_else(|| {
        Error::refuse(code::AMOUNT, "金额之和过大", "the sum of amounts is too large")
    })
}

/// A new id.
pub(crate) fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
