//! One thing under another name: files, approvals, related parties, the day of issue.

use serde_json::json;
use shujian_registry::{Kind, Request};

use super::panel::{apply, judge, score};
use super::world::{World, code, entitlement, on, on_both, paper};

const OFFICERS: [&str; 2] = ["officer/li", "officer/wang"];
const FINANCE: [&str; 2] = ["finance/zhao", "finance/qian"];
const EXPERTS: [&str; 3] = ["expert/a", "expert/b", "expert/c"];

fn rule(topic: String) -> Request {
    Request::new(Kind::Ruling, None, "make")
        .with("topic", topic)
        .with("text", "系不同项目")
        .with("cite", "厅务会纪要")
        .with("made_on", "2026-03-02")
}

/// An application up to its public notice, over files of so many bytes each.
async fn published(
    world: &World,
    name: &str,
    root: char,
    files: &[(char, i64)],
) -> (String, Vec<String>) {
    let number = world.ok("applicant/one", apply().with("name", name)).await.number;
    for (actor, command) in
        [("applicant/one", "submit"), ("officer/li", "check"), ("officer/li", "pass")]
    {
        world.ok(actor, on(&number, command)).await;
    }
    let listed: Vec<String> = files
        .iter()
        .map(|(sign, bytes)| format!("{}:{bytes}", sign.to_string().repeat(64)))
        .collect();
    let scored = world.ok("officer/li", score(&number, root).with("files", listed)).await;
    for expert in EXPERTS {
        world.ok("officer/li", on(&number, "assign").with("expert", expert)).await;
    }
    world.ok("officer/li", on(&number, "open-panel")).await;
    for expert in EXPERTS {
        judge(world, &number, expert, (7800, "同意")).await.unwrap();
    }
    world.ok("officer/li", on(&number, "conclude")).await;
    world.ok("officer/li", on(&number, "publish")).await;
    (number, scored.remarks.into_iter().map(|it| it.said.en).collect())
}

#[test]
fn the_same_files_are_one_project_under_any_name() {
    on_both(async |place| {
        let world = World::new(place).await;
        let (first, none) = published(&world, "甲", 'a', &[('1', 900), ('2', 100)]).await;
        assert_eq!(none, Vec::<String>::new());
        // Mostly the same, a part of it, and something else that shares a small file.
        let (most, said) = published(&world, "乙", 'b', &[('1', 900), ('3', 100)]).await;
        let word = format!("{first} (甲) has the same files: 900 bytes of the 1000");
        assert!(said[0].contains(&word) && said[0].contains("only equal files"), "{said:?}");
        let (part, said) = published(&world, "丙", 'c', &[('2', 100)]).await;
        assert_eq!(said.len(), 1, "{said:?}");
        let (other, said) = published(&world, "丁", 'd', &[('2', 100), ('4', 901)]).await;
        assert!(said.iter().all(|it| !it.contains(&first)), "{said:?}");

        world.today("2026-03-10");
        let claim = entitlement("provincial-dataset", 0, 120_000_000, 200_000_000, 1_000);
        let approve = |number: &str| on(number, "approve").with("entitlement", claim.clone());
        world.both(OFFICERS, approve(&first)).await;
        for twin in [&most, &part] {
            let said = world.act(OFFICERS[0], approve(twin)).await.unwrap_err().text();
            let topic = format!("other-project/{twin}");
            for word in [first.as_str(), "--with provincial-dataset:10.00:10.00", &topic] {
                assert!(said.en.contains(word) && said.zh.contains(word), "{said:?}");
            }
        }
        world.ok(OFFICERS[0], rule(format!("other-project/{most}"))).await;
        world.both(OFFICERS, approve(&most)).await;
        let _else = other;
        world.whole().await;
    });
}

#[test]
fn one_approval_is_matched_once_unless_it_is_ruled() {
    on_both(async |place| {
        let world = World::new(place).await;
        let base = 1_000_000_000;
        let mut numbers = Vec::new();
        for (name, authority, document) in [
            ("医学影像", "国家数据局", "国数资源〔2026〕12号"),
            ("医学影像（二期）", "国家 数据局", "国数资源[2026] １２号"),
            ("遥感", "国家数据局", "国数资源〔2026〕13号"),
        ] {
            let nominate = Request::new(Kind::NationalProject, None, "nominate")
                .with("organisation", code(0))
                .with("name", name)
                .with("sector", "health")
                .with("nominated_on", "2026-01-15");
            let made = world.ok("officer/li", nominate).await;
            let approve = on(&made.number, "state-approve")
                .with("document_no", document)
                .with("approved_on", "2026-02-20")
                .with("authority", authority)
                .with("approved_investment", base);
            let approved = world.ok("officer/li", approve).await;
            let codes = |remarks: &[shujian_registry::Remark]| {
                remarks.iter().map(|it| it.code.clone()).collect::<Vec<_>>()
            };
            let second = name.contains("二期");
            let expected = |code: &str| if second { vec![code.to_owned()] } else { Vec::new() };
            assert_eq!(codes(&made.remarks), expected("SJ-registry-017"), "{name}");
            assert_eq!(codes(&approved.remarks), expected("SJ-registry-032"), "{name}");
            numbers.push(made.number);
        }
        let claim = entitlement("national-match", base, 100_000_000, base, 100_000_000);
        let matching = |number: &str| on(number, "match").with("entitlement", claim.clone());
        world.both(OFFICERS, matching(&numbers[0])).await;
        let said = world.act(OFFICERS[0], matching(&numbers[1])).await.unwrap_err().text();
        let topic = format!("same-approval/{}", numbers[1]);
        assert!(said.en.contains(&numbers[0]) && said.zh.contains(&topic), "{said:?}");
        world.both(OFFICERS, matching(&numbers[2])).await;
        world.ok(OFFICERS[0], rule(topic)).await;
        world.both(OFFICERS, matching(&numbers[1])).await;
        world.whole().await;
    });
}

#[test]
fn related_parties_are_paid_nothing_whenever_the_tie_is_known() {
    on_both(async |place| {
        let world = World::new(place).await;
        let file = Request::new(Kind::VoucherClaim, None, "file")
            .with("purchaser", code(0))
            .with("seller", code(1))
            .with("name", "气象数据接口")
            .with("product", "interface")
            .with("contract_no", "HT-1")
            .with("invoice_no", "INV-1")
            .with("invoiced_on", "2026-03-01")
            .with("year", 2026)
            .with("transaction", 600_000_000);
        let number = world.ok("applicant/one", file).await.number;
        world.ok(OFFICERS[0], paper(on(&number, "verify"))).await;
        let tie = Request::new(Kind::Tie, None, "declare")
            .with("left", code(1))
            .with("right", code(0))
            .with("ground", "同一实际控制人")
            .with("source", "工商登记");
        let claim = entitlement("data-voucher", 600_000_000, 60_000_000, 100_000_000, 60_000_000);
        let grant = |key: &str| on(&number, "grant").with("entitlement", claim.clone()).keyed(key);
        world.ok(OFFICERS[0], grant("first")).await;
        let first = world.ok(OFFICERS[0], tie.clone()).await.number;
        assert_eq!(world.refused(OFFICERS[1], grant("second")).await, "SJ-registry-008");
        world.ok(OFFICERS[0], on(&first, "remove")).await;
        world.ok(OFFICERS[1], grant("third")).await;
        world.ok(FINANCE[0], on(&number, "pay")).await;
        world.ok(OFFICERS[0], tie.keyed("again")).await;
        let said = world.act(FINANCE[1], on(&number, "pay")).await.unwrap_err().text();
        assert!(said.en.contains("related: 同一实际控制人"), "{said:?}");
        assert_eq!(world.award(&number).await["paid_fen"], 0);
        world.whole().await;
    });
}

#[test]
fn the_day_of_issue_is_set_once_by_two_persons() {
    on_both(async |place| {
        let world = World::new(place).await;
        let base = 1_000_000_000;
        let nominate = Request::new(Kind::NationalProject, None, "nominate")
            .with("organisation", code(0))
            .with("name", "影像")
            .with("sector", "health")
            .with("nominated_on", "2026-01-15");
        let number = world.ok("officer/li", nominate).await.number;
        let approve = on(&number, "state-approve")
            .with("document_no", "12号")
            .with("approved_on", "2026-02-20")
            .with("authority", "国家数据局")
            .with("approved_investment", base);
        world.ok("officer/li", approve).await;
        let matching = |issued: &str| {
            let mut claim = entitlement("national-match", base, 100_000_000, base, 100_000_000);
            claim["trace"] = json!({"parameters": [
                {"id": "issued", "value": issued, "is_default": false},
                {"id": "payout-unit", "value": "fen", "is_default": true},
            ]});
            on(&number, "match").with("entitlement", claim)
        };
        let policy = |issued: &str, parameters: Option<&str>| {
            let policy = Request::new(Kind::Registry, Some("registry"), "policy")
                .with("issued", issued)
                .with("source", "黑政办规〔2026〕3号");
            match parameters {
                Some(parameters) => policy.with("parameters", parameters),
                None => policy,
            }
        };
        let refused = async |issued: &str, word: &str| {
            let said = world.act(OFFICERS[0], matching(issued)).await.unwrap_err().text();
            assert!(said.en.contains(word) && said.zh.contains(word), "{said:?}");
        };
        refused("2026-03-01", "registry policy").await;
        assert_eq!(
            world.refused(OFFICERS[0], policy("2026-03-01", Some("a"))).await,
            "SJ-registry-004"
        );
        assert_eq!(world.refused(OFFICERS[0], policy("2026-03-03", None)).await, "SJ-registry-004");
        world.ok(OFFICERS[0], policy("2026-03-01", Some("payout-unit=wan"))).await;
        assert_eq!(
            world.refused(OFFICERS[0], policy("2026-03-01", Some("payout-unit=wan"))).await,
            "SJ-registry-007"
        );
        refused("2026-03-01", "registry policy").await;
        world.ok(OFFICERS[1], policy("2026-03-01", Some("payout-unit=wan"))).await;
        refused("2026-01-01", "--issued 2026-03-01").await;
        refused("2026-03-01", "--set payout-unit=wan").await;
        // What is set anew takes the place of all that was set before.
        world.both(OFFICERS, policy("2026-03-01", None)).await;
        world.both(OFFICERS, matching("2026-03-01")).await;
        world.whole().await;
    });
}
