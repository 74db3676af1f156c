//! The only place with SQL in it: tables and indices, one text for both databases.
//!
//! A migration, once released, is never changed; a new one is a new file and a row in
//! [`MIGRATIONS`].

use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, DbBackend, DbErr};

/// Migrations in order; a database names those it has had, `0001` and so on.
const MIGRATIONS: &[&str] = &[
    include_str!("0001_tables.sql"),
    include_str!("0002_places.sql"),
    include_str!("0003_order.sql"),
    include_str!("0004_identity.sql"),
];

/// Tables by which a registry is told from other databases.
const OURS: &[&str] = &["migrations", "settings", "events", "checkpoints"];

/// Where a public number stands among those of its kind: by series, year and number. What
/// [`crate::words::place`] says in Rust; indices of `0002_places.sql` hold it.
const PLACE: &str = "(substr(number, 1, 12) || cast(length(number) as text) || number)";

/// What there is at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// No table at all.
    Nothing,
    /// Tables of others, by name.
    Foreign(Vec<String>),
    /// A registry, with the migrations it has had.
    Registry(Vec<String>),
}

/// How a registry's form stands to that of this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// The same.
    Same,
    /// Older: migrations are due.
    Older,
    /// Newer, by the name of its last migration.
    Newer(String),
    /// Of migrations that no version of this program has written.
    Strange,
}

/// What is at a place; asks without writing.
pub(crate) async fn inspect(on: &impl ConnectionTrait) -> Result<Found, DbErr> {
    let catalogue = match on.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' \
             ORDER BY name"
        }
        _ => {
            "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema() \
             ORDER BY tablename"
        }
    };
    let tables = names(on, catalogue, "name").await?;
    if tables.is_empty() {
        return Ok(Found::Nothing);
    }
    if !OURS.iter().all(|ours| tables.iter().any(|table| table == ours)) {
        return Ok(Found::Foreign(tables));
    }
    Ok(Found::Registry(migrations(on).await?))
}

async fn migrations(on: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    names(on, "SELECT id FROM migrations ORDER BY id", "id").await
}

async fn names(on: &impl ConnectionTrait, text: &str, column: &str) -> Result<Vec<String>, DbErr> {
    let rows = on.query_all_raw(statement(on, text)).await?;
    rows.iter().map(|row| row.try_get("", column)).collect()
}

/// How the migrations of a database stand to ours.
pub(crate) fn form(had: &[String]) -> Form {
    let in_order = (1..).zip(had).all(|(place, id)| *id == format!("{place:04}"));
    match had.last() {
        Some(last) if in_order && had.len() > MIGRATIONS.len() => Form::Newer(last.clone()),
        Some(_) if in_order && had.len() == MIGRATIONS.len() => Form::Same,
        Some(_) if in_order => Form::Older,
        _ => Form::Strange,
    }
}

/// The newest form that this program knows.
pub(crate) fn newest() -> String {
    format!("{:04}", MIGRATIONS.len())
}

/// Lays a new registry's tables, inside the caller's transaction.
pub(crate) async fn lay(on: &impl ConnectionTrait) -> Result<(), DbErr> {
    on.execute_unprepared("CREATE TABLE migrations (id TEXT PRIMARY KEY NOT NULL)").await?;
    migrate(on).await
}

/// Brings an older registry to the newest form, inside the caller's transaction.
pub(crate) async fn migrate(on: &impl ConnectionTrait) -> Result<(), DbErr> {
    // SQLite's transaction has the lock already.
    if on.get_database_backend() == DbBackend::Postgres {
        on.execute_unprepared("LOCK TABLE migrations IN ACCESS EXCLUSIVE MODE").await?;
    }
    let had = migrations(on).await?.len();
    for (index, text) in MIGRATIONS.iter().enumerate().skip(had) {
        on.execute_unprepared(&spell(text, on.get_database_backend())).await?;
        let row = format!("INSERT INTO migrations (id) VALUES ('{:04}')", index + 1);
        on.execute_unprepared(&row).await?;
    }
    Ok(())
}

/// Has a SQLite file keep a journal beside it (WAL); the file remembers.
pub(crate) async fn keep_journal(on: &impl ConnectionTrait) -> Result<(), DbErr> {
    if on.get_database_backend() == DbBackend::Sqlite {
        on.execute_unprepared("PRAGMA journal_mode = WAL").await?;
    }
    Ok(())
}

/// The place of the column `number`, to sort and to page by.
pub(crate) fn place() -> Expr {
    Expr::cust(PLACE)
}

/// The text in a database's own words: SQLite's strict tables know other names of types.
fn spell(text: &str, backend: DbBackend) -> String {
    match backend {
        DbBackend::Sqlite => text
            .replace("BIGINT", "INTEGER")
            .replace("BYTEA", "BLOB")
            .replace(");\n", ") STRICT;\n")
            .lines()
            .map(|line| match line.strip_prefix("CREATE") {
                Some(_) if line.contains(" INDEX ") => line.replace(") STRICT;", ");"),
                _ => line.to_owned(),
            })
            .collect::<Vec<_>>()
            .join("\n"),
        _ => text.to_owned(),
    }
}

fn statement(on: &impl ConnectionTrait, text: &str) -> sea_orm::Statement {
    sea_orm::Statement::from_string(on.get_database_backend(), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tables_are_strict() {
        let text = "CREATE TABLE a (\n  n BIGINT\n);\nCREATE INDEX i ON a (n);\n";
        let strict = spell(text, DbBackend::Sqlite);
        assert_eq!(strict, "CREATE TABLE a (\n  n INTEGER\n) STRICT;\nCREATE INDEX i ON a (n);");
    }

    #[test]
    fn forms_are_told_apart() {
        let had = |ids: &[&str]| form(&ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>());
        assert_eq!(had(&["0001", "0002", "0003"]), Form::Older);
        assert_eq!(had(&["0001", "0002", "0003", "0004"]), Form::Same);
        assert_eq!(newest(), "0004");
        let newer = had(&["0001", "0002", "0003", "0004", "0005"]);
        assert_eq!(newer, Form::Newer("0005".to_owned()));
        for strange in [&[][..], &["0002"], &["0001", "init_users"]] {
            assert_eq!(had(strange), Form::Strange, "{strange:?}");
        }
    }

    /// Lists walk an index: none is sorted on the way.
    #[test]
    fn lists_are_in_order_of_an_index() {
        crate::block_on(async {
            let on = sea_orm::Database::connect("sqlite::memory:").await.unwrap();
            lay(&on).await.unwrap();
            for (table, index) in [
                ("applications", "applications_place"),
                ("applications WHERE state = 'draft'", "applications_state"),
                ("applications WHERE organisation_id = 'x'", "applications_organisation"),
                ("national_projects", "national_projects_place"),
                ("national_projects WHERE organisation_id = 'x'", "national_projects_organisation"),
                ("voucher_claims WHERE purchaser_id = 'x'", "voucher_claims_purchaser"),
                ("voucher_claims WHERE state = 'filed'", "voucher_claims_state"),
                ("organisations", "organisations_place"),
            ] {
                let text =
                    format!("EXPLAIN QUERY PLAN SELECT * FROM {table} ORDER BY {PLACE} LIMIT 9");
                let plan = names(&on, &text, "detail").await.unwrap().join("; ");
                assert!(plan.contains(index) && !plan.contains("TEMP"), "{table}: {plan}");
            }
        });
    }

    /// Raw SQL stays in this module.
    #[test]
    fn no_other_file_says_sql() {
        fn walk(folder: &std::path::Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    if path.file_name().is_some_and(|name| name != "sql") {
                        walk(&path, found);
                    }
                } else {
                    let text = std::fs::read_to_string(&path).unwrap();
                    let raw =
                        ["from_string", "execute_unprepared", "_raw(", "Expr::cust", "from_sql"];
                    if raw.iter().any(|word| text.contains(word)) {
                        found.push(path.display().to_string());
                    }
                }
            }
        }
        let mut found = Vec::new();
        walk(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
        assert_eq!(found, Vec::<String>::new());
    }
}
