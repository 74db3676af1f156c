//! Reading in parallel: sources are tasks, batches are tasks, and a reader whose queue is full
//! works on its own batch, so that nothing waits and memory in flight stays bounded.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::ThreadPool;
use shujian_core::{Batch, Limits};
use shujian_ingest::{Source, SourceReport};

use crate::{Options, Watch};

/// Batches read from each file of a source before a forecast stops.
const FORECAST_BATCHES: usize = 4;

/// Something done with every batch: `(source index, batch)`; called from several threads.
pub(crate) type OnBatch<'a> = dyn Fn(u32, Batch) + Sync + 'a;

/// Reads sources to their ends and hands every batch on; reports come back in source order.
pub(crate) fn read_all(
    pool: &ThreadPool,
    sources: &[(u32, &Source)],
    options: &Options,
    watch: &dyn Watch,
    on_batch: &OnBatch<'_>,
) -> Vec<SourceReport> {
    let reports: Vec<Mutex<SourceReport>> = sources.iter().map(|_| Mutex::default()).collect();
    let waiting = AtomicUsize::new(0);
    let most_waiting = pool.current_num_threads() * 2;
    // Workers take the newest task first; the largest source must not be started last.
    pool.in_place_scope(|scope| {
        let mut order: Vec<usize> = (0..sources.len()).collect();
        order.sort_by_key(|&index| sources[index].1.bytes);
        for index in order {
            let (number, source) = sources[index];
            let (reports, waiting) = (&reports, &waiting);
            scope.spawn(move |scope| {
                let mut sink = |batch: Batch| {
                    if waiting.fetch_add(1, Ordering::Relaxed) < most_waiting {
                        scope.spawn(move |_| {
                            on_batch(number, batch);
                            waiting.fetch_sub(1, Ordering::Relaxed);
                        });
                    } else {
                        waiting.fetch_sub(1, Ordering::Relaxed);
                        on_batch(number, batch);
                    }
                };
                let report = read_one(source, options, watch, &mut sink);
                *reports[index].lock().unwrap_or_else(PoisonError::into_inner) = report;
            });
        }
    });
    reports
        .into_iter()
        .map(|report| report.into_inner().unwrap_or_else(PoisonError::into_inner))
        .collect()
}

fn read_one(
    source: &Source,
    options: &Options,
    watch: &dyn Watch,
    sink: &mut dyn FnMut(Batch),
) -> SourceReport {
    let progress = AtomicU64::new(0);
    let mut batches = 0;
    let limits: &Limits = &options.limits;
    let report = shujian_ingest::read(source, limits, &progress, &mut |batch| {
        watch.read(progress.swap(0, Ordering::Relaxed));
        sink(batch);
        batches += 1;
        if options.sample_only && batches >= FORECAST_BATCHES {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    watch.read(progress.load(Ordering::Relaxed));
    report
}

/// Decoded batches kept from the first look to the second, source by source.
#[derive(Debug)]
pub(crate) struct Cache {
    budget: usize,
    inner: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    bytes: usize,
    /// `None`: did not fit and will be read again.
    sources: BTreeMap<u32, Option<Vec<Batch>>>,
}

impl Cache {
    /// An empty cache.
    pub(crate) fn new(budget: usize) -> Self {
        Self { budget, inner: Mutex::default() }
    }

    /// Keeps a batch, unless its source no longer fits.
    pub(crate) fn offer(&self, source: u32, batch: Batch) {
        let bytes = batch.bytes();
        let mut kept = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = kept.bytes + bytes <= self.budget;
        let slot = kept.sources.entry(source).or_insert_with(|| Some(Vec::new()));
        let Some(batches) = slot else { return };
        if fits {
            batches.push(batch);
            kept.bytes += bytes;
        } else {
            let freed: usize = batches.iter().map(Batch::bytes).sum();
            *slot = None;
            kept.bytes -= freed;
        }
    }

    /// The batches kept of each source; `None` where the source must be read again.
    pub(crate) fn into_sources(self) -> BTreeMap<u32, Option<Vec<Batch>>> {
        self.inner.into_inner().unwrap_or_else(PoisonError::into_inner).sources
    }
}
