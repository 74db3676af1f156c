//! The order of the list: by polars, over one small table of integers.

use polars::prelude::*;
use shujian_core::Date;
use shujian_core::card::Grade;
use shujian_grade::envelope::Candidate;

use crate::row::{Row, Status};

/// Columns of the order, and whether the greater comes first: group, total, then the rules of ties:
/// value density, uplift, volume, first submission, hash of the id.
const ORDER: [(&str, bool); 7] = [
    ("group", false),
    ("total", true),
    ("density", true),
    ("uplift", true),
    ("volume", true),
    ("submitted", false),
    ("hash", false),
];

/// Places of the rows, the first first. Nothing depends on the order they come in.
///
/// - Groups: graded within the bands, graded below them, open, failed.
/// - What is not known comes after all that is; what failed stands by its id.
pub(crate) fn order(rows: &[Row]) -> Result<Vec<usize>, PolarsError> {
    let claims: Vec<Candidate> = rows.iter().map(candidate).collect();
    let columns = vec![
        Column::new("at".into(), (0..rows.len() as u64).collect::<Vec<_>>()),
        numbers("group", rows, group),
        numbers("total", rows, |row| row.total_centi.unwrap_or(i64::MIN)),
        numbers("density", &claims, |claim| claim.value_density_centi),
        numbers("uplift", &claims, |claim| claim.uplift_low_millionths),
        numbers("volume", &claims, |claim| claim.volume_millionths),
        numbers("submitted", &claims, |claim| claim.submitted),
        Column::new("hash".into(), rows.iter().map(last_key).collect::<Vec<_>>()),
    ];
    let by: Vec<Expr> = ORDER.iter().map(|(name, _)| col(*name)).collect();
    let descending = ORDER.map(|(_, descending)| descending);
    let options = SortMultipleOptions::default().with_order_descending_multi(descending);
    let frame =
        DataFrame::new_infer_height(columns)?.lazy().sort_by_exprs(by, options).collect()?;
    let places = frame.column("at")?.u64()?;
    Ok(places.iter().flatten().filter_map(|at| usize::try_from(at).ok()).collect())
}

fn numbers<T>(name: &str, of_each: &[T], of: impl Fn(&T) -> i64) -> Column {
    Column::new(name.into(), of_each.iter().map(of).collect::<Vec<_>>())
}

fn group(row: &Row) -> i64 {
    match row.status {
        Status::Graded if row.is_in_bands() => 0,
        Status::Graded => 1,
        Status::Open => 2,
        Status::Failed => 3,
    }
}

/// The hash of the id; of what failed the id itself, which people look for.
fn last_key(row: &Row) -> String {
    match row.status {
        Status::Failed => row.id.clone(),
        _ => blake3::hash(row.id.as_bytes()).to_hex().to_string(),
    }
}

/// A row as a claim on the envelope, with the keys of ties; what is not known is the least.
pub(crate) fn candidate(row: &Row) -> Candidate {
    Candidate {
        id: row.id.clone(),
        grade: row.grade.unwrap_or(Grade::None),
        amount_fen: row.payable_fen.unwrap_or_default(),
        value_density_centi: row.value_density_centi.unwrap_or(i64::MIN),
        uplift_low_millionths: row.uplift_low_millionths.unwrap_or(i64::MIN),
        volume_millionths: row.volume_millionths.unwrap_or(i64::MIN),
        submitted: row.submitted.map_or(i64::MAX, day),
    }
}

/// A day as a number that grows with time: 20260501.
fn day(date: Date) -> i64 {
    date.to_string().replace('-', "").parse().unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use proptest::prelude::*;
    use shujian_core::finding::Text;

    use super::*;

    /// The written rule, without polars.
    fn key(row: &Row) -> impl Ord + use<> {
        let claim = candidate(row);
        let total = row.total_centi.unwrap_or(i64::MIN);
        let ties = (
            Reverse(claim.value_density_centi),
            Reverse(claim.uplift_low_millionths),
            Reverse(claim.volume_millionths),
            claim.submitted,
        );
        (group(row), Reverse(total), ties, last_key(row))
    }

    pub(super) fn row(id: &str) -> Row {
        let cause = Text { zh: "因".to_owned(), en: "why".to_owned() };
        Row::failed(id, id, None, "SJ-desk-002", cause)
    }

    #[test]
    fn ties_go_down_the_rule_and_never_by_arrival() {
        let day = |text: &str| text.parse::<Date>().ok();
        let graded = |id: &str, density, uplift, volume, submitted| Row {
            status: Status::Graded,
            grade: Some(Grade::B),
            total_centi: Some(7600),
            value_density_centi: Some(density),
            uplift_low_millionths: uplift,
            volume_millionths: Some(volume),
            submitted,
            ..row(id)
        };
        let rows = [
            graded("by-volume", 50, Some(10), 7, None),
            graded("by-uplift", 50, Some(11), 1, None),
            graded("by-density", 51, None, 1, None),
            graded("no-uplift", 50, None, 9, None),
            graded("by-day", 50, Some(10), 6, day("2026-05-01")),
            graded("by-later-day", 50, Some(10), 6, day("2026-05-02")),
            graded("by-no-day", 50, Some(10), 6, None),
        ];
        let names: Vec<&str> =
            order(&rows).unwrap().into_iter().map(|at| rows[at].id.as_str()).collect();
        let expected = [
            "by-density",
            "by-uplift",
            "by-volume",
            "by-day",
            "by-later-day",
            "by-no-day",
            "no-uplift",
        ];
        assert_eq!(names, expected);
        assert!(order(&[]).unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn polars_orders_as_the_rule_says(
            drawn in prop::collection::vec(
                (0..4_u8, prop::option::of(0..3_i64), 0..3_i64, prop::option::of(-1..2_i64), 0..2_i64),
                0..24,
            ),
            turn in 0..24_usize,
        ) {
            let mut rows: Vec<Row> = drawn
                .into_iter()
                .enumerate()
                .map(|(at, (group, total_centi, density, uplift, volume))| Row {
                    status: [Status::Graded, Status::Graded, Status::Open, Status::Failed]
                        [usize::from(group)],
                    grade: [Some(Grade::C), Some(Grade::None), None, None][usize::from(group)],
                    total_centi,
                    value_density_centi: Some(density),
                    uplift_low_millionths: uplift,
                    volume_millionths: Some(volume),
                    ..row(&format!("{at:02}"))
                })
                .collect();
            let ordered = |rows: &[Row]| -> Vec<String> {
                order(rows).unwrap().into_iter().map(|at| rows[at].id.clone()).collect()
            };
            let mut expected = rows.clone();
            expected.sort_by_cached_key(key);
            let expected: Vec<String> = expected.into_iter().map(|row| row.id).collect();
            prop_assert_eq!(&ordered(&rows), &expected);
            if !rows.is_empty() {
                let turn = turn % rows.len();
                rows.rotate_left(turn);
            }
            prop_assert_eq!(ordered(&rows), expected);
        }
    }
}
