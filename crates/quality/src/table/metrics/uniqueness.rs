//! How many rows are unlike the others, keys and times apart.

use shujian_core::Bilingual;

use super::{NO_ROWS, PROFILES};
use crate::metric::{Measured, Spec};
use crate::table::columns::Column;
use crate::table::layout::mix;
use crate::table::measure::Evidence;

pub(super) const SPEC: Spec = Spec {
    name: "uniqueness",
    profiles: PROFILES,
    unit: "share",
    definition: Bilingual {
        zh: "抽样新行中内容互不相同的占比，不看键列与时间列，各列按其权重计，并乘以连贯行份额",
        en: "share of the sampled novel rows whose content differs, keys and times apart, columns by their weight, times the share of coherent rows",
    },
    numerator: Bilingual { zh: "不同的内容", en: "different contents" },
    denominator: Bilingual { zh: "抽样中的新行", en: "novel rows in the sample" },
    null_rule: Bilingual {
        zh: "空值作为单独的取值；没有新行时无定义",
        en: "null is a value of its own; undefined without novel rows",
    },
    source: "ISO/IEC 5259-2 similarity",
};

/// Steps of weight at which columns are let in.
const LEVELS: u32 = 8;

/// Mean over levels of weight of the share of rows that differ in the columns of at least that
/// weight: a column of little weight tells rows apart to little effect.
pub(super) fn measure(evidence: &Evidence<'_>) -> Measured {
    let columns = &evidence.credit.columns;
    let rows = columns.ids.len();
    let levels: Vec<Vec<(u64, usize)>> = (0..LEVELS)
        .map(|level| contents(evidence, (f64::from(level) + 0.5) / f64::from(LEVELS)))
        .collect();
    let runs = |level: &[(u64, usize)]| level.chunk_by(|a, b| a.0 == b.0).count();
    let different = levels.iter().map(|level| runs(level)).sum::<usize>() as f64
        / f64::from(LEVELS)
        * evidence.credit.coherence.rows.point;
    let repeated = levels[0].chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1).flatten();
    let evidence = repeated.take(10).map(|(_, row)| columns.ids[*row]).collect();
    Measured {
        value: if rows > 0 { Ok(different / rows as f64) } else { Err(NO_ROWS) },
        numerator: different,
        denominator: rows as f64,
        evidence,
    }
}

/// Content of each sampled row in the columns of at least this weight, sorted.
fn contents(evidence: &Evidence<'_>, least: f64) -> Vec<(u64, usize)> {
    let columns = &evidence.credit.columns;
    let counted: Vec<(usize, &Column)> = columns
        .content
        .iter()
        .chain(&columns.texts)
        .enumerate()
        .filter(|(_, column)| evidence.weight(column) >= least)
        .collect();
    let mut contents: Vec<(u64, usize)> = (0..columns.ids.len())
        .map(|row| {
            let cells = counted.iter().map(|(at, column)| mix(*at, column.hashes[row]));
            (cells.fold(0, u64::wrapping_add), row)
        })
        .collect();
    contents.sort_unstable();
    contents
}
