//! What manipulations of tables gain, and what honest tables keep.
//!
//! `cargo run --release -p shujian-quality --example table_manipulations [-- NAME... | roles | speed]`
//! prints a Markdown table of ΔScale and ΔVD for every manipulation, strength and seed on the tables
//! of the test data (`SHUJIAN_DATA`), and the honest retention step by step.
#![allow(clippy::print_stdout, reason = "the output of this program is its table")]

mod load;
mod score;

use shujian_fixtures::Records;
use shujian_fixtures::manipulate::table::TABLE;
use shujian_fixtures::rng::Rng;

use score::Score;

/// Shares added.
const STRENGTHS: [f64; 2] = [0.3, 1.0];

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let data = std::env::var("SHUJIAN_DATA").unwrap_or_else(|_| "../shared/data".to_owned());
    let mut tables = load::tables(std::path::Path::new(&data));
    if let Ok(only) = std::env::var("TABLES") {
        tables.retain(|(name, _)| only.split(',').any(|part| name.contains(part)));
    }
    if wanted.first().is_some_and(|word| word == "roles") {
        tables.iter().for_each(|(name, records)| print_roles(name, records));
        return;
    }
    if wanted.first().is_some_and(|word| word == "speed") {
        score::speed();
        return;
    }
    let chosen = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word));
    let honest = print_honest(&tables);
    println!(
        "\n| manipulation | strength | cases | ΔScale worst, unclamped | ΔScale worst | ΔScale > 0.3 | ΔVD worst | ΔVD > 0.3 | worst table |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let seeds: u64 = std::env::var("SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    for manipulation in TABLE.iter().filter(|one| chosen(one.name)) {
        for strength in STRENGTHS {
            let mut rises: Vec<Rise> = Vec::new();
            for ((name, records), before) in tables.iter().zip(&honest) {
                for seed in 0..seeds {
                    let after = (manipulation.apply)(records, strength, &mut Rng::new(seed + 1));
                    if after == *records {
                        continue;
                    }
                    let after = Score::of(&after);
                    if std::env::var_os("VERBOSE").is_some() {
                        println!(
                            "    {name}: rows {} to {}, novel {} to {}, factor {:.3} to {:.3}",
                            before.rows,
                            after.rows,
                            before.novel,
                            after.novel,
                            before.factor.low,
                            after.factor.low
                        );
                    }
                    let clamped = |score: &Score| score.scale().clamp(0.0, 100.0);
                    rises.push(Rise {
                        unclamped: after.scale() - before.scale(),
                        scale: clamped(&after) - clamped(before),
                        density: after.density() - before.density(),
                        table: name,
                    });
                }
            }
            print_line(manipulation.name, strength, &rises);
        }
    }
}

/// Points a manipulation of one table gained.
struct Rise<'a> {
    unclamped: f64,
    scale: f64,
    density: f64,
    table: &'a str,
}

fn print_line(name: &str, strength: f64, rises: &[Rise<'_>]) {
    let worst = |of: fn(&Rise<'_>) -> f64| {
        rises
            .iter()
            .max_by(|a, b| of(a).total_cmp(&of(b)))
            .map_or((0.0, ""), |one| (of(one), one.table))
    };
    let above = |of: fn(&Rise<'_>) -> f64| rises.iter().filter(|one| of(one) > 0.3).count();
    let (unclamped, _) = worst(|one| one.unclamped);
    let ((scale, at), (density, also)) = (worst(|one| one.scale), worst(|one| one.density));
    println!(
        "| {name} | {strength} | {} | {unclamped:+.2} | {scale:+.2} | {} | {density:+.2} | {} | {at}; {also} |",
        rises.len(),
        above(|one| one.scale),
        above(|one| one.density),
    );
    if std::env::var_os("VERBOSE").is_some() {
        for one in rises.iter().filter(|one| one.scale > 0.3 || one.density > 0.3) {
            println!("    {}: {:+.2} {:+.2}", one.table, one.scale, one.density);
        }
    }
}

fn print_honest(tables: &[(String, Records)]) -> Vec<Score> {
    println!(
        "| table | rows | profile | cells | counted share | novel rows | novel share | factor low | point | E | Scale | rho | VD | structure | validity | information | uniqueness |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    tables
        .iter()
        .map(|(name, records)| {
            let score = Score::of(records);
            println!(
                "| {name} | {} | {:?} | {} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {:.0} | {:.1} | {:.3} | {:.1} | {:.3} | {:.3} | {:.2} | {:.3} |",
                records.rows.len(),
                score.profile,
                score.cells,
                score.submitted as f64 / score.cells.max(1) as f64,
                score.rows as f64 / records.rows.len() as f64,
                score.novel as f64 / score.submitted.max(1) as f64,
                score.factor.low,
                score.factor.point,
                score.effective(),
                score.scale(),
                score.retention(),
                score.density(),
                score.metric("structure"),
                score.metric("validity"),
                score.metric("information"),
                score.metric("uniqueness"),
            );
            score
        })
        .collect()
}

fn print_roles(name: &str, records: &Records) {
    let plan = score::plan(records);
    for partition in &plan.partitions {
        let roles: Vec<String> = partition
            .columns
            .iter()
            .map(|column| format!("{}:{}", column.name, column.role.name()))
            .collect();
        println!("{name} [{:?}] {} :: {}", partition.profile, partition.name, roles.join(" "));
    }
}
