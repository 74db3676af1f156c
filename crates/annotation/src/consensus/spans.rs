//! One set of spans out of several raters' spans of the same text or recording.

/// A span of one rater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MarkedSpan {
    /// Index of the class.
    pub class: u32,
    /// First offset covered, in the unit of the delivery.
    pub start: u64,
    /// First offset no longer covered.
    pub end: u64,
    /// Who marked it.
    pub rater: u32,
}

/// A stretch that enough raters gave one class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpanConsensus {
    /// Index of the class.
    pub class: u32,
    /// First offset.
    pub start: u64,
    /// First offset after it.
    pub end: u64,
    /// Fewest raters at any place of it.
    pub least: usize,
    /// Most raters at any place of it.
    pub most: usize,
}

/// The stretches that at least `quorum` raters gave the same class, by start, end and class.
///
/// Offsets vote one by one, class by class: partial overlap counts where it overlaps. A rater
/// counts once a place, however many spans of the rater cover it. Empty spans are left out.
pub fn consensus_spans(spans: &[MarkedSpan], quorum: usize) -> Vec<SpanConsensus> {
    let mut spans: Vec<MarkedSpan> =
        spans.iter().copied().filter(|span| span.start < span.end).collect();
    spans.sort_unstable();
    let mut found = Vec::new();
    for of_class in spans.chunk_by(|a, b| a.class == b.class) {
        sweep(&without_own_overlaps(of_class), quorum, &mut found);
    }
    found.sort_by_key(|span: &SpanConsensus| (span.start, span.end, span.class));
    found
}

/// Each rater's spans of one class, overlapping or touching ones joined.
fn without_own_overlaps(spans: &[MarkedSpan]) -> Vec<MarkedSpan> {
    let mut spans = spans.to_vec();
    spans.sort_unstable_by_key(|span| (span.rater, span.start, span.end));
    let mut joined: Vec<MarkedSpan> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if last.rater == span.rater && span.start < last.end => {
                last.end = last.end.max(span.end);
            }
            _ => joined.push(span),
        }
    }
    joined
}

/// Walks the ends of one class's spans. A span's start also starts a new stretch, so that
/// neighbours marked apart by all stay apart.
fn sweep(spans: &[MarkedSpan], quorum: usize, found: &mut Vec<SpanConsensus>) {
    // Ends before starts at the same offset.
    let mut turns: Vec<(u64, bool)> =
        spans.iter().flat_map(|span| [(span.start, true), (span.end, false)]).collect();
    turns.sort_unstable();
    let mut depth = 0_usize;
    let mut open: Option<SpanConsensus> = None;
    for (offset, starts) in turns {
        depth = if starts { depth + 1 } else { depth - 1 };
        if depth >= quorum && depth > 0 {
            let stretch = open.get_or_insert(SpanConsensus {
                class: spans[0].class,
                start: offset,
                end: offset,
                least: depth,
                most: depth,
            });
            stretch.least = stretch.least.min(depth);
            stretch.most = stretch.most.max(depth);
        } else if let Some(stretch) = open.take() {
            found.push(SpanConsensus { end: offset, ..stretch });
        }
    }
}

/// The most frequent class, the smallest of those level, and whether there are such.
pub(super) fn vote(classes: impl Iterator<Item = u32>) -> (u32, bool) {
    let mut classes: Vec<u32> = classes.collect();
    classes.sort_unstable();
    let mut best = (0, 0_usize);
    let mut tied = false;
    for run in classes.chunk_by(|a, b| a == b) {
        if run.len() > best.1 {
            best = (run[0], run.len());
            tied = false;
        } else if run.len() == best.1 {
            tied = true;
        }
    }
    (best.0, tied)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(rater: u32, class: u32, start: u64, end: u64) -> MarkedSpan {
        MarkedSpan { class, start, end, rater }
    }

    #[test]
    fn the_overlap_of_two_of_three_stands() {
        let spans = [span(0, 0, 0, 5), span(1, 0, 1, 6), span(2, 0, 20, 25), span(2, 1, 0, 5)];
        let found = consensus_spans(&spans, 2);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].start, found[0].end, found[0].class), (1, 5, 0));
        assert_eq!(consensus_spans(&spans, 3), []);
    }

    #[test]
    fn neighbours_stay_apart_and_a_rater_counts_once() {
        let apart = [span(0, 0, 0, 3), span(0, 0, 3, 6), span(1, 0, 0, 3), span(1, 0, 3, 6)];
        let found = consensus_spans(&apart, 2);
        assert_eq!(
            found.iter().map(|span| (span.start, span.end)).collect::<Vec<_>>(),
            [(0, 3), (3, 6)]
        );
        let twice = [span(0, 0, 0, 5), span(0, 0, 2, 7), span(1, 0, 9, 9)];
        assert_eq!(consensus_spans(&twice, 2), []);
    }

    #[test]
    fn votes_name_ties() {
        assert_eq!(vote([2, 1, 2].into_iter()), (2, false));
        assert_eq!(vote([2, 1].into_iter()), (1, true));
    }
}
