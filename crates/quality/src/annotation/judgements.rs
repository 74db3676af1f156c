//! Judgements as they were signed, cleaned and without cloned annotators.

use std::collections::BTreeMap;
use std::io::Result;

use crate::dedup::Set;
use crate::dedup::clusters::Clusters;

/// One judgement by hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Judgement {
    pub item: u64,
    pub annotator: u64,
    pub label: u64,
    pub file: u32,
    /// Row in the signed set.
    pub row: u32,
}

/// Every whole judgement of a set.
pub(super) fn read(set: &Set<'_>) -> Result<Vec<Judgement>> {
    let mut bytes = Vec::new();
    let mut judgements = Vec::new();
    for row in 0..set.signed.ids.len() as u32 {
        let (item, annotator, label) = crate::table::judgement(set.payloads.get(row, &mut bytes)?);
        if item != 0 && annotator != 0 && label != 0 {
            let file = set.signed.places[row as usize].file;
            judgements.push(Judgement { item, annotator, label, file, row });
        }
    }
    Ok(judgements)
}

/// Whether items and annotators are numbered anew in each file: the same annotator then seems to
/// judge the same item differently in different files, which one task cut into files never shows.
///
/// `judgements` are (item, annotator, label, file).
fn is_file_local(judgements: &mut [(u64, u64, u64, u32)]) -> bool {
    judgements.sort_unstable();
    let (mut shared, mut differing) = (0_u64, 0_u64);
    for pair in judgements.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let file = pair[0].3;
        if pair.iter().any(|one| one.3 != file) {
            shared += 1;
            differing += u64::from(pair.iter().any(|one| one.2 != pair[0].2));
        }
    }
    shared >= 5 && 20 * differing > shared
}

/// Cuts judgements into tasks: all of them, or file by file where numbering starts anew.
pub(super) fn tasks(judgements: Vec<Judgement>) -> Vec<Vec<Judgement>> {
    let mut keyed: Vec<_> =
        judgements.iter().map(|one| (one.item, one.annotator, one.label, one.file)).collect();
    if !is_file_local(&mut keyed) {
        return vec![judgements];
    }
    let mut tasks: BTreeMap<u32, Vec<Judgement>> = BTreeMap::new();
    for judgement in judgements {
        tasks.entry(judgement.file).or_default().push(judgement);
    }
    // Order by content: sums of floats must not depend on the names of files.
    let mut tasks: Vec<_> = tasks.into_values().collect();
    for task in &mut tasks {
        task.sort_unstable();
    }
    let content = |task: &[Judgement]| -> Vec<(u64, u64, u64)> {
        task.iter().map(|one| (one.item, one.annotator, one.label)).collect()
    };
    tasks.sort_by_cached_key(|task| content(task));
    tasks
}

/// Sorted by item and annotator, repeats once, contradictions gone; and the share of judgements
/// lost to contradictions.
pub(super) fn clean(mut task: Vec<Judgement>) -> (Vec<Judgement>, f64) {
    task.sort_unstable();
    task.dedup_by_key(|one| (one.item, one.annotator, one.label));
    let mut cleaned = Vec::with_capacity(task.len());
    for same in task.chunk_by(|a, b| (a.item, a.annotator) == (b.item, b.annotator)) {
        if let [one] = same {
            cleaned.push(*one);
        }
    }
    let lost = task.len() - cleaned.len();
    let share = if task.is_empty() { 0.0 } else { lost as f64 / task.len() as f64 };
    (cleaned, share)
}

/// Cuts a task into the judgements that share no item and no annotator with others, in order of their first ones.
///
/// Labels of tasks that have nothing to do with each other agree by chance less often than those of
/// each: pooled, they would seem to agree better and to say more.
pub(super) fn apart(task: Vec<Judgement>) -> Vec<Vec<Judgement>> {
    let mut numbers: BTreeMap<(bool, u64), u32> = BTreeMap::new();
    let mut number = |key| {
        let next = numbers.len() as u32;
        *numbers.entry(key).or_insert(next)
    };
    let pairs: Vec<(u32, u32)> =
        task.iter().map(|one| (number((false, one.item)), number((true, one.annotator)))).collect();
    let mut clusters = Clusters::new(numbers.len());
    pairs.iter().for_each(|&(item, annotator)| clusters.join(item, annotator));
    let roots = clusters.roots();
    let mut tasks: BTreeMap<u32, Vec<Judgement>> = BTreeMap::new();
    for (one, (item, _)) in task.into_iter().zip(pairs) {
        tasks.entry(roots[item as usize]).or_default().push(one);
    }
    tasks.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judgement(item: u64, annotator: u64, label: u64, file: u32) -> Judgement {
        Judgement { item, annotator, label, file, row: 0 }
    }

    #[test]
    fn contradictions_count_for_nobody() {
        let task = vec![
            judgement(1, 1, 1, 0),
            judgement(1, 1, 2, 0),
            judgement(1, 2, 1, 0),
            judgement(1, 2, 1, 0),
        ];
        let (cleaned, lost) = clean(task);
        assert_eq!(cleaned.len(), 1);
        assert!((lost - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn tasks_without_a_common_item_or_annotator_are_apart() {
        let task = vec![
            judgement(1, 1, 1, 0),
            judgement(1, 2, 1, 0),
            judgement(2, 2, 2, 0),
            judgement(3, 4, 5, 0),
            judgement(3, 5, 6, 0),
            judgement(4, 1, 1, 0),
        ];
        let items = |task: &Vec<Judgement>| task.iter().map(|one| one.item).collect::<Vec<_>>();
        let apart: Vec<_> = apart(task).iter().map(items).collect();
        assert_eq!(apart, [vec![1, 1, 2, 4], vec![3, 3]]);
    }

    #[test]
    fn numbering_anew_is_told_from_one_task_in_two_files() {
        let local: Vec<_> = (0..20)
            .flat_map(|item| [judgement(item, 1, 1, 0), judgement(item, 1, item % 3, 1)])
            .collect();
        assert_eq!(tasks(local).len(), 2);
        let cut: Vec<_> =
            (0..20).map(|item| judgement(item, 1, item % 3, u32::from(item > 9))).collect();
        assert_eq!(tasks(cut).len(), 1);
    }
}
