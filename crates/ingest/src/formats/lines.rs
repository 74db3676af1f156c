//! Cuts a stream into lines without holding more than one and the limit.

use memchr::memchr;

use crate::stream::Window;

/// The next line of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// A line of `len` bytes without its end, `used` bytes with it, is at the head of the window.
    Whole {
        /// Bytes without the line end.
        len: usize,
        /// Bytes with the line end.
        used: usize,
    },
    /// The stream broke off in this line; `used` bytes of it are in the window.
    Cut {
        /// Bytes there are.
        used: usize,
    },
    /// The line is longer than the limit; the window is past it.
    TooLong,
    /// Nothing is left.
    End,
}

/// Brings the next line into view.
pub(super) fn next(window: &mut Window<'_>, limit: u64) -> Line {
    let mut from = 0;
    loop {
        if let Some(step) = memchr(b'\n', &window.data()[from..]) {
            let end = from + step;
            if end as u64 > limit + 1 {
                window.consume(end + 1);
                return Line::TooLong;
            }
            let len = end - usize::from(end > 0 && window.data()[end - 1] == b'\r');
            return Line::Whole { len, used: end + 1 };
        }
        from = window.data().len();
        if from as u64 > limit + 1 {
            discard(window);
            return Line::TooLong;
        }
        if !window.fill() {
            break;
        }
    }
    let used = window.data().len();
    match used {
        0 => Line::End,
        _ if window.is_broken() => Line::Cut { used },
        _ if used as u64 > limit => {
            window.consume(used);
            Line::TooLong
        }
        _ => Line::Whole { len: used, used },
    }
}

/// Moves past the end of the line under way.
fn discard(window: &mut Window<'_>) {
    loop {
        if let Some(step) = memchr(b'\n', window.data()) {
            return window.consume(step + 1);
        }
        window.consume(window.data().len());
        if !window.fill() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_they_end() {
        let mut window = Window::new(Box::new(&b"a\r\n\nlong line\nb"[..]));
        let mut seen = Vec::new();
        loop {
            let line = next(&mut window, 4);
            seen.push(line);
            match line {
                Line::Whole { used, .. } => window.consume(used),
                Line::End => break,
                _ => {}
            }
        }
        let whole = |len, used| Line::Whole { len, used };
        assert_eq!(seen, [whole(1, 3), whole(0, 1), Line::TooLong, whole(1, 1), Line::End]);
    }
}
