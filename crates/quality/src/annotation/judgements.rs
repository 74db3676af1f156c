//! Judgements as they were signed, cleaned and without cloned annotators.

use std::collections::BTreeMap;
use std::io::Result;

use crate::dedup::Set;

/// Equal answers of so many items make two annotators one.
const EQUAL_ITEMS: usize = 5;
/// Nearly equal answers on so many shared items do, too.
const SHARED_ITEMS: u32 = 30;
/// Judgements of one item that are compared with each other, at most.
const MOST_OF_ITEM: usize = 64;

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
        set.payloads.read(row, &mut bytes)?;
        let (item, annotator, label) = crate::table::judgement(&bytes);
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
pub(crate) fn is_file_local(judgements: &mut [(u64, u64, u64, u32)]) -> bool {
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

/// Leaves one of each group of annotators that answer alike: equal answers on the same items, five
/// or more, or 99 % equal answers on thirty or more shared items.
pub(super) fn merge_annotators(task: Vec<Judgement>) -> Vec<Judgement> {
    let mut annotators: Vec<u64> = task.iter().map(|one| one.annotator).collect();
    annotators.sort_unstable();
    annotators.dedup();
    let index = |annotator: u64| annotators.binary_search(&annotator).unwrap_or_default();
    let mut answers: Vec<Vec<(u64, u64)>> = vec![Vec::new(); annotators.len()];
    for one in &task {
        answers[index(one.annotator)].push((one.item, one.label));
    }
    let mut keeper: Vec<usize> = (0..annotators.len()).collect();
    let mut by_answers: BTreeMap<&[(u64, u64)], usize> = BTreeMap::new();
    for (at, answers) in answers.iter().enumerate().filter(|(_, a)| a.len() >= EQUAL_ITEMS) {
        keeper[at] = *by_answers.entry(answers).or_insert(at);
    }
    for ((left, right), (shared, equal)) in overlaps(&task, index, &keeper) {
        if shared >= SHARED_ITEMS && 100 * equal >= 99 * shared && keeper[right] == right {
            let mut root = left;
            while keeper[root] != root {
                root = keeper[root];
            }
            keeper[right] = root;
        }
    }
    task.into_iter().filter(|one| keeper[index(one.annotator)] == index(one.annotator)).collect()
}

/// Shared items and equal answers of each pair of annotators, the smaller index first.
fn overlaps(
    task: &[Judgement],
    index: impl Fn(u64) -> usize,
    keeper: &[usize],
) -> BTreeMap<(usize, usize), (u32, u32)> {
    let mut overlaps: BTreeMap<(usize, usize), (u32, u32)> = BTreeMap::new();
    for item in task.chunk_by(|a, b| a.item == b.item) {
        let judged: Vec<(usize, u64)> = item
            .iter()
            .map(|one| (index(one.annotator), one.label))
            .filter(|(annotator, _)| keeper[*annotator] == *annotator)
            .take(MOST_OF_ITEM)
            .collect();
        for (at, (right, label)) in judged.iter().enumerate() {
            for (left, other) in &judged[..at] {
                let pair = (*left.min(right), *left.max(right));
                let (shared, equal) = overlaps.entry(pair).or_default();
                *shared += 1;
                *equal += u32::from(label == other);
            }
        }
    }
    overlaps
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
    fn clones_are_one_annotator() {
        let task: Vec<_> = (0..6)
            .flat_map(|item| {
                [(1, item % 2), (2, item % 2), (3, item % 3)]
                    .map(|(annotator, label)| judgement(item, annotator, label + 1, 0))
            })
            .collect();
        let merged = merge_annotators(task);
        assert_eq!(merged.len(), 12);
        assert!(merged.iter().all(|one| one.annotator != 2));

        let nearly: Vec<_> = (0..200)
            .flat_map(|item| {
                let odd = u64::from(item == 7);
                [(1, item % 2), (2, (item + odd) % 2)]
                    .map(|(annotator, label)| judgement(item, annotator, label + 1, 0))
            })
            .collect();
        assert_eq!(merge_annotators(nearly).len(), 200);
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
