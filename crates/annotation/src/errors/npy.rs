//! NumPy's `.npy` files: flat arrays of numbers, the forms probabilities and labels come in.

use std::io::Read;

/// An array of numbers, row-major.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    /// Length of each dimension.
    pub shape: Vec<usize>,
    /// All values.
    pub values: Vec<f64>,
}

/// Why bytes are no array we read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NpyError {
    /// The first bytes are not NumPy's.
    #[error("not a .npy file")]
    NotNpy,
    /// The heading ends early or misses a part.
    #[error("the heading is broken")]
    BrokenHeading,
    /// Values of a kind we do not read.
    #[error("values of type {0:?} are not read (numbers of 1 to 8 bytes are)")]
    UnknownType(String),
    /// Values in column order.
    #[error("values stand in Fortran order: save with order=\"C\"")]
    ColumnMajor,
    /// Fewer or more bytes than the heading says.
    #[error("{found} bytes of values where the heading says {wanted}")]
    WrongLength {
        /// Bytes there are.
        found: usize,
        /// Bytes the heading promises.
        wanted: u128,
    },
    /// The file could not be read on.
    #[error("reading failed: {0}")]
    Io(String),
}

/// Bytes that hold any heading we read, and bytes decoded at a time.
const BUFFER: usize = 1 << 20;

/// Reads an array of floats or whole numbers, little- or big-endian.
///
/// # Errors
/// [`NpyError`]. Nothing is allocated beyond what the bytes hold.
pub fn read(bytes: &[u8]) -> Result<Array, NpyError> {
    read_from(bytes, bytes.len() as u64)
}

/// The same from a file of `length` bytes, without keeping its bytes.
///
/// # Errors
/// [`NpyError`]. Nothing is allocated beyond what `length` bytes hold.
pub fn read_from(mut reader: impl Read, length: u64) -> Result<Array, NpyError> {
    let mut buffer = Vec::with_capacity(BUFFER);
    fill(&mut reader, &mut buffer)?;
    let heading = Heading::parse(&buffer)?;
    let found = length.saturating_sub(heading.bytes as u64) as usize;
    let wrong = |found| NpyError::WrongLength { found, wanted: heading.wanted };
    if heading.wanted != found as u128 {
        return Err(wrong(found));
    }
    let (size, decode) = heading.decode;
    let mut values = Vec::with_capacity(found / size);
    buffer.drain(..heading.bytes);
    while !buffer.is_empty() {
        let whole = buffer.len() / size * size;
        decode(&buffer[..whole], &mut values);
        buffer.drain(..whole);
        let kept = buffer.len();
        fill(&mut reader, &mut buffer)?;
        if buffer.len() == kept {
            break;
        }
    }
    // A file that was cut or grew after its length was taken.
    if values.len() * size != found || !buffer.is_empty() {
        return Err(wrong(values.len() * size));
    }
    Ok(Array { shape: heading.shape, values })
}

/// Reads until the buffer is full or the file ends.
fn fill(reader: &mut impl Read, buffer: &mut Vec<u8>) -> Result<(), NpyError> {
    let room = (BUFFER - buffer.len()) as u64;
    let read = reader.take(room).read_to_end(buffer);
    read.map(|_| ()).map_err(|err| NpyError::Io(err.to_string()))
}

/// What stands before the values.
struct Heading {
    shape: Vec<usize>,
    decode: Decoder,
    /// Bytes of the heading.
    bytes: usize,
    /// Bytes of the values.
    wanted: u128,
}

impl Heading {
    fn parse(bytes: &[u8]) -> Result<Self, NpyError> {
        let rest = bytes.strip_prefix(b"\x93NUMPY").ok_or(NpyError::NotNpy)?;
        let broken = NpyError::BrokenHeading;
        let (length, start) = match rest {
            [1, _, a, b, ..] => (usize::from(u16::from_le_bytes([*a, *b])), 4),
            [2 | 3, _, a, b, c, d, ..] => (u32::from_le_bytes([*a, *b, *c, *d]) as usize, 6),
            _ => return Err(broken),
        };
        let heading = rest.get(start..start + length).ok_or(broken.clone())?;
        let heading = str::from_utf8(heading).map_err(|_| broken.clone())?;
        let after = |key: &str| heading.split_once(key).map(|(_, rest)| rest.trim_start());
        let kind = after("'descr':").and_then(|rest| rest.strip_prefix('\''));
        let (kind, _) = kind.and_then(|rest| rest.split_once('\'')).ok_or(broken.clone())?;
        if after("'fortran_order':").ok_or(broken.clone())?.starts_with("True") {
            return Err(NpyError::ColumnMajor);
        }
        let shape = after("'shape':").and_then(|rest| rest.strip_prefix('('));
        let (shape, _) = shape.and_then(|rest| rest.split_once(')')).ok_or(broken.clone())?;
        let lengths = shape.split(',').map(str::trim).filter(|length| !length.is_empty());
        let shape: Vec<usize> = lengths
            .map(|length| length.parse().map_err(|_| broken.clone()))
            .collect::<Result<_, _>>()?;
        let cells =
            shape.iter().try_fold(1_u128, |product, &length| product.checked_mul(length as u128));
        let decode = decoder(kind).ok_or_else(|| NpyError::UnknownType(kind.to_owned()))?;
        let wanted = cells.and_then(|cells| cells.checked_mul(decode.0 as u128)).ok_or(broken)?;
        Ok(Self { shape, decode, bytes: 6 + start + length, wanted })
    }
}

type Decoder = (usize, fn(&[u8], &mut Vec<f64>));

/// The size of a value and what turns bytes into values.
fn decoder(kind: &str) -> Option<Decoder> {
    macro_rules! decoders {
        ($($name:literal, $big:literal, $type:ty;)*) => {
            match kind {
                $($name => Some((size_of::<$type>(), |bytes, values| {
                    let (chunks, _) = bytes.as_chunks::<{ size_of::<$type>() }>();
                    values.extend(chunks.iter().map(|chunk| <$type>::from_le_bytes(*chunk) as f64));
                })),
                $big => Some((size_of::<$type>(), |bytes, values| {
                    let (chunks, _) = bytes.as_chunks::<{ size_of::<$type>() }>();
                    values.extend(chunks.iter().map(|chunk| <$type>::from_be_bytes(*chunk) as f64));
                })),)*
                _ => None,
            }
        };
    }
    decoders! {
        "<f8", ">f8", f64;
        "<f4", ">f4", f32;
        "|u1", ">u1", u8;
        "|i1", ">i1", i8;
        "<u2", ">u2", u16;
        "<i2", ">i2", i16;
        "<u4", ">u4", u32;
        "<i4", ">i4", i32;
        "<u8", ">u8", u64;
        "<i8", ">i8", i64;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(kind: &str, shape: &str, values: &[u8]) -> Vec<u8> {
        let heading =
            format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((heading.len() as u16).to_le_bytes());
        bytes.extend(heading.as_bytes());
        bytes.extend(values);
        bytes
    }

    #[test]
    fn floats_and_whole_numbers_are_read() {
        let values: Vec<u8> =
            [0.5_f32, 0.25].iter().flat_map(|value| value.to_le_bytes()).collect();
        let array = read(&file("<f4", "(1, 2)", &values)).unwrap();
        assert_eq!(array, Array { shape: vec![1, 2], values: vec![0.5, 0.25] });
        let array = read(&file(">u2", "(1,)", &[1, 2])).unwrap();
        assert_eq!(array.values, [258.0]);
    }

    #[test]
    fn values_longer_than_the_buffer_are_read_whole() {
        let count = BUFFER / 8 + 1_000;
        let bytes: Vec<u8> = (0..count).flat_map(|at| (at as f64).to_le_bytes()).collect();
        let array = read(&file("<f8", &format!("({count},)"), &bytes)).unwrap();
        assert!(array.values.iter().enumerate().all(|(at, value)| *value == at as f64));
        assert_eq!(array.values.len(), count);
        let cut = file("<f8", "(2,)", &[0; 16]);
        let grown = read_from(&cut[..cut.len() - 8], cut.len() as u64);
        assert_eq!(grown, Err(NpyError::WrongLength { found: 8, wanted: 16 }));
    }

    #[test]
    fn broken_files_say_how() {
        assert_eq!(read(b"PNG"), Err(NpyError::NotNpy));
        assert_eq!(read(b"\x93NUMPY\x01\x00\xff"), Err(NpyError::BrokenHeading));
        assert!(matches!(read(&file("<c8", "(1,)", &[])), Err(NpyError::UnknownType(_))));
        let short = read(&file("<f8", "(1000000000000, 9)", &[0; 8]));
        assert!(matches!(short, Err(NpyError::WrongLength { found: 8, .. })));
    }

    proptest! {
        /// No bytes make the reader panic.
        #[test]
        fn any_bytes_are_survived(flip in 0..90_usize, value in any::<u8>(), cut in 0..90_usize) {
            let mut bytes = file("<f8", "(1, 1)", &[0; 8]);
            let place = flip % bytes.len();
            bytes[place] = value;
            bytes.truncate(cut.max(6));
            let _ = read(&bytes);
        }
    }
}
