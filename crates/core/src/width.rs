//! Full-width signs, as Chinese input methods write them.

/// The ASCII sign that a full-width sign stands for; any other sign as it is.
pub fn narrow(sign: char) -> char {
    match sign {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(sign) - 0xfee0).expect("the block maps onto ASCII")
        }
        '\u{ffe5}' => '¥',
        sign => sign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_full_width_block_changes() {
        let narrowed: String = "９１Ａｚ，．￥　数a".chars().map(narrow).collect();
        assert_eq!(narrowed, "91Az,.¥ 数a");
    }
}
