//! Imports are tried first and kept whole or not at all; what is public is written out.

use shujian_registry::import::sheet::{Format, LIMITS, read};
use shujian_registry::import::{Does, Plan, Report};
use shujian_registry::report::{Dimension, report};
use shujian_registry::{Kind, block_on};

use super::places;
use super::world::{World, code};

const DAY: &str = "2026-03-02";

async fn import(world: &World, kind: Kind, csv: &str, apply: bool) -> Report {
    let sheet = read(csv.as_bytes(), Format::Csv, LIMITS).unwrap();
    let plan = Plan::new(kind, &sheet, &[]);
    world.store.import(plan, &world.signers["officer/li"], Some(DAY), apply).await.unwrap()
}

fn does(report: &Report) -> Vec<Does> {
    report.rows.iter().map(|row| row.does).collect()
}

#[test]
fn an_import_is_tried_then_kept_whole() {
    for place in places::all() {
        block_on(async {
            let world = World::new(place).await;
            let before = world.store.size().await.unwrap();
            let csv = format!(
                "统一社会信用代码,名称,联系人\n{},单位0,\n{},新单位甲,张三\n{},新单位乙,\n",
                code(0),
                code(100),
                code(101).to_lowercase(),
            );
            let tried = import(&world, Kind::Organisation, &csv, false).await;
            assert_eq!(tried.problems, []);
            assert!(!tried.applied);
            assert_eq!(does(&tried), [Does::Keep, Does::Add, Does::Add]);
            assert_eq!(world.store.size().await.unwrap(), before, "a trial leaves a trace");

            let done = import(&world, Kind::Organisation, &csv, true).await;
            assert!(done.applied, "{:?}", done.problems);
            assert_eq!(world.store.size().await.unwrap(), before + 2);
            let again = import(&world, Kind::Organisation, &csv, true).await;
            assert_eq!(does(&again), [Does::Keep; 3], "the same file twice is done once");
            assert_eq!(world.store.size().await.unwrap(), before + 2);
            assert!(
                !serde_json::to_string(&done).unwrap().contains("张三"),
                "personal data is left out"
            );
        });
    }
}

#[test]
fn one_bad_row_keeps_all_out() {
    for place in places::all() {
        block_on(async {
            let world = World::new(place).await;
            let before = world.store.size().await.unwrap();
            // The third names the same organisation otherwise, which only the registry can know.
            let csv = format!("number,name\n{},甲\n{},单位零\n", code(100), code(0));
            let report = import(&world, Kind::Organisation, &csv, true).await;
            assert!(!report.applied);
            assert_eq!(does(&report), [Does::Add, Does::Fail]);
            assert_eq!(report.problems.len(), 1);
            assert_eq!(report.problems[0].row, Some(3));
            assert!(report.problems[0].code.is_some());
            assert_eq!(world.store.size().await.unwrap(), before, "nothing was written");

            let csv = "organisation,name,sector,推荐日期\n00,甲,health,2026-01-15\n";
            let report = import(&world, Kind::NationalProject, csv, true).await;
            assert!(
                report.problems[0].said.en.starts_with("organisation: "),
                "{:?}",
                report.problems
            );
        });
    }
}

#[test]
fn imported_projects_are_public_once_they_are_approved() {
    for place in places::all() {
        block_on(async {
            let world = World::new(place).await;
            let csv = format!(
                "organisation,name,sector,nominated_on\n{},黑土地遥感数据集,agriculture,2026-01-15\n",
                code(0)
            );
            let done = import(&world, Kind::NationalProject, &csv, true).await;
            assert!(done.applied, "{:?}", done.problems);
            let number = done.rows[0].number.clone().unwrap();
            assert!(world.store.register().await.unwrap().entries.is_empty(), "nominated only");

            let approve = shujian_registry::Request::new(
                Kind::NationalProject,
                Some(&number),
                "state-approve",
            )
            .with("document_no", "国数资源〔2026〕12号")
            .with("approved_on", "2026-02-20")
            .with("authority", "国家数据局")
            .with("approved_investment", 10_000_000_000_i64);
            world.ok("officer/li", approve).await;
            let register = world.store.register().await.unwrap();
            assert_eq!(register.entries.len(), 1);
            assert_eq!(register.entries[0].published_on.as_deref(), Some("2026-02-20"));
            let sums = report(&world.store.books().await.unwrap(), &[Dimension::Measure]).unwrap();
            assert_eq!(sums.total.entries, 1);
            assert_eq!(sums.total.allotted_fen, Some(3 * 1_000_000_000));
            assert_eq!(sums.under_review, 0);
            let twin = csv.replace("2026-01-15", "2026-01-16");
            let twin = import(&world, Kind::NationalProject, &twin, true).await;
            assert!(twin.applied);
            let codes: Vec<_> =
                twin.remarks.iter().map(|it| (it.row, it.code.as_deref())).collect();
            assert_eq!(codes, [(Some(2), Some("SJ-registry-017"))], "{:?}", twin.remarks);
            assert_eq!(world.store.books().await.unwrap().register.under_review, 1);
            assert_eq!(sums.groups.len(), 4, "three envelopes, and an entry without an award");
        });
    }
}
