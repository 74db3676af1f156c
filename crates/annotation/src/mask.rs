//! Run-length masks as COCO means them: columns first, beginning with zeros.
//!
//! Source: pycocotools `maskApi.c`; results are the same to the pixel.

use rayon::prelude::*;

/// Steps along the edges of one polygon that are rasterised, at most: five a pixel of its outline.
const MAX_STEPS: f64 = 4e6;
/// Pixels a mask may have.
pub const MAX_PIXELS: u64 = 1 << 28;

/// A mask as alternating counts of zeros and ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    /// Rows.
    pub height: u32,
    /// Columns.
    pub width: u32,
    /// Counts, zeros first, column by column.
    pub counts: Vec<u32>,
}

impl Mask {
    /// A mask from counts, or `None` where they do not sum to the number of pixels.
    pub fn new(height: u32, width: u32, counts: Vec<u32>) -> Option<Self> {
        let sum: u64 = counts.iter().map(|&count| u64::from(count)).sum();
        (sum == u64::from(height) * u64::from(width)).then_some(Self { height, width, counts })
    }

    /// A mask of columns-first pixels.
    ///
    /// - Shape: `height · width` values; a true one is inside.
    pub fn from_pixels(height: u32, width: u32, pixels: impl Iterator<Item = bool>) -> Self {
        let (mut counts, mut run, mut inside) = (Vec::new(), 0, false);
        for pixel in pixels {
            if pixel != inside {
                counts.push(run);
                run = 0;
                inside = pixel;
            }
            run += 1;
        }
        counts.push(run);
        Self { height, width, counts }
    }

    /// A mask of stretches inside, in order and apart.
    pub fn from_runs(height: u32, width: u32, runs: &[(u32, u32)]) -> Self {
        let (mut counts, mut at) = (Vec::with_capacity(2 * runs.len() + 1), 0);
        for &(from, to) in runs {
            counts.extend([from - at, to - from]);
            at = to;
        }
        let pixels = height * width;
        if at < pixels || counts.is_empty() {
            counts.push(pixels - at);
        }
        Self { height, width, counts }
    }

    /// Rasterises one ring at five times the resolution, with rounding.
    ///
    /// - Shape: x, y, x, y …; a last odd number is left out.
    /// - `None`: a number that is not finite, a mask of over [`MAX_PIXELS`], or edges too long.
    pub fn from_ring(ring: &[f64], height: u32, width: u32) -> Option<Self> {
        let pixels = u64::from(height) * u64::from(width);
        if pixels > MAX_PIXELS || ring.iter().any(|value| !value.is_finite() || value.abs() > 1e7) {
            return None;
        }
        let corners: Vec<[i64; 2]> =
            ring.chunks_exact(2).map(|at| [upscale(at[0]), upscale(at[1])]).collect();
        let path = walk(&corners)?;
        let mut cuts = columns_cut(&path, height, width);
        cuts.push(pixels as u32);
        cuts.sort_unstable();
        Some(Self { height, width, counts: counts_of(&cuts) })
    }

    /// The union of the rings of one polygon.
    ///
    /// - `None`: see [`Mask::from_ring`].
    pub fn from_rings<'a>(
        rings: impl IntoIterator<Item = &'a [f64]>,
        height: u32,
        width: u32,
    ) -> Option<Self> {
        let mut union: Option<Self> = None;
        for ring in rings {
            let mask = Self::from_ring(ring, height, width)?;
            union = Some(match union {
                Some(union) => union.union(&mask),
                None => mask,
            });
        }
        union
    }

    /// Reads COCO's compressed string: six-bit signed groups, deltas against two runs back.
    ///
    /// - `None`: a character outside the alphabet, a number past its range, a string cut short.
    pub fn counts_from_string(text: &str) -> Option<Vec<u32>> {
        let mut counts: Vec<i64> = Vec::new();
        let mut bytes = text.bytes();
        while bytes.len() > 0 {
            let (mut value, mut shift) = (0_i64, 0);
            loop {
                let group = bytes.next()?.checked_sub(48).filter(|&group| group < 64)?;
                value |= i64::from(group & 0x1f) << shift;
                shift += 5;
                if group & 0x20 == 0 {
                    if group & 0x10 != 0 {
                        value |= -1 << shift;
                    }
                    break;
                }
                if shift > 40 {
                    return None;
                }
            }
            if counts.len() > 2 {
                value += counts[counts.len() - 2];
            }
            counts.push(value);
        }
        counts.into_iter().map(|count| u32::try_from(count).ok()).collect()
    }

    /// Writes COCO's compressed string.
    pub fn to_compressed(&self) -> String {
        let mut text = String::new();
        for (index, &count) in self.counts.iter().enumerate() {
            let mut value = i64::from(count);
            if index > 2 {
                value -= i64::from(self.counts[index - 2]);
            }
            loop {
                let mut group = (value & 0x1f) as u8;
                value >>= 5;
                let more = if group & 0x10 != 0 { value != -1 } else { value != 0 };
                if more {
                    group |= 0x20;
                }
                text.push(char::from(group + 48));
                if !more {
                    break;
                }
            }
        }
        text
    }

    /// Pixels inside.
    pub fn area(&self) -> u64 {
        self.counts.iter().skip(1).step_by(2).map(|&count| u64::from(count)).sum()
    }

    /// The upright box around the pixels inside: x, y, width, height; zeros when there are none.
    pub fn bounds(&self) -> [u32; 4] {
        let height = u64::from(self.height.max(1));
        let (mut left, mut top, mut right, mut bottom) = (u64::MAX, u64::MAX, 0, 0);
        for (from, to) in self.runs() {
            let (first, last) = (from / height, (to - 1) / height);
            let rows =
                if first == last { (from % height, (to - 1) % height) } else { (0, height - 1) };
            left = left.min(first);
            right = right.max(last);
            top = top.min(rows.0);
            bottom = bottom.max(rows.1);
        }
        if left == u64::MAX {
            return [0; 4];
        }
        [left as u32, top as u32, (right - left + 1) as u32, (bottom - top + 1) as u32]
    }

    /// Stretches of pixels inside, as half-open ranges of columns-first indices.
    pub fn runs(&self) -> impl Iterator<Item = (u64, u64)> {
        let mut at = 0;
        self.counts.iter().enumerate().filter_map(move |(index, &count)| {
            let from = at;
            at += u64::from(count);
            (index % 2 == 1 && count > 0).then_some((from, at))
        })
    }

    /// Pixels inside both. Masks of different sizes share none.
    pub fn intersection(&self, other: &Self) -> u64 {
        if (self.height, self.width) != (other.height, other.width) {
            return 0;
        }
        let (mut ours, mut theirs) = (self.runs().peekable(), other.runs().peekable());
        let mut shared = 0;
        while let (Some(&a), Some(&b)) = (ours.peek(), theirs.peek()) {
            shared += a.1.min(b.1).saturating_sub(a.0.max(b.0));
            if a.1 <= b.1 {
                ours.next();
            } else {
                theirs.next();
            }
        }
        shared
    }

    /// Pixels inside either, for masks of one size.
    pub fn union(&self, other: &Self) -> Self {
        let mut runs: Vec<(u64, u64)> = self.runs().chain(other.runs()).collect();
        runs.sort_unstable();
        let (mut counts, mut at) = (Vec::new(), 0_u64);
        for (from, to) in runs {
            match counts.last_mut() {
                Some(last) if from <= at => {
                    *last += to.saturating_sub(at) as u32;
                    at = at.max(to);
                }
                _ => {
                    counts.push((from - at) as u32);
                    counts.push((to - from) as u32);
                    at = to;
                }
            }
        }
        // A first run at pixel 0 joined nothing: it still needs its empty run of zeros.
        if counts.len() % 2 == 1 {
            counts.insert(0, 0);
        }
        let pixels = u64::from(self.height) * u64::from(self.width);
        if at < pixels || counts.is_empty() {
            counts.push((pixels - at) as u32);
        }
        Self { height: self.height, width: self.width, counts }
    }

    /// Intersection over union; against a crowd, intersection over this mask's area.
    ///
    /// - Unit: none, in `[0, 1]`; 0 where both are empty.
    pub fn iou(&self, other: &Self, crowd: bool) -> f64 {
        let shared = self.intersection(other);
        let whole = if crowd { self.area() } else { self.area() + other.area() - shared };
        if whole == 0 { 0.0 } else { shared as f64 / whole as f64 }
    }
}

/// Intersection over union of each pair.
///
/// - Shape: `[detections.len() * truths.len()]`, detections first; `crowd` has one flag a truth.
pub fn ious(detections: &[Mask], truths: &[Mask], crowd: &[bool]) -> Vec<f64> {
    detections
        .par_iter()
        .flat_map_iter(|mask| {
            truths.iter().zip(crowd).map(move |(truth, &crowd)| mask.iou(truth, crowd))
        })
        .collect()
}

fn upscale(value: f64) -> i64 {
    (5.0 * value + 0.5) as i64
}

/// Every step along the closed ring, in the order and with the rounding of `rleFrPoly`.
fn walk(corners: &[[i64; 2]]) -> Option<Vec<[i64; 2]>> {
    let edges = || corners.iter().zip(corners.iter().cycle().skip(1));
    let steps: f64 =
        edges().map(|(a, b)| (a[0] - b[0]).abs().max((a[1] - b[1]).abs()) as f64 + 1.0).sum();
    if steps > MAX_STEPS {
        return None;
    }
    let mut path = Vec::with_capacity(steps as usize);
    for (&from, &to) in edges() {
        let (dx, dy) = ((to[0] - from[0]).abs(), (to[1] - from[1]).abs());
        let flat = dx >= dy;
        let flip = if flat { from[0] > to[0] } else { from[1] > to[1] };
        let (start, end) = if flip { (to, from) } else { (from, to) };
        let (long, across) = if flat { (0, 1) } else { (1, 0) };
        let length = dx.max(dy);
        let slope =
            if length == 0 { 0.0 } else { (end[across] - start[across]) as f64 / length as f64 };
        for step in 0..=length {
            let t = if flip { length - step } else { step };
            let mut at = [0; 2];
            at[long] = t + start[long];
            at[across] = (start[across] as f64 + slope * t as f64 + 0.5) as i64;
            path.push(at);
        }
    }
    Some(path)
}

/// Where the path crosses the middle of a column of pixels, as columns-first indices.
fn columns_cut(path: &[[i64; 2]], height: u32, width: u32) -> Vec<u32> {
    let (h, w) = (f64::from(height), f64::from(width));
    let mut cuts = Vec::new();
    for pair in path.windows(2) {
        let ([was_x, was_y], [x, y]) = (pair[0], pair[1]);
        if x == was_x {
            continue;
        }
        let column = (if x < was_x { x } else { x - 1 } as f64 + 0.5) / 5.0 - 0.5;
        if column.floor() != column || column < 0.0 || column > w - 1.0 {
            continue;
        }
        let row = ((y.min(was_y) as f64 + 0.5) / 5.0 - 0.5).clamp(0.0, h).ceil();
        cuts.push(column as u32 * height + row as u32);
    }
    cuts
}

/// Sorted cuts to counts; two cuts at one place undo each other.
fn counts_of(cuts: &[u32]) -> Vec<u32> {
    let mut steps = cuts.iter().scan(0, |last, &cut| Some(cut - std::mem::replace(last, cut)));
    let mut counts = vec![steps.next().unwrap_or(0)];
    while let Some(step) = steps.next() {
        if step > 0 {
            counts.push(step);
        } else if let (Some(next), Some(last)) = (steps.next(), counts.last_mut()) {
            *last += next;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pixels(mask: &Mask) -> Vec<bool> {
        let mut pixels = vec![false; (mask.height * mask.width) as usize];
        for (from, to) in mask.runs() {
            pixels[from as usize..to as usize].fill(true);
        }
        pixels
    }

    #[test]
    fn a_square_covers_its_pixels() {
        let mask = Mask::from_ring(&[1.0, 1.0, 3.0, 1.0, 3.0, 4.0, 1.0, 4.0], 6, 5).unwrap();
        assert_eq!(mask.counts, [7, 3, 3, 3, 14]);
        assert_eq!((mask.area(), mask.bounds()), (6, [1, 1, 2, 3]));
    }

    #[test]
    fn endless_edges_are_refused() {
        assert_eq!(Mask::from_ring(&[0.0, 0.0, 1e300, 0.0, 0.0, 1.0], 5, 5), None);
        assert_eq!(Mask::from_ring(&[0.0, 0.0, f64::NAN, 0.0, 0.0, 1.0], 5, 5), None);
        let far: Vec<f64> = (0..40).flat_map(|n| [1e6 * f64::from(n % 2), 0.0]).collect();
        assert_eq!(Mask::from_ring(&far, 5, 5), None);
    }

    proptest! {
        #[test]
        fn union_and_intersection_are_those_of_the_pixels(
            a in prop::collection::vec(any::<bool>(), 42), b in prop::collection::vec(any::<bool>(), 42),
        ) {
            let left = Mask::from_pixels(6, 7, a.iter().copied());
            let right = Mask::from_pixels(6, 7, b.iter().copied());
            prop_assert_eq!(&pixels(&left), &a);
            let either: Vec<bool> = a.iter().zip(&b).map(|(a, b)| a | b).collect();
            let union = left.union(&right);
            prop_assert_eq!(pixels(&union), either);
            prop_assert_eq!(union.counts.iter().sum::<u32>(), 42);
            let both = a.iter().zip(&b).filter(|(a, b)| **a && **b).count() as u64;
            prop_assert_eq!(left.intersection(&right), both);
        }

        #[test]
        fn the_compressed_string_comes_back(a in prop::collection::vec(any::<bool>(), 1..300)) {
            let mask = Mask::from_pixels(a.len() as u32, 1, a.iter().copied());
            prop_assert_eq!(Mask::counts_from_string(&mask.to_compressed()), Some(mask.counts));
        }

        #[test]
        fn no_string_panics(text in "\\PC{0,40}") {
            let _ = Mask::counts_from_string(&text);
        }

        #[test]
        fn counts_always_sum_to_the_pixels(
            ring in prop::collection::vec(-20.0..30.0_f64, 0..16), h in 1..12_u32, w in 1..12_u32,
        ) {
            let mask = Mask::from_ring(&ring, h, w).unwrap();
            prop_assert_eq!(mask.counts.iter().sum::<u32>(), h * w);
        }
    }
}
