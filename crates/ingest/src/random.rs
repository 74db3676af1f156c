//! Input for formats that must jump in their file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use bytes::Bytes;

/// A file on disk, or the bytes of a member.
pub(crate) enum Random {
    /// On disk.
    File(File),
    /// In memory, within the limit.
    Memory(Bytes),
}

/// Reads all of `stream`; `None` if it is longer than `limit`.
pub(crate) fn load(stream: &mut impl Read, limit: u64) -> io::Result<Option<Bytes>> {
    let mut bytes = Vec::new();
    stream.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then(|| bytes.into()))
}

impl Random {
    /// As a reader that can seek.
    pub(crate) fn into_seek(self) -> Seeking {
        match self {
            Self::File(file) => Seeking::File(io::BufReader::with_capacity(64 << 10, file)),
            Self::Memory(bytes) => Seeking::Memory(io::Cursor::new(bytes)),
        }
    }
}

/// A reader that can seek.
pub(crate) enum Seeking {
    /// On disk.
    File(io::BufReader<File>),
    /// In memory.
    Memory(io::Cursor<Bytes>),
}

impl Read for Seeking {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Memory(bytes) => bytes.read(buffer),
        }
    }
}

impl Seek for Seeking {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::File(file) => file.seek(to),
            Self::Memory(bytes) => bytes.seek(to),
        }
    }
}
