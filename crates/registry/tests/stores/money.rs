//! Money: matches, vouchers, tranches, recovery, races.

use shujian_registry::{Kind, Request};

use super::world::{World, code, entitlement, on, on_both, paper};

const OFFICERS: [&str; 2] = ["officer/li", "officer/wang"];
const FINANCE: [&str; 2] = ["finance/zhao", "finance/qian"];

/// A national project with its approval recorded, of a name of its own.
async fn approved(world: &World, investment: i64) -> String {
    let events = world.store.size().await.unwrap();
    let name = format!("医学影像数据集{events}");
    let nominate = Request::new(Kind::NationalProject, None, "nominate")
        .with("organisation", code(0))
        .with("name", name)
        .with("sector", "health")
        .with("nominated_on", "2026-01-15");
    let number = world.ok("officer/li", nominate).await.number;
    let approve = on(&number, "state-approve")
        .with("document_no", format!("国数资源〔2026〕{events}号"))
        .with("approved_on", "2026-02-20")
        .with("authority", "国家数据局")
        .with("approved_investment", investment);
    world.ok("officer/li", approve).await;
    number
}

#[test]
fn a_national_project_from_approval_to_acceptance() {
    on_both(async |place| {
        let world = World::new(place).await;
        let base = 12_000_000_000;
        let number = approved(&world, base).await;
        assert_eq!(number, "HLJ-NP-2026-0001");
        let claim =
            entitlement("national-match", base, 1_200_000_000, 1_000_000_000, 1_000_000_000);
        let matched = world.both(OFFICERS, on(&number, "match").with("entitlement", claim)).await;
        assert_eq!(matched.state, "matched");
        world.both(FINANCE, on(&number, "pay")).await;
        assert_eq!(world.award(&number).await["paid_fen"], 600_000_000);
        // The rest waits for the acceptance.
        assert_eq!(world.refused(FINANCE[0], on(&number, "close")).await, "SJ-registry-002");
        assert_eq!(world.refused(FINANCE[0], on(&number, "pay")).await, "SJ-registry-008");
        let open = world.store.show(&number, None).await.unwrap().open;
        assert_eq!(open, ["accept", "revoke"], "paying waits for the acceptance");
        let accept = paper(on(&number, "accept"))
            .with("accepted_investment", 11_900_000_000_i64)
            .with("accepted_on", "2026-03-02");
        let remarks = world.ok(OFFICERS[0], accept).await.remarks;
        assert!(remarks[0].said.en.contains("below the approved total"), "{remarks:?}");
        assert!(remarks[0].said.zh.contains("低于核定总投资"), "{remarks:?}");
        assert_eq!(world.refused(OFFICERS[0], on(&number, "close")).await, "SJ-registry-008");
        world.both(FINANCE, on(&number, "pay")).await;
        assert_eq!(world.refused(FINANCE[0], on(&number, "pay")).await, "SJ-registry-008");
        let shown = world.store.show(&number, None).await.unwrap();
        assert_eq!(shown.open, ["close", "revoke"], "nothing is left to pay");
        assert_eq!(shown.remarks[0].code, "SJ-registry-018", "{:?}", shown.remarks);
        world.ok(OFFICERS[0], on(&number, "close")).await;
        assert_eq!(world.award(&number).await["paid_fen"], 1_000_000_000);
        world.whole().await;
    });
}

#[test]
fn an_entitlement_has_to_fit_what_the_registry_knows() {
    on_both(async |place| {
        let world = World::new(place).await;
        let base = 1_000_000_000;
        let number = approved(&world, base).await;
        for (claim, code) in [
            (entitlement("data-voucher", base, 100_000_000, 1_000_000_000, 100_000_000), "010"),
            (entitlement("national-match", base + 1, 100_000_000, 1_000_000_000, 1), "010"),
            (entitlement("national-match", base, 100_000_000, 1_000_000_000, 100_000_001), "010"),
            (
                entitlement("national-match", base, 2_000_000_000, 1_000_000_000, 1_000_000_001),
                "010",
            ),
            (entitlement("national-match", base, 100_000_000, 1_000_000_000, 0), "010"),
            (entitlement("national-match", base, 100_000_000, 1_000_000_000, -1), "010"),
        ] {
            let request = on(&number, "match").with("entitlement", claim);
            assert_eq!(world.refused(OFFICERS[0], request).await, format!("SJ-registry-{code}"));
        }
        // A revision downwards lowers the base; the envelope bounds all.
        let revise = paper(on(&number, "revise"))
            .with("revised_investment", 900_000_000)
            .with("reason", "调减");
        world.ok(OFFICERS[0], revise).await;
        let stale = entitlement("national-match", base, 100_000_000, 1_000_000_000, 100_000_000);
        let request = on(&number, "match").with("entitlement", stale);
        assert_eq!(world.refused(OFFICERS[0], request).await, "SJ-registry-010");
        world.whole().await;
    });
}

#[test]
fn money_needs_two_persons_who_say_the_same() {
    on_both(async |place| {
        let world = World::new(place).await;
        let number = approved(&world, 1_000_000_000).await;
        let claim = |payable| {
            entitlement("national-match", 1_000_000_000, 100_000_000, 1_000_000_000, payable)
        };
        let request = |payable| on(&number, "match").with("entitlement", claim(payable));
        let proposed = world.ok(OFFICERS[0], request(100_000_000)).await;
        assert_eq!(proposed.state, "state-approved");
        assert_eq!(world.refused(OFFICERS[0], request(100_000_000)).await, "SJ-registry-007");
        assert_eq!(world.refused(OFFICERS[1], request(99_999_999)).await, "SJ-registry-007");
        assert_eq!(world.refused(FINANCE[0], request(100_000_000)).await, "SJ-registry-003");
        assert_eq!(world.refused("auditor/sun", request(100_000_000)).await, "SJ-registry-003");
        // The maker thinks again; the other confirms the new proposal.
        world.ok(OFFICERS[0], request(90_000_000)).await;
        let done = world.ok(OFFICERS[1], request(90_000_000)).await;
        assert_eq!(done.state, "matched");
        let award = world.award(&number).await;
        assert_eq!(
            (&award["maker"], &award["checker"]),
            (&OFFICERS[0].into(), &OFFICERS[1].into())
        );
        world.whole().await;
    });
}

/// A voucher claim, filed.
fn invoice(number: &str, fen: i64) -> Request {
    Request::new(Kind::VoucherClaim, None, "file")
        .with("purchaser", code(0))
        .with("seller", code(1))
        .with("name", "气象数据接口")
        .with("product", "interface")
        .with("contract_no", "HT-1")
        .with("invoice_no", number)
        .with("invoiced_on", "2026-02-01")
        .with("year", 2026)
        .with("transaction", fen)
}

#[test]
fn one_purchaser_through_two_invoices_to_the_cap() {
    on_both(async |place| {
        let world = World::new(place).await;
        let cap = 100_000_000;
        let mut granted = 0;
        for (index, (fen, payable)) in
            [(600_000_000_i64, 60_000_000), (500_000_000, 40_000_000)].into_iter().enumerate()
        {
            let name = format!("INV-{index}");
            let number = world.ok("applicant/one", invoice(&name, fen)).await.number;
            assert_eq!(
                world.refused("applicant/one", invoice(&name, fen)).await,
                "SJ-registry-008"
            );
            world.ok(OFFICERS[0], paper(on(&number, "verify"))).await;
            let base = [600_000_000, 1_100_000_000][index];
            let too_much = entitlement("data-voucher", base, base / 10, cap, cap + 1 - granted);
            let request = on(&number, "grant").with("entitlement", too_much);
            assert_eq!(world.refused(OFFICERS[0], request).await, "SJ-registry-010");
            let claim = entitlement("data-voucher", base, base / 10, cap, payable);
            world.both(OFFICERS, on(&number, "grant").with("entitlement", claim)).await;
            world.both(FINANCE, on(&number, "pay")).await;
            world.ok(OFFICERS[0], on(&number, "close")).await;
            granted += payable;
        }
        assert_eq!(granted, cap);
        world.whole().await;
    });
}

#[test]
fn related_parties_are_refused() {
    on_both(async |place| {
        let world = World::new(place).await;
        let own = invoice("INV-1", 100).with("seller", code(0));
        assert_eq!(world.refused("applicant/one", own).await, "SJ-registry-008");
        let foreign = invoice("INV-1", 100).with("purchaser", code(1)).with("seller", code(2));
        assert_eq!(world.refused("applicant/one", foreign).await, "SJ-registry-003");
        let tie = Request::new(Kind::Tie, None, "declare")
            .with("left", code(1))
            .with("right", code(0))
            .with("ground", "持股 60%")
            .with("source", "年报");
        let tie = world.ok("officer/li", tie).await.number;
        assert_eq!(world.refused("applicant/one", invoice("INV-1", 100)).await, "SJ-registry-008");
        world.ok("officer/li", on(&tie, "remove")).await;
        world.ok("applicant/one", invoice("INV-1", 100)).await;
        // Another way to write a number is no other invoice, and no other group.
        assert_eq!(
            world.refused("applicant/one", invoice("ｉｎｖ－ 1", 100)).await,
            "SJ-registry-008"
        );
        let sister = Request::new(Kind::Organisation, None, "register")
            .with("number", code(7))
            .with("name", "同一集团")
            .with("group_code", code(0).to_lowercase());
        world.ok("officer/li", sister).await;
        let within = invoice("INV-3", 100).with("seller", code(7).to_lowercase());
        assert_eq!(world.refused("applicant/one", within).await, "SJ-registry-008");
        let late = invoice("INV-2", 100).with("invoiced_on", "2025-12-31");
        assert_eq!(world.refused("applicant/one", late).await, "SJ-registry-008");
        world.whole().await;
    });
}

#[test]
fn a_revoked_project_gives_back() {
    on_both(async |place| {
        let world = World::new(place).await;
        let number = approved(&world, 1_000_000_000).await;
        let claim =
            entitlement("national-match", 1_000_000_000, 100_000_000, 1_000_000_000, 100_000_000);
        world.both(OFFICERS, on(&number, "match").with("entitlement", claim)).await;
        world.both(FINANCE, on(&number, "pay")).await;
        world.ok(OFFICERS[0], paper(on(&number, "revoke")).with("reason", "弄虚作假")).await;
        let award = world.award(&number).await;
        assert_eq!(
            (&award["paid_fen"], &award["cancelled_fen"]),
            (&60_000_000.into(), &40_000_000.into())
        );
        let order =
            |fen: i64| paper(on(&number, "order-back")).with("amount", fen).with("reason", "撤销");
        assert_eq!(world.refused(OFFICERS[0], order(60_000_001)).await, "SJ-registry-004");
        world.both(OFFICERS, order(60_000_000)).await;
        assert_eq!(world.refused(OFFICERS[0], on(&number, "settle")).await, "SJ-registry-008");
        let back = |fen: i64| paper(on(&number, "recover")).with("amount", fen);
        world.both(FINANCE, back(50_000_000)).await;
        assert_eq!(world.refused(FINANCE[0], back(10_000_001)).await, "SJ-registry-004");
        world.both(FINANCE, back(10_000_000)).await;
        world.ok(OFFICERS[0], on(&number, "settle")).await;
        assert_eq!(world.state(&number).await, "clawed-back");
        world.whole().await;
    });
}

#[test]
fn one_project_is_not_paid_twice() {
    on_both(async |place| {
        let world = World::new(place).await;
        let base = 1_000_000_000;
        let pair = [approved(&world, base).await, approved(&world, base).await];
        let claim = |payable| entitlement("national-match", base, 100_000_000, base, payable);
        world.both(OFFICERS, on(&pair[0], "match").with("entitlement", claim(60_000_000))).await;
        // Another project of the same beneficiary stands by itself.
        world.both(OFFICERS, on(&pair[1], "match").with("entitlement", claim(60_000_000))).await;
        let shown = world.store.show(&pair[0], None).await.unwrap();
        let twin = Request::new(Kind::NationalProject, None, "nominate")
            .with("organisation", code(0))
            .with("name", shown.entry["name"].clone())
            .with("sector", "health")
            .with("nominated_on", "2026-01-15");
        let twin = world.ok("officer/li", twin).await.number;
        let approve = on(&twin, "state-approve")
            .with("document_no", "13号")
            .with("approved_on", "2026-02-20")
            .with("authority", "国家数据局")
            .with("approved_investment", base);
        world.ok("officer/li", approve).await;
        let alone = on(&twin, "match").with("entitlement", claim(100_000_000));
        let said = world.act(OFFICERS[0], alone).await.unwrap_err().text();
        let again = "--with national-match:600000.00:600000.00";
        for text in [&said.zh, &said.en] {
            assert!(text.contains(again) && text.contains(&pair[0]), "{text}");
        }
        let mut topped = claim(40_000_000);
        topped["trace"] = serde_json::json!({"facts": {"others": [
            {"measure": "national-match", "entitled_fen": 60_000_000, "paid_fen": 60_000_000},
        ]}});
        world.both(OFFICERS, on(&twin, "match").with("entitlement", topped)).await;
        world.whole().await;
    });
}

/// Claims that were verified before the first of them was granted.
#[test]
fn several_invoices_verified_at_once_come_to_the_same_cap() {
    on_both(async |place| {
        let world = World::new(place).await;
        let cap = 100_000_000;
        let mut numbers = Vec::new();
        for (name, fen) in [("INV-1", 600_000_000_i64), ("INV-2", 500_000_000), ("INV-3", 7)] {
            let number = world.ok("applicant/one", invoice(name, fen)).await.number;
            world.ok(OFFICERS[0], paper(on(&number, "verify"))).await;
            numbers.push(number);
        }
        let [first, second, third] = &numbers[..] else { panic!("three were filed") };
        let grant = |number: &str, base: i64, payable: i64| {
            let claim = entitlement("data-voucher", base, base / 10, cap, payable);
            on(number, "grant").with("entitlement", claim)
        };
        // Computed as if it stood alone: the message has what to compute it with.
        let alone = world.act(OFFICERS[0], grant(first, 600_000_000, 60_000_000)).await;
        let said = alone.unwrap_err().text();
        let again = "--base 6000000.00 --prior 5000000.07 --granted 0.00";
        assert!(said.en.contains(again) && said.zh.contains(again), "{said:?}");
        // The third is withdrawn, and its invoice is free again.
        let withdraw = on(third, "withdraw").with("reason", "退货");
        assert_eq!(world.ok("applicant/one", withdraw).await.state, "withdrawn");
        world.ok("applicant/one", invoice("INV-3", 9)).await;
        world.both(OFFICERS, grant(first, 1_100_000_000, cap)).await;
        // The second has nothing left, and the first rests on it: it can be closed, not taken out.
        let nothing = grant(second, 1_100_000_000, 0);
        assert_eq!(world.refused(OFFICERS[0], nothing).await, "SJ-registry-010");
        let reject = on(second, "reject").with("reason", "关联交易");
        let error = world.act(OFFICERS[0], reject.clone()).await.unwrap_err().text();
        assert!(error.en.contains(first) && error.zh.contains("order-back"), "{error:?}");
        world.both(FINANCE, on(first, "pay")).await;
        let back = paper(on(first, "order-back")).with("amount", 40_000_000).with("reason", "多付");
        world.both(OFFICERS, back).await;
        assert_eq!(world.ok(OFFICERS[0], reject).await.state, "rejected");
        world.whole().await;
    });
}

#[test]
fn a_claim_without_a_grant_is_closed_and_not_public() {
    on_both(async |place| {
        let world = World::new(place).await;
        let number = world.ok("applicant/one", invoice("INV-1", 600_000_000)).await.number;
        world.ok(OFFICERS[0], paper(on(&number, "verify"))).await;
        let close = on(&number, "close").with("reason", "当年上限已用完");
        assert_eq!(world.ok(OFFICERS[0], close).await.state, "closed");
        assert_eq!(world.store.register().await.unwrap().entries, []);
        world.whole().await;
    });
}

/// 64 tasks race for one envelope: it pays as often as it holds the amount, and not once more.
#[test]
fn racing_tasks_pay_what_the_envelope_holds() {
    on_both(async |place| {
        let world = World::new(place).await;
        let (tasks, amount) = (64, 30_000_000);
        let mut signed = Vec::new();
        for _ in 0..tasks {
            let number = approved(&world, 300_000_000).await;
            let claim =
                entitlement("national-match", 300_000_000, 30_000_000, 1_000_000_000, amount);
            let request = on(&number, "match").with("entitlement", claim);
            world.ok(OFFICERS[0], request.clone()).await;
            let again = Request { key: format!("{}-2", request.key), ..request };
            // Each is sent twice under the same key.
            signed.push(world.sign(OFFICERS[1], again.clone(), &[]));
            signed.push(world.sign(OFFICERS[1], again, &[]));
        }
        let world = std::sync::Arc::new(world.store);
        let mut racing = tokio::task::JoinSet::new();
        for request in signed {
            let store = world.clone();
            racing.spawn(async move { store.execute(&request).await });
        }
        let (mut paid, mut repeated, mut refused) = (0, 0, 0);
        while let Some(outcome) = racing.join_next().await {
            match outcome.unwrap() {
                Ok(receipt) if receipt.repeated => repeated += 1,
                Ok(_) => paid += 1,
                Err(error) => {
                    assert_eq!(error.code(), Some("SJ-registry-009"), "{error}");
                    refused += 1;
                }
            }
        }
        let holds = 1_000_000_000 / amount;
        assert_eq!((paid, repeated, refused), (holds, holds, 2 * (tasks - holds)));
        let report = world.verify(shujian_registry::Trust::default()).await.unwrap();
        assert!(report.is_whole(), "{:#?}", report.findings);
    });
}
