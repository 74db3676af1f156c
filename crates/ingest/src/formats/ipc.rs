//! Arrow IPC, file and stream. A file is a stream behind a mark, with an index after its end.
//!
//! Messages are brought into view one at a time and checked before the decoder sees them: what
//! they state about sizes must fit into the limits, because the decoder allocates by it.

use arrow::buffer::Buffer;
use arrow::ipc::reader::StreamDecoder;
use arrow::ipc::{RecordBatch as Header, root_as_footer, root_as_message};

use crate::columnar::{self, Notes};
use crate::job::Job;
use crate::rows::BATCH_ROWS;
use crate::stream::Window;

/// First bytes of an IPC file.
pub(crate) const MARK: &[u8] = b"ARROW1\0\0";
/// Before the length of a message; older writers leave it out.
const CONTINUATION: [u8; 4] = [0xff; 4];
/// The end of a stream, which a stream may leave out; it completes a last message without a body.
const END: &[u8] = &[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];
/// Last bytes of an IPC file, after the length of its footer.
const LAST_MARK: &[u8] = b"ARROW1";
/// Zeros that a writer may put between the last message and the footer.
const PADDING: usize = 64;

/// Whether bytes begin like an IPC stream: a continuation mark and a plausible length.
pub(crate) fn begins_stream(head: &[u8]) -> bool {
    let [0xff, 0xff, 0xff, 0xff, rest @ ..] = head else { return false };
    let Some(Ok(length)) = rest.first_chunk().map(|len| usize::try_from(i32::from_le_bytes(*len)))
    else {
        return false;
    };
    // The first message is a schema, which is small and padded.
    (8..1 << 24).contains(&length) && length % 8 == 0 && rest.len() > 8
}

/// Why a message was not decoded.
enum Stop {
    /// The stream is at its end.
    End,
    /// The stream breaks off.
    Cut,
    /// The message cannot be.
    Damaged(String),
    /// The message needs more memory than it may.
    TooLarge,
}

/// Reads every record batch.
pub(crate) fn read(job: &mut Job<'_, '_>, window: &mut Window<'_>) {
    let is_file = window.peek(MARK.len()) == MARK;
    if is_file {
        // Writers align the first message with zeros.
        let zeros = window.peek(64)[MARK.len()..].iter().take_while(|&&byte| byte == 0).count();
        window.consume(MARK.len() + zeros);
    }
    let (mut decoder, mut notes) = (StreamDecoder::new(), Notes::default());
    let (mut row, mut batches) = (1, 0);
    while !job.is_stopped() {
        let outcome = next(job, window).and_then(|bytes| {
            let message = bytes.map_or(END, |bytes| &window.data()[..bytes]);
            let buffer = Buffer::from_vec(message.to_vec());
            let rows = decode(job, &mut decoder, buffer, row, &mut notes)?;
            if bytes.is_none() { Err(Stop::End) } else { Ok((message.len(), rows)) }
        });
        let place = job.place().at_row(row).at_byte(window.offset());
        match outcome {
            Ok((bytes, rows)) => {
                batches += u64::from(is_batch(&window.data()[..bytes]));
                window.consume(bytes);
                row += rows;
            }
            Err(Stop::End) if decoder.schema().is_some() => {
                return match is_file {
                    true => footer(job, window, batches),
                    false => tail(job, window),
                };
            }
            Err(Stop::End) => return job.note("SJ-ingest-036", place.noting("no schema")),
            Err(Stop::Cut) => return job.skip("SJ-ingest-027", place),
            Err(Stop::Damaged(message)) => {
                return job.skip("SJ-ingest-042", place.noting(message));
            }
            Err(Stop::TooLarge) => return job.skip("SJ-ingest-054", place),
        }
    }
}

/// Whether a message holds a record batch.
fn is_batch(message: &[u8]) -> bool {
    let prefix = if message.starts_with(&CONTINUATION) { 8 } else { 4 };
    let header = message.get(prefix..).and_then(|header| root_as_message(header).ok());
    header.is_some_and(|message| message.header_as_record_batch().is_some())
}

/// Moves past the mark that ends the messages, if it is there.
fn end_mark(window: &mut Window<'_>) {
    let mark: usize = match window.peek(END.len()) {
        END => END.len(),
        [0, 0, 0, 0, ..] => 4,
        _ => 0,
    };
    window.consume(mark);
}

/// Checks that nothing follows a stream.
fn tail(job: &mut Job<'_, '_>, window: &mut Window<'_>) {
    end_mark(window);
    if !window.peek(1).is_empty() {
        job.note("SJ-ingest-028", job.place().at_byte(window.offset()));
    }
}

/// Checks the index after the messages of a file, by which other readers find them.
fn footer(job: &mut Job<'_, '_>, window: &mut Window<'_>, batches: u64) {
    end_mark(window);
    let place = job.place().at_byte(window.offset());
    let limit = (job.limits().memory_bytes / 4).min(i32::MAX as u64) as usize;
    let rest = window.peek(limit);
    if rest.len() == limit {
        return job.note("SJ-ingest-054", place.noting("the footer"));
    }
    match listed(rest) {
        Err(reason) if !window.is_broken() => job.note("SJ-ingest-036", place.noting(reason)),
        Ok(listed) if listed != batches => {
            let note = format!("the footer lists {listed} batches, {batches} are there");
            job.note("SJ-ingest-036", place.noting(note));
        }
        _ => {}
    }
}

/// Batches that the footer in the last bytes of a file lists, or what is wrong with it.
fn listed(rest: &[u8]) -> Result<u64, String> {
    let rest = rest.strip_suffix(LAST_MARK).ok_or("the file does not end with its mark")?;
    let (rest, length) = rest.split_last_chunk().ok_or("the file ends before its footer")?;
    let length = usize::try_from(i32::from_le_bytes(*length)).ok();
    let start = length.and_then(|length| rest.len().checked_sub(length));
    let start = start.filter(|&start| start <= PADDING && start < rest.len());
    let start = start.ok_or("the footer has another length than stated")?;
    let footer = root_as_footer(&rest[start..]).map_err(|err| format!("footer: {err}"))?;
    Ok(footer.recordBatches().map_or(0, |batches| batches.len() as u64))
}

/// Brings the next message into view and checks what it states; `None` at the end.
fn next(job: &Job<'_, '_>, window: &mut Window<'_>) -> Result<Option<usize>, Stop> {
    let limit = (job.limits().memory_bytes / 4).min(i32::MAX as u64) as usize;
    let head = window.peek(8);
    let prefix = if head.starts_with(&CONTINUATION) { 8 } else { 4 };
    if head.is_empty() {
        return if window.is_broken() { Err(Stop::Cut) } else { Ok(None) };
    }
    let Some(Ok(length)) = head.get(prefix - 4..prefix).map(<[u8; 4]>::try_from) else {
        return Err(Stop::Cut);
    };
    let length = u32::from_le_bytes(length) as usize;
    if length == 0 {
        return Ok(None);
    }
    if length > limit {
        return Err(Stop::TooLarge);
    }
    let Some(header) = window.peek(prefix + length).get(prefix..prefix + length) else {
        return Err(Stop::Cut);
    };
    let damaged = |message: &dyn std::fmt::Display| Stop::Damaged(message.to_string());
    let message = root_as_message(header).map_err(|err| damaged(&err))?;
    let body = usize::try_from(message.bodyLength()).map_err(|err| damaged(&err))?;
    if body > limit {
        return Err(Stop::TooLarge);
    }
    let batch = message.header_as_record_batch();
    let batch = batch.or_else(|| message.header_as_dictionary_batch()?.data());
    let compressed =
        batch.filter(|batch| batch.compression().is_some()).map(|batch| places(&batch));
    let bytes = prefix + length + body;
    let Some(stored) = window.peek(bytes).get(prefix + length..bytes) else {
        return Err(Stop::Cut);
    };
    if let Some(places) = compressed {
        let size = expanded_size(&places, stored).ok_or_else(|| damaged(&"bad buffer length"))?;
        job.run.budget.spend(size).map_err(|err| damaged(&err))?;
        if size > limit as u64 {
            return Err(Stop::TooLarge);
        }
    }
    Ok(Some(bytes))
}

/// Offset and length of each buffer of a batch in its body.
fn places(batch: &Header<'_>) -> Vec<(i64, i64)> {
    let buffers = batch.buffers().into_iter().flatten();
    buffers.map(|buffer| (buffer.offset(), buffer.length())).collect()
}

/// Bytes that compressed buffers state they become; `None` if one does not make sense.
fn expanded_size(places: &[(i64, i64)], body: &[u8]) -> Option<u64> {
    let mut size = 0_u64;
    for &(offset, length) in places {
        if length == 0 {
            continue;
        }
        let stated = body.get(usize::try_from(offset).ok()?..)?.first_chunk()?;
        // -1 says that the buffer is not compressed after all.
        let stated = i64::from_le_bytes(*stated).max(0);
        size = size.checked_add(stated.unsigned_abs())?;
    }
    Some(size)
}

/// Decodes one message and hands on the rows that it completes; returns how many.
fn decode(
    job: &mut Job<'_, '_>,
    decoder: &mut StreamDecoder,
    mut buffer: Buffer,
    row: u64,
    notes: &mut Notes,
) -> Result<u64, Stop> {
    let damaged = |err: arrow::error::ArrowError| Stop::Damaged(err.to_string());
    // Even one bit a row takes a byte for eight; more rows hold nothing.
    let believable = buffer.len().saturating_mul(64).saturating_add(BATCH_ROWS);
    let mut read = 0;
    while !buffer.is_empty() && !job.is_stopped() {
        let Some(batch) = decoder.decode(&mut buffer).map_err(damaged)? else { continue };
        let rows = batch.num_rows();
        if rows > believable {
            return Err(Stop::Damaged(format!("{rows} rows in a message too small for them")));
        }
        columnar::deliver(job, &batch, row + read, notes).map_err(damaged)?;
        read += rows as u64;
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_told_by_their_first_message() {
        assert!(begins_stream(&[0xff, 0xff, 0xff, 0xff, 0x10, 1, 0, 0, 16, 0, 0, 0, 0]));
        assert!(!begins_stream(&[0xff; 16]));
        assert!(!begins_stream(b"text"));
    }

    #[test]
    fn stated_sizes_are_added_up() {
        let body = [&5_i64.to_le_bytes()[..], &(-1_i64).to_le_bytes()].concat();
        assert_eq!(expanded_size(&[(0, 8), (8, 8), (0, 0)], &body), Some(5));
        assert_eq!(expanded_size(&[(16, 8)], &body), None);
        assert_eq!(expanded_size(&[(-1, 8)], &body), None);
    }
}
