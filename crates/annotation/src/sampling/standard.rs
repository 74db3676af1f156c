//! GB/T 2828.1 single plans, normal and tightened, by the diagonal rule of its tables.
//!
//! The tables are diagonal: along each diagonal of sample size and AQL the acceptance number is
//! one. The rule, not a copy of the tables, is coded here; it gives 254 of 256 cells of each of
//! the two published tables and the two corners by its third clause. Reduced inspection differs
//! between editions and is left out.

/// Sample sizes of the codes A to R; tightened inspection adds S.
const SIZES: [u64; 17] =
    [2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1_250, 2_000, 3_150];

/// Code letters: I and O are left out.
const LETTERS: &[u8; 17] = b"ABCDEFGHJKLMNPQRS";

/// Acceptable quality limits in percent nonconforming.
pub const AQLS: [f64; 16] = [
    0.010, 0.015, 0.025, 0.040, 0.065, 0.10, 0.15, 0.25, 0.40, 0.65, 1.0, 1.5, 2.5, 4.0, 6.5, 10.0,
];

/// Inspection level: how large a sample a lot is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Special level S-1.
    S1,
    /// Special level S-2.
    S2,
    /// Special level S-3.
    S3,
    /// Special level S-4.
    S4,
    /// General level I.
    I,
    /// General level II: the usual one.
    II,
    /// General level III.
    III,
}

/// Every level and its name.
pub const LEVELS: &[(&str, Level)] = &[
    ("S-1", Level::S1),
    ("S-2", Level::S2),
    ("S-3", Level::S3),
    ("S-4", Level::S4),
    ("I", Level::I),
    ("II", Level::II),
    ("III", Level::III),
];

impl Level {
    /// The name in the standard.
    pub fn name(self) -> &'static str {
        LEVELS.iter().find(|row| row.1 == self).map_or("", |row| row.0)
    }
}

impl Severity {
    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Tightened => "tightened",
        }
    }
}

/// How severe the inspection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Where a supplier starts.
    Normal,
    /// After two of five lots failed.
    Tightened,
}

/// A single plan of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LotPlan {
    /// Code letter of the lot and level.
    pub code: char,
    /// Code letter of the plan used, where an arrow of the table leads elsewhere.
    pub used: char,
    /// Items to inspect; the whole lot where the plan asks for as many or more.
    pub sample: u64,
    /// Most defects with which to accept; the next number rejects.
    pub accept: u64,
    /// Whether the whole lot is inspected.
    pub whole_lot: bool,
}

/// Why the standard has no plan.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StandardError {
    /// Lots start at two items.
    #[error("a lot of {lot} is too small for the standard: inspect every item")]
    SmallLot {
        /// Items in the lot.
        lot: u64,
    },
    /// The AQL is not one of [`AQLS`].
    #[error("{percent} % is no AQL of the standard (0.010 to 10 in 16 steps)")]
    UnknownAql {
        /// What was asked for.
        percent: f64,
    },
}

/// Largest lot of each row, and the codes by level: S-1 to S-4, I to III.
const ROWS: [(u64, &[u8; 7]); 15] = [
    (8, b"AAAAAAB"),
    (15, b"AAAAABC"),
    (25, b"AABBBCD"),
    (50, b"ABBCCDE"),
    (90, b"BBCCCEF"),
    (150, b"BBCDDFG"),
    (280, b"BCDEEGH"),
    (500, b"BCDEFHJ"),
    (1_200, b"CCEFGJK"),
    (3_200, b"CDEGHKL"),
    (10_000, b"CDFGJLM"),
    (35_000, b"CDFHKMN"),
    (150_000, b"DEGJLNP"),
    (500_000, b"DEGJMPQ"),
    (u64::MAX, b"DEHKNQR"),
];

/// The code letter of a lot; `None` below two items.
pub fn code_letter(lot: u64, level: Level) -> Option<char> {
    let (_, codes) = ROWS.iter().find(|row| lot <= row.0)?;
    (lot >= 2).then(|| char::from(codes[level as usize]))
}

/// The single plan of a lot at an AQL in percent.
///
/// # Errors
/// [`StandardError`] for lots below two items and AQLs the tables do not have.
pub fn standard_plan(
    lot: u64,
    level: Level,
    aql_percent: f64,
    severity: Severity,
) -> Result<LotPlan, StandardError> {
    let code = code_letter(lot, level).ok_or(StandardError::SmallLot { lot })?;
    let column = AQLS
        .iter()
        .position(|aql| *aql == aql_percent)
        .ok_or(StandardError::UnknownAql { percent: aql_percent })?;
    let row = LETTERS.iter().position(|letter| char::from(*letter) == code).unwrap_or_default();
    let (used, accept) = cell(row, column, severity);
    let size = SIZES[used];
    Ok(LotPlan {
        code,
        used: char::from(LETTERS[used]),
        sample: size.min(lot),
        accept,
        whole_lot: size >= lot,
    })
}

/// Row of the plan to use and its acceptance number.
fn cell(row: usize, column: usize, severity: Severity) -> (usize, u64) {
    // First diagonal with an acceptance number of 0, the two it takes from neighbours, and the
    // numbers of the diagonals after those.
    let (zero, numbers): (usize, &[u64]) = match severity {
        Severity::Normal => (14, &[1, 2, 3, 5, 7, 10, 14, 21]),
        Severity::Tightened => (15, &[1, 2, 3, 5, 8, 12, 18]),
    };
    let last_row = if severity == Severity::Normal { 15 } else { 16 };
    let first = zero + 3;
    let last = first + numbers.len() - 1;
    let diagonal = row + column;
    let wanted = match severity {
        Severity::Normal if diagonal == zero + 1 => zero,
        Severity::Normal if diagonal == zero + 2 => first,
        Severity::Tightened if diagonal == zero + 1 || diagonal == zero + 2 => first,
        _ if diagonal <= zero => zero,
        _ => diagonal.min(last),
    };
    // Where the arrow leads off the table, the other direction.
    let other = if wanted == zero { first } else { zero };
    let on_table = |diagonal: usize| {
        diagonal.checked_sub(column).filter(|row| *row <= last_row).map(|row| (row, diagonal))
    };
    let (row, diagonal) = on_table(wanted).or_else(|| on_table(other)).unwrap_or((row, wanted));
    (row, if diagonal == zero { 0 } else { numbers[diagonal - first] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::binomial_cdf;

    fn plan(code: u8, aql: f64, severity: Severity) -> (u64, u64) {
        let row = LETTERS.iter().position(|letter| *letter == code).unwrap();
        let column = AQLS.iter().position(|other| *other == aql).unwrap();
        let (used, accept) = cell(row, column, severity);
        (SIZES[used], accept)
    }

    /// Cells any handbook prints (MIL-STD-105E table II-A and II-B, a public document).
    #[test]
    fn published_cells() {
        use Severity::{Normal, Tightened};
        for (code, aql, severity, sample, accept) in [
            (b'A', 6.5, Normal, 2, 0),
            (b'F', 1.0, Normal, 13, 0),
            (b'G', 1.0, Normal, 50, 1),
            (b'J', 1.0, Normal, 80, 2),
            (b'K', 1.0, Normal, 125, 3),
            (b'L', 1.0, Normal, 200, 5),
            (b'K', 4.0, Normal, 125, 10),
            (b'N', 2.5, Normal, 500, 21),
            (b'J', 1.0, Tightened, 80, 1),
            (b'K', 1.0, Tightened, 125, 2),
            (b'L', 1.0, Tightened, 200, 3),
            (b'L', 4.0, Tightened, 200, 12),
            (b'A', 10.0, Normal, 5, 1),
            (b'R', 0.015, Normal, 800, 0),
            (b'R', 0.010, Normal, 1_250, 0),
        ] {
            let found = plan(code, aql, severity);
            assert_eq!(found, (sample, accept), "{} {aql} {severity:?}", char::from(code));
        }
    }

    /// Sample and acceptance number by code and AQL, derived by hand from the rule as `domain.md`
    /// §1.4 words it, with both corners: normal inspection.
    const NORMAL: &str = "\
A 1250/0 800/0 500/0 315/0 200/0 125/0 80/0 50/0 32/0 20/0 13/0 8/0 5/0 3/0 2/0 5/1
B 1250/0 800/0 500/0 315/0 200/0 125/0 80/0 50/0 32/0 20/0 13/0 8/0 5/0 3/0 2/0 5/1
C 1250/0 800/0 500/0 315/0 200/0 125/0 80/0 50/0 32/0 20/0 13/0 8/0 5/0 3/0 8/1 5/1
D 1250/0 800/0 500/0 315/0 200/0 125/0 80/0 50/0 32/0 20/0 13/0 8/0 5/0 13/1 8/1 8/2
E 1250/0 800/0 500/0 315/0 200/0 125/0 80/0 50/0 32/0 20/0 13/0 8/0 20/1 13/1 13/2 13/3
F 1250/0 800/0 500/0 315/0 200/0 125/0 80/0 50/0 32/0 20/0 13/0 32/1 20/1 20/2 20/3 20/5
G 1250/0 800/0 500/0 315/0 200/0 125/0 80/0 50/0 32/0 20/0 50/1 32/1 32/2 32/3 32/5 32/7
H 1250/0 800/0 500/0 315/0 200/0 125/0 80/0 50/0 32/0 80/1 50/1 50/2 50/3 50/5 50/7 50/10
J 1250/0 800/0 500/0 315/0 200/0 125/0 80/0 50/0 125/1 80/1 80/2 80/3 80/5 80/7 80/10 80/14
K 1250/0 800/0 500/0 315/0 200/0 125/0 80/0 200/1 125/1 125/2 125/3 125/5 125/7 125/10 125/14 125/21
L 1250/0 800/0 500/0 315/0 200/0 125/0 315/1 200/1 200/2 200/3 200/5 200/7 200/10 200/14 200/21 125/21
M 1250/0 800/0 500/0 315/0 200/0 500/1 315/1 315/2 315/3 315/5 315/7 315/10 315/14 315/21 200/21 125/21
N 1250/0 800/0 500/0 315/0 800/1 500/1 500/2 500/3 500/5 500/7 500/10 500/14 500/21 315/21 200/21 125/21
P 1250/0 800/0 500/0 1250/1 800/1 800/2 800/3 800/5 800/7 800/10 800/14 800/21 500/21 315/21 200/21 125/21
Q 1250/0 800/0 2000/1 1250/1 1250/2 1250/3 1250/5 1250/7 1250/10 1250/14 1250/21 800/21 500/21 315/21 200/21 125/21
R 1250/0 800/0 2000/1 2000/2 2000/3 2000/5 2000/7 2000/10 2000/14 2000/21 1250/21 800/21 500/21 315/21 200/21 125/21";
    /// Likewise, tightened.
    const TIGHTENED: &str = "\
A 2000/0 1250/0 800/0 500/0 315/0 200/0 125/0 80/0 50/0 32/0 20/0 13/0 8/0 5/0 3/0 2/0
B 2000/0 1250/0 800/0 500/0 315/0 200/0 125/0 80/0 50/0 32/0 20/0 13/0 8/0 5/0 3/0 8/1
C 2000/0 1250/0 800/0 500/0 315/0 200/0 125/0 80/0 50/0 32/0 20/0 13/0 8/0 5/0 13/1 8/1
D 2000/0 1250/0 800/0 500/0 315/0 200/0 125/0 80/0 50/0 32/0 20/0 13/0 8/0 20/1 13/1 8/1
E 2000/0 1250/0 800/0 500/0 315/0 200/0 125/0 80/0 50/0 32/0 20/0 13/0 32/1 20/1 13/1 13/2
F 2000/0 1250/0 800/0 500/0 315/0 200/0 125/0 80/0 50/0 32/0 20/0 50/1 32/1 20/1 20/2 20/3
G 2000/0 1250/0 800/0 500/0 315/0 200/0 125/0 80/0 50/0 32/0 80/1 50/1 32/1 32/2 32/3 32/5
H 2000/0 1250/0 800/0 500/0 315/0 200/0 125/0 80/0 50/0 125/1 80/1 50/1 50/2 50/3 50/5 50/8
J 2000/0 1250/0 800/0 500/0 315/0 200/0 125/0 80/0 200/1 125/1 80/1 80/2 80/3 80/5 80/8 80/12
K 2000/0 1250/0 800/0 500/0 315/0 200/0 125/0 315/1 200/1 125/1 125/2 125/3 125/5 125/8 125/12 125/18
L 2000/0 1250/0 800/0 500/0 315/0 200/0 500/1 315/1 200/1 200/2 200/3 200/5 200/8 200/12 200/18 125/18
M 2000/0 1250/0 800/0 500/0 315/0 800/1 500/1 315/1 315/2 315/3 315/5 315/8 315/12 315/18 200/18 125/18
N 2000/0 1250/0 800/0 500/0 1250/1 800/1 500/1 500/2 500/3 500/5 500/8 500/12 500/18 315/18 200/18 125/18
P 2000/0 1250/0 800/0 2000/1 1250/1 800/1 800/2 800/3 800/5 800/8 800/12 800/18 500/18 315/18 200/18 125/18
Q 2000/0 1250/0 3150/1 2000/1 1250/1 1250/2 1250/3 1250/5 1250/8 1250/12 1250/18 800/18 500/18 315/18 200/18 125/18
R 2000/0 1250/0 3150/1 2000/1 2000/2 2000/3 2000/5 2000/8 2000/12 2000/18 1250/18 800/18 500/18 315/18 200/18 125/18";

    #[test]
    fn every_cell_is_that_of_the_rule_in_words() {
        for (table, severity) in [(NORMAL, Severity::Normal), (TIGHTENED, Severity::Tightened)] {
            for (row, line) in table.lines().enumerate() {
                let (letter, cells) = line.split_once(' ').unwrap();
                assert_eq!(letter.as_bytes(), [LETTERS[row]]);
                assert_eq!(cells.split(' ').count(), AQLS.len());
                for (column, wanted) in cells.split(' ').enumerate() {
                    let (used, accept) = cell(row, column, severity);
                    let found = format!("{}/{accept}", SIZES[used]);
                    assert_eq!(found, wanted, "{letter} {} {severity:?}", AQLS[column]);
                }
            }
            assert_eq!(table.lines().count(), 16);
        }
    }

    #[test]
    fn lots_have_the_code_of_their_row() {
        assert_eq!(code_letter(1_000, Level::II), Some('J'));
        assert_eq!(code_letter(100, Level::II), Some('F'));
        assert_eq!(code_letter(600_000, Level::III), Some('R'));
        assert_eq!(code_letter(20, Level::S4), Some('B'));
        assert_eq!(code_letter(1, Level::II), None);
    }

    #[test]
    fn a_small_lot_is_inspected_whole() {
        let plan = standard_plan(30, Level::II, 0.65, Severity::Normal).unwrap();
        assert_eq!((plan.code, plan.sample, plan.accept, plan.whole_lot), ('D', 20, 0, false));
        let plan = standard_plan(10, Level::II, 0.65, Severity::Normal).unwrap();
        assert_eq!((plan.sample, plan.whole_lot), (10, true));
        let unknown = standard_plan(30, Level::II, 0.7, Severity::Normal);
        assert_eq!(unknown, Err(StandardError::UnknownAql { percent: 0.7 }));
        let small = standard_plan(1, Level::II, 1.0, Severity::Normal);
        assert_eq!(small, Err(StandardError::SmallLot { lot: 1 }));
    }

    #[test]
    fn every_cell_is_on_the_table_and_tightened_is_no_laxer() {
        for row in 0..16 {
            for (column, aql) in AQLS.iter().enumerate() {
                let (normal, accept) = cell(row, column, Severity::Normal);
                let (tightened, strict) = cell(row, column, Severity::Tightened);
                assert!(normal <= 15 && tightened <= 16);
                let passes = |row: usize, accept| binomial_cdf(accept, SIZES[row], aql / 100.0);
                let (lax, strict) = (passes(normal, accept), passes(tightened, strict));
                assert!(strict <= lax, "{row} {aql}: {strict} {lax}");
            }
        }
    }
}
