//! What would honestly win lost points back, by what cost them.

use shujian_core::Bilingual;

/// Advice for a cause of lost points; each cause that the released rubric can name has a row.
pub const ADVICE: &[(&str, Bilingual)] = &[
    (
        "scale",
        Bilingual {
            zh: "补充新的、不重复的真实记录；规模按对数计，翻倍所得有限",
            en: "add new, different, genuine records; scale is logarithmic, so doubling adds little",
        },
    ),
    (
        "duplicates",
        Bilingual {
            zh: "删除完全重复与近似重复的记录；用 dedup 命令列出重复簇",
            en: "remove exact and near duplicates; the dedup command lists their clusters",
        },
    ),
    (
        "factor",
        Bilingual {
            zh: "去掉套话、模板、冗余列和噪声；数据少时区间宽，多给真实数据会收窄",
            en: "drop boilerplate, templates, redundant columns and noise; genuine data narrows the interval",
        },
    ),
    (
        "synthetic",
        Bilingual {
            zh: "以真实记录替换合成记录", en: "replace synthetic records by genuine ones"
        },
    ),
    ("retention", Bilingual { zh: "提供可计量的记录", en: "hand in records that can be measured" }),
    (
        "information",
        Bilingual {
            zh: "增加每条记录的实质内容，减少套话、乱序和重复表述",
            en: "put more substance into each record, less formula, disorder and repetition",
        },
    ),
    (
        "diversity",
        Bilingual {
            zh: "补充未覆盖的主题、场景与表达",
            en: "cover further topics, situations and wordings",
        },
    ),
    (
        "annotation",
        Bilingual {
            zh: "请至少两名标注员独立标注同一批记录，随数据提交全部标签",
            en: "have two or more annotators label the same records independently; hand in all labels",
        },
    ),
    (
        "clean-share",
        Bilingual {
            zh: "修复或删除乱码、残缺与无意义的记录",
            en: "repair or drop garbled, broken and meaningless records",
        },
    ),
    (
        "structure",
        Bilingual {
            zh: "检查列与列是否出自同一记录；去掉常量列、重复列和随机列",
            en: "check that columns belong to the same record; drop constant, repeated and random ones",
        },
    ),
    (
        "validity",
        Bilingual {
            zh: "修正不符合本列类型的单元格，统一空值写法",
            en: "correct cells that do not fit the type of their column; spell null one way",
        },
    ),
    (
        "uniqueness",
        Bilingual {
            zh: "删除除编号外完全相同的行",
            en: "remove rows that differ in nothing but their key",
        },
    ),
    (
        "effect",
        Bilingual {
            zh: "提交申报书与应用效果证据：对照实验、采用单位、调用量、成交额",
            en: "hand in an application with evidence: uplift, adopters, calls, transactions",
        },
    ),
    (
        "uplift",
        Bilingual {
            zh: "做有无本数据集的对照实验，请第三方或数据局复算",
            en: "compare a model with and without the data; have a third party or the bureau recompute it",
        },
    ),
    (
        "adopters",
        Bilingual {
            zh: "提供无关联采用单位的合同与使用日志",
            en: "show contracts and logs of unaffiliated adopters",
        },
    ),
    (
        "calls",
        Bilingual {
            zh: "提供近十二个月可核验的调用日志，避免集中于一家",
            en: "show verifiable logs of twelve months, not from one adopter alone",
        },
    ),
    (
        "transactions",
        Bilingual {
            zh: "提供与无关联方成交的发票与收款凭证",
            en: "show invoices and receipts of sales to unaffiliated buyers",
        },
    ),
];

/// Advice where `SJ-quality-106` says why so little of the text is credited.
pub const TOO_LITTLE: Bilingual = Bilingual {
    zh: "文本太少，无法判断（SJ-quality-106）：提交更多不重复的文本，约 3 万字以上",
    en: "too little text to judge (SJ-quality-106): hand in more that differs, 30,000 words",
};

/// Advice where passages repeated across records are among the duplicates.
pub const REPEATED: Bilingual = Bilingual {
    zh: "删除重复记录（dedup 列出），并减少跨记录重复的段落（SJ-quality-109）",
    en: "remove copies (the dedup command lists them) and passages repeated in records (SJ-quality-109)",
};

/// Advice on annotation where annotators have judged the same records already.
pub const DISAGREEMENT: Bilingual = Bilingual {
    zh: "提高标注一致性：修订规范、培训、对分歧复核；未重复标注的记录也请多人标注",
    en: "raise agreement: a clearer guideline, training, adjudication; have the other records judged twice",
};

/// Advice for a cause, or a general one where a rubric names causes of its own.
pub fn advice(cause: &str) -> Bilingual {
    let row = ADVICE.iter().find(|(name, _)| *name == cause);
    row.map_or(
        Bilingual {
            zh: "用 explain 命令查看该指标的定义与证据",
            en: "see the definition and evidence of this metric with the explain command",
        },
        |(_, advice)| *advice,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rubric;

    #[test]
    fn every_term_of_the_released_rubric_has_advice() {
        for kind in Rubric::released().value_density.kinds {
            for term in kind.terms {
                assert!(ADVICE.iter().any(|(name, _)| *name == term.name), "{}", term.name);
            }
        }
    }
}
