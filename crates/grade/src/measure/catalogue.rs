//! The catalogue: every measure of a policy with its numbers, its words and its worked cases.
//!
//! The catalogue of the province is compiled in; another one of the same form may be given. It is
//! checked when it is read, so the evaluator needs no further care.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::Date;
use shujian_core::finding::Text;

use super::parameter::Parameter;
use super::{Error, check, place};

pub use super::rule::{
    Amount, Cap, Condition, Limit, Limits, Measure, Operator, Per, Period, Raise, Rate, Scope,
    Span, Term, Threshold, Wording,
};

/// Name of the catalogue's form.
pub const SCHEMA: &str = "shujian.catalogue.v1";

/// The released catalogue, as text, and the name it is quoted by.
pub const RELEASED: (&str, &str) = (
    include_str!("../../../../pipelines/catalogues/heilongjiang-2026.toml"),
    "pipelines/catalogues/heilongjiang-2026.toml",
);

/// A catalogue file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Always `shujian.catalogue.v1`.
    pub schema: String,
    /// Version, written into every entitlement.
    pub version: String,
    /// blake3 of the file, hex; computed, not read.
    #[serde(skip)]
    pub hash: String,
    /// The policy.
    pub policy: Policy,
    /// What happens where one project meets several measures.
    pub stacking: Stacking,
    /// How a year's envelope is shared.
    pub envelope: Envelope,
    /// What the policy leaves open, each with its question.
    pub parameters: Vec<Parameter>,
    /// The measures, in the order of the articles.
    pub measures: Vec<Measure>,
    /// What worked cases suppose unless they say otherwise.
    pub case_defaults: CaseDefaults,
}

/// The policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Its name.
    pub title_zh: String,
    /// Its name, translated.
    pub title_en: String,
    /// Parameter that holds the day of issue.
    pub issued: String,
    /// Years it is valid for.
    pub valid_years: u32,
    /// Parameter that says whether the corresponding day is the last.
    pub last_day: String,
    /// Where validity is ruled.
    pub cite_zh: String,
    /// The same, translated.
    pub cite_en: String,
}

/// What happens where one project meets several measures (从高不重复).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stacking {
    /// Rule between this policy and another one of the province; the policy states it.
    pub across: Rule,
    /// Parameter for measures of different articles.
    pub within_policy: String,
    /// Parameter for measures of one article.
    pub within_article: String,
    /// Parameter for a higher claim after a lower one was paid.
    pub when_lower_paid: String,
    /// Parameter for how much of the smaller of two projects lies in the larger if they are one.
    pub same_project: String,
    /// Where it is ruled.
    pub cite_zh: String,
    /// The same, translated.
    pub cite_en: String,
}

/// How a year's envelope is shared among graded claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// Parameter that says whether grades come in order or all in proportion.
    pub mode: String,
    /// Parameter for the part kept for appeals.
    pub hold_back: String,
}

/// What happens to several claims on one project.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// All are paid.
    Cumulate,
    /// The highest is paid, the others are not.
    Highest,
    /// None is paid until the bureau has ruled.
    Hold,
}

impl Rule {
    /// The rule of a name.
    pub fn named(name: &str) -> Option<Self> {
        [("cumulate", Self::Cumulate), ("highest", Self::Highest), ("hold", Self::Hold)]
            .into_iter()
            .find_map(|(known, rule)| (known == name).then_some(rule))
    }
}

/// What worked cases suppose unless they say otherwise; never used to compute a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseDefaults {
    /// Day of issue.
    pub issued: Date,
    /// Day of the claim.
    pub date: Date,
}

impl Catalogue {
    /// The released catalogue.
    pub fn released() -> Self {
        let (text, file) = RELEASED;
        Self::parse(text, file).expect("a test reads the released catalogue")
    }

    /// Reads and checks a catalogue; `file` is the name errors quote.
    ///
    /// - Errors: [`Error::Form`] and [`Error::Contradiction`], both with file, line and field.
    pub fn parse(text: &str, file: &str) -> Result<Self, Error> {
        let mut catalogue: Self =
            toml::from_str(text).map_err(|error| place::wrong_form(text, file, &error))?;
        catalogue.hash = blake3::hash(text.as_bytes()).to_hex().to_string();
        check::check(&catalogue).map_err(|fault| Error::Contradiction {
            file: file.to_owned(),
            line: place::line(text, &fault.path),
            field: place::spell(&fault.path),
            message: fault.message,
        })?;
        Ok(catalogue)
    }

    /// The rule of a name that is valid on a day; the first of the name if none is.
    ///
    /// - Errors: [`Error::UnknownMeasure`].
    pub fn measure(&self, id: &str, day: Date) -> Result<&Measure, Error> {
        let named = || self.measures.iter().filter(|measure| measure.is_named(id));
        named().find(|measure| measure.valid.holds(day)).or_else(|| named().next()).ok_or_else(
            || Error::UnknownMeasure {
                given: id.to_owned(),
                known: self.measures.iter().map(|measure| measure.id.clone()).collect(),
            },
        )
    }

    /// The parameter of a name.
    pub fn parameter(&self, id: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.id == id)
    }

    /// Where the law of several claims stands.
    pub fn stacking_cite(&self) -> Text {
        Text { zh: self.stacking.cite_zh.clone(), en: self.stacking.cite_en.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_released_catalogue_holds_the_thirteen_measures() {
        let catalogue = Catalogue::released();
        let codes: Vec<&str> =
            catalogue.measures.iter().map(|measure| measure.code.as_str()).collect();
        let known =
            ["M3", "M4", "M5", "M6a", "M6b", "M6c", "M7", "M8", "M9", "M11", "M12a", "M12b", "M13"];
        assert_eq!(codes, known);
        assert_eq!(catalogue.hash.len(), 64);
        let cases: usize = catalogue.measures.iter().map(|measure| measure.cases.len()).sum();
        assert!(cases >= 200, "{cases}");
    }

    #[test]
    fn caps_are_those_of_the_rubric_where_both_name_one() {
        let catalogue = Catalogue::released();
        let day = catalogue.case_defaults.date;
        let measure = catalogue.measure("provincial-dataset", day).unwrap();
        assert_eq!(measure.cap.yuan, crate::Rubric::released().policy.cap_yuan);
    }
}
