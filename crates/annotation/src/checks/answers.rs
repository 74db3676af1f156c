//! Answers in a table: given twice, or given differently, by one rater to one item.

use std::collections::HashMap;

use super::{Check, View};
use crate::code;
use crate::labels::{NONE, Remark, Remarks};

pub(super) const CHECK: Check =
    Check { name: "answers", codes: &[code::REPEATED_ROW, code::SELF_CONTRADICTION], run };

fn run(view: &View<'_>, remarks: &mut Remarks) {
    let labels = view.labels;
    let folded: Vec<u32> = {
        // Spellings of one class do not contradict each other.
        let mut numbers = HashMap::new();
        let name = |class: &crate::labels::Class| super::classes::folded(&class.name);
        let number = |(index, class)| *numbers.entry(name(class)).or_insert(index as u32);
        labels.classes.iter().enumerate().map(number).collect()
    };
    let class_of = |class: u32| folded.get(class as usize).copied().unwrap_or(NONE);
    for item in 0..labels.items.len() as u32 {
        let mut answers: Vec<((u32, u32), u32)> = view
            .of_item(item)
            .iter()
            .filter(|&&index| view.is_answer(view.annotation(index)))
            .map(|&index| {
                // Tables of other tasks may use the same names.
                let at = view.annotation(index);
                ((at.file, at.rater), index)
            })
            .collect();
        // Sorting by rater keeps the order of the file within each.
        answers.sort_unstable();
        for (at, &(giver, index)) in answers.iter().enumerate() {
            let class = view.annotation(index).class;
            let earlier =
                answers[..at].iter().rev().take_while(|(other, _)| *other == giver).take(64);
            let (mut same, mut other) = (false, None);
            for (_, earlier) in earlier {
                let theirs = view.annotation(*earlier).class;
                same |= theirs == class;
                if class_of(theirs) != class_of(class) && theirs != NONE && class != NONE {
                    other = Some(theirs);
                }
            }
            let of = |code, note: String| {
                Remark::annotation(code, labels, index, note).in_field("label")
            };
            let who = format!("{} by {}", labels.item_name(item), labels.raters.name(giver.1));
            if same {
                remarks.add(of(code::REPEATED_ROW, who));
            } else if let Some(other) = other {
                let (now, then) = (labels.class_name(class), labels.class_name(other));
                remarks
                    .add(of(code::SELF_CONTRADICTION, format!("{who}: {now:?}, before {then:?}")));
            }
        }
    }
}
