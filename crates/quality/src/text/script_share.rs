//! Script: how much of the text is written without spaces, in practice Chinese.

use shujian_core::Bilingual;

use super::fold::{characters, is_character};
use super::metrics::{EMPTY, PROFILES, View};
use crate::metric::{Measured, Spec};

/// The row of the table.
pub const SPEC: Spec = Spec {
    name: "ideograph-share",
    profiles: PROFILES,
    unit: "1",
    definition: Bilingual {
        zh: "样本中汉字（及假名等无空格文字）占字符的比例；说明数据的语言构成，不计分。",
        en: "Share of ideographs (and other script without spaces) among sample characters; tells the language mix, scores nothing.",
    },
    numerator: Bilingual {
        zh: "无空格文字的字符", en: "characters of scripts without spaces"
    },
    denominator: Bilingual { zh: "样本的字符", en: "characters of the sample" },
    null_rule: Bilingual {
        zh: "标点与空白不计；样本没有字符时无定义。",
        en: "Punctuation and blanks do not count; undefined without characters.",
    },
    source: "Unicode scripts",
};

/// Measures it.
pub fn measure(view: &View<'_>) -> Measured {
    let (mut unspaced, mut all) = (0_u64, 0_u64);
    for &token in view.texts.iter().flat_map(|text| &text.tokens) {
        all += u64::from(characters(token));
        unspaced += u64::from(is_character(token));
    }
    let value = if all > 0 { Ok(unspaced as f64 / all as f64) } else { Err(EMPTY) };
    Measured { value, numerator: unspaced as f64, denominator: all as f64, evidence: Vec::new() }
}
