//! Integer counts about one column.

use arrow::array::Array;

use super::sketch::{Kept, Sketch};
use crate::cell::{Cell, Cells};

/// Bytes at the head of a long cell that are looked at for words and script.
const HEAD_BYTES: usize = 256;
/// Characters kept of the least and greatest text.
const BOUND_CHARS: usize = 64;

/// Integer counts about one column of one file; merging is exact in any order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    /// Cells that hold something.
    pub filled: u64,
    /// Cells that are empty or spell null.
    pub nulls: u64,
    /// Cells that are numbers.
    pub numbers: u64,
    /// Numbers without a fraction.
    pub whole: u64,
    /// Cells that are dates or times.
    pub times: u64,
    /// Cells that are truth values.
    pub booleans: u64,
    /// Characters of text cells.
    pub characters: u64,
    /// Bytes of text cells.
    pub bytes: u64,
    /// Text cells that read as running text: five words or so.
    pub running: u64,
    /// Text cells that are one token with a digit in it: codes, addresses of pages, keys.
    pub tokens: u64,
    /// Different values.
    pub sketch: Sketch,
    /// Smallest and largest number.
    pub numbers_range: Option<(f64, f64)>,
    /// Earliest and latest time, microseconds.
    pub times_range: Option<(i64, i64)>,
    /// Smallest and largest text by bytes, cut to 64 characters.
    pub texts_range: Option<(String, String)>,
}

impl Tally {
    /// Counts a column of a batch.
    pub fn observe(&mut self, array: &dyn Array) {
        let cells = Cells::of(array);
        if matches!(cells, Cells::Null) {
            self.nulls += array.len() as u64;
            return;
        }
        let mut scratch = String::new();
        let mut seen = Vec::new();
        for row in 0..array.len() {
            let Some(cell) = cells.cell(row, &mut scratch) else {
                self.nulls += 1;
                continue;
            };
            self.filled += 1;
            self.count(&cell);
            let hash = sketch_hash(&cell);
            if self.sketch.wants(hash) {
                seen.push((hash, Kept::of(&cell)));
                // A full pile of candidates is joined early: it tightens what is wanted.
                if seen.len() >= 16 * Sketch::K {
                    self.sketch.add(&mut seen);
                }
            } else {
                self.sketch.leave_out();
            }
        }
        self.sketch.add(&mut seen);
    }

    fn count(&mut self, cell: &Cell<'_>) {
        match *cell {
            Cell::Number(value) => {
                self.numbers += 1;
                self.whole += u64::from(value.fract() == 0.0);
                widen(&mut self.numbers_range, value, value);
            }
            Cell::Integer(value) => {
                self.numbers += 1;
                self.whole += 1;
                widen(&mut self.numbers_range, value as f64, value as f64);
            }
            Cell::Time(micros) => {
                self.times += 1;
                widen(&mut self.times_range, micros, micros);
            }
            Cell::Boolean(_) => self.booleans += 1,
            Cell::Text(text) => self.count_text(text),
        }
    }

    fn count_text(&mut self, text: &str) {
        self.characters += characters(text);
        self.bytes += text.len() as u64;
        let head = head(text, HEAD_BYTES);
        let (weight, words, digits) = words(head);
        self.running += u64::from(weight >= 10);
        self.tokens += u64::from(words == 1 && head.is_ascii() && (digits || text.len() >= 24));
        widen_text(&mut self.texts_range, text, text);
    }

    /// Adds what another part counted.
    pub fn merge(&mut self, other: &Self) {
        self.filled += other.filled;
        self.nulls += other.nulls;
        self.numbers += other.numbers;
        self.whole += other.whole;
        self.times += other.times;
        self.booleans += other.booleans;
        self.characters += other.characters;
        self.bytes += other.bytes;
        self.running += other.running;
        self.tokens += other.tokens;
        self.sketch.merge(&other.sketch);
        if let Some((least, greatest)) = other.numbers_range {
            widen(&mut self.numbers_range, least, greatest);
        }
        if let Some((least, greatest)) = other.times_range {
            widen(&mut self.times_range, least, greatest);
        }
        if let Some((least, greatest)) = &other.texts_range {
            widen_text(&mut self.texts_range, least, greatest);
        }
    }

    /// Text cells.
    pub fn texts(&self) -> u64 {
        self.filled - self.numbers - self.times - self.booleans
    }

    /// Share of filled cells; 0 without any.
    pub(super) fn share(&self, count: u64) -> f64 {
        if self.filled == 0 { 0.0 } else { count as f64 / self.filled as f64 }
    }
}

/// Hash for the sketch: long texts by length, head and tail, since a sketch need not read a book.
fn sketch_hash(cell: &Cell<'_>) -> u64 {
    let Cell::Text(text) = cell else { return cell.hash() };
    let bytes = text.as_bytes();
    if bytes.len() <= 4 * HEAD_BYTES {
        return cell.hash();
    }
    use xxhash_rust::xxh3::xxh3_64_with_seed as xxh3;
    let head = xxh3(&bytes[..2 * HEAD_BYTES], bytes.len() as u64);
    xxh3(&bytes[bytes.len() - 2 * HEAD_BYTES..], head)
}

/// Characters of a text.
pub(crate) fn characters(text: &str) -> u64 {
    text.chars().count() as u64
}

/// At most so many bytes, whole characters.
fn head(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes { text } else { &text[..text.floor_char_boundary(bytes)] }
}

/// Weight (two a word, one a character of a script without spaces), words, and whether a digit
/// occurs.
fn words(text: &str) -> (u32, u32, bool) {
    let (mut weight, mut words, mut digits, mut inside) = (0, 0, false, false);
    for character in text.chars() {
        let unspaced = matches!(character, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}'
            | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}');
        digits |= character.is_ascii_digit();
        if unspaced {
            weight += 1;
            words += u32::from(!inside);
            inside = true;
        } else if character.is_whitespace() || character == '、' {
            inside = false;
        } else if !inside {
            inside = true;
            words += 1;
            weight += 2;
        }
    }
    (weight, words, digits)
}

fn widen<T: PartialOrd + Copy>(range: &mut Option<(T, T)>, low: T, high: T) {
    let (least, greatest) = range.get_or_insert((low, high));
    if low < *least {
        *least = low;
    }
    if high > *greatest {
        *greatest = high;
    }
}

fn widen_text(range: &mut Option<(String, String)>, low: &str, high: &str) {
    let bound = |text: &str| -> String { text.chars().take(BOUND_CHARS).collect() };
    let Some((least, greatest)) = range else {
        *range = Some((bound(low), bound(high)));
        return;
    };
    if low < least.as_str() {
        *least = bound(low);
    }
    if high > greatest.as_str() && !high.starts_with(greatest.as_str())
        || high > greatest.as_str() && greatest.chars().count() < BOUND_CHARS
    {
        *greatest = bound(high);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::StringArray;
    use proptest::prelude::*;

    fn tally(cells: &[Option<String>]) -> Tally {
        let mut tally = Tally::default();
        tally.observe(&StringArray::from(cells.to_vec()));
        tally
    }

    #[test]
    fn counts_kinds_and_words() {
        let cells = [
            "1",
            "2.5",
            "2013-01-01",
            "true",
            "",
            "NA",
            "abc",
            "an answer of five words or more",
            "高血压患者能吃党参吗？",
            "A-17",
        ];
        let tally = tally(&cells.map(|cell| Some(cell.to_owned())));
        assert_eq!((tally.filled, tally.nulls), (8, 2));
        assert_eq!((tally.numbers, tally.whole, tally.times, tally.booleans), (2, 1, 1, 1));
        assert_eq!((tally.running, tally.tokens, tally.texts()), (2, 1, 4));
        assert_eq!(tally.characters, 3 + 31 + 11 + 4);
        assert_eq!(tally.numbers_range, Some((1.0, 2.5)));
    }

    fn spelled() -> impl Strategy<Value = Option<String>> {
        prop::option::of(prop_oneof![
            "[a-c]{0,3}",
            any::<i16>().prop_map(|value| value.to_string()),
            any::<f32>().prop_map(|value| value.to_string()),
            "[ab 血压]{60,70}",
            "20[0-2][0-9]-0[1-9]-1[0-9]",
        ])
    }

    proptest! {
        /// Any cut and order of a column leaves the same tally.
        #[test]
        fn merging_is_order_free(
            cells in prop::collection::vec(spelled(), 0..80),
            cut in any::<prop::sample::Index>(),
        ) {
            let whole = tally(&cells);
            let (left, right) = cells.split_at(cut.index(cells.len() + 1));
            let mut merged = tally(right);
            merged.merge(&tally(left));
            prop_assert_eq!(&merged, &whole);
            let reversed: Vec<_> = cells.iter().rev().cloned().collect();
            prop_assert_eq!(&tally(&reversed), &whole);
        }
    }
}
