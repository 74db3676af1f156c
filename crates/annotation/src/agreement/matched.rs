//! Agreement on marks (boxes, masks, spans, segments) after they were matched.

/// Counts of one comparison of two raters' marks. Comparisons add.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Matched {
    /// Matched marks of the same class.
    pub same: u64,
    /// Matched marks of different classes.
    pub confused: u64,
    /// Marks only the first rater made.
    pub only_first: u64,
    /// Marks only the second rater made.
    pub only_second: u64,
    /// Sum over matched marks of their overlap (intersection over union).
    pub overlap: f64,
    /// Items on which neither marked anything: agreement, counted apart.
    pub empty_on_both: u64,
}

/// What the counts say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MatchedAgreement {
    /// F1 of matched marks of the same class; `None` where nobody marked anything.
    pub f1: Option<f64>,
    /// F1 of matched marks whatever their class; `None` where nobody marked anything.
    pub f1_any_class: Option<f64>,
    /// Mean overlap of matched marks; `None` where none matched.
    pub mean_overlap: Option<f64>,
}

impl Matched {
    /// Adds another comparison.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self {
            same: self.same + other.same,
            confused: self.confused + other.confused,
            only_first: self.only_first + other.only_first,
            only_second: self.only_second + other.only_second,
            overlap: self.overlap + other.overlap,
            empty_on_both: self.empty_on_both + other.empty_on_both,
        }
    }

    /// The agreement. F1 needs no true negatives and equals κ where they are countless
    /// (Hripcsak & Rothschild 2005, doi:10.1197/jamia.M1733).
    pub fn agreement(&self) -> MatchedAgreement {
        let matched = self.same + self.confused;
        let marks = 2 * matched + self.only_first + self.only_second;
        let share = |hits: u64| (marks > 0).then(|| 2.0 * hits as f64 / marks as f64);
        MatchedAgreement {
            f1: share(self.same),
            f1_any_class: share(matched),
            mean_overlap: (matched > 0).then(|| self.overlap / matched as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f1_of_counts() {
        let one = Matched { same: 3, confused: 1, overlap: 3.2, ..Matched::default() };
        let two = Matched { only_first: 1, only_second: 1, empty_on_both: 2, ..Matched::default() };
        let agreement = one.merge(two).agreement();
        assert_eq!(agreement.f1, Some(0.6));
        assert_eq!(agreement.f1_any_class, Some(0.8));
        assert_eq!(agreement.mean_overlap, Some(0.8));
    }

    #[test]
    fn nothing_marked_is_undefined() {
        let agreement = Matched { empty_on_both: 5, ..Matched::default() }.agreement();
        assert_eq!((agreement.f1, agreement.mean_overlap), (None, None));
    }
}
