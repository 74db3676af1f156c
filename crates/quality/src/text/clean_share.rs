//! Cleanliness: how much of what was handed in needs no repair.

use shujian_core::Bilingual;

use super::measure::Text;
use super::metrics::{EMPTY, PROFILES, View, most};
use crate::metric::{Measured, Spec};

/// The row of the table.
pub const SPEC: Spec = Spec {
    name: "clean-share",
    profiles: PROFILES,
    unit: "1",
    definition: Bilingual {
        zh: "样本中清洁记录所占字符比例：非垃圾、无替换符、HTML 标记不超过 5%、没有同一字符连续 12 次以上。",
        en: "Share of sample characters in clean records: no rubbish, no replacement characters, at most 5% of HTML tags, no character twelve times in a row.",
    },
    numerator: Bilingual { zh: "清洁记录的字符", en: "characters of clean records" },
    denominator: Bilingual { zh: "样本的字符", en: "characters of the sample" },
    null_rule: Bilingual {
        zh: "空记录不参与；样本没有字符时无定义。",
        en: "Empty records take no part; undefined without characters.",
    },
    source: "cleaning rules of Gopher, C4 and RefinedWeb, reduced to those that fit industry text",
};

/// Measures it; evidence are the longest records that are not clean.
pub fn measure(view: &View<'_>) -> Measured {
    let (mut clean, mut all) = (0.0, 0.0);
    let mut dirty = Vec::new();
    for text in view.texts {
        all += text.units;
        if is_clean(text) {
            clean += text.units;
        } else {
            dirty.push((text.units, text));
        }
    }
    let value = if all > 0.0 { Ok(clean / all) } else { Err(EMPTY) };
    Measured { value, numerator: clean, denominator: all, evidence: most(dirty.into_iter()) }
}

fn is_clean(text: &Text<'_>) -> bool {
    !text.is_rubbish
        && text.fields.iter().all(|field| {
            !field.contains('\u{fffd}') && markup(field) * 20 <= field.len() && !has_row(field)
        })
}

/// Elements of HTML that web text is found with, by name.
const ELEMENTS: &str = "a abbr article aside b blockquote body br button center code dd div dl dt \
    em embed fieldset figure font footer form frame h1 h2 h3 h4 h5 h6 head header hr html i iframe \
    img input label li link main meta nav noscript object ol option p pre s script section select \
    small span strong style sub sup svg table tbody td textarea tfoot th thead title tr tt u ul video";

/// Bytes in tags such as `<div class="x">`, `</p>` and `<!-- x -->`.
///
/// Only what web pages hold: names in angle brackets, such as `<id>`, are placeholders.
fn markup(text: &str) -> usize {
    let tags = text.split('<').skip(1).filter_map(|part| {
        let end = part.find('>').filter(|&end| end < 200)?;
        is_tag(&part[..end]).then_some(end + 2)
    });
    tags.sum()
}

/// Whether this stood between the angle brackets of a tag.
fn is_tag(inside: &str) -> bool {
    if inside.starts_with(['!', '?']) {
        return true;
    }
    let name = inside.trim_start_matches('/');
    let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
    ELEMENTS.split(' ').any(|element| element.eq_ignore_ascii_case(name))
}

/// Whether one letter or ideograph stands twelve times in a row.
fn has_row(text: &str) -> bool {
    let (mut before, mut row) = ('\0', 0);
    text.chars().any(|character| {
        row = if character == before && character.is_alphabetic() { row + 1 } else { 1 };
        before = character;
        row >= 12
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dirt_is_seen() {
        assert_eq!(markup("a <div class=\"x\">b</div> c < d > e"), 21);
        assert_eq!(markup("<!-- x --><BR/>"), 15);
        assert_eq!(markup("replace <id> after <num> hours, Vec<String>, <T>, <sensor/>"), 0);
        assert!(has_row("哈哈哈哈哈哈哈哈哈哈哈哈") && !has_row("------------- 1111111111111"));
    }
}
