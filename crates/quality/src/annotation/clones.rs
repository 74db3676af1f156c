//! Annotators who are one, cloned under other names, leave a task: the rule is `core::clones`.

use shujian_core::clones;

use super::judgements::Judgement;

/// Leaves one of each group of annotators who are one; and the judgements of items too crowded to
/// be compared whole.
///
/// - Shape: sorted, no annotator twice on an item.
pub(super) fn merge(task: Vec<Judgement>) -> (Vec<Judgement>, u64) {
    let judged: Vec<clones::Judged> =
        task.iter().map(|one| (one.item, one.annotator, one.label)).collect();
    let clones::Merged { kept, crowded } = clones::merge(&judged);
    let left = task.into_iter().zip(kept).filter(|(_, kept)| *kept);
    (left.map(|(one, _)| one).collect(), crowded)
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
