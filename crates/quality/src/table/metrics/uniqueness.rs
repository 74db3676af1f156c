//! How many rows are unlike the others, keys and times apart.

use shujian_core::Bilingual;

use super::{NO_ROWS, PROFILES};
use crate::metric::{Measured, Spec};
use crate::table::layout::mix;
use crate::table::measure::Evidence;

pub(super) const SPEC: Spec = Spec {
    name: "uniqueness",
    profiles: PROFILES,
    unit: "share",
    definition: Bilingual {
        zh: "抽样新行中内容互不相同的占比，不看键列与时间列，并乘以连贯行份额",
        en: "share of the sampled novel rows whose content differs, keys and times apart, times the share of coherent rows",
    },
    numerator: Bilingual { zh: "不同的内容", en: "different contents" },
    denominator: Bilingual { zh: "抽样中的新行", en: "novel rows in the sample" },
    null_rule: Bilingual {
        zh: "空值作为单独的取值；没有新行时无定义",
        en: "null is a value of its own; undefined without novel rows",
    },
    source: "ISO/IEC 5259-2 similarity",
};

pub(super) fn measure(evidence: &Evidence<'_>) -> Measured {
    let columns = &evidence.columns;
    let rows = columns.ids.len();
    let mut contents: Vec<(u64, usize)> = (0..rows)
        .map(|row| {
            let all = columns
                .content
                .iter()
                .chain(&columns.texts)
                .enumerate()
                .filter(|(_, column)| evidence.counts(column));
            (
                all.fold(0_u64, |sum, (at, column)| sum.wrapping_add(mix(at, column.hashes[row]))),
                row,
            )
        })
        .collect();
    contents.sort_unstable();
    let runs = contents.chunk_by(|a, b| a.0 == b.0);
    let repeated = runs.clone().filter(|run| run.len() > 1).flatten();
    let evidence_ids = repeated.take(10).map(|(_, row)| columns.ids[*row]).collect();
    let different = runs.count() as f64 * evidence.coherence.rows.point;
    Measured {
        value: if rows > 0 { Ok(different / rows as f64) } else { Err(NO_ROWS) },
        numerator: different,
        denominator: rows as f64,
        evidence: evidence_ids,
    }
}
