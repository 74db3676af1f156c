//! Products of many chances: numbers while they fit, and one logarithm at the end.
//!
//! A logarithm for each answer and an exponential for each class of each item cost more than
//! everything else of a round; multiplying costs next to nothing.

use std::f64::consts::LN_2;
use std::ops::Range;

use crate::table::{LabelTable, Vote};

/// Answers whose chances, none below [`super::dawid_skene::FLOOR`], are multiplied before the row is
/// brought back to a largest of 1.
const SAFE: usize = 16;

/// A product of positive numbers, however large or small.
#[derive(Debug, Clone, Copy)]
pub(super) struct Product {
    /// In `[1, 2)`.
    mantissa: f64,
    exponent: i64,
    /// Logarithm of the factors too small to be taken apart.
    rest: f64,
}

impl Product {
    /// Of nothing.
    pub(super) const ONE: Self = Self { mantissa: 1.0, exponent: 0, rest: 0.0 };

    /// Takes in a factor.
    #[inline]
    pub(super) fn multiply(&mut self, factor: f64) {
        if !factor.is_normal() {
            self.rest += factor.ln();
            return;
        }
        let bits = factor.to_bits();
        self.exponent += (bits >> 52) as i64 - 1023;
        let mantissa = self.mantissa * f64::from_bits(bits << 12 >> 12 | 1023 << 52);
        let is_over = mantissa >= 2.0;
        self.mantissa = if is_over { 0.5 * mantissa } else { mantissa };
        self.exponent += i64::from(is_over);
    }

    /// Its natural logarithm.
    pub(super) fn ln(self) -> f64 {
        self.mantissa.ln() + self.exponent as f64 * LN_2 + self.rest
    }
}

/// Items whose shares are worked out together. Each step runs over all of them before the next does, for
/// numbers just written are slow to come back.
pub(super) const BLOCK: usize = 64;

/// Cuts items into blocks, in order.
pub(super) fn blocks(items: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    items.clone().step_by(BLOCK).map(move |first| first..items.end.min(first + BLOCK))
}

/// Fills the shares of some items, `[items * classes]`: priors times what each answer says of the
/// classes, over their sum. The sums are factors of the likelihood, where there are answers.
pub(super) fn weigh(
    rows: &mut [f64],
    (table, items): (&LabelTable, Range<usize>),
    priors: &[f64],
    likelihood: &mut Product,
    say: impl Fn(&mut [f64], &Vote),
) {
    let classes = priors.len();
    for (item, row) in items.clone().zip(rows.chunks_exact_mut(classes)) {
        row.copy_from_slice(priors);
        let votes = table.of(item);
        if votes.len() <= SAFE {
            votes.iter().for_each(|vote| say(row, vote));
            continue;
        }
        for some in votes.chunks(SAFE) {
            some.iter().for_each(|vote| say(row, vote));
            let largest = row.iter().copied().fold(0.0, f64::max);
            likelihood.multiply(largest);
            row.iter_mut().for_each(|share| *share /= largest);
        }
    }
    for (item, row) in items.zip(rows.chunks_exact_mut(classes)) {
        let sum = total(row);
        let part = 1.0 / sum;
        row.iter_mut().for_each(|share| *share *= part);
        if !table.of(item).is_empty() {
            likelihood.multiply(sum);
        }
    }
}

/// The sum of a row: odd and even places on their own, which is twice as fast.
#[inline]
fn total(row: &[f64]) -> f64 {
    let (pairs, rest) = row.as_chunks::<2>();
    let sums = pairs.iter().fold([0.0; 2], |[a, b], [c, d]| [a + c, b + d]);
    sums[0] + sums[1] + rest.iter().sum::<f64>()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::table::Builder;

    proptest! {
        /// The logarithm of the product is the sum of the logarithms.
        #[test]
        fn a_product_is_a_sum_of_logarithms(logs in prop::collection::vec(-600.0..600.0_f64, 0..300)) {
            let mut product = Product::ONE;
            logs.iter().for_each(|log| product.multiply(log.exp()));
            let sum: f64 = logs.iter().map(|log| log.exp().ln()).sum();
            prop_assert!((product.ln() - sum).abs() < 1e-9 * (1.0 + sum.abs()));
        }

        /// Shares and likelihood are those of logarithms, with many answers as with few.
        #[test]
        fn shares_are_those_of_logarithms(
            said in prop::collection::vec((0..3_u32, -10..0_i32), 0..80),
        ) {
            let mut builder = Builder::with_classes(&["0", "1", "2"]);
            builder.add_item("");
            for (rater, (label, _)) in said.iter().enumerate() {
                builder.add("", &format!("{rater:02}"), &label.to_string());
            }
            let table = builder.build();
            let votes = table.of(0);
            let chance = |vote: &Vote, class: usize| {
                let floor = 10_f64.powi(said[vote.rater as usize].1);
                if class == vote.label as usize { 1.0 - floor / 2.0 } else { floor }
            };
            let priors = [0.2, 0.5, 0.3];
            let (mut row, mut product) = ([0.0; 3], Product::ONE);
            weigh(&mut row, (&table, 0..1), &priors, &mut product, |row, vote| {
                for (class, share) in row.iter_mut().enumerate() {
                    *share *= chance(vote, class);
                }
            });
            let mut logs = priors.map(f64::ln);
            for vote in votes {
                for (class, log) in logs.iter_mut().enumerate() {
                    *log += chance(vote, class).ln();
                }
            }
            let whole = super::super::normalise_logs(&mut logs);
            for (share, log) in row.iter().zip(logs) {
                prop_assert!((share - log).abs() < 1e-12, "{share} {log}");
            }
            let wanted = if votes.is_empty() { 0.0 } else { whole };
            prop_assert!((product.ln() - wanted).abs() < 1e-9 * (1.0 + wanted.abs()));
        }
    }

    #[test]
    fn a_factor_of_nothing_is_no_trouble() {
        let mut product = Product::ONE;
        product.multiply(1e-310);
        product.multiply(8.0);
        assert!((product.ln() - (1e-310_f64.ln() + 8_f64.ln())).abs() < 1e-9);
        product.multiply(0.0);
        assert_eq!(product.ln(), f64::NEG_INFINITY);
    }
}
