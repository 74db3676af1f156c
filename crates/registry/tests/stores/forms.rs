//! Registries of other versions, databases of others, and numbers beyond four digits.

use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use shujian_registry::query::Filter;
use shujian_registry::{Error, Kind, LogKey, Mode, Request, Signer, Store, block_on};

use super::places::{self, Place};
use super::world::{World, on_both};

/// The database itself, without a registry over it.
async fn raw(place: &Place) -> DatabaseConnection {
    let url = match place.store {
        "SQLite" => format!("sqlite://{}?mode=rwc", place.url),
        _ => place.url.clone(),
    };
    sea_orm::Database::connect(url).await.unwrap()
}

async fn run(place: &Place, statements: &[&str]) {
    let on = raw(place).await;
    for statement in statements {
        on.execute_unprepared(statement).await.unwrap();
    }
    on.close().await.unwrap();
}

/// Indices of the database that lists walk.
async fn places_of(place: &Place) -> usize {
    let on = raw(place).await;
    let catalogue = match place.store {
        "SQLite" => "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE '%_place'",
        _ => "SELECT indexname FROM pg_indexes WHERE indexname LIKE '%_place'",
    };
    let statement = sea_orm::Statement::from_string(on.get_database_backend(), catalogue);
    let count = on.query_all_raw(statement).await.unwrap().len();
    on.close().await.unwrap();
    count
}

/// Takes a registry back to the form that the first version wrote.
const BACK: &[&str] = &[
    "ALTER TABLE proposals DROP COLUMN entry_version",
    "ALTER TABLE national_projects DROP COLUMN nominated_on",
    "DROP INDEX voucher_claims_invoice",
    "DROP INDEX voucher_claims_purchaser",
    "DROP INDEX applications_name",
    "DROP INDEX national_projects_name",
    "DROP INDEX organisations_name",
    "DROP INDEX awards_subject",
    "DROP INDEX national_projects_organisation",
    "DROP INDEX national_projects_snapshot",
    "DROP INDEX reviews_expert",
    "CREATE UNIQUE INDEX voucher_claims_invoice ON voucher_claims (invoice_no) WHERE state <> 'rejected'",
    "DROP INDEX applications_place",
    "DROP INDEX applications_state",
    "DROP INDEX applications_organisation",
    "DROP INDEX national_projects_place",
    "DROP INDEX national_projects_state",
    "DROP INDEX voucher_claims_place",
    "DROP INDEX voucher_claims_state",
    "DROP INDEX organisations_place",
    "DROP INDEX rulings_place",
    "CREATE INDEX applications_state ON applications (state, number)",
    "CREATE INDEX applications_organisation ON applications (organisation_id, number)",
    "CREATE INDEX national_projects_state ON national_projects (state, number)",
    "CREATE INDEX voucher_claims_state ON voucher_claims (state, number)",
    "DROP TABLE contents",
    "DROP INDEX applications_name_key",
    "DROP INDEX national_projects_name_key",
    "DROP INDEX national_projects_approval_key",
    "DROP INDEX national_projects_document",
    "DROP INDEX rulings_topic",
    "ALTER TABLE applications DROP COLUMN bands",
    "ALTER TABLE applications DROP COLUMN adjustment_centi",
    "ALTER TABLE applications DROP COLUMN name_key",
    "ALTER TABLE national_projects DROP COLUMN name_key",
    "ALTER TABLE national_projects DROP COLUMN approval_key",
    "ALTER TABLE settings DROP COLUMN issued",
    "ALTER TABLE settings DROP COLUMN parameters",
    "DELETE FROM migrations WHERE id IN ('0002', '0003', '0004')",
];

#[test]
fn an_older_registry_is_renewed_when_it_is_opened() {
    for place in places::all() {
        block_on(async {
            let World { store, place, log, .. } = World::new(place).await;
            store.close().await.unwrap();
            run(&place, BACK).await;
            assert_eq!(places_of(&place).await, 0);

            // Two at once: one waits for the other, and finds it done.
            let mut both = tokio::task::JoinSet::new();
            for url in [place.url.clone(), place.url.clone()] {
                both.spawn(async move { Store::open(&url, None).await.unwrap() });
            }
            let stores = both.join_all().await;
            let [one, other] = &stores[..] else { panic!("two were opened") };
            assert_eq!(places_of(&place).await, 5, "{}", place.store);
            let trust = shujian_registry::Trust { log: Some(&log.1), earlier: None };
            assert!(one.verify(trust).await.unwrap().is_whole());
            let all = Filter { limit: 10, ..Filter::default() };
            assert_eq!(other.list(Kind::Organisation, &all).await.unwrap().len(), 3);
        });
    }
}

#[test]
fn a_registry_of_a_newer_version_is_refused_by_name() {
    for place in places::all() {
        block_on(async {
            let World { store, place, .. } = World::empty(place).await;
            store.close().await.unwrap();
            run(&place, &["INSERT INTO migrations (id) VALUES ('0005')"]).await;
            let error = Store::open(&place.url, None).await.err().unwrap();
            assert!(matches!(&error, Error::Newer { form, .. } if form == "0005"), "{error}");
            let said = error.text();
            assert!(said.zh.contains("0005") && said.en.contains("update `shujian`"), "{said:?}");

            run(&place, &["INSERT INTO migrations (id) VALUES ('create_users')"]).await;
            let strange = Store::open(&place.url, None).await.err().unwrap();
            assert!(matches!(strange, Error::Damaged(_)), "{strange}");
        });
    }
}

/// Opens a place and makes a registry there, both of which have to be refused.
async fn refused(place: &Place) -> [Error; 2] {
    let (log, log_vkey) = Signer::generate("registry.example/trial").unwrap();
    let (skey, vkey) = Signer::generate("admin/root").unwrap();
    let (key, admin) = (LogKey::parse(&log).unwrap(), Signer::parse(&skey).unwrap());
    let opened = Store::open(&place.url, None).await.err().unwrap();
    let made = Store::create(&place.url, key, &log_vkey, (&admin, &vkey), Mode::Trial).await;
    [opened, made.err().unwrap()]
}

#[test]
fn a_database_of_others_is_left_as_it_is() {
    for place in places::all() {
        block_on(async {
            // Names of ours among theirs make it no registry.
            let theirs = ["CREATE TABLE settings (a TEXT)", "CREATE TABLE visits (b TEXT)"];
            run(&place, &theirs).await;
            let bytes = || (place.store == "SQLite").then(|| std::fs::read(&place.url).unwrap());
            let before = bytes();
            for error in refused(&place).await {
                let said = error.text();
                assert!(matches!(error, Error::Foreign { .. }), "{said:?}");
                assert!(said.en.contains("tables settings, visits"), "{said:?}");
            }
            assert!(bytes() == before, "the file was changed");
            let on = raw(&place).await;
            on.execute_unprepared("INSERT INTO visits VALUES ('still theirs')").await.unwrap();
            on.execute_unprepared("SELECT * FROM events").await.unwrap_err();
        });
    }
}

#[test]
fn a_file_that_is_no_database_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "not a database, and long enough to be read as one".repeat(99)).unwrap();
    let before = std::fs::read(&path).unwrap();
    let mut places = places::all();
    places[0].url = path.display().to_string();
    for error in block_on(refused(&places[0])) {
        let said = error.text();
        assert!(matches!(&error, Error::Foreign { tables, .. } if tables.is_empty()), "{said:?}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing stands beside it");
}

#[test]
fn numbers_are_in_order_beyond_four_digits() {
    on_both(async |place| {
        let world = World::new(place).await;
        let propose = async |name: &str| {
            let request = Request::new(Kind::Ruling, None, "make")
                .with("topic", name)
                .with("text", "从高")
                .with("cite", "第6条")
                .with("made_on", "2026-03-02");
            world.ok("officer/li", request).await.number
        };
        let mut numbers = vec![propose("一").await, propose("二").await];
        run(&world.place, &["UPDATE counters SET last = 9998 WHERE id = 'HLJ-RU-2026'"]).await;
        for name in ["三", "四", "五"] {
            numbers.push(propose(name).await);
        }
        world.today("2027-01-04");
        numbers.push(propose("六").await);
        let ends: Vec<&str> = numbers.iter().map(|number| &number[7..]).collect();
        let wanted =
            ["2026-0001", "2026-0002", "2026-9999", "2026-10000", "2026-10001", "2027-0001"];
        assert_eq!(ends, wanted);

        let list = async |filter: Filter<'_>| {
            let rows = world.store.list(Kind::Ruling, &filter).await.unwrap();
            rows.iter().map(|row| row["number"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(list(Filter { limit: 99, ..Filter::default() }).await, numbers);
        // Page by page, each after the last number of the one before.
        let mut paged: Vec<String> = Vec::new();
        loop {
            let after = paged.last().cloned();
            let page =
                list(Filter { limit: 2, after: after.as_deref(), ..Filter::default() }).await;
            if page.is_empty() {
                break;
            }
            paged.extend(page);
        }
        assert_eq!(paged, numbers);
        world.whole().await;
    });
}
