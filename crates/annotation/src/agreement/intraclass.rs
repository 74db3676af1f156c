//! Agreement of raters whose answers are numbers.

use crate::table::LabelTable;

/// One-way intraclass correlation and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Intraclass {
    /// Answers an item.
    pub raters: usize,
    /// Of a single answer.
    pub single: f64,
    /// Of the mean of all answers.
    pub mean: f64,
    /// Mean square between items.
    pub between: f64,
    /// Mean square within items.
    pub within: f64,
}

/// One-way ICC of a table whose classes are `values`.
///
/// `None` where items differ in their number of answers, there are fewer than two of either, or
/// all answers are equal. Source: Shrout & Fleiss (1979), doi:10.1037/0033-2909.86.2.420.
pub fn intraclass(table: &LabelTable, values: &[f64]) -> Option<Intraclass> {
    let items = table.items.len();
    let raters = if items == 0 { 0 } else { table.of(0).len() };
    if items < 2 || raters < 2 || (0..items).any(|item| table.of(item).len() != raters) {
        return None;
    }
    let mean = |item: usize| {
        table.of(item).iter().map(|vote| values[vote.label as usize]).sum::<f64>() / raters as f64
    };
    let means: Vec<f64> = (0..items).map(mean).collect();
    let grand = means.iter().sum::<f64>() / items as f64;
    let squares: f64 = means.iter().map(|mean| (mean - grand) * (mean - grand)).sum();
    let between = raters as f64 * squares / (items - 1) as f64;
    let within: f64 = table
        .votes
        .iter()
        .map(|vote| (values[vote.label as usize] - means[vote.item as usize]).powi(2))
        .sum();
    let within = within / (items * (raters - 1)) as f64;
    let others = (raters - 1) as f64;
    (between > 0.0).then(|| Intraclass {
        raters,
        single: (between - within) / (between + others * within),
        mean: (between - within) / between,
        between,
        within,
    })
}

/// How closely one series of numbers follows another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// Numbers compared.
    pub count: usize,
    /// Mean absolute difference.
    pub mean_absolute: f64,
    /// Root of the mean squared difference.
    pub root_mean_square: f64,
    /// Pearson's correlation; `None` where one series is constant.
    pub pearson: Option<f64>,
}

/// The fit of pairs of numbers; `None` without pairs.
pub fn fit(pairs: &[(f64, f64)]) -> Option<Fit> {
    let count = pairs.len() as f64;
    if pairs.is_empty() {
        return None;
    }
    let mean_a = pairs.iter().map(|pair| pair.0).sum::<f64>() / count;
    let mean_b = pairs.iter().map(|pair| pair.1).sum::<f64>() / count;
    let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
    for (a, b) in pairs {
        aa += (a - mean_a) * (a - mean_a);
        bb += (b - mean_b) * (b - mean_b);
        ab += (a - mean_a) * (b - mean_b);
    }
    let squares: f64 = pairs.iter().map(|(a, b)| (a - b) * (a - b)).sum();
    Some(Fit {
        count: pairs.len(),
        mean_absolute: pairs.iter().map(|(a, b)| (a - b).abs()).sum::<f64>() / count,
        root_mean_square: (squares / count).sqrt(),
        pearson: (aa > 0.0 && bb > 0.0).then(|| ab / (aa * bb).sqrt()),
    })
}

/// Mean and median of each item's answers; `None` for items without any.
pub fn mean_and_median(table: &LabelTable, values: &[f64]) -> Vec<Option<(f64, f64)>> {
    let of = |item: usize| {
        let mut answers: Vec<f64> =
            table.of(item).iter().map(|vote| values[vote.label as usize]).collect();
        if answers.is_empty() {
            return None;
        }
        answers.sort_unstable_by(f64::total_cmp);
        let half = answers.len() / 2;
        let median = if answers.len() % 2 == 1 {
            answers[half]
        } else {
            0.5 * (answers[half - 1] + answers[half])
        };
        Some((answers.iter().sum::<f64>() / answers.len() as f64, median))
    };
    (0..table.items.len()).map(of).collect()
}

/// Each rater's answers against the mean of the others' on the same items; `None` for raters
/// without a common item. The correlation inside is `None` where one side is constant.
pub fn leave_one_out(table: &LabelTable, values: &[f64]) -> Vec<Option<Fit>> {
    let mut pairs = vec![Vec::new(); table.raters.len()];
    for item in 0..table.items.len() {
        let votes = table.of(item);
        for own in votes {
            let others = votes.iter().filter(|vote| vote.rater != own.rater);
            let (sum, count) = others.fold((0.0, 0), |(sum, count), vote| {
                (sum + values[vote.label as usize], count + 1)
            });
            if count > 0 {
                let mean = sum / f64::from(count);
                pairs[own.rater as usize].push((values[own.label as usize], mean));
            }
        }
    }
    pairs.iter().map(|pairs| fit(pairs)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::tests::table;

    /// Shrout and Fleiss (1979), table 2: six targets, four judges, ICC(1,1) 0.17, ICC(1,4) 0.44.
    #[test]
    fn the_published_example() {
        let rows: [&[&str]; 6] = [
            &["9", "2", "5", "8"],
            &["6", "1", "3", "2"],
            &["8", "4", "6", "8"],
            &["7", "1", "2", "6"],
            &["10", "5", "6", "9"],
            &["6", "2", "4", "7"],
        ];
        let table = table(&rows);
        let icc = intraclass(&table, &table.class_values().unwrap()).unwrap();
        assert!((icc.single - 0.1657).abs() < 1e-4 && (icc.mean - 0.4428).abs() < 1e-4, "{icc:?}");
    }

    #[test]
    fn ragged_or_constant_answers_have_no_icc() {
        let ragged = table(&[&["1", "2"], &["1"]]);
        assert_eq!(intraclass(&ragged, &[1.0, 2.0]), None);
        let constant = table(&[&["1", "1"], &["1", "1"]]);
        assert_eq!(intraclass(&constant, &[1.0]), None);
        assert_eq!(fit(&[(1.0, 2.0), (1.0, 3.0)]).unwrap().pearson, None);
    }
}
