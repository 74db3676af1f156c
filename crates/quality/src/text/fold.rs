//! Folding: what a reader sees as the same text becomes the same run of tokens.
//!
//! For comparison alone; cards and samples show the text as it was handed in. NFKC, zero-width
//! characters and marks dropped, look-alike letters to Latin, traditional characters to
//! simplified, lower case; white space and punctuation only separate. A token is one character of
//! a script without spaces, or one alphanumeric run; runs of digits are all one token.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use super::script;

/// A folded token: 27 bits of hash over five bits of credited length. Never 0.
pub type Token = u32;

/// Most characters one token is credited with: a longer run is no more content.
pub const MOST_CHARACTERS: u32 = 24;
/// Characters a number is credited with, however many digits it has.
const NUMBER_CHARACTERS: u32 = 2;
/// Bits of a token that hold its length.
const LENGTH_BITS: u32 = 5;
/// The token of every run of digits.
pub const NUMBER: Token = (1 << LENGTH_BITS) | NUMBER_CHARACTERS;

/// Characters a token is credited with, 1 to [`MOST_CHARACTERS`].
pub fn characters(token: Token) -> u32 {
    token & ((1 << LENGTH_BITS) - 1)
}

/// Whether the token is one character of a script without spaces.
pub fn is_character(token: Token) -> bool {
    token & UNSPACED == UNSPACED && characters(token) == 1
}

/// Set in the hash of tokens of scripts without spaces, clear in others.
const UNSPACED: u32 = 1 << 31;
const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
const SEED: u64 = 0x243f_6a88_85a3_08d3;

/// What a byte of ASCII does: 0 separates, 1 is a digit, other values are the lower-case letter.
static ASCII: [u8; 128] = {
    let mut table = [0; 128];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = match byte as u8 {
            b'0'..=b'9' | b'a'..=b'z' => byte as u8,
            upper @ b'A'..=b'Z' => upper + 32,
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// The run of letters and digits being read.
struct Run {
    hash: u64,
    characters: u32,
    has_letter: bool,
}

impl Run {
    const EMPTY: Self = Self { hash: SEED, characters: 0, has_letter: false };

    #[inline(always)]
    fn push(&mut self, code: u32, is_digit: bool) {
        self.hash = (self.hash.rotate_left(5) ^ u64::from(code)).wrapping_mul(MULTIPLIER);
        self.characters += 1;
        self.has_letter |= !is_digit;
    }

    #[inline(always)]
    fn end(&mut self, into: &mut Vec<Token>) {
        if self.characters > 0 {
            into.push(self.token());
            *self = Self::EMPTY;
        }
    }

    fn token(&self) -> Token {
        if !self.has_letter {
            return NUMBER;
        }
        let hash = ((self.hash >> 32) as u32) & !UNSPACED;
        (hash & !((1 << LENGTH_BITS) - 1)) | self.characters.min(MOST_CHARACTERS)
    }
}

#[inline(always)]
fn character_token(code: u32) -> Token {
    let hash = (u64::from(code).wrapping_mul(MULTIPLIER) >> 32) as u32;
    (hash & !((1 << LENGTH_BITS) - 1)) | UNSPACED | 1
}

/// Appends the tokens of a text.
pub fn fold(text: &str, into: &mut Vec<Token>) {
    let bytes = text.as_bytes();
    let simplified = script::simplified();
    let mut run = Run::EMPTY;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte < 0x80 {
            let letter = ASCII[usize::from(byte)];
            if letter == 0 {
                run.end(into);
            } else {
                run.push(letter.into(), letter <= b'9');
            }
            at += 1;
            continue;
        }
        if (0xe4..=0xe9).contains(&byte) && at + 2 < bytes.len() {
            let code = (u32::from(byte & 15) << 12)
                | (u32::from(bytes[at + 1] & 63) << 6)
                | u32::from(bytes[at + 2] & 63);
            if let Some(index) = script::ideograph(code).filter(|_| code >= 0x4e00) {
                run.end(into);
                into.push(character_token(simplified[index].into()));
                at += 3;
                continue;
            }
        }
        let Some(character) = text[at..].chars().next() else { break };
        at += character.len_utf8();
        fold_rare(character, &mut run, into);
    }
    run.end(into);
}

/// Folds a character outside of ASCII and the common ideographs.
#[cold]
fn fold_rare(character: char, run: &mut Run, into: &mut Vec<Token>) {
    if script::is_invisible(character as u32) || is_combining_mark(character) {
        return;
    }
    if ('\u{ac00}'..='\u{d7a3}').contains(&character) {
        run.push(character as u32, false);
        return;
    }
    decompose_compatible(character, |part| {
        if is_combining_mark(part) {
            return;
        }
        for lower in part.to_lowercase() {
            push(script::latin(lower), run, into);
        }
    });
}

fn push(character: char, run: &mut Run, into: &mut Vec<Token>) {
    let code = character as u32;
    if script::is_unspaced(code) {
        run.end(into);
        let index = script::ideograph(code);
        into.push(character_token(index.map_or(code, |i| script::simplified()[i].into())));
    } else if character.is_alphanumeric() {
        run.push(code, character.is_numeric());
    } else {
        run.end(into);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn folded(text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        fold(text, &mut tokens);
        tokens
    }

    #[test]
    fn spellings_of_one_text_fold_together() {
        for (left, right) in [
            ("Hello, World", "hello  world!"),
            ("ＡＢＣ１２３", "abc123"),
            ("萬國博覽會", "万国博览会"),
            ("pay\u{200b}pal so\u{ad}ft", "paypal soft"),
            ("рaypal", "paypal"),
            ("caf\u{e9}", "cafe\u{301}"),
            ("ﬁne", "fine"),
            ("2021 年", "1999年"),
            ("㎏", "kg"),
        ] {
            assert_eq!(folded(left), folded(right), "{left} / {right}");
        }
        assert_ne!(folded("pump"), folded("bump"));
        assert!(folded(" ,.。，！\u{3000}").is_empty());
    }

    #[test]
    fn tokens_carry_their_length() {
        let lengths = |text: &str| folded(text).into_iter().map(characters).collect::<Vec<_>>();
        assert_eq!(lengths("水泵 pump 1234567 x1"), [1, 1, 4, 2, 2]);
        assert_eq!(lengths(&"y".repeat(100)), [MOST_CHARACTERS]);
        assert!(is_character(folded("水")[0]) && !is_character(folded("a")[0]));
        assert!(!is_character(NUMBER));
    }

    proptest! {
        /// No text breaks folding, and no token is empty.
        #[test]
        fn any_text_folds(text in any::<String>()) {
            for token in folded(&text) {
                prop_assert!((1..=MOST_CHARACTERS).contains(&characters(token)));
            }
        }

        /// Blanks between words change nothing.
        #[test]
        fn blanks_change_nothing(words in prop::collection::vec("[a-z0-9\u{4e00}-\u{4e40}]{1,9}", 0..20)) {
            prop_assert_eq!(folded(&words.join(" ")), folded(&words.join(" \t\n\u{3000}")));
        }
    }
}
