//! The rows.

use shujian_core::Bilingual;

use super::{Effect, Field, Guard, Holds, Transition};
use crate::words::{Kind, Role, State};
use Role::{Admin, Applicant, Expert, Finance, Officer, Operator};

const fn field(name: &'static str, holds: Holds) -> Field {
    Field { name, holds, optional: false }
}

const fn optional(name: &'static str, holds: Holds) -> Field {
    Field { name, holds, optional: true }
}

/// `row!(kind, from → to, "command", by roles, "zh", "en", member: value…)`.
macro_rules! row {
    ($kind:ident [$($from:ident)*] $command:literal $to:expr, by [$($role:ident)*],
     $zh:literal, $en:literal $(, $member:ident: $value:expr)* $(,)?) => {
        Transition {
            from: &[$(State::$from,)*],
            roles: &[$($role,)*],
            to: $to,
            $($member: $value,)*
            ..Transition::new(Kind::$kind, $command, Bilingual { zh: $zh, en: $en })
        }
    };
}

/// Key fields of article 6, by name.
pub(crate) const SECTORS: &[&str] = &[
    "manufacturing",
    "agriculture",
    "health",
    "culture-tourism",
    "transport",
    "finance",
    "emergency-management",
    "meteorology",
    "city-governance",
];

const REASON: Field = field("reason", Holds::Text);
const AMOUNT: Field = field("amount", Holds::Fen);
const NUMBER: Field = field("document", Holds::Text);
const DATED: Field = field("dated", Holds::Date);
const STAYS: Option<State> = None;

const fn to(state: State) -> Option<State> {
    Some(state)
}

/// Every command there is.
#[rustfmt::skip]
pub const TABLE: &[Transition] = &[
    // Who acts, and what every act rests on.
    row!(Registry [None] "init" to(State::Active), by [Admin],
        "建立登记册", "make a registry",
        fields: &[field("origin", Holds::Text), field("log_key", Holds::Key), field("mode", Holds::OneOf(&["live", "trial"])), field("vkey", Holds::Key)]),
    row!(Actor [None] "enrol" to(State::Active), by [Admin],
        "登记账号及其公钥", "enrol an account with its public key",
        fields: &[field("role", Holds::OneOf(&["officer", "expert", "finance", "applicant", "operator", "auditor", "admin"])),
            field("name", Holds::Text), field("vkey", Holds::Key),
            optional("organisation", Holds::Entry(Kind::Organisation))]),
    row!(Actor [Active] "remove" to(State::Removed), by [Admin], "停用账号", "remove an account"),
    row!(Registry [Active] "calendar" STAYS, by [Admin],
        "录入一年的放假与调休", "put a year's holidays and working weekends in",
        fields: &[field("year", Holds::Year), field("off", Holds::Days), optional("work", Holds::Days), field("source", Holds::Text)],
        effects: &[Effect::Calendar]),
    row!(Organisation [None] "register" to(State::Registered), by [Officer],
        "登记单位", "register an organisation",
        fields: &[field("number", Holds::Code), field("name", Holds::Text),
            optional("group_code", Holds::Code), optional("contact", Holds::Private)],
        guards: &[Guard::CodeUnused]),
    row!(Organisation [Registered Verified] "verify" to(State::Verified), by [Officer],
        "核验单位存续", "verify that an organisation exists",
        fields: &[field("verified_source", Holds::Text), field("verified_on", Holds::Date)]),
    row!(Organisation [Registered Verified] "forget" STAYS, by [Officer],
        "删除联系人信息", "forget the contact of an organisation", effects: &[Effect::Forget]),
    row!(Tie [None] "declare" to(State::Active), by [Officer],
        "登记关联关系", "declare what ties two parties",
        fields: &[field("left", Holds::Text), field("right", Holds::Entry(Kind::Organisation)),
            field("ground", Holds::Text), field("source", Holds::Text)]),
    row!(Tie [Active] "remove" to(State::Removed), by [Officer], "解除关联关系", "remove a tie"),
    row!(Ruling [None] "make" to(State::Active), by [Officer],
        "作出裁定", "make a ruling",
        fields: &[field("topic", Holds::Text), field("text", Holds::Text), field("cite", Holds::Text), field("made_on", Holds::Date)]),
    row!(Ruling [Active] "remove" to(State::Removed), by [Officer], "撤销裁定", "remove a ruling", fields: &[REASON]),

    // Yearly calls and their money.
    row!(Batch [None] "plan" to(State::Planned), by [Officer],
        "设立申报批次", "plan a yearly call",
        fields: &[field("name", Holds::Text), field("measure", Holds::Text), field("year", Holds::Year),
            field("opens_on", Holds::Date), field("closes_on", Holds::Date)]),
    row!(Batch [Planned Closed] "open" to(State::Open), by [Officer], "开放申报", "open a call"),
    row!(Batch [Open] "close" to(State::Closed), by [Officer], "截止申报", "close a call"),
    row!(Envelope [None] "allot" to(State::Active), by [Finance],
        "下达年度预算额度", "allot a year's money to a measure",
        fields: &[field("measure", Holds::Text), field("year", Holds::Year), AMOUNT, NUMBER, DATED],
        guards: &[Guard::OneEnvelope], effects: &[Effect::Document, Effect::Allot]),
    row!(Envelope [Active] "raise" STAYS, by [Finance],
        "追加预算额度", "add money to an envelope",
        fields: &[AMOUNT, NUMBER, DATED], effects: &[Effect::Document, Effect::Raise], two_persons: true),

    // Provincial applications.
    row!(Application [None] "apply" to(State::Draft), by [Officer Applicant],
        "新建申报", "start an application",
        fields: &[field("batch", Holds::Entry(Kind::Batch)), field("organisation", Holds::Entry(Kind::Organisation)),
            field("name", Holds::Text), field("sector", Holds::OneOf(SECTORS)),
            field("requested", Holds::Fen), field("eligible_cost", Holds::Fen)],
        guards: &[Guard::BatchOpen]),
    row!(Application [Draft Returned] "submit" to(State::Submitted), by [Officer Applicant],
        "提交申报", "submit an application",
        guards: &[Guard::BatchOpen, Guard::Verified]),
    row!(Application [Submitted] "check" to(State::FormalCheck), by [Officer],
        "开始形式审查", "begin the formal check"),
    row!(Application [FormalCheck] "return" to(State::Returned), by [Officer],
        "退回补正，限一次", "return for correction, once",
        fields: &[REASON], guards: &[Guard::FirstCorrection], effects: &[Effect::CountCorrection]),
    row!(Application [FormalCheck] "pass" to(State::Scoring), by [Officer],
        "形式审查通过", "pass the formal check"),
    row!(Application [Scoring] "score" to(State::Scored), by [Officer],
        "绑定评分卡片与内容哈希", "bind the card and the hash of the content it scored",
        fields: &[field("snapshot_root", Holds::Hash), field("card_digest", Holds::Hash),
            field("rubric", Holds::Text), field("rubric_hash", Holds::Hash),
            field("score", Holds::Centi), field("grade", Holds::OneOf(&["A", "B", "C", "D", "none"]))],
        guards: &[Guard::FilesUnclaimed]),
    row!(Application [Scored ExpertReview] "assign" STAYS, by [Officer],
        "指派评审专家", "put an expert on the panel",
        fields: &[field("expert", Holds::Actor(Expert))],
        guards: &[Guard::Unconflicted], effects: &[Effect::Assign]),
    row!(Application [Scored] "open-panel" to(State::ExpertReview), by [Officer],
        "启动专家评审", "open the panel", guards: &[Guard::ThreeExperts]),
    row!(Application [ExpertReview] "review" STAYS, by [Expert],
        "提交密封评审意见", "submit a sealed review",
        fields: &[field("points", Holds::Sealed), field("opinion", Holds::Private)], effects: &[Effect::Review]),
    row!(Application [Scored ExpertReview] "recuse" STAYS, by [Expert],
        "声明利益冲突并回避", "declare a conflict and step back",
        fields: &[field("ground", Holds::Text)], effects: &[Effect::Recuse]),
    row!(Application [ExpertReview] "conclude" to(State::NoticePending), by [Officer],
        "汇总评审意见", "conclude the panel",
        guards: &[Guard::ThreeExperts, Guard::ReviewsIn], effects: &[Effect::Conclude]),
    row!(Application [NoticePending] "publish" to(State::PublicNotice), by [Officer],
        "公示五个工作日", "publish for five working days", effects: &[Effect::Publish]),
    row!(Application [PublicNotice] "object" STAYS, by [Officer],
        "受理异议", "take an objection in",
        fields: &[field("ground", Holds::Text), optional("objector", Holds::Private)],
        guards: &[Guard::NoticeRuns], effects: &[Effect::Object]),
    row!(Application [PublicNotice] "rule" STAYS, by [Officer],
        "答复异议", "decide an objection",
        fields: &[field("objection", Holds::Text), field("decision", Holds::OneOf(&["upheld", "dismissed"])), field("answer", Holds::Text)],
        effects: &[Effect::Rule]),
    row!(Application [PublicNotice] "approve" to(State::Approved), by [Officer],
        "批准并核定金额", "approve with the amount",
        fields: &[field("entitlement", Holds::Entitlement)],
        guards: &[Guard::NoticeOver, Guard::NothingOpen], effects: &[Effect::Award], two_persons: true),
    row!(Application [Approved Disbursing] "pay" to(State::Disbursing), by [Finance],
        "拨付下一笔", "pay the next tranche", guards: &[Guard::TrancheDue], effects: &[Effect::Pay], two_persons: true),
    row!(Application [Disbursing] "evaluate" to(State::Performance), by [Officer],
        "绩效评价通过", "record a passed performance review",
        fields: &[NUMBER, DATED], effects: &[Effect::Document]),
    row!(Application [Performance] "pay" to(State::Performance), by [Finance],
        "拨付尾款", "pay what is left", guards: &[Guard::TrancheDue], effects: &[Effect::Pay], two_persons: true),
    row!(Application [Performance] "close" to(State::Closed), by [Officer],
        "办结", "close", guards: &[Guard::TranchesSettled]),
    row!(Application [Submitted FormalCheck Scoring Scored ExpertReview NoticePending PublicNotice] "reject" to(State::Rejected), by [Officer],
        "不予支持", "reject", fields: &[REASON]),
    row!(Application [Draft Submitted FormalCheck Returned Scoring Scored] "withdraw" to(State::Withdrawn), by [Officer Applicant],
        "撤回", "withdraw", fields: &[REASON]),
    row!(Application [Approved Disbursing Performance Closed] "order-back" to(State::Clawback), by [Officer],
        "下达追缴决定", "order money back",
        fields: &[AMOUNT, REASON, NUMBER, DATED], effects: &[Effect::Document, Effect::Cancel, Effect::OrderBack], two_persons: true),
    row!(Application [Clawback] "recover" STAYS, by [Finance],
        "入账追回款", "book money that came back",
        fields: &[AMOUNT, NUMBER, DATED], effects: &[Effect::Document, Effect::Recover], two_persons: true),
    row!(Application [Clawback] "settle" to(State::ClawedBack), by [Officer],
        "追缴完毕", "settle a recovery", guards: &[Guard::NothingOwed]),

    // National projects.
    row!(NationalProject [None] "nominate" to(State::Nominated), by [Officer],
        "推荐国家级项目", "nominate a national project",
        fields: &[field("organisation", Holds::Entry(Kind::Organisation)), field("name", Holds::Text), field("sector", Holds::OneOf(SECTORS)),
            field("nominated_on", Holds::Date)],
        guards: &[Guard::Verified]),
    row!(NationalProject [Nominated] "state-approve" to(State::StateApproved), by [Officer],
        "登记国家批复", "record the state's approval",
        fields: &[field("document_no", Holds::Text), field("approved_on", Holds::Date), field("authority", Holds::Text),
            field("approved_investment", Holds::Fen)]),
    row!(NationalProject [StateApproved] "revise" STAYS, by [Officer],
        "登记投资调整", "record a revised investment",
        fields: &[field("revised_investment", Holds::Fen), REASON, NUMBER, DATED], effects: &[Effect::Document]),
    row!(NationalProject [StateApproved] "match" to(State::Matched), by [Officer],
        "核定省级配套", "award the provincial match",
        fields: &[field("entitlement", Holds::Entitlement)], effects: &[Effect::Award], two_persons: true),
    row!(NationalProject [Matched Disbursing] "pay" to(State::Disbursing), by [Finance],
        "拨付下一笔", "pay the next tranche", guards: &[Guard::TrancheDue], effects: &[Effect::Pay], two_persons: true),
    row!(NationalProject [Disbursing] "accept" to(State::Accepted), by [Officer],
        "登记验收", "record the acceptance",
        fields: &[field("accepted_investment", Holds::Fen), field("accepted_on", Holds::Date),
            optional("snapshot_root", Holds::Hash), NUMBER, DATED],
        effects: &[Effect::Document]),
    row!(NationalProject [Accepted] "pay" to(State::Accepted), by [Finance],
        "拨付尾款", "pay what is left", guards: &[Guard::TrancheDue], effects: &[Effect::Pay], two_persons: true),
    row!(NationalProject [Accepted] "close" to(State::Closed), by [Officer],
        "办结", "close", guards: &[Guard::TranchesSettled]),
    row!(NationalProject [Nominated StateApproved Matched Disbursing Accepted] "revoke" to(State::Revoked), by [Officer],
        "登记撤销批复", "record that the approval was revoked",
        fields: &[REASON, NUMBER, DATED], effects: &[Effect::Document, Effect::Cancel]),
    row!(NationalProject [Revoked Closed] "order-back" to(State::Clawback), by [Officer],
        "下达追缴决定", "order money back",
        fields: &[AMOUNT, REASON, NUMBER, DATED], effects: &[Effect::Document, Effect::OrderBack], two_persons: true),
    row!(NationalProject [Clawback] "recover" STAYS, by [Finance],
        "入账追回款", "book money that came back",
        fields: &[AMOUNT, NUMBER, DATED], effects: &[Effect::Document, Effect::Recover], two_persons: true),
    row!(NationalProject [Clawback] "settle" to(State::ClawedBack), by [Officer],
        "追缴完毕", "settle a recovery", guards: &[Guard::NothingOwed]),

    // Data vouchers.
    row!(VoucherClaim [None] "file" to(State::Filed), by [Officer Applicant],
        "申领数据券", "claim a data voucher for an invoice",
        fields: &[field("purchaser", Holds::Entry(Kind::Organisation)), field("seller", Holds::Entry(Kind::Organisation)),
            field("name", Holds::Text), field("product", Holds::OneOf(&["dataset", "interface", "model"])),
            field("contract_no", Holds::Text), field("invoice_no", Holds::Invoice), field("invoiced_on", Holds::Date),
            field("year", Holds::Year), field("transaction", Holds::Fen)],
        guards: &[Guard::InvoiceUnused, Guard::Unrelated, Guard::DatedInYear]),
    row!(VoucherClaim [Filed] "verify" to(State::Verified), by [Officer],
        "核实交易并计入年度累计", "verify the transaction and count it in the year",
        fields: &[NUMBER, DATED], guards: &[Guard::Verified, Guard::Unrelated],
        effects: &[Effect::Document, Effect::CountTransaction]),
    row!(VoucherClaim [Verified] "grant" to(State::Granted), by [Officer],
        "核发数据券", "grant the voucher",
        fields: &[field("entitlement", Holds::Entitlement)], effects: &[Effect::Award], two_persons: true),
    row!(VoucherClaim [Granted] "pay" to(State::Paid), by [Finance],
        "兑付", "pay", guards: &[Guard::TrancheDue], effects: &[Effect::Pay], two_persons: true),
    row!(VoucherClaim [Paid] "close" to(State::Closed), by [Officer],
        "办结", "close", guards: &[Guard::TranchesSettled]),
    row!(VoucherClaim [Filed] "reject" to(State::Rejected), by [Officer], "不予支持", "reject", fields: &[REASON]),
    row!(VoucherClaim [Filed] "withdraw" to(State::Withdrawn), by [Officer Applicant], "撤回", "withdraw", fields: &[REASON]),
    row!(VoucherClaim [Verified] "reject" to(State::Rejected), by [Officer],
        "不予支持，交易退出年度累计", "reject, and take the transaction out of the year",
        fields: &[REASON], guards: &[Guard::NotCounted], effects: &[Effect::DiscountTransaction]),
    row!(VoucherClaim [Verified] "withdraw" to(State::Withdrawn), by [Officer Applicant],
        "撤回，交易退出年度累计", "withdraw, and take the transaction out of the year",
        fields: &[REASON], guards: &[Guard::NotCounted], effects: &[Effect::DiscountTransaction]),
    row!(VoucherClaim [Verified] "close" to(State::Closed), by [Officer],
        "年度上限已用完，不再核发，交易仍计入累计", "close without a grant, as when the year's cap is used up; the transaction still counts",
        fields: &[REASON]),
    row!(VoucherClaim [Granted Paid Closed] "order-back" to(State::Clawback), by [Officer],
        "退货或查实关联方后追缴", "order money back after a refund or a related party",
        fields: &[AMOUNT, REASON, NUMBER, DATED], effects: &[Effect::Document, Effect::Cancel, Effect::OrderBack], two_persons: true),
    row!(VoucherClaim [Clawback] "recover" STAYS, by [Finance],
        "入账追回款", "book money that came back",
        fields: &[AMOUNT, NUMBER, DATED], effects: &[Effect::Document, Effect::Recover], two_persons: true),
    row!(VoucherClaim [Clawback] "settle" to(State::ClawedBack), by [Officer],
        "追缴完毕", "settle a recovery", guards: &[Guard::NothingOwed]),

    // Annotation bases.
    row!(AnnotationBase [None] "propose" to(State::Proposed), by [Officer Operator],
        "提名数据标注基地", "propose an annotation base",
        fields: &[field("organisation", Holds::Entry(Kind::Organisation)), field("name", Holds::Text), field("division", Holds::Division)]),
    row!(AnnotationBase [Proposed] "designate" to(State::Designated), by [Officer],
        "认定基地", "designate a base",
        fields: &[NUMBER, DATED], guards: &[Guard::Verified], effects: &[Effect::Document]),
    row!(AnnotationBase [Designated Suspended] "operate" to(State::Operating), by [Officer], "投入运营", "begin or resume operation"),
    row!(AnnotationBase [Operating Reviewed] "review" to(State::Reviewed), by [Officer],
        "年度考核", "record a yearly review", fields: &[NUMBER, DATED], effects: &[Effect::Document]),
    row!(AnnotationBase [Designated Operating Reviewed] "city-support" STAYS, by [Officer Operator],
        "登记所在市支持金额", "record what the host city paid",
        fields: &[AMOUNT, NUMBER, DATED], effects: &[Effect::Document, Effect::CitySupport]),
    row!(AnnotationBase [Operating Reviewed] "suspend" to(State::Suspended), by [Officer], "暂停", "suspend", fields: &[REASON]),
    row!(AnnotationBase [Proposed Designated Operating Reviewed Suspended] "remove" to(State::Removed), by [Officer],
        "移出名单", "remove", fields: &[REASON]),
];
