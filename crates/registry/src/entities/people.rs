//! Who acts, and the small facts that every act rests on.

use super::macros::entity;

entity! {
    /// An account that may act: a role and a name, with the key that signs its requests.
    actor in "actors" {
        /// `role/name`.
        id: String,
        /// [`crate::Role`] by name.
        role: String,
        /// Staff number or account name; no personal name.
        name: String,
        /// Public key, as of c2sp.org/signed-note.
        vkey: String,
        /// Organisation it acts for or is employed by.
        organisation_id: Option<String>,
        /// `active` or `removed`.
        state: String,
        /// Goes up by one with every change.
        version: i64,
    }
}

entity! {
    /// A legal person.
    organisation in "organisations" {
        /// UUIDv7.
        id: String,
        /// Public number: the unified social credit code (统一社会信用代码).
        number: String,
        /// Name as registered.
        name: String,
        /// Administrative division, six digits, from the credit code.
        division: String,
        /// Credit code of the head of its group; its own where it stands alone.
        group_code: String,
        /// Where its existence was verified.
        verified_source: Option<String>,
        /// When.
        verified_on: Option<String>,
        /// Salted commitment to its contact; the contact stands in [`super::log::private`].
        contact: Option<String>,
        /// `registered` or `verified`.
        state: String,
        /// Goes up by one with every change.
        version: i64,
    }
}

entity! {
    /// A fact that ties two parties: shareholding, employment, past work, family.
    tie in "ties" {
        /// UUIDv7.
        id: String,
        /// Public number.
        number: String,
        /// Actor (`role/name`) or organisation id.
        left_id: String,
        /// Organisation id.
        right_id: String,
        /// What ties them.
        ground: String,
        /// Where that is known from.
        source: String,
        /// `active` or `removed`.
        state: String,
        /// Goes up by one with every change.
        version: i64,
    }
}

entity! {
    /// A day that differs from the week: a holiday, or a weekend on which people work.
    holiday in "holidays" {
        /// `YYYY-MM-DD`; the row `YYYY` tells that the calendar of the year is complete.
        id: String,
        /// `off`, `work`, or `complete` for the row of the year.
        kind: String,
        /// Notice that sets it.
        source: String,
    }
}

entity! {
    /// The last public number given out in a series; numbers are never used again.
    counter in "counters" {
        /// Series and year, such as `HLJ-DS-2026`.
        id: String,
        /// Last number given out.
        last: i64,
    }
}

entity! {
    /// What this registry is; one row, `registry`.
    setting in "settings" {
        /// `registry`.
        id: String,
        /// Name of the log in its checkpoints.
        origin: String,
        /// Public key of the log, as of c2sp.org/signed-note.
        vkey: String,
        /// `live`, or `trial`, in which requests may name their own date.
        mode: String,
        /// Day of issue of the policy, once two persons have set it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        issued: Option<String>,
        /// Values of the policy's open parameters that were set with it, `id=value,id=value`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parameters: Option<String>,
    }
}
