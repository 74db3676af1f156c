//! Amounts of memory as people write them.

/// Least memory a run accepts, bytes.
const LEAST: u64 = 16 << 20;

/// Bytes of `2GiB`, `500M`, `64000000`: K, M, G, T and KiB … are powers of 1024, KB … of 1000.
///
/// - Errors: not of this form, too large, or less than 16 MiB.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = text[digits.len()..].trim().to_ascii_lowercase();
    let number: u64 = digits.parse().map_err(|_| "not a number with a unit".to_owned())?;
    let (letter, base) = match unit.as_bytes() {
        [] | [b'b'] => (b'-', 1024),
        [letter] | [letter, b'i', b'b'] => (*letter, 1024),
        [letter, b'b'] => (*letter, 1000),
        _ => return Err(format!("unknown unit {unit:?}; use MiB, GiB, M or G")),
    };
    let power = b"-kmgt"
        .iter()
        .position(|known| *known == letter)
        .and_then(|power| u32::try_from(power).ok())
        .ok_or_else(|| format!("unknown unit {unit:?}; use MiB, GiB, M or G"))?;
    let bytes = u64::pow(base, power).checked_mul(number).ok_or("too large")?;
    if bytes < LEAST { Err("less than 16 MiB".to_owned()) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_units() {
        for (text, bytes) in [
            ("2GiB", 2 << 30),
            ("500M", 500 << 20),
            ("500MB", 500_000_000),
            ("1 g", 1 << 30),
            ("64000000", 64_000_000),
            ("16777216b", 16 << 20),
        ] {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
        for text in ["", "M", "-1G", "1.5G", "1X", "1GiBs", "99999999999T", "1M", "二G"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
