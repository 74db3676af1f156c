//! How far two raters' marks agree: found again, overlap, class.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::overlap::{Mark, marks};
use super::units::match_two;
use super::{Panel, Settings};

/// Two raters on the items that both have seen.
#[derive(Debug, Clone, PartialEq)]
pub struct PairAgreement {
    /// The rater whose name is first by bytes.
    pub first: u32,
    /// The other.
    pub second: u32,
    /// Items both have seen.
    pub items: u64,
    /// Marks of the first there.
    pub first_marks: u64,
    /// Marks of the second there.
    pub second_marks: u64,
    /// Marks of either that have a partner, counted once a pair.
    pub matched: u64,
    /// Pairs that have the same class.
    pub same_class: u64,
    /// Mean overlap of the pairs; `None` without pairs.
    pub mean_overlap: Option<f64>,
}

impl PairAgreement {
    /// Matched F1: twice the pairs over all marks; `None` where neither marked anything.
    pub fn f1(&self) -> Option<f64> {
        let all = self.first_marks + self.second_marks;
        (all > 0).then(|| 2.0 * self.matched as f64 / all as f64)
    }

    /// F1 where a pair counts only with the same class; `None` where neither marked anything.
    pub fn class_f1(&self) -> Option<f64> {
        let all = self.first_marks + self.second_marks;
        (all > 0).then(|| 2.0 * self.same_class as f64 / all as f64)
    }
}

/// Every pair of raters that share an item, in order of their names.
pub fn pairs(panel: &Panel, settings: &Settings) -> Vec<PairAgreement> {
    let labels = &panel.labels;
    let (order, starts) = labels.by_item();
    let mut rank: Vec<u32> = (0..labels.raters.len() as u32).collect();
    rank.sort_by_key(|&rater| labels.raters.name(rater));
    let mut place = vec![0; rank.len()];
    rank.iter().enumerate().for_each(|(at, &rater)| place[rater as usize] = at);
    let mut by_item = BTreeMap::<u32, Vec<u32>>::new();
    for &(rater, item) in &panel.seen {
        by_item.entry(item).or_default().push(rater);
    }
    let items: Vec<(u32, Vec<u32>)> = by_item.into_iter().collect();
    let counted: Vec<Vec<(usize, usize, Counts)>> = items
        .par_iter()
        .map(|(item, raters)| {
            let on_item =
                &order[starts[*item as usize] as usize..starts[*item as usize + 1] as usize];
            let mut raters = raters.clone();
            raters.sort_by_key(|&rater| place[rater as usize]);
            let all: Vec<Vec<(u32, Mark)>> =
                raters.iter().map(|&rater| marks(labels, on_item, rater)).collect();
            let mut found = Vec::new();
            for first in 0..raters.len() {
                for second in first + 1..raters.len() {
                    let counts = count(panel, &all[first], &all[second], settings.least_overlap);
                    found.push((
                        place[raters[first] as usize],
                        place[raters[second] as usize],
                        counts,
                    ));
                }
            }
            found
        })
        .collect();
    let mut sums = BTreeMap::<(usize, usize), Counts>::new();
    // In order of items, so that sums of reals come out the same on any number of threads.
    for (first, second, counts) in counted.into_iter().flatten() {
        sums.entry((first, second)).or_default().add(&counts);
    }
    sums.into_iter()
        .map(|((first, second), sum)| PairAgreement {
            first: rank[first],
            second: rank[second],
            items: sum.items,
            first_marks: sum.first,
            second_marks: sum.second,
            matched: sum.matched,
            same_class: sum.same,
            mean_overlap: (sum.matched > 0).then(|| sum.overlap / sum.matched as f64),
        })
        .collect()
}

#[derive(Default)]
struct Counts {
    items: u64,
    first: u64,
    second: u64,
    matched: u64,
    same: u64,
    overlap: f64,
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.items += other.items;
        self.first += other.first;
        self.second += other.second;
        self.matched += other.matched;
        self.same += other.same;
        self.overlap += other.overlap;
    }
}

fn count(panel: &Panel, first: &[(u32, Mark)], second: &[(u32, Mark)], least: f64) -> Counts {
    let class = |index: u32| panel.labels.annotations[index as usize].class;
    let (ours, theirs): (Vec<&Mark>, Vec<&Mark>) = (
        first.iter().map(|(_, mark)| mark).collect(),
        second.iter().map(|(_, mark)| mark).collect(),
    );
    let mut counts = Counts {
        items: 1,
        first: first.len() as u64,
        second: second.len() as u64,
        ..Counts::default()
    };
    for (row, partner) in match_two(&ours, &theirs, least).into_iter().enumerate() {
        let Some((column, overlap)) = partner else { continue };
        counts.matched += 1;
        counts.same += u64::from(class(first[row].0) == class(second[column].0));
        counts.overlap += overlap;
    }
    counts
}
