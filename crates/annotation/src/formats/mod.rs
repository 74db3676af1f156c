//! Readers of label formats: one file and one row of `FORMATS` a format.
