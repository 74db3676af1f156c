//! Worked cases: lines that bureau staff can read, and that run as tests.
//!
//! `INPUT, INPUT … -> AMOUNT [WORD]`, amounts in yuan. An input is the base alone (`300000.01`) or
//! `NAME=VALUE`: the last part of a fact's name, `prior` (the base claimed before under the same
//! cap), `granted`, `grade`, `ruled`, `asked`, `cost`, `other-public`, `taken` (places), `envelope`,
//! `on`, `issued`, `with` (`MEASURE:ENTITLED:PAID`), or any parameter. The word says why nothing is
//! paid: one of [`WORDS`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::card::Grade;
use shujian_core::finding::Text;
use shujian_core::{Date, Fen};

use super::catalogue::{Catalogue, Measure};
use super::entitlement::{Facts, Other};
use super::parameter::Settings;
use super::place::{self, Part};
use super::trace::Decision;
use super::{evaluate, reason};

/// Words for why nothing is paid, with the code each stands for.
pub const WORDS: &[(&str, &str)] = &[
    ("too-early", reason::BEFORE_VALIDITY),
    ("too-late", reason::AFTER_VALIDITY),
    ("below", reason::BELOW_THRESHOLD),
    ("full", reason::NO_PLACE),
    ("held", reason::HELD),
];

/// A worked case, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What is known of the claim.
    pub facts: Facts,
    /// What the bureau decided.
    pub settings: Settings,
    /// What is to be paid.
    pub amount: Fen,
    /// One of [`WORDS`], where the rule refuses or holds.
    pub word: Option<String>,
}

/// How a worked case came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// The measure.
    pub measure: String,
    /// The case as it stands in the file.
    pub case: String,
    /// Line of the file, from 1.
    pub line: usize,
    /// What came out in place of what is expected; absent where they agree.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub got: Option<String>,
}

/// Name of the form of [`Report`].
pub const SCHEMA: &str = "shujian.policy-test.v1";

/// How all worked cases of a catalogue came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Always `shujian.policy-test.v1`.
    pub schema: String,
    /// Version of the catalogue.
    pub version: String,
    /// blake3 of its file, hex.
    pub hash: String,
    /// Cases that came out as expected.
    pub passed: usize,
    /// Cases that did not.
    pub failed: usize,
    /// Every case, in the order of the file.
    pub cases: Vec<Outcome>,
}

impl Case {
    /// Reads a case.
    ///
    /// - Errors: what is wrong with it, in both languages.
    pub fn parse(catalogue: &Catalogue, measure: &Measure, text: &str) -> Result<Self, Text> {
        let (inputs, outcome) =
            text.split_once("->").ok_or_else(|| said(text, "没有“->”", "has no `->`"))?;
        let mut words = outcome.split_whitespace();
        let amount = words.next().unwrap_or_default().parse::<Fen>();
        let amount = amount.map_err(|error| both(text, error.text()))?;
        let word = words.next().map(str::to_owned);
        let known = |word: &String| WORDS.iter().any(|(known, _)| known == word);
        if !word.as_ref().is_none_or(known) || words.next().is_some() {
            return Err(said(text, "结果后的词无法识别", "ends in a word that is not known"));
        }
        let mut facts = Facts::on(catalogue.case_defaults.date);
        facts.confirmed = measure.conditions.iter().map(|condition| condition.id.clone()).collect();
        let issued = catalogue.case_defaults.issued.to_string();
        let mut given = vec![(catalogue.policy.issued.clone(), issued)];
        for input in inputs.split(',').map(str::trim).filter(|input| !input.is_empty()) {
            let (name, value) = input.split_once('=').unwrap_or(("", input));
            let (name, value) = (name.trim(), value.trim());
            let taken = take(&mut facts, measure, name, value).map_err(|why| both(input, why))?;
            if !taken {
                given.push((name.to_owned(), value.to_owned()));
            }
        }
        let settings = Settings::new(catalogue, given).map_err(|error| both(text, error.text()))?;
        Ok(Self { facts, settings, amount, word })
    }

    /// What comes out in place of what is expected; `None` where they agree.
    pub fn run(&self, catalogue: &Catalogue, measure: &str) -> Option<String> {
        let entitlement = match evaluate(catalogue, measure, &self.facts, &self.settings) {
            Ok(entitlement) => entitlement,
            Err(error) => return Some(error.to_string()),
        };
        let stopped = matches!(entitlement.decision, Decision::Refused | Decision::Held);
        let word = WORDS.iter().find_map(|&(word, code)| {
            let warned = entitlement.warnings.iter().any(|warning| warning.code == code);
            (stopped && warned).then(|| word.to_owned())
        });
        let got = (entitlement.payable_fen, word);
        (got != (self.amount, self.word.clone())).then(|| {
            let amount = plain(got.0);
            got.1.map_or(amount.clone(), |word| format!("{amount} {word}"))
        })
    }
}

/// Puts an input where it belongs; `false` for the name of a parameter.
fn take(facts: &mut Facts, measure: &Measure, name: &str, value: &str) -> Result<bool, Text> {
    let amount = || value.parse::<Fen>().map_err(|error| error.text());
    let fact = measure
        .facts()
        .find(|fact| name == *fact || fact.rsplit_once('.').is_some_and(|(_, last)| last == name));
    if let Some(fact) = fact {
        facts.amounts.insert(fact.to_owned(), amount()?);
        return Ok(true);
    }
    let first = measure.facts().next();
    match (name, first) {
        ("", Some(first)) => {
            facts.amounts.insert(first.to_owned(), amount()?);
        }
        ("prior", Some(first)) => {
            facts.prior.insert(first.to_owned(), amount()?);
        }
        ("granted", _) => facts.granted_fen = amount()?,
        ("ruled", _) => facts.ruled_fen = Some(amount()?),
        ("asked", _) => facts.requested_fen = Some(amount()?),
        ("cost", _) => facts.eligible_cost_fen = Some(amount()?),
        ("other-public", _) => facts.other_public_fen = Some(amount()?),
        ("envelope", _) => facts.envelope_left_fen = Some(amount()?),
        ("grade", _) => facts.grade = Some(grade(value)?),
        ("on", _) => facts.date = value.parse::<Date>().map_err(|error| error.text())?,
        ("taken", _) => {
            let number = value.parse().map_err(|_| said(value, "不是个数", "is no count"))?;
            facts.places_taken = Some(number);
        }
        ("with", _) => facts.others.push(other(value)?),
        ("" | "prior", None) => return Err(said(value, "本措施没有基数", "has no base to go to")),
        _ => return Ok(false),
    }
    Ok(true)
}

/// The grade of a name: `A` to `D`, or `none`.
///
/// - Errors: what grades there are, in both languages.
pub fn grade(name: &str) -> Result<Grade, Text> {
    let found = Grade::ALL.iter().find(|grade| grade.name().eq_ignore_ascii_case(name));
    found.copied().ok_or_else(|| {
        said(name, "不是等次：A、B、C、D 或 none", "is no grade: A, B, C, D or none")
    })
}

/// Another claim, `MEASURE:ENTITLED:PAID`.
///
/// - Errors: what is wrong with it, in both languages.
pub fn other(text: &str) -> Result<Other, Text> {
    let form = || said(text, "应为 措施:应得:已付", "is not MEASURE:ENTITLED:PAID");
    let (rest, paid) = text.rsplit_once(':').ok_or_else(form)?;
    let (measure, entitled) = rest.rsplit_once(':').ok_or_else(form)?;
    let amount = |text: &str| text.parse::<Fen>().map_err(|error| error.text());
    if measure.is_empty() {
        return Err(form());
    }
    Ok(Other {
        measure: measure.to_owned(),
        entitled_fen: amount(entitled)?,
        paid_fen: amount(paid)?,
        ruling: None,
    })
}

/// Yuan without sign and separators, as cases write them.
fn plain(amount: Fen) -> String {
    format!("{}.{:02}", amount.0 / 100, amount.0 % 100)
}

fn said(what: &str, zh: &str, en: &str) -> Text {
    Text { zh: format!("“{what}”{zh}"), en: format!("{what:?} {en}") }
}

fn both(what: &str, why: Text) -> Text {
    Text { zh: format!("“{what}”：{}", why.zh), en: format!("{what:?}: {}", why.en) }
}

/// Runs every worked case of a catalogue; `text` is its file, in which lines are counted.
pub fn run(catalogue: &Catalogue, text: &str) -> Report {
    let mut cases = Vec::new();
    for (at, measure) in catalogue.measures.iter().enumerate() {
        let list = [Part::Key("measures"), Part::At(at), Part::Key("cases")];
        let lines = place::lines_of_items(text, &list);
        for (case_at, case) in measure.cases.iter().enumerate() {
            let read = Case::parse(catalogue, measure, case).expect("a checked catalogue reads");
            cases.push(Outcome {
                measure: measure.id.clone(),
                case: case.clone(),
                line: lines.get(case_at).copied().unwrap_or(1),
                got: read.run(catalogue, &measure.id),
            });
        }
    }
    let failed = cases.iter().filter(|case| case.got.is_some()).count();
    Report {
        schema: SCHEMA.to_owned(),
        version: catalogue.version.clone(),
        hash: catalogue.hash.clone(),
        passed: cases.len() - failed,
        failed,
        cases,
    }
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::RELEASED;
    use super::*;

    #[test]
    fn every_worked_case_comes_out() {
        let report = run(&Catalogue::released(), RELEASED.0);
        let failed: Vec<_> = report.cases.iter().filter(|case| case.got.is_some()).collect();
        assert!(failed.is_empty(), "{failed:#?}");
        assert_eq!(report.passed, report.cases.len());
    }

    #[test]
    fn a_wrong_case_is_told_with_its_line() {
        let case = "\"99999999.99 -> 9999999.99\"";
        let (text, file) = RELEASED;
        assert!(text.contains(case));
        let changed = text.replacen(case, "\"99999999.99 -> 10000000.00\"", 1);
        let report = run(&Catalogue::parse(&changed, file).unwrap(), &changed);
        assert_eq!(report.failed, 1);
        let failed = report.cases.iter().find(|case| case.got.is_some()).unwrap();
        let line = text.lines().position(|line| line.contains(case)).unwrap() + 1;
        assert_eq!((failed.line, failed.got.as_deref()), (line, Some("9999999.99")));
    }

    #[test]
    fn a_case_that_is_none_is_named() {
        let catalogue = Catalogue::released();
        let day = catalogue.case_defaults.date;
        let measure = catalogue.measure("national-match", day).unwrap();
        for (text, message) in [
            ("1.00", "has no `->`"),
            ("1.00 -> x", "is no amount"),
            ("1.00 -> 0.10 perhaps", "word that is not known"),
            ("weather=fine -> 0.00", "no parameter is called \"weather\""),
            ("grade=E -> 0.00", "is no grade"),
            ("1.00, on=today -> 0.00", "is no day"),
            ("1.00, with=x:1 -> 0.00", "MEASURE:ENTITLED:PAID"),
        ] {
            let error = Case::parse(&catalogue, measure, text).unwrap_err();
            assert!(error.en.contains(message), "{text}: {}", error.en);
            assert!(!error.zh.is_ascii());
        }
    }
}
