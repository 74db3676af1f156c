//! From marks to units: what several raters marked at one place, and the table of their votes.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::overlap::{Mark, marks};
use super::{ABSENT, Panel, Settings, assign};
use crate::labels::{Annotation, Labels, NONE, Shape, Votes};
use crate::table::{LabelTable, Vote};

/// What raters marked at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The item it lies on.
    pub item: u32,
    /// Rater and annotation of each mark, in order of the raters' names.
    pub marks: Vec<(u32, u32)>,
}

/// Marks, matched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matched {
    /// Units, by item, then by the order in which raters in order of name brought them up.
    pub units: Vec<Unit>,
    /// One row a unit, named `item#number`; the classes of its marks as votes.
    pub table: LabelTable,
}

/// Answers about whole items as a table: every class given to an item by a named rater.
pub fn answers(labels: &Labels) -> LabelTable {
    // Never laid out as they come: a million of them would take as much room again as the table.
    let votes = labels.annotations.iter().filter_map(|annotation| {
        let Annotation { item, rater, class: label, .. } = *annotation;
        annotation.is_answer().then_some(Vote { item, rater, label })
    });
    let items: Vec<&str> = labels.item_names().collect();
    build(labels, &items, votes)
}

/// Likewise of answers that were read as votes.
pub(super) fn of_votes(labels: &Labels, votes: &Votes) -> LabelTable {
    let raters: Vec<&str> = labels.raters.iter().collect();
    let Vocabulary { names, moved, declared } = Vocabulary::of(labels);
    LabelTable::of_votes(votes, &raters, (&names, &moved), declared)
}

/// Matches the marks of all raters on every item and votes on the class of each unit.
pub fn match_marks(panel: &Panel, settings: &Settings) -> Matched {
    let labels = &panel.labels;
    let marked = |at: &Annotation| !matches!(at.shape, Shape::Class);
    if !labels.annotations.iter().any(marked) {
        return Matched { units: Vec::new(), table: build(labels, &[], std::iter::empty()) };
    }
    let (order, starts) = labels.by_item();
    let mut raters: Vec<u32> = (0..labels.raters.len() as u32).collect();
    raters.sort_by_key(|&rater| labels.raters.name(rater));
    let mut ranks = vec![0; raters.len()];
    raters.iter().zip(0_u32..).for_each(|(&rater, rank)| ranks[rater as usize] = rank);
    let mut items: Vec<u32> = (0..labels.items.len() as u32).collect();
    items.sort_by_key(|&item| labels.item_name(item));
    let units: Vec<Unit> = items
        .par_iter()
        .flat_map_iter(|&item| {
            let on_item =
                &order[starts[item as usize] as usize..starts[item as usize + 1] as usize];
            on_one_item(labels, item, on_item, &ranks, settings.least_overlap)
        })
        .collect();
    let table = table(panel, &units, settings);
    Matched { units, table }
}

fn on_one_item(
    labels: &Labels,
    item: u32,
    on_item: &[u32],
    ranks: &[u32],
    least: f64,
) -> Vec<Unit> {
    let mut units: Vec<(Unit, Vec<Mark>)> = Vec::new();
    let marked = |at: &Annotation| !matches!(at.shape, Shape::Class);
    let of = |index: &u32| &labels.annotations[*index as usize];
    let mut present: Vec<u32> =
        on_item.iter().map(of).filter(|at| marked(at)).map(|at| at.rater).collect();
    present.retain(|rater| *rater != NONE);
    present.sort_unstable();
    present.dedup();
    // In order of the raters' names, as all of them are.
    present.sort_by_key(|&rater| ranks[rater as usize]);
    for rater in present {
        let theirs = marks(labels, on_item, rater);
        let founders: Vec<&Mark> = units.iter().map(|(_, marks)| &marks[0]).collect();
        let mine: Vec<&Mark> = theirs.iter().map(|(_, mark)| mark).collect();
        let matched = match_two(&mine, &founders, least);
        for ((index, mark), unit) in theirs.into_iter().zip(matched) {
            match unit {
                Some((unit, _)) => {
                    units[unit].0.marks.push((rater, index));
                    units[unit].1.push(mark);
                }
                None => units.push((Unit { item, marks: vec![(rater, index)] }, vec![mark])),
            }
        }
    }
    units.into_iter().map(|(unit, _)| unit).collect()
}

/// Rows above which a component is assigned greedily: optimal assignment takes cubic time.
const MAX_OPTIMAL: usize = 600;

/// Matches two lists of marks: for each of the first, its partner and their overlap.
///
/// Only marks that overlap enough are joined; each cluster of joined marks is assigned on its own.
pub(super) fn match_two(ours: &[&Mark], theirs: &[&Mark], least: f64) -> Vec<Option<(usize, f64)>> {
    let edges = edges(ours, theirs, least);
    let mut result = vec![None; ours.len()];
    for cluster in clusters(&edges, ours.len(), theirs.len()) {
        let mut rows: Vec<usize> = cluster.iter().map(|edge| edge.0).collect();
        let mut columns: Vec<usize> = cluster.iter().map(|edge| edge.1).collect();
        for list in [&mut rows, &mut columns] {
            list.sort_unstable();
            list.dedup();
        }
        if rows.len().min(columns.len()) > MAX_OPTIMAL {
            greedy(cluster, &mut result);
            continue;
        }
        let mut weights = vec![0.0; rows.len() * columns.len()];
        for (row, column, overlap) in &cluster {
            let (row, column) = (rows.binary_search(row), columns.binary_search(column));
            if let (Ok(row), Ok(column)) = (row, column) {
                weights[row * columns.len() + column] = *overlap;
            }
        }
        for (row, column) in assign(&weights, rows.len(), columns.len()).into_iter().enumerate() {
            if let Some(column) = column {
                result[rows[row]] = Some((columns[column], weights[row * columns.len() + column]));
            }
        }
    }
    result
}

type Edge = (usize, usize, f64);

/// Pairs that overlap enough, found by a sweep along the first axis.
fn edges(ours: &[&Mark], theirs: &[&Mark], least: f64) -> Vec<Edge> {
    let mut order: Vec<usize> = (0..theirs.len()).collect();
    order.sort_by(|&a, &b| theirs[a].extent().0.total_cmp(&theirs[b].extent().0).then(a.cmp(&b)));
    let widest = theirs.iter().map(|mark| mark.extent().1 - mark.extent().0).fold(0.0, f64::max);
    let mut edges = Vec::new();
    for (row, mark) in ours.iter().enumerate() {
        let (left, right) = mark.extent();
        let from = order.partition_point(|&column| theirs[column].extent().0 < left - widest);
        for &column in
            order[from..].iter().take_while(|&&column| theirs[column].extent().0 <= right)
        {
            let overlap = mark.overlap(theirs[column]);
            if overlap >= least && overlap > 0.0 {
                edges.push((row, column, overlap));
            }
        }
    }
    edges
}

/// Connected parts of the graph of overlaps, in order of their first row.
fn clusters(edges: &[Edge], rows: usize, columns: usize) -> Vec<Vec<Edge>> {
    let mut parent: Vec<usize> = (0..rows + columns).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    for &(row, column, _) in edges {
        let (a, b) = (root(&mut parent, row), root(&mut parent, rows + column));
        parent[a.max(b)] = a.min(b);
    }
    let mut parts = BTreeMap::<usize, Vec<Edge>>::new();
    for &edge in edges {
        parts.entry(root(&mut parent, edge.0)).or_default().push(edge);
    }
    parts.into_values().collect()
}

fn greedy(mut edges: Vec<Edge>, result: &mut [Option<(usize, f64)>]) {
    edges.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
    let mut taken = std::collections::BTreeSet::new();
    for (row, column, overlap) in edges {
        if result[row].is_none() && taken.insert(column) {
            result[row] = Some((column, overlap));
        }
    }
}

/// Names of units: `item#number`, padded so that they sort as the units stand.
pub(crate) fn unit_names(labels: &Labels, units: &[Unit]) -> Vec<String> {
    let (mut last, mut number) = (NONE, 0_u32);
    let name = |unit: &Unit| {
        number = if unit.item == last { number + 1 } else { 1 };
        last = unit.item;
        format!("{}#{number:06}", labels.item_name(unit.item))
    };
    units.iter().map(name).collect()
}

fn table(panel: &Panel, units: &[Unit], settings: &Settings) -> LabelTable {
    let labels = &panel.labels;
    let names = unit_names(labels, units);
    let mut votes = Vec::new();
    let absent = labels.classes.len() as u32;
    let mut seen = BTreeMap::<u32, Vec<u32>>::new();
    for &(rater, item) in &panel.seen {
        seen.entry(item).or_default().push(rater);
    }
    for (unit, at) in units.iter().zip(0..) {
        for &(rater, annotation) in &unit.marks {
            let class = labels.annotations[annotation as usize].class;
            if class != NONE {
                votes.push(Vote { item: at, rater, label: class });
            }
        }
        for &rater in seen.get(&unit.item).into_iter().flatten() {
            if settings.count_absent && !unit.marks.iter().any(|(marked, _)| *marked == rater) {
                votes.push(Vote { item: at, rater, label: absent });
            }
        }
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    build(labels, &names, votes.iter().copied())
}

/// The table of votes by item name, rater and class, [`ABSENT`] where the class is past the last;
/// items without a vote are left out.
fn build(labels: &Labels, items: &[&str], votes: impl Iterator<Item = Vote> + Clone) -> LabelTable {
    let raters: Vec<&str> = labels.raters.iter().collect();
    let Vocabulary { names, moved, declared } = Vocabulary::of(labels);
    let votes = votes.map(|vote| Vote { label: moved[vote.label as usize], ..vote });
    LabelTable::of_numbers(votes, [items, &raters, &names], declared)
}

/// Classes in the order of tables. A declared vocabulary keeps its order and its unused classes:
/// weights may depend on both.
struct Vocabulary<'l> {
    /// Declared classes, then the others, then [`ABSENT`].
    names: Vec<&'l str>,
    /// Where each class of the labels went.
    moved: Vec<u32>,
    /// How many are declared.
    declared: usize,
}

impl<'l> Vocabulary<'l> {
    fn of(labels: &'l Labels) -> Self {
        let of = |declared: bool| {
            let classes = (0_u32..).zip(&labels.classes);
            classes.filter(move |(_, class)| class.declared == declared).map(|(number, _)| number)
        };
        let order: Vec<u32> = of(true).chain(of(false)).collect();
        let mut moved = vec![0; order.len() + 1];
        for (place, &class) in (0_u32..).zip(&order) {
            moved[class as usize] = place;
        }
        moved[order.len()] = order.len() as u32;
        let names = order.iter().map(|&class| labels.class_name(class)).chain([ABSENT]).collect();
        Self { names, moved, declared: of(true).count() }
    }
}

#[cfg(test)]
mod tests {
    use shujian_core::Limits;

    use super::*;
    use crate::formats::read_bytes;

    #[test]
    fn answers_become_a_sorted_table() {
        let text = "item,worker,label\nb,w2,dog\na,w1,cat\nb,w1,cat\n";
        let read = read_bytes("t.csv", text.as_bytes(), &Limits::default());
        let table = answers(&read.labels);
        assert_eq!(
            (table.items, table.raters),
            (["a", "b"].into_iter().collect(), vec!["w1".into(), "w2".into()])
        );
        assert_eq!(table.classes, ["cat", "dog"]);
        let votes: Vec<[u32; 3]> =
            table.votes.iter().map(|vote| [vote.item, vote.rater, vote.label]).collect();
        assert_eq!(votes, [[0, 0, 0], [1, 1, 1], [1, 0, 0]]);
        assert_eq!(table.starts, [0, 1, 3]);
    }

    #[test]
    fn ratings_are_in_the_order_of_their_values() {
        let text = "item,worker,label\na,w1,10\nb,w1,9\nb,w2,8.5\n";
        let read = read_bytes("t.csv", text.as_bytes(), &Limits::default());
        assert_eq!(answers(&read.labels).classes, ["8.5", "9", "10"]);
    }

    #[test]
    fn spans_of_two_users_meet_and_a_lone_one_is_absent_for_the_other() {
        let text = r#"{"id":1,"text":"abcdefgh","annotations":[
            {"label":"X","start_offset":0,"end_offset":4,"user":1},
            {"label":"Y","start_offset":0,"end_offset":3,"user":2},
            {"label":"X","start_offset":5,"end_offset":8,"user":2}]}"#
            .replace('\n', " ");
        let read = read_bytes("d.jsonl", text.as_bytes(), &Limits::default());
        let matched = match_marks(&Panel::of(read.labels), &Settings::default());
        assert_eq!(matched.units.iter().map(|unit| unit.marks.len()).collect::<Vec<_>>(), [2, 1]);
        let table = matched.table;
        assert_eq!(table.items, ["1#000001", "1#000002"]);
        assert_eq!(table.classes, [ABSENT, "X", "Y"]);
        let votes: Vec<[u32; 3]> =
            table.votes.iter().map(|vote| [vote.item, vote.rater, vote.label]).collect();
        assert_eq!(votes, [[0, 0, 1], [0, 1, 2], [1, 1, 1], [1, 0, 0]]);
    }
}
