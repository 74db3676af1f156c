//! Classes never used, and classes that differ only in spelling.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use super::{Check, View};
use crate::code;
use crate::labels::{NONE, Remark, Remarks};

pub(super) const CHECK: Check =
    Check { name: "classes", codes: &[code::UNUSED_CLASS, code::CLASS_VARIANT], run };

/// A name without what people confuse: case, width, surrounding and repeated blanks.
pub(crate) fn folded(name: &str) -> String {
    let wide: String = name.nfkc().collect::<String>().to_lowercase();
    wide.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn run(view: &View<'_>, remarks: &mut Remarks) {
    let labels = view.labels;
    let mut uses = vec![0_u64; labels.classes.len()];
    for annotation in &labels.annotations {
        if let Some(uses) = uses.get_mut(annotation.class as usize) {
            *uses += 1;
        }
    }
    for (class, &uses) in labels.classes.iter().zip(&uses) {
        // A vocabulary that belongs to the format, and to no file, need not be used.
        // Nor does anyone know what the rest of a file would have used.
        let is_cut = view.files.get(class.file as usize).is_some_and(|file| file.is_cut);
        if class.declared && uses == 0 && class.file != NONE && !is_cut {
            let remark = Remark::row(code::UNUSED_CLASS, class.file, class.row, &*class.name);
            remarks.add(remark.in_field("class"));
        }
    }
    let variants = variants(view, &uses);
    if variants.is_empty() {
        return;
    }
    for (index, annotation) in labels.annotations.iter().enumerate() {
        if let Some(&right) = variants.get(&annotation.class) {
            let note = format!("{:?} for {right:?}", labels.class_name(annotation.class));
            let remark = Remark::annotation(code::CLASS_VARIANT, labels, index as u32, note);
            remarks.add(remark.in_field("class"));
        }
    }
}

/// Classes that are a spelling of another: of one on the instruction's list, else of a declared
/// one, else of the one used most.
fn variants<'a>(view: &View<'a>, uses: &[u64]) -> BTreeMap<u32, &'a str> {
    let mut groups = BTreeMap::<String, Vec<u32>>::new();
    for (index, class) in view.labels.classes.iter().enumerate() {
        groups.entry(folded(&class.name)).or_default().push(index as u32);
    }
    let mut variants = BTreeMap::new();
    for group in groups.into_values() {
        let name = |class: u32| &*view.labels.classes[class as usize].name;
        let right = group.iter().copied().max_by_key(|&class| {
            let listed = view.spec.is_some_and(|spec| spec.allows(name(class)));
            let declared = view.labels.classes[class as usize].declared;
            (listed, declared, uses[class as usize], std::cmp::Reverse(name(class)))
        });
        let Some(right) = right else { continue };
        for class in group {
            if name(class) != name(right) {
                variants.insert(class, name(right));
            }
        }
    }
    variants
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_width_and_blanks_do_not_tell_classes_apart() {
        assert_eq!(folded(" Ｃａｔ "), "cat");
        assert_eq!(folded("traffic  light"), folded("Traffic Light"));
        assert_ne!(folded("cat"), folded("cats"));
    }
}
