//! What the columns of the registry are called in Chinese; in English they keep their names.

/// Columns and their titles, by name; amounts and scores without their unit.
const TITLES: &[(&str, &str)] = &[
    ("accepted_investment", "验收投资"),
    ("accepted_on", "验收日期"),
    ("adjustment", "可调整分数"),
    ("after_state", "前提状态"),
    ("amount", "金额"),
    ("approved_investment", "核定总投资"),
    ("approved_on", "批复日期"),
    ("authority", "批复机关"),
    ("awarded", "核定金额"),
    ("awarded_on", "核定日期"),
    ("bands", "等次界线"),
    ("base", "计算基数"),
    ("batch", "批次"),
    ("cancelled", "已取消"),
    ("cap", "最高额"),
    ("card_digest", "卡片摘要"),
    ("checker", "确认人"),
    ("cite", "依据"),
    ("city_support", "市级支持"),
    ("closes_on", "截止日期"),
    ("committed", "已核定"),
    ("contact", "联系人（承诺）"),
    ("contract_no", "合同编号"),
    ("division", "行政区划"),
    ("document_no", "批复文号"),
    ("eligible_cost", "合格成本"),
    ("ends_on", "公示截止"),
    ("expert", "专家"),
    ("grade", "等次"),
    ("granted", "已核发"),
    ("ground", "事由"),
    ("group_code", "集团代码"),
    ("invoice_no", "发票号码"),
    ("invoiced_on", "开票日期"),
    ("issued", "印发日期"),
    ("left", "一方"),
    ("made_on", "裁定日期"),
    ("maker", "提出人"),
    ("measure", "措施"),
    ("mode", "方式"),
    ("name", "名称"),
    ("nominal", "按比例金额"),
    ("nominated_on", "推荐日期"),
    ("number", "编号"),
    ("objector", "异议人（承诺）"),
    ("opens_on", "开始日期"),
    ("opinion", "意见（承诺）"),
    ("ordered_back", "应追回"),
    ("organisation", "单位"),
    ("origin", "日志名称"),
    ("paid", "已拨付"),
    ("paid_on", "拨付日期"),
    ("panel", "专家组评分"),
    ("parameters", "待定参数"),
    ("place", "次序"),
    ("product", "产品类型"),
    ("published_on", "公示开始"),
    ("purchaser", "采购单位"),
    ("reason", "理由"),
    ("recovered", "已追回"),
    ("requested", "申请金额"),
    ("revised_investment", "调整后投资"),
    ("right", "另一方"),
    ("role", "角色"),
    ("rubric", "评分细则"),
    ("rubric_hash", "细则哈希"),
    ("salt", "盐值"),
    ("score", "机器评分"),
    ("sealed", "密封评分（承诺）"),
    ("sector", "领域"),
    ("seller", "销售单位"),
    ("snapshot_root", "内容哈希"),
    ("source", "来源"),
    ("state", "状态"),
    ("subject_kind", "条目类别"),
    ("subject_number", "条目编号"),
    ("supplements", "补正次数"),
    ("text", "内容"),
    ("topic", "事项"),
    ("total", "额度"),
    ("transaction", "交易额"),
    ("verified_on", "核验日期"),
    ("verified_source", "核验来源"),
    ("version", "版本"),
    ("vkey", "公钥"),
    ("working_days", "工作日数"),
    ("year", "年度"),
];

/// The Chinese title of a column; its name where it has none.
pub(crate) fn title(column: &str) -> &str {
    let known = TITLES.binary_search_by(|(name, _)| (*name).cmp(column));
    known.map_or(column, |at| TITLES[at].1)
}

/// A column's name without its unit.
pub(crate) fn bare(column: &str) -> &str {
    column.trim_end_matches("_fen").trim_end_matches("_centi")
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;
    use shujian_registry::entities::{money, people, projects, reviews};

    use super::*;

    #[test]
    fn every_column_that_is_shown_has_a_title() {
        assert!(TITLES.is_sorted_by(|a, b| a.0 < b.0), "titles are looked up by halving");
        let blank = |row: Result<Json, _>| row.unwrap();
        for row in [
            blank(serde_json::to_value(people::actor::Model::default())),
            blank(serde_json::to_value(people::organisation::Model::default())),
            blank(serde_json::to_value(people::tie::Model::default())),
            blank(serde_json::to_value(people::setting::Model::default())),
            blank(serde_json::to_value(projects::batch::Model::default())),
            blank(serde_json::to_value(projects::application::Model::default())),
            blank(serde_json::to_value(projects::national_project::Model::default())),
            blank(serde_json::to_value(projects::voucher_claim::Model::default())),
            blank(serde_json::to_value(projects::annotation_base::Model::default())),
            blank(serde_json::to_value(reviews::ruling::Model::default())),
            blank(serde_json::to_value(reviews::review::Model::default())),
            blank(serde_json::to_value(reviews::notice::Model::default())),
            blank(serde_json::to_value(reviews::objection::Model::default())),
            blank(serde_json::to_value(money::envelope::Model::default())),
            blank(serde_json::to_value(money::award::Model::default())),
            blank(serde_json::to_value(money::tranche::Model::default())),
        ] {
            for name in row.as_object().unwrap().keys() {
                if name == "id" || name.ends_with("_id") || name == "entitlement" {
                    continue;
                }
                assert!(!title(bare(name)).is_ascii(), "{name} has no title");
            }
        }
    }
}
