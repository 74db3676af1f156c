//! Labels against gold: average precision, word errors, entity F1.

pub mod coco;
pub mod entities;
pub mod transcripts;
pub mod voc;
