//! The entries that commands act on: blank ones, and by number.

use std::str::FromStr;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::{Map, Value as Json};

use crate::entities::{find, money, people, projects, reviews};
use crate::words::{Kind, spelt};

/// An entry as a row, column by column.
pub(crate) type Entry = Map<String, Json>;

macro_rules! entries {
    ($($kind:ident $module:ident :: $name:ident by $column:ident;)*) => {
        /// A row of a kind with nothing in it yet.
        pub(crate) fn blank(kind: Kind) -> Entry {
            let row = match kind {
                $(Kind::$kind => serde_json::to_value($module::$name::Model::default()),)*
            };
            match row {
                Ok(Json::Object(row)) => row,
                _ => Entry::new(),
            }
        }

        /// Whether entries of a kind have a column; a row leaves out what it has no value for.
        pub(crate) fn has(kind: Kind, column: &str) -> bool {
            match kind {
                $(Kind::$kind => $module::$name::Column::from_str(column).is_ok(),)*
            }
        }

        /// The entry of a number, however it is spelt.
        pub(crate) async fn by_number(
            on: &impl ConnectionTrait, kind: Kind, number: &str,
        ) -> Result<Option<Entry>, DbErr> {
            let number = spelt(number);
            let row = match kind {
                $(Kind::$kind => $module::$name::Entity::find()
                    .filter($module::$name::Column::$column.eq(&*number))
                    .one(on)
                    .await?
                    .and_then(|row| serde_json::to_value(row).ok()),)*
            };
            Ok(match row {
                Some(Json::Object(row)) => Some(row),
                _ => None,
            })
        }
    };
}

entries! {
    Registry people::setting by Id;
    Actor people::actor by Id;
    Organisation people::organisation by Number;
    Tie people::tie by Number;
    Batch projects::batch by Number;
    Envelope money::envelope by Number;
    Application projects::application by Number;
    NationalProject projects::national_project by Number;
    VoucherClaim projects::voucher_claim by Number;
    AnnotationBase projects::annotation_base by Number;
    Ruling reviews::ruling by Number;
}

/// The entry of a number or an id.
pub(crate) async fn named(
    on: &impl ConnectionTrait,
    kind: Kind,
    name: &str,
) -> Result<Option<Entry>, DbErr> {
    if let Some(entry) = by_number(on, kind, name).await? {
        return Ok(Some(entry));
    }
    Ok(match find(on, kind.table(), name).await? {
        Some(Json::Object(entry)) => Some(entry),
        _ => None,
    })
}

/// A column that holds text; empty where there is none.
pub(crate) fn text<'a>(entry: &'a Entry, column: &str) -> &'a str {
    entry.get(column).and_then(Json::as_str).unwrap_or_default()
}

/// A column that holds an integer.
pub(crate) fn integer(entry: &Entry, column: &str) -> Option<i64> {
    entry.get(column).and_then(Json::as_i64)
}

/// The organisation an entry is about, whatever its column is called.
pub(crate) fn organisation(entry: &Entry) -> &str {
    match text(entry, "organisation_id") {
        "" => text(entry, "purchaser_id"),
        id => id,
    }
}
