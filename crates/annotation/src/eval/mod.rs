//! Labels against gold: average precision, word errors, entity F1.
