//! A label table as a polars frame, for tables about tables: who answered how much, and how often items
//! were answered. Fits and coefficients walk the flat arrays of [`LabelTable`] themselves.

use polars::prelude::{
    Column, DataFrame, IntoColumn, IntoLazy, IntoSeries, LazyFrame, PolarsResult,
    SortMultipleOptions, UInt32Chunked, col, len,
};

use crate::table::{LabelTable, Vote};

/// Who said what of which item: three columns of numbers, `item`, `rater` and `label`, one row a vote.
#[derive(Debug, Clone)]
pub struct LabelFrame(DataFrame);

/// How much falls to one rater, or to one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tallied {
    /// Its number in the table.
    pub number: u32,
    /// Answers.
    pub answers: u32,
    /// Items they are of.
    pub items: u32,
}

impl LabelFrame {
    /// The frame of a table; a column is made in one go and taken over as it is.
    pub fn of(table: &LabelTable) -> Self {
        let column = |name: &str, of: fn(&Vote) -> u32| -> Column {
            let numbers = table.votes.iter().map(of).collect();
            UInt32Chunked::from_vec(name.into(), numbers).into_series().into_column()
        };
        let columns = vec![
            column("item", |vote| vote.item),
            column("rater", |vote| vote.rater),
            column("label", |vote| vote.label),
        ];
        Self(DataFrame::new(table.votes.len(), columns).expect("columns of one length"))
    }

    /// Answers and items of each rater who gave some, by number.
    pub fn by_rater(&self) -> Vec<Tallied> {
        self.tallied("rater").expect("the frame has its columns")
    }

    /// Answers and items of each class that was said, by number.
    pub fn by_label(&self) -> Vec<Tallied> {
        self.tallied("label").expect("the frame has its columns")
    }

    /// How many answers items have, and how many items have so many, the fewest answers first.
    pub fn depths(&self) -> Vec<(u32, u32)> {
        self.counted().expect("the frame has its columns")
    }

    fn tallied(&self, by: &str) -> PolarsResult<Vec<Tallied>> {
        let counts = [len().alias("answers"), col("item").n_unique().alias("items")];
        let grouped = self.lazy().group_by([col(by)]).agg(counts);
        let frame = grouped.sort([by], SortMultipleOptions::default()).collect()?;
        let rows = numbers(&frame, by)?.into_iter().zip(numbers(&frame, "answers")?);
        let rows = rows.zip(numbers(&frame, "items")?);
        Ok(rows.map(|((number, answers), items)| Tallied { number, answers, items }).collect())
    }

    fn counted(&self) -> PolarsResult<Vec<(u32, u32)>> {
        let by_item = self.lazy().group_by([col("item")]).agg([len().alias("answers")]);
        let by_depth = by_item.group_by([col("answers")]).agg([len().alias("items")]);
        let frame = by_depth.sort(["answers"], SortMultipleOptions::default()).collect()?;
        Ok(numbers(&frame, "answers")?.into_iter().zip(numbers(&frame, "items")?).collect())
    }

    fn lazy(&self) -> LazyFrame {
        self.0.clone().lazy()
    }
}

fn numbers(frame: &DataFrame, column: &str) -> PolarsResult<Vec<u32>> {
    Ok(frame.column(column)?.u32()?.iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::table::Builder;

    proptest! {
        /// Group-bys say what counting by hand says, in order of number.
        #[test]
        fn groups_are_what_counting_gives(
            votes in prop::collection::vec((0..6_u8, 0..4_u8, 0..3_u8), 0..60),
        ) {
            let mut builder = Builder::new();
            for (item, rater, label) in &votes {
                builder.add(&item.to_string(), &rater.to_string(), &label.to_string());
            }
            let table = builder.build();
            let frame = LabelFrame::of(&table);
            let tally = |of: fn(&Vote) -> u32, count: usize| -> Vec<Tallied> {
                (0..count as u32)
                    .map(|number| {
                        let own = table.votes.iter().filter(|vote| of(vote) == number);
                        let mut items: Vec<u32> = own.map(|vote| vote.item).collect();
                        let answers = items.len() as u32;
                        items.dedup();
                        Tallied { number, answers, items: items.len() as u32 }
                    })
                    .collect()
            };
            prop_assert_eq!(frame.by_rater(), tally(|vote| vote.rater, table.raters.len()));
            prop_assert_eq!(frame.by_label(), tally(|vote| vote.label, table.classes.len()));
            let mut depths = std::collections::BTreeMap::new();
            for item in 0..table.items.len() {
                *depths.entry(table.of(item).len() as u32).or_insert(0) += 1;
            }
            prop_assert_eq!(frame.depths(), depths.into_iter().collect::<Vec<_>>());
        }
    }
}
