//! Canonical text: NFC and line feeds, nothing that changes meaning.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// What a byte says about the normal form of the text it stands in.
const FREE: u8 = 0;
/// The next byte decides.
const ASK: u8 = 1;
/// Only the full algorithm knows.
const SLOW: u8 = 2;

/// What a byte says: those of ASCII, Latin, CJK ideographs, Hangul syllables and continuation bytes are
/// free of combining marks and of canonical decompositions that NFC would change.
///
/// Comparisons alone, so that whole blocks are looked at at once.
fn class(byte: u8) -> u8 {
    let is_asked = (byte == 0xe2) | (byte == 0xe3) | (byte == 0xef);
    let is_free = (byte < 0xc0)
        | (byte.wrapping_sub(0xc2) <= 0xcb - 0xc2)
        | (byte.wrapping_sub(0xe4) <= 0xe9 - 0xe4)
        | (byte == 0xeb)
        | (byte == 0xec);
    u8::from(is_asked) * ASK + u8::from(!(is_asked | is_free)) * SLOW
}

/// Whether text without returns is surely canonical already, by a look at its bytes.
fn is_plain(text: &[u8]) -> bool {
    let mut at = 0;
    while at < text.len() {
        let end = text.len().min(at + 64);
        if text[at..end].is_ascii() {
            at = end;
            continue;
        }
        // Long runs of free bytes are the rule; whole blocks of them pass without a branch each.
        let seen = text[at..end].iter().fold(FREE, |seen, &byte| seen | class(byte));
        if seen & SLOW != 0 {
            return false;
        }
        if seen != FREE {
            let mut asked = memchr::memchr3_iter(0xe2, 0xe3, 0xef, &text[at..end]);
            if !asked.all(|step| is_stable(&text[at + step..])) {
                return false;
            }
        }
        at = end;
    }
    true
}

/// Whether a character of the mixed blocks is untouched by NFC: CJK and general punctuation, kana,
/// full-width forms.
fn is_stable(bytes: &[u8]) -> bool {
    match bytes {
        [0xe2, 0x80, third, ..] => (0x90..=0xa7).contains(third),
        [0xe2, 0x84 | 0xab, ..] => false,
        [0xe2, 0x91..=0x97, ..] => true,
        [0xe3, 0x80, third, ..] => *third <= 0xa9,
        [0xe3, 0x82, third, ..] => !matches!(third, 0x99 | 0x9a),
        [0xe3, 0x81 | 0x83, ..] => true,
        [0xe3, second, ..] => *second >= 0x90,
        [0xef, 0xbc | 0xbd, ..] => true,
        _ => false,
    }
}

/// The canonical form; `scratch` is used when the text must be rewritten.
pub(super) fn canonical<'a>(text: &'a str, scratch: &'a mut String) -> &'a str {
    let returns = memchr::memchr(b'\r', text.as_bytes()).is_some();
    if !returns && (text.is_ascii() || is_plain(text.as_bytes())) {
        return text;
    }
    if !returns && is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return text;
    }
    scratch.clear();
    let mut chars = text.chars().peekable();
    let unified = std::iter::from_fn(|| match chars.next() {
        Some('\r') => {
            chars.next_if_eq(&'\n');
            Some('\n')
        }
        other => other,
    });
    scratch.extend(unified.nfc());
    scratch
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every character that the fast path waves through is its own NFC, alone and after a letter.
    #[test]
    fn the_fast_path_is_right_about_every_character() {
        for character in ('\0'..=char::MAX).filter(|&c| c != '\r') {
            let text = format!("e{character}か가");
            if is_plain(text.as_bytes()) {
                let normal: String = text.nfc().collect();
                assert_eq!(normal, text, "{:x}", u32::from(character));
            }
        }
    }

    #[test]
    fn common_chinese_takes_the_fast_path() {
        let text = "您好，高血压患者“能吃”党参吗？——（参见《药典》）……１２３ abc é。\n";
        assert!(is_plain(text.as_bytes()));
    }
}
