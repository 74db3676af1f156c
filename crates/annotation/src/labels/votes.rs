//! Answers about whole items as tables hold them: numbers, and next to nothing else.

use super::{NONE, Names};

/// Answers in the order of their files, for commands that need nothing but votes.
///
/// An answer takes four bytes where an [`super::Annotation`] takes forty-four, and its item is said once
/// for all answers that follow each other on it.
#[derive(Debug, Clone, Default)]
pub struct Votes {
    /// Names of items, in order of first sight.
    pub items: Names,
    /// Item of each run of answers, and the answer it begins with.
    runs: Vec<(u32, u32)>,
    said: Said,
    /// Answers read, those without a label too.
    read: u64,
}

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
        self.items.bytes() + self.runs.len() * 8 + said
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
}
