//! A provincial application from draft to closed, and everything that may stand in its way.

use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};
use shujian_registry::{Error, Kind, Receipt, Request};

use super::world::{World, code, entitlement, on, on_both, paper};

const OFFICERS: [&str; 2] = ["officer/li", "officer/wang"];
const FINANCE: [&str; 2] = ["finance/zhao", "finance/qian"];

pub fn apply() -> Request {
    Request::new(Kind::Application, None, "apply")
        .with("batch", "HLJ-BA-2026-0001")
        .with("organisation", code(0))
        .with("name", "高寒农作物病虫害图像集")
        .with("sector", "agriculture")
        .with("requested", 150_000_000)
        .with("eligible_cost", 300_000_000)
}

pub fn score(number: &str, root: char) -> Request {
    let hash = |sign: char| sign.to_string().repeat(64);
    on(number, "score")
        .with("snapshot_root", hash(root))
        .with("card_digest", hash('d'))
        .with("rubric", "2026.1")
        .with("rubric_hash", hash('e'))
        .with("score", 7800)
        .with("grade", "B")
}

async fn scored(world: &World, root: char) -> String {
    let number = world.ok("applicant/one", apply()).await.number;
    for (actor, command) in
        [("applicant/one", "submit"), ("officer/li", "check"), ("officer/li", "pass")]
    {
        world.ok(actor, on(&number, command)).await;
    }
    world.ok("officer/li", score(&number, root)).await;
    number
}

async fn judged(world: &World, root: char) -> String {
    let number = scored(world, root).await;
    for expert in ["expert/a", "expert/b", "expert/c"] {
        world.ok("officer/li", on(&number, "assign").with("expert", expert)).await;
    }
    world.ok("officer/li", on(&number, "open-panel")).await;
    for (expert, points) in [("expert/a", 7800), ("expert/b", 8000), ("expert/c", 8101)] {
        judge(world, &number, expert, (points, "标注一致，覆盖充分")).await.unwrap();
    }
    number
}

pub async fn judge(
    world: &World,
    number: &str,
    expert: &str,
    (points, opinion): (i64, &str),
) -> Result<Receipt, Error> {
    let private = [("points", &*points.to_string()), ("opinion", opinion)];
    world.store.execute(&world.sign(expert, on(number, "review"), &private)).await
}

#[test]
fn from_draft_to_closed() {
    on_both(async |place| {
        let world = World::new(place).await;
        let number = judged(&world, 'a').await;
        assert_eq!(number, "HLJ-DS-2026-0001");
        world.ok(OFFICERS[0], on(&number, "conclude")).await;
        world.ok(OFFICERS[0], on(&number, "publish")).await;
        let shown = world.store.show(&number, None).await.unwrap();
        assert_eq!(shown.entry["panel_centi"], 7967);
        assert_eq!(shown.notices[0]["ends_on"], "2026-03-09");

        let claim = entitlement("provincial-dataset", 0, 120_000_000, 200_000_000, 120_000_000);
        let approve = on(&number, "approve").with("entitlement", claim);
        world.today("2026-03-09");
        assert_eq!(world.refused(OFFICERS[0], approve.clone()).await, "SJ-registry-008");
        let objection = world.sign(
            OFFICERS[0],
            on(&number, "object").with("ground", "数据来源不明"),
            &[("objector", "张某，138…")],
        );
        world.store.execute(&objection).await.unwrap();
        world.today("2026-03-10");
        assert_eq!(
            world.refused(OFFICERS[0], on(&number, "object").with("ground", "迟")).await,
            "SJ-registry-008"
        );
        assert_eq!(world.refused(OFFICERS[0], approve.clone()).await, "SJ-registry-008");
        let rule = on(&number, "rule")
            .with("objection", "HLJ-OB-2026-0001")
            .with("decision", "dismissed")
            .with("answer", "来源已核实");
        world.ok(OFFICERS[1], rule).await;
        world.both(OFFICERS, approve).await;
        world.both(FINANCE, on(&number, "pay")).await;
        let evaluate = paper(on(&number, "evaluate"));
        // A review of what was awarded on the tenth is no paper of the second.
        assert_eq!(world.refused(OFFICERS[0], evaluate.clone()).await, "SJ-registry-004");
        world.ok(OFFICERS[0], evaluate.with("dated", "2026-03-10")).await;
        world.both(FINANCE, on(&number, "pay")).await;
        world.ok(OFFICERS[0], on(&number, "close")).await;
        let award = world.award(&number).await;
        assert_eq!(award["paid_fen"], 120_000_000);
        assert_eq!(award["snapshot_root"], "a".repeat(64));
        world.whole().await;
    });
}

#[test]
fn conflicted_experts_are_kept_out() {
    on_both(async |place| {
        let world = World::new(place).await;
        let number = scored(&world, 'b').await;
        let assign = |expert: &str| on(&number, "assign").with("expert", expert);
        // Of the applicant's own house; tied to it by an old employment; unknown.
        assert_eq!(world.refused("officer/li", assign("expert/d")).await, "SJ-registry-008");
        let tie = Request::new(Kind::Tie, None, "declare")
            .with("left", "expert/c")
            .with("right", code(0))
            .with("ground", "三年内曾任职")
            .with("source", "履历");
        world.ok("officer/li", tie).await;
        assert_eq!(world.refused("officer/li", assign("expert/c")).await, "SJ-registry-008");
        assert_eq!(world.refused("officer/li", assign("expert/z")).await, "SJ-registry-008");
        world.ok("officer/li", assign("expert/a")).await;
        assert_eq!(world.refused("officer/li", assign("expert/a")).await, "SJ-registry-008");
        world.ok("officer/li", assign("expert/b")).await;
        assert_eq!(world.refused("officer/li", on(&number, "open-panel")).await, "SJ-registry-008");
        // Whoever declares a conflict is off the panel for good, and sees the file no more.
        assert!(world.store.show(&number, Some("expert/a")).await.is_ok());
        world.ok("expert/a", on(&number, "recuse").with("ground", "合作过论文")).await;
        assert!(world.store.show(&number, Some("expert/a")).await.is_err());
        assert_eq!(world.refused("officer/li", assign("expert/a")).await, "SJ-registry-008");
        let review = on(&number, "recuse").with("ground", "x");
        assert_eq!(world.refused("expert/c", review).await, "SJ-registry-003");
        world.whole().await;
    });
}

/// A graded application before its panel: 70.46, grade C, by the released bands.
async fn graded(world: &World, root: char) -> String {
    let number = world.ok("applicant/one", apply()).await.number;
    for (actor, command) in
        [("applicant/one", "submit"), ("officer/li", "check"), ("officer/li", "pass")]
    {
        world.ok(actor, on(&number, command)).await;
    }
    let score = score(&number, root)
        .with("score", 7046)
        .with("grade", "C")
        .with("bands", "A=85.00,B=75.00,C=65.00,D=60.00")
        .with("adjustment", 500);
    let other = score.clone().with("grade", "B");
    assert_eq!(world.refused("officer/li", other).await, "SJ-registry-004");
    world.ok("officer/li", score).await;
    number
}

/// The panel's points, what is remarked, the grade that is paid, and those that are not.
#[test]
fn the_grade_is_that_of_the_panel_within_its_adjustment() {
    on_both(async |place| {
        let world = World::new(place).await;
        let mut published = Vec::new();
        for (root, points, remarked, grade, others) in [
            ('1', 7050, false, "C", ["B", "D"]),
            ('2', 9900, true, "B", ["A", "C"]),
            ('3', 7546, false, "B", ["A", "C"]),
            ('4', 6700, false, "C", ["B", "D"]),
            ('5', 1000, true, "C", ["D", "B"]),
        ] {
            let number = graded(&world, root).await;
            for expert in ["expert/a", "expert/b", "expert/c"] {
                world.ok("officer/li", on(&number, "assign").with("expert", expert)).await;
            }
            world.ok("officer/li", on(&number, "open-panel")).await;
            for expert in ["expert/a", "expert/b", "expert/c"] {
                judge(&world, &number, expert, (points, "理由")).await.unwrap();
            }
            let concluded = world.ok(OFFICERS[0], on(&number, "conclude")).await;
            let codes: Vec<&str> = concluded.remarks.iter().map(|it| it.code.as_str()).collect();
            assert_eq!(codes, if remarked { vec!["SJ-registry-030"] } else { vec![] }, "{points}");
            world.ok(OFFICERS[0], on(&number, "publish")).await;
            published.push((number, points, grade, others));
        }
        // Once the notices have run.
        world.today("2026-03-24");
        for (number, points, grade, others) in published {
            let approve = |grade: &str| {
                let mut claim =
                    entitlement("provincial-dataset", 0, 120_000_000, 200_000_000, 1_000);
                claim["grade"] = grade.into();
                // Earlier ones of the name are reckoned with.
                claim["trace"] = serde_json::json!({"facts": {"others": [{
                    "measure": "provincial-dataset", "entitled_fen": 1_000, "paid_fen": 1_000,
                }]}});
                on(&number, "approve").with("entitlement", claim)
            };
            for other in others {
                let said = world.act(OFFICERS[0], approve(other)).await.unwrap_err().text();
                let again = format!("--grade {grade}");
                for text in [&said.zh, &said.en] {
                    assert!(text.contains("70.46") && text.contains(&again), "{points}: {text}");
                }
            }
            world.both(OFFICERS, approve(grade)).await;
        }
        world.whole().await;
    });
}

/// A tie that is entered late counts as much as one that was there before.
#[test]
fn a_tie_after_the_assignment_keeps_an_expert_out() {
    on_both(async |place| {
        let mut world = World::new(place).await;
        let number = judged(&world, '6').await;
        world.enrol("expert/e", None).await;
        let tie = |expert: &str| {
            Request::new(Kind::Tie, None, "declare")
                .with("left", expert)
                .with("right", code(0))
                .with("ground", "持股")
                .with("source", "工商登记")
        };
        world.ok("officer/li", on(&number, "assign").with("expert", "expert/e")).await;
        world.ok("officer/li", tie("expert/e")).await;
        // Whoever has not reviewed yet does not, and is not waited for.
        let late = judge(&world, &number, "expert/e", (7900, "迟")).await.unwrap_err().text();
        assert!(late.en.contains("expert/e is conflicted: 持股"), "{late:?}");
        // Whoever has is left out, and two are too few.
        world.ok("officer/li", tie("expert/b")).await;
        let few = world.act("officer/li", on(&number, "conclude")).await.unwrap_err().text();
        for text in [&few.zh, &few.en] {
            assert!(text.contains("expert/b") && text.contains("expert/e"), "{text}");
        }
        world.enrol("expert/f", None).await;
        world.ok("officer/li", on(&number, "assign").with("expert", "expert/f")).await;
        judge(&world, &number, "expert/f", (7500, "充分")).await.unwrap();
        let concluded = world.ok("officer/li", on(&number, "conclude")).await;
        assert_eq!(concluded.remarks[0].code, "SJ-registry-019", "{:?}", concluded.remarks);
        let shown = world.store.show(&number, None).await.unwrap();
        // 78, 81.01 and 75; the 80 of expert/b stays sealed.
        assert_eq!(shown.entry["panel_centi"], 7800);
        let out = shown.reviews.iter().filter(|review| review["state"] == "recused");
        assert_eq!(out.map(|it| it["score_centi"].is_null()).collect::<Vec<_>>(), [true, true]);
        assert!(shown.remarks.iter().any(|it| it.said.en.contains("expert/b")));
        world.whole().await;
    });
}

#[test]
fn scores_are_sealed_and_spread_is_bounded() {
    on_both(async |place| {
        let mut world = World::new(place).await;
        let number = judged(&world, 'c').await;
        let shown = world.store.show(&number, Some("expert/a")).await.unwrap();
        assert_eq!(shown.reviews.len(), 3);
        assert_eq!(shown.reviews[0]["score_centi"], 7800);
        assert!(shown.reviews[1]["score_centi"].is_null(), "sealed");
        let again = judge(&world, &number, "expert/a", (1, "改主意了")).await;
        assert_eq!(again.unwrap_err().code(), Some("SJ-registry-008"));
        for points in [-1, 10_001] {
            let beyond = judge(&world, &number, "expert/b", (points, "超出范围")).await;
            assert_eq!(beyond.unwrap_err().code(), Some("SJ-registry-004"));
        }
        // A further expert whose score lies more than fifteen points away.
        world.enrol("expert/e", None).await;
        world.ok("officer/li", on(&number, "assign").with("expert", "expert/e")).await;
        assert_eq!(world.refused("officer/li", on(&number, "conclude")).await, "SJ-registry-008");
        judge(&world, &number, "expert/e", (6600, "覆盖不足")).await.unwrap();
        assert_eq!(world.refused("officer/li", on(&number, "conclude")).await, "SJ-registry-008");
        world.whole().await;
    });
}

/// The log says no score before the panel has concluded, and then what opens each seal.
#[test]
fn the_log_holds_seals_until_they_are_opened() {
    on_both(async |place| {
        let world = World::new(place).await;
        let number = judged(&world, 'd').await;
        let reviews = async |command: &str| -> Vec<Json> {
            let mut rows = Vec::new();
            for seq in 0..world.store.size().await.unwrap() {
                let Ok(proof) = world.store.prove(&number, Some(seq)).await else { continue };
                let event: Json = serde_json::from_str(&proof.leaf).unwrap();
                if event["request"]["command"] == command {
                    let written = event["rows"].as_array().unwrap().clone();
                    rows.extend(written.into_iter().filter(|row| row["table"] == "reviews"));
                    let points = &event["request"]["fields"]["points"];
                    assert!(points.is_null() || points.as_str().unwrap().len() == 64);
                }
            }
            rows.into_iter().map(|row| row["row"].clone()).collect()
        };
        let sealed = reviews("review").await;
        assert_eq!(sealed.len(), 3);
        assert!(sealed.iter().all(|row| row["score_centi"].is_null() && row["salt"].is_null()));

        world.ok(OFFICERS[0], on(&number, "conclude")).await;
        let opened = reviews("conclude").await;
        let scores: Vec<&Json> = opened.iter().map(|row| &row["score_centi"]).collect();
        assert_eq!(scores, [7800, 8000, 8101]);
        for (before, row) in sealed.iter().zip(&opened) {
            let said = [row["salt"].as_str().unwrap(), &row["score_centi"].to_string()].join("\0");
            let hash: String =
                Sha256::digest(said).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((&row["sealed"], &before["sealed"]), (&hash.clone().into(), &hash.into()));
        }
        world.whole().await;
    });
}

#[test]
fn files_count_once_and_a_correction_is_asked_for_once() {
    on_both(async |place| {
        let world = World::new(place).await;
        let first = scored(&world, 'f').await;
        let number = world.ok("applicant/one", apply()).await.number;
        world.ok("applicant/one", on(&number, "submit")).await;
        world.ok("officer/li", on(&number, "check")).await;
        world.ok("officer/li", on(&number, "return").with("reason", "缺证明")).await;
        world.today("2026-05-06");
        // A correction may come after the last day of the batch.
        world.ok("applicant/one", on(&number, "submit")).await;
        world.ok("officer/li", on(&number, "check")).await;
        let again = on(&number, "return").with("reason", "还缺");
        assert_eq!(world.refused("officer/li", again).await, "SJ-registry-008");
        world.ok("officer/li", on(&number, "pass")).await;
        assert_eq!(world.refused("officer/li", score(&number, 'f')).await, "SJ-registry-008");
        world.ok("applicant/one", on(&first, "withdraw").with("reason", "撤回")).await;
        world.ok("officer/li", score(&number, 'f')).await;
        // The batch is over for new ones.
        assert_eq!(world.refused("applicant/one", apply()).await, "SJ-registry-008");
        world.whole().await;
    });
}
