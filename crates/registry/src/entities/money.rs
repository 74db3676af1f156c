//! Money: envelopes, awards, tranches and the ledger.

use super::macros::entity;

entity! {
    /// What one measure may spend in one year.
    envelope in "envelopes" {
        /// UUIDv7.
        id: String,
        /// Public number.
        number: String,
        /// Measure of the policy catalogue.
        measure: String,
        /// Budget year.
        year: i64,
        /// Amount allotted, fen.
        total_fen: i64,
        /// Awarded and not cancelled, fen.
        committed_fen: i64,
        /// `active`.
        state: String,
        /// Goes up by one with every change.
        version: i64,
    }
}

entity! {
    /// An amount granted to one entry, with the entitlement it rests on.
    award in "awards" {
        /// UUIDv7.
        id: String,
        /// Public number.
        number: String,
        /// Kind of the entry.
        subject_kind: String,
        /// Entry.
        subject_id: String,
        /// Public number of the entry.
        subject_number: String,
        /// Beneficiary.
        organisation_id: String,
        /// Envelope it is paid from.
        envelope_id: String,
        /// Measure of the policy catalogue.
        measure: String,
        /// Budget year.
        year: i64,
        /// Amount the rate applies to, fen.
        base_fen: i64,
        /// Rate applied to the base, fen.
        nominal_fen: i64,
        /// Cap, fen.
        cap_fen: i64,
        /// Awarded, fen; at most the cap.
        awarded_fen: i64,
        /// Paid out, fen.
        paid_fen: i64,
        /// Taken back of what was paid, fen.
        recovered_fen: i64,
        /// Awarded but given back to the envelope unpaid, fen.
        cancelled_fen: i64,
        /// Ordered to be paid back, fen.
        ordered_back_fen: i64,
        /// Merkle root of the files the amount was decided on.
        snapshot_root: Option<String>,
        /// Digest of the card the amount was decided on.
        card_digest: Option<String>,
        /// The entitlement with its trace, canonical JSON.
        entitlement: String,
        /// Who proposed it.
        maker: String,
        /// Who confirmed it.
        checker: String,
        /// Day of the award.
        awarded_on: String,
        /// `active` or `cancelled`.
        state: String,
        /// Goes up by one with every change.
        version: i64,
    }
}

entity! {
    /// One payment planned for an award.
    tranche in "tranches" {
        /// Award id and place, `<id>/1`.
        id: String,
        /// Award.
        award_id: String,
        /// Place in the plan, from 1.
        place: i64,
        /// Amount, fen.
        amount_fen: i64,
        /// State the entry must have reached, by name; empty for none.
        after_state: String,
        /// Who proposed the payment.
        maker: Option<String>,
        /// Who confirmed it.
        checker: Option<String>,
        /// Day of the payment.
        paid_on: Option<String>,
        /// `planned`, `paid` or `cancelled`.
        state: String,
        /// Goes up by one with every change.
        version: i64,
    }
}

entity! {
    /// One side of a transfer; the entries of an event sum to zero. Never changed.
    ledger_entry in "ledger_entries" {
        /// Event and line, `0000000012/1`, so that order by id is order of time.
        id: String,
        /// Event.
        seq: i64,
        /// `budget/<envelope>`, `awarded/<award>`, `paid/<award>`, …
        account: String,
        /// Amount, fen: what comes in is positive.
        amount_fen: i64,
        /// Day of the transfer.
        booked_on: String,
    }
}
