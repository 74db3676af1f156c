//! Crowd labels: consensus, agreement and raters against gold.

use std::path::Path;

use serde_json::Value;
use shujian_annotation::agreement::{
    Units, fit, fixed_fleiss, intraclass, leave_one_out, mean_and_median, randolph,
};
use shujian_annotation::consensus::{
    DawidSkene, Decided, Glad, Mace, Mmsr, OneCoin, Posterior, Rounds, majority, mean_entropy, wawa,
};
use shujian_annotation::formats;
use shujian_annotation::gold::{Answers, Tally};
use shujian_annotation::matching::answers;
use shujian_annotation::table::LabelTable;
use shujian_core::Limits;

use super::agreement::{alphas, kappa_of_pair, raw_block};
use super::compare::{Compare, json};

fn labels(case: &Path) -> LabelTable {
    let read = formats::read(&case.join("labels.csv"), &Limits::default()).unwrap();
    answers(&read.labels)
}

/// Item and label of `gold.csv`; empty where there is none.
fn gold_rows(case: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(case.join("gold.csv")).unwrap_or_default();
    let pair = |line: &str| line.split_once(',').map(|(item, label)| (item.into(), label.into()));
    text.lines().skip(1).filter_map(pair).collect()
}

fn place(names: &[String], name: &str) -> usize {
    names.iter().position(|other| other == name).unwrap()
}

pub fn crowd(case: &Path, compare: &mut Compare) {
    let wanted = json(&case.join("expected.json"));
    let table = labels(case);
    compare.count("items", table.items.len(), &wanted["items"]);
    compare.count("workers", table.raters.len(), &wanted["workers"]);
    compare.count("labels", table.votes.len(), &wanted["labels"]);
    compare.count("repeats", table.repeats().readings, &wanted["repeated_item_worker"]);
    let classes: Vec<&str> =
        wanted["classes"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    compare.same("classes", table.classes.iter().map(String::as_str).collect(), classes);
    for (answers, items) in wanted["labels_per_item"].as_object().unwrap() {
        let answers: usize = answers.parse().unwrap();
        let found = (0..table.items.len()).filter(|&item| table.of(item).len() == answers).count();
        compare.count("labels per item", found, items);
    }
    let mut gold = vec![None; table.items.len()];
    for (item, label) in gold_rows(case) {
        let class = table.classes.iter().position(|class| *class == label);
        gold[table.items.place(&item).unwrap()] = class.map(|class| class as u32);
    }
    compare.maybe("entropy", mean_entropy(&table), &wanted["mean_item_entropy_nats"]);
    consensus(case, &table, &gold, &wanted, compare);
    raters_on_gold(&table, &gold, &wanted, compare);

    alphas(&table, &wanted["krippendorff_alpha"], compare);
    if let Some(block) = wanted.get("fleiss_kappa") {
        let units = Units::from_table(&table);
        compare.maybe("fleiss", fixed_fleiss(&units), &block["fleiss"]);
        compare.maybe("randolph", randolph(&units), &block["randolph"]);
    }
    let first = table.first_readings();
    raw_block(&first, &wanted["irrCAC_raw"], compare);
    for (pair, row) in wanted["cohen_pairs_first15"].as_object().into_iter().flatten() {
        kappa_of_pair(&first, pair, "None", &row["n"], &row["kappa"], compare);
    }
}

/// Scored and correct items, exactly or in accuracy.
fn score(
    what: &str,
    table: &LabelTable,
    decided: &Decided,
    gold: &[Option<u32>],
    wanted: &Value,
    compare: &mut Compare,
) {
    if wanted.get("scored").is_none() {
        return;
    }
    // The peers seed these or stop them by a rule of their own: no worse than they are.
    let seeded = what.contains("seeded");
    let pairs: Vec<_> = decided.labels.iter().zip(gold).filter(|pair| pair.1.is_some()).collect();
    let correct = pairs.iter().filter(|(label, gold)| label == gold).count();
    compare.count(&format!("{what} scored"), pairs.len(), &wanted["scored"]);
    let accuracy = correct as f64 / pairs.len() as f64;
    if seeded {
        let peer = wanted["accuracy"].as_f64().unwrap();
        // The peer's MACE lays habits sorted by name over raters in order of appearance, so its
        // number changes with the names of raters; a plain vote is the floor there.
        let votes = majority(table).decide(table);
        let right =
            votes.labels.iter().zip(gold).filter(|(vote, gold)| gold.is_some() && vote == gold);
        let floor = if what.starts_with("mace") {
            peer.min(right.count() as f64 / pairs.len() as f64)
        } else {
            peer
        };
        compare.same(&format!("{what} {accuracy} against {peer}"), accuracy >= floor - 0.02, true);
    } else {
        compare.count(&format!("{what} correct"), correct, &wanted["correct"]);
        compare.real(&format!("{what} accuracy"), accuracy, &wanted["accuracy"]);
    }
}

fn posterior(
    case: &Path,
    name: &str,
    table: &LabelTable,
    found: &Posterior,
    compare: &mut Compare,
) {
    let Ok(text) = std::fs::read_to_string(case.join(name)) else { return };
    let mut lines = text.lines();
    let classes: Vec<usize> = lines
        .next()
        .unwrap()
        .split(',')
        .skip(1)
        .map(|class| place(&table.classes, class))
        .collect();
    for line in lines {
        let mut cells = line.split(',');
        let item = table.items.place(cells.next().unwrap()).unwrap();
        for (&class, cell) in classes.iter().zip(cells) {
            let wanted: f64 = cell.parse().unwrap();
            // The oracle's rows are clipped from below and not renormalised.
            let found = found.of(item)[class].max(1e-10);
            compare.real(&format!("{name} {line}"), found, &wanted.into());
        }
    }
}

fn consensus(
    case: &Path,
    table: &LabelTable,
    gold: &[Option<u32>],
    wanted: &Value,
    compare: &mut Compare,
) {
    let decided = majority(table).decide(table);
    compare.count("ties", decided.tied.len(), &wanted["majority_vote"]["tied_items"]);
    score("majority", table, &decided, gold, &wanted["majority_vote"], compare);
    if wanted["wawa"].is_object() {
        score("wawa", table, &wawa(table).1.decide(table), gold, &wanted["wawa"], compare);
    }
    if let Some(block) = wanted.get("dawid_skene") {
        let iterations = block["iterations"].as_u64().unwrap() as usize;
        let fitted = DawidSkene(Rounds::exactly(iterations)).fit(table, None);
        score("dawid-skene", table, &fitted.posterior.decide(table), gold, block, compare);
        posterior(case, "expected_dawid_skene_posterior.csv", table, &fitted.posterior, compare);
        for (class, prior) in block["priors"].as_object().unwrap() {
            compare.real("prior", fitted.priors[place(&table.classes, class)], prior);
        }
        for (worker, rows) in block["errors_first_workers"].as_object().unwrap() {
            let rater = place(&table.raters, worker);
            for (said, row) in rows.as_object().unwrap() {
                for (truth, share) in row.as_object().unwrap() {
                    let class = |name| place(&table.classes, name) as u32;
                    let found = fitted.errors.of(rater, class(said), class(truth));
                    compare.real(&format!("errors {worker} {said} {truth}"), found, share);
                }
            }
        }
        let fitted = DawidSkene::default().fit(table, None).posterior.decide(table);
        score(
            "dawid-skene default (seeded)",
            table,
            &fitted,
            gold,
            &block["default_tol_1e-5"],
            compare,
        );
    }
    if let Some(block) = wanted.get("one_coin_dawid_skene") {
        let iterations = block["iterations"].as_u64().unwrap() as usize;
        let fitted = OneCoin(Rounds::exactly(iterations)).fit(table, None);
        score("one-coin", table, &fitted.posterior.decide(table), gold, block, compare);
        let name = "expected_one_coin_dawid_skene_posterior.csv";
        posterior(case, name, table, &fitted.posterior, compare);
        for (class, prior) in block["priors"].as_object().unwrap() {
            compare.real("one-coin prior", fitted.priors[place(&table.classes, class)], prior);
        }
        for (worker, skill) in block["skills_first_workers"].as_object().unwrap() {
            compare.real("skill", fitted.skills[place(&table.raters, worker)], skill);
        }
    }
    for (key, fit) in [
        ("glad", (|table| Glad::default().fit(table).posterior) as fn(&LabelTable) -> Posterior),
        ("mace_seed0", |table| Mace::default().fit(table).posterior),
        ("mmsr_seed0", |table| Mmsr::default().fit(table).posterior),
    ] {
        if wanted[key].is_object() {
            let decided = fit(table).decide(table);
            score(&format!("{key} (seeded)"), table, &decided, gold, &wanted[key], compare);
        }
    }
}

fn raters_on_gold(table: &LabelTable, gold: &[Option<u32>], wanted: &Value, compare: &mut Compare) {
    let answers = Answers::count(table, gold);
    let check = |what: &str, tally: &Tally, row: &Value, compare: &mut Compare| {
        compare.count(&format!("{what} n"), tally.answered as usize, &row["n"]);
        compare.count(&format!("{what} correct"), tally.correct as usize, &row["correct"]);
        if row.get("accuracy").is_some() {
            compare.maybe(&format!("{what} accuracy"), tally.accuracy(), &row["accuracy"]);
        }
        let (wilson, exact) = (tally.wilson(0.95), tally.clopper_pearson(0.95));
        for (side, (found, name)) in [
            (0, (wilson.0, "wilson95")),
            (1, (wilson.1, "wilson95")),
            (0, (exact.0, "clopper_pearson95")),
            (1, (exact.1, "clopper_pearson95")),
        ] {
            compare.real(&format!("{what} {name}"), found, &row[name][side]);
        }
    };
    for (worker, row) in wanted["raters_on_gold"].as_object().into_iter().flatten() {
        check(worker, &answers.raters[place(&table.raters, worker)], row, compare);
    }
    if let Some(row) = wanted.get("all_labels_on_gold") {
        check("all", &answers.overall, row, compare);
    }
}

pub fn numeric(case: &Path, compare: &mut Compare) {
    let wanted = json(&case.join("expected.json"));
    let table = labels(case);
    let values = table.class_values().unwrap();
    compare.count("items", table.items.len(), &wanted["items"]);
    compare.count("workers", table.raters.len(), &wanted["workers"]);
    compare.count("labels", table.votes.len(), &wanted["labels"]);
    alphas(&table, &wanted["krippendorff_alpha"], compare);
    let centers = mean_and_median(&table, &values);
    let (mut means, mut medians) = (Vec::new(), Vec::new());
    for (item, label) in gold_rows(case) {
        let (mean, median) = centers[table.items.place(&item).unwrap()].unwrap();
        means.push((mean, label.parse().unwrap()));
        medians.push((median, label.parse().unwrap()));
    }
    for (what, pairs) in [("mean_vs_gold", means), ("median_vs_gold", medians)] {
        let fit = fit(&pairs).unwrap();
        compare.real(&format!("{what} mae"), fit.mean_absolute, &wanted[what]["mae"]);
        compare.real(&format!("{what} rmse"), fit.root_mean_square, &wanted[what]["rmse"]);
        compare.maybe(&format!("{what} pearson"), fit.pearson, &wanted[what]["pearson"]);
    }
    let icc = intraclass(&table, &values).unwrap();
    let block = &wanted["icc_oneway"];
    compare.count("icc k", icc.raters, &block["k"]);
    compare.real("icc1", icc.single, &block["icc1"]);
    compare.real("icc1k", icc.mean, &block["icc1k"]);
    compare.real("msb", icc.between, &block["msb"]);
    compare.real("msw", icc.within, &block["msw"]);
    let fits = leave_one_out(&table, &values);
    let block = &wanted["rater_vs_leave_one_out_mean_pearson"];
    for (worker, value) in block.as_object().unwrap() {
        let fit = fits[place(&table.raters, worker)];
        compare.maybe(&format!("{worker} pearson"), fit.and_then(|fit| fit.pearson), value);
    }
}
