//! The rows of a partition as resolution sees them: read once, by the columns that count.

use std::io::Result;

use rayon::prelude::*;
use shujian_core::Profile;

use super::credit::Credit;
use super::layout::{self, Layout, Slot, mix};
use super::near;
use crate::columns::{ColumnPlan, Kind, PartitionPlan, Role};
use crate::dedup::Set;

/// Rows read at a time by one thread.
const CHUNK: usize = 1 << 14;
/// A NaN that a category's hash goes into.
const NO_DISTANCE: u32 = 0x7fc0_0000;
/// Parts of a cell that weights are counted in.
const WHOLE: u64 = 1 << 16;
/// Rows nearly like a row, on average, up to which equal cells cannot be chance.
const MOST_ALIKE: f64 = 0.05;

/// What the columns that count say about one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// Hash of category and time cells.
    pub group: u64,
    /// Hash of text cells.
    pub text: u64,
    /// Hash of all content cells of columns that keep rows apart.
    pub content: u64,
    /// Time of the row in microseconds, or in millionths of a beat; [`layout::NO_TIME`].
    pub time: i64,
    /// Hash of the name of the sequence it belongs to, such as a station; 0 where there is one only.
    pub sequence: u32,
    /// Which of the columns looked at are filled, a bit each.
    pub filled: u128,
}

/// The rows of a partition; some 80 bytes and four a number each.
pub(super) struct Rows<'a> {
    pub set: &'a Set<'a>,
    /// Head of each row.
    pub heads: Vec<Head>,
    /// `[rows * width]`, on each column's own scale times the root of its weight; NaN is null, no
    /// number, or a category of little weight.
    numbers: Vec<f32>,
    /// Numbers of a row.
    width: usize,
    /// The columns of the numbers, as indices into the plan.
    pub numeric: Vec<usize>,
    /// Weight of each of them.
    pub weights: Vec<f32>,
    /// The columns looked at, as indices into the plan; at most 128.
    looked_at: Vec<usize>,
    /// Rows that still count: the first of each id, with content.
    pub first: Vec<bool>,
    /// What equal cells leave to be looked at.
    pub telling: Telling,
}

/// What must be equal besides the numbers and categories that count for rows to be copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Telling {
    /// Times, texts and names: the rest agrees by chance.
    Little,
    /// Times that content varies with: beside them, the rest does not agree by chance.
    WithTimes,
    /// Nothing: the rest does not agree by chance.
    Alone,
}

impl Telling {
    /// What the sample says about so many rows.
    fn of(plan: &PartitionPlan, layout: &Layout, credit: &Credit, rows: usize) -> Self {
        let enough = 2.0 * (rows.max(2) as f64).log2() + 6.0;
        let tells = |timed: bool| {
            telling_bits(plan, credit, timed) >= enough
                && credit.alike(plan, layout, rows, timed) <= MOST_ALIKE
        };
        if tells(false) {
            Self::Alone
        } else if tells(true) {
            Self::WithTimes
        } else {
            Self::Little
        }
    }
}

/// A column that takes part, with its slot.
struct Part {
    at: usize,
    slot: Slot,
    role: Role,
    /// Root of the column's weight.
    root: f32,
    /// Whether it is a category of too little weight to keep rows apart by itself: it stands among
    /// the numbers, as a NaN of its own for each value.
    is_weak: bool,
    /// Mean and deviation in seconds of a time that stands among the numbers.
    moment: Option<(f64, f64)>,
}

impl Part {
    /// Whether it stands among the numbers.
    fn is_number(&self) -> bool {
        self.role == Role::Numeric || self.is_weak || self.moment.is_some()
    }
}

/// Mean and deviation of the time of events, each with a time of its own: they are the same if all is
/// the same but for little, the time too. Rows of a series keep a beat, and a beat apart they differ.
pub(super) fn moment(at: usize, plan: &PartitionPlan, layout: &Layout) -> Option<(f64, f64)> {
    let column = &plan.columns[at];
    let own = 5 * column.tally.sketch.distinct() >= column.tally.filled;
    let exact = matches!(layout.clocks[at], Some(1.0 | 1e6));
    // A counter that leaves few gaps keeps a beat, whatever the profile.
    let sparse = column.kind != Kind::Number
        || column.tally.sketch.usual().is_some_and(|usual| usual.steps() >= 10.0 * usual.distinct);
    let event = own && exact && sparse && column.deviation > 0.0;
    let usable = plan.profile == Profile::Table && event;
    usable.then_some((column.mean, column.deviation))
}

/// The part a column has, if any. Times of no consequence and names must not make copies new
/// where the rest tells rows apart; where it does not, they are all there is to tell by.
fn part(
    at: usize,
    slot: Slot,
    (plan, layout): (&PartitionPlan, &Layout),
    credit: &Credit,
    telling: Telling,
) -> Option<Part> {
    let column = &plan.columns[at];
    let weight = credit.weights[at] as f32;
    let part = |role| {
        let is_weak = matches!(role, Role::Category | Role::Label) && weight < near::APART;
        let root = if role == Role::Time { 1.0 } else { weight.sqrt() };
        let moment = if role == Role::Time { moment(at, plan, layout) } else { None };
        Some(Part { at, slot, role, root, is_weak, moment })
    };
    match column.role {
        Role::Time if telling == Telling::Alone => None,
        Role::Time if credit.tied[at] || telling == Telling::Little => part(Role::Time),
        Role::Time => None,
        role if credit.counts(at) => part(role),
        Role::Category if telling == Telling::Little && is_name(column) => part(Role::Text),
        _ => None,
    }
}

/// Names of things: words, mostly different.
fn is_name(column: &ColumnPlan) -> bool {
    let tally = &column.tally;
    column.kind == Kind::Text
        && 2 * tally.sketch.distinct() >= tally.filled
        && 2 * tally.tokens < tally.filled
}

impl<'a> Rows<'a> {
    /// Reads every row of a set; `exact_of` names the first row of equal id.
    ///
    /// - Errors: those of the stores.
    pub(super) fn read(
        set: &'a Set<'a>,
        plan: &PartitionPlan,
        credit: &Credit,
        exact_of: &[u32],
    ) -> Result<Self> {
        let layout = Layout::of(plan);
        let count = exact_of.len();
        let telling = Telling::of(plan, &layout, credit, count);
        let parts: Vec<Part> = layout
            .slots
            .iter()
            .enumerate()
            .filter_map(|(at, slot)| Some((at, (*slot)?)))
            .filter_map(|(at, slot)| part(at, slot, (plan, &layout), credit, telling))
            .collect();
        let among = || parts.iter().filter(|part| part.is_number());
        let numeric: Vec<usize> = among().map(|part| part.at).collect();
        let weights: Vec<f32> = among().map(|part| part.root * part.root).collect();
        let mut looked_at = credit.looked_at();
        looked_at.truncate(128);
        let sequence = sequence(plan, count).and_then(|at| layout.slots[at]);
        let chunks: Vec<(Vec<Head>, Vec<f32>)> = (0..count.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let rows = chunk * CHUNK..count.min((chunk + 1) * CHUNK);
                read_chunk(set, rows, (&layout, sequence), &looked_at, &parts, telling)
            })
            .collect::<Result<_>>()?;
        let mut heads = Vec::with_capacity(count);
        let mut numbers = Vec::with_capacity(count * numeric.len());
        for (part, cells) in chunks {
            heads.extend(part);
            numbers.extend(cells);
        }
        let counted = counted(&looked_at, credit);
        let first = (0..count)
            .map(|row| exact_of[row] as usize == row && heads[row].filled & counted > 0)
            .collect();
        let width = numeric.len();
        Ok(Self { set, heads, numbers, width, numeric, weights, looked_at, first, telling })
    }

    /// Filled cells of each row by the weight of their columns beside the best one, at least one if
    /// any of them counts. Fractions are rounded by chance, which the row's id decides: sums over many
    /// rows are exact whatever the weights.
    pub(super) fn units(&self, credit: &Credit) -> Vec<u32> {
        let best = credit.best().max(f64::MIN_POSITIVE);
        let weights: Vec<u64> = self
            .looked_at
            .iter()
            .map(|&at| (credit.weights[at] / best * WHOLE as f64).round() as u64)
            .collect();
        let units = |(head, id): (&Head, &shujian_core::ContentId)| {
            let filled = weights.iter().enumerate().filter(|(bit, _)| head.filled >> bit & 1 == 1);
            let sum: u64 = filled.map(|(_, weight)| weight).sum();
            let chance = mix(0, id.prefix()) % WHOLE;
            ((sum + chance) / WHOLE).max(u64::from(sum > 0)) as u32
        };
        self.heads.iter().zip(&self.set.signed.ids).map(units).collect()
    }

    /// The numbers of a row.
    pub(super) fn numbers(&self, row: u32) -> &[f32] {
        &self.numbers[row as usize * self.width..][..self.width]
    }

    /// The order in which rows have the first say: by time, then id.
    pub(super) fn precedence(&self, row: u32) -> (i64, shujian_core::ContentId) {
        (self.heads[row as usize].time, self.set.signed.ids[row as usize])
    }
}

/// The category that names the sequence of a row, where several run side by side: of those whose
/// values come back at most times, the one by which times are nearest to being told apart.
fn sequence(plan: &PartitionPlan, rows: usize) -> Option<usize> {
    let distinct = |column: &ColumnPlan| (column.tally.sketch.distinct() as f64).max(1.0);
    let times = plan.columns.iter().filter(|column| column.role == Role::Time);
    let times = times.map(distinct).fold(1.0, f64::max);
    let wanted = (rows as f64 / times).log2();
    if wanted < 0.5 {
        return None;
    }
    let names = plan.columns.iter().enumerate().filter(|(_, column)| {
        matches!(column.role, Role::Category | Role::Label) && distinct(column) >= 2.0
    });
    names
        .map(|(at, column)| ((distinct(column).log2() - wanted).abs(), &column.name, at))
        .filter(|(off, ..)| *off <= 2.0)
        .min_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)))
        .map(|(.., at)| at)
}

/// The bits of the columns that count.
fn counted(looked_at: &[usize], credit: &Credit) -> u128 {
    (0..).zip(looked_at).map(|(bit, &at)| u128::from(credit.counts(at)) << bit).sum()
}

fn read_chunk(
    set: &Set<'_>,
    rows: std::ops::Range<usize>,
    (layout, sequence): (&Layout, Option<Slot>),
    looked_at: &[usize],
    parts: &[Part],
    telling: Telling,
) -> Result<(Vec<Head>, Vec<f32>)> {
    let mut heads = Vec::with_capacity(rows.len());
    let mut numbers = Vec::new();
    let mut bytes = Vec::new();
    let mut words = vec![0; layout.words];
    let bits: Vec<(u32, Slot)> =
        (0..).zip(looked_at).filter_map(|(bit, &at)| Some((bit, layout.slots[at]?))).collect();
    for row in rows {
        let time = layout::read(set.payloads.get(row as u32, &mut bytes)?, &mut words);
        let sequence = sequence.and_then(|slot| slot.hash(&words)).map_or(0, |hash| hash as u32);
        let mut head = Head { group: 0, text: 0, content: 0, time, sequence, filled: 0 };
        for &(bit, slot) in &bits {
            head.filled |= u128::from(slot.hash(&words).is_some()) << bit;
        }
        for &Part { at, slot, role, root, is_weak, moment } in parts {
            let hash = slot.hash(&words);
            let mixed = hash.map_or(0, |hash| mix(at, hash));
            let tells = role != Role::Text || telling == Telling::Little;
            if role.is_content() && tells && root * root >= near::APART {
                head.content = head.content.wrapping_add(mixed);
            }
            match role {
                _ if is_weak => numbers.push(f32::from_bits(NO_DISTANCE | (mixed >> 42) as u32)),
                Role::Text => head.text = head.text.wrapping_add(mixed),
                Role::Time if moment.is_some() => numbers.push(on_scale(time, moment)),
                Role::Numeric => {}
                _ => head.group = head.group.wrapping_add(mixed),
            }
            if let Slot::Number { word, .. } = slot {
                let number = f32::from_bits(words[word]);
                // A NaN keeps its bits: they tell null from what is no number.
                numbers.push(if number.is_nan() { number } else { root * number });
            }
        }
        heads.push(head);
    }
    Ok((heads, numbers))
}

/// A time on its column's scale; NaN without one.
fn on_scale(time: i64, moment: Option<(f64, f64)>) -> f32 {
    moment
        .filter(|_| time != layout::NO_TIME)
        .map_or(f32::NAN, |(mean, deviation)| ((time as f64 / 1e6 - mean) / deviation) as f32)
}

/// How surely rows of equal group and near numbers are copies though their texts differ, in bits:
/// −log2 of the probability that two rows agree by chance.
fn telling_bits(plan: &PartitionPlan, credit: &Credit, timed: bool) -> f64 {
    plan.columns
        .iter()
        .enumerate()
        .filter(|(at, column)| match column.role {
            Role::Numeric | Role::Category => credit.counts(*at),
            Role::Time => timed && credit.tied[*at],
            _ => false,
        })
        .map(|(_, column)| {
            let distinct = (column.tally.sketch.distinct() as f64).max(1.0);
            let even = column.tally.sketch.flatness().max(1e-3) * distinct;
            let values = if column.role == Role::Numeric { even.min(32.0) } else { even };
            values.max(1.0).log2()
        })
        .sum()
}
