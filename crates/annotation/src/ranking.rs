//! Names into the order of tables.

use std::collections::BTreeMap;

use crate::labels::NameList;

/// How names are put in order.
#[derive(Clone, Copy)]
pub(crate) enum Order {
    /// By bytes.
    Bytes,
    /// As numbers, where every name is one; else by bytes.
    Values,
    /// The first so many as they came, the others by bytes.
    Declared(usize),
}

/// Names in their order, and the place each number went to.
pub(crate) struct Ranked {
    /// Each name once, in order.
    pub(crate) names: NameList,
    /// Where each number's name stands.
    pub(crate) places: Vec<u32>,
}

impl Ranked {
    /// Ranks the names that are used, by number; equal names have one place.
    pub(crate) fn of<'n>(name: impl Fn(usize) -> &'n str + Sync, used: &[bool], by: Order) -> Self {
        let fixed = if let Order::Declared(declared) = by { declared } else { 0 };
        let mut order: Vec<u32> = (0..used.len() as u32).collect();
        let (head, tail) = order.split_at_mut(fixed);
        let values: Option<Vec<f64>> = match by {
            // What nobody voted for has no say in how the others are read.
            Order::Values => {
                let value =
                    |(at, used): (usize, &bool)| if *used { number(name(at)) } else { Some(0.0) };
                used.iter().enumerate().map(value).collect()
            }
            Order::Bytes | Order::Declared(_) => None,
        };
        match values {
            Some(values) => tail.sort_unstable_by(|&a, &b| {
                let by_value = values[a as usize].partial_cmp(&values[b as usize]);
                let by_name = || name(a as usize).cmp(name(b as usize)).then(a.cmp(&b));
                by_value.unwrap_or(std::cmp::Ordering::Equal).then_with(by_name)
            }),
            None => sort_by_name(tail, &name),
        }
        let bytes = head.iter().chain(&*tail).map(|&number| name(number as usize).len()).sum();
        let names = NameList::with_capacity(order.len(), bytes);
        let mut ranked = Self { names, places: vec![0; used.len()] };
        let declared: BTreeMap<&str, u32> =
            order[..fixed].iter().rev().map(|&number| (name(number as usize), number)).collect();
        let mut last = None;
        for number in order.into_iter().filter(|&number| used[number as usize]) {
            let text = name(number as usize);
            let first = declared.get(text).copied().filter(|&first| first != number);
            let place = match first {
                Some(first) => ranked.places[first as usize],
                None => {
                    if last != Some(text) {
                        ranked.names.push(text);
                        last = Some(text);
                    }
                    ranked.names.len() as u32 - 1
                }
            };
            ranked.places[number as usize] = place;
        }
        ranked
    }

    /// The names one by one.
    pub(crate) fn owned(&self) -> Vec<String> {
        self.names.iter().map(str::to_owned).collect()
    }
}

/// Sorts numbers by their names' bytes, equal names by number.
///
/// Beginnings are compared as numbers that hold what they are of, side by side; names are all over the
/// text, and only looked at where they begin alike.
fn sort_by_name<'n>(numbers: &mut [u32], name: &impl Fn(usize) -> &'n str) {
    let begun =
        |&number: &u32| u128::from(beginning(name(number as usize))) << 32 | u128::from(number);
    let mut begun: Vec<u128> = numbers.iter().map(begun).collect();
    begun.sort_unstable();
    for alike in begun.chunk_by_mut(|a, b| a >> 32 == b >> 32) {
        alike.sort_unstable_by(|&a, &b| {
            let (a, b) = (a as u32, b as u32);
            name(a as usize).cmp(name(b as usize)).then(a.cmp(&b))
        });
    }
    numbers.iter_mut().zip(begun).for_each(|(slot, both)| *slot = both as u32);
}

/// The first eight bytes, in their order as a number.
fn beginning(name: &str) -> u64 {
    let mut bytes = [0; 8];
    let begin = name.len().min(8);
    bytes[..begin].copy_from_slice(&name.as_bytes()[..begin]);
    u64::from_be_bytes(bytes)
}

/// A finite number written in digits.
pub(crate) fn number(name: &str) -> Option<f64> {
    name.parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Names are in the order of their bytes, long ones that begin alike too, equal ones once.
        #[test]
        fn names_are_sorted_by_bytes(names in prop::collection::vec("[ab\u{4e00}]{0,10}", 0..60)) {
            let ranked = Ranked::of(|at| &names[at], &vec![true; names.len()], Order::Bytes);
            let mut sorted = names.clone();
            sorted.sort();
            sorted.dedup();
            prop_assert!(ranked.names.iter().eq(sorted.iter().map(String::as_str)));
            for (name, &place) in names.iter().zip(&ranked.places) {
                prop_assert_eq!(name, &ranked.names[place as usize]);
            }
        }
    }
}
