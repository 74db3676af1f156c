//! How many cells are what their column holds.

use shujian_core::Bilingual;

use super::PROFILES;
use crate::columns::{ColumnPlan, Kind};
use crate::metric::{Measured, Spec};
use crate::table::measure::Evidence;

pub(super) const SPEC: Spec = Spec {
    name: "validity",
    profiles: PROFILES,
    unit: "share",
    definition: Bilingual {
        zh: "符合本列类型（数值、时间、文本）的非空单元格占比，统计全部行，各列按其权重计",
        en: "share of filled cells that parse as their column's kind (number, time, text), over all rows, columns by their weight",
    },
    numerator: Bilingual {
        zh: "符合本列类型的单元格",
        en: "cells that parse as their column's kind",
    },
    denominator: Bilingual { zh: "非空单元格", en: "filled cells" },
    null_rule: Bilingual {
        zh: "空值不计入；没有非空单元格时无定义",
        en: "nulls are left out; undefined without filled cells",
    },
    source: "GB/T 36344-2018; ISO/IEC 5259-2 accuracy",
};

pub(super) fn measure(evidence: &Evidence<'_>) -> Measured {
    let columns = || evidence.plan.columns.iter().zip(&evidence.credit.weights);
    let sum = |of: fn(&ColumnPlan) -> u64| -> f64 {
        columns().map(|(column, weight)| weight * of(column) as f64).sum()
    };
    let (numerator, denominator) = (sum(valid), sum(|column| column.tally.filled));
    const NO_CELLS: Bilingual = Bilingual { zh: "没有非空单元格", en: "no filled cells" };
    Measured {
        value: if denominator > 0.0 { Ok(numerator / denominator) } else { Err(NO_CELLS) },
        numerator,
        denominator,
        evidence: broken(evidence),
    }
}

fn valid(column: &ColumnPlan) -> u64 {
    match column.kind {
        Kind::Number => column.tally.numbers,
        Kind::Time => column.tally.times,
        Kind::Text => column.tally.filled,
    }
}

/// Sampled rows with a cell that does not parse.
fn broken(evidence: &Evidence<'_>) -> Vec<shujian_core::ContentId> {
    let columns = &evidence.credit.columns;
    let is_broken = |row: usize| {
        columns.content.iter().any(|column| {
            column.numbers.get(row).is_some_and(|value| value.is_nan()) && column.hashes[row] != 0
        })
    };
    (0..columns.ids.len())
        .filter(|&row| is_broken(row))
        .take(10)
        .map(|row| columns.ids[row])
        .collect()
}
