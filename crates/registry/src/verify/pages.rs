//! Reading a table page after page, and working on one while the next is read.

use std::sync::Arc;

use sea_orm::DbErr;

use crate::Error;

/// Rows read at once.
pub(super) const PAGE: u64 = 4096;

/// Hands every page of a table to `work`, in order, with the state that the page before left.
///
/// - `read`: the page after a row, or the first; an empty one ends.
/// - `work`: runs beside the reading of the next page, and may use every core.
/// - Errors: [`Error::Store`] of `read`.
pub(super) async fn pages<R, S>(
    read: impl AsyncFn(Option<&R>) -> Result<Vec<R>, DbErr>,
    mut state: S,
    work: fn(S, &[R]) -> S,
) -> Result<S, Error>
where
    R: Send + Sync + 'static,
    S: Send + 'static,
{
    let mut page = Arc::new(read(None).await?);
    while !page.is_empty() {
        let worked = Arc::clone(&page);
        let busy = tokio::task::spawn_blocking(move || work(state, &worked));
        let next = read(page.last()).await;
        state = busy.await.expect("work on a page ends, or panics as it would here");
        page = Arc::new(next?);
    }
    Ok(state)
}
