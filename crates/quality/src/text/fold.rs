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

/// What a byte of ASCII does: 0 separates, other values are the digit or the lower-case letter.
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

/// The run of letters and digits being read, as eight folded bytes at a time.
struct Run {
    hash: u64,
    /// Folded bytes not yet in the hash, the first one lowest.
    word: u64,
    /// Bits of `word` in use.
    bits: u32,
    characters: u32,
    has_letter: bool,
}

impl Run {
    const EMPTY: Self = Self { hash: SEED, word: 0, bits: 0, characters: 0, has_letter: false };

    /// Adds one folded character.
    fn push(&mut self, character: char, is_digit: bool) {
        let mut bytes = [0; 4];
        for &byte in character.encode_utf8(&mut bytes).as_bytes() {
            self.push_byte(byte);
        }
        self.characters += 1;
        self.has_letter |= !is_digit;
    }

    #[inline(always)]
    fn push_byte(&mut self, byte: u8) {
        self.word |= u64::from(byte) << self.bits;
        self.bits += 8;
        if self.bits == 64 {
            self.hash = step(self.hash, self.word);
            self.word = 0;
            self.bits = 0;
        }
    }

    /// Adds the letters and digits of ASCII at the head of `bytes` and tells how many there are.
    #[inline(always)]
    fn push_ascii(&mut self, bytes: &[u8]) -> usize {
        let mut taken = 0;
        // Whole words at once while the run starts a fresh one.
        while self.bits == 0
            && let Some(eight) = bytes[taken..].first_chunk()
        {
            let word = u64::from_le_bytes(*eight);
            let length = leading_alphanumerics(word);
            let lower = (word | LOWER) & ((1_u128 << (8 * length)) - 1) as u64;
            self.characters += length;
            self.has_letter |= lower & LETTER != 0;
            taken += length as usize;
            if length == 8 {
                self.hash = step(self.hash, lower);
            } else {
                self.word = lower;
                self.bits = 8 * length;
                return taken;
            }
        }
        for &byte in &bytes[taken..] {
            let letter = if byte < 0x80 { ASCII[usize::from(byte)] } else { 0 };
            if letter == 0 {
                break;
            }
            self.push_byte(letter);
            self.characters += 1;
            self.has_letter |= letter > b'9';
            taken += 1;
        }
        taken
    }

    #[inline(always)]
    fn end(&mut self, into: &mut Vec<Token>) {
        if self.characters > 0 {
            into.push(self.token());
            *self = Self::EMPTY;
        }
    }

    #[inline(always)]
    fn token(&self) -> Token {
        if !self.has_letter {
            return NUMBER;
        }
        let hash = step(self.hash, self.word);
        let hash = (((hash ^ (hash >> 29)) >> 16) as u32) & !UNSPACED;
        (hash & !((1 << LENGTH_BITS) - 1)) | self.characters.min(MOST_CHARACTERS)
    }
}

/// Set in every digit and lower-case letter; what makes a letter lower-case.
const LOWER: u64 = 0x2020_2020_2020_2020;
/// Set in letters, clear in digits.
const LETTER: u64 = 0x4040_4040_4040_4040;

#[inline(always)]
fn step(hash: u64, word: u64) -> u64 {
    let mixed = (hash ^ word).wrapping_mul(MULTIPLIER);
    mixed ^ (mixed >> 32)
}

/// How many bytes at the low end of a word are letters or digits of ASCII.
#[inline(always)]
fn leading_alphanumerics(word: u64) -> u32 {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    const ONES: u64 = 0x0101_0101_0101_0101;
    let seven = word & !HIGH;
    // Adding 0x80 - x to a byte of seven bits sets its high bit from x on.
    let from = |lanes: u64, least: u8| lanes.wrapping_add(ONES * u64::from(0x80 - least));
    let lower = seven | LOWER;
    let letter = from(lower, b'a') & !from(lower, b'z' + 1);
    let digit = from(seven, b'0') & !from(seven, b'9' + 1);
    let neither = !((letter | digit) & !word) & HIGH;
    neither.trailing_zeros() / 8
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
            if ASCII[usize::from(byte)] == 0 {
                run.end(into);
                at += 1;
            } else {
                at += run.push_ascii(&bytes[at..]);
            }
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
        run.push(character, false);
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
        run.push(character, character.is_numeric());
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

    #[test]
    fn words_of_every_length_fold_alike() {
        // The same letters, eight at a time, one at a time, and as full-width forms.
        for length in 1..40 {
            let word: String = ('a'..='z').cycle().skip(length).take(length).collect();
            let wide: String =
                word.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
            let half: String =
                word.chars().take(length / 2).chain(wide.chars().skip(length / 2)).collect();
            let alone = folded(&word);
            assert_eq!(alone.len(), 1);
            assert_eq!(folded(&word.to_uppercase()), alone);
            assert_eq!(folded(&wide), alone, "{word}");
            assert_eq!(folded(&half), alone, "{word}");
            assert_eq!(
                folded(&format!("{word} and then some more words")),
                [alone.clone(), folded("and then some more words")].concat()
            );
        }
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
