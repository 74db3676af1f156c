//! Finding codes of the `quality` room: columns and tables.

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
    Code {
        id: "SJ-quality-022",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "整段序列在另一时间重复",
            en: "a stretch of the series again at another time",
        },
        cause: Bilingual {
            zh: "连续 8 个以上时刻的内容与较早时段完全相同，仅时间平移；较晚的行不计",
            en: "eight or more times in a row repeat an earlier stretch exactly, moved in time; the later rows do not count",
        },
        fix: Bilingual {
            zh: "删除平移复制的行；若设备确实周期性重复，请在说明中写明",
            en: "remove the moved copies; if the device truly repeats itself, say so in the documentation",
        },
    },
    Code {
        id: "SJ-quality-023",
        severity: Severity::Warning,
        title: Bilingual { zh: "插值行", en: "interpolated rows" },
        cause: Bilingual {
            zh: "所有数值恰为另外两行的中点，这些行不带来新信息",
            en: "every number lies half way between two other rows, or is carried over from one of them: such rows add nothing",
        },
        fix: Bilingual {
            zh: "提交原始采样，不要插值加密",
            en: "hand in the original samples without interpolation",
        },
    },
    Code {
        id: "SJ-quality-024",
        severity: Severity::Warning,
        title: Bilingual { zh: "列数超过抽样上限", en: "more columns than are looked at" },
        cause: Bilingual {
            zh: "每个分区只分析单元格最多的 40 个内容列（文本列、时间列各另计 40 个），其余列不计入规模",
            en: "only the 40 content columns with most cells are analysed in each partition (and 40 text and 40 time columns); the others do not count",
        },
        fix: Bilingual {
            zh: "把宽表按主题拆成若干张表，或删去无用的列",
            en: "split a wide table by subject, or drop columns of no use",
        },
    },
    Code {
        id: "SJ-quality-025",
        severity: Severity::Info,
        title: Bilingual {
            zh: "相近行太多，未逐一比对",
            en: "too many alike rows to compare each",
        },
        cause: Bilingual {
            zh: "同一候选组中已有 48 行互不重复，较早的行不再参与比对，个别近似重复可能未被发现",
            en: "a candidate group holds more than 48 rows that differ; the earliest leave the comparison, so that a near copy may have been missed",
        },
        fix: Bilingual {
            zh: "无需处理；若数据确有大量近似行，请先自行去重",
            en: "nothing to do; where a table holds many near copies, remove them first",
        },
    },
    Code {
        id: "SJ-quality-026",
        severity: Severity::Info,
        title: Bilingual {
            zh: "单个对象的判断过多", en: "too many judgements of one item"
        },
        cause: Bilingual {
            zh: "查找雷同标注员时，每个对象只比对 64 个判断，其余判断不参与比对",
            en: "looking for cloned annotators compares 64 judgements of each item; the others were left out of that comparison",
        },
        fix: Bilingual {
            zh: "无需处理；一致性系数仍按全部判断计算",
            en: "nothing to do; agreement is still computed from all judgements",
        },
    },
    Code {
        id: "SJ-quality-027",
        severity: Severity::Info,
        title: Bilingual {
            zh: "未在所有行对之间查找插值行",
            en: "interpolated rows not looked for between all pairs",
        },
        cause: Bilingual {
            zh: "超过 16384 行（或相近数值过多）的分区，只按时间先后查找插值行，不逐对比较",
            en: "in a partition of more than 16384 rows, or for rows with too many like pairs, interpolated rows are looked for in order of time only, not between all pairs",
        },
        fix: Bilingual {
            zh: "无需处理；有时间列的数据仍按时间先后检查",
            en: "nothing to do; rows with a time are still checked in its order",
        },
    },
    Code {
        id: "SJ-quality-028",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "与全表格格不入的行", en: "rows unlike the rest of the table"
        },
        cause: Bilingual {
            zh: "抽样行中至少两个且至少一半的单元格与所在列不符：类型不同、数值远超常见范围，或在取值反复出现的列中几乎无人使用；这些行不算连贯的行",
            en: "in sampled rows at least two cells, and half of those filled, do not fit their columns: of another kind, far beyond the usual numbers, or nearly unique where values come back; such rows do not count as rows that hang together",
        },
        fix: Bilingual {
            zh: "删除随机字符、错列或混入的行；不同结构的数据请放入单独的文件",
            en: "remove rows of random characters or shifted cells; put data of another structure in a file of its own",
        },
    },
    Code {
        id: "SJ-quality-029",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "编号在各文件中重新开始", en: "ids start anew in each file"
        },
        cause: Bilingual {
            zh: "各文件的对象与标注员编号似乎各自从头开始；一致性按文件分别计算，但与其他文件完全相同的判断仍计为重复",
            en: "items and annotators seem to be numbered anew in each file; agreement is taken file by file, but a judgement equal to one of another file counts as its copy",
        },
        fix: Bilingual {
            zh: "若各文件是不同任务，请给对象与标注员编号加上任务前缀；不要删除这些判断",
            en: "if the files are different tasks, prefix ids of items and annotators with the task; do not delete these judgements",
        },
    },
];
