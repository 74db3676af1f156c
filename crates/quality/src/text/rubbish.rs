//! Records that hold no language at all: nothing, control characters, encoded bytes, noise.
//!
//! Only what one record shows by itself; noise that looks like words is left to the order gains.

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

/// Counts of one record's characters by what they look like.
#[derive(Debug, Default)]
struct Look {
    /// Bytes that are not white space.
    bytes: usize,
    control: usize,
    encoded: usize,
    noise: usize,
}

/// What is wrong with a record of these fields, if anything.
///
/// `has_tokens` tells whether folding left anything.
pub fn judge<'a>(fields: impl Iterator<Item = &'a str>, has_tokens: bool) -> Option<Rubbish> {
    let mut look = Look::default();
    for field in fields {
        look.add(field);
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
            if is_run(byte) {
                let length =
                    bytes[start..].iter().position(|&b| !is_run(b)).unwrap_or(bytes.len() - start);
                self.add_run(&bytes[start..start + length]);
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
        if run.len() < 4 {
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
            let class = match byte {
                b'0'..=b'9' => 1,
                b'a'..=b'z' => 2,
                b'A'..=b'Z' => 3,
                _ => 0,
            };
            shape.digits += usize::from(class == 1);
            shape.letters += usize::from(class > 1);
            shape.changes += usize::from(class != before && class > 0 && before > 0);
            before = class;
            let is_vowel = matches!(byte | 32, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
            shape.vowels += usize::from(is_vowel);
            row = if class > 1 && !is_vowel { row + 1 } else { 0 };
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

fn is_run(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

fn is_control(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c)) || byte == 0x7f
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> Option<Rubbish> {
        judge([text].into_iter(), text.chars().any(char::is_alphanumeric))
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
        }
    }
}
