//! The whole way from file to score: the stages one after another on one thread, and a grade as the
//! engine drives it on one thread and on all.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use shujian_benches::{
    Memory, batches, cell_bytes, deliveries, documents, measured, planned, resolved, signed, write,
};
use shujian_core::Limits;
use shujian_engine::{Options, Unwatched, profile};
use shujian_fixtures::Records;
use shujian_grade::{Rubric, assess};

/// Inputs by name, with the container they are read from.
fn inputs() -> [(&'static str, Records, &'static str); 2] {
    [("documents", documents(4_000), "parquet-zstd"), ("deliveries", deliveries(50_000), "csv")]
}

fn journey(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("journey");
    group.sample_size(10);
    for (name, records, container) in inputs() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        write(&records, container, dir.path());
        group.throughput(Throughput::Bytes(cell_bytes(&records)));
        group.bench_function(name, |b| {
            b.iter(|| {
                let batches = batches(dir.path());
                let plan = planned(&batches);
                let (all, sample) = signed(&batches, &plan);
                let novelty = resolved(&Memory::of(&all), &plan, &sample);
                (novelty.novel_units.len(), measured(&plan, &sample).metrics.len())
            });
        });
    }
    group.finish();
}

fn grade(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("grade");
    group.sample_size(10);
    let rubric = Rubric::released();
    let all = Limits::default().threads;
    for (name, records, container) in inputs() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        write(&records, container, dir.path());
        let paths = [dir.path().to_owned()];
        group.throughput(Throughput::Bytes(cell_bytes(&records)));
        for threads in [1, all] {
            let limits = Limits { threads, ..Limits::default() };
            let options = Options { limits, banding: rubric.deduplication, ..Options::default() };
            group.bench_function(BenchmarkId::new(name, format!("{threads} threads")), |b| {
                b.iter(|| {
                    let card = profile(&paths, &options, &Unwatched).expect("the input is sound");
                    assess(&card, &rubric, None).score
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, journey, grade);
criterion_main!(benches);
