//! How much the columns of a row belong together.

use shujian_core::Bilingual;

use super::{NO_ROWS, PROFILES};
use crate::columns::Role;
use crate::metric::{Measured, Spec};
use crate::table::measure::Evidence;

pub(super) const SPEC: Spec = Spec {
    name: "structure",
    profiles: PROFILES,
    unit: "share",
    definition: Bilingual {
        zh: "各列取值属于本行（而非独立随机搭配）的平均份额，乘以连贯行的份额；重复列与常量列计为零",
        en: "mean share of a column's cells that belong to their row rather than being dealt independently, times the share of coherent rows; redundant and constant columns count as zero",
    },
    numerator: Bilingual { zh: "各列连贯度之和", en: "sum of the columns' coherence" },
    denominator: Bilingual {
        zh: "内容列与常量列的数目", en: "content and constant columns"
    },
    null_rule: Bilingual {
        zh: "空值作为单独的取值；没有内容列或没有新行时无定义",
        en: "null is a value of its own; undefined without content columns or novel rows",
    },
    source: "docs/value-density.md",
};

pub(super) fn measure(evidence: &Evidence<'_>) -> Measured {
    let coherence = &evidence.credit.coherence;
    let sum: f64 = coherence
        .columns
        .iter()
        .zip(&evidence.credit.own)
        .map(|(kappa, own)| kappa.point * own)
        .sum();
    let constant =
        evidence.plan.columns.iter().filter(|column| column.role == Role::Constant).count();
    let columns = (evidence.credit.columns.content.len() + constant) as f64;
    let numerator = sum * coherence.rows.point;
    let defined =
        !evidence.credit.columns.content.is_empty() && !evidence.credit.columns.ids.is_empty();
    let weakest = coherence.weakest.iter().map(|&row| evidence.credit.columns.ids[row]).collect();
    Measured {
        value: if defined { Ok(numerator / columns) } else { Err(NO_ROWS) },
        numerator,
        denominator: columns,
        evidence: weakest,
    }
}
