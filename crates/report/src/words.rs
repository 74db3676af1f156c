//! Every string of a report, in both languages, in one table.
//!
//! `{}` stands for a value; both languages hold the same number of them.

use shujian_core::Bilingual;

use crate::Lang;
use crate::screen::clean;

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
    FILE: "1 个文件，{}", "1 file, {}";
    FILES: "{} 个文件，{}", "{} files, {}";
    LOCAL_RUBRIC: "注意：评分细则不是发布版（散列 {}），结果不是正式评定",
        "warning: not the released rubric (hash {}); the result is not official";
    USED: "已采用数据旁的申报书 {}", "using the application found beside the data: {}";
    LABELS: "标注评审 {}：{}，交付散列 {}", "review {} of labels: {}, delivery {}";
    PROFILE: "仅度量，未评分", "measured, not graded";
    GRADE: "等次", "Grade";
    GRADE_A: "A  优秀", "A  excellent";
    GRADE_B: "B  良好", "B  good";
    GRADE_C: "C  合格", "C  sufficient";
    GRADE_D: "D  入库培育", "D  registered";
    GRADE_NONE: "未入等次", "none";
    GRADE_GATE: "未入等次（门槛未过）", "none (a gate failed)";
    GRADE_OPEN: "待定（应用效果未知）", "open (effect unknown)";
    GRADE_BEYOND: "本版本尚不能评定", "not yet possible with this version";
    GRADE_FORECAST: "预估等次", "Forecast";
    FORECAST: "预估（--sample）：每个文件至多只读开头，不作评定依据，不产生金额",
        "forecast (--sample): at most the start of each file was read; no amount";
    BELOW: "评定已完成：总分未达最低等次的分数线，不予奖补；这是结论，不是程序出错",
        "a full result, no error: the total is below the lowest grade; nothing is paid";
    BEYOND: "全部文件为尚不度量的格式（如图像、音频）：已计数，未评分，不计为不合格",
        "all files are of formats not yet measured (media, say): counted, not scored";
    MOSTLY_MEDIA: "以尚不度量的媒体为主：已计数，未评分；可读部分可单独给出路径评分",
        "mostly media, not yet measured: no score; name the other files to grade these";
    NOT_MEASURED: "尚不度量", "not yet measured";
    PANEL: "专家组", "Panel";
    GRANT: "奖补", "Grant";
    PROVISIONAL: "暂定{}", "provisional: {}";
    UP_TO: "至多 {}（须先通过门槛 {}）", "up to {} once gates {} are passed";
    UP_TO_ONE: "至多 {}（须先通过门槛 {}）", "up to {} once gate {} is passed";
    ACROSS: "界线另一侧：{} 等 {}", "on the other side of the boundary: {} {}";
    ACROSS_OPEN: "界线另一侧：{} 等", "on the other side of the boundary: {}";
    LIMIT: "限额", "Limit";
    LIMITED: "{}（{}），低于 {} 等的 {}", "{} ({}); grade {} would grant {}";
    HELD: "限于 {} 等", "Held at {}";
    HELD_BY: "总分本可得 {} 等（{}），但每轴须达 {} 分：{}",
        "the total alone earns {} ({}), but every axis needs {}: {}";
    SHORT: "{} {}（差 {}）", "{} {} ({} short)";
    TOTAL: "总分 {}（95 % 区间 {}–{}，取下限）", "total {} (95 %: {}–{}, low end counts)";
    TOTAL_OPEN: "总分 {}–{}（取决于应用效果）", "total {}–{} (depends on effect)";
    REACHABLE: "可达等次（需补充应用效果证据）", "Within reach, with evidence of effect";
    REACH: "效果 ≥ {} 分可得 {} {}", "effect ≥ {} earns {} {}";
    REACH_FREE: "效果 ≥ {} 分可得 {}（不予奖补）", "effect ≥ {} earns {} (no grant)";
    REACH_NEXT: "更高一等：应用", "next grade: ";
    REACH_PAID: "可获奖补的等次：应用", "next grade with a grant: ";
    REACH_NOTHING: "可达等次  无：即使应用效果满分，总分也达不到最低等次",
        "Within reach  none: even full effect leaves the total below the lowest grade";
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
    LOSSES: "失分最多的项（总分的分数；列 {} 项，共 {} 项）",
        "What cost the most, in points of the total ({} of {} causes)";
    FINDINGS: "发现 {} 类（详见 shujian explain 代码）", "Kinds of finding: {} (shujian explain CODE tells more)";
    MORE_FINDINGS: "发现 {} 类（列 {} 类，其余见 --format json；shujian explain 代码）",
        "Kinds of finding: {}, of which {} here, all in --format json; explain CODE";
    RECORD: "第 {} 条", "record {}";
    COLUMN: "{} 列", "column {}";
    POSITION: "第 {} 位", "position {}";
    BYTE: "第 {} 字节", "byte {}";
    LINE: "第 {} 行", "line {}";
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
    TRUTH: "内容真实性与合法性", "truth and lawfulness";
    PERSONAL: "个人信息", "personal information";
    FIELD: "申报领域与内容是否相符", "whether the content is of the declared field";
    OVERLAP: "与已登记数据集的重复", "overlap with registered datasets";
    MACHINE: "未声明的机器生成内容", "undeclared machine writing";
    NEXT: "下一步", "Next";
    NEXT_GATE: "{} {}：{}", "{} {}: {}";
    NEXT_TIER: "效果证据计 0 分：自行申报的不计分，需可核验的证明（explain 卡片 effect）",
        "evidence counts 0: self-declared evidence needs proof (explain CARD effect)";
    NEXT_APPLY: "写一份 application.toml（格式见 shujian schema application）后再评一次",
        "write an application.toml (form: shujian schema application), grade again";
    NEXT_MEASURED: "{}/{} 个文件为尚不度量的格式：得分只反映已度量的部分",
        "files of formats not yet measured: {} of {}; the score covers the rest only";
    NEXT_UNUSED: "发现 {}：用 --application 指定才会采用",
        "found {}; name it with --application to use it";
    NEXT_COPIES: "完全重复的记录 {} 条：删除后再评（shujian dedup 列出每一条）",
        "exact copies: {}; remove them (shujian dedup lists each one)";
    NEXT_GRADE: "用 shujian grade 评分", "grade it with shujian grade";
    NEXT_SAVE: "shujian grade 路径 --format json -o c.json；再 shujian explain c.json award",
        "shujian grade PATH --format json -o c.json; shujian explain c.json award";
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
    LOST: "失 {} 分（总分）", "{} points of the total lost";
    FACTOR: "新内容 {} × 折减下限 {} = 有效 {}（点估计 {}）",
        "new content {} × lower bound {} = effective {} (point {})";
    NO_EVIDENCE_RECORDS: "没有单独的证据记录", "no single records stand out";
    WEIGHT: "权重 {}", "weight {}";
    SCORE: "{} 分，占总分 {} %", "{} points, {} % of the total";
    CITATION: "依据", "By";
    STEP: "{}：上限 {} → {}", "{}: at most {} → {}";
    AMOUNT: "金额 {}", "Amount {}";
    AMOUNT_OPEN: "金额待定：{}", "Amount open: {}";
    BANDS: "等次线", "Bands";
    BAND: "{} ≥ {} 分 {}", "{} from {} {}";
    FLOOR: "每轴不足 {} 分者，至多 {} 等", "an axis below {} admits no more than {}";
    TAMPERED: "警告：卡片内容与其摘要不符，写出后被改动过，不可采信",
        "warning: the card does not match its digest; it was changed after writing";
    SEALED: "摘要相符：测量、得分与金额自写出后未变；不证明由谁出具，也不含文件名与发现",
        "digest right: figures as written (names and findings apart); not by whom";
    RAMP: "r(v; a, b) = (v − a) / (b − a)，限于 0–1；Σ 为加总；E 有效量，S 提交量",
        "r(v; a, b) = (v − a) / (b − a), held within 0–1; E effective, S submitted";
    NO_UNIT: "（无单位）", "(no unit)";
    SHARE: "（占比）", "(share)";
    BITS_PER_ROW: "比特/行", "bits per row";
    BITS_PER_ITEM: "比特/条", "bits per item";
    BITS_PER_BYTE: "比特/字节", "bits/byte";
}

/// Name of an axis, term or cause of lost points: Chinese where the released rubric knows it.
pub(crate) fn topic(name: &str, lang: Lang) -> String {
    let known = NAMES.iter().find(|(known, _)| *known == name);
    known.map_or_else(|| clean(name), |(_, name)| lang.of(*name).to_owned())
}

/// Axes, terms and causes of lost points; English reports print the name as the rubric spells it.
pub(crate) const NAMES: &[(&str, Bilingual)] = &[
    ("value-density", Bilingual { zh: "价值密度", en: "value-density" }),
    ("characters", Bilingual { zh: "字符", en: "characters" }),
    ("cells", Bilingual { zh: "单元格", en: "cells" }),
    ("further-families", Bilingual { zh: "其他种类", en: "further-families" }),
    ("mean", Bilingual { zh: "加权平均", en: "mean" }),
    ("score", Bilingual { zh: "得分", en: "score" }),
    ("scale", Bilingual { zh: "规模", en: "scale" }),
    ("duplicates", Bilingual { zh: "重复", en: "duplicates" }),
    ("factor", Bilingual { zh: "内容折减", en: "factor" }),
    ("synthetic", Bilingual { zh: "合成记录", en: "synthetic" }),
    ("retention", Bilingual { zh: "有效率", en: "retention" }),
    ("information", Bilingual { zh: "信息量", en: "information" }),
    ("diversity", Bilingual { zh: "多样性", en: "diversity" }),
    ("annotation", Bilingual { zh: "标注", en: "annotation" }),
    ("clean-share", Bilingual { zh: "洁净率", en: "clean-share" }),
    ("structure", Bilingual { zh: "结构", en: "structure" }),
    ("validity", Bilingual { zh: "有效性", en: "validity" }),
    ("uniqueness", Bilingual { zh: "唯一性", en: "uniqueness" }),
    ("effect", Bilingual { zh: "应用效果", en: "effect" }),
    ("uplift", Bilingual { zh: "模型增益", en: "uplift" }),
    ("adopters", Bilingual { zh: "采用单位", en: "adopters" }),
    ("calls", Bilingual { zh: "调用量", en: "calls" }),
    ("transactions", Bilingual { zh: "成交额", en: "transactions" }),
];

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
    use crate::screen::{COLUMNS, width};

    #[test]
    fn both_languages_say_the_same_amount() {
        for (name, Bilingual { zh, en }) in ALL {
            assert_eq!(zh.matches("{}").count(), en.matches("{}").count(), "{name}");
            assert!(!en.is_empty() && en.chars().all(|c| !('\u{3000}'..'\u{fe00}').contains(&c)));
            for text in [zh, en] {
                assert!(width(text) <= COLUMNS - 2, "{name} is cut on the screen: {text}");
            }
            let only_values = zh.replace("{}", "").trim().is_empty();
            assert!(only_values || !zh.is_ascii() || *name == "NEXT_GATE", "{name} has no Chinese");
        }
    }

    #[test]
    fn every_cause_with_advice_has_a_name() {
        for (cause, _) in shujian_grade::advice::ADVICE {
            assert!(
                topic(cause, Lang::En) == *cause && !topic(cause, Lang::Zh).is_ascii(),
                "{cause}"
            );
        }
    }

    #[test]
    fn fills_in_order() {
        assert_eq!(fill("{}–{}!", &["1", "2"]), "1–2!");
        assert_eq!(fill("none", &["1"]), "none");
        assert_eq!(fill("{} {}", &["{}"]), "{} ");
    }
}
