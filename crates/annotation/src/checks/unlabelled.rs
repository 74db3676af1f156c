//! Pictures that came without the label file that the others have.

use std::collections::BTreeSet;

use super::{Check, View};
use crate::code;
use crate::formats::{base, is_picture, stem};
use crate::labels::{Remark, Remarks};

pub(super) const CHECK: Check =
    Check { name: "unlabelled", codes: &[code::NO_LABEL_FILE, code::SPEC_COUNT], run };

/// Formats with a label file for each picture.
const PER_PICTURE: [&str; 6] = ["icdar", "kitti", "labelme-json", "labelme-xml", "voc", "yolo"];

fn run(view: &View<'_>, remarks: &mut Remarks) {
    let labels = view.labels;
    let mut formats = view.files.iter().filter_map(|file| file.format).peekable();
    if formats.peek().is_none() || !formats.all(|format| PER_PICTURE.contains(&format)) {
        return;
    }
    let key = |name: &str| stem(base(name)).to_lowercase();
    let labelled: BTreeSet<String> = (0..)
        .zip(&labels.items)
        .flat_map(|(item, at)| {
            let medium = at.media.map(|run| key(labels.text_of(run)));
            [Some(key(labels.item_name(item))), medium]
        })
        .flatten()
        .collect();
    // Where no picture of a label file came along, the pictures are of something else.
    let pictures: Vec<(u32, &str, bool)> = (0..)
        .zip(&view.folder.entries)
        .filter(|(_, entry)| is_picture(&entry.name))
        .map(|(file, entry)| (file, &*entry.name, labelled.contains(&key(&entry.name))))
        .collect();
    if !pictures.iter().any(|(_, _, is_labelled)| *is_labelled) {
        return;
    }
    let least = view.spec.and_then(|spec| spec.items.min).unwrap_or(0);
    for (file, name, _) in pictures.into_iter().filter(|(_, _, is_labelled)| !is_labelled) {
        remarks.add(Remark::file(code::NO_LABEL_FILE, file, base(name)));
        if least > 0 {
            let note = format!("0 annotations, allowed {least} or more: no label file");
            remarks.add(Remark::file(code::SPEC_COUNT, file, note));
        }
    }
}
