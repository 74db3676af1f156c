//! Plans, curves, intervals, walks and limits.

use std::path::Path;

use serde_json::Value;
use shujian_annotation::proportion::{
    agresti_coull, clopper_pearson, exact_upper, jeffreys, wilson,
};
use shujian_annotation::sampling::{
    DoublePlan, Outcome, PlanRequest, ProcessRequest, Sequential, lot_plan, lot_upper_limit, point,
    process_plan,
};
use shujian_annotation::special::binomial_cdf;

use super::compare::{Compare, json};

fn whole(row: &Value, key: &str) -> u64 {
    row[key].as_u64().unwrap_or_else(|| panic!("{key} of {row}"))
}

fn real(row: &Value, key: &str) -> f64 {
    row[key].as_f64().unwrap_or_else(|| panic!("{key} of {row}"))
}

fn rows<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

/// Expected rows repeat their request, so that they are read alone.
pub fn sampling(case: &Path, compare: &mut Compare) {
    let wanted = json(&case.join("expected.json"));
    let requests = json(&case.join("requests.json"));
    for key in ["plans", "binomial_plans", "oc", "intervals", "sprt", "lot_upper", "double"] {
        compare.same(key, rows(&wanted, key).count(), rows(&requests, key).count());
    }
    plans(&wanted, compare);
    curves(&wanted, compare);
    intervals(&wanted, compare);
    walks(&wanted, compare);
    for row in rows(&wanted, "lot_upper") {
        let (lot, n, x) = (whole(row, "N"), whole(row, "n"), whole(row, "x"));
        let upper = lot_upper_limit(lot, n, x, real(row, "beta"));
        compare.count("lot upper", upper as usize, &row["D_upper"]);
        compare.real("rate upper", upper as f64 / lot as f64, &row["rate_upper"]);
    }
}

fn plans(wanted: &Value, compare: &mut Compare) {
    for row in rows(wanted, "plans") {
        let found = lot_plan(&PlanRequest {
            lot: whole(row, "N"),
            acceptable: real(row, "aql"),
            limiting: real(row, "lq"),
            producer_risk: real(row, "alpha"),
            consumer_risk: real(row, "beta"),
        });
        let Some(plan) = found else {
            compare.same(&format!("plan {row}"), Value::Null, row["n"].clone());
            continue;
        };
        for (key, found) in
            [("D1", plan.good), ("D2", plan.bad), ("n", plan.sample), ("c", plan.accept)]
        {
            compare.count(&format!("plan {key} of {row}"), found as usize, &row[key]);
        }
        compare.real("producer risk", plan.producer_risk, &row["producer_risk"]);
        compare.real("consumer risk", plan.consumer_risk, &row["consumer_risk"]);
    }
    for row in rows(wanted, "binomial_plans") {
        let plan = process_plan(&ProcessRequest {
            acceptable: real(row, "p1"),
            limiting: real(row, "p2"),
            producer_risk: real(row, "alpha"),
            consumer_risk: real(row, "beta"),
        })
        .unwrap();
        compare.count("process n", plan.sample as usize, &row["n"]);
        compare.count("process c", plan.accept as usize, &row["c"]);
        compare.real("pa p1", plan.good_passes, &row["pa_p1"]);
        compare.real("pa p2", plan.bad_passes, &row["pa_p2"]);
    }
}

fn curves(wanted: &Value, compare: &mut Compare) {
    for row in rows(wanted, "oc") {
        let (lot, n, c) = (whole(row, "N"), whole(row, "n"), whole(row, "c"));
        for (at, defects) in rows(row, "D").enumerate() {
            let defects = defects.as_u64().unwrap();
            let found = point(lot, n, c, defects);
            compare.real("oc", found.passes, &row["pa_exact_hypergeometric"][at]);
            let share = defects as f64 / lot as f64;
            compare.real("oc binomial", binomial_cdf(c, n, share), &row["pa_binomial"][at]);
            compare.real("aoq", found.outgoing, &row["aoq"][at]);
            compare.real("ati", found.inspected, &row["ati"][at]);
        }
    }
    for row in rows(wanted, "double") {
        let plan = DoublePlan {
            lot: whole(row, "N"),
            first: whole(row, "n1"),
            accept_first: whole(row, "c1"),
            reject_first: whole(row, "r1"),
            second: whole(row, "n2"),
            accept_both: whole(row, "c2"),
        };
        for (at, defects) in rows(row, "D").enumerate() {
            let found = plan.point(defects.as_u64().unwrap());
            compare.real("double pa", found.passes, &row["pa"][at]);
            compare.real("double asn", found.inspected, &row["asn"][at]);
        }
    }
}

fn intervals(wanted: &Value, compare: &mut Compare) {
    for row in rows(wanted, "intervals") {
        let (x, n, confidence) = (whole(row, "x"), whole(row, "n"), real(row, "conf"));
        for (key, found) in [
            ("wilson", wilson(x, n, confidence)),
            ("clopper_pearson", clopper_pearson(x, n, confidence)),
            ("agresti_coull", agresti_coull(x, n, confidence)),
            ("jeffreys", jeffreys(x, n, confidence)),
        ] {
            compare.real(&format!("{key} {x}/{n} low"), found.0, &row[key][0]);
            compare.real(&format!("{key} {x}/{n} high"), found.1, &row[key][1]);
        }
        let upper = exact_upper(x, n, 1.0 - confidence);
        compare.real(&format!("upper {x}/{n}"), upper, &row["upper_one_sided_cp"]);
    }
}

fn walks(wanted: &Value, compare: &mut Compare) {
    for row in rows(wanted, "sprt") {
        let (good, bad) = (real(row, "p0"), real(row, "p1"));
        let test = Sequential::new(good, bad, real(row, "alpha"), real(row, "beta")).unwrap();
        compare.real("h1", test.accept, &row["h1"]);
        compare.real("h2", test.reject, &row["h2"]);
        compare.real("s", test.slope, &row["s"]);
        let walk = test.walk(rows(row, "outcomes").map(|item| item.as_u64() == Some(1)), None);
        let outcome = match walk.outcome {
            Outcome::Accept => "accept",
            Outcome::Reject => "reject",
            _ => "continue",
        };
        compare.same("decision", Some(outcome), row["decision"].as_str());
        compare.count("decided at", walk.at as usize, &row["at"]);
        compare.count("defects", walk.defects as usize, &row["defects"]);
    }
}
