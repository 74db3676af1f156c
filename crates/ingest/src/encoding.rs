//! Which encoding a text is in, and the way to UTF-8.
//!
//! A malformed place becomes the byte `FF`, which is never UTF-8, so that the record around it is
//! found broken where records are checked, and the rest is read.

use std::io::{self, Read};

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::stream::Window;

/// Stands for what could not be decoded.
const MALFORMED: u8 = 0xff;

/// Bytes as text, or where they stop being UTF-8.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, usize> {
    // The fast check only says that something is wrong.
    let slow = |_| std::str::from_utf8(bytes).map_err(|err| err.valid_up_to());
    simdutf8::basic::from_utf8(bytes).or_else(slow)
}

/// What the head of a stream says about its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detected {
    /// Text.
    Text {
        /// Its encoding.
        encoding: &'static Encoding,
        /// Bytes of the byte order mark.
        mark: usize,
        /// Whether nothing but likelihood speaks for it.
        guessed: bool,
    },
    /// Text in an encoding that is named but not read.
    Unread(&'static str),
    /// No text.
    Binary,
}

/// Tells the encoding of a text by its head; `whole` if nothing follows.
pub(crate) fn detect(head: &[u8], whole: bool) -> Detected {
    let text = |encoding, mark, guessed| Detected::Text { encoding, mark, guessed };
    // The mark of UTF-32 begins like that of UTF-16, but no text begins with a NUL.
    if head.starts_with(b"\xff\xfe\0\0") || head.starts_with(b"\0\0\xfe\xff") || is_utf32(head) {
        return Detected::Unread("utf-32");
    }
    if let Some((encoding, mark)) = Encoding::for_bom(head) {
        return text(encoding, mark, false);
    }
    if let Some(encoding) = utf16(head) {
        return text(encoding, 0, true);
    }
    let census = Utf8Census::of(head, whole);
    if is_binary(head) {
        return Detected::Binary;
    }
    // A few bad places in good UTF-8 are bad places, not another encoding.
    if census.invalid == 0 || census.multibyte >= census.invalid * 4 {
        return text(UTF_8, 0, false);
    }
    if is_gb18030(head, whole) {
        return text(GB18030, 0, true);
    }
    if census.multibyte == 0 && census.invalid >= 8 {
        let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
        detector.feed(head, whole);
        let encoding = detector.guess(None, chardetng::Utf8Detection::Deny);
        // A single-byte encoding takes any bytes, so its guess says nothing of damage.
        if encoding != GB18030 && !encoding.is_single_byte() {
            return text(encoding, 0, true);
        }
    }
    text(UTF_8, 0, false)
}

/// Text has no NUL and few other control characters. A run of NULs counts as one: what a crash left out of
/// a text file is a hole, and the rest is text.
fn is_binary(head: &[u8]) -> bool {
    let control = |byte: u8| matches!(byte, 0..=6 | 14..=26 | 28..=31);
    let is_hole = |at: usize| at > 0 && head[at] == 0 && head[at - 1] == 0;
    let controls = (0..head.len()).filter(|&at| control(head[at]) && !is_hole(at)).count();
    let nuls = head.iter().filter(|&&byte| byte == 0).count();
    2 * nuls > head.len() || nuls > 0 && controls * 200 > head.len() || controls * 10 > head.len()
}

/// UTF-16 without a mark: line feeds, spaces or digits with a zero byte on the same side.
fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.len() / 2;
    if pairs < 2 || !head.contains(&0) {
        return None;
    }
    let (mut little, mut big, mut zero) = (0, 0, 0);
    for pair in head.chunks_exact(2) {
        match pair {
            [0, 0] => zero += 1,
            [9 | 10 | 13 | 32..=126, 0] => little += 1,
            [0, 9 | 10 | 13 | 32..=126] => big += 1,
            _ => {}
        }
    }
    if zero > 0 || little.max(big) * 50 < pairs {
        return None;
    }
    let (encoding, other) = if little > big { (UTF_16LE, big) } else { (UTF_16BE, little) };
    let decodes = |bytes| encoding.decode_without_bom_handling_and_without_replacement(bytes);
    let sound = decodes(&head[..pairs * 2]).or_else(|| decodes(&head[..pairs * 2 - 2]));
    let printable = |text: &str| {
        let odd = text.chars().filter(|c| c.is_control() && !c.is_ascii_whitespace()).count();
        odd * 100 <= pairs
    };
    (other * 20 <= little.max(big) && sound.is_some_and(|text| printable(&text)))
        .then_some(encoding)
}

/// UTF-32 without a mark: whole characters of four bytes, nine of ten of them printable.
fn is_utf32(head: &[u8]) -> bool {
    let words = head.chunks_exact(4).map(|word| <[u8; 4]>::try_from(word).unwrap_or_default());
    let count = head.len() / 4;
    let sound = |of: fn([u8; 4]) -> u32| {
        let printable = |word: &[u8; 4]| {
            char::from_u32(of(*word)).is_some_and(|c| !c.is_control() || c.is_ascii_whitespace())
        };
        words.clone().filter(printable).count() * 10 >= count * 9
    };
    count >= 4 && (sound(u32::from_le_bytes) || sound(u32::from_be_bytes))
}

/// How much of a head is UTF-8.
struct Utf8Census {
    multibyte: usize,
    invalid: usize,
}

impl Utf8Census {
    fn of(mut head: &[u8], whole: bool) -> Self {
        let mut census = Self { multibyte: 0, invalid: 0 };
        loop {
            let (valid, error) = match std::str::from_utf8(head) {
                Ok(_) => (head.len(), None),
                Err(err) => (err.valid_up_to(), Some(err.error_len())),
            };
            let lead = |byte: &&u8| matches!(byte, 0xc0..);
            census.multibyte += head[..valid].iter().filter(lead).count();
            match error {
                None => return census,
                Some(None) => {
                    census.invalid += usize::from(whole);
                    return census;
                }
                Some(Some(bad)) => {
                    census.invalid += 1;
                    head = &head[valid + bad..];
                }
            }
        }
    }
}

/// Valid but for a few places, and mostly of the characters that Chinese text is made of.
fn is_gb18030(head: &[u8], whole: bool) -> bool {
    let (mut pairs, mut common, mut invalid, mut at) = (0, 0, 0, 0);
    while at < head.len() {
        if head[at] < 0x80 {
            at += 1;
            continue;
        }
        match (head[at], head.get(at + 1), head.get(at + 3)) {
            (0x81..=0xfe, Some(0x30..=0x39), Some(_)) => at += 4,
            (0x81..=0xfe, Some(second @ (0x40..=0x7e | 0x80..=0xfe)), _) => {
                pairs += 1;
                let usual = matches!(head[at], 0xa1..=0xa3 | 0xb0..=0xf7) && *second >= 0xa1;
                common += usize::from(usual);
                at += 2;
            }
            (0x81..=0xfe, None | Some(0x30..=0x39), None) if !whole => break,
            _ => {
                invalid += 1;
                at += 1;
            }
        }
    }
    // As in UTF-8, a few bad places are bad places; other encodings have one every few characters.
    pairs >= 2 && common * 10 >= pairs * 7 && invalid * 50 <= pairs
}

/// A stream turned into UTF-8.
pub(crate) struct Decoding<'a> {
    raw: Window<'a>,
    decoder: encoding_rs::Decoder,
    owes_mark: bool,
    ended: bool,
}

impl<'a> Decoding<'a> {
    /// Decodes `raw` from where it is.
    pub(crate) fn new(raw: Window<'a>, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        Self { raw, decoder, owes_mark: false, ended: false }
    }
}

impl Read for Decoding<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.len() < 16 {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "buffer below 16 bytes"));
        }
        if std::mem::take(&mut self.owes_mark) {
            buffer[0] = MALFORMED;
            return Ok(1);
        }
        while !self.ended {
            let last = self.raw.data().is_empty() && !self.raw.fill();
            if last && let Some(fault) = self.raw.take_fault() {
                self.ended = true;
                return Err(fault);
            }
            let (result, read, mut written) =
                self.decoder.decode_to_utf8_without_replacement(self.raw.data(), buffer, last);
            self.raw.consume(read);
            match result {
                DecoderResult::InputEmpty => self.ended = last,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) if written < buffer.len() => {
                    buffer[written] = MALFORMED;
                    written += 1;
                }
                DecoderResult::Malformed(..) => self.owes_mark = true,
            }
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "部门,标题\n内科,\"感谢您的咨询，多喝水。\"\nwith ASCII,1234\n";

    fn utf16_bytes(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    fn told(bytes: &[u8]) -> (&'static str, bool) {
        match detect(bytes, true) {
            Detected::Text { encoding, guessed, .. } => (encoding.name(), guessed),
            Detected::Unread(encoding) => (encoding, false),
            Detected::Binary => ("binary", false),
        }
    }

    #[test]
    fn encodings_are_told_apart() {
        let gb = GB18030.encode(TEXT).0;
        assert_eq!(told(TEXT.as_bytes()), ("UTF-8", false));
        assert_eq!(told(b"plain"), ("UTF-8", false));
        assert_eq!(told(&gb), ("gb18030", true));
        assert_eq!(told(&utf16_bytes(TEXT, u16::to_le_bytes)), ("UTF-16LE", true));
        assert_eq!(told(&utf16_bytes(TEXT, u16::to_be_bytes)), ("UTF-16BE", true));
        let utf32 = |of: fn(u32) -> [u8; 4]| -> Vec<u8> {
            TEXT.chars().flat_map(|c| of(u32::from(c))).collect()
        };
        assert_eq!(told(&utf32(u32::to_le_bytes)), ("utf-32", false));
        assert_eq!(told(&utf32(u32::to_be_bytes)), ("utf-32", false));
        assert_eq!(
            told(&[b"\xff\xfe\0\0", &utf32(u32::to_le_bytes)[..]].concat()),
            ("utf-32", false)
        );
        assert_eq!(told(&[0; 100]), ("binary", false));
        assert_eq!(told(&[0; 60_000]), ("binary", false));
        let hole = [b"a,b\n1,2\n".repeat(1000), vec![0; 4096], b"3,4\n".repeat(2000)].concat();
        assert_eq!(told(&hole), ("UTF-8", false));
        assert_eq!(told(&(0..=255).collect::<Vec<u8>>()), ("binary", false));
    }

    #[test]
    fn one_bad_pair_does_not_change_the_encoding() {
        let mut bytes = TEXT.repeat(3).into_bytes();
        bytes[40] = 0xcb;
        bytes[41] = 0xbf;
        assert_eq!(told(&bytes), ("UTF-8", false));
        assert_eq!(told(b"mostly ASCII with one \xe9 in it"), ("UTF-8", false));
    }

    #[test]
    fn malformed_places_stay_visible() {
        let mut bytes = GB18030.encode("中文").0.into_owned();
        bytes.extend_from_slice(b"\xff\n");
        bytes.extend_from_slice(&GB18030.encode("继续").0);
        let mut decoded = Vec::new();
        let mut decoding = Decoding::new(Window::new(Box::new(&bytes[..])), GB18030);
        let mut buffer = [0; 16];
        loop {
            let read = decoding.read(&mut buffer).unwrap();
            if read == 0 {
                break;
            }
            decoded.extend_from_slice(&buffer[..read]);
        }
        let expected = ["中文".as_bytes(), b"\xff\n", "继续".as_bytes()].concat();
        assert_eq!(decoded, expected);
    }
}
