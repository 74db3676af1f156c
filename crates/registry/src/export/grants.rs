//! Grants by the 360Giving standard 1.4. <https://standard.threesixtygiving.org/>

use serde_json::{Number, Value as Json, json};

use super::{About, Award, Entry, Register, describe, object};

/// Every award as a grant; `None` where there is none, for a package holds one at least.
pub(super) fn package(register: &Register, about: &About) -> Option<Json> {
    let grants = register.entries.iter().filter_map(|entry| Some((entry, entry.award.as_ref()?)));
    let grants: Vec<Json> = grants.map(|(entry, award)| grant(entry, award, about)).collect();
    (!grants.is_empty()).then(|| json!({"grants": grants}))
}

fn grant(entry: &Entry, award: &Award, about: &About) -> Json {
    let payments: Vec<Json> = award
        .payments
        .iter()
        .map(|payment| {
            json!({
                "id": format!("{}/{}", award.number, payment.place),
                "transactionDate": payment.paid_on,
                "value": yuan(payment.amount_fen),
                "currency": "CNY",
            })
        })
        .collect();
    object([
        ("id", format!("360G-shujian-{}", award.number).into()),
        ("title", entry.name.clone().into()),
        ("description", describe(entry).into()),
        ("currency", "CNY".into()),
        ("amountAwarded", yuan(award.committed_fen)),
        ("amountDisbursed", yuan(award.paid_fen - award.recovered_fen)),
        ("awardDate", award.awarded_on.clone().into()),
        (
            "recipientOrganization",
            json!([{
                "id": format!("360G-shujian-ORG:{}", entry.credit_code),
                "name": entry.organisation,
            }]),
        ),
        (
            "fundingOrganization",
            json!([{
                "id": format!("360G-shujian-FUNDER:{}", slug(&about.site)),
                "name": about.publisher,
            }]),
        ),
        ("grantProgramme", json!([{"code": award.measure, "title": award.measure}])),
        ("disbursementTransaction", if payments.is_empty() { Json::Null } else { payments.into() }),
        ("dataSource", about.site.clone().into()),
    ])
}

/// An amount in yuan: the number that is spelt with the same two decimals, exactly up to
/// 15 digits: ten trillion yuan.
fn yuan(fen: i64) -> Json {
    let sign = if fen < 0 { "-" } else { "" };
    let fen = fen.unsigned_abs();
    let text = format!("{sign}{}.{:02}", fen / 100, fen % 100);
    text.parse::<Number>().map_or(Json::Null, Json::Number)
}

/// An address without what ids may not hold; spaces in ids make new funders.
fn slug(site: &str) -> String {
    let host = site.split("://").last().unwrap_or(site);
    host.chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::register::tests::register;
    use crate::export::tests::about;

    #[test]
    fn every_award_is_a_grant_with_what_is_required() {
        let package = package(&register(), &about()).unwrap();
        let grants = package["grants"].as_array().unwrap();
        assert_eq!(grants.len(), 3);
        for grant in grants {
            for required in [
                "id",
                "title",
                "description",
                "currency",
                "amountAwarded",
                "awardDate",
                "recipientOrganization",
                "fundingOrganization",
            ] {
                assert!(!grant[required].is_null(), "{required}");
            }
            let ids = [&grant["id"], &grant["fundingOrganization"][0]["id"]];
            assert!(ids.iter().all(|id| !id.as_str().unwrap().contains(' ')));
        }
        assert_eq!(grants[0]["amountAwarded"].to_string(), "1200000.0");
    }

    #[test]
    fn amounts_keep_every_fen() {
        for (fen, text) in [
            (1, "0.01"),
            (123_456_789, "1234567.89"),
            (-5, "-0.05"),
            (999_999_999_999_999, "9999999999999.99"),
        ] {
            assert_eq!(yuan(fen).to_string(), text);
        }
    }
}
