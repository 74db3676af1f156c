//! Laying out text on a terminal whose Chinese signs are two columns wide.

pub(crate) use shujian_core::inert::clean;
use unicode_width::UnicodeWidthChar;

/// Columns of the screen a report is made for.
pub(crate) const COLUMNS: usize = 80;

/// Columns a text takes, sign by sign.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(|sign| sign.width().unwrap_or(0)).sum()
}

/// The text filled up with spaces on the right, or cut with an ellipsis, to exactly `columns`.
pub(crate) fn fit(text: &str, columns: usize) -> String {
    let mut cut = cut(text, columns);
    cut.extend(std::iter::repeat_n(' ', columns.saturating_sub(width(&cut))));
    cut
}

/// The text filled up with spaces on the left to at least `columns`.
pub(crate) fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The text, cut with an ellipsis to at most `columns`.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for sign in text.chars() {
        used += sign.width().unwrap_or(0);
        if used > columns {
            break;
        }
        kept.push(sign);
    }
    if columns > 0 {
        kept.push('…');
    }
    kept
}

/// The text, its beginning cut with an ellipsis, in at most `columns`.
pub(crate) fn cut_front(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut used = 1;
    let mut start = text.len();
    for (at, sign) in text.char_indices().rev() {
        used += sign.width().unwrap_or(0);
        if used > columns {
            break;
        }
        start = at;
    }
    if columns == 0 { String::new() } else { format!("…{}", &text[start..]) }
}

/// The text in lines of at most `columns`, broken at spaces or between wide signs.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in words(text) {
        let solid = word.trim_end();
        if !line.is_empty() && width(&line) + width(solid) > columns {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
        }
        if width(solid) > columns {
            lines.push(cut(solid, columns));
        } else {
            line.push_str(word);
        }
    }
    if !line.trim_end().is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Pieces between which a line may break: words with their spaces, wide signs with the closing
/// punctuation after them.
fn words(text: &str) -> Vec<&str> {
    let mut starts = Vec::new();
    let mut before = ' ';
    for (at, sign) in text.char_indices() {
        let wide = |c: char| c.width() == Some(2);
        let closing = "，。；：、！？）》”’…".contains(sign);
        let opening = "（《“‘".contains(before);
        let breaks = before == ' ' && sign != ' ' || wide(sign) || (wide(before) && sign != ' ');
        if at == 0 || (breaks && !closing && !opening) {
            starts.push(at);
        }
        before = sign;
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(&start, end)| &text[start..end]).collect()
}

/// A count with thousands separators.
pub(crate) fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut spaced = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            spaced.push(',');
        }
        spaced.push(digit);
    }
    spaced
}

/// Points of hundredths: `78.32`.
pub(crate) fn points(centi: i64) -> String {
    format!("{}.{:02}", centi / 100, centi.rem_euclid(100))
}

/// Bytes in binary units: `1.5 MiB`.
pub(crate) fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// A bar of `columns` for a score in hundredths.
pub(crate) fn bar(centi: i64, columns: usize) -> String {
    let filled = usize::try_from(centi.clamp(0, 10_000)).unwrap_or(0) * columns / 10_000;
    format!("{}{}", "█".repeat(filled), "░".repeat(columns - filled))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_columns_not_characters() {
        assert_eq!(fit("规模", 8), "规模    ");
        assert_eq!(fit("价值密度", 5), "价值…");
        assert_eq!(right("规模", 6), "  规模");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(points(7832), "78.32");
        assert_eq!(bytes(1536), "1.5 KiB");
    }

    #[test]
    fn breaks_where_a_reader_would() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("修复或删除，乱码", 10), ["修复或删", "除，乱码"]);
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_asked(text in "\\PC{0,60}", columns in 2..40_usize) {
            let text = clean(&text);
            prop_assert!(width(&cut(&text, columns)) <= columns);
            prop_assert!(width(&cut_front(&text, columns)) <= columns);
            prop_assert_eq!(width(&fit(&text, columns)), columns);
            for line in wrap(&text, columns) {
                prop_assert!(width(&line) <= columns, "{:?}", line);
            }
        }
    }
}
