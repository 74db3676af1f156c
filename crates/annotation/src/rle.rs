//! Masks as runs.
