//! Annotators who are one: cloned under other names.
//!
//! Two people who both judge well agree nearly always; so do an annotator and a clone. What tells
//! them apart is where they leave the others: people err on different items, clones on the same.
//! Tables of judgements and deliveries of labels are held to this one rule.

use std::collections::BTreeMap;

/// Equal answers to the same items, so many or more, make two annotators one.
const EQUAL_ITEMS: usize = 5;
/// Shared items from which nearly equal answers are looked into.
const SHARED_ITEMS: u32 = 30;
/// Departures from the others that suffice as evidence.
const DEPARTURES: u32 = 3;
/// Judgements of one item that are compared with each other, at most.
const MOST_OF_ITEM: usize = 64;
/// Annotators up to which every pair has a place of its own in memory.
const DENSE: usize = 2048;

/// One judgement: item, annotator, label, by numbers of their own.
pub type Judged = (u64, u64, u64);

/// What is left when cloned annotators are merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// For each judgement, whether it is kept.
    pub kept: Vec<bool>,
    /// Judgements of items too crowded to be compared whole.
    pub crowded: u64,
}

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

/// Overlaps of pairs, the smaller index first: a triangle, or a map where that would be too large.
enum Pairs {
    Dense(usize, Vec<Overlap>),
    Sparse(BTreeMap<(usize, usize), Overlap>),
}

impl Pairs {
    fn of(annotators: usize) -> Self {
        if annotators <= DENSE {
            let pairs = annotators * annotators.saturating_sub(1) / 2;
            Self::Dense(annotators, vec![Overlap::default(); pairs])
        } else {
            Self::Sparse(BTreeMap::new())
        }
    }

    fn at(&mut self, left: usize, right: usize) -> &mut Overlap {
        match self {
            // Rows above this one hold annotators − 1, annotators − 2 … pairs.
            Self::Dense(all, pairs) => {
                &mut pairs[left * (2 * *all - left - 1) / 2 + right - left - 1]
            }
            Self::Sparse(pairs) => pairs.entry((left, right)).or_default(),
        }
    }

    /// Every pair that is one, by rising indices.
    fn ones(&self) -> Vec<(usize, usize)> {
        match self {
            Self::Dense(all, pairs) => {
                let of =
                    (0..*all).flat_map(|left| (left + 1..*all).map(move |right| (left, right)));
                let found = of.zip(pairs).filter(|(_, overlap)| overlap.is_one());
                found.map(|(pair, _)| pair).collect()
            }
            Self::Sparse(pairs) => {
                let found = pairs.iter().filter(|(_, overlap)| overlap.is_one());
                found.map(|(pair, _)| *pair).collect()
            }
        }
    }
}

/// Leaves one of each group of annotators who are one.
///
/// - Shape: judgements sorted, no annotator twice on an item.
pub fn merge(task: &[Judged]) -> Merged {
    let mut annotators: Vec<u64> = task.iter().map(|one| one.1).collect();
    annotators.sort_unstable();
    annotators.dedup();
    let index = |annotator: u64| annotators.binary_search(&annotator).unwrap_or_default();
    let mut answers: Vec<Vec<(u64, u64)>> = vec![Vec::new(); annotators.len()];
    for &(item, annotator, label) in task {
        answers[index(annotator)].push((item, label));
    }
    let mut keeper: Vec<usize> = (0..annotators.len()).collect();
    let mut by_answers: BTreeMap<&[(u64, u64)], usize> = BTreeMap::new();
    for (at, answers) in answers.iter().enumerate().filter(|(_, a)| a.len() >= EQUAL_ITEMS) {
        keeper[at] = *by_answers.entry(answers).or_insert(at);
    }
    let (overlaps, crowded) = overlaps(task, &annotators, &keeper);
    for (left, right) in overlaps.ones() {
        if keeper[right] == right {
            let mut root = left;
            while keeper[root] != root {
                root = keeper[root];
            }
            keeper[right] = root;
        }
    }
    let kept = |one: &Judged| keeper[index(one.1)] == index(one.1);
    Merged { kept: task.iter().map(kept).collect(), crowded }
}

/// Overlap of each pair of annotators, and the judgements left out.
fn overlaps(task: &[Judged], annotators: &[u64], keeper: &[usize]) -> (Pairs, u64) {
    let mut overlaps = Pairs::of(annotators.len());
    let mut crowded = 0;
    let (mut judged, mut votes) = (Vec::new(), Vec::new());
    for item in task.chunk_by(|a, b| a.0 == b.0) {
        judged.clear();
        judged.extend(
            item.iter()
                .map(|one| (annotators.binary_search(&one.1).unwrap_or_default(), one.2))
                .filter(|(annotator, _)| keeper[*annotator] == *annotator),
        );
        crowded += judged.len().saturating_sub(MOST_OF_ITEM) as u64;
        judged.truncate(MOST_OF_ITEM);
        tally(&judged, &mut votes);
        for (at, (right, label)) in judged.iter().enumerate() {
            for (left, other) in &judged[..at] {
                let overlap = overlaps.at(*left.min(right), *left.max(right));
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

/// Labels of one item and how often each was given, by rising label.
fn tally(judged: &[(usize, u64)], votes: &mut Vec<(u64, u32)>) {
    votes.clear();
    for (_, label) in judged {
        match votes.binary_search_by_key(label, |vote| vote.0) {
            Ok(at) => votes[at].1 += 1,
            Err(at) => votes.insert(at, (*label, 1)),
        }
    }
}

/// What more than half of at least three others say when two votes are taken away.
fn most_others(votes: &[(u64, u32)], left: u64, right: u64) -> Option<u64> {
    let others = votes.iter().map(|vote| vote.1).sum::<u32>().saturating_sub(2);
    votes
        .iter()
        .map(|&(label, count)| {
            (count - u32::from(label == left) - u32::from(label == right), label)
        })
        .find(|(count, _)| others >= 3 && 2 * count > others)
        .map(|(_, label)| label)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Annotators of a task of two classes, each wrong on items of its own.
    fn task(wrong: impl Fn(u64, u64) -> bool, annotators: u64, items: u64) -> Vec<Judged> {
        let label = |item, annotator| 1 + (item + u64::from(wrong(item, annotator))) % 2;
        (0..items)
            .flat_map(|item| (0..annotators).map(move |annotator| (item, annotator)))
            .map(|(item, annotator)| (item, annotator, label(item, annotator)))
            .collect()
    }

    fn left(task: &[Judged]) -> Vec<u64> {
        let merged = merge(task);
        let kept = task.iter().zip(&merged.kept).filter(|(_, kept)| **kept);
        let mut left: Vec<u64> = kept.map(|(one, _)| one.1).collect();
        left.sort_unstable();
        left.dedup();
        left
    }

    #[test]
    fn those_who_err_on_their_own_stay_and_those_who_err_alike_are_one() {
        let own = task(|item, annotator| item % 101 == 10 * annotator, 5, 400);
        assert_eq!(left(&own), [0, 1, 2, 3, 4]);
        // The fourth copies the third but for one answer.
        let copied = task(
            |item, annotator| {
                let of = if annotator == 4 { 3 } else { annotator };
                (item % 31 == 3 * of) ^ (annotator == 4 && item == 7)
            },
            5,
            400,
        );
        assert_eq!(left(&copied), [0, 1, 2, 3]);
        assert_eq!(left(&task(|_, _| false, 2, 4)), [0, 1], "too few answers to tell");
        assert_eq!(left(&task(|_, _| false, 2, 5)), [0]);
    }
}
