//! Where records and fields of delimited text end.

use memchr::{memchr, memchr2};

use super::Dialect;

/// Lines of the head that decide on the delimiter.
const SNIFFED_RECORDS: usize = 32;

/// What stands at the head of the view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// A record of `len` bytes, `used` with its line end; `quoted` if a field opens a quote.
    Record {
        /// Bytes without the line end.
        len: usize,
        /// Bytes with the line end.
        used: usize,
        /// Whether a field is quoted.
        quoted: bool,
    },
    /// A quote is open that does not close.
    Unterminated,
    /// Longer than the limit.
    TooLong,
    /// Nothing is left.
    End,
}

/// Looks for the end of one record in a view that grows.
#[derive(Debug)]
pub(super) struct Finder {
    dialect: Dialect,
    at: usize,
    /// Where the open quote is.
    open: Option<usize>,
    quoted: bool,
}

impl Finder {
    /// Begins at a record's first byte.
    pub(super) fn new(dialect: Dialect) -> Self {
        Self { dialect, at: 0, open: None, quoted: false }
    }

    /// Looks on in `data`, which begins with the record; `None` if more is needed.
    pub(super) fn find(&mut self, data: &[u8], done: bool) -> Option<Cut> {
        loop {
            if let Some(open) = self.open {
                if !self.close(data, done, open)? {
                    return Some(Cut::Unterminated);
                }
                continue;
            }
            let Some(step) = memchr2(self.dialect.line_end, b'"', &data[self.at..]) else {
                self.at = data.len();
                return done.then(|| match data.len() {
                    0 => Cut::End,
                    used => self.cut(data, used, used),
                });
            };
            let found = self.at + step;
            if data[found] != b'"' {
                return Some(self.cut(data, found, found + 1));
            }
            if found == 0 || data[found - 1] == self.dialect.delimiter {
                self.open = Some(found);
                self.quoted = true;
            }
            self.at = found + 1;
        }
    }

    /// Looks for the quote that closes; `Some(false)` if there is none.
    fn close(&mut self, data: &[u8], done: bool, open: usize) -> Option<bool> {
        let Some(step) = memchr(b'"', &data[self.at..]) else {
            self.at = data.len();
            return done.then_some(false);
        };
        let found = self.at + step;
        let ends = match data.get(found + 1) {
            None if !done => {
                self.at = found;
                return None;
            }
            Some(b'"') => {
                self.at = found + 2;
                return Some(true);
            }
            None | Some(b'\r' | b'\n') => true,
            Some(&byte) => byte == self.dialect.delimiter,
        };
        if !ends && memchr(self.dialect.line_end, &data[open..found]).is_some() {
            return Some(false);
        }
        self.open = None;
        self.at = found + 1;
        Some(true)
    }

    /// What to make of a record that is longer than the limit.
    pub(super) fn give_up(&self) -> Cut {
        if self.open.is_some() { Cut::Unterminated } else { Cut::TooLong }
    }

    fn cut(&self, data: &[u8], end: usize, used: usize) -> Cut {
        let carriage = self.dialect.line_end == b'\n' && end > 0 && data[end - 1] == b'\r';
        Cut::Record { len: end - usize::from(carriage), used, quoted: self.quoted }
    }
}

/// Where a field is in its record, without its outer quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) quoted: bool,
}

impl Field {
    /// The content of a quoted field.
    pub(super) fn unquote<'t>(&self, record: &'t str, text: &'t mut String) -> &'t str {
        let raw = &record[self.start + 1..self.end];
        let plain = raw.strip_suffix('"').unwrap_or(raw);
        if memchr(b'"', plain.as_bytes()).is_none() {
            return plain;
        }
        text.clear();
        let mut rest = raw;
        while let Some((before, after)) = rest.split_once('"') {
            text.push_str(before);
            let Some(after) = after.strip_prefix('"') else {
                // The quote that closes; what follows it stands as it is.
                rest = after;
                break;
            };
            text.push('"');
            rest = after;
        }
        text.push_str(rest);
        text
    }

    /// The content, quoted or not.
    pub(super) fn content<'t>(&self, record: &'t str, text: &'t mut String) -> &'t str {
        if self.quoted { self.unquote(record, text) } else { &record[self.start..self.end] }
    }
}

/// Splits a record into its fields.
pub(super) fn split(record: &[u8], delimiter: u8, quoted: bool, fields: &mut Vec<Field>) {
    fields.clear();
    let mut start = 0;
    if !quoted {
        each(delimiter, record, |end| {
            fields.push(Field { start, end, quoted: false });
            start = end + 1;
        });
        return fields.push(Field { start, end: record.len(), quoted: false });
    }
    loop {
        let quoted = record.get(start) == Some(&b'"');
        let from = if quoted { closing(record, start + 1) } else { start };
        let end = memchr(delimiter, &record[from..]).map_or(record.len(), |step| from + step);
        fields.push(Field { start, end, quoted });
        if end == record.len() {
            return;
        }
        start = end + 1;
    }
}

/// Calls `found` with each place of a byte; fields are short, so eight bytes are looked at together.
fn each(byte: u8, bytes: &[u8], mut found: impl FnMut(usize)) {
    const LOW: u64 = u64::from_ne_bytes([0x7f; 8]);
    let pattern = u64::from_ne_bytes([byte; 8]);
    let (words, rest) = bytes.as_chunks();
    for (index, word) in words.iter().enumerate() {
        let differs = u64::from_le_bytes(*word) ^ pattern;
        // The top bit of each byte that is equal, and of no other.
        let mut equal = !(((differs & LOW) + LOW) | differs | LOW);
        while equal != 0 {
            found(index * 8 + equal.trailing_zeros() as usize / 8);
            equal &= equal - 1;
        }
    }
    let start = words.len() * 8;
    for (at, _) in rest.iter().enumerate().filter(|&(_, &other)| other == byte) {
        found(start + at);
    }
}

/// The place after the quote that closes a field.
fn closing(record: &[u8], mut at: usize) -> usize {
    while let Some(step) = memchr(b'"', &record[at..]) {
        at += step + 1;
        if record.get(at) != Some(&b'"') {
            return at;
        }
        at += 1;
    }
    record.len()
}

/// Tells delimiter and line end by the head of a file; its name decides when the head does not.
pub(in crate::formats) fn sniff(head: &[u8], name: &str) -> Dialect {
    let line_end =
        if memchr(b'\n', head).is_none() && memchr(b'\r', head).is_some() { b'\r' } else { b'\n' };
    let first = if name.contains(".tsv") || name.contains(".tab") { b'\t' } else { b',' };
    let mut best = (0, 0, Dialect { delimiter: first, line_end });
    for delimiter in [first, b'\t', b',', b';', b'|'] {
        let dialect = Dialect { delimiter, line_end };
        let (alike, fields) = evenness(head, dialect);
        if fields > 1 && (alike, fields) > (best.0, best.1) {
            best = (alike, fields, dialect);
        }
    }
    best.2
}

/// The cells of the first whole records that are not blank, up to `most`; broken text is replaced.
pub(super) fn leading(head: &[u8], dialect: Dialect, most: usize) -> Vec<Vec<String>> {
    let (mut records, mut rest) = (Vec::new(), head);
    let (mut fields, mut text) = (Vec::new(), String::new());
    while records.len() < most && !rest.is_empty() {
        let cut = Finder::new(dialect).find(rest, true);
        let Some(Cut::Record { len, used, quoted }) = cut else { break };
        if len > 0 {
            let record = String::from_utf8_lossy(&rest[..len]);
            split(record.as_bytes(), dialect.delimiter, quoted, &mut fields);
            let cell = |field: &Field| field.content(&record, &mut text).trim_ascii().to_owned();
            records.push(fields.iter().map(cell).collect());
        }
        rest = &rest[used..];
    }
    records
}

/// How many of the first records have as many fields as the first (in eighths), and how many.
pub(in crate::formats) fn evenness(head: &[u8], dialect: Dialect) -> (usize, usize) {
    let (mut records, mut alike, mut expected) = (0, 0, 0);
    let (mut rest, mut fields) = (head, Vec::new());
    while records < SNIFFED_RECORDS {
        let cut = Finder::new(dialect).find(rest, true);
        let Some(Cut::Record { len, used, quoted }) = cut else { break };
        if used == rest.len() && records > 0 && rest.last() != Some(&dialect.line_end) {
            break;
        }
        if len > 0 {
            split(&rest[..len], dialect.delimiter, quoted, &mut fields);
            if records == 0 {
                expected = fields.len();
            }
            records += 1;
            alike += usize::from(fields.len() == expected);
        }
        rest = &rest[used..];
        if rest.is_empty() {
            break;
        }
    }
    ((alike * 8).checked_div(records).unwrap_or_default(), expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn each_place_is_found(bytes in "[,\\-.\u{ac}\u{0}a]{0,40}") {
            let mut found = Vec::new();
            each(b',', bytes.as_bytes(), |at| found.push(at));
            let expected: Vec<usize> = memchr::memchr_iter(b',', bytes.as_bytes()).collect();
            proptest::prop_assert_eq!(found, expected);
        }
    }

    const COMMA: Dialect = Dialect { delimiter: b',', line_end: b'\n' };

    fn fields(record: &str) -> Vec<String> {
        let cut = Finder::new(COMMA).find(record.as_bytes(), true);
        let Some(Cut::Record { len, quoted, .. }) = cut else { panic!("{record}: {cut:?}") };
        let (mut fields, mut text) = (Vec::new(), String::new());
        split(&record.as_bytes()[..len], b',', quoted, &mut fields);
        let content = |field: &Field| field.content(record, &mut text).to_owned();
        fields.iter().map(content).collect()
    }

    #[test]
    fn quotes_are_undone() {
        assert_eq!(fields("a,b\r\n"), ["a", "b"]);
        assert_eq!(fields("\"a,\"\"b\"\"\",\"\"\n"), ["a,\"b\"", ""]);
        assert_eq!(fields("\"two\nlines\",x"), ["two\nlines", "x"]);
        assert_eq!(fields("\"a\"b,c\"d\n"), ["ab", "c\"d"]);
        assert_eq!(fields(",\n"), ["", ""]);
    }

    #[test]
    fn an_open_quote_is_seen() {
        for text in ["\"a\n", "x,\"a,3\n6,\"x\",7\n"] {
            assert_eq!(Finder::new(COMMA).find(text.as_bytes(), true), Some(Cut::Unterminated));
        }
    }

    #[test]
    fn a_record_is_found_however_it_comes() {
        let text = b"\"a\"\"\n\",b\r\nnext";
        for first in 0..text.len() {
            let mut finder = Finder::new(COMMA);
            let early = finder.find(&text[..first], false);
            let cut = early.or_else(|| finder.find(text, true));
            assert_eq!(cut, Some(Cut::Record { len: 8, used: 10, quoted: true }), "{first}");
        }
    }

    #[test]
    fn delimiters_are_told() {
        for (text, delimiter) in [
            ("a,b\n1,2\n", b','),
            ("a;b;c\n1,5;2;3\n2,5;3;4\n", b';'),
            ("a\tb\nx, y\tz\n", b'\t'),
            ("a|b\n\"x|y\"|z\n", b'|'),
            ("one\ntwo\n", b','),
        ] {
            assert_eq!(sniff(text.as_bytes(), "t.csv").delimiter, delimiter, "{text}");
        }
        assert_eq!(sniff(b"a\rb\r", "t.csv").line_end, b'\r');
    }
}
