//! Annotation numbers that stand twice in one file, and tracks twice in one frame.

use std::collections::HashSet;

use super::{Check, View};
use crate::code;
use crate::labels::{Remark, Remarks};

pub(super) const CHECK: Check =
    Check { name: "ids", codes: &[code::REPEATED_ANNOTATION_ID, code::TRACK_REPEAT], run };

fn run(view: &View<'_>, remarks: &mut Remarks) {
    let labels = view.labels;
    let mut ids = HashSet::new();
    let mut tracks = HashSet::new();
    for (index, annotation) in labels.annotations.iter().enumerate() {
        let Some(detail) = labels.detail(annotation) else { continue };
        if let Some(id) = detail.id
            && !ids.insert((annotation.file, id))
        {
            let note = id.to_string();
            let remark =
                Remark::annotation(code::REPEATED_ANNOTATION_ID, labels, index as u32, note);
            remarks.add(remark.in_field("id"));
        }
        if let Some(track) = detail.track
            && !tracks.insert((annotation.file, annotation.item, annotation.class, track))
        {
            let note = format!("track {track} in {}", labels.item_name(annotation.item));
            let remark = Remark::annotation(code::TRACK_REPEAT, labels, index as u32, note);
            remarks.add(remark.in_field("track"));
        }
    }
}
