//! From facts to an entitlement: the facts are checked, then the steps run in a fixed order.

use shujian_core::Fen;
use shujian_core::finding::Text;

use super::catalogue::{Catalogue, Measure, Period};
use super::entitlement::{Entitlement, Facts};
use super::parameter::Settings;
use super::run::Run;
use super::{Error, Place};

/// Applies a measure to a claim.
///
/// - Errors: an unknown measure, a missing, unknown or negative fact, a question the bureau has not
///   answered, an amount too large. A claim that a rule refuses is no error but an entitlement to
///   nothing, with the reason in its trace.
pub fn evaluate(
    catalogue: &Catalogue,
    measure: &str,
    facts: &Facts,
    settings: &Settings,
) -> Result<Entitlement, Error> {
    let measure = catalogue.measure(measure, facts.date)?;
    check_facts(measure, facts)?;
    let mut run = Run::new(catalogue, measure, facts, settings);
    run.validity()?;
    run.places();
    run.conditions();
    run.amount()?;
    run.cap()?;
    run.limits()?;
    run.stack()?;
    run.granted()?;
    run.envelope()?;
    run.finish()
}

/// Refuses an entitlement before anything is computed: the reason is its only step.
pub(super) fn refuse(
    catalogue: &Catalogue,
    measure: &str,
    facts: &Facts,
    (code, seen): (&str, &str),
) -> Result<Entitlement, Error> {
    let measure = catalogue.measure(measure, facts.date)?;
    let settings = Settings::default();
    let mut run = Run::new(catalogue, measure, facts, &settings);
    run.refuse(code, seen)?;
    run.finish()
}

fn check_facts(measure: &Measure, facts: &Facts) -> Result<(), Error> {
    let known: Vec<&str> = measure.facts().collect();
    for (fact, amount) in facts.amounts.iter().chain(&facts.prior) {
        if !known.contains(&fact.as_str()) {
            let known = known.iter().map(|&fact| fact.to_owned()).collect();
            let measure = measure.id.clone();
            return Err(Error::UnknownFact { fact: fact.clone(), measure, known });
        }
        not_negative(fact, *amount)?;
    }
    if measure.cap.period != Period::Year && !facts.prior.is_empty() {
        let takes = Text {
            zh: "本措施不按年度累计".to_owned(),
            en: "the measure is not computed on a year's sum".to_owned(),
        };
        let at = Place::Fact("prior".to_owned());
        let given = facts.prior.keys().next().cloned().unwrap_or_default();
        return Err(Error::Value { at, given, takes });
    }
    let optional = [
        ("granted", Some(facts.granted_fen)),
        ("ruled", facts.ruled_fen),
        ("requested", facts.requested_fen),
        ("eligible-cost", facts.eligible_cost_fen),
        ("other-public", facts.other_public_fen),
        ("envelope-left", facts.envelope_left_fen),
    ];
    for (fact, amount) in optional {
        not_negative(fact, amount.unwrap_or_default())?;
    }
    for other in &facts.others {
        not_negative(&other.measure, other.entitled_fen.min(other.paid_fen))?;
    }
    let unknown = facts
        .confirmed
        .iter()
        .find(|id| measure.conditions.iter().all(|condition| condition.id != **id));
    let Some(unknown) = unknown else { return Ok(()) };
    let known: Vec<&str> = measure.conditions.iter().map(|known| known.id.as_str()).collect();
    let takes = Text {
        zh: format!("不是本措施的条件；可选：{}", known.join("、")),
        en: format!("is no condition of it; there are {}", known.join(", ")),
    };
    let at = Place::Fact("confirmed".to_owned());
    Err(Error::Value { at, given: unknown.clone(), takes })
}

fn not_negative(fact: &str, amount: Fen) -> Result<(), Error> {
    if amount < Fen(0) { Err(Error::Negative { fact: fact.to_owned() }) } else { Ok(()) }
}
