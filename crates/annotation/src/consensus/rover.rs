//! ROVER: transcripts of the same speech, aligned word by word and put to the vote.
//!
//! Source: Fiscus (1997), "A post-processing system to yield reduced word error rates".

use std::collections::BTreeMap;

/// One place of the aligned network: words said there and how many transcripts say them.
/// `None` is silence.
#[derive(Default)]
struct Slot<'a>(BTreeMap<Option<&'a str>, usize>);

/// The transcript most words agree on.
///
/// - `transcripts`: each a list of words (or characters), in any order of raters.
/// - Ties go to a word over silence, then to the word of smallest bytes.
/// - Empty without transcripts.
pub fn rover<'a>(transcripts: &[Vec<&'a str>]) -> Vec<&'a str> {
    let mut network: Vec<Slot<'a>> = Vec::new();
    for (seen, words) in transcripts.iter().enumerate() {
        network = merge(network, words, seen);
    }
    let winner = |slot: &Slot<'a>| {
        let mut best: Option<(usize, Option<&'a str>)> = None;
        // Silence is first in order, so that a word as frequent takes its place.
        for (&word, &count) in &slot.0 {
            let better = match best {
                None => true,
                Some((most, None)) => count >= most,
                Some((most, Some(_))) => count > most,
            };
            if better {
                best = Some((count, word));
            }
        }
        best.and_then(|(_, word)| word)
    };
    network.iter().filter_map(winner).collect()
}

/// Aligns one more transcript to the network of `seen` others, at least edits.
fn merge<'a>(network: Vec<Slot<'a>>, words: &[&'a str], seen: usize) -> Vec<Slot<'a>> {
    let width = words.len() + 1;
    let mut cost = vec![0_usize; (network.len() + 1) * width];
    let change = |slot: &Slot, word: &str| usize::from(!slot.0.contains_key(&Some(word)));
    let skip = |slot: &Slot| usize::from(!slot.0.contains_key(&None));
    for (column, cost) in cost[..width].iter_mut().enumerate() {
        *cost = column;
    }
    for (row, slot) in network.iter().enumerate() {
        let at = (row + 1) * width;
        cost[at] = cost[at - width] + skip(slot);
        for (column, word) in words.iter().enumerate() {
            cost[at + column + 1] = (cost[at - width + column] + change(slot, word))
                .min(cost[at - width + column + 1] + skip(slot))
                .min(cost[at + column] + 1);
        }
    }
    let (mut row, mut column) = (network.len(), words.len());
    let mut merged = Vec::new();
    let mut slots = network;
    while row > 0 || column > 0 {
        let at = row * width + column;
        let same = row > 0
            && column > 0
            && cost[at] == cost[at - width - 1] + change(&slots[row - 1], words[column - 1]);
        let word = if same || row == 0 || (column > 0 && cost[at] == cost[at - 1] + 1) {
            column -= 1;
            Some(words[column])
        } else {
            None
        };
        let mut slot = if same || word.is_none() {
            row -= 1;
            slots.pop().unwrap_or_default()
        } else {
            // A word where the others were silent.
            Slot((seen > 0).then_some((None, seen)).into_iter().collect())
        };
        *slot.0.entry(word).or_default() += 1;
        merged.push(slot);
    }
    merged.reverse();
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vote(transcripts: &[&str]) -> String {
        let words: Vec<Vec<&str>> =
            transcripts.iter().map(|text| text.split_whitespace().collect()).collect();
        rover(&words).join(" ")
    }

    #[test]
    fn slips_of_one_rater_are_outvoted() {
        assert_eq!(
            vote(&["the cat sat on a mat", "the cat sat on the mat", "a cat sat on the mat now"]),
            "the cat sat on the mat"
        );
        assert_eq!(vote(&["a b c", "a c", "a b c"]), "a b c");
        assert_eq!(vote(&["b c", "a b c", "b c"]), "b c");
    }

    #[test]
    fn alone_or_absent() {
        assert_eq!(vote(&["just one"]), "just one");
        assert_eq!(vote(&[]), "");
        assert_eq!(vote(&["", "", "word"]), "");
    }
}
