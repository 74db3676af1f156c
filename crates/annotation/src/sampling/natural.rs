//! Whole numbers of any size: only what exact binomial coefficients need.

use std::cmp::Ordering;

/// A whole number, in limbs of 2⁶⁴, smallest first, no zero limb on top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Natural(Vec<u64>);

impl Natural {
    pub(super) fn new(value: u64) -> Self {
        let mut number = Self(vec![value]);
        number.trim();
        number
    }

    /// `n` over `k`; 0 where `k > n`.
    pub(super) fn binomial(n: u64, k: u64) -> Self {
        if k > n {
            return Self::new(0);
        }
        let mut number = Self::new(1);
        for step in 0..k.min(n - k) {
            number.multiply(n - step);
            number.divide(step + 1);
        }
        number
    }

    pub(super) fn add(&mut self, other: &Self) {
        let mut carry = 0;
        for at in 0..self.0.len().max(other.0.len()) {
            if at == self.0.len() {
                self.0.push(0);
            }
            let sum = u128::from(self.0[at])
                + u128::from(other.0.get(at).copied().unwrap_or(0))
                + u128::from(carry);
            self.0[at] = sum as u64;
            carry = (sum >> 64) as u64;
        }
        if carry > 0 {
            self.0.push(carry);
        }
    }

    pub(super) fn multiply(&mut self, factor: u64) {
        let mut carry = 0;
        for limb in &mut self.0 {
            let product = u128::from(*limb) * u128::from(factor) + u128::from(carry);
            *limb = product as u64;
            carry = (product >> 64) as u64;
        }
        if carry > 0 {
            self.0.push(carry);
        }
        self.trim();
    }

    /// Divides by a number that divides it.
    fn divide(&mut self, divisor: u64) {
        let mut rest = 0_u128;
        for limb in self.0.iter_mut().rev() {
            let value = (rest << 64) | u128::from(*limb);
            *limb = (value / u128::from(divisor)) as u64;
            rest = value % u128::from(divisor);
        }
        self.trim();
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        let mut product = vec![0_u64; self.0.len() + other.0.len()];
        for (at, &limb) in self.0.iter().enumerate() {
            let mut carry = 0_u128;
            for (step, &factor) in other.0.iter().enumerate() {
                let sum =
                    u128::from(product[at + step]) + u128::from(limb) * u128::from(factor) + carry;
                product[at + step] = sum as u64;
                carry = sum >> 64;
            }
            product[at + other.0.len()] = carry as u64;
        }
        let mut product = Self(product);
        product.trim();
        product
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coefficients_follow_pascal() {
        for n in 1..200_u64 {
            for k in 1..n {
                let mut sum = Natural::binomial(n - 1, k - 1);
                sum.add(&Natural::binomial(n - 1, k));
                assert_eq!(Natural::binomial(n, k), sum, "{n} {k}");
            }
        }
        assert_eq!(Natural::binomial(50, 25), Natural::new(126_410_606_437_752));
        assert_eq!(Natural::binomial(3, 4), Natural::new(0));
    }

    #[test]
    fn products_are_sums_of_products() {
        let a = Natural::binomial(150, 60);
        let mut by_parts = a.times(&Natural::binomial(99, 10));
        by_parts.add(&a.times(&Natural::binomial(99, 11)));
        assert_eq!(by_parts, a.times(&Natural::binomial(100, 11)));
        assert!(by_parts > a);
    }
}
