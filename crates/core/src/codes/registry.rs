//! Codes of the `registry` room: refusals, and what verification finds.

use super::Code;
use crate::{Bilingual, Severity};

/// Rows of the code table, by number.
pub(super) const CODES: &[Code] = &[
    Code {
        id: "SJ-registry-001",
        severity: Severity::Error,
        title: Bilingual { zh: "没有这个条目", en: "no such entry" },
        cause: Bilingual {
            zh: "编号写错，或条目在另一登记册",
            en: "the number is wrong, or the entry is in another registry",
        },
        fix: Bilingual {
            zh: "用 registry list 查看编号",
            en: "look numbers up with `registry list`",
        },
    },
    Code {
        id: "SJ-registry-002",
        severity: Severity::Error,
        title: Bilingual { zh: "此状态下不能办理", en: "not open in this state" },
        cause: Bilingual { zh: "条目处于另一状态", en: "the entry is in another state" },
        fix: Bilingual {
            zh: "用 registry show 查看当前可用的命令",
            en: "see which commands are open with `registry show`",
        },
    },
    Code {
        id: "SJ-registry-003",
        severity: Severity::Error,
        title: Bilingual { zh: "无权办理", en: "not for this role" },
        cause: Bilingual {
            zh: "命令属于其他角色，或条目属于其他单位",
            en: "the command takes another role, or the entry is another organisation's",
        },
        fix: Bilingual {
            zh: "由相应角色的账号办理", en: "have an account of that role do it"
        },
    },
    Code {
        id: "SJ-registry-004",
        severity: Severity::Error,
        title: Bilingual { zh: "字段有误", en: "a field is wrong" },
        cause: Bilingual {
            zh: "字段缺少、未知或不合格式",
            en: "a field is missing, unknown or malformed",
        },
        fix: Bilingual {
            zh: "按提示改正该字段；docs/states.md 列有各命令的字段",
            en: "mend the field that is named; docs/states.md lists the fields of every command",
        },
    },
    Code {
        id: "SJ-registry-005",
        severity: Severity::Error,
        title: Bilingual {
            zh: "幂等键已用于另一请求", en: "key used for another request"
        },
        cause: Bilingual {
            zh: "同一个键附了不同的内容",
            en: "one key came with two different requests",
        },
        fix: Bilingual {
            zh: "重试时原样发送；新的请求换新的键",
            en: "repeat a request as it was; give a new request a new key",
        },
    },
    Code {
        id: "SJ-registry-006",
        severity: Severity::Error,
        title: Bilingual { zh: "版本已变", en: "version moved" },
        cause: Bilingual {
            zh: "其间有人改动了该条目",
            en: "somebody changed the entry in between",
        },
        fix: Bilingual {
            zh: "重新查看后再决定", en: "look at the entry again, then decide"
        },
    },
    Code {
        id: "SJ-registry-007",
        severity: Severity::Error,
        title: Bilingual { zh: "须由两人办理", en: "takes two persons" },
        cause: Bilingual {
            zh: "提出与确认是同一人，或内容不一致",
            en: "the same person proposed and confirmed, or said something else",
        },
        fix: Bilingual {
            zh: "由另一人以相同内容确认", en: "have another person confirm the same"
        },
    },
    Code {
        id: "SJ-registry-008",
        severity: Severity::Error,
        title: Bilingual { zh: "条件不满足", en: "a condition does not hold" },
        cause: Bilingual {
            zh: "办理条件尚未满足，详见提示",
            en: "a condition of the command does not hold; the message says which",
        },
        fix: Bilingual { zh: "先满足该条件", en: "meet the condition first" },
    },
    Code {
        id: "SJ-registry-009",
        severity: Severity::Error,
        title: Bilingual { zh: "预算额度不足", en: "envelope exhausted" },
        cause: Bilingual {
            zh: "额度未下达，或余额不足",
            en: "there is no envelope, or it holds less",
        },
        fix: Bilingual {
            zh: "下达或追加额度，或待下一年度",
            en: "allot or raise the envelope, or wait for the next year",
        },
    },
    Code {
        id: "SJ-registry-010",
        severity: Severity::Error,
        title: Bilingual { zh: "权益与登记不符", en: "entitlement does not fit" },
        cause: Bilingual {
            zh: "计算所用的政策、基数或上限与登记册不同",
            en: "it was computed under another measure, on another base, or passes a limit",
        },
        fix: Bilingual {
            zh: "以登记册的数字重新计算",
            en: "compute it again from the registry's figures",
        },
    },
    Code {
        id: "SJ-registry-011",
        severity: Severity::Error,
        title: Bilingual { zh: "金额不能入账", en: "amount cannot be booked" },
        cause: Bilingual {
            zh: "金额为零、为负或过大", en: "it is zero, negative or too large"
        },
        fix: Bilingual { zh: "核对金额与单位", en: "check amount and unit" },
    },
    Code {
        id: "SJ-registry-012",
        severity: Severity::Error,
        title: Bilingual { zh: "签名不符", en: "signature does not hold" },
        cause: Bilingual {
            zh: "账号不存在、已停用，或密钥不是该账号的",
            en: "the account is unknown or removed, or the key is another's",
        },
        fix: Bilingual {
            zh: "使用该账号自己的密钥文件", en: "use the account's own key file"
        },
    },
    Code {
        id: "SJ-registry-013",
        severity: Severity::Error,
        title: Bilingual { zh: "缺少放假安排", en: "calendar is missing" },
        cause: Bilingual {
            zh: "该年的放假与调休尚未录入",
            en: "the year's holidays have not been put in",
        },
        fix: Bilingual {
            zh: "由管理员以 calendar 命令录入",
            en: "have an admin put them in with `calendar`",
        },
    },
    Code {
        id: "SJ-registry-014",
        severity: Severity::Error,
        title: Bilingual { zh: "日期不可用", en: "date not open" },
        cause: Bilingual {
            zh: "正式登记册不能指定日期，或日期早于上一事件",
            en: "a live registry takes no date, or the date is before the last event",
        },
        fix: Bilingual {
            zh: "去掉 --on，或另选日期", en: "leave --on out, or name another day"
        },
    },
    Code {
        id: "SJ-registry-015",
        severity: Severity::Error,
        title: Bilingual { zh: "证明文件不合格式", en: "malformed proof" },
        cause: Bilingual {
            zh: "文件被截断或不是证明", en: "the file is cut short or is no proof"
        },
        fix: Bilingual { zh: "重新导出证明", en: "write the proof again" },
    },
    Code {
        id: "SJ-registry-016",
        severity: Severity::Error,
        title: Bilingual { zh: "证明不成立", en: "the proof does not hold" },
        cause: Bilingual {
            zh: "内容被改动，或公钥不是该登记册的",
            en: "it was changed, or the key is not this registry's",
        },
        fix: Bilingual {
            zh: "向登记机关索取公钥与证明",
            en: "ask the bureau for its key and a new proof",
        },
    },
    Code {
        id: "SJ-registry-017",
        severity: Severity::Warning,
        title: Bilingual { zh: "名称相同", en: "same name" },
        cause: Bilingual {
            zh: "另一条有效条目使用同一名称",
            en: "another live entry goes by the same name",
        },
        fix: Bilingual {
            zh: "核对两者是否为同一事项；是则撤回一条，不是则改名以便区分",
            en: "see whether both are one thing; if so withdraw one, else tell them apart by name",
        },
    },
    Code {
        id: "SJ-registry-018",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "验收决算与核定总投资不同",
            en: "final accounts differ from what was approved",
        },
        cause: Bilingual {
            zh: "配套按核定总投资计算，条文没有规定是否随决算调整",
            en: "the match counts the approved total, and the text leaves open whether it follows the accounts",
        },
        fix: Bilingual {
            zh: "由主管部门裁定，以 create ruling topic=match-base 登记；调减的差额以 order-back 追缴",
            en: "have the bureau rule, record it with `create ruling topic=match-base`, and take a \
                 difference back with `order-back`",
        },
    },
    Code {
        id: "SJ-registry-019",
        severity: Severity::Warning,
        title: Bilingual { zh: "专家有利益冲突", en: "conflicted expert" },
        cause: Bilingual {
            zh: "指派之后登记了关联关系，或专家自行声明",
            en: "a tie was entered after the expert was assigned, or declared",
        },
        fix: Bilingual {
            zh: "另行指派专家；有冲突者的意见不计入",
            en: "assign another expert; reviews of conflicted experts do not count",
        },
    },
    Code {
        id: "SJ-registry-020",
        severity: Severity::Error,
        title: Bilingual { zh: "事件被改动", en: "event changed" },
        cause: Bilingual {
            zh: "日志中的事件缺失、错位或与写入时不同",
            en: "an event is missing, out of place or not as it was written",
        },
        fix: Bilingual {
            zh: "保留现场，从备份与证明核对",
            en: "keep everything as it is and compare with backups and proofs",
        },
    },
    Code {
        id: "SJ-registry-021",
        severity: Severity::Error,
        title: Bilingual { zh: "表中数据与日志不符", en: "row differs from the log" },
        cause: Bilingual {
            zh: "绕过登记册改动了数据",
            en: "a row was changed behind the registry's back",
        },
        fix: Bilingual {
            zh: "以日志为准恢复，并追查改动者",
            en: "restore it from the log, and find who changed it",
        },
    },
    Code {
        id: "SJ-registry-022",
        severity: Severity::Error,
        title: Bilingual { zh: "日志分片不符", en: "tile differs" },
        cause: Bilingual {
            zh: "分片缺失、多余或被改动",
            en: "a tile is missing, foreign or changed",
        },
        fix: Bilingual {
            zh: "由事件重新生成分片", en: "make the tiles again from the events"
        },
    },
    Code {
        id: "SJ-registry-023",
        severity: Severity::Error,
        title: Bilingual { zh: "检查点不符", en: "checkpoint does not hold" },
        cause: Bilingual {
            zh: "签名或根哈希不符，或未覆盖全部事件",
            en: "its signature or root differs, or it does not cover every event",
        },
        fix: Bilingual {
            zh: "保留现场，与外部留存的检查点比对",
            en: "keep everything and compare with checkpoints kept elsewhere",
        },
    },
    Code {
        id: "SJ-registry-024",
        severity: Severity::Error,
        title: Bilingual { zh: "请求签名不符", en: "request not signed by its actor" },
        cause: Bilingual {
            zh: "事件中的请求不是该账号签署的",
            en: "the request in an event was not signed by that account",
        },
        fix: Bilingual {
            zh: "保留现场，核对该账号的密钥",
            en: "keep everything and check the account's key",
        },
    },
    Code {
        id: "SJ-registry-025",
        severity: Severity::Error,
        title: Bilingual { zh: "事件违反办理规则", en: "event breaks the rules" },
        cause: Bilingual {
            zh: "状态、角色或两人办理不符合规则",
            en: "state, role or second person is not what the table demands",
        },
        fix: Bilingual {
            zh: "保留现场，核对程序版本",
            en: "keep everything and check the version of the program",
        },
    },
    Code {
        id: "SJ-registry-026",
        severity: Severity::Error,
        title: Bilingual { zh: "事件借贷不平", en: "event is not balanced" },
        cause: Bilingual {
            zh: "一个事件的分录之和不为零",
            en: "the entries of an event do not sum to zero",
        },
        fix: Bilingual {
            zh: "保留现场，核对程序版本",
            en: "keep everything and check the version of the program",
        },
    },
    Code {
        id: "SJ-registry-027",
        severity: Severity::Error,
        title: Bilingual { zh: "账目不符", en: "accounts do not agree" },
        cause: Bilingual {
            zh: "分录、核定与额度之间对不上",
            en: "ledger, awards and envelopes do not agree",
        },
        fix: Bilingual {
            zh: "以日志为准核对账目", en: "hold the accounts against the log"
        },
    },
    Code {
        id: "SJ-registry-028",
        severity: Severity::Error,
        title: Bilingual {
            zh: "个人信息或密封评分与承诺不符",
            en: "personal data or a sealed score does not open",
        },
        cause: Bilingual {
            zh: "内容被改动，或未经 forget 删除",
            en: "it was changed, or removed without `forget`",
        },
        fix: Bilingual {
            zh: "从备份恢复，或补办 forget",
            en: "restore it, or have it forgotten properly",
        },
    },
    Code {
        id: "SJ-registry-029",
        severity: Severity::Error,
        title: Bilingual { zh: "日志被重写", en: "log was rewritten" },
        cause: Bilingual {
            zh: "日志不再以先前的检查点开头",
            en: "the log no longer begins with an earlier checkpoint",
        },
        fix: Bilingual {
            zh: "保留现场：有人持有密钥并重写了历史",
            en: "keep everything: somebody with the key rewrote history",
        },
    },
    Code {
        id: "SJ-registry-030",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "专家组评分超出调整范围", en: "panel beyond its adjustment"
        },
        cause: Bilingual {
            zh: "专家组平均分与机器评分之差大于评分细则允许的调整",
            en: "the mean of the panel is further from the score of the card than the rubric lets it move",
        },
        fix: Bilingual {
            zh: "按调整范围的边界计分；理由写入评审意见",
            en: "the bound counts; the written opinions give the reasons",
        },
    },
    Code {
        id: "SJ-registry-031",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "文件与其他申报相同", en: "same files as another application"
        },
        cause: Bilingual {
            zh: "至少一半字节的文件与另一申报完全相同；只比对内容相同的文件",
            en: "files with at least half of the bytes are in another application too; only equal files were compared",
        },
        fix: Bilingual {
            zh: "核对是否为同一项目；确为不同项目的，以 create ruling topic=other-project/编号 裁定",
            en: "see whether both are one project; if not, rule so with `create ruling topic=other-project/NUMBER`",
        },
    },
    Code {
        id: "SJ-registry-032",
        severity: Severity::Warning,
        title: Bilingual { zh: "同一批复登记了两次", en: "one approval recorded twice" },
        cause: Bilingual {
            zh: "同一单位的另一项目依据同一机关、同一文号的批复",
            en: "another project of the organisation stands on the same document of the same authority",
        },
        fix: Bilingual {
            zh: "核对后撤销一条；确为不同项目的，以 create ruling topic=same-approval/编号 裁定",
            en: "revoke one of them; if they are two projects, rule so with `create ruling topic=same-approval/NUMBER`",
        },
    },
];
