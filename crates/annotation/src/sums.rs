//! Sums of floats that do not depend on how many threads add them.

use std::ops::Range;

use rayon::prelude::*;

/// Rows one chunk covers. Part of the results' meaning: change it and last digits change.
pub const CHUNK: usize = 4_096;

/// Folds rows in chunks of fixed size, in parallel, and returns the chunks' results in order.
pub fn chunks<T: Send>(rows: usize, fold: impl Fn(Range<usize>) -> T + Sync + Send) -> Vec<T> {
    ranges(rows).map(fold).collect()
}

/// Ranges of [`CHUNK`] rows, in order, to be walked in parallel.
pub fn ranges(rows: usize) -> impl IndexedParallelIterator<Item = Range<usize>> {
    (0..rows.div_ceil(CHUNK))
        .into_par_iter()
        .map(move |chunk| chunk * CHUNK..rows.min((chunk + 1) * CHUNK))
}

/// The sum of a number a row: chunk by chunk, chunks in order.
pub fn sum(rows: usize, of: impl Fn(usize) -> f64 + Sync + Send) -> f64 {
    chunks(rows, |range| range.map(&of).sum::<f64>()).into_iter().sum()
}

/// Parts that sums of large tables are cut into, at most: a number of its own, not of threads.
pub const PARTS: usize = 16;

/// Folds rows in so many ranges of one size, in parallel, and returns their results in order.
///
/// For folds whose result is too large to keep one for each chunk.
pub fn parts<T: Send>(
    rows: usize,
    parts: usize,
    fold: impl Fn(Range<usize>) -> T + Sync + Send,
) -> Vec<T> {
    let size = rows.div_ceil(parts.max(1)).max(1);
    (0..rows.div_ceil(size))
        .into_par_iter()
        .map(|part| fold(part * size..rows.min((part + 1) * size)))
        .collect()
}

/// Adds `part` to `total`, place by place; two at a time, for rows are short.
#[inline]
pub fn add(total: &mut [f64], part: &[f64]) {
    // Both are cut alike, or their ends would not meet.
    let both = total.len().min(part.len());
    let (total, part) = (&mut total[..both], &part[..both]);
    let (pairs, rest) = total.as_chunks_mut::<2>();
    let (part, part_rest) = part.as_chunks::<2>();
    for ([a, b], [c, d]) in pairs.iter_mut().zip(part) {
        *a += c;
        *b += d;
    }
    rest.iter_mut().zip(part_rest).for_each(|(total, part)| *total += part);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_longer_keeps_its_end() {
        let mut total = [1.0; 6];
        add(&mut total, &[1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(total, [2.0, 3.0, 4.0, 5.0, 6.0, 1.0]);
        add(&mut total[..1], &[1.0, 2.0, 3.0]);
        assert_eq!(total[..2], [3.0, 3.0]);
    }

    #[test]
    fn a_sum_has_the_same_bits_at_any_thread_count() {
        let of = |row: usize| 1.0 / (row as f64 + 0.1);
        let bits: Vec<u64> = [1, 2, 8]
            .into_iter()
            .map(|threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| sum(100_000, of)).to_bits()
            })
            .collect();
        assert!(bits.windows(2).all(|pair| pair[0] == pair[1]));
    }
}
