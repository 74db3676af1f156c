//! The log and what hangs on it. None of these is a projection.

use sea_orm::entity::prelude::*;

/// One event: a leaf of the tree, and the record that its idempotency key was used.
pub mod event {
    use super::*;

    /// One event.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "events")]
    pub struct Model {
        /// Place in the log, from 0.
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        /// Idempotency key of the request; used once.
        pub key: String,
        /// Entry that changed.
        pub entry_id: String,
        /// The leaf: canonical JSON (RFC 8785) of a [`crate::log::Event`].
        pub body: String,
    }

    /// None declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A tile of 256 hashes, c2sp.org/tlog-tiles.
pub mod tile {
    use super::*;

    /// One tile.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tiles")]
    pub struct Model {
        /// Path of the full tile, such as `tile/0/000`.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// Its hashes, 32 bytes each, at most 256.
        pub hashes: Vec<u8>,
    }

    /// None declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A signed checkpoint, c2sp.org/tlog-checkpoint: the newest, and one for each full tile.
pub mod checkpoint {
    use super::*;

    /// One checkpoint.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "checkpoints")]
    pub struct Model {
        /// Events it covers.
        #[sea_orm(primary_key, auto_increment = false)]
        pub size: i64,
        /// The signed note.
        pub note: String,
    }

    /// None declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Personal data behind a salted commitment: it may be erased, the log stands.
pub mod private {
    use super::*;

    /// One datum.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "privates")]
    pub struct Model {
        /// The commitment: SHA-256 of salt and body, hex.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// Entry it belongs to.
        pub entry_id: String,
        /// Salt, hex.
        pub salt: String,
        /// The datum.
        pub body: String,
    }

    /// None declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
