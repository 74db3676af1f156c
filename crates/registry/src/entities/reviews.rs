//! How a decision comes about: reviews, notices, papers, second persons.

use super::macros::entity;

entity! {
    /// What one expert says of one application; sealed until the panel concludes.
    review in "reviews" {
        /// Application id and expert, `<id>/expert/name`.
        id: String,
        /// Application.
        application_id: String,
        /// Actor.
        expert: String,
        /// Salted commitment to the score, while it is sealed and afterwards.
        sealed: Option<String>,
        /// Score, hundredths, once the panel has concluded.
        score_centi: Option<i64>,
        /// Salt with which the score opens the commitment, once the panel has concluded.
        salt: Option<String>,
        /// Salted commitment to the written opinion.
        opinion: Option<String>,
        /// `assigned`, `submitted` or `recused`.
        state: String,
        /// Goes up by one with every change.
        version: i64,
    }
}

entity! {
    /// A conflict of interest of one expert in one application.
    conflict in "conflicts" {
        /// Application id and expert, `<id>/expert/name`.
        id: String,
        /// Application.
        application_id: String,
        /// Actor.
        expert: String,
        /// `declared` by the expert, or `computed` from what the registry knows.
        kind: String,
        /// What it consists in.
        ground: String,
    }
}

entity! {
    /// A public notice (公示) of an application.
    notice in "notices" {
        /// UUIDv7.
        id: String,
        /// Public number.
        number: String,
        /// Application.
        application_id: String,
        /// First day.
        published_on: String,
        /// Last day on which objections are taken.
        ends_on: String,
        /// Working days in between.
        working_days: i64,
        /// Goes up by one with every change.
        version: i64,
    }
}

entity! {
    /// An objection (异议) to a notice; while one is open nothing is approved.
    objection in "objections" {
        /// UUIDv7.
        id: String,
        /// Public number.
        number: String,
        /// Application.
        application_id: String,
        /// Notice.
        notice_id: String,
        /// Salted commitment to who objects.
        objector: Option<String>,
        /// What is objected.
        ground: String,
        /// Why it was upheld or dismissed.
        reason: Option<String>,
        /// `open`, `upheld` or `dismissed`.
        state: String,
        /// Goes up by one with every change.
        version: i64,
    }
}

entity! {
    /// A paper that an act rests on.
    document in "documents" {
        /// UUIDv7.
        id: String,
        /// Kind of the entry it belongs to.
        subject_kind: String,
        /// Entry it belongs to.
        subject_id: String,
        /// Command that rests on it.
        purpose: String,
        /// Number of the paper.
        document_no: String,
        /// Date of the paper.
        dated_on: String,
    }
}

entity! {
    /// The first half of an act that takes two persons.
    proposal in "proposals" {
        /// Kind, entry and command.
        id: String,
        /// Hash of what was proposed; the second person says the same.
        body_hash: String,
        /// Who proposed it.
        maker: String,
        /// Who confirmed it.
        checker: Option<String>,
        /// Version of the entry it was made on; absent where an older version of the program made it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        entry_version: Option<i64>,
        /// `open` or `confirmed`.
        state: String,
        /// Goes up by one with every change.
        version: i64,
    }
}

entity! {
    /// What the bureau decided where the policy is silent.
    ruling in "rulings" {
        /// UUIDv7.
        id: String,
        /// Public number.
        number: String,
        /// What it is about, such as a claim key.
        topic: String,
        /// The decision.
        text: String,
        /// What it rests on.
        cite: String,
        /// When it was made.
        made_on: String,
        /// `active` or `removed`.
        state: String,
        /// Goes up by one with every change.
        version: i64,
    }
}
