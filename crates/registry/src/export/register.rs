//! The public side of the registry: entries that were approved or awarded, with their money.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryOrder};
use serde::{Deserialize, Serialize};
use shujian_core::{Bilingual, Sector};

use crate::entities::money::{award, envelope, tranche};
use crate::entities::people::organisation;
use crate::entities::projects::{annotation_base, application, national_project, voucher_claim};
use crate::words::place;
use crate::{Error, Kind, State, Store};

/// Entries and envelopes, in order of their numbers.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Register {
    /// Entries.
    pub entries: Vec<Entry>,
    /// What measures may spend in a year.
    pub envelopes: Vec<Envelope>,
    /// Entries that are not public yet: how many, and nothing else of them.
    #[serde(skip)]
    pub under_review: u64,
}

/// A public entry.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// [`Kind`] by name.
    pub kind: &'static str,
    /// The kind for people.
    #[serde(skip)]
    pub kind_title: Bilingual,
    /// Public number.
    pub number: String,
    /// Name.
    pub name: String,
    /// Beneficiary.
    pub organisation: String,
    /// Its credit code.
    pub credit_code: String,
    /// [`Sector`] by name; absent for vouchers and bases.
    pub sector: Option<String>,
    /// Administrative division, six digits.
    pub division: String,
    /// [`State`] by name.
    pub state: String,
    /// Merkle root of its files.
    pub snapshot_root: Option<String>,
    /// Day of the approval or, failing that, of the award.
    pub published_on: Option<String>,
    /// The award.
    pub award: Option<Award>,
}

/// The award of an entry. Amounts are fen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Award {
    /// Public number.
    pub number: String,
    /// Measure of the policy catalogue.
    pub measure: String,
    /// Budget year.
    pub year: i64,
    /// Day of the award.
    pub awarded_on: String,
    /// Awarded and not cancelled.
    pub committed_fen: i64,
    /// Paid out.
    pub paid_fen: i64,
    /// Taken back of what was paid.
    pub recovered_fen: i64,
    /// Payments made.
    pub payments: Vec<Payment>,
}

/// A payment made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Payment {
    /// Place in the plan, from 1.
    pub place: i64,
    /// Day.
    pub paid_on: String,
    /// Amount.
    pub amount_fen: i64,
}

/// What a measure may spend in a year. Amounts are fen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Envelope {
    /// Measure of the policy catalogue.
    pub measure: String,
    /// Budget year.
    pub year: i64,
    /// Allotted.
    pub total_fen: i64,
    /// Awarded and not cancelled.
    pub committed_fen: i64,
}

/// Whether the public may see entries in a state: they were approved, and not before.
pub fn is_public(state: State) -> bool {
    use State as S;
    match state {
        S::Approved
        | S::Disbursing
        | S::Performance
        | S::Closed
        | S::Clawback
        | S::ClawedBack
        | S::StateApproved
        | S::Matched
        | S::Accepted
        | S::Revoked
        | S::Granted
        | S::Paid
        | S::Designated
        | S::Operating
        | S::Reviewed
        | S::Suspended => true,
        S::None
        | S::Active
        | S::Removed
        | S::Registered
        | S::Verified
        | S::Planned
        | S::Open
        | S::Draft
        | S::Submitted
        | S::FormalCheck
        | S::Returned
        | S::Scoring
        | S::Scored
        | S::ExpertReview
        | S::NoticePending
        | S::PublicNotice
        | S::Rejected
        | S::Withdrawn
        | S::Nominated
        | S::Filed
        | S::Proposed => false,
    }
}

/// Whether an entry in a state waits for a decision that would make it public.
fn is_under_review(state: State) -> bool {
    let ended = matches!(state, State::Rejected | State::Withdrawn | State::Removed);
    !is_public(state) && !ended
}

/// The sector in both languages.
pub(crate) fn sector_titles(sector: Option<&str>) -> (&'static str, &'static str) {
    let read = sector.map(|name| serde_json::from_value::<Sector>(name.into()));
    let title = read.and_then(Result::ok).map(Sector::title);
    title.map_or(("不分领域", "no sector"), |title| (title.zh, title.en))
}

/// What all kinds of entries have.
struct Common<'a> {
    kind: Kind,
    id: &'a str,
    number: &'a str,
    name: &'a str,
    organisation_id: &'a str,
    state: &'a str,
}

/// Organisations and awards, by the id an entry knows them by.
struct Known {
    organisations: BTreeMap<String, organisation::Model>,
    awards: BTreeMap<String, Award>,
}

impl Known {
    async fn load(on: &impl ConnectionTrait) -> Result<Self, DbErr> {
        let organisations = organisation::Entity::find().all(on).await?;
        let mut payments: BTreeMap<String, Vec<Payment>> = BTreeMap::new();
        for tranche in tranche::Entity::find().order_by_asc(tranche::Column::Id).all(on).await? {
            let tranche::Model { award_id, place, amount_fen, paid_on, state, .. } = tranche;
            if let Some(paid_on) = paid_on.filter(|_| state == State::Paid.name()) {
                payments.entry(award_id).or_default().push(Payment { place, paid_on, amount_fen });
            }
        }
        let awards = award::Entity::find().all(on).await?;
        let mut by_subject = BTreeMap::new();
        for award in awards {
            let public = Award {
                number: award.number,
                measure: award.measure,
                year: award.year,
                awarded_on: award.awarded_on,
                committed_fen: award.awarded_fen - award.cancelled_fen,
                paid_fen: award.paid_fen,
                recovered_fen: award.recovered_fen,
                payments: payments.remove(&award.id).unwrap_or_default(),
            };
            by_subject.insert(award.subject_id, public);
        }
        let organisations = organisations.into_iter().map(|known| (known.id.clone(), known));
        Ok(Self { organisations: organisations.collect(), awards: by_subject })
    }

    /// The public side of an entry; `None` where it has none yet.
    fn entry(&self, common: &Common<'_>) -> Option<Entry> {
        let award = self.awards.get(common.id).cloned();
        let public = State::named(common.state).is_some_and(is_public);
        // A claim that was closed without a grant was never approved.
        if (!public || common.kind == Kind::VoucherClaim) && award.is_none() {
            return None;
        }
        let organisation = self.organisations.get(common.organisation_id);
        let of = |read: fn(&organisation::Model) -> &String| {
            organisation.map_or(String::new(), |known| read(known).clone())
        };
        Some(Entry {
            kind: common.kind.name(),
            kind_title: common.kind.title(),
            number: common.number.to_owned(),
            name: common.name.to_owned(),
            organisation: of(|known| &known.name),
            credit_code: of(|known| &known.number),
            sector: None,
            division: of(|known| &known.division),
            state: common.state.to_owned(),
            snapshot_root: None,
            published_on: award.as_ref().map(|award| award.awarded_on.clone()),
            award,
        })
    }
}

/// The columns that every kind of entry has under these names, and its beneficiary.
macro_rules! common {
    ($kind:ident, $row:ident, $organisation:ident) => {
        Common {
            kind: Kind::$kind,
            id: &$row.id,
            number: &$row.number,
            name: &$row.name,
            organisation_id: &$row.$organisation,
            state: &$row.state,
        }
    };
}

impl Store {
    /// The public side of the registry.
    ///
    /// - Errors: the database's.
    pub async fn register(&self) -> Result<Register, Error> {
        let on = self.snapshot().await?;
        let register = Register::load(&on).await?;
        on.commit().await?;
        Ok(register)
    }
}

impl Register {
    /// The public side, as a transaction sees it.
    pub(crate) async fn load(on: &impl ConnectionTrait) -> Result<Self, DbErr> {
        let known = Known::load(on).await?;
        let mut entries = Vec::new();
        let mut under_review = 0;
        let mut count = |state: &str| {
            let waits = State::named(state).is_some_and(is_under_review);
            under_review += u64::from(waits);
        };
        for row in application::Entity::find().all(on).await? {
            count(&row.state);
            let entry = known.entry(&common!(Application, row, organisation_id));
            entries.extend(entry.map(|entry| Entry {
                sector: Some(row.sector),
                division: row.division,
                snapshot_root: row.snapshot_root,
                ..entry
            }));
        }
        for row in national_project::Entity::find().all(on).await? {
            count(&row.state);
            let entry = known.entry(&common!(NationalProject, row, organisation_id));
            entries.extend(entry.map(|entry| Entry {
                sector: Some(row.sector),
                division: row.division,
                snapshot_root: row.snapshot_root,
                published_on: row.approved_on.or(entry.published_on),
                ..entry
            }));
        }
        for row in voucher_claim::Entity::find().all(on).await? {
            count(&row.state);
            entries.extend(known.entry(&common!(VoucherClaim, row, purchaser_id)));
        }
        for row in annotation_base::Entity::find().all(on).await? {
            count(&row.state);
            let entry = known.entry(&common!(AnnotationBase, row, organisation_id));
            entries.extend(entry.map(|entry| Entry { division: row.division, ..entry }));
        }
        let envelopes = envelope::Entity::find().all(on).await?.into_iter().map(|row| Envelope {
            measure: row.measure,
            year: row.year,
            total_fen: row.total_fen,
            committed_fen: row.committed_fen,
        });
        let mut envelopes: Vec<Envelope> = envelopes.collect();
        entries.sort_by_cached_key(|entry| place(&entry.number));
        envelopes.sort_by(|a, b| (&a.measure, a.year).cmp(&(&b.measure, b.year)));
        Ok(Self { entries, envelopes, under_review })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An entry without sector and award.
    pub(crate) fn entry(kind: Kind, number: &str, name: &str) -> Entry {
        Entry {
            kind: kind.name(),
            kind_title: kind.title(),
            number: number.to_owned(),
            name: name.to_owned(),
            organisation: "哈尔滨示例数据科技有限公司".to_owned(),
            credit_code: "91230100MA0000000M".to_owned(),
            sector: None,
            division: "230100".to_owned(),
            state: "disbursing".to_owned(),
            snapshot_root: None,
            published_on: Some("2026-06-01".to_owned()),
            award: None,
        }
    }

    /// Three entries: one dataset, one project half paid, one voucher with a hostile name.
    pub(crate) fn register() -> Register {
        let award = |number: &str, measure: &str, committed_fen, paid_fen| Award {
            number: number.to_owned(),
            measure: measure.to_owned(),
            year: 2026,
            awarded_on: "2026-06-01".to_owned(),
            committed_fen,
            paid_fen,
            recovered_fen: 0,
            payments: vec![Payment {
                place: 1,
                paid_on: "2026-07-01".to_owned(),
                amount_fen: paid_fen,
            }],
        };
        let envelope = |measure: &str, total_fen, committed_fen| Envelope {
            measure: measure.to_owned(),
            year: 2026,
            total_fen,
            committed_fen,
        };
        Register {
            under_review: 0,
            entries: vec![
                Entry {
                    sector: Some("manufacturing".to_owned()),
                    snapshot_root: Some("ab".repeat(32)),
                    award: Some(award(
                        "HLJ-AW-2026-0001",
                        "provincial-dataset",
                        120_000_000,
                        72_000_000,
                    )),
                    ..entry(Kind::Application, "HLJ-DS-2026-0001", "工业设备检修问答数据集")
                },
                Entry {
                    award: Some(award(
                        "HLJ-AW-2026-0003",
                        "data-voucher",
                        100_000_000,
                        100_000_000,
                    )),
                    division: "230600".to_owned(),
                    ..entry(
                        Kind::VoucherClaim,
                        "HLJ-DV-2026-0001",
                        "=HYPERLINK(\"http://x\",\"点我\")",
                    )
                },
                Entry {
                    sector: Some("agriculture".to_owned()),
                    award: Some(award("HLJ-AW-2026-0002", "national-match", 1_000_000_000, 0)),
                    ..entry(Kind::NationalProject, "HLJ-NP-2026-0001", "黑土地遥感数据集")
                },
            ],
            envelopes: vec![
                envelope("data-voucher", 5_000_000_000, 100_000_000),
                envelope("national-match", 5_000_000_000, 1_000_000_000),
                envelope("provincial-dataset", 2_000_000_000, 120_000_000),
            ],
        }
    }

    #[test]
    fn what_is_under_review_is_not_public() {
        for state in
            [State::Draft, State::Scored, State::ExpertReview, State::Filed, State::Nominated]
        {
            assert!(!is_public(state), "{state:?}");
        }
        for state in [State::Approved, State::Closed, State::StateApproved, State::Operating] {
            assert!(is_public(state), "{state:?}");
        }
    }
}
