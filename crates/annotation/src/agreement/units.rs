//! Units and how often each class was said of them.

use std::borrow::Cow;

use crate::sums;
use crate::table::LabelTable;

use super::{Metric, Reason, Undefined};

/// Counts of answers by unit and class, without the zeros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Units {
    /// Unit `u` has `cells[starts[u]..starts[u + 1]]`.
    starts: Vec<u32>,
    /// Class and how often it was said, classes ascending.
    cells: Vec<(u32, u32)>,
    /// Answers of each unit.
    totals: Vec<u32>,
    classes: usize,
}

/// Answers to one item whose classes are looked through.
const FEW: usize = 64;

impl Units {
    /// The items of a table that have an answer. Each reading of a rater counts.
    pub fn from_table(table: &LabelTable) -> Self {
        let mut units = Self::empty(table.classes.len());
        units.starts.reserve(table.items.len());
        units.totals.reserve(table.items.len());
        // Room for the most there can be: what is not filled is never touched.
        units.cells.reserve(table.votes.len());
        let mut labels = Vec::new();
        for item in 0..table.items.len() {
            let votes = table.of(item);
            if votes.is_empty() {
                continue;
            }
            let before = units.cells.len();
            if votes.len() > FEW {
                units.push(table.said(item, &mut labels));
                continue;
            }
            for vote in votes {
                // Few classes are said of one item: looking through them beats sorting the answers.
                match units.cells[before..].iter_mut().find(|cell| cell.0 == vote.label) {
                    Some(cell) => cell.1 += 1,
                    None => units.cells.push((vote.label, 1)),
                }
            }
            units.cells[before..].sort_unstable();
            units.totals.push(votes.len() as u32);
            units.starts.push(units.cells.len() as u32);
        }
        units
    }

    /// Rows of counts by class.
    pub fn from_counts<'a>(classes: usize, rows: impl IntoIterator<Item = &'a [u32]>) -> Self {
        let mut units = Self::empty(classes);
        for row in rows {
            let said = row.iter().zip(0..).filter(|&(&count, _)| count > 0);
            units.push(said.map(|(&count, class)| (class, count)));
        }
        units
    }

    fn empty(classes: usize) -> Self {
        Self { starts: vec![0], cells: Vec::new(), totals: Vec::new(), classes }
    }

    fn push(&mut self, cells: impl IntoIterator<Item = (u32, u32)>) {
        let before = self.cells.len();
        self.cells.extend(cells);
        let total: u32 = self.cells[before..].iter().map(|&(_, count)| count).sum();
        if total > 0 {
            self.totals.push(total);
            self.starts.push(self.cells.len() as u32);
        }
    }

    /// How many units there are.
    pub fn len(&self) -> usize {
        self.totals.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.totals.is_empty()
    }

    /// Classes of the schema, said or not.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Classes said of a unit and how often.
    pub fn of(&self, unit: usize) -> &[(u32, u32)] {
        &self.cells[self.starts[unit] as usize..self.starts[unit + 1] as usize]
    }

    /// Answers of a unit.
    pub fn total(&self, unit: usize) -> u32 {
        self.totals[unit]
    }

    /// Only the units with at least two answers, these where all have.
    pub fn paired(&self) -> Cow<'_, Self> {
        if self.totals.iter().all(|&total| total >= 2) {
            return Cow::Borrowed(self);
        }
        let mut kept = Self::empty(self.classes);
        for unit in 0..self.len() {
            if self.totals[unit] >= 2 {
                kept.push(self.of(unit).iter().copied());
            }
        }
        Cow::Owned(kept)
    }

    /// The units with one class against all others: class 0 is "other", class 1 the one.
    pub fn against_rest(&self, class: u32) -> Self {
        let mut units = Self::empty(2);
        for unit in 0..self.len() {
            let own: u32 =
                self.of(unit).iter().filter(|cell| cell.0 == class).map(|cell| cell.1).sum();
            let cells = [(0, self.totals[unit] - own), (1, own)];
            units.push(cells.into_iter().filter(|&(_, count)| count > 0));
        }
        units
    }

    /// Answers by class.
    pub fn margins(&self) -> Vec<u64> {
        let mut margins = vec![0; self.classes];
        for &(class, count) in &self.cells {
            margins[class as usize] += u64::from(count);
        }
        margins
    }

    /// Answers in units with at least two.
    pub fn paired_answers(&self) -> usize {
        self.totals.iter().filter(|&&total| total >= 2).map(|&total| total as usize).sum()
    }

    /// The weighted share of a unit's pairs of answers that agree; `None` below two answers.
    pub fn agreement(&self, unit: usize, metric: &Metric) -> Option<f64> {
        let total = f64::from(self.totals[unit]);
        (total >= 2.0).then(|| self.agreeing(unit, metric) / (total * (total - 1.0)))
    }

    /// Ordered pairs of a unit's answers, weighted by how far they agree.
    pub fn agreeing(&self, unit: usize, metric: &Metric) -> f64 {
        let cells = self.of(unit);
        let same = |&(_, count): &(u32, u32)| u64::from(count) * (u64::from(count) - 1);
        let same = cells.iter().map(same).sum::<u64>() as f64;
        if metric.is_plain() {
            return same;
        }
        let mut partly = 0.0;
        for (place, &(left, many)) in cells.iter().enumerate() {
            for &(right, few) in &cells[place + 1..] {
                partly += f64::from(many) * f64::from(few) * metric.weight(left, right);
            }
        }
        same + 2.0 * partly
    }

    /// Mean agreement of the units with at least two answers; 0 where there are none.
    pub fn observed_agreement(&self, metric: &Metric) -> f64 {
        let paired = self.totals.iter().filter(|&&total| total >= 2).count();
        let sum = sums::sum(self.len(), |unit| self.agreement(unit, metric).unwrap_or(0.0));
        if paired == 0 { 0.0 } else { sum / paired as f64 }
    }

    /// Mean over units of the share of each class among the unit's answers.
    pub fn mean_shares(&self) -> Vec<f64> {
        let parts = sums::chunks(self.len(), |range| {
            let mut shares = vec![0.0; self.classes];
            for unit in range {
                for &(class, count) in self.of(unit) {
                    shares[class as usize] += f64::from(count) / f64::from(self.totals[unit]);
                }
            }
            shares
        });
        let mut shares = vec![0.0; self.classes];
        for part in &parts {
            sums::add(&mut shares, part);
        }
        shares.iter_mut().for_each(|share| *share /= self.len() as f64);
        shares
    }

    /// Units with at least two answers, or why no coefficient can be given.
    pub fn check(&self, minimum: usize) -> Result<usize, Undefined> {
        let mut paired = 0;
        let mut first = None;
        let mut varied = false;
        for unit in 0..self.len() {
            if self.totals[unit] >= 2 {
                paired += 1;
                let cells = self.of(unit);
                let class = *first.get_or_insert(cells[0].0);
                varied |= cells.len() > 1 || cells[0].0 != class;
            }
        }
        if paired == 0 {
            return Err(Undefined::new(Reason::NoOverlap, None));
        }
        if !varied {
            return Err(Undefined::new(Reason::OneValue, Some(1.0)));
        }
        if paired < minimum {
            let reason = Reason::LittleOverlap { units: paired, wanted: minimum };
            let agreement = self.observed_agreement(&Metric::identity());
            return Err(Undefined::new(reason, Some(agreement)));
        }
        Ok(paired)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_keep_order_and_drop_empty_units() {
        let rows: [&[u32]; 3] = [&[2, 0, 1], &[0, 0, 0], &[0, 1, 0]];
        let units = Units::from_counts(3, rows);
        assert_eq!(units.len(), 2);
        assert_eq!(units.of(0), [(0, 2), (2, 1)]);
        assert_eq!(units.margins(), [2, 1, 1]);
        assert_eq!(units.paired().len(), 1);
        assert_eq!(units.paired_answers(), 3);
        assert_eq!(units.agreement(0, &Metric::identity()), Some(1.0 / 3.0));
        assert_eq!(units.agreement(1, &Metric::identity()), None);
        assert_eq!(units.against_rest(2).of(0), [(0, 2), (1, 1)]);
    }

    #[test]
    fn many_answers_to_one_item_are_counted_as_few_are() {
        let mut builder = crate::table::Builder::new();
        for rater in 0..FEW + 40 {
            let label = ["b", "a", "c"][rater % 3];
            builder.add("many", &format!("{rater:03}"), label);
            if rater < FEW {
                builder.add("few", &format!("{rater:03}"), label);
            }
        }
        let units = Units::from_table(&builder.build());
        assert_eq!(units.of(0), [(0, 21), (1, 22), (2, 21)]);
        assert_eq!(units.of(1), [(0, 35), (1, 35), (2, 34)]);
        assert_eq!((units.total(0), units.total(1)), (64, 104));
    }

    #[test]
    fn what_cannot_be_estimated_says_why() {
        let single: [&[u32]; 1] = [&[1, 0]];
        let reason = Units::from_counts(2, single).check(1).unwrap_err().reason;
        assert_eq!(reason, Reason::NoOverlap);
        let same: [&[u32]; 2] = [&[2, 0], &[0, 1]];
        let undefined = Units::from_counts(2, same).check(1).unwrap_err();
        assert_eq!((undefined.reason, undefined.observed), (Reason::OneValue, Some(1.0)));
    }
}
