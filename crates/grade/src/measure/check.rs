//! Contradictions of a catalogue: each is an error with its place.

use std::collections::BTreeSet;

use shujian_core::Fen;
use shujian_core::finding::Text;

use super::case::Case;
use super::catalogue::{Amount, Catalogue, Measure, Period, SCHEMA, Term};
use super::parameter::{Kind, Parameter};
use super::place::Part::{self, At, Key};

/// What is wrong, and where.
pub(super) struct Fault {
    pub(super) path: Vec<Part>,
    pub(super) message: Text,
}

type Checked = Result<(), Fault>;

fn ensure(holds: bool, path: impl Into<Vec<Part>>, zh: &str, en: &str) -> Checked {
    if holds { Ok(()) } else { Err(fault(path, zh, en)) }
}

fn fault(path: impl Into<Vec<Part>>, zh: &str, en: &str) -> Fault {
    Fault { path: path.into(), message: Text { zh: zh.to_owned(), en: en.to_owned() } }
}

pub(super) fn check(catalogue: &Catalogue) -> Checked {
    let schema = catalogue.schema == SCHEMA;
    ensure(schema, [Key("schema")], "不是 shujian.catalogue.v1", "is not shujian.catalogue.v1")?;
    let years = (1..=100).contains(&catalogue.policy.valid_years);
    let path = [Key("policy"), Key("valid_years")];
    ensure(years, path, "应在 1–100 之间", "is not within 1–100")?;
    for (at, parameter) in catalogue.parameters.iter().enumerate() {
        parameter_is_sound(catalogue, at, parameter)?;
    }
    policy_parameters(catalogue)?;
    for (at, measure) in catalogue.measures.iter().enumerate() {
        measure_is_sound(catalogue, at, measure)?;
        alone(catalogue, at, measure)?;
    }
    all_are_used(catalogue)
}

fn parameter_is_sound(catalogue: &Catalogue, at: usize, parameter: &Parameter) -> Checked {
    let path = |key| [Key("parameters"), At(at), Key(key)];
    let first = catalogue.parameters.iter().position(|known| known.id == parameter.id);
    ensure(first == Some(at), path("id"), "参数重名", "stands twice")?;
    let words = parameter.choices.iter().collect::<BTreeSet<_>>().len();
    let whole = words == parameter.choices.len() && (parameter.kind == Kind::Choice) == (words > 1);
    let (zh, en) = (
        "选择型参数须有至少两个不同的选项，其他类型不得有",
        "needs two different words or more for a choice, none otherwise",
    );
    ensure(whole, path("choices"), zh, en)?;
    let most = parameter.most.is_none_or(|most| parameter.kind == Kind::Rate && most.is_sound());
    let (zh, en) = ("只用于比例，且在 0–1 之间", "is for rates only, within 0–1");
    ensure(most, path("most"), zh, en)?;
    let Some(default) = &parameter.default else { return Ok(()) };
    parameter.check(default).map_err(|message| Fault { path: path("default").to_vec(), message })
}

/// The parameters that the catalogue itself reads.
fn policy_parameters(catalogue: &Catalogue) -> Checked {
    let (policy, stacking) = (&catalogue.policy, &catalogue.stacking);
    let rules = ["cumulate", "highest", "hold"];
    let in_policy = |key| [Key("policy"), Key(key)];
    let in_stacking = |key| [Key("stacking"), Key(key)];
    is_parameter(catalogue, &policy.issued, Kind::Date, in_policy("issued"))?;
    is_choice(catalogue, &policy.last_day, &["last", "first-after"], in_policy("last_day"))?;
    is_choice(catalogue, &stacking.within_policy, &rules, in_stacking("within_policy"))?;
    is_choice(catalogue, &stacking.within_article, &rules, in_stacking("within_article"))?;
    let words = ["top-up", "nothing"];
    is_choice(catalogue, &stacking.when_lower_paid, &words, in_stacking("when_lower_paid"))?;
    is_parameter(catalogue, &stacking.same_project, Kind::Rate, in_stacking("same_project"))?;
    let in_envelope = |key| [Key("envelope"), Key(key)];
    let modes = ["grades", "proportion"];
    is_choice(catalogue, &catalogue.envelope.mode, &modes, in_envelope("mode"))?;
    is_parameter(catalogue, &catalogue.envelope.hold_back, Kind::Rate, in_envelope("hold_back"))?;
    let issued = catalogue.parameter(&policy.issued);
    let open = issued.is_some_and(|parameter| parameter.default.is_none());
    let (zh, en) = (
        "印发日期不得有默认值：须由主管部门填写",
        "names a day with a default, but the day of issue is for the bureau to set",
    );
    ensure(open, in_policy("issued"), zh, en)
}

fn is_parameter(
    catalogue: &Catalogue,
    id: &str,
    kind: Kind,
    path: impl Into<Vec<Part>>,
) -> Checked {
    let fits = catalogue.parameter(id).is_some_and(|parameter| parameter.kind == kind);
    let kind = format!("{kind:?}").to_lowercase();
    let zh = format!("“{id}”不是 {kind} 类型的参数");
    ensure(fits, path, &zh, &format!("{id:?} is no parameter of kind {kind}"))
}

fn is_choice(
    catalogue: &Catalogue,
    id: &str,
    words: &[&str],
    path: impl Into<Vec<Part>> + Clone,
) -> Checked {
    is_parameter(catalogue, id, Kind::Choice, path.clone())?;
    let known = catalogue.parameter(id).map_or(&[][..], |parameter| &parameter.choices);
    let fits = known.iter().all(|word| words.contains(&word.as_str()));
    let zh = format!("参数“{id}”的选项应取自 {}", words.join("、"));
    ensure(
        fits,
        path,
        &zh,
        &format!("parameter {id:?} takes words other than {}", words.join(", ")),
    )
}

fn measure_is_sound(catalogue: &Catalogue, at: usize, measure: &Measure) -> Checked {
    let path = |key| vec![Key("measures"), At(at), Key(key)];
    let within = |key, inner| vec![Key("measures"), At(at), Key(key), Key(inner)];
    let (zh, en) = ("金额过大或为零", "is nothing, or too large");
    ensure(0 < measure.cap.yuan && fits(measure.cap.yuan), within("cap", "yuan"), zh, en)?;
    if let Some(threshold) = measure.threshold {
        ensure(0 < threshold.yuan && fits(threshold.yuan), within("threshold", "yuan"), zh, en)?;
        let shares = !measure.terms().is_empty();
        let (zh, en) = ("没有基数可比", "has no base to compare");
        ensure(shares, path("threshold"), zh, en)?;
    }
    match &measure.amount {
        Amount::Share(terms) => {
            ensure(!terms.is_empty(), path("amount"), "没有基数", "has no terms")?;
            for (term_at, term) in terms.iter().enumerate() {
                let mut path = within("amount", "share");
                path.push(At(term_at));
                term_is_sound(catalogue, term, path)?;
            }
        }
        Amount::FixedYuan(yuan) => {
            let (zh, en) = ("应大于零且不超过最高额", "is nothing, or above the cap");
            let sound = 0 < *yuan && *yuan <= measure.cap.yuan;
            ensure(sound, within("amount", "fixed_yuan"), zh, en)?;
        }
        Amount::GradedBy(id) => {
            is_choice(catalogue, id, &["rubric-2026.1", "ruled"], within("amount", "graded_by"))?;
        }
    }
    is_choice(catalogue, &measure.rounding, &["fen", "yuan", "wan"], path("rounding"))?;
    let yearly = (measure.cap.period == Period::Year) == measure.cap.year_from.is_some();
    let (zh, en) = (
        "按年的最高额须写明 year_from，其他不得有",
        "needs year_from for a yearly cap, and for no other",
    );
    ensure(yearly, path("cap"), zh, en)?;
    if let Some(id) = &measure.cap.year_from {
        let days = ["contract", "invoice", "payment"];
        is_choice(catalogue, id, &days, within("cap", "year_from"))?;
    }
    if let Some(id) = &measure.cap.binding_from {
        is_choice(catalogue, id, &["binding", "open"], within("cap", "binding_from"))?;
    }
    if let Some(limits) = &measure.limits {
        is_choice(catalogue, &limits.from, &["on", "off"], within("limits", "from"))?;
    }
    let known = |id: &String| catalogue.parameter(id).is_some();
    let (zh, en) = ("有未定义的参数", "names a parameter that is not there");
    ensure(measure.open.iter().all(known), path("open"), zh, en)?;
    let ordered = measure.valid.from.zip(measure.valid.until).is_none_or(|(from, to)| from <= to);
    ensure(ordered, path("valid"), "起止颠倒", "ends before it begins")?;
    ensure(!measure.cases.is_empty(), path("cases"), "没有算例", "holds no worked case")?;
    for (case_at, text) in measure.cases.iter().enumerate() {
        let mut path = path("cases");
        path.push(At(case_at));
        Case::parse(catalogue, measure, text).map_err(|message| Fault { path, message })?;
    }
    Ok(())
}

fn term_is_sound(catalogue: &Catalogue, term: &Term, path: Vec<Part>) -> Checked {
    let at = |key| [path.as_slice(), &[Key(key)]].concat();
    let (zh, en) = ("须写明 rate 或 rate_from 之一", "needs either rate or rate_from");
    ensure(term.rate.is_some() != term.rate_from.is_some(), path.clone(), zh, en)?;
    let (zh, en) = ("应为 0–1 之间的分数", "is no fraction within 0–1");
    ensure(term.rate.is_none_or(|rate| rate.is_sound()), at("rate"), zh, en)?;
    if let Some(id) = &term.rate_from {
        is_parameter(catalogue, id, Kind::Rate, at("rate_from"))?;
    }
    let Some(raise) = &term.raised else { return Ok(()) };
    ensure(raise.by.is_sound(), at("raised"), zh, en)?;
    is_choice(catalogue, &raise.reading, &["of-rate", "points"], at("raised"))
}

/// No other rule has the same name or claims the same fact on the same days.
fn alone(catalogue: &Catalogue, at: usize, measure: &Measure) -> Checked {
    for before in &catalogue.measures[..at] {
        if !before.valid.meets(measure.valid) {
            continue;
        }
        let named = before.is_named(&measure.id) || before.is_named(&measure.code);
        let path = [Key("measures"), At(at), Key("id")];
        let zh = format!("与 {} 重名，且有效期相交", before.id);
        ensure(!named, path, &zh, &format!("is also that of {}, on the same days", before.id))?;
        let taken = |fact: &str| before.facts().any(|known| known == fact);
        if let Some((term, fact)) = measure.facts().enumerate().find(|(_, fact)| taken(fact)) {
            let zh = format!("与 {} 在同一时期都以“{fact}”为基数", before.id);
            let en = format!("claims {fact:?}, as {} does on the same days", before.id);
            let path =
                [Key("measures"), At(at), Key("amount"), Key("share"), At(term), Key("fact")];
            return Err(fault(path, &zh, &en));
        }
    }
    let facts: Vec<&str> = measure.facts().collect();
    let once = facts.iter().collect::<BTreeSet<_>>().len() == facts.len();
    let path = [Key("measures"), At(at), Key("amount")];
    ensure(once, path, "同一基数出现两次", "claims one fact twice")
}

fn all_are_used(catalogue: &Catalogue) -> Checked {
    let (policy, stacking) = (&catalogue.policy, &catalogue.stacking);
    let mut used: BTreeSet<&str> =
        catalogue.measures.iter().flat_map(Measure::parameters).collect();
    used.extend([&policy.issued, &policy.last_day].map(String::as_str));
    used.extend([&stacking.within_policy, &stacking.within_article].map(String::as_str));
    used.extend([&stacking.when_lower_paid, &stacking.same_project].map(String::as_str));
    used.extend([&catalogue.envelope.mode, &catalogue.envelope.hold_back].map(String::as_str));
    let idle = catalogue.parameters.iter().position(|known| !used.contains(known.id.as_str()));
    let path = [Key("parameters"), At(idle.unwrap_or_default()), Key("id")];
    ensure(idle.is_none(), path, "没有措施用到它", "is read by no measure")
}

fn fits(yuan: u64) -> bool {
    i64::try_from(yuan).ok().and_then(Fen::from_yuan).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::Error;
    use super::super::catalogue::RELEASED;
    use super::*;

    /// Line, field and message of what a change breaks.
    fn broken(from: &str, to: &str) -> (usize, String, String) {
        let (text, file) = RELEASED;
        assert!(text.contains(from), "{from}");
        let changed = text.replacen(from, to, 1);
        match Catalogue::parse(&changed, file).unwrap_err() {
            Error::Contradiction { line, field, message, .. } => {
                assert!(!message.zh.is_ascii());
                (line, field, message.en)
            }
            Error::Form { line, field, message, .. } => (line, field, message),
            error => panic!("{error}"),
        }
    }

    fn line_of(needle: &str) -> usize {
        RELEASED.0.lines().position(|line| line.contains(needle)).unwrap() + 1
    }

    #[test]
    fn two_rules_for_one_fact_are_an_error() {
        let (from, to) = (
            "benchmark-scenario.approved-total-investment",
            "national-dataset.approved-total-investment",
        );
        let (line, field, message) = broken(from, to);
        assert_eq!(message, format!("claims {to:?}, as national-match does on the same days"));
        assert!(field.starts_with("measures[7].amount"), "{field}");
        assert_eq!(line, line_of(from));
    }

    #[test]
    fn contradictions_are_placed() {
        for (from, to, field, message) in [
            ("shujian.catalogue.v1", "shujian.catalogue.v9", "schema", "is not shujian"),
            ("valid_years = 3", "valid_years = 0", "policy.valid_years", "within"),
            (
                "id = \"national-match\"",
                "id = \"compute-subsidy\"",
                "measures[4].id",
                "also that of",
            ),
            ("rate_from = \"model-voucher-rate\"", "rate = [3, 2]", "rate", "no fraction"),
            (
                "rate_from = \"model-voucher-rate\"",
                "rate_from = \"issued\"",
                "rate_from",
                "kind rate",
            ),
            ("default = \"hold\"", "default = \"both\"", "default", "takes one of"),
            ("id = \"when-lower-paid\"", "id = \"idle\"", "when_lower_paid", "no parameter"),
            (
                "kind = \"date\"",
                "kind = \"date\"\ndefault = \"2026-02-14\"",
                "policy.issued",
                "for the bureau",
            ),
        ] {
            let (line, at, said) = broken(from, to);
            assert!(at.ends_with(field) || at.starts_with(field), "{at}: {said}");
            assert!(said.contains(message), "{said}");
            assert!(line > 1 || at == "schema", "{at}");
        }
    }

    #[test]
    fn wrong_forms_are_placed() {
        let (line, field, message) = broken("valid_years = 3", "valid_years = \"3\"");
        assert_eq!((line, field.as_str()), (line_of("valid_years"), "valid_years"));
        assert!(message.contains("invalid type"), "{message}");
    }
}
