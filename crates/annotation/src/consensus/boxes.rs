//! One set of boxes out of several raters' boxes on the same image.

/// A box of one rater.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarkedBox {
    /// Who marked it.
    pub rater: u32,
    /// Index of the class.
    pub class: u32,
    /// Left, top, right, bottom, in pixels.
    pub edges: [f64; 4],
}

/// A box that enough raters marked.
#[derive(Debug, Clone, PartialEq)]
pub struct BoxConsensus {
    /// The class most of them chose; the smallest index of those level.
    pub class: u32,
    /// Whether another class got as many votes.
    pub tied: bool,
    /// Median of each edge.
    pub edges: [f64; 4],
    /// Places in the input of the boxes it stands for, ascending.
    pub members: Vec<usize>,
    /// Mean intersection over union of its members with it.
    pub overlap: f64,
}

/// Intersection over union; 0 where either is empty.
fn overlap(a: &[f64; 4], b: &[f64; 4]) -> f64 {
    let width = (a[2].min(b[2]) - a[0].max(b[0])).max(0.0);
    let height = (a[3].min(b[3]) - a[1].max(b[1])).max(0.0);
    let area = |edges: &[f64; 4]| (edges[2] - edges[0]).max(0.0) * (edges[3] - edges[1]).max(0.0);
    let whole = area(a) + area(b) - width * height;
    if whole > 0.0 { width * height / whole } else { 0.0 }
}

/// The boxes that at least `quorum` raters marked, in order of their first member.
///
/// Pairs of different raters' boxes join from the largest overlap down to `least_overlap`; a group
/// holds at most one box of a rater. Boxes of different classes may join: the vote decides.
pub fn consensus_boxes(
    boxes: &[MarkedBox],
    least_overlap: f64,
    quorum: usize,
) -> Vec<BoxConsensus> {
    let mut pairs = Vec::new();
    for a in 0..boxes.len() {
        for b in a + 1..boxes.len() {
            let shared = overlap(&boxes[a].edges, &boxes[b].edges);
            if boxes[a].rater != boxes[b].rater && shared >= least_overlap && shared > 0.0 {
                pairs.push((shared, a, b));
            }
        }
    }
    pairs.sort_by(|x, y| y.0.total_cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    let mut group: Vec<usize> = (0..boxes.len()).collect();
    let mut members: Vec<Vec<usize>> = (0..boxes.len()).map(|at| vec![at]).collect();
    for (_, a, b) in pairs {
        let (into, from) = (group[a].min(group[b]), group[a].max(group[b]));
        let clash =
            |&at: &usize| members[into].iter().any(|&other| boxes[other].rater == boxes[at].rater);
        if into == from || members[from].iter().any(clash) {
            continue;
        }
        let moved = std::mem::take(&mut members[from]);
        moved.iter().for_each(|&at| group[at] = into);
        members[into].extend(moved);
    }
    let mut found = Vec::new();
    for mut members in members {
        if members.is_empty() || members.len() < quorum {
            continue;
        }
        members.sort_unstable();
        found.push(summarise(boxes, members));
    }
    found.sort_by_key(|consensus| consensus.members[0]);
    found
}

fn summarise(boxes: &[MarkedBox], members: Vec<usize>) -> BoxConsensus {
    let mut edges = [0.0; 4];
    for (side, edge) in edges.iter_mut().enumerate() {
        let mut values: Vec<f64> = members.iter().map(|&at| boxes[at].edges[side]).collect();
        values.sort_unstable_by(f64::total_cmp);
        let half = values.len() / 2;
        *edge = if values.len() % 2 == 1 {
            values[half]
        } else {
            0.5 * (values[half - 1] + values[half])
        };
    }
    let (class, tied) = super::spans::vote(members.iter().map(|&at| boxes[at].class));
    let shared: f64 = members.iter().map(|&at| overlap(&boxes[at].edges, &edges)).sum();
    let overlap = shared / members.len() as f64;
    BoxConsensus { class, tied, edges, members, overlap }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(rater: u32, class: u32, left: f64) -> MarkedBox {
        MarkedBox { rater, class, edges: [left, 0.0, left + 10.0, 10.0] }
    }

    #[test]
    fn boxes_of_three_raters_become_one() {
        let boxes = [mark(0, 1, 0.0), mark(1, 1, 1.0), mark(2, 0, 3.0), mark(0, 1, 50.0)];
        let found = consensus_boxes(&boxes, 0.5, 2);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].members, [0, 1, 2]);
        assert_eq!((found[0].class, found[0].tied), (1, false));
        assert_eq!(found[0].edges, [1.0, 0.0, 11.0, 10.0]);
        assert_eq!(consensus_boxes(&boxes, 0.5, 1).len(), 2);
    }

    #[test]
    fn two_boxes_of_one_rater_never_join() {
        let boxes = [mark(0, 0, 0.0), mark(0, 0, 1.0), mark(1, 0, 0.5)];
        let found = consensus_boxes(&boxes, 0.5, 1);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|group| group.members.len() <= 2));
    }

    #[test]
    fn empty_boxes_overlap_nothing() {
        let flat = MarkedBox { rater: 0, class: 0, edges: [1.0, 1.0, 1.0, 5.0] };
        let boxes = [flat, MarkedBox { rater: 1, ..flat }];
        assert_eq!(consensus_boxes(&boxes, 0.0, 2), []);
    }
}
