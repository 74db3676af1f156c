//! Rows unlike the others cell by cell: other kinds of things stand in their columns.
//!
//! Rows of random characters or digits form a cluster of their own. Beside it every column seems to
//! depend on every other, since each tells the cluster. So the oddest rows neither decide which columns
//! count nor pass for rows that hang together, and the others are told from dealt rows of their own
//! oddness.

use shujian_core::ContentId;

use crate::cell::Cell;
use crate::columns::{Kind, PartitionPlan, Role};
use crate::sample::Sample;

/// Occurrences from which a value of a category is common, and up to which it is rare beside such.
const COMMON: usize = 8;
const RARE: usize = 2;
/// So many times the cells of values between common and rare make up those of rare ones, by nature:
/// where values are as frequent as their rank tells (Zipf), the two are about as many.
const BY_DEGREES: usize = 2;
/// Part of the numbers beyond either end of the usual.
const OUTER: usize = 16;
/// Half of a row's cells, in eighths: such a row is strange.
const STRANGE: u8 = 4;

/// What a cell is in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// Null, or no matter.
    None,
    /// Like the others.
    Usual,
    /// Of their kind, but unlike the others.
    Rare,
    /// Of another kind than the others.
    Misplaced,
    /// A number among words. Words among numbers are often marks for what is missing; this is not.
    NumberAmongWords,
}

/// How odd each sampled row is: which part of its filled cells is unlike their columns, being of
/// another kind than most, far beyond the usual numbers, spelled more finely than most, or values that
/// nearly no other row has in a category whose values come back.
#[derive(Debug)]
pub(super) struct Oddness {
    /// By ascending id: eighths of the row's cells, numbers among words twice; [`STRANGE`] at least
    /// for rows that are strange.
    rows: Vec<(ContentId, u8)>,
}

impl Oddness {
    /// Looks at the sampled rows.
    pub(super) fn of(plan: &PartitionPlan, sample: &Sample) -> Self {
        let columns: Vec<Vec<Mark>> = (0..plan.columns.len())
            .filter(|&at| plan.columns[at].role != Role::Constant)
            .map(|at| column(plan, at, sample))
            .collect();
        let filled = |row: usize| columns.iter().filter(|column| column[row] != Mark::None).count();
        let mut sizes: Vec<usize> = (0..sample.len()).map(filled).collect();
        sizes.sort_unstable();
        let usual_size = sizes.get(sizes.len() / 2).copied().unwrap_or(0);
        let odd = |row: usize| {
            let count = |mark| columns.iter().filter(|column| column[row] == mark).count();
            let numbers = count(Mark::NumberAmongWords);
            let misplaced = count(Mark::Misplaced) + numbers;
            let odd = count(Mark::Rare) + misplaced;
            let eighths = (8 * (odd + numbers)).div_ceil((filled(row) + numbers).max(1)) as u8;
            match (odd, misplaced, eighths) {
                // A cell alone where others have many; else one cell may be a slip.
                (1, ..) if 4 * filled(row) < usual_size => STRANGE,
                (0 | 1, ..) => 0,
                (_, 2.., 3) => STRANGE,
                _ => eighths,
            }
        };
        let rows = sample.iter().enumerate().map(|(row, (id, _))| (*id, odd(row))).collect();
        Self { rows }
    }

    /// How odd a row is, in eighths of its cells.
    pub(super) fn of_row(&self, id: &ContentId) -> u8 {
        let found = self.rows.binary_search_by(|(other, _)| other.cmp(id));
        found.map_or(0, |at| self.rows[at].1)
    }

    /// Whether at least half of a row's cells are unlike their columns.
    pub(super) fn is_strange(&self, id: &ContentId) -> bool {
        self.of_row(id) >= STRANGE
    }
}

/// The kind of a cell; whole numbers are numbers however large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Number,
    Time,
    Boolean,
    Text,
}

/// A filled cell, as far as it can be odd.
#[derive(Debug, Clone, Copy)]
struct Looked {
    sort: Sort,
    number: Option<f64>,
    /// Decimal places of a number.
    places: usize,
    hash: u64,
}

impl Looked {
    fn of(spelled: &str, scratch: &mut String) -> Option<Self> {
        let cell = Cell::parse(spelled, scratch)?;
        let (number, hash, sort) = (cell.as_number(), cell.hash(), Sort::of(&cell));
        // A list is of the kind of its values, be they one or many.
        let sort = if spelled.contains('\n') { Sort::of_list(spelled, scratch) } else { sort };
        let first = spelled.lines().next().and_then(|line| line.split_once('.'));
        Some(Self { sort, number, places: first.map_or(0, |(_, places)| places.len()), hash })
    }
}

impl Sort {
    fn of(cell: &Cell<'_>) -> Self {
        match cell {
            Cell::Number(_) | Cell::Integer(_) => Self::Number,
            Cell::Time(_) => Self::Time,
            Cell::Boolean(_) => Self::Boolean,
            Cell::Text(_) => Self::Text,
        }
    }

    /// The kind that all lines have; else text.
    fn of_list(lines: &str, scratch: &mut String) -> Self {
        let mut sorts = lines.lines().map(|line| Cell::parse(line, scratch).map(|c| Self::of(&c)));
        let first = sorts.next().flatten().unwrap_or(Self::Text);
        if sorts.all(|sort| sort == Some(first)) { first } else { Self::Text }
    }
}

/// What each sampled cell of a column is in it.
fn column(plan: &PartitionPlan, at: usize, sample: &Sample) -> Vec<Mark> {
    let mut scratch = String::new();
    let cells: Vec<Option<Looked>> = sample
        .iter()
        .map(|(_, row)| Looked::of(row.cells.get(at).and_then(Option::as_deref)?, &mut scratch))
        .collect();
    let filled = || cells.iter().flatten();
    let most = [Sort::Number, Sort::Time, Sort::Boolean, Sort::Text]
        .into_iter()
        .max_by_key(|sort| filled().filter(|cell| cell.sort == *sort).count());
    let of_kind = || filled().filter(|cell| Some(cell.sort) == most);
    let usual = usual(of_kind().filter_map(|cell| cell.number).collect());
    let places = usual_places(of_kind().map(|cell| cell.places).collect());
    let column = &plan.columns[at];
    let is_category = matches!(column.role, Role::Category | Role::Label);
    let rare = if is_category && column.kind == Kind::Text {
        rare(of_kind().map(|cell| cell.hash).collect())
    } else {
        Vec::new()
    };
    // Keys differ in every row: one that is of a kind says nothing for its row.
    let marks =
        missing(filled().filter(|cell| Some(cell.sort) != most).map(|cell| cell.hash).collect());
    let fits = if column.role == Role::Key { Mark::None } else { Mark::Usual };
    let mark = |cell: &Looked| {
        let is_beyond = |(least, greatest): (f64, f64)| {
            cell.number.is_some_and(|value| value < least || value > greatest)
        };
        match cell.sort {
            sort if Some(sort) != most && sort == Sort::Number => Mark::NumberAmongWords,
            sort if Some(sort) != most && marks.binary_search(&cell.hash).is_ok() => Mark::None,
            sort if Some(sort) != most => Mark::Misplaced,
            _ if usual.is_some_and(is_beyond) => Mark::Rare,
            Sort::Number if cell.places > places => Mark::Rare,
            _ if rare.binary_search(&cell.hash).is_ok() => Mark::Rare,
            _ => fits,
        }
    };
    cells.iter().map(|cell| cell.as_ref().map_or(Mark::None, mark)).collect()
}

/// The bounds of usual numbers: those without a sixteenth on either side, and their width once more.
fn usual(mut numbers: Vec<f64>) -> Option<(f64, f64)> {
    numbers.sort_by(f64::total_cmp);
    let outer = numbers.len() / OUTER;
    let (least, greatest) = (*numbers.get(outer)?, *numbers.get(numbers.len() - 1 - outer)?);
    let width = greatest - least;
    (width > 0.0).then_some((least - width, greatest + width))
}

/// Decimal places that three quarters of the numbers do not exceed.
fn usual_places(mut places: Vec<usize>) -> usize {
    places.sort_unstable();
    places.get(places.len() * 3 / 4).copied().unwrap_or(0)
}

/// Values of another kind than the column that come back: marks for what is missing, by ascending hash.
fn missing(mut hashes: Vec<u64>) -> Vec<u64> {
    hashes.sort_unstable();
    hashes.chunk_by(|a, b| a == b).filter(|run| run.len() >= COMMON).map(|run| run[0]).collect()
}

/// Values that occur hardly ever in a column of values that mostly come back, by ascending hash.
///
/// None where common values thin out to rare ones by degrees, as lists and words do by nature.
fn rare(mut hashes: Vec<u64>) -> Vec<u64> {
    let filled = hashes.len();
    hashes.sort_unstable();
    let runs = || hashes.chunk_by(|a, b| a == b);
    let cells = |from: usize, below: usize| -> usize {
        runs().map(<[u64]>::len).filter(|count| (from..below).contains(count)).sum()
    };
    let (common, between) = (cells(COMMON, usize::MAX), cells(RARE + 1, COMMON));
    if 2 * common < filled || BY_DEGREES * between >= cells(1, RARE + 1) {
        return Vec::new();
    }
    runs().filter(|run| run.len() <= RARE).map(|run| run[0]).collect()
}
