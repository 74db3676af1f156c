//! The only place with SQL in it: tables and indices, one text for both databases.
//!
//! A migration, once released, is never changed; a new one is a new file and a row in
//! [`MIGRATIONS`].

use sea_orm::{ConnectionTrait, DbBackend, DbErr};

/// Migrations in order.
const MIGRATIONS: &[&str] = &[include_str!("0001_tables.sql")];

/// What a database without any of our tables says; 0 for an empty one.
pub(crate) async fn version(on: &impl ConnectionTrait) -> Result<usize, DbErr> {
    on.execute_unprepared("CREATE TABLE IF NOT EXISTS migrations (id TEXT PRIMARY KEY NOT NULL)")
        .await?;
    let rows = on.query_all_raw(statement(on, "SELECT id FROM migrations")).await?;
    Ok(rows.len())
}

/// Whether our tables are there; asks without writing.
pub(crate) async fn exists(on: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let catalogue = match on.get_database_backend() {
        DbBackend::Sqlite => "SELECT name FROM sqlite_master WHERE name = 'settings'",
        _ => {
            "SELECT tablename FROM pg_tables WHERE tablename = 'settings' \
              AND schemaname = current_schema()"
        }
    };
    Ok(on.query_one_raw(statement(on, catalogue)).await?.is_some())
}

/// Brings an older or empty database to the newest form, inside the caller's transaction.
pub(crate) async fn migrate(on: &impl ConnectionTrait) -> Result<(), DbErr> {
    let done = version(on).await?;
    for (index, text) in MIGRATIONS.iter().enumerate().skip(done) {
        on.execute_unprepared(&spell(text, on.get_database_backend())).await?;
        let row = format!("INSERT INTO migrations (id) VALUES ('{:04}')", index + 1);
        on.execute_unprepared(&row).await?;
    }
    Ok(())
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
