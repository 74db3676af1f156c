//! Pictures beside labels: sizes from their headers, masks from their pixels.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
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
    /// The mask of each number that occurs, in one pass.
    pub(super) fn masks(&self) -> BTreeMap<u32, Mask> {
        let (height, width) = (self.height as usize, self.width as usize);
        let mut runs = BTreeMap::<u32, Vec<(u32, u32)>>::new();
        let mut open: Option<(u32, u32)> = None;
        let order = (0..width).flat_map(|x| (0..height).map(move |y| y * width + x));
        for (at, index) in (0_u32..).zip(order) {
            let id = self.pixels[index];
            if open.is_none_or(|(last, _)| last != id)
                && let Some((last, from)) = open.replace((id, at))
            {
                runs.entry(last).or_default().push((from, at));
            }
        }
        if let Some((last, from)) = open {
            runs.entry(last).or_default().push((from, self.pixels.len() as u32));
        }
        let mask = |runs: Vec<(u32, u32)>| Mask::from_runs(self.height, self.width, &runs);
        runs.into_iter().map(|(id, runs)| (id, mask(runs))).collect()
    }

    /// The pixels that are not 0.
    pub(super) fn not_black(&self) -> Mask {
        let (height, width) = (self.height as usize, self.width as usize);
        let order = (0..width).flat_map(|x| (0..height).map(move |y| y * width + x));
        Mask::from_pixels(self.height, self.width, order.map(|at| self.pixels[at] != 0))
    }

    /// The pixels that are not 0, laid into a picture of a size with this one's left top corner at a
    /// place.
    ///
    /// - `None`: it does not lie inside, or the whole has too many pixels.
    pub(super) fn laid_at(&self, [left, top]: [u32; 2], [width, height]: [u32; 2]) -> Option<Mask> {
        let reaches =
            |from: u32, long: u32, whole: u32| from.checked_add(long).is_some_and(|to| to <= whole);
        let inside = reaches(left, self.width, width) && reaches(top, self.height, height);
        if !inside || u64::from(width) * u64::from(height) > MAX_PIXELS {
            return None;
        }
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for (column, row) in
            (0..self.width).flat_map(|column| (0..self.height).map(move |row| (column, row)))
        {
            if self.pixels[(row * self.width + column) as usize] == 0 {
                continue;
            }
            let at = (left + column) * height + top + row;
            match runs.last_mut() {
                Some((_, to)) if *to == at => *to += 1,
                _ => runs.push((at, at + 1)),
            }
        }
        Some(Mask::from_runs(height, width, &runs))
    }

    /// For each number of the other picture, the number most frequent beneath it here.
    pub(super) fn most_under(&self, other: &Self) -> BTreeMap<u32, u32> {
        if (self.height, self.width) != (other.height, other.width) {
            return BTreeMap::new();
        }
        let mut counts = BTreeMap::<(u32, u32), u64>::new();
        for pair in other.pixels.iter().copied().zip(self.pixels.iter().copied()) {
            *counts.entry(pair).or_default() += 1;
        }
        let mut most = BTreeMap::<u32, (u64, u32)>::new();
        for ((id, class), count) in counts {
            let best = most.entry(id).or_insert((0, class));
            if count > best.0 {
                *best = (count, class);
            }
        }
        most.into_iter().map(|(id, (_, class))| (id, class)).collect()
    }

    /// Width and height.
    pub(super) fn size(&self) -> [u32; 2] {
        [self.width, self.height]
    }

    /// Number of pixels.
    pub(super) fn len(&self) -> u64 {
        self.pixels.len() as u64
    }
}

/// Pixels a picture may have for each byte of its file, past the first 16 million.
const EXPANSION: u64 = 1000;

/// Reads a PNG as numbers. Palettes are resolved to colours; grey levels count as red.
///
/// - `None`: no PNG, a broken one, one of over [`MAX_PIXELS`] or of far more than its bytes can hold.
pub(super) fn ids(path: &Path) -> Option<Ids> {
    let file = File::open(path).ok()?;
    let long = file.metadata().ok()?.len();
    ids_of(BufReader::new(file), long)
}

/// Likewise of a PNG of so many bytes that is read from anywhere.
pub(super) fn ids_of(picture: impl BufRead + Seek, bytes: u64) -> Option<Ids> {
    let most = MAX_PIXELS.min((1 << 24) + EXPANSION * bytes);
    let mut decoder =
        png::Decoder::new_with_limits(picture, png::Limits { bytes: 4 * MAX_PIXELS as usize });
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = (reader.info().width, reader.info().height);
    if u64::from(width) * u64::from(height) > most {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The masks of a picture are the pixels of each number, and together all of them.
        #[test]
        fn masks_part_the_picture(pixels in prop::collection::vec(0..4_u32, 35)) {
            let ids = Ids { height: 5, width: 7, pixels: pixels.clone() };
            let masks = ids.masks();
            prop_assert_eq!(masks.values().map(Mask::area).sum::<u64>(), 35);
            for (id, mask) in masks {
                let columns = (0..7).flat_map(|x| (0..5).map(move |y| y * 7 + x));
                prop_assert_eq!(mask, Mask::from_pixels(5, 7, columns.map(|at| pixels[at] == id)));
            }
        }
    }

    #[test]
    fn a_small_picture_is_laid_into_a_large_one() {
        let ids = Ids { height: 2, width: 3, pixels: vec![1, 0, 1, 1, 1, 0] };
        let laid = ids.laid_at([1, 1], [5, 3]).expect("it lies inside");
        let inside = [(1, 1), (1, 2), (2, 2), (3, 1)];
        let columns = (0..5).flat_map(|x| (0..3).map(move |y| inside.contains(&(x, y))));
        assert_eq!(laid, Mask::from_pixels(3, 5, columns));
        // From edge to edge, one run reaches from column to column.
        assert_eq!(
            Ids { pixels: vec![1; 6], ..ids }.laid_at([0, 0], [3, 2]).map(|at| at.counts),
            Some(vec![0, 6])
        );
        let ids = Ids { height: 2, width: 3, pixels: vec![1; 6] };
        assert_eq!(ids.laid_at([3, 1], [5, 3]), None);
        assert_eq!(ids.laid_at([u32::MAX, 0], [5, 3]), None);
    }

    #[test]
    fn the_class_beneath_an_instance_is_the_most_frequent() {
        let objects = Ids { height: 1, width: 5, pixels: vec![1, 1, 1, 2, 2] };
        let classes = Ids { height: 1, width: 5, pixels: vec![9, 8, 9, 7, 7] };
        assert_eq!(classes.most_under(&objects), BTreeMap::from([(1, 9), (2, 7)]));
        let other = Ids { height: 5, width: 1, pixels: vec![0; 5] };
        assert!(other.most_under(&objects).is_empty());
    }

    #[test]
    fn a_written_picture_is_read_and_its_size_is_in_its_header() {
        let place = tempfile::tempdir().expect("a place to write");
        let path = place.path().join("a.png");
        let file = File::create(&path).expect("a file to write");
        let mut encoder = png::Encoder::new(file, 2, 1);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header().expect("a header");
        writer.write_image_data(&[7, 0, 0, 1, 2, 3]).expect("two pixels");
        writer.finish().expect("an end");
        assert_eq!(ids(&path).expect("a picture").pixels, [7, 1 + 2 * 256 + 3 * 65536]);
        assert_eq!(size(&path), Some([2.0, 1.0]));
        assert!(ids(&place.path().join("none.png")).is_none());
    }
}
