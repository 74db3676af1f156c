//! Shares as they are written: exact decimal fractions.

/// A non-negative share `digits / 10^places`, as read from its shortest decimal form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    digits: u64,
    places: u32,
}

impl Decimal {
    /// The share a float was written as: 0.1 is one tenth, not the nearest binary fraction.
    ///
    /// `None` for numbers outside `[0, 1]` and those of more than 18 decimal places.
    pub fn of(share: f64) -> Option<Self> {
        if !(0.0..=1.0).contains(&share) {
            return None;
        }
        let text = format!("{share}");
        let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
        if rest.len() > 18 {
            return None;
        }
        let digits = format!("{whole}{rest}").parse().ok()?;
        Some(Self { digits, places: rest.len() as u32 })
    }

    /// Numerator and denominator.
    pub fn fraction(self) -> (u64, u64) {
        (self.digits, 10_u64.pow(self.places))
    }

    /// The largest whole number not above `share × count`.
    pub fn floor_of(self, count: u64) -> u64 {
        let (numerator, denominator) = self.fraction();
        (u128::from(numerator) * u128::from(count) / u128::from(denominator)) as u64
    }

    /// The smallest whole number not below `share × count`.
    pub fn ceil_of(self, count: u64) -> u64 {
        let (numerator, denominator) = self.fraction();
        (u128::from(numerator) * u128::from(count)).div_ceil(u128::from(denominator)) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_what_they_say() {
        let share = Decimal::of(0.07).unwrap();
        assert_eq!(share.fraction(), (7, 100));
        // In floats 0.07 · 100 is above 7.
        assert_eq!((share.floor_of(100), share.ceil_of(100)), (7, 7));
        assert_eq!(Decimal::of(0.015).unwrap().ceil_of(1_000_001), 15_001);
        assert_eq!(Decimal::of(1.0).unwrap().fraction(), (1, 1));
        assert_eq!(Decimal::of(1e-12).unwrap().fraction(), (1, 1_000_000_000_000));
    }

    #[test]
    fn what_is_no_share_is_none() {
        for bad in [-0.1, 1.1, f64::NAN, f64::INFINITY, 1e-30] {
            assert_eq!(Decimal::of(bad), None, "{bad}");
        }
    }
}
