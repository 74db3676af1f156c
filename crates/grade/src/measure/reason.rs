//! Codes of what an entitlement may warn of; `shujian explain CODE` has cause and fix.

/// The day lies before the validity of the rule.
pub const BEFORE_VALIDITY: &str = "SJ-grade-010";
/// The day lies after the validity of the rule.
pub const AFTER_VALIDITY: &str = "SJ-grade-011";
/// The base does not reach the least.
pub const BELOW_THRESHOLD: &str = "SJ-grade-012";
/// All places of the year are taken.
pub const NO_PLACE: &str = "SJ-grade-013";
/// The policy is silent on several claims; the bureau has to rule.
pub const HELD: &str = "SJ-grade-014";
/// More was granted than is due.
pub const OVER_GRANTED: &str = "SJ-grade-015";
/// A question that the policy leaves open was answered by a default.
pub const OPEN_QUESTION: &str = "SJ-grade-016";
/// A condition that nobody has confirmed, or a fact that was not given.
pub const NOT_CONFIRMED: &str = "SJ-grade-017";
/// The invoice supports another claim.
pub const INVOICE_USED: &str = "SJ-grade-018";
/// Purchaser and seller are related.
pub const RELATED: &str = "SJ-grade-019";
/// The year's envelope does not hold the amount.
pub const ENVELOPE: &str = "SJ-grade-020";
/// Another claim on the same project is higher, or was paid.
pub const HIGHER_ONLY: &str = "SJ-grade-021";
/// The article is summed up, not quoted.
pub const SUMMARY: &str = "SJ-grade-022";
/// Claims that meet only through a third one.
pub const JOINED: &str = "SJ-grade-023";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_in_the_table() {
        for code in [
            BEFORE_VALIDITY,
            AFTER_VALIDITY,
            BELOW_THRESHOLD,
            NO_PLACE,
            HELD,
            OVER_GRANTED,
            OPEN_QUESTION,
            NOT_CONFIRMED,
            INVOICE_USED,
            RELATED,
            ENVELOPE,
            HIGHER_ONLY,
            SUMMARY,
            JOINED,
        ] {
            assert!(shujian_core::codes::find(code).is_some(), "{code}");
        }
    }
}
