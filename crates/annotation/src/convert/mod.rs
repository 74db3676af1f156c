//! Writers: labels in one format out to another, with what is lost.
