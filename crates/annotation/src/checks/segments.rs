//! Stretches of time: order, bounds, overlap within one class.

use super::{Check, View};
use crate::code;
use crate::labels::{Remark, Remarks, Shape};

pub(super) const CHECK: Check = Check {
    name: "segments",
    codes: &[code::SEGMENT_ORDER, code::SEGMENT_OUTSIDE, code::SEGMENT_OVERLAP],
    run,
};

/// Seconds that rounding may take.
const SLACK: f64 = 1e-3;

fn run(view: &View<'_>, remarks: &mut Remarks) {
    for item in 0..view.labels.items.len() as u32 {
        let mut sound = Vec::new();
        for &index in view.of_item(item) {
            let annotation = view.annotation(index);
            let Shape::Segment(run) = annotation.shape else { continue };
            let (start, end) =
                (view.labels.numbers[run.range()][0], view.labels.numbers[run.range()][1]);
            let mut say = |code| {
                let note = format!("{start}–{end} s");
                remarks.add(Remark::annotation(code, view.labels, index, note).in_field("time"));
            };
            if !(start >= 0.0 && end > start && end.is_finite()) {
                say(code::SEGMENT_ORDER);
                continue;
            }
            if view.labels.items[item as usize].seconds.is_some_and(|length| end > length + SLACK) {
                say(code::SEGMENT_OUTSIDE);
            }
            sound.push((annotation.file, annotation.rater, annotation.class, start, end, index));
        }
        sound.sort_by(|a, b| {
            (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)).then(a.3.total_cmp(&b.3)).then(a.5.cmp(&b.5))
        });
        // Within a class, what begins before everything earlier has ended overlaps.
        let mut reach = f64::NEG_INFINITY;
        for (at, &(file, rater, class, start, end, index)) in sound.iter().enumerate() {
            let first = at == 0
                || (sound[at - 1].0, sound[at - 1].1, sound[at - 1].2) != (file, rater, class);
            if first {
                reach = f64::NEG_INFINITY;
            }
            if start < reach - SLACK {
                let note = format!("{start} s is before {reach} s");
                let remark = Remark::annotation(code::SEGMENT_OVERLAP, view.labels, index, note);
                remarks.add(remark.in_field("time"));
            }
            reach = reach.max(end);
        }
    }
}
