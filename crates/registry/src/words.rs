//! The registry's words: kinds of entries, states, roles. Each has one name and two titles.

use std::borrow::Cow;

use shujian_core::{Bilingual, CreditCode};

use crate::entities::Table;

/// An enum whose variants have a kebab-case name and a title in both languages.
macro_rules! words {
    ($(#[$doc:meta])* $type:ident { $($(#[$item:meta])* $variant:ident $name:literal $zh:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type {
            $($(#[$item])* #[doc = concat!("`", $name, "`, ", $zh, ".")] $variant,)*
        }

        impl $type {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Name in files, events and tables.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What people read.
            pub fn title(self) -> Bilingual {
                match self { $(Self::$variant => Bilingual { zh: $zh, en: $name },)* }
            }

            /// The one of a name.
            pub fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

words! {
    /// Kinds of entries that commands act on.
    Kind {
        Registry "registry" "登记册";
        Actor "actor" "账号";
        Organisation "organisation" "单位";
        Tie "tie" "关联关系";
        Batch "batch" "申报批次";
        Envelope "envelope" "预算额度";
        Application "application" "省级数据集项目";
        NationalProject "national-project" "国家级项目";
        VoucherClaim "voucher-claim" "数据券申领";
        AnnotationBase "annotation-base" "数据标注基地";
        Ruling "ruling" "裁定";
    }
}

words! {
    /// States of entries.
    State {
        /// Before it exists.
        None "none" "无";
        Active "active" "有效";
        Removed "removed" "移除";
        Registered "registered" "已登记";
        Verified "verified" "已核验";
        Planned "planned" "计划";
        Open "open" "开放";
        Draft "draft" "草稿";
        Submitted "submitted" "已提交";
        FormalCheck "formal-check" "形式审查";
        Returned "returned" "退回补正";
        Scoring "scoring" "评分中";
        Scored "scored" "已评分";
        ExpertReview "expert-review" "专家评审";
        NoticePending "notice-pending" "待公示";
        PublicNotice "public-notice" "公示中";
        Approved "approved" "已批准";
        Disbursing "disbursing" "拨付中";
        Performance "performance" "绩效评价通过";
        Closed "closed" "办结";
        Rejected "rejected" "不予支持";
        Withdrawn "withdrawn" "已撤回";
        Clawback "clawback" "追缴中";
        ClawedBack "clawed-back" "已追缴";
        Nominated "nominated" "已推荐";
        StateApproved "state-approved" "国家批复";
        Matched "matched" "已配套";
        Accepted "accepted" "已验收";
        Revoked "revoked" "已撤销";
        Filed "filed" "已申领";
        Granted "granted" "已核发";
        Paid "paid" "已拨付";
        Proposed "proposed" "已提名";
        Designated "designated" "已认定";
        Operating "operating" "运营中";
        Reviewed "reviewed" "已考核";
        Suspended "suspended" "已暂停";
    }
}

words! {
    /// Who may act.
    Role {
        Officer "officer" "经办人员";
        Expert "expert" "评审专家";
        Finance "finance" "财务人员";
        Applicant "applicant" "申报主体";
        Operator "operator" "基地运营单位";
        Auditor "auditor" "审计人员";
        Admin "admin" "管理员";
    }
}

impl Kind {
    /// The table its entries stand in.
    pub fn table(self) -> Table {
        match self {
            Self::Registry => Table::Settings,
            Self::Actor => Table::Actors,
            Self::Organisation => Table::Organisations,
            Self::Tie => Table::Ties,
            Self::Batch => Table::Batches,
            Self::Envelope => Table::Envelopes,
            Self::Application => Table::Applications,
            Self::NationalProject => Table::NationalProjects,
            Self::VoucherClaim => Table::VoucherClaims,
            Self::AnnotationBase => Table::AnnotationBases,
            Self::Ruling => Table::Rulings,
        }
    }

    /// The series of its public numbers; `None` where an entry has a number of its own.
    pub fn series(self) -> Option<&'static str> {
        match self {
            Self::Registry | Self::Actor | Self::Organisation => None,
            Self::Tie => Some("HLJ-TI"),
            Self::Batch => Some("HLJ-BA"),
            Self::Envelope => Some("HLJ-EN"),
            Self::Application => Some("HLJ-DS"),
            Self::NationalProject => Some("HLJ-NP"),
            Self::VoucherClaim => Some("HLJ-DV"),
            Self::AnnotationBase => Some("HLJ-AB"),
            Self::Ruling => Some("HLJ-RU"),
        }
    }

    /// The kind whose numbers look like this one; an organisation's is its credit code.
    pub fn of_number(number: &str) -> Option<Self> {
        let number = spelt(number);
        let series = number.get(..6).unwrap_or_default();
        let known = Self::ALL.iter().find(|kind| kind.series() == Some(series));
        known.copied().or_else(|| match number.split_once('/') {
            Some((role, _)) if Role::named(role).is_some() => Some(Self::Actor),
            _ => (number.len() == 18).then_some(Self::Organisation),
        })
    }
}

/// A number as the registry spells it: codes and public numbers are also taken in lower case, and
/// codes in full width or with spaces.
pub(crate) fn spelt(number: &str) -> Cow<'_, str> {
    let number = number.trim();
    if number.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("HLJ-")) {
        return number.to_ascii_uppercase().into();
    }
    number.parse::<CreditCode>().map_or(number.into(), |code| code.to_string().into())
}

/// Where a public number stands among others: by series, year and number, so that 10000 comes
/// after 9999. Numbers without a series keep the order of text.
pub(crate) fn place(number: &str) -> String {
    let head: String = number.chars().take(12).collect();
    format!("{head}{}{number}", number.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_beyond_four_digits_come_last_in_their_year() {
        let ordered = [
            "HLJ-DS-2026-0001",
            "HLJ-DS-2026-1000",
            "HLJ-DS-2026-9999",
            "HLJ-DS-2026-10000",
            "HLJ-DS-2026-123456",
            "HLJ-DS-2027-0001",
            "HLJ-NP-2026-0001",
        ];
        let places: Vec<String> = ordered.iter().map(|number| place(number)).collect();
        assert!(places.is_sorted(), "{places:?}");
    }

    #[test]
    fn names_lead_back() {
        assert!(State::ALL.iter().all(|state| State::named(state.name()) == Some(*state)));
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some(*kind));
            if let Some(series) = kind.series() {
                assert_eq!(Kind::of_number(&format!("{series}-2026-0001")), Some(*kind));
            }
        }
        assert_eq!(Kind::of_number("91350100M000100Y43"), Some(Kind::Organisation));
        assert_eq!(
            Kind::of_number("９１３５０１００ｍ０００１００ｙ４３"),
            Some(Kind::Organisation)
        );
        assert_eq!(Kind::of_number("hlj-np-2026-0001"), Some(Kind::NationalProject));
        assert_eq!(spelt(" 91350100m000100y43 "), "91350100M000100Y43");
        assert_eq!(spelt("officer/Li"), "officer/Li");
        assert_eq!(Kind::of_number("officer/li"), Some(Kind::Actor));
        assert_eq!(Kind::of_number("数"), None);
    }
}
