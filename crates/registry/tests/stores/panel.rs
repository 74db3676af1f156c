//! A provincial application from draft to closed, and everything that may stand in its way.

use shujian_registry::{Kind, Request};

use super::world::{World, code, entitlement, on, on_both, paper};

const OFFICERS: [&str; 2] = ["officer/li", "officer/wang"];
const FINANCE: [&str; 2] = ["finance/zhao", "finance/qian"];

fn apply() -> Request {
    Request::new(Kind::Application, None, "apply")
        .with("batch", "HLJ-BA-2026-0001")
        .with("organisation", code(0))
        .with("name", "高寒农作物病虫害图像集")
        .with("sector", "agriculture")
        .with("requested", 150_000_000)
        .with("eligible_cost", 300_000_000)
}

fn score(number: &str, root: char) -> Request {
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
        let review = on(&number, "review").with("points", points);
        let signed = world.sign(expert, review, &[("opinion", "标注一致，覆盖充分")]);
        world.store.execute(&signed).await.unwrap();
    }
    number
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
        world.ok(OFFICERS[0], paper(on(&number, "evaluate"))).await;
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

#[test]
fn scores_are_sealed_and_spread_is_bounded() {
    on_both(async |place| {
        let mut world = World::new(place).await;
        let number = judged(&world, 'c').await;
        let shown = world.store.show(&number, Some("expert/a")).await.unwrap();
        assert_eq!(shown.reviews.len(), 3);
        assert_eq!(shown.reviews[0]["score_centi"], 7800);
        assert!(shown.reviews[1]["score_centi"].is_null(), "sealed");
        let again = on(&number, "review").with("points", 1);
        let signed = world.sign("expert/a", again, &[("opinion", "改主意了")]);
        assert_eq!(world.store.execute(&signed).await.unwrap_err().code(), Some("SJ-registry-008"));
        // A further expert whose score lies more than fifteen points away.
        world.enrol("expert/e", None).await;
        world.ok("officer/li", on(&number, "assign").with("expert", "expert/e")).await;
        assert_eq!(world.refused("officer/li", on(&number, "conclude")).await, "SJ-registry-008");
        let far = on(&number, "review").with("points", 6600);
        let signed = world.sign("expert/e", far, &[("opinion", "覆盖不足")]);
        world.store.execute(&signed).await.unwrap();
        assert_eq!(world.refused("officer/li", on(&number, "conclude")).await, "SJ-registry-008");
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
