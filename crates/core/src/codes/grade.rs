//! Finding codes of the `grade` room.

use super::Code;
use crate::{Bilingual, Severity};

/// Rows of the code table, by number.
pub(super) const CODES: &[Code] = &[
    Code {
        id: "SJ-grade-001",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "申报的模态不在数据中", en: "declared modality not in the data"
        },
        cause: Bilingual {
            zh: "申报书 dataset.modality 写明的模态在提交的文件里没有找到",
            en: "dataset.modality of the application names content that the files do not hold",
        },
        fix: Bilingual {
            zh: "改正申报书，或补交该模态的文件",
            en: "correct the application, or hand in the files of that modality",
        },
    },
    Code {
        id: "SJ-grade-002",
        severity: Severity::Info,
        title: Bilingual {
            zh: "申报的模态无法识别", en: "declared modality not understood"
        },
        cause: Bilingual {
            zh: "申报书 dataset.modality 的用词不在已知之列，未与数据比对",
            en: "the word in dataset.modality is not known, so it was not compared with the data",
        },
        fix: Bilingual {
            zh: "改用 text、table、series、image、audio 或 video，可用逗号并列",
            en: "use text, table, series, image, audio or video, several of them with commas",
        },
    },
    Code {
        id: "SJ-grade-003",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "其他财政资金超过合格成本",
            en: "other public money above the cost",
        },
        cause: Bilingual {
            zh: "申报书 money.other_public_yuan 大于 eligible_cost_yuan：没有未覆盖的成本，奖补为 0",
            en: "money.other_public_yuan is above eligible_cost_yuan: no cost is left uncovered, and the grant is 0",
        },
        fix: Bilingual {
            zh: "核对两项金额（单位：元）；同一成本不得重复资助",
            en: "check both amounts (whole yuan); the same cost is not funded twice",
        },
    },
];
