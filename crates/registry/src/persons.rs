//! Acts of two persons: the first proposes, another confirms the same, on the entry as it was.

use crate::Error;
use crate::entities::people::actor;
use crate::entities::reviews::proposal;
use crate::entries::{integer, text};
use crate::error::code;
use crate::log::Step;
use crate::words::{Kind, State};
use crate::work::Work;

/// Where a command takes two persons: the first proposes, another confirms the same.
///
/// - Errors: [`Error::Refused`] where it is the same person, another content, or a proposal that the
///   entry has moved away from.
pub(crate) async fn second_person(work: &mut Work<'_>) -> Result<Step, Error> {
    if !work.row.two_persons {
        return Ok(Step::Done);
    }
    let id = format!("{}/{}", work.id(), work.row.command);
    let body_hash = work.request.body_hash();
    let me = work.actor.id.clone();
    let known = work.find::<proposal::Model>(&id).await?;
    let version = known.as_ref().map_or(1, |known| known.version + 1);
    let refuse = |zh: String, en: String| Err(Error::refuse(code::TWO_PERSONS, zh, en));
    if let Some(mut open) = known.filter(|known| known.state == State::Open.name()) {
        let (is_mine, is_same) = (open.maker == me, open.body_hash == body_hash);
        match void(work, &open).await? {
            // It could be meant as the second half, which there is nothing left to be of.
            Some(why) if !is_mine && is_same && work.request.if_version.is_none() => {
                return Err(why);
            }
            None if is_mine && is_same => {
                let zh = format!("{me} 已提出，须由另一人确认");
                return refuse(
                    zh,
                    format!("{me} proposed it, and another person has to confirm it"),
                );
            }
            None if !is_mine && !is_same => {
                let zh = format!("内容与 {} 提出的不同", open.maker);
                return refuse(zh, format!("it differs from what {} proposed", open.maker));
            }
            None if !is_mine => {
                open.checker = Some(me);
                open.version = version;
                "confirmed".clone_into(&mut open.state);
                work.maker = Some(open.maker.clone());
                work.put(&open).await?;
                return Ok(Step::Done);
            }
            // The maker thinks again, or nobody's proposal gives way to a new one.
            Some(_) | None => {}
        }
    }
    let proposal = proposal::Model {
        id,
        body_hash,
        maker: me,
        checker: None,
        entry_version: integer(&work.entry, "version"),
        state: State::Open.name().to_owned(),
        version,
    };
    work.put(&proposal).await?;
    Ok(Step::Proposed)
}

/// Why an open proposal no longer counts: the entry was changed, or whoever made it was removed.
async fn void(work: &Work<'_>, open: &proposal::Model) -> Result<Option<Error>, Error> {
    let number = Some(text(&work.entry, "number")).filter(|number| !number.is_empty());
    let number = number.map_or_else(|| work.id(), str::to_owned);
    let now = integer(&work.entry, "version").unwrap_or_default();
    let maker = &open.maker;
    let again = |zh: String, en: String| {
        let zh = format!(
            "{zh}，该提议已作废；请重新查看，由一人重新提出、另一人确认（由您提出请加 --if-version {now}）"
        );
        let en = format!(
            "{en}, so the proposal is void; look at the entry, propose again and have another \
             person confirm (to propose it yourself add --if-version {now})"
        );
        Ok(Some(Error::refuse(code::VERSION, zh, en)))
    };
    // Awards move the version of an envelope, and nothing that an addition to it rests on; the
    // registry itself has no version.
    let is_counted = !matches!(work.row.kind, Kind::Envelope | Kind::Registry);
    if is_counted && open.entry_version != Some(now) {
        let then = open.entry_version.map_or_else(|| "?".to_owned(), |then| then.to_string());
        return again(
            format!("{maker} 提出之后，{number} 已有改动（版本 {then} → {now}）"),
            format!("{number} was changed after {maker} proposed it (version {then}, now {now})"),
        );
    }
    let account = work.find::<actor::Model>(maker).await?;
    if account.is_none_or(|account| account.state != State::Active.name()) {
        return again(
            format!("提出人 {maker} 的账号已停用"),
            format!("the account of {maker}, who proposed it, was removed"),
        );
    }
    Ok(None)
}
