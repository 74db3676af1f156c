//! How the files of a dataset fall into partitions, and what each partition is.

use std::collections::BTreeMap;

use shujian_core::{Findings, Place, Profile};

use super::{ColumnPlan, FileColumns, PartitionPlan, Plan, join, roles};

/// Joins files to partitions and gives columns their roles.
///
/// `files[i]` are the columns of file `i`; `names[i]` its name, used in findings alone.
pub fn plan(files: &[FileColumns], names: &[String]) -> Plan {
    let (groups, capped) = join::groups(files);
    let mut findings = Findings::default();
    if capped {
        let first = names.first().cloned().unwrap_or_default();
        findings.add("SJ-quality-020", Place::file(first));
    }

    let mut joined: BTreeMap<usize, (FileColumns, u64, Vec<usize>)> = BTreeMap::new();
    for (at, group) in groups.iter().enumerate() {
        let Some(group) = group else { continue };
        let (columns, series_rows, members) = joined.entry(*group).or_default();
        if is_series(&files[at]) {
            *series_rows += files[at].rows;
        }
        columns.merge(files[at].clone());
        members.push(at);
    }

    let mut partitions: Vec<(PartitionPlan, Vec<usize>)> = joined
        .into_values()
        .map(|(columns, series_rows, members)| (partition(columns, series_rows), members))
        .collect();
    // Order by content alone: the largest first, then by its columns.
    partitions.sort_by(|(a, _), (b, _)| {
        let names = |plan: &PartitionPlan| -> Vec<String> {
            plan.columns.iter().map(|column| column.name.clone()).collect()
        };
        b.rows.cmp(&a.rows).then_with(|| names(a).cmp(&names(b)))
    });
    let mut of_file = vec![None; files.len()];
    for (index, (plan, members)) in (0_u32..).zip(&partitions) {
        for &member in members {
            of_file[member] = Some(index);
            note_guess(plan, names.get(member), &mut findings);
        }
    }
    let partitions = partitions.into_iter().map(|(plan, _)| plan).collect();
    Plan { partitions, of_file, findings }
}

/// Says so when a time series was recognised by its beat: it is a guess the applicant can check.
fn note_guess(plan: &PartitionPlan, name: Option<&String>, findings: &mut Findings) {
    if let (Profile::Judgements, Some(name)) = (plan.profile, name) {
        findings.add("SJ-quality-021", Place::file(name.clone()));
    }
}

/// Whether the times of one file keep an even beat: series may be joined whose clocks differ.
fn is_series(file: &FileColumns) -> bool {
    roles::decide(&file.columns).iter().any(roles::is_even_time)
}

fn partition(mut columns: FileColumns, series_rows: u64) -> PartitionPlan {
    // Absent fields and empty ones are the same: not every container can tell them apart.
    columns.columns.retain(|_, tally| tally.filled > 0);
    for tally in columns.columns.values_mut() {
        tally.nulls = columns.rows.saturating_sub(tally.filled);
    }
    let mut plans = roles::decide(&columns.columns);
    let profile = if roles::mark_judgements(&mut plans) {
        Profile::Judgements
    } else {
        roles::profile(&plans, series_rows, columns.rows)
    };
    PartitionPlan { name: name(&plans), profile, columns: plans, rows: columns.rows }
}

/// The three columns that hold most, by content before keys and times.
fn name(columns: &[ColumnPlan]) -> String {
    let mut largest: Vec<&ColumnPlan> = columns.iter().collect();
    let weight = |column: &ColumnPlan| {
        let characters = column.tally.characters.max(4 * column.tally.filled);
        (column.role.is_content(), characters, column.tally.sketch.distinct())
    };
    largest.sort_by(|a, b| weight(b).cmp(&weight(a)).then_with(|| a.name.cmp(&b.name)));
    let names: Vec<&str> = largest.iter().take(3).map(|column| column.name.as_str()).collect();
    names.join("+")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::Tally;
    use arrow::array::StringArray;
    use proptest::prelude::*;

    fn file(rows: &[(u8, u8)]) -> FileColumns {
        let column = |cells: Vec<String>| {
            let mut tally = Tally::default();
            tally.observe(&StringArray::from(cells));
            tally
        };
        let columns = BTreeMap::from([
            ("a".to_owned(), column(rows.iter().map(|row| row.0.to_string()).collect())),
            ("b".to_owned(), column(rows.iter().map(|row| format!("x{}", row.1)).collect())),
        ]);
        FileColumns { rows: rows.len() as u64, columns }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Split files and turned orders leave the same partitions.
        #[test]
        fn splitting_files_changes_no_plan(
            rows in prop::collection::vec((any::<u8>(), 0..5_u8), 1..200),
            cut in any::<prop::sample::Index>(),
        ) {
            let names = vec!["one".to_owned(), "two".to_owned()];
            let whole = plan(&[file(&rows)], &names);
            let (left, right) = rows.split_at(cut.index(rows.len()));
            for files in [[file(left), file(right)], [file(right), file(left)]] {
                let split = plan(&files, &names);
                prop_assert_eq!(&split.partitions, &whole.partitions);
            }
        }
    }
}
