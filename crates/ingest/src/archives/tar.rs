//! Tar archives, member by member as they pass; tars of media samples are counted by sample.

use std::io::{self, Read};

use shujian_core::{Place, modality};
use tar::{Archive, EntryType};

use crate::job::Run;
use crate::kind;
use crate::read::{self, Entry};
use crate::stream::{Guarded, Stored, Window};

/// Bytes of a first member that are kept until the second one's name is known.
const KEPT_BYTES: u64 = 16 << 20;

/// Whether bytes begin like a tar: its mark, or a header whose sum is right.
pub(crate) fn begins(head: &[u8]) -> bool {
    let Some(block) = head.get(..512) else { return false };
    if &block[257..262] == b"ustar" {
        return true;
    }
    let stated = std::str::from_utf8(&block[148..156]).unwrap_or_default();
    let stated = u32::from_str_radix(stated.trim_matches(['\0', ' ']), 8);
    let sum = block.iter().enumerate().map(|(at, &byte)| {
        if (148..156).contains(&at) { u32::from(b' ') } else { u32::from(byte) }
    });
    block[0] != 0 && stated == Ok(sum.sum())
}

/// Reads every member, or counts the samples.
pub(crate) fn read(run: &mut Run<'_>, name: &str, window: Window<'_>, depth: u32) {
    let mut archive = Archive::new(window);
    let mut first: Option<(String, Vec<u8>)> = None;
    let outcome = archive.entries().and_then(|mut entries| {
        let mut count = 0_u64;
        while super::admits(run, name) {
            let Some(entry) = entries.next() else { break };
            let mut entry = entry?;
            let raw = entry.path_bytes().into_owned();
            if let EntryType::Directory | EntryType::XGlobalHeader = entry.header().entry_type() {
                continue;
            }
            let member = super::member_name(run, name, &raw);
            if super::is_hidden(&member) {
                run.note("SJ-ingest-005", Place::file(member));
                continue;
            }
            if !matches!(
                entry.header().entry_type(),
                EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse
            ) {
                run.note("SJ-ingest-056", Place::file(member));
                continue;
            }
            count += 1;
            let size = entry.size();
            if count == 1 && size <= KEPT_BYTES {
                // What a cut leaves of it is read all the same.
                let (_, kept) = first.insert((member, Vec::new()));
                let inner = Guarded::new(&mut entry, run.budget.clone());
                Whole { inner, left: &mut Some(size) }.read_to_end(kept)?;
                continue;
            }
            if let Some((before, kept)) = first.take() {
                if is_sample(&before, &member) {
                    return samples(run, name, &before, &member, &mut entries);
                }
                let stored = Stored::new(Box::new(io::Cursor::new(kept)));
                read::entry(run, Entry { name: before, stored, path: None, depth: depth + 1 });
            }
            let mut left = Some(size);
            let whole = Whole { inner: Guarded::new(entry, run.budget.clone()), left: &mut left };
            let stored = Stored::new(Box::new(whole));
            read::entry(run, Entry { name: member, stored, path: None, depth: depth + 1 });
        }
        Ok(())
    });
    if let Some((member, kept)) = first.take() {
        let stored = Stored::new(Box::new(io::Cursor::new(kept)));
        read::entry(run, Entry { name: member, stored, path: None, depth: depth + 1 });
    }
    match outcome {
        Err(err) => read::fault(run, name, None, &err),
        // Checksums of a compression around it come after the archive's own end.
        Ok(()) => rest(run, name, &mut archive.into_inner()),
    }
}

/// Reads what follows the end mark, which should be zeros and the end.
fn rest(run: &mut Run<'_>, name: &str, window: &mut Window<'_>) {
    while !run.is_stopped() {
        let data = window.data();
        if let Some(step) = data.iter().position(|&byte| byte != 0) {
            let at = window.offset() + step as u64;
            run.note("SJ-ingest-028", Place::file(name).at_byte(at));
            break;
        }
        let len = data.len();
        window.consume(len);
        if !window.fill() {
            break;
        }
    }
    read::finish(run, name, window);
}

/// A member that must have all the bytes its header states.
struct Whole<'l, R> {
    inner: R,
    left: &'l mut Option<u64>,
}

impl<R: Read> Read for Whole<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if let Some(left) = self.left {
            *left = left.saturating_sub(read as u64);
            if read == 0 && *left > 0 && !buffer.is_empty() {
                *self.left = None;
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(read)
    }
}

/// The part of a name that the files of one sample share.
fn stem(member: &str) -> &str {
    let base = member.len() - kind::base_name(member).len();
    member[base..].find('.').map_or(member, |dot| &member[..base + dot])
}

/// Whether two members make a sample of media.
fn is_sample(first: &str, second: &str) -> bool {
    let is_media = |name: &str| modality::is_media(&kind::by_name(name, false));
    stem(first) == stem(second) && first != second && (is_media(first) || is_media(second))
}

/// Counts the samples of an archive whose first two members are known.
fn samples(
    run: &mut Run<'_>,
    name: &str,
    first: &str,
    second: &str,
    entries: &mut tar::Entries<'_, Window<'_>>,
) -> io::Result<()> {
    run.file(name, modality::SAMPLES, false);
    run.note("SJ-ingest-057", Place::file(name));
    let index = run.report.files.len() - 1;
    let (mut last, mut count) = (stem(second).to_owned(), 1);
    debug_assert_eq!(last, stem(first));
    let outcome = entries.try_for_each(|entry| {
        let entry = entry?;
        if !entry.header().entry_type().is_file() {
            return Ok(());
        }
        let member = format!("{name}!{}", String::from_utf8_lossy(&entry.path_bytes()));
        if stem(&member) != last {
            last = stem(&member).to_owned();
            count += 1;
        }
        Ok(())
    });
    run.report.files[index].samples = count;
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_share_a_stem() {
        assert!(is_sample("x.tar!a/001.jpg", "x.tar!a/001.json"));
        assert!(is_sample("x.tar!001.cls", "x.tar!001.seg.png"));
        assert!(!is_sample("x.tar!a.csv", "x.tar!a.json"));
        assert!(!is_sample("x.tar!a/001.jpg", "x.tar!b/001.json"));
    }
}
