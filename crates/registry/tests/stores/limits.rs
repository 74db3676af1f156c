//! Keys, versions, rights, dates and bad input: a clear refusal, nothing changed.

use serde_json::Value as Json;
use shujian_registry::query::Filter;
use shujian_registry::{Error, Kind, Mode, Proof, Request, State, Store, Trust, Verifier};

use super::places::all;
use super::world::{World, code, on, on_both};

fn register(index: usize) -> Request {
    Request::new(Kind::Organisation, None, "register")
        .with("number", code(index))
        .with("name", format!("单位{index}"))
}

#[test]
fn a_key_is_used_once() {
    on_both(async |place| {
        let world = World::new(place).await;
        let first = world.sign("officer/li", register(7).keyed("k-1"), &[("contact", "李某")]);
        let done = world.store.execute(&first).await.unwrap();
        let size = world.store.size().await.unwrap();
        // The same again, as after a lost answer: signed anew, it is still the same request.
        let again = world.sign("officer/li", register(7).keyed("k-1"), &[("contact", "李某")]);
        let repeated = world.store.execute(&again).await.unwrap();
        assert!(repeated.repeated && repeated.seq == done.seq);
        assert_eq!(world.store.size().await.unwrap(), size);
        assert_eq!(world.refused("officer/li", register(8).keyed("k-1")).await, "SJ-registry-005");
        assert_eq!(
            world.refused("officer/wang", register(7).keyed("k-1")).await,
            "SJ-registry-005"
        );
        world.whole().await;
    });
}

#[test]
fn a_version_that_moved_is_refused() {
    on_both(async |place| {
        let world = World::new(place).await;
        let verify = |version| {
            let request = on(&code(0), "verify")
                .with("verified_source", "年检")
                .with("verified_on", "2026-03-02");
            Request { if_version: Some(version), ..request }
        };
        assert_eq!(world.refused("officer/li", verify(1)).await, "SJ-registry-006");
        assert_eq!(world.ok("officer/li", verify(2)).await.version, 3);
    });
}

#[test]
fn only_the_holder_of_a_key_acts() {
    on_both(async |place| {
        let mut world = World::new(place).await;
        // Signed by another's key under the officer's name.
        let theft = Request { actor: "officer/li".into(), ..register(7) };
        let other = shujian_registry::Signer::generate("officer/li").unwrap().0;
        let other = shujian_registry::Signer::parse(&other).unwrap();
        let signed = theft.on("2026-03-02").sign(&other, &[]).unwrap();
        let error = world.store.execute(&signed).await.unwrap_err();
        assert_eq!(error.code(), Some("SJ-registry-012"));
        assert_eq!(world.refused("expert/a", register(7)).await, "SJ-registry-003");
        assert_eq!(world.refused("admin/root", register(7)).await, "SJ-registry-003");
        world.enrol("officer/new", None).await;
        world.ok("officer/new", register(7)).await;
        world.ok("admin/root", on("officer/new", "remove")).await;
        assert_eq!(world.refused("officer/new", register(8)).await, "SJ-registry-012");
        // An applicant without organisation, and a key that is made for another.
        let (_, vkey) = shujian_registry::Signer::generate("applicant/x").unwrap();
        let enrol = |role: &str| {
            Request::new(Kind::Actor, None, "enrol")
                .with("role", role)
                .with("name", "x")
                .with("vkey", vkey.clone())
        };
        assert_eq!(world.refused("admin/root", enrol("applicant")).await, "SJ-registry-004");
        assert_eq!(world.refused("admin/root", enrol("officer")).await, "SJ-registry-004");
        world.whole().await;
    });
}

#[test]
fn bad_input_names_its_field_and_changes_nothing() {
    on_both(async |place| {
        let world = World::new(place).await;
        for (field, value) in [
            ("number", Json::from("91350100M000100Y44")),
            ("number", Json::from(91_350_100)),
            ("name", Json::from("")),
            ("nonsense", Json::from("x")),
        ] {
            let error = world.act("officer/li", register(7).with(field, value)).await.unwrap_err();
            let said = error.text();
            assert!(said.en.contains(field) && said.zh.contains(field), "{said:?}");
        }
        assert_eq!(world.refused("officer/li", register(0)).await, "SJ-registry-008");
        assert_eq!(
            world.refused("officer/li", on("HLJ-DS-2026-9999", "submit")).await,
            "SJ-registry-001"
        );
        let backwards = register(7).on("2026-03-01");
        assert_eq!(world.refused("officer/li", backwards).await, "SJ-registry-014");
        let second = Request::new(Kind::Envelope, None, "allot")
            .with("measure", "national-match")
            .with("year", 2026)
            .with("amount", 1)
            .with("document", "x")
            .with("dated", "2026-01-01");
        assert_eq!(world.refused("finance/zhao", second).await, "SJ-registry-008");
        world.whole().await;
    });
}

#[test]
fn a_live_registry_takes_no_dates() {
    on_both(async |place| {
        let (log, vkey) = shujian_registry::Signer::generate("live.example").unwrap();
        let (skey, admin_vkey) = shujian_registry::Signer::generate("admin/root").unwrap();
        let admin = shujian_registry::Signer::parse(&skey).unwrap();
        let key = || shujian_registry::LogKey::parse(&log).unwrap();
        let store = Store::create(&place.url, key(), &vkey, (&admin, &admin_vkey), Mode::Live);
        let store = store.await.unwrap();
        let (_, officer) = shujian_registry::Signer::generate("officer/li").unwrap();
        let enrol = |day: Option<&str>| {
            let request = Request::new(Kind::Actor, None, "enrol")
                .with("role", "officer")
                .with("name", "li")
                .with("vkey", officer.clone());
            Request { on: day.map(str::to_owned), ..request }.sign(&admin, &[]).unwrap()
        };
        let error = store.execute(&enrol(Some("2026-03-02"))).await.unwrap_err();
        assert_eq!(error.code(), Some("SJ-registry-014"));
        store.execute(&enrol(None)).await.unwrap();
        assert!(store.verify(Trust::default()).await.unwrap().is_whole());
        let again =
            Store::create(&place.url, key(), &vkey, (&admin, &admin_vkey), Mode::Live).await;
        assert!(matches!(again, Err(Error::Taken { .. })));
        drop(store);
        assert!(Store::open(&place.url, Some(key())).await.is_ok());
    });
}

#[test]
fn an_absent_registry_is_said_to_be_absent() {
    for place in all() {
        let opened =
            tokio::runtime::Runtime::new().unwrap().block_on(Store::open(&place.url, None));
        assert!(matches!(opened, Err(Error::Absent { .. })), "{}", place.store);
    }
    let dead = "postgres://postgres@127.0.0.1:9/none";
    let begun = std::time::Instant::now();
    let opened = tokio::runtime::Runtime::new().unwrap().block_on(Store::open(dead, None));
    assert!(matches!(opened, Err(Error::Store(_))));
    assert!(begun.elapsed().as_secs() < 10, "a dead server is noticed at once");
}

#[test]
fn lists_are_scoped_and_paged() {
    on_both(async |place| {
        let world = World::new(place).await;
        for (applicant, organisation) in
            [("applicant/one", 0), ("applicant/two", 1), ("applicant/one", 0)]
        {
            let apply = Request::new(Kind::Application, None, "apply")
                .with("batch", "HLJ-BA-2026-0001")
                .with("organisation", code(organisation))
                .with("name", format!("数据集{organisation}"))
                .with("sector", "health")
                .with("requested", 1)
                .with("eligible_cost", 1);
            world.ok(applicant, apply).await;
        }
        let list = async |filter: Filter<'_>| {
            let rows = world.store.list(Kind::Application, &filter).await.unwrap();
            rows.iter().map(|row| row["number"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let all = Filter { limit: 10, ..Filter::default() };
        assert_eq!(list(all.clone()).await.len(), 3);
        let own = Filter { reader: Some("applicant/two"), ..all.clone() };
        assert_eq!(list(own).await, ["HLJ-DS-2026-0002"]);
        assert!(list(Filter { reader: Some("expert/a"), ..all.clone() }).await.is_empty());
        let found =
            Filter { search: Some("数据集0"), after: Some("HLJ-DS-2026-0001"), ..all.clone() };
        assert_eq!(list(found).await, ["HLJ-DS-2026-0003"]);
        // What is looked for is looked for as it is, on both databases alike.
        for (search, count) in [("hlj-ds", 3), ("%", 0), ("_", 0), ("\\", 0), ("'", 0)] {
            let filter = Filter { search: Some(search), ..all.clone() };
            assert_eq!(list(filter).await.len(), count, "{search}");
        }
        assert!(list(Filter { state: Some(State::Closed), ..all.clone() }).await.is_empty());
        assert_eq!(list(Filter { limit: 1, ..all }).await.len(), 1);
    });
}

#[test]
fn a_proof_is_checked_without_the_registry() {
    on_both(async |place| {
        let world = World::new(place).await;
        let proof = world.store.prove(&code(0), None).await.unwrap();
        let text = proof.write();
        assert!(text.len() < 4096, "{} bytes", text.len());
        let log = Verifier::parse(&world.log.1).unwrap();
        let checked = Proof::parse(&text).unwrap().check(&log).unwrap();
        assert_eq!(
            (checked.event.number, checked.event.request.command.as_str()),
            (code(0), "verify")
        );
        let forged = Proof { leaf: proof.leaf.replace("verify", "remove"), ..proof.clone() };
        assert!(forged.check(&log).is_err());
        assert!(Proof { index: proof.index + 1, ..proof.clone() }.check(&log).is_err());
        let (_, other) = shujian_registry::Signer::generate("registry.example/trial").unwrap();
        assert!(proof.check(&Verifier::parse(&other).unwrap()).is_err());
        for cut in 0..text.len() {
            if text.is_char_boundary(cut) {
                assert!(Proof::parse(&text[..cut]).and_then(|part| part.check(&log)).is_err());
            }
        }
    });
}

#[test]
fn personal_data_can_be_forgotten_and_the_log_stands() {
    on_both(async |place| {
        let world = World::new(place).await;
        let contact = "联系人 张三 13800000000";
        let signed = world.sign("officer/li", register(7), &[("contact", contact)]);
        world.store.execute(&signed).await.unwrap();
        world.whole().await;
        let proof = world.store.prove(&code(7), None).await.unwrap();
        assert!(!proof.leaf.contains("张三"));
        world.ok("officer/li", on(&code(7), "forget")).await;
        world.whole().await;
        let shown = world.store.show(&code(7), None).await.unwrap();
        assert!(shown.entry["contact"].is_null());
    });
}
