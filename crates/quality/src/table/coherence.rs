//! Which share of rows could not have come from columns dealt independently.
//!
//! Rows of noise, and rows whose columns were shuffled one by one, look like cells dealt
//! independently. A score is trained on one half of the sample: the sum over pairs of columns of
//! ln(observed / expected). On the other half it is computed for the rows as they are and for rows
//! dealt anew from the same cells. Where dealt rows abound and real ones are rare, the ratio of
//! their shares bounds the share π of dealt rows in the data:
//!
//! `π = min over τ of P(real score < τ) / P(dealt score < τ)`, coherence `κ = 1 − π`.
//!
//! The same is done against cells drawn uniformly from their range: noise of that kind has other
//! margins than the data and forms a cluster that dealt cells do not. The worse of the two counts.
//!
//! π is linear in mixing, and honest data with any strong tie between columns has π near 0, so that
//! honest rows count nearly whole and noise not at all.

use shujian_core::card::Interval;

use super::columns::{Column, Columns};

/// The same against cells drawn uniformly: rows of noise score above the lowest of such deals.
const UNIFORM_SHARES: [f64; 5] = [0.5, 0.6, 0.7, 0.8, 0.9];
/// Deals of the same cells: more make the share of dealt rows more exact.
const DEALS: usize = 4;
/// Shares of dealt rows below the threshold that are tried.
const SHARES: [f64; 7] = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
/// Bound of one pair's say.
const LOUDEST: f32 = 3.0;
/// Rows of a stratum, at least; and their share.
const LEAST_STRATUM: usize = 100;
const LEAST_SHARE: f64 = 0.02;
/// Standard normal quantile of a 95 % interval.
const Z: f64 = 1.96;

/// Counts above and below a threshold on rows that the score was not trained on.
#[derive(Debug, Clone, Copy, Default)]
struct Tail {
    real: f64,
    reals: f64,
    dealt: f64,
    dealts: f64,
}

/// Coherence of the rows and of each content column.
#[derive(Debug)]
pub(super) struct Coherence {
    /// Share of rows that hang together.
    pub rows: Interval,
    /// For each content column, share of its cells that belong to their rows.
    pub columns: Vec<Interval>,
    /// For each partner, whether some content column varies with it in both halves.
    pub ties: Vec<bool>,
    /// Rows of lowest score, as indices into the sample.
    pub weakest: Vec<usize>,
}

/// Two columns that vary together: indices into content, and into content then partners.
struct Pair {
    left: usize,
    right: usize,
    /// `[left width * right width]`, ln(observed / expected).
    says: Vec<f32>,
    /// The same with uniform cells expected.
    says_uniform: Vec<f32>,
    width: usize,
}

/// Measures coherence; `kept[j]` tells whether content column `j` is none that repeats another.
///
/// Cells are dealt among rows of equal oddness: rows of another source than the rest make every
/// column tell every other, but among themselves they hang together no more than dealt ones.
pub(super) fn measure(columns: &Columns, kept: &[bool]) -> Coherence {
    let all: Vec<&Column> = columns.content.iter().chain(&columns.partners).collect();
    let rows = columns.ids.len();
    let content = columns.content.len();
    let strata = strata(&columns.oddness);
    let mut tails: Vec<Tails> = strata.iter().map(|_| Tails::new(content)).collect();
    let mut scores = vec![0.0; rows];
    let mut ties = vec![0_u8; columns.partners.len()];
    let half = rows / 2;
    for (train, is_test) in [(0..half, true), (half..rows, false)] {
        let pairs = pairs(&all, content, kept, train);
        let mut tied = vec![0; ties.len()];
        for pair in pairs.iter().filter(|pair| pair.right >= content) {
            tied[pair.right - content] = 1;
        }
        ties.iter_mut().zip(tied).for_each(|(tie, tied)| *tie += tied);
        for (stratum, tails) in strata.iter().zip(&mut tails) {
            let (second, first): (Vec<usize>, Vec<usize>) =
                stratum.iter().partition(|row| **row >= half);
            let (train, test) = if is_test { (first, second) } else { (second, first) };
            let deals = Deals { all: &all, pairs: &pairs, train, test };
            let real = deals.add(Moved::All, &mut tails.whole);
            for (&row, score) in deals.test.iter().zip(real) {
                scores[row] = score;
            }
            deals.add(Moved::Uniform, &mut tails.uniform);
            for (column, tail) in tails.each.iter_mut().enumerate().filter(|(at, _)| kept[*at]) {
                deals.add(Moved::One(column), tail);
            }
        }
    }
    let mut weakest: Vec<usize> = (0..rows).collect();
    weakest.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]).then(a.cmp(&b)));
    weakest.truncate(10);
    let together = |of: &dyn Fn(&Tails) -> Interval| together(&strata, &tails, of);
    let columns = (0..content).map(|at| together(&|tails| tails.each[at].coherence())).collect();
    let (dealt, uniform) =
        (together(&|tails| tails.whole.coherence()), together(&|tails| tails.uniform.coherence()));
    let rows = Interval {
        low: dealt.low.min(uniform.low),
        point: dealt.point.min(uniform.point),
        high: dealt.high.min(uniform.high),
    };
    let ties = ties.into_iter().map(|halves| halves == 2).collect();
    Coherence { rows, columns, ties, weakest }
}

/// What is counted of the rows of one stratum.
struct Tails {
    whole: Tail,
    uniform: Tail,
    each: Vec<Tail>,
}

impl Tails {
    fn new(content: usize) -> Self {
        let none = Tail::default();
        Self { whole: none, uniform: none, each: vec![none; content] }
    }
}

/// Rows by oddness, each stratum large enough to say something: smaller ones join the one before.
fn strata(oddness: &[u8]) -> Vec<Vec<usize>> {
    let least = LEAST_STRATUM.max((oddness.len() as f64 * LEAST_SHARE) as usize);
    let most = oddness.iter().copied().max().unwrap_or(0);
    let mut strata: Vec<Vec<usize>> = vec![Vec::new()];
    for odd in 0..=most {
        let rows: Vec<usize> = (0..oddness.len()).filter(|&row| oddness[row] == odd).collect();
        match strata.last_mut() {
            Some(last) if last.len() < least || rows.len() < least => last.extend(rows),
            _ => strata.push(rows),
        }
    }
    strata.iter_mut().for_each(|rows| rows.sort_unstable());
    strata
}

/// The coherence of all strata, each by its rows.
fn together(strata: &[Vec<usize>], tails: &[Tails], of: &dyn Fn(&Tails) -> Interval) -> Interval {
    let rows: usize = strata.iter().map(Vec::len).sum();
    let mut sum = Interval::exact(0.0);
    for (stratum, tails) in strata.iter().zip(tails) {
        let share = if strata.len() == 1 { 1.0 } else { stratum.len() as f64 / rows as f64 };
        let Interval { low, point, high } = of(tails);
        sum.low += share * low;
        sum.point += share * point;
        sum.high += share * high;
    }
    sum
}

/// The rows of a stratum in both halves, and the pairs that the first half taught.
struct Deals<'a> {
    all: &'a [&'a Column],
    pairs: &'a [Pair],
    train: Vec<usize>,
    test: Vec<usize>,
}

impl Deals<'_> {
    /// Counts test rows beyond the threshold that training rows set; returns the scores of test rows.
    fn add(&self, moved: Moved, tail: &mut Tail) -> Vec<f32> {
        let shares: &[f64] =
            if matches!(moved, Moved::Uniform) { &UNIFORM_SHARES } else { &SHARES };
        let (real, dealt) = self.scores(&self.train, moved);
        let threshold = threshold(real, dealt, shares).unwrap_or(f32::INFINITY);
        let (real, dealt) = self.scores(&self.test, moved);
        tail.add(&real, &dealt, threshold);
        real
    }

    /// Scores of rows as they are, and dealt.
    fn scores(&self, rows: &[usize], moved: Moved) -> (Vec<f32>, Vec<f32>) {
        let chosen: Vec<&Pair> = self
            .pairs
            .iter()
            .filter(|pair| match moved {
                Moved::All | Moved::Uniform => true,
                Moved::One(one) => pair.left == one || pair.right == one,
            })
            .collect();
        let real = score(self.all, &chosen, rows, moved, 0);
        let dealt =
            (1..=DEALS).flat_map(|deal| score(self.all, &chosen, rows, moved, deal)).collect();
        (real, dealt)
    }
}

impl Coherence {
    /// Says the same of so many rows and of more, none of which hang together.
    pub(super) fn dilute(&mut self, rows: usize, more: usize) {
        let share = rows as f64 / (rows + more).max(1) as f64;
        let Interval { low, point, high } = &mut self.rows;
        [low, point, high].into_iter().for_each(|bound| *bound *= share);
    }
}

/// Which columns a deal moves.
#[derive(Debug, Clone, Copy)]
enum Moved {
    All,
    One(usize),
    /// All, and their cells are drawn uniformly.
    Uniform,
}

/// The pairs that vary together more than chance explains, and what each combination says.
fn pairs(
    all: &[&Column],
    content: usize,
    kept: &[bool],
    train: std::ops::Range<usize>,
) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for left in (0..content).filter(|&left| kept[left]) {
        for right in (left + 1..all.len()).filter(|&right| kept.get(right).is_none_or(|&kept| kept))
        {
            pairs.extend(pair(all, content, (left, right), train.clone()));
        }
    }
    pairs
}

fn pair(
    all: &[&Column],
    content: usize,
    pair: (usize, usize),
    train: std::ops::Range<usize>,
) -> Option<Pair> {
    let (left, right) = pair;
    let (a, b) = (all[left], all[right]);
    let width = b.width;
    let mut counts = vec![0_u32; a.width * width];
    for row in train.clone() {
        counts[usize::from(a.bins[row]) * width + usize::from(b.bins[row])] += 1;
    }
    let total = train.len() as f64;
    let lefts: Vec<f64> =
        counts.chunks(width).map(|line| line.iter().map(|&count| f64::from(count)).sum()).collect();
    let rights: Vec<f64> = (0..width)
        .map(|at| counts[at..].iter().step_by(width).map(|&count| f64::from(count)).sum())
        .collect();
    let freedom =
        |sums: &[f64]| sums.iter().filter(|sum| **sum > 0.0).count().saturating_sub(1) as f64;
    let freedom = freedom(&lefts) * freedom(&rights);
    let mut surprise = 0.0;
    let smooth = |count: u32, expected: f64| {
        let ratio = (f64::from(count) + 0.5) / (expected + 0.5);
        (ratio.ln() as f32).clamp(-LOUDEST, LOUDEST)
    };
    let even = |column: usize, bin: usize, seen: f64| {
        if column < content { all[column].uniform[bin] * total } else { seen }
    };
    let says_uniform = counts
        .iter()
        .enumerate()
        .map(|(at, &count)| {
            let (a, b) = (at / width, at % width);
            smooth(count, even(left, a, lefts[a]) * even(right, b, rights[b]) / total.max(1.0))
        })
        .collect();
    let says = counts
        .iter()
        .enumerate()
        .map(|(at, &count)| {
            let expected = lefts[at / width] * rights[at % width] / total.max(1.0);
            if count > 0 {
                surprise += 2.0 * f64::from(count) * (f64::from(count) / expected).ln();
            }
            smooth(count, expected)
        })
        .collect();
    // The likelihood ratio statistic has mean `freedom` and variance twice that under independence.
    (freedom > 0.0 && surprise > freedom + 5.0 * (2.0 * freedom).sqrt()).then_some(Pair {
        left,
        right,
        says,
        says_uniform,
        width,
    })
}

/// Scores of rows; in deal `n > 0` each moved column comes from another row of the same half, or
/// from nowhere.
fn score(all: &[&Column], pairs: &[&Pair], half: &[usize], moved: Moved, deal: usize) -> Vec<f32> {
    let mut used = vec![false; all.len()];
    pairs.iter().for_each(|pair| (used[pair.left], used[pair.right]) = (true, true));
    let bins: Vec<Vec<u8>> = (0..all.len())
        .map(|at| if used[at] { bins(all[at], at, half, moved, deal) } else { Vec::new() })
        .collect();
    let mut scores = vec![0.0; half.len()];
    for pair in pairs {
        let says = if matches!(moved, Moved::Uniform) { &pair.says_uniform } else { &pair.says };
        let cells = bins[pair.left].iter().zip(&bins[pair.right]);
        for ((&a, &b), score) in cells.zip(&mut scores) {
            *score += says[usize::from(a) * pair.width + usize::from(b)];
        }
    }
    scores
}

/// The bins of one column in a deal. Partners stay with their row.
fn bins(column: &Column, at: usize, half: &[usize], moved: Moved, deal: usize) -> Vec<u8> {
    let rows = half.len().max(1);
    // Rows stand in the order of their ids, so that a rotation is a random deal.
    let turn = (deal * 7919 + (at + 1) * 104_729 * deal) % rows;
    let stays = deal == 0 || column.plan.is_none() || matches!(moved, Moved::One(one) if one != at);
    let turned =
        |turn: usize| (0..half.len()).map(move |row| column.bins[half[(row + turn) % rows]]);
    match moved {
        _ if stays => turned(0).collect(),
        Moved::Uniform => (0..half.len()).map(|row| drawn(column, at, row, deal)).collect(),
        _ => turned(turn).collect(),
    }
}

/// A bin by its uniform share; seeded by row, column and deal.
fn drawn(column: &Column, at: usize, row: usize, deal: usize) -> u8 {
    let seed = super::layout::mix(at * 31 + deal, super::layout::mix(row, 0x0dea1));
    let mut point = (seed >> 11) as f64 / (1_u64 << 53) as f64;
    for (bin, share) in column.uniform.iter().enumerate() {
        if point < *share {
            return bin as u8;
        }
        point -= share;
    }
    0
}

/// The threshold at which real rows are rarest among dealt ones, by the upper bound.
fn threshold(mut real: Vec<f32>, mut dealt: Vec<f32>, shares: &[f64]) -> Option<f32> {
    real.sort_by(f32::total_cmp);
    dealt.sort_by(f32::total_cmp);
    let spread = dealt.last()? - dealt.first()?;
    if spread <= 0.0 {
        return None;
    }
    shares
        .iter()
        .map(|share| dealt[(share * dealt.len() as f64) as usize])
        .map(|threshold| {
            let below = |scores: &[f32]| scores.partition_point(|score| *score < threshold) as f64;
            let tail = Tail {
                real: below(&real),
                reals: real.len() as f64,
                dealt: below(&dealt),
                dealts: dealt.len() as f64,
            };
            (tail.coherence().low, threshold)
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, threshold)| threshold)
}

impl Tail {
    fn add(&mut self, real: &[f32], dealt: &[f32], threshold: f32) {
        let below = |scores: &[f32]| scores.iter().filter(|score| **score < threshold).count();
        self.real += below(real) as f64;
        self.reals += real.len() as f64;
        self.dealt += below(dealt) as f64;
        self.dealts += dealt.len() as f64;
    }

    /// `1 − π` with Wilson bounds on the share of real rows; nothing is known without rows.
    fn coherence(&self) -> Interval {
        if self.reals == 0.0 || self.dealt == 0.0 {
            return Interval {
                low: 0.0,
                point: 0.0,
                high: if self.reals == 0.0 { 1.0 } else { 0.0 },
            };
        }
        let dealt = self.dealt / self.dealts;
        let (low, high) = wilson(self.real, self.reals);
        let of = |share: f64| (1.0 - share / dealt).clamp(0.0, 1.0);
        Interval { low: of(high), point: of(self.real / self.reals), high: of(low) }
    }
}

/// Wilson's 95 % interval of a share.
pub(super) fn wilson(hits: f64, total: f64) -> (f64, f64) {
    let share = hits / total;
    let square = Z * Z / total;
    let centre = share + square / 2.0;
    let half = Z * (share * (1.0 - share) / total + square / (4.0 * total)).sqrt();
    ((centre - half) / (1.0 + square), (centre + half) / (1.0 + square))
}

#[cfg(test)]
mod tests {
    use super::*;
    use shujian_core::ContentId;
    use shujian_fixtures::rng::Rng;

    fn column(at: usize, bins: Vec<u8>) -> Column {
        Column {
            plan: Some(at),
            clock: None,
            numbers: Vec::new(),
            hashes: Vec::new(),
            bins,
            width: 8,
            uniform: vec![0.125; 8],
        }
    }

    /// Three columns that follow one hidden value, but for a share of rows of noise.
    fn columns(rows: usize, noise: f64) -> Columns {
        let mut rng = Rng::new(7);
        let mut bins = vec![Vec::new(); 3];
        for _ in 0..rows {
            let hidden = rng.below(8);
            let noisy = rng.chance(noise);
            for column in &mut bins {
                let value = if noisy { rng.below(8) } else { (hidden + rng.below(2)) % 8 };
                column.push(value as u8);
            }
        }
        let content = bins.into_iter().enumerate().map(|(at, bins)| column(at, bins)).collect();
        let ids = (0..rows).map(|row| ContentId::of(&row.to_le_bytes())).collect();
        let oddness = vec![0; rows];
        Columns { ids, oddness, content, texts: Vec::new(), partners: Vec::new(), left_out: 0 }
    }

    #[test]
    fn the_share_of_noise_is_found() {
        for noise in [0.0, 0.2, 0.5, 1.0] {
            let rows = measure(&columns(6000, noise), &[true; 3]).rows;
            assert!((rows.point - (1.0 - noise)).abs() < 0.06, "{noise}: {rows:?}");
            assert!(rows.low <= rows.point && rows.point <= rows.high);
        }
    }

    #[test]
    fn few_rows_earn_little() {
        let small = measure(&columns(40, 0.0), &[true; 3]).rows;
        let large = measure(&columns(4000, 0.0), &[true; 3]).rows;
        assert!(small.low + 0.1 < large.low, "{small:?} {large:?}");
        assert_eq!(measure(&columns(0, 0.0), &[true; 3]).rows.low, 0.0);
    }
}
