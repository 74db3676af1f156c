//! Records that hold no language at all: nothing, control characters, encoded bytes, noise.
//!
//! Only what one record shows by itself; noise that looks like words is left to the order gains.

use crate::dedup::minhash::mix;

/// Why a record is not usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rubbish {
    /// No letter, digit or ideograph.
    Empty,
    /// More than one character in twenty is a control character or a replacement character.
    Control,
    /// Most of it stands in runs like those of Base64 or hexadecimal dumps.
    Encoded,
    /// Most of it stands in runs that no language forms.
    Noise,
}

impl Rubbish {
    /// All kinds, by number in the payload's header.
    pub const ALL: [Self; 4] = [Self::Empty, Self::Control, Self::Encoded, Self::Noise];

    /// Code of its finding.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "SJ-quality-101",
            Self::Control => "SJ-quality-102",
            Self::Encoded => "SJ-quality-103",
            Self::Noise => "SJ-quality-104",
        }
    }
}

/// Length from which an unbroken run of one alphabet looks encoded.
const ENCODED_RUN: usize = 40;

/// Fields up to this length are looked at whole, longer ones at [`WINDOWS`] places.
const WHOLE: usize = 1024;
const WINDOWS: usize = 8;
/// Bytes of one window.
const WINDOW: usize = 128;

/// Counts of one record's characters by what they look like.
#[derive(Debug, Default, Clone, Copy)]
struct Look {
    /// Bytes that are not white space.
    bytes: usize,
    control: usize,
    encoded: usize,
    noise: usize,
}

/// What is wrong with a record of these fields, if anything.
///
/// `has_tokens` tells whether folding left anything. `seed` places the windows in long fields; it
/// comes from the content id, so that nobody can write around them.
pub fn judge<'a>(
    fields: impl Iterator<Item = &'a str>,
    has_tokens: bool,
    seed: u64,
) -> Option<Rubbish> {
    let mut look = Look::default();
    for field in fields {
        look.add_field(field, seed);
    }
    if look.control * 20 > look.bytes {
        return Some(Rubbish::Control);
    }
    if !has_tokens {
        return Some(Rubbish::Empty);
    }
    if look.encoded * 2 > look.bytes {
        return Some(Rubbish::Encoded);
    }
    ((look.noise + look.encoded) * 5 > look.bytes * 3).then_some(Rubbish::Noise)
}

impl Look {
    /// Adds a field, or windows of it with the weight of the whole.
    fn add_field(&mut self, field: &str, seed: u64) {
        if field.len() <= WHOLE {
            return self.add(field);
        }
        let mut seen = Self::default();
        let stride = field.len() / WINDOWS;
        for window in 0..WINDOWS {
            let room = (stride - WINDOW) as u64 + 1;
            let shift = (mix(seed ^ window as u64) % room) as usize;
            let start = field.ceil_char_boundary(window * stride + shift);
            let end = field.floor_char_boundary(start + WINDOW);
            seen.add(from_run_start(&field[start..end]));
        }
        let weigh = |count: usize| count * field.len() / seen.bytes.max(1);
        self.bytes += weigh(seen.bytes);
        self.control += weigh(seen.control);
        self.encoded += weigh(seen.encoded);
        self.noise += weigh(seen.noise);
    }

    fn add(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut start = 0;
        while start < bytes.len() {
            let byte = bytes[start];
            if (0xe4..=0xe9).contains(&byte) {
                // A common ideograph, three bytes in valid UTF-8.
                self.bytes += 3;
                start += 3;
                continue;
            }
            if CLASSES[usize::from(byte)] != 0 {
                let rest = &bytes[start..];
                let is_end = |&b: &u8| CLASSES[usize::from(b)] == 0;
                let length = rest.iter().position(is_end).unwrap_or(rest.len());
                self.add_run(&rest[..length]);
                start += length;
                continue;
            }
            self.bytes += usize::from(!byte.is_ascii_whitespace());
            let is_replacement = byte == 0xef && bytes[start..].starts_with("\u{fffd}".as_bytes());
            self.control += if is_replacement { 3 } else { usize::from(is_control(byte)) };
            start += 1;
        }
    }

    fn add_run(&mut self, run: &[u8]) {
        self.bytes += run.len();
        // Below six letters a run is noise by its changes alone, and a word of one case has none.
        if run.len() < 4 || (run.len() < 6 && is_one_case(run)) {
            return;
        }
        let shape = Shape::of(run);
        if run.len() >= ENCODED_RUN && shape.is_encoded(run.len()) {
            self.encoded += run.len();
        } else if shape.is_noise(run.len()) {
            self.noise += run.len();
        }
    }
}

/// The text without the rest of a word that it begins in the middle of.
fn from_run_start(text: &str) -> &str {
    let is_end = |&byte: &u8| CLASSES[usize::from(byte)] == 0;
    let rest = text.bytes().take(ENCODED_RUN).position(|byte| is_end(&byte));
    &text[rest.unwrap_or(0)..]
}

/// What a byte of a run is; 0 for bytes that end it.
static CLASSES: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = match byte as u8 {
            b'+' | b'/' | b'=' => SIGN,
            b'0'..=b'9' => DIGIT,
            b'a' | b'e' | b'i' | b'o' | b'u' | b'y' => LOWER | VOWEL,
            b'a'..=b'z' => LOWER,
            b'A' | b'E' | b'I' | b'O' | b'U' | b'Y' => UPPER | VOWEL,
            b'A'..=b'Z' => UPPER,
            _ => 0,
        };
        byte += 1;
    }
    table
};

const SIGN: u8 = 1;
const DIGIT: u8 = 2;
const LOWER: u8 = 4;
const UPPER: u8 = 8;
const VOWEL: u8 = 16;

/// Whether all bytes of a run are letters of one case, or all are digits.
fn is_one_case(run: &[u8]) -> bool {
    let kinds = run.iter().fold(0, |kinds, &byte| kinds | CLASSES[usize::from(byte)]) & !VOWEL;
    kinds.is_power_of_two()
}

/// What stands in one run of letters, digits and the signs of Base64.
struct Shape {
    letters: usize,
    digits: usize,
    vowels: usize,
    /// Changes between letter and digit, or lower to upper case inside a word and back.
    changes: usize,
    /// Longest row of consonants.
    consonants: usize,
}

impl Shape {
    fn of(run: &[u8]) -> Self {
        let mut shape = Self { letters: 0, digits: 0, vowels: 0, changes: 0, consonants: 0 };
        let (mut row, mut before) = (0, 0);
        for &byte in run {
            let class = CLASSES[usize::from(byte)];
            let kind = class & (DIGIT | LOWER | UPPER);
            let is_letter = class & (LOWER | UPPER) != 0;
            shape.digits += usize::from(class == DIGIT);
            shape.letters += usize::from(is_letter);
            shape.vowels += usize::from(class & VOWEL != 0);
            shape.changes += usize::from((kind != before) & (kind != 0) & (before != 0));
            before = kind;
            // Arithmetic in place of a branch that words would mispredict.
            row = (row + 1) * usize::from(is_letter & (class & VOWEL == 0));
            shape.consonants = shape.consonants.max(row);
        }
        shape
    }

    /// Random bytes in Base64 change class every second character, in hexadecimal likewise; names
    /// of functions and addresses change every fifth.
    fn is_encoded(&self, length: usize) -> bool {
        self.changes * 4 > length && self.digits * 20 > length
    }

    fn is_noise(&self, length: usize) -> bool {
        let is_mixed = self.changes >= 3 && self.changes * 3 > length;
        let is_unspeakable =
            self.letters >= 6 && (self.consonants >= 6 || self.vowels * 8 < self.letters);
        is_mixed || is_unspeakable
    }
}

fn is_control(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c)) || byte == 0x7f
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> Option<Rubbish> {
        judge([text].into_iter(), text.chars().any(char::is_alphanumeric), 7)
    }

    #[test]
    fn rubbish_is_named() {
        assert_eq!(judged(""), Some(Rubbish::Empty));
        assert_eq!(judged(" -- … "), Some(Rubbish::Empty));
        assert_eq!(judged("a\0b\0c\0"), Some(Rubbish::Control));
        assert_eq!(judged("锟斤拷\u{fffd}\u{fffd}"), Some(Rubbish::Control));
        let base64 = "TWFuIGlzIGRpc3Rpbmd1aXNoZWQsIG5vdCBvbmx5IGJ5IGhpcyByZWFzb24sIGJ1dCBieSB0aGlz";
        assert_eq!(judged(base64), Some(Rubbish::Encoded));
        assert_eq!(judged("d8e8fca2dc0f896fd7cb4cb0031ba249f0a1b2c3d4e5"), Some(Rubbish::Encoded));
        assert_eq!(judged("xkqzvw bhjtrpl qqwrtzp kjhgfdsx mnbvcxz"), Some(Rubbish::Noise));
        assert_eq!(judged("a8Kd9 Zx7Qp2 mN4vB6 qW3eR5t"), Some(Rubbish::Noise));
    }

    #[test]
    fn language_is_not_rubbish() {
        for text in [
            "水泵轴承温度过高，停机检查后更换。",
            "Replace the bearing of pump P101-A, check alignment.",
            "fn exact_of(signed: &Signed) -> Vec<u32> { by_id(signed) }",
            "https://example.org/path/to/some/long/document/about/compressors/index.html",
            "SELECT station, count(*) FROM trips GROUP BY station",
            "3.14159 2.71828 1.41421",
            "NGINX HTTP/2 TLS1.3",
        ] {
            assert_eq!(judged(text), None, "{text}");
            assert_eq!(judged(&format!("{text} ").repeat(90)), None, "{text}");
        }
    }

    #[test]
    fn any_length_is_judged() {
        for length in 0..2_200 {
            let text = "水 pump ".repeat(400);
            let text = &text[..text.floor_char_boundary(length)];
            assert_eq!(judged(text).is_some(), length < 3, "{length}");
        }
    }

    #[test]
    fn long_records_are_judged_by_windows() {
        let noise = "xkqzvw bhjtrpl qqwrtzp kjhgfdsx mnbvcxz ".repeat(60);
        let honest = "Replace the bearing of the pump and check alignment. ".repeat(50);
        assert_eq!(judged(&noise), Some(Rubbish::Noise));
        assert_eq!(judged(&format!("{noise}{honest}")), None);
        assert_eq!(judged(&format!("{noise}{noise}{honest}")), Some(Rubbish::Noise));
        assert_eq!(judged(&"0a1b2c3d4e5f6a7b8c9d".repeat(200)), Some(Rubbish::Encoded));
    }
}
