//! Which part each column plays, and what kind of content a set of records is.

use std::collections::BTreeMap;

use shujian_core::Profile;

use super::sketch::{Kept, STRANGE, Usual};
use super::{ColumnPlan, Kind, Role, Tally, names};

/// Share of filled cells from which a column is one of numbers or of times: as many strange cells
/// again must not make it another.
const HALF: f64 = 0.5;
/// Share of the cells of a column's kind that must be as the role asks.
const OF_A_KIND: f64 = 1.0 - STRANGE;
/// Share of one value from which a column is constant.
const CONSTANT: f64 = 0.9995;

/// Decides all columns of a partition, by ascending name.
pub(super) fn decide(columns: &BTreeMap<String, Tally>) -> Vec<ColumnPlan> {
    columns
        .iter()
        .map(|(name, tally)| {
            let kind = kind(tally);
            let (mean, deviation) = match kind {
                Kind::Text => (0.0, 0.0),
                _ => tally.sketch.moments().unwrap_or((0.0, 0.0)),
            };
            let role = role(name, kind, tally);
            ColumnPlan { name: name.clone(), role, kind, mean, deviation, tally: tally.clone() }
        })
        .collect()
}

pub(super) fn kind(tally: &Tally) -> Kind {
    if tally.filled > 0 && tally.share(tally.numbers) >= HALF {
        Kind::Number
    } else if tally.filled > 0 && tally.share(tally.times) >= HALF {
        Kind::Time
    } else {
        Kind::Text
    }
}

fn role(name: &str, kind: Kind, tally: &Tally) -> Role {
    if is_constant(tally) {
        return Role::Constant;
    }
    if kind == Kind::Time || (kind == Kind::Number && is_time_number(name, tally)) {
        return Role::Time;
    }
    // A long text is content whatever its name; `question_id` and `url` are not long texts.
    if is_text(tally) {
        return Role::Text;
    }
    if is_key(name, kind, tally) {
        return Role::Key;
    }
    if names::is_target(name) {
        return Role::Label;
    }
    if kind == Kind::Number { Role::Numeric } else { Role::Category }
}

/// Whether one value fills the column, as far as the sketch can tell.
pub(super) fn is_constant(tally: &Tally) -> bool {
    let distinct = tally.sketch.distinct();
    distinct <= 1 || tally.sketch.top() as f64 > CONSTANT * tally.filled as f64
}

/// Calendar and clock by name, and years by name and value.
fn is_time_number(name: &str, tally: &Tally) -> bool {
    // The name says it already, so that half of the cells suffice.
    let often = |asked: fn(f64) -> bool| tally.sketch.share_of_numbers(asked) >= HALF;
    if names::is_year(name) {
        return often(|value| value.fract() == 0.0 && (1800.0..=2100.0).contains(&value));
    }
    names::is_time(name) && (often(|value| value.fract() == 0.0) || often(|value| value >= 0.0))
}

/// Running text: several words, not a short list of phrases.
fn is_text(tally: &Tally) -> bool {
    let filled = tally.filled as f64;
    // Copies of a whole table, up to twenty, leave its texts texts.
    let enough = (0.05 * filled).max((0.5 * filled).min(10.0));
    tally.texts() as f64 >= 0.5 * filled
        && tally.running as f64 >= 0.5 * tally.texts() as f64
        && tally.sketch.distinct() as f64 >= enough
}

/// A key by name, or by values: as many as records, each as often as the others, and either codes
/// or whole numbers without gaps.
pub(super) fn is_key(name: &str, kind: Kind, tally: &Tally) -> bool {
    let filled = tally.filled as f64;
    let distinct = tally.sketch.distinct() as f64;
    if names::is_key(name) || names::is_annotator(name) {
        return distinct >= (0.01 * filled).min(10.0);
    }
    // Rows repeated at random leave 0.8; values that differ in how common they are, far less.
    let flat = distinct >= (0.1 * filled).max(30.0) && tally.sketch.is_even();
    match kind {
        Kind::Number => {
            let dense = |usual: Usual| usual.steps() <= 1.1 * usual.distinct;
            flat && tally.sketch.usual().is_some_and(dense) && is_whole(tally)
        }
        _ => {
            let texts = tally.texts() as f64;
            flat && texts >= OF_A_KIND * filled && tally.tokens as f64 >= OF_A_KIND * texts
        }
    }
}

/// Gives item, annotator and label their roles when the columns are a list of judgements.
pub(super) fn mark_judgements(columns: &mut [ColumnPlan]) -> bool {
    let find = |named: fn(&str) -> bool, taken: &[usize]| {
        (0..columns.len()).find(|at| !taken.contains(at) && named(&columns[*at].name))
    };
    let Some(annotator) = find(names::is_annotator, &[]) else { return false };
    let Some(label) = find(names::is_judgement, &[annotator]) else { return false };
    let Some(item) = find(names::is_item, &[annotator, label]) else { return false };
    let labels = &columns[label];
    if columns.len() > 8 || labels.role == Role::Text || labels.tally.sketch.distinct() > 1000 {
        return false;
    }
    columns[annotator].role = Role::Annotator;
    columns[label].role = Role::Label;
    columns[item].role = Role::Item;
    true
}

/// What kind of content the columns are.
pub(super) fn profile(columns: &[ColumnPlan], series_rows: u64, rows: u64) -> Profile {
    let characters = |wanted: bool| -> u64 {
        columns
            .iter()
            .filter(|column| (column.role == Role::Text) == wanted)
            .filter(|column| column.role.is_content())
            .map(|column| column.tally.characters + 4 * numbers(&column.tally))
            .sum()
    };
    let texts = columns.iter().filter(|column| column.role == Role::Text).count();
    if texts > 0 && characters(true) > characters(false) {
        // A second text must be there as a rule, not as an exception.
        let usual = columns
            .iter()
            .filter(|column| column.role == Role::Text && 5 * column.tally.filled >= rows)
            .count();
        return if usual >= 2 { Profile::Instruction } else { Profile::Text };
    }
    let cycles = columns.iter().any(|column| {
        column.role == Role::Time && names::is_cycle(&column.name) && is_even_count(&column.tally)
    });
    if cycles || columns.iter().any(is_even_time) || 2 * series_rows >= rows.max(1) {
        Profile::Series
    } else {
        Profile::Table
    }
}

fn numbers(tally: &Tally) -> u64 {
    tally.numbers + tally.times + tally.booleans
}

/// Whole numbers that leave few gaps.
fn is_even_count(tally: &Tally) -> bool {
    let few_gaps = |usual: Usual| usual.distinct >= 0.5 * usual.steps();
    is_whole(tally) && tally.sketch.usual().is_some_and(few_gaps)
}

/// Whether numbers usually have no fraction.
fn is_whole(tally: &Tally) -> bool {
    tally.whole as f64 >= OF_A_KIND * tally.numbers as f64
}

/// Whether times keep an even beat: most sampled times are whole steps apart, and most steps of
/// the span are taken.
///
/// The commonest step between *neighbouring* times would need all of them in order; the values of
/// smallest hash suffice for the largest step that divides most distances, and that state merges
/// exactly.
pub(super) fn is_even_time(column: &ColumnPlan) -> bool {
    let tally = &column.tally;
    let Some(usual) = tally.sketch.usual() else { return false };
    if column.kind != Kind::Time || tally.sketch.distinct() < 12 {
        return false;
    }
    let mut times: Vec<i64> = tally
        .sketch
        .entries()
        .iter()
        .filter_map(|entry| match entry.kept {
            Kept::Time(micros) => Some(micros),
            _ => None,
        })
        .collect();
    times.sort_unstable();
    let steps: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if tally.sketch.is_whole() {
        let mut sorted = steps;
        sorted.sort_unstable();
        let commonest = sorted.chunk_by(|a, b| a == b).map(<[i64]>::len).max().unwrap_or(0);
        return 2 * commonest >= sorted.len();
    }
    let Some(step) = common_step(&steps) else { return false };
    usual.distinct >= 0.5 * ((usual.greatest - usual.least) * 1e6 / step as f64 + 1.0)
}

/// The largest of the usual steps that divides nine of ten distances.
fn common_step(distances: &[i64]) -> Option<i64> {
    const SECOND: i64 = 1_000_000;
    let usual =
        [86_400, 21_600, 10_800, 3600, 1800, 900, 600, 300, 120, 60, 30, 20, 15, 10, 5, 2, 1]
            .map(|seconds| seconds * SECOND);
    let fine =
        [500_000, 250_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5000, 2000, 1000, 100, 10, 1];
    usual.into_iter().chain(fine).find(|step| {
        let whole = distances.iter().filter(|distance| *distance % step == 0).count();
        10 * whole >= 9 * distances.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::StringArray;

    fn column(name: &str, cells: impl IntoIterator<Item = String>) -> (String, Tally) {
        let mut tally = Tally::default();
        tally.observe(&StringArray::from_iter_values(cells));
        (name.to_owned(), tally)
    }

    fn role_of(name: &str, cells: impl IntoIterator<Item = String>) -> Role {
        decide(&BTreeMap::from([column(name, cells)]))[0].role
    }

    #[test]
    fn roles_follow_names_and_values() {
        let rows = 0..400_u64;
        for (role, name, cell) in [
            (Role::Key, "a", (|at| at.to_string()) as fn(u64) -> String),
            (Role::Key, "b", |at| format!("x{:05}", at * 7919 % 99_991)),
            (Role::Key, "order_id", |at| (at % 50).to_string()),
            (Role::Numeric, "c", |at| (at * at % 397).to_string()),
            (Role::Numeric, "d", |at| format!("{}.5", at * 31 % 101)),
            (Role::Category, "e", |at| format!("kind {}", at % 5)),
            (Role::Category, "f", |at| format!("one of the long names of {}", at % 5)),
            (Role::Text, "g", |at| format!("this is the story of number {at}")),
            (Role::Text, "id", |at| format!("这是第{at}个完整的句子，它说了一件事")),
            (Role::Time, "h", |at| format!("2013-01-{:02}", at % 28 + 1)),
            (Role::Time, "month", |at| (at % 12 + 1).to_string()),
            (Role::Time, "sow_year", |at| (1990 + at % 20).to_string()),
            (Role::Constant, "i", |_| "7".to_owned()),
            (Role::Label, "label", |at| (at % 3).to_string()),
        ] {
            assert_eq!(role_of(name, rows.clone().map(cell)), role, "{name}");
            let thrice = (0..1200).map(|at| cell(at % 400));
            assert_eq!(role_of(name, thrice), role, "{name}, three times over");
        }
    }

    #[test]
    fn profiles_follow_roles() {
        let plan = |columns: Vec<(String, Tally)>, rows| {
            let mut columns = decide(&columns.into_iter().collect());
            if mark_judgements(&mut columns) {
                return Profile::Judgements;
            }
            profile(&columns, 0, rows)
        };
        let every = |name: &str, cell: fn(u64) -> String| column(name, (0..300).map(cell));
        let sentence = |at| format!("a question that is asked of number {at}");
        let number = |at: u64| (at * 37 % 101).to_string();
        assert_eq!(plan(vec![every("text", sentence)], 300), Profile::Text);
        let both = vec![every("question", sentence), every("answer", sentence)];
        assert_eq!(plan(both, 300), Profile::Instruction);
        let judged = vec![every("item", number), every("worker", number), every("label", number)];
        assert_eq!(plan(judged, 300), Profile::Judgements);
        let hours = |at: u64| format!("2013-01-{:02} {:02}:00", at / 24 + 1, at % 24);
        let beat = vec![every("t", hours), every("value", number)];
        assert_eq!(plan(beat, 300), Profile::Series);
        let wild =
            |at: u64| format!("2013-01-{:02} {:02}:{:02}", at % 28 + 1, at * 7 % 24, at * at % 60);
        let events = vec![every("t", wild), every("value", number)];
        assert_eq!(plan(events, 300), Profile::Table);
        assert_eq!(plan(vec![every("item", number), every("truth", number)], 300), Profile::Table);
    }
}
