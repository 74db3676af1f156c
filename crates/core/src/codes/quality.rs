//! Finding codes of the `quality` room.

use super::Code;
use crate::{Bilingual, Severity};

/// Rows of the code table, by number.
pub(super) const CODES: &[Code] = &[
    Code {
        id: "SJ-quality-020",
        severity: Severity::Warning,
        title: Bilingual { zh: "表结构过多", en: "too many different schemas" },
        cause: Bilingual {
            zh: "文件的列名组合超过 4096 种，仅把列名完全相同的文件归为一组",
            en: "files have more than 4096 different sets of columns; only files of equal columns were joined",
        },
        fix: Bilingual {
            zh: "统一同类文件的列名，或把不相关的文件移出本数据集",
            en: "give files of one kind the same columns, or leave unrelated files out",
        },
    },
    Code {
        id: "SJ-quality-021",
        severity: Severity::Info,
        title: Bilingual { zh: "识别为标注判断", en: "taken for judgements" },
        cause: Bilingual {
            zh: "列名表明这是“对象、标注员、标签”列表，按标注一致性而非按内容计量",
            en: "column names say item, annotator and label: measured for agreement, not as content",
        },
        fix: Bilingual {
            zh: "若并非标注判断，请改列名",
            en: "rename the columns if these are not judgements",
        },
    },
];
