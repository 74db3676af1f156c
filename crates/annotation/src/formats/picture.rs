//! Pictures beside labels: sizes from their headers, masks from their pixels.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use crate::mask::{MAX_PIXELS, Mask};

/// Pixels of a mask picture as numbers: R + 256 G + 65536 B.
#[derive(Debug)]
pub(super) struct Ids {
    height: u32,
    width: u32,
    pixels: Vec<u32>,
}

impl Ids {
    /// The pixels of which `inside` holds.
    pub(super) fn mask(&self, inside: impl Fn(u32) -> bool) -> Mask {
        let (height, width) = (self.height as usize, self.width as usize);
        let order = (0..width).flat_map(|x| (0..height).map(move |y| y * width + x));
        Mask::from_pixels(self.height, self.width, order.map(|at| inside(self.pixels[at])))
    }

    /// Numbers that occur, in order; at most `limit`.
    pub(super) fn distinct(&self, limit: usize) -> BTreeSet<u32> {
        let mut seen = BTreeSet::new();
        let mut last = None;
        for &pixel in &self.pixels {
            if last != Some(pixel) && seen.len() < limit {
                seen.insert(pixel);
            }
            last = Some(pixel);
        }
        seen
    }

    /// The number most frequent where the other picture has `id`, border and background apart.
    pub(super) fn most_under(&self, other: &Self, id: u32) -> Option<u32> {
        if (self.height, self.width) != (other.height, other.width) {
            return None;
        }
        let mut counts = std::collections::BTreeMap::<u32, u64>::new();
        for (&class, &instance) in self.pixels.iter().zip(&other.pixels) {
            if instance == id {
                *counts.entry(class).or_default() += 1;
            }
        }
        counts
            .into_iter()
            .max_by_key(|&(class, count)| (count, std::cmp::Reverse(class)))
            .map(|(class, _)| class)
    }
}

/// Reads a PNG as numbers. Palettes are resolved to colours; grey levels count as red.
///
/// - `None`: no PNG, a broken one, or one of over [`MAX_PIXELS`].
pub(super) fn ids(path: &Path) -> Option<Ids> {
    let file = BufReader::new(File::open(path).ok()?);
    let mut decoder =
        png::Decoder::new_with_limits(file, png::Limits { bytes: 4 * MAX_PIXELS as usize });
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = (reader.info().width, reader.info().height);
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return None;
    }
    let mut bytes = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut bytes).ok()?;
    let step = info.color_type.samples();
    let colours = info.color_type == png::ColorType::Rgb || info.color_type == png::ColorType::Rgba;
    let pixels = bytes[..info.buffer_size()]
        .chunks_exact(step)
        .map(|pixel| {
            if colours {
                u32::from(pixel[0]) | u32::from(pixel[1]) << 8 | u32::from(pixel[2]) << 16
            } else {
                u32::from(pixel[0])
            }
        })
        .collect::<Vec<_>>();
    (pixels.len() as u64 == u64::from(width) * u64::from(height)).then_some(Ids {
        height,
        width,
        pixels,
    })
}

/// Width and height of a picture by its header: PNG, JPEG, GIF, BMP.
pub(super) fn size(path: &Path) -> Option<[f64; 2]> {
    let mut file = BufReader::new(File::open(path).ok()?);
    let mut head = [0; 26];
    file.read_exact(&mut head).ok()?;
    let long = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let small = |at: usize| u16::from_le_bytes([head[at], head[at + 1]]);
    let whole =
        |at: usize| i32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    if head.starts_with(b"\x89PNG") {
        return Some([f64::from(long(16)), f64::from(long(20))]);
    }
    if head.starts_with(b"GIF8") {
        return Some([f64::from(small(6)), f64::from(small(8))]);
    }
    if head.starts_with(b"BM") {
        return Some([f64::from(whole(18).unsigned_abs()), f64::from(whole(22).unsigned_abs())]);
    }
    if head.starts_with(b"\xff\xd8") { jpeg_size(&mut file) } else { None }
}

/// Walks the segments of a JPEG to the frame header.
fn jpeg_size(file: &mut (impl Read + Seek)) -> Option<[f64; 2]> {
    file.seek(SeekFrom::Start(2)).ok()?;
    for _ in 0..1000 {
        let mut mark = [0; 4];
        file.read_exact(&mut mark).ok()?;
        let length = u16::from_be_bytes([mark[2], mark[3]]);
        if mark[0] != 0xff {
            return None;
        }
        let frame = matches!(mark[1], 0xc0..=0xcf) && !matches!(mark[1], 0xc4 | 0xc8 | 0xcc);
        if frame {
            let mut body = [0; 5];
            file.read_exact(&mut body).ok()?;
            let side = |at: usize| f64::from(u16::from_be_bytes([body[at], body[at + 1]]));
            return Some([side(3), side(1)]);
        }
        file.seek(SeekFrom::Current(i64::from(length) - 2)).ok()?;
    }
    None
}
