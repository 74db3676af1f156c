//! What commands do beside the change of state, one arm each.

mod award;
mod claim;
pub(crate) mod policy;
pub(crate) mod review;
mod stacking;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value as Json;

use crate::Error;
use crate::calendar;
use crate::entities::log::private;
use crate::entities::projects::{content, voucher_account};
use crate::entities::reviews::document;
use crate::entries::{integer, text};
use crate::transitions::Effect;
use crate::work::{Work, new_id, sum};

/// Does what an effect says.
///
/// - Errors: [`Error::Refused`] where an amount, a person or a day does not fit.
pub(crate) async fn apply(effect: Effect, work: &mut Work<'_>) -> Result<(), Error> {
    match effect {
        Effect::Document => document(work).await,
        Effect::CountCorrection => add(work, "supplements", 1),
        Effect::Assign => review::assign(work).await,
        Effect::Review => review::submit(work).await,
        Effect::Recuse => review::recuse(work).await,
        Effect::Conclude => review::conclude(work).await,
        Effect::Publish => review::publish(work).await,
        Effect::Object => review::object(work).await,
        Effect::Rule => review::rule(work).await,
        Effect::CountTransaction => count_transaction(work, 1).await,
        Effect::DiscountTransaction => count_transaction(work, -1).await,
        Effect::Award => award::award(work).await,
        Effect::Pay => award::pay(work).await,
        Effect::Cancel => award::cancel(work).await,
        Effect::OrderBack => award::order_back(work).await,
        Effect::Recover => award::recover(work).await,
        Effect::CitySupport => {
            let amount = work.fields.integer("amount");
            add(work, "city_support_fen", amount)
        }
        Effect::Allot | Effect::Raise => allot(work).await,
        Effect::Calendar => calendar_year(work).await,
        Effect::Forget => forget(work).await,
        Effect::Policy => policy::set(work).await,
        Effect::Contents => contents(work).await,
        Effect::Approval => {
            let key = crate::guards::approval_key(&work.entry);
            work.entry.insert("approval_key".to_owned(), key.into());
            Ok(())
        }
    }
}

fn add(work: &mut Work<'_>, column: &str, amount: i64) -> Result<(), Error> {
    let total = sum(integer(&work.entry, column).unwrap_or_default(), amount)?;
    work.entry.insert(column.to_owned(), total.into());
    Ok(())
}

/// Keeps the files that were scored, by which the same data is known under another name.
async fn contents(work: &mut Work<'_>) -> Result<(), Error> {
    let said = work.fields.value("files").and_then(crate::overlap::files).unwrap_or_default();
    for (blake3, bytes) in said {
        let application_id = work.id();
        let id = format!("{application_id}/{blake3}");
        work.put(&content::Model { id, application_id, blake3, bytes }).await?;
    }
    Ok(())
}

async fn document(work: &mut Work<'_>) -> Result<(), Error> {
    let document = document::Model {
        id: new_id(),
        subject_kind: work.row.kind.name().to_owned(),
        subject_id: work.id(),
        purpose: work.row.command.to_owned(),
        document_no: work.fields.text("document").to_owned(),
        dated_on: work.fields.text("dated").to_owned(),
    };
    work.put(&document).await
}

/// Adds the transaction to the purchaser's year, or takes it off.
async fn count_transaction(work: &mut Work<'_>, sign: i64) -> Result<(), Error> {
    let purchaser_id = text(&work.entry, "purchaser_id").to_owned();
    let year = integer(&work.entry, "year").unwrap_or_default();
    let id = format!("{purchaser_id}/{year}");
    let mut account = match work.find::<voucher_account::Model>(&id).await? {
        Some(account) => account,
        None => voucher_account::Model { id, purchaser_id, year, ..Default::default() },
    };
    let amount = integer(&work.entry, "transaction_fen").unwrap_or_default();
    account.transactions_fen = sum(account.transactions_fen, sign * amount)?;
    account.version += 1;
    work.put(&account).await
}

async fn allot(work: &mut Work<'_>) -> Result<(), Error> {
    let amount = work.fields.integer("amount");
    add(work, "total_fen", amount)?;
    let year = integer(&work.entry, "year").unwrap_or_default();
    let budget = format!("budget/{}", work.id());
    work.book(&format!("appropriation/{year}"), &budget, amount).await
}

async fn calendar_year(work: &mut Work<'_>) -> Result<(), Error> {
    let fields = &work.fields;
    let rows = calendar::year(
        fields.integer("year"),
        fields.text("off"),
        fields.text("work"),
        fields.text("source"),
    )?;
    for row in &rows {
        work.put(row).await?;
    }
    Ok(())
}

async fn forget(work: &mut Work<'_>) -> Result<(), Error> {
    private::Entity::delete_many()
        .filter(private::Column::EntryId.eq(work.id()))
        .exec(work.on)
        .await?;
    work.entry.insert("contact".to_owned(), Json::Null);
    Ok(())
}
