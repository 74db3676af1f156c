//! What comes after what: days, and proposals on entries that moved on.

use serde_json::Value as Json;
use shujian_registry::{Kind, Request};

use super::world::{World, code, entitlement, on, on_both, paper};

const OFFICERS: [&str; 2] = ["officer/li", "officer/wang"];
const FINANCE: [&str; 2] = ["finance/zhao", "finance/qian"];
const BASE: i64 = 1_000_000_000;

fn nominate(name: &str) -> Request {
    Request::new(Kind::NationalProject, None, "nominate")
        .with("organisation", code(0))
        .with("name", name)
        .with("sector", "health")
        .with("nominated_on", "2026-01-15")
}

fn approve(number: &str, day: &str) -> Request {
    on(number, "state-approve")
        .with("document_no", "国数资源〔2026〕12号")
        .with("approved_on", day)
        .with("authority", "国家数据局")
        .with("approved_investment", BASE)
}

fn claim(number: &str, day: &str) -> Request {
    let mut claim = entitlement("national-match", BASE, 100_000_000, 1_000_000_000, 100_000_000);
    claim["date"] = day.into();
    on(number, "match").with("entitlement", claim)
}

fn invoice(day: &str) -> Request {
    Request::new(Kind::VoucherClaim, None, "file")
        .with("purchaser", code(0))
        .with("seller", code(1))
        .with("name", "气象数据接口")
        .with("product", "interface")
        .with("contract_no", "HT-1")
        .with("invoice_no", "INV-1")
        .with("invoiced_on", day)
        .with("year", 2026)
        .with("transaction", 600_000_000)
}

/// A request that is refused for a day: the message names field, day and entry in both languages.
async fn out_of_order(world: &World, actor: &str, request: Request, field: &str, day: &str) {
    let entry = request.target.clone().unwrap_or_default();
    assert_eq!(world.refused(actor, request.clone()).await, "SJ-registry-004");
    let said = world.act(actor, request).await.unwrap_err().text();
    for text in [&said.zh, &said.en] {
        assert!(text.contains(field) && text.contains(day) && text.contains(&entry), "{text}");
    }
}

#[test]
fn days_to_come_and_days_before_their_cause_are_refused() {
    on_both(async |place| {
        let world = World::new(place).await;
        let officer = OFFICERS[0];
        let verify = |day: &str| {
            on(&code(0), "verify").with("verified_source", "年检").with("verified_on", day)
        };
        out_of_order(&world, officer, verify("2026-03-03"), "verified_on", "2026-03-03").await;
        out_of_order(&world, officer, verify("2026-03-01"), "verified_on", "2026-03-01").await;
        let tomorrow = nominate("医学影像").with("nominated_on", "2026-03-03");
        out_of_order(&world, officer, tomorrow, "nominated_on", "2026-03-03").await;
        let number = &world.ok(officer, nominate("医学影像")).await.number;
        for day in ["2099-01-01", "2026-01-14"] {
            out_of_order(&world, officer, approve(number, day), "approved_on", day).await;
        }
        world.ok(officer, approve(number, "2026-02-20")).await;
        for day in ["2026-03-03", "2026-02-19"] {
            out_of_order(&world, officer, claim(number, day), "entitlement", day).await;
            let revise = paper(on(number, "revise"))
                .with("revised_investment", BASE)
                .with("reason", "核减")
                .with("dated", day);
            out_of_order(&world, officer, revise, "dated", day).await;
        }
        world.both(OFFICERS, claim(number, "2026-03-02")).await;
        world.both(FINANCE, on(number, "pay")).await;
        let accept = |on_day: &str, dated: &str| {
            paper(on(number, "accept"))
                .with("accepted_investment", BASE)
                .with("accepted_on", on_day)
                .with("dated", dated)
        };
        let (early, late) =
            (accept("2026-02-19", "2026-03-02"), accept("2026-03-03", "2026-03-02"));
        out_of_order(&world, officer, early, "accepted_on", "2026-02-19").await;
        out_of_order(&world, officer, late, "accepted_on", "2026-03-03").await;
        let before = accept("2026-03-01", "2026-02-28");
        out_of_order(&world, officer, before, "dated", "2026-02-28").await;

        let filed = |day: &str| invoice(day);
        out_of_order(&world, officer, filed("2026-03-03"), "invoiced_on", "2026-03-03").await;
        let claimed = &world.ok(officer, filed("2026-02-01")).await.number;
        let verify = paper(on(claimed, "verify")).with("dated", "2026-01-31");
        out_of_order(&world, officer, verify, "dated", "2026-01-31").await;
        let ruling = Request::new(Kind::Ruling, None, "make")
            .with("topic", "match-base")
            .with("text", "按核定总投资")
            .with("cite", "第6条")
            .with("made_on", "2026-03-03");
        out_of_order(&world, officer, ruling, "made_on", "2026-03-03").await;
        let batch = |opens: &str, closes: &str| {
            Request::new(Kind::Batch, None, "plan")
                .with("name", "第二批")
                .with("measure", "provincial-dataset")
                .with("year", 2026)
                .with("opens_on", opens)
                .with("closes_on", closes)
        };
        let backwards = batch("2026-05-02", "2026-05-01");
        out_of_order(&world, officer, backwards, "closes_on", "2026-05-01").await;
        let over = batch("2026-02-01", "2026-03-01");
        out_of_order(&world, officer, over, "closes_on", "2026-03-01").await;
        world.ok(officer, batch("2026-05-01", "2026-05-01")).await;
        let raise = paper(on("HLJ-EN-2026-0001", "raise")).with("amount", 1);
        let raise = |day: &str| raise.clone().with("dated", day);
        out_of_order(&world, FINANCE[0], raise("2026-01-04"), "dated", "2026-01-04").await;
        out_of_order(&world, FINANCE[0], raise("2026-03-03"), "dated", "2026-03-03").await;
        world.whole().await;
    });
}

#[test]
fn what_was_proposed_on_an_entry_as_it_was_is_void_once_it_changed() {
    on_both(async |place| {
        let world = World::new(place).await;
        let number = &world.ok(OFFICERS[0], nominate("医学影像")).await.number;
        world.ok(OFFICERS[0], approve(number, "2026-02-20")).await;
        let proposed = world.ok(OFFICERS[0], claim(number, "2026-03-02")).await;
        assert_eq!(proposed.version, 2, "that of the entry");
        // The same figure again: nothing about the amount would tell.
        let revise =
            paper(on(number, "revise")).with("revised_investment", BASE).with("reason", "复核");
        world.ok(OFFICERS[1], revise).await;
        let error = world.act(OFFICERS[1], claim(number, "2026-03-02")).await.unwrap_err();
        assert_eq!(error.code(), Some("SJ-registry-006"));
        let said = error.text();
        assert!(
            said.en.contains("version 2, now 3") && said.en.contains("propose again"),
            "{said:?}"
        );
        assert!(said.zh.contains("版本 2 → 3") && said.zh.contains("重新提出"), "{said:?}");
        assert_eq!(world.state(number).await, "state-approved");
        // Whoever has looked proposes it anew, and the first confirms.
        let again = Request { if_version: Some(3), ..claim(number, "2026-03-02") };
        assert_eq!(world.ok(OFFICERS[1], again).await.state, "state-approved");
        assert_eq!(world.ok(OFFICERS[0], claim(number, "2026-03-02")).await.state, "matched");

        // Paying the rest was proposed before the acceptance: it could not be, and is not kept.
        world.both(FINANCE, on(number, "pay")).await;
        assert_eq!(world.refused(FINANCE[0], on(number, "pay")).await, "SJ-registry-008");
        let accept = paper(on(number, "accept"))
            .with("accepted_investment", BASE)
            .with("accepted_on", "2026-03-02");
        assert_eq!(world.ok(OFFICERS[0], accept).await.remarks, []);
        world.ok(FINANCE[0], on(number, "pay")).await;
        let revoke = paper(on(number, "revoke")).with("reason", "弄虚作假");
        world.ok(OFFICERS[0], revoke).await;
        assert_eq!(world.refused(FINANCE[1], on(number, "pay")).await, "SJ-registry-002");
        world.whole().await;
    });
}

#[test]
fn a_payment_proposed_before_the_acceptance_is_not_confirmed_after_it() {
    on_both(async |place| {
        let world = World::new(place).await;
        let number = &world.ok(OFFICERS[0], nominate("医学影像")).await.number;
        world.ok(OFFICERS[0], approve(number, "2026-02-20")).await;
        world.both(OFFICERS, claim(number, "2026-03-02")).await;
        world.ok(FINANCE[0], on(number, "pay")).await;
        // Another pair pays the first tranche; the proposal of before was used up by it.
        world.ok(FINANCE[1], on(number, "pay")).await;
        let accept = paper(on(number, "accept"))
            .with("accepted_investment", BASE)
            .with("accepted_on", "2026-03-02");
        world.ok(OFFICERS[0], accept).await;
        // What confirms nothing proposes: one person has not paid the rest.
        assert_eq!(world.ok(FINANCE[1], on(number, "pay")).await.version, 5);
        assert_eq!(world.award(number).await["paid_fen"], 60_000_000);
        world.ok(FINANCE[0], on(number, "pay")).await;
        assert_eq!(world.award(number).await["paid_fen"], 100_000_000);
        world.whole().await;
    });
}

#[test]
fn proposals_outlive_neither_their_maker_nor_the_envelope_what_it_awards() {
    on_both(async |place| {
        let mut world = World::new(place).await;
        world.enrol("finance/sun", None).await;
        let raise = |key: &str| {
            let request = paper(on("HLJ-EN-2026-0002", "raise")).with("amount", 1);
            request.keyed(key)
        };
        world.ok("finance/sun", raise("1")).await;
        world.ok("admin/root", on("finance/sun", "remove")).await;
        let error = world.act(FINANCE[0], raise("2")).await.unwrap_err();
        assert!(error.text().en.contains("finance/sun"), "{error}");
        let version = |version| Request { if_version: Some(version), ..raise("3") };
        world.ok(FINANCE[0], version(1)).await;
        // An award moves the envelope, and nothing that the addition rests on.
        let number = &world.ok(OFFICERS[0], nominate("医学影像")).await.number;
        world.ok(OFFICERS[0], approve(number, "2026-02-20")).await;
        world.both(OFFICERS, claim(number, "2026-03-02")).await;
        assert_eq!(world.ok(FINANCE[1], raise("4")).await.step, shujian_registry::log::Step::Done);
        let shown = world.store.show("HLJ-EN-2026-0002", None).await.unwrap();
        assert_eq!(shown.entry["total_fen"], Json::from(1_000_000_001_i64));
        world.whole().await;
    });
}

#[test]
fn a_name_that_stands_already_is_remarked() {
    on_both(async |place| {
        let world = World::new(place).await;
        let first = world.ok(OFFICERS[0], nominate("医学影像")).await;
        assert_eq!(first.remarks, []);
        let second = world.ok(OFFICERS[0], nominate("医学影像")).await;
        assert_eq!(second.remarks[0].code, "SJ-registry-017");
        assert!(second.remarks[0].said.en.contains(&first.number), "{:?}", second.remarks);
        let apply = Request::new(Kind::Application, None, "apply")
            .with("batch", "HLJ-BA-2026-0001")
            .with("organisation", code(0))
            .with("name", "医学影像")
            .with("sector", "health")
            .with("requested", 1)
            .with("eligible_cost", 1);
        // What others asked for is not for applicants to know.
        let applied = world.ok("applicant/one", apply).await;
        assert_eq!(applied.remarks, []);
        let shown = world.store.show(&applied.number, Some("applicant/one")).await.unwrap();
        assert_eq!(shown.remarks, []);
        let shown = world.store.show(&applied.number, None).await.unwrap();
        assert_eq!(shown.remarks.len(), 1, "{:?}", shown.remarks);
        world.whole().await;
    });
}
