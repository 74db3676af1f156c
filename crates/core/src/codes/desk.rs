//! Finding codes of the batch desk.

use super::Code;
use crate::{Bilingual, Severity};

/// Rows of the code table, by number.
pub(super) const CODES: &[Code] = &[
    Code {
        id: "SJ-desk-001",
        severity: Severity::Error,
        title: Bilingual { zh: "申报书不能使用", en: "application cannot be used" },
        cause: Bilingual {
            zh: "申报书不是 UTF-8、不合格式，或写有不可能的值；该申报未评分",
            en: "the application is not UTF-8, not of its form, or holds a value that cannot be; nothing was graded",
        },
        fix: Bilingual {
            zh: "用 shujian apply check 查看每一处，改正后再运行：其他申报不会重评",
            en: "see every place with `shujian apply check`, mend it and run again: the others are not graded again",
        },
    },
    Code {
        id: "SJ-desk-002",
        severity: Severity::Error,
        title: Bilingual { zh: "数据整体不可读", en: "data unreadable as a whole" },
        cause: Bilingual {
            zh: "文件夹是空的，或没有一个文件能打开；该申报未评分",
            en: "the folder is empty, or no file in it can be opened; nothing was graded",
        },
        fix: Bilingual {
            zh: "补交数据，或改正路径与权限后再运行",
            en: "hand in the data, or mend the path and its rights, and run again",
        },
    },
    Code {
        id: "SJ-desk-003",
        severity: Severity::Error,
        title: Bilingual { zh: "环境故障", en: "the environment failed" },
        cause: Bilingual {
            zh: "磁盘、内存、权限或读取期间的改动使评分中断",
            en: "disk, memory, rights, or a file that changed while it was read broke the grading off",
        },
        fix: Bilingual {
            zh: "排除故障后再运行：已完成的不会重评",
            en: "put it right and run again: what is done is not graded again",
        },
    },
    Code {
        id: "SJ-desk-004",
        severity: Severity::Error,
        title: Bilingual { zh: "程序自身的缺陷", en: "a fault of our own" },
        cause: Bilingual {
            zh: "评分这一份数据时程序出错；其他申报不受影响",
            en: "the program failed on this dataset; no other application is touched",
        },
        fix: Bilingual {
            zh: "请附上该申报与以上信息报告",
            en: "please report it with the application and what was printed",
        },
    },
    Code {
        id: "SJ-desk-005",
        severity: Severity::Warning,
        title: Bilingual { zh: "未作为申报的文件", en: "not an application" },
        cause: Bilingual {
            zh: "与申报文件夹并列的文件、隐藏项或链接，不属于任何申报，未评分",
            en: "a file beside the folders of applications, a hidden entry or a link: part of no application, not graded",
        },
        fix: Bilingual {
            zh: "若应评分，放入文件夹并附申报书，或在 batch.toml 中列出",
            en: "if it should be graded, put it into a folder with an application, or list it in batch.toml",
        },
    },
    Code {
        id: "SJ-desk-006",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "申报中还有申报书", en: "an application within an application"
        },
        cause: Bilingual {
            zh: "申报文件夹的下级还有 application.toml；整个文件夹按一项申报评分",
            en: "a folder below holds another application.toml; the whole folder was graded as one application",
        },
        fix: Bilingual {
            zh: "若是两项申报，分开放置，或在 batch.toml 中列出",
            en: "if these are two applications, part them, or list them in batch.toml",
        },
    },
    Code {
        id: "SJ-desk-007",
        severity: Severity::Error,
        title: Bilingual { zh: "清单与文件不符", en: "manifest and files differ" },
        cause: Bilingual {
            zh: "结果写出之后，文件被改动、删除或添加",
            en: "a file was changed, removed or added after the results were written",
        },
        fix: Bilingual {
            zh: "重新运行 shujian batch，或找回原来的文件",
            en: "run `shujian batch` again, or bring back the files as they were",
        },
    },
    Code {
        id: "SJ-desk-008",
        severity: Severity::Error,
        title: Bilingual {
            zh: "结果不能由卡片推出", en: "results do not follow from the cards"
        },
        cause: Bilingual {
            zh: "卡片被改动，或名次、金额、表格与各卡片重新推算的不同",
            en: "a card was changed, or ranks, amounts or tables differ from those derived again from the cards",
        },
        fix: Bilingual {
            zh: "不要采用这些结果；重新运行 shujian batch",
            en: "do not use these results; run `shujian batch` again",
        },
    },
    Code {
        id: "SJ-desk-009",
        severity: Severity::Error,
        title: Bilingual { zh: "重评结果不同", en: "graded again, the result differs" },
        cause: Bilingual {
            zh: "数据、申报书或评分细则与当时不同，或结果被改动",
            en: "data, application or rubric are not those of the run, or the results were changed",
        },
        fix: Bilingual {
            zh: "核对数据是否为当时冻结的快照",
            en: "check that the data are the snapshot that was frozen then",
        },
    },
    Code {
        id: "SJ-desk-010",
        severity: Severity::Error,
        title: Bilingual { zh: "申报书缺项", en: "missing from the application" },
        cause: Bilingual {
            zh: "申报书的必填项没有填写",
            en: "a field that must be filled in is not",
        },
        fix: Bilingual {
            zh: "按该项的说明填写；shujian apply init 写出带说明的模板",
            en: "fill it in as its note says; `shujian apply init` writes a template with notes",
        },
    },
    Code {
        id: "SJ-desk-011",
        severity: Severity::Error,
        title: Bilingual { zh: "申报书填写有误", en: "wrong in the application" },
        cause: Bilingual {
            zh: "值的类型不对、不在允许范围内，或没有这个键",
            en: "a value of the wrong type or out of range, or a key that does not exist",
        },
        fix: Bilingual { zh: "按提示改正", en: "mend it as it says" },
    },
    Code {
        id: "SJ-desk-012",
        severity: Severity::Warning,
        title: Bilingual { zh: "申报书可以更完整", en: "the application could say more" },
        cause: Bilingual {
            zh: "不填不影响评分能否进行，但会使门槛待定或少得分",
            en: "grading works without it, but a gate stays open or points are lost",
        },
        fix: Bilingual {
            zh: "如有材料，补上该项", en: "add it where there is evidence for it"
        },
    },
];
