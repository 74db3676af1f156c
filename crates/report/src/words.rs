//! Every string of a report, in both languages, in one table.
//!
//! `{}` stands for a value; both languages hold the same number of them.

use shujian_core::Bilingual;

macro_rules! words {
    ($($name:ident: $zh:literal, $en:literal;)*) => {
        $(pub(crate) const $name: Bilingual = Bilingual { zh: $zh, en: $en };)*
        /// The table, for the tests that walk it.
        #[cfg(test)]
        pub(crate) const ALL: &[(&str, Bilingual)] = &[$((stringify!($name), $name)),*];
    };
}

words! {
    TITLE: "数鉴 {}", "Shujian {}";
    RUBRIC: "评分细则 {}", "rubric {}";
    DIGEST: "卡片 {}", "card {}";
    FILES: "{} 个文件，{}", "{} files, {}";
    USED: "已采用数据旁的申报书 {}", "using the application found beside the data: {}";
    PROFILE: "仅度量，未评分", "measured, not graded";
    GRADE: "等次", "Grade";
    GRADE_A: "A  优秀", "A  excellent";
    GRADE_B: "B  良好", "B  good";
    GRADE_C: "C  合格", "C  sufficient";
    GRADE_D: "D  入库培育", "D  registered, to be developed";
    GRADE_NONE: "未入等次", "below the grades";
    GRADE_GATE: "未入等次（门槛未过）", "none (a gate failed)";
    GRADE_OPEN: "待定（应用效果未知）", "open (effect unknown)";
    TOTAL: "总分 {}（{}–{}）", "total {} ({}–{})";
    TOTAL_OPEN: "总分 {}–{}（取决于应用效果）", "total {}–{} (depends on effect)";
    PAYABLE: "奖补 {}", "grant {}";
    REACHABLE: "可达等次", "Within reach";
    REACH: "效果≥{}：{} {}", "effect ≥ {}: {} {}";
    SCALE: "规模", "Scale";
    DENSITY: "价值密度", "Value density";
    EFFECT: "应用效果", "Effect";
    UNKNOWN: "未知", "unknown";
    NO_EVIDENCE: "没有申报书或效果证据", "no application or no evidence";
    RECORDS: "记录", "Records";
    COUNTS: "共 {}：可读 {}，跳过 {}；完全重复 {}，近似重复 {}，保留 {}",
        "{}: {} read, {} skipped; {} exact and {} near duplicates, {} retained";
    PARTITION: "分区", "Partition";
    KIND: "类型", "kind";
    READ: "可读", "read";
    SUBMITTED: "提交量", "submitted";
    EFFECTIVE: "有效量", "effective";
    UNIT: "单位", "unit";
    MORE_PARTITIONS: "另有 {} 个分区，见 --format json", "further partitions: {} (see --format json)";
    LOSSES: "失分最多", "What cost the most";
    POINTS: "{} 分", "{} points";
    FINDINGS: "发现 {} 类（详见 explain 代码）", "{} kinds of finding (explain CODE tells more)";
    NO_FINDINGS: "没有发现", "no findings";
    ERROR: "错误", "error";
    WARNING: "警告", "warning";
    INFO: "提示", "note";
    GATES: "门槛", "Gates";
    PASSED: "通过", "passed";
    CORRECT: "补正", "to correct";
    FAILED: "未过", "failed";
    NOT_DECIDED: "待定", "open";
    NOT_CHECKED: "未检查", "Not checked";
    AND_MORE: "等 {} 项", "{} in all";
    NEXT: "下一步", "Next";
    NEXT_GATE: "{} {}：{}", "{} {}: {}";
    NEXT_APPLY: "写一份 application.toml（shujian schema application）后再评一次",
        "write an application.toml (shujian schema application) and grade again";
    NEXT_GRADE: "用 shujian grade 评分", "grade it with shujian grade";
    NEXT_SAVE: "加 --format json -o card.json 存卡，再用 explain card.json scale 看计算过程",
        "--format json -o card.json saves it; explain card.json scale shows each step";
    CHARACTERS: "字符", "chars";
    CELLS: "单元格", "cells";
    CHANNEL_SAMPLES: "采样", "samples";
    CODE_CAUSE: "原因", "Cause";
    CODE_FIX: "处理", "Fix";
    VALUE: "值", "Value";
    UNDEFINED: "无定义：{}", "undefined: {}";
    DEFINITION: "定义", "Definition";
    NUMERATOR: "分子", "Numerator";
    DENOMINATOR: "分母", "Denominator";
    NULL_RULE: "空值", "Missing values";
    EVIDENCE: "证据记录", "Evidence";
    NO_EVIDENCE_RECORDS: "没有单独的证据记录", "no single records stand out";
    WEIGHT: "权重 {}", "weight {}";
    SCORE: "{} 分，占总分 {} %", "{} points, {} % of the total";
    CITATION: "依据", "By";
}

/// Puts values in the places of `{}`, one after the other.
pub(crate) fn fill(template: &str, values: &[&str]) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut values = values.iter();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{}") {
        filled.push_str(before);
        filled.push_str(values.next().copied().unwrap_or_default());
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_the_same_amount() {
        for (name, Bilingual { zh, en }) in ALL {
            assert_eq!(zh.matches("{}").count(), en.matches("{}").count(), "{name}");
            assert!(!en.is_empty() && en.chars().all(|c| !('\u{3000}'..'\u{fe00}').contains(&c)));
            let only_values = zh.replace("{}", "").trim().is_empty();
            assert!(only_values || !zh.is_ascii() || *name == "NEXT_GATE", "{name} has no Chinese");
        }
    }

    #[test]
    fn fills_in_order() {
        assert_eq!(fill("{}–{}!", &["1", "2"]), "1–2!");
        assert_eq!(fill("none", &["1"]), "none");
        assert_eq!(fill("{} {}", &["{}"]), "{} ");
    }
}
