//! What the name of a column says about its part. Lists are data: extend them here.

/// Calendar parts and clocks: time whatever the cells look like.
const TIMES: &[&str] = &[
    "time",
    "timestamp",
    "date",
    "datetime",
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "seconds",
    "week",
    "weekday",
    "quarter",
    "epoch",
    "ts",
    "时间",
    "日期",
    "年",
    "年份",
    "月",
    "月份",
    "日",
    "小时",
    "分钟",
    "时刻",
];
/// Counters of an even beat: time, and enough to make a series.
const CYCLES: &[&str] =
    &["cycle", "cycles", "step", "timestep", "time_step", "tick", "frame", "周期", "循环"];
/// Names of keys; also any name that ends in `_id`, `Id`, `ID`, `uuid`, `编号`.
const KEYS: &[&str] = &[
    "id",
    "no",
    "index",
    "idx",
    "rowname",
    "rownames",
    "row_number",
    "row_id",
    "unit",
    "item",
    "worker",
    "url",
    "uri",
    "uuid",
    "guid",
    "uid",
    "key",
    "sn",
    "serial",
    "编号",
    "序号",
    "主键",
    "网址",
    "链接",
    "unnamed: 0",
];
const ANNOTATORS: &[&str] = &[
    "annotator",
    "worker",
    "rater",
    "labeler",
    "labeller",
    "coder",
    "judge",
    "reviewer",
    "crowdworker",
    "标注员",
    "标注人",
    "标注者",
    "评审员",
    "专家",
];
const ITEMS: &[&str] = &[
    "item", "task", "question", "image", "doc", "document", "sample", "example", "instance",
    "object", "unit", "record", "id", "hit", "样本", "条目", "题目", "问题", "任务", "图片",
];
const LABELS: &[&str] = &[
    "label",
    "answer",
    "response",
    "annotation",
    "judgement",
    "judgment",
    "rating",
    "vote",
    "class",
    "category",
    "score",
    "choice",
    "标签",
    "标注",
    "标注结果",
    "答案",
    "类别",
    "评分",
];
/// Names of a label column in a table that is not about judgements.
const TARGETS: &[&str] = &["label", "labels", "target", "class", "标签", "标注", "类别", "分类"];

/// The name without case, outer white space and an `id` at its end: `workerId` → `worker`.
fn stem(name: &str) -> String {
    let leaf = name.rsplit('.').next().unwrap_or(name);
    let lower = leaf.trim().to_lowercase();
    for suffix in ["_id", "-id", " id", "id", "_ids", "编号", "_name"] {
        if let Some(stem) = lower.strip_suffix(suffix)
            && stem.chars().count() >= 2
        {
            return stem.to_owned();
        }
    }
    lower
}

fn leaf(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).trim().to_lowercase()
}

/// Words of a name: `census_block` → `census`, `block`.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split(['_', '-', ' ', '.', '(', ')']).filter(|part| !part.is_empty())
}

/// A calendar part or clock.
pub(super) fn is_time(name: &str) -> bool {
    let leaf = leaf(name);
    TIMES.contains(&leaf.as_str()) || is_cycle(name)
}

/// A counter of an even beat.
pub(super) fn is_cycle(name: &str) -> bool {
    let leaf = leaf(name);
    CYCLES.contains(&leaf.as_str())
}

/// Whether a word of the name is `year`.
pub(super) fn is_year(name: &str) -> bool {
    let leaf = leaf(name);
    leaf.contains('年') || parts(&leaf).any(|part| part == "year" || part == "yr")
}

/// A key by name.
pub(super) fn is_key(name: &str) -> bool {
    let trimmed = name.rsplit('.').next().unwrap_or(name).trim();
    let leaf = leaf(name);
    KEYS.contains(&leaf.as_str())
        || ["_id", "-id", " id", "uuid", "_url", "编号"].iter().any(|end| leaf.ends_with(end))
        || (trimmed.ends_with("Id") || trimmed.ends_with("ID")) && trimmed.len() > 2
}

/// Who judged.
pub(super) fn is_annotator(name: &str) -> bool {
    let (leaf, stem) = (leaf(name), stem(name));
    ANNOTATORS.iter().any(|known| leaf == *known || stem == *known)
}

/// What was judged.
pub(super) fn is_item(name: &str) -> bool {
    let (leaf, stem) = (leaf(name), stem(name));
    ITEMS.iter().any(|known| leaf == *known || stem == *known)
}

/// What the judgement was.
pub(super) fn is_judgement(name: &str) -> bool {
    let leaf = leaf(name);
    LABELS.contains(&leaf.as_str())
}

/// A label of a table.
pub(super) fn is_target(name: &str) -> bool {
    let leaf = leaf(name);
    TARGETS.contains(&leaf.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_their_part() {
        assert!(is_time("record.Hour") && is_time("年份") && !is_time("timely"));
        assert!(is_year("harvest_year") && !is_year("yearling"));
        assert!(is_key("order_id") && is_key("userID") && is_key("病历编号") && !is_key("valid"));
        assert!(is_annotator("worker_id") && is_annotator("WorkerId") && !is_annotator("work"));
        assert!(is_item("task") && is_item("imageId") && is_judgement("answer"));
        assert!(!is_judgement("truth") && !is_judgement("gold") && is_target("class"));
    }
}
