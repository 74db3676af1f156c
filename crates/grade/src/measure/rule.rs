//! One payment rule: base, share, threshold, cap, and the words it rests on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::finding::Text;
use shujian_core::{Date, Fen};

/// One payment rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Stable name, such as `national-match`.
    pub id: String,
    /// Short sign, such as `M6b`.
    pub code: String,
    /// Article of the policy.
    pub article: u32,
    /// Name for people.
    pub title_zh: String,
    /// The same, translated.
    pub title_en: String,
    /// Who receives.
    pub beneficiary_zh: String,
    /// The same, translated.
    pub beneficiary_en: String,
    /// Whether `cite_*` repeats the policy's words.
    pub wording: Wording,
    /// What the article says.
    pub cite_zh: String,
    /// The same, translated.
    pub cite_en: String,
    /// How the amount comes about.
    pub amount: Amount,
    /// Least base.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub threshold: Option<Threshold>,
    /// Most that is paid.
    pub cap: Cap,
    /// Parameter that names the unit amounts are rounded down to.
    pub rounding: String,
    /// Further limits of the bureau's own.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub limits: Option<Limits>,
    /// Most beneficiaries a year.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub places_a_year: Option<u32>,
    /// Other claims that it may not be added to.
    pub stacking: Scope,
    /// What a person must have seen before it is paid.
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// Further open parameters that concern it.
    #[serde(default)]
    pub open: Vec<String>,
    /// Days it is valid on, within those of the policy.
    #[serde(default)]
    pub valid: Span,
    /// Worked cases, such as `100000000.00 -> 10000000.00`; see [`super::case`].
    pub cases: Vec<String>,
}

/// Whether a citation repeats the policy's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Wording {
    /// Word for word.
    Quoted,
    /// In our words; to be held against the issued text before it is relied on.
    Summary,
}

/// How an amount comes about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// Shares of one or several facts, added.
    Share(Vec<Term>),
    /// One sum, whole yuan.
    FixedYuan(u64),
    /// By the grade of a dataset; names the parameter that holds the curve.
    GradedBy(String),
}

/// A share of a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The fact; no other rule may claim it on the same days.
    pub fact: String,
    /// The fact for people.
    pub zh: String,
    /// The same, translated.
    pub en: String,
    /// The share as the policy states it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rate: Option<Rate>,
    /// Parameter that holds a share the policy does not state.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rate_from: Option<String>,
    /// What raises the share.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub raised: Option<Raise>,
}

/// What raises a share that another rule sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Raise {
    /// By how much.
    pub by: Rate,
    /// Parameter that says whether it is meant of the share or in points.
    pub reading: String,
}

/// A fraction as the policy states it, `[1, 10]` for 10 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rate(
    /// Numerator.
    pub u32,
    /// Denominator.
    pub u32,
);

impl Rate {
    /// Largest part of a fraction.
    pub const MOST: u32 = 1_000_000;

    /// Whether it lies within 0–1 and its parts are small enough to compute with.
    pub fn is_sound(self) -> bool {
        self.0 <= self.1 && 0 < self.1 && self.1 <= Self::MOST
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.0, self.1)
    }
}

/// Least base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// Whether the bound itself is enough.
    pub operator: Operator,
    /// The bound, whole yuan.
    pub yuan: u64,
}

/// Whether a bound itself is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Operator {
    /// 超过: the bound itself is not enough.
    Above,
    /// 以上（含）: the bound itself is enough.
    AtLeast,
}

impl Operator {
    /// Whether a base meets a bound.
    pub fn holds(self, base: Fen, bound: Fen) -> bool {
        match self {
            Self::Above => base > bound,
            Self::AtLeast => base >= bound,
        }
    }
}

/// Most that is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// Whole yuan.
    pub yuan: u64,
    /// What shares one cap.
    pub per: Per,
    /// How long it is shared.
    pub period: Period,
    /// Parameter that says which day of a transaction decides its year; for a yearly cap.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub year_from: Option<String>,
    /// Parameter that says whether a cap stated in principle binds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub binding_from: Option<String>,
}

/// What shares one cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// 项目
    Project,
    /// 企业
    Firm,
    /// 单位
    Unit,
    /// 采购主体
    Purchaser,
    /// 场景
    Scenario,
    /// 活动
    Event,
    /// 平台（中心）
    Platform,
    /// 基地
    Base,
}

/// How long a cap is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Period {
    /// By one claim; what was granted before on the same claim is taken off.
    Once,
    /// By the claims of a calendar year, computed on their sum, so that cutting one in two changes
    /// nothing.
    Year,
    /// By all claims while the policy is valid, each computed alone.
    Validity,
}

/// Further limits of the bureau's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Parameter that switches them on.
    pub from: String,
    /// The limits.
    pub by: Vec<Limit>,
}

/// A limit of the bureau's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// The amount asked for.
    Requested,
    /// The eligible cost that no other public money covers.
    UncoveredCost,
}

/// Other claims that one may not be added to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Claims on the same project under any policy of the province.
    CrossPolicy,
    /// None: it follows what the claimant is, not what it does.
    Status,
}

/// What a person must have seen before a measure is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Stable name.
    pub id: String,
    /// What it is.
    pub zh: String,
    /// The same, translated.
    pub en: String,
}

/// Days a rule is valid on; an absent end is that of the policy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Span {
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl Span {
    /// Whether it holds a day.
    pub fn holds(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether some day lies in both.
    pub fn meets(self, other: Self) -> bool {
        let before = |until: Option<Date>, from: Option<Date>| {
            until.zip(from).is_some_and(|(until, from)| until < from)
        };
        !before(self.until, other.from) && !before(other.until, self.from)
    }
}

impl Measure {
    /// Whether a name, or the short sign, is its own.
    pub fn is_named(&self, name: &str) -> bool {
        self.id == name || self.code.eq_ignore_ascii_case(name)
    }

    /// The shares it is made of; none for a fixed or graded amount.
    pub fn terms(&self) -> &[Term] {
        match &self.amount {
            Amount::Share(terms) => terms,
            Amount::FixedYuan(_) | Amount::GradedBy(_) => &[],
        }
    }

    /// Facts it claims for itself.
    pub fn facts(&self) -> impl Iterator<Item = &str> {
        self.terms().iter().map(|term| term.fact.as_str())
    }

    /// Ids of the parameters it reads, in the order it reads them.
    pub fn parameters(&self) -> Vec<&str> {
        let terms = self.terms().iter().flat_map(|term| {
            let reading = term.raised.as_ref().map(|raise| &raise.reading);
            term.rate_from.iter().chain(reading)
        });
        let curve = match &self.amount {
            Amount::GradedBy(curve) => Some(curve),
            Amount::Share(_) | Amount::FixedYuan(_) => None,
        };
        let limits = self.limits.as_ref().map(|limits| &limits.from);
        let named = terms.chain(curve).chain([&self.rounding]);
        named
            .chain(&self.cap.binding_from)
            .chain(&self.cap.year_from)
            .chain(limits)
            .chain(&self.open)
            .map(String::as_str)
            .collect()
    }

    /// Where it stands in the policy.
    pub fn cite(&self) -> Text {
        Text { zh: self.cite_zh.clone(), en: self.cite_en.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_meet_where_a_day_lies_in_both() {
        let span = |from: Option<&str>, until: Option<&str>| Span {
            from: from.map(|day| day.parse().unwrap()),
            until: until.map(|day| day.parse().unwrap()),
        };
        let first = span(None, Some("2027-06-30"));
        assert!(!first.meets(span(Some("2027-07-01"), None)));
        assert!(first.meets(span(Some("2027-06-30"), None)));
        assert!(span(None, None).meets(first));
    }
}
