//! Sums over the register: lazy joins and group-bys of polars over four small tables.
//!
//! Sums of polars wrap where they do not fit. So each amount is added up in two halves of 32 bits,
//! neither of which can wrap below four thousand million rows, and put together again checked: a sum
//! is exact, or it is an error, whatever order the rows come in.

use polars::prelude::*;

use super::{Books, Dimension, Error, Group};

/// Bits of the lower half of an amount.
const HALF_BITS: u32 = 32;
/// The lower half of an amount.
const LOW: i64 = (1 << HALF_BITS) - 1;
/// The one key that all rows share: there is no grouping by nothing. A column, not a literal, which
/// would make a group of no rows.
const ALL: &str = "all";
/// What is added up of awards.
const MONEY: [&str; 3] = ["committed", "paid", "returned"];
/// What is added up of envelopes.
const ALLOTTED: &str = "allotted";

/// Groups of the register, in order of their keys.
///
/// - `envelopes`: whether groups are those of envelopes, so that one without entries is a group too.
pub(super) fn groups(
    books: &Books,
    by: &[Dimension],
    envelopes: bool,
) -> Result<Vec<Group>, Error> {
    let mut groups = entries(books, by)?;
    if envelopes {
        let keys = keys(by.len());
        groups = groups
            .join(self::envelopes(books, by)?, &keys, &keys, JoinArgs::new(JoinType::Full))
            .with_columns(one_key_each(by.len()));
    }
    let order = SortMultipleOptions::default().with_maintain_order(true);
    let frame = groups.sort_by_exprs(keys(by.len()), order).collect()?;
    read(&frame, by.len())
}

/// Entries with the money of their awards, which is what the ledger says of it, by group.
fn entries(books: &Books, by: &[Dimension]) -> Result<LazyFrame, Error> {
    let register = &books.register.entries;
    let number = |entry: &crate::export::Entry| match &entry.award {
        Some(award) => award.number.clone(),
        None => String::new(),
    };
    let mut columns = vec![alike(register.len()), texts("award", register.iter().map(number))];
    for dimension in Dimension::ALL.iter().filter(|dimension| !dimension.is_of_award()) {
        columns.push(texts(dimension.name(), register.iter().map(|entry| dimension.key(entry))));
    }
    let award = [col("award")];
    let joined = DataFrame::new_infer_height(columns)?
        .lazy()
        .join(awards(books)?, &award, &award, JoinArgs::new(JoinType::Left))
        .join(ledger(books)?, &award, &award, JoinArgs::new(JoinType::Left));
    let mut sums = vec![len().cast(DataType::Int64).alias("entries")];
    sums.extend(MONEY.iter().flat_map(|name| halves(name)).map(|half| col(half).sum()));
    Ok(joined.group_by(named_keys(by)).agg(sums))
}

/// What awards are under.
fn awards(books: &Books) -> Result<LazyFrame, Error> {
    let awards = || books.register.entries.iter().filter_map(|entry| entry.award.as_ref());
    let columns = vec![
        texts("award", awards().map(|award| award.number.clone())),
        texts("measure", awards().map(|award| award.measure.clone())),
        texts("year", awards().map(|award| award.year.to_string())),
    ];
    Ok(DataFrame::new_infer_height(columns)?.lazy())
}

/// The ledger's lines of awards, added up: what was booked to an award and not taken off it
/// unpaid, what was paid of it, and what came back, which stands below zero.
fn ledger(books: &Books) -> Result<LazyFrame, Error> {
    let lines = || books.ledger.iter();
    let mut columns = vec![
        texts("award", lines().map(|line| line.award.clone())),
        flags("is_payment", lines().map(|line| line.is_payment)),
        flags("comes_in", lines().map(|line| line.amount_fen > 0)),
    ];
    columns.extend(split("fen", lines().map(|line| line.amount_fen)));
    let (payment, comes_in) = (|| col("is_payment"), || col("comes_in"));
    // What is paid leaves the account of the award, and is committed all the same.
    let which = [
        payment().not().or(comes_in()),
        payment().and(comes_in()),
        payment().and(comes_in().not()),
    ];
    let sums = MONEY.iter().zip(which).flat_map(|(name, which)| {
        halves(name).into_iter().zip(halves("fen")).map(move |(name, half)| {
            when(which.clone()).then(col(half)).otherwise(lit(0_i64)).sum().alias(name)
        })
    });
    let frame = DataFrame::new_infer_height(columns)?.lazy();
    Ok(frame.group_by([col("award")]).agg(sums.collect::<Vec<_>>()))
}

/// Envelopes by group.
fn envelopes(books: &Books, by: &[Dimension]) -> Result<LazyFrame, Error> {
    let envelopes = || books.register.envelopes.iter();
    let mut columns = vec![
        alike(envelopes().len()),
        texts("measure", envelopes().map(|envelope| envelope.measure.clone())),
        texts("year", envelopes().map(|envelope| envelope.year.to_string())),
    ];
    columns.extend(split(ALLOTTED, envelopes().map(|envelope| envelope.total_fen)));
    let frame = DataFrame::new_infer_height(columns)?.lazy();
    Ok(frame.group_by(named_keys(by)).agg(halves(ALLOTTED).map(|half| col(half).sum())))
}

/// The key that all rows share.
fn alike(rows: usize) -> Column {
    texts(ALL, std::iter::repeat_n(String::new(), rows))
}

/// A column of truths.
fn flags(name: &str, flags: impl Iterator<Item = bool>) -> Column {
    Column::new(name.into(), flags.collect::<Vec<_>>())
}

/// A column of texts.
fn texts(name: &str, texts: impl Iterator<Item = String>) -> Column {
    Column::new(name.into(), texts.collect::<Vec<_>>())
}

/// Names of the columns that groups are known by; a dimension may be asked for twice.
fn key(at: usize) -> String {
    format!("key{at}")
}

fn keys(count: usize) -> Vec<Expr> {
    let keys = (0..count).map(|at| col(key(at)));
    std::iter::once(col(ALL)).chain(keys).collect()
}

/// After a full join, the key from whichever side has it.
fn one_key_each(count: usize) -> Vec<Expr> {
    let names = std::iter::once(ALL.to_owned()).chain((0..count).map(key));
    let either = |name: String| coalesce(&[col(&name), col(format!("{name}_right"))]).alias(name);
    names.map(either).collect()
}

/// Dimensions under the names of their keys; an entry without an award has none of its keys.
fn named_keys(by: &[Dimension]) -> Vec<Expr> {
    let keys = by.iter().enumerate();
    let keys = keys.map(|(at, dimension)| col(dimension.name()).fill_null(lit("")).alias(key(at)));
    std::iter::once(col(ALL)).chain(keys).collect()
}

/// Names of the halves of an amount.
fn halves(name: &str) -> [String; 2] {
    [format!("{name}_high"), format!("{name}_low")]
}

/// Amounts as two columns: what lies above the lower half, rounded down, and that half, which is
/// never below zero.
fn split(name: &str, amounts: impl Iterator<Item = i64>) -> [Column; 2] {
    let (high, low): (Vec<i64>, Vec<i64>) =
        amounts.map(|fen| (fen >> HALF_BITS, fen & LOW)).unzip();
    let [above, below] = halves(name);
    [Column::new(above.into(), high), Column::new(below.into(), low)]
}

/// A sum from those of its halves.
fn whole(high: i64, low: i64) -> Result<i64, Error> {
    let carried = high.checked_add(low >> HALF_BITS);
    let whole = carried.and_then(|high| high.checked_mul(LOW + 1));
    whole.and_then(|whole| whole.checked_add(low & LOW)).ok_or(Error::Overflow)
}

/// A column of sums, put together; none where a group has none.
fn amounts(frame: &DataFrame, name: &str) -> Result<Vec<Option<i64>>, Error> {
    let [high, low] = halves(name);
    let (high, low) = (frame.column(&high)?.i64()?, frame.column(&low)?.i64()?);
    let halves = high.iter().zip(low.iter());
    halves
        .map(|(high, low)| high.zip(low).map(|(high, low)| whole(high, low)).transpose())
        .collect()
}

fn read(frame: &DataFrame, dimensions: usize) -> Result<Vec<Group>, Error> {
    let mut groups = vec![Group::default(); frame.height()];
    for at in 0..dimensions {
        for (group, key) in groups.iter_mut().zip(frame.column(&key(at))?.str()?.iter()) {
            group.keys.push(key.unwrap_or_default().to_owned());
        }
    }
    for (group, entries) in groups.iter_mut().zip(frame.column("entries")?.i64()?.iter()) {
        group.entries = entries.unwrap_or_default().cast_unsigned();
    }
    let [committed, paid, returned] = MONEY.map(|name| amounts(frame, name));
    let money = committed?.into_iter().zip(paid?).zip(returned?);
    for (group, ((committed, paid), returned)) in groups.iter_mut().zip(money) {
        group.committed_fen = committed.unwrap_or_default();
        group.paid_fen = paid.unwrap_or_default();
        let returned = returned.unwrap_or_default();
        group.recovered_fen = returned.checked_neg().ok_or(Error::Overflow)?;
    }
    if frame.column(&halves(ALLOTTED)[0]).is_ok() {
        for (group, fen) in groups.iter_mut().zip(amounts(frame, ALLOTTED)?) {
            group.allotted_fen = fen;
        }
    }
    groups.into_iter().map(Group::finish).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::{Line, report};
    use super::*;
    use crate::export::register::Envelope;
    use crate::export::{Award, Entry};
    use crate::words::Kind;

    /// Amounts of every size, those at the ends of what an integer holds among them.
    fn fen() -> impl Strategy<Value = i64> {
        prop_oneof![
            6 => -1_000_000_000_i64..1_000_000_000,
            2 => any::<i64>(),
            1 => Just(i64::MAX),
            1 => Just(i64::MIN),
            1 => Just(1_i64 << 32),
        ]
    }

    /// Entries, each with or without an award, with lines of the ledger; envelopes.
    fn books() -> impl Strategy<Value = Books> {
        let lines = prop::collection::vec((any::<bool>(), fen()), 0..5);
        let award = prop::option::of((0..3_usize, 2026..2029_i64, lines));
        let entry = (0..3_usize, 0..3_usize, award);
        let envelope = (0..4_usize, 2026..2029_i64, fen());
        (prop::collection::vec(entry, 0..12), prop::collection::vec(envelope, 0..6))
            .prop_map(|(entries, envelopes)| written(entries, envelopes))
    }

    type Drawn = (usize, usize, Option<(usize, i64, Vec<(bool, i64)>)>);

    fn written(entries: Vec<Drawn>, envelopes: Vec<(usize, i64, i64)>) -> Books {
        let measure = |index: usize| format!("measure-{index}");
        let mut books = Books::default();
        for (at, (sector, division, award)) in entries.into_iter().enumerate() {
            let award = award.map(|(index, year, lines)| {
                let number = format!("HLJ-AW-2026-{at:04}");
                books.ledger.extend(lines.into_iter().map(|(is_payment, amount_fen)| Line {
                    award: number.clone(),
                    is_payment,
                    amount_fen,
                }));
                Award { number, measure: measure(index), year, ..Award::default() }
            });
            books.register.entries.push(Entry {
                sector: ["health", "finance"].get(sector).map(|&name| name.to_owned()),
                division: ["230100", "230183", "230600"][division].to_owned(),
                award,
                ..crate::export::register::tests::entry(
                    Kind::Application,
                    &format!("HLJ-DS-2026-{at:04}"),
                    "甲",
                )
            });
        }
        let envelope = |(index, year, total_fen)| Envelope {
            measure: measure(index),
            year,
            total_fen,
            committed_fen: 0,
        };
        books.register.envelopes = envelopes.into_iter().map(envelope).collect();
        books
    }

    /// Committed, paid, came back, allotted.
    #[derive(Default)]
    struct Naive {
        entries: u64,
        money: [i128; 3],
        allotted: Option<i128>,
    }

    impl Naive {
        fn group(self, keys: Vec<String>) -> Option<Group> {
            let fits = |sum: i128| i64::try_from(sum).ok();
            let [committed, paid, returned] = self.money;
            let all = [committed, paid, returned];
            all.iter().try_for_each(|sum| fits(*sum).map(|_| ()))?;
            self.allotted.map_or(Some(()), |sum| fits(sum).map(|_| ()))?;
            Some(Group {
                keys,
                entries: self.entries,
                committed_fen: fits(committed)?,
                paid_fen: fits(paid)?,
                recovered_fen: fits(-returned)?,
                outstanding_fen: fits(committed - paid)?,
                allotted_fen: self.allotted.and_then(fits),
                left_fen: match self.allotted {
                    Some(allotted) => Some(fits(allotted - committed)?),
                    None => None,
                },
            })
        }
    }

    /// The same sums by hand, one row after the other, in integers of twice the width.
    fn naive(books: &Books, by: &[Dimension]) -> Option<(Vec<Group>, Group)> {
        let mut groups: BTreeMap<Vec<String>, Naive> = BTreeMap::new();
        let mut total = Naive::default();
        for entry in &books.register.entries {
            let award = entry.award.as_ref();
            let key = |dimension: &Dimension| match dimension {
                Dimension::Year => award.map(|award| award.year.to_string()).unwrap_or_default(),
                Dimension::Measure => award.map(|award| award.measure.clone()).unwrap_or_default(),
                other => other.key(entry),
            };
            let lines = books
                .ledger
                .iter()
                .filter(|line| award.is_some_and(|award| award.number == line.award));
            let group = groups.entry(by.iter().map(key).collect()).or_default();
            for sums in [&mut *group, &mut total] {
                sums.entries += 1;
                for Line { is_payment, amount_fen, .. } in lines.clone() {
                    let fen = i128::from(*amount_fen);
                    match (is_payment, fen > 0) {
                        (false, _) => sums.money[0] += fen,
                        (true, true) => {
                            sums.money[0] += fen;
                            sums.money[1] += fen;
                        }
                        (true, false) => sums.money[2] += fen,
                    }
                }
            }
        }
        let known = [Dimension::Year, Dimension::Measure];
        let of_envelopes = by.iter().all(|dimension| known.contains(dimension));
        for envelope in &books.register.envelopes {
            *total.allotted.get_or_insert_default() += i128::from(envelope.total_fen);
            if of_envelopes {
                let key = |dimension: &Dimension| match dimension {
                    Dimension::Year => envelope.year.to_string(),
                    _ => envelope.measure.clone(),
                };
                let group = groups.entry(by.iter().map(key).collect()).or_default();
                *group.allotted.get_or_insert_default() += i128::from(envelope.total_fen);
            }
        }
        let groups: Option<Vec<Group>> =
            groups.into_iter().map(|(keys, sums)| sums.group(keys)).collect();
        Some((groups?, total.group(Vec::new())?))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Sums are those of a plain loop in wider integers, or an error where they do not fit.
        #[test]
        fn sums_are_those_of_a_plain_loop(
            books in books(),
            by in prop::collection::vec(prop::sample::select(Dimension::ALL), 0..4),
        ) {
            match (report(&books, &by), naive(&books, &by)) {
                (Ok(report), Some((groups, total))) => {
                    prop_assert_eq!(report.groups, groups);
                    prop_assert_eq!(report.total, total);
                }
                (Err(Error::Overflow), None) => {}
                (report, naive) => prop_assert!(false, "{report:?}\n{naive:?}"),
            }
        }

        #[test]
        fn halves_come_together(amounts in prop::collection::vec(fen(), 0..9)) {
            let high = amounts.iter().map(|fen| fen >> HALF_BITS).sum();
            let low = amounts.iter().map(|fen| fen & LOW).sum();
            let sum: i128 = amounts.iter().map(|&fen| i128::from(fen)).sum();
            prop_assert_eq!(whole(high, low).ok(), i64::try_from(sum).ok());
        }
    }
}
