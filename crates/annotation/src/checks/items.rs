//! Items without size, without annotation, without medium.

use super::{Check, View};
use crate::code;
use crate::labels::{Remark, Remarks};

pub(super) const CHECK: Check = Check {
    name: "items",
    codes: &[code::BAD_SIZE, code::EMPTY_ITEM, code::MISSING_MEDIA, code::MEDIA_SIZE],
    run,
};

fn run(view: &View<'_>, remarks: &mut Remarks) {
    let labels = view.labels;
    let media = |item: &crate::labels::Item| item.media.map(|run| labels.text_of(run));
    let found = |name: &str| view.folder.medium(name).is_some();
    // Where no medium came with the labels, none is missing.
    let some_here =
        view.folder.has_media() && labels.items.iter().any(|item| media(item).is_some_and(found));
    for &item in &view.misplaced {
        let [width, height] = labels.items[item as usize].size.unwrap_or_default();
        let note = format!("{width} × {height}");
        remarks.add(Remark::item(code::MEDIA_SIZE, labels, item, note).in_field("size"));
    }
    for (index, item) in labels.items.iter().enumerate() {
        let index = index as u32;
        if let Some(size) = item.size
            && !size.iter().all(|&side| side > 0.0 && side.is_finite())
        {
            let note = format!("{} × {}", size[0], size[1]);
            remarks.add(Remark::item(code::BAD_SIZE, labels, index, note).in_field("size"));
        }
        // Where its records could not be read, the item is not empty.
        let unread = view
            .files
            .get(item.file as usize)
            .is_some_and(|file| file.is_cut || (item.row == 0 && file.skipped > 0));
        if view.of_item(index).is_empty() && !item.repeats && !unread {
            let name = labels.item_name(index);
            remarks.add(Remark::item(code::EMPTY_ITEM, labels, index, name));
        }
        if some_here
            && let Some(name) = media(item)
            && !found(name)
        {
            remarks.add(Remark::item(code::MISSING_MEDIA, labels, index, name).in_field("media"));
        }
    }
}
