//! Finding codes of the `quality` room: text.

use super::Code;
use crate::{Bilingual, Severity};

/// Rows of the code table, by number: findings about text start at 101.
pub(super) const CODES: &[Code] = &[
    Code {
        id: "SJ-quality-101",
        severity: Severity::Warning,
        title: Bilingual { zh: "空文本记录", en: "text record without content" },
        cause: Bilingual {
            zh: "该记录的文本字段为空，或只有空白与标点。",
            en: "The text fields of the record are empty or hold nothing but blanks and punctuation.",
        },
        fix: Bilingual {
            zh: "补全文本或删除该记录；空记录不计入有效量。",
            en: "Fill in the text or remove the record; it adds nothing to the volume.",
        },
    },
    Code {
        id: "SJ-quality-102",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "控制字符或乱码", en: "control characters or broken encoding"
        },
        cause: Bilingual {
            zh: "超过 5% 的字符是控制字符或替换符，多因编码转换错误或误读二进制内容。",
            en: "More than 5% of the characters are control or replacement characters, mostly from a wrong encoding or binary content.",
        },
        fix: Bilingual {
            zh: "用正确的编码重新导出该记录。",
            en: "Export the record again in its right encoding.",
        },
    },
    Code {
        id: "SJ-quality-103",
        severity: Severity::Warning,
        title: Bilingual { zh: "编码数据冒充文本", en: "encoded bytes in place of text" },
        cause: Bilingual {
            zh: "记录大部分内容形如 Base64 或十六进制转储。",
            en: "Most of the record looks like Base64 or a hexadecimal dump.",
        },
        fix: Bilingual {
            zh: "解码后作为相应模态提交，或删除该记录。",
            en: "Decode it and hand it in as what it is, or remove the record.",
        },
    },
    Code {
        id: "SJ-quality-104",
        severity: Severity::Warning,
        title: Bilingual { zh: "随机字符", en: "random characters" },
        cause: Bilingual {
            zh: "记录大部分由任何语言都不会出现的字符串组成。",
            en: "Most of the record is made of character strings that no language forms.",
        },
        fix: Bilingual {
            zh: "删除该记录；若为编号，请放入单独的列。",
            en: "Remove the record; if these are identifiers, give them a column of their own.",
        },
    },
    Code {
        id: "SJ-quality-105",
        severity: Severity::Info,
        title: Bilingual {
            zh: "近重复比较受限", en: "comparison of near copies was capped"
        },
        cause: Bilingual {
            zh: "同一候选组超过 65,536 条记录，其余成员未在该组内比较。",
            en: "More than 65,536 records share one candidate key; the rest was not compared under it.",
        },
        fix: Bilingual {
            zh: "通常无需处理：其他候选键仍会比较这些记录。",
            en: "Usually nothing: other keys still bring these records together.",
        },
    },
    Code {
        id: "SJ-quality-106",
        severity: Severity::Warning,
        title: Bilingual { zh: "文本证据不足", en: "too little text to judge" },
        cause: Bilingual {
            zh: "去重后的文本太少，无法统计其语言规律；有效系数的下限因此接近零。",
            en: "After deduplication there is too little text for statistics of its language; the lower bound of the factor falls towards zero.",
        },
        fix: Bilingual {
            zh: "提交更多不重复的文本（约 3 万词或字以上）。",
            en: "Hand in more text that does not repeat itself (about 30,000 words or characters).",
        },
    },
    Code {
        id: "SJ-quality-107",
        severity: Severity::Warning,
        title: Bilingual { zh: "疑似无语序文本", en: "text without the order of language" },
        cause: Bilingual {
            zh: "样本中部分记录的词序与随机打乱无异，或由词对拼接而成，或多为他处不见的词。",
            en: "Records of the sample read like shuffled words, like chained word pairs, or hold mostly words seen nowhere else.",
        },
        fix: Bilingual {
            zh: "检查所列记录；机器生成的填充内容应删除。",
            en: "Look at the records; remove generated filler.",
        },
    },
    Code {
        id: "SJ-quality-108",
        severity: Severity::Info,
        title: Bilingual { zh: "模板或套话", en: "templates or stock phrases" },
        cause: Bilingual {
            zh: "样本中部分内容以同样的句式出现在许多记录中，只按一次计量。",
            en: "Part of the sample stands in many records with the same frame and is not credited again.",
        },
        fix: Bilingual {
            zh: "真实表单可将变量拆成单独的列提交。",
            en: "For genuine forms, hand in the variables as columns.",
        },
    },
    Code {
        id: "SJ-quality-109",
        severity: Severity::Info,
        title: Bilingual { zh: "成段重复", en: "passages repeated verbatim" },
        cause: Bilingual {
            zh: "记录四分之一以上的内容（每段至少约 24 字或 12 词）与其他记录或自身前文逐字相同，只按一次计量。",
            en: "A quarter or more of the record stands word for word, in passages of about 24 characters or 12 words and more, in other records or earlier in itself; it is credited once.",
        },
        fix: Bilingual {
            zh: "同一问题的多个回答可合为一条记录；删除重复的声明和页眉页脚。",
            en: "Put several answers to one question into one record; drop repeated notices, headers and footers.",
        },
    },
];
