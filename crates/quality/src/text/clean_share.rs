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
        zh: "样本中清洁记录所占字符比例：非垃圾、无替换符、网页标记不超过 5%、没有同一字符连续 12 次以上。",
        en: "Share of sample characters in clean records: no rubbish, no replacement characters, at most 5% of markup, no character twelve times in a row.",
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

/// Bytes in tags such as `<div class="x">`.
fn markup(text: &str) -> usize {
    let mut bytes = 0;
    for part in text.split('<').skip(1) {
        let is_tag = part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        if let Some(end) = part.find('>').filter(|&end| is_tag && end < 200) {
            bytes += end + 2;
        }
    }
    bytes
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
        assert!(has_row("哈哈哈哈哈哈哈哈哈哈哈哈") && !has_row("------------- 1111111111111"));
    }
}
