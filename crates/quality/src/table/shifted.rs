//! Stretches of a series that stand again at a later time.

use super::rows::Rows;
use crate::table::layout::NO_TIME;

/// Times in a row that must agree, or so many rows whose content is rare, where times are few.
const LEAST_TIMES: usize = 8;
const LEAST_ROWS: usize = 64;
/// Bits from which content is rare, on average over such rows.
const RARE_BITS: f64 = 8.0;
/// Rows of equal content that vote on a shift, at most: commoner content says nothing.
const MOST_EQUAL: usize = 64;
/// Shifts that are looked into, commonest first.
const MOST_SHIFTS: usize = 64;

/// A row with its time and content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Point {
    time: i64,
    content: u64,
    row: u32,
    /// Rows of equal content.
    equal: u32,
}

/// Points by time.
struct Series {
    points: Vec<Point>,
    /// Start of each different time in `points`, and the end.
    starts: Vec<usize>,
}

/// Marks the later of two equal stretches, whatever lies between; returns the rows.
///
/// Rows of equal content vote on the distance in time; for each distance with many votes, at least
/// eight times in a row (or, where times are few, 64 rows of rare content) must repeat, among the
/// times that have a counterpart at all, and their content must be too rare for chance: −log2 of its
/// share, counted when it changes, so that a sensor at rest is no copy of itself.
pub(super) fn mark(rows: &Rows<'_>, repeats: &mut [u32]) -> Vec<u32> {
    let mut points: Vec<Point> = (0..rows.heads.len() as u32)
        .filter(|&row| rows.first[row as usize] && repeats[row as usize] == row)
        .map(|row| (row, rows.heads[row as usize]))
        .filter(|(_, head)| head.time != NO_TIME)
        .map(|(row, head)| Point { time: head.time, content: head.content, row, equal: 1 })
        .collect();
    let shifts = shifts(&mut points);
    if shifts.is_empty() {
        return Vec::new();
    }
    // Ties between equal time and content fall to the id, never to scan order.
    points.sort_unstable_by_key(|point| {
        (point.time, point.content, rows.set.signed.ids[point.row as usize])
    });
    let mut starts: Vec<usize> =
        (0..points.len()).filter(|&at| at == 0 || points[at].time != points[at - 1].time).collect();
    starts.push(points.len());
    let series = Series { points, starts };
    let mut marked = Vec::new();
    for shift in shifts {
        series.mark(shift, repeats, &mut marked);
    }
    marked
}

/// The distances in time between rows of equal content that occur often; sets `equal`.
fn shifts(points: &mut [Point]) -> Vec<i64> {
    points.sort_unstable_by_key(|point| (point.content, point.time));
    let mut distances = Vec::new();
    for run in points.chunk_by_mut(|a, b| a.content == b.content) {
        let equal = run.len();
        run.iter_mut().for_each(|point| point.equal = equal as u32);
        if (2..=MOST_EQUAL).contains(&equal) {
            let first = run[0].time;
            distances.extend(run.windows(2).map(|pair| pair[1].time.saturating_sub(pair[0].time)));
            distances.extend(run[2..].iter().map(|point| point.time.saturating_sub(first)));
        }
    }
    distances.sort_unstable();
    let mut votes: Vec<(usize, i64)> = distances
        .chunk_by(|a, b| a == b)
        .filter(|run| run.len() >= LEAST_TIMES && run[0] > 0)
        .map(|run| (run.len(), run[0]))
        .collect();
    votes.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    votes.truncate(MOST_SHIFTS);
    votes.into_iter().map(|(_, shift)| shift).collect()
}

impl Series {
    fn at(&self, index: usize) -> &[Point] {
        &self.points[self.starts[index]..self.starts[index + 1]]
    }

    /// Marks the stretches that repeat at one distance.
    fn mark(&self, shift: i64, repeats: &mut [u32], marked: &mut Vec<u32>) {
        let enough = 2.0 * (self.points.len() as f64).log2() + 16.0;
        let mut run: Vec<(u32, u32)> = Vec::new();
        let (mut times, mut bits, mut last) = (0, 0.0, None);
        let mut earlier = 0;
        let mut close = |run: &mut Vec<(u32, u32)>, times: usize, bits: f64| {
            let rare = run.len() >= LEAST_ROWS && bits >= RARE_BITS * run.len() as f64;
            let agreed = (times >= LEAST_TIMES || rare) && bits >= enough;
            for (row, of) in run.drain(..).filter(|_| agreed) {
                if repeats[row as usize] == row {
                    repeats[row as usize] = of;
                    marked.push(row);
                }
            }
        };
        for later in 0..self.starts.len() - 1 {
            let Some(wanted) = self.at(later)[0].time.checked_sub(shift) else { continue };
            while self.at(earlier)[0].time < wanted {
                earlier += 1;
            }
            if self.at(earlier)[0].time != wanted {
                continue;
            }
            let matched = self.matched(earlier, later, &mut run);
            let Some((content, surprise)) = matched else {
                close(&mut run, times, bits);
                (times, bits, last) = (0, 0.0, None);
                continue;
            };
            times += 1;
            bits += if last == Some(content) { 0.0 } else { surprise };
            last = Some(content);
        }
        close(&mut run, times, bits);
    }

    /// Pairs rows of equal content at two times; the first content and the surprise of them all.
    fn matched(&self, early: usize, late: usize, run: &mut Vec<(u32, u32)>) -> Option<(u64, f64)> {
        let (early, late) = (self.at(early), self.at(late));
        let total = self.points.len() as f64;
        let mut found: Option<(u64, f64)> = None;
        let mut at = 0;
        for point in late {
            while at < early.len() && early[at].content < point.content {
                at += 1;
            }
            if early.get(at).is_some_and(|other| other.content == point.content) {
                run.push((point.row, early[at].row));
                let (_, bits) = found.get_or_insert((point.content, 0.0));
                *bits += (total / f64::from(point.equal)).log2();
                at += 1;
            }
        }
        let chances = ((early.len() * late.len()) as f64).log2();
        found.map(|(content, bits)| (content, (bits - chances).max(0.0)))
    }
}
