//! What writes the entity modules, and the few operations every projection has.

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, Iterable,
    ModelTrait, PrimaryKeyToColumn, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

/// One entity module: a documented row under a table name.
macro_rules! entity {
    ($(#[$doc:meta])* $module:ident in $table:tt {
        $(#[$id_doc:meta])* id: $id:ty,
        $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
    }) => {
        $(#[$doc])*
        pub mod $module {
            use sea_orm::entity::prelude::*;

            $(#[$doc])*
            #[derive(
                Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, serde::Serialize,
                serde::Deserialize,
            )]
            #[sea_orm(table_name = $table)]
            #[serde(deny_unknown_fields)]
            pub struct Model {
                $(#[$id_doc])*
                #[sea_orm(primary_key, auto_increment = false)]
                pub id: $id,
                $($(#[$field_doc])* pub $field: $type,)*
            }

            /// Relations are looked up by id; none is declared.
            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}
pub(crate) use entity;

/// A row of a projection.
pub(crate) trait Row: ModelTrait + Serialize + DeserializeOwned + Clone {
    /// Which table it stands in.
    const TABLE: Table;
    /// Its key.
    fn id(&self) -> &str;
}

/// The projections: one variant, one dispatch arm each.
macro_rules! projections {
    ($($(#[$doc:meta])* $variant:ident $name:literal $($path:ident)::+;)*) => {
        /// A projection.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Table {
            $($(#[$doc])* $variant,)*
        }

        /// Every projection, in the order in which they are verified.
        pub const TABLES: &[Table] = &[$(Table::$variant,)*];

        impl Table {
            /// Name in the database and in events.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }

        $(impl Row for super::$($path)::+::Model {
            const TABLE: Table = Table::$variant;
            fn id(&self) -> &str { &self.id }
        })*

        /// The row of an id, as it stands in events.
        pub(crate) async fn find(
            on: &impl ConnectionTrait, table: Table, id: &str,
        ) -> Result<Option<Json>, DbErr> {
            match table { $(Table::$variant => {
                one::<super::$($path)::+::Entity>(on, id).await
            })* }
        }

        /// Up to `limit` rows after an id, in order of id.
        pub(crate) async fn dump(
            on: &impl ConnectionTrait, table: Table, after: &str, limit: u64,
        ) -> Result<Vec<(String, Json)>, DbErr> {
            match table { $(Table::$variant => {
                page::<super::$($path)::+::Entity>(on, after, limit).await
            })* }
        }

        /// Writes a row given as JSON, whether it is new or not.
        pub(crate) async fn save(
            on: &impl ConnectionTrait, table: Table, row: Json,
        ) -> Result<(), DbErr> {
            match table { $(Table::$variant => {
                write::<super::$($path)::+::Entity>(on, row).await
            })* }
        }
    };
}

projections! {
    /// Who may act.
    Actors "actors" people::actor;
    /// Legal persons.
    Organisations "organisations" people::organisation;
    /// Facts that tie two parties.
    Ties "ties" people::tie;
    /// Yearly calls.
    Batches "batches" projects::batch;
    /// Provincial applications.
    Applications "applications" projects::application;
    /// Files of what was scored.
    Contents "contents" projects::content;
    /// National projects.
    NationalProjects "national_projects" projects::national_project;
    /// Yearly voucher accounts.
    VoucherAccounts "voucher_accounts" projects::voucher_account;
    /// Voucher claims.
    VoucherClaims "voucher_claims" projects::voucher_claim;
    /// Annotation bases.
    AnnotationBases "annotation_bases" projects::annotation_base;
    /// Expert reviews.
    Reviews "reviews" reviews::review;
    /// Conflicts of interest.
    Conflicts "conflicts" reviews::conflict;
    /// Public notices.
    Notices "notices" reviews::notice;
    /// Objections to notices.
    Objections "objections" reviews::objection;
    /// Papers an act rests on.
    Documents "documents" reviews::document;
    /// First halves of acts of two persons.
    Proposals "proposals" reviews::proposal;
    /// Rulings of the bureau.
    Rulings "rulings" reviews::ruling;
    /// Annual envelopes.
    Envelopes "envelopes" money::envelope;
    /// Awards.
    Awards "awards" money::award;
    /// Tranches of awards.
    Tranches "tranches" money::tranche;
    /// Double-entry ledger.
    LedgerEntries "ledger_entries" money::ledger_entry;
    /// Days that differ from the week.
    Holidays "holidays" people::holiday;
    /// Last public number of each series.
    Counters "counters" people::counter;
    /// What the registry is.
    Settings "settings" people::setting;
}

fn json(row: &impl Serialize) -> Json {
    serde_json::to_value(row).expect("a row holds strings and integers only")
}

/// The primary key's column, which is `id` in every projection.
fn key<E: EntityTrait>() -> E::Column {
    let key = <E::PrimaryKey as Iterable>::iter().next().expect("every table has a key");
    key.into_column()
}

async fn one<E>(on: &impl ConnectionTrait, id: &str) -> Result<Option<Json>, DbErr>
where
    E: EntityTrait,
    E::Model: Serialize,
{
    let found = E::find().filter(key::<E>().eq(id)).one(on).await?;
    Ok(found.as_ref().map(json))
}

async fn page<E>(
    on: &impl ConnectionTrait,
    after: &str,
    limit: u64,
) -> Result<Vec<(String, Json)>, DbErr>
where
    E: EntityTrait,
    E::Model: Row,
{
    let query = E::find().filter(key::<E>().gt(after)).order_by_asc(key::<E>()).limit(limit);
    let rows = query.all(on).await?;
    Ok(rows.iter().map(|row| (row.id().to_owned(), json(row))).collect())
}

async fn write<E>(on: &impl ConnectionTrait, row: Json) -> Result<(), DbErr>
where
    E: EntityTrait,
    E::Model: Row + IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    let row: E::Model =
        serde_json::from_value(row).map_err(|error| DbErr::Type(error.to_string()))?;
    let id = key::<E>();
    let others: Vec<E::Column> =
        E::Column::iter().filter(|column| column.as_column_ref() != id.as_column_ref()).collect();
    let taken = OnConflict::column(id).update_columns(others).to_owned();
    E::insert(row.into_active_model().reset_all())
        .on_conflict(taken)
        .exec_without_returning(on)
        .await?;
    Ok(())
}
