//! How much agreed information labels carry: what a dataset's annotation is worth.

use crate::special::entropy_bits;
use crate::table::LabelTable;

use super::{KRIPPENDORFF, Options, Undefined, Units};

/// Agreed information of labels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Information {
    /// Krippendorff's α.
    pub alpha: f64,
    /// Entropy of the distribution of all answers.
    pub entropy_bits: f64,
    /// `max(0, α) · entropy`: bits an item.
    pub agreed_bits: f64,
}

/// The agreed information of a table of answers: `domain.md` §3.3, the sum under x_A.
///
/// One constant label has no entropy and earns nothing: it is undefined, not high.
///
/// # Errors
/// As Krippendorff's α.
pub fn information(table: &LabelTable, options: &Options) -> Result<Information, Undefined> {
    let alpha = (KRIPPENDORFF.estimate)(table, options)?.value;
    let margins = Units::from_table(table).margins();
    let answers = margins.iter().sum::<u64>() as f64;
    let entropy_bits = margins.iter().map(|&count| entropy_bits(count as f64 / answers)).sum();
    Ok(Information { alpha, entropy_bits, agreed_bits: alpha.max(0.0) * entropy_bits })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::{Reason, tests::table};

    #[test]
    fn agreed_bits_need_both_agreement_and_variety() {
        let rows: [&[&str]; 4] = [&["a", "a"], &["b", "b"], &["c", "c"], &["d", "d"]];
        let found = information(&table(&rows), &Options::default()).unwrap();
        assert_eq!((found.alpha, found.entropy_bits, found.agreed_bits), (1.0, 2.0, 2.0));
        let against: [&[&str]; 2] = [&["a", "b"], &["b", "a"]];
        let found = information(&table(&against), &Options::default()).unwrap();
        assert_eq!((found.entropy_bits, found.agreed_bits), (1.0, 0.0));
        let constant: [&[&str]; 2] = [&["a", "a"], &["a", "a"]];
        let undefined = information(&table(&constant), &Options::default()).unwrap_err();
        assert_eq!(undefined.reason, Reason::OneValue);
    }
}
