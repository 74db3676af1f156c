//! JUnit XML as build servers read it (the `junit-10` schema of the xUnit plugin): one suite of
//! checks, then one suite a file with a case for each code found in it.
//!
//! Times, hosts and clocks are left out: the same run gives the same bytes.

use std::collections::BTreeMap;

use shujian_core::Severity;

use crate::Lang;
use crate::place::spell;
use crate::sheet::{Check, Outcome, Sheet, Spot, code_text};

/// Places written out for each case; all of them stand in the JSON.
const MOST: usize = 100;

/// One case.
struct Case {
    name: String,
    outcome: Outcome,
    message: String,
    details: String,
    kind: &'static str,
}

/// Writes a sheet as XML.
pub(crate) fn render(sheet: &Sheet<'_>, lang: Lang) -> String {
    let mut suites = vec![("verdict".to_owned(), checks(&sheet.checks, lang))];
    let mut by_file: BTreeMap<&str, BTreeMap<(Severity, &str), Vec<&Spot<'_>>>> = BTreeMap::new();
    for spot in &sheet.spots {
        let file = spot.place.map_or("", |place| place.file.as_str());
        let of_file = by_file.entry(file).or_default();
        of_file.entry((spot.severity, spot.code)).or_default().push(spot);
    }
    for (file, codes) in by_file {
        let name = match (file, lang) {
            ("", Lang::Zh) => "（未列出位置）",
            ("", Lang::En) => "(no place listed)",
            (file, _) => file,
        };
        let cases =
            codes.iter().map(|((severity, code), spots)| of_code(*severity, code, spots, lang));
        suites.push((name.to_owned(), cases.collect()));
    }
    write(&suites)
}

fn checks(checks: &[Check<'_>], lang: Lang) -> Vec<Case> {
    let case = |check: &Check<'_>| Case {
        name: format!("{} {}", check.id, lang.text(&check.title)),
        outcome: check.outcome,
        message: lang.text(check.reason).to_owned(),
        details: String::new(),
        kind: "verdict",
    };
    checks.iter().map(case).collect()
}

/// One code in one file: an error fails, the rest is said and passes.
fn of_code(severity: Severity, code: &str, spots: &[&Spot<'_>], lang: Lang) -> Case {
    let [title, cause, fix] = code_text(code).map(|text| lang.text(&text).to_owned());
    let places = spots.iter().filter_map(|spot| spot.place);
    let mut details: Vec<String> = places.take(MOST).map(|place| spell(place, lang)).collect();
    let all: u64 = spots.iter().map(|spot| spot.count).sum();
    let rest = all - details.len() as u64;
    if rest > 0 {
        details.push(match lang {
            Lang::Zh => format!("另有 {rest} 处"),
            Lang::En => format!("{rest} more"),
        });
    }
    let stop = if lang == Lang::Zh { "。" } else { ". " };
    Case {
        name: format!("{code} {title}"),
        outcome: if severity == Severity::Error { Outcome::Failed } else { Outcome::Passed },
        message: format!("×{all} {cause}{stop}{fix}"),
        details: details.join("\n"),
        kind: match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        },
    }
}

fn write(suites: &[(String, Vec<Case>)]) -> String {
    let count = |cases: &[Case], outcome: &[Outcome]| {
        cases.iter().filter(|case| outcome.contains(&case.outcome)).count()
    };
    let sum = |outcome: &[Outcome]| -> usize {
        suites.iter().map(|(_, cases)| count(cases, outcome)).sum()
    };
    let tests: usize = suites.iter().map(|(_, cases)| cases.len()).sum();
    let failures = sum(&[Outcome::Failed]);
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"shujian\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n"
    );
    for (name, cases) in suites {
        let failures = count(cases, &[Outcome::Failed]);
        let skipped = count(cases, &[Outcome::Open, Outcome::NotAsked]);
        let (name, tests) = (escaped(name), cases.len());
        xml += &format!(
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" \
             skipped=\"{skipped}\">\n"
        );
        cases.iter().for_each(|case| xml += &of_case(case, &name));
        xml += "  </testsuite>\n";
    }
    xml + "</testsuites>\n"
}

fn of_case(case: &Case, suite: &str) -> String {
    let head = format!("    <testcase name=\"{}\" classname=\"{suite}\"", escaped(&case.name));
    let (message, details) = (escaped(&case.message), escaped(&case.details));
    match case.outcome {
        Outcome::Failed => format!(
            "{head}>\n      <failure message=\"{message}\" type=\"{}\">{details}</failure>\n    \
             </testcase>\n",
            case.kind
        ),
        Outcome::Open | Outcome::NotAsked => {
            format!("{head}>\n      <skipped message=\"{message}\"/>\n    </testcase>\n")
        }
        Outcome::Passed => {
            let said = if details.is_empty() { message } else { format!("{message}\n{details}") };
            format!("{head}>\n      <system-out>{said}</system-out>\n    </testcase>\n")
        }
    }
}

/// Text as XML 1.0 can hold it: marks escaped, what it has no room for replaced.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {
                out.push('\u{fffd}');
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use shujian_core::Place;
    use shujian_core::finding::Text;

    use super::*;

    #[test]
    fn counts_add_up_and_nothing_breaks_out_of_its_attribute() {
        let place = Place::file("a\"<b>.csv").at_row(3).noting("\u{1b}[31m & \u{0}");
        let spot = |severity, place| Spot {
            code: "SJ-annotation-004",
            severity,
            place,
            item: "",
            count: 1,
        };
        let reason = Text { zh: "原因".into(), en: "a <reason>".into() };
        let check = |id, outcome| Check { id, title: reason.clone(), outcome, reason: &reason };
        let sheet = Sheet {
            checks: vec![
                check("G1", Outcome::Passed),
                check("G2", Outcome::Failed),
                check("G3", Outcome::Open),
            ],
            spots: vec![spot(Severity::Error, Some(&place)), spot(Severity::Warning, None)],
            rows_are_lines: |_| false,
        };
        let xml = render(&sheet, Lang::En);
        assert!(xml.contains("tests=\"5\" failures=\"2\""), "{xml}");
        assert!(xml.contains("name=\"a&quot;&lt;b&gt;.csv\""), "{xml}");
        assert!(xml.contains("<skipped message=\"a &lt;reason&gt;\"/>"), "{xml}");
        assert!(!xml.contains(['\u{1b}', '\u{0}']), "{xml}");
        assert_eq!(xml.matches("<testcase ").count(), 5);
        assert_eq!(xml.matches("</testcase>").count(), 5);
    }
}
