//! Finds where a JSON value ends without looking at what it says.

use memchr::memchr2;

/// A walk over one value that may be fed in pieces.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scan {
    depth: u32,
    in_string: bool,
    in_scalar: bool,
    escaped: bool,
}

impl Scan {
    /// Walks on over `bytes`, which go on where the last piece ended.
    ///
    /// Returns the length up to the end of the value, or `None` when it goes on. A scalar ends
    /// before the byte that ends it.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            if self.in_string {
                at = self.string(bytes, at)?;
                if self.depth == 0 {
                    return Some(at);
                }
                continue;
            }
            match bytes[at] {
                b'"' if !self.in_scalar => self.in_string = true,
                b'{' | b'[' if !self.in_scalar => self.depth += 1,
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                byte if self.depth == 0 => {
                    if matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n') {
                        return Some(at);
                    }
                    self.in_scalar = true;
                }
                _ => {}
            }
            at += 1;
        }
        None
    }

    /// The place after the string that is open at `at`.
    fn string(&mut self, bytes: &[u8], mut at: usize) -> Option<usize> {
        if self.escaped {
            self.escaped = false;
            at += 1;
        }
        while at < bytes.len() {
            at += memchr2(b'"', b'\\', &bytes[at..])?;
            if bytes[at] == b'"' {
                self.in_string = false;
                return Some(at + 1);
            }
            if at + 1 == bytes.len() {
                self.escaped = true;
                return None;
            }
            at += 2;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &[(&str, usize)] = &[
        (r#"{"a":"}\"]","b":[1,{}]},2"#, 23),
        (r#""te\\xt",1"#, 8),
        ("12.5e3]", 6),
        ("true }", 4),
        ("[[],[\"]\"]] ", 10),
        ("a\"b,", 3),
    ];

    #[test]
    fn ends_where_the_value_ends_however_it_is_cut() {
        for &(text, end) in CASES {
            assert_eq!(Scan::default().feed(text.as_bytes()), Some(end), "{text}");
            for cut in 0..end {
                let (left, right) = text.as_bytes().split_at(cut);
                let mut scan = Scan::default();
                assert_eq!(scan.feed(left), None, "{text} at {cut}");
                assert_eq!(scan.feed(right), Some(end - cut), "{text} at {cut}");
            }
        }
    }
}
