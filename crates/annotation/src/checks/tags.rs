//! Tag sequences: tags of no scheme, and tags that cannot follow the one before.

use std::collections::BTreeMap;

use super::{Check, View};
use crate::code;
use crate::labels::{Annotation, Labels, Remark, Remarks, Shape};

pub(super) const CHECK: Check =
    Check { name: "tags", codes: &[code::TAG_ORDER, code::TAG_FORM], run };

/// How tags mark where a stretch begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `B-` only where two stretches of one class meet.
    Iob1,
    /// Every stretch begins with `B-`.
    Iob2,
    /// `B- I- E-` and `S-`, or `B- I- L-` and `U-`.
    Bioes,
}

impl Scheme {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Iob1 => "IOB1",
            Self::Iob2 => "IOB2",
            Self::Bioes => "BIOES",
        }
    }

    /// Whether a tag may follow another; both as [`split`] gives them.
    fn allows(self, before: (char, &str), tag: (char, &str)) -> bool {
        let same = before.1 == tag.1;
        let open = matches!(before.0, 'B' | 'I' | 'M');
        match self {
            Self::Iob1 => tag.0 != 'B' || (open && same),
            Self::Iob2 => tag.0 != 'I' || (open && same),
            Self::Bioes => match tag.0 {
                'I' | 'M' | 'E' | 'L' => open && same,
                _ => !open,
            },
        }
    }
}

/// Prefix and class of a tag; `O` has no class. `None` for what is no tag.
fn split(tag: &str) -> Option<(char, &str)> {
    if tag == "O" {
        return Some(('O', ""));
    }
    let prefix = tag.chars().next().filter(|prefix| "BIESLUMW".contains(*prefix))?;
    let class = tag[1..].strip_prefix(['-', '_']).filter(|class| !class.is_empty())?;
    let prefix = match prefix {
        'U' | 'W' => 'S',
        other => other,
    };
    Some((prefix, class))
}

/// The scheme of each file: the one that its tags break least, IOB2 where two do equally.
pub fn schemes(labels: &Labels) -> BTreeMap<u32, Scheme> {
    let mut counts = BTreeMap::<u32, [u64; 3]>::new();
    for annotation in &labels.annotations {
        let Some(tags) = tags_of(labels, annotation) else { continue };
        let [ends, iob2, iob1] = counts.entry(annotation.file).or_default();
        let mut before = ('O', "");
        for tag in tags.iter().filter_map(|tag| split(tag)) {
            *ends += u64::from(matches!(tag.0, 'E' | 'S' | 'L' | 'M'));
            *iob2 += u64::from(!Scheme::Iob2.allows(before, tag));
            *iob1 += u64::from(!Scheme::Iob1.allows(before, tag));
            before = tag;
        }
    }
    let scheme = |[ends, iob2, iob1]: [u64; 3]| match () {
        () if ends > 0 => Scheme::Bioes,
        () if iob1 < iob2 => Scheme::Iob1,
        () => Scheme::Iob2,
    };
    counts.into_iter().map(|(file, count)| (file, scheme(count))).collect()
}

fn tags_of<'a>(labels: &'a Labels, annotation: &Annotation) -> Option<Vec<&'a str>> {
    let Shape::Tags(run) = annotation.shape else { return None };
    Some(labels.tags[run.range()].iter().map(|&tag| labels.tag_names.name(tag)).collect())
}

fn run(view: &View<'_>, remarks: &mut Remarks) {
    let labels = view.labels;
    let schemes = schemes(labels);
    for (index, annotation) in labels.annotations.iter().enumerate() {
        let (Some(tags), Some(&scheme)) =
            (tags_of(labels, annotation), schemes.get(&annotation.file))
        else {
            continue;
        };
        let mut say = |at: usize, code, note: String| {
            let remark = Remark::annotation(code, labels, index as u32, note).in_field("tag");
            let (row, part) = (annotation.row + at as u32, at as u32 + 1);
            remarks.add(Remark { row, part, ..remark });
        };
        let mut before = ('O', "");
        for (at, word) in tags.iter().enumerate() {
            match split(word) {
                // An absent tag was remarked where it was read.
                None if word.is_empty() => before = ('O', ""),
                None => {
                    say(at, code::TAG_FORM, (*word).to_owned());
                    before = ('O', "");
                }
                Some(tag) => {
                    if !scheme.allows(before, tag) {
                        let last = if at == 0 { "the beginning" } else { tags[at - 1] };
                        say(
                            at,
                            code::TAG_ORDER,
                            format!("{word} after {last}, in {}", scheme.name()),
                        );
                    }
                    before = tag;
                }
            }
        }
        if scheme == Scheme::Bioes && matches!(before.0, 'B' | 'I' | 'M') {
            let last = tags.len() - 1;
            say(last, code::TAG_ORDER, format!("{} ends the sentence, in BIOES", tags[last]));
        }
    }
}

#[cfg(test)]
mod tests {
    use shujian_core::Limits;

    use super::super::run as run_all;
    use super::*;
    use crate::formats::read_bytes;

    fn found(text: &str) -> (Vec<Scheme>, Vec<(u32, &'static str)>) {
        let mut read = read_bytes("a.conll", text.as_bytes(), &Limits::default());
        run_all(&mut read, None);
        let schemes = schemes(&read.labels).into_values().collect();
        (schemes, read.remarks.iter().map(|remark| (remark.row, remark.code)).collect())
    }

    #[test]
    fn a_file_is_judged_by_the_scheme_it_follows() {
        assert_eq!(found("a B-X\nb I-X\nc O\n\nd B-Y\n"), (vec![Scheme::Iob2], vec![]));
        assert_eq!(found("a I-X\nb B-X\nc O\nd I-Y\n"), (vec![Scheme::Iob1], vec![]));
        assert_eq!(found("a B-X\nb E-X\nc S-Y\nd O\n"), (vec![Scheme::Bioes], vec![]));
        let (_, wrong) = found("a B-X\nb I-X\nc O\nd I-Y\ne B-X\nf I-Y\n");
        assert_eq!(wrong, [(4, code::TAG_ORDER), (6, code::TAG_ORDER)]);
        let (_, wrong) = found("a B-X\nb O\nc S-X\nd Q-X\ne O\nf B-Y\n");
        assert_eq!(wrong, [(2, code::TAG_ORDER), (4, code::TAG_FORM), (6, code::TAG_ORDER)]);
    }
}
