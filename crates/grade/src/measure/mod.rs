//! Payment rules as data, and the evaluator that turns facts into fen.
//!
//! A [`Catalogue`] holds the measures of a policy. [`evaluate`] applies one of them to [`Facts`]
//! under the bureau's [`Settings`], in a fixed order: base → rate → floor → cap → several claims →
//! what was granted → envelope. Every step stands in the trace of the [`Entitlement`], from which
//! the amount can be computed again: [`trace::reexecute`].

pub mod account;
pub mod case;
pub mod catalogue;
mod check;
pub mod entitlement;
mod evaluate;
pub mod parameter;
mod place;
pub mod reason;
mod rule;
mod run;
pub mod trace;

pub use account::{Book, Purchase};
pub use catalogue::{Catalogue, Measure};
pub use entitlement::{Entitlement, Facts};
pub use evaluate::evaluate;
pub use parameter::Settings;

use shujian_core::finding::Text;

/// Where a value was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// For a parameter.
    Parameter(String),
    /// As a fact.
    Fact(String),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Parameter(id) => write!(f, "parameter {id}"),
            Self::Fact(fact) => write!(f, "fact {fact}"),
        }
    }
}

/// Why a catalogue cannot be used, or an amount not be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not TOML of the form.
    #[error("{file}:{line}: {field}: {message}")]
    Form {
        /// The file.
        file: String,
        /// Line, from 1.
        line: usize,
        /// What stands before the equals sign there.
        field: String,
        /// What the parser says.
        message: String,
    },
    /// A catalogue that contradicts itself.
    #[error("{file}:{line}: {field} {}", message.en)]
    Contradiction {
        /// The file.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Path of the field.
        field: String,
        /// What is wrong with it.
        message: Text,
    },
    /// No such measure.
    #[error("no measure is called {given:?}; there are {}", known.join(", "))]
    UnknownMeasure {
        /// The name asked for.
        given: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// No such parameter.
    #[error("no parameter is called {given:?}; there are {}", known.join(", "))]
    UnknownParameter {
        /// The name given.
        given: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A value that cannot be.
    #[error("{at}: {given:?}: {}", takes.en)]
    Value {
        /// Where.
        at: Place,
        /// The value.
        given: String,
        /// What would fit.
        takes: Text,
    },
    /// A question that the bureau has to answer first.
    #[error("parameter {id} is not set: {} The policy does not say, and there is no default", question.en)]
    Undecided {
        /// The parameter.
        id: String,
        /// The question.
        question: Text,
    },
    /// A fact the measure is computed from.
    #[error("fact {fact} is missing: {}", name.en)]
    MissingFact {
        /// The fact.
        fact: String,
        /// Its name for people.
        name: Text,
    },
    /// A fact the measure does not know.
    #[error("fact {fact} is unknown to {measure}; it takes {}", known.join(", "))]
    UnknownFact {
        /// The fact.
        fact: String,
        /// The measure.
        measure: String,
        /// Facts it takes.
        known: Vec<String>,
    },
    /// An amount below zero.
    #[error("fact {fact} is negative")]
    Negative {
        /// The fact.
        fact: String,
    },
    /// Two claims of one id.
    #[error("claim {id} stands twice")]
    Repeated {
        /// The id.
        id: String,
    },
    /// An amount beyond what can be computed.
    #[error("amounts are too large to compute with")]
    Overflow,
}

impl Error {
    /// The message in both languages.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Form { file, line, field, message } => {
                format!("{file}:{line}：{field}：不合格式，解析器指出：{message}")
            }
            Self::Contradiction { file, line, field, message } => {
                format!("{file}:{line}：{field} {}", message.zh)
            }
            Self::UnknownMeasure { given, known } => {
                format!("没有名为“{given}”的措施；可选：{}", known.join("、"))
            }
            Self::UnknownParameter { given, known } => {
                format!("没有名为“{given}”的参数；可选：{}", known.join("、"))
            }
            Self::Value { at: Place::Parameter(id), given, takes } => {
                format!("参数 {id}：“{given}”{}", takes.zh)
            }
            Self::Value { at: Place::Fact(fact), given, takes } => {
                format!("事项 {fact}：“{given}”{}", takes.zh)
            }
            Self::Undecided { id, question } => {
                format!("参数 {id} 未定：{}政策没有规定，也没有默认值", question.zh)
            }
            Self::MissingFact { fact, name } => format!("缺少事项 {fact}：{}", name.zh),
            Self::UnknownFact { fact, measure, known } => {
                format!("{measure} 不认识事项 {fact}；可用：{}", known.join("、"))
            }
            Self::Negative { fact } => format!("事项 {fact} 为负数"),
            Self::Repeated { id } => format!("申领 {id} 出现两次"),
            Self::Overflow => "金额过大，无法计算".to_owned(),
        };
        Text { zh, en: self.to_string() }
    }
}
