//! The item-rater-label table as flat integer columns.

use crate::interner::Interner;
use crate::labels::{NameList, Votes};
use crate::ranking::{Order, Ranked, number};

/// Who said what of which item. Names are sorted, votes are in item order, then file order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelTable {
    /// Names of items, sorted by bytes.
    pub items: NameList,
    /// Names of raters, sorted by bytes.
    pub raters: Vec<String>,
    /// Names of classes: the order of the schema where there is one; else by value where every
    /// name is a number; else by bytes.
    pub classes: Vec<String>,
    /// Every vote.
    pub votes: Vec<Vote>,
    /// Votes of item `i` are `votes[starts[i]..starts[i + 1]]`; `items.len() + 1` numbers.
    pub starts: Vec<u32>,
}

/// One answer: indices into the names of its [`LabelTable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Vote {
    /// Index of the item.
    pub item: u32,
    /// Index of the rater.
    pub rater: u32,
    /// Index of the class.
    pub label: u32,
}

/// The votes of a table, rater by rater.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByRater {
    /// Numbers of votes in the table's `votes`, by rater, then in table order.
    pub votes: Vec<u32>,
    /// Rater `r` gave `votes[starts[r]..starts[r + 1]]`.
    pub starts: Vec<u32>,
}

impl ByRater {
    /// Numbers of the votes of one rater, in table order.
    pub fn of(&self, rater: usize) -> &[u32] {
        &self.votes[self.starts[rater] as usize..self.starts[rater + 1] as usize]
    }
}

/// How often raters answered the same item more than once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Repeats {
    /// Votes after the first of the same rater on the same item.
    pub readings: usize,
    /// Those of them that say what an earlier one said.
    pub identical: usize,
}

impl LabelTable {
    /// The votes of one item.
    #[inline]
    pub fn of(&self, item: usize) -> &[Vote] {
        &self.votes[self.starts[item] as usize..self.starts[item + 1] as usize]
    }

    /// The classes said of an item and how often, classes ascending; `labels` is scratch.
    pub fn said<'l>(
        &self,
        item: usize,
        labels: &'l mut Vec<u32>,
    ) -> impl Iterator<Item = (u32, u32)> + use<'l> {
        labels.clear();
        labels.extend(self.of(item).iter().map(|vote| vote.label));
        labels.sort_unstable();
        labels.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32))
    }

    /// The votes rater by rater.
    pub fn by_rater(&self) -> ByRater {
        let starts = starts(self.raters.len(), self.votes.iter().map(|vote| vote.rater));
        let mut next = starts.clone();
        let mut votes = vec![0; self.votes.len()];
        for (number, vote) in self.votes.iter().enumerate() {
            let place = &mut next[vote.rater as usize];
            votes[*place as usize] = number as u32;
            *place += 1;
        }
        ByRater { votes, starts }
    }

    /// Classes as numbers, where every name is one.
    pub fn class_values(&self) -> Option<Vec<f64>> {
        self.classes.iter().map(|name| number(name)).collect()
    }

    /// Counts repeated answers.
    pub fn repeats(&self) -> Repeats {
        let mut repeats = Repeats::default();
        let mut votes = Vec::new();
        // The item each rater was last met on.
        let mut met = vec![u32::MAX; self.raters.len()];
        for item in 0..self.items.len() {
            let again = |vote: &Vote| {
                std::mem::replace(&mut met[vote.rater as usize], item as u32) == item as u32
            };
            if self.of(item).iter().map(again).filter(|again| *again).count() == 0 {
                continue;
            }
            votes.clear();
            votes.extend(self.of(item).iter().map(|vote| (vote.rater, vote.label)));
            votes.sort_unstable();
            for pair in votes.windows(2) {
                repeats.readings += usize::from(pair[0].0 == pair[1].0);
                repeats.identical += usize::from(pair[0] == pair[1]);
            }
        }
        repeats
    }

    /// The same table with one vote a rater and item: the first in table order.
    pub fn first_readings(&self) -> Self {
        // The item each rater was last met on.
        let mut met = vec![u32::MAX; self.raters.len()];
        self.without(|vote| {
            std::mem::replace(&mut met[vote.rater as usize], vote.item) == vote.item
        })
    }

    /// Items with so many votes or more.
    pub fn answered(&self, least: usize) -> u64 {
        (0..self.items.len()).filter(|&item| self.of(item).len() >= least).count() as u64
    }

    /// The same table without some of its votes, asked for in table order.
    pub fn without(&self, mut drops: impl FnMut(&Vote) -> bool) -> Self {
        let Self { items, raters, classes, .. } = self.clone();
        let mut votes = Vec::with_capacity(self.votes.len());
        let mut starts = vec![0];
        for item in 0..items.len() {
            votes.extend(self.of(item).iter().filter(|vote| !drops(vote)));
            starts.push(votes.len() as u32);
        }
        Self { items, raters, classes, votes, starts }
    }
}

/// Where each of so many groups begins once members stand group by group, and where the last ends.
fn starts(groups: usize, members: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut starts = vec![0_u32; groups + 1];
    members.for_each(|group| starts[group as usize + 1] += 1);
    for group in 0..groups {
        starts[group + 1] += starts[group];
    }
    starts
}

/// Builds a [`LabelTable`] from votes by name, in any order of items.
///
/// The same votes give the same table, whatever the order of items, raters and classes was.
#[derive(Debug)]
pub struct Builder {
    items: Interner,
    raters: Interner,
    classes: Interner,
    /// Classes the schema declares; none when it declares none.
    declared: usize,
    votes: Vec<Vote>,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// No votes and no declared classes.
    pub fn new() -> Self {
        Self {
            items: Interner::new(),
            raters: Interner::new(),
            classes: Interner::new(),
            declared: 0,
            votes: Vec::new(),
        }
    }

    /// Declares the classes of the schema in their order. Classes met later follow, sorted.
    pub fn with_classes<S: AsRef<str>>(classes: &[S]) -> Self {
        let mut builder = Self::new();
        for class in classes {
            builder.classes.intern(class.as_ref().as_bytes());
        }
        builder.declared = builder.classes.len();
        builder
    }

    /// Adds a vote.
    pub fn add(&mut self, item: &str, rater: &str, label: &str) {
        self.votes.push(Vote {
            item: self.items.intern(item.as_bytes()),
            rater: self.raters.intern(rater.as_bytes()),
            label: self.classes.intern(label.as_bytes()),
        });
    }

    /// Adds an item nobody has answered yet.
    pub fn add_item(&mut self, item: &str) {
        self.items.intern(item.as_bytes());
    }

    /// The table.
    pub fn build(self) -> LabelTable {
        // Every name came in as `str`.
        let names = |of: &Interner| -> Vec<String> {
            let name = |number| String::from_utf8_lossy(of.name(number)).into_owned();
            (0..of.len() as u32).map(name).collect()
        };
        let (items, raters, classes) =
            (names(&self.items), names(&self.raters), names(&self.classes));
        let all = |names: &[String]| vec![true; names.len()];
        let order = match self.declared {
            0 => Order::Values,
            declared => Order::Declared(declared),
        };
        LabelTable::ranked(
            self.votes.iter().copied(),
            Ranked::of(|item| &items[item], &all(&items), Order::Bytes),
            Ranked::of(|rater| &raters[rater], &all(&raters), Order::Bytes),
            Ranked::of(|class| &classes[class], &all(&classes), order),
        )
    }
}

impl LabelTable {
    /// The table of votes whose numbers are those of names in any order, some of them perhaps equal.
    fn ranked(
        votes: impl Iterator<Item = Vote> + Clone,
        items: Ranked,
        raters: Ranked,
        classes: Ranked,
    ) -> Self {
        let placed_at = votes.clone().map(|vote| items.places[vote.item as usize]);
        let starts = starts(items.names.len(), placed_at);
        let mut next = starts.clone();
        let mut placed = vec![
            Vote { item: 0, rater: 0, label: 0 };
            starts.last().map_or(0, |&all| all as usize)
        ];
        for vote in votes {
            let item = items.places[vote.item as usize];
            let place = &mut next[item as usize];
            placed[*place as usize] = Vote {
                item,
                rater: raters.places[vote.rater as usize],
                label: classes.places[vote.label as usize],
            };
            *place += 1;
        }
        Self {
            items: items.names,
            raters: raters.owned(),
            classes: classes.owned(),
            votes: placed,
            starts,
        }
    }

    /// The table of votes by number: what nobody voted on, by or for is left out, but for the first
    /// `declared` classes, which keep their order.
    pub(crate) fn of_numbers(
        votes: impl Iterator<Item = Vote> + Clone,
        [items, raters, classes]: [&[&str]; 3],
        declared: usize,
    ) -> Self {
        let [mut used_items, mut used_raters, mut used_classes] =
            [items, raters, classes].map(|names| vec![false; names.len()]);
        for vote in votes.clone() {
            used_items[vote.item as usize] = true;
            used_raters[vote.rater as usize] = true;
            used_classes[vote.label as usize] = true;
        }
        used_classes[..declared].fill(true);
        let order = if declared == 0 { Order::Values } else { Order::Declared(declared) };
        Self::ranked(
            votes,
            Ranked::of(|item| items[item], &used_items, Order::Bytes),
            Ranked::of(|rater| raters[rater], &used_raters, Order::Bytes),
            Ranked::of(|class| classes[class], &used_classes, order),
        )
    }

    /// Likewise of votes as tables give them, laid out run by run. Class `c` is `classes[moved[c]]`.
    pub(crate) fn of_votes(
        votes: &Votes,
        raters: &[&str],
        (classes, moved): (&[&str], &[u32]),
        declared: usize,
    ) -> Self {
        let mut used_items = vec![false; votes.items()];
        (0..votes.runs()).for_each(|run| used_items[votes.item_of(run) as usize] = true);
        let (mut used_raters, mut used_classes) =
            (vec![false; raters.len()], vec![false; classes.len()]);
        votes.each(0..votes.runs(), |rater, class| {
            used_raters[rater as usize] = true;
            used_classes[moved[class as usize] as usize] = true;
        });
        used_classes[..declared].fill(true);
        let order = if declared == 0 { Order::Values } else { Order::Declared(declared) };
        let items = Ranked::of(|item| votes.name(item as u32), &used_items, Order::Bytes);
        let raters = Ranked::of(|rater| raters[rater], &used_raters, Order::Bytes);
        let classes = Ranked::of(|class| classes[class], &used_classes, order);
        let label: Vec<u32> = moved.iter().map(|&class| classes.places[class as usize]).collect();

        let place = |run: usize| items.places[votes.item_of(run) as usize];
        let first = starts(items.names.len(), (0..votes.runs()).map(place));
        let mut next = first.clone();
        let mut runs = vec![0_u32; votes.runs()];
        for run in 0..votes.runs() {
            let slot = &mut next[place(run) as usize];
            runs[*slot as usize] = run as u32;
            *slot += 1;
        }
        let mut placed = Vec::with_capacity(votes.len());
        let mut starts = Vec::with_capacity(items.names.len() + 1);
        starts.push(0);
        for (item, bounds) in (0_u32..).zip(first.windows(2)) {
            for &run in &runs[bounds[0] as usize..bounds[1] as usize] {
                votes.each(run as usize..run as usize + 1, |rater, class| {
                    let (rater, label) = (raters.places[rater as usize], label[class as usize]);
                    placed.push(Vote { item, rater, label });
                });
            }
            starts.push(placed.len() as u32);
        }
        Self {
            items: items.names,
            raters: raters.owned(),
            classes: classes.owned(),
            votes: placed,
            starts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(votes: &[(&str, &str, &str)]) -> LabelTable {
        let mut builder = Builder::new();
        for (item, rater, label) in votes {
            builder.add(item, rater, label);
        }
        builder.build()
    }

    #[test]
    fn order_of_names_does_not_matter() {
        let one = table(&[("b", "x", "10"), ("a", "y", "9"), ("a", "x", "10")]);
        let two = table(&[("a", "y", "9"), ("a", "x", "10"), ("b", "x", "10")]);
        assert_eq!(one, two);
        assert_eq!(one.items, ["a", "b"]);
        assert_eq!(one.classes, ["9", "10"]);
        assert_eq!(one.starts, [0, 2, 3]);
        assert_eq!(one.class_values(), Some(vec![9.0, 10.0]));
    }

    #[test]
    fn declared_classes_keep_their_order_and_strangers_follow() {
        let mut builder = Builder::with_classes(&["low", "high"]);
        builder.add("1", "r", "zebra");
        builder.add("1", "r", "high");
        builder.add("2", "r", "ant");
        assert_eq!(builder.build().classes, ["low", "high", "ant", "zebra"]);
    }

    #[test]
    fn repeated_readings_are_counted_and_can_be_dropped() {
        let table = table(&[("1", "r", "a"), ("1", "r", "a"), ("1", "r", "b"), ("1", "s", "a")]);
        assert_eq!(table.repeats(), Repeats { readings: 2, identical: 1 });
        let first = table.first_readings();
        assert_eq!(first.votes.len(), 2);
        assert_eq!(first.starts, [0, 2]);
    }

    #[test]
    fn votes_by_rater_keep_table_order() {
        let table = table(&[("2", "s", "a"), ("1", "r", "a"), ("1", "s", "b")]);
        let by_rater = table.by_rater();
        assert_eq!(by_rater.of(0), [0]);
        assert_eq!(by_rater.of(1), [1, 2]);
    }

    #[test]
    fn an_empty_table_has_its_one_start() {
        let table = Builder::new().build();
        assert_eq!(table.starts, [0]);
        assert!(table.items.is_empty());
    }
}
