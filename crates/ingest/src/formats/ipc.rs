//! Arrow IPC, file and stream. A file is a stream behind a mark, with an index after its end.

use arrow::buffer::Buffer;
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamDecoder;

use crate::columnar::{self, Notes};
use crate::job::Job;
use crate::stream::Window;

/// First bytes of an IPC file.
pub(crate) const MARK: &[u8] = b"ARROW1\0\0";
/// Bytes given to the decoder at a time; it keeps no more than one message.
const CHUNK_BYTES: usize = 1 << 20;

/// Whether bytes begin like an IPC stream: a continuation mark and a plausible length.
pub(crate) fn begins_stream(head: &[u8]) -> bool {
    let [0xff, 0xff, 0xff, 0xff, rest @ ..] = head else { return false };
    let Some(Ok(length)) = rest.first_chunk().map(|len| usize::try_from(i32::from_le_bytes(*len)))
    else {
        return false;
    };
    // The first message is a schema, which is small and starts with a flatbuffer offset.
    (8..1 << 24).contains(&length) && length % 8 == 0 && rest.len() > 8
}

/// Reads every record batch.
pub(crate) fn read(job: &mut Job<'_, '_>, window: &mut Window<'_>) {
    if window.peek(MARK.len()) == MARK {
        // Writers align the first message with zeros.
        let zeros = window.peek(64)[MARK.len()..].iter().take_while(|&&byte| byte == 0).count();
        window.consume(MARK.len() + zeros);
    }
    let mut decoder = StreamDecoder::new();
    let mut notes = Notes::default();
    let mut row = 1;
    while !job.is_stopped() {
        let chunk = window.peek(CHUNK_BYTES).to_vec();
        if chunk.is_empty() {
            break;
        }
        let (offset, len) = (window.offset(), chunk.len());
        window.consume(len);
        let mut buffer = Buffer::from_vec(chunk);
        if let Err(err) = decode(job, &mut decoder, &mut buffer, &mut row, &mut notes) {
            // The decoder objects to bytes after the end: a file has its index there.
            if err.to_string().contains("Unexpected EOS") && decoder.schema().is_some() {
                return;
            }
            let byte = offset + (len - buffer.len()) as u64;
            let place = job.place().at_row(row).at_byte(byte).noting(err.to_string());
            return job.skip("SJ-ingest-042", place);
        }
    }
    if !job.is_stopped() && decoder.finish().is_err() {
        job.note("SJ-ingest-027", job.place().at_byte(window.offset()));
    } else if decoder.schema().is_none() {
        job.note("SJ-ingest-036", job.place().noting("no schema"));
    }
}

/// Decodes what a chunk completes.
fn decode(
    job: &mut Job<'_, '_>,
    decoder: &mut StreamDecoder,
    buffer: &mut Buffer,
    row: &mut u64,
    notes: &mut Notes,
) -> Result<(), ArrowError> {
    while !buffer.is_empty() && !job.is_stopped() {
        let before = buffer.len();
        let Some(batch) = decoder.decode(buffer)? else {
            if buffer.len() == before {
                return Ok(());
            }
            continue;
        };
        columnar::deliver(job, &batch, *row, notes)?;
        *row += batch.num_rows() as u64;
    }
    Ok(())
}
