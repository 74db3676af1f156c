//! Items and classes of found labels in the numbers of the truth.

use std::collections::HashMap;

use crate::labels::{Labels, NONE};
use crate::matching::key;

/// Which item and class of the truth each found one is.
#[derive(Debug)]
pub(super) struct Partners {
    items: Vec<Option<u32>>,
    classes: Vec<Option<u32>>,
    /// Whether items share no name and were paired by their order.
    pub(super) in_order: bool,
}

impl Partners {
    /// Pairs items by name, extensions of media apart, or by the number that result files call
    /// them by; classes likewise.
    pub(super) fn of(truth: &Labels, found: &Labels) -> Self {
        let mut classes = HashMap::new();
        for (place, class) in (0..).zip(&truth.classes) {
            classes.entry(class.name.to_string()).or_insert(place);
            if let Some(id) = class.id {
                classes.entry(format!("#{id}")).or_insert(place);
            }
        }
        Self {
            items: items(truth, found),
            classes: found.classes.iter().map(|at| classes.get(&*at.name).copied()).collect(),
            in_order: false,
        }
    }

    /// Pairs items alone, where classes are not asked for. Where no name is shared and there are as
    /// many items, pairs them by their order, as sentences of files that name none.
    pub(super) fn items_in_order(truth: &Labels, found: &Labels) -> Self {
        let (items, classes) = (items(truth, found), Vec::new());
        let mut partners = Self { items, classes, in_order: false };
        let is_apart = partners.items.iter().all(Option::is_none);
        if is_apart && truth.items.len() == found.items.len() {
            partners.items = (0..found.items.len() as u32).map(Some).collect();
            partners.in_order = true;
        }
        partners
    }

    /// The item of the truth.
    pub(super) fn item(&self, found: u32) -> Option<u32> {
        self.items.get(found as usize).copied().flatten()
    }

    /// The class of the truth.
    pub(super) fn class(&self, found: u32) -> Option<u32> {
        self.classes.get(found as usize).copied().flatten()
    }

    /// The found item of each item of the truth; the first, where several are.
    pub(super) fn reversed(&self, items: usize) -> Vec<u32> {
        let mut reversed = vec![NONE; items];
        for (found, truth) in (0..).zip(&self.items) {
            if let Some(truth) = truth {
                let slot = &mut reversed[*truth as usize];
                *slot = (*slot).min(found);
            }
        }
        reversed
    }
}

/// The item of the truth that each found one is.
fn items(truth: &Labels, found: &Labels) -> Vec<Option<u32>> {
    // Most names are the same; only media and numbers go by another.
    let by_name: Vec<Option<u32>> =
        (0..found.items.len() as u32).map(|item| truth.find_item(found.item_name(item))).collect();
    let goes_otherwise = |(item, place): (u32, &Option<u32>)| {
        let name = found.item_name(item);
        place.is_none() && (name.starts_with('#') || key(name) != name)
    };
    if !(0..).zip(&by_name).any(goes_otherwise) {
        return by_name;
    }
    let mut items = HashMap::new();
    for (place, item) in (0..).zip(&truth.items) {
        items.entry(key(truth.item_name(place)).to_owned()).or_insert(place);
        if let Some(id) = item.id {
            items.entry(format!("#{id}")).or_insert(place);
        }
    }
    let item = |(item, place): (u32, &Option<u32>)| {
        place.or_else(|| items.get(key(found.item_name(item))).copied())
    };
    (0..).zip(&by_name).map(item).collect()
}

/// The order of items or classes by number, then by first sight, as a place for each.
pub(super) fn ranks(ids: impl Iterator<Item = Option<i64>>) -> Vec<u32> {
    let mut order: Vec<(Option<i64>, u32)> = ids.zip(0..).collect();
    order.sort_by_key(|&(id, place)| (id.is_none(), id, place));
    let mut ranks = vec![0; order.len()];
    for (rank, (_, place)) in (0..).zip(order) {
        ranks[place as usize] = rank;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str]) -> Labels {
        let mut labels = Labels::default();
        names.iter().for_each(|name| {
            labels.item(name, 0, 1);
        });
        labels
    }

    #[test]
    fn items_meet_by_name_by_number_and_only_else_by_order() {
        let mut truth = of(&["a.jpg", "b.jpg"]);
        truth.items[1].id = Some(7);
        let found = of(&["#7", "a.png", "c.jpg"]);
        let partners = Partners::items_in_order(&truth, &found);
        assert_eq!([0, 1, 2].map(|item| partners.item(item)), [Some(1), Some(0), None]);
        assert_eq!(partners.reversed(2), [1, 0]);
        let sentences = Partners::items_in_order(&truth, &of(&["x:1", "x:2"]));
        assert!(sentences.in_order && sentences.item(1) == Some(1));
        assert_eq!(Partners::items_in_order(&truth, &of(&["x:1"])).item(0), None);
    }

    #[test]
    fn numbers_come_first() {
        assert_eq!(ranks([None, Some(9), Some(2)].into_iter()), [2, 1, 0]);
    }
}
