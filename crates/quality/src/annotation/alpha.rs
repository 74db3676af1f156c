//! Krippendorff's α for labels without order.

/// Agreement over the items with two or more judgements.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nominal {
    /// Krippendorff's α; `None` when only one label occurs.
    pub alpha: Option<f64>,
    /// Entropy of the labels that two annotators gave the same item, bits: a label that nobody confirms
    /// adds no information, however rare.
    pub entropy: f64,
    /// Items with two or more judgements.
    pub items: u64,
}

/// α and entropy of (item, label) judgements sorted by item.
///
/// - Unit: α in `[-1, 1]`, 1 is full agreement, 0 is chance; entropy in bits.
/// - `None`: no item with two judgements.
/// - Source: Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability".
pub fn nominal(judgements: &[(u64, u64)]) -> Option<Nominal> {
    let (mut totals, mut confirmed): (Vec<u64>, Vec<u64>) = (Vec::new(), Vec::new());
    let (mut observed, mut items) = (0.0, 0);
    for item in judgements.chunk_by(|a, b| a.0 == b.0).filter(|item| item.len() > 1) {
        let mut labels: Vec<u64> = item.iter().map(|(_, label)| *label).collect();
        labels.sort_unstable();
        let size = labels.len() as u64;
        let disagreeing: u64 = labels
            .chunk_by(|a, b| a == b)
            .map(|same| same.len() as u64 * (size - same.len() as u64))
            .sum();
        observed += disagreeing as f64 / (size - 1) as f64;
        let twice = labels.chunk_by(|a, b| a == b).filter(|same| same.len() > 1);
        confirmed.extend(twice.flatten());
        totals.extend(labels);
        items += 1;
    }
    if items == 0 {
        return None;
    }
    let total = totals.len() as f64;
    let totals = counts(totals);
    let expected: f64 =
        totals.iter().map(|count| count * (total - count)).sum::<f64>() / (total - 1.0);
    let all = confirmed.len() as f64;
    let share = |count: f64| -(count / all) * (count / all).log2();
    let entropy: f64 = counts(confirmed).into_iter().map(share).sum();
    let alpha = (expected > 0.0).then(|| 1.0 - observed / expected);
    Some(Nominal { alpha, entropy: entropy.max(0.0), items })
}

/// How often each value occurs, in the order of the values.
fn counts(mut values: Vec<u64>) -> Vec<f64> {
    values.sort_unstable();
    values.chunk_by(|a, b| a == b).map(|same| same.len() as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worked_example() {
        // Two annotators, three items: aa, ab, bb. n = 6, three of each label, D_o = 2 · 1 / 6,
        // D_e = 2 · 9 / (6 · 5): α = 1 − (1/3) / (3/5) = 4/9.
        let agreement = nominal(&[(1, 0), (1, 0), (2, 0), (2, 1), (3, 1), (3, 1)]).unwrap();
        assert!((agreement.alpha.unwrap() - 4.0 / 9.0).abs() < 1e-12);
        assert!((agreement.entropy - 1.0).abs() < 1e-12);
    }

    #[test]
    fn one_label_has_no_alpha_and_lone_judgements_nothing() {
        assert_eq!(nominal(&[(1, 0), (1, 0)]).unwrap().alpha, None);
        assert_eq!(nominal(&[(1, 0), (2, 1)]), None);
    }
}
