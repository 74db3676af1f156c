//! The journey of a record, run in parallel within a memory budget.
