//! Tables: signing, resolving copies, measuring the sample.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use shujian_benches::{
    Memory, as_batches, cell_bytes, deliveries, measured, planned, resolved, sign, signed,
};
use shujian_quality::table;

fn stages(criterion: &mut Criterion) {
    let records = deliveries(50_000);
    let batches = as_batches(&records);
    let plan = planned(&batches);
    let (all, sample) = signed(&batches, &plan);
    let memory = Memory::of(&all);

    let mut group = criterion.benchmark_group("table");
    group.throughput(Throughput::Bytes(cell_bytes(&records))).sample_size(10);
    group.bench_function("sign", |b| {
        b.iter(|| {
            let mut sample = table::sample();
            batches.iter().map(|batch| sign(batch, &plan, &mut sample).ids.len()).sum::<usize>()
        });
    });
    group.bench_function("resolve", |b| b.iter(|| resolved(&memory, &plan, &sample).cluster.len()));
    // The cost of the sample does not grow with the data.
    group.throughput(Throughput::Elements(sample.len() as u64));
    group.bench_function("measure", |b| b.iter(|| measured(&plan, &sample).metrics.len()));
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
