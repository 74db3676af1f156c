//! `shujian policy compute`

use std::process::ExitCode;

use shujian_core::finding::Text;
use shujian_core::{Date, Fen};
use shujian_grade::measure::entitlement::{Entitlement, Facts, Other};
use shujian_grade::measure::trace::Decision;
use shujian_grade::measure::{Catalogue, Measure, Settings, case, evaluate};
use shujian_report::Lang;

use super::{Which, refused};
use crate::failure::Failure;
use crate::input::{self, wrong};
use crate::output::Out;

/// Compute what a measure pays, with every step
#[derive(Debug, clap::Args)]
#[command(allow_negative_numbers = true)]
pub(super) struct Args {
    /// Measure such as national-match or M6b; `policy list` has them
    #[arg(value_name = "MEASURE")]
    measure: String,

    #[command(flatten)]
    claim: Claim,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    out: Out,
}

/// A claim and what the bureau decided
#[derive(Debug, clap::Args)]
pub(crate) struct Claim {
    /// Day of the claim, such as 2026-05-01
    #[arg(long, value_name = "DAY")]
    date: String,

    /// Day on which the policy was issued; the bureau states it
    #[arg(long, value_name = "DAY")]
    issued: Option<String>,

    /// Amount the measure is computed from, yuan
    #[arg(long, value_name = "YUAN")]
    base: Option<String>,

    /// A fact of a measure with several, NAME=YUAN; may be repeated
    #[arg(long, value_name = "NAME=YUAN")]
    fact: Vec<String>,

    /// Base already claimed under the same yearly cap, yuan
    #[arg(long, value_name = "YUAN")]
    prior: Option<String>,

    /// Already granted under the same cap, yuan
    #[arg(long, value_name = "YUAN")]
    granted: Option<String>,

    /// Grade of the dataset: A, B, C, D or none
    #[arg(long, value_name = "GRADE")]
    grade: Option<String>,

    /// Sum the bureau ruled for the dataset, with --set score-curve=ruled, yuan
    #[arg(long, value_name = "YUAN")]
    ruled: Option<String>,

    /// Amount asked for, yuan
    #[arg(long, value_name = "YUAN")]
    requested: Option<String>,

    /// Audited eligible cost, yuan
    #[arg(long, value_name = "YUAN")]
    eligible_cost: Option<String>,

    /// Public money already granted for that cost, yuan
    #[arg(long, value_name = "YUAN")]
    other_public: Option<String>,

    /// Condition that was seen to be met; may be repeated
    #[arg(long, value_name = "CONDITION")]
    confirm: Vec<String>,

    /// Beneficiaries of the year so far, for a measure with places
    #[arg(long, value_name = "N")]
    places_taken: Option<u32>,

    /// Another claim on the same project, MEASURE:ENTITLED:PAID in yuan; may be repeated
    #[arg(long, value_name = "CLAIM")]
    with: Vec<String>,

    /// What the year's envelope has left, yuan
    #[arg(long, value_name = "YUAN")]
    envelope: Option<String>,

    /// What the bureau decided on an open question, PARAMETER=VALUE; may be repeated
    #[arg(long, value_name = "PARAMETER=VALUE")]
    set: Vec<String>,
}

impl Claim {
    /// The entitlement of the claim under a measure.
    ///
    /// - Errors: exit 2, what is missing or cannot be read, with the name of the argument.
    pub(crate) fn entitlement(
        &self,
        catalogue: &Catalogue,
        measure: &str,
    ) -> Result<Entitlement, Failure> {
        let date: Date = self
            .date
            .parse()
            .map_err(|error: shujian_core::date::Error| wrong("date", error.text()))?;
        let found = catalogue.measure(measure, date).map_err(|error| refused(&error))?;
        let facts = self.facts(found, date)?;
        let issued = self.issued.iter().map(|day| (catalogue.policy.issued.clone(), day.clone()));
        let set: Vec<(String, String)> =
            self.set.iter().map(|pair| input::pair("set", pair)).collect::<Result<_, _>>()?;
        let settings =
            Settings::new(catalogue, issued.chain(set)).map_err(|error| refused(&error))?;
        evaluate(catalogue, measure, &facts, &settings).map_err(|error| refused(&error))
    }

    fn facts(&self, measure: &Measure, date: Date) -> Result<Facts, Failure> {
        let mut facts = Facts::on(date);
        for (name, given, into) in
            [("base", &self.base, &mut facts.amounts), ("prior", &self.prior, &mut facts.prior)]
        {
            let Some(amount) = amount(name, given)? else { continue };
            let fact = measure.facts().next().ok_or_else(|| {
                let zh = "本措施没有基数".to_owned();
                wrong(name, Text { zh, en: "the measure has no base".to_owned() })
            })?;
            into.insert(fact.to_owned(), amount);
        }
        for pair in &self.fact {
            let (name, value) = input::pair("fact", pair)?;
            let short = |fact: &&str| fact.rsplit('.').next() == Some(name.as_str());
            let fact = measure.facts().find(short).map_or(name.clone(), str::to_owned);
            let value = amount(&name, &Some(value))?.unwrap_or_default();
            facts.amounts.insert(fact, value);
        }
        facts.granted_fen = amount("granted", &self.granted)?.unwrap_or_default();
        facts.ruled_fen = amount("ruled", &self.ruled)?;
        facts.requested_fen = amount("requested", &self.requested)?;
        facts.eligible_cost_fen = amount("eligible-cost", &self.eligible_cost)?;
        facts.other_public_fen = amount("other-public", &self.other_public)?;
        facts.envelope_left_fen = amount("envelope", &self.envelope)?;
        facts.places_taken = self.places_taken;
        facts.confirmed = self.confirm.iter().cloned().collect();
        let grade = self.grade.as_deref().map(case::grade).transpose();
        facts.grade = grade.map_err(|why| wrong("grade", why))?;
        let others: Result<Vec<Other>, Text> =
            self.with.iter().map(|text| case::other(text)).collect();
        facts.others = others.map_err(|why| wrong("with", why))?;
        Ok(facts)
    }
}

fn amount(name: &str, given: &Option<String>) -> Result<Option<Fen>, Failure> {
    let amount = given.as_deref().map(str::parse::<Fen>).transpose();
    amount.map_err(|error| wrong(name, error.text()))
}

pub(super) fn run(args: &Args, lang: Lang) -> Result<ExitCode, Failure> {
    args.out.check()?;
    let open = args.which.open()?;
    let entitlement = args.claim.entitlement(&open.catalogue, &args.measure)?;
    args.out.write(&entitlement, |form| shujian_report::policy::entitlement(form, lang))?;
    Ok(ExitCode::from(u8::from(entitlement.decision != Decision::Payable)))
}
