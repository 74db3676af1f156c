//! Bytes on their way from disk: hashed, counted, bounded, and seen through a window.

use std::cell::{Cell, RefCell};
use std::io::{self, Read};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes asked of the reader below at a time.
const CHUNK_BYTES: usize = 256 << 10;
/// Decoded bytes that are free of the expansion limit.
const FREE_BYTES: u64 = 64 << 20;

/// Counts bytes read from disk.
pub(crate) struct Metered<'a> {
    inner: std::fs::File,
    progress: &'a AtomicU64,
}

impl<'a> Metered<'a> {
    /// Adds what is read from `inner` to `progress`.
    pub(crate) fn new(inner: std::fs::File, progress: &'a AtomicU64) -> Self {
        Self { inner, progress }
    }
}

impl Read for Metered<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.progress.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// The stored bytes of one file or member, hashed as they pass. Clones share the stream.
#[derive(Clone)]
pub(crate) struct Stored<'a>(Rc<RefCell<Hashing<'a>>>);

struct Hashing<'a> {
    inner: Box<dyn Read + 'a>,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl<'a> Stored<'a> {
    /// Hashes what is read from `inner`.
    pub(crate) fn new(inner: Box<dyn Read + 'a>) -> Self {
        let hasher = blake3::Hasher::new();
        Self(Rc::new(RefCell::new(Hashing { inner, hasher, bytes: 0 })))
    }

    /// Reads on to the end, so that the digest covers every byte.
    pub(crate) fn drain(&mut self) -> io::Result<u64> {
        let mut buffer = vec![0; CHUNK_BYTES];
        let mut drained = 0;
        loop {
            match self.read(&mut buffer) {
                Ok(0) => return Ok(drained),
                Ok(read) => drained += read as u64,
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) => return Err(err),
            }
        }
    }

    /// Bytes read so far and their blake3.
    pub(crate) fn digest(&self) -> (u64, [u8; 32]) {
        let hashing = self.0.borrow();
        (hashing.bytes, *hashing.hasher.finalize().as_bytes())
    }
}

impl Read for Stored<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut hashing = self.0.borrow_mut();
        let read = hashing.inner.read(buffer)?;
        hashing.hasher.update(&buffer[..read]);
        hashing.bytes += read as u64;
        Ok(read)
    }
}

/// Decoded bytes that one source may still become; shared by all layers of it.
#[derive(Debug)]
pub(crate) struct Budget {
    left: Cell<u64>,
}

impl Budget {
    /// 64 MiB and `expansion` bytes for each stored byte.
    pub(crate) fn new(stored_bytes: u64, expansion: u64) -> Self {
        let allowed = FREE_BYTES.saturating_add(stored_bytes.saturating_mul(expansion));
        Self { left: Cell::new(allowed) }
    }

    /// Takes `bytes` from it.
    ///
    /// - Errors: [`io::ErrorKind::QuotaExceeded`] once it is used up.
    pub(crate) fn spend(&self, bytes: u64) -> io::Result<()> {
        match self.left.get().checked_sub(bytes) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => {
                self.left.set(0);
                Err(io::Error::new(io::ErrorKind::QuotaExceeded, "expansion limit reached"))
            }
        }
    }
}

/// Takes every decoded byte from the budget.
pub(crate) struct Guarded<R> {
    inner: R,
    budget: Rc<Budget>,
}

impl<R> Guarded<R> {
    /// Guards what is read from `inner`.
    pub(crate) fn new(inner: R, budget: Rc<Budget>) -> Self {
        Self { inner, budget }
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.budget.spend(read as u64)?;
        Ok(read)
    }
}

/// A growing view of a stream: formats look at it in place and say what they have used.
pub(crate) struct Window<'a> {
    inner: Box<dyn Read + 'a>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    offset: u64,
    done: bool,
    /// Whether any byte so far was NUL.
    nul: bool,
    fault: Option<io::Error>,
}

impl<'a> Window<'a> {
    /// Looks at `inner` from its beginning.
    pub(crate) fn new(inner: Box<dyn Read + 'a>) -> Self {
        let buffer = Vec::new();
        Self { inner, buffer, start: 0, end: 0, offset: 0, done: false, nul: false, fault: None }
    }

    /// What is in view.
    pub(crate) fn data(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Offset of the view in the stream.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether nothing comes after the view.
    pub(crate) fn is_done(&self) -> bool {
        self.done
    }

    /// Whether a NUL was in view so far; text has none.
    pub(crate) fn has_nul(&self) -> bool {
        self.nul
    }

    /// Whether the stream broke off instead of ending.
    pub(crate) fn is_broken(&self) -> bool {
        self.fault.is_some()
    }

    /// What broke the stream, once.
    pub(crate) fn take_fault(&mut self) -> Option<io::Error> {
        self.fault.take()
    }

    /// Leaves `bytes` of the view behind.
    pub(crate) fn consume(&mut self, bytes: usize) {
        self.start += bytes;
        self.offset += bytes as u64;
        debug_assert!(self.start <= self.end);
    }

    /// Lengthens the view; `false` at the end of the stream.
    pub(crate) fn fill(&mut self) -> bool {
        if self.done {
            return false;
        }
        self.make_room();
        loop {
            match self.inner.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.done = true,
                Ok(read) => {
                    let fresh = &self.buffer[self.end..self.end + read];
                    self.nul = self.nul || memchr::memchr(0, fresh).is_some();
                    self.end += read;
                    return true;
                }
                Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
                Err(err) => {
                    self.fault = Some(err);
                    self.done = true;
                }
            }
            return false;
        }
    }

    fn make_room(&mut self) {
        if self.buffer.len() - self.end >= CHUNK_BYTES {
            return;
        }
        // Moving costs what is in view, so it must be at most half of what was left behind.
        if self.start > 0 && self.start >= self.end - self.start {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.buffer.is_empty() {
            // Fresh zeros cost nothing until they are touched, which matters for small files.
            self.buffer = vec![0; 4 * CHUNK_BYTES];
        } else if self.buffer.len() - self.end < CHUNK_BYTES {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
    }

    /// The view, lengthened to `bytes` if the stream has them.
    pub(crate) fn peek(&mut self, bytes: usize) -> &[u8] {
        while self.data().len() < bytes && self.fill() {}
        let len = self.data().len().min(bytes);
        &self.data()[..len]
    }
}

impl Read for Window<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.data().is_empty() && !self.fill() {
            return self.fault.take().map_or(Ok(0), Err);
        }
        let read = self.data().len().min(buffer.len());
        buffer[..read].copy_from_slice(&self.data()[..read]);
        self.consume(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_shows_every_byte_once() {
        let bytes: Vec<u8> = (0..3_000_000_u32).map(|i| (i % 251) as u8).collect();
        let mut window = Window::new(Box::new(&bytes[..]));
        let mut seen = Vec::new();
        let mut step = 1;
        loop {
            let view = window.peek(step);
            if view.is_empty() {
                break;
            }
            seen.extend_from_slice(view);
            let used = view.len();
            window.consume(used);
            step = step * 3 % 700_001 + 1;
        }
        assert!(seen == bytes);
        assert_eq!(window.offset(), bytes.len() as u64);
    }

    #[test]
    fn the_digest_covers_what_the_format_left() {
        let mut stored = Stored::new(Box::new(&b"some bytes"[..]));
        let mut four = [0; 4];
        stored.clone().read_exact(&mut four).unwrap();
        assert_eq!(stored.drain().unwrap(), 6);
        assert_eq!(stored.digest(), (10, *blake3::hash(b"some bytes").as_bytes()));
    }

    #[test]
    fn the_budget_stops_a_bomb() {
        let budget = Rc::new(Budget::new(1, 1));
        let mut guarded = Guarded::new(io::repeat(0), budget);
        let err = io::copy(&mut guarded, &mut io::sink()).unwrap_err();
        assert_eq!(err.kind(), io::ErrorKind::QuotaExceeded);
    }
}
