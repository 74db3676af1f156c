//! Answers about whole items as tables hold them: numbers, and next to nothing else.

use super::{NONE, NameList};
use crate::interner::Index;

/// Answers in the order of their files, for commands that need nothing but votes.
///
/// An answer takes four bytes where an [`super::Annotation`] takes forty-four, and its item is said once
/// for all answers that follow each other on it.
#[derive(Debug, Clone, Default)]
pub struct Votes {
    /// Names of items; one may stand several times, see `index`.
    items: NameList,
    /// Numbers of names, once items turn out to come back: where the answers to an item stand together
    /// no name has to be looked up, for equal ones fall together when they are sorted.
    index: Option<Index>,
    /// Item of each run of answers, and the answer it begins with.
    runs: Vec<(u32, u32)>,
    said: Said,
    /// Answers read, those without a label too.
    read: u64,
}

/// Items up to which it is not asked whether they come back.
const FEW_ITEMS: usize = 1 << 12;

/// Rater and class of each answer.
#[derive(Debug, Clone)]
enum Said {
    /// Both below 2¹⁶: rater above, class below.
    Narrow(Vec<u32>),
    /// Any others.
    Wide(Vec<u64>),
}

impl Default for Said {
    fn default() -> Self {
        Self::Narrow(Vec::new())
    }
}

impl Votes {
    /// Makes room for so many answers more.
    pub(crate) fn reserve(&mut self, answers: usize) {
        match &mut self.said {
            Said::Narrow(said) => said.reserve(answers),
            Said::Wide(said) => said.reserve(answers),
        }
    }

    /// The number of an item that is not that of the answer before.
    pub(crate) fn item(&mut self, name: &str) -> u32 {
        let Some(index) = &mut self.index else {
            if self.items.len() >= FEW_ITEMS && self.items.len() as u64 * 2 > self.read {
                self.build_index();
                return self.item(name);
            }
            self.items.push(name);
            return self.items.len() as u32 - 1;
        };
        let hash = index.hash(name.as_bytes());
        if let Some(known) = index.find(hash, |known| &self.items[known as usize] == name) {
            return known;
        }
        let number = self.items.len() as u32;
        self.items.push(name);
        index.insert(hash, number);
        number
    }

    #[cold]
    fn build_index(&mut self) {
        let mut index = Index::default();
        for (number, name) in (0_u32..).zip(self.items.iter()) {
            let hash = index.hash(name.as_bytes());
            if index.find(hash, |known| &self.items[known as usize] == name).is_none() {
                index.insert(hash, number);
            }
        }
        self.index = Some(index);
    }

    /// The name of an item.
    #[inline]
    pub(crate) fn name(&self, item: u32) -> &str {
        self.items.get(item as usize).unwrap_or("")
    }

    /// How many items are named, equal ones perhaps several times.
    pub(crate) fn items(&self) -> usize {
        self.items.len()
    }

    /// Adds an answer by its numbers of item, rater and class; without a class it is only counted.
    #[inline]
    pub(crate) fn push(&mut self, [item, rater, class]: [u32; 3]) {
        self.read += 1;
        if class == NONE {
            return;
        }
        if self.runs.last().is_none_or(|run| run.0 != item) {
            self.runs.push((item, self.len() as u32));
        }
        match &mut self.said {
            Said::Narrow(said) if (rater | class) >> 16 == 0 => said.push(rater << 16 | class),
            _ => self.push_wide(rater, class),
        }
    }

    #[cold]
    fn push_wide(&mut self, rater: u32, class: u32) {
        if let Said::Narrow(said) = &self.said {
            let widened =
                said.iter().map(|&both| u64::from(both >> 16) << 32 | u64::from(both as u16));
            self.said = Said::Wide(widened.collect());
        }
        if let Said::Wide(said) = &mut self.said {
            said.push(u64::from(rater) << 32 | u64::from(class));
        }
    }

    /// Answers with a label.
    pub fn len(&self) -> usize {
        match &self.said {
            Said::Narrow(said) => said.len(),
            Said::Wide(said) => said.len(),
        }
    }

    /// Whether no answer has a label.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Answers read, those without a label too.
    pub fn read(&self) -> u64 {
        self.read
    }

    /// How many runs of answers to one item there are.
    pub(crate) fn runs(&self) -> usize {
        self.runs.len()
    }

    /// The item of a run.
    pub(crate) fn item_of(&self, run: usize) -> u32 {
        self.runs[run].0
    }

    /// Calls `each` with rater and class of each answer of some runs that follow each other.
    #[inline]
    pub(crate) fn each(&self, runs: std::ops::Range<usize>, mut each: impl FnMut(u32, u32)) {
        let begin = |run: usize| self.runs.get(run).map_or(self.len(), |run| run.1 as usize);
        let answers = begin(runs.start)..begin(runs.end);
        match &self.said {
            Said::Narrow(said) => {
                said[answers].iter().for_each(|&both| each(both >> 16, both & 0xffff));
            }
            Said::Wide(said) => {
                said[answers].iter().for_each(|&both| each((both >> 32) as u32, both as u32));
            }
        }
    }

    /// Memory taken, bytes, about.
    pub(crate) fn bytes(&self) -> usize {
        let said = match &self.said {
            Said::Narrow(said) => said.len() * 4,
            Said::Wide(said) => said.len() * 8,
        };
        let names = self.items.text_bytes() + self.items.len() * 8;
        names + self.index.as_ref().map_or(0, Index::bytes) + self.runs.len() * 8 + said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_back_in_order_whatever_their_numbers() {
        let rows =
            [[0, 1, 2], [0, 2, 2], [1, 1, NONE], [1, 0xffff, 0], [0, 0x1_0000, 7], [0, 3, 4]];
        let mut votes = Votes::default();
        rows.into_iter().for_each(|row| votes.push(row));
        assert_eq!((votes.read(), votes.len(), votes.runs()), (6, 5, 3));
        let mut back = Vec::new();
        for run in 0..votes.runs() {
            votes.each(run..run + 1, |rater, class| back.push([votes.item_of(run), rater, class]));
        }
        let said: Vec<[u32; 3]> = rows.into_iter().filter(|row| row[2] != NONE).collect();
        assert_eq!(back, said);
    }

    #[test]
    fn items_that_come_back_get_their_number_back() {
        let mut votes = Votes::default();
        let count = FEW_ITEMS as u32 + 10;
        for round in 0..2 {
            for item in 0..count {
                let number = votes.item(&item.to_string());
                votes.push([number, round, 0]);
                assert_eq!(votes.name(number), item.to_string());
            }
        }
        assert_eq!(votes.items(), count as usize, "rater by rater, names are looked up");
    }
}
