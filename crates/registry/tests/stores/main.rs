//! Every scenario on both databases. PostgreSQL is started here, on loopback, from the machine's
//! own binaries; where it cannot be, the tests say so aloud and run on SQLite alone.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![expect(clippy::print_stderr, reason = "they say which database they run on")]

mod places;
mod world;

mod crash;
mod exchange;
mod forms;
mod identity;
mod limits;
mod money;
mod order;
mod panel;
mod tamper;
mod tls;
mod walk;
