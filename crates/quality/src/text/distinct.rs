//! Diversity: how many short runs of words stand only once.

use shujian_core::Bilingual;

use super::metrics::{EMPTY, PROFILES, View, most};
use crate::dedup::lookup::HashTable;
use crate::dedup::minhash::{hash_run, mix};
use crate::metric::{Measured, Spec};

/// Runs that are looked at, about.
const MOST_RUNS: usize = 60_000;

/// The row of the table.
pub const SPEC: Spec = Spec {
    name: "distinct-n",
    profiles: PROFILES,
    unit: "1",
    definition: Bilingual {
        zh: "计量文本中抽取的约 6 万个短串里不同者的比例：以无空格文字为主时取 4 字串，否则取 3 词串。",
        en: "Share of different runs among about 60,000 drawn from credited text: 4 characters where scripts without spaces prevail, else 3 words.",
    },
    numerator: Bilingual { zh: "不同的短串", en: "different runs" },
    denominator: Bilingual { zh: "短串总数", en: "runs" },
    null_rule: Bilingual {
        zh: "短于一个短串的记录不参与；没有短串时无定义。",
        en: "Records shorter than one run take no part; undefined without runs.",
    },
    source: "distinct-n; Li et al. (2016), doi:10.18653/v1/N16-1014",
};

/// Measures it; evidence are the records with the most repeated runs.
pub fn measure(view: &View<'_>) -> Measured {
    let size = if view.is_unspaced() { 4 } else { 3 };
    let mut seen = HashTable::<()>::default();
    let mut runs = 0;
    let mut repeats = Vec::new();
    let total: usize = view.credited.iter().map(|text| text.tokens.len()).sum();
    // Places are drawn by hash over all records, so that cutting records changes nothing.
    let rate = (MOST_RUNS as f64 / total.max(1) as f64).min(1.0) * f64::from(u32::MAX);
    for text in &view.credited {
        let before = (runs, seen.len());
        for (run, at) in text.tokens.windows(size).zip(0_u64..) {
            let drawn = mix(text.id.prefix() ^ mix(at + 1)) >> 32;
            if drawn as f64 <= rate {
                seen.insert(hash_run(run), ());
                runs += 1;
            }
        }
        let repeated = (runs - before.0) - (seen.len() - before.1);
        repeats.push((repeated as f64, *text));
    }
    let (different, all) = (seen.len() as f64, runs as f64);
    let value = if runs == 0 { Err(EMPTY) } else { Ok(different / all) };
    Measured { value, numerator: different, denominator: all, evidence: most(repeats.into_iter()) }
}
