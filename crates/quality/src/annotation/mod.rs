//! The annotation term x_A: agreement between annotators times information in the labels.

mod alpha;
mod clones;
mod judgements;
mod resolve;

use shujian_core::card::Metric;
use shujian_core::{Bilingual, Profile};

use crate::columns::PartitionPlan;
use crate::dedup::Set;
use crate::metric::{Measured, Spec, round};
use judgements::Judgement;

pub use alpha::{Nominal, nominal};
pub(crate) use resolve::resolve;

/// What the metric is.
pub const SPEC: Spec = Spec {
    name: "annotation",
    profiles: &[Profile::Judgements],
    unit: "bits per item",
    definition: Bilingual {
        zh: "标注员一致性 α（Krippendorff，名义尺度，负值记 0）乘以标签熵（只计同一对象有两人给出的标签），再乘以无自相矛盾判断的份额；作答相同的标注员先合并为一人；没有共同对象或标注员的任务分别计算",
        en: "agreement α (Krippendorff, nominal, negative as 0) times entropy of the labels that two annotators gave one item, times the share of judgements not contradicted by their own annotator; annotators of equal answers are merged first; tasks that share no item and no annotator are taken one by one",
    },
    numerator: Bilingual {
        zh: "各对象的一致信息量之和（比特）",
        en: "agreed information summed over items, bits",
    },
    denominator: Bilingual {
        zh: "有两人以上判断的对象；其他分区中，若保留记录更多，则为保留记录",
        en: "items with two or more judgements; in other partitions the records retained, where they are more",
    },
    null_rule: Bilingual {
        zh: "缺对象、标注员或标签的判断不计；没有重复标注时无定义",
        en: "judgements without item, annotator or label are left out; undefined without double annotation",
    },
    source: "Krippendorff (2011), Computing Krippendorff's Alpha-Reliability",
};

/// The metric `annotation` over the judgement partitions of a dataset.
///
/// `None`: the dataset has no judgements. Identical annotators are merged first.
///
/// - Errors: those of the stores.
pub fn measure(sets: &[(Set<'_>, &PartitionPlan)]) -> std::io::Result<Option<Metric>> {
    let judged = |plan: &PartitionPlan| plan.profile == Profile::Judgements;
    if !sets.iter().any(|(_, plan)| judged(plan)) {
        return Ok(None);
    }
    let (mut bits, mut items, mut evidence) = (0.0, 0, Vec::new());
    for (set, _) in sets.iter().filter(|(_, plan)| judged(plan)) {
        let read = judgements::read(set)?;
        for task in judgements::tasks(read) {
            let (task, contradicted) = judgements::clean(task);
            let (task, _) = clones::merge(task);
            evidence.extend(disputed(&task).iter().map(|&row| set.signed.ids[row as usize]));
            for part in judgements::apart(task) {
                let table: Vec<(u64, u64)> = part.iter().map(|one| (one.item, one.label)).collect();
                if let Some(agreement) = nominal(&table) {
                    bits += agreement.items as f64
                        * agreement.alpha.unwrap_or(0.0).max(0.0)
                        * agreement.entropy
                        * (1.0 - contradicted);
                    items += agreement.items;
                }
            }
        }
    }
    evidence.sort_unstable();
    evidence.dedup();
    evidence.truncate(10);
    const ALONE: Bilingual = Bilingual {
        zh: "没有对象由两名以上（合并后不同的）标注员判断",
        en: "no item was judged by two annotators that differ",
    };
    let measured = Measured {
        value: if items > 0 { Ok(bits / items as f64) } else { Err(ALONE) },
        numerator: bits,
        denominator: items as f64,
        evidence,
    };
    Ok(Some(SPEC.to_card(&measured)))
}

/// The metric for a partition of other records, so many of which are retained: a few items say little of
/// many records.
pub fn over(metric: &Metric, records: u64) -> Metric {
    let mut metric = metric.clone();
    if metric.value.is_some() {
        metric.denominator.amount = metric.denominator.amount.max(records as f64);
        metric.value = Some(round(metric.numerator.amount / metric.denominator.amount));
    }
    metric
}

/// Rows of the ten items whose labels disagree most, by ascending item.
fn disputed(task: &[Judgement]) -> Vec<u32> {
    let mut items: Vec<(usize, u64, u32)> = task
        .chunk_by(|a, b| a.item == b.item)
        .map(|item| {
            let mut labels: Vec<u64> = item.iter().map(|one| one.label).collect();
            labels.sort_unstable();
            let most = labels.chunk_by(|a, b| a == b).map(<[u64]>::len).max().unwrap_or(0);
            (item.len() - most, item[0].item, item[0].row)
        })
        .filter(|(against, ..)| *against > 0)
        .collect();
    items.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    items.iter().take(10).map(|(.., row)| *row).collect()
}

#[cfg(test)]
mod tests;
