//! What to put right, place by place.

use std::collections::BTreeSet;

use shujian_core::{Severity, codes};

use super::form::Rework;
use crate::formats::Delivery;
use crate::labels::NONE;

/// Entries of the list, at most.
const MOST: usize = 100_000;

/// The list and what it rests on.
#[derive(Debug, Default)]
pub struct ReworkList {
    /// What to put right, in file and record order.
    pub list: Vec<Rework>,
    /// Errors beyond the list.
    pub omitted: u64,
    /// Errors in all.
    pub errors: u64,
    /// Items with an error.
    pub items: u64,
}

/// Every remark that is an error.
pub(super) fn list(delivery: &Delivery) -> ReworkList {
    let (labels, remarks) = (&delivery.labels, &delivery.remarks);
    let is_error =
        |code: &str| codes::find(code).is_some_and(|code| code.severity == Severity::Error);
    let mut items = BTreeSet::new();
    let mut list = Vec::new();
    for remark in remarks.iter().filter(|remark| is_error(remark.code)) {
        if remark.item != NONE {
            items.insert(remark.item);
        }
        if list.len() < MOST {
            let item = labels.item_name(remark.item).to_owned();
            let place = remark.place(labels);
            list.push(Rework { place, item, code: remark.code.to_owned() });
        }
    }
    list.sort();
    let errors = codes::table()
        .filter(|code| code.severity == Severity::Error)
        .map(|code| remarks.count(code.id))
        .sum();
    ReworkList { omitted: errors - list.len() as u64, list, errors, items: items.len() as u64 }
}
