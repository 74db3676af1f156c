//! Found labels against the truth: average precision, error rates of transcripts, F1 of entities.

pub mod coco;
pub mod entities;
mod form;
mod objects;
mod partners;
pub mod transcripts;
pub mod voc;
mod wording;

pub use form::{
    ClassForm, EvaluationForm, METRICS, MeasureForm, Measured, Metric, PartForm, RefusedEvaluation,
    Settings, measure,
};
