//! The one table of transitions: who may do what, from which state, to which, on what conditions.
//!
//! Guards, permissions, the diagram in `docs/states.md`, help and tests derive from [`TABLE`].

mod table;

use shujian_core::Bilingual;

use crate::words::{Kind, Role, State};

pub(crate) use table::SECTORS;
pub use table::TABLE;

/// One row: a command on one kind of entry.
#[derive(Debug, Clone, Copy)]
pub struct Transition {
    /// Kind of entry.
    pub kind: Kind,
    /// States it may be in; [`State::None`] for a command that makes the entry.
    pub from: &'static [State],
    /// Name of the command.
    pub command: &'static str,
    /// Who may give it.
    pub roles: &'static [Role],
    /// State afterwards; `None` leaves it.
    pub to: Option<State>,
    /// What has to be said with it.
    pub fields: &'static [Field],
    /// What has to be true.
    pub guards: &'static [Guard],
    /// What happens beside the change of state.
    pub effects: &'static [Effect],
    /// Whether a second person has to give the same command.
    pub two_persons: bool,
    /// What it is for.
    pub help: Bilingual,
}

/// One thing to say with a command.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Name, and the column it is kept in where the entry has one.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Whether it may be left out.
    pub optional: bool,
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum Holds {
    /// A line of text, at most 1,000 characters.
    Text,
    /// The number of an invoice: full width, lower case and spaces do not tell two apart.
    Invoice,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A year between 2000 and 2999.
    Year,
    /// An amount above zero, in yuan on the command line, fen in a request.
    Fen,
    /// A score between 0 and 100, in hundredths.
    Centi,
    /// 32 bytes in hex.
    Hash,
    /// A unified social credit code.
    Code,
    /// Six digits of an administrative division.
    Division,
    /// An entry of a kind, by number; kept as `<name>_id`.
    Entry(Kind),
    /// An actor of a role, `role/name`.
    Actor(Role),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A public key, as of c2sp.org/signed-note.
    Key,
    /// Personal data: the request and the log hold a salted commitment only.
    Private,
    /// A score between 0 and 100 that is not to be known yet: request and log hold a salted
    /// commitment to its hundredths, and the event that opens it says score and salt.
    Sealed,
    /// A [`shujian_core::Entitlement`].
    Entitlement,
    /// Days that differ from the week, `MM-DD` each, with a comma between them.
    Days,
    /// Bands of a rubric, best first: `A=85.00,B=75.00`, or `none`.
    Bands,
    /// Files, `BLAKE3:BYTES` each, with a comma between them; a list of such texts in a request.
    Files,
}

impl Holds {
    /// Whether requests and the log hold a salted commitment in its place.
    pub fn is_committed(self) -> bool {
        matches!(self, Self::Private | Self::Sealed)
    }
}

/// A condition on a command, beside state and role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// The batch is open, and today is one of its days.
    BatchOpen,
    /// The organisation named or meant has been verified.
    Verified,
    /// No correction has been asked for yet.
    FirstCorrection,
    /// No other live application holds the same files.
    FilesUnclaimed,
    /// The expert named, or who reviews, has no conflict, declared or computed.
    Unconflicted,
    /// Three experts are assigned who have no conflict today.
    ThreeExperts,
    /// Every expert assigned has submitted, and scores lie within fifteen points.
    ReviewsIn,
    /// The period of the notice is over.
    NoticeOver,
    /// No objection is open.
    NothingOpen,
    /// The notice still takes objections.
    NoticeRuns,
    /// The invoice was never claimed before.
    InvoiceUnused,
    /// Purchaser and seller are not related.
    Unrelated,
    /// The invoice is dated in the year it is claimed for.
    DatedInYear,
    /// Every tranche is paid or cancelled.
    TranchesSettled,
    /// A tranche is planned, and what it waits for has been reached.
    TrancheDue,
    /// No grant of the year rests on the transaction.
    NotCounted,
    /// What was ordered back has come back.
    NothingOwed,
    /// No other envelope of the measure and year exists.
    OneEnvelope,
    /// The code is not taken.
    CodeUnused,
    /// The grade is that of the score by the bands.
    GradeFits,
    /// The approval was not matched before, or a ruling allows it.
    ApprovalUnused,
}

/// What a command does beside the change of state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Keeps `document` and `dated` as the paper the act rests on.
    Document,
    /// Adds one to the corrections asked for.
    CountCorrection,
    /// Keeps the files that the card scored.
    Contents,
    /// Keeps what an approval is called, however it is spelt.
    Approval,
    /// Puts an expert on the panel.
    Assign,
    /// Takes a sealed review in.
    Review,
    /// Takes the declaring expert off the panel.
    Recuse,
    /// Leaves out who is conflicted by now, opens the seals and takes the mean, in hundredths,
    /// rounded half up.
    Conclude,
    /// Opens a public notice of so many working days.
    Publish,
    /// Takes an objection in.
    Object,
    /// Decides an objection.
    Rule,
    /// Adds a verified transaction to the purchaser's year.
    CountTransaction,
    /// Takes the transaction out of the purchaser's year again.
    DiscountTransaction,
    /// Commits the envelope, books the award and plans its tranches.
    Award,
    /// Pays the next tranche.
    Pay,
    /// Gives what is not paid back to the envelope.
    Cancel,
    /// Orders an amount back.
    OrderBack,
    /// Books money that came back.
    Recover,
    /// Adds to what the host city reported.
    CitySupport,
    /// Books the money allotted to an envelope.
    Allot,
    /// Adds to an envelope.
    Raise,
    /// Puts the days of a year into the calendar.
    Calendar,
    /// Forgets the personal data of an entry.
    Forget,
    /// Sets the policy's day of issue and the values of its parameters.
    Policy,
}

impl Transition {
    const fn new(kind: Kind, command: &'static str, help: Bilingual) -> Self {
        Self {
            kind,
            from: &[],
            command,
            roles: &[],
            to: None,
            fields: &[],
            guards: &[],
            effects: &[],
            two_persons: false,
            help,
        }
    }

    /// Whether the command makes an entry rather than changing one.
    pub fn makes_entry(&self) -> bool {
        self.from == [State::None]
    }
}

/// The row of a command on an entry in a state.
pub fn find(kind: Kind, command: &str, state: State) -> Option<&'static Transition> {
    TABLE.iter().find(|row| row.kind == kind && row.command == command && row.from.contains(&state))
}

/// The commands that an entry takes in a state.
pub fn open_to(kind: Kind, state: State) -> impl Iterator<Item = &'static Transition> {
    TABLE.iter().filter(move |row| row.kind == kind && row.from.contains(&state))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_command_is_open_twice_from_a_state() {
        let mut seen = BTreeSet::new();
        for row in TABLE {
            assert!(!row.from.is_empty() && !row.roles.is_empty(), "{}", row.command);
            for from in row.from {
                let key = (row.kind, *from, row.command);
                assert!(seen.insert(key), "{key:?} stands twice");
            }
        }
    }

    #[test]
    fn every_state_can_be_reached() {
        for kind in Kind::ALL {
            let reached: BTreeSet<State> = TABLE
                .iter()
                .filter(|row| row.kind == *kind)
                .filter_map(|row| row.to)
                .chain([State::None, State::Active])
                .collect();
            for row in TABLE.iter().filter(|row| row.kind == *kind) {
                for from in row.from {
                    assert!(reached.contains(from), "{kind:?}: nothing leads to {from:?}");
                }
            }
        }
    }

    #[test]
    fn money_moves_by_two_persons() {
        for row in TABLE {
            let moves = [Effect::Award, Effect::Pay, Effect::Recover, Effect::OrderBack];
            if row.effects.iter().any(|effect| moves.contains(effect)) {
                assert!(row.two_persons, "{} moves money by one person", row.command);
                let entitled = [Role::Officer, Role::Finance];
                assert!(row.roles.iter().all(|role| entitled.contains(role)), "{}", row.command);
            }
        }
    }

    #[test]
    fn auditors_write_nothing_and_admins_no_money() {
        for row in TABLE {
            assert!(!row.roles.contains(&Role::Auditor), "{}", row.command);
            if row.roles.contains(&Role::Admin) {
                assert!(matches!(row.kind, Kind::Actor | Kind::Registry), "{}", row.command);
            }
        }
    }
}
