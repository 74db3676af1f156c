//! Columns as they stand on a card.

use shujian_core::card::Column;

use super::{ColumnPlan, Kind, PartitionPlan};
use crate::cell::Cell;

/// The columns as they stand on a card.
pub fn to_card(plan: &PartitionPlan) -> Vec<Column> {
    plan.columns.iter().map(column).collect()
}

fn column(plan: &ColumnPlan) -> Column {
    let tally = &plan.tally;
    let kind = match plan.kind {
        Kind::Number => "number",
        Kind::Time => "time",
        Kind::Text if tally.booleans > 0 && tally.booleans == tally.filled => "boolean",
        Kind::Text => "text",
    };
    let (least, greatest) = range(plan).unzip();
    Column {
        name: plan.name.clone(),
        role: plan.role.name().to_owned(),
        kind: kind.to_owned(),
        filled: tally.filled,
        nulls: tally.nulls,
        distinct: tally.sketch.distinct(),
        characters: tally.characters,
        least,
        greatest,
        repeats: None,
    }
}

/// Smallest and largest value of the column's kind, as canonical text.
fn range(plan: &ColumnPlan) -> Option<(String, String)> {
    let spell = |cell: Cell<'_>| {
        let mut spelled = String::new();
        cell.write_text(&mut spelled);
        spelled
    };
    let tally = &plan.tally;
    match plan.kind {
        Kind::Number => {
            tally.numbers_range.map(|(a, b)| (spell(Cell::Number(a)), spell(Cell::Number(b))))
        }
        Kind::Time => tally.times_range.map(|(a, b)| (spell(Cell::Time(a)), spell(Cell::Time(b)))),
        Kind::Text => tally.texts_range.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::{FileColumns, Tally, plan};
    use arrow::array::StringArray;

    #[test]
    fn a_card_shows_kind_and_range() {
        let mut tally = Tally::default();
        tally.observe(&StringArray::from(vec!["3", "-1.50", "", "2"]));
        let columns = [("v".to_owned(), tally)].into();
        let plan = plan(&[FileColumns { rows: 4, columns }], &["f".to_owned()]);
        let card = &to_card(&plan.partitions[0])[0];
        assert_eq!((card.kind.as_str(), card.filled, card.nulls), ("number", 3, 1));
        assert_eq!(card.least.as_deref(), Some("-1.5"));
        assert_eq!(card.greatest.as_deref(), Some("3"));
    }
}
