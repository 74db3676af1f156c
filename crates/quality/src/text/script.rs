//! Character tables of folding: look-alike letters, and traditional to simplified Chinese.
//!
//! `traditional.txt` holds pairs of one traditional and one simplified character, taken from the
//! character dictionary of OpenCC (Apache-2.0, `TSCharacters.txt`, first choice of each line).

use std::sync::LazyLock;

/// First character of the table of unified ideographs.
const FIRST: u32 = 0x3400;
/// One past the last.
const LAST: u32 = 0xa000;

static SIMPLIFIED: LazyLock<Box<[u16]>> = LazyLock::new(|| {
    let mut table: Vec<u16> = (FIRST..LAST).map(|code| code as u16).collect();
    for line in include_str!("traditional.txt").lines() {
        let mut chars = line.chars();
        while let (Some(traditional), Some(simplified)) = (chars.next(), chars.next()) {
            let at = traditional as usize - FIRST as usize;
            table[at] = u16::try_from(simplified as u32).unwrap_or(traditional as u16);
        }
    }
    table.into_boxed_slice()
});

/// The simplified form of every unified ideograph from U+3400 on, by code minus U+3400.
pub(super) fn simplified() -> &'static [u16] {
    &SIMPLIFIED
}

/// Index of an ideograph in [`simplified`], or `None` outside of the table.
pub(super) fn ideograph(code: u32) -> Option<usize> {
    (FIRST..LAST).contains(&code).then(|| (code - FIRST) as usize)
}

/// Greek and Cyrillic letters that look like Latin ones, lower case.
const ALIKE: &[(char, char)] = &[
    ('α', 'a'),
    ('β', 'b'),
    ('ε', 'e'),
    ('ι', 'i'),
    ('κ', 'k'),
    ('ν', 'v'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('τ', 't'),
    ('υ', 'u'),
    ('χ', 'x'),
    ('γ', 'y'),
    ('ϲ', 'c'),
    ('ϳ', 'j'),
    ('а', 'a'),
    ('в', 'b'),
    ('с', 'c'),
    ('е', 'e'),
    ('н', 'h'),
    ('і', 'i'),
    ('ј', 'j'),
    ('к', 'k'),
    ('м', 'm'),
    ('о', 'o'),
    ('р', 'p'),
    ('ѕ', 's'),
    ('т', 't'),
    ('у', 'y'),
    ('х', 'x'),
    ('ԁ', 'd'),
    ('ԛ', 'q'),
    ('ԝ', 'w'),
    ('ӏ', 'l'),
    ('ɡ', 'g'),
    ('ı', 'i'),
];

/// The Latin letter a Greek or Cyrillic one is mistaken for; other characters stay.
pub(super) fn latin(letter: char) -> char {
    if !matches!(letter, 'ı' | 'ɡ' | '\u{370}'..='\u{52f}') {
        return letter;
    }
    ALIKE.iter().find(|(from, _)| *from == letter).map_or(letter, |(_, to)| *to)
}

/// Whether text of this character has no spaces between words: each one is a token.
pub(super) fn is_unspaced(code: u32) -> bool {
    matches!(
        code,
        0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff
            | 0x2_0000..=0x3_ffff | 0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff
    )
}

/// Whether a character is invisible and stands inside words: zero width, soft hyphen, marks of
/// direction, variation selectors.
pub(super) fn is_invisible(code: u32) -> bool {
    matches!(
        code,
        0xad | 0x34f | 0x61c | 0x180b..=0x180f | 0x200b..=0x200f | 0x202a..=0x202e
            | 0x2060..=0x206f | 0xfe00..=0xfe0f | 0xfeff | 0xe_0000..=0xe_0fff
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_becomes_simplified_once_and_for_all() {
        let fold = |c: char| simplified()[ideograph(c as u32).unwrap()];
        assert_eq!(fold('萬'), '万' as u16);
        assert_eq!(fold('國'), '国' as u16);
        assert_eq!(fold('国'), '国' as u16);
        for &code in simplified() {
            assert_eq!(simplified()[ideograph(code.into()).unwrap()], code);
        }
    }

    #[test]
    fn look_alikes_become_latin() {
        assert_eq!("рауреаl".chars().map(latin).collect::<String>(), "paypeal");
        assert_eq!(latin('ж'), 'ж');
    }
}
