//! Which files belong together: by the names of their columns.

use std::collections::{BTreeMap, BTreeSet};

use super::{FileColumns, Kind, Tally, roles};

/// Files and column sets compared with each one through a common column; beyond it only equal
/// sets join. Honest folders have a handful of schemas.
const MOST_SETS: usize = 4096;

/// The group of each file with records, by smallest member; and whether sets were too many.
pub(super) fn groups(files: &[FileColumns]) -> (Vec<Option<usize>>, bool) {
    let mut uses: BTreeMap<&str, u64> = BTreeMap::new();
    for name in files.iter().flat_map(|file| file.columns.keys()) {
        *uses.entry(name).or_default() += 1;
    }
    let mut sets: BTreeMap<BTreeSet<&str>, Vec<usize>> = BTreeMap::new();
    for (at, file) in files.iter().enumerate().filter(|(_, file)| file.rows > 0) {
        sets.entry(names(file, &uses)).or_default().push(at);
    }
    let sets: Vec<(BTreeSet<&str>, Vec<usize>)> = sets.into_iter().collect();
    let of_set = |at: usize, name: &str| Content::of(files, &sets[at].1, name);
    let common = |a: usize, b: usize| -> usize {
        let names = sets[a].0.intersection(&sets[b].0);
        names.filter(|name| !of_set(a, name).is_another(&of_set(b, name))).count()
    };
    let mut parents: Vec<usize> = (0..sets.len()).collect();
    let capped = sets.len() > MOST_SETS;
    if !capped {
        for left in 0..sets.len() {
            for right in 0..left {
                if is_near(&sets[left].0, &sets[right].0, || common(left, right)) {
                    let (a, b) = (root(&parents, left), root(&parents, right));
                    parents[a.max(b)] = a.min(b);
                }
            }
        }
    }
    let mut groups = vec![None; files.len()];
    for (at, (_, members)) in sets.iter().enumerate() {
        for &file in members {
            groups[file] = Some(root(&parents, at));
        }
    }
    (groups, capped)
}

fn root(parents: &[usize], mut at: usize) -> usize {
    while parents[at] != at {
        at = parents[at];
    }
    at
}

/// What fills the columns of one name.
#[derive(Default)]
struct Content {
    filled: u64,
    plain: u64,
    running: u64,
}

impl Content {
    fn of(files: &[FileColumns], members: &[usize], name: &str) -> Self {
        let tallies = members.iter().filter_map(|&at| files[at].columns.get(name));
        tallies.fold(Self::default(), |sum, tally| Self {
            filled: sum.filled + tally.filled,
            plain: sum.plain + tally.numbers + tally.times,
            running: sum.running + tally.running,
        })
    }

    /// Whether one is running text and the other numbers or times: columns of one name by accident.
    fn is_another(&self, other: &Self) -> bool {
        let nearly_all = |part: u64, of: &Self| of.filled > 0 && 10 * part >= 9 * of.filled;
        nearly_all(self.plain, self) && nearly_all(other.running, other)
            || nearly_all(self.running, self) && nearly_all(other.plain, other)
    }
}

/// Jaccard similarity of at least a half, by names and by the names in `common` that hold the same.
fn is_near(left: &BTreeSet<&str>, right: &BTreeSet<&str>, common: impl FnOnce() -> usize) -> bool {
    let (small, large) = if left.len() < right.len() { (left, right) } else { (right, left) };
    if 2 * small.len() < large.len() {
        return false;
    }
    let is_half = |both: usize| 2 * both >= left.len() + right.len() - both;
    is_half(small.intersection(large).count()) && is_half(common())
}

/// The names that speak for a file: without columns of its own that say nothing new. Otherwise
/// columns of random names, added to each shard, would part shards that overlap.
fn names<'a>(file: &'a FileColumns, uses: &BTreeMap<&str, u64>) -> BTreeSet<&'a str> {
    let own = |name: &str| uses.get(name) == Some(&1);
    let kept: BTreeSet<&str> = file
        .columns
        .iter()
        .filter(|(name, tally)| !(own(name) && says_nothing(name, tally, file)))
        .map(|(name, _)| name.as_str())
        .collect();
    let all = || file.columns.keys().map(String::as_str).collect();
    if kept.iter().any(|name| !own(name)) { kept } else { all() }
}

fn says_nothing(name: &str, tally: &Tally, file: &FileColumns) -> bool {
    roles::is_constant(tally)
        || roles::is_key(name, roles::kind(tally), tally)
        || file.columns.iter().any(|(other, twin)| other != name && is_twin(tally, twin))
}

/// Whether two columns of one file hold the same values, or numbers so alike in range and spread
/// that one is the other with jitter.
fn is_twin(left: &Tally, right: &Tally) -> bool {
    if left.filled != right.filled || left.filled < 30 {
        return false;
    }
    if left.sketch == right.sketch {
        return true;
    }
    if roles::kind(left) != Kind::Number || roles::kind(right) != Kind::Number {
        return false;
    }
    let (Some((mean, deviation)), Some((other_mean, other_deviation))) =
        (left.sketch.moments(), right.sketch.moments())
    else {
        return false;
    };
    (mean - other_mean).abs() <= 0.1 * deviation
        && (deviation - other_deviation).abs() <= 0.1 * deviation
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::StringArray;

    /// A column by name, and its cell in each row.
    type Made<'a> = (&'a str, fn(u64) -> String);

    fn file(columns: &[Made<'_>]) -> FileColumns {
        let columns = columns
            .iter()
            .map(|(name, cell)| {
                let mut tally = Tally::default();
                tally.observe(&StringArray::from_iter_values((0..100).map(cell)));
                ((*name).to_owned(), tally)
            })
            .collect();
        FileColumns { rows: 100, columns }
    }

    #[test]
    fn shards_join_and_strangers_do_not() {
        let a = |at: u64| (at * at % 97).to_string();
        let b = |at: u64| format!("k{}", at % 7);
        let c = |at: u64| (at * 31 % 89).to_string();
        let one = file(&[("a", a), ("b", b)]);
        let other = file(&[("x", c), ("y", b)]);
        let grown = file(&[("a", a), ("b", b), ("new", c)]);
        let files = [one.clone(), other, FileColumns::default(), grown, one];
        let (groups, _) = groups(&files);
        assert_eq!(groups[2], None);
        assert!(groups[0] == groups[3] && groups[0] == groups[4] && groups[0] != groups[1]);
    }

    #[test]
    fn columns_of_one_name_by_accident_join_nothing() {
        let number = |at: u64| (at * at % 97).to_string();
        let answer = |at: u64| format!("this is the long answer to the question of number {at}");
        let table = file(&[("a", number)]);
        let texts = file(&[("a", answer), ("q", answer)]);
        let (groups, _) = groups(&[table, texts.clone(), texts]);
        assert!(groups[0] != groups[1] && groups[1] == groups[2], "{groups:?}");
    }

    #[test]
    fn junk_of_ones_own_does_not_part_shards() {
        let a = |at: u64| (at * at % 97).to_string();
        let b = |at: u64| format!("k{}", at % 7);
        let constant = |_| "1".to_owned();
        let key = |at: u64| at.to_string();
        let left = file(&[("a", a), ("b", b), ("p", constant), ("q", key), ("r", a)]);
        let right = file(&[("a", a), ("b", b), ("u", constant), ("v", key), ("w", b)]);
        let (groups, _) = groups(&[left, right]);
        assert_eq!(groups[0], groups[1]);
    }
}
