//! Compressed streams: every gzip member and zstd frame, up to what does not belong there.

use std::fmt;
use std::io::{self, BufRead, Read};

use crate::stream::Window;

/// What follows the last member of a compressed stream and is none.
#[derive(Debug)]
pub(crate) struct Trailing {
    /// Offset of it in the compressed bytes.
    pub(crate) at: u64,
}

impl fmt::Display for Trailing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "other bytes after the compressed stream, from byte {}", self.at)
    }
}

impl std::error::Error for Trailing {}

/// Whether a fault is only that something follows the stream.
pub(crate) fn is_trailing(fault: &io::Error) -> bool {
    fault.get_ref().is_some_and(|inner| inner.is::<Trailing>())
}

impl BufRead for Window<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.data().is_empty()
            && !self.fill()
            && let Some(fault) = self.take_fault()
        {
            return Err(fault);
        }
        Ok(self.data())
    }

    fn consume(&mut self, bytes: usize) {
        Window::consume(self, bytes);
    }
}

/// A compression this reader undoes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
}

impl Compression {
    /// The compression that begins like this.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            _ => None,
        }
    }

    fn decoder<'a>(self, window: Window<'a>) -> io::Result<Member<'a>> {
        Ok(match self {
            Self::Gzip => Member::Gzip(Box::new(flate2::bufread::GzDecoder::new(window))),
            Self::Zstd => {
                Member::Zstd(zstd::stream::read::Decoder::with_buffer(window)?.single_frame())
            }
        })
    }
}

enum Member<'a> {
    Gzip(Box<flate2::bufread::GzDecoder<Window<'a>>>),
    Zstd(zstd::stream::read::Decoder<'static, Window<'a>>),
}

/// The content of all members of a compressed stream.
pub(crate) struct Expanding<'a> {
    compression: Compression,
    member: Option<Member<'a>>,
}

impl<'a> Expanding<'a> {
    /// Expands `window` from where it is.
    pub(crate) fn new(compression: Compression, window: Window<'a>) -> io::Result<Self> {
        Ok(Self { compression, member: Some(compression.decoder(window)?) })
    }
}

impl Read for Expanding<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(member) = &mut self.member {
            let read = match member {
                Member::Gzip(decoder) => decoder.read(buffer)?,
                Member::Zstd(decoder) => decoder.read(buffer)?,
            };
            if read > 0 {
                return Ok(read);
            }
            let mut window = match self.member.take() {
                Some(Member::Gzip(decoder)) => decoder.into_inner(),
                Some(Member::Zstd(decoder)) => decoder.finish(),
                None => break,
            };
            let head = window.peek(4);
            if head.is_empty() {
                return window.take_fault().map_or(Ok(0), Err);
            }
            if Compression::of(head) != Some(self.compression) {
                return Err(io::Error::other(Trailing { at: window.offset() }));
            }
            self.member = Some(self.compression.decoder(window)?);
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn expand(stored: &[u8]) -> (Vec<u8>, io::Result<usize>) {
        let compression = Compression::of(stored).unwrap();
        let mut expanded = Vec::new();
        let window = Window::new(Box::new(stored));
        let end = Expanding::new(compression, window).unwrap().read_to_end(&mut expanded);
        (expanded, end)
    }

    #[test]
    fn reads_every_member_and_frame() {
        let gz = [gzip(b"one\n"), gzip(b""), gzip(b"two\n")].concat();
        assert_eq!(expand(&gz).0, b"one\ntwo\n");
        let frame = |bytes: &[u8]| zstd::encode_all(bytes, 1).unwrap();
        let zst = [frame(b"one\n"), frame(b""), frame(b"two\n")].concat();
        assert_eq!(expand(&zst).0, b"one\ntwo\n");
    }

    #[test]
    fn keeps_what_stands_before_garbage_and_before_a_cut() {
        for whole in [gzip(b"one\ntwo\n"), zstd::encode_all(&b"one\ntwo\n"[..], 1).unwrap()] {
            let (expanded, end) = expand(&[&whole[..], b"tail"].concat());
            assert_eq!(expanded, b"one\ntwo\n");
            assert!(is_trailing(&end.unwrap_err()));
            let (_, end) = expand(&whole[..whole.len() - 3]);
            assert!(!is_trailing(&end.unwrap_err()));
        }
    }
}
