//! Annotators who are one: cloned under other names.
//!
//! Two people who both judge well agree nearly always; so do an annotator and a clone. What tells
//! them apart is where they leave the others: people err on different items, clones on the same.

use std::collections::BTreeMap;

use super::judgements::Judgement;

/// Equal answers to the same items, so many or more, make two annotators one.
const EQUAL_ITEMS: usize = 5;
/// Shared items from which nearly equal answers are looked into.
const SHARED_ITEMS: u32 = 30;
/// Departures from the others that suffice as evidence.
const DEPARTURES: u32 = 3;
/// Judgements of one item that are compared with each other, at most.
const MOST_OF_ITEM: usize = 64;

/// What two annotators did on the items they share.
#[derive(Debug, Clone, Copy, Default)]
struct Overlap {
    /// Items both judged.
    shared: u32,
    /// Of these, equal answers.
    equal: u32,
    /// Of these, items on which one of them or both differ from a majority of three or more others.
    departed: u32,
    /// Of these departures, equal answers.
    together: u32,
}

impl Overlap {
    /// Whether the two are one: 99 % equal answers on thirty or more shared items, and nine of ten
    /// departures from the others are the same; without departures to judge by, all answers equal.
    fn is_one(&self) -> bool {
        if self.shared < SHARED_ITEMS || 100 * self.equal < 99 * self.shared {
            return false;
        }
        if self.departed < DEPARTURES {
            self.equal == self.shared
        } else {
            10 * self.together >= 9 * self.departed
        }
    }
}

/// Leaves one of each group of annotators who are one; and the judgements of items too crowded to
/// be compared whole.
pub(super) fn merge(task: Vec<Judgement>) -> (Vec<Judgement>, u64) {
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
    let (overlaps, crowded) = overlaps(&task, index, &keeper);
    for ((left, right), overlap) in overlaps {
        if overlap.is_one() && keeper[right] == right {
            let mut root = left;
            while keeper[root] != root {
                root = keeper[root];
            }
            keeper[right] = root;
        }
    }
    let kept = |one: &Judgement| keeper[index(one.annotator)] == index(one.annotator);
    (task.into_iter().filter(kept).collect(), crowded)
}

/// Overlap of each pair of annotators, the smaller index first; and the judgements left out.
fn overlaps(
    task: &[Judgement],
    index: impl Fn(u64) -> usize,
    keeper: &[usize],
) -> (BTreeMap<(usize, usize), Overlap>, u64) {
    let mut overlaps: BTreeMap<(usize, usize), Overlap> = BTreeMap::new();
    let mut crowded = 0;
    for item in task.chunk_by(|a, b| a.item == b.item) {
        let mut judged: Vec<(usize, u64)> = item
            .iter()
            .map(|one| (index(one.annotator), one.label))
            .filter(|(annotator, _)| keeper[*annotator] == *annotator)
            .collect();
        crowded += judged.len().saturating_sub(MOST_OF_ITEM) as u64;
        judged.truncate(MOST_OF_ITEM);
        let mut votes: BTreeMap<u64, u32> = BTreeMap::new();
        judged.iter().for_each(|(_, label)| *votes.entry(*label).or_default() += 1);
        for (at, (right, label)) in judged.iter().enumerate() {
            for (left, other) in &judged[..at] {
                let pair = (*left.min(right), *left.max(right));
                let overlap = overlaps.entry(pair).or_default();
                let most = most_others(&votes, *label, *other);
                let departs = most.is_some_and(|most| most != *label || most != *other);
                overlap.shared += 1;
                overlap.equal += u32::from(label == other);
                overlap.departed += u32::from(departs);
                overlap.together += u32::from(departs && label == other);
            }
        }
    }
    (overlaps, crowded)
}

/// What more than half of at least three others say when two votes are taken away.
fn most_others(votes: &BTreeMap<u64, u32>, left: u64, right: u64) -> Option<u64> {
    let others = votes.values().sum::<u32>().saturating_sub(2);
    votes
        .iter()
        .map(|(&label, &count)| {
            (count - u32::from(label == left) - u32::from(label == right), label)
        })
        .find(|(count, _)| others >= 3 && 2 * count > others)
        .map(|(_, label)| label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shujian_fixtures::rng::Rng;

    fn judgement(item: u64, annotator: u64, label: u64) -> Judgement {
        Judgement { item, annotator, label, file: 0, row: 0 }
    }

    /// Annotators of a task whose true labels are 1 or 2, each right with a probability.
    fn task(skills: &[f64], items: u64) -> Vec<Judgement> {
        let mut rng = Rng::new(9);
        let mut task = Vec::new();
        for item in 0..items {
            for (annotator, skill) in (1..).zip(skills) {
                let right = rng.chance(*skill);
                task.push(judgement(item, annotator, 1 + (item + u64::from(!right)) % 2));
            }
        }
        task
    }

    fn annotators(mut task: Vec<Judgement>) -> usize {
        task.sort_unstable();
        let mut left: Vec<u64> = merge(task).0.iter().map(|one| one.annotator).collect();
        left.sort_unstable();
        left.dedup();
        left.len()
    }

    #[test]
    fn clones_are_one_annotator() {
        let honest = task(&[0.8, 0.9, 0.95], 400);
        assert_eq!(annotators(honest.clone()), 3);
        let mut cloned = honest.clone();
        let copies: Vec<Judgement> =
            honest.iter().map(|one| Judgement { annotator: one.annotator + 10, ..*one }).collect();
        cloned.extend(copies.clone());
        assert_eq!(annotators(cloned), 3);
        // One answer in a hundred and fifty is turned, so that no two annotators answer all alike.
        let mut rough = honest;
        rough.extend(copies.into_iter().map(|one| {
            let label = if one.item % 150 == 7 { 3 - one.label } else { one.label };
            Judgement { label, ..one }
        }));
        assert_eq!(annotators(rough), 3);
    }

    #[test]
    fn two_who_judge_well_stay_two() {
        assert_eq!(annotators(task(&[0.995, 0.995, 0.9, 0.8], 800)), 4);
    }
}
