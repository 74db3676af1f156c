//! What is applied for: applications, national projects, vouchers, bases.

use super::macros::entity;

entity! {
    /// A yearly call for applications under one measure.
    batch in "batches" {
        /// UUIDv7.
        id: String,
        /// Public number.
        number: String,
        /// Name.
        name: String,
        /// Measure of the policy catalogue.
        measure: String,
        /// Budget year.
        year: i64,
        /// First day of submission.
        opens_on: String,
        /// Last day of submission.
        closes_on: String,
        /// [`crate::State`] by name.
        state: String,
        /// Goes up by one with every change.
        version: i64,
    }
}

entity! {
    /// A provincial dataset project under application.
    application in "applications" {
        /// UUIDv7.
        id: String,
        /// Public number, `HLJ-DS-2026-0001`.
        number: String,
        /// Batch it belongs to.
        batch_id: String,
        /// Applicant.
        organisation_id: String,
        /// Name of the dataset.
        name: String,
        /// What the name comes to without signs, widths and stages; absent from an older version.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name_key: Option<String>,
        /// [`shujian_core::Sector`] by name.
        sector: String,
        /// Administrative division of the applicant, six digits.
        division: String,
        /// Amount asked for, fen.
        requested_fen: i64,
        /// Audited eligible cost, fen.
        eligible_cost_fen: i64,
        /// Corrections asked for so far.
        supplements: i64,
        /// Merkle root of the files that were scored.
        snapshot_root: Option<String>,
        /// Digest of the card.
        card_digest: Option<String>,
        /// Rubric version the card was scored with.
        rubric: Option<String>,
        /// Hash of that rubric.
        rubric_hash: Option<String>,
        /// Bands that the panel's score is graded by, `A=85.00,B=75.00`; `none` where a gate failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bands: Option<String>,
        /// Most that the panel may add to the machine score or take from it, hundredths.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        adjustment_centi: Option<i64>,
        /// Machine score, hundredths.
        score_centi: Option<i64>,
        /// Grade, by the machine score.
        grade: Option<String>,
        /// Score of the panel, hundredths.
        panel_centi: Option<i64>,
        /// Why it was returned, rejected or withdrawn.
        reason: Option<String>,
        /// [`crate::State`] by name.
        state: String,
        /// Goes up by one with every change.
        version: i64,
    }
}

entity! {
    /// A file of the data that a card scored; the largest ones of each.
    content in "contents" {
        /// Application id and hash, `<id>/<blake3>`.
        id: String,
        /// Application.
        application_id: String,
        /// blake3 of the file, hex.
        blake3: String,
        /// Its bytes.
        bytes: i64,
    }
}

entity! {
    /// A dataset project approved by a national authority.
    national_project in "national_projects" {
        /// UUIDv7.
        id: String,
        /// Public number.
        number: String,
        /// Beneficiary.
        organisation_id: String,
        /// Name.
        name: String,
        /// What the name comes to without signs, widths and stages; absent from an older version.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name_key: Option<String>,
        /// [`shujian_core::Sector`] by name.
        sector: String,
        /// Administrative division of the beneficiary, six digits.
        division: String,
        /// Day of the nomination; absent where an older version of the program took it in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nominated_on: Option<String>,
        /// Number of the approval (批复文号).
        document_no: Option<String>,
        /// Date of the approval.
        approved_on: Option<String>,
        /// Authority that approved it.
        authority: Option<String>,
        /// Authority and number without signs and widths; absent from an older version.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approval_key: Option<String>,
        /// Approved total investment (核定总投资), fen.
        approved_investment_fen: Option<i64>,
        /// The figure after revision, fen; the match never rises with it.
        revised_investment_fen: Option<i64>,
        /// Investment found at acceptance, fen.
        accepted_investment_fen: Option<i64>,
        /// Date of acceptance.
        accepted_on: Option<String>,
        /// Merkle root of the dataset delivered.
        snapshot_root: Option<String>,
        /// Why it was revised or revoked.
        reason: Option<String>,
        /// [`crate::State`] by name.
        state: String,
        /// Goes up by one with every change.
        version: i64,
    }
}

entity! {
    /// What one purchaser bought and was granted in one year.
    voucher_account in "voucher_accounts" {
        /// Organisation id and year, `<id>/2026`.
        id: String,
        /// Purchaser.
        purchaser_id: String,
        /// Year of the transactions.
        year: i64,
        /// Transactions verified so far, fen.
        transactions_fen: i64,
        /// Granted so far, fen.
        granted_fen: i64,
        /// Most that may be granted, fen; 0 until the first grant names it.
        cap_fen: i64,
        /// Goes up by one with every change.
        version: i64,
    }
}

entity! {
    /// One invoice for which a data voucher is claimed.
    voucher_claim in "voucher_claims" {
        /// UUIDv7.
        id: String,
        /// Public number.
        number: String,
        /// Purchaser, who claims.
        purchaser_id: String,
        /// Seller.
        seller_id: String,
        /// Year that the transaction counts in.
        year: i64,
        /// `dataset`, `interface` or `model`.
        product: String,
        /// Name of what was bought.
        name: String,
        /// Contract.
        contract_no: String,
        /// Invoice; used once in the whole province.
        invoice_no: String,
        /// Date of the invoice.
        invoiced_on: String,
        /// Amount of the transaction, fen.
        transaction_fen: i64,
        /// Granted for it, fen.
        granted_fen: i64,
        /// Why it was rejected.
        reason: Option<String>,
        /// [`crate::State`] by name.
        state: String,
        /// Goes up by one with every change.
        version: i64,
    }
}

entity! {
    /// A provincial annotation base; the province pays it nothing, the city may.
    annotation_base in "annotation_bases" {
        /// UUIDv7.
        id: String,
        /// Public number.
        number: String,
        /// Operator.
        organisation_id: String,
        /// Name.
        name: String,
        /// Administrative division of the host city, six digits.
        division: String,
        /// Paid by the host city so far, fen, as reported.
        city_support_fen: i64,
        /// Why it was suspended or removed.
        reason: Option<String>,
        /// [`crate::State`] by name.
        state: String,
        /// Goes up by one with every change.
        version: i64,
    }
}
