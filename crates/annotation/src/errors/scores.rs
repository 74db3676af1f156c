//! How good each label looks: the lower, the likelier it is wrong.

use rayon::prelude::*;

use super::Judged;

/// The probability of the given label.
pub fn self_confidence(judged: &Judged) -> Vec<f64> {
    score(judged, |row, label| row[label])
}

/// Half of one more than the given label's lead over the best other class.
pub fn normalised_margins(judged: &Judged) -> Vec<f64> {
    (0..judged.len()).into_par_iter().map(|row| normalised_margin(judged, row)).collect()
}

/// The same of one row.
pub(super) fn normalised_margin(judged: &Judged, row: usize) -> f64 {
    let (values, label) = (judged.row(row), judged.labels()[row] as usize);
    let others = values.iter().enumerate().filter(|(class, _)| *class != label);
    let best = others.map(|(_, value)| *value).fold(f64::NEG_INFINITY, f64::max);
    (values[label] - best + 1.0) / 2.0
}

/// Entropy over the given label's probability, squeezed to (0, 1].
pub fn confidence_weighted_entropy(judged: &Judged) -> Vec<f64> {
    let scale = (judged.classes() as f64).ln();
    score(judged, |row, label| {
        let of = |p: &f64| if *p > 0.0 { p * p.ln() } else { 0.0 };
        let entropy = -row.iter().map(of).sum::<f64>() / scale;
        let raw = entropy / row[label].max(1e-6);
        (raw + 1.0).ln() / raw.max(1e-6)
    })
}

fn score(judged: &Judged, of: impl Fn(&[f64], usize) -> f64 + Sync + Send) -> Vec<f64> {
    let labels = judged.labels();
    (0..judged.len()).into_par_iter().map(|row| of(judged.row(row), labels[row] as usize)).collect()
}

/// The rows of the `count` lowest scores, lowest first, equal ones by row.
pub fn lowest(scores: &[f64], count: usize) -> Vec<u32> {
    let mut rows: Vec<u32> = (0..scores.len() as u32).collect();
    let count = count.min(rows.len());
    let order =
        |a: &u32, b: &u32| scores[*a as usize].total_cmp(&scores[*b as usize]).then(a.cmp(b));
    if count > 0 && count < rows.len() {
        rows.select_nth_unstable_by(count - 1, order);
    }
    rows.truncate(count);
    rows.sort_unstable_by(order);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_labels_score_low() {
        let judged = Judged::new(2, vec![0.9, 0.1, 0.2, 0.8], vec![0, 0]).unwrap();
        assert_eq!(self_confidence(&judged), [0.9, 0.2]);
        let margins = normalised_margins(&judged);
        assert!((margins[0] - 0.9).abs() < 1e-15 && (margins[1] - 0.2).abs() < 1e-15);
        let entropy = confidence_weighted_entropy(&judged);
        assert!(entropy[1] < entropy[0] && entropy[0] < 1.0);
        assert_eq!(lowest(&margins, 1), [1]);
        assert_eq!(lowest(&[0.5, 0.5, 0.1], 5), [2, 0, 1]);
    }
}
