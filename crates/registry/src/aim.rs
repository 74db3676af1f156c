//! What a request means: the row of the table, the entry, and who may.

use sea_orm::DatabaseTransaction;

use crate::Error;
use crate::entities::people::{actor, organisation};
use crate::entries::{Entry, blank, has, integer, named, text};
use crate::error::code;
use crate::fields::{Fields, acts_for, points_at};
use crate::log::Verifier;
use crate::names::stem;
use crate::request::Request;
use crate::transitions::{Transition, find, open_to};
use crate::words::{Kind, Role, State};
use crate::work::{Work, new_id};

/// The row of the table and the entry that a request means.
pub(crate) async fn aim(
    on: &DatabaseTransaction,
    request: &Request,
) -> Result<(&'static Transition, Entry), Error> {
    let kind = Kind::named(&request.kind).ok_or_else(|| {
        Error::field("kind", format!("没有 {} 这一类", request.kind), "is no kind of entry")
    })?;
    let (entry, state) = match &request.target {
        // There is one registry, and it was made before anyone could ask.
        None if kind == Kind::Registry => return Err(closed(kind, State::Active, request)),
        None => (blank(kind), State::None),
        Some(target) => {
            let entry = named(on, kind, target).await?.ok_or_else(|| {
                let (zh, en) = (format!("没有 {target}"), format!("there is no {target}"));
                Error::refuse(code::UNKNOWN, zh, en)
            })?;
            let state = text(&entry, "state");
            let state = if state.is_empty() { Some(State::Active) } else { State::named(state) };
            let bad = || Error::Damaged(format!("{target} is in no known state"));
            (entry, state.ok_or_else(bad)?)
        }
    };
    let row = find(kind, &request.command, state).ok_or_else(|| closed(kind, state, request))?;
    match (request.if_version, integer(&entry, "version")) {
        (Some(wanted), Some(is)) if wanted != is && !row.makes_entry() => {
            let zh = format!("版本已是 {is}，不是 {wanted}：其间有人改动，请重新查看");
            let en = format!("the version is {is}, not {wanted}: somebody changed it; look again");
            Err(Error::refuse(code::VERSION, zh, en))
        }
        _ => Ok((row, entry)),
    }
}

fn closed(kind: Kind, state: State, request: &Request) -> Error {
    let open: Vec<&str> = open_to(kind, state).map(|row| row.command).collect();
    let (command, open) = (&request.command, open.join(", "));
    let zh = format!("“{}”状态下不能 {command}；可用的命令：{open}", state.title().zh);
    let en = format!("`{command}` is not open in the state {}; open are: {open}", state.name());
    Error::refuse(code::STATE, zh, en)
}

/// Whether the actor's role may give the command, and on this entry.
pub(crate) fn authorise(
    row: &Transition,
    actor: &actor::Model,
    entry: &Entry,
) -> Result<(), Error> {
    let role = Role::named(&actor.role);
    let refuse = |zh: String, en: String| Err(Error::refuse(code::ROLE, zh, en));
    if !role.is_some_and(|role| row.roles.contains(&role)) {
        let zh: Vec<&str> = row.roles.iter().map(|role| role.title().zh).collect();
        let en: Vec<&str> = row.roles.iter().map(|role| role.name()).collect();
        return refuse(
            format!("{} 不能 {}；须由{}办理", actor.id, row.command, zh.join("、")),
            format!("{} may not {}; it takes: {}", actor.id, row.command, en.join(", ")),
        );
    }
    let theirs = crate::entries::organisation(entry);
    let foreign = !theirs.is_empty() && actor.organisation_id.as_deref() != Some(theirs);
    if role.is_some_and(acts_for) && foreign {
        return refuse(
            "该条目属于其他单位".into(),
            "the entry belongs to another organisation".into(),
        );
    }
    Ok(())
}

/// Puts ids where fields name entries by number.
pub(crate) async fn resolve(
    on: &DatabaseTransaction,
    row: &Transition,
    fields: &mut Fields,
) -> Result<(), Error> {
    for field in row.fields {
        let kind = match points_at(field) {
            Some(kind) => kind,
            // One side of a tie may be an account or an organisation.
            None if (row.kind, field.name) == (Kind::Tie, "left") => {
                Kind::of_number(fields.text("left")).unwrap_or(Kind::Organisation)
            }
            None => continue,
        };
        let number = fields.text(field.name).to_owned();
        if number.is_empty() {
            continue;
        }
        let entry = named(on, kind, &number).await?.ok_or_else(|| {
            let (title, name) = (kind.title().zh, kind.name());
            let zh = format!("没有{title} {number}；请先以 registry create {name} 建立");
            let en = format!("there is no {name} {number}; make it with `registry create {name}`");
            Error::field(field.name, zh, en)
        })?;
        fields.resolve(field.name, text(&entry, "id").to_owned());
    }
    Ok(())
}

/// Sets the columns that carry the names of fields.
pub(crate) fn fill(row: &Transition, entry: &mut Entry, fields: &Fields) {
    for (column, value) in fields.columns() {
        if has(row.kind, column) {
            entry.insert(column.to_owned(), value.clone());
        }
    }
    if row.kind == Kind::Tie && row.makes_entry() {
        entry.insert("left_id".to_owned(), fields.text("left").into());
    }
}

pub(crate) fn state_of(entry: &Entry, row: &Transition) -> State {
    if row.makes_entry() {
        return State::None;
    }
    State::named(text(entry, "state")).unwrap_or(State::Active)
}

/// Gives a new entry its id, its number, and what follows from others.
pub(crate) async fn begin_entry(work: &mut Work<'_>) -> Result<(), Error> {
    let kind = work.row.kind;
    let set = |work: &mut Work<'_>, column: &str, value: String| {
        work.entry.insert(column.to_owned(), value.into());
    };
    set(work, "id", new_id());
    if let Some(series) = kind.series() {
        let number = work.number(series).await?;
        set(work, "number", number);
    }
    if has(kind, "name_key") {
        let key = stem(text(&work.entry, "name"));
        set(work, "name_key", key);
    }
    match kind {
        Kind::Actor => begin_actor(work)?,
        Kind::Organisation => {
            let code = text(&work.entry, "number").to_owned();
            set(work, "division", code.get(2..8).unwrap_or_default().to_owned());
            if text(&work.entry, "group_code").is_empty() {
                set(work, "group_code", code);
            }
        }
        Kind::Application | Kind::NationalProject => {
            let id = text(&work.entry, "organisation_id").to_owned();
            let organisation: organisation::Model = work.get(&id).await?;
            set(work, "division", organisation.division);
        }
        _ => {}
    }
    authorise(work.row, &work.actor, &work.entry)
}

/// An account is called by its role and name, and its key is made for it.
fn begin_actor(work: &mut Work<'_>) -> Result<(), Error> {
    let id = format!("{}/{}", work.fields.text("role"), work.fields.text("name"));
    if Verifier::parse(work.fields.text("vkey"))?.name() != id {
        let en = format!("the key is not made for {id}");
        return Err(Error::field("vkey", format!("公钥不是为 {id} 生成的"), en));
    }
    let role = Role::named(work.fields.text("role"));
    if role.is_some_and(acts_for) && text(&work.entry, "organisation_id").is_empty() {
        let (zh, en) = ("该角色须注明所属单位", "accounts of this role act for an organisation");
        return Err(Error::field("organisation", zh, en));
    }
    work.entry.insert("id".to_owned(), id.into());
    Ok(())
}
