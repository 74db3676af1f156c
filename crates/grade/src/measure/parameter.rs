//! What a policy leaves open: named parameters, their values, and who chose them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::Date;
use shujian_core::finding::Text;

use super::catalogue::{Catalogue, Rate, Rule};
use super::{Error, Place};

/// An open question of the policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Stable name.
    pub id: String,
    /// What values it takes.
    pub kind: Kind,
    /// The words a choice is made of.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub choices: Vec<String>,
    /// Most that a rate may be.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub most: Option<Rate>,
    /// What is supposed, with a warning, unless the bureau decides; absent where it must decide.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub default: Option<String>,
    /// The question.
    pub question_zh: String,
    /// The same, translated.
    pub question_en: String,
    /// Why the default, or why there is none.
    pub because_zh: String,
    /// The same, translated.
    pub because_en: String,
}

/// What values a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One of its words.
    Choice,
    /// A fraction such as `1/10`.
    Rate,
    /// A day.
    Date,
}

impl Parameter {
    /// Whether a text is a value of it.
    ///
    /// - Errors: what it takes, in both languages.
    pub fn check(&self, value: &str) -> Result<(), Text> {
        let (sound, takes) = match self.kind {
            Kind::Choice => {
                let sound = self.choices.iter().any(|choice| choice == value);
                let words = self.choices.join(", ");
                (sound, (format!("应为以下之一：{words}"), format!("takes one of {words}")))
            }
            Kind::Rate => {
                let most = self.most.unwrap_or(Rate(1, 1));
                let sound = rate(value).is_some_and(|rate| is_at_most(rate, most));
                let zh = format!("应为不超过 {most} 的分数，如 1/10");
                (sound, (zh, format!("takes a fraction of at most {most}, such as 1/10")))
            }
            Kind::Date => {
                let sound = value.parse::<Date>().is_ok();
                (sound, ("应为日期，如 2026-05-01".into(), "takes a day such as 2026-05-01".into()))
            }
        };
        if sound { Ok(()) } else { Err(Text { zh: takes.0, en: takes.1 }) }
    }
}

/// A fraction within 0–1; `None` for any other text.
fn rate(text: &str) -> Option<Rate> {
    let (num, den) = text.split_once('/')?;
    let rate = Rate(num.trim().parse().ok()?, den.trim().parse().ok()?);
    rate.is_sound().then_some(rate)
}

fn is_at_most(rate: Rate, most: Rate) -> bool {
    u64::from(rate.0) * u64::from(most.1) <= u64::from(most.0) * u64::from(rate.1)
}

/// What the bureau decided: values by parameter, all of them known and sound.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    /// Checks decisions against a catalogue.
    ///
    /// - Errors: [`Error::UnknownParameter`], [`Error::Value`].
    pub fn new(
        catalogue: &Catalogue,
        given: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Error> {
        let mut values = BTreeMap::new();
        for (id, value) in given {
            let Some(parameter) = catalogue.parameter(&id) else {
                let known = catalogue.parameters.iter().map(|known| known.id.clone()).collect();
                return Err(Error::UnknownParameter { given: id, known });
            };
            parameter.check(&value).map_err(|takes| Error::Value {
                at: Place::Parameter(id.clone()),
                given: value.clone(),
                takes,
            })?;
            values.insert(id, value);
        }
        Ok(Self(values))
    }

    /// The values, by parameter.
    pub fn values(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

/// A parameter as it was read for one amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Chosen {
    /// The parameter.
    pub id: String,
    /// Its value.
    pub value: String,
    /// Whether nobody chose it: the catalogue's default.
    pub is_default: bool,
    /// The question it answers.
    pub question: Text,
    /// Why the default, or why there is none.
    pub because: Text,
}

/// Reads parameters and keeps what was read.
pub(crate) struct Reader<'a> {
    catalogue: &'a Catalogue,
    settings: &'a Settings,
    /// What was read so far, in order, each once.
    pub(crate) chosen: Vec<Chosen>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(catalogue: &'a Catalogue, settings: &'a Settings) -> Self {
        Self { catalogue, settings, chosen: Vec::new() }
    }

    /// The value of a parameter.
    ///
    /// - Errors: [`Error::Undecided`] where the bureau must decide and has not.
    pub(crate) fn word(&mut self, id: &str) -> Result<&'a str, Error> {
        let parameter = self.catalogue.parameter(id).expect("a checked catalogue has it");
        let question =
            Text { zh: parameter.question_zh.clone(), en: parameter.question_en.clone() };
        let given = self.settings.0.get(id);
        let Some(value) = given.or(parameter.default.as_ref()) else {
            return Err(Error::Undecided { id: id.to_owned(), question });
        };
        if self.chosen.iter().all(|known| known.id != id) {
            self.chosen.push(Chosen {
                id: id.to_owned(),
                value: value.clone(),
                is_default: given.is_none(),
                question,
                because: Text {
                    zh: parameter.because_zh.clone(),
                    en: parameter.because_en.clone(),
                },
            });
        }
        Ok(value)
    }

    pub(crate) fn rate(&mut self, id: &str) -> Result<Rate, Error> {
        Ok(rate(self.word(id)?).expect("values are checked when they are given"))
    }

    pub(crate) fn day(&mut self, id: &str) -> Result<Date, Error> {
        Ok(self.word(id)?.parse().expect("values are checked when they are given"))
    }

    pub(crate) fn rule(&mut self, id: &str) -> Result<Rule, Error> {
        Ok(Rule::named(self.word(id)?).expect("values are checked when they are given"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(id: &str, value: &str) -> Result<Settings, Error> {
        Settings::new(&Catalogue::released(), [(id.to_owned(), value.to_owned())])
    }

    #[test]
    fn only_values_of_a_parameter_are_taken() {
        for (id, value) in
            [("issued", "2026-03-01"), ("within-article", "highest"), ("model-voucher-rate", "1/5")]
        {
            assert!(set(id, value).is_ok(), "{id}");
        }
        for (id, value) in [
            ("issued", "2026-13-01"),
            ("within-article", "both"),
            ("model-voucher-rate", "0.2"),
            ("model-voucher-rate", "1/0"),
            ("model-voucher-rate", "3/2"),
            ("model-voucher-rate", "1/2000000"),
            ("pilot-base-rate", "21/100"),
        ] {
            let error = set(id, value).unwrap_err();
            assert!(matches!(error, Error::Value { .. }), "{id} {value}: {error}");
        }
        assert!(matches!(set("weather", "fine"), Err(Error::UnknownParameter { .. })));
    }

    #[test]
    fn what_nobody_decided_is_said() {
        let (catalogue, settings) = (Catalogue::released(), Settings::default());
        let mut reader = Reader::new(&catalogue, &settings);
        assert!(matches!(reader.day("issued"), Err(Error::Undecided { .. })));
        assert_eq!(reader.rule("within-article").unwrap(), Rule::Hold);
        reader.word("within-article").unwrap();
        assert_eq!(reader.chosen.len(), 1);
        assert!(reader.chosen[0].is_default);
    }
}
