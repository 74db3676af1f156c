//! Criterion benches, one file a stage.
