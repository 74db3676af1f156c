//! Answers in tables: given twice, or given differently, by one rater to one item.

use std::collections::{BTreeMap, HashMap};

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
    across_files(view, remarks);
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

/// Remarks answers that a rater gave in an earlier file already, where the two files tell the same:
/// nine in ten of the answers that both have. Tables of other tasks may use the same names.
fn across_files(view: &View<'_>, remarks: &mut Remarks) {
    let labels = view.labels;
    let is_table = |file: &&crate::formats::FileRead| {
        file.format.is_some_and(|format| format.starts_with("table-"))
    };
    if view.files.iter().filter(is_table).count() < 2 {
        return;
    }
    // Of each item and rater the answers, in order of file and row.
    let mut shared: BTreeMap<(u32, u32), (u64, u64)> = BTreeMap::new();
    let mut repeated: Vec<(u32, u32, u32)> = Vec::new();
    for item in 0..labels.items.len() as u32 {
        let answers = view.of_item(item).iter().map(|&index| (index, view.annotation(index)));
        let mut answers: Vec<(u32, u32, u32, u32)> = answers
            .filter(|(_, at)| view.is_answer(at) && at.class != NONE && at.rater != NONE)
            .map(|(index, at)| (at.rater, at.file, index, at.class))
            .collect();
        answers.sort_unstable();
        for of_rater in answers.chunk_by(|a, b| a.0 == b.0) {
            let files: Vec<&[(u32, u32, u32, u32)]> =
                of_rater.chunk_by(|a, b| a.1 == b.1).collect();
            for (at, later) in files.iter().enumerate().skip(1) {
                // One earlier file is enough to be a repeat of.
                let earlier = files[at - 1];
                let pair = (earlier[0].1, later[0].1);
                let (both, same) = shared.entry(pair).or_default();
                *both += 1;
                let is_same = earlier.iter().any(|answer| answer.3 == later[0].3);
                *same += u64::from(is_same);
                if is_same {
                    repeated.push((pair.0, pair.1, later[0].2));
                }
            }
        }
    }
    for (earlier, later, index) in repeated {
        if shared.get(&(earlier, later)).is_some_and(|(both, same)| same * 10 >= both * 9) {
            let at = view.annotation(index);
            let (item, rater) = (labels.item_name(at.item), labels.raters.name(at.rater));
            let note = format!("{item} by {rater}, in {} too", labels.files[earlier as usize]);
            let remark = Remark::annotation(code::REPEATED_ROW, labels, index, note);
            remarks.add(remark.in_field("label"));
        }
    }
}
