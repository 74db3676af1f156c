//! Finding codes of the `grade` room: payment rules.

use super::Code;
use crate::{Bilingual, Severity};

/// Rows of the code table, by number.
pub(super) const CODES: &[Code] = &[
    Code {
        id: "SJ-grade-010",
        severity: Severity::Error,
        title: Bilingual { zh: "早于有效期", en: "before the validity" },
        cause: Bilingual {
            zh: "申领日期早于措施生效之日",
            en: "the day of the claim lies before the measure is in force",
        },
        fix: Bilingual {
            zh: "核对申领日期与印发日期参数 issued",
            en: "check the day of the claim and the parameter `issued`",
        },
    },
    Code {
        id: "SJ-grade-011",
        severity: Severity::Error,
        title: Bilingual { zh: "超过有效期", en: "after the validity" },
        cause: Bilingual {
            zh: "申领日期晚于措施失效之日",
            en: "the day of the claim lies after the measure has expired",
        },
        fix: Bilingual {
            zh: "核对日期；如政策已延期，由主管部门更新目录",
            en: "check the day; if the policy was prolonged, the bureau updates the catalogue",
        },
    },
    Code {
        id: "SJ-grade-012",
        severity: Severity::Error,
        title: Bilingual { zh: "未达起点", en: "below the least base" },
        cause: Bilingual {
            zh: "基数没有达到条文的起点；“超过”不含本数，“以上”含本数",
            en: "the base does not reach what the article asks for; 超过 excludes the bound, 以上 includes it",
        },
        fix: Bilingual {
            zh: "核对基数；按年累计的措施可在以后的申领中达到",
            en: "check the base; a measure on a year's sum may be reached by later claims",
        },
    },
    Code {
        id: "SJ-grade-013",
        severity: Severity::Error,
        title: Bilingual { zh: "名额已满", en: "no place left" },
        cause: Bilingual { zh: "本年度名额已用完", en: "all places of the year are taken" },
        fix: Bilingual { zh: "下一年度再申报", en: "apply again next year" },
    },
    Code {
        id: "SJ-grade-014",
        severity: Severity::Error,
        title: Bilingual { zh: "待裁定", en: "held for a ruling" },
        cause: Bilingual {
            zh: "同一项目还有其他申领，政策没有规定能否叠加",
            en: "another claim meets this one, and the policy does not say whether both are paid",
        },
        fix: Bilingual {
            zh: "由主管部门裁定并登记文号，或设定参数 within-article、within-policy",
            en: "the bureau rules and registers the document, or sets within-article or within-policy",
        },
    },
    Code {
        id: "SJ-grade-015",
        severity: Severity::Warning,
        title: Bilingual { zh: "已付高于应付", en: "granted more than due" },
        cause: Bilingual {
            zh: "此前给付的金额高于重新计算的应付金额",
            en: "more was granted before than is due now",
        },
        fix: Bilingual {
            zh: "核对此前的申领；超出部分追缴或抵扣",
            en: "check the earlier claims; recover or set off the rest",
        },
    },
    Code {
        id: "SJ-grade-016",
        severity: Severity::Warning,
        title: Bilingual { zh: "采用了默认值", en: "answered by a default" },
        cause: Bilingual {
            zh: "政策没有写明，主管部门也没有决定，按目录的默认值计算",
            en: "the policy does not say, the bureau has not decided: the catalogue's default was used",
        },
        fix: Bilingual {
            zh: "由主管部门决定后以 --set 参数=值 写明",
            en: "let the bureau decide, then state it with --set PARAMETER=VALUE",
        },
    },
    Code {
        id: "SJ-grade-017",
        severity: Severity::Warning,
        title: Bilingual { zh: "条件未确认", en: "not confirmed" },
        cause: Bilingual {
            zh: "条文要求的条件或计算所需的事项没有证明",
            en: "a condition of the article, or a fact for the amount, was not shown",
        },
        fix: Bilingual {
            zh: "查看证明材料后以 --confirm 或相应选项写明",
            en: "see the evidence, then state it with --confirm or the option for it",
        },
    },
    Code {
        id: "SJ-grade-018",
        severity: Severity::Error,
        title: Bilingual { zh: "发票已用", en: "invoice used before" },
        cause: Bilingual {
            zh: "这张发票已支持另一笔申领；一张发票全省只用一次",
            en: "this invoice supports another claim; an invoice counts once in the province",
        },
        fix: Bilingual {
            zh: "换用未申领过的发票；如号码录错请更正",
            en: "use an invoice that was not claimed; if the number is mistyped, correct it",
        },
    },
    Code {
        id: "SJ-grade-019",
        severity: Severity::Error,
        title: Bilingual { zh: "关联交易", en: "related parties" },
        cause: Bilingual {
            zh: "买卖双方是同一主体或关联方，交易额不计入",
            en: "buyer and seller are one or related, so the purchase does not count",
        },
        fix: Bilingual {
            zh: "只申领与非关联方的交易",
            en: "claim purchases from unrelated parties only",
        },
    },
    Code {
        id: "SJ-grade-020",
        severity: Severity::Warning,
        title: Bilingual { zh: "预算不足", en: "envelope exhausted" },
        cause: Bilingual {
            zh: "年度预算额度余额低于应付金额",
            en: "the year's envelope has less left than is due",
        },
        fix: Bilingual {
            zh: "不足部分等待调剂或下一年度",
            en: "the rest waits for a transfer or the next year",
        },
    },
    Code {
        id: "SJ-grade-021",
        severity: Severity::Warning,
        title: Bilingual { zh: "从高不重复", en: "the higher only" },
        cause: Bilingual {
            zh: "同一项目的其他申领更高，或已付过",
            en: "another claim on the same project is higher, or was paid",
        },
        fix: Bilingual {
            zh: "核对各笔申领是否确为同一项目、同一费用",
            en: "check that the claims are for the same project and the same costs",
        },
    },
    Code {
        id: "SJ-grade-022",
        severity: Severity::Info,
        title: Bilingual { zh: "条文为归纳", en: "article summed up" },
        cause: Bilingual {
            zh: "目录中的条文是归纳而不是原文",
            en: "the catalogue sums the article up in place of quoting it",
        },
        fix: Bilingual {
            zh: "发文前与印发文本核对，并把 wording 改为 quoted",
            en: "hold it against the issued text, then set wording to quoted",
        },
    },
    Code {
        id: "SJ-grade-023",
        severity: Severity::Warning,
        title: Bilingual { zh: "间接相连", en: "joined through a third claim" },
        cause: Bilingual {
            zh: "几笔申领并不两两相交，只经由第三笔相连，按一个整体处理",
            en: "claims that do not meet each other are joined by a third one and settled as one",
        },
        fix: Bilingual {
            zh: "如应分开处理，由主管部门裁定",
            en: "if they are to be settled apart, the bureau rules",
        },
    },
];
