//! Finding codes of the `engine` room.

use super::Code;
use crate::{Bilingual, Severity};

/// Rows of the code table, by number.
pub(super) const CODES: &[Code] = &[
    Code {
        id: "SJ-engine-001",
        severity: Severity::Warning,
        title: Bilingual { zh: "仅读取样本", en: "only a sample was read" },
        cause: Bilingual {
            zh: "以 --sample 运行：每个文件只读取开头部分，结果是预估，不能作为评定依据",
            en: "run with --sample: only the beginning of each file was read; the result is a forecast and decides nothing",
        },
        fix: Bilingual { zh: "去掉 --sample 重新运行", en: "run again without --sample" },
    },
    Code {
        id: "SJ-engine-002",
        severity: Severity::Warning,
        title: Bilingual { zh: "大量完全重复的记录", en: "many exact copies" },
        cause: Bilingual {
            zh: "至少百分之一的记录与其他记录逐字段相同：副本不计规模，并拉低价值密度",
            en: "one record in a hundred or more equals another one in every field: copies add no scale and lower the value density",
        },
        fix: Bilingual {
            zh: "删除副本；shujian dedup 列出每条记录与其副本",
            en: "remove the copies; shujian dedup lists every record with its copies",
        },
    },
];
