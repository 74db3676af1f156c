//! The `shujian` command.
fn main() {}
