//! Names and numbers as people spell them in different ways.

use shujian_core::narrow;

/// Signs that open and close what is added to a name.
const BRACKETS: [(char, char); 2] = [('(', ')'), ('[', ']')];

/// A name or number without what tells no two things apart: width, case, spaces, kinds of brackets
/// and punctuation.
pub(crate) fn plain(name: &str) -> String {
    let letters = bracketed(name).filter(|sign| sign.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// The same without a bracket at the end, such as `（二期）`: what may be the same thing.
pub(crate) fn stem(name: &str) -> String {
    let even: String = bracketed(name).collect();
    let even = even.trim();
    let head = BRACKETS.iter().find_map(|(open, close)| {
        let (head, _) = even.strip_suffix(*close)?.rsplit_once(*open)?;
        Some(plain(head)).filter(|head| !head.is_empty())
    });
    head.unwrap_or_else(|| plain(even))
}

/// A text in narrow signs, with brackets of two kinds only.
fn bracketed(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(narrow).map(|sign| match sign {
        '〔' | '【' | '「' | '『' | '［' => '[',
        '〕' | '】' | '」' | '』' | '］' => ']',
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_one() {
        for other in ["国数资源[2026]12号", "国数资源【2026】 12 号", "国数资源（２０２６）１２号"]
        {
            assert_eq!(plain("国数资源〔2026〕12号"), plain(other), "{other}");
        }
        assert_ne!(plain("国数资源〔2026〕12号"), plain("国数资源〔2026〕13号"));
        assert_eq!(plain("医学影像-数据集"), plain("医学影像 数据集。"));
        assert_eq!(plain("〔〕"), "");
    }

    #[test]
    fn a_stage_in_brackets_is_no_part_of_the_stem() {
        for name in ["医学影像数据集（二期）", "医学影像数据集 (升级版)", "医学影像数据集【2】"]
        {
            assert_eq!(stem(name), "医学影像数据集", "{name}");
            assert_ne!(plain(name), "医学影像数据集", "{name}");
        }
        assert_eq!(stem("（二期）"), "二期", "nothing would be left");
        assert_eq!(stem("a)"), "a");
    }
}
