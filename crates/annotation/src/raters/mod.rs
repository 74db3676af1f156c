//! How each rater behaves: skill, copying, constant answers, speed, drift.
//!
//! Everything here is evidence, not proof: counts, what was to be expected, and how unlikely the
//! difference is by chance, corrected for how many raters or pairs were looked at. One file and
//! one row of [`BEHAVIOURS`] a behaviour.

mod constant;
mod copying;
mod drift;
mod log;
mod skill;
mod speed;

use shujian_core::Bilingual;
use shujian_core::finding::Text;

use crate::table::LabelTable;

pub use log::Log;
pub use skill::{Skill, skills};

/// From where on behaviour is reported.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Fewest answers of a rater (or shared items of a pair) to say anything.
    pub least_answers: u64,
    /// Largest chance of the observation, over all raters or pairs looked at.
    pub significance: f64,
    /// Share of one class from which answers count as constant.
    pub constant_share: f64,
    /// Answers faster than this share of the others' median on the same item are too fast.
    pub fast_share: f64,
    /// Share of too fast answers from which a rater is reported.
    pub fast_answers_share: f64,
    /// Fall in agreement that counts as drift.
    pub drift: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            least_answers: 20,
            significance: 0.001,
            constant_share: 0.95,
            fast_share: 0.25,
            fast_answers_share: 0.2,
            drift: 0.1,
        }
    }
}

/// One observation on a rater.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Row of [`BEHAVIOURS`].
    pub behaviour: &'static str,
    /// The rater.
    pub rater: u32,
    /// The other rater of a pair.
    pub other: Option<u32>,
    /// The class of constant answers.
    pub class: Option<u32>,
    /// Answers looked at.
    pub answers: u64,
    /// Those that show the behaviour.
    pub hits: u64,
    /// The share of hits to be expected.
    pub expected: f64,
    /// Chance of so many hits if the expected share holds, before correction.
    pub p_value: f64,
    /// Answer of the rater, in order of time from 0, from which on it shows.
    pub from: Option<u64>,
}

/// A behaviour looked for.
#[derive(Debug, Clone, Copy)]
pub struct Behaviour {
    /// Stable name.
    pub name: &'static str,
    /// Its name for people.
    pub title: Bilingual,
    /// Finding code, `SJ-annotation-5xx`.
    pub code: &'static str,
    /// Whether what is known of the votes is enough to look for it.
    needs: fn(&Log) -> bool,
    /// Evidence of all raters that show it, ordered by rater.
    pub look: fn(&LabelTable, &Log, &Thresholds) -> Vec<Evidence>,
}

/// Every behaviour.
pub const BEHAVIOURS: &[Behaviour] = &[
    Behaviour {
        name: "constant",
        title: Bilingual { zh: "答案单一", en: "constant" },
        code: "SJ-annotation-501",
        needs: |_| true,
        look: constant::look,
    },
    Behaviour {
        name: "copying",
        title: Bilingual { zh: "答案雷同", en: "copying" },
        code: "SJ-annotation-502",
        needs: |_| true,
        look: copying::look,
    },
    Behaviour {
        name: "too-fast",
        title: Bilingual { zh: "过快", en: "too fast" },
        code: "SJ-annotation-503",
        needs: |log| log.seconds.is_some(),
        look: speed::look,
    },
    Behaviour {
        name: "drift",
        title: Bilingual { zh: "漂移", en: "drift" },
        code: "SJ-annotation-504",
        needs: |log| log.times.is_some(),
        look: drift::look,
    },
];

/// The name of a behaviour for people; its own where none is known.
pub fn title(name: &str) -> Text {
    let known = BEHAVIOURS.iter().find(|row| row.name == name);
    let own = || Text { zh: name.to_owned(), en: name.to_owned() };
    known.map_or_else(own, |row| row.title.into())
}

/// Behaviours that cannot be looked for: no file says how long answers took, or when they were given.
pub fn not_looked_for(log: &Log) -> Vec<&'static str> {
    BEHAVIOURS.iter().filter(|row| !(row.needs)(log)).map(|row| row.name).collect()
}

/// All evidence, behaviour by behaviour.
pub fn observe(table: &LabelTable, log: &Log, thresholds: &Thresholds) -> Vec<Evidence> {
    BEHAVIOURS.iter().flat_map(|row| (row.look)(table, log, thresholds)).collect()
}

/// Classes said of each item and how often, flat: what is right is asked of every pair of answers.
struct Counts {
    /// Item `i` has `cells[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    cells: Vec<(u32, u32)>,
}

impl Counts {
    fn of(table: &LabelTable) -> Self {
        let mut counts = Self { starts: vec![0], cells: Vec::new() };
        let mut labels = Vec::new();
        for item in 0..table.items.len() {
            counts.cells.extend(table.said(item, &mut labels));
            counts.starts.push(counts.cells.len() as u32);
        }
        counts
    }

    /// How often a class was said of an item.
    fn said(&self, item: usize, label: u32) -> u32 {
        let of_item = self.starts[item] as usize..self.starts[item + 1] as usize;
        let cell = self.cells[of_item].iter().find(|cell| cell.0 == label);
        cell.map_or(0, |cell| cell.1)
    }

    /// The class that most say of an item when one answer is taken away; `None` as below.
    fn majority_but(&self, item: usize, own: u32) -> Option<u32> {
        self.majority(item, |label| u32::from(label == own))
    }

    /// The class that most say of an item when two answers are taken away; `None` where none or
    /// several do.
    fn majority_without(&self, item: usize, one: u32, two: u32) -> Option<u32> {
        self.majority(item, |label| u32::from(label == one) + u32::from(label == two))
    }

    #[inline]
    fn majority(&self, item: usize, taken: impl Fn(u32) -> u32) -> Option<u32> {
        let (mut most, mut class, mut level) = (0, None, false);
        let of_item = self.starts[item] as usize..self.starts[item + 1] as usize;
        for &(label, count) in &self.cells[of_item] {
            let left = count - taken(label);
            if left > most {
                (most, class, level) = (left, Some(label), false);
            } else if left == most {
                level = true;
            }
        }
        class.filter(|_| !level)
    }
}

/// The class most of `votes` say; `None` where none or several do.
fn clear_majority(votes: impl Iterator<Item = u32>, counts: &mut Vec<u32>) -> Option<u32> {
    counts.clear();
    counts.extend(votes);
    counts.sort_unstable();
    let mut best: Option<(usize, u32)> = None;
    let mut level = false;
    for run in counts.chunk_by(|a, b| a == b) {
        match best {
            Some((most, _)) if run.len() < most => {}
            Some((most, _)) if run.len() == most => level = true,
            _ => {
                best = Some((run.len(), run[0]));
                level = false;
            }
        }
    }
    best.filter(|_| !level).map(|best| best.1)
}

/// Chance of at least `hits` in `answers` of probability `share`.
fn upper_tail(hits: u64, answers: u64, share: f64) -> f64 {
    if hits == 0 {
        return 1.0;
    }
    crate::special::regularised_beta(hits as f64, (answers - hits) as f64 + 1.0, share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::table::Builder;

    const CLASSES: [&str; 4] = ["a", "b", "c", "d"];

    /// Five honest raters (80 % right) on 200 items, and what `more` adds to each item's truth.
    fn delivery(
        more: impl Fn(usize, usize, &mut Random, &[usize]) -> Vec<(&'static str, usize)>,
    ) -> LabelTable {
        let mut random = Random::new(21);
        let mut builder = Builder::with_classes(&CLASSES);
        for item in 0..200 {
            let name = format!("{item:03}");
            let truth = random.below(4);
            let mut said = Vec::new();
            for rater in ["h1", "h2", "h3", "h4", "h5"] {
                let label = if random.unit() < 0.8 { truth } else { random.below(4) };
                said.push(label);
                builder.add(&name, rater, CLASSES[label]);
            }
            for (rater, label) in more(item, truth, &mut random, &said) {
                builder.add(&name, rater, CLASSES[label]);
            }
        }
        builder.build()
    }

    fn names(table: &LabelTable, evidence: &[Evidence]) -> Vec<String> {
        let name = |rater: u32| table.raters[rater as usize].clone();
        evidence
            .iter()
            .map(|row| match row.other {
                Some(other) => format!("{} {}+{}", row.behaviour, name(row.rater), name(other)),
                None => format!("{} {}", row.behaviour, name(row.rater)),
            })
            .collect()
    }

    #[test]
    fn honest_raters_show_nothing() {
        let table = delivery(|_, _, _, _| vec![]);
        let log = Log {
            seconds: Some((0..table.votes.len()).map(|vote| 5.0 + (vote % 7) as f64).collect()),
            times: Some((0..table.votes.len() as i64).map(Some).collect()),
        };
        assert_eq!(observe(&table, &log, &Thresholds::default()), []);
    }

    #[test]
    fn planted_behaviour_is_found_and_nothing_else() {
        let table = delivery(|item, truth, random, said| {
            let copy = if random.unit() < 0.9 { said[0] } else { random.below(4) };
            let tired = if item < 100 { truth } else { random.below(4) };
            vec![("constant", 0), ("copy", copy), ("tired", tired)]
        });
        let log =
            Log { times: Some((0..table.votes.len() as i64).map(Some).collect()), seconds: None };
        let evidence = observe(&table, &log, &Thresholds::default());
        assert_eq!(
            names(&table, &evidence),
            ["constant constant", "copying copy+h1", "drift tired"]
        );
        let from = evidence[2].from.unwrap();
        assert!((85..115).contains(&from), "{from}");
        assert_eq!(evidence[0].class, Some(0));
    }

    #[test]
    fn fast_answers_are_found() {
        let table = delivery(|_, truth, _, _| vec![("quick", truth)]);
        let quick = table.raters.iter().position(|rater| rater == "quick").unwrap() as u32;
        let seconds = table.votes.iter().enumerate().map(|(place, vote)| {
            if vote.rater == quick && place % 4 == 1 { 0.4 } else { 5.0 + (place % 5) as f64 }
        });
        let log = Log { seconds: Some(seconds.collect()), times: None };
        let evidence = observe(&table, &log, &Thresholds::default());
        assert_eq!(names(&table, &evidence), ["too-fast quick"]);
    }

    #[test]
    fn a_level_vote_is_no_majority() {
        let mut counts = Vec::new();
        assert_eq!(clear_majority([1, 2, 2].into_iter(), &mut counts), Some(2));
        assert_eq!(clear_majority([1, 2].into_iter(), &mut counts), None);
        assert_eq!(clear_majority(std::iter::empty(), &mut counts), None);
    }
}
