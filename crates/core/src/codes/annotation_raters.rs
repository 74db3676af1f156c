//! Finding codes of the `annotation` room: raters, agreement, consensus and label errors.

use super::Code;
use crate::{Bilingual, Severity};

/// Rows of the code table, by number.
pub(super) const CODES: &[Code] = &[
    Code {
        id: "SJ-annotation-501",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "几乎只给出一个类别", en: "answers are nearly all one class"
        },
        cause: Bilingual {
            zh: "该标注员不论内容都给出同一类别，而同样的单元其他人并非如此",
            en: "the rater names one class whatever is shown; others do not on the same items",
        },
        fix: Bilingual {
            zh: "用金标题复核该标注员，必要时退回其全部结果",
            en: "check the rater on known items; have the work redone if it is confirmed",
        },
    },
    Code {
        id: "SJ-annotation-502",
        severity: Severity::Warning,
        title: Bilingual { zh: "两名标注员错得相同", en: "two raters share mistakes" },
        cause: Bilingual {
            zh: "两人答错时答案相同的次数远高于其他人，可能互相抄袭或共用账号",
            en: "where one is wrong the other says the same far more often than others do: copying or a shared account",
        },
        fix: Bilingual {
            zh: "分开两人重新标注一批，并核对登录与时间记录",
            en: "have both label a fresh batch apart, and compare logins and times",
        },
    },
    Code {
        id: "SJ-annotation-503",
        severity: Severity::Warning,
        title: Bilingual { zh: "作答过快", en: "answers too fast" },
        cause: Bilingual {
            zh: "用时远低于其他人在同一单元上的中位数",
            en: "the time is far below the others' median on the same item",
        },
        fix: Bilingual {
            zh: "用金标题复核这些快答，必要时退回",
            en: "check the fast answers against known ones and send them back if needed",
        },
    },
    Code {
        id: "SJ-annotation-504",
        severity: Severity::Warning,
        title: Bilingual { zh: "一致性随时间下降", en: "agreement falls over time" },
        cause: Bilingual {
            zh: "从某次作答起，与其他人的一致率明显下降，可能疲劳或偏离说明",
            en: "from some answer on, agreement with the others falls: fatigue, or instructions forgotten",
        },
        fix: Bilingual {
            zh: "复核该点之后的结果并重新培训",
            en: "review what was labelled after that point and train again",
        },
    },
    Code {
        id: "SJ-annotation-505",
        severity: Severity::Info,
        title: Bilingual { zh: "系数无定义", en: "coefficient without a value" },
        cause: Bilingual {
            zh: "数据不足以计算该一致性系数，原因见附注",
            en: "the data do not define this coefficient; the note says why",
        },
        fix: Bilingual {
            zh: "按附注补充重叠标注后再计算",
            en: "add overlapping labels as the note says and compute again",
        },
    },
    Code {
        id: "SJ-annotation-506",
        severity: Severity::Warning,
        title: Bilingual { zh: "类别极不均衡", en: "one class prevails" },
        cause: Bilingual {
            zh: "一个类别占答案的九成以上，kappa 类系数会偏低",
            en: "one class has nine in ten answers or more: kappas fall although raters agree",
        },
        fix: Bilingual {
            zh: "同时参考 Gwet AC 与观测一致率，勿凭单一系数判定",
            en: "look at Gwet's AC and observed agreement too; decide by no single coefficient",
        },
    },
    Code {
        id: "SJ-annotation-507",
        severity: Severity::Info,
        title: Bilingual { zh: "票数相同", en: "votes are level" },
        cause: Bilingual {
            zh: "多个类别得票相同，按类别表顺序取第一个",
            en: "several classes are level; the first in the schema was taken",
        },
        fix: Bilingual {
            zh: "为这些单元追加一名标注员",
            en: "order another answer for these items",
        },
    },
    Code {
        id: "SJ-annotation-508",
        severity: Severity::Info,
        title: Bilingual { zh: "同一标注员重复作答", en: "repeated answers of a rater" },
        cause: Bilingual {
            zh: "同一标注员对同一单元作答多次；每次各计一票",
            en: "a rater answered an item more than once; each reading counts as a vote",
        },
        fix: Bilingual {
            zh: "如为误传请去重", en: "remove repeats that were sent by mistake"
        },
    },
    Code {
        id: "SJ-annotation-509",
        severity: Severity::Warning,
        title: Bilingual { zh: "金标正确率不达标", en: "accuracy on known items too low" },
        cause: Bilingual {
            zh: "精确区间整体低于要求",
            en: "the whole exact interval is below what is asked for",
        },
        fix: Bilingual {
            zh: "重新培训并退回该标注员的结果",
            en: "train the rater again and send the work back",
        },
    },
    Code {
        id: "SJ-annotation-510",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "概率略超出 0 到 1", en: "probabilities slightly outside 0 to 1"
        },
        cause: Bilingual {
            zh: "模型概率因舍入超出范围不超过万分之一，已截断",
            en: "rounding left probabilities outside by at most 1e-4; they were cut",
        },
        fix: Bilingual {
            zh: "以更高精度导出概率",
            en: "export the probabilities with more digits",
        },
    },
    Code {
        id: "SJ-annotation-511",
        severity: Severity::Warning,
        title: Bilingual { zh: "可能的标注错误", en: "label likely wrong" },
        cause: Bilingual {
            zh: "模型有把握认为该记录属于其他类别",
            en: "the model is confident of another class",
        },
        fix: Bilingual { zh: "人工复核该条标注", en: "look at this label again" },
    },
];
