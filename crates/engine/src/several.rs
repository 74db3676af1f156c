//! Several datasets at a time, within the threads and the memory of one run.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use shujian_core::Limits;

/// Memory that a run of its own is worth, bytes: with less, fewer run at a time.
const LEAST_SHARE: u64 = 256 << 20;

/// Does `work` for every dataset; `bytes` holds their sizes, and the results have their order.
///
/// As many run at a time as there are threads, and as each can have 256 MiB of the budget; one at
/// least. The largest begin, so that no large one is left alone at the end; the last ones, fewer
/// than threads, share these.
pub fn several<T: Send>(
    bytes: &[u64],
    limits: &Limits,
    work: &(dyn Fn(usize, Limits) -> T + Sync),
) -> Vec<T> {
    let width = width(bytes.len(), limits);
    let mut order: Vec<usize> = (0..bytes.len()).collect();
    order.sort_by_key(|&at| (std::cmp::Reverse(bytes[at]), at));
    let waiting = Mutex::new(VecDeque::from(order));
    let done = Mutex::new(Vec::with_capacity(bytes.len()));
    std::thread::scope(|scope| {
        for _ in 0..width {
            scope.spawn(|| {
                loop {
                    let Some((at, left)) = next(&waiting) else { return };
                    let result = work(at, share(limits, width, left));
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// The next dataset, and how many are left with it.
fn next(waiting: &Mutex<VecDeque<usize>>) -> Option<(usize, usize)> {
    let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
    let left = waiting.len();
    Some((waiting.pop_front()?, left))
}

/// How many run at a time.
fn width(datasets: usize, limits: &Limits) -> usize {
    let by_memory = usize::try_from(limits.memory_bytes / LEAST_SHARE).unwrap_or(usize::MAX);
    limits.threads.min(by_memory).min(datasets).max(1)
}

/// What one of them may use: an equal part of the memory, and of the threads what those that can
/// still run beside it leave.
fn share(limits: &Limits, width: usize, left: usize) -> Limits {
    let beside = width.min(left).max(1);
    let memory_bytes = limits.memory_bytes / width as u64;
    Limits { threads: limits.threads.div_ceil(beside), memory_bytes, ..limits.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(threads: usize, memory_bytes: u64) -> Limits {
        Limits { threads, memory_bytes, ..Limits::default() }
    }

    #[test]
    fn as_many_at_a_time_as_threads_and_memory_admit() {
        for (datasets, threads, memory, expected) in
            [(10, 2, 2 << 30, 2), (10, 64, 1 << 30, 4), (1, 8, 8 << 30, 1), (0, 2, 16 << 20, 1)]
        {
            assert_eq!(width(datasets, &limits(threads, memory)), expected);
        }
        let one = share(&limits(8, 1 << 30), 4, 1);
        assert_eq!((one.threads, one.memory_bytes), (8, 256 << 20));
        assert_eq!(share(&limits(8, 1 << 30), 4, 9).threads, 2);
    }

    #[test]
    fn results_stand_in_order_whatever_the_sizes() {
        let most = Mutex::new((0, 0));
        let work = |at: usize, share: Limits| {
            assert!(share.memory_bytes <= 512 << 20);
            let mut now = most.lock().unwrap();
            now.0 += 1;
            now.1 = now.1.max(now.0);
            drop(now);
            std::thread::yield_now();
            most.lock().unwrap().0 -= 1;
            at * 10
        };
        let sizes = [3, 1, 4, 1, 5, 9, 2, 6];
        let expected: Vec<usize> = (0..sizes.len()).map(|at| at * 10).collect();
        assert_eq!(several(&sizes, &limits(3, 1 << 30), &work), expected);
        assert!(most.lock().unwrap().1 <= 3);
        assert!(several(&[], &limits(3, 1 << 30), &work).is_empty());
    }
}
