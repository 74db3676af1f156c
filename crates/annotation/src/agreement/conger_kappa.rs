//! Conger's κ: Cohen's for any number of raters, chance from each rater's own distribution.

use shujian_core::Bilingual;

use crate::table::LabelTable;

use super::fleiss_kappa::pulls;
use super::{
    Chance, Coefficient, Estimate, Metric, Options, Reason, Undefined, Units, observe_units,
};

/// The row of the table.
pub const CONGER: Coefficient = Coefficient {
    name: "conger-kappa",
    assumes: Bilingual {
        zh: "每名标注员有自己的类别分布（同一标注员对同一单元只取首次答案）",
        en: "each rater has an own distribution of classes (first readings only)",
    },
    source: "Conger (1980), doi:10.1037/0033-2909.88.2.322; variance by Gwet (2014)",
    estimate,
};

/// Most counts by rater and class that are kept: 1 GiB in all.
const MOST_COUNTS: usize = 1 << 25;

/// Raters' distributions and what a vote adds to its unit's chance term.
struct Raters {
    by_chance: f64,
    /// What every unit gets, rated or not.
    base: f64,
    /// `[raters * classes]`: what a vote of a rater for a class adds.
    terms: Vec<f64>,
}

fn estimate(table: &LabelTable, options: &Options) -> Result<Estimate, Undefined> {
    let table = &table.first_readings();
    let units = Units::from_table(table);
    let observed = observe_units(units, table, options)?;
    let classes = table.classes.len();
    if table.raters.len().saturating_mul(classes) > MOST_COUNTS {
        return Err(Undefined::new(Reason::ManyClasses { classes }, Some(observed.agreement)));
    }
    // Items in the order of the observed units.
    let fewest = if options.chance == Chance::AllUnits { 1 } else { 2 };
    let items: Vec<usize> =
        (0..table.items.len()).filter(|&item| table.of(item).len() >= fewest).collect();
    let raters = Raters::count(table, &items, &observed.metric)
        .ok_or_else(|| Undefined::new(Reason::OneRater, Some(observed.agreement)))?;
    let unit_chance = |unit: usize| {
        let votes = table.of(items[unit]).iter();
        let term = |rater: u32, label: u32| raters.terms[rater as usize * classes + label as usize];
        raters.base + votes.map(|vote| term(vote.rater, vote.label)).sum::<f64>()
    };
    observed.estimate(raters.by_chance, unit_chance, options.confidence)
}

impl Raters {
    /// `None` with fewer than two raters who answered.
    fn count(table: &LabelTable, items: &[usize], metric: &Metric) -> Option<Self> {
        let classes = table.classes.len();
        let mut said = vec![0_u64; table.raters.len() * classes];
        for vote in items.iter().flat_map(|&item| table.of(item)) {
            said[vote.rater as usize * classes + vote.label as usize] += 1;
        }
        let answers: Vec<u64> = said.chunks(classes).map(|row| row.iter().sum()).collect();
        let active = answers.iter().filter(|&&answers| answers > 0).count() as f64;
        if active < 2.0 {
            return None;
        }
        let shares: Vec<f64> = said
            .iter()
            .enumerate()
            .map(|(cell, &count)| match answers[cell / classes] {
                0 => 0.0,
                answers => count as f64 / answers as f64,
            })
            .collect();
        let mut pooled = vec![0.0; classes];
        for row in shares.chunks(classes) {
            crate::sums::add(&mut pooled, row);
        }
        // Over ordered pairs of different raters: all pairs less each rater with itself.
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let mut chance = dot(&pooled, &pulls(&pooled, metric));
        let mut base = 0.0;
        let mut terms = vec![0.0; shares.len()];
        let pairs = active * (active - 1.0);
        for (rater, row) in shares.chunks(classes).enumerate() {
            if answers[rater] == 0 {
                continue;
            }
            let own = pulls(row, metric);
            chance -= dot(row, &own);
            let others: Vec<f64> = pooled.iter().zip(row).map(|(all, own)| all - own).collect();
            let mean = dot(&others, &own);
            base += mean / pairs;
            let scale = items.len() as f64 / answers[rater] as f64 / pairs;
            let of_label = pulls(&others, metric);
            for class in 0..classes {
                terms[rater * classes + class] = scale * (of_label[class] - mean);
            }
        }
        Some(Self { by_chance: chance / pairs, base, terms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::tests::table;

    #[test]
    fn of_two_raters_it_is_cohens() {
        let rows: [&[&str]; 5] = [&["a", "a"], &["b", "b"], &["a", "b"], &["b", "b"], &["c", "a"]];
        let table = table(&rows);
        let conger = estimate(&table, &Options::default()).unwrap();
        let cohen = (super::super::COHEN.estimate)(&table, &Options::default()).unwrap();
        assert!((conger.value - cohen.value).abs() < 1e-14);
    }
}
