//! The consensus item by item: as rows where places were settled one by one, as columns where a fit
//! gave all at once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Decided;
use crate::labels::NameList;
use crate::table::LabelTable;

/// The consensus on one item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Chosen<'a> {
    /// The item; for marks `item#number`.
    pub item: Cow<'a, str>,
    /// The class, empty for a transcript; `(none)` where most who saw the item marked nothing there.
    pub label: Cow<'a, str>,
    /// How likely it is.
    pub share: f64,
    /// Whether another class was level.
    pub tied: bool,
    /// For boxes: left, top, right, bottom, each the median of those who marked it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub edges: Option<[f64; 4]>,
    /// For spans by quorum: first offset and the one after the last; seconds for segments of time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span: Option<[f64; 2]>,
    /// For transcripts: what most of them say, word by word.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub text: Option<Cow<'a, str>>,
}

/// The consensus on every item; leaves the process as a list of [`Chosen`].
#[derive(Debug, Clone)]
pub struct Settled(Kept);

#[derive(Debug, Clone)]
enum Kept {
    Rows(Vec<Chosen<'static>>),
    Columns(Columns),
}

/// A column a field: a hundred thousand rows of their own would take twenty megabytes.
#[derive(Debug, Clone)]
struct Columns {
    items: NameList,
    classes: Vec<String>,
    labels: Vec<u32>,
    shares: Vec<f64>,
    /// Places of items whose best two classes are level, ascending.
    tied: Vec<u32>,
    /// Boxes by place.
    edges: BTreeMap<u32, [f64; 4]>,
}

impl Settled {
    /// What a fit gives of a table, and the boxes of its items by name. Items nobody answered have no
    /// row.
    pub(super) fn of(
        table: LabelTable,
        decided: Decided,
        edges: &BTreeMap<String, [f64; 4]>,
    ) -> Self {
        let Decided { mut labels, mut shares, mut tied } = decided;
        let LabelTable { mut items, classes, .. } = table;
        if labels.contains(&None) {
            let answered: Vec<usize> =
                (0..labels.len()).filter(|&item| labels[item].is_some()).collect();
            items = answered.iter().map(|&item| &items[item]).collect();
            shares = answered.iter().map(|&item| shares[item]).collect();
            let place = |item: &u32| answered.binary_search(&(*item as usize)).ok();
            tied = tied.iter().filter_map(place).map(|place| place as u32).collect();
            labels.retain(Option::is_some);
        }
        let labels = labels.into_iter().flatten().collect();
        let place = |name: &str| items.place(name).ok().map(|place| place as u32);
        let edges = edges.iter().filter_map(|(name, edges)| Some((place(name)?, *edges))).collect();
        Self(Kept::Columns(Columns { items, classes, labels, shares, tied, edges }))
    }

    /// How many items have a consensus.
    pub fn len(&self) -> usize {
        match &self.0 {
            Kept::Rows(rows) => rows.len(),
            Kept::Columns(columns) => columns.labels.len(),
        }
    }

    /// Whether no item has one.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How likely the consensus on each item is, in order.
    pub fn shares(&self) -> impl Iterator<Item = f64> {
        (0..self.len()).map(|place| match &self.0 {
            Kept::Rows(rows) => rows[place].share,
            Kept::Columns(columns) => columns.shares[place],
        })
    }

    /// One row.
    ///
    /// # Panics
    /// Past the last.
    pub fn row(&self, place: usize) -> Chosen<'_> {
        let columns = match &self.0 {
            Kept::Rows(rows) => return rows[place].borrowed(),
            Kept::Columns(columns) => columns,
        };
        let number = place as u32;
        Chosen {
            item: Cow::Borrowed(&columns.items[place]),
            label: Cow::Borrowed(&columns.classes[columns.labels[place] as usize]),
            share: columns.shares[place],
            tied: columns.tied.binary_search(&number).is_ok(),
            edges: columns.edges.get(&number).copied(),
            span: None,
            text: None,
        }
    }

    /// Every row, by item.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Chosen<'_>> {
        (0..self.len()).map(|place| self.row(place))
    }
}

impl Chosen<'_> {
    fn borrowed(&self) -> Chosen<'_> {
        Chosen {
            item: Cow::Borrowed(&self.item),
            label: Cow::Borrowed(&self.label),
            text: self.text.as_deref().map(Cow::Borrowed),
            ..*self
        }
    }
}

impl From<Vec<Chosen<'static>>> for Settled {
    fn from(rows: Vec<Chosen<'static>>) -> Self {
        Self(Kept::Rows(rows))
    }
}

impl PartialEq for Settled {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Serialize for Settled {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Settled {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(|rows: Vec<Chosen<'static>>| rows.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::majority;
    use crate::table::Builder;

    #[test]
    fn columns_are_the_rows_they_stand_for() {
        let mut builder = Builder::with_classes(&["no", "yes"]);
        for (item, rater, label) in [("b", "x", "yes"), ("a", "x", "no"), ("a", "y", "yes")] {
            builder.add(item, rater, label);
        }
        builder.add_item("a0");
        let table = builder.build();
        let decided = majority(&table).decide(&table);
        let edges = BTreeMap::from([("b".to_owned(), [1.0; 4])]);
        let settled = Settled::of(table, decided, &edges);
        let row = |item: &'static str, label: &'static str, share, tied, edges| Chosen {
            item: item.into(),
            label: label.into(),
            share,
            tied,
            edges,
            span: None,
            text: None,
        };
        let rows =
            vec![row("a", "no", 0.5, true, None), row("b", "yes", 1.0, false, Some([1.0; 4]))];
        assert_eq!(settled, rows.into());
        let json = serde_json::to_string(&settled).unwrap();
        assert_eq!(serde_json::from_str::<Settled>(&json).unwrap(), settled);
    }
}
