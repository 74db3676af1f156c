//! Calls into libraries that may trip over hostile bytes: the fall is caught and makes no noise.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// Whether a panic of this thread is going to be caught and reported as a finding.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `call`; a panic in it becomes an error with its message, and nothing is printed.
///
/// Panics of other threads, and of this one outside such a call, reach the hook there was before.
pub(crate) fn quietly<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let loud = take_hook();
        set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                loud(panic);
            }
        }));
    });
    let before = QUIET.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(call));
    QUIET.set(before);
    outcome.map_err(|panic| message(&*panic))
}

/// Runs `call`, a way out of a guarded call, as loud as outside of it.
pub(crate) fn aloud<T>(call: impl FnOnce() -> T) -> T {
    let before = QUIET.replace(false);
    let result = call();
    QUIET.set(before);
    result
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    format!("the reader gave up: {}", text.unwrap_or("without a word"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_with_its_message() {
        assert_eq!(quietly(|| 7), Ok(7));
        let place = 3;
        let caught = quietly(|| assert!(place > 3, "bad offset {place}"));
        assert_eq!(caught, Err("the reader gave up: bad offset 3".to_owned()));
        assert!(!QUIET.get());
    }

    #[test]
    fn guards_nest_and_the_way_out_is_loud() {
        let inner = quietly(|| {
            let inner = quietly(|| assert!(QUIET.get()));
            assert!(QUIET.get() && aloud(|| !QUIET.get()));
            inner
        });
        assert_eq!(inner, Ok(Ok(())));
    }
}
