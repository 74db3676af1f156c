//! α against the values of other tools, and the metric on signed judgements.

use super::*;

/// The real test data, or the reason why the test is skipped.
fn data() -> Option<std::path::PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let path = std::env::var_os("SHUJIAN_DATA").map_or_else(|| beside.into(), Into::into);
    let path: std::path::PathBuf = path;
    if path.join("annotation/agreement").is_dir() {
        return Some(path);
    }
    println!("skipped: {} holds no test data; set SHUJIAN_DATA", path.display());
    None
}

/// Judgements of a table with a row for each unit and a column for each rater.
fn ratings(csv: &str) -> Vec<(u64, u64)> {
    let mut labels: Vec<&str> = Vec::new();
    let mut judgements = Vec::new();
    for (unit, line) in csv.lines().skip(1).enumerate() {
        for label in line.split(',').map(str::trim).filter(|label| !label.is_empty()) {
            let at = labels.iter().position(|known| *known == label).unwrap_or_else(|| {
                labels.push(label);
                labels.len() - 1
            });
            judgements.push((unit as u64, at as u64));
        }
    }
    judgements
}

#[test]
fn alpha_agrees_with_other_tools() {
    let Some(data) = data() else { return };
    let mut checked = 0;
    for case in std::fs::read_dir(data.join("annotation/agreement")).unwrap() {
        let case = case.unwrap().path();
        let read = |name: &str| std::fs::read_to_string(case.join(name)).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&read("expected.json")).unwrap();
        let kind: serde_json::Value = serde_json::from_str(&read("case.json")).unwrap();
        let Some(wanted) = expected["krippendorff_alpha"]["nominal"].as_f64() else { continue };
        if kind["kind"] != "ratings" {
            continue;
        }
        let alpha = nominal(&ratings(&read("data.csv"))).unwrap().alpha.unwrap();
        assert!((alpha - wanted).abs() < 1e-9, "{}: {alpha} {wanted}", case.display());
        checked += 1;
    }
    assert!(checked >= 2, "only {checked} cases checked");
}

#[test]
fn a_few_items_say_little_of_many_records() {
    let measured =
        Measured { value: Ok(1.5), numerator: 30.0, denominator: 20.0, evidence: vec![] };
    let metric = SPEC.to_card(&measured);
    assert_eq!(over(&metric, 10).value, Some(1.5));
    assert_eq!(over(&metric, 3000).value, Some(0.01));
    assert_eq!(over(&metric, 3000).denominator.amount, 3000.0);
    let alone = Measured { value: Err(SPEC.null_rule), ..measured };
    assert_eq!(over(&SPEC.to_card(&alone), 3000).value, None);
}
