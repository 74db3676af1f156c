//! Word and character error rates of transcripts.

mod edits;

use std::collections::HashMap;

use rayon::prelude::*;

use crate::sums;

pub use edits::Edits;
use edits::Workspace;

/// Errors of one transcript or the sum of many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Errors {
    /// Words: same, changed, left out, put in.
    pub words: Edits,
    /// Characters (code points, blanks between words included): the same.
    pub characters: Edits,
    /// Transcripts whose reference is empty; their edits are left out of the sums.
    pub empty_references: u64,
    /// Words put in where the reference is empty.
    pub words_of_nothing: u64,
}

impl Errors {
    /// Adds others.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self {
            words: self.words.merge(other.words),
            characters: self.characters.merge(other.characters),
            empty_references: self.empty_references + other.empty_references,
            words_of_nothing: self.words_of_nothing + other.words_of_nothing,
        }
    }

    /// Word error rate; `None` without reference words.
    pub fn word_error_rate(&self) -> Option<f64> {
        self.words.rate()
    }

    /// Character error rate; `None` without reference characters.
    pub fn character_error_rate(&self) -> Option<f64> {
        self.characters.rate()
    }

    /// Match error rate: the share of aligned places that are wrong; `None` without any.
    pub fn match_error_rate(&self) -> Option<f64> {
        let places = self.words.same + self.words.errors();
        (places > 0).then(|| self.words.errors() as f64 / places as f64)
    }

    /// Word information preserved; `None` without reference words.
    pub fn information_preserved(&self) -> Option<f64> {
        let same = self.words.same as f64;
        let (reference, hypothesis) = (self.words.reference(), self.words.hypothesis());
        (reference > 0).then(|| match hypothesis {
            0 => 0.0,
            hypothesis => same / reference as f64 * (same / hypothesis as f64),
        })
    }

    /// Word information lost: one less the preserved.
    pub fn information_lost(&self) -> Option<f64> {
        self.information_preserved().map(|preserved| 1.0 - preserved)
    }
}

/// What to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units {
    /// Words only.
    Words,
    /// Characters only.
    Characters,
    /// Both.
    Both,
}

/// Errors of each pair of reference and transcript.
pub fn errors<R: AsRef<str> + Sync, H: AsRef<str> + Sync>(
    pairs: &[(R, H)],
    units: Units,
) -> Vec<Errors> {
    pairs
        .par_chunks(sums::CHUNK / 16)
        .flat_map_iter(|pairs| {
            let mut compared = Comparer::default();
            let compare = |(reference, hypothesis): &(R, H)| {
                compared.compare(reference.as_ref(), hypothesis.as_ref(), units)
            };
            pairs.iter().map(compare).collect::<Vec<_>>()
        })
        .collect()
}

/// The sum of the errors of many pairs.
pub fn sum<R: AsRef<str> + Sync, H: AsRef<str> + Sync>(pairs: &[(R, H)], units: Units) -> Errors {
    let of_some = |pairs: &[(R, H)]| {
        let mut compared = Comparer::default();
        pairs.iter().fold(Errors::default(), |sum, (reference, hypothesis)| {
            sum.merge(compared.compare(reference.as_ref(), hypothesis.as_ref(), units))
        })
    };
    pairs.par_chunks(sums::CHUNK / 16).map(of_some).reduce(Errors::default, Errors::merge)
}

/// The sum of many errors.
pub fn total(errors: &[Errors]) -> Errors {
    errors.iter().fold(Errors::default(), |sum, errors| sum.merge(*errors))
}

/// Words of a pair by number: few are looked through, many are hashed.
#[derive(Default)]
struct Words<'a> {
    /// Beginnings and lengths, by which most words are told apart.
    keys: [u64; FEW],
    few: [&'a str; FEW],
    count: usize,
    many: HashMap<&'a str, u32>,
}

/// Words that are looked through.
const FEW: usize = 32;

/// The first seven bytes and the length: all of a word of seven bytes or less.
fn beginning(word: &str) -> u64 {
    let mut bytes = [0; 8];
    let begin = word.len().min(7);
    bytes[..begin].copy_from_slice(&word.as_bytes()[..begin]);
    bytes[7] = word.len().min(255) as u8;
    u64::from_le_bytes(bytes)
}

impl<'a> Words<'a> {
    fn number(&mut self, word: &'a str) -> u32 {
        let key = beginning(word);
        let known = self.keys[..self.count].iter().zip(&self.few);
        let same = |(known, at): (&u64, &&str)| *known == key && (word.len() <= 7 || *at == word);
        if let Some(known) = known.map(same).position(|same| same) {
            return known as u32;
        }
        if self.count < FEW {
            (self.keys[self.count], self.few[self.count]) = (key, word);
            self.count += 1;
            return self.count as u32 - 1;
        }
        let next = (FEW + self.many.len()) as u32;
        *self.many.entry(word).or_insert(next)
    }

    /// Fills the numbers of the words of a text.
    fn numbers(&mut self, text: &'a str, numbers: &mut Vec<u32>) {
        numbers.clear();
        if text.is_ascii() {
            let is_blank = |byte: char| matches!(byte, ' ' | '\t'..='\r');
            let words = text.split(is_blank).filter(|word| !word.is_empty());
            numbers.extend(words.map(|word| self.number(word)));
        } else {
            numbers.extend(text.split_whitespace().map(|word| self.number(word)));
        }
    }
}

/// Buffers that serve one pair after the other.
#[derive(Default)]
struct Comparer {
    left: Vec<u32>,
    right: Vec<u32>,
    workspace: Workspace,
}

impl Comparer {
    fn compare(&mut self, reference: &str, hypothesis: &str, units: Units) -> Errors {
        let (reference, hypothesis) = (reference.trim(), hypothesis.trim());
        let mut errors = Errors::default();
        if reference.is_empty() {
            errors.empty_references = 1;
            errors.words_of_nothing = hypothesis.split_whitespace().count() as u64;
            return errors;
        }
        if units != Units::Characters {
            let mut words = Words::default();
            words.numbers(reference, &mut self.left);
            words.numbers(hypothesis, &mut self.right);
            errors.words = self.workspace.compare(&self.left, &self.right);
        }
        if units != Units::Words {
            self.left.clear();
            self.left.extend(reference.chars().map(u32::from));
            self.right.clear();
            self.right.extend(hypothesis.chars().map(u32::from));
            errors.characters = self.workspace.compare(&self.left, &self.right);
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_of_a_pair() {
        let pairs = [("the cat sat", "the  mat sat down"), ("", "noise here"), ("猫 坐", "")];
        let errors = errors(&pairs, Units::Both);
        assert_eq!(errors[0].words, Edits { same: 2, changed: 1, left_out: 0, put_in: 1 });
        assert_eq!(errors[0].word_error_rate(), Some(2.0 / 3.0));
        assert_eq!(errors[0].match_error_rate(), Some(0.5));
        assert_eq!(errors[1].word_error_rate(), None);
        assert_eq!((errors[1].empty_references, errors[1].words_of_nothing), (1, 2));
        assert_eq!(errors[2].information_preserved(), Some(0.0));
        assert_eq!(errors[2].character_error_rate(), Some(1.0));
        let long = (0..100).map(|word| format!("w{}", word % 70)).collect::<Vec<_>>().join(" ");
        let mut compared = Comparer::default();
        assert_eq!(compared.compare(&long, &long, Units::Words).words.same, 100);
        let total = total(&errors);
        assert_eq!(total.words.reference(), 5);
        assert_eq!(total.empty_references, 1);
    }
}
