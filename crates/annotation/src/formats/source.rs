//! One file to be read: decoded to UTF-8, bounded, its troubles remarked.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;

use super::Sink;
use crate::code;
use crate::labels::Remark;

/// Where the bytes of a file are.
#[derive(Debug)]
pub enum Content {
    /// On disk.
    File(PathBuf),
    /// In memory.
    Bytes(Vec<u8>),
}

/// One file to be read.
#[derive(Debug)]
pub struct Source {
    /// Its path below the root of the delivery, with forward slashes.
    pub name: String,
    /// Its bytes.
    pub content: Content,
    /// Bytes of a file that may be held in memory at once.
    pub limit: u64,
}

impl Source {
    /// The name without folders.
    pub fn base(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    /// The path without the extension, and without that of labels before it, as in `a.txt.bak`.
    pub fn stem(&self) -> &str {
        let stem = stem(&self.name);
        stem.strip_suffix(".txt").unwrap_or(stem)
    }

    /// Whether there is nothing in it but blanks; a file that cannot be read is not blank.
    pub(super) fn is_blank(&self) -> bool {
        const MOST: usize = 4096;
        let long = self.bytes_long();
        let head = if long == 0 { Vec::new() } else { self.head(MOST) };
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
        head.len() as u64 == long && text.iter().all(u8::is_ascii_whitespace)
    }

    /// How long the file is, bytes; 0 where that cannot be told.
    pub(super) fn bytes_long(&self) -> u64 {
        match &self.content {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::File(path) => std::fs::metadata(path).map_or(0, |data| data.len()),
        }
    }

    /// The first bytes of the file, at most `count`; empty where it cannot be read.
    pub fn head(&self, count: usize) -> Vec<u8> {
        let mut head = Vec::new();
        match &self.content {
            Content::Bytes(bytes) => head.extend_from_slice(&bytes[..count.min(bytes.len())]),
            Content::File(path) => {
                let Ok(file) = File::open(path) else { return head };
                // What is cut short here is read again, and remarked, by the format.
                let _ = file.take(count as u64).read_to_end(&mut head);
            }
        }
        head
    }

    /// The last bytes of the file, at most `count`; empty where it cannot be read.
    pub(super) fn tail(&self, count: u64) -> Vec<u8> {
        let from = self.bytes_long().saturating_sub(count);
        let mut tail = Vec::new();
        match &self.content {
            Content::Bytes(bytes) => tail.extend_from_slice(&bytes[from as usize..]),
            Content::File(path) => {
                let Ok(mut file) = File::open(path) else { return tail };
                // What cannot be read here is remarked by who reads the whole.
                let _ = file
                    .seek(SeekFrom::Start(from))
                    .and_then(|_| file.take(count).read_to_end(&mut tail));
            }
        }
        tail
    }

    /// The file as a stream.
    pub fn open(&self, sink: &mut Sink<'_>) -> Option<Box<dyn BufRead + '_>> {
        match &self.content {
            Content::Bytes(bytes) => Some(Box::new(&bytes[..])),
            Content::File(path) => match File::open(path) {
                Ok(file) => Some(Box::new(BufReader::with_capacity(1 << 16, file))),
                Err(error) => {
                    sink.remarks.add(Remark::file(code::UNREADABLE, sink.file, error.to_string()));
                    None
                }
            },
        }
    }

    /// The whole file, or `None` with a remark where it cannot be read or is larger than the limit.
    pub fn bytes(&self, sink: &mut Sink<'_>) -> Option<Cow<'_, [u8]>> {
        if let Content::Bytes(bytes) = &self.content {
            return Some(Cow::Borrowed(bytes));
        }
        let mut bytes = Vec::new();
        let read = self.open(sink)?.take(self.limit + 1).read_to_end(&mut bytes);
        if let Err(error) = read {
            let at = bytes.len() as u64;
            let remark = Remark::file(code::UNREADABLE, sink.file, error.to_string());
            sink.remarks.add(remark.at_byte(at));
        }
        if bytes.len() as u64 > self.limit {
            let note = format!("{} bytes", self.limit);
            sink.remarks.add(Remark::file(code::TOO_LARGE, sink.file, note));
            return None;
        }
        Some(Cow::Owned(bytes))
    }

    /// The whole file as text.
    pub fn text(&self, sink: &mut Sink<'_>) -> Option<String> {
        let bytes = self.bytes(sink)?;
        Some(decode(bytes, sink))
    }

    /// Calls `each` with every line and its number from 1; lines end at LF or CRLF.
    pub fn lines(&self, sink: &mut Sink<'_>, mut each: impl FnMut(&mut Sink<'_>, u32, &str)) {
        let head = self.head(2);
        if head == [0xff, 0xfe] || head == [0xfe, 0xff] {
            let Some(text) = self.text(sink) else { return };
            for (index, line) in text.lines().enumerate() {
                each(sink, index as u32 + 1, line);
            }
            return;
        }
        let Some(mut reader) = self.open(sink) else { return };
        let (mut line, mut number, mut guessed) = (Vec::new(), 0, false);
        loop {
            // Most lines are read where they lie; the first, which may have a mark, those that are
            // cut and those that are no UTF-8 go the longer way.
            if number > 0
                && let Ok(buffer) = reader.fill_buf()
            {
                let mut used = 0;
                for text in whole_lines(buffer) {
                    used += text.len();
                    number += 1;
                    let text = text.strip_suffix('\n').unwrap_or(text);
                    each(sink, number, text.strip_suffix('\r').unwrap_or(text));
                }
                reader.consume(used);
            }
            line.clear();
            match reader.by_ref().take(self.limit + 1).read_until(b'\n', &mut line) {
                Ok(0) => return,
                Ok(_) => number += 1,
                Err(error) => {
                    let note = error.to_string();
                    sink.remarks.add(Remark::row(code::UNREADABLE, sink.file, number + 1, note));
                    return;
                }
            }
            if line.len() as u64 > self.limit {
                let note = format!("line over {} bytes", self.limit);
                sink.remarks.add(Remark::row(code::TOO_LARGE, sink.file, number, note));
                return;
            }
            let mut bytes = line.strip_suffix(b"\n").unwrap_or(&line);
            bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
            if number == 1 {
                bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            }
            match std::str::from_utf8(bytes) {
                Ok(text) => each(sink, number, text),
                Err(_) => {
                    let text = decode_row(bytes, number, &mut guessed, sink);
                    each(sink, number, &text);
                }
            }
        }
    }
}

/// The text of the lines that lie whole at the beginning of a buffer, up to the first letter that is no
/// UTF-8.
pub(super) fn whole_text(buffer: &[u8]) -> &str {
    let lines = |bytes: &[u8]| memchr::memrchr(b'\n', bytes).map_or(0, |end| end + 1);
    let whole = &buffer[..lines(buffer)];
    std::str::from_utf8(whole).unwrap_or_else(|error| {
        let sound = &whole[..error.valid_up_to()];
        std::str::from_utf8(&sound[..lines(sound)]).unwrap_or_default()
    })
}

/// The lines, each with its end, that lie whole at the beginning of a buffer, up to the first letter
/// that is no UTF-8.
fn whole_lines(buffer: &[u8]) -> impl Iterator<Item = &str> {
    let text = whole_text(buffer);
    let mut from = 0;
    memchr::memchr_iter(b'\n', text.as_bytes())
        .map(move |end| &text[std::mem::replace(&mut from, end + 1)..=end])
}

/// A path without its extension.
pub fn stem(path: &str) -> &str {
    let base = path.rfind('/').map_or(0, |slash| slash + 1);
    match path[base..].rfind('.') {
        Some(dot) if dot > 0 => &path[..base + dot],
        _ => path,
    }
}

/// Bytes to text: UTF-8, UTF-16 by its mark, else GB 18030 with a remark.
fn decode(bytes: Cow<'_, [u8]>, sink: &mut Sink<'_>) -> String {
    if let Some((encoding, skip)) = encoding_rs::Encoding::for_bom(&bytes) {
        let (text, broken) = encoding.decode_without_bom_handling(&bytes[skip..]);
        if broken {
            sink.remarks.add(Remark::file(code::ENCODING, sink.file, encoding.name()));
        }
        return text.into_owned();
    }
    match String::from_utf8(bytes.into_owned()) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to() as u64;
            let (text, note) = guess(error.as_bytes());
            sink.remarks.add(Remark::file(code::ENCODING, sink.file, note).at_byte(at));
            text
        }
    }
}

/// Bytes that are not UTF-8 to text. That a file is in another encoding is remarked once; letters
/// that are lost, every time.
pub(super) fn decode_row(
    bytes: &[u8],
    row: u32,
    guessed: &mut bool,
    sink: &mut Sink<'_>,
) -> String {
    let (text, note) = guess(bytes);
    if note != GUESSED || !std::mem::replace(guessed, true) {
        sink.remarks.add(Remark::row(code::ENCODING, sink.file, row, note));
    }
    text
}

const GUESSED: &str = "read as GB 18030, here and below";

fn guess(bytes: &[u8]) -> (String, &'static str) {
    let (text, broken) = encoding_rs::GB18030.decode_without_bom_handling(bytes);
    if broken {
        (String::from_utf8_lossy(bytes).into_owned(), "not UTF-8")
    } else {
        (text.into_owned(), GUESSED)
    }
}

/// The beginning of a file as text, by the same rules.
pub(super) fn decode_head(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, skip)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[skip..]).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        // Cut inside a letter, at the end of what was looked at.
        Err(error) if error.error_len().is_none() => String::from_utf8_lossy(bytes),
        Err(_) => {
            // Two bytes make a letter there: whole lines only, lest the last one be half.
            let whole = memchr::memrchr(b'\n', bytes).map_or(bytes, |end| &bytes[..=end]);
            Cow::Owned(guess(whole).0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_alike_wherever_the_buffer_ends() {
        use super::super::read_bytes;
        // Long enough for several buffers, with every kind of line that goes the longer way.
        let mut text = b"\xef\xbb\xbfa O\r\n".to_vec();
        for line in 0..30_000 {
            text.extend_from_slice(format!("w{line} B-\u{4eba}\n").as_bytes());
            if line % 7_000 == 0 {
                text.extend_from_slice(b"caf\xe9 O\n\n");
            }
        }
        text.extend_from_slice(b"last I-X");
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.conll"), &text).unwrap();
        let limits = shujian_core::Limits::default();
        let read = crate::formats::read(folder.path(), &limits).unwrap();
        let whole = read_bytes("a.conll", &text, &limits);
        assert_eq!(read.labels.tags.len(), 30_007);
        assert_eq!(read.labels.tags, whole.labels.tags);
        assert_eq!(read.labels.text, whole.labels.text);
        assert_eq!(read.labels.annotations, whole.labels.annotations);
        assert_eq!(read.remarks.count(code::ENCODING), whole.remarks.count(code::ENCODING));
    }

    #[test]
    fn only_an_extension_is_cut_off() {
        assert_eq!(stem("a.b/c.d.txt"), "a.b/c.d");
        assert_eq!(stem("a.b/.hidden"), "a.b/.hidden");
        assert_eq!(stem("a.b/name"), "a.b/name");
    }
}
