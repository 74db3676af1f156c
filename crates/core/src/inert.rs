//! Text from outside that must not act: on a terminal, in a spreadsheet.

/// The text without what could steer a terminal: controls, direction marks, invisible signs.
pub fn clean(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}

/// Whether a spreadsheet would take a text for a formula.
pub fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_a_terminal() {
        assert_eq!(clean("a\u{1b}[31m\u{202e}b"), "a\u{fffd}[31m\u{fffd}b");
    }

    #[test]
    fn signs_that_start_formulas_are_known() {
        for text in ["=1", "+1", "-1", "@a", "\t=1", "＝1"] {
            assert!(is_formula(text), "{text:?}");
        }
        assert!(!is_formula("数据") && !is_formula("") && !is_formula("1=1"));
    }
}
