//! How much a row says.

use shujian_core::Bilingual;

use super::{NO_ROWS, PROFILES};
use crate::metric::{Measured, Spec};
use crate::table::columns::Column;
use crate::table::measure::Evidence;

/// Bits one category may add to a row.
const MOST_BITS: f64 = 6.0;

pub(super) const SPEC: Spec = Spec {
    name: "information",
    profiles: PROFILES,
    unit: "bits per row",
    definition: Bilingual {
        zh: "每行的信息量：类别列的熵（每列至多 6 比特）与数值列（每列 1），均乘以该列连贯度与连贯行份额",
        en: "what a row says: entropy of each category (at most 6 bits) and 1 for each number, times the column's coherence and the share of coherent rows",
    },
    numerator: Bilingual { zh: "抽样行的信息量之和", en: "sum over the sampled rows" },
    denominator: Bilingual { zh: "抽样中的新行", en: "novel rows in the sample" },
    null_rule: Bilingual {
        zh: "空单元格不带信息；没有新行时无定义",
        en: "a null says nothing; undefined without novel rows",
    },
    source: "Shannon (1948)",
};

pub(super) fn measure(evidence: &Evidence<'_>) -> Measured {
    let coherence = &evidence.credit.coherence;
    let bits: f64 = evidence
        .credit
        .columns
        .content
        .iter()
        .zip(&coherence.columns)
        .zip(&evidence.credit.own)
        .map(|((column, kappa), own)| kappa.point * own * bits(column))
        .sum();
    let rows = evidence.credit.columns.ids.len() as f64;
    let value = bits * coherence.rows.point;
    Measured {
        value: if rows > 0.0 { Ok(value) } else { Err(NO_ROWS) },
        numerator: value * rows,
        denominator: rows,
        evidence: Vec::new(),
    }
}

/// Bits a cell of the column adds: entropy of categories, 1 for numbers; nulls dilute both.
fn bits(column: &Column) -> f64 {
    let rows = column.hashes.len() as f64;
    let mut filled: Vec<u64> = column.hashes.iter().copied().filter(|&hash| hash != 0).collect();
    if filled.is_empty() {
        return 0.0;
    }
    let total = filled.len() as f64;
    if !column.numbers.is_empty() {
        return total / rows;
    }
    filled.sort_unstable();
    let entropy: f64 = filled
        .chunk_by(|a, b| a == b)
        .map(|run| run.len() as f64 / total)
        .map(|share| -share * share.log2())
        .sum();
    entropy.min(MOST_BITS) * total / rows
}
