//! Yearly accounts: what was bought, granted and invoiced so far.
//!
//! A claim is computed on the year's sum, less what was granted, so that cutting an invoice in two
//! or changing the order of claims moves no fen of a year's total.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::finding::Text;
use shujian_core::{CreditCode, Date, Fen};

use super::catalogue::{Catalogue, Measure, Period};
use super::entitlement::{Entitlement, Facts};
use super::parameter::{Reader, Settings};
use super::trace::{Decision, Op, Step};
use super::{Error, Place, evaluate, reason};

/// One invoiced purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Purchase {
    /// Who bought.
    pub purchaser: CreditCode,
    /// Who sold.
    pub seller: CreditCode,
    /// Number of the invoice.
    pub invoice: String,
    /// Day of the contract.
    pub contracted: Date,
    /// Day of the invoice.
    pub invoiced: Date,
    /// Day of the payment.
    pub paid: Date,
    /// Amount.
    pub amount_fen: Fen,
    /// How the two are related, such as by shares; absent where they are not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub relation: Option<String>,
}

/// What one claimant has under one measure in one year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Account {
    /// What was bought so far.
    pub base_fen: Fen,
    /// What was granted so far.
    pub granted_fen: Fen,
}

/// Accounts and invoices of the whole province.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {
    accounts: BTreeMap<(String, CreditCode, i32), Account>,
    invoices: BTreeSet<String>,
}

impl Book {
    /// The account of a claimant; empty if there is none.
    pub fn account(&self, measure: &Measure, purchaser: &CreditCode, year: i32) -> Account {
        let key = (measure.id.clone(), purchaser.clone(), year);
        self.accounts.get(&key).copied().unwrap_or_default()
    }

    /// Claims a purchase: computes the entitlement and, unless it is refused, enters it.
    ///
    /// A purchase below a threshold is entered, because later ones may lift the year above it.
    ///
    /// - Errors: those of [`evaluate()`]; [`Error::Value`] for an invoice without a number, and for a
    ///   measure that has no yearly account. Nothing is entered then.
    pub fn claim(
        &mut self,
        catalogue: &Catalogue,
        measure: &str,
        settings: &Settings,
        purchase: &Purchase,
    ) -> Result<Entitlement, Error> {
        let (measure, day) = attribute(catalogue, measure, settings, purchase)?;
        let invoice = invoice_key(&purchase.invoice)?;
        let fact = measure.facts().next().unwrap_or_default().to_owned();
        let key = (measure.id.clone(), purchase.purchaser.clone(), day.year());
        let account = self.accounts.get(&key).copied().unwrap_or_default();
        let mut facts = Facts::on(day);
        facts.amounts.insert(fact.clone(), purchase.amount_fen);
        facts.prior.insert(fact, account.base_fen);
        facts.granted_fen = account.granted_fen;
        if let Some(refusal) = self.refusal(purchase, &invoice) {
            return evaluate::refuse(catalogue, &measure.id, &facts, (refusal.0, &refusal.1));
        }
        let entitlement = evaluate(catalogue, &measure.id, &facts, settings)?;
        if is_entered(&entitlement) {
            let base_fen = account.base_fen.checked_add(purchase.amount_fen);
            let granted_fen = account.granted_fen.checked_add(entitlement.payable_fen);
            let (base_fen, granted_fen) = base_fen.zip(granted_fen).ok_or(Error::Overflow)?;
            self.accounts.insert(key, Account { base_fen, granted_fen });
            self.invoices.insert(invoice);
        }
        Ok(entitlement)
    }

    fn refusal(&self, purchase: &Purchase, invoice: &str) -> Option<(&'static str, String)> {
        if purchase.purchaser == purchase.seller {
            return Some((reason::RELATED, purchase.seller.to_string()));
        }
        if let Some(relation) = &purchase.relation {
            return Some((reason::RELATED, relation.clone()));
        }
        self.invoices.contains(invoice).then(|| (reason::INVOICE_USED, invoice.to_owned()))
    }
}

/// The measure and the day that decides the year.
fn attribute<'a>(
    catalogue: &'a Catalogue,
    measure: &str,
    settings: &Settings,
    purchase: &Purchase,
) -> Result<(&'a Measure, Date), Error> {
    let found = catalogue.measure(measure, purchase.invoiced)?;
    let Some(id) = &found.cap.year_from else {
        debug_assert_ne!(found.cap.period, Period::Year);
        let takes = Text {
            zh: "不按年度累计".to_owned(),
            en: "is not computed on a year's sum".to_owned(),
        };
        let at = Place::Fact("measure".to_owned());
        return Err(Error::Value { at, given: found.id.clone(), takes });
    };
    let day = match Reader::new(catalogue, settings).word(id)? {
        "contract" => purchase.contracted,
        "payment" => purchase.paid,
        _ => purchase.invoiced,
    };
    Ok((catalogue.measure(measure, day)?, day))
}

/// An invoice number without white space, in upper case and half width: what makes it one.
///
/// - Errors: [`Error::Value`] for a number without letters and digits.
pub fn invoice_key(number: &str) -> Result<String, Error> {
    let key: String = number
        .chars()
        .map(shujian_core::narrow)
        .filter(|sign| sign.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect();
    if key.is_empty() {
        let takes =
            Text { zh: "不是发票号码".to_owned(), en: "is no invoice number".to_owned() };
        let at = Place::Fact("invoice".to_owned());
        return Err(Error::Value { at, given: number.chars().take(40).collect(), takes });
    }
    Ok(key)
}

/// Whether a claim changes its account: it was paid, or came to nothing by its amount alone.
fn is_entered(entitlement: &Entitlement) -> bool {
    let last = entitlement.trace.last().map(|Step { op, .. }| op);
    match entitlement.decision {
        Decision::Payable | Decision::Nothing => true,
        Decision::Refused => matches!(last, Some(Op::Threshold { .. })),
        Decision::Held => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VOUCHER: &str = "data-voucher";

    fn book(purchases: &[Purchase]) -> (Book, Vec<Entitlement>) {
        let catalogue = Catalogue::released();
        let issued = [("issued".to_owned(), "2026-03-01".to_owned())];
        let settings = Settings::new(&catalogue, issued).unwrap();
        let mut book = Book::default();
        let claim = |purchase| book.claim(&catalogue, VOUCHER, &settings, purchase).unwrap();
        let entitlements = purchases.iter().map(claim).collect();
        (book, entitlements)
    }

    fn purchase(invoice: &str, yuan: i64) -> Purchase {
        let day: Date = "2026-06-01".parse().unwrap();
        Purchase {
            purchaser: "91350100M000100Y43".parse().unwrap(),
            seller: "91230100MA0000000M".parse().unwrap(),
            invoice: invoice.to_owned(),
            contracted: day,
            invoiced: day,
            paid: day,
            amount_fen: Fen::from_yuan(yuan).unwrap(),
            relation: None,
        }
    }

    fn paid(entitlements: &[Entitlement]) -> Vec<i64> {
        entitlements.iter().map(|entitlement| entitlement.payable_fen.0).collect()
    }

    #[test]
    fn two_invoices_reach_the_cap() {
        let (_, entitlements) = book(&[purchase("1", 6_000_000), purchase("2", 5_000_000)]);
        assert_eq!(paid(&entitlements), [60_000_000, 40_000_000]);
        let (_, entitlements) = book(&[purchase("1", 10_000_000), purchase("2", 1)]);
        assert_eq!(paid(&entitlements), [100_000_000, 0]);
        assert_eq!(entitlements[1].decision, Decision::Nothing);
    }

    #[test]
    fn an_invoice_counts_once_however_it_is_written() {
        let (_, entitlements) = book(&[purchase("a-１", 100), purchase(" A1", 100)]);
        assert_eq!(paid(&entitlements), [1000, 0]);
        assert_eq!(entitlements[1].decision, Decision::Refused);
        assert_eq!(entitlements[1].warnings[0].code, reason::INVOICE_USED);
        assert!(invoice_key("--").is_err());
    }

    #[test]
    fn related_parties_earn_nothing_and_use_up_nothing() {
        let mut sold_to_itself = purchase("1", 100);
        sold_to_itself.seller = sold_to_itself.purchaser.clone();
        let mut related = purchase("1", 100);
        related.relation = Some("100% of the shares".to_owned());
        let (book, entitlements) = book(&[sold_to_itself, related, purchase("1", 100)]);
        assert_eq!(paid(&entitlements), [0, 0, 1000]);
        assert_eq!(book.accounts.len(), 1);
    }

    #[test]
    fn a_claim_outside_validity_uses_up_nothing() {
        let mut early = purchase("1", 100);
        early.invoiced = "2026-02-28".parse().unwrap();
        let (book, entitlements) = book(&[early, purchase("1", 100)]);
        assert_eq!(paid(&entitlements), [0, 1000]);
        assert_eq!(book.invoices.len(), 1);
    }

    #[test]
    fn each_year_has_its_own_account() {
        let mut next = purchase("2", 10_000_000);
        next.invoiced = "2027-01-01".parse().unwrap();
        let (_, entitlements) = book(&[purchase("1", 10_000_000), next]);
        assert_eq!(paid(&entitlements), [100_000_000, 100_000_000]);
    }
}
