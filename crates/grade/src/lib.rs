//! Rubric, gates, score, grade and award: pure rules over a card. Measures, several claims and
//! envelopes: pure rules over facts.
//!
//! [`assess`] reads a card and, if there is one, an application, and applies a [`Rubric`]. It sees
//! no record, file, clock or chance. Every number it uses stands in the rubric; every step it takes
//! stands in the assessment, so that an officer can recompute the amount by hand.

pub mod advice;
pub mod application;
pub mod assess;
pub mod award;
pub mod compare;
pub mod density;
pub mod effect;
pub mod envelope;
pub mod gate;
pub mod loss;
pub mod measure;
pub mod panel;
pub mod points;
pub mod rubric;
pub mod scale;
pub mod stacking;

pub use application::Application;
pub use assess::assess;
pub use compare::compare;
pub use rubric::Rubric;

use shujian_core::Bilingual;

/// Why nothing could be assessed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A rubric or application is not TOML of its form; the message names line, column and key.
    #[error("{what}: {message}")]
    Form {
        /// `rubric` or `application`.
        what: &'static str,
        /// What the parser says.
        message: String,
    },
    /// A rubric contradicts itself.
    #[error("rubric: {0}")]
    Rubric(String),
    /// An application holds a value that cannot be.
    #[error("application: {key} {}", message.en)]
    Application {
        /// Path of the key, such as `money.requested_yuan`.
        key: &'static str,
        /// What is wrong with it.
        message: Bilingual,
    },
}
