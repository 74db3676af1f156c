//! The owner of the database changes something behind the registry's back; `verify` names it.

use sea_orm::{ConnectionTrait as _, Database};
use shujian_registry::Trust;
use shujian_registry::entities::TABLES;

use super::world::{World, code, entitlement, on, on_both};

/// What is done to the database, the codes that may tell, and a word of the place.
const DEEDS: &[(&str, &str, &str)] = &[
    ("UPDATE organisations SET name = 'another'", "SJ-registry-021", "organisations"),
    ("UPDATE awards SET awarded_fen = awarded_fen - 1", "SJ-registry-021", "awarded_fen"),
    ("UPDATE tranches SET maker = 'officer/x'", "SJ-registry-021", "tranches"),
    ("UPDATE envelopes SET total_fen = total_fen + 100", "SJ-registry-021", "total_fen"),
    ("DELETE FROM ledger_entries WHERE amount_fen < 0", "SJ-registry-021", "ledger_entries"),
    (
        "UPDATE ledger_entries SET account = 'paid/me' WHERE amount_fen > 0",
        "SJ-registry-021",
        "account",
    ),
    ("DELETE FROM holidays WHERE id = '2026-10-01'", "SJ-registry-021", "2026-10-01"),
    ("INSERT INTO counters (id, last) VALUES ('HLJ-XX-2026', 3)", "SJ-registry-021", "no event"),
    ("UPDATE settings SET mode = 'live'", "SJ-registry-021", "mode"),
    ("UPDATE actors SET role = 'finance' WHERE id = 'expert/a'", "SJ-registry-021", "role"),
    (
        "UPDATE events SET body = replace(body, '1200000000', '1200000001')",
        "SJ-registry-024",
        "signed",
    ),
    ("UPDATE events SET body = replace(body, '单位0', '单位9')", "SJ-registry-023", "checkpoints"),
    ("UPDATE events SET body = 'x' WHERE seq = 3", "SJ-registry-020", "event"),
    ("UPDATE events SET key = 'k' WHERE seq = 3", "SJ-registry-020", "event 3"),
    ("UPDATE events SET entry_id = 'e' WHERE seq = 3", "SJ-registry-020", "event 3"),
    (
        "DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)",
        "SJ-registry-023",
        "checkpoints",
    ),
    ("DELETE FROM events WHERE seq = 5", "SJ-registry-020", "event"),
    ("UPDATE events SET seq = -seq WHERE seq = 4", "SJ-registry-020", "event"),
    ("DELETE FROM tiles", "SJ-registry-022", "tile/0/000"),
    ("UPDATE tiles SET hashes = substr(hashes, 1, 64)", "SJ-registry-022", "tile/0/000"),
    ("DELETE FROM checkpoints", "SJ-registry-023", "not covered"),
    (
        "UPDATE checkpoints SET note = replace(note, 'registry.example', 'registry.exampl3')",
        "SJ-registry-023",
        "",
    ),
    ("UPDATE privates SET body = '李四'", "SJ-registry-028", "does not open"),
    ("DELETE FROM privates", "SJ-registry-028", "forgotten"),
];

async fn world(place: super::places::Place) -> World {
    let world = World::new(place).await;
    let contact =
        shujian_registry::Request::new(shujian_registry::Kind::Organisation, None, "register")
            .with("number", code(7))
            .with("name", "单位7");
    let signed = world.sign("officer/li", contact, &[("contact", "张三")]);
    world.store.execute(&signed).await.unwrap();
    let nominate =
        shujian_registry::Request::new(shujian_registry::Kind::NationalProject, None, "nominate")
            .with("organisation", code(0))
            .with("name", "数据集")
            .with("sector", "health")
            .with("nominated_on", "2026-01-15");
    let number = world.ok("officer/li", nominate).await.number;
    let approve = on(&number, "state-approve")
        .with("document_no", "1号")
        .with("approved_on", "2026-02-20")
        .with("authority", "国家数据局")
        .with("approved_investment", 12_000_000_000_i64);
    world.ok("officer/li", approve).await;
    let claim =
        entitlement("national-match", 12_000_000_000, 1_200_000_000, 1_000_000_000, 900_000_000);
    world
        .both(["officer/li", "officer/wang"], on(&number, "match").with("entitlement", claim))
        .await;
    world.both(["finance/zhao", "finance/qian"], on(&number, "pay")).await;
    world
}

#[test]
fn every_deed_is_told() {
    on_both(async |place| {
        let is_sqlite = place.store == "SQLite";
        let world = world(place).await;
        let url = &world.place.url;
        let url = if is_sqlite { format!("sqlite:{url}") } else { url.clone() };
        let db = Database::connect(url).await.unwrap();
        world.whole().await;
        for (deed, code, word) in DEEDS {
            // Each is done in the open and undone by restoring what was there.
            let table = table(deed);
            let save = format!("CREATE TABLE saved AS SELECT * FROM {table}");
            db.execute_unprepared(&save).await.unwrap();
            let deed = if is_sqlite {
                (*deed).to_owned()
            } else {
                deed.replace("substr(hashes, 1, 64)", "substring(hashes from 1 for 64)")
            };
            let done = db.execute_unprepared(&deed).await.unwrap();
            assert!(done.rows_affected() > 0, "{deed} changes nothing");
            let report = world.verify().await;
            let told = report.findings.iter().find(|finding| finding.code == *code);
            let told = told.unwrap_or_else(|| panic!("{deed}: {:#?}", report.findings));
            let said = serde_json::to_string(told).unwrap();
            assert!(said.contains(word), "{deed}: {said}");
            for back in [
                format!("DELETE FROM {table}"),
                format!("INSERT INTO {table} SELECT * FROM saved"),
                "DROP TABLE saved".to_owned(),
            ] {
                db.execute_unprepared(&back).await.unwrap();
            }
            world.whole().await;
        }
    });
}

/// Takes one row out of every table that has one, then calls it by another key: both are told. How
/// many tables were tried.
pub async fn every_table(world: &World) -> usize {
    let url = &world.place.url;
    let is_sqlite = world.place.store == "SQLite";
    let url = if is_sqlite { format!("sqlite:{url}") } else { url.clone() };
    let db = Database::connect(url).await.unwrap();
    let mut tried = 0;
    for table in TABLES.iter().map(|table| table.name()) {
        let one = format!("(SELECT min(id) FROM {table})");
        db.execute_unprepared(&format!("CREATE TABLE saved AS SELECT * FROM {table}"))
            .await
            .unwrap();
        for deed in [
            format!("UPDATE {table} SET id = id || '0' WHERE id = {one}"),
            format!("DELETE FROM {table} WHERE id = {one}"),
        ] {
            if db.execute_unprepared(&deed).await.unwrap().rows_affected() == 0 {
                continue;
            }
            tried += 1;
            let report = world.verify().await;
            let told = report.findings.iter().find(|finding| finding.code == "SJ-registry-021");
            let said = serde_json::to_string(&told).unwrap();
            assert!(said.contains(table), "{deed}: {said}");
            for back in
                [format!("DELETE FROM {table}"), format!("INSERT INTO {table} SELECT * FROM saved")]
            {
                db.execute_unprepared(&back).await.unwrap();
            }
        }
        db.execute_unprepared("DROP TABLE saved").await.unwrap();
    }
    tried / 2
}

/// The table a deed is done to.
fn table(deed: &str) -> &str {
    let words: Vec<&str> = deed.split_whitespace().collect();
    if words[0] == "UPDATE" { words[1] } else { words[2] }
}

/// Whoever holds the log's key could cut the log and sign anew: an earlier checkpoint tells.
#[test]
fn an_earlier_checkpoint_tells_a_rewritten_log() {
    on_both(async |place| {
        let world = World::new(place).await;
        let earlier = world.store.checkpoint().await.unwrap().unwrap();
        world.ok("officer/li", on(&code(0), "forget")).await;
        let log = Some(world.log.1.as_str());
        let trust = Trust { log, earlier: Some(&earlier) };
        assert!(world.store.verify(trust).await.unwrap().is_whole());

        let key = shujian_registry::LogKey::parse(&world.log.0).unwrap();
        let (skey, vkey) = shujian_registry::Signer::generate("admin/root").unwrap();
        let admin = shujian_registry::Signer::parse(&skey).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("forked.db").display().to_string();
        let mode = shujian_registry::Mode::Trial;
        let forked =
            shujian_registry::Store::create(&path, key, &world.log.1, (&admin, &vkey), mode);
        let report = forked.await.unwrap().verify(trust).await.unwrap();
        assert_eq!(report.findings[0].code, "SJ-registry-029");
    });
}
