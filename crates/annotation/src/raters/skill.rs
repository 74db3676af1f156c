//! How often a rater says what the others say.

use rayon::prelude::*;

use crate::gold::Tally;
use crate::labels::NONE;
use crate::table::{LabelTable, Vote};

use super::{Counts, clear_majority};

/// A rater's agreement with the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Skill {
    /// Answers to items on which the others have a clear majority, and those that share it.
    /// Its Wilson interval is the skill's.
    pub agreed: Tally,
    /// Answers that could not be compared: alone on the item, or the others are level.
    pub not_compared: u64,
}

/// The skill of each rater. The rater's own answers never count among "the others".
pub fn skills(table: &LabelTable) -> Vec<Skill> {
    let by_rater = table.by_rater();
    let counts = Counts::of(table);
    (0..table.raters.len())
        .into_par_iter()
        .map(|rater| {
            let mut skill = Skill::default();
            let mut buffer = Vec::new();
            for &vote in by_rater.of(rater) {
                let own = table.votes[vote as usize];
                let item = own.item as usize;
                let all = table.of(item);
                let is_own = |vote: &&Vote| vote.rater == own.rater;
                let others = if all.iter().filter(is_own).count() == 1 {
                    counts.majority_without(item, own.label, NONE)
                } else {
                    let others = all.iter().filter(|vote| !is_own(vote)).map(|vote| vote.label);
                    clear_majority(others, &mut buffer)
                };
                match others {
                    None => skill.not_compared += 1,
                    Some(class) => {
                        skill.agreed.answered += 1;
                        skill.agreed.correct += u64::from(class == own.label);
                    }
                }
            }
            skill
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Builder;

    #[test]
    fn own_answers_do_not_count() {
        let mut builder = Builder::new();
        for (item, rater, label) in [
            ("1", "x", "a"),
            ("1", "x", "a"),
            ("1", "y", "b"),
            ("2", "x", "a"),
            ("2", "y", "a"),
            ("2", "z", "b"),
            ("3", "x", "a"),
        ] {
            builder.add(item, rater, label);
        }
        let skills = skills(&builder.build());
        assert_eq!(skills[0].agreed, Tally { answered: 2, correct: 0 });
        assert_eq!(skills[0].not_compared, 2);
        assert_eq!(skills[2].agreed, Tally { answered: 1, correct: 0 });
    }
}
